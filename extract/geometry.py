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
