"""Sessions: what people change, undo and save; and files that several of them share."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from edits import edits, of, value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples_truth import FOLDER

import extract
from extract.corrections import Edit, dumped, name_of, of_document
from extract.corrections.file import edit_of
from extract.errors import ConflictError, CorrectionsError, MisfitError
from extract.export import json_
from extract.export.words import words
from extract.model import Status
from extract.review import Session, store
from extract.review.calls import answer
from extract.review.session import image
from extract.review.state import state

SAMPLE = FOLDER / "wrong-totals.pdf"
ROWS = ["received", "carried_in", "granted", "processed_total"]
COLUMNS = ["natural_person", "total"]


def setting(row: str, column: str, number: str | None) -> dict[str, object]:
    return {"edit": "value", "table": "disclosure_requests", "row": row, "column": column, "value": number}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session(SAMPLE, tmp_path / "corrections", who="li") as opened:
        yield opened


def test_edits_are_made_undone_and_made_again(session: Session) -> None:
    first = session.reports
    session.apply(setting("received", "total", "11"))
    second = session.reports
    assert second[0]["disclosure_requests"]["received", "total"].status is Status.CORRECTED
    session.apply(setting("granted", "total", "7"))
    third = session.reports
    assert session.undo()
    assert session.reports == second
    assert session.undo()
    assert session.reports == first
    assert not session.undo()
    assert session.redo()
    assert session.redo()
    assert session.reports == third
    assert not session.redo()


def test_an_edit_of_the_same_cell_takes_the_place_of_the_one_before(session: Session) -> None:
    session.apply(setting("received", "total", "11"))
    session.apply(setting("received", "total", "12"))
    assert [edit.what for edit in session.edits] == ["12"]
    assert session.edits[0].first == "10"


def test_what_does_not_fit_changes_nothing(session: Session) -> None:
    before = session.reports
    with pytest.raises(MisfitError):
        session.apply(setting("nowhere", "total", "1"))
    with pytest.raises(CorrectionsError):
        session.apply(setting("received", "total", "eleven"))
    grid = {"page": 2, "grid": "requests", "part": 1, "extractor": "rulings", "edit": "line-removed", "axis": "row"}
    with pytest.raises(MisfitError, match="no line stands at"):
        session.apply({**grid, "at": 3.0})
    assert session.reports == before
    assert not session.edits
    assert not session.can_undo


steps = st.lists(
    st.one_of(
        st.builds(setting, st.sampled_from(ROWS), st.sampled_from(COLUMNS), st.sampled_from(["0", "3", "12", None])),
        st.sampled_from(["undo", "redo"]),
    ),
    max_size=8,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_is_done_a_replay_of_what_was_saved_gives_the_same(tmp_path: Path, steps: list[object]) -> None:
    folder = tmp_path / "random"
    shutil.rmtree(folder, ignore_errors=True)
    with Session(SAMPLE, folder, who="li") as session:
        for step in steps:
            if step == "undo":
                session.undo()
            elif step == "redo":
                session.redo()
            else:
                before = session.reports
                session.apply(step)
                after = session.reports
                session.undo()
                assert session.reports == before
                session.redo()
                assert session.reports == after
        session.save()
        assert not session.dirty
        found = extract.read(SAMPLE, corrections=folder)
        assert found.cells == session.reports[0].cells
        assert found.identities == session.reports[0].identities


def test_lines_edited_in_steps_are_replayed_as_one(session: Session, tmp_path: Path) -> None:
    grid = next(one for one in state(session)["grids"] if one["grid"] == "requests")
    place = {key: grid[key] for key in ("page", "grid", "part", "extractor")}
    at = grid["columns"][-2]
    session.apply({**place, "edit": "line-moved", "axis": "column", "at": at, "to": at - 9})
    session.apply({**place, "edit": "line-moved", "axis": "column", "at": at - 9, "to": at - 3})
    session.apply({**place, "edit": "line-added", "axis": "row", "at": grid["rows"][-1] + 12})
    own = next(one for one in state(session)["grids"] if one["grid"] == "requests")
    assert own["extractor"] == grid["extractor"]
    assert len(own["rows"]) == len(grid["rows"]) + 1
    session.save()
    found = extract.read(SAMPLE, corrections=tmp_path / "corrections")
    assert found.cells == session.reports[0].cells
    assert all(one.applied for one in found.corrections)


# --- files that are shared ---


def test_a_second_save_changes_only_what_was_edited(session: Session, tmp_path: Path) -> None:
    for row in ROWS:
        session.apply(setting(row, "total", "5"))
    session.save()
    path = tmp_path / "corrections" / name_of(session.sha256)
    before = path.read_text(encoding="utf-8")
    at = path.stat().st_mtime_ns
    session.save()
    assert path.stat().st_mtime_ns == at
    session.apply(setting("granted", "total", "6"))
    session.save()
    after = path.read_text(encoding="utf-8")
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert [pair for pair in changed if "when:" not in pair[0]] == [("  value: '5'", "  value: '6'")]
    assert len(changed) <= 2


def test_two_windows_do_not_lose_each_others_edits(session: Session, tmp_path: Path) -> None:
    with Session(SAMPLE, tmp_path / "corrections", who="wang") as other:
        session.apply(setting("received", "total", "11"))
        other.apply(setting("granted", "total", "7"))
        session.save()
        other.save()
        assert {edit.who for edit in other.edits} == {"li", "wang"}
        assert other.reports[0]["disclosure_requests"]["received", "total"].value == 11
        session.apply(setting("carried_in", "total", "1"))
        session.save()
        assert len(session.edits) == 3
        other.apply(setting("received", "total", "99"))
        session.apply(setting("received", "total", "12"))
        session.save()
        path = tmp_path / "corrections" / name_of(session.sha256)
        held = path.read_bytes()
        with pytest.raises(ConflictError, match=r"disclosure_requests/received/total: changed otherwise by li"):
            other.save()
        assert path.read_bytes() == held
        assert other.dirty


def said(edits_: Iterable[Edit]) -> set[tuple[str, str, str]]:
    return {(edit.edit, edit.place, edit.what) for edit in edits_}


@settings(max_examples=200, deadline=None)
@given(st.lists(edits, max_size=4, unique=True), st.lists(edits, max_size=3), st.lists(edits, max_size=3), st.data())
def test_nothing_is_lost_when_two_save(base: list[Edit], one: list[Edit], two: list[Edit], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(base), unique=True)) if base else []
    theirs, mine = [*base, *one], [edit for edit in base if edit in kept] + two
    try:
        merged = store.joined(base, theirs, mine)
    except ConflictError:
        return
    assert said(two) <= said(merged)
    assert said(one) <= said(merged)
    assert said(merged) <= said(theirs) | said(mine)
    assert store.joined(base, base, mine) == tuple(mine)
    assert set(store.joined(base, theirs, base)) == set(theirs)


def test_saving_needs_a_folder() -> None:
    with Session(SAMPLE) as session, pytest.raises(CorrectionsError, match="no folder"):
        session.save()


def test_a_session_begins_with_what_was_saved(tmp_path: Path) -> None:
    known = extract.read(SAMPLE)
    text = dumped(of(known, value("disclosure_requests/received/total", "11")))
    (tmp_path / name_of(known.sha256)).write_text(text, encoding="utf-8")
    with Session(SAMPLE, tmp_path, who="wang") as session:
        assert session.reports[0]["disclosure_requests"]["received", "total"].value == 11
        assert not session.dirty
        session.apply(setting("received", "total", "12"))
        session.save()
    assert [edit.who for edit in of_document(tmp_path, known.sha256).edits] == ["wang"]


# --- what a front end sees ---


def test_the_state_is_json_and_says_what_the_report_says(session: Session) -> None:
    told = json.loads(json.dumps(state(session), allow_nan=False))
    report = session.reports[0]
    assert [cell["id"] for cell in told["cells"]] == ["/".join(cell.id) for cell in report.cells]
    assert [cell["status"] for cell in told["cells"]] == [cell.status.value for cell in report.cells]
    assert set(told["queue"]) == {"/".join(cell.id) for cell in report.cells if cell.flagged}
    placed = {id_ for grid in told["grids"] for cell in grid["cells"] for id_ in cell["ids"]}
    assert placed == {"/".join(cell.id) for cell in report.cells if cell.at is not None}
    for grid in told["grids"]:
        units = sum(cell["at"][2] * cell["at"][3] for cell in grid["cells"])
        assert units == (len(grid["rows"]) - 1) * (len(grid["columns"]) - 1)
    offered = {cell["id"]: [one["value"] for one in cell["candidates"]] for cell in told["cells"]}
    assert offered["disclosure_requests/received/total"][0] == "10"
    assert "11" in offered["disclosure_requests/received/total"]
    assert json_.document(report)["corrections"] == []


LINE = {"page": 2, "grid": "requests", "extractor": "rulings", "axis": "row"}


@pytest.mark.parametrize(
    "record",
    [
        {"edit": "rotation", "page": 2, "rotation": 90},
        {"edit": "region", "page": 2, "grid": "requests", "was": None, "box": [1, 2, 3, 4]},
        {"edit": "region", "page": 2, "grid": "requests", "was": [1, 2, 3, 4], "box": [1, 2, 3, 5]},
        {"edit": "region", "page": 2, "grid": "requests", "was": [1, 2, 3, 4], "box": None},
        {"edit": "edition", "table": "disclosure_requests", "edition": "2019"},
        {**LINE, "edit": "line-added", "at": 9},
        {**LINE, "edit": "line-added", "at": 9, "span": [1, 5.5]},
        {**LINE, "edit": "line-moved", "at": 9, "to": 10.25, "axis": "column"},
        {**LINE, "edit": "line-removed", "at": 9},
        {**{k: v for k, v in LINE.items() if k != "axis"}, "edit": "cells-merged", "box": [1, 2, 3, 4], "part": 2},
        {**LINE, "edit": "cell-split", "box": [1, 2, 3, 4], "at": 3},
        {"edit": "row-assigned", "page": 1, "table": "t", "box": [1, 2, 3, 4], "row": "granted"},
        {"edit": "column-assigned", "page": 1, "table": "t", "box": [1, 2, 3, 4], "column": "total", "row": None},
        {"edit": "column-assigned", "page": 1, "table": "t", "box": [1, 2, 3, 4], "column": None, "row": None},
        {"edit": "value", "table": "t", "row": "r", "column": "c", "value": None},
        {"edit": "doubt", "table": "t", "row": "r", "column": "c"},
    ],
)
def test_what_a_correction_does_is_told_in_chinese(record: dict[str, Any]) -> None:
    edit = edit_of({"who": "li", "when": "2026-01-05T09:00:00Z", **record})
    told = f"{words().in_chinese(edit.place)}：{words().in_chinese(edit.what)}"
    assert re.search("[\u4e00-\u9fff]", told.partition("：")[2])
    assert not re.search(r"\b(?:on|at|from|to|line|part|page|the|of|in|is)\b", told)


def test_a_page_is_a_picture(session: Session) -> None:
    assert image(session, 1).startswith(b"\x89PNG")
    with pytest.raises(MisfitError):
        image(session, 99)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"op": "rm -rf"},
        {"op": "edit"},
        {"op": "edit", "edit": {"edit": "value"}},
        {"op": 3},
        {"op": "edit", "edit": []},
    ],
)
def test_messages_that_mean_nothing_are_answered_with_an_error(session: Session, message: dict[str, object]) -> None:
    told = answer(session, message)
    assert told["error"]
    assert told["state"]["edits"] == []


def test_nobody_signs_for_another(session: Session) -> None:
    told = answer(session, {"op": "edit", "edit": {**setting("received", "total", "11"), "who": "boss"}, "save": True})
    assert told["error"] == ""
    assert told["state"]["edits"][0]["who"] == "li"
    assert not told["state"]["dirty"]


def test_two_blind_readers_see_nothing_of_each_other_and_both_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    with Session(SAMPLE, folder, who="li", blind=True) as li, Session(SAMPLE, folder, who="wang", blind=True) as wang:
        li.apply(setting("received", "total", "11"))
        li.apply(setting("granted", "total", "7"))
        li.save()
        wang.apply(setting("received", "total", "12"))
        wang.apply(setting("granted", "total", "7"))
        wang.save()
        assert [edit.who for edit in wang.edits] == ["wang", "wang"]
        li.apply(setting("carried_in", "total", "1"))
        li.save()
        assert {edit.who for edit in li.edits} == {"li"}
    with Session(SAMPLE, folder, who="wang", blind=True) as again:
        assert [(edit.who, edit.what) for edit in again.edits] == [("wang", "7"), ("wang", "12")]
        cell = again.reports[0]["disclosure_requests"]["carried_in", "total"]
        assert cell.correction is None
        again.undo()
    found = extract.read(SAMPLE, corrections=folder)["disclosure_requests"]
    assert found["granted", "total"].status is Status.CORRECTED
    assert found["received", "total"].status is Status.SUSPECT
    assert any("11 (li), 12 (wang)" in reason for reason in found["received", "total"].reasons)
    with Session(SAMPLE, folder, who="chen") as third:
        third.apply(setting("received", "total", "11"))
        third.save()
    found = extract.read(SAMPLE, corrections=folder)["disclosure_requests"]
    assert found["received", "total"].status is Status.CORRECTED
    assert len(of_document(folder, extract.read(SAMPLE).sha256).edits) == 4
