"""Streaks of a scanner, taken off the picture: dust on its glass draws a line down the whole page, or across it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

_ROWS = 400
"""Rows of pixels that are looked at, evenly spread."""

_INK = 40
"""Levels by which print under a streak is darker than the streak."""

_MET, _THROUGH = 5, 0.8
"""Rows at least in which print meets a streak on both sides, and the share of them in which it shows in the streak, too,
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
        for start, end in _found(np.swapaxes(pixels, 0, 1 - down), raster.scale):
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


def _found(pixels: NDArray[np.uint8], scale: float) -> Iterator[tuple[int, int]]:
    """The first column of each streak down a picture and the one behind its last, in pixels."""
    reach = int(np.ceil(_WIDEST * scale)) + 1
    rows = np.ascontiguousarray(pixels[:: max(1, len(pixels) // _ROWS)])
    if min(rows.shape[:2]) <= 4 * reach:
        return
    grey = rows if rows.ndim == 2 else np.asarray(reduce(cv2.min, cv2.split(rows)), dtype=np.uint8)
    paper = cv2.min(grey[:, : -2 * reach], grey[:, 2 * reach :])
    darker = cv2.subtract(paper, grey[:, reach:-reach]) > _DARKER
    end = max(1, round(_END * len(darker)))
    seen = darker.mean(axis=0) >= _WHOLE
    for part in (darker[:end], darker[-end:]):
        seen &= part.mean(axis=0) >= _ENDS
    columns = np.flatnonzero(seen) + reach
    edges = [0, *(np.flatnonzero(np.diff(columns) > 1) + 1).tolist(), len(columns)]
    for first, behind in pairwise(edges):
        if first < behind:
            yield int(columns[first]), int(columns[behind - 1]) + 1


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
