"""A sheet's rulings from its pixels: where lines stand is found first, then between which of them each one runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extract.geometry import with_empty_last
from extract.model import Ruling, Sheet
from extract.scan.pixels.lines import darkness, ink
from extract.scan.rulings.apart import skipped, unparted, with_told
from extract.scan.rulings.border import within_border
from extract.scan.rulings.edges import WORN, Seen, seen
from extract.scan.rulings.loose import loose_rules
from extract.scan.rulings.lowrows import in_lone_rows, in_low_rows, is_low, through, unbroken
from extract.scan.rulings.openends import with_open_ends
from extract.scan.rulings.opensides import with_open_sides
from extract.scan.rulings.pens import is_pens
from extract.scan.rulings.pieces import APART, NEAR, pieces_of, positions, thickness, within
from extract.scan.rulings.stacked import parted
from extract.scan.rulings.strokes import Ink, ink_of
from extract.scan.rulings.tables import REACH, RULE, tables
from extract.scan.rulings.topology import most_likely
from extract.scan.rulings.traces import with_hidden, with_traces
from extract.scan.rulings.worn import MOST_WORN, poor, with_fragments

_WEIGHT, _OF_BEST = 14.0, 0.5
"""Log-odds for all edges of a line from which it is one; or, in a low table, the share of what speaks for its best."""

_REACHING, _TWICE, _WHOLE = 9.0, 2, 1.0
"""The same of one that reaches from line to line in so many rows, and points of the widest gap there: hardly any stroke
of print does in one, and none in the next as well.
"""

_SOME_WORN = 0.02
"""Share of worn edges from which there may be lines of which fragments are left only."""

_LEAST_WORN = 0.003
"""Share of a table's lines that may be worn or broken at the least."""

_USUAL, _LONGER = 90, 1.7
"""Percentile of the longest bare stretches of a table's edges, and times as long as that, which are usual still."""

_HOLE = 6.0
"""Log-odds against a stretch of a level line up to which it is there all the same, if the line goes on beyond it."""

_MUCH_WORN = 0.2
"""Share of worn edges from which print tells of lines: what is seen of single edges says little then."""

_AT_ONE_PLACE = 0.7
"""Points by which pieces of one line may stand apart."""


def rulings(sheet: Sheet) -> tuple[Ruling, ...]:
    """The lines of the sheet's tables, in points on the sheet; each runs from one line that it meets to another.

    Lines that belong to no grid are left out, except horizontal rules that no vertical line meets.
    """
    dark = darkness(sheet.grey, sheet.scale)
    across, down = ink_of(ink(dark, sheet.scale), sheet.scale)
    level, steep = within_border(pieces_of(across, sheet.scale), pieces_of(down, sheet.scale), sheet)
    steep = np.concatenate((steep, in_lone_rows(down, level, sheet.scale)))
    found: list[Ruling] = []
    loose = np.ones(len(level), dtype=bool)
    for own in parted(level, steep, across.all, sheet.scale):
        for box in tables(across, down, *own, sheet.scale):
            grid = with_open_sides(_grid(across, down, within(*own, box), dark, sheet.scale), own[0])
            found += with_open_ends(grid, own[1], partial(_lines_through, down, sheet.scale))
            loose &= (level[:, 0] < box[1] - NEAR) | (level[:, 0] > box[3] + NEAR) | (not grid)
    found += loose_rules(across, level[loose], found, sheet.scale)
    return tuple(found)


def _lines_through(down: Ink, scale: float, row: tuple[float, float], extent: tuple[float, float]) -> list[float]:
    return through(down, row, extent, scale)


def _grid(
    across: Ink,
    down: Ink,
    pieces: tuple[NDArray[np.float64], NDArray[np.float64]],
    dark: NDArray[np.uint8],
    scale: float,
) -> list[Ruling]:
    """The rulings of one table, given its pieces of level and of steep lines."""
    level, steep = pieces
    rows = positions(level)
    if len(rows) < 2 or not len(steep):
        return []
    rows = np.array(with_empty_last(rows.tolist(), level, steep, APART))
    low = in_low_rows(down, level, steep, scale)
    columns = positions(np.concatenate((steep, low)))
    if len(columns) < 2:
        return []
    thick = thickness(level), thickness(steep)

    def both() -> tuple[Seen, Seen]:
        return seen(across, rows, columns, thick[0], scale), seen(down, columns, rows, thick[1], scale)

    sides = both()
    edges = most_likely(sides[0].odds(WORN), sides[1].odds(WORN))
    known = len(rows) + len(columns)
    # Lines that are nowhere would cut the edges of the others into pieces too short to tell.
    rows, columns = (at[line.any(axis=1)] for at, line in zip((rows, columns), edges, strict=True))
    if min(len(rows), len(columns)) < 2:
        return []
    if len(rows) + len(columns) < known:
        sides = both()
        edges = most_likely(sides[0].odds(WORN), sides[1].odds(WORN))
    worn, gaps = _state(sides, edges)
    known = len(rows) + len(columns)
    # Nor is one where it shows in a low row or two only, as strokes of print do that touch the lines above and below.
    weight = [np.where(line, side.odds(worn), 0.0).sum(axis=1) for side, line in zip(sides, edges, strict=True)]
    whole = [np.count_nonzero(line & (side.gaps() < _WHOLE), axis=1) for side, line in zip(sides, edges, strict=True)]
    heavy = [
        (sum_ > min(_WEIGHT, _OF_BEST * sum_.max())) | ((sum_ > _REACHING) & (count >= _TWICE))
        for sum_, count in zip(weight, whole, strict=True)
    ]
    low_ones = _through(columns, low, whole[1], (level[:, 1].min(), level[:, 2].max()), lone=is_low(rows))
    rows, columns = rows[heavy[0]], columns[heavy[1] | low_ones]
    used = len(rows) + len(columns)
    if min(len(rows), len(columns)) < 2:
        return []
    if worn > _SOME_WORN:
        told = [*unparted(across.all, columns, rows, scale), *skipped(columns)] if worn >= _MUCH_WORN else []
        poorest = [poor(side.odds(worn)[line], worn) for side, line in zip(sides, edges, strict=True)]
        columns = with_fragments(down, columns, rows, thick[1], scale, poorest=poorest[1], told=told)
        rows = with_fragments(across, rows, columns, thick[0], scale, poorest=poorest[0])
    if not known == used == len(rows) + len(columns):
        sides = both()
    level_odds, steep_odds = (side.odds(worn, gap) for side, gap in zip(sides, gaps, strict=True))
    level_odds, steep_odds = with_traces((level_odds, steep_odds), dark, rows, columns, scale)
    if worn >= _MUCH_WORN:
        steep_odds = with_told(steep_odds, across.all, columns, rows, scale)
    above, beside = most_likely(level_odds, steep_odds)
    above, beside = (
        line & ~is_pens(side.strokes, line)[:, None] for line, side in zip((above, beside), sides, strict=True)
    )
    above = _without_holes(above, level_odds)
    beside = _without_torn_rows(beside, steep_odds)
    beside = with_hidden(beside, dark, rows, columns, scale)
    found = [Ruling(start, y, end, y) for y, start, end in _runs(rows, columns, above)]
    if not any(ruling.x1 - ruling.x0 >= RULE for ruling in found):
        return []
    return found + [Ruling(x, start, x, end) for x, start, end in _runs(columns, rows, beside)]


def _through(
    columns: NDArray[np.float64],
    low: NDArray[np.float64],
    whole: NDArray[np.int64],
    ends: tuple[float, float],
    *,
    lone: bool,
) -> NDArray[np.bool_]:
    """(n,), which lines run through low rows: several, as strokes of print do not, one below another.

    Or through one row, if without a gap; where hardly more than a row makes a `lone` header or a table's rest, that may
    be small, and dotted where its level lines have their `ends`, since something closes it there.
    """
    near = np.abs(columns[:, None] - low[:, 0]) < _AT_ONE_PLACE
    single = near.any(axis=1) if lone else near[:, unbroken(low)].any(axis=1)
    closing = lone & (np.abs(columns[:, None] - ends) < REACH).any(axis=1)
    return np.asarray((np.count_nonzero(near, axis=1) > 1) | (single & ((whole > 0) | closing)))


def _without_holes(there: NDArray[np.bool_], odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Edges of level lines with those that a line goes on beyond on both sides, where little speaks against them.

    Cells of several rows are seldom set amid others that are not; cells of several columns often are, as headings.
    """
    there = there.copy()
    for row, evidence in zip(there, odds, strict=True):
        turns = np.flatnonzero(np.diff(row.astype(np.int8))).tolist()
        for start, end in pairwise(turns):
            if not row[start + 1] and evidence[start + 1 : end + 1].sum() > -_HOLE:
                row[start + 1 : end + 1] = True
    return there


def _without_torn_rows(there: NDArray[np.bool_], odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Edges of lines down the page with those lost in one row of cells only, where other lines run down in it.

    A heading across the table has no such line.
    """
    hole = np.zeros_like(there)
    hole[:, 1:-1] = there[:, :-2] & ~there[:, 1:-1] & there[:, 2:]
    inner = np.count_nonzero(there[1:-1], axis=0) > 0
    return np.asarray(there | (hole & inner & (odds > -_HOLE)))


def _state(sides: Sequence[Seen], edges: Sequence[NDArray[np.bool_]]) -> tuple[float, list[float]]:
    """The share of a table's edges that are worn, and how long bare stretches of most are, across and down the page."""
    there = np.concatenate([side.looks_worn()[line] for side, line in zip(sides, edges, strict=True)])
    gaps = [side.gaps()[line] for side, line in zip(sides, edges, strict=True)]
    longest = [_LONGER * float(np.percentile(gap, _USUAL)) if len(gap) else np.inf for gap in gaps]
    worn = float(there.mean()) if len(there) else 0.0  # no edge is left of what was print
    return min(max(worn, _LEAST_WORN), MOST_WORN), longest


def _runs(
    at: NDArray[np.float64], along: NDArray[np.float64], supported: NDArray[np.bool_]
) -> list[tuple[float, float, float]]:
    """Position, start and end of each run of supported edges."""
    found = []
    for position, there in zip(at.tolist(), supported, strict=True):
        turns = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8)))
        found += [(position, float(along[start]), float(along[end])) for start, end in turns.reshape(-1, 2).tolist()]
    return found
