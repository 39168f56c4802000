"""Scanned tables that lack a line at a side: their level lines end together, and there the last column does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.model import Ruling, Sheet
from extract.scan.rulings.find import rulings
from extract.scan.rulings.opensides import with_open_sides

ROWS = [100.0, 120.0, 140.0, 160.0]
COLUMNS = [50.0, 110.0, 170.0, 230.0]
GRID = [
    *(Ruling(COLUMNS[0], y, COLUMNS[-1], y) for y in ROWS),
    *(Ruling(x, ROWS[0], x, ROWS[-1]) for x in COLUMNS),
]
SCALE = 200 / 72


def pieces(*ends: tuple[float, float]) -> np.ndarray:
    """Level lines as they are drawn: one for each row, from the first of its ends to the second."""
    return np.array([(y + 0.3, start, end, end - start, 1.0) for y, (start, end) in zip(ROWS, ends, strict=True)])


def sides(grid: list[Ruling]) -> list[float]:
    return sorted(ruling.x0 for ruling in grid if not ruling.horizontal)


@pytest.mark.parametrize(("left", "right"), [(50, 290), (10, 230), (10, 290)])
def test_level_lines_go_on_to_where_most_of_them_end(left: float, right: float) -> None:
    grid = with_open_sides(GRID, pieces((left, right), (left + 1, right - 1), (left, right), (left, right)))
    assert sides(grid) == pytest.approx(sorted({*COLUMNS, left, right}), abs=1)
    assert {(r.x0, r.x1) for r in grid if r.horizontal} == {(min(sides(grid)), max(sides(grid)))}


@pytest.mark.parametrize(
    "ends",
    [
        [(50, 230)] * 4,
        [(50, 238)] * 4,  # what crosses the last line is no column
        [(50, 290)] * 2 + [(50, 230)] * 2,
        [(50, 250), (50, 270), (50, 290), (50, 310)],  # no two end together
    ],
)
def test_a_closed_table_stays_as_it_is(ends: list[tuple[float, float]]) -> None:
    assert with_open_sides(GRID, pieces(*ends)) == GRID


def test_pieces_of_a_line_go_on_where_they_meet_only() -> None:
    parted = np.concatenate((pieces(*[(50.0, 236.0)] * 4), pieces(*[(244.0, 290.0)] * 4)))
    assert with_open_sides(GRID, parted) == GRID
    assert with_open_sides([], np.zeros((0, 5))) == []


def test_a_table_drawn_without_its_sides_has_all_columns() -> None:
    page = np.full((round(300 * SCALE), round(420 * SCALE)), 250, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    for y in range(60, 181, 20):
        cv2.line(page, at(40, y), at(380, y), 40, 2)
    for x in (120, 200, 290):
        cv2.line(page, at(x, 60), at(x, 180), 40, 2)
    found = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    assert sides(list(found)) == pytest.approx([40, 120, 200, 290, 380], abs=1)
