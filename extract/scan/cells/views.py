"""What is shown of a line of print in a cell: once with little and once with more of what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extract.scan.cells.ink import CellInk, Ink, PixelBox
from extract.scan.cells.lines import Line

_TIGHT = 0.17
"""Of a line's height: margin of the first view, the same as of the lines read for their text."""

_WIDE = 0.45
"""The same of the second view, which shows what stands around the digits."""

_SIGN = 1.3
"""Of a usual line's height: how far beside a number that no sum covers the second view reaches, where its sign stands,
or a digit, too faint to be taken for ink."""

_LOW = 0.6
"""Of a usual line's height: a mark lower than this is shown at its size in such a line."""

_WIDEST = 16.0
"""Times its height that ink of a cell in which no line was found is wide, shown with little around it, from which it
is not read: noise and strokes that run through a wide cell cost as much as a page of numbers, and are none."""


@dataclass(frozen=True, slots=True)
class Views:
    """What is shown of a line: with little and with more around it. `alone`: nothing is to be seen there.

    `low`: it is a mark, such as a dash, which is known by its place and size in its view rather than by itself.
    """

    line: Line
    tight: PixelBox
    wide: PixelBox
    alone: bool
    low: bool


def views_of(
    line: Line, inks: Mapping[int, Ink], usual: float, ink: CellInk, *, several: bool, unproved: bool
) -> Views:
    """Both views, the second reaching farther to the sides of a number that is `unproved`.

    A stroke between lines that are `several` in a cell, which may be no digit, is not alone.
    """
    wide = _view(line, inks, _WIDE, usual, _SIGN * usual if unproved else 0.0)
    x0, top, x1, bottom = line.box
    alone = (not several or x1 - x0 > bottom - top) and ink.alone(line.box, wide)
    return Views(line, _view(line, inks, _TIGHT, usual), wide, alone, bottom - top < _LOW * usual)


def too_wide(views: Views) -> bool:
    """Whether all ink of a cell without a line in it is far wider than a number."""
    x0, top, x1, bottom = views.tight
    return views.line.first is None and x1 - x0 > _WIDEST * (bottom - top)


def _view(line: Line, inks: Mapping[int, Ink], share: float, usual: float, beside: float = 0.0) -> PixelBox:
    """A line with a margin of `share` of its height, to its sides `beside` pixels at least, within its cell."""
    box, within = line.box, inks[line.cell].interior
    height = box[3] - box[1]
    shown = round(((1 + 2 * share) * usual - height) / 2) if height < _LOW * usual else 0
    margin = max(2, round(share * height), shown)
    aside = max(margin, round(beside))
    x0, top = max(min(within[0], box[0]), box[0] - aside), max(min(within[1], box[1]), box[1] - margin)
    x1, bottom = min(max(within[2], box[2]), box[2] + aside), min(max(within[3], box[3]), box[3] + margin)
    return max(0, x0), max(0, top), x1, bottom
