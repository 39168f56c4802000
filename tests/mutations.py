"""Damage done to a recovered grid on purpose: rows and labels lost, doubled, split or mistyped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from extract.model import BBox, Grid, GridCell, Reading


def _cell(cell: GridCell, text: str) -> GridCell:
    return replace(cell, reading=replace(cell.reading, text=text), ink=cell.ink if text else None)


def retext(grid: Grid, at: int, text: str) -> Grid:
    """The grid with another text in its cell number `at`."""
    cells = list(grid.cells)
    cells[at] = _cell(cells[at], text)
    return replace(grid, cells=tuple(cells))


def merge(grid: Grid, above: BBox, below: BBox) -> Grid:
    """The grid with the line between the cells at two boxes, one under the other, lost."""
    upper, lower = (next(cell for cell in grid.cells if cell.bbox == box) for box in (above, below))
    merged = replace(
        _cell(upper, f"{upper.text}\n{lower.text}"),
        row_span=upper.row_span + lower.row_span,
        bbox=upper.bbox._replace(bottom=lower.bbox.bottom),
    )
    return replace(grid, cells=tuple(merged if cell is upper else cell for cell in grid.cells if cell is not lower))


def drop_row(grid: Grid, row: int) -> Grid:
    """The grid without unit row `row`; cells that span it shrink."""
    kept = []
    for cell in grid.cells:
        covers = cell.row <= row < cell.row + cell.row_span
        if covers and cell.row_span == 1:
            continue
        if covers:
            kept.append(replace(cell, row_span=cell.row_span - 1))
        else:
            kept.append(replace(cell, row=cell.row - 1) if cell.row > row else cell)
    return replace(grid, rows=(*grid.rows[:row], *grid.rows[row + 1 :]), cells=_ordered(kept))


def double_row(grid: Grid, row: int) -> Grid:
    """The grid with unit row `row` printed twice; cells that span it grow."""
    return _inserted(grid, row, lambda cell: (cell, cell.text))


def split_row(grid: Grid, row: int, *, values_above: bool) -> Grid:
    """The grid with a ruling through unit row `row`: labels broken in two, values in one half."""

    def halves(cell: GridCell) -> tuple[GridCell, str]:
        text = "".join(cell.text.split())
        if len(text) >= 4 and not text.isdigit():
            return _cell(cell, text[: len(text) // 2]), text[len(text) // 2 :]
        return (cell, "") if values_above else (_cell(cell, ""), cell.text)

    return _inserted(grid, row, halves)


def _inserted(grid: Grid, row: int, halves: Callable[[GridCell], tuple[GridCell, str]]) -> Grid:
    middle = (grid.rows[row] + grid.rows[row + 1]) / 2
    cells: list[GridCell] = []
    for cell in grid.cells:
        if cell.row <= row < cell.row + cell.row_span:
            if cell.row_span > 1:
                cells.append(replace(cell, row_span=cell.row_span + 1))
                continue
            above, below = halves(cell)
            box = cell.bbox
            cells.append(replace(above, bbox=BBox(box.x0, box.top, box.x1, middle)))
            lower = replace(cell, row=row + 1, bbox=BBox(box.x0, middle, box.x1, box.bottom))
            cells.append(replace(lower, reading=Reading(below), ink=cell.ink if below else None))
        else:
            cells.append(replace(cell, row=cell.row + 1) if cell.row > row else cell)
    return replace(grid, rows=(*grid.rows[: row + 1], middle, *grid.rows[row + 1 :]), cells=_ordered(cells))


def _ordered(cells: list[GridCell]) -> tuple[GridCell, ...]:
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))


def break_page(grid: Grid, row: int) -> tuple[Grid, Grid]:
    """The grid in two fragments, the second from unit row `row`; cells that span the break keep their text above."""
    at = grid.rows[row]
    upper, lower = [], []
    for cell in grid.cells:
        end = cell.row + cell.row_span
        if cell.row < row:
            upper.append(
                replace(
                    cell, row_span=min(end, row) - cell.row, bbox=cell.bbox._replace(bottom=min(cell.bbox.bottom, at))
                )
            )
        if end > row:
            kept = _cell(cell, "") if cell.row < row else cell
            top = max(cell.row, row)
            lower.append(
                replace(kept, row=top - row, row_span=end - top, bbox=cell.bbox._replace(top=max(cell.bbox.top, at)))
            )
    return (
        replace(grid, cells=_ordered(upper), rows=grid.rows[: row + 1], bbox=grid.bbox._replace(bottom=at)),
        replace(grid, cells=_ordered(lower), rows=grid.rows[row:], bbox=grid.bbox._replace(top=at)),
    )
