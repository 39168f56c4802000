"""Numbers that run over rulings or have space between their digits: what was drawn as one number is read as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from extract.grids.ruled.lattice import lattice
from extract.grids.ruled.places import Marks, Table, number_of
from extract.model import BBox, Glyphs, Grid, Reading, Ruling

TOP, HIGH, STUB, LEFT = 100.0, 20.0, 40.0, 100.0
DIGIT, TALL = 4.5, 6.5
PADDING = 4.0

Row = Sequence[str]


def table(
    rows: Sequence[Row],
    width: float = 24.0,
    *,
    align: str = "middle",
    pitch: float = DIGIT,
    backwards: bool = False,
    cuts: Sequence[str] | None = None,
    unknown: str = "",
    drift: float = 0.0,
    lean: float = 0.0,
) -> Grid:
    """A ruled table whose numbers may be wider than their cells, each drawn in one go from left to right.

    Or `backwards`, its digits from right to left, so that nothing tells which belong together. The file tells its
    strings where `cuts` are given: numbers of which the first digit is a string of its own. That of one number may be
    `unknown`. Each stands `drift` points farther left for each of its digits; a 1 leans `lean` points to
    the right.
    """
    columns = [LEFT - STUB, *(LEFT + width * i for i in range(len(rows[0]) + 1))]
    edges = [TOP + HIGH * i for i in range(len(rows) + 1)]
    text, boxes, strings = "", [], list[int]()
    for top, row in zip(edges, rows, strict=False):
        for i, number in enumerate(row):
            wide = pitch * (len(number) - 1) + DIGIT
            x0, x1 = columns[i + 1], columns[i + 2]
            start = {"middle": (x0 + x1 - wide) / 2, "left": x0 + PADDING, "right": x1 - PADDING - wide}[align]
            start -= drift * len(number)
            placed = [(char, start + k * pitch) for k, char in enumerate(number)]
            for char, x in reversed(placed) if backwards else placed:
                text += char
                own = x == start or (number in (cuts or ()) and x == start + pitch)
                strings.append(max(strings, default=0) + own if number != unknown else -1)
                ink = 0.8 if char == "1" else 0.3  # its ink is narrower
                x += lean * (char == "1")
                boxes.append((x + ink, top + 7, x + DIGIT - ink, top + 7 + TALL))
    rulings = [Ruling(columns[0], y, columns[-1], y) for y in edges]
    rulings += [Ruling(x, edges[0], x, edges[-1]) for x in columns]
    outer = BBox(columns[0], edges[0], columns[-1], edges[-1])
    glyphs = Glyphs(text, np.array(boxes), None if cuts is None else np.array(strings))
    grid = lattice(1, "rulings", rulings, glyphs, outer)
    assert grid is not None
    return grid


def readings(grid: Grid) -> list[list[Reading]]:
    found: list[list[Reading]] = [[] for _ in grid.rows[1:]]
    for cell in grid.cells:
        if cell.column:
            found[cell.row].append(cell.reading)
    return found


def texts(grid: Grid) -> list[list[str]]:
    return [[reading.text for reading in row] for row in readings(grid)]


def unsure(grid: Grid) -> set[str]:
    """Texts of the cells that carry a doubt or a caution."""
    return {reading.text for row in readings(grid) for reading in row if reading.doubts or reading.cautions}


PLAIN: list[Row] = [("0", "3", "12", "0"), ("7", "85", "1", "20"), ("4", "2", "31", "6")]


@pytest.mark.parametrize("align", ["middle", "left", "right"])
def test_a_number_wider_than_its_cell_belongs_where_it_stands_as_the_others_do(align: str) -> None:
    rows = [*PLAIN, ("0", "6214561", "3", "0"), ("5", "0", "208334", "9")]
    grid = table(rows, align=align)
    assert texts(grid) == [list(row) for row in rows]
    assert not unsure(grid)


@pytest.mark.parametrize("align", ["middle", "left", "right"])
def test_numbers_over_each_other_are_told_by_how_they_were_drawn(align: str) -> None:
    rows = [*PLAIN, ("4981377", "5346025", "7520933", "8693414")]
    grid = table(rows, align=align)
    assert texts(grid) == [list(row) for row in rows]


def test_numbers_that_meet_at_one_pitch_are_parted_where_each_is_in_the_middle() -> None:
    rows = [*PLAIN, ("0", "59426", "31807", "0")]  # 22.5 points of digits in 22.5 points each: nothing lies between
    grid = table(rows, 22.5)
    assert texts(grid) == [list(row) for row in rows]


def test_a_number_over_empty_cells_is_for_the_sums_to_prove() -> None:
    """Three numbers that meet stand as one in the middle: what looks empty may not be."""
    grid = table([*PLAIN, ("45", "678", "91", "0")], 11.25)
    row = readings(grid)[3]
    assert all(reading.doubts or reading.cautions for reading in row[:3])


def test_digits_drawn_in_an_odd_order_leave_both_cells_in_doubt() -> None:
    grid = table([*PLAIN, ("0", "5923712", "3", "0")], 22.0, align="left", backwards=True)
    assert all(reading.doubts for reading in readings(grid)[3][1:3])


def test_a_digit_that_the_text_layer_may_lack_is_for_the_sums_to_prove() -> None:
    """Of two like digits on one spot a text layer shows one: the second number may begin with the first one's last."""
    rows = [*PLAIN, ("0", "1", "3180", "0")]  # or 13180, whose first digit stands on the 1
    grid = table(rows, 18.0, align="right")
    assert [bool(reading.cautions) for reading in readings(grid)[3]] == [False, True, True, False]


@pytest.mark.parametrize("pitch", [7.5, 10.5])
def test_digits_set_apart_evenly_are_one_number(pitch: float) -> None:
    rows = [*PLAIN, ("0", "3", "2525", "0")]
    grid = table(rows, 60.0, pitch=pitch)
    assert texts(grid) == [list(row) for row in rows]
    assert not unsure(grid)


def test_numbers_set_apart_may_run_over_rulings_too() -> None:
    rows = [*PLAIN, ("0", "338992", "3", "0"), ("25", "31", "4", "60")]
    grid = table(rows, 30.0, pitch=7.5)
    assert texts(grid) == [list(row) for row in rows]
    assert not unsure(grid)


def test_two_numbers_in_one_cell_are_not_one_where_the_others_are_set_closer() -> None:
    """A ruling was lost: their digits are as far apart as two columns are, and those of other numbers are not."""
    grid = table([*PLAIN, ("0", "3", "12", "0")], 60.0)
    lost = table([("0", "35", "4"), ("6", "78", "1"), ("123", "92", "4567")], 60.0, pitch=DIGIT)
    assert not unsure(grid)
    assert not unsure(lost)
    pair = table([("0", "35", "4"), ("6", "78", "1")], 60.0, pitch=12.0)
    assert texts(pair) == [["0", "3 5", "4"], ["6", "7 8", "1"]]


TENS: list[Row] = [("10", "33", "12", "56"), ("57", "85", "11", "20"), ("4", "2", "31", "6")]


@pytest.mark.parametrize("align", ["middle", "left", "right"])
def test_strings_tell_numbers_apart_that_meet_at_one_pitch(align: str) -> None:
    rows = [*TENS, ("451", "678", "91", "0")]
    width = 3 * DIGIT if align == "middle" else 2 * DIGIT + PADDING
    assert not unsure(table(rows, width, align=align, cuts=()))
    assert texts(table(rows, width, align=align, cuts=())) == [list(row) for row in rows]


@pytest.mark.parametrize("align", ["middle", "left", "right"])
def test_a_number_of_two_strings_is_not_taken_for_two(align: str) -> None:
    """Programs cut a number in two where they please: its parts stand in no cell as the others do."""
    rows = [*TENS, ("0", "6214561", "", "0")]
    grid = table(rows, align=align, cuts=["6214561"])
    assert all(reading.doubts for reading in readings(grid)[3] if reading.text not in {"", "0", "6214561"})
    within = table([*TENS, ("0", "62", "3", "0")], align=align, cuts=["62"])
    assert texts(within)[3] == ["0", "62", "3", "0"]
    assert not unsure(within)


def test_a_number_whose_string_is_not_known_may_end_where_another_begins() -> None:
    rows = [*TENS, ("0", "7099", "686", "3")]
    grid = table(rows, 4 * DIGIT, align="left", cuts=(), unknown="7099")
    assert texts(grid)[3] == ["0", "7099", "686", "3"]
    assert "7099" in unsure(grid)


def test_strings_that_rulings_cross_tell_where_numbers_stand_when_few_stand_within_their_cells() -> None:
    rows: list[Row] = [("3299", "7137", "6514", "3007", "6901", "1026"), ("6517", "1143", "0", "0", "1000", "7660")]
    grid = table(rows, 14.0, align="right", cuts=())
    assert texts(grid) == [list(row) for row in rows]
    assert not unsure(grid)


def test_digits_of_one_string_are_one_number_though_they_are_set_apart_a_little_and_not_alike() -> None:
    rows = [*TENS, ("115", "6511", "9110", "31")]
    for align in ("middle", "right"):
        grid = table(rows, 20.0, align=align, pitch=6.0, cuts=(), lean=0.5)
        assert texts(grid) == [list(row) for row in rows]
        assert not unsure(grid)


def test_a_whole_string_may_stand_off_its_place_but_not_halfway_to_the_next_cell() -> None:
    """Programs measure a number in another font than they draw it in."""
    rows = [*TENS, ("6515", "6511", "91104", "3115")]
    for drift in (0.8, -0.8):
        grid = table(rows, 18.0, align="right", cuts=(), drift=drift)
        assert texts(grid) == [list(row) for row in rows]
        assert not unsure(grid)
    assert "91104" in unsure(table(rows, 18.0, align="right", cuts=(), drift=1.6))


def test_lines_of_figures_are_told_although_digits_are_not_as_high_as_each_other() -> None:
    digits = [("1", 420.0, 6.3), ("5", 419.9, 6.5), ("8", 431.0, 6.6), ("1", 431.1, 6.3)]
    boxes = np.array([(9.0 * i, y - high / 2, 9.0 * i + 4, y + high / 2) for i, (_, y, high) in enumerate(digits)])
    marks = Marks.of(Glyphs("".join(char for char, _, _ in digits), boxes))
    grid = Table(marks, np.zeros(4, dtype=np.int64), np.zeros((1, 1), dtype=np.int64), [BBox(0, 400, 40, 440)])
    numbers = [number_of(boxes, i, i + 1) for i in range(4)]
    one, other, below, beside = (grid.spots([number]) for number in numbers)
    assert one == other != below == beside


def test_a_separator_among_digits_that_is_another_numbers_puts_those_beside_them_in_doubt() -> None:
    """Of 3,813,372 over noughts: with one of its commas these are a number, and its end is that of their cell."""
    rows: list[Row] = [*[("0", "3", "12", "0")] * 8, ("7", "0,0", "372", "5")]
    assert {"0,0", "372"} <= unsure(table(rows, 15.0, align="left", cuts=()))
    within: list[Row] = [*[("0", "3", "12", "0")] * 8, ("7", "1,372", "372", "5")]
    assert not unsure(table(within, 36.0, align="left", cuts=()))


def test_full_width_digits_between_those_of_another_number_are_doubted() -> None:
    """Their ink leaves room for a digit between them: ９５ and １８ over it are no ９１５８."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    boxes = np.array([(100 + x, 107.0, 104 + x, 113.5) for x in (0.0, 4.6, 9.2, 13.8)])
    rulings = [Ruling(90, y, 140, y) for y in (100.0, 120.0)] + [Ruling(x, 100, x, 120) for x in (90.0, 140.0)]
    grid = lattice(1, "rulings", rulings, Glyphs("9158".translate(wide), boxes), BBox(90, 100, 140, 120))
    assert grid is not None
    assert grid.cells[0].reading.doubts
