"""Where a sheet's tables are: boxes around pieces of lines that meet, or that are in line where they are broken."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.rulings.edges import WORN, seen
from extract.scan.rulings.pieces import APART, NEAR, Box, positions, thickness, within
from extract.scan.rulings.strokes import Ink

REACH = 3.0
"""Points that a line may end short of one it meets."""

RULE = 60.0
"""Points of length from which a line that meets no other is a rule."""

_BRIDGE = 14.0
"""Points between the pieces of one broken line, usually at most."""

_LIVE = 32
"""Lines that are looked through for one that goes on, and as many more as go on still."""

_BESIDE, _AS_LONG = 90.0, 0.35
"""Points from a table within which a line is its own that shows along such a share of its side."""

_AS_WIDE, _THROUGHOUT = 0.4, (0.3, 0.9)
"""Share of a table's width that shows of a level line beyond it, from which it is its own; and the same of one with
pieces from side to side, and how far apart these are at least."""

_LARGE = (200.0, 25.0)
"""Points of width or height of a table, at least; strokes of a heading may look like a smaller one."""

_BREAK = 40.0
"""Points of the widest breaks in a table's lines."""

_SEVERAL = 4
"""Pieces of lines beyond a table that are in line with its own, from which it goes on there."""

_ROW, _HEADING, _ALL_WORN, _FAINT_SIDE = 30.0, 18.0, 0.9, 1.5
"""Points between the pieces of a table at most, and that a heading takes at least; the share of worn lines in it, and
log-odds against its side up to which it goes on between two pieces."""

_LINES, _AS_GOOD = 2, 0.25
"""Lines that run down a table wherever it is; and the share of what speaks for most edges that speaks for theirs."""

_IN_LINE = 1.5
"""Points across by which pieces of one line may differ."""

_STACKED = 90.0
"""Points between rules of one length that may be lines of one table."""


def tables(across: Ink, down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float) -> list[Box]:
    """Boxes around the tables, in points, given the ink and the (n, 5) pieces of level and of steep lines."""
    found = [*_meeting(level, steep), *_meeting(_bridged(level), _bridged(steep))]
    around = _merged([_grown(box, level, steep) for box in found if _large(box)])
    around = _merged([_with_rows(box, _outside(level, around)) for box in around])
    return [part for box in around for part in _parts(across, down, *within(level, steep, box), scale)]


def _meeting(level: NDArray[np.float64], steep: NDArray[np.float64]) -> list[Box]:
    """Boxes around pieces that meet; of the rest, around those stacked that are as long."""
    y, x0, x1 = level.T[:3, :, None]
    x, y0, y1 = steep.T[:3, None, :]
    meets = (x >= x0 - REACH) & (x <= x1 + REACH) & (y >= y0 - REACH) & (y <= y1 + REACH)
    group, of_steep = _groups(meets)
    boxes: list[Box] = []
    loose = np.ones(len(level), dtype=bool)
    for number in np.unique(group).tolist():
        rows, columns = level[group == number], steep[of_steep == number]
        if len(rows) >= 2 and len(columns) >= 2:
            loose[group == number] = False
            boxes.append((
                float(min(rows[:, 1].min(), columns[:, 0].min())),
                float(min(rows[:, 0].min(), columns[:, 1].min())),
                float(max(rows[:, 2].max(), columns[:, 0].max())),
                float(max(rows[:, 0].max(), columns[:, 2].max())),
            ))  # fmt: skip
    rest = level[loose & (level[:, 2] - level[:, 1] >= RULE)]
    y, x0, x1 = rest.T[:3, :, None]
    stacked = (np.abs(x0 - x0.T) < REACH) & (np.abs(x1 - x1.T) < REACH) & (np.abs(y - y.T) < _STACKED)
    group, _ = _groups(stacked)
    for number in np.unique(group).tolist():
        rows = rest[group == number]
        if len(rows) >= 2:
            low, high = rows.min(axis=0).tolist(), rows.max(axis=0).tolist()
            boxes.append((low[1], low[0], high[2], high[0]))
    return _merged(boxes)


def _bridged(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pieces with those made one that are in line and end near each other."""
    lines: list[list[float]] = []
    near: list[list[float]] = []
    most = _LIVE
    for piece in pieces[np.argsort(pieces[:, 1], kind="stable")].tolist():
        for line in reversed(near):
            if abs(line[0] - piece[0]) <= _IN_LINE and line[2] >= piece[1] - _BRIDGE:
                total = line[3] + piece[3]
                line[0] = (line[0] * line[3] + piece[0] * piece[3]) / total
                line[2:4] = max(line[2], piece[2]), total
                break
        else:
            lines.append(piece)
            near.append(piece)
            if len(near) > most:  # those that ended farther back go on no more: of noise there are thousands
                near = [line for line in near if line[2] >= piece[1] - _BRIDGE]
                most = 2 * len(near) + _LIVE
    return np.array(lines).reshape(-1, 5)


def _large(box: Box) -> bool:
    return box[2] - box[0] >= _LARGE[0] or box[3] - box[1] >= _LARGE[1]


def _grown(box: Box, level: NDArray[np.float64], steep: NDArray[np.float64]) -> Box:
    """The box with what is left of its lines beyond it, where they are broken at the crossings."""
    left, top, right, bottom = box
    while True:
        start, end = _reach(level, (top, bottom), (left, right))
        low, high = _reach(steep, (left, right), (top, bottom))
        start, end = min(start, left), max(end, right)
        start, end = _out_to(level, steep, (top, bottom), (start, end))
        grown = start, min(low, top), end, max(high, bottom)
        if grown == (left, top, right, bottom):
            return grown
        left, top, right, bottom = grown


def _out_to(
    level: NDArray[np.float64], steep: NDArray[np.float64], side: tuple[float, float], extent: tuple[float, float]
) -> tuple[float, float]:
    """How far a table that stands between `side` reaches beyond `extent`: out to a line that is as long as its side.

    There must be level lines between. None is looked for above and below: headings have strokes there.
    """
    length = np.maximum(np.minimum(steep[:, 2], side[1]) - np.maximum(steep[:, 1], side[0]), 0.0)
    leads = level[(level[:, 0] >= side[0] - NEAR) & (level[:, 0] <= side[1] + NEAR)]
    reach = [extent[0], extent[1]]
    for at in steep[length > 0, 0].tolist():
        edge = extent[0] if at < extent[0] else extent[1]
        if not (extent[0] - _BESIDE <= at < extent[0] - APART or extent[1] + APART < at <= extent[1] + _BESIDE):
            continue
        shown = length[np.abs(steep[:, 0] - at) < _IN_LINE].sum()
        between = np.diff(np.clip(leads[:, 1:3], *sorted((at, edge)))).sum()
        if shown >= _AS_LONG * (side[1] - side[0]) and between >= abs(at - edge):
            reach = [min(reach[0], at), max(reach[1], at)]
    return reach[0], reach[1]


def _outside(level: NDArray[np.float64], boxes: list[Box]) -> NDArray[np.float64]:
    """The pieces of level lines that stand in none of the boxes."""
    y, x0, x1 = level.T[:3, :, None]
    left, top, right, bottom = np.array(boxes).reshape(-1, 4).T
    inside = (y >= top - NEAR) & (y <= bottom + NEAR) & (x1 > left) & (x0 < right)
    return np.asarray(level[~inside.any(axis=1)])


def _with_rows(box: Box, level: NDArray[np.float64]) -> Box:
    """The box with the rows beyond it whose lines down the page are worn away: level lines as wide as it is."""
    left, top, right, bottom = box
    own = level[(level[:, 1] >= left - NEAR) & (level[:, 2] <= right + NEAR)]
    for y in np.unique(own[own[:, 0] > bottom, 0]).tolist():
        if y <= bottom + _ROW and _is_as_wide(own, y, right - left):
            bottom = y
    for y in np.unique(own[own[:, 0] < top, 0])[::-1].tolist():
        if y >= top - _ROW and _is_as_wide(own, y, right - left):
            top = y
    return left, top, right, bottom


def _is_as_wide(level: NDArray[np.float64], y: float, width: float) -> bool:
    """Whether enough shows of the pieces that are in line at a height for a line of a table of some width."""
    pieces = level[np.abs(level[:, 0] - y) < _IN_LINE]
    ink, extent = pieces[:, 3].sum() / width, np.ptp(pieces[:, 1:3]) / width
    return bool(ink >= _AS_WIDE or (ink >= _THROUGHOUT[0] and extent >= _THROUGHOUT[1]))


def _reach(pieces: NDArray[np.float64], across: tuple[float, float], along: tuple[float, float]) -> tuple[float, float]:
    """How far a table's lines go on beyond its extent `along`: pieces in line with one within it, and near it."""
    own = pieces[(pieces[:, 0] >= across[0] - NEAR) & (pieces[:, 0] <= across[1] + NEAR)]
    within = own[(own[:, 2] > along[0]) & (own[:, 1] < along[1])]
    beyond = own[((own[:, 2] <= along[0]) & (own[:, 2] >= along[0] - _BREAK))
                 | ((own[:, 1] >= along[1]) & (own[:, 1] <= along[1] + _BREAK))]  # fmt: skip
    beyond = beyond[(np.abs(beyond[:, :1] - within[:, 0]) < _IN_LINE).any(axis=1)]
    if len(beyond) < _SEVERAL:  # a few may be anything
        return along
    return min(along[0], float(beyond[:, 1].min())), max(along[1], float(beyond[:, 2].max()))


def _groups(meets: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A group's number for each row and each column of (n, m) truth values, equal where one leads to the other."""
    none = len(meets)
    rows = np.arange(none)
    i, j = np.nonzero(meets)
    while True:
        columns = np.full(meets.shape[1], none)
        np.minimum.at(columns, j, rows[i])
        joined = rows.copy()
        np.minimum.at(joined, i, columns[j])
        if np.array_equal(joined, rows):
            return rows, columns
        rows = joined


def _merged(boxes: list[Box]) -> list[Box]:
    """Boxes that overlap made one."""
    merged: list[Box] = []
    for given in boxes:
        box = given
        again = True
        while again:
            again = False
            for other in merged:
                if box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]:
                    merged.remove(other)
                    box = (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))
                    again = True
                    break
        merged.append(box)
    return merged


def _parts(across: Ink, down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float) -> list[Box]:
    """Boxes around the tables in one box, by the edges that each seem to be there."""
    rows, columns = positions(level), positions(steep)
    if len(rows) < 2 or len(columns) < 2:
        return []
    linked = np.zeros((2 * len(rows) - 1, 2 * len(columns) - 1), np.uint8)
    linked[::2, 1::2] = seen(across, rows, columns, thickness(level), scale).odds(WORN) > 0
    odds = seen(down, columns, rows, thickness(steep), scale).odds(WORN).T
    there = odds > 0
    # Strokes of a large heading may be as good as a worn line, but not as good as the lines of this table.
    for start, end in _between(odds > _AS_GOOD * np.median(odds[there]) if there.any() else there, rows):
        whole = seen(down, columns, rows[[start, end]], thickness(steep), scale).odds(WORN) > 0
        there[start:end] &= np.count_nonzero(whole) >= _LINES
    linked[1::2, ::2] = there
    linked[::2, ::2] = 1
    _, _, stats, _ = cv2.connectedComponentsWithStats(linked, connectivity=4)
    boxes = [
        (float(columns[x // 2]), float(rows[y // 2]), float(columns[(x + w) // 2]), float(rows[(y + h) // 2]))
        for x, y, w, h, _ in stats[1:].tolist()
        if w > 1
    ]
    joined = _joined_at_sides(boxes, down, thickness(steep), scale)
    return _beside([box for box in joined if box[3] > box[1]])


def _between(there: NDArray[np.bool_], rows: NDArray[np.float64]) -> list[tuple[int, int]]:
    """From which of the rows to which there may be a heading: high enough, and hardly a line down the page in any."""
    few = np.count_nonzero(there, axis=1) < _LINES
    turns = np.flatnonzero(np.diff(np.concatenate(([False], few, [False])).astype(np.int8))).reshape(-1, 2)
    return [(start, end) for start, end in turns.tolist() if rows[end] - rows[start] >= _HEADING]


def _joined_at_sides(boxes: list[Box], down: Ink, thick: float, scale: float) -> list[Box]:
    """Boxes made one that have both sides in common, where little speaks against one of these between them."""
    joined: list[Box] = []
    for left, top, right, bottom in sorted(boxes, key=lambda box: box[1]):
        for i, (other_left, start, other_right, end) in enumerate(joined):
            if (other_left, other_right) == (left, right) and end < top <= end + _ROW:
                between = seen(down, np.array([left, right]), np.array([min(end, top - _HEADING), top]), thick, scale)
                if between.odds(_ALL_WORN).max() > -_FAINT_SIDE:
                    joined[i] = left, start, right, bottom
                    break
        else:
            joined.append((left, top, right, bottom))
    return joined


def _beside(boxes: list[Box]) -> list[Box]:
    """The parts of each table made one: what stands beside a wide one is of it.

    Tables stand above each other, so that what is small, and between them, is of neither.
    """
    merged = _merged([box for box in boxes if _wide(box)])
    for box in boxes:
        for i, (left, top, right, bottom) in enumerate(merged):
            if min(bottom, box[3]) - max(top, box[1]) > 0.5 * (box[3] - box[1]):
                merged[i] = min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3])
                break
    return _merged(merged or boxes)


def _wide(box: Box) -> bool:
    return box[2] - box[0] >= _LARGE[0]
