"""Print that faded: traces of it where there is no ink, or beside a number, and numbers that pale at an end."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.components import components

TRACE = 0.3
"""Of the darkness of print: what is as dark as this over a stroke's width may be a character that faded."""

_SHOWS, _OVER_PAPER = 3.0, 2.5
"""Grey levels, at least, and times the darkness of nearly all of the paper, from which a trace stands out from it."""

_AROUND_PRINT, _NEARLY_ALL = 2.0, 95
"""Points around print that are no bare paper, and the percentage of such paper that shows how uneven it is."""

_HIGH, _STROKE = 3.2, 1.0
"""Points of height of a digit's trace, and of width of a stroke's, at least: rulings' soft edges leave thinner ones."""

_RIM = 1.7
"""Points along the edges of a place in which there are soft edges of its rulings."""

_BROKEN = 1.6
"""Points between parts of one digit above each other of which the thin strokes faded altogether."""

_HALO, _OFF = 1.2, 0.25
"""Points around print that its own soft edges may darken; and of its height, by how much a digit that faded beside it
may seem to stand higher or lower."""

_DASH, _FLAT, _LEVEL = 0.2, 0.4, (0.35, 0.75)
"""Of a number's height: width of a sign's trace at least, and how far before the number it ends at most; its height at
most; and between which heights, from the number's top, its middle is.
"""

_END, _PALER = 2.5, 0.6
"""Points from its end in which a number has a stroke, and how dark such a one is at least beside the others."""

Place = tuple[int, int, int, int]
"""x0, top, x1, bottom in a sheet's pixels, the far edges outside."""


class Fading:
    """Traces of print on a sheet, which a pale streak fades to far less than ink is, asked place by place.

    Args:
        scale: Pixels per point of the sheet.
        darkness: The sheet's.
        ink: The sheet's.
        ruled: Rulings with their soft edges, more than 0, which are no trace of print.
        part: Its rows and columns of pixels that tell what bare paper is like.
        usual: The darkness of its print.
    """

    def __init__(
        self,
        scale: float,
        darkness: NDArray[np.uint8],
        ink: NDArray[np.uint8],
        ruled: NDArray[np.uint8],
        *,
        part: tuple[slice, slice],
        usual: float,
    ) -> None:
        self._scale, self._darkness, self._ruled, self._usual = scale, darkness, ruled, usual
        around = np.ones((2 * round(_AROUND_PRINT * scale) + 1,) * 2, np.uint8)
        near = cv2.dilate(cv2.max(ink[part], ruled[part]), around)
        paper = darkness[part][::3, ::3][near[::3, ::3] == 0]
        uneven = float(np.percentile(paper, _NEARLY_ALL)) if paper.size else 255.0
        self._palest = max(_SHOWS, _OVER_PAPER * uneven)

    def shows(self, place: Place) -> bool:
        """Whether a place without ink shows a trace of some: nearly as dark, or as high as a digit, however pale."""
        dark = self._unruled(place)
        high = self._traces(dark)[:, cv2.CC_STAT_HEIGHT] >= _HIGH * self._scale
        return float(dark.max()) > TRACE * self._usual or bool(high.any())

    def beside(self, place: Place, box: Place) -> bool:
        """Whether the ink in a box pales at an end, or a trace is beside it: as high as it, or a sign's before it."""
        left, top, right, bottom = box
        darkest = self._darkness[top:bottom, left:right].max(axis=0)
        end = round(_END * self._scale)
        if min(darkest[:end].max(), darkest[-end:].max()) < _PALER * np.median(darkest):
            return True
        dark, margin = self._unruled(place), round(_HALO * self._scale)
        dark[:, max(0, left - margin - place[0]) : max(0, right + margin - place[0])] = 0
        first, start, wide, high = self._traces(dark)[:, :4].T
        first, start, height = first + place[0], start + place[1], bottom - top
        off = np.maximum(np.abs(start - top), np.abs(start + high - bottom))
        ahead = left - first - wide
        middle = (start + high / 2 - top) / height
        near = (ahead >= 0) & (ahead <= margin + _DASH * height) & (wide >= _DASH * height)
        sign = near & (high <= _FLAT * height) & (middle >= _LEVEL[0]) & (middle <= _LEVEL[1])
        return bool((off <= _OFF * height).any() or sign.any())

    def _unruled(self, place: Place) -> NDArray[np.uint8]:
        """The darkness of a place; the edges of its own rulings, which are soft, aside."""
        where = slice(place[1], place[3]), slice(place[0], place[2])
        soft, wide = self._ruled[where] > 0, round(_RIM * self._scale)
        soft[wide:-wide, wide:-wide] = False
        return np.where(soft, np.uint8(0), self._darkness[where])

    def _traces(self, dark: NDArray[np.uint8]) -> NDArray[np.int32]:
        """What `components` measures of each piece that stands out from bare paper, a digit's parts as one."""
        if not dark.size or dark.max() <= self._palest:
            return np.zeros((0, 5), np.int32)
        down = np.ones((round(_BROKEN * self._scale) | 1, 1), np.uint8)
        shown = cv2.morphologyEx((dark > self._palest).astype(np.uint8), cv2.MORPH_CLOSE, down)
        stats = components(np.asarray(shown, np.uint8))[1][1:]
        return stats[stats[:, cv2.CC_STAT_WIDTH] >= _STROKE * self._scale]
