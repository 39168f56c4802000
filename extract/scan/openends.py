"""Tables that a page break leaves open: their lines down the page go on beyond the first or the last level line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling
from extract.scan.pieces import APART, positions
from extract.scan.strokes import RUN
from extract.scan.tables import REACH

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


def with_open_ends(grid: list[Ruling], steep: NDArray[np.float64]) -> list[Ruling]:
    """A table's rulings; those down the page as far as they go on above and below its level lines.

    Args:
        grid: The rulings, those down the page from one level line to another.
        steep: (n, 5) pieces of lines down the sheet: x, top, bottom, length of the ink, thickness; all in points.
    """
    upside_down = steep * [1, -1, -1, 1, 1]
    return _turned(_open_below(_turned(_open_below(grid, steep)), upside_down[:, [0, 2, 1, 3, 4]]))


def _open_below(grid: list[Ruling], steep: NDArray[np.float64]) -> list[Ruling]:
    end = max((ruling.bottom for ruling in grid if not ruling.horizontal), default=0.0)
    coming = {i: _further(ruling.x0, end, steep) for i, ruling in enumerate(grid) if ruling.bottom == end > ruling.top}
    going = [far for far in coming.values() if far >= end + _FURTHER]
    if not going:
        return grid
    bottom = float(np.median(going))
    on = {i for i, far in coming.items() if abs(far - bottom) <= _AS_FAR}
    if len(on) < max(_FEWEST, _MOST * len(coming)):
        return grid
    longer = [ruling._replace(bottom=bottom) if i in on else ruling for i, ruling in enumerate(grid)]
    return longer + _begun(longer, steep, end, bottom)


def _begun(grid: list[Ruling], steep: NDArray[np.float64], end: float, bottom: float) -> list[Ruling]:
    """Lines that begin at the last level line and go on as far as the others do: no level line crosses them."""
    known = np.array([ruling.x0 for ruling in grid if not ruling.horizontal and ruling.bottom > end])
    own = steep[
        (steep[:, 1] >= end - _BEGIN)
        & (steep[:, 1] <= end + REACH)
        & (np.abs(steep[:, 2] - bottom) <= _AS_FAR)
        & (steep[:, 0] > known.min())
        & (steep[:, 0] < known.max())
        & (np.abs(steep[:, :1] - known).min(axis=1) >= APART)
    ]
    return [Ruling(x, end, x, bottom) for x in positions(own).tolist()] if bottom - end >= RUN else []


def _further(x: float, end: float, steep: NDArray[np.float64]) -> float:
    """How far down a line goes that runs at x and comes to `end`."""
    own = (np.abs(steep[:, 0] - x) < _IN_LINE) & (steep[:, 1] <= end + REACH)
    return float(steep[own, 2].max(initial=end))


def _turned(grid: list[Ruling]) -> list[Ruling]:
    """Upside down."""
    return [ruling._replace(top=-ruling.bottom, bottom=-ruling.top) for ruling in grid]
