"""Shapes that geometry tells more surely than a recogniser: dashes, slashes, how many digits there are."""

from __future__ import annotations

import re
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""(h, w), 0 where there is no ink, tight around a line of print or a mark."""

_FLAT = 0.4
"""Of the usual height of a line: what is lower is no digit."""

_TALL = 1.25
"""The same: what is higher is no digit either."""

_LONG, _STUBBY = 1.6, 1.3
"""Of its height: width from which a flat stroke is a dash rather than a dot; and where readers agree that it is one."""

_UPRIGHT, _SLANTED = 0.16, 0.245
"""How far a stroke leans over its height: a digit one at most, a slash at least; those of Noto Sans lean by 0.25."""

_THIN, _SOFT = 0.3, (12, 0.36)
"""Of its height: how wide a slash may be in any of its rows; and from how many pixels of height on, where a 7 is known
by its bar, it may be wider, as a soft scan makes it.
"""

_THICKEST = 0.4
"""The same of a stroke that others of its table are like."""

_STRAIGHT, _UNBROKEN = 0.08, 0.85
"""Of its height: how far the middles of a slash's rows may stray from a line; and how many rows show it at least: a one
and a speck far above it are in line, too."""

_GAP, _OUTLYING_GAP = 0.8, 0.45
"""Of a line's height: white between two digits from which they are two numbers, always or beside closer ones."""

_FULL = 1.05
"""Of a line's height: white at most behind a comma as wide as a character of Chinese."""

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+").fullmatch

_MISPLACED = 0.4
"""Of a digit's width: how far from its place a decimal point's gap may be."""

_NOTE, _LIFTED = 0.9, 0.2
"""Of the height of the digit before it: how high the number of a note is at most, and how far its foot stands above."""

_SPECK = 0.3
"""Of the usual height of a line: what is smaller both ways is no digit."""

_LEAST_RING, _RING = 17, (0.4, 0.95)
"""Pixels of height from which a ring's sides can be told from an eight's, in 45 fonts; and its least and most width
over its height."""

_CORE, _WAIST = 0.3, 0.03
"""Share of a ring's middle that ink fills where a dot or bar stands in it, and of its height by which its sides may
run in there, as those of an eight do."""

_NARROW = {"1": (0.04, 0.8), ".": (0.0, 0.4), ",": (0.0, 0.4), "-": (0.1, 0.7), "/": (0.1, 0.8)}
_BROAD = (0.26, 0.95)
"""Of a line's height: the least and the most that a character takes of its width, one not in _NARROW."""


_BETWEEN = 0.15
"""Of a line's height: white that may stand between two characters besides."""


def is_dash(ink: Mask, usual: float, *, agreed: bool = False) -> bool:
    """Whether all ink is flat strokes, or may be where readers `agreed` on that.

    `usual` is the height of a line of print in pixels. Blur makes a hyphen of low resolution stubby.
    """
    height, width = ink.shape
    return bool(height < _FLAT * usual and width > (_STUBBY if agreed else _LONG) * height)


def is_low(ink: Mask, usual: float) -> bool:
    """Whether the ink is lower than any digit."""
    return bool(ink.shape[0] < _FLAT * usual)


def is_bar(ink: Mask, usual: float) -> bool:
    """Whether the ink is one thin stroke, taller than any digit: a piece of a ruling that was not found."""
    height, width = ink.shape
    return bool(height > _TALL * usual and width < _THIN * height)


def is_speck(width: int, height: int, usual: float) -> bool:
    """Whether ink of this size is too small for a digit; it may be a decimal point, or dirt."""
    return max(width, height) < _SPECK * usual


def is_slash(ink: Mask) -> bool:
    """Whether the ink is one straight, thin, slanted stroke."""
    height = ink.shape[0]
    return abs(lean(ink)) >= _SLANTED and is_straight(ink, _SOFT[1] if height >= _SOFT[0] else _THIN)


def is_straight(ink: Mask, thick: float = _THICKEST) -> bool:
    """Whether the ink is one straight stroke from its top to its foot, in its rows no wider than that of its height."""
    height, width = ink.shape
    if height < 4 or width < 2:
        return False
    inked = ink > 0
    rows = np.flatnonzero(inked.any(axis=1))
    if len(rows) < _UNBROKEN * height:
        return False
    first = inked.argmax(axis=1)[rows]
    last = width - 1 - inked[:, ::-1].argmax(axis=1)[rows]
    if np.percentile(last - first + 1, 90) > thick * height:
        return False
    middle = (first + last) / 2
    slope, start = np.polyfit(rows, middle, 1)
    return bool(np.abs(middle - slope * rows - start).max() < max(1.0, _STRAIGHT * height))


def is_upright(ink: Mask) -> bool:
    """Whether the ink stands as straight as a digit one."""
    return abs(lean(ink)) < _UPRIGHT


def is_ringed(ink: Mask) -> bool:
    """Whether the ink is a nought with a dot or a bar in it: an eight has a waist, which such a ring has not."""
    height, width = ink.shape
    if height < _LEAST_RING or not _RING[0] < width / height < _RING[1]:
        return False
    inked = ink > 0
    across = slice(round(0.44 * width), round(0.56 * width) + 1)
    upper, core, lower = (
        inked[round(start * height) : round(end * height) + 1, across]
        for start, end in ((0.22, 0.36), (0.4, 0.6), (0.64, 0.78))
    )
    if upper.any(axis=1).all() or lower.any(axis=1).all() or core.mean() < _CORE:
        return False
    return not any(_runs_in(side, height) for side in (inked.argmax(axis=1), inked[:, ::-1].argmax(axis=1)))


def _runs_in(side: NDArray[np.intp], height: int) -> bool:
    """Whether a side of the ink is farther in at its middle than it is both above and below."""
    body = side[round(0.15 * height) : round(0.85 * height)]
    above, below = np.minimum.accumulate(body), np.minimum.accumulate(body[::-1])[::-1]
    return bool((body - np.maximum(above, below)).max() > _WAIST * height)


def parts(ink: Mask) -> list[NDArray[np.intp]]:
    """The columns of each part of the ink that white parts from the others, from left to right."""
    columns = np.flatnonzero((ink > 0).any(axis=0))
    return np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)


def is_raised(ink: Mask) -> bool:
    """Whether the last part of the ink is lower than the one before and stands above its foot, as a note's number."""
    rows = [np.flatnonzero((ink[:, part[0] : part[-1] + 1] > 0).any(axis=1)) for part in parts(ink)[-2:]]
    if len(rows) < 2:
        return False
    (top, foot), (start, end) = ((int(own[0]), int(own[-1]) + 1) for own in rows)
    return end - start < _NOTE * (foot - top) and foot - end > _LIFTED * (foot - top)


def lean(ink: Mask) -> float:
    """How far the ink leans to the right from its foot to its top, as a share of its height."""
    moments = cv2.moments(ink, binaryImage=True)
    return float(-moments["mu11"] / moments["mu02"]) if moments["mu02"] else 0.0


def apart(ink: Mask, text: str = "") -> bool:
    """Whether a gap runs through the ink that is wider than any between the digits of one number.

    A gap where `text` has its decimal point or comma is none: the ink of so small a sign may be taken for a speck. Nor
    is one behind the comma of thousands, which may be of full width, where the ink shows each character by itself.
    """
    columns = np.flatnonzero((ink > 0).any(axis=0))
    steps = np.diff(columns)
    wide = np.flatnonzero(steps > 1)
    if not len(wide):
        return False
    gaps = steps[wide] / ink.shape[0]
    ends = columns[wide].tolist(), columns[wide + 1].tolist()
    if _GROUPED(text) and len(gaps) == len(text) - 1:
        most = [_FULL if one == "," else _GAP if other == "," else 0.0 for one, other in pairwise(text)]
        gaps = gaps[gaps > most]
    elif gaps.max() <= _GAP and _beside_sign(text, int(gaps.argmax()), ends, ink.shape):
        gaps = np.delete(gaps, gaps.argmax())
    if not len(gaps):
        return False
    gaps.sort()
    usual = float(np.median(gaps[:-1])) if len(gaps) > 1 else gaps[-1]
    return bool(gaps[-1] > _GAP or (gaps[-1] > _OUTLYING_GAP and gaps[-1] > 2.5 * usual + 0.1))


def _beside_sign(text: str, gap: int, ends: tuple[list[int], list[int]], shape: tuple[int, ...]) -> bool:
    """Whether a gap is where a text has its sign, or before or after ink as narrow as that.

    Args:
        text: What the ink says.
        gap: Which of the gaps.
        ends: The last column of ink before each gap, and the first after it.
        shape: Height and width of the ink.
    """
    last, first = ends
    height, width = shape
    starts, stops = [0, *first], [*last, width - 1]
    narrow = [stop - start < _NARROW["."][1] * height for start, stop in zip(starts, stops, strict=True)]
    places = [(last[gap] + 1, width - first[gap])]
    if narrow[gap + 1] and gap + 1 < len(last):
        places.append((last[gap] + 1, width - first[gap + 1]))
    if narrow[gap] and gap > 0:
        places.append((last[gap - 1] + 1, width - first[gap]))
    return any(_at_sign(text, left, right) for left, right in places)


def _at_sign(text: str, left: int, right: int) -> bool:
    """Whether digits `left` and `right` pixels wide are those before and after the one sign of a text."""
    before, sign, after = text.replace(",", ".").partition(".")
    digits = len(before) + len(after)
    if not sign or not (before + after).isdecimal() or not before or not after:
        return False
    return abs(left / (left + right) - len(before) / digits) < _MISPLACED / digits


def is_as_wide(char: str, width: float) -> bool:
    """Whether ink may be one such character, by its width over the line's height."""
    least, most = _NARROW.get(char, _BROAD)
    return least <= width <= most


def fits(text: str, ink: Mask) -> bool:
    """Whether the ink is as wide as such digits and signs may be."""
    height, width = ink.shape
    least, most = (sum(_NARROW.get(char, _BROAD)[side] for char in text) for side in (0, 1))
    return bool(least * height <= width <= (most + _BETWEEN * (len(text) - 1)) * height)
