"""A sheet's rulings from its pixels: where lines stand is found first, then between which of them each one runs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling, Sheet
from extract.scan.lines import darkness, threshold

_RUN = 14.4
"""Points of unbroken ink that show a line: 0.2 inch, more than the strokes of print."""

_BROKEN_RUN = 30.0
"""Points of thin ink with gaps that show a broken or dotted line."""

_GAP = 2.6
"""Points between the dots of a dotted line, at most."""

_THICK = 3.4
"""Points across the thickest lines; strokes across a line are longer."""

_LEAST = 18.0
"""Points of length of the shortest piece of a line."""

_REACH = 3.0
"""Points that a line may end short of one it meets."""

_APART = 4.6
"""Points between neighbouring lines of a grid, at least: those that are nearer are the two parts of a double line."""

_STRAY = 1.3
"""Points by which ink may stray from where its line stands."""

_SUPPORT = 0.78
"""Share of a unit's edge that shows ink, from which the edge is there."""

_SHORT = 22.0
"""Points of length below which an edge may be hidden behind a single stroke of print."""

_SHORT_SUPPORT = 0.92
"""The same share for such an edge: print does not reach to the lines above and below it."""

_BROKEN_SUPPORT = 0.6
"""Share that shows ink once gaps are closed, from which an edge may be broken or dotted."""

_CROSSED = 0.06
"""Share of an edge that print may run across, where it is to be a broken one."""

_RULE = 60.0
"""Points of length from which a line that meets no other is a rule."""

_MARGIN = 7.0
"""Points from the sheet's border within which lines are shadows of the page's edge."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """Ink in one direction: along rows. For lines down the page everything is transposed."""

    all: NDArray[np.uint8]
    """(h, w) of 0 and 1."""
    thin: NDArray[np.uint8]
    """Where the ink is no thicker than a line across the direction."""


def rulings(sheet: Sheet) -> tuple[Ruling, ...]:
    """The lines of the sheet's tables, in points on the sheet; each runs from one line that it meets to another.

    Lines that belong to no grid are left out, except horizontal rules that no vertical line meets.
    """
    dark = darkness(sheet.grey, sheet.scale)
    mask = (dark > threshold(dark)).astype(np.uint8)
    across, down = _ink(mask, sheet.scale), _ink(np.ascontiguousarray(mask.T), sheet.scale)
    level, steep = _pieces(across, sheet.scale), _pieces(down, sheet.scale)
    found: list[Ruling] = []
    tables = _tables(level, steep)
    for rows, columns in tables:
        found += _grid(across, down, level[rows], steep[columns], sheet.scale)
    loose = np.ones(len(level), dtype=bool)
    for rows, _ in tables:
        loose[rows] = False
    found += _rules(level[loose], found, np.array(mask.shape) / sheet.scale)
    return tuple(found)


def _ink(mask: NDArray[np.uint8], scale: float) -> _Ink:
    strokes = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(_THICK * scale) + 1, 1), np.uint8))
    return _Ink(mask, np.asarray(mask & ~strokes & 1, dtype=np.uint8))


def _pieces(ink: _Ink, scale: float) -> NDArray[np.float64]:
    """(n, 3) pieces of lines: position across, start and end along, in points."""
    solid = cv2.morphologyEx(ink.all, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, round(_RUN * scale)), np.uint8))
    broken = cv2.morphologyEx(ink.thin, cv2.MORPH_CLOSE, np.ones((1, round(_GAP * scale) | 1), np.uint8))
    broken = cv2.morphologyEx(broken, cv2.MORPH_OPEN, np.ones((1, round(_BROKEN_RUN * scale)), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(solid | broken, connectivity=8)
    keep = (stats[:, cv2.CC_STAT_WIDTH] >= _LEAST * scale) & (stats[:, cv2.CC_STAT_HEIGHT] <= 2 * _THICK * scale)
    keep[0] = False
    x0, width = stats[keep, cv2.CC_STAT_LEFT], stats[keep, cv2.CC_STAT_WIDTH]
    return np.stack((centres[keep, 1] + 0.5, x0, x0 + width), axis=1) / scale


def _tables(
    level: NDArray[np.float64], steep: NDArray[np.float64]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Groups of pieces that meet each other, as indices of those across and those down; two and more of each."""
    y, x0, x1 = level.T[:, :, None]
    x, y0, y1 = steep.T[:, None, :]
    meets = (x >= x0 - _REACH) & (x <= x1 + _REACH) & (y >= y0 - _REACH) & (y <= y1 + _REACH)
    row_group = np.arange(len(level))
    column_group = np.full(len(steep), len(level))
    while True:
        before = column_group.copy(), row_group.copy()
        column_group = np.minimum(
            column_group, np.where(meets, row_group[:, None], len(level)).min(axis=0, initial=len(level))
        )
        row_group = np.minimum(
            row_group, np.where(meets, column_group[None, :], len(level)).min(axis=1, initial=len(level))
        )
        if np.array_equal(before[0], column_group) and np.array_equal(before[1], row_group):
            break
    boxes: list[tuple[float, float, float, float]] = []
    for group in np.unique(row_group).tolist():
        rows, columns = row_group == group, column_group == group
        if rows.sum() >= 2 and columns.sum() >= 2:
            boxes.append((
                min(level[rows, 1].min(), steep[columns, 0].min()),
                min(level[rows, 0].min(), steep[columns, 1].min()),
                max(level[rows, 2].max(), steep[columns, 0].max()),
                max(level[rows, 0].max(), steep[columns, 2].max()),
            ))  # fmt: skip
    tables = []
    for left, top, right, bottom in _merged(boxes):
        inside = (level[:, 0] >= top - _REACH) & (level[:, 0] <= bottom + _REACH)
        inside &= (level[:, 1] >= left - 2 * _REACH) & (level[:, 2] <= right + 2 * _REACH)
        within = (steep[:, 0] >= left - _REACH) & (steep[:, 0] <= right + _REACH)
        within &= (steep[:, 1] >= top - 2 * _REACH) & (steep[:, 2] <= bottom + 2 * _REACH)
        tables.append((np.flatnonzero(inside), np.flatnonzero(within)))
    return tables


def _merged(boxes: list[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """Boxes that overlap made one."""
    merged: list[tuple[float, float, float, float]] = []
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


def _grid(
    across: _Ink, down: _Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float
) -> list[Ruling]:
    """The rulings of one table."""
    rows, columns = _positions(level), _positions(steep)
    while len(rows) > 1 and len(columns) > 1:
        above = _supported(across, rows, columns, scale)
        beside = _supported(down, columns, rows, scale)
        keep_rows, keep_columns = above.any(axis=1), beside.any(axis=1)
        if keep_rows.all() and keep_columns.all():
            found = [Ruling(start, y, end, y) for y, start, end in _runs(rows, columns, above)]
            return found + [Ruling(x, start, x, end) for x, start, end in _runs(columns, rows, beside)]
        rows, columns = rows[keep_rows], columns[keep_columns]
    return []


def _positions(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the lines of a grid stand, ascending: the longest first, others only where none is near."""
    position, length = pieces[:, 0], pieces[:, 2] - pieces[:, 1]
    near = np.abs(position[:, None] - position) < 0.7
    weight = near @ length
    mean = (near @ (length * position)) / np.maximum(weight, 1e-9)
    chosen: list[float] = []
    for i in np.argsort(-weight).tolist():
        if all(abs(mean[i] - other) >= _APART for other in chosen):
            chosen.append(float(mean[i]))
    return np.array(sorted(chosen))


def _supported(ink: _Ink, at: NDArray[np.float64], along: NDArray[np.float64], scale: float) -> NDArray[np.bool_]:
    """(len(at), len(along) - 1): whether each line runs from each line across it to the next."""
    supported = np.zeros((len(at), len(along) - 1), dtype=bool)
    faint = supported.copy()
    ends = np.rint(along * scale).astype(int).tolist()
    reach = max(2, round(_STRAY * scale))
    for i, position in enumerate(at.tolist()):
        middle = int(position * scale)
        band = slice(max(0, middle - reach), middle + reach + 1)
        line, thin = ink.all[band], ink.thin[band]
        for j, (start, end) in enumerate(zip(ends[:-1], ends[1:], strict=True)):
            supported[i, j], faint[i, j] = _support(line[:, start:end], thin[:, start:end], scale)
    # A line that is broken here runs on from where it is whole, or is broken all along.
    beside = np.zeros_like(supported)
    beside[:, 1:] |= supported[:, :-1]
    beside[:, :-1] |= supported[:, 1:]
    long = (faint | supported).sum(axis=1) >= 2
    return supported | (faint & (beside | long[:, None]))


def _support(line: NDArray[np.uint8], thin: NDArray[np.uint8], scale: float) -> tuple[bool, bool]:
    """Whether the band along an edge, (rows, length) of 0 and 1, holds a line; and whether it may hold a broken one."""
    length = line.shape[1]
    trim = min(round(0.6 * scale), length // 5)
    line, thin = line[:, trim : length - trim], thin[:, trim : length - trim]
    if line.shape[1] < 3 or line.shape[0] < 3:
        return False, False
    heights = line[:-2] | line[1:-1] | line[2:]
    share = heights.mean(axis=1)
    whole = _SHORT_SUPPORT if length < _SHORT * scale else _SUPPORT
    if share.max() >= whole:
        return True, True
    crossed = float(((line & ~thin & 1).max(axis=0) > 0).mean())
    gap = np.ones((1, round(_GAP * scale) | 1), np.uint8)
    closed = cv2.morphologyEx(thin[:-2] | thin[1:-1] | thin[2:], cv2.MORPH_CLOSE, gap)
    return False, bool(crossed <= _CROSSED and share.max() >= 0.3 and closed.mean(axis=1).max() >= _BROKEN_SUPPORT)


def _runs(
    at: NDArray[np.float64], along: NDArray[np.float64], supported: NDArray[np.bool_]
) -> list[tuple[float, float, float]]:
    """Position, start and end of each run of supported edges."""
    found = []
    for position, edges in zip(at.tolist(), supported, strict=True):
        turns = np.flatnonzero(np.diff(np.concatenate(([False], edges, [False])).astype(np.int8)))
        found += [(position, float(along[start]), float(along[end])) for start, end in turns.reshape(-1, 2).tolist()]
    return found


def _rules(level: NDArray[np.float64], found: list[Ruling], size: NDArray[np.float64]) -> list[Ruling]:
    """Horizontal rules away from the grids found and from the sheet's border, pieces of one joined."""
    rules: list[list[float]] = []
    for y, x0, x1 in sorted(level.tolist()):
        if not _MARGIN < y < size[0] - _MARGIN or any(
            r.top - _REACH <= y <= r.bottom + _REACH and r.x0 - _REACH <= x0 and x1 <= r.x1 + _REACH for r in found
        ):
            continue
        for rule in rules:
            if abs(rule[0] - y) <= 1.5 and x0 <= rule[2] + 4 * _RUN and rule[1] <= x1 + 4 * _RUN:
                rule[1:] = [min(rule[1], x0), max(rule[2], x1)]
                break
        else:
            rules.append([y, x0, x1])
    return [Ruling(x0, y, x1, y) for y, x0, x1 in rules if x1 - x0 >= _RULE]
