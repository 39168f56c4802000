"""Cell boxes to grids: tiling, spans, texts and the doubts that keep text from being lost or cut in silence."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import ExtractorError
from extract.grids.assemble import GUESSED, NO_CELL, Span, assemble, rectangles
from extract.grids.characters import NO_TEXT, STACKED, TORN, Character
from extract.grids.ruled.celltext import OVERPRINT, SIZES
from extract.grids.unruled.gutters import cells_between_rules, words_of
from extract.grids.unruled.onward import Onward
from extract.model import BBox, Glyphs, Grid, Page, Region

PAGE = Page(1, 600, 800, 0, "text", "", False, Glyphs("", np.empty((0, 4))))
REGION = Region("requests", 1, BBox(0, 0, 600, 800), 1.0, True, {})
WIDE = Region("requests", 1, BBox(-9999, -9999, 9999, 9999), 1.0, True, {})


def chars(x: float, top: float, text: str, size: float = 10) -> list[Character]:
    width = size / 2
    return [
        Character(char, BBox(x + i * width, top, x + (i + 1) * width, top + size))
        for i, char in enumerate(text)
        if char != " "
    ]


def grid_of(boxes: list[BBox], characters: list[Character] | None = None, **options: bool) -> Grid:
    grid = assemble(PAGE, REGION, "test", boxes, characters or [], **options)
    assert grid is not None
    assert_tiled(grid)
    return grid


def assert_tiled(grid: Grid) -> None:
    units = [
        (cell.row + r, cell.column + c)
        for cell in grid.cells
        for r in range(cell.row_span)
        for c in range(cell.column_span)
    ]
    assert sorted(units) == [(r, c) for r in range(len(grid.rows) - 1) for c in range(len(grid.columns) - 1)]
    assert [(cell.row, cell.column) for cell in grid.cells] == sorted((cell.row, cell.column) for cell in grid.cells)
    for cell in grid.cells:
        edges = (grid.columns[cell.column], grid.rows[cell.row])
        ends = (grid.columns[cell.column + cell.column_span], grid.rows[cell.row + cell.row_span])
        assert cell.bbox == BBox(*edges, *ends)


def texts(grid: Grid) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): cell.text for cell in grid.cells}


def doubts(grid: Grid) -> dict[tuple[int, int], tuple[str, ...]]:
    return {(cell.row, cell.column): cell.reading.doubts for cell in grid.cells if cell.reading.doubts}


TWO = [BBox(0, 0, 50, 20), BBox(50, 0, 100, 20)]


@st.composite
def layouts(draw: st.DrawFn) -> tuple[list[float], list[float], list[Span]]:
    """Edges, and spans that tile them: rectangles grown at random from the first free unit."""
    steps = st.lists(st.floats(6, 60), min_size=1, max_size=8)
    rows = np.cumsum([draw(st.floats(0, 50)), *draw(steps)]).tolist()
    columns = np.cumsum([draw(st.floats(0, 50)), *draw(steps)]).tolist()
    pick = draw(st.randoms(use_true_random=False))
    free = {(r, c) for r in range(len(rows) - 1) for c in range(len(columns) - 1)}
    spans = []
    while free:
        row, column = min(free)
        wanted = Span(row, column, row + pick.randint(1, 4), column + pick.randint(1, 4))
        span = wanted if free.issuperset(wanted.units) else Span(row, column, row + 1, column + 1)
        free -= set(span.units)
        spans.append(span)
    return rows, columns, spans


@given(layouts(), st.randoms(use_true_random=False))
def test_any_layout_of_spans_comes_back(
    layout: tuple[list[float], list[float], list[Span]], pick: random.Random
) -> None:
    rows, columns, spans = layout
    # A unit edge is only there to be found when some cell ends at it.
    rows_used = sorted({edge for s in spans for edge in (s.row, s.row_end)})
    columns_used = sorted({edge for s in spans for edge in (s.column, s.column_end)})

    def near(edge: float) -> float:
        return edge + pick.uniform(-0.9, 0.9)

    boxes = [
        BBox(near(columns[s.column]), near(rows[s.row]), near(columns[s.column_end]), near(rows[s.row_end]))
        for s in spans
    ]
    pick.shuffle(boxes)
    if len(boxes) < 2:
        assert assemble(PAGE, REGION, "test", boxes, []) is None
        return
    grid = assemble(PAGE, WIDE, "test", boxes, [])
    assert grid is not None
    assert_tiled(grid)
    expected = {
        (
            rows_used.index(s.row),
            columns_used.index(s.column),
            rows_used.index(s.row_end) - rows_used.index(s.row),
            columns_used.index(s.column_end) - columns_used.index(s.column),
        )
        for s in spans
    }
    assert {(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells} == expected
    assert not doubts(grid)


@given(layouts())
def test_rectangles_are_found_from_what_is_open_between_units(
    layout: tuple[list[float], list[float], list[Span]],
) -> None:
    rows, columns, spans = layout
    owner = {unit: span for span in spans for unit in span.units}
    found = rectangles(
        len(rows) - 1,
        len(columns) - 1,
        lambda r, c: owner[r, c] == owner[r, c + 1],
        lambda r, c: owner[r, c] == owner[r + 1, c],
    )
    assert sorted(found) == sorted(spans)


@given(
    st.lists(st.tuples(*[st.floats(0, 300)] * 4), max_size=12),
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300))),
)
def test_any_boxes_make_a_grid_that_loses_no_character_inside(
    corners: list[tuple[float, float, float, float]], places: list[tuple[float, float]]
) -> None:
    boxes = [BBox(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    # Letters of their own, so that none is taken for a copy of another.
    characters = [Character(chr(0x4E00 + i), BBox(x - 2, y - 2, x + 2, y + 2)) for i, (x, y) in enumerate(places)]
    grid = assemble(PAGE, WIDE, "test", boxes, characters)
    if grid is None:
        return
    assert_tiled(grid)
    inside = [
        char.text
        for char in characters
        if grid.bbox.x0 <= char.x < grid.bbox.x1 and grid.bbox.top <= char.y < grid.bbox.bottom
    ]
    kept = [char for cell in grid.cells for char in cell.text if not char.isspace()]
    assert sorted(kept) == sorted(inside)


def test_fewer_than_two_cells_are_no_grid() -> None:
    assert assemble(PAGE, REGION, "test", [], []) is None
    assert assemble(PAGE, REGION, "test", [BBox(0, 0, 50, 20)], []) is None
    assert assemble(PAGE, REGION, "test", [BBox(0, 0, 1, 20), BBox(0, 0, 50, 1)], []) is None


def test_boxes_outside_the_region_and_slivers_are_dropped() -> None:
    region = Region("requests", 1, BBox(0, 0, 100, 100), 1.0, True, {})
    grid = assemble(PAGE, region, "test", [*TWO, BBox(100, 0, 101, 20), BBox(300, 300, 400, 400)], [])
    assert grid is not None
    assert grid.columns == pytest.approx((0, 50, 100.3), abs=0.5)


def test_of_overlapping_boxes_the_smallest_stays_and_gaps_are_filled_in_doubt() -> None:
    boxes = [*TWO, BBox(0, 0, 100, 40), BBox(0, 20, 50, 40)]
    grid = grid_of(boxes, chars(60, 25, "7"))
    assert texts(grid) == {(0, 0): "", (0, 1): "", (1, 0): "", (1, 1): "7"}
    assert doubts(grid) == {(1, 1): (NO_CELL,)}


def test_text_between_two_tables_is_kept_in_one_piece() -> None:
    boxes = [*TWO, BBox(0, 60, 30, 80), BBox(30, 60, 100, 80)]
    grid = grid_of(boxes, chars(20, 35, "caption 12345"))
    assert texts(grid)[1, 0] == "caption 12345"
    assert [cell.column_span for cell in grid.cells if cell.row == 1] == [3]


def test_lines_and_words_of_a_cell() -> None:
    grid = grid_of(TWO, [*chars(2, 10, "below"), *chars(2, 0, "one two"), *chars(60, 5, "8")])
    assert texts(grid) == {(0, 0): "one two\nbelow", (0, 1): "8"}
    assert grid.cells[0].ink == BBox(2, 0, 37, 20)
    assert grid.cells[1].ink == BBox(60, 5, 65, 15)
    assert not doubts(grid)


def test_a_number_cut_by_an_edge_is_in_doubt_on_both_sides() -> None:
    grid = grid_of(TWO, chars(46, 5, "10"))
    assert texts(grid) == {(0, 0): "1", (0, 1): "0"}
    assert doubts(grid) == {(0, 0): (TORN,), (0, 1): (TORN,)}


def test_numbers_either_side_of_an_edge_with_room_between_are_not() -> None:
    assert not doubts(grid_of(TWO, [*chars(42, 5, "1"), *chars(53, 5, "0")]))


def test_bold_by_printing_twice_is_one_text() -> None:
    grid = grid_of(TWO, [*chars(10, 5, "11"), *chars(10.3, 5, "11"), *chars(10.3, 5.2, "11")])
    assert texts(grid)[0, 0] == "11"
    assert not doubts(grid)


def test_different_characters_in_one_place_are_in_doubt() -> None:
    assert doubts(grid_of(TWO, [*chars(10, 5, "3"), *chars(10.5, 5, "8")])) == {(0, 0): (OVERPRINT,)}


def test_a_narrow_character_over_a_wide_one_is_in_doubt() -> None:
    """Their middles are further apart than those of digits would be."""
    dash, digit = Character("-", BBox(10, 5, 13, 15)), Character("7", BBox(10, 5, 16, 15))
    assert doubts(grid_of(TWO, [dash, digit])) == {(0, 0): (OVERPRINT,)}


def test_digits_of_different_sizes_beside_each_other_are_in_doubt() -> None:
    assert doubts(grid_of(TWO, [*chars(10, 5, "8"), *chars(16, 4, "1", 6)])) == {(0, 0): (SIZES,)}


def test_a_digit_that_stands_higher_is_in_doubt() -> None:
    assert doubts(grid_of(TWO, [*chars(10, 7, "8"), *chars(16, 4, "1", 9)])) == {(0, 0): (SIZES,)}
    assert not doubts(grid_of(TWO, [*chars(10, 5, "8"), *chars(16, 5, "1", 9)]))


def test_numbers_stacked_in_a_wide_cell_are_in_doubt_but_wrapped_ones_are_not() -> None:
    wide = grid_of(TWO, [*chars(10, 0, "12"), *chars(10, 10, "34")])
    assert doubts(wide) == {(0, 0): (STACKED,)}
    narrow = grid_of([BBox(0, 0, 18, 20), BBox(18, 0, 100, 20)], [*chars(4, 0, "12"), *chars(4, 10, "34")])
    assert not doubts(narrow)
    assert texts(narrow)[0, 0] == "12\n34"


def test_a_glyph_without_text_and_guessed_columns_are_in_doubt() -> None:
    assert doubts(grid_of(TWO, chars(10, 5, "1\ufffd"))) == {(0, 0): (NO_TEXT,)}
    assert set(doubts(grid_of(TWO, [], guessed=True)).values()) == {(GUESSED,)}


def test_too_many_units_are_refused() -> None:
    boxes = [BBox(5 * i, 5 * i, 5 * i + 5, 5 * i + 5) for i in range(300)]
    with pytest.raises(ExtractorError, match="page 1"):
        assemble(PAGE, WIDE, "test", boxes, [])


def rule(x0: float, y: float, x1: float) -> BBox:
    return BBox(x0, y, x1, y)


def test_columns_between_rules_come_from_rule_ends_figures_and_headers() -> None:
    rules = [rule(0, 0, 300), rule(100, 20, 300), rule(0, 40, 300), rule(50, 60, 300), rule(0, 80, 300)]
    characters = [
        *chars(150, 5, "all of them"),
        *chars(110, 25, "aa"),
        *chars(180, 25, "empty"),
        *chars(260, 25, "cc"),
        *chars(5, 55, "stub"),
        *chars(55, 45, "one"),
        *chars(55, 65, "two"),
        *chars(115, 45, "1"),
        *chars(110, 65, "345"),
        *chars(262, 45, "10"),
        *chars(262, 65, "0"),
    ]
    grid = grid_of(cells_between_rules(rules, words_of(characters)), characters)
    assert {at: text for at, text in texts(grid).items() if at[0] or text} == {
        (0, 2): "all of them",
        (1, 2): "aa",
        (1, 3): "empty",
        (1, 4): "cc",
        (2, 0): "stub",
        (2, 1): "one",
        (2, 2): "1",
        (2, 3): "",
        (2, 4): "10",
        (3, 1): "two",
        (3, 2): "345",
        (3, 3): "",
        (3, 4): "0",
    }
    assert not doubts(grid)


def test_columns_between_rules_stand_under_the_headers_of_the_page_before() -> None:
    """Of these columns all but two are blank; numbers of labels are none of theirs."""
    labels = (BBox(40, 20, 70, 30),)
    rules = [rule(0, y, 300) for y in (0, 20, 40)]
    rows = [("1", "aa", "7", "12"), ("2", "bb", "1", "3")]
    characters = [
        one
        for i, row in enumerate(rows)
        for x, text in zip((12, 30, 117, 266), row, strict=True)
        for one in chars(x, 5 + 20 * i, text)
    ]

    def cells(moved: float) -> list[str]:
        heads = tuple(BBox(x + moved, 0, x + moved + 20, 10) for x in (110.0, 160.0, 210.0, 260.0))
        grid = grid_of(cells_between_rules(rules, words_of(characters), Onward(heads, labels)), characters)
        return [text for at, text in sorted(texts(grid).items()) if at[0]][1:]

    assert cells(0) == ["1", "", "", "3"]
    assert cells(12) == ["1", "3"]


@pytest.mark.parametrize(("left", "right"), [("aaaa", "bbbb"), ("aaa", "bbbbb")])
def test_headers_that_run_down_the_page_part_the_empty_columns_below_them(left: str, right: str) -> None:
    """One character a line, with less than a character between them, whether their lines stand side by side or not."""
    middle, size = 45.0, 10.0
    characters = [*chars(10, 105, "stub"), *chars(140, 105, "1"), *chars(138, 40, "c")]
    for x, label in ((100.0, left), (106.0, right)):
        top = middle - size * len(label) / 2
        characters += [one for i, char in enumerate(label) for one in chars(x + 3 * (x > 100), top + i * size, char)]
    rules = [rule(0, y, 200) for y in (0, 100, 120)]
    grid = grid_of(cells_between_rules(rules, words_of(characters)), characters)
    assert [text for at, text in sorted(texts(grid).items()) if at[0] == 1] == ["stub", "", "", "1"]


def test_full_width_digits_make_columns_as_others_do() -> None:
    rules = [rule(0, y, 300) for y in (0, 20, 40, 60)]
    rows = [("规章", "１", "２０", "0"), ("文件", "０", "３", "1.5")]
    characters = [
        char
        for i, row in enumerate(rows)
        for x, text in zip((10, 100, 180, 260), row, strict=True)
        for char in chars(x, 25 + 20 * i, text)
    ]
    cells = cells_between_rules(rules, words_of(characters))
    assert [text for at, text in sorted(texts(grid_of(cells, characters)).items()) if at[0]] == [*rows[0], *rows[1]]


def test_a_figure_alone_under_a_wide_header_has_its_width() -> None:
    rules = [rule(0, y, 300) for y in (0, 20, 40, 60, 80)]
    characters = [
        *chars(10, 5, "a"),
        *chars(110, 5, "1"),
        *chars(190, 5, "2"),
        *chars(270, 5, "3"),
        *chars(110, 25, "h" * 34),
        *chars(10, 45, "b"),
        *chars(190, 45, "7"),
        *chars(10, 65, "c"),
        *chars(110, 65, "4"),
        *chars(190, 65, "5"),
    ]
    grid = grid_of(cells_between_rules(rules, words_of(characters)), characters)
    assert [(cell.column, cell.column_span, cell.text) for cell in grid.cells if cell.row == 2] == [
        (0, 1, "b"),
        (1, 3, "7"),
    ]
    assert [(cell.column, cell.text) for cell in grid.cells if cell.row == 3] == [(0, "c"), (1, "4"), (2, "5"), (3, "")]


def test_no_columns_are_made_up_without_figures_or_against_them() -> None:
    rules = [rule(0, 0, 300), rule(0, 20, 300), rule(0, 40, 300)]
    assert cells_between_rules(rules, words_of(chars(10, 5, "text"))) == []
    assert cells_between_rules(rules[:2], words_of(chars(10, 5, "1"))) == []
    against = [*chars(10, 25, "a"), *chars(150, 25, "1234567890"), *chars(140, 5, "aa"), *chars(190, 5, "bb")]
    assert cells_between_rules(rules, words_of(against)) == []
