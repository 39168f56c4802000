"""Tables that stand so close above each other that the rules between them look like one drawn double."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extract.geometry import clustered
from extract.scan.rulings.pieces import APART, positions

_RULE = 200.0
"""Points of length of a rule that a table may begin or end with, at least."""

_GAP = (4.0, 9.0)
"""Points between two tables: more than between the parts of a double rule, and less than a row of print takes."""

_MARGIN = 1.0
"""Points beside a rule's middle that belong to it."""

_LINES = 2
"""Lines down the page that end at the upper rule, and that begin at the lower one, at least."""

_REACHING, _ENDS = 10.0, 2.0
"""Points that these show beyond the rule, at least, and by which they may end before it or behind."""

_SAME = 1.0
"""Points by which pieces of one rule may differ in height."""

_CROSSED = 0.5
"""Share of the gap's height that is inked where a line goes on through it."""

Pieces = tuple[NDArray[np.float64], NDArray[np.float64]]
"""(n, 5) pieces of level and of steep lines."""


def parted(
    level: NDArray[np.float64], steep: NDArray[np.float64], ink: NDArray[np.uint8], scale: float
) -> list[Pieces]:
    """The pieces of level and of steep lines above and below each gap between two tables; all of them where none is.

    `ink` is (h, w) of 0 and 1, with `scale` pixels per point.
    """
    rules = level[level[:, 2] - level[:, 1] >= _RULE]
    gaps = [
        (above, below)
        for above, below in pairwise(clustered(rules[:, 0].tolist(), _SAME))
        if _GAP[0] <= below - above <= _GAP[1]
        and _meet(steep, above - _REACHING, above - _ENDS)
        and _meet(steep, below + _ENDS, below + _REACHING)
        and not _crossed((above, below), rules, ink, scale)
    ]
    if not gaps:
        return [(level, steep)]
    starts, ends = [-np.inf, *(below for _, below in gaps)], [*(above for above, _ in gaps), np.inf]
    return [_between(level, steep, start, end) for start, end in zip(starts, ends, strict=True)]


def _meet(steep: NDArray[np.float64], start: float, end: float) -> bool:
    """Whether there are lines down the page from one height to another."""
    return len(positions(steep[(steep[:, 1] <= start) & (steep[:, 2] >= end)])) >= _LINES


def _crossed(gap: tuple[float, float], rules: NDArray[np.float64], ink: NDArray[np.uint8], scale: float) -> bool:
    """Whether anything goes on through a gap between two rules, from one end of theirs to the other."""
    own = rules[(rules[:, 0] >= gap[0] - _SAME) & (rules[:, 0] <= gap[1] + _SAME)]
    left, right = round((own[:, 1].min() - _ENDS) * scale), round((own[:, 2].max() + _ENDS) * scale)
    top, bottom = round((gap[0] + _MARGIN) * scale), round((gap[1] - _MARGIN) * scale)
    return bool((ink[top:bottom, max(0, left) : right].mean(axis=0) > _CROSSED).any())


def _between(level: NDArray[np.float64], steep: NDArray[np.float64], start: float, end: float) -> Pieces:
    """The pieces from one height to another; of those down the page what lies between."""
    own = level[(level[:, 0] >= start - _SAME) & (level[:, 0] <= end + _SAME)]
    ends = np.clip(steep[:, 1:3], start, end)
    length, whole = ends[:, 1] - ends[:, 0], steep[:, 2] - steep[:, 1]
    ink = steep[:, 3] * length / np.maximum(whole, 1e-9)
    cut = np.column_stack((steep[:, 0], ends, ink, steep[:, 4]))
    return own, cut[(length == whole) | (length > APART)]
