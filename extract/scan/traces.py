"""Pale traces of a grid's lines: where one has faded, or is drawn so, it still is darker than what is beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STRAY, _BESIDE = 1.3, (1.8, 3.6)
"""Points by which a line may stray from its place, and from where to where the paper on either side is looked at."""

_INSET = 1.0
"""Points at both ends of an edge that belong to the lines met there."""

_PIECE, _FEWEST = 2.5, 4
"""Points of an edge that are looked at as one, and how many of these an edge has at least."""

_DARKER, _THROUGHOUT = 2.5, 0.85
"""How much darker than its sides, of 255, a piece of a trace is, and the share of an edge's pieces that are."""

_CLEAR, _SEEN = 24.0, 0.6
"""Darkness from which there is ink beside a line, so that nothing is told there, and the share of pieces without."""

_TRACED = 8.0
"""Log-odds, at least, that a line is there of which there is a trace all along."""


def with_traces(
    odds: NDArray[np.float64],
    dark: NDArray[np.uint8],
    at: NDArray[np.float64],
    along: NDArray[np.float64],
    scale: float,
) -> NDArray[np.float64]:
    """The log-odds of edges, those raised that are not likely and yet show a trace from end to end.

    No print runs so along a known line from one that it meets to the next, and paper is darker nowhere so narrowly.

    Args:
        odds: (n, m) that a line runs at each place from each line that it meets to the next.
        dark: (h, w) how much darker than its surroundings each pixel is, lines along rows.
        at: (n,) where the lines stand, in points.
        along: (m + 1,) where those stand that they run between, in points.
        scale: Pixels per point.
    """
    odds = odds.copy()
    for i, j in np.argwhere(odds <= 0).tolist():
        if _is_traced(dark, float(at[i]), (float(along[j]), float(along[j + 1])), scale):
            odds[i, j] = _TRACED
    return odds


def _is_traced(dark: NDArray[np.uint8], at: float, ends: tuple[float, float], scale: float) -> bool:
    """Whether along an edge most pieces are darker than what is on both sides of them."""
    start, stop = round((ends[0] + _INSET) * scale), round((ends[1] - _INSET) * scale)
    pieces = int((stop - start) / (_PIECE * scale))
    far = round(_BESIDE[1] * scale)
    middle = round(at * scale)
    if pieces < _FEWEST or start < 0 or stop > dark.shape[1] or middle < far or middle + far >= len(dark):
        return False
    strip = dark[middle - far : middle + far + 1, start:stop].astype(np.float32)
    edges = np.linspace(0, stop - start, pieces + 1).astype(int)
    means = np.add.reduceat(strip, edges[:-1], axis=1) / np.diff(edges)
    stray, near = round(_STRAY * scale), round(_BESIDE[0] * scale)
    sides = np.stack((means[: far - near + 1].max(axis=0), means[far + near :].max(axis=0)))
    clear = sides.max(axis=0) < _CLEAR
    if np.count_nonzero(clear) < max(_FEWEST, _SEEN * pieces):
        return False
    within = means[far - stray : far + stray + 1, clear]
    line = within[int(within.mean(axis=1).argmax())]
    return bool(np.mean(line - sides[:, clear].max(axis=0) >= _DARKER) >= _THROUGHOUT)
