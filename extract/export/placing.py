"""Which canonical cells stand in which printed cells, and what of a printed cell is worth a word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from extract.model import NO_PAGE, Cell, Grid, GridCell, Report, Status

_WORST_FIRST = (
    Status.UNREADABLE,
    Status.SUSPECT,
    Status.MISSING,
    Status.REPAIRED,
    Status.CORRECTED,
    Status.READ,
    Status.VERIFIED,
    Status.BLANK,
)


def placed(report: Report, grid: Grid) -> Mapping[tuple[int, int], list[Cell]]:
    """The canonical cells that stand in a grid's printed cells, by the first unit (row, column) of each of these."""
    if grid.page == NO_PAGE:
        return _by_spot(report, grid)
    there = [cell for cell in report.cells if cell.page == grid.page and cell.bbox is not None]
    found = {(one.row, one.column): [cell for cell in there if _holds(one, cell)] for one in grid.cells}
    return {unit: cells for unit, cells in found.items() if cells}


def worst(cells: Iterable[Cell]) -> Status | None:
    """The status that asks most for attention; None where there are no cells."""
    return min((cell.status for cell in cells), key=_WORST_FIRST.index, default=None)


def is_number(text: str, value: Decimal) -> bool:
    """Whether a text is no more than that number."""
    bare = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "")
    try:
        return Decimal(bare) == value
    except InvalidOperation:
        return False


def _by_spot(report: Report, grid: Grid) -> dict[tuple[int, int], list[Cell]]:
    found: dict[tuple[int, int], list[Cell]] = {}
    for table in report.tables.values():
        for cell in table.cells:
            if cell.at is not None and table.grids and table.grids[cell.at.grid] is grid:
                found.setdefault((cell.at.row, cell.at.column), []).append(cell)
    return found


def _holds(printed: GridCell, cell: Cell) -> bool:
    box = cell.bbox
    return box is not None and printed.bbox.contains((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2)
