"""Edges of the page that a scan shows beside it, told from a table's lines: nothing else ends at them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.model import Sheet

_BORDER = 12.0
"""Points from the sheet's border within which lines may be the page's edges, or a pile's below it."""

_REACH = 3.0
"""Points that a line may end short of one it meets."""

_FAR = 0.5
"""Share of the sheet's side that such edges run along, at least."""

Pieces = NDArray[np.float64]


def within_border(level: Pieces, steep: Pieces, sheet: Sheet) -> tuple[Pieces, Pieces]:
    """The (n, 5) pieces of level and of steep lines, as `pieces_of` gives them, without those of the page's edges.

    A table that fills the whole sheet keeps its frame, since its other lines end there.
    """
    height, width = (side / sheet.scale for side in sheet.grey.shape)
    level_edge, steep_edge = _at_border(level, height, width), _at_border(steep, width, height)
    inner_level, inner_steep = level[~level_edge], steep[~steep_edge]
    return (
        level[~level_edge | _met(level, inner_steep)],
        steep[~steep_edge | _met(steep, inner_level)],
    )


def _at_border(pieces: Pieces, size: float, length: float) -> NDArray[np.bool_]:
    """Which of some pieces stand near a border of a sheet of `size` across them, and run along most of its `length`."""
    near = (pieces[:, 0] < _BORDER) | (pieces[:, 0] > size - _BORDER)
    along = np.zeros(len(pieces))
    for side in (pieces[:, 0] < size / 2, pieces[:, 0] >= size / 2):
        along[side & near] = np.diff(pieces[side & near, 1:3]).sum()
    return np.asarray(near & (along > _FAR * length))


def _met(pieces: Pieces, others: Pieces) -> NDArray[np.bool_]:
    """Which of some pieces one of `others`, which run the other way, ends at."""
    at, start, end = pieces.T[:3, :, None]
    across = (others[:, 0] >= start - _REACH) & (others[:, 0] <= end + _REACH)
    ends = (np.abs(others[:, 1] - at) < _REACH) | (np.abs(others[:, 2] - at) < _REACH)
    return np.asarray((across & ends).any(axis=1))
