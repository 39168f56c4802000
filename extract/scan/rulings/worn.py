"""Lines of a table of which fragments only are left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extract.scan.rulings.edges import Seen, seen
from extract.scan.rulings.pieces import APART, MOST, NEAR, joined
from extract.scan.rulings.strokes import GAP, Ink

MOST_WORN = 0.9
"""Share of a table's lines that may be worn or broken at most."""

_FRAGMENT, _FRAGMENTS, _SHARE = 4.5, 9.0, 0.02
"""Points of length of a line's fragment, and of all of them in one line, at least; and the share of the table's length
that adds to these."""

_STANDS, _BY_CHANCE = 4.0, 0.3
"""Log-odds along its best stretch from which a line is thought of, and those that chance adds with each edge of it."""

_ANOTHER, _NARROW = 1.0, 6.0
"""Log-odds that must be left without its best edge, or points of the widest gap there: a pen's stroke crosses one."""

_POOREST, _AS_GOOD = 10, 0.9
"""Percentile of a table's edges that the poorest are, and share of their log-odds that a mean edge which speaks for
another line has at least: numbers below each other, dots of level lines between them, show less than a dotted line.
"""


def poor(odds: NDArray[np.float64], worn: float) -> float:
    """The log-odds that a mean edge which speaks for another line must have, given a table's edges and the share worn.

    In a table of which nearly all is, as a dotted one, its lines are alike; in others any may be worn more.
    """
    return _AS_GOOD * float(np.percentile(odds, _POOREST)) if worn >= MOST_WORN and len(odds) else 0.0


def with_fragments(
    ink: Ink,
    known: NDArray[np.float64],
    along: NDArray[np.float64],
    thick: float,
    scale: float,
    *,
    poorest: float,
    told: Sequence[tuple[float, float]] = (),
) -> NDArray[np.float64]:
    """Where the `known` lines stand and those of which there are only fragments, too short for pieces; ascending.

    A mean edge that speaks for one has log-odds of `poorest` at least. One fragment will do where print on both sides
    has `told` that there is a line.
    """
    first, last = max(0, round((known[0] - NEAR) * scale)), round((known[-1] + NEAR) * scale)
    start, end = max(0, round(along[0] * scale)), round(along[-1] * scale)
    runs = joined(ink.line[first:last, start:end], GAP, _FRAGMENT, scale)
    total = np.count_nonzero(runs, axis=1) / scale
    at = (first + np.arange(len(total)) + 0.5) / scale
    total[np.abs(at[:, None] - known).min(axis=1) < APART] = 0.0
    least = _FRAGMENTS + _SHARE * (along[-1] - along[0])
    found: list[float] = []
    while len(known) + len(found) < MOST and len(total) and total.max() >= least:
        found.append(float(at[total.argmax()]))
        total[np.abs(at - found[-1]) < APART] = 0.0
    more = np.array(sorted(found))
    known = np.sort(np.concatenate((known, more[stand(seen(ink, more, along, thick, scale), poorest)])))
    for low, high in told:
        between = (at > low) & (at < high)
        if np.any((known > low) & (known < high)) or not between.any():
            continue
        shown = np.where(between, np.count_nonzero(runs, axis=1) / scale, 0.0)
        line = float(at[shown.argmax()])
        if shown.max() >= _FRAGMENT and np.abs(known - line).min() >= APART:
            known = np.sort(np.append(known, line))
    return known


def stand(sight: Seen, least: float) -> NDArray[np.bool_]:
    """(n,), whether more speaks for each line than against it, along its best stretch.

    That must be so in several edges, or there must be one without wide gaps; and of the edges that speak for it a mean
    one must have `least` log-odds.
    """
    odds = sight.odds(MOST_WORN)
    total = np.pad(np.cumsum(odds, axis=1), ((0, 0), (1, 0)))
    best = (total - np.minimum.accumulate(total, axis=1)).max(axis=1)
    speaking = np.maximum(odds, 0.0).sum(axis=1) / np.maximum(1, np.count_nonzero(odds > 0, axis=1))
    several = best - odds.max(axis=1, initial=0.0) > _ANOTHER
    unbroken = ((odds > _STANDS) & (sight.gaps() < _NARROW)).any(axis=1)
    enough = (best > _STANDS + _BY_CHANCE * odds.shape[1]) & (speaking >= least)
    return np.asarray((several | unbroken) & enough)
