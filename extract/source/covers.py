"""Text that nobody sees: numbers that an editor hid below a white box, or in white, are no numbers of the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.model import Glyphs
from extract.source import calls, ink, trust
from extract.source.frame import Frame
from extract.source.paths import Drawn
from extract.source.text import TextLayer

_SMALLEST = 4.0
"""Points wide and high from which something can cover a digit; rulings are thinner."""

_OVERLAP = 1.5
"""Points that it must reach into a text."""

_MOST = 4_000_000
"""Pairs compared at the most; of more, all are taken to meet, and the drawn page decides."""

_DEPTH = 6
"""Nesting of form XObjects followed."""

_PAINT = {pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE}
_TEXT = {pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_FORM}

COVERED = "text that nobody sees, being painted over or in the colour of the paper, was left out"
"""What a page says of it."""


def without_covered(
    page: Any, layer: TextLayer, drawn: Drawn, glyphs: Glyphs, frame: Frame, *, faint: frozenset[int]
) -> Glyphs:
    """A page's glyphs less those that nobody sees: below something painted later, or painted so as to leave no mark.

    Args:
        page: The loaded page.
        layer: Its text.
        drawn: What else is drawn on it.
        glyphs: All its glyphs, on its upright frame.
        frame: Its upright frame.
        faint: Its text objects that may leave no mark.
    """
    over = _areas((*drawn.paths, *drawn.images), drawn.bounds) + list(drawn.forms)
    if not glyphs.text:
        return glyphs
    texts = {*faint, *(_texts_below(drawn.items, set(over)) if over else ())}
    if not texts:
        return glyphs
    below, others = _drawn_by(texts, page, layer, glyphs, frame)
    keep = ~below
    keep[below] = trust.seen(page, frame, sorted(texts - others), _narrowed(glyphs.only(below)))
    if keep.all():
        return glyphs
    # Of a character drawn again on its own place only one is told of, be it the one below or the one above.
    every = set(trust.all_texts(drawn))
    _, others = _drawn_by(every, page, layer, glyphs, frame)
    again = trust.seen(page, frame, sorted(every - others), _narrowed(glyphs.only(~keep)))
    keep[~keep] = again & ~_touched(glyphs.boxes[~keep], glyphs.boxes[keep])
    return glyphs if keep.all() else glyphs.only(keep)


def _narrowed(glyphs: Glyphs) -> Glyphs:
    """The glyphs without the pixels at their sides, which may be their neighbours'; half of their widths is left."""
    x0, top, x1, bottom = glyphs.boxes.T
    inset = np.minimum(1 / ink.SCALE, (x1 - x0) / 4)
    return replace(glyphs, boxes=np.column_stack((x0 + inset, top, x1 - inset, bottom)))


def _touched(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes any of the others reaches into."""
    if len(boxes) * len(others) > _MOST:
        return np.ones(len(boxes), dtype=bool)
    x0, top, x1, bottom = boxes.T[:, :, None]
    left, above, right, below = others.T
    return np.asarray(((left < x1) & (right > x0) & (above < bottom) & (below > top)).any(axis=1))


def _drawn_by(
    texts: set[int], page: Any, layer: TextLayer, glyphs: Glyphs, frame: Frame
) -> tuple[NDArray[np.bool_], set[int]]:
    """Which glyphs some text objects draw, and which of these objects draw others only: a watermark's.

    A glyph is known by its character and its box.
    """
    textpage = page.get_textpage()
    handles = (pdfium_c.FPDFText_GetTextObject(textpage, i) for i in range(layer.count))
    items = [ctypes.cast(handle, ctypes.c_void_p).value or 0 for handle in handles]
    indices = [i for i, item in enumerate(items) if item in texts]
    boxes = calls.char_boxes(textpage, indices)
    textpage.close()
    placed = frame.boxes(boxes[:, [0, 2, 1, 3]]).round(3).tolist()
    known: dict[tuple[Any, ...], set[int]] = {}
    for i, box in zip(indices, placed, strict=True):
        known.setdefault((layer.text[i], *box), set()).add(items[i])
    keys = [(char, *box) for char, box in zip(glyphs.text, glyphs.boxes.round(3).tolist(), strict=True)]
    drawing = {item for key in keys for item in known.get(key, ())}
    return np.array([key in known for key in keys], dtype=bool), {items[i] for i in indices} - drawing


def _areas(items: Sequence[int], bounds: NDArray[np.float64]) -> list[int]:
    """Those of some paths and images, with (n, 4) bounds, that fill an area large enough to cover a digit."""
    left, bottom, right, top = bounds.T
    large = np.flatnonzero((right - left >= _SMALLEST) & (top - bottom >= _SMALLEST))
    chosen = [items[i] for i in large.tolist()]
    filled = calls.draw_modes(chosen)[:, 0].tolist()
    asked = zip(chosen, calls.types(chosen), filled, strict=True)
    return [item for item, kind, is_filled in asked if kind != pdfium_c.FPDF_PAGEOBJ_PATH or is_filled]


def _texts_below(items: Sequence[int], areas: set[int] | None = None, depth: int = 0) -> Iterator[int]:
    """Text objects that an area, an image or a form painted after them reaches into; forms may hold either."""
    kinds = calls.types(items)
    forms = [i for i, kind in enumerate(kinds) if kind == pdfium_c.FPDF_PAGEOBJ_FORM]
    if areas is None:
        others = [item for item, kind in zip(items, kinds, strict=True) if kind in _PAINT]
        areas = {*_areas(others, calls.bounds(others)), *(items[i] for i in forms)}
    under = [i for i, kind in enumerate(kinds) if kind in _TEXT]
    over = [i for i, item in enumerate(items) if item in areas and under and i > under[0]]
    for i in _met(items, under, over) if over else ():
        yield from trust.texts([items[i]])
    for i in forms if depth < _DEPTH else ():
        yield from _texts_below(calls.form_objects(items[i]), None, depth + 1)


def _met(items: Sequence[int], under: list[int], over: list[int]) -> list[int]:
    """Which of the objects `under` have one of `over` on them that is painted later."""
    if len(under) * len(over) > _MOST:
        return under
    left, bottom, right, top = calls.bounds([items[i] for i in over]).T[:, :, None]
    x0, y0, x1, y1 = calls.bounds([items[i] for i in under]).T
    wide = np.minimum(right, x1) - np.maximum(left, x0)
    high = np.minimum(top, y1) - np.maximum(bottom, y0)
    later: NDArray[np.bool_] = np.array(over)[:, None] > np.array(under)
    met = ((wide > _OVERLAP) & (high > _OVERLAP) & later).any(axis=0)
    return [under[i] for i in np.flatnonzero(met).tolist()]
