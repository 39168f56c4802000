"""Damage to any one row or label of a recovered grid costs that row or column at most, and is never silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import mutations
import pytest
from aligned import GRIDS, PROPERTY, WORDS, checked, damaged, fragments, labels_of, undamaged
from hypothesis import given
from hypothesis import strategies as st
from samples_truth import NAMES, report, truth

from extract import layout
from extract.align import align
from extract.align.lines import is_label
from extract.candidates import Candidate
from extract.check import Checked
from extract.judge import outcomes
from extract.labels import plain
from extract.model import BBox, Grid, GridCell, Reading, Status

OTHER_LETTERS = "天地玄黄宇宙洪荒日月盈昃辰宿列张"


@st.composite
def places(draw: st.DrawFn) -> tuple[str, str, int]:
    """A sample, one of its printed grids, and one of the grid's fragments."""
    name = draw(st.sampled_from(NAMES))
    grid = draw(st.sampled_from(list(GRIDS)))
    return name, grid, draw(st.integers(0, len(fragments(name, grid)) - 1))


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


@pytest.mark.parametrize(("beside", "doubted"), [("（一）予以公开", False), ("（六）其他处理", True)])
def test_a_row_left_over_tells_no_edition_where_another_may_have_it(beside: str, *, doubted: bool) -> None:
    """The one row of 2019 whose label is hardly legible is one of 2021's three, if another stands beside it."""
    grids = list(fragments("edition-2019", "requests"))

    def found(label: str) -> tuple[int, int]:
        return next((i, j) for i, grid in enumerate(grids) for j, c in enumerate(grid.cells) if c.text == label)

    at, cell = found(beside)
    row = grids[at].cells[cell].row
    grids[at] = mutations.double_row(grids[at], row)
    again = next(i for i, c in enumerate(grids[at].cells) if c.row == row + 1 and c.text == beside)
    grids[at] = mutations.retext(grids[at], again, "其中")
    at, cell = found("（六）其他处理")
    grids[at] = mutations.retext(grids[at], cell, "（六）理")
    table = outcomes(Fragments(*grids), layout.shipped(), frozenset({"requests"}))["requests"].winner
    assert table is not None
    assert any("editions" in reason for c in table.cells.values() for reason in c.reasons) == doubted


def test_a_mistype_of_one_letter_flags_nothing() -> None:
    fragment = fragments("city", "requests")[0]
    for at in labels_of(fragment):
        text = "".join(fragment.cells[at].text.split())
        if len(plain(text)) < 4:
            continue
        result = damaged(("city", "requests", 0), mutations.retext(fragment, at, text[:-2] + "囗" + text[-1]))
        assert not [cell for cell in result.cells.values() if cell.flagged]


@pytest.mark.parametrize(
    ("read", "is_total"), [("(化)总", True), ("(化)余", False), ("化总", False), ("七()总", True), ("七()余", False)]
)
def test_half_a_label_behind_a_misread_number_names_the_row_that_is_due(read: str, *, is_total: bool) -> None:
    fragment = fragments("city", "requests")[0]
    at = next(i for i, cell in enumerate(fragment.cells) if cell.text == "（七）总计")
    result = damaged(("city", "requests", 0), mutations.retext(fragment, at, read))
    row = [cell for id_, cell in result.cells.items() if id_.row == "processed_total"]
    assert [cell.flagged for cell in row] == [not is_total] * 7


def test_a_row_beside_lost_ones_is_told_by_its_number() -> None:
    """Half of its label is not enough where two rows are due; with a number that none of the others has it is.

    That of its group stands on the page before.
    """
    fragment = fragments("city", "requests")[0]
    group = next(i for i, cell in enumerate(fragment.cells) if cell.text.startswith("三、"))
    fragment = mutations.retext(fragment, group, "")
    at = next(i for i, cell in enumerate(fragment.cells) if cell.text == "（七）总计")
    before = fragment.cells[at].row - 1
    for label, is_told in (("（七）计总", True), ("（九）计总", False)):
        lost = mutations.drop_row(mutations.retext(fragment, at, label), before)
        result = damaged(("city", "requests", 0), lost)
        row = [cell for id_, cell in result.cells.items() if id_.row == "processed_total"]
        assert [cell.status is not Status.MISSING for cell in row] == [is_told] * 7


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


def test_the_first_words_of_a_label_stand_beside_its_values_on_the_page_before() -> None:
    fragment = fragments("city", "requests")[0]
    label = next(cell for cell in fragment.cells if cell.text.startswith("2.其他"))
    halved = mutations.retext(fragment, fragment.cells.index(label), "2.其他")
    upper, lower = mutations.break_page(mutations.double_row(halved, label.row), label.row + 1)
    rest = label.text.removeprefix("2.其他")
    cells = [
        cell if cell.row else replace(cell, reading=replace(cell.reading, text=rest if "2.其他" in cell.text else ""))
        for cell in lower.cells
    ]
    result = checked("city", "requests", (upper, replace(lower, cells=tuple(cells))))
    row = [cell for id_, cell in result.cells.items() if id_.row == "denied.prohibited_by_law"]
    assert [cell.status for cell in row] == [Status.VERIFIED] * 7


@pytest.mark.parametrize("label", ["3.其他", "1.信访", "3.危及"])
def test_a_row_without_a_label_is_told_by_its_place_and_its_sums(label: str) -> None:
    """Whatever the label of its group, beside it and others, may resemble."""
    fragment = next(grid for grid in fragments("city", "requests") if any(label in cell.text for cell in grid.cells))
    at = next(i for i, cell in enumerate(fragment.cells) if cell.text.startswith(label))
    result = damaged(("city", "requests", 0), mutations.retext(fragment, at, ""))
    assert not [cell for cell in result.cells.values() if cell.flagged]


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


@pytest.mark.parametrize("gone", [("2.没有现成",), ()])
def test_a_row_that_is_hardly_legible_is_in_doubt_beside_one_that_was_not_found(gone: tuple[str, ...]) -> None:
    """Of two rows that look alike to sums one is left: which of them it is nothing tells but its label."""
    fragment = next(grid for grid in fragments("city", "requests") if any("不掌握" in cell.text for cell in grid.cells))
    for label in ("不掌握", "（四）"):
        fragment = illegible(fragment, next(i for i in labels_of(fragment) if label in fragment.cells[i].text))
    for label in gone:
        fragment = mutations.drop_row(fragment, next(c.row for c in fragment.cells if c.text.startswith(label)))
    result = checked("city", "requests", (fragment,))
    row = [cell for id_, cell in result.cells.items() if id_.row == "unavailable.not_held"]
    assert all(cell.flagged for cell in row) is bool(gone)


def with_remarks(fragment: Grid) -> Grid:
    """The fragment with a publisher's column at its right, of a figure in each row."""
    column, right = len(fragment.columns) - 1, fragment.columns[-1] + 30
    first = min(cell.row for cell in fragment.cells if cell.text.isdigit())

    def cell(row: int, end: int, text: str) -> GridCell:
        box = BBox(fragment.columns[-1], fragment.rows[row], right, fragment.rows[end])
        return GridCell(row, column, end - row, 1, box, Reading(text), box)

    heads = [cell(0, first, "备注")] if first else []
    own = (*heads, *(cell(row, row + 1, "8") for row in range(first, len(fragment.rows) - 1)))
    cells = sorted([*fragment.cells, *own], key=lambda cell: (cell.row, cell.column))
    return replace(fragment, columns=(*fragment.columns, right), cells=tuple(cells))


def below_another(fragment: Grid, rows: Sequence[Sequence[str]]) -> Grid:
    """The fragment in one frame with another table of two columns right above it, white space between them."""
    count, top, (x0, *_, middle, _, x1) = len(rows) + 1, fragment.rows[0], fragment.columns
    edges = [top - 12 * (count - i) for i in range(count)]
    above = []
    for row, texts in enumerate([*rows, [""]]):
        sides = [x0, *([middle] if len(texts) > 1 else []), x1]
        for text, (left, right) in zip(texts, pairwise(sides), strict=True):
            box = BBox(left, edges[row], right, edges[row] + 12)
            start = fragment.columns.index(left)
            span = fragment.columns.index(right) - start
            above.append(GridCell(row, start, 1, span, box, Reading(text), box if text else None))
    cells = (*above, *(replace(cell, row=cell.row + count) for cell in fragment.cells))
    return replace(fragment, rows=(*edges, *fragment.rows), cells=cells)


def test_headers_of_another_table_right_above_name_no_columns() -> None:
    """Its last header stands above the publisher's column, too, and says what the form calls its own last one."""
    first, *others = map(with_remarks, fragments("city", "requests"))
    whole = below_another(first, [("单位", "总计"), ("办公室", "6")])
    result = checked("city", "requests", (whole, *others))
    assert [cell for cell in result.cells.values() if cell.flagged] == []


def test_rows_of_another_table_in_one_frame_are_no_values_of_a_row_by_itself() -> None:
    """Their labels stand beside the empty rest of a merged stub cell."""
    (fragment,) = fragments("city", "review")
    edges = fragment.columns
    row = ["", "2.重复申请", *(str(number) for number in range(len(edges) - 3))]
    top = fragment.rows[0] - 14
    boxes = [BBox(x0, top, x1, fragment.rows[0]) for x0, x1 in pairwise(edges)]
    above = [
        GridCell(0, i, 1, 1, box, Reading(text), box) for i, (text, box) in enumerate(zip(row, boxes, strict=True))
    ]
    cells = (*above, *(replace(cell, row=cell.row + 1) for cell in fragment.cells))
    result = checked("city", "review", (replace(fragment, rows=(top, *fragment.rows), cells=cells),))
    assert [cell for cell in result.cells.values() if cell.flagged] == []
