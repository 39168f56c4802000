"""Streaks of a scanner go and are remembered; the lines of a table that fills its picture stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn_scans import SCALE, drawn
from numpy.typing import NDArray

from extract.model import Raster, Sheet
from extract.scan.paper.streaks import marked, without_streaks

AT = 320
"""Where a streak runs, in pixels: between the lines of the table, through its print or beside it."""


def streaked(page: NDArray[np.uint8], grey: int, *, down: bool) -> NDArray[np.uint8]:
    turned = np.swapaxes(page.copy(), 0, 1 - down)
    turned[:, AT : AT + 2] = grey
    return np.ascontiguousarray(np.swapaxes(turned, 0, 1 - down))


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("coloured", [False, True])
def test_a_streak_is_bridged_and_remembered(*, coloured: bool, down: bool) -> None:
    page = drawn()
    picture = streaked(page, 120, down=down)
    picture = np.repeat(picture[..., None], 3, axis=2) if coloured else picture
    clear, (streak,) = without_streaks(Raster(picture, SCALE))
    assert (streak.down, streak.start) == (down, pytest.approx(AT / SCALE))
    grey = clear.pixels[..., 0] if coloured else clear.pixels
    assert np.mean(np.abs(grey.astype(int) - page) > 60) < 0.001
    height, width = page.shape
    nodes = np.stack(np.meshgrid(np.arange(0, width + 33, 32), np.arange(0, height + 33, 32)), axis=-1) / SCALE
    sheet = marked(Sheet(page, SCALE, nodes, 32), [streak])
    assert sheet.streaked is not None
    on = np.flatnonzero(sheet.streaked.any(axis=0 if down else 1))
    assert AT - 2 <= on.min() <= on.max() <= AT + 3


def test_a_page_without_streaks_stays_as_it_is() -> None:
    raster = Raster(drawn(), SCALE)
    assert without_streaks(raster) == (raster, [])


@pytest.mark.parametrize("margin", [-3, 0, 3])
def test_lines_of_a_table_that_its_picture_cuts_are_no_streaks(margin: int) -> None:
    page = drawn()
    rows, columns = (np.flatnonzero((page < 100).any(axis=axis)) for axis in (1, 0))
    cut = page[rows[0] - margin : rows[-1] + 1 + margin, columns[0] - margin : columns[-1] + 1 + margin]
    wide = page[:, columns[0] - margin : columns[-1] + 1 + margin]
    for picture in (cut, wide):
        raster = Raster(np.ascontiguousarray(picture), SCALE)
        assert without_streaks(raster) == (raster, [])


def test_more_lines_than_a_scanner_draws_are_left_alone() -> None:
    page = np.full((800, 600), 250, np.uint8)
    for x in range(30, 580, 40):
        cv2.line(page, (x, 0), (x, 799), 100, 1)
    raster = Raster(page, SCALE)
    assert without_streaks(raster) == (raster, [])


def test_a_streak_that_print_shows_through_hides_none() -> None:
    page = drawn()
    picture = page.copy()
    picture[:, AT : AT + 2] = np.minimum(picture[:, AT : AT + 2], 200)
    clear, streaks = without_streaks(Raster(picture, SCALE))
    assert not streaks
    assert np.mean(np.abs(clear.pixels.astype(int) - page) > 60) < 0.001
