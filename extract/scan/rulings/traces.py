"""Pale traces of a grid's lines: where one has faded, or is drawn so, it still is darker than what is beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from extract.scan.rulings.pieces import APART

_STRAY, _BESIDE = 1.3, (1.8, 3.6)
"""Points by which a line may stray from its place, and from where to where the paper on either side is looked at."""

_INSET = 1.0
"""Points at both ends of an edge that belong to the lines met there."""

_DARKER, _THROUGHOUT = 2.5, 0.85
"""How much darker than its sides, of 255, a piece of a trace is, and the share of an edge's pieces that are."""

_CLEAR = 24.0
"""Darkness from which there is ink beside a line, so that nothing is told there."""

_TRACED = 8.0
"""Log-odds, at least, that a line is there of which there is a trace all along."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What is asked of a trace.

    `piece` is points of an edge that are looked at as one; pieces without ink beside them are `fewest` at least, and
    such a share of all as `seen` says; `at_ends`: those at both ends must show the line.
    """

    piece: float
    fewest: int
    seen: float
    at_ends: bool


_OPEN = _Look(2.5, 4, 0.6, at_ends=False)
_HIDDEN = _Look(1.25, 3, 0.25, at_ends=True)


def with_traces(
    odds: tuple[NDArray[np.float64], NDArray[np.float64]],
    dark: NDArray[np.uint8],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    scale: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The log-odds of a grid's edges, those raised that are not likely and yet show a trace from end to end.

    No print runs so along a known line from one that it meets to the next, and paper is darker nowhere so narrowly.
    Where such traces are between the lines as well, one way or the other, all are of the other side of the sheet.

    Args:
        odds: (rows, columns - 1) that a line runs along each row, and (columns, rows - 1), the same along columns.
        dark: (h, w) how much darker than its surroundings each pixel is.
        rows: Where the grid's level lines stand, in points.
        columns: Where its lines down the page stand.
        scale: Pixels per point.
    """
    level = _with_traces(odds[0], dark, rows, columns, scale)
    steep = None if level is None else _with_traces(odds[1], dark.T, columns, rows, scale)
    return odds if level is None or steep is None else (level, steep)


def _with_traces(
    odds: NDArray[np.float64],
    dark: NDArray[np.uint8],
    at: NDArray[np.float64],
    along: NDArray[np.float64],
    scale: float,
) -> NDArray[np.float64] | None:
    """The log-odds of lines along rows, `at` these places, raised; None where there are traces between them, too."""
    places, stray = at * scale, _STRAY * scale
    found = odds.copy()
    for j in range(odds.shape[1]):
        bare = np.flatnonzero(odds[:, j] <= 0)
        ends = float(along[j]), float(along[j + 1])
        traced = [i for i in bare.tolist() if len(_traces(dark, (places[i] - stray, places[i] + stray), ends, scale))]
        if not traced:
            continue
        every = _traces(dark, (float(places[0]), float(places[-1])), ends, scale)
        if np.any(np.abs(every[:, None] - places).min(axis=1) > APART * scale):
            return None
        found[traced, j] = _TRACED
    return found


def with_hidden(
    there: NDArray[np.bool_],
    dark: NDArray[np.uint8],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    scale: float,
) -> NDArray[np.bool_]:
    """Which edges of lines down the page are there, those with them that numbers on both sides hide in one row.

    The line runs above and below the row, and shows at both of its ends, wherever no print is beside it.

    Args:
        there: (columns, rows - 1), whether each edge is there.
        dark: (h, w) how much darker than its surroundings each pixel is.
        rows: Where the grid's level lines stand, in points.
        columns: Where its lines down the page stand.
        scale: Pixels per point.
    """
    there = there.copy()
    for i, j in np.argwhere(there[:, :-2] & ~there[:, 1:-1] & there[:, 2:]).tolist():
        places = (columns[i] - _STRAY) * scale, (columns[i] + _STRAY) * scale
        there[i, j + 1] = len(_traces(dark.T, places, (rows[j + 1], rows[j + 2]), scale, _HIDDEN)) > 0
    return there


def _traces(
    dark: NDArray[np.uint8],
    within: tuple[float, float],
    ends: tuple[float, float],
    scale: float,
    look: _Look | None = None,
) -> NDArray[np.int64]:
    """The rows of pixels, between two, along which most pieces from end to end are darker than on both sides.

    Args:
        dark: (h, w) darkness.
        within: The first and the last row, in pixels.
        ends: Where the lines stand that a trace runs between, in points.
        scale: Pixels per point.
        look: What is asked of a trace, if not that it is seen nearly all along.
    """
    look = look or _OPEN
    start, stop = round((ends[0] + _INSET) * scale), round((ends[1] - _INSET) * scale)
    pieces = int((stop - start) / (look.piece * scale))
    near, far = (round(points * scale) for points in _BESIDE)
    first, last = max(far, round(within[0])), min(len(dark) - far - 1, round(within[1]))
    if pieces < look.fewest or start < 0 or stop > dark.shape[1] or last < first:
        return np.zeros(0, np.int64)
    edges = np.linspace(0, stop - start, pieces + 1).astype(int)
    strip = dark[first - far : last + far + 1, start:stop].astype(np.float32)
    means = np.add.reduceat(strip, edges[:-1], axis=1) / np.diff(edges)
    sides = sliding_window_view(means, far - near + 1, axis=0).max(axis=2)
    count = last - first + 1
    beside = np.maximum(sides[:count], sides[far + near :])
    clear = beside < _CLEAR
    darker = clear & (means[far : far + count] - beside >= _DARKER)
    told = clear.sum(axis=1)
    enough = (told >= max(look.fewest, look.seen * pieces)) & (darker.sum(axis=1) >= _THROUGHOUT * told)
    return first + np.flatnonzero(enough & ((darker[:, 0] & darker[:, -1]) | (not look.at_ends)))
