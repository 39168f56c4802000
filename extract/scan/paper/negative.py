"""Negatives, as of microfilm: light print on a dark page, turned to dark print on a light one."""

from __future__ import annotations

import cv2
import numpy as np

from extract.model import Raster

_DARK = 110
"""Grey of most of a negative at most, of 255."""

_LIGHT, _PRINT = 0.25, 99.0
"""Share of its pixels that are lighter than halfway to white, at most; and the percentile of grey of its print, which
differs more from the ground than what is darkest.
"""


def positive(raster: Raster) -> Raster:
    """The raster with light and dark exchanged if it is a negative; else itself."""
    sample = raster.pixels[::5, ::5]
    grey = sample if sample.ndim == 2 else cv2.cvtColor(np.ascontiguousarray(sample), cv2.COLOR_RGB2GRAY)
    dark, ground, light = np.percentile(grey, (100 - _PRINT, 50, _PRINT))
    if ground > _DARK or np.mean(grey > 127) > _LIGHT or light - ground <= 2 * (ground - dark):
        return raster
    return Raster(255 - raster.pixels, raster.scale)
