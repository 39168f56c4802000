"""Pixels: of a PDF page, at the resolution that its scan has; without colour where there is none."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.errors import LimitError
from extract.model import Raster
from extract.source import calls
from extract.source.pictures import Picture, finest

_OUTLINES = 300 / 72
"""Pixels per point of a page whose print is drawn as outlines."""

_COARSEST, _FINEST = 72 / 72, 400 / 72
"""Pixels per point between which a scan is rendered, whatever its image says."""

_COVERS = 0.2
"""Share of the page from which images are taken for its scan."""

_SQUARE = 0.01
"""Share by which pixels that are square may seem not to be, since pages are measured in whole points."""

_INSIDE = 0.01
"""Pixels that the page's edges are drawn inside the raster's."""

_GREY = pdfium_c.FPDF_COLORSPACE_DEVICEGRAY
"""The family of colours of images in shades of grey."""

_COLOUR = 12
"""Levels by which the channels of a pixel must differ to show colour."""

_COLOURED = 0.002
"""Share of such pixels that makes a page coloured."""


def raster(page: Any, shown: Sequence[Picture], most: int) -> Raster:
    """The pixels of a loaded page, upright by its /Rotate.

    A page that one image covers is drawn to just as many pixels as that has: at any other size they would be blurred.

    Args:
        page: The page.
        shown: Its images.
        most: Pixels that the raster may have.

    Raises:
        LimitError: it would have more even at the coarsest scale.
    """
    width, height = page.get_size()
    scan = finest(shown, _COVERS * width * height)
    across, down = (scan.across, scan.up) if scan else (_OUTLINES, _OUTLINES)
    if page.get_rotation() in {90, 270}:
        across, down = down, across
    wanted = max(across, down)
    scale = min(max(wanted, _COARSEST), _FINEST)
    scale = min(scale, (most / max(width * height, 1.0)) ** 0.5)
    if scale < _COARSEST:
        raise LimitError(f"a page of {width:.0f} x {height:.0f} points is larger than {most} pixels")
    if scale != wanted or min(across, down) < (1 - _SQUARE) * wanted:
        across = down = scale
    return Raster(without_colour(_drawn(page, max(1, round(width * across)), max(1, round(height * down)))), scale)


def _drawn(page: Any, width: int, height: int) -> NDArray[np.uint8]:
    """The page drawn to exactly so many pixels, form fields and annotations included: (h, w, 3) RGB, or (h, w) grey."""
    grey = _is_grey(page)
    kind = pdfium_c.FPDFBitmap_Gray if grey else pdfium_c.FPDFBitmap_BGR
    bitmap = pdfium.PdfBitmap.new_native(width, height, kind, rev_byteorder=not grey)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    flags = pdfium_c.FPDF_ANNOT | (0 if grey else pdfium_c.FPDF_REVERSE_BYTE_ORDER)
    # An image that reaches over the page's edge by a rounding error would be stretched to one more row of pixels.
    across, down = ((size - 2 * _INSIDE) / size for size in (width, height))
    wide, high = page.get_size()
    matrix = pdfium_c.FS_MATRIX(across * width / wide, 0, 0, down * height / high, _INSIDE, _INSIDE)
    pdfium_c.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, pdfium_c.FS_RECTF(0, 0, width, height), flags)
    if page.formenv:
        pdfium_c.FPDF_FFLDraw(page.formenv, bitmap, page, 0, 0, width, height, 0, flags)
    drawn = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    return drawn.reshape(height, width) if grey else drawn


def _is_grey(page: Any) -> bool:
    """Whether a page shows nothing but images in shades of grey: drawn as such it takes a third of the time."""
    items = calls.objects(page)
    if page.formenv or pdfium_c.FPDFPage_GetAnnotCount(page):
        return False
    images = [item for item, kind in zip(items, calls.types(items), strict=True) if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE]
    return 0 < len(images) == len(items) and all(_colours(item, page) == _GREY for item in images)


def _colours(image: int, page: Any) -> int:
    """The family of an image's colours, as PDFium counts them; that of a stencil is unknown."""
    told = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    handle = ctypes.cast(image, pdfium_c.FPDF_PAGEOBJECT)
    known = pdfium_c.FPDFImageObj_GetImageMetadata(handle, page, told)
    return int(told.colorspace) if known else pdfium_c.FPDF_COLORSPACE_UNKNOWN


def without_colour(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) pixels, or (h, w) grey ones where they show no colour worth the name."""
    if pixels.ndim == 3:
        pixels = pixels[:, :, :3]
        # Three planes by themselves take a fifth of the time of the triples.
        red, green, blue = np.moveaxis(pixels[::4, ::4], 2, 0)
        spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
        if np.count_nonzero(spread > _COLOUR) < _COLOURED * spread.size:
            pixels = pixels[:, :, 1]
    return np.ascontiguousarray(pixels)
