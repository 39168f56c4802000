"""The numbers of a sheet's cells: two views of each, and what the ink itself says against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import BBox, GridCell, Page, Reading, Recognised
from extract.ocr import Engine
from extract.scan.fusion import fuse
from extract.scan.textlines import ink_mask, without_rulings

_INSET = 1.2
"""Points along a cell's edges that belong to its rulings."""

_SPECK = 0.9
"""Points of width and height below which ink is noise."""

_WIDE = 0.45
"""Of a line's height: margin of the second view, which shows what stands around the digits."""

_TIGHT = 0.17
"""Of a line's height: margin of the first view, the same as of the lines read for their text."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """What is drawn in a cell: the box of its ink in pixels, None without any; whether some of it crosses the cell."""

    interior: tuple[int, int, int, int]
    box: tuple[int, int, int, int] | None
    crosses: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of print in a value cell, in pixels, and what was read there at first, if anything."""

    cell: int
    box: tuple[int, int, int, int]
    first: Recognised | None


def read_values(page: Page, cells: Sequence[GridCell], engine: Engine) -> list[GridCell]:
    """The cells of a grid, those without words read again as numbers; boxes are in the page's sheet's points."""
    sheet = page.sheet
    if sheet is None:
        return list(cells)
    scale = sheet.scale
    mask = without_rulings(ink_mask(sheet), page.rulings, scale)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    wanted = [i for i, cell in enumerate(cells) if not _is_words(cell.text)]
    inks = {i: _ink(cells[i].bbox, labels, stats, scale) for i in wanted}
    lines = [line for i in wanted for line in _lines(i, page, cells[i].bbox, inks[i], scale)]
    usual = float(np.median([line.bbox.height for line in page.lines])) * scale if page.lines else 9.0 * scale
    views = [_view(sheet.grey, line.box, inks[line.cell].interior, _WIDE, usual) for line in lines]
    first = [i for i, line in enumerate(lines) if line.first is None]
    views += [_view(sheet.grey, lines[i].box, inks[lines[i].cell].interior, _TIGHT, usual) for i in first]
    read = engine.read(views)
    tight = dict(zip(first, read[len(lines) :], strict=True))
    found: dict[int, list[tuple[_Line, Reading]]] = {}
    for i, (line, wide) in enumerate(zip(lines, read, strict=False)):
        crop = mask[line.box[1] : line.box[3], line.box[0] : line.box[2]]
        narrow = line.first or tight[i]
        reading = fuse(narrow, wide, crop, usual, engine.name)
        found.setdefault(line.cell, []).append((line, reading))
    made = list(cells)
    for i in wanted:
        made[i] = _with(cells[i], found.get(i, []), inks[i], engine.name, scale)
    return made


def _is_words(text: str) -> bool:
    return sum(not char.isascii() and char.isalpha() for char in text) >= 2


def _ink(box: BBox, labels: NDArray[np.int32], stats: NDArray[np.int32], scale: float) -> _Ink:
    """The ink of a cell, specks and what reaches in from its edges aside."""
    x0, y0 = (round((edge + _INSET) * scale) for edge in (box.x0, box.top))
    x1, y1 = (round((edge - _INSET) * scale) for edge in (box.x1, box.bottom))
    inside = labels[y0:y1, x0:x1]
    if not inside.size:
        return _Ink((x0, y0, x1, y1), None, crosses=False)
    present = np.unique(inside)
    own, crosses = [], False
    for label in present[present > 0].tolist():
        left, top, width, height, _ = stats[label].tolist()
        if max(width, height) < _SPECK * scale:
            continue
        if left < x0 - 1 or top < y0 - 1 or left + width > x1 + 1 or top + height > y1 + 1:
            crosses = crosses or bool((inside == label).sum() > _SPECK * scale * 2)
            continue
        own.append((left, top, left + width, top + height))
    if not own:
        if crosses:
            rows, columns = np.nonzero(inside)
            found = (x0 + columns.min(), y0 + rows.min(), x0 + columns.max() + 1, y0 + rows.max() + 1)
            return _Ink((x0, y0, x1, y1), tuple(map(int, found)), crosses=True)  # type: ignore[arg-type]
        return _Ink((x0, y0, x1, y1), None, crosses=False)
    edges = np.array(own)
    low, high = edges[:, :2].min(axis=0).tolist(), edges[:, 2:].max(axis=0).tolist()
    return _Ink((x0, y0, x1, y1), (low[0], low[1], high[0], high[1]), crosses)


def _lines(cell: int, page: Page, box: BBox, ink: _Ink, scale: float) -> list[_Line]:
    """The lines of print of a value cell; all its ink as one where no line was found in it."""
    own = [
        line
        for line in page.lines
        if box.contains((line.bbox.x0 + line.bbox.x1) / 2, (line.bbox.top + line.bbox.bottom) / 2)
    ]
    if own:
        return [_Line(cell, tuple(round(edge * scale) for edge in line.bbox), line.read) for line in own]  # type: ignore[arg-type]
    return [_Line(cell, ink.box, None)] if ink.box else []


def _view(
    grey: NDArray[np.uint8],
    box: tuple[int, int, int, int],
    within: tuple[int, int, int, int],
    share: float,
    usual: float,
) -> NDArray[np.uint8]:
    """The pixels of a line with a margin of `share` of its height, as far as the cell reaches.

    A mark lower than a `usual` line of print is shown at its size in such a line.
    """
    height = box[3] - box[1]
    margin = max(2, round(share * height), round(((1 + 2 * share) * usual - height) / 2) if height < 0.6 * usual else 0)
    x0, y0 = max(min(within[0], box[0]), box[0] - margin), max(min(within[1], box[1]), box[1] - margin)
    x1, y1 = min(max(within[2], box[2]), box[2] + margin), min(max(within[3], box[3]), box[3] + margin)
    return grey[max(0, y0) : y1, max(0, x0) : x1]


def _with(cell: GridCell, found: Sequence[tuple[_Line, Reading]], ink: _Ink, engine: str, scale: float) -> GridCell:
    """The cell with the readings of its lines joined."""
    if not found:
        return replace(cell, reading=Reading("", source=engine), ink=None)
    readings = [reading for _, reading in found]
    boxes = np.array([line.box for line, _ in found]) / scale
    text = "\n".join(reading.text for reading in readings)
    reading = readings[0]
    if len(readings) > 1:
        doubts = tuple(dict.fromkeys(doubt for one in readings for doubt in one.doubts))
        reading = Reading(text, min(one.confidence for one in readings), engine, (), doubts)
    if ink.crosses:
        reading = replace(reading, confidence=min(reading.confidence, 0.5))
    return replace(
        cell, reading=reading, ink=BBox(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    )
