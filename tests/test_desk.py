"""What lies about a photographed sheet goes, and nothing of a page that fills its picture does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Raster
from extract.scan.paper.desk import without_desk

SCALE = 100 / 72
HEIGHT, WIDTH = 900, 700
Picture = NDArray[np.uint8]


def sheet() -> Picture:
    """A page with lines of print, a shaded heading and a table."""
    page = np.full((HEIGHT, WIDTH), 250, np.uint8)
    for y in range(120, 400, 24):
        cv2.putText(page, "8014 146 2025 8014 146", (90, y), 0, 0.6, 30, 1, 16)
    page[430:460, 90:610] = 215
    for y in range(460, 780, 40):
        cv2.line(page, (90, y), (610, y), 30, 1)
    for x in (90, 300, 450, 610):
        cv2.line(page, (x, 460), (x, 740), 30, 1)
    return page


def light(picture: Picture, darkest: float) -> Picture:
    """Light that falls off from the left to the right."""
    fall = np.linspace(1.0, darkest, picture.shape[1])[None, :]
    return np.asarray(picture * (fall if picture.ndim == 2 else fall[..., None]), dtype=np.uint8)


def photographed(page: Picture, lean: float, *, coloured: bool) -> tuple[Picture, NDArray[np.bool_]]:
    """The page on a grained desk, seen aslant; and where the sheet lies in the picture."""
    chance = np.random.default_rng(1)
    grain = cv2.GaussianBlur(chance.standard_normal((HEIGHT + 120, WIDTH + 120)), (0, 0), 16, sigmaY=0.8)
    desk = np.clip(130 * (1 + 0.1 * grain / grain.std()), 0, 255)
    corners = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    placed = corners * 0.97 + 60 + np.array([(lean, 0), (0, lean), (0, 0), (0, 0)], np.float32)
    lens = cv2.getPerspectiveTransform(corners, placed.astype(np.float32))
    on = cv2.warpPerspective(np.full((HEIGHT, WIDTH), 255, np.uint8), lens, desk.shape[::-1]) > 127
    seen = np.where(on, cv2.warpPerspective(page, lens, desk.shape[::-1]), desk).astype(np.uint8)
    if coloured:
        tint = np.where(on[..., None], (255, 250, 235), (255, 200, 150)) / 255
        seen = np.asarray(seen[..., None] * tint, dtype=np.uint8)
    return seen, on


@pytest.mark.parametrize("coloured", [False, True])
@pytest.mark.parametrize("darkest", [1.0, 0.5])
@pytest.mark.parametrize("lean", [0.0, 25.0])
def test_a_desk_goes_and_the_sheet_stays(lean: float, darkest: float, *, coloured: bool) -> None:
    picture, on = photographed(sheet(), lean, coloured=coloured)
    lit = light(picture, darkest)
    found = without_desk(Raster(lit, SCALE)).pixels
    inner = cv2.erode(on.astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    assert np.array_equal(found[inner], lit[inner])
    grey = found if found.ndim == 2 else found[..., 1]
    away = cv2.dilate(on.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0
    steps = np.abs(np.diff(grey.astype(int), axis=0))[away[1:]]
    assert steps.max() < 6  # neither its grain nor its edge is left


@pytest.mark.parametrize("darkest", [1.0, 0.4])
def test_a_page_that_fills_its_picture_stays_as_it_is(darkest: float) -> None:
    raster = Raster(light(sheet(), darkest), SCALE)
    assert without_desk(raster) is raster


def test_a_table_in_a_dark_frame_is_no_sheet_on_a_desk() -> None:
    """A picture most of which is dark, and what is bright ends in nothing straight."""
    page = np.full((HEIGHT, WIDTH), 90, np.uint8)
    cv2.circle(page, (350, 450), 330, 250, -1)
    cv2.circle(page, (350, 450), 200, 90, -1)
    cv2.rectangle(page, (340, 100), (360, 300), 90, -1)
    raster = Raster(page, SCALE)
    assert without_desk(raster) is raster
