"""What lies about a photographed sheet, taken off the picture: its grain would be taken for rulings and for print."""

from __future__ import annotations

from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Raster
from extract.scan.pixels.lines import shrunk

_COARSE = 24 / 72
"""Pixels per point at which the sheet is looked for."""

_PRINT = 16.0
"""Points across the largest characters and pictures' strokes: smaller dark areas are print on the sheet."""

_DARKER = 0.85
"""Of the sheet's brightness, at most, what lies beside it has: its own light falls off more slowly."""

_EDGE = 0.05
"""Change of brightness from one coarse pixel to the next, as a share, from which the sheet may end there."""

_LEAST, _MOST = 0.3, 0.97
"""Share of the picture that a sheet on a desk takes up."""

_FULL = 0.9
"""Share of the smallest convex shape about it that a sheet fills."""

_BORDER = 0.5
"""Share of the picture's border that is darker than a sheet, so that there may be a desk."""

_SHOWN, _AROUND = 0.8, 0.4
"""Share of the sheet's outline within the picture beyond which it is darker; and of the outline that lies within."""

_BESIDE = 5
"""Coarse pixels from the outline at which both sides are compared."""


def without_desk(raster: Raster) -> Raster:
    """The raster with what lies about the sheet made as light as the sheet is beside it; itself where nothing does."""
    share = _COARSE / raster.scale
    if share >= 1.0:
        return raster
    step = max(1, int(0.4 / share))
    small = cv2.resize(raster.pixels[::step, ::step], shrunk(raster.pixels, share), interpolation=cv2.INTER_AREA)
    window = np.ones((round(_PRINT * _COARSE) | 1,) * 2, np.uint8)
    ground = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, window), dtype=np.uint8)
    # A desk is of some colour, a sheet is white.
    # NumPy's minimum along an axis this short takes many times as long.
    grey = ground if ground.ndim == 2 else np.asarray(reduce(cv2.min, cv2.split(ground)), dtype=np.uint8)
    if min(grey.shape) < 4 * _BESIDE or not _may_lie_on_a_desk(grey):
        return raster
    sheet = _sheet(grey)
    if sheet is None:
        return raster
    height, width = raster.pixels.shape[:2]
    outside = cv2.resize(1 - sheet, (width, height), interpolation=cv2.INTER_LINEAR)
    beyond = cv2.resize(_drawn_out(ground, sheet), (width, height), interpolation=cv2.INTER_LINEAR)
    return Raster(np.asarray(cv2.copyTo(beyond, outside, raster.pixels.copy()), dtype=np.uint8), raster.scale)


def _may_lie_on_a_desk(grey: NDArray[np.uint8]) -> bool:
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    return bool(np.mean(border < _DARKER * np.percentile(grey, 75)) > _BORDER)


def _sheet(grey: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """(h, w): 1 on the sheet, 0 beside it; None where no sheet is seen to end within the picture."""
    bright = np.log(np.maximum(cv2.GaussianBlur(grey, (0, 0), 0.7), 8).astype(np.float32))
    slope = np.hypot(cv2.Sobel(bright, cv2.CV_32F, 1, 0), cv2.Sobel(bright, cv2.CV_32F, 0, 1)) / 8
    even = (slope < _EDGE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()) if len(stats) > 1 else 0
    if not largest:
        return None
    found = cv2.findContours((labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    outline = max(found, key=cv2.contourArea)
    hull = np.zeros_like(grey)
    cv2.fillConvexPoly(hull, cv2.convexHull(outline), 1)
    area = float(np.count_nonzero(hull))
    if not _LEAST <= area / hull.size <= _MOST or cv2.contourArea(outline) < _FULL * area:
        return None
    return hull if _ends(grey, hull) else None


def _ends(grey: NDArray[np.uint8], sheet: NDArray[np.uint8]) -> bool:
    """Whether it is darker beyond the sheet's outline, nearly everywhere."""
    width = 2 * _BESIDE + 1
    ring = np.ones((width, width), np.uint8)
    beyond = np.asarray(cv2.erode(np.where(sheet > 0, np.uint8(255), grey), ring))  # the darkest beside each place
    inner = cv2.subtract(cv2.erode(sheet, np.ones((3, 3), np.uint8)), cv2.erode(sheet, np.ones((5, 5), np.uint8))) > 0
    edge = np.zeros(sheet.shape, dtype=bool)
    edge[2:-2, 2:-2] = True
    within = inner & edge
    if np.count_nonzero(within) < _AROUND * np.count_nonzero(inner):
        return False
    return bool(np.mean(beyond[within] < _DARKER * grey[within]) > _SHOWN)


def _drawn_out(ground: NDArray[np.uint8], sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The sheet's ground, and beyond it that of its nearest place."""
    inside = cv2.erode(sheet, np.ones((5, 5), np.uint8))
    _, nearest = cv2.distanceTransformWithLabels(1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    y, x = np.nonzero(inside)
    of = np.zeros((int(nearest.max()) + 1, 2), np.int64)
    of[nearest[y, x]] = np.stack((y, x), axis=1)
    return np.asarray(ground[of[nearest, 0], of[nearest, 1]])
