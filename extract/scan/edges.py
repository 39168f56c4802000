"""Whether a line runs from one place of a grid to the next: the ink along it, and print that may be taken for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

GAP = 2.6
"""Points between the dots of a dotted line, at most."""

THICK = 3.4
"""Points across the thickest lines; strokes across a line are longer."""

_STRAY = 1.3
"""Points by which ink may stray from where its line stands."""

_SUPPORT = 0.78
"""Share of an edge that shows ink, from which the edge is there: real ones show .92 or more, print .64 or less."""

_SHORT = 22.0
"""Points of length below which an edge may be hidden behind a single stroke of print."""

SHORT_SUPPORT = 0.92
"""The same share for such an edge: print does not reach to the lines above and below it."""

_SURE = 0.97
"""Share of an edge that shows ink, from which no print is to be taken for it, if it is as long as _PRINT."""

_PRINT = 11.0
"""Points: more than the strokes of print reach from one line to the next."""

_BESIDE = 3.4
"""Points beside a line within which print shows that a stroke of it may be taken for the line."""

_LINE = 0.5
"""Share of the ink of a line's middle that the other rows of its thickness show."""

_CROWD = 0.6
"""Share of an edge with print beside it, both sides together, from which the edge may be a stroke of print."""

_SHORT_CROWD = 0.36
"""The same share for a short edge: .34 was seen beside real ones, .48 beside strokes."""

_BROKEN_CROWD = 0.3
"""The same share for an edge that is to be a broken one."""

_BARE = 0.1
"""The same share for an edge that shows little ink."""

_BROKEN = 0.3
"""Share of a broken edge that shows ink."""

_BROKEN_SUPPORT = 0.6
"""Share that shows ink once gaps are closed, from which an edge may be broken or dotted."""

_TRACES = 0.15
"""Share that shows ink where a line seen on both sides of an edge has worn away."""

_CROSSED = 0.06
"""Share of an edge that print may run across, where it is to be a broken one."""


class Edge(IntEnum):
    """What is seen of an edge. CROWDED: a line, or a stroke of the print about it. TRACES: less than a broken line."""

    NOTHING = 0
    TRACES = 1
    BROKEN = 2
    CROWDED = 3
    THERE = 4


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink in one direction: along rows. For lines down the page everything is transposed.

    `all` is (h, w) of 0 and 1; `thin` is where the ink is no thicker, across the direction, than a line.
    """

    all: NDArray[np.uint8]
    thin: NDArray[np.uint8]


def ink_along(mask: NDArray[np.uint8], scale: float) -> Ink:
    """The ink of a mask of 0 and 1 as seen along its rows; `scale` is pixels per point."""
    strokes = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(THICK * scale) + 1, 1), np.uint8))
    return Ink(mask, np.asarray(cv2.subtract(mask, strokes), dtype=np.uint8))


def edges(ink: Ink, at: NDArray[np.float64], along: NDArray[np.float64], scale: float) -> NDArray[np.int8]:
    """(len(at), len(along) - 1) of Edge: each line `at`, in points, from each line `along` it to the next."""
    seen = np.zeros((len(at), len(along) - 1), dtype=np.int8)
    ends = np.rint(along * scale).astype(int).tolist()
    for i, position in enumerate(at.tolist()):
        for j, (start, end) in enumerate(pairwise(ends)):
            seen[i, j] = edge_at(ink, int(position * scale), start, end, scale)
    return seen


def edge_at(ink: Ink, middle: int, start: int, end: int, scale: float) -> Edge:
    """What is seen of a line at the row of pixels `middle`, from `start` to `end`."""
    trim = min(round(0.6 * scale), (end - start) // 5)
    part = slice(max(0, start + trim), end - trim)
    top = max(0, middle - max(2, round(_STRAY * scale)))
    band = slice(top, 2 * middle - top + 1)
    line, thin = ink.all[band, part], ink.thin[band, part]
    if line.shape[0] < 3 or line.shape[1] < 3:
        return Edge.NOTHING
    heights = line[:-2] | line[1:-1] | line[2:]
    shares = heights.mean(axis=1)
    height = int(shares.argmax())
    share = float(shares[height])
    short = end - start < _SHORT * scale
    whole = share > _SURE and end - start >= _PRINT * scale
    if share < _TRACES or whole:
        return Edge.NOTHING if share < _TRACES else Edge.THERE
    crowd = _crowd(ink.all[:, part], top + height + 1, _LINE * share, scale)
    if share >= (SHORT_SUPPORT if short else _SUPPORT):
        return Edge.THERE if crowd <= (_SHORT_CROWD if short else _CROWD) else Edge.CROWDED
    if crowd > _BROKEN_CROWD or float(cv2.subtract(line, thin).max(axis=0).mean()) > _CROSSED:
        return Edge.NOTHING
    gap = np.ones((1, round(GAP * scale) | 1), np.uint8)
    closed = cv2.morphologyEx(thin[:-2] | thin[1:-1] | thin[2:], cv2.MORPH_CLOSE, gap)
    # Where no print is near, less will do, if it is spread over the edge: a dash in a cell stands in its middle.
    inked = sum(quarter.mean() > _TRACES for quarter in np.array_split(heights[height], 4))
    spread = crowd <= _BARE and inked >= (4 if short else 3)
    if share >= _BROKEN and (spread or closed.mean(axis=1).max() >= _BROKEN_SUPPORT):
        return Edge.BROKEN
    return Edge.TRACES if crowd <= _BARE else Edge.NOTHING


def _crowd(ink: NDArray[np.uint8], row: int, own_share: float, scale: float) -> float:
    """Share of an edge with print beside it, both sides added.

    `row` is the line's, and rows next to it with a share of ink of at least `own_share` are the line's as well.
    """
    far, margin = round(_BESIDE * scale), max(1, round(0.4 * scale))
    total = 0.0
    for side in (ink[max(0, row - far) : row][::-1], ink[row + 1 : row + 1 + far]):
        filled = side.mean(axis=1) >= own_share
        own = len(side) if filled.all() else int(filled.argmin())
        beyond = side[min(own, far // 2) + margin :]
        total += float(beyond.max(axis=0).mean()) if len(beyond) else 0.0
    return total
