"""Which edges of a grid are there, all of them at once: lines end at lines, and cells are rectangles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ENDS = 1.5
"""What it takes, in log-odds, that a line ends at another."""

_OPEN = 2.0
"""The same for a line that ends, or turns, at the grid's outline: tables are open where they go on on another page."""

_TURNS = 6.0
"""The same for a line that turns within a grid."""

_HANGS = 8.0
"""The same for a line that ends within a grid where it meets none."""

_WORSE = 18.0
"""Log-odds by which a way to go on may be worse than the best one; a worse one is not followed."""

_WAYS = 500
"""Ways to go on that are followed at the most."""

_DECIDED = _WORSE + _HANGS
"""Log-odds of an edge from which ways that say otherwise are all worse than one that is followed, whatever follows."""


def most_likely(across: NDArray[np.float64], down: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The likeliest edges that make a grid.

    Crossings are taken row by row. A way so far is known by the lines that reach down from it, and by the one that
    comes from the left; of two ways alike in these, only the better one is kept, so that the best one is found.

    Args:
        across: (rows, columns - 1) log-odds that a line runs along each row from each column to the next.
        down: (columns, rows - 1), the same along columns.

    Returns:
        Whether each edge is there, in the same shapes.
    """
    if across.shape[0] < down.shape[0]:
        beside, above = most_likely(down, across)
        return above, beside
    rows, columns = across.shape[0], down.shape[0]
    costs = [_costs(outline) for outline in range(3)]
    # No edge leads out of the grid.
    rightward, downward = (np.pad(odds, ((0, 0), (0, 1)), constant_values=-np.inf) for odds in (across, down))
    ways, cost = np.zeros(1, np.int64), np.zeros(1)
    steps: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for i in range(rows):
        for j in range(columns):
            met = costs[(i in {0, rows - 1}) + (j in {0, columns - 1})]
            came = 2 * (ways >> j & 1) + (ways >> columns & 1)
            kept = ways & ~(1 << j | 1 << columns)
            choices = [
                (below << j | right << columns, met[right, below] - gain - more)
                for right, gain in _choices(float(rightward[i, j]))
                for below, more in _choices(float(downward[j, i]))
            ]
            ways, cost, origin = _best(
                np.concatenate([kept | edges for edges, _ in choices]),
                np.concatenate([cost + more[came] for _, more in choices]),
            )
            steps.append((ways, origin % len(kept)))
    return _traced(steps, int(cost.argmin()), rows, columns)


def _choices(odds: float) -> list[tuple[int, float]]:
    """Whether an edge may be there, and what is gained if it is; one where the other is out of the question."""
    absent, there = (0, 0.0), (1, odds)
    return [absent] if odds < -_DECIDED else [there] if odds > _DECIDED else [absent, there]


def _costs(outline: int) -> NDArray[np.float64]:
    """(2, 2, 4) what it costs that edges meet at a crossing, by whether they are there: right, below, above or before.

    The last axis is 2 for above, and 1 more for before; `outline` says on how many sides of the grid the crossing is.
    """
    right, below, above, before = np.indices((2, 2, 2, 2))
    count = right + below + above + before
    turn = (count == 2) & (above != below)
    if outline == 2:
        costs = np.where(count == 1, _OPEN, 0.0)
    elif outline == 1:
        costs = np.where(turn | (count == 1), _OPEN, 0.0)
    else:
        costs = np.select([count == 3, turn, count == 1], [_ENDS, _TURNS, _HANGS], 0.0)
    return costs.reshape(2, 2, 4)


def _best(
    ways: NDArray[np.int64], cost: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Each way once with its least cost and where it stood, those much worse than the best left out."""
    order = cost.argsort(kind="stable")
    ascending = cost[order]
    order = order[: ascending.searchsorted(ascending[0] + _WORSE, side="right")]
    # NumPy's unique is several times as slow for so few.
    by_way = ways[order].argsort(kind="stable")
    sorted_ways = ways[order[by_way]]
    first = by_way[np.concatenate(([True], sorted_ways[1:] != sorted_ways[:-1]))]
    first.sort()
    order = order[first[:_WAYS]]
    return ways[order], cost[order], order


def _traced(
    steps: list[tuple[NDArray[np.int64], NDArray[np.int64]]], best: int, rows: int, columns: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The edges along the way that ends at `best`."""
    across, down = np.zeros((rows, columns - 1), dtype=bool), np.zeros((columns, rows - 1), dtype=bool)
    for step in range(len(steps) - 1, -1, -1):
        i, j = divmod(step, columns)
        ways, origin = steps[step]
        way = int(ways[best])
        if j < columns - 1:
            across[i, j] = bool(way >> columns & 1)
        if i < rows - 1:
            down[j, i] = bool(way >> j & 1)
        best = int(origin[best])
    return across, down
