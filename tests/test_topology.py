"""Edges of a grid, all at once: the best there is, whichever way the grid is laid."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from extract.scan.rulings.topology import most_likely

Edges = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@st.composite
def merged_grids(draw: st.DrawFn) -> Edges:
    """Edges across and down of a grid of which some rectangles of units are merged into cells."""
    rows, columns = draw(st.integers(3, 9)), draw(st.integers(3, 9))
    across, down = np.ones((rows, columns - 1), dtype=bool), np.ones((columns, rows - 1), dtype=bool)
    taken = np.zeros((rows - 1, columns - 1), dtype=bool)
    for _ in range(draw(st.integers(0, 4))):
        top, left = draw(st.integers(0, rows - 2)), draw(st.integers(0, columns - 2))
        bottom, right = draw(st.integers(top + 1, rows - 1)), draw(st.integers(left + 1, columns - 1))
        if not taken[top:bottom, left:right].any():
            taken[top:bottom, left:right] = True
            across[top + 1 : bottom, left:right] = False
            down[left + 1 : right, top:bottom] = False
    return across, down


@given(edges=merged_grids(), unsure=st.floats(-1.4, 1.4), data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_line_runs_on_where_one_edge_of_it_shows_nothing(edges: Edges, unsure: float, data: st.DataObject) -> None:
    across, down = (np.where(side, 9.0, -9.0) for side in edges)
    amid = np.argwhere(edges[0][:, :-2] & edges[0][:, 1:-1] & edges[0][:, 2:]).tolist()
    if amid:
        i, j = data.draw(st.sampled_from(amid))
        across[i, j + 1] = unsure
    found = most_likely(across, down)
    assert np.array_equal(found[0], edges[0])
    assert np.array_equal(found[1], edges[1])


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(2, 5), columns=st.integers(2, 5))
@settings(max_examples=100, deadline=None)
def test_turning_the_grid_changes_nothing(seed: int, rows: int, columns: int) -> None:
    chance = np.random.default_rng(seed)
    across, down = chance.normal(0, 6, (rows, columns - 1)), chance.normal(0, 6, (columns, rows - 1))
    above, beside = most_likely(across, down)
    turned_beside, turned_above = most_likely(down, across)
    assert np.array_equal(above, turned_above)
    assert np.array_equal(beside, turned_beside)


def test_a_stroke_within_a_cell_is_no_line_and_a_worn_stretch_is_one() -> None:
    across, down = np.full((4, 3), 9.0), np.full((4, 3), 9.0)
    down[1] = [2.0, -9.0, -9.0]  # the upper third of a line, which the second row of units does not go on
    across[1, 1] = -0.5
    above, beside = most_likely(across, down)
    assert beside[1].tolist() == [True, False, False]
    assert above.all()
    across[1] = -9.0  # nor does a line end there
    assert not most_likely(across, down)[1][1].any()


def test_it_is_the_best_of_all() -> None:
    chance = np.random.default_rng(7)
    for _ in range(20):
        across, down = chance.normal(0, 5, (3, 2)), chance.normal(0, 5, (3, 2))
        ways = (np.array(bits, dtype=bool) for bits in product((False, True), repeat=12))
        best = min(ways, key=lambda bits: _cost(bits[:6].reshape(3, 2), bits[6:].reshape(3, 2), across, down))
        above, beside = most_likely(across, down)
        assert np.array_equal(np.concatenate((above.ravel(), beside.ravel())), best)


def _cost(
    above: NDArray[np.bool_], beside: NDArray[np.bool_], across: NDArray[np.float64], down: NDArray[np.float64]
) -> float:
    """What a way to draw a grid of 3 x 3 lines costs, by the words of the module's constants."""
    total = -float(across[above].sum() + down[beside].sum())
    for i, j in product(range(3), range(3)):
        left, right = j > 0 and above[i, j - 1], j < 2 and above[i, j]
        up, low = i > 0 and beside[j, i - 1], i < 2 and beside[j, i]
        count = int(left) + int(right) + int(up) + int(low)
        turn = count == 2 and up != low
        border = (i != 1) + (j != 1)
        if border == 2:
            total += 2.0 if count == 1 else 0.0
        elif border == 1:
            total += 2.0 if turn or count == 1 else 0.0
        else:
            total += 1.5 if count == 3 else 6.0 if turn else 8.0 if count == 1 else 0.0
    return total
