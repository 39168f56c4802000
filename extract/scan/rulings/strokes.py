"""A sheet's ink as seen along its rows or its columns: what may be a line's, and what is print by its shape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.components import components
from extract.scan.pixels.runs import Runs

RUN = 14.4
"""Points of unbroken ink that show a line: 0.2 inch, more than the strokes of print."""

THICK = 3.4
"""Points across the thickest lines; strokes across a line are longer."""

GAP = 2.6
"""Points between the dots of a dotted line, at most."""

BROKEN_RUN = 30.0
"""Points of thin ink with such gaps that show a broken or dotted line."""

FAR = 72.0
"""Points of unbroken ink that only lines and dark areas have."""

_THICKER, _UNEVEN = 5.5, 1.2
"""Points across the thickest of lines drawn double that ran into one; and times that thickness that they have in
places."""

STROKE = 9.5
"""Points of the longest strokes of print."""

_LEAST_PRINT, _MOST_PRINT, _WIDEST_PRINT = 3.2, 26.0, 150.0
"""Points that print, characters run into one included, measures at least and at most the narrower way, and the wider
way at most."""

_FEW = 500.0
"""Points of lines below which the longest strokes tell too how thick lines are."""

_FULL, _DASH, _LONG, _DASHES = 0.75, 4.0, 2.5, 300.0
"""Share of its box that a dash fills, points of its length and times its width that it has, at least, and points of all
dashes of a page whose lines are of these: characters of one stroke are rare.
"""

_LEAST_STROKE = 0.7
"""Points across a line, where no lines tell."""

_MORE = 1.25
"""Times the ink of two lines of its extent that cross, from which something small is print."""

_PITCH, _IN_ROW = 8.0, 0.6
"""Points from print within which print goes on, and the share of its ink that is on a level with it."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink in one direction: along rows. For lines down the page everything is transposed.

    `all` is (h, w) of 0 and 1; `thin` is where the ink is no thicker, across the direction, than a line; `short` is
    where it runs no farther than strokes of print do; `print` is what is print by its shape, and `line` what of the
    thin ink is not. `dotted` is where that runs on with the gaps of a broken or dotted line, gaps included. `known` is
    what was counted along its lines, which are looked at more than once.
    """

    all: NDArray[np.uint8]
    thin: NDArray[np.uint8]
    short: NDArray[np.uint8]
    print: NDArray[np.uint8]
    line: NDArray[np.uint8]
    dotted: NDArray[np.uint8]
    known: dict[Any, NDArray[np.float64]] = field(init=False, default_factory=dict, compare=False, repr=False)


def ink_of(mask: NDArray[np.uint8], scale: float) -> tuple[Ink, Ink]:
    """The ink of a mask of 0 and 1 as seen along its rows, and along its columns; `scale` is pixels per point."""
    across, down = _along(mask, scale), _along(_transposed(mask), scale)
    printed = _print(across, down, scale)
    return _without(across, printed, scale), _without(down, _transposed(printed), scale)


def _without(ink: Ink, printed: NDArray[np.uint8], scale: float) -> Ink:
    line = np.asarray(cv2.subtract(ink.thin, printed), dtype=np.uint8)
    dotted = Runs.of(line).closed(round(GAP * scale) | 1).opened(round(BROKEN_RUN * scale)).mask()
    return replace(ink, line=line, print=printed, dotted=dotted)


def _print(across: Ink, down: Ink, scale: float) -> NDArray[np.uint8]:
    """What looks like print: small, and more than strokes as thin as the lines that meet at one place."""
    short = np.asarray(cv2.bitwise_and(across.short, _transposed(down.short)), dtype=np.uint8)
    long = np.asarray(cv2.subtract(across.all, across.short))
    if np.count_nonzero(long) < _FEW * scale:
        long = Runs.of(across.thin).opened(round(STROKE * scale)).mask()
    rims = np.count_nonzero(long[1:] > long[:-1])
    stroke = max(np.count_nonzero(long) / rims if rims else 0.0, scale * _LEAST_STROKE)
    labels, stats = components(short)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    stroke = max(stroke, _dash(stats, scale))
    low, high = np.minimum(width, height) / scale, np.maximum(width, height) / scale
    sized = (low >= _LEAST_PRINT) & (low <= _MOST_PRINT) & (high <= _WIDEST_PRINT)
    sized[0] = False
    keep = sized & (stats[:, cv2.CC_STAT_AREA] > _MORE * stroke * (width + height))
    runs = Runs.of(short)
    part = runs.of_number(labels)
    # Characters of few strokes stand in a row with others; crossings of lines are not on a level with print.
    row = runs.only(keep[part]).widened(round(_PITCH * scale))
    beside = np.bincount(part, runs.overlap(row), len(stats)) > _IN_ROW * stats[:, cv2.CC_STAT_AREA]
    return runs.only((keep | (sized & beside))[part]).mask()


def _dash(stats: NDArray[np.int32], scale: float) -> float:
    """Pixels across the dashes of a page's lines, given what `components` measures; 0.0 where there are few."""
    size = np.sort(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=1)
    full = stats[:, cv2.CC_STAT_AREA] > _FULL * size.prod(axis=1)
    dash = full & (size[:, 1] >= _DASH * scale) & (size[:, 1] >= _LONG * size[:, 0]) & (size[:, 0] <= THICK * scale)
    dash[0] = False
    across, along = size[dash].T
    return float(np.median(across)) if along.sum() >= _DASHES * scale else 0.0


def _transposed(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.transpose(mask), dtype=np.uint8)


def _along(mask: NDArray[np.uint8], scale: float) -> Ink:
    runs = Runs.of(mask).closed(3).opened(round(RUN * scale))
    strokes = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(_thick(runs, scale) * scale) + 1, 1), np.uint8))
    thin = np.asarray(cv2.subtract(mask, strokes), dtype=np.uint8)
    long = runs.mask()
    return Ink(mask, thin, np.asarray(cv2.subtract(mask, long), dtype=np.uint8), mask, mask, mask)


def _thick(runs: Runs, scale: float) -> float:
    """Points across the thickest lines of a page, by what runs far."""
    far = runs.opened(round(FAR * scale)).mask()
    rims = np.count_nonzero(far[1:] > far[:-1])
    mean = _UNEVEN * np.count_nonzero(far) / (rims * scale) if rims else 0.0
    return mean if THICK < mean <= _THICKER else THICK
