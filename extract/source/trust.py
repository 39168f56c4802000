"""Whether a text layer is to be believed: what counts is what a reader of the page sees."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.model import Glyphs, picked
from extract.source import calls, ink, legible
from extract.source.frame import Frame
from extract.source.paths import Drawn
from extract.source.pictures import Picture, covered
from extract.source.text import TextLayer

_UNPAINTED = {pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP}
"""Render modes of text that leaves no mark."""

_COVERS = 0.2
"""Share of the page that images must cover for its text to be compared with them."""

_INSET = 0.04
"""Share of the page from which an image on a page without rulings is looked at for a table."""

_SAMPLE = 8
"""Objects of any other page that are asked whether they are hidden text."""

_OUTLINES = 400
"""Paths from which a page's print may be drawn as outlines: more objects are asked then."""

_SCALE = ink.SCALE
"""Pixels per point at which pages are compared."""

_CHANGE = 24
"""Levels by which a pixel differs when text is drawn on it."""

_LIGHTER = 60
"""The same for text lighter than its ground: white on a pale watermark is no print, white on a dark cell is."""

_FEW = 20, 0.03
"""Characters, and share of them, that may be hidden: marks for software that signs or files the page."""

_ON_INK, _ON_PAPER = 0.8, 0.2
"""Share of the hidden characters that must lie on ink, and that may."""

_LIGHT = 200
"""Level of its darkest channel from which a colour may be that of the paper."""

_CLEAR = 100
"""Opacity of 255 below which paint may leave no mark."""

_INK = 60
"""Levels by which print is darker than its surroundings."""

_PRINT = 60
"""Marks as large as characters that make print."""

_TYPED = 60
"""Characters of a header, a page number, a stamp: fewer do not make a page one that was typed."""

_RULED = 3
"""Paths from which a page may have a ruled table of its own."""

_GRID = 3, 60.0, 3, 18.0
"""Lines across and their length in points, and lines down, that make an image a table's."""

_DEPTH = 6
"""Nesting of form XObjects followed."""

_MOST = 100_000
"""Objects in forms asked at the most."""

_HIDDEN = "the text layer is hidden behind or over an image; the page was read from what it shows"
_ASTRAY = "the hidden text does not even lie where the image shows print"
_UNTYPED = "an image on it holds print that the text layer lacks; the page was read from what it shows"
_GARBLED = (
    "the text layer is garbled: its fonts do not say what their characters are; the page was read from what it shows"
)
_DISGUISED = "digits of the text layer look like other digits; the page was read from what it shows"


@dataclass(frozen=True, slots=True)
class Findings:
    """`doubts` are reasons to read the page from what it shows; `hidden` says that its text is not what is seen.

    `faint` are text objects that may leave no mark; not asked for where the text layer is illegible.
    """

    doubts: tuple[str, ...] = ()
    hidden: bool = False
    faint: frozenset[int] = frozenset()


def examine(
    page: Any, layer: TextLayer, drawn: Drawn, shown: Sequence[Picture], *, disguised: Callable[[], bool]
) -> Findings:
    """Compare a page's text layer with what the page shows, where anything speaks against it.

    Args:
        page: The loaded page, with some text.
        layer: Its text.
        drawn: What else is drawn on it.
        shown: Its images.
        disguised: Tells whether its fonts draw digits as others.
    """
    illegible = _GARBLED if legible.garbled(layer.text) else _DISGUISED if disguised() else ""
    if illegible:
        return Findings((illegible,), hidden=True)
    pale = frozenset(faint(all_texts(drawn)))
    found = _compared(page, layer, drawn, shown, pale)
    return replace(found, faint=pale) if pale else found


def _compared(page: Any, layer: TextLayer, drawn: Drawn, shown: Sequence[Picture], pale: frozenset[int]) -> Findings:
    """Whether a page's text layer is what is seen where it is drawn."""
    share = covered(page, shown)
    pictured, inset = share >= _COVERS, share >= _INSET and len(drawn.paths) < _RULED
    if not pictured and not inset and not _any_hidden(drawn, pale):
        return Findings()
    frame = Frame.of(page)
    glyphs = layer.glyphs(frame)
    if not glyphs.text:
        return Findings()
    whole = _grey(page, frame)
    bare = _grey_without(page, frame, all_texts(drawn))
    visible = _any_within(np.abs(whole - bare) > _CHANGE, glyphs)
    unseen = len(visible) - np.count_nonzero(visible)
    if unseen > min(_FEW[0], _FEW[1] * len(visible)):
        inked = _any_within(_dark(whole) | (whole < np.median(whole) - _INK), glyphs.only(~visible))
        noughts = unseen <= len(visible) / 2 and set(picked(glyphs.text, ~visible)) == {"0"}  # a program hides them
        enough = noughts or len(visible) - unseen >= _TYPED
        typed = enough and not _holds_print(bare, glyphs.only(visible), lines=0)
        if typed and inked.mean() <= _ON_PAPER:
            return Findings()  # all that is seen is in the text layer: `covers` leaves out the rest
        on_ink = inked.sum() / (len(inked) + len(layer.beyond.text))
        return Findings((_HIDDEN,) if on_ink >= _ON_INK else (_HIDDEN, _ASTRAY), hidden=True)
    if (pictured and _holds_print(bare, glyphs, lines=len(drawn.paths))) or (inset and _holds_grid(bare)):
        return Findings((_UNTYPED,))
    return Findings()


def _any_hidden(drawn: Drawn, pale: frozenset[int]) -> bool:
    """Whether a sample of what is drawn holds text that is set not to be seen."""
    if not pale:
        return False
    size = _SAMPLE if len(drawn.paths) < _OUTLINES else 2 * _SAMPLE
    chosen = {*drawn.items[:: max(1, drawn.objects // size)], *drawn.items[-1:]}
    return not pale.isdisjoint(texts(list(chosen), _SAMPLE))


def faint(drawn: Sequence[int]) -> list[int]:
    """Those of some text objects that are painted so that they may leave no mark."""
    if not drawn:
        return []
    fills, modes = calls.fills(drawn), calls.text_modes(drawn)
    light = (fills[:, :3].min(axis=1) >= _LIGHT) | (fills[:, 3] < _CLEAR)
    if not light.any() and _UNPAINTED.isdisjoint(modes):
        return []
    asked = zip(drawn, light.tolist(), modes, strict=True)
    return [item for item, is_light, mode in asked if is_light or mode in _UNPAINTED]


def all_texts(drawn: Drawn) -> list[int]:
    """Addresses of a page's text objects, those in forms included."""
    return [*drawn.texts, *texts(drawn.forms)]


def texts(items: Sequence[int], most: int = _MOST, depth: int = 0) -> Iterator[int]:
    """Addresses of the text objects among objects; of each form at most so many of its own objects are looked at."""
    for item, kind in zip(items, calls.types(items), strict=True):
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            inner = calls.form_objects(item)
            yield from texts(inner[:: max(1, len(inner) // most)], most, depth + 1)


def seen(page: Any, frame: Frame, drawn: Sequence[int], glyphs: Glyphs) -> NDArray[np.bool_]:
    """For each glyph, whether a reader sees it: whether the page changes there without some text objects.

    Args:
        page: The loaded page.
        frame: Its upright frame.
        drawn: Addresses of the text objects that draw the glyphs.
        glyphs: The glyphs.
    """
    darker = _grey_without(page, frame, drawn) - _grey(page, frame)
    return _any_within((darker > _CHANGE) | (darker < -_LIGHTER), glyphs)


def _grey_without(page: Any, frame: Frame, drawn: Sequence[int]) -> NDArray[np.int16]:
    """The pixels that the upright page has without some objects; it is left as it was."""
    handles = [ctypes.cast(item, pdfium_c.FPDF_PAGEOBJECT) for item in drawn]
    for handle in handles:
        pdfium_c.FPDFPageObj_SetIsActive(handle, 0)
    try:
        return _grey(page, frame)
    finally:
        for handle in handles:
            pdfium_c.FPDFPageObj_SetIsActive(handle, 1)


def _grey(page: Any, frame: Frame) -> NDArray[np.int16]:
    """The upright page's pixels, the darkest channel of each."""
    return ink.darkest(ink.render(page, frame.rotation, _SCALE).to_numpy())


def _dark(grey: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Where a page is darker than around: light may fall unevenly on a scan."""
    import cv2

    return np.asarray(grey < cv2.medianBlur(grey.astype(np.uint8), 31).astype(np.int16) - _INK)


def _any_within(mask: NDArray[np.bool_], glyphs: Glyphs) -> NDArray[np.bool_]:
    """For each glyph, whether any pixel of its box is set."""
    low, high = np.floor(glyphs.boxes[:, :2] * _SCALE), np.ceil(glyphs.boxes[:, 2:] * _SCALE)
    bounds = np.concatenate((low, high), axis=1).clip(0).astype(int).tolist()
    return np.array([mask[top:bottom, x0:x1].any() for x0, top, x1, bottom in bounds], dtype=bool)


def _holds_print(bare: NDArray[np.int16], glyphs: Glyphs, *, lines: int) -> bool:
    """Whether a page without its text shows more print than a letterhead, a watermark or a photo has.

    A typed page with a ruled table of its own is believed to have typed all its tables.
    """
    typed = len(glyphs.text)
    if typed >= _TYPED and lines >= _RULED:
        return False
    marks = _marks(bare, glyphs)
    return marks >= _PRINT and (typed < _TYPED or 3 * marks >= typed)


def _holds_grid(bare: NDArray[np.int16]) -> bool:
    """Whether a page without its text shows lines across and down, as an image of a table does and few others do."""
    import cv2

    dark = _dark(bare).astype(np.uint8)
    across, long, down, tall = _GRID
    found = []
    for size in ((round(long * _SCALE), 1), (1, round(tall * _SCALE))):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8))
        found.append(cv2.connectedComponents(lines, connectivity=8)[0] - 1)
    return found[0] >= across and found[1] >= down


def _marks(bare: NDArray[np.int16], glyphs: Glyphs) -> int:
    """How many marks as large as characters a page shows where its text layer has none."""
    import cv2

    dark = _dark(bare).astype(np.uint8)
    for x0, top, x1, bottom in np.round(glyphs.boxes * _SCALE).astype(int).clip(0).tolist():
        dark[top : bottom + 1, x0 : x1 + 1] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    low, tall = 2.5 * _SCALE, 20 * _SCALE
    sized = (high >= low) & (high <= tall) & (wide <= tall) & (area < 0.8 * wide * high)
    return int(np.count_nonzero(sized))
