"""Confidence: curves that are sound, what a cell's evidence makes of it, and flags below a threshold of one's own."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from samples_truth import FOLDER

import extract
from extract.check import believed, flagged_below
from extract.check.confidence import Calibration, Evidence, Trouble, evidence_of, share_at, shipped, trouble
from extract.cli import main
from extract.datafiles import validated
from extract.errors import LayoutError
from extract.export.words import words
from extract.model import IDENTITY, NARRATIVE, SECOND_VIEW, Cell, CellId, IdentityResult, Report, Status
from extract.review.session import Session

SAMPLE = FOLDER / "blanks.pdf"
SCORES = st.floats(0, 1)
QUIET = Trouble()
USED = {Status.VERIFIED, Status.READ, Status.BLANK, Status.REPAIRED}


@cache
def sample() -> Report:
    return extract.read(SAMPLE)


def cell(status: Status = Status.VERIFIED, score: float = 0.99, source: str = "rapidocr", **changes: Any) -> Cell:
    known = Cell(CellId("t", "r", "c"), "2021", "", "", "", Decimal(7), "7", status, 0.0, source=source, score=score)
    return replace(known, **changes)


def sums(count: int) -> tuple[str, ...]:
    return tuple(f"{IDENTITY}processed:{n}" for n in range(count))


def curves(**changes: object) -> str:
    """The shipped curves as YAML, some of what was recognised changed."""
    given_ = shipped().model_dump(mode="json")
    given_["recognised"] |= changes
    return yaml.safe_dump(given_)


@given(st.sampled_from(list(Evidence)), st.sampled_from(["recognised", "written"]), SCORES, SCORES)
def test_confidence_is_a_probability_and_never_falls_with_the_score(
    kind: Evidence, reader: str, one: float, other: float
) -> None:
    curve = getattr(shipped(), reader).get(kind)
    if curve is None:
        assert (reader, kind) == ("written", Evidence.REPAIRED)
        return
    low, high = sorted((one, other))
    assert 0 < share_at(curve, low) <= share_at(curve, high) < 1


def test_the_shipped_curves_put_evidence_in_its_order() -> None:
    for one in (shipped().recognised, shipped().written):
        assert share_at(one[Evidence.TWICE], 1) >= share_at(one[Evidence.ONCE], 1) > share_at(one[Evidence.HELD], 0)
        assert share_at(one[Evidence.WITNESSED], 1) > share_at(one[Evidence.DOUBTED], 1)
        assert share_at(one[Evidence.BESIDE], 1) > share_at(one[Evidence.BLAMED], 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alone": [[0.1, 0.5]]}, "from the score 0 on"),
        ({"alone": []}, "from the score 0 on"),
        ({"alone": [[0, 1.0]]}, "between 0 and 1"),
        ({"alone": [[0, 0.5], [0, 0.6]]}, "scores must rise"),
        ({"alone": [[0, 0.5], [0.4, 0.4]]}, "shares must not fall"),
        ({"guessed": [[0, 0.5]]}, "recognised.guessed"),
    ],
)
def test_curves_that_are_not_sound_are_refused(changes: dict[str, object], says: str) -> None:
    validated(Calibration, curves(), "confidence.yaml")
    with pytest.raises(LayoutError, match=says):
        validated(Calibration, curves(**changes), "confidence.yaml")


def test_a_kind_without_a_curve_is_refused() -> None:
    lacking = shipped().model_dump(mode="json")
    del lacking["written"]["alone"]
    with pytest.raises(LayoutError, match="written: a curve is missing or too much: alone"):
        validated(Calibration, yaml.safe_dump(lacking), "confidence.yaml")


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (cell(agreeing=sums(2)), Evidence.TWICE),
        (cell(agreeing=sums(1)), Evidence.ONCE),
        (cell(Status.BLANK, agreeing=sums(3)), Evidence.TWICE),
        (cell(Status.READ, agreeing=(SECOND_VIEW,)), Evidence.WITNESSED),
        (cell(Status.READ, agreeing=(NARRATIVE,)), Evidence.WITNESSED),
        (cell(Status.READ), Evidence.ALONE),
        (cell(Status.REPAIRED, agreeing=sums(2)), Evidence.REPAIRED),
        (cell(Status.SUSPECT, agreeing=sums(2)), Evidence.HELD),
        (cell(Status.SUSPECT, agreeing=sums(1), disagreeing=(NARRATIVE,)), Evidence.DOUBTED),
        (cell(Status.SUSPECT), Evidence.DOUBTED),
        (cell(Status.SUSPECT, agreeing=sums(1), disagreeing=sums(1)), Evidence.BESIDE),
    ],
)
def test_what_a_value_rests_on(one: Cell, kind: Evidence) -> None:
    assert evidence_of(one, QUIET) is kind


def test_a_cell_to_blame_is_less_sure_than_one_beside_it() -> None:
    failing = cell(Status.SUSPECT, disagreeing=sums(1))
    accused = Trouble(blamed=frozenset({failing.id}))
    assert evidence_of(failing, accused) is Evidence.BLAMED
    sure = shipped().confidence
    assert sure(failing, accused) < sure(failing, QUIET) < sure(cell(agreeing=sums(1)), QUIET)


MIXED = (cell(), cell(Status.SUSPECT))


def failing(count: int, of: int) -> list[IdentityResult]:
    return [
        IdentityResult("processed", "t", str(n), (), (), None, None, n >= count, "holds" if n >= count else "reading")
        for n in range(of)
    ]


def test_a_table_of_failing_sums_is_no_evidence_for_any_cell_in_them() -> None:
    one = cell(Status.SUSPECT, agreeing=sums(1), disagreeing=sums(1))
    assert evidence_of(one, trouble(MIXED, failing(5, of=10))) is Evidence.WRECKED
    assert evidence_of(one, trouble(MIXED, failing(4, of=10))) is Evidence.BESIDE
    assert evidence_of(one, trouble(MIXED, failing(1, of=1))) is Evidence.BESIDE, "one sum is not most of a table"
    assert evidence_of(cell(agreeing=sums(2)), trouble(MIXED, failing(5, of=10))) is Evidence.TWICE


def test_a_table_without_a_cell_beyond_doubt_is_evidence_for_none() -> None:
    one = cell(Status.SUSPECT, agreeing=sums(2))
    by_hand = cell(Status.CORRECTED)
    assert evidence_of(one, trouble((one, one), ())) is Evidence.ADRIFT
    assert evidence_of(one, trouble((one, by_hand), ())) is Evidence.ADRIFT, "what a person set tells nothing"
    assert evidence_of(one, trouble((one, cell()), ())) is Evidence.HELD


def test_without_a_value_there_is_no_confidence_and_a_person_has_all_of_it() -> None:
    sure = shipped().confidence
    assert sure(cell(Status.MISSING, source=""), QUIET) == 0
    assert sure(cell(Status.UNREADABLE), QUIET) == 0
    assert sure(cell(Status.CORRECTED), QUIET) == 1


def test_confidence_said_again_is_the_same() -> None:
    cells = {one.id: one for one in sample().cells}
    assert believed(cells, sample().identities) == cells
    assert all(one.confidence > 0.99 for one in cells.values() if one.status in USED)


@given(st.sampled_from(list(Status)), SCORES, SCORES, SCORES)
def test_a_higher_threshold_flags_more_and_never_less(
    status: Status, confidence: float, one: float, other: float
) -> None:
    known = cell(status, confidence=confidence)
    low, high = (flagged_below(known, least) for least in sorted((one, other)))
    assert low.flagged <= high.flagged
    assert flagged_below(known, 0) == known
    assert known.flagged <= high.flagged == (known.flagged or (status in USED and confidence < max(one, other)))
    assert (high.value, high.text, high.confidence) == (known.value, known.text, known.confidence)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "cells.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ran(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["extract", str(SAMPLE), "-o", "out", "--jobs", "0", *arguments])
    return done.exit_code, done.output


def statuses(found: Sequence[dict[str, str]]) -> set[str]:
    return {row["status"] for row in found}


def test_the_command_flags_what_is_below_a_threshold_and_reads_again_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "out" / "blanks"
    assert ran()[0] == 0
    plain = rows(folder)
    assert "suspect" not in statuses(plain)
    confidences = sorted({float(row["confidence"]) for row in plain})
    assert len(confidences) > 1, "cells that sums prove are surer than those that none covers"
    threshold = f"{confidences[-1]:g}"
    code, said = ran("--min-confidence", threshold, "--strict")
    assert code == 1, said
    flagged = rows(folder)
    assert [row["value"] for row in flagged] == [row["value"] for row in plain]
    for before, after in zip(plain, flagged, strict=True):
        low = float(before["confidence"]) < float(threshold)
        assert after["status"] == ("suspect" if low else before["status"])
    tables = json.loads((folder / "report.json").read_text(encoding="utf-8"))["tables"]
    cells = [cell for table in tables for cell in table["cells"]]
    reasons = {cell["reasons"][-1] for cell in cells if cell["status"] == "suspect"}
    assert reasons
    assert all(reason.endswith(f"is below {threshold}") for reason in reasons)
    assert all(words().in_chinese(reason) != reason for reason in reasons)
    assert ran()[0] == 0
    assert rows(folder) == plain, "the threshold is part of what a run asks for"


@pytest.mark.parametrize("wrong", ["1.5", "-0.1", "much"])
def test_a_threshold_that_is_no_probability_is_refused(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = ran("--min-confidence", wrong)
    assert (code, "--min-confidence" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_read_takes_a_threshold_too() -> None:
    flagged = extract.read(SAMPLE, min_confidence=1.0)
    assert {one.status for one in flagged.cells} == {Status.SUSPECT}
    assert [one.value for one in flagged.cells] == [one.value for one in sample().cells]
    with Session(SAMPLE, min_confidence=1.0) as session:
        assert session.found.reports[0].cells == flagged.cells
    with pytest.raises(ValueError, match="min_confidence"):
        extract.read(SAMPLE, min_confidence=2)
