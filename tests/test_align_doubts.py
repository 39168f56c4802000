"""Rows of which neither a label nor a sum tells are in doubt, and no others are."""

from __future__ import annotations

from dataclasses import replace

import mutations
import pytest
from aligned import AS_READ, PROPERTY, WORDS, checked, damaged, fragments, scanned, undamaged
from hypothesis import given
from hypothesis import strategies as st
from samples_truth import report, truth

from extract.align.lines import is_label
from extract.labels import plain
from extract.model import BBox, CellId, Grid, GridCell, Reading, Spot, Status


def test_blanks_stay_blank_and_keep_their_marks() -> None:
    cells = [cell for cell in report("blanks").cells if cell.status is Status.BLANK]
    assert {cell.value for cell in cells} == {None}
    assert {cell.text for cell in cells} == {true.text for true in truth("blanks").values() if true.status == "blank"}


def test_a_number_in_the_cell_of_a_label_leaves_no_certain_blank() -> None:
    """A column's edge seen too far right: the value stands behind the label."""
    fragment = fragments("city", "requests")[0]
    id_ = CellId("disclosure_requests", "received", "natural_person")
    at = undamaged("city", "requests").placed[id_].at
    value = next(i for i, cell in enumerate(fragment.cells) if (cell.row, cell.column) == (at.row, at.column))
    label = next(i for i, cell in enumerate(fragment.cells) if cell.row == at.row)
    behind = mutations.retext(fragment, label, f"{fragment.cells[label].text} {fragment.cells[value].text}")
    result = damaged(("city", "requests", 0), mutations.retext(behind, value, ""))
    assert result.cells[id_].flagged
    assert "a number stands in the cell of the row's label" in result.cells[id_].reasons
    assert not [one for one in result.identities if one.verdict == "published"]


def test_two_rows_with_one_label_and_other_values_are_flagged() -> None:
    fragment = fragments("city", "requests")[0]
    id_ = CellId("disclosure_requests", "received", "natural_person")
    row = next(cell.row for cell in fragment.cells if cell.bbox == undamaged("city", "requests").placed[id_].bbox)
    doubled = mutations.double_row(fragment, row)
    changed = next(i for i, cell in enumerate(doubled.cells) if cell.row == row + 1 and not cell.text.startswith("一"))
    result = damaged(("city", "requests", 0), mutations.retext(doubled, changed, "77777"))
    assert all(cell.flagged for key, cell in result.cells.items() if key.row == "received")


def test_a_number_over_two_rows_is_doubted_and_not_laid_to_the_publisher() -> None:
    fragment = fragments("city", "requests")[0]
    ids = [CellId("disclosure_requests", row, "total") for row in ("received", "carried_in")]
    placed = [undamaged("city", "requests").placed[id_] for id_ in ids]
    result = damaged(("city", "requests", 0), mutations.merge(fragment, *(one.bbox for one in placed)))
    assert all(result.cells[id_].flagged for id_ in ids)
    assert all("one printed cell stands in several rows" in result.cells[id_].reasons for id_ in ids)
    assert not [one for one in result.identities if one.verdict == "published"]


def test_an_empty_row_beside_values_that_no_row_claims_is_no_row_of_blanks() -> None:
    """Lines of two labels side by side, read as one: the half without values is the more like the row's label."""
    fragment = fragments("city", "requests")[0]
    at = next(i for i, cell in enumerate(fragment.cells) if "不掌握" in cell.text)
    torn = mutations.split_row(fragment, fragment.cells[at].row, values_above=True)
    halves = [i for i, cell in enumerate(torn.cells) if cell.bbox.x0 == fragment.cells[at].bbox.x0]
    above = next(i for i in halves if torn.cells[i].row == fragment.cells[at].row)
    torn = mutations.retext(torn, above, "无提1.机掌")
    below = next(i for i in halves if torn.cells[i].row == fragment.cells[at].row + 1)
    result = damaged(("city", "requests", 0), mutations.retext(torn, below, "法供本关不握相关政府信息"))
    wanted = truth("city")
    row = [(id_, cell) for id_, cell in result.cells.items() if id_.row == "unavailable.not_held"]
    assert not [cell for id_, cell in row if not (wanted[id_].agrees(cell) or cell.flagged)]
    assert any(cell.flagged for _, cell in row)


def test_a_row_of_blanks_above_a_number_in_its_labels_column_is_no_row_of_blanks() -> None:
    """A page of boxes, as some programs print a grid that they cannot lay out: each number stands below its label."""
    fragment = fragments("city", "requests")[0]
    at = next(i for i, cell in enumerate(fragment.cells) if "不掌握" in cell.text)
    torn = mutations.split_row(fragment, fragment.cells[at].row, values_above=True)
    label = torn.cells[at].bbox.x0
    for i, cell in enumerate(torn.cells):
        if cell.row == fragment.cells[at].row and cell.bbox.x0 > label:
            torn = mutations.retext(torn, i, "")
    below = next(i for i, c in enumerate(torn.cells) if c.row == fragment.cells[at].row + 1 and c.bbox.x0 == label)
    result = damaged(("city", "requests", 0), mutations.retext(torn, below, "6"))
    row = [cell for id_, cell in result.cells.items() if id_.row == "unavailable.not_held"]
    assert row
    assert all(cell.flagged for cell in row)


def another_table(*rows: tuple[str, str]) -> Grid:
    """A table of labels and numbers below all else."""
    edges = 80.0, 300.0, 500.0
    cells = [
        GridCell(r, c, 1, 1, BBox(edges[c], 700.0 + 20 * r, edges[c + 1], 720.0 + 20 * r), Reading(text))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    tops = tuple(700.0 + 20 * r for r in range(len(rows) + 1))
    return Grid(1, "test", BBox(80, 700, 500, tops[-1]), tops, edges, tuple(cells))


def flagged_rows(grids: tuple[Grid, ...]) -> set[str]:
    return {id_.row for id_, cell in checked("city", "proactive", grids).cells.items() if cell.flagged}


def test_a_table_behind_the_forms_last_row_doubts_no_row() -> None:
    whole = fragments("city", "proactive")
    assert not flagged_rows((*whole, another_table(("政策解读", "30"), ("规范性文件", "4"), ("其他", "9"))))


def test_what_may_be_the_forms_behind_its_last_row_doubts_rows() -> None:
    """As many values beside the same label, the rest of its label, or values without a label of a row that has none."""
    *before, last = fragments("city", "proactive")
    fees = last.cells[-1]
    assert "fees" in flagged_rows((*before, last, another_table(("行政事业性收费", "4"))))
    assert "fees" in flagged_rows((*before, last, another_table(("收费", "4"))))
    emptied = mutations.retext(last, len(last.cells) - 1, "")
    assert fees.text
    assert "fees" in flagged_rows((*before, emptied, another_table(("政策解读", fees.text))))


def cut_above_its_values(grid: Grid) -> tuple[Grid, Grid]:
    """A fragment of one row as a page's end cuts it: its label, and its values without any."""
    labels, values = grid, grid
    for i, cell in enumerate(grid.cells):
        labels = labels if is_label(cell.text, WORDS) else mutations.retext(labels, i, "")
        values = mutations.retext(values, i, "") if is_label(cell.text, WORDS) else values
    return labels, values


def test_the_last_row_takes_the_values_that_stand_alone_on_the_next_page() -> None:
    *before, last = fragments("city", "requests")
    labels, values = cut_above_its_values(last)
    result = checked("city", "requests", (*before, labels, values))
    assert not [cell for cell in result.cells.values() if cell.flagged]
    more = checked("city", "requests", (*before, labels, mutations.double_row(values, 0)))
    assert all(cell.flagged for id_, cell in more.cells.items() if id_.row == "carried_forward")


def test_a_groups_label_does_not_name_one_of_its_rows() -> None:
    """As some print the group, 其他, its last row is called; the first of them is misspelt and ends a page."""
    fragment = fragments("city", "requests")[0]
    printed = {
        "三、本年度办理": "三、本年度办结果",
        "（六）": "（六）其他",
        "1.申请人无正当": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公公申请",
        "2.申请人逾期未": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开开申请",
    }
    for start, text in printed.items():
        [at] = [i for i, cell in enumerate(fragment.cells) if plain(cell.text).startswith(plain(start))]
        fragment = mutations.retext(fragment, at, text)
    second = next(cell for cell in fragment.cells if cell.text == text)
    result = checked(
        "city", "requests", (*mutations.break_page(fragment, second.row), *fragments("city", "requests")[1:])
    )
    assert not [cell for cell in result.cells.values() if cell.flagged]


LEAVES = [i for i, cell in enumerate(fragments("city", "requests")[0].cells) if cell.text[:2] in {"1.", "2.", "4."}]


@pytest.mark.parametrize("kind", AS_READ)
@pytest.mark.parametrize("at", LEAVES)
def test_the_sums_tell_a_row_of_section_three_without_its_label(at: int, kind: str) -> None:
    fragment = AS_READ[kind](fragments("city", "requests")[0])
    result = damaged(("city", "requests", 0), mutations.retext(fragment, at, ""))
    assert not [cell for cell in result.cells.values() if cell.flagged]


@given(at=st.sampled_from(LEAVES), kind=st.sampled_from(list(AS_READ)), data=st.data())
@PROPERTY
def test_another_number_in_a_row_without_its_label_is_flagged(at: int, kind: str, data: st.DataObject) -> None:
    fragment = AS_READ[kind](fragments("city", "requests")[0])
    row = fragment.cells[at].row
    values = [i for i, cell in enumerate(fragment.cells) if cell.row == row and cell.text.isdigit()]
    lost = mutations.retext(fragment, at, "")
    for i in data.draw(st.sets(st.sampled_from(values), min_size=1)):
        lost = mutations.retext(lost, i, str(data.draw(st.integers(0, 40))))
    result = damaged(("city", "requests", 0), lost)
    wanted = truth("city")
    assert not [cell for id_, cell in result.cells.items() if not (wanted[id_].agrees(cell) or cell.flagged)]


def proactive(*labels: str) -> tuple[tuple[Grid, ...], Grid, list[int]]:
    """Section two of a sample as scanned: what comes before its last fragment, this, and its rows of these labels."""
    *before, last = map(scanned, fragments("city", "proactive"))
    return tuple(before), last, [cell.row for label in labels for cell in last.cells if label in cell.text]


def test_a_row_that_a_scanned_table_lacks_puts_no_other_row_in_doubt() -> None:
    before, last, (row,) = proactive("行政强制")
    result = checked("city", "proactive", (*before, mutations.drop_row(last, row)))
    assert [(id_.row, cell.status) for id_, cell in result.cells.items() if cell.flagged] == [
        ("coercion", Status.MISSING)
    ]


@pytest.mark.parametrize("printed", [("3", "5"), ("3", ""), ("", "5")])
def test_two_rows_of_a_scanned_table_that_became_one_are_in_doubt(printed: tuple[str, str]) -> None:
    """As where the line between them is lost."""
    before, last, rows = proactive("行政处罚", "行政强制")
    for row, value in zip(rows, printed, strict=True):
        at = next(i for i, cell in enumerate(last.cells) if cell.row == row and cell.text.isdigit())
        last = mutations.retext(last, at, value)
    upper, lower = ([cell for cell in last.cells if cell.row == row] for row in rows)
    for one, other in zip(upper, lower, strict=True):
        text = "\n".join(filter(None, (one.text, other.text)))
        last = mutations.retext(last, last.cells.index(one), text)
    result = checked("city", "proactive", (*before, mutations.drop_row(last, rows[1])))
    assert all(cell.flagged for id_, cell in result.cells.items() if id_.row in {"penalties", "coercion"})


def test_a_label_cut_off_by_a_pages_edge_is_no_row_of_blanks() -> None:
    """Its beginning and its values ended a page of which nothing was made."""
    fragment, *rest = fragments("city", "requests")
    at = next(i for i, cell in enumerate(fragment.cells) if "大量反复" in cell.text)
    row = fragment.cells[at].row
    torn = mutations.split_row(fragment, row, values_above=True)
    before, after = torn, torn
    for _ in range(len(torn.rows) - 1 - (row - 6)):
        before = mutations.drop_row(before, row - 6)
    for _ in range(row + 1):
        after = mutations.drop_row(after, 0)
    rest_of_label = next(i for i, cell in enumerate(after.cells) if "大量反复" in cell.text)
    after = mutations.retext(after, rest_of_label, "当理由大量反复申请")
    whole, wanted = checked("city", "requests", (torn, *rest)), truth("city")
    assert not [id_ for id_, cell in whole.cells.items() if cell.flagged or not wanted[id_].agrees(cell)]
    result = checked("city", "requests", (before, after, *rest))
    row_of = [cell for id_, cell in result.cells.items() if id_.row == "not_processed.excessive"]
    assert all(any("another page" in reason for reason in cell.reasons) for cell in row_of)
    assert not [cell for id_, cell in result.cells.items() if not (wanted[id_].agrees(cell) or cell.flagged)]


@pytest.mark.parametrize("kind", AS_READ)
def test_two_rows_of_numbers_in_one_are_in_doubt_though_their_sum_holds(kind: str) -> None:
    """As where the line between them is lost: what holds of each row holds of both."""
    fragment = AS_READ[kind](fragments("city", "requests")[0])
    rows = [next(cell.row for cell in fragment.cells if cell.text.startswith(label)) for label in ("1.信访", "2.重复")]
    for row, printed in zip(rows, ("1000001", "0000000"), strict=True):
        values = [i for i, cell in enumerate(fragment.cells) if cell.row == row and cell.text.isdigit()]
        for i, value in zip(values, printed, strict=True):
            fragment = mutations.retext(fragment, i, value)
    upper, lower = ([cell for cell in fragment.cells if cell.row == row and cell.text.isdigit()] for row in rows)
    for one, other in zip(upper, lower, strict=True):
        fragment = mutations.retext(fragment, fragment.cells.index(one), f"{one.text}\n{other.text}")
    result = damaged(("city", "requests", 0), mutations.drop_row(fragment, rows[1]))
    assert all(cell.flagged for id_, cell in result.cells.items() if id_.row == "not_processed.petition")


@pytest.mark.parametrize("lost", [False, True])
def test_wrapped_numbers_of_a_row_are_two_rows_only_where_one_beside_it_is_missing(*, lost: bool) -> None:
    """As columns one digit wide have them."""
    fragment = scanned(fragments("city", "requests")[0])
    row = next(cell.row for cell in fragment.cells if cell.text.startswith("一、本年新收"))
    for i, cell in enumerate(fragment.cells):
        if cell.row == row and cell.text.isdigit():
            fragment = mutations.retext(fragment, i, "\n".join(cell.text))
    result = damaged(("city", "requests", 0), mutations.drop_row(fragment, row + 1) if lost else fragment)
    assert {cell.flagged for id_, cell in result.cells.items() if id_.row == "received"} == {lost}


@pytest.mark.parametrize("beside", ["0", "00"])
def test_a_number_that_lost_an_end_as_its_rows_sum_did_is_in_doubt_beside_a_doubled_nought(beside: str) -> None:
    """As numbers wider than their cells are read: what ran over stands in the cell beside."""
    fragment = scanned(fragments("city", "requests")[0])
    row = next(cell.row for cell in fragment.cells if "三安全" in cell.text)
    values = [i for i, cell in enumerate(fragment.cells) if cell.row == row and cell.text.isdigit()]
    for i, text in zip(values, ("0", "0", "0", "0", beside, "835", "835"), strict=True):
        fragment = mutations.retext(fragment, i, text)
    cells = damaged(("city", "requests", 0), fragment).cells
    reasons = cells[CellId("disclosure_requests", "denied.safety_and_stability", "other_organization")].reasons
    assert any("the cell beside it may hold its number" in reason for reason in reasons) == (beside == "00")


@pytest.mark.parametrize(("hardly", "believed"), [(4, True), (6, False)])
def test_a_number_that_no_sum_covers_is_not_believed_where_most_of_a_table_is_illegible(
    hardly: int, believed: bool
) -> None:
    """A scan so bad that most readings are in doubt has misreadings that look sure as well."""
    weak = 0
    grids = []
    for fragment in map(scanned, fragments("city", "proactive")):
        cells = list(fragment.cells)
        for i, cell in enumerate(cells):
            if cell.text.replace(".", "").isdigit() and weak < hardly:
                cells[i] = replace(cell, reading=replace(cell.reading, confidence=0.3))
                weak += 1
        grids.append(replace(fragment, cells=tuple(cells)))
    result = checked("city", "proactive", tuple(grids))
    assert sum(cell.flagged for cell in result.cells.values()) == (hardly if believed else len(result.cells))


def test_ink_in_one_half_of_a_split_cell_is_no_blank() -> None:
    """As where a nought was taken for a piece of a line down its cell, and what is left of it cannot be read."""
    fragment = scanned(fragments("city", "requests")[0])
    cells = list(fragment.cells)
    at = next(i for i, cell in enumerate(cells) if "三安全" in cell.text) + 3
    (x0, top, x1, bottom), empty = cells[at].bbox, Reading("", 1.0, "engine")
    half = (x0 + x1) / 2
    left = replace(cells[at], bbox=BBox(x0, top, half, bottom), reading=empty, ink=None)
    box = BBox(half, top, x1, bottom)
    cells[at : at + 1] = [left, replace(cells[at], bbox=box, reading=replace(empty, confidence=0.3), ink=box)]
    result = damaged(("city", "requests", 0), replace(fragment, cells=tuple(cells)))
    (cell,) = (cell for cell in result.cells.values() if cell.value is None)
    assert (cell.id.column, cell.status, cell.score) == ("research_institution", Status.SUSPECT, 0.3)


@pytest.mark.parametrize("weak", [False, True])
def test_no_sum_tells_a_blank_from_a_nought_where_most_of_a_table_is_illegible(*, weak: bool) -> None:
    placed = undamaged("seed-001", "requests").placed
    noughts = [one.at for one in placed.values() if one.reading.text == "0"]
    blanked = {id_ for id_, one in placed.items() if one.at in noughts[::9]}

    def worn(grid: int, cell: GridCell) -> GridCell:
        at = Spot(grid, cell.row, cell.column)
        text = "" if at in noughts[::9] else cell.text
        sure = 0.3 if weak and text.isdigit() else cell.reading.confidence
        return replace(cell, reading=replace(cell.reading, text=text, confidence=sure))

    grids = [
        replace(scanned(fragment), cells=tuple(worn(i, cell) for cell in scanned(fragment).cells))
        for i, fragment in enumerate(fragments("seed-001", "requests"))
    ]
    cells = checked("seed-001", "requests", tuple(grids)).cells
    assert len(blanked) > 5
    assert {cells[id_].flagged for id_ in blanked} == {weak}
    reason = "most of the table is hard to read, and no sum tells a blank from a nought"
    assert {reason in cells[id_].reasons for id_ in blanked} == {weak}
