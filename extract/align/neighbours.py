"""Doubts that placed cells cast on each other, seen once all of a printed grid are."""

from __future__ import annotations

from extract.align.alignment import Placed
from extract.model import CellId, Spot
from extract.swift import changed


def doubt_neighbours(placed: dict[CellId, Placed]) -> None:
    """Add to the cells of a printed grid, in the form's order, the doubts that others of them cast on them."""
    _doubt_shared(placed)
    _doubt_unnamed(placed)
    _doubt_beside_doubled(placed)


def _doubt(placed: dict[CellId, Placed], id_: CellId, doubt: str) -> None:
    cell = placed[id_]
    if doubt not in cell.reading.doubts:
        placed[id_] = changed(cell, reading=changed(cell.reading, doubts=(*cell.reading.doubts, doubt)))


def _doubt_shared(placed: dict[CellId, Placed]) -> None:
    """Doubt a number that stands in several rows: those of two cells run into one where a line between was lost."""
    if len({cell.at for cell in placed.values()}) == len(placed):
        return
    rows: dict[Spot, set[str]] = {}
    for cell in placed.values():
        rows.setdefault(cell.at, set()).add(cell.slot.id.row)
    for id_, cell in placed.items():
        if len(rows[cell.at]) > 1 and any(char.isnumeric() for char in cell.reading.text):
            _doubt(placed, id_, "one printed cell stands in several rows")


def _doubt_unnamed(placed: dict[CellId, Placed]) -> None:
    """Doubt columns without any text and without a header but what they share with others: they may be cut off."""
    if all(cell.reading.text.strip() for cell in placed.values()):
        return
    columns: dict[tuple[str, int, int], list[Placed]] = {}
    for cell in placed.values():
        columns.setdefault((cell.slot.id.table, cell.at.grid, cell.at.column), []).append(cell)
    for (table, grid, _), cells in columns.items():
        if any(cell.reading.text.strip() for cell in cells):
            continue
        header = cells[0].header
        others = {own[0].header for (*at, _), own in columns.items() if at == [table, grid]}
        if any(other != header and other.startswith(header) for other in others):
            for cell in cells:
                _doubt(placed, cell.slot.id, "the column has neither a header of its own nor any number")


def _doubt_beside_doubled(placed: dict[CellId, Placed]) -> None:
    """Doubt a cell beside one with a nought before another digit: its number, or an end of it, may be in there.

    A sum does not vouch for it, since that may have lost the same end.
    """
    cells = list(placed.values())
    for i, cell in enumerate(cells):
        text = "".join(cell.reading.text.split())
        if len(text) > 1 and text[0] == "0" and text.isdecimal():
            for beside in cells[max(i - 1, 0) : i + 2]:
                if beside is not cell and beside.slot.id[:2] == cell.slot.id[:2]:
                    _doubt(placed, beside.slot.id, "the cell beside it may hold its number, too")
