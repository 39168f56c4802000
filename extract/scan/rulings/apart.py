"""Lines down a worn table that its print tells: what stands far apart in a row is of different cells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_APART = 14.0
"""Points between the print of two cells beside each other, from which it is none of one cell: characters of one that
are spread out stand 11 points apart at most."""

_ABOUT = 1.3
"""Points on either side of a line within which print may be its own ink, run into a digit beside it."""

_ROW = 1.5
"""Points at the top and the foot of a row that are its lines'."""

_CHARACTER, _STROKES = 3.2, 4.0
"""Points of width or height of a character at least, and between its strokes at most."""

_SWAY, _REGULAR, _SKIPPED = 1.8, 4, 3
"""Points by which columns of one width may differ, how many there are of them at least, and times that width of columns
between which lines may be lost, at most."""

_TOLD, _DENIED = 1.5, -10.0
"""Log-odds, at least, that a line has which alone can part what stands apart; and those of its own ink below which it
is not there all the same."""


def with_told(
    odds: NDArray[np.float64],
    ink: NDArray[np.uint8],
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    scale: float,
) -> NDArray[np.float64]:
    """The log-odds that lines run down each row, those raised that the print tells of.

    Of the lines between two prints that stand apart one is there. Where none is likely by its own ink, it is the
    likeliest.

    Args:
        odds: (columns, rows - 1), by the ink of the lines alone.
        ink: (h, w) 1 where there is ink.
        columns: Where the lines stand, in points.
        rows: Where those stand that the rows lie between, in points.
        scale: Pixels per point.
    """
    odds = odds.copy()
    for i, start, end in _gaps(ink, columns, rows, scale):
        between = np.flatnonzero((columns > start) & (columns < end))
        if len(between) and odds[between, i].max() <= 0:
            best = between[odds[between, i].argmax()]
            odds[best, i] = _TOLD if odds[best, i] > _DENIED else odds[best, i]
    return odds


def unparted(
    ink: NDArray[np.uint8], columns: NDArray[np.float64], rows: NDArray[np.float64], scale: float
) -> list[tuple[float, float]]:
    """From where to where, in points across, a line must run that is none of the `columns`; arguments as above."""
    return [
        (start - _ABOUT, end + _ABOUT)
        for _, start, end in _gaps(ink, columns, rows, scale)
        if not np.any((columns > start) & (columns < end))
    ]


def skipped(columns: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Where lines may be missing, from where to where in points: between columns several times as wide as most are."""
    widths = np.diff(columns)
    alike = np.count_nonzero(np.abs(widths[:, None] - widths) < _SWAY, axis=1)
    if not len(widths) or alike.max() < _REGULAR:
        return []
    pitch = float(np.median(widths[np.abs(widths - widths[alike.argmax()]) < _SWAY]))
    found = []
    for start, width in zip(columns.tolist(), widths.tolist(), strict=False):
        times = round(width / pitch)
        if 2 <= times <= _SKIPPED and abs(width - times * pitch) < _SWAY:
            found += [(start + i * width / times - _ABOUT, start + i * width / times + _ABOUT) for i in range(1, times)]
    return found


def _gaps(
    ink: NDArray[np.uint8], columns: NDArray[np.float64], rows: NDArray[np.float64], scale: float
) -> Iterator[tuple[int, float, float]]:
    """The row, and from where to where across, in points, of the white between prints of two cells."""
    for i, (top, bottom) in enumerate(pairwise(rows.tolist())):
        print_ = _characters(ink[round((top + _ROW) * scale) : round((bottom - _ROW) * scale)], columns, scale)
        for (_, start), (end, _) in pairwise(print_):
            if end - start >= _APART:
                yield i, start, end


def _characters(strip: NDArray[np.uint8], columns: NDArray[np.float64], scale: float) -> list[tuple[float, float]]:
    """From where to where, in points, there is print in a row, the lines between its cells left out."""
    first, last = (round(edge * scale) for edge in (columns[0], columns[-1]))
    strip = strip[:, first:last].copy()
    for line in columns.tolist():
        start, end = (round((line + side) * scale) - first for side in (-_ABOUT, _ABOUT))
        strip[:, max(0, start) : max(0, end + 1)] = 0
    inked = np.flatnonzero(strip.any(axis=0))
    found = []
    for part in np.split(inked, np.flatnonzero(np.diff(inked) > _STROKES * scale) + 1):
        if not len(part):
            continue
        height = np.ptp(np.flatnonzero(strip[:, part[0] : part[-1] + 1].any(axis=1))) + 1
        if max(height, part[-1] + 1 - part[0]) >= _CHARACTER * scale:
            found.append(((first + part[0]) / scale, (first + part[-1] + 1) / scale))
    return found
