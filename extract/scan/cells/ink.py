"""What is drawn in the cells of a sheet: ink of their own, strokes that cross them, traces too faint to be sure of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.geometry import overlap
from extract.model import BBox
from extract.scan.cells.fading import TRACE, Fading
from extract.scan.pixels.components import components
from extract.scan.text.remnants import REMNANT

_INSET = 1.3
"""Points along a cell's edges that belong to its rulings."""

_REMNANT = 5.0
"""Square points of ink reaching in over a cell's edge that are the edge of its ruling, no stroke."""

_CHARACTER = 13.0
"""Points of height that a character in a table has at most; what is higher and reaches to a cell's edge is a stroke."""

_MEETS = 2.2
"""Points on either side of a cell's edge within which ink meets the ruling there."""

_ALONG = 0.5
"""Share of a stroke's height along which a ruling runs beside it that may be the other half of a digit."""

_WIDE, _AS_HIGH = (0.4, 0.85), 0.8
"""Of its height: width of a digit on either side of a ruling at least, from which the two are no halves of one, and at
most; and of the higher one's, height of the other: digits of a row are alike.
"""

_EDGE = 2
"""Pixels around a box that its own ink may darken."""

_INSIDE = 0.3
"""Share of a character that stands on a cell's edge from which it may be the cell's."""

_AROUND = 20.0
"""Points around the cells asked for within which their ink is told apart: more than a character."""

PixelBox = tuple[int, int, int, int]
"""x0, top, x1, bottom in a sheet's pixels, the far edges outside."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What is drawn in a cell.

    `interior` is the cell without its rulings; `box` holds its ink, None without any; `own` are the boxes of the pieces
    of ink that lie in it wholly, `crossing` those of what runs in over the cell's edge, as far as it reaches, and
    `beside` those that stand where remnants of the rulings at its sides would, or along one within it; `faint` says
    that there is a trace of some where it holds none, beside all that it holds and level with it, or at its end.
    """

    interior: PixelBox
    box: PixelBox | None
    own: tuple[PixelBox, ...] = ()
    crossing: tuple[PixelBox, ...] = ()
    beside: tuple[PixelBox, ...] = ()
    faint: bool = False

    @property
    def crosses(self) -> bool:
        """Whether a stroke runs in over the cell's edge."""
        return bool(self.crossing)


class CellInk:
    """The ink of a sheet, asked cell by cell.

    Args:
        scale: Pixels per point of the sheet.
        darkness: The sheet's.
        ink: The sheet's.
        ruled: The sheet's.
        cells: Those that are asked for, all without them.
    """

    def __init__(
        self,
        scale: float,
        darkness: NDArray[np.uint8],
        ink: NDArray[np.uint8],
        ruled: NDArray[np.uint8] | None = None,
        cells: Sequence[BBox] = (),
    ) -> None:
        self.scale = scale
        self._darkness = darkness
        left, top, right, bottom = _extent(cells, scale) if cells else (0, 0, ink.shape[1], ink.shape[0])
        part = slice(top, bottom), slice(left, right)
        labels, self._stats = components(np.ascontiguousarray(ink[part]))
        self._stats[:, :2] += np.array((left, top), np.int32)
        # In the places of the sheet; what is never written to takes no memory.
        self._labels = np.zeros(ink.shape, labels.dtype)
        self._labels[part] = labels
        self._beside = np.zeros(ink.shape, np.uint8)
        if ruled is not None:
            self._beside[part] = cv2.dilate(ruled[part], np.ones((5, 5), np.uint8))
        # Counting all pixels, those without ink as of no darkness, takes half the time of counting those of the mask.
        levels = cv2.calcHist([cv2.copyTo(darkness, ink)], [0], None, [256], [0, 256])
        levels[0] -= ink.size - cv2.countNonZero(ink)
        printed = np.cumsum(levels)
        # The median: of an even number the mean of the two in the middle.
        middle = np.searchsorted(printed, ((printed[-1] + 1) // 2, printed[-1] // 2 + 1))
        self._print = float(middle.mean()) if printed[-1] else 255.0
        self._fading = Fading(scale, darkness, ink, self._beside, part=part, usual=self._print)

    def of(self, cell: BBox) -> Ink:
        """The ink of a cell, given in the sheet's points; specks, and what reaches in from its edges, aside."""
        x0, y0 = (round((edge + _INSET) * self.scale) for edge in (cell.x0, cell.top))
        x1, y1 = (round((edge - _INSET) * self.scale) for edge in (cell.x1, cell.bottom))
        interior = (max(x0, 0), max(y0, 0), max(x1, 0), max(y1, 0))
        inside = self._labels[interior[1] : interior[3], interior[0] : interior[2]]
        if not inside.size:
            return Ink(interior, None)
        own: list[PixelBox] = []
        foreign: list[PixelBox] = []
        crossing: list[PixelBox] = []
        for label in np.unique(inside[inside > 0]).tolist():
            left, top, width, height, _ = self._stats[label].tolist()
            box = (left, top, left + width, top + height)
            whole = left >= x0 - 1 and top >= y0 - 1 and box[2] <= x1 + 1 and box[3] <= y1 + 1
            if not whole and np.count_nonzero(inside == label) <= _REMNANT * self.scale:
                if self._within(box, cell) > _INSIDE:  # it stands on the ruling, which hides most of it
                    crossing.append(box)
                continue
            if self._crosses(label, box, cell):
                foreign.append((max(left, x0), max(top, y0), min(box[2], x1), min(box[3], y1)))
                crossing.append(box)
            else:
                own.append(box)
        if not own and not foreign:
            return Ink(interior, None, faint=self._fading.shows(interior))
        edges = np.array(own or foreign)
        low, high = edges[:, :2].min(axis=0).tolist(), edges[:, 2:].max(axis=0).tolist()
        box = (low[0], low[1], high[0], high[1])
        beside = (*self._at_sides(cell), *self._along(own, cell))
        faint = self._fading.beside(interior, box)
        return Ink(interior, box, tuple(own), tuple(crossing), beside, faint)

    def _along(self, own: Sequence[PixelBox], cell: BBox) -> list[PixelBox]:
        """Those of a cell's pieces of ink beside which something was taken off as a ruling, far from the cell's sides.

        It may have been the rest of a digit: the sides of a nought are two strokes.
        """
        start, end = round((cell.x0 + REMNANT) * self.scale), round((cell.x1 - REMNANT) * self.scale)
        bands = [self._beside[top:bottom, max(left, start) : min(right, end)] for left, top, right, bottom in own]
        return [box for box, band in zip(own, bands, strict=True) if band.any(axis=1).sum() > _ALONG * len(band)]

    def _at_sides(self, cell: BBox) -> tuple[PixelBox, ...]:
        """The pieces of ink that lie so close to the rulings at a cell's left and right as what is left of these."""
        found: list[PixelBox] = []
        for near, far in ((cell.x0, cell.x0 + REMNANT), (cell.x1 - REMNANT, cell.x1)):
            start, end = round(near * self.scale), round(far * self.scale)
            rows = slice(*(round(edge * self.scale) for edge in (cell.top + _INSET, cell.bottom - _INSET)))
            for label in np.unique(self._labels[rows, max(0, start) : end + 1]).tolist():
                left, top, width, height, _ = self._stats[label].tolist()
                if label and left >= start - 1 and left + width <= end + 1:
                    found.append((left, top, left + width, top + height))
        return tuple(found)

    def beyond(self, cell: BBox) -> tuple[PixelBox, ...]:
        """The pieces of ink that meet the ruling at a cell's right edge from its other side."""
        edge, near = round(cell.x1 * self.scale), round(_MEETS * self.scale)
        rows = slice(*(round(end * self.scale) for end in (cell.top, cell.bottom)))
        met = np.unique(self._meeting(slice(edge, edge + near + 1), rows, 2))
        return tuple(
            (left, top, left + width, top + height)
            for left, top, width, height, _ in self._stats[met[met > 0]].tolist()
            if left >= edge
        )

    def _within(self, box: PixelBox, cell: BBox) -> float:
        """The share of a piece's box that lies in a cell, its rulings included."""
        edges = [edge * self.scale for edge in cell]
        across, down = (overlap(box[i], box[i + 2], edges[i], edges[i + 2]) for i in (0, 1))
        return across * down / max(1, (box[2] - box[0]) * (box[3] - box[1]))

    def _crosses(self, label: int, box: PixelBox, cell: BBox) -> bool:
        """Whether a piece of ink runs over the cell's edge: it goes on there, or meets a ruling and is no character."""
        edges = [round(edge * self.scale) for edge in cell]
        inwards = [(box[side] - edges[side]) * (1 if side < 2 else -1) for side in range(4)]
        if min(inwards) < -1:
            return True
        near = round(_MEETS * self.scale)
        for side in (side for side in range(4) if inwards[side] <= near):
            # Seen with that edge at the top.
            at, start, end = edges[side], box[1 - side % 2], box[3 - side % 2]
            before, behind = slice(max(0, at - near), at), slice(at, at + near + 1)
            within, beyond = (behind, before) if side < 2 else (before, behind)
            meets = np.flatnonzero((self._meeting(within, slice(start, end), side) == label).any(axis=0))
            if not len(meets):
                continue
            reach = slice(max(0, start + int(meets[0]) - near), start + int(meets[-1]) + near + 1)
            met = np.unique(self._meeting(beyond, reach, side))
            others = met[met > 0].tolist()
            parted = side % 2 or not all(self._are_two(label, other) for other in others)
            if box[3] - box[1] > _CHARACTER * self.scale or (others and parted):
                return True
        return False

    def _are_two(self, *labels: int) -> bool:
        """Whether pieces of ink on both sides of a ruling are a digit each, rather than halves of one, or strokes."""
        width, height = self._stats[labels, 2], self._stats[labels, 3]
        low, high = height.min(), height.max()
        return bool(low >= _AS_HIGH * high and width.min() >= _WIDE[0] * high and width.max() <= _WIDE[1] * high)

    def _meeting(self, across: slice, along: slice, side: int) -> NDArray[np.integer]:
        """The numbers of the ink that meets a ruling, 0 for none, in what is seen with that side at the top."""
        where = (across, along) if side % 2 else (along, across)
        met = np.where(self._beside[where] > 0, self._labels[where], np.zeros(1, self._labels.dtype))
        return met if side % 2 else met.T

    def shows(self, box: PixelBox) -> bool:
        """Whether there is something as dark as a trace of print in a box."""
        x0, top, x1, bottom = box
        return float(self._darkness[top:bottom, x0:x1].max(initial=0)) > TRACE * self._print

    def alone(self, box: PixelBox, around: PixelBox) -> bool:
        """Whether nothing as dark as a trace of print is seen around a box, as far as `around` reaches."""
        dark = self._darkness[around[1] : around[3], around[0] : around[2]].copy()
        left, top = max(0, box[0] - _EDGE - around[0]), max(0, box[1] - _EDGE - around[1])
        dark[top : box[3] + _EDGE - around[1], left : box[2] + _EDGE - around[0]] = 0
        return float(dark.max(initial=0)) <= TRACE * self._print


def _extent(cells: Sequence[BBox], scale: float) -> PixelBox:
    """All cells and what is around them, in pixels."""
    boxes = np.array(cells)
    low, high = boxes[:, :2].min(axis=0) - _AROUND, boxes[:, 2:].max(axis=0) + _AROUND
    left, top, right, bottom = (max(0, round(edge * scale)) for edge in (*low.tolist(), *high.tolist()))
    return left, top, right, bottom
