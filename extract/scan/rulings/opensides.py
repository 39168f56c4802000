"""Tables without a line at their left or right side: their level lines go on beyond the last one down the page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling
from extract.scan.rulings.tables import REACH

_FURTHER = 14.0
"""Points that they go on at least; a column of print takes more."""

_AS_FAR = 4.0
"""Points by which their ends may differ from the middle one."""

_FEWEST, _MOST = 3, 0.6
"""Lines that go on at least, and their share of those that come to the last line down the page."""

_IN_LINE = 1.5
"""Points across by which pieces of one line may differ."""


def with_open_sides(grid: list[Ruling], level: NDArray[np.float64]) -> list[Ruling]:
    """A table's rulings; its level lines as far as they go on to the sides, and there a line down the page.

    Args:
        grid: The rulings, level ones from one line down the page to another.
        level: (n, 5) pieces of level lines: y, start, end, length of the ink, thickness; all in points.
    """
    right = _open_right(grid, level)
    mirrored = (level * [1, -1, -1, 1, 1])[:, [0, 2, 1, 3, 4]]
    return _mirrored(_open_right(_mirrored(right), mirrored))


def _open_right(grid: list[Ruling], level: NDArray[np.float64]) -> list[Ruling]:
    side = max((ruling.x1 for ruling in grid if not ruling.horizontal), default=np.inf)
    coming = {i: _further(ruling.top, side, level) for i, ruling in enumerate(grid) if ruling.x0 < ruling.x1 == side}
    going = [far for far in coming.values() if far >= side + _FURTHER]
    if not going:
        return grid
    end = float(np.median(going))
    on = {i for i, far in coming.items() if abs(far - end) <= _AS_FAR}
    if len(on) < max(_FEWEST, _MOST * len(coming)):
        return grid
    tops = [grid[i].top for i in on]
    return [
        *(ruling._replace(x1=end) if i in on else ruling for i, ruling in enumerate(grid)),
        Ruling(end, min(tops), end, max(tops)),
    ]


def _further(y: float, side: float, level: NDArray[np.float64]) -> float:
    """How far right a line goes that runs at y and comes to `side`."""
    own = level[np.abs(level[:, 0] - y) < _IN_LINE]
    far = side
    for _, start, end, _, _ in own[np.argsort(own[:, 1])].tolist():
        if start <= far + REACH:
            far = max(far, end)
    return far


def _mirrored(grid: list[Ruling]) -> list[Ruling]:
    """Left to right."""
    return [ruling._replace(x0=-ruling.x1, x1=-ruling.x0) for ruling in grid]
