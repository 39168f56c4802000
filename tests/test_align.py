"""Damage to any one row or label of a recovered grid costs that row or column at most, and is never silent."""

from __future__ import annotations

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
from extract.check import Checked, check
from extract.labels import plain
from extract.model import BBox, CellId, Grid, Status

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


def test_a_mistype_of_one_letter_flags_nothing() -> None:
    fragment = fragments("city", "requests")[0]
    for at in labels_of(fragment):
        text = "".join(fragment.cells[at].text.split())
        if len(plain(text)) < 4:
            continue
        result = damaged(("city", "requests", 0), mutations.retext(fragment, at, text[:-2] + "囗" + text[-1]))
        assert not [cell for cell in result.cells.values() if cell.flagged]


def test_blanks_stay_blank_and_keep_their_marks() -> None:
    cells = [cell for cell in report("blanks").cells if cell.status is Status.BLANK]
    assert {cell.value for cell in cells} == {None}
    assert {cell.text for cell in cells} == {true.text for true in truth("blanks").values() if true.status == "blank"}


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


LEAVES = [i for i, cell in enumerate(fragments("city", "requests")[0].cells) if cell.text[:2] in {"1.", "2.", "4."}]


@pytest.mark.parametrize("at", LEAVES)
def test_the_sums_tell_a_row_of_section_three_without_its_label(at: int) -> None:
    fragment = fragments("city", "requests")[0]
    result = damaged(("city", "requests", 0), mutations.retext(fragment, at, ""))
    assert not [cell for cell in result.cells.values() if cell.flagged]


@given(at=st.sampled_from(LEAVES), data=st.data())
@PROPERTY
def test_another_number_in_a_row_without_its_label_is_flagged(at: int, data: st.DataObject) -> None:
    fragment = fragments("city", "requests")[0]
    row = fragment.cells[at].row
    values = [i for i, cell in enumerate(fragment.cells) if cell.row == row and cell.text.isdigit()]
    lost = mutations.retext(fragment, at, "")
    for i in data.draw(st.sets(st.sampled_from(values), min_size=1)):
        lost = mutations.retext(lost, i, str(data.draw(st.integers(0, 40))))
    result = damaged(("city", "requests", 0), lost)
    wanted = truth("city")
    assert not [cell for id_, cell in result.cells.items() if not (wanted[id_].agrees(cell) or cell.flagged)]


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
