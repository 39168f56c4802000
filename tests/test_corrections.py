"""Corrections as data: what a file may hold, and what replaying it does to a report."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from edits import BY, NOON, edits, of, value
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from samples_truth import FOLDER, truth
from samples_truth import report as sample
from test_parts import bound

import extract
from extract.corrections import (
    CellDoubted,
    ColumnAssigned,
    Corrections,
    EditionSet,
    RegionSet,
    RotationSet,
    RowAssigned,
    dumped,
    name_of,
    of_document,
    parsed,
)
from extract.corrections.edits import CellsMerged, CellSplit, LineAdded, LineMoved, LineRemoved
from extract.errors import CorrectionsError, MisfitError
from extract.export import json_
from extract.grids.redraw import Tiling, changed
from extract.model import Cell, CellId, Report, Status, Verdict

SHA = "0" * 64
RECEIVED = "disclosure_requests/received/total"
SCHEMA = json.loads((Path(__file__).parents[1] / "docs/report.schema.json").read_text(encoding="utf-8"))


def again(name: str, *made: object) -> Report:
    """A sample read with these edits; what it says of them is what its schema asks for."""
    known = sample(name)
    found = extract.read(FOLDER / f"{name}.pdf", corrections=of(known, *made))
    Draft202012Validator(SCHEMA).validate(json_.document(found))
    return found


def cell(report: Report, name: str) -> Cell:
    table, row, column = name.split("/")
    return report[table][row, column]


def file(body: str) -> str:
    return f"schema: gongkai-corrections/1\ndocument: '{SHA}'\nedits:\n{body}"


ONE = "- {edit: value, table: t, row: r, column: c, value: '1', who: li, when: 2026-11-21T12:00:00Z}"


# --- the file ---


@settings(max_examples=150, deadline=None)
@given(st.lists(edits, max_size=6))
def test_what_is_written_is_read_again_and_written_the_same(made: list[object]) -> None:
    text = dumped(Corrections(SHA, "r.pdf", tuple(made)))
    found = parsed(text, "x")
    assert Counter(found.edits) == Counter(made)
    assert dumped(found) == text


@settings(max_examples=50, deadline=None)
@given(st.lists(edits, min_size=1, max_size=6), edits)
def test_one_edit_more_adds_lines_and_changes_none(made: list[object], more: object) -> None:
    before = dumped(Corrections(SHA, "", tuple(made))).splitlines()
    after = dumped(Corrections(SHA, "", (*made, more))).splitlines()
    rest = iter(after)
    assert all(line in rest for line in before)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (file(ONE.replace("who: li, ", "")), "who: Field required"),
        (file(ONE.replace("who", "whom: li, who")), "whom: there is no such key"),
        (file(ONE.replace("'1'", "1")), "value: Input should be a valid string"),
        (file(ONE.replace("'1'", "'01'")), "value: String should match"),
        (file(ONE.replace("'1'", "'1,000'")), "value: String should match"),
        (file(ONE.replace("'1'", "NaN")), "value"),
        (file(ONE.replace("value, t", "guess, t")), "edits.1"),
        (file(ONE.replace("T12:00:00Z", "T12:00:00")), "timezone"),
        (file(ONE.replace("who: li", "who: li, who: wang")), "who is given twice"),
        (file(f"- &a {ONE[2:]}\n- *a"), "aliases are not used here"),
        (file("- {edit: region, page: 1, grid: g, was: null, box: null, who: l, when: 2026-11-21T12:00:00Z}"), "was"),
        (
            file(
                "- {edit: region, page: 1, grid: g, was: null, box: [5, 1, 5, 9], who: l, when: 2026-11-21T12:00:00Z}"
            ),
            "box",
        ),
        (file("- {edit: rotation, page: 1, rotation: 45, who: l, when: 2026-11-21T12:00:00Z}"), "rotation"),
        (file(ONE).replace("corrections/1", "corrections/2"), "schema"),
        (file(ONE).replace(SHA, "abc"), "document"),
        (file(ONE) + "\nnote: hello", "note: there is no such key"),
        ("- 1", "valid dictionary"),
        ("{", "not YAML"),
        ("edits: " + "[" * 5000, "x: "),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_with_the_place(text: str, cause: str) -> None:
    with pytest.raises(CorrectionsError, match=r"^x: ") as raised:
        parsed(text, "x")
    assert cause in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_named_after_another_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / name_of("1" * 64)).write_text(file(ONE), encoding="utf-8")
    with pytest.raises(CorrectionsError, match="another document"):
        of_document(tmp_path, "1" * 64)
    assert of_document(tmp_path, SHA) is None


def test_corrections_of_another_document_are_refused() -> None:
    with pytest.raises(CorrectionsError, match="another document"):
        extract.read(FOLDER / "blanks.pdf", corrections=Corrections(SHA, "", ()))


# --- lines and cells ---


@st.composite
def tilings(draw: st.DrawFn) -> Tiling:
    """Any grid cut from one cell by lines across its cells, whole or in part."""
    tiles = Tiling((0.0, 100.0), (0.0, 200.0), ((0, 0, 1, 1),))
    for _ in range(draw(st.integers(0, 8))):
        one = tiles.box(draw(st.sampled_from(tiles.cells)))
        axis = draw(st.sampled_from(["row", "column"]))
        low, high = (one.top, one.bottom) if axis == "row" else (one.x0, one.x1)
        if high - low >= 8:
            at = low + draw(st.integers(1, 3)) * (high - low) / 4
            tiles = attempted(tiles, CellSplit(**DRAWN, box=tuple(one), axis=axis, at=at))
    return tiles


DRAWN = {**BY, "page": 1, "grid": "g", "extractor": "rulings"}


def attempted(tiles: Tiling, edit: object) -> Tiling:
    try:
        return changed(tiles, edit)
    except MisfitError:
        return tiles


def whole(tiles: Tiling) -> bool:
    """Whether the cells tile the units, each once, and the edges ascend."""
    units = Counter(
        (r, c) for top, left, bottom, right in tiles.cells for r in range(top, bottom) for c in range(left, right)
    )
    every = {(r, c) for r in range(len(tiles.rows) - 1) for c in range(len(tiles.columns) - 1)}
    ascending = all(a < b for edges in (tiles.rows, tiles.columns) for a, b in pairwise(edges))
    return set(units) == every and set(units.values()) == {1} and ascending


spots = st.floats(-30, 230).map(lambda x: round(x, 1))


@settings(max_examples=300, deadline=None)
@given(tilings(), st.data())
def test_no_edit_leaves_a_hole_or_an_overlap(tiles: Tiling, data: st.DataObject) -> None:
    axis = data.draw(st.sampled_from(["row", "column"]))
    at, to = data.draw(spots), data.draw(spots)
    one = data.draw(st.sampled_from(tiles.cells))
    low, high = sorted((at, to))
    made = data.draw(
        st.sampled_from(
            [
                LineAdded(**DRAWN, axis=axis, at=at),
                LineAdded(**DRAWN, axis=axis, at=at, span=(low - 20, high)),
                LineMoved(**DRAWN, axis=axis, at=at, to=to),
                LineRemoved(**DRAWN, axis=axis, at=at),
                CellsMerged(**DRAWN, box=(low, low, high + 1, high + 1)),
                CellSplit(**DRAWN, box=tuple(tiles.box(one)), axis=axis, at=at),
            ]
        )
    )
    assert whole(tiles)
    assert whole(attempted(tiles, made))


@settings(max_examples=200, deadline=None)
@given(tilings(), st.sampled_from(["row", "column"]), spots)
def test_a_line_added_and_removed_again_changes_nothing(tiles: Tiling, axis: str, at: float) -> None:
    added = attempted(tiles, LineAdded(**DRAWN, axis=axis, at=at))
    if added != tiles:
        assert changed(added, LineRemoved(**DRAWN, axis=axis, at=at)) == tiles


@settings(max_examples=100, deadline=None)
@given(tilings(), st.sampled_from(["row", "column"]), spots, spots)
def test_a_line_moved_there_and_back_changes_nothing(tiles: Tiling, axis: str, at: float, to: float) -> None:
    edges = tiles.rows if axis == "row" else tiles.columns
    own = min(edges, key=lambda edge: abs(edge - at))
    moved = attempted(tiles, LineMoved(**DRAWN, axis=axis, at=own, to=to))
    if moved != tiles:
        back = changed(moved, LineMoved(**DRAWN, axis=axis, at=to, to=own))
        assert back.cells == tiles.cells
        assert back.columns + back.rows == pytest.approx(tiles.columns + tiles.rows, abs=0.01)


@settings(max_examples=200, deadline=None)
@given(tilings(), st.data())
def test_a_cell_split_and_merged_again_changes_nothing(tiles: Tiling, data: st.DataObject) -> None:
    box = tiles.box(data.draw(st.sampled_from(tiles.cells)))
    axis = data.draw(st.sampled_from(["row", "column"]))
    at = data.draw(st.floats(box.x0, box.x1) if axis == "column" else st.floats(box.top, box.bottom))
    split = attempted(tiles, CellSplit(**DRAWN, box=tuple(box), axis=axis, at=at))
    if split != tiles:
        assert len(split.cells) == len(tiles.cells) + 1
        assert changed(split, CellsMerged(**DRAWN, box=tuple(box))) == tiles


def test_of_rows_lower_than_lines_may_be_off_the_one_that_is_meant_is_split() -> None:
    tiles = Tiling(
        (0.0, 25.0, 27.0, 30.0, 55.0), (0.0, 200.0), ((0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1), (3, 0, 4, 1))
    )
    split = changed(tiles, CellSplit(**DRAWN, box=(0.0, 27.0, 200.0, 30.0), axis="column", at=80.0))
    assert [tuple(split.box(cell)) for cell in split.cells if cell[3] - cell[1] == 1] == [
        (0.0, 27.0, 80.0, 30.0),
        (80.0, 27.0, 200.0, 30.0),
    ]


# --- replay on documents ---


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


def requests(name: str) -> tuple[int, tuple[float, ...], tuple[float, ...], str]:
    """Page, columns, rows and extractor of the first fragment of the table of requests."""
    grid = sample(name)["disclosure_requests"].grids[0]
    return grid.page, grid.columns, grid.rows, grid.extractor


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


def cell_of(report: Report, id_: CellId) -> Cell:
    return report[id_.table][id_.row, id_.column]


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


# --- the command ---


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
