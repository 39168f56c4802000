"""Low rows: lines down them are too short to be known from strokes of print.

The level lines above and below a row tell where it is; whatever thin runs from one to the other is a line of it.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.rulings.pieces import positions
from extract.scan.rulings.strokes import BROKEN_RUN, GAP, RUN, THICK, Ink
from extract.scan.rulings.tables import REACH, RULE

_INSET = 0.6
"""Points from the middle of a level line within which its own ink is."""

_LEAST = 3
"""Lines down a row that is a table's, one at either end among them."""

_SUPPORT, _SOLID = 0.92, 0.3
"""Share of the row's height that shows ink where a line runs down it, small gaps closed, and as it is."""

_UNBROKEN = 0.9
"""The same of a line without a gap: print would have to touch what is above and below."""

_LOW = 90.0
"""Points of height of a table that has hardly more than one row."""


def in_lone_rows(down: Ink, level: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """(n, 5) pieces of lines down rows between two level lines of one extent, by themselves.

    Args:
        down: Ink of lines down the page, (width, height).
        level: (m, 5) pieces of level lines.
        steep: (k, 5) pieces of lines down the page that were seen.
        scale: Pixels per point.
    """
    wide = level[level[:, 2] - level[:, 1] >= RULE]
    wide = wide[np.argsort(wide[:, 0])]
    found: list[tuple[float, float, float, float, float]] = []
    for i, (upper, lower) in enumerate(pairwise(wide)):
        apart = lower[0] - upper[0]
        if not THICK < apart <= BROKEN_RUN or np.abs(upper[1:3] - lower[1:3]).max() > REACH:
            continue
        left, right = min(upper[1], lower[1]), max(upper[2], lower[2])
        others = np.delete(wide[:, 0], (i, i + 1))
        near = others[(others > upper[0] - BROKEN_RUN) & (others < lower[0] + BROKEN_RUN)]
        if any(_goes_on(down, (upper[0], lower[0]), other, (left, right), scale) for other in near.tolist()):
            continue
        own = _pieces(down, (upper[0], lower[0]), (left, right), scale)
        if len(own) >= _LEAST and own[0][0] - left < REACH and right - own[-1][0] < REACH:
            found += own
    return np.array(found).reshape(-1, 5)


def is_low(rows: NDArray[np.float64]) -> bool:
    """Whether a table with level lines there has hardly more than one row; some of its lines down are too short."""
    return len(rows) > 0 and bool(rows[-1] - rows[0] <= _LOW)


def _goes_on(down: Ink, row: tuple[float, float], to: float, extent: tuple[float, float], scale: float) -> bool:
    """Whether a table goes on from a row to a level line above or below it: a line runs there at one of its ends."""
    gap = (to, row[0]) if to < row[0] else (row[1], to)
    if gap[1] - gap[0] <= THICK:
        return True
    between = _pieces(down, gap, extent, scale)
    return any(at - extent[0] < REACH or extent[1] - at < REACH for at, *_ in between)


def in_low_rows(down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """(n, 5) pieces of lines down those low rows of a table in which none was seen; all, in a table of hardly more.

    Of rows in which some were seen, such as are too low for others, only those without a gap.

    Args:
        down: Ink of lines down the page, (width, height).
        level: (m, 5) pieces of the table's level lines.
        steep: (k, 5) pieces of its lines down that were seen.
        scale: Pixels per point.
    """
    found: list[tuple[float, float, float, float, float]] = []
    rows = positions(level[level[:, 2] - level[:, 1] >= RULE])
    low = is_low(rows)
    for top, bottom in pairwise(rows.tolist()):
        middle = (top + bottom) / 2
        crossed = np.any((steep[:, 1] < middle) & (steep[:, 2] > middle))
        if bottom - top <= (2 * BROKEN_RUN if low or not crossed else RUN + THICK):
            least = _SOLID if low or not crossed else _UNBROKEN
            found += _pieces(down, (top, bottom), (level[:, 1].min(), level[:, 2].max()), scale, least)
    return np.array(found).reshape(-1, 5)


def unbroken(pieces: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,), whether (n, 5) pieces of lines show ink throughout."""
    return np.asarray(pieces[:, 3] >= _UNBROKEN * (pieces[:, 2] - pieces[:, 1]))


def through(down: Ink, row: tuple[float, float], extent: tuple[float, float], scale: float) -> list[float]:
    """Where lines run down a row without a gap, ascending; nothing where the row is high enough to see them otherwise.

    Args:
        down: Ink of lines down the page, (width, height).
        row: Its top and bottom.
        extent: From where to where it goes.
        scale: Pixels per point.
    """
    if not THICK < row[1] - row[0] <= 2 * BROKEN_RUN:
        return []
    return [piece[0] for piece in _pieces(down, row, extent, scale, _UNBROKEN)]


def _pieces(
    down: Ink, row: tuple[float, float], extent: tuple[float, float], scale: float, least: float = _SOLID
) -> list[tuple[float, float, float, float, float]]:
    """Pieces of lines in one row, which reach from its first to its last point; their ink is what shows of them."""
    (top, bottom), first = row, max(0, round((extent[0] - REACH) * scale))
    high = slice(round((top + _INSET) * scale), round((bottom - _INSET) * scale))
    strip = down.thin[first : round((extent[1] + REACH) * scale), high]
    broad = strip.copy()
    broad[1:] |= strip[:-1]
    gap = np.ones((1, round(GAP * scale) | 1), np.uint8)
    closed = cv2.morphologyEx(broad, cv2.MORPH_CLOSE, gap, borderType=cv2.BORDER_REPLICATE)
    solid = (broad != 0).mean(axis=1)
    full = (solid >= least) & ((closed != 0).mean(axis=1) > _SUPPORT)
    turns = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8))).reshape(-1, 2)
    return [
        (
            (first + (start + end - 1) / 2) / scale,
            top,
            bottom,
            (bottom - top) * float(solid[start:end].max()),
            (end - start) / scale,
        )
        for start, end in turns.tolist()
        if end - start <= THICK * scale
    ]
