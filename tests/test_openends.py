"""Scanned tables that a page break leaves open: the row below their last level line is theirs as far as lines go."""

from __future__ import annotations

import numpy as np
import pytest

from extract.model import Ruling
from extract.scan.rulings.openends import with_open_ends as with_ends_open

ROWS = [100.0, 120.0, 140.0]
COLUMNS = [50.0, 110.0, 170.0, 230.0, 290.0]
GRID = [
    *(Ruling(COLUMNS[0], y, COLUMNS[-1], y) for y in ROWS),
    *(Ruling(x, ROWS[0], x, ROWS[-1]) for x in COLUMNS),
]


def with_open_ends(grid: list[Ruling], steep: np.ndarray, short: tuple[float, ...] = ()) -> list[Ruling]:
    """The same where lines too `short` to be pieces stand in whatever row is asked for."""
    return with_ends_open(grid, steep, lambda _row, _extent: short)


def pieces(*ends: tuple[float, float]) -> np.ndarray:
    """Lines down the page, as they are drawn: one for each column, from the first of its ends to the second."""
    return np.array([(x + 0.3, top, bottom, bottom - top, 1.0) for x, (top, bottom) in zip(COLUMNS, ends, strict=True)])


def extents(grid: list[Ruling]) -> set[tuple[float, float]]:
    return {(ruling.top, ruling.bottom) for ruling in grid if not ruling.horizontal}


@pytest.mark.parametrize(("top", "bottom"), [(100, 158), (82, 140), (80, 160)])
def test_lines_go_on_to_where_most_of_them_end(top: float, bottom: float) -> None:
    drawn = [(top, bottom), (top + 1, bottom - 1), (top, bottom + 1), (top, bottom), (top, bottom)]
    grid = with_open_ends(GRID, pieces(*drawn))
    assert len(extents(grid)) == 1
    assert extents(grid).pop() == pytest.approx((top, bottom), abs=1)
    assert [ruling for ruling in grid if ruling.horizontal] == GRID[:3]


@pytest.mark.parametrize(
    "ends",
    [
        [(100, 140)] * 5,
        [(100, 143)] * 5,  # what crosses the last level line is no row
        [(100, 140)] * 4 + [(100, 160)],  # a stroke in line with one of them
        [(100, 150), (100, 160), (100, 170), (100, 180), (100, 190)],  # no two end together
        [(100, 150), (100, 140), (100, 140), (100, 140), (100, 190)],
    ],
)
def test_a_closed_table_stays_as_it_is(ends: list[tuple[float, float]]) -> None:
    assert with_open_ends(GRID, pieces(*ends)) == GRID


def test_nothing_is_made_of_nothing() -> None:
    assert with_open_ends([], np.zeros((0, 5))) == []


HEADED = [
    *(Ruling(COLUMNS[0], y, COLUMNS[-1], y) for y in ROWS),
    *(Ruling(x, ROWS[0], x, ROWS[-1]) for x in (COLUMNS[0], COLUMNS[-1])),
]
"""A table whose last closed row is a heading over all columns."""


def test_lines_that_begin_below_a_heading_are_of_the_open_row() -> None:
    grid = with_open_ends(HEADED, pieces((100, 158), (140, 158), (141, 157), (140, 159), (100, 158)))
    assert {(round(ruling.x0, 1), ruling.top, ruling.bottom) for ruling in grid if not ruling.horizontal} == {
        *((x, 100.0, 158.0) for x in (COLUMNS[0], COLUMNS[-1])),
        *((x + 0.3, 140.0, 158.0) for x in COLUMNS[1:-1]),
    }


@pytest.mark.parametrize(
    "ends",
    [
        [(100, 140), (140, 158), (140, 158), (140, 158), (100, 140)],  # its sides end: what follows is none of it
        [(100, 158), (140, 158), (120, 140), (120, 140), (100, 140)],
        [(100, 158), (150, 158), (150, 158), (150, 158), (100, 158)],  # strokes of print beyond
    ],
)
def test_what_begins_below_a_closed_table_is_none_of_it(ends: list[tuple[float, float]]) -> None:
    assert with_open_ends(HEADED, pieces(*ends)) == HEADED


def test_lines_too_short_to_be_pieces_are_of_the_open_row_between_sides_that_go_on() -> None:
    sides = pieces((100, 152), (0, 0), (0, 0), (0, 0), (100, 152))
    grid = with_open_ends(HEADED, sides, tuple(COLUMNS[1:-1]))
    assert {(ruling.x0, ruling.bottom) for ruling in grid if not ruling.horizontal} == {(x, 152.0) for x in COLUMNS}
    assert with_open_ends(HEADED, sides[:4], tuple(COLUMNS[1:-1])) == HEADED


def test_lines_that_begin_at_the_last_level_line_go_on_with_the_others() -> None:
    """Headers of two levels have lines that cross no level line, and touch print above it."""
    whole = pieces(*[(100, 190)] * 5)
    begun = np.array([(200.0, 139.0, 189.0, 50.0, 1.0), (260.0, 124.0, 190.0, 66.0, 1.0)])
    stray = np.array(
        [(80.0, 150.0, 190.0, 40.0, 1.0), (140.0, 139.0, 170.0, 31.0, 1.0), (340.0, 139.0, 190.0, 51.0, 1.0)]
    )
    grid = with_open_ends(GRID, np.concatenate((whole, begun, stray)))
    more = sorted(ruling for ruling in grid if ruling.x0 not in COLUMNS)
    assert more == [Ruling(200.0, 140.0, 200.0, 190.0), Ruling(260.0, 140.0, 260.0, 190.0)]
