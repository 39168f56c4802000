"""Horizontal rules that no line down the page meets: those of tables, told from strokes of print and lone lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling, extents
from extract.scan.rulings.edges import WORN, seen
from extract.scan.rulings.pieces import thickness
from extract.scan.rulings.strokes import RUN, Ink
from extract.scan.rulings.tables import REACH, RULE

_MARGIN = 7.0
"""Points from the sheet's border within which lines are shadows of the page's edge."""

_AS_WIDE = 0.8
"""Share of their width that rules of one table have in common."""


def loose_rules(across: Ink, level: NDArray[np.float64], found: Sequence[Ruling], scale: float) -> list[Ruling]:
    """Horizontal rules away from the grids found and from the sheet's border, pieces of one joined."""
    height = across.all.shape[0] / scale
    rules: list[list[float]] = []
    first = 0
    for y, x0, x1, _, _ in sorted(level[_loose(level, found, height)].tolist()):
        while first < len(rules) and y - rules[first][0] > 1.5:
            first += 1  # those that follow are lower still
        for rule in rules[first:]:
            if abs(rule[0] - y) <= 1.5 and x0 <= rule[2] + 4 * RUN and rule[1] <= x1 + 4 * RUN:
                rule[1:] = [min(rule[1], x0), max(rule[2], x1)]
                break
        else:
            rules.append([y, x0, x1])
    thick = thickness(level)
    spans = np.array(rules).reshape(-1, 3)
    # Strokes of one line of print may look like a broken rule, but for the print about them.
    spans = spans[[
        x1 - x0 >= RULE and seen(across, np.array([y]), np.array([x0, x1]), thick, scale).odds(WORN)[0, 0] > 0
        for y, x0, x1 in rules
    ]]  # fmt: skip
    of_grids = np.array([(r.top, r.x0, r.x1) for r in found if r.horizontal]).reshape(-1, 3)
    return [Ruling(x0, y, x1, y) for y, x0, x1 in spans[_of_tables(spans, of_grids)].tolist()]


def _loose(level: NDArray[np.float64], found: Sequence[Ruling], height: float) -> NDArray[np.bool_]:
    """Which pieces are none of the rulings found, nor at the border of a sheet of this height."""
    x0, top, x1, bottom = extents(found).T
    y, start, end = level.T[:3, :, None]
    own = (top - REACH <= y) & (y <= bottom + REACH) & (x0 - REACH <= start) & (end <= x1 + REACH)
    return np.asarray(~own.any(axis=1) & (level[:, 0] > _MARGIN) & (level[:, 0] < height - _MARGIN))


def _of_tables(rules: NDArray[np.float64], of_grids: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,), whether each of (n, 3) rules (y, start and end) is a table's: one of several as wide, or between such.

    A rule by itself parts paragraphs, or is of strokes that stand in a row: of a title in large type they may be as
    wide as some cell of a grid's is, but not as its widest rules.
    """
    width = of_grids[:, 2] - of_grids[:, 1]
    widest = np.concatenate((np.ones(len(rules), bool), width > _AS_WIDE * width.max(initial=0.0)))
    every = np.concatenate((rules, of_grids))
    common = np.minimum(rules[:, 2:], every[:, 2]) - np.maximum(rules[:, 1:2], every[:, 1])
    either = np.maximum(rules[:, 2:], every[:, 2]) - np.minimum(rules[:, 1:2], every[:, 1])
    wide = np.count_nonzero((common > _AS_WIDE * either) & widest, axis=1) > 1  # each is as wide as itself
    over = (common > _AS_WIDE * (rules[:, 2:] - rules[:, 1:2])) & np.concatenate((wide, np.ones(len(of_grids), bool)))
    above, below = every[:, 0] < rules[:, :1], every[:, 0] > rules[:, :1]
    return np.asarray(wide | ((over & above).any(axis=1) & (over & below).any(axis=1)))
