"""Whether a text layer is to be believed: one that nobody sees was put there by some other OCR."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from extract.source import calls, ink
from extract.source.frame import Frame
from extract.source.text import TextLayer

_COVERS = 0.5
"""Share of the page from which an image is a scan of it."""

_ON_INK = 0.8
"""Share of the characters that must lie on ink."""

_DEPTH = 4
"""Nesting of form XObjects followed."""

_HIDDEN = "the text layer is hidden behind an image; the image was read instead"
_ASTRAY = "the hidden text does not even lie where the image shows print"


def doubts(page: Any, layer: TextLayer, images: Sequence[int]) -> tuple[str, ...]:
    """Reasons not to use a page's text layer.

    Args:
        page: The loaded page.
        layer: Its text.
        images: Addresses of the image objects drawn on it.
    """
    covering = _covering(page, images)
    if not covering or not any(not char.isspace() for char in layer.text):
        return ()
    if any(_visible(page, covering)):
        return ()
    return (_HIDDEN, _ASTRAY) if _on_ink(page, layer) < _ON_INK else (_HIDDEN,)


def _covering(page: Any, images: Sequence[int]) -> set[int]:
    """The images that cover most of the page."""
    left, bottom, right, top = page.get_bbox()
    boxes = np.clip(calls.bounds(list(images)), (left, bottom) * 2, (right, top) * 2)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    least = _COVERS * (right - left) * (top - bottom)
    return {address for address, area in zip(images, areas.tolist(), strict=True) if area >= least}


def _visible(page: Any, covering: set[int]) -> Iterator[bool]:
    """Whether each text object that is drawn to be seen is seen: not under an opaque image that covers the page."""
    drawn = calls.objects(page)
    opaque = [
        i
        for i, item in enumerate(drawn)
        if item in covering and not pdfium_c.FPDFPageObj_HasTransparency(_handle(item))
    ]
    over = max(opaque, default=-1)
    for i, item in enumerate(drawn):
        if i > over or not opaque:
            yield from (True for mode in _modes(_handle(item), 0) if mode != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def _modes(item: Any, depth: int) -> Iterator[int]:
    """Render modes of a text object, or of those in a form XObject."""
    kind = pdfium_c.FPDFPageObj_GetType(item)
    if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
        yield pdfium_c.FPDFTextObj_GetTextRenderMode(item)
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
        for i in range(pdfium_c.FPDFFormObj_CountObjects(item)):
            yield from _modes(pdfium_c.FPDFFormObj_GetObject(item, i), depth + 1)


def _on_ink(page: Any, layer: TextLayer) -> float:
    """Share of the text layer's characters in whose box the page shows ink."""
    frame = Frame.of(page)
    boxes = layer.glyphs(frame).boxes
    grey = np.asarray(ink.render(page, frame.rotation, 1.5).to_numpy(), dtype=np.int16)
    grey = grey[:, :, :3].min(axis=2) if grey.ndim == 3 else grey
    dark = np.pad((grey < np.median(grey) - 48).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    limits = np.array(dark.shape[::-1] * 2) - 1
    x0, top, x1, bottom = np.clip(np.round(boxes * 1.5), 0, limits).astype(int).T
    inked = dark[bottom, x1] - dark[top, x1] - dark[bottom, x0] + dark[top, x0] > 0
    return float(inked.mean()) if inked.size else 0.0


def _handle(item: int) -> Any:
    return ctypes.cast(item, pdfium_c.FPDF_PAGEOBJECT)
