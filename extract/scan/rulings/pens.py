"""Strokes of pens, told from lines by how thick they are and by how they bend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.runs import runs_of
from extract.scan.rulings.strokes import THICK

_THICKER, _BLUR = 1.6, 0.35
"""Times the grid's lines' thickness, and points more, from which a short run is too thick for one of them."""

_STRONG = 1.7
"""Points across, at least, of what is too thick: lines drawn double may run into one."""

_SHORT = 45.0
"""Points of length of such a run, at most."""

_FEW, _BOLD, _PIXEL = 0.35, 1.5, 0.25
"""Share of the ink of a table's longest line that one shows which runs through few cells; and times as thick as the
others, and points more for its last pixel, that it is a pen's.
"""

_BOLDER, _BENT = 1.2, (0.35, 1.5)
"""Times as thick from which one is that bends: by so many points, as a standard deviation, and so many times as much as
the table's other lines.
"""


def across(every: NDArray[np.uint8], where: NDArray[np.int64], scale: float) -> NDArray[np.int64]:
    """(2, m): pixels of ink across a line in each column of a band, at the row `where` it runs, and twice their middle.

    Where ink is too thick for a line, that is twice the row itself.
    """
    rows, middle = np.arange(len(every), dtype=np.int16)[:, None], where.astype(np.int16)
    bare = every == 0
    below = np.where(bare & (rows > middle), rows, np.int16(len(every))).min(axis=0).astype(np.int64)
    above = np.where(bare & (rows < middle), rows, np.int16(-1)).max(axis=0).astype(np.int64)
    thick = below - above - 1
    return np.stack((thick, np.where(thick <= THICK * scale, above + below, 2 * where)))


def too_thick(inked: NDArray[np.bool_], thick: NDArray[np.int64], thickness: float, scale: float) -> NDArray[np.bool_]:
    """Where short runs of ink are much thicker than the grid's lines: strokes of pens, and rims of stamps."""
    starts, stops = runs_of(inked)
    summed = np.concatenate(([0], np.cumsum(thick)))
    mean = (summed[stops] - summed[starts]) / np.maximum(stops - starts, 1) / scale
    wrong = (mean > max(_THICKER * thickness + _BLUR, _STRONG)) & (stops - starts < _SHORT * scale)
    found = np.zeros(len(inked) + 1, np.int64)
    np.add.at(found, starts[wrong], 1)
    np.add.at(found, stops[wrong], -1)
    return np.asarray(np.cumsum(found)[:-1] > 0)


def drawn(
    inked: NDArray[np.bool_],
    drawn_across: NDArray[np.int64],
    edges: tuple[NDArray[np.int64], NDArray[np.int64]],
    scale: float,
) -> NDArray[np.float64]:
    """(4, m) sums over what is `inked` of each edge: its length, its ink across, where it runs, and the square of that.

    Args:
        inked: (k,), whether each pixel along a line shows its ink.
        drawn_across: (2, k) of `across`.
        edges: (m,) where each edge begins and where it has ended.
        scale: Pixels per point.
    """
    own = inked.astype(np.int64)
    thick, middle = drawn_across
    area, at = own * np.minimum(thick, round(THICK * scale)), own * middle
    sums = np.zeros((4, len(own) + 1), np.int64)
    for total, one in zip(sums, (own, area, at, at * middle), strict=True):
        np.cumsum(one, out=total[1:])
    start, stop = (np.minimum(end, len(own)) for end in edges)
    points = np.array([[1.0], [2.0], [2.0], [3.0]])  # a sum of lengths, of areas, and of these times a length
    halves = np.array([[1.0], [1.0], [2.0], [4.0]])
    return np.asarray((sums[:, np.maximum(stop, start)] - sums[:, start]) / scale**points / halves)


def is_pens(strokes: NDArray[np.float64], edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,), which lines run through few cells, thicker there than the table's others or bent as well: strokes of a pen.

    Args:
        strokes: (4, n, m) sums over what shows each edge's ink.
        edges: (n, m), whether each seems to be there.
    """
    length, thick, at, square = np.where(edges, strokes, 0.0).sum(axis=2)
    few = length < _FEW * length.max(initial=0.0)
    if not few.any():
        return np.asarray(few)
    shown = length > 0
    length = np.maximum(length, 1.0)
    thick, bent = thick / length, np.sqrt(np.maximum(square / length - (at / length) ** 2, 0.0))
    # Below a high header nearly all lines of the only row are short.
    usual = max(np.average(thick[~few], weights=length[~few]), np.median(thick[shown]))
    straight = max(_BENT[0], _BENT[1] * bent[~few].max())
    return np.asarray(few & ((thick > _BOLD * usual + _PIXEL) | ((thick > _BOLDER * usual) & (bent > straight))))
