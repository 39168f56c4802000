"""Shaded cells that a scan of two levels made black: nothing can be read in them, but their edges are rulings."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Raster, Sheet
from extract.scan.paper.light import even
from extract.scan.rulings.find import rulings

SCALE = 200 / 72
ROWS = [100.0, 130.0, 150.0]
COLUMNS = [50.0, 150.0, 250.0, 350.0]


def table(*, header: bool) -> NDArray[np.uint8]:
    """A table of two rows of cells, the first of which is black with specks of white in it, or not there."""
    page = np.full((600, 1100), 255, np.uint8)
    if header:
        cv2.rectangle(page, _at(COLUMNS[0], ROWS[0]), _at(COLUMNS[-1], ROWS[1]), 0, cv2.FILLED)
        page[320, 200:900:90] = 255
    for y in ROWS[1:]:
        cv2.line(page, _at(COLUMNS[0], y), _at(COLUMNS[-1], y), 0, 2)
    for x in COLUMNS:
        cv2.line(page, _at(x, ROWS[1]), _at(x, ROWS[-1]), 0, 2)
    return page


def test_the_edges_of_black_cells_are_rulings() -> None:
    lines = rulings(Sheet(even(Raster(table(header=True), SCALE)), SCALE, np.zeros((2, 2, 2)), 32))
    assert sorted({line.top for line in lines if line.horizontal}) == pytest.approx(ROWS, abs=1)
    assert sorted({line.x0 for line in lines if not line.horizontal}) == pytest.approx(COLUMNS, abs=1)


def test_nothing_is_left_in_black_cells_and_all_beside_them() -> None:
    grey, plain = even(Raster(table(header=True), SCALE)), table(header=False)
    left, top = _at(COLUMNS[0] + 2, ROWS[0] + 2)
    right, bottom = _at(COLUMNS[-1] - 2, ROWS[1] - 2)
    assert (grey[top:bottom, left:right] == 255).all()
    below = _at(0, ROWS[1] + 2)[1]
    assert np.array_equal(grey[below:], plain[below:])


def test_thick_rulings_and_print_are_no_blocks() -> None:
    page = table(header=False)
    cv2.line(page, _at(40, 180), _at(380, 180), 0, round(7 * SCALE))
    cv2.putText(page, "1024", _at(70, 145), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 12)
    assert np.array_equal(even(Raster(page, SCALE)), page)


def _at(x: float, y: float) -> tuple[int, int]:
    return round(x * SCALE), round(y * SCALE)
