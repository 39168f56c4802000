"""The first lines of a scanned page that holds no table, or the lines beside its tables: where a title may stand."""

from __future__ import annotations

from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import BBox, Page, Raster, Sheet
from extract.ocr import Engine
from extract.scan.paper.light import even
from extract.scan.text.textlines import text_lines, with_ink

_LINES = 8
"""Lines read of a page."""

_TOP = 0.6
"""Share of a page's height in which they are looked for."""

_FINEST = 200 / 72
"""Pixels per point that suffice."""

_LEGIBLE = 0.8
"""Score of the lines' characters, by their median, from which they are believed."""

_SHORTEST = 0.6
"""Times its height that a line of any words is wide: the last character of a title may stand alone."""

_MARGIN = 0.17
"""Of a line's height: what is read around it."""

_STEP = 32
"""Pixels between nodes of the mesh."""


def top_lines(raster: Raster, turns: int, engine: Engine) -> list[tuple[str, BBox]]:
    """The first lines of a page, top to bottom, each with its box in points of the turned page.

    Args:
        raster: The page's pixels, upright as its file shows it.
        turns: Clockwise quarter turns that set it upright.
        engine: What reads them.
    """
    pixels = np.ascontiguousarray(np.rot90(raster.pixels, -turns))
    pixels = pixels[: round(_TOP * pixels.shape[0])]
    scale = min(raster.scale, _FINEST)
    if scale < raster.scale:
        size = (round(pixels.shape[1] * scale / raster.scale), round(pixels.shape[0] * scale / raster.scale))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = even(Raster(pixels, scale))
    across, down = (np.arange(-(-length // _STEP) + 1) * (_STEP / scale) for length in grey.shape[1::-1])
    mesh = np.stack(np.meshgrid(across, down), axis=-1).astype(np.float64)
    sheet = with_ink(Sheet(grey, scale, mesh, _STEP), ())
    boxes = text_lines(sheet, ())
    return _read(sheet, [tuple(box) for box in boxes.tolist()], engine)


def unread_lines(page: Page, engine: Engine) -> list[tuple[str, BBox]]:
    """The first lines of a page that was read of which nobody has asked yet, in points of its sheet."""
    if page.sheet is None:
        return []
    scale = page.sheet.scale
    boxes = [tuple(round(edge * scale) for edge in line.bbox) for line in page.lines if line.read is None]
    return _read(page.sheet, boxes, engine)


def _read(sheet: Sheet, boxes: list[tuple[int, ...]], engine: Engine) -> list[tuple[str, BBox]]:
    worded = [box for box in boxes if box[2] - box[0] >= _SHORTEST * (box[3] - box[1])]
    chosen = sorted(worded, key=lambda box: box[1])[:_LINES]
    read = engine.read([_crop(sheet, box) for box in chosen]) if chosen else []
    scores = [line.score for line in read for _ in line.text]  # a page number counts for no more than it is long
    if not scores or median(scores) < _LEGIBLE:
        return []
    scale = sheet.scale
    return [
        (line.text, BBox(*(edge / scale for edge in box))) for line, box in zip(read, chosen, strict=True) if line.text
    ]


def _crop(sheet: Sheet, box: tuple[int, ...]) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = box
    margin = max(2, round(_MARGIN * (y1 - y0)))
    return sheet.grey[max(0, y0 - margin) : y1 + margin, max(0, x0 - margin) : x1 + margin]
