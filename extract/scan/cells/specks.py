"""Specks of dirt in a cell, told from its number by their size and by where they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from extract.scan.cells.ink import Ink, PixelBox
from extract.scan.cells.shapes import is_speck

SMALL = 0.5
"""Of a usual line's height: that of a digit at least."""

_NEAR = 0.6
"""Of a usual line's height: how near to a number a point of it stands."""

BESIDE = "a speck beside its number"


def without_specks(ink: Ink, usual: float) -> PixelBox | None:
    """The box of a cell's own ink but for specks that stand apart from all other; None where all of it is specks.

    What is smaller than a digit, and stands above or below all that is not, is a speck as well.
    """
    large = [box for box in ink.own if not is_speck(box[2] - box[0], box[3] - box[1], usual)]
    if not large:
        return None
    off = set(_off_rows(large, usual))
    large = [box for box in large if box not in off]
    low, high = np.array(large)[:, :2].min(axis=0), np.array(large)[:, 2:].max(axis=0)
    parts = np.array([box for box in ink.own if box not in off])
    near = ((parts[:, 2:] > low - _NEAR * usual) & (parts[:, :2] < high + _NEAR * usual)).all(axis=1)
    x0, top = parts[near, :2].min(axis=0).tolist()
    x1, bottom = parts[near, 2:].max(axis=0).tolist()
    return x0, top, x1, bottom


def is_specked(ink: Ink, lines: Sequence[PixelBox], usual: float) -> bool:
    """Whether a cell's own ink shows more than its lines hold and small specks: it may be what is left of a digit."""
    large = [box for box in ink.own if not is_speck(box[2] - box[0], box[3] - box[1], usual)]
    return any(not any(meet(box, line) for line in lines) for box in _off_rows(large, usual))


def _off_rows(boxes: Sequence[PixelBox], usual: float) -> list[PixelBox]:
    """Boxes smaller than a digit that share no row of pixels with any that is as large as one; none without such."""
    tall = [box for box in boxes if _size(box) >= SMALL * usual]
    if not tall:
        return []
    small = [box for box in boxes if _size(box) < SMALL * usual]
    return [box for box in small if not any(box[1] < one[3] and one[1] < box[3] for one in tall)]


def _size(box: PixelBox) -> int:
    return max(box[2] - box[0], box[3] - box[1])


def meet(one: PixelBox, other: PixelBox) -> bool:
    """Whether two boxes share a pixel."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
