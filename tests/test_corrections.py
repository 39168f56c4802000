"""What replaying corrections does to a report, in Python and by the command."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from edits import BY, DRAWN, NOON, of, value
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import bound
from replays import RECEIVED, SHA, again, cell, cell_of, requests
from samples_truth import FOLDER, truth
from samples_truth import report as sample

import extract
from extract.corrections import (
    CellDoubted,
    ColumnAssigned,
    EditionSet,
    RegionSet,
    RotationSet,
    RowAssigned,
    dumped,
    name_of,
)
from extract.corrections.lines import CellsMerged, LineAdded, LineMoved, LineRemoved
from extract.model import CellId, Status, Verdict


def test_a_value_is_corrected_keeps_its_first_reading_and_turns_the_identities() -> None:
    before = sample("wrong-totals")
    broken = next(r for r in before.identities if r.holds is False and r.identity == "applicants")
    (total,) = broken.left
    name = "/".join(total)
    found = again("wrong-totals", value(name, f"{broken.right_sum}", why="the print is smudged"))
    now, first = cell(found, name), cell(before, name)
    assert (now.status, now.value, now.confidence) == (Status.CORRECTED, broken.right_sum, 1.0)
    assert now.correction is not None
    assert (now.correction.first, now.correction.first_value) == (first.text, first.value)
    assert now.correction.first_status is first.status
    assert "set by li on 2026-11-21: the print is smudged; first read as" in now.reasons[0]
    turned = {(r.identity, r.at): r.holds for r in found.identities}
    assert turned["applicants", broken.at] is True
    assert [edit.applied for edit in found.corrections] == [True]
    others = [(a, b) for a, b in zip(before.cells, found.cells, strict=True) if a.id != total]
    assert all((a.value, a.text, a.bbox) == (b.value, b.text, b.bbox) for a, b in others)


def test_a_corrected_value_that_breaks_a_sum_flags_the_others_and_stays() -> None:
    found = again("seed-000", value(RECEIVED, "999"))
    assert cell(found, RECEIVED).status is Status.CORRECTED
    assert cell(found, "disclosure_requests/received/natural_person").status is Status.SUSPECT
    assert found.verdict is Verdict.NEEDS_REVIEW


def test_a_cell_can_be_blank_by_hand_and_a_lost_one_found() -> None:
    assert cell(again("seed-000", value(RECEIVED, None)), RECEIVED).value is None
    whole_ = sample("seed-000")
    gone = [RegionSet(**BY, page=r.page, grid=r.grid, was=tuple(r.bbox), box=None) for r in whole_.regions]
    found = again("seed-000", *gone, value(RECEIVED, "7"))
    assert (cell(found, RECEIVED).value, cell(found, RECEIVED).status) == (7, Status.CORRECTED)
    assert cell(found, RECEIVED).correction.first_status is Status.MISSING
    assert found["disclosure_requests"].found
    assert not found["proactive_disclosure"].found
    assert all(edit.applied for edit in found.corrections)


def test_two_people_who_disagree_leave_a_suspect_cell() -> None:
    found = again("seed-000", value(RECEIVED, "1"), value(RECEIVED, "2", who="wang"))
    assert cell(found, RECEIVED).status is Status.SUSPECT
    assert "two corrections disagree about this cell: 1 (li), 2 (wang)" in cell(found, RECEIVED).reasons
    assert [edit.applied for edit in found.corrections] == [False, False]
    same = again("seed-000", value(RECEIVED, "1"), value(RECEIVED, "1", who="wang", when=NOON + timedelta(hours=1)))
    assert cell(same, RECEIVED).correction.who == "wang"
    assert all(edit.applied for edit in same.corrections)


def test_a_cell_that_a_person_doubts_is_flagged_whatever_it_adds_up_to() -> None:
    table, row, column = RECEIVED.split("/")
    doubt = CellDoubted(**BY, table=table, row=row, column=column, first="8", why="a 3?")
    found = again("seed-000", doubt)
    before = cell(sample("seed-000"), RECEIVED)
    assert before.status is Status.VERIFIED
    assert (cell(found, RECEIVED).status, cell(found, RECEIVED).value) == (Status.SUSPECT, before.value)
    assert "doubted by li on 2026-11-21: a 3?" in cell(found, RECEIVED).reasons
    assert [(edit.kind, edit.applied) for edit in found.corrections] == [("doubt", True)]
    both = again("seed-000", doubt, value(RECEIVED, "3", who="wang"))
    assert cell(both, RECEIVED).status is Status.SUSPECT
    assert [edit.applied for edit in both.corrections] == [False, False]
    nowhere = CellDoubted(**BY, table=table, row="nowhere", column=column)
    assert [edit.applied for edit in again("seed-000", nowhere).corrections] == [False]


def test_a_line_through_a_column_is_removed_by_merging_its_cells() -> None:
    """A stray line drawn by hand parts numbers; merging the cells it parts mends them."""
    page, columns, rows, extractor = requests("city")
    grid = {**BY, "page": page, "grid": "requests", "extractor": extractor}
    middle = round((columns[-2] + columns[-1]) / 2, 2)
    stray = LineAdded(**grid, axis="column", at=middle)
    parted = again("city", stray)
    assert parted.corrections[0].applied
    wrong = [c for c in parted["disclosure_requests"].cells if c.value != cell_of(sample("city"), c.id).value]
    assert wrong
    assert all(c.flagged for c in wrong)
    mended = again("city", stray, LineRemoved(**grid, axis="column", at=middle))
    assert [c.value for c in mended.cells] == [c.value for c in sample("city").cells]
    assert [c.status for c in mended.cells] == [c.status for c in sample("city").cells]
    assert mended["disclosure_requests"].extractor == f"{extractor}+corrected"
    top, bottom = rows[3], rows[4]
    merged = again("city", CellsMerged(**grid, box=(columns[-3], top, columns[-1], bottom)))
    row = merged["disclosure_requests"]
    assert merged.corrections[0].applied
    assert row["received", "total"].flagged


def test_edits_of_lines_are_made_all_or_none() -> None:
    page, columns, _, extractor = requests("city")
    grid = {**BY, "page": page, "grid": "requests", "extractor": extractor}
    good = LineMoved(**grid, axis="column", at=columns[-1], to=columns[-1] + 3)
    bad = LineRemoved(**grid, axis="column", at=columns[-1] + 60)
    found = again("city", good, bad)
    assert [edit.applied for edit in found.corrections] == [False, False]
    assert "edit 2 of 2" in found.corrections[0].cause
    assert "no line stands at" in found.corrections[0].cause
    assert replace(found, corrections=()) == sample("city")
    assert found.verdict is Verdict.NEEDS_REVIEW
    other = again(
        "city", LineMoved(**{**grid, "extractor": "nobody"}, axis="column", at=columns[-1], to=columns[-1] + 3)
    )
    assert other.corrections[0].cause == "nobody finds no grid there"


def test_a_grid_is_drawn_from_nothing() -> None:
    """Without any line to start from: region and all lines by hand give the numbers of the clean sample."""
    before = sample("seed-000")
    region = next(one for one in before.regions if one.grid == "review")
    grid = before["administrative_litigation"].grids[0]
    drawn = {**BY, "page": grid.page, "grid": "review", "extractor": "drawn"}
    rows, columns = grid.rows, grid.columns
    made = [
        RegionSet(**BY, page=grid.page, grid="review", was=tuple(region.bbox), box=tuple(grid.bbox)),
        *(LineAdded(**drawn, axis="row", at=at) for at in rows[1:-1]),
        *(
            LineAdded(
                **drawn, axis="column", at=at, span=(rows[0 if n == 5 else 1 if n in {1, 2, 3, 4, 10} else 2], rows[-1])
            )
            for n, at in enumerate(columns[1:-1], 1)
        ),
        *(CellsMerged(**drawn, box=(columns[n], rows[1], columns[n + 1], rows[3])) for n in range(5)),
    ]
    found = again("seed-000", *made)
    assert [edit.cause for edit in found.corrections] == [""] * len(made)
    for table in ("administrative_reconsideration", "administrative_litigation"):
        assert found[table].extractor == "drawn+corrected"
        assert [(c.value, c.status) for c in found[table].cells] == [(c.value, c.status) for c in before[table].cells]


def test_a_row_and_a_column_are_what_people_say() -> None:
    page, columns, rows, _ = requests("seed-000")
    before = sample("seed-000")
    at = before["disclosure_requests"]["granted", "total"].bbox
    none = RowAssigned(
        **BY, page=page, table="disclosure_requests", box=(columns[0], at.top, columns[-1], at.bottom), row=None
    )
    found = again("seed-000", none)
    assert found.corrections[0].applied
    assert all(c.status is Status.MISSING for c in found["disclosure_requests"].cells if c.id.row == "granted")
    back = again("seed-000", none.model_copy(update={"row": "granted"}))
    assert [c.value for c in back.cells] == [c.value for c in before.cells]
    total = before["disclosure_requests"]["granted", "total"].bbox
    lost = ColumnAssigned(
        **BY, page=page, table="disclosure_requests", box=(total.x0, rows[0], total.x1, rows[-1]), column=None
    )
    found = again("seed-000", lost)
    assert {c.status for c in found["disclosure_requests"].cells if c.id.column == "total" and c.bbox is None} == {
        Status.MISSING
    }
    swapped = again("seed-000", lost.model_copy(update={"column": "other_organization"}))
    assert swapped["disclosure_requests"]["granted", "other_organization"].bbox == total
    assert swapped["disclosure_requests"]["granted", "total"].status is Status.MISSING


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (value("disclosure_requests/nowhere/total", "1"), "the table has no such cell in the edition it follows"),
        (value(RECEIVED, "1", report=2), "the document has no such place"),
        (EditionSet(**BY, table="disclosure_requests", edition="1999"), "there is no edition 1999 of the form"),
        (EditionSet(**BY, table="nothing", edition="2021"), "the document has no such place"),
        (RotationSet(**BY, page=99, rotation=90), "there is no page 99"),
        (RegionSet(**BY, page=1, grid="other", was=None, box=(1, 1, 9, 9)), "the form has no grid other"),
        (RegionSet(**BY, page=1, grid="requests", was=(1, 1, 9, 9), box=None), "no region of requests was found there"),
        (RegionSet(**BY, page=77, grid="requests", was=None, box=(1, 1, 9, 9)), "there is no page 77"),
        (
            RowAssigned(**BY, page=3, table="disclosure_requests", box=(0, 0, 9, 9), row="granted"),
            "no printed row stands there",
        ),
        (
            RowAssigned(**BY, page=3, table="disclosure_requests", box=(0, 200, 600, 215), row="lost"),
            "the form has no row lost in this edition",
        ),
        (
            ColumnAssigned(**BY, page=3, table="disclosure_requests", box=(0, 0, 9, 900), column="total"),
            "no column stands there",
        ),
        (LineAdded(**{**DRAWN, "grid": "requests"}, axis="row", at=3), "the document has no such place"),
    ],
)
def test_what_does_not_fit_is_reported_and_nothing_of_it_is_done(edit: object, cause: str) -> None:
    found = again("seed-000", edit)
    assert [(one.applied, one.cause) for one in found.corrections] == [(False, cause)]
    assert replace(found, corrections=()) == sample("seed-000")
    assert found.verdict is Verdict.NEEDS_REVIEW


def test_the_edition_is_what_people_say() -> None:
    found = again("seed-000", EditionSet(**BY, table="disclosure_requests", edition="2019"))
    assert found["disclosure_requests"].edition == "2019"
    assert found["proactive_disclosure"].edition == "2021"
    assert found.corrections[0].applied
    torn = [
        EditionSet(**BY, table=f"administrative_{t}", edition=e)
        for t, e in (("litigation", "2019"), ("reconsideration", "2021"))
    ]
    assert {one.cause for one in again("seed-000", *torn).corrections} == {
        "tables that are printed in one grid follow one edition"
    }


def test_a_page_is_turned_back_by_hand() -> None:
    sideways = again("seed-000", RotationSet(**BY, page=3, rotation=90))
    assert sideways.pages[2].rotation == 90
    assert any(c.flagged for c in sideways["disclosure_requests"].cells)
    before = sample("rotated")
    turned = next(one for one in before.pages if one.rotation)
    same = again("rotated", RotationSet(**BY, page=turned.number, rotation=turned.rotation))
    assert [c.value for c in same.cells] == [c.value for c in before.cells]


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_edits_that_touch_nothing_of_each_other_does_not_matter(order: list[int]) -> None:
    made = [
        value(RECEIVED, "12"),
        value("disclosure_requests/granted/total", "3"),
        EditionSet(**BY, table="proactive_disclosure", edition="2021"),
        RotationSet(**BY, page=2, rotation=0),
    ]
    assert again("seed-000", *(made[i] for i in order)).cells == again("seed-000", *made).cells


def test_each_report_of_a_file_has_its_own_values(tmp_path: Path) -> None:
    path = bound(tmp_path / "bound.pdf", "seed-000", "seed-001")
    first, second = extract.read_all(path)
    edition = EditionSet(**BY, table="disclosure_requests", edition="2019", report=2)
    grid = first["disclosure_requests"].grids[0]
    page = {**BY, "page": grid.page, "grid": "requests", "extractor": grid.extractor}
    moved = LineMoved(**page, axis="column", at=grid.columns[-1], to=grid.columns[-1] + 3)
    made = of(first, value(RECEIVED, "31", report=1), value(RECEIVED, "32", report=2), edition, moved)
    one, two = extract.read_all(path, corrections=made)
    assert [cell(found, RECEIVED).value for found in (one, two)] == [31, 32]
    assert [found["disclosure_requests"].edition for found in (one, two)] == ["2021", "2019"]
    assert one.corrections == two.corrections
    assert all(edit.applied for edit in one.corrections)
    assert second["disclosure_requests"].extractor == two["disclosure_requests"].extractor


def test_documents_without_pages_take_values_and_say_what_they_cannot_take(tmp_path: Path) -> None:
    path = (
        FOLDER.parent
        / "tests/data/dumps"
        / sorted(p.name for p in (FOLDER.parent / "tests/data/dumps").glob("*.txt"))[0]
    )
    before = extract.read(path)
    turned = RotationSet(**BY, page=1, rotation=90)
    found = extract.read(path, corrections=of(before, value(RECEIVED, "4321"), turned))
    assert cell(found, RECEIVED).value == Decimal(4321)
    assert [(one.applied, one.cause) for one in found.corrections] == [(True, ""), (False, "the document has no pages")]


def test_a_line_moved_on_a_scan_reads_the_cells_beside_it_again() -> None:
    path = FOLDER / "scans" / "clean-100.pdf"
    before = extract.read(path)
    grid = before["disclosure_requests"].grids[0]
    drawn = {**BY, "page": grid.page, "grid": "requests", "extractor": grid.extractor}
    gone = [LineMoved(**drawn, axis="column", at=grid.columns[-2], to=grid.columns[-1] - 6)]
    cut = extract.read(path, corrections=of(before, *gone))
    assert cut.corrections[0].applied
    wrong = [c for c in cut["disclosure_requests"].cells if c.value != cell_of(before, c.id).value]
    assert wrong
    assert all(c.flagged for c in wrong)
    back = LineMoved(**drawn, axis="column", at=grid.columns[-1] - 6, to=grid.columns[-2])
    mended = extract.read(path, corrections=of(before, *gone, back))
    assert [c.value for c in mended.cells] == [c.value for c in before.cells]


def gongkai(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("gongkai")
    return subprocess.run([script, *map(str, arguments)], capture_output=True, text=True, check=False)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as found:
        return list(csv.DictReader(found))


def test_the_command_replays_a_folder_of_corrections(tmp_path: Path) -> None:
    before = sample("seed-000")
    folder = tmp_path / "corrections"
    folder.mkdir()
    made = (value(RECEIVED, "12", why="=1+1"), value("disclosure_requests/nowhere/total", "1"))
    (folder / name_of(before.sha256)).write_text(dumped(of(before, *made)), encoding="utf-8")
    (folder / name_of(SHA)).write_text("not read: no document of this run", encoding="utf-8")
    inputs = (FOLDER / "seed-000.pdf", FOLDER / "seed-001.pdf")
    done = gongkai("extract", *inputs, "-o", tmp_path / "out", "--corrections", folder)
    assert done.returncode == 0
    assert "1 correction not made" in done.stdout.splitlines()[0]
    assert "correction not made: disclosure_requests/nowhere/total: 1 (li): the table has no such cell" in done.stderr
    rows = {(r["table"], r["row"], r["column"]): r for r in lines(tmp_path / "out/seed-000/cells.csv")}
    own = rows[*RECEIVED.split("/")]
    assert (own["status"], own["value"], own["text"]) == ("corrected", "12", "12")
    assert "set by li on 2026-11-21: =1+1; first read as" in own["reasons"]
    told = json.loads((tmp_path / "out/seed-000/report.json").read_text(encoding="utf-8"))
    assert {one["place"]: one["applied"] for one in told["corrections"]} == {
        RECEIVED: True,
        "disclosure_requests/nowhere/total": False,
    }
    assert told["verdict"] == "needs-review"
    found = next(c for c in told["tables"][1]["cells"] if (c["row"], c["column"]) == ("received", "total"))
    assert found["correction"]["who"] == "li"
    assert found["correction"]["first"]["value"] == str(truth("seed-000")[CellId(*RECEIVED.split("/"))].value)
    page = (tmp_path / "out/seed-000/report.html").read_text(encoding="utf-8")
    assert "Corrections that were not made" in page
    assert 'data-status="corrected"' in page
    other = json.loads((tmp_path / "out/seed-001/report.json").read_text(encoding="utf-8"))
    assert other["corrections"] == []
    twice = gongkai("extract", *inputs, "-o", tmp_path / "again", "--corrections", folder)
    assert twice.stdout == done.stdout
    for name in ("cells.csv", "report.json", "report.html"):
        assert (tmp_path / "out/seed-000" / name).read_bytes() == (tmp_path / "again/seed-000" / name).read_bytes()


def test_a_bad_correction_file_fails_its_document_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / name_of(sample("seed-000").sha256)).write_text("edits: 1", encoding="utf-8")
    inputs = (FOLDER / "seed-000.pdf", FOLDER / "seed-001.pdf")
    done = gongkai("extract", *inputs, "-o", tmp_path / "out", "--corrections", folder, "--no-report")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"{name_of(sample('seed-000').sha256)}: " in done.stderr
    assert [row["verdict"] for row in lines(tmp_path / "out/documents.csv")] == ["unreadable", "ok"]
    assert gongkai("extract", inputs[0], "-o", tmp_path / "o", "--corrections", tmp_path / "none").returncode == 2
