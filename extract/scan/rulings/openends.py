"""Tables that a page break leaves open: their lines down the page go on beyond the first or the last level line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling
from extract.scan.rulings.pieces import APART, positions
from extract.scan.rulings.tables import REACH

_FURTHER = 8.0
"""Points that they go on at least; a row of print takes more."""

_AS_FAR = 4.0
"""Points by which their ends may differ from the middle one."""

_FEWEST, _MOST = 3, 0.6
"""Lines that go on at least, and their share of those that come to the table's end."""

_BEGIN = 30.0
"""Points above the last level line at which a line below may seem to begin, with strokes of print that it touches."""

_IN_LINE = 1.5
"""Points across by which pieces of one line may differ."""


LinesThrough = Callable[[tuple[float, float], tuple[float, float]], Sequence[float]]
"""Given a row's top and bottom and its extent across, where lines run down it, be they too short to be pieces."""


def with_open_ends(grid: list[Ruling], steep: NDArray[np.float64], through: LinesThrough) -> list[Ruling]:
    """A table's rulings; those down the page as far as they go on above and below its level lines.

    Args:
        grid: The rulings, those down the page from one level line to another.
        steep: (n, 5) pieces of lines down the sheet: x, top, bottom, length of the ink, thickness; all in points.
        through: Finds lines down a row.
    """
    below = _turned(_open_below(grid, steep, through))
    upside_down = (steep * [1, -1, -1, 1, 1])[:, [0, 2, 1, 3, 4]]
    return _turned(_open_below(below, upside_down, lambda row, extent: through((-row[1], -row[0]), extent)))


def _open_below(grid: list[Ruling], steep: NDArray[np.float64], through: LinesThrough) -> list[Ruling]:
    end = max((ruling.bottom for ruling in grid if not ruling.horizontal), default=0.0)
    coming = {i: _further(ruling.x0, end, steep) for i, ruling in enumerate(grid) if ruling.bottom == end > ruling.top}
    beginning = _beginning(grid, steep, end)
    going = [far for far in (*coming.values(), *(line.bottom for line in beginning)) if far >= end + _FURTHER]
    if not going:
        return grid
    bottom = float(np.median(going))
    on = {i for i, far in coming.items() if abs(far - bottom) <= _AS_FAR}
    more = [line._replace(bottom=bottom) for line in beginning if abs(line.bottom - bottom) <= _AS_FAR]
    known = [*(grid[i].x0 for i in on), *(line.x0 for line in more)]
    sides = min(ruling.x0 for ruling in grid), max(ruling.x1 for ruling in grid)
    if known and min(known) <= sides[0] + REACH and max(known) >= sides[1] - REACH:
        short = [x for x in through((end, bottom), sides) if min(abs(x - at) for at in known) > APART]
        more += [Ruling(x, end, x, bottom) for x in short]
    if len(on) < _MOST * len(coming) or len(on) + len(more) < _FEWEST:
        return grid
    return [*(ruling._replace(bottom=bottom) if i in on else ruling for i, ruling in enumerate(grid)), *more]


def _beginning(grid: list[Ruling], steep: NDArray[np.float64], end: float) -> list[Ruling]:
    """Lines down the page that begin at a table's last level line, or touch print above it; none that comes to it."""
    last = [ruling for ruling in grid if ruling.horizontal and ruling.top > end - REACH]
    known = [ruling.x0 for ruling in grid if not ruling.horizontal and ruling.bottom == end]
    own = np.array([
        piece
        for piece in steep.tolist()
        if end - _BEGIN <= piece[1] <= end + REACH
        and piece[2] >= end + _FURTHER
        and any(ruling.x0 + REACH < piece[0] < ruling.x1 - REACH for ruling in last)
        and min((abs(piece[0] - at) for at in known), default=np.inf) >= APART
    ]).reshape(-1, 5)  # fmt: skip
    return [Ruling(x, end, x, float(own[np.abs(own[:, 0] - x) < APART, 2].max())) for x in positions(own).tolist()]


def _further(x: float, end: float, steep: NDArray[np.float64]) -> float:
    """How far down a line goes that runs at x and comes to `end`."""
    own = (np.abs(steep[:, 0] - x) < _IN_LINE) & (steep[:, 1] <= end + REACH)
    return float(steep[own, 2].max(initial=end))


def _turned(grid: list[Ruling]) -> list[Ruling]:
    """Upside down."""
    return [ruling._replace(top=-ruling.bottom, bottom=-ruling.top) for ruling in grid]
