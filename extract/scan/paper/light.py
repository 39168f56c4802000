"""Dark ink on an even, light ground: no stamps, dark bands or shadows; ghosts and specks taken off."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Raster
from extract.scan.paper.inverse import without_bands
from extract.scan.pixels.lines import smaller
from extract.scan.pixels.runs import Runs

_GROUND = 250
"""Grey that the ground comes to."""

_COARSE = 50 / 72
"""Pixels per point at which ground and stamps are looked for."""

_REACH = 11.0
"""Points across the largest strokes; larger dark areas count as ground."""

_BLOCK, _OUTLINE = 9.5, 0.6
"""Points that a black block of a scan of two levels measures at least, both ways; and across its outline."""

_DARKEST = 0.3
"""Share of the page's brightest ground below which nothing is taken for ground in shadow."""

_STAMP = 55.0
"""Points that a stamp measures at least, both ways; coloured print is smaller."""

_RED = 18
"""How much more red than green or blue red ink is, of 255, spread over a coarse pixel."""

_LIFT = 1.4
"""How much lighter red ink is made in the red channel, at most."""

_DOT, _DOT_GAP, _DOTS = 4, 2.6, 24.0
"""Dark pixels about one of a line's dots at most, itself included; points between dots; and those that a row of them
runs on at least.
"""

_INKED = 0.15
"""How dark ink is at least, 0..1."""

_GHOST = 0.22
"""Share of the ink's darkness below which ink shows through from the other side."""


def even(raster: Raster) -> NDArray[np.uint8]:
    """(h, w) grey of a raster's size: dark ink on a ground of about 250, or 255 where the scan has two levels only."""
    grey = without_bands(_grey(raster), raster.scale)
    sample = grey[::7, ::5]
    if np.mean((sample == 0) | (sample == 255)) > 0.99:
        return _without_specks(_lit_blocks(grey, raster.scale), raster.scale)
    ground = _ground(grey, raster.scale)
    lit = np.asarray(cv2.divide(grey, ground, scale=_GROUND), dtype=np.uint8)
    return _without_specks(np.asarray(cv2.LUT(lit, _curve(lit)), dtype=np.uint8), raster.scale)


def _lit_blocks(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """A scan of two levels with its black blocks, which shaded cells became, white within an outline: a ruling."""
    window = np.ones((round(_BLOCK * scale) | 1,) * 2, np.uint8)
    blocks = cv2.morphologyEx((grey < 128).astype(np.uint8), cv2.MORPH_OPEN, window, borderValue=0)
    if not blocks.any():
        return grey
    blocks = cv2.morphologyEx(blocks, cv2.MORPH_CLOSE, window, borderValue=0)
    within = cv2.erode(blocks, np.ones((2 * max(1, round(_OUTLINE * scale)) + 1,) * 2, np.uint8), borderValue=0)
    return np.asarray(np.maximum(grey, within * np.uint8(255)))


def _grey(raster: Raster) -> NDArray[np.uint8]:
    pixels = raster.pixels
    if pixels.ndim == 2:
        return pixels
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    _lift_stamps(grey, pixels, raster.scale)
    return grey


def _lift_stamps(grey: NDArray[np.uint8], pixels: NDArray[np.uint8], scale: float) -> None:
    """Make red stamps, in place, as light as the ground. Red print, which is smaller, is left: it may be a number."""
    share = min(1.0, _COARSE / scale)
    small = smaller(pixels, share)
    red = small[:, :, 0].astype(np.int16) - np.maximum(small[:, :, 1], small[:, :, 2])
    # A page that is reddish as a whole, under a lamp, has no red ink yet.
    inked = (red - np.int16(np.median(red)) > _RED).astype(np.uint8)
    if not inked.any():
        return
    joined = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
    least = _STAMP * scale * share
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1)
    for label in (np.flatnonzero(sizes[1:] >= least) + 1).tolist():
        hull = np.zeros_like(joined)
        cv2.fillConvexPoly(hull, cv2.convexHull(cv2.findNonZero((labels == label).astype(np.uint8))), 1)
        hull = cv2.dilate(hull, np.ones((3, 3), np.uint8))
        # Red ink is nearly as light as the ground in the red channel, and black ink beneath it stays.
        ground, ink = small[(hull > 0) & (inked == 0), 0], small[(hull > 0) & (inked > 0), 0]
        if not len(ground) or not len(ink):
            continue
        lift = np.clip(np.median(ground) / max(1.0, float(np.percentile(ink, 30))), 1.0, _LIFT)
        within = cv2.resize(hull, pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
        grey[within] = np.minimum(pixels[:, :, 0][within] * lift, np.median(ground)).astype(np.uint8)


def _ground(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """(h, w): how bright the ground is, without the ink on it."""
    share = min(1.0, _COARSE / scale)
    small = smaller(grey, share)
    window = np.ones((round(_REACH * scale * share) | 1,) * 2, np.uint8)
    ground = cv2.morphologyEx(small, cv2.MORPH_CLOSE, window)
    ground = cv2.GaussianBlur(ground, (0, 0), 2.0)
    ground = np.maximum(ground, np.uint8(_DARKEST * np.percentile(ground, 95)))
    return np.asarray(cv2.resize(ground, grey.shape[1::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _curve(lit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(256,): greys that make the ink of a faded page dark and what shows through from the other side light."""
    levels = np.arange(256) / _GROUND
    darkness = np.clip(1.0 - levels, 0.0, 1.0)
    # How many pixels are so dark or darker, for each level.
    printed = np.cumsum(cv2.calcHist([np.ascontiguousarray(lit[::3, ::3])], [0], None, [256], [0, 256]))
    inked = printed[darkness > _INKED][-1]
    ink = float(darkness[np.searchsorted(printed, 0.2 * inked)]) if inked > 0.0005 * printed[-1] else 0.8
    ghost = _GHOST * ink
    darkness = np.where(darkness < ghost, darkness**2 / ghost, darkness)
    darkness *= float(np.clip(0.8 / ink, 1.0, 2.0))
    return np.clip(np.rint((1.0 - darkness) * _GROUND), 0, 255).astype(np.uint8)


def _without_specks(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Without single dark pixels that touch no other, but for a line's dots; at low resolution one may be a point."""
    if scale < 2.0:
        return grey
    dark = (grey < 160).astype(np.uint8)
    around = cv2.boxFilter(dark, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    specks = (dark == 1) & (around == 1)
    if np.count_nonzero(specks) < 100:
        return grey
    small = np.where(around <= _DOT, dark, np.uint8(0))
    cleaned = grey.copy()
    cleaned[specks & (_rows_of_dots(small, scale) == 0) & (_rows_of_dots(small.T, scale).T == 0)] = 255
    return cleaned


def _rows_of_dots(small: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Where what is small stands in rows, as the dots of a line do."""
    return Runs.of(small).closed(round(_DOT_GAP * scale) | 1).opened(round(_DOTS * scale)).mask()
