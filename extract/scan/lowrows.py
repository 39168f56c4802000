"""Lines down the page in rows so low that their pieces are too short to be told from strokes of print."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pieces import positions
from extract.scan.strokes import BROKEN_RUN, GAP, THICK, Ink

RULE = 60.0
"""Points of length from which a line that meets no other is a rule."""

REACH = 3.0
"""Points that a line may end short of one it meets."""

_LOW_SUPPORT = 0.92
"""Share of a low row's height that shows ink where a line runs down it."""


def in_low_rows(down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """(n, 5) pieces of lines down from one row's line to the next, where all are too short to have been seen."""
    found: list[tuple[float, float, float, float, float]] = []
    rows = positions(level[level[:, 2] - level[:, 1] >= RULE])
    first, last = max(0, round((level[:, 1].min() - REACH) * scale)), round((level[:, 2].max() + REACH) * scale)
    gap = np.ones((1, round(GAP * scale) | 1), np.uint8)
    for top, bottom in pairwise(rows.tolist()):
        middle = (top + bottom) / 2
        if bottom - top > 2 * BROKEN_RUN or np.any((steep[:, 1] < middle) & (steep[:, 2] > middle)):
            continue
        strip = down.thin[first:last, round((top + 0.6) * scale) : round((bottom - 0.6) * scale)]
        wide = strip.copy()
        wide[1:] |= strip[:-1]
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, gap, borderType=cv2.BORDER_REPLICATE)
        full = (wide.mean(axis=1) > 0.3) & (closed.mean(axis=1) > _LOW_SUPPORT)
        turns = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8))).reshape(-1, 2)
        found += [
            ((first + (start + end - 1) / 2) / scale, top, bottom, bottom - top, (end - start) / scale)
            for start, end in turns.tolist()
            if end - start <= THICK * scale
        ]
    return np.array(found).reshape(-1, 5)
