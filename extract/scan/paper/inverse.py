"""Light print on dark bands, such as headers of tables, made dark print on a light ground within an outline."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.lines import smaller

_COARSE = 24 / 72
"""Pixels per point at which bands are looked for first, and at which the ground's brightness is told."""

_AROUND = 100.0
"""Points within which there is ground, or print as light as it, whatever is dark."""

_DARK = 0.7
"""Of the ground's brightness, what a band has at most."""

_LEAST = (9.0, 24.0)
"""Points of height and width of a band, at least, either way round."""

_SHOWN = (3, 10)
"""Coarse pixels, either way round, that are dark on the whole where there are bands."""

_GAP, _GLYPH = 0.7, 80.0
"""Points across gaps in dark areas that are closed, and square points of those enclosed: strokes of light print."""

_LINES, _CORE = 5.0, (7.5, 0.1)
"""Points across what is no band: lines, and strokes of large print; and points across what no print is dark over, with
the share of a band that is."""

_FILLED, _EVEN = 0.6, 0.5
"""Share of a band that is dark, and that is as dark as most of it, at least."""

_BESIDE, _ENDS = 3.0, 0.75
"""Points beyond a band's edge within which it is light, by such a share of what parts the band from the ground, along
most of the edge: shadows fade."""

_OFF, _PRINTED = 0.16, 0.01
"""Of the ground's brightness, what differs from the band's own is print or lines; and the share of the band that is
light print, at least."""

_BLACK = 0.33
"""Of the ground's brightness, what a band has in which black lines show as dark as print."""

_NEAR, _INK = 36.0, 10
"""Points around a band within which other ink tells how dark lines are; the percentile of its brightness that does."""

_OUTLINE, _PALE = 0.8, 0.78
"""Points across the outline that a band is left with, and of the ground's brightness, what it has: as pale as lines of
tables that have no darker ones. Where tables have these, either they are in the bands as well, or nothing but print is.
"""

_BEYOND, _ENDING, _WIDE = 1.5, 3, 60.0
"""Points beyond a band's edge at which lines show that end there, how many do at least, and how far apart they are."""


def without_bands(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """(h, w) grey with dark bands that hold light print made light, the print dark; itself where there are none.

    What is darker than such a band, as rulings in it may be, becomes dark on light like its print. Bands end at
    outlines, which part the grid's cells from those beside the band.

    Args:
        grey: (h, w) brightness, print dark on a lighter ground but for the bands.
        scale: pixels per point.
    """
    ground = _ground(grey, scale)
    if ground is None:
        return grey
    paper = cv2.resize(ground, grey.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    lit = np.asarray(cv2.divide(grey, paper, scale=255), dtype=np.uint8)
    dark = np.where(lit < 255 * _DARK, np.uint8(255), np.uint8(0))
    solid = _solid(dark, scale)
    core = cv2.erode(solid, _square(_CORE[0], scale))
    lines = np.asarray(cv2.subtract(dark, solid), dtype=np.uint8)
    beside = cv2.dilate(lit, _square(2 * _BESIDE, scale))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4, ltype=cv2.CV_32S)
    made: NDArray[np.uint8] | None = None
    for label, (x, y, width, height, area) in enumerate(stats.tolist()):
        if label == 0 or min(width, height) < _LEAST[0] * scale or max(width, height) < _LEAST[1] * scale:
            continue
        place = np.s_[y : y + height, x : x + width]
        band = np.asarray(labels[place] == label)
        if cv2.countNonZero(np.where(band, core[place], 0)) < _CORE[1] * area:
            continue
        if np.count_nonzero(dark[place][band]) < _FILLED * area:
            continue
        own = float(np.median(lit[place][band]))
        if not _holds_light_print(lit[place], band, own, scale):
            continue
        outlines = cv2.findContours(band.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]
        edge_x, edge_y = np.concatenate(outlines)[:, 0].T
        if np.median(beside[place][edge_y, edge_x]) < own + _ENDS * (255 - own):
            continue
        made = grey.copy() if made is None else made
        thick = max(1, round(_OUTLINE * scale))
        outline, rim = np.full_like(grey[place], 255), np.zeros_like(grey[place])
        cv2.drawContours(outline, outlines, -1, (round(_PALE * float(np.median(paper[place][band]))),), thick)
        cv2.drawContours(rim, outlines, -1, (1,), 2 * thick + 1)
        for edge in _met(band, lines, (x, y), scale):
            outline[cv2.dilate(edge, np.ones((thick, 1), np.uint8)) > 0] = 0
        contrast = _contrast(own, _black(lit, lines, (x, y, width, height), scale))
        print_ = np.where((rim > 0) & (lit[place] > own), 0.0, contrast[lit[place]])
        turned = np.minimum(np.rint(paper[place] * (1 - print_)), outline).astype(np.uint8)
        made[place] = np.where(band, turned, np.minimum(made[place], outline))
    return grey if made is None else made


def _ground(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8] | None:
    """How bright the ground is, coarsely; None where nothing on it is as large and as dark as a band."""
    share = min(1.0, _COARSE / scale)
    small = smaller(grey, share)
    ground = cv2.dilate(small, np.ones((round(_AROUND * scale * share) | 1,) * 2, np.uint8))
    dark = cv2.compare(small, cv2.convertScaleAbs(ground, alpha=_DARK), cv2.CMP_LT)
    if not any(cv2.countNonZero(cv2.erode(dark, np.ones(size, np.uint8))) for size in (_SHOWN, _SHOWN[::-1])):
        return None
    return np.asarray(cv2.GaussianBlur(ground, (0, 0), 4.0), dtype=np.uint8)


def _met(
    band: NDArray[np.bool_], lines: NDArray[np.uint8], corner: tuple[int, int], scale: float
) -> Iterator[NDArray[np.uint8]]:
    """The band's upper and lower edge, (h, w) of 0 and 1 each, if lines of rows above or below it end there.

    Args:
        band: (h, w), whether each pixel is the band's.
        lines: (h, w) of the page, 0 where nothing is dark, or what is dark is a band.
        corner: where on the page the band's first pixel is, x and y.
        scale: pixels per point.
    """
    height = len(band)
    beyond = round(_BEYOND * scale)
    for step in (-1, 1):
        shifted = np.zeros_like(band)
        shifted[max(0, -step) : height - max(0, step)] = band[max(0, step) : height - max(0, -step)]
        edge = band & ~shifted
        y, x = np.nonzero(edge)
        below = y + corner[1] + step * beyond
        met = (below >= 0) & (below < len(lines))
        ends = np.unique(x[met][lines[below[met], x[met] + corner[0]] > 0])
        apart = np.count_nonzero(np.diff(ends) > beyond) + 1
        if apart >= _ENDING and np.ptp(ends) >= _WIDE * scale:
            yield edge.astype(np.uint8)


def _contrast(own: float, black: float) -> NDArray[np.float64]:
    """(256,): how dark, 0..1, each brightness becomes in a band of brightness `own`.

    White becomes darkest; lines as dark as what is `black` around the band, which may have faded, stay so.
    """
    reach = 255 * _BLACK
    if own > reach:
        reach = max(own - black, 255 * _OFF) * 255 / (255 - black)
    off = np.arange(256) - own
    return np.asarray(np.minimum(np.where(off > 0, off / (255 - own), -off / reach), 1.0))


def _black(lit: NDArray[np.uint8], lines: NDArray[np.uint8], box: tuple[int, int, int, int], scale: float) -> float:
    """How bright lines and print are about a band; 0, as fresh ink, where there are none.

    Args:
        lit: (h, w) brightness of the page over its ground's.
        lines: (h, w) of the page, 0 where nothing is dark, or what is dark is a band.
        box: x, y, width and height of the band.
        scale: pixels per point.
    """
    x, y, width, height = box
    near = round(_NEAR * scale)
    around = np.s_[max(0, y - near) : y + height + near, max(0, x - near) : x + width + near]
    inked = lit[around][lines[around] > 0]
    return float(np.percentile(inked, _INK)) if len(inked) else 0.0


def _square(points: float, scale: float) -> NDArray[np.uint8]:
    return np.ones((round(points * scale) | 1,) * 2, np.uint8)


def _solid(dark: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Dark areas of a mask with the print within them closed, without lines."""
    solid = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, _square(_GAP, scale)), dtype=np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(solid), connectivity=4, ltype=cv2.CV_32S)
    small = stats[:, cv2.CC_STAT_AREA] < _GLYPH * scale**2
    small[0] = False  # what is dark
    solid[small[labels]] = 255
    return np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, _square(_LINES, scale)), dtype=np.uint8)


def _holds_light_print(lit: NDArray[np.uint8], band: NDArray[np.bool_], own: float, scale: float) -> bool:
    """Whether a band is of one darkness, `own`, but for strokes lighter than it."""
    inside = lit[band].astype(np.float32) - own
    if np.mean(np.abs(inside) < 255 * _OFF) < _EVEN:
        return False
    strokes = cv2.morphologyEx(lit, cv2.MORPH_TOPHAT, _square(_LINES, scale))[band] > 255 * _OFF
    return bool(np.mean(strokes & (inside > 255 * _OFF)) > _PRINTED)
