"""What is left beside rulings that were taken off: their edges, and strokes of digits that run into them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling

REMNANT = 2.3
"""Points on either side of a ruling within which ink that reaches no farther is what is left of it."""

_DIGIT = (4.5, 11.0)
"""Points of height of a digit in a table."""

_LEVEL, _NEXT = 0.25, 0.5
"""Of a digit's height: by how much the ends of the one beside it may stand off its own, and how far beside."""


def remnants_of(stats: NDArray[np.int32], rulings: Sequence[Ruling], scale: float) -> NDArray[np.bool_]:
    """Which components lie wholly beside a ruling: edges of it that were not cleared."""
    start, size = stats[:, :2] / scale, stats[:, 2:4] / scale
    end = start + size
    lines = np.array([(r.x0, r.top, r.x1, r.bottom) for r in rulings]).reshape(-1, 4)
    beside = np.zeros(len(stats), dtype=bool)
    for line in lines:
        beside |= ((start >= line[:2] - REMNANT) & (end <= line[2:] + REMNANT)).all(axis=1)
    return beside


def strokes_of_digits(stats: NDArray[np.int32], remnants: NDArray[np.bool_], scale: float) -> NDArray[np.bool_]:
    """Which remnants are as high as the digit right beside them, and level with it: what a ruling leaves of a digit.

    A 1 that runs into a ruling would be lost without a trace otherwise.
    """
    found = np.zeros(len(stats), dtype=bool)
    start, size = stats[:, :2] / scale, stats[:, 2:4] / scale
    end = start + size
    tall = (size[:, 1] >= _DIGIT[0]) & (size[:, 1] <= _DIGIT[1])
    digits = np.flatnonzero(tall & ~remnants & (size[:, 0] <= size[:, 1]))
    for i in np.flatnonzero(tall & remnants & (size[:, 0] < size[:, 1] / 2)).tolist():
        level = np.abs(start[digits, 1] - start[i, 1]) + np.abs(end[digits, 1] - end[i, 1]) <= _LEVEL * size[i, 1]
        apart = np.maximum(start[digits, 0] - end[i, 0], start[i, 0] - end[digits, 0])
        found[i] = bool((level & (apart <= _NEXT * size[i, 1])).any())
    return found
