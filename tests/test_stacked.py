"""Tables close above each other are two, with the lines of each; a low row of one table has lines at its sides."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Sheet
from extract.scan.rulings.find import rulings

SCALE = 200 / 72
UPPER, LOWER = [50.0, 150.0, 250.0, 350.0, 450.0], [50.0, 130.0, 210.0, 290.0, 370.0, 450.0]
HEIGHT = 18.0


def table(page: NDArray[np.uint8], top: float, columns: list[float], rows: int = 3) -> None:
    bottom = top + rows * HEIGHT
    for y in np.linspace(top, bottom, rows + 1).tolist():
        line(page, columns[0], y, columns[-1], y)
    for x in columns:
        line(page, x, top, x, bottom)


def line(page: NDArray[np.uint8], *ends: float) -> None:
    x0, y0, x1, y1 = (round(end * SCALE) for end in ends)
    cv2.line(page, (x0, y0), (x1, y1), 40, 2)


def down(page: NDArray[np.uint8], start: float, end: float) -> list[float]:
    """Where lines run down the page from one height to another."""
    found = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    return sorted(one.x0 for one in found if not one.horizontal and one.top < start + 1 and one.bottom > end - 1)


@pytest.mark.parametrize("gap", [4.5, 6.0, 8.5])
def test_tables_close_above_each_other_keep_their_lines(gap: float) -> None:
    page = np.full((700, 1400), 250, np.uint8)
    end = 100.0 + 3 * HEIGHT
    table(page, 100.0, UPPER)
    table(page, end + gap, LOWER)
    assert down(page, 100.0, end) == pytest.approx(UPPER, abs=1)
    assert down(page, end + gap, end + gap + 3 * HEIGHT) == pytest.approx(LOWER, abs=1)
    assert not down(page, end - HEIGHT, end + gap + HEIGHT)


@pytest.mark.parametrize("gap", [4.5, 8.5])
def test_a_low_row_across_a_table_parts_it_not(gap: float) -> None:
    page = np.full((700, 1400), 250, np.uint8)
    end = 100.0 + 3 * HEIGHT
    table(page, 100.0, UPPER)
    table(page, end + gap, UPPER)
    for x in (UPPER[0], UPPER[-1]):
        line(page, x, end, x, end + gap)
    through = down(page, 100.0, end + gap + 3 * HEIGHT)
    assert [through[0], through[-1]] == pytest.approx([UPPER[0], UPPER[-1]], abs=1)
