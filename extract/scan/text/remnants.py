"""What is left beside rulings that were taken off: their edges, and strokes of digits that run into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

_WIDTH, _SHOWN = (0.4, 0.9), 0.75
"""Of a digit's height: how wide one is that stands astride a ruling; and share of it that its pieces show, at least."""

_ROWS = 24
"""Heights at which that is looked at."""


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

    A 1 that runs into a ruling would be lost without a trace otherwise, and so would a digit that stands astride one:
    its pieces are as high, and as wide as digits are, together.
    """
    start, size = stats[:, :2] / scale, stats[:, 2:4] / scale
    boxes = np.column_stack((start, start + size))
    tall = (size[:, 1] >= _DIGIT[0]) & (size[:, 1] <= _DIGIT[1])
    digits = boxes[tall & ~remnants & (size[:, 0] <= size[:, 1])]
    found = np.zeros(len(stats), dtype=bool)
    for i in np.flatnonzero(tall & remnants & (size[:, 0] < size[:, 1] / 2)).tolist():
        x0, top, x1, bottom = boxes[i]
        level = np.abs(digits[:, 1] - top) + np.abs(digits[:, 3] - bottom) <= _LEVEL * (bottom - top)
        apart = np.maximum(digits[:, 0] - x1, x0 - digits[:, 2])
        found[i] = bool((level & (apart <= _NEXT * (bottom - top))).any())
    left = np.flatnonzero(remnants & ~found)
    pieces = boxes[left]
    for digit in digits:
        for beside in _beside(pieces, digit):
            found[left[beside]] |= _is_torn(pieces[beside], digit)
    return found


def _beside(pieces: NDArray[np.float64], digit: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
    """Which of (n, 4) pieces stand where a digit before another, and where one after it would."""
    x0, top, x1, bottom = digit
    tall = bottom - top
    level = (pieces[:, 1] >= top - _LEVEL * tall) & (pieces[:, 3] <= bottom + _LEVEL * tall)
    for gap, end in ((x0 - pieces[:, 2], x0 - pieces[:, 0]), (pieces[:, 0] - x1, pieces[:, 2] - x1)):
        yield np.flatnonzero(level & (gap > -_LEVEL * tall) & (end <= (_NEXT + _WIDTH[1]) * tall))


def _is_torn(pieces: NDArray[np.float64], digit: NDArray[np.float64]) -> bool:
    """Whether (n, 4) pieces together are as high as a digit, level with it, and as wide as one is."""
    if not len(pieces):
        return False
    tall = digit[3] - digit[1]
    low, high = pieces[:, :2].min(axis=0), pieces[:, 2:].max(axis=0)
    off = abs(low[1] - digit[1]) + abs(high[1] - digit[3])
    rows = np.linspace(digit[1], digit[3], _ROWS)
    shown = ((pieces[:, 1, None] <= rows) & (pieces[:, 3, None] >= rows)).any(axis=0).mean()
    wide = _WIDTH[0] * tall <= high[0] - low[0] <= _WIDTH[1] * tall
    return bool(wide and off <= _LEVEL * tall and shown >= _SHOWN)
