"""How a page lies whose rulings are lost: its print tells, not strokes, dust or a copier's dark edge."""

import cv2
import numpy as np
import pytest
from drawn_scans import turned

from extract.model import Raster
from extract.scan.paper.flatten import flatten
from extract.scan.paper.skew import slope_of_print

SCALE = 150 / 72
DOTS = 80 / 72
"""Pixels per point of the pages drawn here, and of the small pictures in which lines of print are looked for."""


def unruled(degrees, scale=SCALE, edge=0):
    """A page of numbers in rows and columns, turned as it lay on the glass; `edge` pixels at its top are dark."""
    page = np.full((round(300 * scale), round(420 * scale)), 255, np.uint8)
    for y in range(40, 290, 20):
        for x in (40, 200, 250, 300, 350):
            place = turned(degrees)(np.array([[float(x), float(y)]]))[0] * scale
            cv2.putText(page, "8146", tuple(np.rint(place).astype(int).tolist()), 0, 0.33 * scale, 30, 1, 16)
    page[:edge] = 40
    return page


def tilt(sheet):
    """By how much rows of a sheet rise and fall over the page's width, in points."""
    left, right = sheet.mesh[:, 1], sheet.mesh[:, -2]
    return float(np.mean((right - left)[:, 1] / (right - left)[:, 0]))


@pytest.mark.parametrize("degrees", [-3.0, -0.8, 0.0, 1.3])
def test_lines_of_print_tell_their_slope(degrees):
    dark = 255 - unruled(degrees, DOTS)
    assert slope_of_print(dark, DOTS) == pytest.approx(np.tan(np.deg2rad(degrees)), abs=0.0025)


def test_what_stands_in_no_rows_tells_no_slope():
    chance = np.random.default_rng(3)
    dark = np.zeros((400, 500), np.uint8)
    for x, y in chance.integers(10, 390, (400, 2)).tolist():
        dark[y : y + 5, x : x + 4] = 200
    assert slope_of_print(dark, DOTS) is None
    assert slope_of_print(np.zeros((400, 500), np.uint8), DOTS) is None


@pytest.mark.parametrize("degrees", [-1.2, 0.0, 1.2])
def test_a_copiers_dark_edge_and_its_dust_bend_no_page_without_rulings(degrees):
    page = unruled(degrees, edge=5)
    chance = np.random.default_rng(5)
    for x, y in zip(chance.normal(700, 6, 250).tolist(), chance.integers(0, page.shape[0], 250).tolist(), strict=True):
        cv2.circle(page, (round(x), y), 1, 30, -1)
    sheet = flatten(Raster(page, SCALE))
    assert tilt(sheet) == pytest.approx(np.tan(np.deg2rad(degrees)), abs=0.002)
    steps = np.diff(sheet.mesh[:, :, 1], axis=1)
    assert np.ptp(steps) < 0.01  # turned as a whole, and not bent
