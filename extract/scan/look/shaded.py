"""Cells told apart by their shading alone: the white between and about them drawn as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Raster
from extract.scan.pixels.components import Mask, components, only
from extract.scan.pixels.lines import SEGMENT_SCALE, smaller

_KEPT, _FINE = 0.8, 144 / 72
"""Pixels across which what is light stays so when a page is made small for a first look; and pixels per point for the
second: the white is 0.75 points wide where pages of the web have one pixel."""

_THICK = 0.8
"""Points across the lines that are drawn."""

_ALONG = 8.0
"""Points along an edge over which all that is white is lighter than all that is shaded: as low as cells are."""

_SOFT = 1.0
"""Points along an edge over which grain is evened out before."""

_GAP, _DEEP = 1.5, 4.0
"""Points from the white within which shading begins, and across the shading that has to hold nothing as light."""

_LEAST, _MOST = 0.025, 0.25
"""Of the white, how much darker shading is, at least and at most: what is darker is no ground of print."""

_PALEST, _LIGHT = 90, 0.35
"""Percentile of the shading that is the palest, where headers are darker; and the way from there to white from
which a pixel may be all there is of the white: half of it in one row, half in the next."""

_FAINT = 0.005
"""Of what is white along x, how much darker shading on both sides is at least: white of less than a pixel, spread over
two rows, is hardly lighter than what it parts, but lighter along all of its length than anything beside it."""

_AROUND = 72.0
"""Points within which there is white as light as any."""

_GUTTERS, _STEP = 150.0, 4
"""Points of white with shading on both sides from which it parts cells; every how many pixels along it are looked at to
tell whether there may be such."""

_EVEN = 24.0
"""Points along a line over which its middle is told."""

_BROKEN, _LINE = (9.0, 6.0), 100.0
"""Points across gaps in lines that are closed, as where they cross or a watermark hides them, along rows, whose cells
are wider, and down the page, where they are higher; and of the shortest lines: print has edges, too.
"""


def with_gutters(raster: Raster) -> Raster:
    """The raster with dark lines where white parts shaded cells, and around these; itself where there are none.

    Text on white paper has white beside it everywhere, so that hardly anything on a page without such cells is
    taken for one.
    """
    pixels = raster.pixels
    if raster.scale < 1 or min(pixels.shape[:2]) < 2 * (_GAP + _DEEP) * raster.scale:
        return raster  # too coarse for the white between cells, or no room for one
    # Green is nearest to how bright a pixel is.
    grey = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 1])
    if not _shows_gutters(grey, raster.scale):
        return raster
    share = min(1.0, _FINE / raster.scale)
    small, scale = smaller(grey, share), raster.scale * share
    across, down = _beside(small, scale), _beside(np.ascontiguousarray(small.T), scale)
    white = np.maximum(_white(across, scale), _white(down, scale).T)
    least = white * np.float32(_least(across, white, scale) or _least(down, white.T, scale))
    if not least.any():
        return raster
    level, steep = _middles(across, least, scale, _BROKEN[0]), _middles(down, least.T, scale, _BROKEN[1])
    drawn = _long(level | np.ascontiguousarray(steep.T), scale)
    thick = cv2.dilate(drawn * np.uint8(255), np.ones((max(1, round(_THICK * scale)),) * 2, np.uint8))
    bare = cv2.bitwise_not(cv2.resize(thick, grey.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    return replace(raster, pixels=np.minimum(pixels, bare if pixels.ndim == 2 else bare[:, :, None]))


def _shows_gutters(grey: NDArray[np.uint8], scale: float) -> bool:
    """Whether (h, w) grey of `scale` pixels per point may have white that parts shaded cells, from a few places."""
    window = max(1, int(_KEPT * scale / SEGMENT_SCALE))
    lighter = np.asarray(cv2.dilate(grey, np.ones((window, window), np.uint8)), dtype=np.uint8)
    share = min(1.0, SEGMENT_SCALE / scale)
    small = smaller(lighter, share)
    return any(
        np.count_nonzero(_both(_beside(way, scale * share, _STEP).shaded(_LEAST), scale * share)) * _STEP
        >= _GUTTERS * scale * share
        for way in (small, np.ascontiguousarray(small.T))
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """(h, w) brightness each: the darkest along x about each pixel, and the lightest in strips above and below it.

    `lined` is the darkest of the rows from one strip to the other, each as light as its lightest: dark where a line is.
    """

    darkest: NDArray[np.float32]
    strips: tuple[NDArray[np.float32], NDArray[np.float32]]
    lined: NDArray[np.uint8]

    def shaded(self, least: float) -> list[NDArray[np.bool_]]:
        """(h, w) for each strip, whether it is darker than the pixel by `least` of it, but no darker than a ground."""
        low, high = self.darkest * (1 - _MOST), self.darkest * (1 - least)
        bare = self.lined > low  # a scanner makes paper lighter beside dark lines
        return [bare & (strip > low) & (strip < high) for strip in self.strips]


def _beside(grey: NDArray[np.uint8], scale: float, step: int = 1) -> _Beside:
    """What is beside every pixel of (h, w) grey of `scale` pixels per point, or of each row's every few by a `step`."""
    length, deep, gap = round(_ALONG * scale) | 1, round(_DEEP * scale), round(_GAP * scale)
    grey = np.asarray(cv2.blur(grey, (round(_SOFT * scale) | 1, 1)), dtype=np.uint8)
    darkest, rows = (np.ascontiguousarray(change(grey, np.ones((1, length), np.uint8))[:, ::step]) for change in
                     (cv2.erode, cv2.dilate))  # fmt: skip
    lightest = cv2.dilate(rows, np.ones((deep, 1), np.uint8), anchor=(0, 0)).astype(np.float32)
    above, below = np.full_like(lightest, 255), np.full_like(lightest, 255)
    below[:-gap] = lightest[gap:]
    above[gap + deep - 1 :] = lightest[: -(gap + deep - 1)]
    lined = cv2.erode(rows, np.ones((2 * (gap + deep) - 1, 1), np.uint8))
    return _Beside(darkest.astype(np.float32), (above, below), np.asarray(lined, dtype=np.uint8))


def _least(beside: _Beside, white: NDArray[np.float32], scale: float) -> float:
    """How bright, of white, what parts shaded cells along x is at least; 0 where nothing does."""
    shaded = beside.shaded(_LEAST)
    both = _both(shaded, scale)
    if np.count_nonzero(both) < _GUTTERS * scale:
        return 0.0
    light, dark = (
        np.concatenate([level[own & both] / white[own & both] for own, level in zip(shaded, levels, strict=True)])
        for levels in ((beside.darkest,) * 2, beside.strips)
    )
    palest = float(np.percentile(dark, _PALEST))
    return palest + _LIGHT * (float(np.median(light)) - palest)


def _both(shaded: Sequence[NDArray[np.bool_]], scale: float) -> NDArray[np.bool_]:
    """(h, w): whether, but for the width of the white, both strips are shaded."""
    reach = np.ones((2 * round(_GAP * scale) + 1, 1), np.uint8)
    return np.asarray(cv2.bitwise_and(*(cv2.dilate(strip.astype(np.uint8), reach) for strip in shaded)) > 0)


def _white(beside: _Beside, scale: float) -> NDArray[np.float32]:
    """(h, w): how bright white is about each pixel."""
    window = np.ones((round(_AROUND * scale) | 1,) * 2, np.uint8)
    return np.asarray(cv2.dilate(beside.darkest, window), dtype=np.float32)


def _middles(beside: _Beside, least: NDArray[np.float32], scale: float, broken: float) -> NDArray[np.uint8]:
    """(h, w) of 0 and 1: the middle of what is white along x with shading above or below it, or on both sides.

    What has shading on one side has white on the other: print in a cell has shading there. What has it right beside it
    on both sides need not be as light.

    Args:
        beside: the page.
        least: (h, w) how bright white is at least.
        scale: pixels per point.
        broken: points across gaps that are closed.
    """
    shaded = [strip & (side < least) for strip, side in zip(beside.shaded(_FAINT), beside.strips, strict=True)]
    ends = [own & (other > least) for own, other in zip(shaded, reversed(beside.strips), strict=True)]
    found = ((beside.darkest > least) & (_both(shaded, scale) | ends[0] | ends[1])) | (shaded[0] & shaded[1])
    drawn = cv2.dilate(found.astype(np.uint8), np.ones((1, round(_ALONG * scale) | 1), np.uint8))
    # Of white that is wider here and narrower there, the line is what is its middle over some way.
    reach = 2 * round(_GAP * scale) + 1
    near = cv2.dilate(drawn, np.ones((reach, 1), np.uint8))
    near = cv2.morphologyEx(near, cv2.MORPH_CLOSE, np.ones((1, round(broken * scale) | 1), np.uint8))
    alike = np.linspace(0, 1e-3, len(drawn), dtype=np.float32)[:, None]  # of rows that are the last is taken
    middle = cv2.blur(drawn.astype(np.float32), (round(_EVEN * scale) | 1, 3)) + alike
    return np.asarray((near > 0) & (middle >= cv2.dilate(middle, np.ones((reach, 1), np.uint8))), dtype=np.uint8)


def _long(mask: Mask, scale: float) -> Mask:
    """The parts of a mask that are long enough to be lines, with those that meet them at corners."""
    joined = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    labels, stats = components(joined)
    longest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return np.asarray(cv2.bitwise_and(mask, only(joined, labels, longest >= _LINE * scale)), dtype=np.uint8)
