"""Stamps taken off a sheet: large figures of ink that is lighter than print, over which print is read as without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Sheet
from extract.scan.pixels.components import components, only
from extract.scan.pixels.lines import smaller

_PAPER = 250
"""Grey level of a flattened sheet's ground."""

_STROKE, _THINNEST = 1.75, 0.9
"""Points across which a stamp's strokes are of one darkness: those that show a stamp, and the others of it."""

_FEWEST = 4
"""Pixels across a stamp's stroke from which it is seen to be of one darkness."""

_SPECKS = 0.8
"""Points across light specks within a stamp's strokes."""

_SIZE, _LARGEST = 55.0, 260.0
"""Points that a stamp measures at least, both ways, and at most; two may lie over each other."""

_TOGETHER, _PART = 13.0, 25.0
"""Points between strokes that show a stamp, at most; and around these where the rest of it is."""

_BROAD, _STRIPE, _PRINT = 4.5, (30.0, 18.0), 14.0
"""Points that a highlighter's stripe is higher than, which are more than a stamp's ring has across; that it is long at
least and high at most, as no star is; and of print in it, which parts it.
"""

_FAINT, _DENSE = 0.14, 0.75
"""Of the darkness of print: between these a thick stroke is a stamp's."""

_EVEN = 0.25
"""Of the darkness of print: by how much a stroke's own may differ from one side to the other."""

_SOLID = 0.04
"""Share of a stamp's hull that its thick strokes cover at least."""

_LONGEST, _GAPS, _LIGHTER = 30.0, 0.16, 0.1
"""Points one way or the other of the largest of a stamp's thick strokes, more than characters run into one by blur; and
the share of them at most that are gaps, by how much of the darkness of print lighter: blurred characters are full of
these."""

_BESIDE = 1.6
"""Points around a stroke of a stamp in which ink as light as it is the stamp's too."""

_OVER = 1.15
"""How many times as dark as a stamp the faintest print must be, to be told from it."""

_LINE = 5.0
"""Points of height from which a piece of ink is a character, whose darkness says how faint print is."""

Mask = NDArray[np.uint8]


def without_stamps(sheet: Sheet, scale: float) -> Sheet:
    """The sheet with the ink of its stamps made as light as the ground, and `stamped` where it was.

    `scale` is that of the image that the sheet was made of, in pixels per point, before it was enlarged.

    A stamp is left as it is where the page's faintest print is not darker: taking off the one would take off the other.
    So it is at low resolution, where lines of blurred print look as wide and as even as its strokes.
    """
    if round(_STROKE * scale) < _FEWEST:
        return sheet
    dark: Mask = np.asarray(cv2.subtract(np.full_like(sheet.grey, _PAPER), sheet.grey), dtype=np.uint8)
    black = _black(dark)
    filled: Mask = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, _window(_SPECKS, sheet.scale)), dtype=np.uint8)
    thick = _strokes(filled, _STROKE, sheet.scale, (_FAINT * black, _DENSE * black), _EVEN * black)
    _, _, sizes = _figures(thick, sheet.scale)
    if sizes[1:, 2:4].min(axis=1).max(initial=0) < _SIZE:
        return sheet
    thick = _without_stripes(thick, sheet.scale)
    found = _hulls(thick, sheet.scale)
    hulls = [hull for hull in found if _of_a_stamp(dark[hull], filled[hull], thick[hull], black, sheet.scale)]
    if not hulls:
        return sheet
    grey, stamped, clear = sheet.grey.copy(), np.zeros_like(sheet.grey), dark.copy()
    for hull in hulls:
        clear[hull] = 0
    faintest = _faintest(clear, black, sheet.scale)
    for hull in hulls:
        darkest = float(np.percentile(dark[hull][(thick[hull] > 0) & (dark[hull] < _DENSE * black)], 98))
        if faintest < _OVER * darkest:
            continue
        where = _stamped(dark[hull], filled[hull], thick[hull], darkest, sheet.scale)
        # What is darker than the stamp is print upon it, and set from white at the stamp's darkness to black.
        curve = np.clip((np.arange(256) - darkest) / max(black - darkest, 1.0), 0.0, 1.0) * black
        grey[hull][where > 0] = np.rint(_PAPER - curve).astype(np.uint8)[dark[hull][where > 0]]
        stamped[hull] |= where
    return replace(sheet, grey=grey, stamped=stamped) if stamped.any() else sheet


def _black(dark: Mask) -> float:
    """The darkness of print."""
    sample = dark[::3, ::3]
    strong = sample[sample > 60]
    return float(np.percentile(strong, 90)) if strong.size else 255.0


def _strokes(dark: Mask, across: float, scale: float, levels: tuple[float, float], even: float) -> Mask:
    """(h, w): 255 in strokes of `across` points or more whose darkness is between `levels` and `even` all across."""
    window = _window(across, scale)
    least, most = cv2.erode(dark, window), cv2.dilate(dark, window)
    _, middle = cv2.threshold(least, levels[0], 255, cv2.THRESH_BINARY)
    for level, below in ((most, levels[1]), (cv2.subtract(most, least), even)):
        cv2.min(middle, cv2.threshold(level, ceil(below) - 1, 255, cv2.THRESH_BINARY_INV)[1], dst=middle)
    return np.asarray(cv2.dilate(middle, window), dtype=np.uint8)


def _without_stripes(thick: Mask, scale: float) -> Mask:
    """Thick strokes without a highlighter's stripes: with the characters beside it, one is as large as a stamp."""
    broad = cv2.morphologyEx(thick, cv2.MORPH_OPEN, _window(_BROAD, scale))
    gaps = np.ones((1, round(_PRINT * scale) | 1), np.uint8)
    whole: Mask = np.asarray(cv2.morphologyEx(broad, cv2.MORPH_CLOSE, gaps), dtype=np.uint8)
    labels, stats = components(whole)
    width, height = stats[:, cv2.CC_STAT_WIDTH] / scale, stats[:, cv2.CC_STAT_HEIGHT] / scale
    stripes = (width >= _STRIPE[0]) & (height <= _STRIPE[1])
    stripes[0] = False
    if not stripes.any():
        return thick
    reach = cv2.dilate(only(whole, labels, stripes), _window(_BROAD, scale))
    return np.asarray(cv2.subtract(thick, reach), dtype=np.uint8)


def _figures(thick: Mask, scale: float) -> tuple[Mask, NDArray[Any], NDArray[np.int32]]:
    """Thick strokes of 0 and 1 at a pixel for each point, and the figures that near ones make, as `components` does."""
    strokes = (smaller(thick, 1 / scale) > 127).astype(np.uint8)
    joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, _window(_TOGETHER, 1.0))
    return strokes, *components(np.asarray(joined, dtype=np.uint8))


def _hulls(thick: Mask, scale: float) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of figures of thick strokes as large as a stamp."""
    strokes, labels, stats = _figures(thick, scale)
    starts = stats[:, :2]
    ends = starts + stats[:, 2:4]
    for label in range(1, len(stats)):
        size = ends[label] - starts[label]
        if size.min() < _SIZE or size.max() > _LARGEST:
            continue
        hull = cv2.convexHull(cv2.findNonZero((labels == label).astype(np.uint8)))
        (x0, y0), (x1, y1) = starts[label].tolist(), ends[label].tolist()
        if np.count_nonzero(strokes[y0:y1, x0:x1]) <= _SOLID * cv2.contourArea(hull):
            continue
        # Print may part a stamp: its other parts are those beside this one that make it no larger than two stamps are.
        near = ((starts < ends[label] + _PART) & (ends > starts[label] - _PART)).all(axis=1)
        near[0] = False
        low, high = starts[near].min(axis=0), ends[near].max(axis=0)
        if (high - low).max() > _LARGEST:
            low, high = starts[label], ends[label]
        x0, y0 = (max(0, round(edge * scale)) for edge in (low - _BESIDE).tolist())
        x1, y1 = (round(edge * scale) for edge in (high + _BESIDE).tolist())
        yield slice(y0, y1), slice(x0, x1)


def _of_a_stamp(dark: Mask, filled: Mask, thick: Mask, black: float, scale: float) -> bool:
    """Whether thick strokes run far and are of one piece, as those of blurred characters side by side are not."""
    _, stats = components(thick)
    longest = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0) / scale
    gaps = cv2.subtract(filled, dark)[thick > 0] > _LIGHTER * black
    return bool(longest >= _LONGEST and gaps.mean() <= _GAPS)


def _faintest(dark: Mask, black: float, scale: float) -> float:
    """The darkness of the faintest characters; 0 where there are none."""
    labels, stats = components((dark > 0.3 * black).astype(np.uint8))
    peaks = _peaks(dark, labels, len(stats))
    height, width = stats[:, cv2.CC_STAT_HEIGHT] / scale, stats[:, cv2.CC_STAT_WIDTH] / scale
    characters = (height > _LINE) & (height < 3 * _LINE) & (width < 3 * _LINE)
    characters[0] = False
    return float(np.percentile(peaks[characters], 2)) if characters.any() else 0.0


def _peaks(dark: Mask, labels: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """(count,) the greatest darkness of each part."""
    peaks = np.zeros(count)
    inked = np.flatnonzero(labels)
    np.maximum.at(peaks, labels.ravel()[inked], dark.ravel()[inked])
    return peaks


def _stamped(dark: Mask, filled: Mask, thick: Mask, darkest: float, scale: float) -> Mask:
    """(h, w): 255 on a stamp: on and beside its strokes, and on parts of it that nothing dark touches."""
    strokes = _strokes(filled, _THINNEST, scale, (0.4 * darkest, 1.05 * darkest), darkest)
    near = cv2.dilate(cv2.bitwise_or(thick, strokes), _window(2 * _BESIDE, scale))
    inked = (dark > 0.1 * darkest).astype(np.uint8)
    labels, stats = components(inked)
    light = _peaks(dark, labels, len(stats)) <= darkest
    light[0] = False
    return np.asarray(cv2.bitwise_or(near, 255 * only(inked, labels, light)), dtype=np.uint8)


def _window(points: float, scale: float) -> Mask:
    return np.ones((round(points * scale) | 1,) * 2, np.uint8)
