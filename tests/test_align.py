"""Damage to any one row or label of a recovered grid costs that row or column at most, and is never silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

import mutations
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples_truth import NAMES, report, truth

from extract import layout
from extract.align import Alignment, align
from extract.align.lines import is_label
from extract.candidates import Candidate
from extract.check import Checked, check
from extract.judge import outcomes
from extract.labels import plain
from extract.model import BBox, CellId, Grid, GridCell, Reading, Spot, Status

GRIDS = {"proactive": "proactive_disclosure", "requests": "disclosure_requests", "review": "administrative_litigation"}
WORDS = layout.shipped()[0].number_words
OTHER_LETTERS = "天地玄黄宇宙洪荒日月盈昃辰宿列张"

PROPERTY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def fragments(name: str, grid: str) -> tuple[Grid, ...]:
    return report(name)[GRIDS[grid]].grids


def checked(name: str, grid: str, grids: tuple[Grid, ...]) -> Checked:
    edition = report(name)[GRIDS[grid]].edition
    chosen = next(one for one in layout.shipped() if one.edition == edition)
    return check(align(grids, chosen, chosen.grid(grid)))


@cache
def undamaged(name: str, grid: str) -> Alignment:
    return checked(name, grid, fragments(name, grid)).alignment


@st.composite
def places(draw: st.DrawFn) -> tuple[str, str, int]:
    """A sample, one of its printed grids, and one of the grid's fragments."""
    name = draw(st.sampled_from(NAMES))
    grid = draw(st.sampled_from(list(GRIDS)))
    return name, grid, draw(st.integers(0, len(fragments(name, grid)) - 1))


def damaged(place: tuple[str, str, int], fragment: Grid) -> Checked:
    name, grid, index = place
    grids = fragments(name, grid)
    return checked(name, grid, (*grids[:index], fragment, *grids[index + 1 :]))


def assert_contained(place: tuple[str, str, int], result: Checked, box: BBox) -> None:
    """Cells in equal cells out; nothing silent; every cell out of reach of the damaged box is right."""
    name, grid, index = place
    wanted = truth(name)
    assert set(result.cells) == {slot.id for slot in result.alignment.grid.slots}
    page = fragments(name, grid)[index].page
    placed = undamaged(name, grid).placed
    for id_, cell in result.cells.items():
        right = wanted[id_].agrees(cell)
        assert right or cell.flagged, f"silent: {cell} instead of {wanted[id_]}"
        if id_ in placed and not _reached(placed[id_].bbox, placed[id_].page == page, box):
            assert right, f"lost beyond the damage: {cell}"


def _reached(value: BBox, same_page: bool, box: BBox) -> bool:
    """Whether damage in a box can reach a value: it is in its row, or in the header over its column."""
    beside = same_page and value.top < box.bottom - 1 and value.bottom > box.top + 1
    below = value.x0 < box.x1 - 1 and value.x1 > box.x0 + 1 and (not same_page or value.top >= box.bottom - 1)
    return beside or below


def row_box(grid: Grid, row: int) -> BBox:
    return BBox(grid.bbox.x0, grid.rows[row], grid.bbox.x0, grid.rows[row + 1])


@given(place=places(), data=st.data())
@PROPERTY
def test_a_dropped_row_costs_that_row(place: tuple[str, str, int], data: st.DataObject) -> None:
    fragment = fragments(place[0], place[1])[place[2]]
    row = data.draw(st.integers(0, len(fragment.rows) - 2))
    result = damaged(place, mutations.drop_row(fragment, row))
    assert_contained(place, result, header_or_row(fragment, row))


@given(place=places(), data=st.data())
@PROPERTY
def test_a_doubled_row_costs_nothing(place: tuple[str, str, int], data: st.DataObject) -> None:
    fragment = fragments(place[0], place[1])[place[2]]
    row = data.draw(st.integers(0, len(fragment.rows) - 2))
    result = damaged(place, mutations.double_row(fragment, row))
    assert_contained(place, result, BBox(0, 0, 0, 0))


@given(place=places(), above=st.booleans(), data=st.data())
@PROPERTY
def test_a_split_row_costs_that_row(place: tuple[str, str, int], above: bool, data: st.DataObject) -> None:
    fragment = fragments(place[0], place[1])[place[2]]
    row = data.draw(st.integers(0, len(fragment.rows) - 2))
    result = damaged(place, mutations.split_row(fragment, row, values_above=above))
    assert_contained(place, result, header_or_row(fragment, row))


def header_or_row(fragment: Grid, row: int) -> BBox:
    """The reach of damage to a unit row: all columns when it is part of a header, else the row alone."""
    texts = [cell for cell in fragment.cells if cell.row <= row < cell.row + cell.row_span]
    header = all(not cell.text or is_label("".join(cell.text.split()), WORDS) for cell in texts)
    box = row_box(fragment, row)
    return replace_x(box, fragment.bbox) if header else box


def replace_x(box: BBox, wide: BBox) -> BBox:
    return BBox(wide.x0, box.top, wide.x1, box.bottom)


def labels_of(fragment: Grid) -> list[int]:
    return [i for i, cell in enumerate(fragment.cells) if is_label("".join(cell.text.split()), WORDS)]


@given(place=places(), share=st.floats(0.05, 1), data=st.data())
@PROPERTY
def test_a_mistyped_label_costs_its_row_or_column(
    place: tuple[str, str, int], share: float, data: st.DataObject
) -> None:
    fragment = fragments(place[0], place[1])[place[2]]
    choices = labels_of(fragment)
    if not choices:
        return
    at = data.draw(st.sampled_from(choices))
    letters = list("".join(fragment.cells[at].text.split()))
    for i in data.draw(st.permutations(range(len(letters))))[: max(1, int(share * len(letters)))]:
        letters[i] = data.draw(st.sampled_from(OTHER_LETTERS + " "))
    result = damaged(place, mutations.retext(fragment, at, "".join(letters)))
    assert_contained(place, result, fragment.cells[at].bbox)


@given(place=places(), data=st.data())
@PROPERTY
def test_a_lost_label_costs_its_row_or_column(place: tuple[str, str, int], data: st.DataObject) -> None:
    fragment = fragments(place[0], place[1])[place[2]]
    choices = labels_of(fragment)
    if choices:
        at = data.draw(st.sampled_from(choices))
        assert_contained(place, damaged(place, mutations.retext(fragment, at, "")), fragment.cells[at].bbox)


@given(place=places(), data=st.data())
@PROPERTY
def test_a_label_printed_again_in_place_of_another_is_never_silent(
    place: tuple[str, str, int], data: st.DataObject
) -> None:
    fragment = fragments(place[0], place[1])[place[2]]
    choices = labels_of(fragment)
    if not choices:
        return
    at, other = data.draw(st.sampled_from(choices)), data.draw(st.sampled_from(choices))
    result = damaged(place, mutations.retext(fragment, at, fragment.cells[other].text))
    wanted = truth(place[0])
    for id_, cell in result.cells.items():
        assert wanted[id_].agrees(cell) or cell.flagged, f"silent: {cell} instead of {wanted[id_]}"


def test_a_label_printed_again_over_a_row_of_blanks_is_never_silent() -> None:
    fragment = fragments("blanks", "requests")[0]
    choices = labels_of(fragment)
    wanted = truth("blanks")
    for at, other in pairwise(choices):
        result = damaged(("blanks", "requests", 0), mutations.retext(fragment, at, fragment.cells[other].text))
        silent = [cell for id_, cell in result.cells.items() if not (wanted[id_].agrees(cell) or cell.flagged)]
        assert not silent


@pytest.mark.parametrize("name", ["city", "edition-2019"])
def test_the_edition_is_told_by_the_labels_of_each_table(name: str) -> None:
    scores = {}
    for one in layout.shipped():
        scores[one.edition] = align(fragments(name, "requests"), one, one.grid("requests")).score
    assert max(scores, key=scores.__getitem__) == report(name)["disclosure_requests"].edition


class Fragments:
    """Fragments of a printed grid as all the evidence there is."""

    regions = ()

    def __init__(self, *grids: Grid) -> None:
        self._found = Candidate("test", list(grids))

    def candidates(self, _: str) -> Iterator[Candidate]:
        yield self._found

    def last_resort(self, _: str) -> Iterator[Candidate]:
        return iter(())

    def redrawn(self, *_: object) -> Candidate:
        return self._found

    def look_again(self, best: Checked, _: object) -> Checked:
        return best


def test_a_row_that_is_called_as_another_editions_does_not_tell_its_own() -> None:
    """Of a group of three rows the last is left, at the top of a page: the older edition may take it for the group."""
    grids = list(fragments("city", "requests"))
    for gone in ("1.申请人无正当理由", "2.申请人逾期未按"):
        at, row = next((i, c.row) for i, grid in enumerate(grids) for c in grid.cells if c.text.startswith(gone))
        grids[at] = mutations.drop_row(grids[at], row)
    group = next(i for i, cell in enumerate(grids[at].cells) if cell.text.startswith("（六）"))
    grids[at] = mutations.retext(grids[at], group, "")
    wanted = truth("city")
    found = outcomes(Fragments(*grids), layout.shipped(), frozenset({"requests"}))["requests"].winner
    assert found is not None
    strange = [cell for id_, cell in found.cells.items() if id_ not in wanted]
    assert all(any("editions" in reason for reason in cell.reasons) for cell in strange)


def test_a_mistype_of_one_letter_flags_nothing() -> None:
    fragment = fragments("city", "requests")[0]
    for at in labels_of(fragment):
        text = "".join(fragment.cells[at].text.split())
        if len(plain(text)) < 4:
            continue
        result = damaged(("city", "requests", 0), mutations.retext(fragment, at, text[:-2] + "囗" + text[-1]))
        assert not [cell for cell in result.cells.values() if cell.flagged]


@pytest.mark.parametrize(("read", "is_total"), [("(化)总", True), ("(化)余", False), ("化总", False)])
def test_half_a_label_behind_a_misread_number_names_the_row_that_is_due(read: str, *, is_total: bool) -> None:
    fragment = fragments("city", "requests")[0]
    at = next(i for i, cell in enumerate(fragment.cells) if cell.text == "（七）总计")
    result = damaged(("city", "requests", 0), mutations.retext(fragment, at, read))
    row = [cell for id_, cell in result.cells.items() if id_.row == "processed_total"]
    assert [cell.flagged for cell in row] == [not is_total] * 7


def test_one_character_of_a_label_goes_on_on_the_next_page() -> None:
    """With the blank row that a page's end makes of it, and the row after."""
    fragment = fragments("city", "requests")[0]
    label = next(cell for cell in fragment.cells if cell.text == "（七）总计")
    halved = mutations.retext(fragment, fragment.cells.index(label), "（七）总")
    upper, lower = mutations.break_page(mutations.double_row(halved, label.row), label.row + 1)
    cells = [
        cell if cell.row else replace(cell, reading=replace(cell.reading, text="计" if "（七）" in cell.text else ""))
        for cell in lower.cells
    ]
    result = checked("city", "requests", (upper, replace(lower, cells=tuple(cells))))
    row = [cell for id_, cell in result.cells.items() if id_.row == "processed_total"]
    assert [cell.status for cell in row] == [Status.VERIFIED] * 7


def illegible(fragment: Grid, at: int) -> Grid:
    """The fragment with a label's number and every other letter of it read as others, and not surely."""
    letters = "".join(fragment.cells[at].text.split())
    read = "".join(c if i % 2 else OTHER_LETTERS[i % 8] for i, c in enumerate(letters))
    cells = list(mutations.retext(fragment, at, read).cells)
    cells[at] = replace(cells[at], reading=replace(cells[at].reading, confidence=0.2))
    return replace(fragment, cells=tuple(cells))


@pytest.mark.parametrize("lost", ["2.重复", "3.其他", "1.属于"])
def test_labels_that_are_hardly_legible_name_their_rows_together(lost: str) -> None:
    """As of a copy of a copy; one row is not there at all, so that no other can be told by how many there are."""
    fragment, *others = fragments("city", "requests")
    first = next(cell.row for cell in fragment.cells if cell.text.startswith("（一）"))
    gone = next(cell.row for grid in (fragment, *others) for cell in grid.cells if cell.text.startswith(lost))
    for at in labels_of(fragment):
        if fragment.cells[at].row >= first:
            fragment = illegible(fragment, at)
    result = checked("city", "requests", (mutations.drop_row(fragment, gone), *others))
    wanted = truth("city")
    assert not [id_ for id_, cell in result.cells.items() if not (wanted[id_].agrees(cell) or cell.flagged)]
    assert sum(wanted[id_].agrees(cell) for id_, cell in result.cells.items()) >= 0.7 * len(result.cells)


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


def scanned(fragment: Grid) -> Grid:
    """The same as an engine reads it, without a doubt."""
    return replace(
        fragment,
        cells=tuple(replace(cell, reading=replace(cell.reading, source="engine")) for cell in fragment.cells),
    )


AS_READ = {"native": lambda fragment: fragment, "scan": scanned}


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
