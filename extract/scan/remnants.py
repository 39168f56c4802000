"""What is left beside rulings that were taken off: their edges, and strokes of digits that run into them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling

REMNANT = 2.3
"""Points on either side of a ruling within which ink that reaches no farther is what is left of it."""

_DOUBLE, _OTHER, _CLEAR, _BARE = 3.2, 0.4, 1.1, 0.2
"""Points from one line of a double one to the far edge of the other, at most, and share of its length that shows; and
points beyond that edge where the ground is bare, and share of the length that may show there."""

_EDGE = 0.7
"""Points that what is left of a line may stand out of it."""

_DIGIT = (4.5, 11.0)
"""Points of height of a digit in a table."""

_LEVEL, _NEXT = 0.25, 0.5
"""Of a digit's height: by how much the ends of the one beside it may stand off its own, and how far beside."""


def remnants_of(
    stats: NDArray[np.int32], inked: NDArray[np.uint8], rulings: Sequence[Ruling], scale: float
) -> NDArray[np.bool_]:
    """Which components of a page's ink lie wholly beside a ruling: edges of it that were not cleared."""
    start, size = stats[:, :2] / scale, stats[:, 2:4] / scale
    end = start + size
    lines = np.array([(r.x0, r.top, r.x1, r.bottom) for r in rulings]).reshape(-1, 4)
    beside = np.zeros(len(stats), dtype=bool)
    reach = max(REMNANT, _other_line(inked, rulings, scale) + _EDGE)
    for line in lines:
        beside |= ((start >= line[:2] - reach) & (end <= line[2:] + reach)).all(axis=1)
    return beside


def _other_line(inked: NDArray[np.uint8], rulings: Sequence[Ruling], scale: float) -> float:
    """Points from where rulings stand to the far edge of the other line, where they are drawn double; 0.0 if not.

    A double line stands where one of the two does, or between them: crumbs of the other, where it is broken, may be
    farther off than what is left of a single one.
    """
    most, beyond = round(_DOUBLE * scale), round(_CLEAR * scale)
    far = most + beyond
    shown, length = np.zeros(2 * far + 1), 0
    for ruling in rulings:
        x0, top, x1, bottom = (round(edge * scale) for edge in (ruling.x0, ruling.top, ruling.x1, ruling.bottom))
        strip = (
            inked[top - far : top + far + 1, x0:x1]
            if ruling.horizontal
            else inked[top:bottom, x0 - far : x0 + far + 1].T
        )
        if len(strip) == len(shown):
            shown += np.count_nonzero(strip, axis=1)
            length += strip.shape[1]
    beside = (shown + shown[::-1])[far:] / max(length, 1)
    edge = int(np.flatnonzero(beside[: most + 1] >= _OTHER).max(initial=0))
    # Noise shows as much farther off, and print does.
    return edge / scale if beside[edge + beyond] < _BARE else 0.0


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
