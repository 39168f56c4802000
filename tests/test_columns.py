"""Columns whose header is on the page before: under it, as far as both fragments are the same table's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.align.columns import MOVED, UNNAMED, by_order, match_columns
from extract.align.exact import is_exact
from extract.align.fragments import inherited, match_columns_below
from extract.align.lines import Line
from extract.align.printed import Interval
from extract.align.unparted import doubted
from extract.layout import shipped
from extract.model import BBox, GridCell, Reading

BLOCK = next(key.block for key in shipped()[0].grid("requests").keys)
NAMES = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
STUB, WIDTH = 250.0, 30.0
ABOVE = BBox(130, 700, 130 + STUB + 7 * WIDTH, 790)


def header() -> list[Line]:
    """The last header row of a fragment on the page before: a corner, and a column's name in each cell."""
    edges = [ABOVE.x0, *(ABOVE.x0 + STUB + i * WIDTH for i in range(8))]
    texts = ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", *NAMES]
    cells = tuple(
        GridCell(0, i, 1, 1, BBox(edges[i], 760, edges[i + 1], 790), Reading(text)) for i, text in enumerate(texts)
    )
    return [Line(0, 0, cells, tuple(texts), (True,) * 8, 0)]


def columns(here: BBox, moved: float = 0.0) -> tuple[Interval, ...]:
    """The value columns of a fragment, as the header's stand in its own; `moved` by points."""
    scale = here.width / ABOVE.width
    edges = [here.x0 + (STUB + i * WIDTH) * scale + moved for i in range(8)]
    return tuple(Interval(*edges[i : i + 2]) for i in range(7))


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("x0", [100.0, 130.0, 145.0])
def test_fragments_photographed_otherwise_are_laid_on_each_other(x0: float, scale: float) -> None:
    here = BBox(x0, 90, x0 + ABOVE.width * scale, 500)
    found = match_columns_below(columns(here), header(), BLOCK, here, ABOVE, parted=True)
    assert found is not None
    assert found.canonical == {i: i for i in range(7)}
    assert not found.doubts
    assert found.printed == columns(here)


def test_columns_that_meet_those_of_the_header_in_neither_way_are_doubted() -> None:
    """Each may be its neighbour, and sums down a column hold in whichever it is."""
    here = BBox(100, 90, 400, 500)
    found = match_columns_below(columns(ABOVE, moved=-WIDTH), header(), BLOCK, here, ABOVE, parted=True)
    assert found is not None
    assert set(found.doubts) == set(found.canonical)


@pytest.mark.parametrize(("first", "headed", "told"), [(0, True, True), (0, False, False), (1, True, False)])
def test_columns_beside_the_middles_of_headers_are_told_where_figures_show_it(
    first: int, *, headed: bool, told: bool
) -> None:
    """Figures stand at the right of their columns; where one is lacking, two may have run into one."""
    narrow = tuple(Interval(x1 - 0.4 * WIDTH, x1) for _, x1 in columns(ABOVE))[first:]
    found = match_columns_below(narrow, header(), BLOCK, ABOVE, ABOVE, parted=False, headed=headed)
    assert found is not None
    assert (not found.doubts) == told


def in_one(first: int) -> list[Line]:
    """The header with the names of two columns, the first of them given, run into one."""
    (line,) = header()
    left, right = line.cells[first : first + 2]
    text = left.text + right.text
    both = GridCell(0, first, 1, 2, left.bbox._replace(x1=right.bbox.x1), Reading(text))
    cells, texts = ((*own[:first], one, *own[first + 2 :]) for own, one in ((line.cells, both), (line.texts, text)))
    return [Line(0, 0, cells, texts, (True,) * 7, 0)]


@pytest.mark.parametrize("first", range(2, 6))
@pytest.mark.parametrize("moved", [0.0, -WIDTH])
def test_headers_run_into_one_on_the_page_before_doubt_no_other_column(first: int, moved: float) -> None:
    here = ABOVE._replace(top=90, bottom=500) if not moved else BBox(100, 90, 400, 500)
    found = match_columns_below(columns(ABOVE, moved=moved), in_one(first), BLOCK, here, ABOVE, parted=True)
    assert found is not None
    others = set(found.canonical) - {first - 1, first}
    assert len(others) == 5 or moved
    assert others & set(found.doubts) == (others if moved else set())
    unparted = match_columns_below(columns(ABOVE, moved=moved), in_one(first), BLOCK, here, ABOVE, parted=False)
    assert unparted is not None
    assert others <= set(unparted.doubts)


@pytest.mark.parametrize("first", range(1, 6))
def test_columns_under_one_header_cell_are_told_by_their_order(first: int) -> None:
    """The line between two headers was lost, and the columns under them are as many as the form's."""
    (line,) = header()
    one, other = line.cells[first : first + 2]
    both = GridCell(0, first, 1, 2, BBox(one.bbox.x0, 760, other.bbox.x1, 790), Reading(f"{one.text}{other.text}"))
    cells = (*line.cells[:first], both, *line.cells[first + 2 :])
    band = [Line(0, 0, cells, tuple(cell.text for cell in cells), (True,) * len(cells), 0)]
    found = match_columns(columns(ABOVE), band, BLOCK)
    assert found is not None
    assert found.canonical == {i: i for i in range(7)}


def test_a_column_without_a_header_beside_a_publishers_own_is_the_forms_as_far_as_sums_vouch() -> None:
    """As many of the form's are missing there as have no header; but nothing names it."""
    (line,) = header()
    right = line.cells[-1].bbox
    remarks = GridCell(0, 8, 1, 1, BBox(right.x1, 760, right.x1 + WIDTH, 790), Reading("备注"))
    band = [line._replace(texts=(*line.texts[:-1], "", "备注"), cells=(*line.cells, remarks), is_label=(True,) * 9)]
    found = match_columns((*columns(ABOVE), Interval(right.x1, right.x1 + WIDTH)), band, BLOCK)
    assert found is not None
    assert found.canonical == {i: i for i in range(7)}
    assert found.doubts == {6: (UNNAMED,)}
    assert [own.x0 for own in found.foreign] == [right.x1]


def test_a_column_under_a_dash_is_no_publishers_own() -> None:
    """Where dirt parts a cell, what stands behind it is the form's: its number is not left aside."""
    (line,) = header()
    right = line.cells[-1].bbox
    dirt = GridCell(0, 8, 1, 1, BBox(right.x1, 760, right.x1 + WIDTH, 790), Reading("-"))
    band = [line._replace(texts=(*line.texts, "-"), cells=(*line.cells, dirt), is_label=(True,) * 9)]
    found = match_columns((*columns(ABOVE), Interval(right.x1, right.x1 + WIDTH)), band, BLOCK)
    assert found is not None
    assert found.canonical == {i: i for i in range(7)}
    assert not found.foreign


def test_a_column_under_a_blocks_title_alone_is_no_publishers_own() -> None:
    """Figures at the left of a wide column stand beside its header, and under the title over all of it."""
    block = next(key.block for key in shipped()[0].grid("proactive").keys if len(key.block.column_paths) == 1)
    (name,), title = block.column_paths[0], block.title or ""
    cells = (
        GridCell(0, 0, 1, 1, BBox(200, 10, 330, 20), Reading(title)),
        GridCell(1, 1, 1, 1, BBox(330, 20, 500, 30), Reading(name.label or "")),
    )
    band = [Line(0, i, (cell,), (cell.text,), (True,), 0) for i, cell in enumerate(cells)]
    found = match_columns((Interval(200, 330), Interval(330, 500)), band, block)
    assert found is not None
    assert not found.foreign


def test_a_column_under_a_header_of_labels_is_no_publishers_own() -> None:
    """A figure that strayed under it is another column's, whose cell is not empty then."""
    (line,) = header()
    right = line.cells[-1].bbox
    stray = GridCell(0, 8, 1, 1, BBox(right.x1, 760, right.x1 + WIDTH, 790), Reading("信息内容"))
    band = [line._replace(texts=(*line.texts, "信息内容"), cells=(*line.cells, stray), is_label=(True,) * 9)]
    printed = (*columns(ABOVE), Interval(right.x1, right.x1 + WIDTH))
    own, corner = match_columns(printed, band, BLOCK), match_columns(printed, band, BLOCK, ["信息内容"])
    assert own is not None
    assert own.foreign
    assert corner is not None
    assert not corner.foreign


def test_a_column_without_a_header_beside_one_that_says_something_else_is_told_by_sums_only() -> None:
    """The form's last but one is lost: its total stands there, without a header, a publisher's own where that was."""
    (line,) = header()
    texts = (*line.texts[:-2], "", "备注")
    found = match_columns(columns(ABOVE), [line._replace(texts=texts)], BLOCK)
    assert found is not None
    assert found.doubts == {5: (UNNAMED,), 6: (UNNAMED,)}


@pytest.mark.parametrize(("above", "doubted"), [
    ("自然人法人或其他组织总计", set()),
    ("总计法人或其他组织自然人", {6}),
    ("自然人", {0, 6}),
])  # fmt: skip
def test_a_level_of_headers_read_as_one_names_no_column_and_doubts_none(above: str, doubted: set[int]) -> None:
    """Its lines were lost on the page before; the headers that reach down from it are empty here."""
    (line,) = header()
    first, last = line.cells[1].bbox, line.cells[-1].bbox
    whole = GridCell(0, 1, 1, 7, BBox(first.x0, 740, last.x1, 760), Reading(above))
    below = line._replace(texts=(line.texts[0], "", *line.texts[2:-1], ""))
    found = match_columns(columns(ABOVE), [Line(0, 0, (whole,), (above,), (True,), 0), below], BLOCK)
    assert found is not None
    assert found.canonical == {i: i for i in range(7)}
    assert {j for j in found.canonical if found.doubts.get(j)} == doubted


def test_fewer_columns_than_the_form_has_are_not_told_so() -> None:
    """Under the header of two there is one column: which it is, none can tell."""
    (line,) = header()
    band = [line._replace(texts=("", *line.texts[1:3], "科研机构社会公益组织", *line.texts[5:]), cells=line.cells[:-1])]
    found = match_columns(columns(ABOVE)[:-1], band, BLOCK)
    assert found is None or len(found.canonical) < 7


@pytest.mark.parametrize(
    ("text", "column", "own"),
    [
        ("社会公益组织", 3, True),
        ("社会公益组理", 3, True),
        ("社公会益组织", 3, True),
        ("社会公益益组织", 3, True),
        ("社会公组织", 3, True),
        ("自人人", 0, True),
        ("自人", 0, True),
        ("自然人商", 0, False),
        ("科研机构社会公益组织", 3, False),
        ("社会公益组织其他", 3, False),
        ("社会公益组织其", 3, False),
    ],
)
def test_a_header_with_a_mistype_is_the_forms_and_one_run_into_another_is_not(
    text: str, column: int, *, own: bool
) -> None:
    assert is_exact(["法人或其他组织", text], column, BLOCK.column_labels) == own


def aslant(here: BBox, count: int = 7) -> tuple[Interval, ...]:
    """Value columns on a photograph that shows the left ones wider than the right ones."""
    edges = [here.x1 - WIDTH * (count - i) * (1 + 0.01 * (count - i)) for i in range(count + 1)]
    return tuple(Interval(*edges[i : i + 2]) for i in range(count))


def test_columns_of_the_same_widths_at_the_tables_side_are_the_same() -> None:
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    here = BBox(100, 90, 100 + ABOVE.width, 500)
    found = inherited(aslant(here), earlier, here, ABOVE)
    assert not found.moved
    assert found.canonical == earlier.canonical


def test_columns_of_which_two_ran_into_one_and_one_was_cut_are_doubted() -> None:
    """They are as many, and none is in its place for certain."""
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    here = BBox(100, 90, 100 + ABOVE.width, 500)
    first, second, third, *rest, last = aslant(here)
    middle = (last.x0 + last.x1) / 2
    torn = (first, Interval(second.x0, third.x1), *rest, Interval(last.x0, middle), Interval(middle, last.x1))
    assert len(torn) == 7
    assert inherited(torn, earlier, here, ABOVE).moved


@pytest.mark.parametrize("start", [STUB - 90, STUB + 14])
def test_columns_that_end_as_those_before_are_the_same_wherever_the_stub_ends(start: float) -> None:
    """The line between labels and values may be lost in one of two fragments."""
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    first, *rest = columns(ABOVE)
    found = inherited((Interval(ABOVE.x0 + start, first.x1), *rest), earlier, ABOVE, ABOVE)
    assert not found.moved
    assert found.canonical == earlier.canonical


def test_a_column_before_those_that_end_as_the_ones_before_is_the_stubs() -> None:
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    stub = Interval(ABOVE.x0 + STUB - 120, ABOVE.x0 + STUB)
    found = inherited((stub, *columns(ABOVE)), earlier, ABOVE, ABOVE)
    assert not found.moved
    assert (found.printed, found.canonical) == (columns(ABOVE), earlier.canonical)


def test_one_column_more_in_the_same_space_leaves_all_in_doubt() -> None:
    """The form's are then the first of eight narrower ones, or the last."""
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    narrow = [ABOVE.x1 - 7 * WIDTH / 8 * (8 - i) for i in range(9)]
    found = inherited(tuple(Interval(*narrow[i : i + 2]) for i in range(8)), earlier, ABOVE, ABOVE)
    assert found.moved


def test_a_column_cut_in_two_leaves_those_that_stand_where_they_did_in_no_doubt() -> None:
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    *before, whole, last = columns(ABOVE)
    cut = (*before, Interval(whole.x0, whole.x0 + 9), Interval(whole.x0 + 9, whole.x1), last)
    found = inherited(cut, earlier, ABOVE, ABOVE)
    assert found.moved  # no measure for the rows after
    assert {j for j, doubts in found.doubts.items() if MOVED in doubts} == {5}
    assert {j: found.printed[i] for j, i in found.canonical.items() if j != 5} == {
        j: one for j, one in enumerate(columns(ABOVE)) if j != 5
    }


@pytest.mark.parametrize("lost", [1, 5])
def test_two_columns_that_ran_into_one_are_in_doubt_and_no_others(lost: int) -> None:
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    own = columns(ABOVE)
    joined = (*own[:lost], Interval(own[lost].x0, own[lost + 1].x1), *own[lost + 2 :])
    found = inherited(joined, earlier, ABOVE, ABOVE)
    assert {j for j in found.canonical if MOVED not in found.doubts.get(j, ())} == set(range(7)) - {lost, lost + 1}


@pytest.mark.parametrize("moved", [-WIDTH, WIDTH])
def test_columns_that_stand_where_their_neighbours_did_are_all_in_doubt(moved: float) -> None:
    """One more than before, so that they are not the same moved sideways as a whole."""
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    *first, last = columns(ABOVE, moved=moved)
    found = inherited((*first, Interval(last.x0, last.x0 + 9), Interval(last.x0 + 9, last.x1)), earlier, ABOVE, ABOVE)
    assert all(MOVED in found.doubts[j] for j in found.canonical)


@pytest.mark.parametrize("told", [True, False])
def test_white_space_that_told_the_columns_before_tells_them_where_they_stand_the_same(*, told: bool) -> None:
    earlier = match_columns(columns(ABOVE), header(), BLOCK)
    assert earlier is not None
    earlier = replace(earlier, told=True) if told else doubted(earlier)
    *before, whole, last = columns(ABOVE)
    sliver = (*before, Interval(whole.x0, whole.x1 - 2), Interval(whole.x1 - 2, whole.x1), last)
    for printed in (columns(ABOVE), sliver):
        found = inherited(printed, earlier, ABOVE, ABOVE)
        assert found.told is told
        assert not found.doubts


@pytest.mark.parametrize(("texts", "agreed"), [
    (["自然人商业企业科研机构社会公益法律服务其他", "总计"], True),
    (["总计其他法律服务社会公益科研机构商业企业", "自然人"], False),
    (["00"], True),
    (["其他事项"], False),
])  # fmt: skip
def test_headers_that_ran_into_one_agree_with_the_forms_in_their_order(texts: list[str], *, agreed: bool) -> None:
    *first, last = columns(ABOVE)
    boxes = [BBox(first[0].x0, 760, first[-1].x1, 790), BBox(last.x0, 760, last.x1, 790)]
    cells = tuple(
        GridCell(0, i + 1, 1, 1, box, Reading(text)) for i, (box, text) in enumerate(zip(boxes, texts, strict=False))
    )
    found = by_order(columns(ABOVE), [Line(0, 0, cells, tuple(texts), (True,) * len(texts), 0)], BLOCK.column_paths)
    assert found is not None
    assert found.by_place  # the sums have to prove it still
    assert not found.doubts if agreed else set(found.doubts) == set(range(7))


@pytest.mark.parametrize(("path", "own"), [
    (("法人或其他组织", "科研", "机构"), True),
    (("科研机构", "社会公益组织"), False),
    (("法人或其他组织", "科研", "其他"), False),
])  # fmt: skip
def test_a_header_whose_lines_are_cells_of_their_own_is_the_forms(path: tuple[str, ...], *, own: bool) -> None:
    assert is_exact(path, 2, BLOCK.column_labels) == own
