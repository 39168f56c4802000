"""Cells that only their shading tells apart are drawn in lines; other tables and text on white paper are left."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Raster
from extract.scan.look.coarse import look
from extract.scan.look.shaded import with_gutters

SCALE = 200 / 72
WHITE, BLACK = 250, 30
ROWS = tuple(60.0 + 16 * i for i in range(9))
COLUMNS = (40.0, 150.0, 200.0, 250.0, 300.0, 350.0)
Picture = NDArray[np.uint8]


def page(
    white: float,
    *,
    slope: float = 0.0,
    header: int = 232,
    body: int = 236,
    line: int | None = None,
    grain: float = 2.0,
) -> Picture:
    """Shaded cells `white` points apart with numbers in them, and lines of text, as scanned with some grain."""
    sheet = np.full((round(260 * SCALE), round(400 * SCALE)), WHITE, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE * 8), round((y + slope * x) * SCALE * 8)

    for i, (top, bottom) in enumerate(pairwise(ROWS)):
        for x0, x1 in pairwise(COLUMNS):
            corners = at(x0, top), at(x1 - white, top), at(x1 - white, bottom - white), at(x0, bottom - white)
            cv2.fillPoly(sheet, [np.array(corners)], header if i == 0 else body, 16, 3)
            cv2.putText(sheet, "8014", (at(x0 + 6, 0)[0] // 8, at(x0, top + 11)[1] // 8), 0, 0.6, BLACK, 2, 16)
            if line is not None:
                cv2.polylines(sheet, [np.array(corners)], True, line, 2, 16, 3)
    for y in (30, 44, 210, 221, 232):
        cv2.putText(sheet, "MWMWMWMWMWMWMWMWMWMWMW", (110, round(y * SCALE)), 0, 0.7, BLACK, 2, 16)
    noise = np.random.default_rng(7).normal(0, grain, sheet.shape)
    return np.clip(cv2.GaussianBlur(sheet, (0, 0), 0.6) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("slope", [0.0, 0.012])
@pytest.mark.parametrize("white", [1.5, 2.5])
def test_the_white_between_shaded_cells_becomes_lines(white: float, slope: float) -> None:
    raster = Raster(page(white, slope=slope), SCALE)
    assert not look(raster).ruled
    drawn = with_gutters(raster)
    assert look(drawn).ruled
    dark = drawn.pixels < 140
    for top, bottom in pairwise(ROWS[1:-1]):  # every cell of the inner rows is closed
        for x0, x1 in pairwise(COLUMNS[1:-1]):
            middle, level = (x0 + x1 - white) / 2, (top + bottom - white) / 2
            y, x = round((level + slope * middle) * SCALE), round(middle * SCALE)
            away = round(12 * SCALE)
            column = dark[y - away : y + away, x - round(22 * SCALE)]  # beside the number
            assert column[:away].any() and column[away:].any()
            assert dark[y + round(6 * SCALE), round((x0 - 4) * SCALE) : round((x0 + 4) * SCALE)].any()


@pytest.mark.parametrize("narrow", range(2, 7))
def test_faint_white_parts_rows_as_well(narrow: int) -> None:
    """One line spread over two rows of pixels, on a page whose other lines are broader."""
    sheet = page(2.0, grain=1.2)
    line = round((ROWS[narrow] - 1) * SCALE)
    inner = np.s_[round(40 * SCALE) : round(348 * SCALE)]
    beside = sheet[line - 4 : line + 5, inner]
    shades = np.full(beside.shape, 236.0)
    shades[4:6] = 242
    beside[:] = shades + np.random.default_rng(5).normal(0, 1.2, beside.shape)
    drawn = with_gutters(Raster(sheet, SCALE)).pixels[line - 3 : line + 4, inner].min(axis=0)
    assert (drawn < 140).mean() > 0.9


def test_headers_may_be_darker_than_what_is_below_them() -> None:
    drawn = with_gutters(Raster(page(2.0, header=215), SCALE)).pixels
    for x in COLUMNS[1:-1]:
        for y in (ROWS[0] + 7, ROWS[3] + 7):
            place = np.s_[round(y * SCALE), round((x - 4) * SCALE) : round((x + 3) * SCALE)]
            assert drawn[place].min() < 140


def test_a_line_of_white_goes_on_under_what_hides_it_for_less_than_a_cell() -> None:
    """As strokes of a watermark do."""
    sheet = page(2.0)
    y, x = (round(edge * SCALE) for edge in (ROWS[3] - 1.0, 165.0))
    sheet[y - round(3 * SCALE) : y + round(3 * SCALE), x : x + round(8 * SCALE)] = 225
    dark = with_gutters(Raster(sheet, SCALE)).pixels[y - 4 : y + 5] < 140
    assert dark[:, x - round(10 * SCALE) : x + round(18 * SCALE)].any(axis=0).all()


@pytest.mark.parametrize("line", [BLACK, None])
def test_a_page_without_such_white_is_left_as_it_is(line: int | None) -> None:
    lined = page(0.0 if line is None else 1.5, line=line)
    for shown in (lined, page(1.5, header=WHITE, body=WHITE, line=line)):
        raster = Raster(shown, SCALE)
        assert with_gutters(raster) is raster


def test_a_page_in_colour_stays_in_colour() -> None:
    grey = page(1.5)
    raster = Raster(np.stack((grey, grey, np.minimum(grey, 240)), axis=-1), SCALE)
    drawn = with_gutters(raster).pixels
    assert drawn.shape == raster.pixels.shape
    assert (drawn[..., 0] < 140).sum() > (grey < 140).sum() * 1.2


@pytest.mark.parametrize("scale", [0.05, 0.9, 1.0, SCALE, 8.0])
@pytest.mark.parametrize("shape", [(1, 1), (9, 3), (40_000, 1), (1, 9), (30, 30), (90, 90)])
def test_pictures_too_small_for_a_cell_are_left(shape: tuple[int, int], scale: float) -> None:
    raster = Raster(np.full(shape, WHITE, np.uint8), scale)
    assert with_gutters(raster) is raster
