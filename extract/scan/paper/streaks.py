"""Streaks of a scanner, taken off the picture: dust on its glass draws a line down the whole page, or across it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Raster, Sheet

_WIDEST = 1.2
"""Points across the widest streak."""

_DARKER = 12
"""Levels of grey, of 255, that a streak is darker than the paper on both sides of it."""

_WHOLE, _ENDS, _END = 0.6, 0.75, 0.06
"""Share of the page on which a streak must be seen, print beside it hides it elsewhere; and at either end, where no
ruling runs, with the share of the page that an end is.
"""

_MOST = 8
"""Streaks of one direction in a page at most: more are the lines of a table that the picture's edges cut."""

_MARGIN, _PRINTED = 0.025, 0.002
"""Share of the page at either end that is its margin, and share of print in it from which it is none."""

_ROW, _COLUMN, _LEAST = 11.0, 30.0, 2
"""Points before a line of a table for which others that end at it run straight at least: down a row, and along one; and
how many of them there are at least, as strokes of large print may stand there.
"""

_NEAR, _ACROSS = 3.0, 0.5
"""Points beyond it, and the share of them that is dark where a line does not end at it."""

_BLUR = 0.5
"""Points along a streak that are darkened by it."""

_ROWS = 400
"""Rows of pixels that are looked at, evenly spread."""

_INK = 40
"""Levels by which print under a streak is darker than the streak."""

_MET, _THROUGH = 5, 0.8
"""Rows at least in which print meets a streak on both sides, and the share of them in which it shows in the streak too,
from which the streak hides none.
"""


@dataclass(frozen=True, slots=True)
class Streak:
    """A line over the whole page, in points: from `start` to `end` in x where it runs `down`, else in y."""

    start: float
    end: float
    down: bool


def without_streaks(raster: Raster) -> tuple[Raster, list[Streak]]:
    """The raster with what is seen on both sides of each streak drawn through it, and the streaks that hide print.

    What is darker than a streak is left: print shows through a pale one. The raster is itself where there are none.
    """
    pixels, streaks = raster.pixels, list[Streak]()
    for down in (True, False):
        for start, end in _found(np.swapaxes(pixels, 0, 1 - down), raster.scale, down=down):
            pixels = pixels.copy() if pixels is raster.pixels else pixels
            if _bridge(np.swapaxes(pixels, 0, 1 - down), start, end):
                streaks.append(Streak(start / raster.scale, end / raster.scale, down))
    return (raster if pixels is raster.pixels else Raster(pixels, raster.scale)), streaks


def marked(sheet: Sheet, streaks: Sequence[Streak]) -> Sheet:
    """The sheet of a raster, with `streaked` where streaks were taken off it."""
    if not streaks:
        return sheet
    mask = np.zeros_like(sheet.grey)
    for streak in streaks:
        mesh = sheet.mesh if streak.down else sheet.mesh.transpose(1, 0, 2)[..., ::-1]
        middle = (streak.start + streak.end) / 2
        # Along each row of the mesh, or each column, the place where the page's point is the streak's.
        along = np.arange(len(mesh))
        at = [float(np.interp(middle, row[:, 0], np.arange(len(row)))) for row in mesh]
        places = np.stack((at, along) if streak.down else (along, at), axis=1) * sheet.step
        thick = max(1, round((streak.end - streak.start) * sheet.scale))
        cv2.polylines(mask, [np.rint(places).astype(np.int32)], isClosed=False, color=(255,), thickness=thick)
    return replace(sheet, streaked=mask)


def _found(pixels: NDArray[np.uint8], scale: float, *, down: bool) -> list[tuple[int, int]]:
    """The first column of each streak down a picture and the one behind its last, in pixels.

    A picture of streaks across is turned for it. There are none where these may be the lines of a table that the
    picture's edges cut: there is print up to these edges, or other lines end at one of them.
    """
    reach = int(np.ceil(_WIDEST * scale)) + 1
    rows = np.ascontiguousarray(pixels[:: max(1, len(pixels) // _ROWS)])
    if min(rows.shape[:2]) <= 4 * reach:
        return []
    grey = _grey(rows)
    lighter = cv2.subtract(cv2.min(grey[:, : -2 * reach], grey[:, 2 * reach :]), grey[:, reach:-reach])
    darker = lighter > _DARKER
    end, margin = (max(1, round(share * len(darker))) for share in (_END, _MARGIN))
    seen = darker.mean(axis=0) >= _WHOLE
    for part in (darker[:end], darker[-end:]):
        seen &= part.mean(axis=0) >= _ENDS
    columns = np.flatnonzero(seen) + reach
    if not len(columns):
        return []
    bare = ~np.convolve(seen, np.ones(2 * reach + 1), "same").astype(bool)
    margins = lighter[:margin, bare], lighter[-margin:, bare]
    if not bare.any() or any((part > _INK).mean() > _PRINTED for part in margins):
        return []
    edges = [0, *(np.flatnonzero(np.diff(columns) > 1) + 1).tolist(), len(columns)]
    found = [(int(columns[first]), int(columns[behind - 1]) + 1) for first, behind in pairwise(edges)]
    length = round((_COLUMN if down else _ROW) * scale)
    if len(found) > _MOST or any(_is_end(pixels, *streak, scale, length) for streak in found):
        return []
    return found


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The darkest of a picture's channels."""
    return pixels if pixels.ndim == 2 else np.asarray(reduce(cv2.min, cv2.split(pixels)), dtype=np.uint8)


def _is_end(pixels: NDArray[np.uint8], start: int, end: int, scale: float, length: int) -> bool:
    """Whether lines across a picture end at some columns of it."""
    blur, near = round(_BLUR * scale) + 1, round(_NEAR * scale)
    before, behind = pixels[:, max(0, start - blur - length) : max(0, start - blur)], pixels[:, end + blur :]
    sides = [_grey(np.ascontiguousarray(side[:, :length])) for side in (before[:, ::-1], behind)]
    if min(side.shape[1] for side in sides) < length:
        return False
    left, right = (side < int(np.median(side)) - _INK for side in sides)
    ends = np.zeros(len(pixels), np.uint8)
    for one, other in ((left, right), (right, left)):
        beyond = cv2.dilate(other[:, :near].astype(np.uint8), np.ones((3, 1), np.uint8)).mean(axis=1)
        ends |= one.all(axis=1) & (beyond < _ACROSS)
    return bool(np.count_nonzero(np.diff(ends, prepend=0) == 1) >= _LEAST)


def _bridge(pixels: NDArray[np.uint8], start: int, end: int) -> bool:
    """Draw, in place, what stands left and right of some columns through them and the blur along them.

    Whether the streak hides print: where print meets it on both sides, it does not show in between.
    """
    first, behind = max(1, start - 1), min(pixels.shape[1] - 1, end + 1)
    streak = pixels[:, first:behind]
    level = np.median(pixels[:, start:end], axis=(0, 1))
    share = ((np.arange(first, behind) - first + 1) / (behind - first + 1)).reshape(1, -1, *(1,) * (pixels.ndim - 2))
    left, right = (pixels[:, [at]].astype(np.float32) for at in (first - 1, behind))
    inked = streak < level - _INK
    met = (np.maximum(left, right) < level - _INK).reshape(len(pixels), -1).all(axis=1)
    shown = inked[:, (start + end) // 2 - first].reshape(len(pixels), -1).all(axis=1)[met]
    streak[:] = np.where(inked, streak, np.rint(left * (1 - share) + right * share)).astype(np.uint8)
    return bool(len(shown) < _MET or shown.mean() < _THROUGH)
