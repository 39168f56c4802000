"""Lines of a grid that have all but faded on a stretch."""

import cv2
import numpy as np
import pytest
from drawn_scans import COLUMNS, ROWS, SCALE, cells, drawn, spans

from extract.model import Raster
from extract.scan.paper.flatten import flatten
from extract.scan.rulings.find import rulings

COLUMN, FIRST, LAST = 3, 1, 4
"""A line down the page, and the level lines between which it has faded."""


def faded(grey, across=0):
    """The table with a line of that brightness on that stretch, or shifted to the side by points."""
    page = drawn()
    top, bottom = (round(ROWS[at] * SCALE) for at in (FIRST, LAST))
    x = round(COLUMNS[COLUMN] * SCALE)
    page[top + 3 : bottom - 2, x - 4 : x + 5] = 255
    shifted = x + round(across * SCALE)
    page[top + 3 : bottom - 2, shifted - 1 : shifted + 1] = grey
    for at in range(FIRST, LAST + 1):
        page[round(ROWS[at] * SCALE) - 1 : round(ROWS[at] * SCALE) + 1, x - 4 : x + 5] = 30
    return page


def found(page):
    return spans(rulings(flatten(Raster(page, SCALE))))


@pytest.mark.parametrize("grey", [215, 232])
def test_a_trace_from_line_to_line_is_a_lines(grey):
    assert found(faded(grey)) == cells()


@pytest.mark.parametrize(("grey", "across"), [(255, 0), (232, 8)])
def test_without_a_trace_at_its_place_there_is_no_line(grey, across):
    assert found(faded(grey, across)) != cells()


def test_noise_is_no_trace():
    page = faded(255).astype(float) - np.abs(np.random.default_rng(1).normal(0, 6, faded(255).shape))
    assert found(np.clip(page, 0, 255).astype(np.uint8)) != cells()


@pytest.mark.parametrize(("grey", "there"), [(215, True), (255, False)])
def test_a_line_hidden_by_the_numbers_beside_it_shows_above_and_below_them(grey, there):
    """In one row, where numbers are as wide as their cells."""
    page = drawn()
    top, bottom = (round(ROWS[at] * SCALE) for at in (4, 5))
    x = round(COLUMNS[4] * SCALE)
    page[top + 3 : bottom - 2, x - 40 : x + 40] = 255
    page[top + 3 : bottom - 2, x - 1 : x + 1] = grey
    cv2.putText(page, "801", (x - 39, bottom - 14), 0, 0.7, 30, 2, 16)
    cv2.putText(page, "146", (x - 1, bottom - 14), 0, 0.7, 30, 2, 16)
    assert (found(page) == cells()) == there
