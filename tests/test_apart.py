"""Print that stands apart tells of worn lines between it, and of no more than it needs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.rulings.apart import skipped, unparted, with_told

SCALE = 200 / 72
ROWS = np.array([20.0, 38.0, 56.0, 74.0])
COLUMNS = np.array([20.0, 80.0, 110.0, 140.0, 170.0])


def row_of(texts: dict[float, str]) -> NDArray[np.uint8]:
    """Ink of three rows, of which the second has texts that begin at places across, in points."""
    page = np.zeros((round(90 * SCALE), round(190 * SCALE)), np.uint8)
    for x, text in texts.items():
        cv2.putText(page, text, (round(x * SCALE), round(50 * SCALE)), 0, 0.3 * SCALE, 1, 1)
    return page


def bare(odds: float = -3.0) -> NDArray[np.float64]:
    return np.full((5, 3), odds)


def test_a_worn_line_is_there_if_it_alone_parts_two_numbers() -> None:
    page = row_of({85.0: "80", 115.0: "14", 146.0: "3"})
    told = with_told(bare(), page, COLUMNS, ROWS, SCALE)
    assert np.argwhere(told > 0).tolist() == [[2, 1], [3, 1]]


def test_of_several_lines_between_two_prints_the_likeliest_is_there() -> None:
    page = row_of({24.0: "80", 147.0: "14"})
    odds = bare()
    odds[2, 1] = -1.0
    assert np.argwhere(with_told(odds, page, COLUMNS, ROWS, SCALE) > 0).tolist() == [[2, 1]]
    odds[3, 1] = 2.0  # one shows: the others need not be there
    assert np.argwhere(with_told(odds, page, COLUMNS, ROWS, SCALE) > 0).tolist() == [[3, 1]]


def test_a_line_of_a_table_with_short_gaps_is_not_there_where_nothing_of_it_is() -> None:
    page = row_of({85.0: "80", 115.0: "14"})
    assert with_told(bare(-20.0), page, COLUMNS, ROWS, SCALE).max() == -20.0


def test_what_is_left_of_a_line_and_specks_are_no_print() -> None:
    page = row_of({85.0: "80"})
    page[round(44 * SCALE) : round(49 * SCALE), round(139.5 * SCALE) : round(140.5 * SCALE)] = 1
    page[round(47 * SCALE) : round(48 * SCALE), round(155 * SCALE) : round(156 * SCALE)] = 1
    assert with_told(bare(), page, COLUMNS, ROWS, SCALE).max() == -3.0


def test_numbers_that_no_line_parts_tell_where_one_is() -> None:
    page = row_of({85.0: "80", 115.0: "14"})
    ((start, end),) = unparted(page, np.delete(COLUMNS, 2), ROWS, SCALE)
    assert start < 110.0 < end
    assert not unparted(page, COLUMNS, ROWS, SCALE)


def test_a_line_is_missing_where_a_column_is_twice_as_wide_as_most() -> None:
    edges = np.array([20.0, 150.0, 180.2, 210.0, 240.1, 270.0, 330.0, 360.0])
    ((start, end),) = skipped(edges)
    assert start < 300.0 < end
    assert not skipped(np.array([20.0, 150.0, 180.0, 240.0, 330.0]))  # too few are alike
