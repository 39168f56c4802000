"""A page made flat: its rulings, its lines of print, and how these stand to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.model import Raster, Recognised, Ruling, Sheet
from extract.scan.paper.flatten import flatten
from extract.scan.paper.stamps import without_stamps
from extract.scan.paper.streaks import marked, without_streaks
from extract.scan.rulings.find import rulings
from extract.scan.text.squeezed import LONG
from extract.scan.text.textlines import text_lines, with_ink

ABOVE = 60.0
"""Points above a ruled area where its heading stands."""

_BESIDE, _ROWS = 4, 3
"""Short lines beside each of a row that no ruling frames, and rows of them, at least."""

_ROW = 6
"""The same of a single row in which a table may go on."""

_NEXT = 15.0
"""Points below the last ruling within which a row stands that is the table's."""


class Flat:
    """A raster turned by quarters, flattened, with its rulings and lines of print, and those read so far."""

    def __init__(self, raster: Raster, turns: int, *, level: bool) -> None:
        self.raster = Raster(np.ascontiguousarray(np.rot90(raster.pixels, -turns)), raster.scale)
        clear, streaks = without_streaks(self.raster)
        flat = marked(without_stamps(flatten(clear, level=level), self.raster.scale), streaks)
        self.rulings: tuple[Ruling, ...] = rulings(flat)
        self.sheet: Sheet = with_ink(flat, self.rulings)
        self.boxes: NDArray[np.int64] = text_lines(self.sheet, self.rulings)
        self.read: dict[int, Recognised] = {}


def enclosed(flat: Flat) -> NDArray[np.bool_]:
    """For each line, whether rulings run above, below, left and right of it.

    What lies about a photographed sheet has edges that may be taken for rulings, but hardly on all sides of a line.
    """
    x, y = (flat.boxes[:, :2] + flat.boxes[:, 2:]).T[:, :, None] / 2 / flat.sheet.scale
    edges = np.array([(r.x0, r.top, r.x1, r.bottom) for r in flat.rulings]).reshape(-1, 4)
    level = np.array([r.horizontal for r in flat.rulings], dtype=bool)
    left, top, right, _ = edges[level].T
    across = (left <= x) & (x <= right)
    at, start, _, end = edges[~level].T
    beside = (start <= y) & (y <= end)
    sides = (across & (top < y), across & (top > y), beside & (at < x), beside & (at > x))
    return np.asarray(np.all([side.any(axis=1) for side in sides], axis=0))


def framed(flat: Flat, above: float) -> NDArray[np.bool_]:
    """For each line, whether it lies within the extent of the rulings, or at most `above` points over it."""
    if not flat.rulings or not len(flat.boxes):
        return np.zeros(len(flat.boxes), dtype=bool)
    edges = np.array([(r.x0, r.top, r.x1, r.bottom) for r in flat.rulings])
    middle = (flat.boxes[:, :2] + flat.boxes[:, 2:]) / 2 / flat.sheet.scale
    low, high = edges[:, :2].min(axis=0) - (0, above), edges[:, 2:].max(axis=0)
    return np.asarray(((middle >= low) & (middle <= high)).all(axis=1))


def has_open_rows(flat: Flat) -> bool:
    """Whether rows of short lines stand beyond all rulings, as below a header that alone is framed.

    Right below the last ruling one row will do.
    """
    beyond = flat.boxes[~framed(flat, ABOVE)]
    y0, beside = _neighbours(beyond)
    if np.count_nonzero(beside >= _BESIDE) >= _ROWS * _BESIDE:
        return True
    end = max((ruling.bottom for ruling in flat.rulings), default=np.inf)
    below = y0[beside > 0] / flat.sheet.scale - end
    return bool(np.any((below >= 0) & (below < _NEXT)))


def goes_on_in(flat: Flat) -> bool:
    """Whether a table of the page before may go on on the page: it has rulings, or a row of short lines."""
    return bool(flat.rulings) or bool(np.any(_neighbours(flat.boxes)[1] >= _ROW))


def _neighbours(boxes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The tops of short lines, and how many others stand beside each."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    x0, y0, x1, y1 = boxes[width <= LONG * height].T
    tall = (y1 - y0)[:, None]
    level = np.abs((y0 + y1)[:, None] - (y0 + y1)) < tall
    return y0, np.count_nonzero(level & ((x0 - x1[:, None] > tall) | (x0[:, None] - x1 > tall)), axis=1)
