"""Figures that stand at the right or at the left of their columns, away from headers in the middle of these."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.model import BBox

_SWAY = 3.0
"""Points by which the ends of figures at one side of their columns may differ: ink fills a digit's width unevenly."""

_OVER = 1.5
"""Points by which a figure may reach over the middle between two headers."""


def columns_of(figures: Sequence[BBox], heads: Sequence[BBox]) -> list[int] | None:
    """For each figure the header of its column, by position; None where figures and headers do not say.

    All figures must begin, or all must end, as far from the middle of their header, and none may reach over the middle
    between two headers: where columns are as wide as each other, a figure of the next column does.

    Args:
        figures: Boxes of figures, in any order.
        heads: Boxes of the headers of neighbouring columns, from left to right, two at least.
    """
    if len(heads) < 2 or not figures:
        return None
    middles = [(head.x0 + head.x1) / 2 for head in heads]
    steps = [b - a for a, b in pairwise(middles)]
    if min(steps) <= 0:
        return None
    starts = [middles[0] - steps[0] / 2, *((a + b) / 2 for a, b in pairwise(middles))]
    ends = [*starts[1:], middles[-1] + steps[-1] / 2]
    own = [
        next(
            (i for i, (a, b) in enumerate(zip(starts, ends, strict=True)) if a - _OVER <= f.x0 and f.x1 <= b + _OVER),
            -1,
        )
        for f in figures
    ]
    if -1 in own:
        return None
    for side in (2, 0):
        offsets = [figure[side] - middles[i] for figure, i in zip(figures, own, strict=True)]
        if max(offsets) - min(offsets) <= _SWAY:
            return own
    return None
