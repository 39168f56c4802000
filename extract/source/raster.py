"""Pixels: of a PDF page, at the resolution that its scan has; without colour where there is none."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.errors import LimitError
from extract.model import Raster
from extract.source import calls

_OUTLINES = 300 / 72
"""Pixels per point of a page whose print is drawn as outlines."""

_COARSEST, _FINEST = 72 / 72, 400 / 72
"""Pixels per point between which a scan is rendered, whatever its image says."""

_COVERS = 0.2
"""Share of the page from which an image is taken for its scan."""

_COLOUR = 12
"""Levels by which the channels of a pixel must differ to show colour."""

_COLOURED = 0.002
"""Share of such pixels that makes a page coloured."""


def raster(page: Any, images: Sequence[int], most: int) -> Raster:
    """The pixels of a loaded page, upright by its /Rotate.

    Args:
        page: The page.
        images: Addresses of its image objects.
        most: Pixels that the raster may have.

    Raises:
        LimitError: it would have more even at the coarsest scale.
    """
    width, height = page.get_size()
    scale = min(max(_scale(page, images), _COARSEST), _FINEST)
    scale = min(scale, (most / max(width * height, 1.0)) ** 0.5)
    if scale < _COARSEST:
        raise LimitError(f"a page of {width:.0f} x {height:.0f} points is larger than {most} pixels")
    bitmap = page.render(scale=scale, may_draw_forms=True, rev_byteorder=True)
    pixels = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    return Raster(without_colour(pixels), scale)


def without_colour(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) pixels, or (h, w) grey ones where they show no colour worth the name."""
    if pixels.ndim == 3:
        pixels = pixels[:, :, :3]
        some = pixels[::4, ::4]
        spread = some.max(axis=2).astype(np.int16) - some.min(axis=2)
        if np.count_nonzero(spread > _COLOUR) < _COLOURED * spread.size:
            pixels = pixels[:, :, 1]
    return np.ascontiguousarray(pixels)


def _scale(page: Any, images: Sequence[int]) -> float:
    """Pixels per point of the image that covers most of the page."""
    left, bottom, right, top = page.get_bbox()
    best, area = _OUTLINES, _COVERS * (right - left) * (top - bottom)
    bounds = calls.bounds(images) if images else np.zeros((0, 4))
    for address, (x0, y0, x1, y1) in zip(images, bounds.tolist(), strict=True):
        across, down = ctypes.c_uint(), ctypes.c_uint()
        handle = ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT)
        if (x1 - x0) * (y1 - y0) > area and pdfium_c.FPDFImageObj_GetImagePixelSize(handle, across, down):
            area = (x1 - x0) * (y1 - y0)
            best = (across.value * down.value / area) ** 0.5
    return best
