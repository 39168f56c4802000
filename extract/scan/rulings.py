"""A sheet's rulings from its pixels: where lines stand is found first, then between which of them each one runs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

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

_DASH_GAP = 3.4
"""Points between the dashes of a broken line that shows where a line stands."""

_THICK = 3.4
"""Points across the thickest lines; strokes across a line are longer."""

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

_SURE = 0.97
"""Share of a long edge that shows ink, from which no print is to be taken for it."""

_BESIDE = 3.4
"""Points beside a line within which print shows that a stroke of it may be taken for the line."""

_LINE = 0.5
"""Share of the ink of a line's middle that the other rows of its thickness show."""

_CROWD = 0.6
"""Share of an edge with print beside it, both sides together, from which the edge may be a stroke of print."""

_BROKEN_CROWD = 0.3
"""The same share for an edge that is to be a broken one."""

_BARE = 0.1
"""The same share for an edge that shows little ink."""

_DASHES = 0.3
"""Share of a broken edge that shows ink."""

_BROKEN_SUPPORT = 0.6
"""Share that shows ink once gaps are closed, from which an edge may be broken or dotted."""

_CROSSED = 0.06
"""Share of an edge that print may run across, where it is to be a broken one."""

_RULE = 60.0
"""Points of length from which a line that meets no other is a rule."""

_MARGIN = 7.0
"""Points from the sheet's border within which lines are shadows of the page's edge."""


_SHOWN = ((True, False, False), (False, False, True))
"""What is to be found along a rule: that it is there, or broken, but not that it may be print."""

_STACKED = 90.0
"""Points between rules of one length that may be lines of one table."""

_Box = tuple[float, float, float, float]


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
    loose = np.ones(len(level), dtype=bool)
    for left, top, right, bottom in _tables(level, steep):
        rows = _inside(level, top, bottom, left, right)
        columns = _inside(steep, left, right, top, bottom)
        grid = _grid(across, down, level[rows], steep[columns], sheet.scale)
        found += grid
        loose &= ~rows | (not grid)
    found += _rules(across, level[loose], found, sheet.scale)
    return tuple(found)


def _ink(mask: NDArray[np.uint8], scale: float) -> _Ink:
    strokes = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(_THICK * scale) + 1, 1), np.uint8))
    return _Ink(mask, np.asarray(cv2.subtract(mask, strokes), dtype=np.uint8))


def _pieces(ink: _Ink, scale: float) -> NDArray[np.float64]:
    """(n, 3) pieces of lines: position across, start and end along, in points."""
    solid = cv2.morphologyEx(ink.all, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, round(_RUN * scale)), np.uint8))
    broken = cv2.morphologyEx(ink.thin, cv2.MORPH_CLOSE, np.ones((1, round(_DASH_GAP * scale) | 1), np.uint8))
    broken = cv2.morphologyEx(broken, cv2.MORPH_OPEN, np.ones((1, round(_BROKEN_RUN * scale)), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(cv2.max(solid, broken), connectivity=8)
    keep = stats[:, cv2.CC_STAT_HEIGHT] <= 2 * _THICK * scale
    keep[0] = False
    x0, width = stats[keep, cv2.CC_STAT_LEFT], stats[keep, cv2.CC_STAT_WIDTH]
    return np.stack((centres[keep, 1] + 0.5, x0, x0 + width), axis=1) / scale


def _tables(level: NDArray[np.float64], steep: NDArray[np.float64]) -> list[_Box]:
    """Where tables are: boxes around pieces that meet; of the rest, around those stacked that are as long."""
    y, x0, x1 = level.T[:, :, None]
    x, y0, y1 = steep.T[:, None, :]
    meets = (x >= x0 - _REACH) & (x <= x1 + _REACH) & (y >= y0 - _REACH) & (y <= y1 + _REACH)
    group, of_steep = _groups(meets)
    boxes: list[_Box] = []
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
    rest = level[loose & (level[:, 2] - level[:, 1] >= _RULE)]
    y, x0, x1 = rest.T[:, :, None]
    stacked = (np.abs(x0 - x0.T) < _REACH) & (np.abs(x1 - x1.T) < _REACH) & (np.abs(y - y.T) < _STACKED)
    group, _ = _groups(stacked)
    for number in np.unique(group).tolist():
        rows = rest[group == number]
        if len(rows) >= 2:
            low, high = rows.min(axis=0).tolist(), rows.max(axis=0).tolist()
            boxes.append((low[1], low[0], high[2], high[0]))
    return _merged(boxes)


def _groups(meets: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A group's number for each row and each column of (n, m) truth values, equal where one leads to the other."""
    none = len(meets)
    rows = np.arange(none)
    while True:
        columns = np.where(meets, rows[:, None], none).min(axis=0, initial=none)
        joined = np.minimum(rows, np.where(meets, columns, none).min(axis=1, initial=none))
        if np.array_equal(joined, rows):
            return rows, columns
        rows = joined


def _inside(pieces: NDArray[np.float64], low: float, high: float, start: float, end: float) -> NDArray[np.bool_]:
    """Which pieces stand between `low` and `high` across, and from `start` to `end` along."""
    across = (pieces[:, 0] >= low - _REACH) & (pieces[:, 0] <= high + _REACH)
    return across & (pieces[:, 1] >= start - 2 * _REACH) & (pieces[:, 2] <= end + 2 * _REACH)


def _merged(boxes: list[_Box]) -> list[_Box]:
    """Boxes that overlap made one."""
    merged: list[_Box] = []
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
    rows = _positions(level)
    if len(rows) < 2:
        return []
    columns = _positions(np.concatenate((steep, _in_low_rows(down, level, steep, scale))))
    while len(rows) > 1 and len(columns) > 1:
        sides = _evidence(across, rows, columns, scale), _evidence(down, columns, rows, scale)
        whole, broken = (sum(int(side[i].sum()) for side in sides) for i in (0, 2))
        above, beside = (_supported(side, dotted=broken > whole) for side in sides)
        _drop_loose_ends(above, beside)
        keep_rows, keep_columns = above.any(axis=1), beside.any(axis=1)
        if keep_rows.all() and keep_columns.all():
            found = [Ruling(start, y, end, y) for y, start, end in _runs(rows, columns, above)]
            return found + [Ruling(x, start, x, end) for x, start, end in _runs(columns, rows, beside)]
        rows, columns = rows[keep_rows], columns[keep_columns]
    return []


def _in_low_rows(
    down: _Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """(n, 3) pieces of lines down from one row's line to the next, where all are too short to have been seen."""
    found: list[tuple[float, float, float]] = []
    rows = _positions(level[level[:, 2] - level[:, 1] >= _RULE])
    first, last = max(0, round((level[:, 1].min() - _REACH) * scale)), round((level[:, 2].max() + _REACH) * scale)
    gap = np.ones((1, round(_GAP * scale) | 1), np.uint8)
    for top, bottom in pairwise(rows.tolist()):
        middle = (top + bottom) / 2
        if bottom - top > 2 * _BROKEN_RUN or np.any((steep[:, 1] < middle) & (steep[:, 2] > middle)):
            continue
        strip = down.thin[first:last, round((top + 0.6) * scale) : round((bottom - 0.6) * scale)]
        wide = strip.copy()
        wide[1:] |= strip[:-1]
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, gap, borderType=cv2.BORDER_REPLICATE)
        full = (wide.mean(axis=1) > 0.3) & (closed.mean(axis=1) > _SHORT_SUPPORT)
        turns = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8))).reshape(-1, 2)
        found += [
            ((first + (start + end - 1) / 2) / scale, top, bottom)
            for start, end in turns.tolist()
            if end - start <= _THICK * scale
        ]
    return np.array(found).reshape(-1, 3)


def _drop_loose_ends(above: NDArray[np.bool_], beside: NDArray[np.bool_]) -> None:
    """Take off, in place, short lines that end where none meets them: strokes of print.

    Args:
        above: (rows, columns - 1), whether a line runs along each row from each column to the next.
        beside: (columns, rows - 1), the same for columns.
    """
    changed = True
    while changed:
        changed = False
        for edges, crossing in ((above, beside), (beside, above)):
            for i, line in enumerate(edges):
                met = np.zeros(len(line) + 1, dtype=bool)
                if i > 0:
                    met |= crossing[:, i - 1]
                if i < crossing.shape[1]:
                    met |= crossing[:, i]
                turns = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
                for start, end in turns.reshape(-1, 2).tolist():
                    if end - start <= 2 and not (met[start] and met[end]):
                        line[start:end] = False
                        changed = True


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


def _evidence(
    ink: _Ink, at: NDArray[np.float64], along: NDArray[np.float64], scale: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Three of (len(at), len(along) - 1), for each line from each line across it to the next.

    Whether it is there, whether it is but print crowds about it, and whether it may be there, broken.
    """
    there, crowded, broken = np.zeros((3, len(at), len(along) - 1), dtype=bool)
    ends = np.rint(along * scale).astype(int).tolist()
    for i, position in enumerate(at.tolist()):
        middle = int(position * scale)
        for j, (start, end) in enumerate(pairwise(ends)):
            there[i, j], crowded[i, j], broken[i, j] = _edge(ink, middle, start, end, scale)
    return there, crowded, broken


def _supported(
    evidence: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]], *, dotted: bool
) -> NDArray[np.bool_]:
    """Which edges are there, given what their neighbours on the same line are."""
    there, crowded, broken = evidence
    before, after = np.zeros_like(there), np.zeros_like(there)
    before[:, 1:], after[:, :-1] = there[:, :-1], there[:, 1:]
    # A stroke of print can look like one edge of a line; amid a line it is none.
    found = there | (crowded & before & after)
    # A line that is broken here runs on from where it is whole, or is broken all along.
    long = (broken | found).sum(axis=1) >= 2
    return np.asarray(found | (broken & (before | after | long[:, None] | dotted)))


def _edge(ink: _Ink, middle: int, start: int, end: int, scale: float) -> tuple[bool, bool, bool]:
    """Whether a line at the row of pixels `middle` is there, is amid print, or is broken, from `start` to `end`."""
    trim = min(round(0.6 * scale), (end - start) // 5)
    part = slice(start + trim, end - trim)
    top = max(0, middle - max(2, round(_STRAY * scale)))
    band = slice(top, 2 * middle - top + 1)
    line, thin = ink.all[band, part], ink.thin[band, part]
    if line.shape[0] < 3 or line.shape[1] < 3:
        return False, False, False
    share = (line[:-2] | line[1:-1] | line[2:]).mean(axis=1)
    height = int(share.argmax())
    short = end - start < _SHORT * scale
    if share[height] > _SURE and not short:
        return True, False, False
    whole = bool(share[height] >= (_SHORT_SUPPORT if short else _SUPPORT))
    crowd = _crowd(ink.all[:, part], top + height + 1, _LINE * float(share[height]), scale)
    if whole:
        return crowd <= _CROWD, crowd > _CROWD, False
    crossed = float(((line & ~thin & 1).max(axis=0) > 0).mean())
    gap = np.ones((1, round(_GAP * scale) | 1), np.uint8)
    closed = cv2.morphologyEx(thin[:-2] | thin[1:-1] | thin[2:], cv2.MORPH_CLOSE, gap)
    dashes = crowd <= _BROKEN_CROWD and closed.mean(axis=1).max() >= _BROKEN_SUPPORT
    # Where no print is near, less will do, if it is spread over the edge: a dash in a cell stands in its middle.
    quarters = np.array_split(line[height] | line[height + 1] | line[height + 2], 4)
    bare = crowd <= _BARE and sum(quarter.mean() > 0.15 for quarter in quarters) >= (4 if short else 3)
    return False, False, bool(crossed <= _CROSSED and share[height] >= _DASHES and (dashes or bare))


def _crowd(ink: NDArray[np.uint8], row: int, own_share: float, scale: float) -> float:
    """Share of an edge with print beside it, both sides added.

    `row` is the line's, and rows next to it with a share of ink of at least `own_share` are the line's as well.
    """
    far, margin = round(_BESIDE * scale), max(1, round(0.4 * scale))
    total = 0.0
    for side in (ink[max(0, row - far) : row][::-1], ink[row + 1 : row + 1 + far]):
        filled = side.mean(axis=1) >= own_share
        own = len(side) if filled.all() else int(filled.argmin())
        beyond = side[min(own, far // 2) + margin :]
        total += float(beyond.max(axis=0).mean()) if len(beyond) else 0.0
    return total


def _runs(
    at: NDArray[np.float64], along: NDArray[np.float64], supported: NDArray[np.bool_]
) -> list[tuple[float, float, float]]:
    """Position, start and end of each run of supported edges."""
    found = []
    for position, edges in zip(at.tolist(), supported, strict=True):
        turns = np.flatnonzero(np.diff(np.concatenate(([False], edges, [False])).astype(np.int8)))
        found += [(position, float(along[start]), float(along[end])) for start, end in turns.reshape(-1, 2).tolist()]
    return found


def _rules(across: _Ink, level: NDArray[np.float64], found: list[Ruling], scale: float) -> list[Ruling]:
    """Horizontal rules away from the grids found and from the sheet's border, pieces of one joined."""
    height = across.all.shape[0] / scale
    rules: list[list[float]] = []
    for y, x0, x1 in sorted(level.tolist()):
        if not _MARGIN < y < height - _MARGIN or any(
            r.top - _REACH <= y <= r.bottom + _REACH and r.x0 - _REACH <= x0 and x1 <= r.x1 + _REACH for r in found
        ):
            continue
        for rule in rules:
            if abs(rule[0] - y) <= 1.5 and x0 <= rule[2] + 4 * _RUN and rule[1] <= x1 + 4 * _RUN:
                rule[1:] = [min(rule[1], x0), max(rule[2], x1)]
                break
        else:
            rules.append([y, x0, x1])
    return [
        Ruling(x0, y, x1, y)
        for y, x0, x1 in rules
        # Strokes of one line of print may look like a broken rule, but for the print about them.
        if x1 - x0 >= _RULE and _edge(across, int(y * scale), round(x0 * scale), round(x1 * scale), scale) in _SHOWN
    ]
