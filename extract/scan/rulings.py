"""A sheet's rulings from its pixels: where lines stand is found first, then between which of them each one runs."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling, Sheet
from extract.scan.components import numbers
from extract.scan.edges import GAP, RUN, THICK, Ink, Seen, ink_of, seen
from extract.scan.lines import darkness, threshold
from extract.scan.topology import most_likely

_BROKEN_RUN = 30.0
"""Points of thin ink with gaps that show a broken or dotted line."""

_DOT_GAP = 4.4
"""Points between its dots, at most, where no print is near."""

_DOTTED_RUN = 24.0
"""Points of dots with such gaps that show a line."""

_DASH = 3.6
"""Points of length of the dashes of a broken line, at least."""

_DASH_GAP = 10.0
"""Points between them, at most."""

_DASHED_RUN = 36.0
"""Points of dashes with such gaps that show a line."""

_CLEAR = 2.5
"""Points above and below a dash within which print has strokes."""

_REACH = 3.0
"""Points that a line may end short of one it meets."""

_NEAR = 9.0
"""Points from a table's other lines within which a broken one is its own."""

_APART = 6.5
"""Points between neighbouring lines of a grid, at least: those that are nearer are the two parts of a double line."""

_BRIDGE = 14.0
"""Points between the pieces of one broken line, usually at most."""

_BESIDE, _AS_LONG = 90.0, 0.35
"""Points from a table within which a line is its own that shows along such a share of its side."""

_LARGE = (200.0, 25.0)
"""Points of width or height of a table, at least; strokes of a heading may look like a smaller one."""

_BREAK = 40.0
"""Points of the widest breaks in a table's lines."""

_FRAGMENT, _FRAGMENTS = 4.5, 9.0
"""Points of length of a line's fragment, and of all of them in one line, at least."""

_STANDS, _BY_CHANCE = 4.0, 0.3
"""Log-odds along its best stretch from which a line is thought of, and those that chance adds with each edge of it."""

_SEVERAL = 4
"""Pieces of lines beyond a table that are in line with its own, from which it goes on there."""

_IN_LINE = 1.5
"""Points across by which pieces of one line may differ."""

_RULE = 60.0
"""Points of length from which a line that meets no other is a rule."""

_MARGIN = 7.0
"""Points from the sheet's border within which lines are shadows of the page's edge."""


_FAINT = 0.2
"""What a broken line's length counts for beside that of an unbroken one."""

_STACKED = 90.0
"""Points between rules of one length that may be lines of one table."""

_WORN, _LEAST_WORN, _MOST_WORN = 0.3, 0.003, 0.9
"""Share of the lines of a table that may be worn or broken, where nothing is known of them yet; and its limits."""

_USUAL, _LONGER = 90, 1.3
"""Percentile of the longest bare stretches of a table's edges, and times as long as that, which are usual still."""

_LOW_SUPPORT = 0.92
"""Share of a low row's height that shows ink where a line runs down it."""

_MOST = 60
"""Lines of a grid in one direction, at most."""

_Box = tuple[float, float, float, float]


def rulings(sheet: Sheet) -> tuple[Ruling, ...]:
    """The lines of the sheet's tables, in points on the sheet; each runs from one line that it meets to another.

    Lines that belong to no grid are left out, except horizontal rules that no vertical line meets.
    """
    dark = darkness(sheet.grey, sheet.scale)
    mask = (dark > threshold(dark)).astype(np.uint8)
    across, down = ink_of(mask, sheet.scale)
    level, steep = _pieces(across, sheet.scale), _pieces(down, sheet.scale)
    found: list[Ruling] = []
    loose = np.ones(len(level), dtype=bool)
    tables = [*_tables(level, steep), *_tables(_bridged(level), _bridged(steep))]
    for around in _merged([_grown(box, level, steep) for box in tables if _large(box)]):
        for box in _parts(across, down, *_within(level, steep, around), sheet.scale):
            grid = _grid(across, down, *_within(level, steep, box), sheet.scale)
            found += grid
            loose &= (level[:, 0] < box[1] - _NEAR) | (level[:, 0] > box[3] + _NEAR) | (not grid)
    found += _rules(across, level[loose], found, sheet.scale)
    return tuple(found)


def _pieces(ink: Ink, scale: float) -> NDArray[np.float64]:
    """(n, 5) pieces of lines: position across, start and end along, length of the ink, thickness; all in points."""
    solid = np.asarray(cv2.subtract(ink.all, ink.short), dtype=np.uint8)
    dotted = _joined(ink.line, GAP, _BROKEN_RUN, scale)
    # Wider gaps are bridged where no stroke is near, as there is in print.
    near = np.ones((2 * round(_CLEAR * scale) + 1, 3), np.uint8)
    clear = np.asarray(cv2.subtract(ink.line, cv2.dilate(cv2.subtract(ink.all, ink.line), near)), dtype=np.uint8)
    dotted = np.maximum(dotted, _joined(clear, _DOT_GAP, _DOTTED_RUN, scale))
    clear = np.asarray(cv2.morphologyEx(clear, cv2.MORPH_OPEN, np.ones((1, round(_DASH * scale)), np.uint8)))
    dashes = _joined(clear, _DASH_GAP, _DASHED_RUN, scale)
    pieces = np.maximum(solid, np.maximum(dotted, dashes))
    _, labels, stats, centres = cv2.connectedComponentsWithStats(pieces, connectivity=8, ltype=numbers(pieces))
    keep = stats[:, cv2.CC_STAT_HEIGHT] <= 2 * THICK * scale
    keep[0] = False
    # Strokes of print that stand in a row by chance have less ink than a line, and none that is unbroken.
    ink_of = np.bincount(labels[solid > 0], minlength=len(stats)) / np.maximum(1, stats[:, cv2.CC_STAT_HEIGHT])
    x0, width, ink_of = stats[keep, cv2.CC_STAT_LEFT], stats[keep, cv2.CC_STAT_WIDTH], ink_of[keep]
    thick = stats[keep, cv2.CC_STAT_AREA] / np.maximum(1, width)
    return np.stack((centres[keep, 1] + 0.5, x0, x0 + width, np.maximum(ink_of, _FAINT * width), thick), axis=1) / scale


def _joined(mask: NDArray[np.uint8], gap: float, run: float, scale: float) -> NDArray[np.uint8]:
    """The runs along rows of a mask that are at least `run` long once gaps of `gap` are closed, both in points."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, round(gap * scale) | 1), np.uint8))
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, round(run * scale)), np.uint8)))


def _bridged(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pieces with those made one that are in line and end near each other."""
    lines: list[list[float]] = []
    for piece in pieces[np.argsort(pieces[:, 1], kind="stable")].tolist():
        for line in reversed(lines):
            if abs(line[0] - piece[0]) <= _IN_LINE and line[2] >= piece[1] - _BRIDGE:
                total = line[3] + piece[3]
                line[0] = (line[0] * line[3] + piece[0] * piece[3]) / total
                line[2:4] = max(line[2], piece[2]), total
                break
        else:
            lines.append(piece)
    return np.array(lines).reshape(-1, 5)


def _tables(level: NDArray[np.float64], steep: NDArray[np.float64]) -> list[_Box]:
    """Where tables are: boxes around pieces that meet; of the rest, around those stacked that are as long."""
    y, x0, x1 = level.T[:3, :, None]
    x, y0, y1 = steep.T[:3, None, :]
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
    y, x0, x1 = rest.T[:3, :, None]
    stacked = (np.abs(x0 - x0.T) < _REACH) & (np.abs(x1 - x1.T) < _REACH) & (np.abs(y - y.T) < _STACKED)
    group, _ = _groups(stacked)
    for number in np.unique(group).tolist():
        rows = rest[group == number]
        if len(rows) >= 2:
            low, high = rows.min(axis=0).tolist(), rows.max(axis=0).tolist()
            boxes.append((low[1], low[0], high[2], high[0]))
    return _merged(boxes)


def _large(box: _Box) -> bool:
    return box[2] - box[0] >= _LARGE[0] or box[3] - box[1] >= _LARGE[1]


def _grown(box: _Box, level: NDArray[np.float64], steep: NDArray[np.float64]) -> _Box:
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
    leads = level[(level[:, 0] >= side[0] - _NEAR) & (level[:, 0] <= side[1] + _NEAR)]
    reach = [extent[0], extent[1]]
    for at in steep[length > 0, 0].tolist():
        edge = extent[0] if at < extent[0] else extent[1]
        if not (extent[0] - _BESIDE <= at < extent[0] - _APART or extent[1] + _APART < at <= extent[1] + _BESIDE):
            continue
        shown = length[np.abs(steep[:, 0] - at) < _IN_LINE].sum()
        between = np.diff(np.clip(leads[:, 1:3], *sorted((at, edge)))).sum()
        if shown >= _AS_LONG * (side[1] - side[0]) and between >= abs(at - edge):
            reach = [min(reach[0], at), max(reach[1], at)]
    return reach[0], reach[1]


def _reach(pieces: NDArray[np.float64], across: tuple[float, float], along: tuple[float, float]) -> tuple[float, float]:
    """How far a table's lines go on beyond its extent `along`: pieces in line with one within it, and near it."""
    own = pieces[(pieces[:, 0] >= across[0] - _NEAR) & (pieces[:, 0] <= across[1] + _NEAR)]
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
    while True:
        columns = np.where(meets, rows[:, None], none).min(axis=0, initial=none)
        joined = np.minimum(rows, np.where(meets, columns, none).min(axis=1, initial=none))
        if np.array_equal(joined, rows):
            return rows, columns
        rows = joined


def _within(
    level: NDArray[np.float64], steep: NDArray[np.float64], box: _Box
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What of the pieces stands in a box."""
    left, top, right, bottom = box
    return _cut(level, top, bottom, left, right), _cut(steep, left, right, top, bottom)


def _cut(pieces: NDArray[np.float64], low: float, high: float, start: float, end: float) -> NDArray[np.float64]:
    """(k, 5) pieces between `low` and `high` across, cut off at `start` and `end` along."""
    pieces = pieces[(pieces[:, 0] >= low - _NEAR) & (pieces[:, 0] <= high + _NEAR)]
    ends = np.clip(pieces[:, 1:3], start - _NEAR, end + _NEAR)
    length = ends[:, 1] - ends[:, 0]
    ink = pieces[:, 3] * length / np.maximum(pieces[:, 2] - pieces[:, 1], 1e-9)
    return np.column_stack((pieces[:, 0], ends, ink, pieces[:, 4]))[length > _APART]


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


def _parts(across: Ink, down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float) -> list[_Box]:
    """Boxes around the tables in one box, by the edges that each seem to be there."""
    rows, columns = _positions(level), _positions(steep)
    if len(rows) < 2 or len(columns) < 2:
        return []
    linked = np.zeros((2 * len(rows) - 1, 2 * len(columns) - 1), np.uint8)
    linked[::2, 1::2] = seen(across, rows, columns, _thickness(level), scale).odds(_WORN) > 0
    linked[1::2, ::2] = seen(down, columns, rows, _thickness(steep), scale).odds(_WORN).T > 0
    linked[::2, ::2] = 1
    _, _, stats, _ = cv2.connectedComponentsWithStats(linked, connectivity=4)
    boxes = [
        (float(columns[x // 2]), float(rows[y // 2]), float(columns[(x + w) // 2]), float(rows[(y + h) // 2]))
        for x, y, w, h, _ in stats[1:].tolist()
        if w > 1 and h > 1
    ]
    return _beside(boxes)


def _beside(boxes: list[_Box]) -> list[_Box]:
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


def _wide(box: _Box) -> bool:
    return box[2] - box[0] >= _LARGE[0]


def _grid(across: Ink, down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float) -> list[Ruling]:
    """The rulings of one table."""
    rows = _positions(level)
    if len(rows) < 2 or not len(steep):
        return []
    columns = _positions(np.concatenate((steep, _in_low_rows(down, level, steep, scale))))
    if len(columns) < 2:
        return []
    thick = _thickness(level), _thickness(steep)
    more = _fragments(down, columns, rows, scale)
    columns = np.sort(np.concatenate((columns, more[_stand(seen(down, more, rows, thick[1], scale))])))
    more = _fragments(across, rows, columns, scale)
    rows = np.sort(np.concatenate((rows, more[_stand(seen(across, more, columns, thick[0], scale))])))
    sides = seen(across, rows, columns, thick[0], scale), seen(down, columns, rows, thick[1], scale)
    worn, gaps = _WORN, [np.inf, np.inf]
    for _ in range(2):
        edges = most_likely(*(side.odds(worn, gap) for side, gap in zip(sides, gaps, strict=True)))
        there = np.concatenate([side.looks_worn()[line] for side, line in zip(sides, edges, strict=True)])
        if not len(there):
            return []
        worn = float(np.clip(there.mean(), _LEAST_WORN, _MOST_WORN))
        gaps = [_usual_gap(side.gaps()[line]) for side, line in zip(sides, edges, strict=True)]
    above, beside = edges
    found = [Ruling(start, y, end, y) for y, start, end in _runs(rows, columns, above)]
    if not any(ruling.x1 - ruling.x0 >= _RULE for ruling in found):
        return []
    return found + [Ruling(x, start, x, end) for x, start, end in _runs(columns, rows, beside)]


def _stand(sight: Seen) -> NDArray[np.bool_]:
    """(n,), whether more speaks for each line than against it, along its best stretch."""
    total = np.pad(np.cumsum(sight.odds(_MOST_WORN), axis=1), ((0, 0), (1, 0)))
    best = (total - np.minimum.accumulate(total, axis=1)).max(axis=1)
    return np.asarray(best > _STANDS + _BY_CHANCE * (total.shape[1] - 1))


def _fragments(ink: Ink, known: NDArray[np.float64], along: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Where else than at the `known` lines there are fragments of one, too short for pieces; ascending."""
    first, last = max(0, round((known[0] - _NEAR) * scale)), round((known[-1] + _NEAR) * scale)
    start, end = max(0, round(along[0] * scale)), round(along[-1] * scale)
    runs = _joined(ink.line[first:last, start:end], GAP, _FRAGMENT, scale)
    total = np.count_nonzero(runs, axis=1) / scale
    at = (first + np.arange(len(total)) + 0.5) / scale
    total[np.abs(at[:, None] - known).min(axis=1) < _APART] = 0.0
    found: list[float] = []
    while len(known) + len(found) < _MOST and len(total) and total.max() >= _FRAGMENTS:
        found.append(float(at[total.argmax()]))
        total[np.abs(at - found[-1]) < _APART] = 0.0
    return np.array(sorted(found))


def _usual_gap(gaps: NDArray[np.float64]) -> float:
    """How long bare stretches of a table's lines are at most, as most of its edges show."""
    return _LONGER * float(np.percentile(gaps, _USUAL)) if len(gaps) else np.inf


def _in_low_rows(
    down: Ink, level: NDArray[np.float64], steep: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """(n, 5) pieces of lines down from one row's line to the next, where all are too short to have been seen."""
    found: list[tuple[float, float, float, float, float]] = []
    rows = _positions(level[level[:, 2] - level[:, 1] >= _RULE])
    first, last = max(0, round((level[:, 1].min() - _REACH) * scale)), round((level[:, 2].max() + _REACH) * scale)
    gap = np.ones((1, round(GAP * scale) | 1), np.uint8)
    for top, bottom in pairwise(rows.tolist()):
        middle = (top + bottom) / 2
        if bottom - top > 2 * _BROKEN_RUN or np.any((steep[:, 1] < middle) & (steep[:, 2] > middle)):
            continue
        strip = down.thin[first:last, round((top + 0.6) * scale) : round((bottom - 0.6) * scale)]
        wide = strip.copy()
        wide[1:] |= strip[:-1]
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, gap, borderType=cv2.BORDER_REPLICATE)
        full = (wide.mean(axis=1) > 0.3) & (closed.mean(axis=1) > _LOW_SUPPORT)
        turns = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8))).reshape(-1, 2)
        found += [
            ((first + (start + end - 1) / 2) / scale, top, bottom, bottom - top, (end - start) / scale)
            for start, end in turns.tolist()
            if end - start <= THICK * scale
        ]
    return np.array(found).reshape(-1, 5)


def _thickness(pieces: NDArray[np.float64]) -> float:
    """Points across most of some pieces of lines, by length."""
    lengths, thick = pieces[:, 3:].T
    order = np.argsort(thick)
    total = np.cumsum(lengths[order])
    return float(thick[order][np.searchsorted(total, total[-1] / 2)]) if len(total) else 0.0


def _positions(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the lines of a grid stand, ascending: those with most ink first, others only where none is near."""
    position, ink = pieces[:, 0], pieces[:, 3]
    near = np.abs(position[:, None] - position) < 0.7
    weight = near @ ink
    mean = (near @ (ink * position)) / np.maximum(weight, 1e-9)
    chosen: list[float] = []
    for i in np.argsort(-weight).tolist():
        if len(chosen) < _MOST and all(abs(mean[i] - other) >= _APART for other in chosen):
            chosen.append(float(mean[i]))
    return np.array(sorted(chosen))


def _runs(
    at: NDArray[np.float64], along: NDArray[np.float64], supported: NDArray[np.bool_]
) -> list[tuple[float, float, float]]:
    """Position, start and end of each run of supported edges."""
    found = []
    for position, there in zip(at.tolist(), supported, strict=True):
        turns = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8)))
        found += [(position, float(along[start]), float(along[end])) for start, end in turns.reshape(-1, 2).tolist()]
    return found


def _rules(across: Ink, level: NDArray[np.float64], found: list[Ruling], scale: float) -> list[Ruling]:
    """Horizontal rules away from the grids found and from the sheet's border, pieces of one joined."""
    height = across.all.shape[0] / scale
    rules: list[list[float]] = []
    for y, x0, x1, _, _ in sorted(level.tolist()):
        if not _MARGIN < y < height - _MARGIN or any(
            r.top - _REACH <= y <= r.bottom + _REACH and r.x0 - _REACH <= x0 and x1 <= r.x1 + _REACH for r in found
        ):
            continue
        for rule in rules:
            if abs(rule[0] - y) <= 1.5 and x0 <= rule[2] + 4 * RUN and rule[1] <= x1 + 4 * RUN:
                rule[1:] = [min(rule[1], x0), max(rule[2], x1)]
                break
        else:
            rules.append([y, x0, x1])
    thick = _thickness(level)
    return [
        Ruling(x0, y, x1, y)
        for y, x0, x1 in rules
        # Strokes of one line of print may look like a broken rule, but for the print about them.
        if x1 - x0 >= _RULE and seen(across, np.array([y]), np.array([x0, x1]), thick, scale).odds(_WORN)[0, 0] > 0
    ]
