"""The numbers of a sheet's cells: two views of each, and what the ink itself says against them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from extract.model import FADED, STREAKED, BBox, GridCell, Page, PrintedLine, Reading, Sheet
from extract.ocr import Engine
from extract.scan.cells.cutoff import cut_off
from extract.scan.cells.fusion import fuse, plain, witnessed
from extract.scan.cells.hidden import missed
from extract.scan.cells.hyphens import dashes
from extract.scan.cells.ink import CellInk, Ink, PixelBox
from extract.scan.cells.lines import Line, by_cell, lines_in, pixels
from extract.scan.cells.looks import at_a_glance, cut, for_itself
from extract.scan.cells.overrun import ACROSS, doubted, parted, torn, unlikely
from extract.scan.cells.slashes import slant
from extract.scan.cells.spacing import loose, pitch, spread
from extract.scan.cells.specks import BESIDE, is_specked
from extract.scan.cells.thinned import is_thinned, warned
from extract.scan.cells.views import too_wide, views_of
from extract.scan.cells.wrapped import Lines, joined, padding
from extract.scan.text.squeezed import LONG

_DISPUTED = 0.5
"""Confidence of a reading at most when a stroke runs through its cell."""

_STROKE = 0.45
"""Of its height: width of a line that is a single stroke, and may be a piece of a ruling."""

_PRINT, _HIGHER = 9.0, 1.6
"""Points of height of print where a page has no lines; and of a table's highest line: from how much higher the page's
are mostly none of print.
"""

_BESIDE = 10.0
"""Points at either end of a number in which a digit more would stand."""

_STAMPED = "a stamp lies over it"

_HIDDEN = 0.8
"""Of a number's height: how far beside it a streak hides a digit more."""

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
    own = by_cell(page.lines, cells)
    usual = sheet.scale * _usual_height(page.lines, [line for lines in own for line in lines])
    numbers = list(_numbers(page.lines, sheet))
    printed = _pitches(numbers)
    far = spread(printed)
    lines = [line for i, drawn in inks.items() for line in lines_in(i, own[i], drawn, sheet.scale, usual, spread=far)]
    holding = Counter(line.cell for line in lines)
    every = [views_of(line, inks, usual, ink, several=holding[line.cell] > 1, unproved=unproved) for line in lines]
    shown = [views for views in every if not too_wide(views)]
    found: dict[int, list[tuple[Line, Reading]]] = {
        views.line.cell: [(views.line, Reading("", 0.0, engine.name, doubts=(_NO_LINE,)))]
        for views in every
        if too_wide(views)
    }
    first, second = for_itself(sheet, shown, engine) if unproved else at_a_glance(sheet, shown, engine)
    inked = [cut(sheet.ink, views.line.box) for views in shown]
    pitches = _pitches(zip(map(plain, first), inked, strict=True))
    apart = spread(pitches) or spread([*pitches, *printed])  # of few numbers those of the page tell
    step = apart or loose([*pitches, *printed])
    thinned = is_thinned(page.lines, sheet)
    leaning = slant(numbers)
    marks = [(plain(narrow), plain(wide), print_) for print_, narrow, wide in zip(inked, first, second, strict=True)]
    known = dashes(marks, usual)
    lowest = {i: max(line.box[1] for line in own) for i, own in groupby(lines, key=lambda line: line.cell)}
    for views, print_, narrow, wide in zip(shown, inked, first, second, strict=True):
        line = views.line
        followed = line.box[3] <= lowest[line.cell]
        reading = fuse(
            narrow, wide, print_, usual, engine.name, spread=apart, slant=leaning, known=known, followed=followed
        )
        reading = witnessed(reading, narrow, wide) if unproved else reading
        reading = warned(reading) if thinned else reading
        if doubts := missed(reading.text, line.box, cells[line.cell].bbox, step, ink):
            reading = replace(reading, doubts=(*reading.doubts, *doubts))
        found.setdefault(line.cell, []).append((line, reading))
    held = {i: _in_order(own) for i, own in found.items()}
    pad = padding([_lines(cells[i], own, sheet) for i, own in held.items()])
    read = [
        _with(cell, held.get(i, []), inks[i], sheet, engine=engine.name, usual=usual, spread=apart, pad=pad)
        if i in inks
        else _label(cell, own[i], engine.name)
        for i, cell in enumerate(cells)
    ]
    return cut_off(page, unlikely(parted(torn(cells, doubted(read, step)))))


def _usual_height(lines: Sequence[PrintedLine], own: Sequence[PrintedLine]) -> float:
    """Points of height of a page's lines of print, but of the highest of a table's `own` where those are far higher.

    Lines set aslant, as watermarks are, have boxes higher than print: most of a page's lines where a table ends on it.
    """
    usual = float(np.median([line.bbox.height for line in lines if not _is_stroke(line.bbox)] or [_PRINT]))
    highest = max((line.bbox.height for line in own), default=usual)
    return highest if usual > _HIGHER * highest else usual


def _is_stroke(box: BBox) -> bool:
    return box.width <= _STROKE * box.height


def _numbers(lines: Sequence[PrintedLine], sheet: Sheet) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """What was read in a page's lines that may be numbers or marks, and the ink of each."""
    for line in lines:
        if line.read and sheet.ink is not None and line.bbox.width <= LONG * line.bbox.height:
            yield plain(line.read), cut(sheet.ink, pixels(line.bbox, sheet.scale))


def _pitches(numbers: Iterable[tuple[str, NDArray[np.uint8]]]) -> list[float]:
    """The pitches of those numbers that have one, from the text and the ink of each."""
    return [one for text, print_ in numbers if (one := pitch(text, print_)) is not None]


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


def _with(
    cell: GridCell,
    found: Sequence[tuple[Line, Reading]],
    ink: Ink,
    sheet: Sheet,
    *,
    engine: str,
    usual: float,
    spread: float,
    pad: float,
) -> GridCell:
    """The cell with the readings of its lines, from top to bottom, joined."""
    if not found:
        doubts = ("a trace of ink too faint to read",) if ink.faint else ()
        cautions = (_STAMPED,) if _stamped(sheet, [ink.interior]) else ()
        cautions = (*cautions, STREAKED) if _streaked(sheet, ink.interior, ink.interior) else cautions
        return replace(cell, reading=Reading("", source=engine, doubts=doubts, cautions=cautions), ink=None)
    lines = _lines(cell, found, sheet)
    reading = joined(lines, engine, spread, pad)
    if ink.faint:
        reading = replace(reading, cautions=(*reading.cautions, FADED))
    if ink.crosses:
        reading = replace(reading, confidence=min(reading.confidence, _DISPUTED))
    if any(_is_of(line.box, piece) for line, _ in found for piece in ink.crossing):
        reading = replace(reading, doubts=(*reading.doubts, ACROSS))
    if is_specked(ink, [line.box for line, _ in found], usual):
        reading = replace(reading, cautions=(*reading.cautions, BESIDE))
    if any(_is_of(line.box, piece) for line, _ in found for piece in ink.beside):
        reading = replace(reading, cautions=(*reading.cautions, _AT_RULING))
    if _stamped(sheet, [line.box for line, _ in found]):
        reading = replace(reading, cautions=(*reading.cautions, _STAMPED))
    if any(_streaked(sheet, line.box, ink.interior) for line, _ in found):
        reading = replace(reading, cautions=(*reading.cautions, STREAKED))
    low, high = lines.boxes[:, :2].min(axis=0).tolist(), lines.boxes[:, 2:].max(axis=0).tolist()
    return replace(cell, reading=reading, ink=BBox(*low, *high))


def _lines(cell: GridCell, found: Sequence[tuple[Line, Reading]], sheet: Sheet) -> Lines:
    boxes = np.array([line.box for line, _ in found]) / sheet.scale
    return Lines([reading for _, reading in found], boxes, cell.bbox.width)


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


def _streaked(sheet: Sheet, box: PixelBox, within: PixelBox) -> bool:
    """Whether a streak was taken off a box in its cell, or off where a digit more stood at its ends."""
    if sheet.streaked is None:
        return False
    (x0, top, x1, bottom), beside = box, round(_HIDDEN * (box[3] - box[1]))
    x0, x1 = max(0, within[0], x0 - beside), min(within[2], x1 + beside)
    return bool(sheet.streaked[top:bottom, x0:x1].any())
