"""The numbers of a sheet's cells: two views of each, and what the ink itself says against them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from extract.model import FADED, BBox, GridCell, Page, PrintedLine, Reading, Recognised, Sheet
from extract.ocr import Engine
from extract.scan.cellink import CellInk, Ink, PixelBox
from extract.scan.celllines import Line, by_cell, lines_in, pixels
from extract.scan.fusion import fuse, plain, witnessed
from extract.scan.likeness import Print, borne_out
from extract.scan.overrun import doubted
from extract.scan.slashes import slant
from extract.scan.spacing import pitch, spread
from extract.scan.specks import BESIDE, is_specked
from extract.scan.squeezed import LONG, around
from extract.scan.thinned import is_thinned, warned
from extract.scan.twins import is_lone, read_alike
from extract.scan.views import Views, too_wide, views_of
from extract.scan.wrapped import joined

_DISPUTED = 0.5
"""Confidence of a reading at most when a stroke runs through its cell."""

_STROKE = 0.45
"""Of its height: width of a line that is a single stroke, and may be a piece of a ruling."""

_BESIDE = 10.0
"""Points at either end of a number in which a digit more would stand."""

_STAMPED = "a stamp lies over it"

_ACROSS = "a character stands across the cell's edge"

_AT_RULING = "a stroke right beside a ruling may be a digit or the ruling's"

_LEVEL = 0.6
"""Share of their height that a character and the line it belongs to have in common."""

_NO_LINE = "ink far wider than a number"

_ORDINAL_LOST, _SENTENCE = re.compile(r"\d{1,2}[^\W\d_]{2}"), 5
"""The ordinal of a label that lost its point, and letters in such a label at least: a number's unit has fewer, and
remarks stand in brackets."""

_FIGURE_FIRST = re.compile(r"[+\-]?\d+(?:[.,]\d+)*[^\d.,、．)）]")


def read_values(page: Page, cells: Sequence[GridCell], engine: Engine, *, unproved: bool = False) -> list[GridCell]:
    """The cells of a grid on a page's sheet, those without words read again as numbers.

    Args:
        page: A page with its sheet.
        cells: The grid's.
        engine: The recogniser.
        unproved: No sum will prove what is read. Both views of each line are read then, whatever it looks like.
    """
    sheet = page.sheet
    if sheet is None or sheet.ink is None or sheet.darkness is None:
        return list(cells)
    ink = CellInk(sheet.scale, sheet.darkness, sheet.ink, sheet.ruled, [cell.bbox for cell in cells])
    inks = {i: ink.of(cell.bbox) for i, cell in enumerate(cells) if not _is_words(cell.text)}
    side = max((cell.bbox.x1 for cell in cells), default=0.0)
    for i in (i for i in inks if cells[i].bbox.x1 == side):  # no cell beside it holds the rest of what overflows
        inks[i] = replace(inks[i], crossing=(*inks[i].crossing, *ink.beyond(cells[i].bbox)))
    boxes = [line.bbox for line in page.lines]
    usual = sheet.scale * float(np.median([box.height for box in boxes if box.width > _STROKE * box.height] or [9.0]))
    own = by_cell(page.lines, cells)
    lines = [line for i, drawn in inks.items() for line in lines_in(i, own[i], drawn, sheet.scale, usual)]
    holding = Counter(line.cell for line in lines)
    every = [views_of(line, inks, usual, ink, several=holding[line.cell] > 1, unproved=unproved) for line in lines]
    shown = [views for views in every if not too_wide(views)]
    found: dict[int, list[tuple[Line, Reading]]] = {
        views.line.cell: [(views.line, Reading("", 0.0, engine.name, doubts=(_NO_LINE,)))]
        for views in every
        if too_wide(views)
    }
    first, second = _each(sheet, shown, engine) if unproved else _read(sheet, shown, engine)
    inked = [_cut(sheet.ink, views.line.box) for views in shown]
    pitches = [pitch(plain(narrow), print_) for narrow, print_ in zip(first, inked, strict=True)]
    apart = spread([one for one in pitches if one is not None])
    thinned = is_thinned(page.lines, sheet)
    leaning = slant(_numbers(page.lines, sheet))
    for views, print_, narrow, wide in zip(shown, inked, first, second, strict=True):
        line = views.line
        reading = fuse(narrow, wide, print_, usual, engine.name, spread=apart, slant=leaning)
        reading = witnessed(reading, narrow, wide) if unproved else reading
        reading = warned(reading) if thinned else reading
        found.setdefault(line.cell, []).append((line, reading))
    read = [
        _with(cell, found.get(i, []), inks[i], sheet, engine=engine.name, usual=usual, spread=apart)
        if i in inks
        else _label(cell, own[i], engine.name)
        for i, cell in enumerate(cells)
    ]
    return doubted(read, apart) if apart else read


def _numbers(lines: Sequence[PrintedLine], sheet: Sheet) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """What was read in a page's lines that may be numbers or marks, and the ink of each."""
    for line in lines:
        if line.read and sheet.ink is not None and line.bbox.width <= LONG * line.bbox.height:
            yield plain(line.read), _cut(sheet.ink, pixels(line.bbox, sheet.scale))


def _is_words(text: str) -> bool:
    """Whether a cell's text is a label: letters, and no number before them that is more than their ordinal.

    Breaks between its lines are no part of it. The point after an ordinal may be lost where many letters follow.
    """
    text = "".join(text.split())
    letters = sum(not char.isascii() and char.isalpha() for char in text)
    if letters >= _SENTENCE and _ORDINAL_LOST.match(text):
        return True
    return letters >= 2 and not _FIGURE_FIRST.match(text)


def _label(cell: GridCell, own: Sequence[PrintedLine], engine: str) -> GridCell:
    """A label as it was read when the page was."""
    score = min((line.read.score for line in own if line.read), default=0.0)
    return replace(cell, reading=Reading(cell.text, score, engine))


def _read(sheet: Sheet, shown: Sequence[Views], engine: Engine) -> tuple[list[Recognised], list[Recognised]]:
    """What is read of each line with little around it; and with more, or what its print says as surely."""
    prints = [_pixels_of(sheet, views.tight if views.low else views.line.box) for views in shown]
    single = [print_ if v.low or is_lone(*_size(v.line.box)) else None for print_, v in zip(prints, shown, strict=True)]
    unread = [i for i, views in enumerate(shown) if views.line.first is None]
    views = [_pixels_of(sheet, shown[i].tight) for i in unread]
    rest = iter(read_alike(engine, [single[i] for i in unread], views))
    first = [views.line.first or next(rest) for views in shown]
    second = borne_out([Print(*one) for one in zip(prints, first, (v.alone for v in shown), strict=True)])
    left = [i for i in range(len(shown)) if i not in second]
    wide = _shown_wide(sheet, [shown[i] for i in left], engine)
    read = read_alike(engine, [single[i] for i in left], wide)
    second |= dict(zip(left, read, strict=True))
    return first, [second[i] for i in range(len(shown))]


def _each(sheet: Sheet, shown: Sequence[Views], engine: Engine) -> tuple[list[Recognised], list[Recognised]]:
    """What is read of each line with little around it and with more, whatever its print looks like.

    A line of some digits was read for itself with the page's lines. For a lone one others like it may have been, and
    what is as long as a label was squeezed too far.
    """
    own = [views.line.first if _was_read(views.line.box) else None for views in shown]
    tight = [_pixels_of(sheet, views.tight) for views, first in zip(shown, own, strict=True) if not first]
    read = engine.read(_shown_wide(sheet, shown, engine) + tight)
    rest = iter(read[len(shown) :])
    return [first or next(rest) for first in own], read[: len(shown)]


def _shown_wide(sheet: Sheet, shown: Sequence[Views], engine: Engine) -> list[NDArray[np.uint8]]:
    return [around(sheet, views.line.box, views.wide, squeezes=engine.squeezes) for views in shown]


def _was_read(box: PixelBox) -> bool:
    """Whether a line of the page in this box was read for itself, and as a number is."""
    width, height = _size(box)
    return not is_lone(width, height) and width <= LONG * height


def _size(box: PixelBox) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def _pixels_of(sheet: Sheet, box: PixelBox) -> NDArray[np.uint8]:
    return _cut(sheet.grey, box)


def _cut(pixels: NDArray[np.uint8], box: PixelBox) -> NDArray[np.uint8]:
    x0, top, x1, bottom = box
    return pixels[top:bottom, x0:x1]


def _with(
    cell: GridCell,
    found: Sequence[tuple[Line, Reading]],
    ink: Ink,
    sheet: Sheet,
    *,
    engine: str,
    usual: float,
    spread: float,
) -> GridCell:
    """The cell with the readings of its lines joined."""
    if not found:
        doubts = ("a trace of ink too faint to read",) if ink.faint else ()
        cautions = (_STAMPED,) if _stamped(sheet, [ink.interior]) else ()
        return replace(cell, reading=Reading("", source=engine, doubts=doubts, cautions=cautions), ink=None)
    found = _in_order(found)
    boxes = np.array([line.box for line, _ in found]) / sheet.scale
    reading = joined([reading for _, reading in found], boxes, cell.bbox.width, engine, spread)
    if ink.faint:
        reading = replace(reading, cautions=(*reading.cautions, FADED))
    if ink.crosses:
        reading = replace(reading, confidence=min(reading.confidence, _DISPUTED))
    if any(_is_of(line.box, piece) for line, _ in found for piece in ink.crossing):
        reading = replace(reading, doubts=(*reading.doubts, _ACROSS))
    if is_specked(ink, [line.box for line, _ in found], usual):
        reading = replace(reading, cautions=(*reading.cautions, BESIDE))
    if any(_is_of(line.box, piece) for line, _ in found for piece in ink.beside):
        reading = replace(reading, cautions=(*reading.cautions, _AT_RULING))
    if _stamped(sheet, [line.box for line, _ in found]):
        reading = replace(reading, cautions=(*reading.cautions, _STAMPED))
    low, high = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    return replace(cell, reading=reading, ink=BBox(*low, *high))


def _is_of(line: PixelBox, piece: PixelBox) -> bool:
    """Whether a piece of ink is as high as a line and level with it, and no wider than a character."""
    high, tall = line[3] - line[1], piece[3] - piece[1]
    shared = min(line[3], piece[3]) - max(line[1], piece[1])
    return shared >= _LEVEL * max(high, tall) and piece[2] - piece[0] <= tall


def _in_order(found: Sequence[tuple[Line, Reading]]) -> list[tuple[Line, Reading]]:
    """Lines from top to bottom; those beside each other, of which one may be a pixel higher, from left to right."""
    rows: list[list[tuple[Line, Reading]]] = []
    for one in sorted(found, key=lambda one: one[0].box[1]):
        _, top, _, bottom = one[0].box
        if rows and top + bottom < 2 * rows[-1][0][0].box[3]:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in sorted(row, key=lambda one: one[0].box[0])]


def _stamped(sheet: Sheet, boxes: Sequence[PixelBox]) -> bool:
    """Whether a stamp was taken off any of the boxes, or off what may have been a digit more at their ends."""
    stamped, beside = sheet.stamped, round(_BESIDE * sheet.scale)
    if stamped is None:
        return False
    return any(stamped[top:bottom, max(0, x0 - beside) : x1 + beside].any() for x0, top, x1, bottom in boxes)
