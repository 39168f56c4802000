"""The ruling extractor: any way to merge the units of a table, drawn as rulings, is found again, with its text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.grids.ruled.celltext import OVERPRINT
from extract.grids.ruled.lattice import lattice
from extract.model import BBox, Glyphs, Grid, GridCell, Ruling

Span = tuple[int, int, int, int]
"""First row, first column, end row, end column, in units."""

DIGIT = 5.0
HEIGHT = 7.5


@dataclass(frozen=True)
class Drawing:
    """A table as it is drawn: edges of its units and the cells, which tile them."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    spans: tuple[Span, ...]
    texts: tuple[str, ...]

    def box(self, span: Span) -> BBox:
        top, left, bottom, right = span
        return BBox(self.columns[left], self.rows[top], self.columns[right], self.rows[bottom])

    def rulings(self, rng: np.random.Generator | None = None) -> list[Ruling]:
        """Four rulings around every cell, a little off their place when `rng` is given."""
        found = []
        for span in self.spans:
            x0, top, x1, bottom = self.box(span)
            for ruling in (
                (x0, top, x1, top),
                (x0, bottom, x1, bottom),
                (x0, top, x0, bottom),
                (x1, top, x1, bottom),
            ):
                off = rng.uniform(-0.5, 0.5) if rng else 0.0
                flat = ruling[1] == ruling[3]
                found.append(Ruling(*(edge + off * (index % 2 == flat) for index, edge in enumerate(ruling))))
        return found

    def glyphs(self) -> Glyphs:
        """The texts, each in the middle of its cell."""
        chars, boxes = "", []
        for span, text in zip(self.spans, self.texts, strict=True):
            x0, top, x1, bottom = self.box(span)
            left, middle = (x0 + x1 - DIGIT * len(text)) / 2, (top + bottom) / 2
            for index, char in enumerate(text):
                x = left + index * DIGIT
                boxes.append((x, middle - HEIGHT / 2, x + DIGIT - 0.5, middle + HEIGHT / 2))
                chars += char
        return Glyphs(chars, np.array(boxes, dtype=float).reshape(-1, 4))

    def read(self, rulings: list[Ruling] | None = None, glyphs: Glyphs | None = None) -> Grid:
        outer = BBox(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])
        grid = lattice(1, "rulings", rulings or self.rulings(), glyphs or self.glyphs(), outer)
        assert grid is not None
        return grid


def span_of(cell: GridCell) -> Span:
    return cell.row, cell.column, cell.row + cell.row_span, cell.column + cell.column_span


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Random spans over random units, every unit edge ruled somewhere."""
    row_count, column_count = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    rows = [draw(st.floats(20, 300))]
    for _ in range(row_count):
        rows.append(rows[-1] + draw(st.floats(12, 40)))
    columns = [draw(st.floats(20, 100))]
    for _ in range(column_count):
        columns.append(columns[-1] + draw(st.floats(36, 90)))
    free = np.ones((row_count, column_count), dtype=bool)
    spans: list[Span] = []
    for top in range(row_count):
        for left in range(column_count):
            if not free[top, left]:
                continue
            right = left + 1
            while right < column_count and free[top, right] and draw(st.integers(0, 3)) == 0:
                right += 1
            bottom = top + 1
            while bottom < row_count and free[bottom, left:right].all() and draw(st.integers(0, 3)) == 0:
                bottom += 1
            free[top:bottom, left:right] = False
            spans.append((top, left, bottom, right))
    texts = tuple(draw(st.sampled_from(["", "0", "1", "10", "251", "4096", "59237"])) for _ in spans)
    return _compact(Drawing(tuple(rows), tuple(columns), tuple(spans), texts))


def _compact(drawing: Drawing) -> Drawing:
    """Without unit edges that no cell begins or ends at: nothing is drawn there."""
    across = sorted({edge for top, _, bottom, _ in drawing.spans for edge in (top, bottom)})
    down = sorted({edge for _, left, _, right in drawing.spans for edge in (left, right)})
    spans = tuple((across.index(t), down.index(x), across.index(b), down.index(y)) for t, x, b, y in drawing.spans)
    return Drawing(
        tuple(drawing.rows[edge] for edge in across),
        tuple(drawing.columns[edge] for edge in down),
        spans,
        drawing.texts,
    )


@given(drawings())
@settings(max_examples=150, deadline=None)
def test_spans_come_back_as_drawn_with_their_text(drawing: Drawing) -> None:
    grid = drawing.read()
    assert {span_of(cell): cell.text for cell in grid.cells} == dict(zip(drawing.spans, drawing.texts, strict=True))
    assert grid.rows == pytest.approx(drawing.rows)
    assert grid.columns == pytest.approx(drawing.columns)
    assert all(cell.bbox == pytest.approx(drawing.box(span_of(cell))) for cell in grid.cells)
    assert not any(cell.reading.doubts for cell in grid.cells)


@given(drawings())
@settings(max_examples=60, deadline=None)
def test_cells_tile_the_units_in_row_major_order(drawing: Drawing) -> None:
    grid = drawing.read()
    covered = np.zeros((len(grid.rows) - 1, len(grid.columns) - 1), dtype=int)
    for cell in grid.cells:
        top, left, bottom, right = span_of(cell)
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()
    assert [(cell.row, cell.column) for cell in grid.cells] == sorted((cell.row, cell.column) for cell in grid.cells)


@given(drawings(), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_rulings_a_little_off_in_any_order_give_the_same_cells(drawing: Drawing, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rulings = drawing.rulings(rng)
    rng.shuffle(rulings)
    grid = drawing.read(rulings)
    assert {span_of(cell): cell.text for cell in grid.cells} == dict(zip(drawing.spans, drawing.texts, strict=True))


@given(drawings(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_every_character_is_in_one_cell_whatever_the_content_order(drawing: Drawing, seed: int) -> None:
    glyphs = drawing.glyphs()
    order = np.random.default_rng(seed).permutation(len(glyphs.text))
    mixed = Glyphs("".join(glyphs.text[i] for i in order), glyphs.boxes[order])
    grid = drawing.read(glyphs=mixed)
    assert {span_of(cell): cell.text for cell in grid.cells} == dict(zip(drawing.spans, drawing.texts, strict=True))


@given(drawings())
@settings(max_examples=60, deadline=None)
def test_ink_is_the_box_of_the_text(drawing: Drawing) -> None:
    for cell in drawing.read().cells:
        assert (cell.ink is None) == (not cell.text)
        if cell.ink:
            x, y = (cell.bbox.x0 + cell.bbox.x1) / 2, (cell.bbox.top + cell.bbox.bottom) / 2
            wide = DIGIT * len(cell.text)
            expected = (x - wide / 2, y - HEIGHT / 2, x + wide / 2 - 0.5, y + HEIGHT / 2)
            assert cell.ink == pytest.approx(expected, abs=1e-6)


def row_of(widths: list[float], texts: list[str], gap: float = DIGIT) -> tuple[Drawing, Glyphs]:
    """One row of cells, each text starting 3 points after its cell's left edge."""
    columns = tuple(100 + sum(widths[:i]) for i in range(len(widths) + 1))
    spans = tuple((0, i, 1, i + 1) for i in range(len(widths)))
    chars, boxes = "", []
    for x0, text in zip(columns, texts, strict=False):
        for index, char in enumerate(text):
            x = x0 + 3 + index * gap
            boxes.append((x, 206, x + DIGIT - 0.5, 206 + HEIGHT))
            chars += char
    return Drawing((200.0, 220.0), columns, spans, tuple(texts)), Glyphs(chars, np.array(boxes, dtype=float))


def test_a_number_that_runs_over_a_ruling_stays_whole_and_is_doubted() -> None:
    drawing, glyphs = row_of([20, 20, 40], ["12345", "", "7"])
    cells = drawing.read(glyphs=glyphs).cells
    assert [cell.text for cell in cells] == ["12345", "", "7"]
    assert [bool(cell.reading.doubts) for cell in cells] == [True, True, False]


def test_a_ruling_through_the_middle_of_a_number_is_doubted_on_both_sides() -> None:
    drawing, glyphs = row_of([8, 30], ["10", ""])
    cells = drawing.read(glyphs=glyphs).cells
    assert "10" in [cell.text for cell in cells]
    assert all(cell.reading.doubts for cell in cells)


@pytest.mark.parametrize(("start", "doubted"), [(43.0, True), (62.0, False)])
def test_a_number_close_to_characters_printed_over_each_other_in_the_next_cell_is_doubted(
    start: float, *, doubted: bool
) -> None:
    """One of these may be its first digit."""
    edges, heights = (0.0, 40.0, 80.0), (0.0, 20.0)
    rulings = [*(Ruling(x, 0, x, 20) for x in edges), *(Ruling(0, y, 80, y) for y in heights)]
    places = [("8", 33.0), ("1", 34.0), ("6", start), ("4", start + DIGIT)]
    boxes = np.array([(x, 6.0, x + DIGIT - 0.5, 13.0) for _, x in places])
    grid = lattice(1, "rulings", rulings, Glyphs("".join(char for char, _ in places), boxes), BBox(0, 0, 80, 20))
    assert grid is not None
    over, beside = grid.cells
    assert OVERPRINT in over.reading.doubts
    assert bool(beside.reading.doubts) is doubted


@pytest.mark.parametrize(("text", "torn"), [("（新增）1", True), ("-1", False), ("1", False)])
def test_a_digit_of_a_remark_that_lies_in_the_next_cell_is_doubted_with_the_number_there(
    text: str, *, torn: bool
) -> None:
    start = 40 - HEIGHT * (len(text) - 1)  # its digit stands right of the ruling
    boxes = [(start + HEIGHT * i, 6.0, start + HEIGHT * (i + 1) - 1, 6.0 + HEIGHT) for i in range(len(text))]
    boxes.append((60.0, 6.0, 60.0 + DIGIT, 6.0 + HEIGHT))
    rulings = [*(Ruling(x, 0, x, 20) for x in (0.0, 40.0, 80.0)), *(Ruling(0, y, 80, y) for y in (0.0, 20.0))]
    grid = lattice(1, "rulings", rulings, Glyphs(text + "0", np.array(boxes)), BBox(0, 0, 80, 20))
    assert grid is not None
    assert [bool(cell.reading.doubts) for cell in grid.cells] == [torn, torn]


def test_a_number_whose_last_line_a_ruling_cuts_is_doubted_with_the_one_below() -> None:
    """A row of exact height is too low for 322 on two lines: the second one reaches into the next row's empty cell."""
    drawing = Drawing(
        (0, 12, 24), (0, 20, 220), ((0, 0, 1, 1), (0, 1, 1, 2), (1, 0, 2, 1), (1, 1, 2, 2)), ("", "", "", "8" * 30)
    )
    digits = np.array([[10, 2, 14, 9], [15, 2, 19, 9], [15, 9.5, 19, 16.5]])
    whole = drawing.glyphs()
    grid = lattice(
        1,
        "test",
        drawing.rulings(),
        Glyphs("322" + whole.text, np.concatenate([digits, whole.boxes])),
        BBox(0, 0, 220, 24),
    )
    assert grid is not None
    assert [(one.text, bool(one.reading.doubts)) for one in grid.cells[:4:2]] == [("32", True), ("2", True)]
    assert not grid.cells[3].reading.doubts


def test_neighbours_with_padding_are_two_numbers_without_doubt() -> None:
    drawing, glyphs = row_of([14, 30], ["1", "0"])
    cells = drawing.read(glyphs=glyphs).cells
    assert [cell.text for cell in cells] == ["1", "0"]
    assert not any(cell.reading.doubts for cell in cells)


def test_digits_set_apart_keep_a_space() -> None:
    drawing, glyphs = row_of([60], ["10"], gap=20)
    assert drawing.read(glyphs=glyphs).cells[0].text == "1 0"


def test_a_number_wrapped_in_a_narrow_cell_is_joined_by_a_newline_and_in_a_wide_one_doubted() -> None:
    for width, doubted in ((24, False), (90, True)):
        drawing = Drawing((200.0, 230.0), (100.0, 100.0 + width), ((0, 0, 1, 1),), ("",))
        boxes = [(104 + DIGIT * i, 204, 108 + DIGIT * i, 204 + HEIGHT) for i in range(3)]
        boxes += [(104 + DIGIT * i, 216, 108 + DIGIT * i, 216 + HEIGHT) for i in range(2)]
        (cell,) = drawing.read(glyphs=Glyphs("12345", np.array(boxes, dtype=float))).cells
        assert cell.text == "123\n45"
        assert bool(cell.reading.doubts) == doubted


def test_an_open_side_is_closed_where_the_rulings_across_end() -> None:
    rulings = [Ruling(100, y, 300, y) for y in (200, 220, 240)]
    rulings += [Ruling(x, 200, x, 240) for x in (160, 220)]
    grid = lattice(1, "rulings", rulings, Glyphs("", np.zeros((0, 4))), BBox(100, 200, 300, 240))
    assert grid is not None
    assert grid.columns == pytest.approx((100, 160, 220, 300))
    assert len(grid.cells) == 6


@pytest.mark.parametrize(("through", "rows"), [(3.4, 3), (1.7, 2)], ids=["a row", "a double line"])
def test_a_last_row_without_text_is_as_low_as_its_padding(through: float, rows: int) -> None:
    """No line runs down between the two parts of a double line inside a table."""
    columns = (100, 160, 220, 280, 340)
    rulings = [Ruling(100, y, 340, y) for y in (200, 220, 240, 243.4)]
    rulings += [Ruling(x, 200, x, 243.4 if x in (100, 340) else 240 + through) for x in columns]
    grid = lattice(1, "rulings", rulings, Glyphs("", np.zeros((0, 4))), BBox(100, 200, 340, 243.4))
    assert grid is not None
    assert len(grid.rows) - 1 == rows
    assert len(grid.cells) == 4 * rows


def test_a_stub_of_a_ruling_does_not_divide_a_cell() -> None:
    drawing = Drawing(
        (200.0, 220.0, 240.0), (100.0, 160.0, 220.0), ((0, 0, 1, 2), (1, 0, 2, 1), (1, 1, 2, 2)), ("",) * 3
    )
    grid = drawing.read([*drawing.rulings(), Ruling(160, 214, 160, 220)])
    assert {span_of(cell) for cell in grid.cells} == set(drawing.spans)


@pytest.mark.parametrize(
    "rulings", [[], [Ruling(0, 10, 100, 10)], [Ruling(0, 10, 100, 10), Ruling(0, 30, 100, 30)]], ids=len
)
def test_rulings_that_cross_nothing_are_no_grid(rulings: list[Ruling]) -> None:
    assert lattice(1, "rulings", rulings, Glyphs("", np.zeros((0, 4))), BBox(0, 0, 200, 200)) is None


def test_rulings_elsewhere_are_left_alone() -> None:
    drawing = Drawing((200.0, 220.0), (100.0, 160.0), ((0, 0, 1, 1),), ("7",))
    far = [Ruling(100, 400, 160, 400), Ruling(130, 300, 130, 400), Ruling(400, 200, 400, 220)]
    grid = drawing.read([*drawing.rulings(), *far])
    assert [span_of(cell) for cell in grid.cells] == [(0, 0, 1, 1)]
