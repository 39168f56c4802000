"""Lines and cells of a grid that people change: never a hole, never an overlap."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from edits import DRAWN
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.corrections.lines import CellsMerged, CellSplit, LineAdded, LineMoved, LineRemoved
from extract.errors import MisfitError
from extract.grids.redraw import Tiling, changed


@st.composite
def tilings(draw: st.DrawFn) -> Tiling:
    """Any grid cut from one cell by lines across its cells, whole or in part."""
    tiles = Tiling((0.0, 100.0), (0.0, 200.0), ((0, 0, 1, 1),))
    for _ in range(draw(st.integers(0, 8))):
        one = tiles.box(draw(st.sampled_from(tiles.cells)))
        axis = draw(st.sampled_from(["row", "column"]))
        low, high = (one.top, one.bottom) if axis == "row" else (one.x0, one.x1)
        if high - low >= 8:
            at = low + draw(st.integers(1, 3)) * (high - low) / 4
            tiles = attempted(tiles, CellSplit(**DRAWN, box=tuple(one), axis=axis, at=at))
    return tiles


def attempted(tiles: Tiling, edit: object) -> Tiling:
    try:
        return changed(tiles, edit)
    except MisfitError:
        return tiles


def whole(tiles: Tiling) -> bool:
    """Whether the cells tile the units, each once, and the edges ascend."""
    units = Counter(
        (r, c) for top, left, bottom, right in tiles.cells for r in range(top, bottom) for c in range(left, right)
    )
    every = {(r, c) for r in range(len(tiles.rows) - 1) for c in range(len(tiles.columns) - 1)}
    ascending = all(a < b for edges in (tiles.rows, tiles.columns) for a, b in pairwise(edges))
    return set(units) == every and set(units.values()) == {1} and ascending


spots = st.floats(-30, 230).map(lambda x: round(x, 1))


@settings(max_examples=300, deadline=None)
@given(tilings(), st.data())
def test_no_edit_leaves_a_hole_or_an_overlap(tiles: Tiling, data: st.DataObject) -> None:
    axis = data.draw(st.sampled_from(["row", "column"]))
    at, to = data.draw(spots), data.draw(spots)
    one = data.draw(st.sampled_from(tiles.cells))
    low, high = sorted((at, to))
    made = data.draw(
        st.sampled_from(
            [
                LineAdded(**DRAWN, axis=axis, at=at),
                LineAdded(**DRAWN, axis=axis, at=at, span=(low - 20, high)),
                LineMoved(**DRAWN, axis=axis, at=at, to=to),
                LineRemoved(**DRAWN, axis=axis, at=at),
                CellsMerged(**DRAWN, box=(low, low, high + 1, high + 1)),
                CellSplit(**DRAWN, box=tuple(tiles.box(one)), axis=axis, at=at),
            ]
        )
    )
    assert whole(tiles)
    assert whole(attempted(tiles, made))


@settings(max_examples=200, deadline=None)
@given(tilings(), st.sampled_from(["row", "column"]), spots)
def test_a_line_added_and_removed_again_changes_nothing(tiles: Tiling, axis: str, at: float) -> None:
    added = attempted(tiles, LineAdded(**DRAWN, axis=axis, at=at))
    if added != tiles:
        assert changed(added, LineRemoved(**DRAWN, axis=axis, at=at)) == tiles


@settings(max_examples=100, deadline=None)
@given(tilings(), st.sampled_from(["row", "column"]), spots, spots)
def test_a_line_moved_there_and_back_changes_nothing(tiles: Tiling, axis: str, at: float, to: float) -> None:
    edges = tiles.rows if axis == "row" else tiles.columns
    own = min(edges, key=lambda edge: abs(edge - at))
    moved = attempted(tiles, LineMoved(**DRAWN, axis=axis, at=own, to=to))
    if moved != tiles:
        back = changed(moved, LineMoved(**DRAWN, axis=axis, at=to, to=own))
        assert back.cells == tiles.cells
        assert back.columns + back.rows == pytest.approx(tiles.columns + tiles.rows, abs=0.01)


@settings(max_examples=200, deadline=None)
@given(tilings(), st.data())
def test_a_cell_split_and_merged_again_changes_nothing(tiles: Tiling, data: st.DataObject) -> None:
    box = tiles.box(data.draw(st.sampled_from(tiles.cells)))
    axis = data.draw(st.sampled_from(["row", "column"]))
    at = data.draw(st.floats(box.x0, box.x1) if axis == "column" else st.floats(box.top, box.bottom))
    split = attempted(tiles, CellSplit(**DRAWN, box=tuple(box), axis=axis, at=at))
    if split != tiles:
        assert len(split.cells) == len(tiles.cells) + 1
        assert changed(split, CellsMerged(**DRAWN, box=tuple(box))) == tiles


def test_of_rows_lower_than_lines_may_be_off_the_one_that_is_meant_is_split() -> None:
    tiles = Tiling(
        (0.0, 25.0, 27.0, 30.0, 55.0), (0.0, 200.0), ((0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1), (3, 0, 4, 1))
    )
    split = changed(tiles, CellSplit(**DRAWN, box=(0.0, 27.0, 200.0, 30.0), axis="column", at=80.0))
    assert [tuple(split.box(cell)) for cell in split.cells if cell[3] - cell[1] == 1] == [
        (0.0, 27.0, 80.0, 30.0),
        (80.0, 27.0, 200.0, 30.0),
    ]
