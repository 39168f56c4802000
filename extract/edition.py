"""Editions: which edition of the form a printed grid follows, told by the grid itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

from extract.align import Alignment, Placed, align
from extract.candidates import Candidate
from extract.corrections import Assigning
from extract.labels import similarity
from extract.layout import GridLayout, Layout, Slot
from extract.model import CellId, GridCell

_TELLING = 0.85
"""Likeness of its labels from which a cell that only one edition has tells the edition."""

_ROW = 3
"""Such cells that tell it even where less than half of the grid was found."""

_UNTOLD = "no cell that tells the editions of the form apart was found"

_Labels = dict[tuple[int, int], tuple[list[GridCell], bool]]
"""By grid and row: its cell that ends where its values begin, if any, and whether no row's begin further on."""


def aligned(candidate: Candidate, grid_id: str, editions: Sequence[Layout], assigned: Sequence[Assigning]) -> Alignment:
    """The alignment of a candidate under the edition whose labels fit best, with doubts where that is not told."""

    def under(layout: Layout) -> Alignment:
        return align(candidate.grids, layout, layout.grid(grid_id), assigned)

    best = under(editions[0])
    tried, passed = [best], list[Layout]()
    for layout in editions[1:]:
        if best.perfect:
            break
        if len(layout.grid(grid_id).slots) <= best.score:  # no cell scores more than 1
            passed.append(layout)
            continue
        tried.append(under(layout))
        best = max(best, tried[-1], key=attrgetter("score"))
    doubts = [f"a part of the table was seen on page {page} and not read" for page in candidate.unread]
    others = [layout.grid(grid_id) for layout in editions if layout is not best.layout]
    doubted: dict[CellId, str] = {}
    # Of rows left over, one edition makes none of its own: the rows that only the other has.
    alone = not _left(best, others) and _complete(best) and not any(_complete(one) for one in tried if one is not best)
    alone = alone and not _misnamed(best, others)
    if others and (passed or not alone) and not _told(best, others):
        alone = alone and not any(_complete(under(layout)) for layout in passed)
        doubted = {} if alone else _unlike(best, editions)  # being complete under one edition only tells it too
    return replace(best, doubts=tuple(doubts), doubted=doubted) if doubts or doubted else best


def _complete(one: Alignment) -> bool:
    """Whether every cell was found, or every row of a grid whose rows are alike, all with the same columns."""
    if one.whole or not _alike(one.grid):
        return one.whole
    rows: dict[tuple[str, str], set[str]] = {slot.id[:2]: set() for slot in one.grid.slots}
    for id_ in one.placed:
        rows[id_[:2]].add(id_.column)
    columns = set(map(frozenset, rows.values()))
    return len(rows) > 1 and len(columns) == 1 and frozenset() not in columns


def _alike(grid: GridLayout) -> bool:
    """Whether all rows of a grid have the same columns."""
    return len({id(key.block) for key in grid.keys}) == 1


def _left(best: Alignment, others: Sequence[GridLayout]) -> bool:
    """Whether rows of figures are left over that another edition may make its own.

    Of a grid whose rows are alike those that stand where another edition has rows that this one has not.
    """
    if not _alike(best.grid):
        return bool(best.left)
    own, *of_others = ([key.slots[0].id[:2] for key in grid.keys] for grid in (best.grid, *others))
    return any(
        its.index(below) - its.index(above) > 1 and not best.left.isdisjoint(range(own.index(above), own.index(below)))
        for its in of_others
        for above, below in pairwise(row for row in own if row in its)
    )


def _told(best: Alignment, others: Sequence[GridLayout]) -> bool:
    """Whether half of an alignment's cells were found, and among them one that only its edition of the form has.

    Or a row of such cells.
    """
    known = {slot.id for other in others for slot in other.slots}
    rows = {id_[:2] for id_ in known}
    groups = {label for other in others for label in other.groups}
    own = {id_: placed for id_, placed in best.placed.items() if id_ not in known}
    grouped = [placed for placed in own.values() if _own_label(placed.slot) in groups]
    labels = _labels(best) if grouped else {}
    telling = sum(
        (placed.score if id_[:2] in rows else placed.row_score) >= _TELLING
        for id_, placed in own.items()
        if _own_label(placed.slot) not in groups
    )
    if len(best.placed) * 2 < best.expected:
        return telling >= _ROW
    return telling > 0 or any(_stands_alone(placed, best, labels) for placed in grouped)


def _meant(layout: Layout, grid: GridLayout) -> Iterator[tuple[Slot, tuple[Any, ...]]]:
    """The cells of a grid, each with all that an edition says of it: where two say the same, a number is the same."""
    for slot in grid.slots:
        yield slot, (slot.id, slot.row_label, slot.column_label, layout.holds(slot).model_dump_json())


def _unlike(best: Alignment, editions: Sequence[Layout]) -> dict[CellId, str]:
    """The cells that are another number in another edition, and that this is not known."""
    alike = set.intersection(*(_meanings(layout, best.grid.id) for layout in editions))
    return {slot.id: _UNTOLD for slot, meaning in _meant(best.layout, best.grid) if meaning not in alike}


def _meanings(layout: Layout, grid_id: str) -> set[tuple[Any, ...]]:
    return {meaning for _, meaning in _meant(layout, layout.grid(grid_id))}


def _misnamed(best: Alignment, others: Sequence[GridLayout]) -> bool:
    """Whether a row that only one edition has bears the label of one that only another has."""
    rows = {slot.id[:2] for slot in best.grid.slots}
    known = {slot.id[:2] for other in others for slot in other.slots}
    foreign = {_own_label(slot) for other in others for slot in other.slots if slot.id[:2] not in rows}
    if not foreign:
        return False
    only = {
        (placed.at.grid, placed.at.row, *id_[:2]): placed for id_, placed in best.placed.items() if id_[:2] not in known
    }
    labels = _labels(best) if only else {}
    return any(
        similarity(cell.text, label) > max(similarity(cell.text, _own_label(placed.slot)), placed.row_score)
        for placed in only.values()
        for cell in labels[placed.at.grid, placed.at.row][0]
        for label in foreign
    )


def _stands_alone(placed: Placed, best: Alignment, labels: _Labels) -> bool:
    """Whether a row bears a label that is a group in another edition as its own: in one cell over the stub's columns.

    A group keeps a column for the labels of its rows, even where these are lost; on a page without such a column no row
    has a group. Where white space alone parts the columns, its rows would be left over.
    """
    own, ungrouped = labels[placed.at.grid, placed.at.row]
    return (best.grids[placed.at.grid].parted or not best.left) and any(
        (cell.column_span > 1 or ungrouped) and similarity(cell.text, _own_label(placed.slot)) >= _TELLING
        for cell in own
    )


def _labels(best: Alignment) -> _Labels:
    """The labels beside the values of the rows that were found."""
    starts: dict[tuple[int, int], int] = {}
    for one in best.placed.values():
        row = one.at.grid, one.at.row
        starts[row] = min(one.at.column, starts.get(row, one.at.column))
    of_grids: dict[int, list[int]] = {}
    for (grid, _), start in starts.items():
        of_grids.setdefault(grid, []).append(start)
    found: _Labels = {
        row: ([], len(of_grids[row[0]]) > 1 and max(of_grids[row[0]]) == start) for row, start in starts.items()
    }
    for i, printed in enumerate(best.grids):
        for cell in printed.cells:
            if cell.row_span == 1 and starts.get((i, cell.row)) == cell.column + cell.column_span:
                found[i, cell.row][0].append(cell)
    return found


def _own_label(slot: Slot) -> str:
    return slot.row_label.split(" / ")[-1]
