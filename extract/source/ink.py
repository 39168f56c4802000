"""What a page shows when it is drawn: the witness for cells that the text layer leaves empty."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.model import BBox
from extract.source import calls, paths
from extract.source.frame import Frame, turn_for

SCALE = 1.5
"""Pixels per point: 108 dpi, enough to see a thin digit 1."""

_MARGIN = 1.6
"""Points left out along a cell's edges, where its rulings are."""

_CONTRAST = 48
"""How many grey levels ink must differ from the cell's own background."""

_RULED, _ALONG = 3.0, 0.9
"""Points from a cell's edge within which its rulings may be drawn, and the share of the edge that they cover."""

_NO_TEXT = 2
"""Bytes of a text object's text that are its end alone."""

_PIXELS = 3
"""Pixels of that contrast that make ink rather than noise."""


def render(page: Any, rotation: int, scale: float) -> Any:
    """A loaded page drawn upright, form fields and annotations included, as a PDFium bitmap."""
    return page.render(scale=scale, rotation=turn_for(page, rotation), may_draw_forms=True)


def darkest(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """(h, w): the darkest channel of each pixel of (h, w) grey or (h, w, 3 or 4) colours, opacity left out.

    Channel by channel: NumPy's minimum along an axis this short takes eighty times as long.
    """
    if pixels.ndim == 2:
        return pixels.astype(np.int16)
    one, two, three = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
    return np.minimum(np.minimum(one, two), three).astype(np.int16)


def inked(page: Any, rotation: int, boxes: Sequence[BBox]) -> list[bool]:
    """For each box on the upright page, whether it shows anything but an even background."""
    if not _may_be_inked(page, rotation, boxes):
        return [False] * len(boxes)
    mute = _mute(page, rotation)
    grey = darkest(render(page, rotation, SCALE).to_numpy())
    found = []
    for box in boxes:
        x0, y0 = (int((edge + _MARGIN) * SCALE) + 1 for edge in (box.x0, box.top))
        x1, y1 = (int((edge - _MARGIN) * SCALE) for edge in (box.x1, box.bottom))
        crop = grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
        background = int(np.median(crop)) if crop.size else 0
        dark = np.count_nonzero(_without_rules(np.abs(crop - background) > _CONTRAST)) >= _PIXELS
        found.append(bool(dark) or any(box.contains(x, y) for x, y in mute))
    return found


def _without_rules(dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The dark pixels of a cell without lines that run all along near its edges: those of wide or double rulings."""
    near = int(_RULED * SCALE)
    kept = dark.copy()
    if min(dark.shape) > 2 * near:
        for lines, own in ((dark, kept), (dark.T, kept.T)):
            along = lines.mean(axis=1) >= _ALONG
            along[near:-near] = False
            own[along] = False
    return kept


def _mute(page: Any, rotation: int) -> list[tuple[float, float]]:
    """Where text is drawn of which PDFium knows no character: a damaged font shows neither text nor ink.

    Spaces that it left out of the text have no extent.
    """
    textpage = page.get_textpage()
    items = calls.objects(page)
    texts = [item for item, kind in zip(items, calls.types(items), strict=True) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
    mute = [item for item in texts if pdfium_c.FPDFTextObj_GetText(_handle(item), textpage, None, 0) <= _NO_TEXT]
    textpage.close()
    boxes = Frame.of(page, rotation).boxes(calls.bounds(mute)) if mute else np.zeros((0, 4))
    return [((x0 + x1) / 2, (top + bottom) / 2) for x0, top, x1, bottom in boxes.tolist() if x1 > x0 or bottom > top]


def _handle(item: int) -> Any:
    return ctypes.cast(item, pdfium_c.FPDF_PAGEOBJECT)


def _may_be_inked(page: Any, rotation: int, boxes: Sequence[BBox]) -> bool:
    """Whether any object reaches into or stands in any of the boxes, rectangles around a whole box aside.

    Drawing the page costs many times what asking this does, and most often nothing reaches there.
    """
    items = calls.objects(page)
    if not items or pdfium_c.FPDFPage_GetAnnotCount(page):
        return bool(items) or bool(pdfium_c.FPDFPage_GetAnnotCount(page))
    drawn = Frame.of(page, rotation).boxes(calls.bounds(items))
    inner = np.array(boxes) + np.array([_MARGIN, _MARGIN, -_MARGIN, -_MARGIN])
    left, top, right, bottom = drawn.T[:, :, None]
    x0, y0, x1, y1 = inner.T
    reaches = (left <= x1) & (right >= x0) & (top <= y1) & (bottom >= y0)
    around = (left <= x0) & (right >= x1) & (top <= y0) & (bottom >= y1)
    if (reaches & ~around).any():
        return True
    outer = [items[i] for i in np.flatnonzero(around.any(axis=1)).tolist()]
    return not all(paths.is_rectangle(item) for item in outer)
