"""Pieces of lines in a sheet's ink, unbroken or with gaps; and where the lines stand that they are of."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.components import components
from extract.scan.pixels.runs import Runs
from extract.scan.rulings.strokes import FAR, GAP, THICK, Ink

_DOT_GAP = 4.4
"""Points between its dots, at most, where no print is near."""

_DOTTED_RUN = 24.0
"""Points of dots with such gaps that show a line."""

_DASH = 3.6
"""Points of length of the dashes of a broken line, at least."""

_DOTS = 5.0
"""Points of dots in a row, at least, where a scanner's pixels blot out others: they come and go along the line."""

_DASH_GAP = 10.0
"""Points between them, at most."""

_DASHED_RUN = 36.0
"""Points of dashes with such gaps that show a line."""

_CLEAR = 2.5
"""Points above and below a dash within which print has strokes."""

_FAINT = 0.2
"""What a broken line's length counts for beside that of an unbroken one."""

_WHOLE = 0.5
"""Share of a table's length that the ink of a piece has which is a line's for certain."""

NEAR = 9.0
"""Points from a table's other lines within which a broken one is its own."""

APART = 6.5
"""Points between neighbouring lines of a grid, at least: those that are nearer are the two parts of a double line."""

MOST = 60
"""Lines of a grid in one direction, at most."""


Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in points."""


def pieces_of(ink: Ink, scale: float) -> NDArray[np.float64]:
    """(n, 5) pieces of lines: position across, start and end along, length of the ink, thickness; all in points."""
    # Wider gaps are bridged where no stroke is near, as there is in print.
    near = np.ones((2 * round(_CLEAR * scale) + 1, 3), np.uint8)
    thick = cv2.subtract(ink.all, ink.line)
    clear = np.asarray(cv2.subtract(ink.line, cv2.dilate(thick, near), dst=thick), dtype=np.uint8)
    runs = Runs.of(clear)
    dots = runs.closed(round(GAP * scale) | 1).opened(round(_DOTS * scale))
    solid = cv2.subtract(ink.all, ink.short)
    unbroken = Runs.of(np.asarray(solid, dtype=np.uint8))
    pieces = np.asarray(cv2.max(solid, ink.dotted, dst=solid), dtype=np.uint8)
    for dashes, gap, run in (
        (runs, _DOT_GAP, _DOTTED_RUN),
        (runs.opened(round(_DASH * scale)), _DASH_GAP, _DASHED_RUN),
        (dots, _DASH_GAP, _DASHED_RUN),
    ):
        dashes.closed(round(gap * scale) | 1).opened(round(run * scale)).drawn_on(pieces)
    labels, stats = components(pieces)
    keep = stats[:, cv2.CC_STAT_HEIGHT] <= 2 * THICK * scale
    keep[0] = True
    if not keep.all():
        # A pen's stroke across a line is one with it, and makes it too thick for one: what runs far is the line's.
        runs = Runs.of(pieces)
        pieces = runs.only(keep[runs.of_number(labels)] | (runs.stops - runs.starts >= FAR * scale)).mask()
        labels, stats = components(pieces)
        keep = stats[:, cv2.CC_STAT_HEIGHT] <= 2 * THICK * scale
    keep[0] = False
    # Strokes of print that stand in a row by chance have less ink than a line, and none that is unbroken.
    ink_of = _added(labels, unbroken, len(stats), np.ones(len(unbroken.starts)))
    whole = Runs.of(pieces)
    rows = _added(labels, whole, len(stats), whole.rows)
    x0, _, width, height, area = stats[keep].T
    middle, across = rows[keep] / area + 0.5, area / width
    return np.stack((middle, x0, x0 + width, np.maximum(ink_of[keep] / height, _FAINT * width), across), axis=1) / scale


def _added(labels: NDArray[Any], runs: Runs, count: int, weight: NDArray[Any]) -> NDArray[np.float64]:
    """(count,): what the runs of each number weigh, whose pixels are of one number and weigh `weight` each."""
    return np.asarray(np.bincount(runs.of_number(labels), (runs.stops - runs.starts) * weight, count))


def joined(mask: NDArray[np.uint8], gap: float, run: float, scale: float) -> NDArray[np.uint8]:
    """The runs along rows of a mask that are at least `run` long once gaps of `gap` are closed, both in points."""
    return Runs.of(mask).closed(round(gap * scale) | 1).opened(round(run * scale)).mask()


def within(
    level: NDArray[np.float64], steep: NDArray[np.float64], box: Box
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What of the pieces stands in a box."""
    left, top, right, bottom = box
    return _cut(level, top, bottom, left, right), _cut(steep, left, right, top, bottom)


def _cut(pieces: NDArray[np.float64], low: float, high: float, start: float, end: float) -> NDArray[np.float64]:
    """(k, 5) pieces between `low` and `high` across, cut off at `start` and `end` along."""
    pieces = pieces[(pieces[:, 0] >= low - NEAR) & (pieces[:, 0] <= high + NEAR)]
    ends = np.clip(pieces[:, 1:3], start - NEAR, end + NEAR)
    length = ends[:, 1] - ends[:, 0]
    ink = pieces[:, 3] * length / np.maximum(pieces[:, 2] - pieces[:, 1], 1e-9)
    return np.column_stack((pieces[:, 0], ends, ink, pieces[:, 4]))[length > APART]


def thickness(pieces: NDArray[np.float64]) -> float:
    """Points across most of some pieces of lines, by length, or across those that run over half of a table.

    Of lines drawn double some run into one, which no stroke of a pen does over so far.
    """
    if not len(pieces):
        return 0.0
    lengths, thick = pieces[:, 3:].T
    order = np.argsort(thick)
    total = np.cumsum(lengths[order])
    most = float(thick[order][np.searchsorted(total, total[-1] / 2)])
    far = lengths > _WHOLE * (pieces[:, 2].max() - pieces[:, 1].min())
    return max(most, float(thick[far].max(initial=0.0)))


def positions(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the lines of a grid stand, ascending: those with most ink first, others only where none is near."""
    position, ink = pieces[:, 0], pieces[:, 3]
    near = np.abs(position[:, None] - position) < 0.7
    weight = near @ ink
    mean = (near @ (ink * position)) / np.maximum(weight, 1e-9)
    chosen: list[float] = []
    for i in np.argsort(-weight).tolist():
        if len(chosen) < MOST and all(abs(mean[i] - other) >= APART for other in chosen):
            chosen.append(float(mean[i]))
    return np.array(sorted(chosen))
