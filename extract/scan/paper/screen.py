"""Dots that stand for grey, as of a scan that was dithered to two levels, smoothed to the grey that they stand for."""

from __future__ import annotations

import cv2
import numpy as np

from extract.model import Raster

_TWO_LEVELS = 0.99
"""Share of pixels that are black or white from which a scan has these two levels only."""

_DOTS = 0.1
"""Share of the dark pixels that touch no other dark one with a side, from which they are a screen: of print it is less
than a hundredth.
"""

_BESIDE = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.uint8)

_SMOOTHED = 0.4
"""Points of the standard deviation of what the dots are smoothed by: strokes of print are wider."""

_GROUND = 85.0
"""Per cent of the pixels of a page that hold no print: what dots come to there is no ink."""


def without_screen(raster: Raster) -> Raster:
    """The raster in grey if dots make up its grounds; else itself."""
    pixels = raster.pixels
    sample = pixels[::7, ::5]
    if pixels.ndim == 3 or np.mean((sample == 0) | (sample == 255)) <= _TWO_LEVELS:
        return raster
    dark = (pixels < 128).astype(np.uint8)
    beside = cv2.filter2D(dark, -1, _BESIDE, borderType=cv2.BORDER_CONSTANT)
    if np.count_nonzero(dark > beside) <= _DOTS * np.count_nonzero(dark):
        return raster
    grey = 255 - cv2.GaussianBlur(pixels, (0, 0), _SMOOTHED * raster.scale)
    ground = np.uint8(np.percentile(grey[::7, ::5], _GROUND))
    beyond = np.maximum(grey, ground) - ground
    return Raster(np.asarray(255 - beyond, dtype=np.uint8), raster.scale)
