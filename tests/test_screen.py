"""Dots that stand for grey become grey; print in black and white stays as it is. Negatives are turned."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_scans import SCALE, drawn
from PIL import Image

from extract.model import Raster
from extract.scan.paper.negative import positive
from extract.scan.paper.screen import without_screen


def test_a_dithered_page_becomes_grey_print_on_white() -> None:
    page = drawn()
    grey = np.where(page < 128, 30, 235).astype(np.uint8)
    dots = np.array(Image.fromarray(grey).convert("1")).astype(np.uint8) * 255
    found = without_screen(Raster(dots, SCALE)).pixels
    bare = page == 255
    assert np.mean(dots[bare] < 128) > 0.05
    assert np.mean(found[bare] < 128) < 0.005
    assert np.mean(found[page < 60] < 160) > 0.9


@pytest.mark.parametrize("levels", [2, 256])
def test_print_without_a_screen_stays_as_it_is(levels: int) -> None:
    page = drawn()
    raster = Raster(np.where(page < 128, 0, 255).astype(np.uint8) if levels == 2 else page, SCALE)
    assert without_screen(raster) is raster


@pytest.mark.parametrize("coloured", [False, True])
def test_a_negative_is_turned(*, coloured: bool) -> None:
    page = np.repeat(drawn()[..., None], 3, axis=2) if coloured else drawn()
    assert np.array_equal(positive(Raster(255 - page, SCALE)).pixels, page)


@pytest.mark.parametrize("ground", [255, 120, 60])
def test_print_on_a_light_or_dark_ground_is_no_negative(ground: int) -> None:
    raster = Raster(np.minimum(drawn(), ground).astype(np.uint8), SCALE)
    assert positive(raster) is raster
