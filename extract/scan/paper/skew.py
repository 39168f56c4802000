"""How far lines of print fall over their length, on a page without rulings that could tell."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels import lines
from extract.scan.pixels.components import components, only

_CHARACTER = 2.0, 30.0
"""Points that characters, or words whose characters touch, measure at their longer side; specks and edges do not."""

_STEEPEST, _STEP, _FINE = 0.09, 0.003, 0.0005
"""Tangents of the slopes that are tried: up to which, and how far apart, first and around the best of these."""

_COLUMNS = 3
"""Pixels across of which one is looked at."""

_CLEARLY = 1.1
"""Times as much that the ink gathers in rows at the best slope as at most others, where there are lines of print."""


def slope_of_print(dark: NDArray[np.uint8], scale: float) -> float | None:
    """The tangent by which lines of print run down to the right; None where there are none.

    Args:
        dark: (h, w) what `lines.darkness` gives.
        scale: its pixels per point, about SEGMENT_SCALE.
    """
    mask = (dark > lines.threshold(dark)).astype(np.uint8)
    labels, stats = components(mask)
    longer = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) / scale
    kept = only(mask, labels, (longer >= _CHARACTER[0]) & (longer <= _CHARACTER[1]))[:, ::_COLUMNS]
    y, x = np.nonzero(kept)
    if not len(x):
        return None
    x = (x - kept.shape[1] / 2) * _COLUMNS

    slopes = np.arange(-_STEEPEST, _STEEPEST + _STEP / 2, _STEP)
    scores = _gathered(x, y, slopes)
    if scores.max() < _CLEARLY * np.median(scores):
        return None
    around = slopes[scores.argmax()] + np.arange(-_STEP, _STEP + _FINE / 2, _FINE)
    scores = _gathered(x, y, around)
    return float(np.median(around[scores == scores.max()]))  # slopes of less than a pixel are all the same


def _gathered(x: NDArray[np.float64], y: NDArray[np.int64], slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each slope how much pixels at x, y gather in some rows: the sum of squares of how many are in each."""
    found = []
    for slope in slopes.tolist():
        rows = np.rint(y - slope * x).astype(np.int64)
        found.append(float(np.square(np.bincount(rows - rows.min())).sum()))
    return np.array(found)
