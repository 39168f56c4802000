"""The lines of print in the cells of a grid: those found on the page, or a cell's ink where these leave some out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from extract.model import BBox, GridCell, PrintedLine, Recognised
from extract.scan.cells.ink import Ink, PixelBox
from extract.scan.cells.specks import SMALL, meet, without_specks

_COVERED = 0.35
"""Of a usual line's height: ink that reaches farther out of the lines found in a cell is part of what is read."""

_LEVEL = 0.8
"""Of the higher of two lines: how much of its height digits of one number share."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print in a value cell, and what was read there at first, if anything."""

    cell: int
    box: PixelBox
    first: Recognised | None


def by_cell(lines: Sequence[PrintedLine], cells: Sequence[GridCell]) -> list[list[PrintedLine]]:
    """For each cell the lines whose middles lie in it."""
    boxes = np.array([line.bbox for line in lines]).reshape(-1, 4)
    x, y = (boxes[:, :2] + boxes[:, 2:]).T / 2
    found = []
    for x0, top, x1, bottom in (cell.bbox for cell in cells):
        inside = (x0 <= x) & (x <= x1) & (top <= y) & (y <= bottom)
        found.append([lines[i] for i in np.flatnonzero(inside).tolist()])
    return found


def lines_in(
    cell: int, own: Sequence[PrintedLine], ink: Ink, scale: float, usual: float, *, spread: float = 0.0
) -> list[Line]:
    """The lines of print of a value cell; all its ink as one where no line was found, or one that leaves some out.

    Args:
        cell: The cell, by its position.
        own: The page's lines whose middles lie in it.
        ink: Its ink.
        scale: Pixels per point of the sheet.
        usual: Height of the page's lines of print in pixels.
        spread: The pitch of the page's digits over their height, where they stand far apart; 0 where they do not.
    """
    lines = [Line(cell, pixels(line.bbox, scale), line.read) for line in own]
    if spread and len(lines) > 1:
        lines = _spread_out(lines, spread)
    if len(lines) > 1 and ink.crosses:
        # Beside print of the cell's own, what runs in over its edge is a stroke of a pen or a stamp.
        lines = [line for line in lines if any(_within(part, line.box, usual) for part in ink.own)] or lines
    if ink.box is None:
        return lines
    print_ = without_specks(ink, usual)
    if print_ is not None and not ink.crosses:
        # Specks far from what is as large as a digit are no lines, nor make one wider.
        lines = [line for line in lines if meet(line.box, print_)] or lines
    if len(lines) > 1:
        return lines
    box = print_ or ink.box
    if not lines:
        return [Line(cell, box, None)]
    if print_ is not None and not ink.crosses and _beyond(lines[0].box, print_) > _COVERED * usual:
        return [Line(cell, print_, None)]
    edges = np.array([lines[0].box, box])
    whole = (*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())
    left_out = _beyond(whole, lines[0].box) > _COVERED * usual
    return [Line(cell, whole, None)] if left_out else lines


def _spread_out(lines: Sequence[Line], spread: float) -> list[Line]:
    """Lines made one that stand level beside each other, with no more white between them than the page's digits have.

    A 1 takes so little of its pitch that more white is beside it than joins print to lines.
    """
    made: list[Line] = []
    for line in sorted(lines, key=lambda line: line.box[0]):
        x0, top, x1, bottom = line.box
        for i, (left, high, right, low) in enumerate(before.box for before in made):
            tall = max(bottom - top, low - high)
            if x0 - right <= spread * tall and min(bottom, low) - max(top, high) >= _LEVEL * tall:
                made[i] = Line(line.cell, (left, min(top, high), max(x1, right), max(bottom, low)), None)
                break
        else:
            made.append(line)
    return made


def _beyond(box: PixelBox, inner: PixelBox) -> int:
    """Pixels by which a box reaches farthest beyond another."""
    return max(inner[0] - box[0], inner[1] - box[1], box[2] - inner[2], box[3] - inner[3])


def _within(part: PixelBox, line: PixelBox, usual: float) -> bool:
    """Whether a piece of ink as high as a character may be lies in a line."""
    x0, top, x1, bottom = part
    inside = line[0] <= x0 and line[1] <= top and x1 <= line[2] and bottom <= line[3]
    return inside and bottom - top >= SMALL * usual


def pixels(box: BBox, scale: float) -> PixelBox:
    """A box in points as one in pixels."""
    x0, top, x1, bottom = (round(edge * scale) for edge in box)
    return x0, top, x1, bottom
