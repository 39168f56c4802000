"""Small facts about boxes and edges on a page, in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PAPER = 595.0, 842.0
"""Points of the sides of a sheet of A4."""

_STRIP = 1.9
"""Times the other side from which one is longer than any sheet's."""

_LOWEST, _WIDE, _DOWN, _STRAY = 3.0, 0.6, 3, 0.7
"""Points of height of a row that nothing is printed in, at least: the two parts of double lines are nearer. Share of
the table's width that its lines take, lines that run down inside it, and points by which these may end short; all at
least, but the last."""


def page_width(width: float, height: float) -> float:
    """Points across a page that is as wide and high, in any unit, if it is a sheet of A4, upright or lying.

    What is longer than any sheet is pages as one picture, or a part of one: it is as wide as an upright sheet.
    """
    longer = max(width, height)
    return _PAPER[0] if longer > _STRIP * min(width, height) else _PAPER[1] * width / longer


def clustered(values: Iterable[float], tolerance: float) -> list[float]:
    """Centres of the groups of values that lie within `tolerance` of their neighbour, ascending."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [(group[0] + group[-1]) / 2 for group in groups]


def with_empty_last(
    rows: Sequence[float], level: NDArray[np.float64], steep: NDArray[np.float64], tolerance: float
) -> list[float]:
    """Where a table's level lines stand, ascending, and the last two of them if they are the last row's.

    A row without any text may be as low as its cells' padding, so that its two lines are within `tolerance` and were
    taken for one. Lines run down all of it, inside the table: between the two parts of a double outline none does.

    Args:
        rows: Where the lines stand.
        level: (n, 3 or more) pieces of level lines: position, start, end.
        steep: (m, 3 or more) the same of lines down the page.
        tolerance: Points within which lines were taken for one.
    """
    last = level[level[:, 0] > rows[-1] - tolerance]
    if not len(last) or np.ptp(last[:, 0]) < _LOWEST:
        return list(rows)
    start, end = level[:, 1].min(), level[:, 2].max()
    lengths = [(y, np.ptp(last[np.abs(last[:, 0] - y) < _STRAY, 1:3], axis=1).sum()) for y in np.unique(last[:, 0])]
    wide = [float(y) for y, length in lengths if length >= _WIDE * (end - start)]
    if not wide or not _LOWEST <= wide[-1] - wide[0] <= tolerance:
        return list(rows)
    through = steep[(steep[:, 1] < wide[0] + _STRAY) & (steep[:, 2] > wide[-1] - _STRAY), 0]
    inside = (through > start + tolerance) & (through < end - tolerance)
    return [*rows[:-1], wide[0], wide[-1]] if np.count_nonzero(inside) >= _DOWN else list(rows)


def nearest(value: float, edges: Sequence[float]) -> int:
    """Index of the edge closest to `value`."""
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def median(values: NDArray[np.floating[Any]]) -> float:
    """The median of n numbers, at least one: NumPy's own takes ten times as long for a page's characters."""
    half = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, half)[half])
    low, high = np.partition(values, (half - 1, half))[half - 1 : half + 1].tolist()
    return float(low + high) / 2


def overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    """Length that two intervals share, 0 when they do not meet."""
    return max(0.0, min(a1, b1) - max(a0, b0))
