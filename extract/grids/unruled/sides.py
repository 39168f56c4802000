"""Figures wider than headers: in the middle of their columns as these, or away from them at the right or the left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.grids.unruled.heads import CENTRED
from extract.grids.unruled.pieces import overlapping
from extract.model import BBox

_FIGURES = 4
"""Figures at least that show that all stand in the middle of their columns."""

_SWAY = 3.0
"""Points by which the ends of figures at one side of their columns may differ: ink fills a digit's width unevenly."""

_APART = 3
"""Times that, from which columns are far enough apart to be told by the sides of their figures."""

_SLACK = 1.0
"""Points from the side of a column to its figures."""

_OVER = 1.5
"""Points by which a figure may reach over the middle between two headers."""


def wide_columns(rows: Sequence[Sequence[BBox]], heads: Sequence[BBox]) -> list[tuple[float, float]]:
    """Extents in x of columns at one side of which all figures stand, however wide these are; none else.

    A figure that runs into those beside it begins, or ends, where those above and below it do, as do the lines of one
    that is wrapped; those of a single row do so as far from the middles of as many headers.

    Args:
        rows: Boxes of the figures of each row.
        heads: Boxes of the headers of neighbouring columns, from left to right.
    """
    for side in (0, 2):
        stood = _stood_at(rows, side)
        count = max((sum(at in column for column in stood) for at in range(len(rows))), default=0)
        if count < 2 or count < len(stood) or (len(rows) == 1 and len(heads) != count):
            continue
        columns = [[place for places in column.values() for place in places] for column in stood]
        starts = [min(column) for column in columns]
        steps = [b - a for a, b in pairwise(starts)]
        if min(steps) < _APART * _SWAY:
            continue
        if len(rows) == 1:
            offsets = [start - (head.x0 + head.x1) / 2 for start, head in zip(starts, heads, strict=True)]
            told = max(offsets) - min(offsets) <= _SWAY
        else:
            told = all(len(column) > 1 for column in stood)
        if not told:
            continue
        ends = [max(column) for column in columns]
        if side == 0:
            edges = [
                start - _SLACK for start in (*starts, max(starts[-1] + steps[-1], *(f.x1 for r in rows for f in r)))
            ]
        else:
            edges = [end + _SLACK for end in (min(ends[0] - steps[0], *(f.x0 for r in rows for f in r)), *ends)]
        return list(pairwise(edges))
    return []


def _stood_at(rows: Sequence[Sequence[BBox]], side: int) -> list[dict[int, list[float]]]:
    """Where the sides of figures that stand above each other are, by row; none where two of a line do, or some sway."""
    found: list[list[tuple[float, int, BBox]]] = []
    for place, at, figure in sorted((figure[side], at, figure) for at, own in enumerate(rows) for figure in own):
        if found and place - found[-1][-1][0] < _SWAY:
            found[-1].append((place, at, figure))
        else:
            found.append([(place, at, figure)])
    stood: list[dict[int, list[float]]] = []
    for column in found:
        by_row: dict[int, list[BBox]] = {}
        for _, at, figure in column:
            by_row.setdefault(at, []).append(figure)
        beside = any(len(overlapping(own)) < len(own) for own in by_row.values())
        if beside or column[-1][0] - column[0][0] > _SWAY:
            return []
        stood.append({at: [figure[side] for figure in own] for at, own in by_row.items()})
    return stood


def centred_columns(rows: Sequence[Sequence[BBox]], heads: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Extents of columns around whose headers' middles all figures stand, however wide these are; none else.

    A figure that runs into those beside it stands nearer to the middle of its own column than to any edge of it. One
    that is wrapped has its lines there.

    Args:
        rows: Boxes of the figures of each row.
        heads: Extents in x of the headers of neighbouring columns, from left to right.
    """
    middles = [(x0 + x1) / 2 for x0, x1 in heads]
    few = sum(map(len, rows)) < _FIGURES
    if few or len(heads) < 2 or min(b - a for a, b in pairwise(middles)) < 4 * CENTRED:
        return []
    for row in rows:
        stacks = [[box for box in row if abs((box.x0 + box.x1) / 2 - at) <= CENTRED] for at in middles]
        if sum(map(len, stacks)) < len(row) or any(len(overlapping(own)) < len(own) for own in stacks):
            return []
    between = [(a + b) / 2 for a, b in pairwise(middles)]
    edges = [2 * middles[0] - between[0], *between, 2 * middles[-1] - between[-1]]
    return list(pairwise(edges))


def columns_of(figures: Sequence[BBox], heads: Sequence[BBox]) -> list[int] | None:
    """For each figure the header of its column, by position; None where figures and headers do not say.

    All figures must begin, or all must end, as far from the middle of their header, and none may reach over the middle
    between two headers: where columns are as wide as each other, a figure of the next column does.

    Args:
        figures: Boxes of figures, in any order.
        heads: Boxes of the headers of neighbouring columns, from left to right, two at least.
    """
    if len(heads) < 2 or not figures:
        return None
    middles = [(head.x0 + head.x1) / 2 for head in heads]
    steps = [b - a for a, b in pairwise(middles)]
    if min(steps) <= 0:
        return None
    starts = [middles[0] - steps[0] / 2, *((a + b) / 2 for a, b in pairwise(middles))]
    ends = [*starts[1:], middles[-1] + steps[-1] / 2]
    own = [
        next(
            (i for i, (a, b) in enumerate(zip(starts, ends, strict=True)) if a - _OVER <= f.x0 and f.x1 <= b + _OVER),
            -1,
        )
        for f in figures
    ]
    if -1 in own:
        return None
    for side in (2, 0):
        offsets = [figure[side] - middles[i] for figure, i in zip(figures, own, strict=True)]
        if max(offsets) - min(offsets) <= _SWAY:
            return own
    return None
