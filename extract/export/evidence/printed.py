"""The tables as printed: spans, texts and statuses of each grid's cells, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.export.placing import is_number, placed, worst
from extract.export.rows import plain
from extract.model import Cell, Grid, GridCell, Report, Table


@dataclass(frozen=True, slots=True)
class Box:
    """A printed cell. `status` is empty where it holds no canonical cell; `value` where its text says it.

    `first` is the first reading of a repaired cell; `text` is then the one decided for.
    """

    rows: int
    columns: int
    text: str
    status: str
    value: str
    first: str
    cells: tuple[Cell, ...]

    @property
    def label(self) -> bool:
        """Whether it is a label of the form, or any other text."""
        return not self.cells and bool(self.text)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A grid: the shares of its columns' widths in percent, and its rows of cells."""

    page: int
    widths: tuple[float, ...]
    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables that are printed in the same grids, one as a rule; without fragments when they were not found."""

    tables: tuple[Table, ...]
    fragments: tuple[Fragment, ...]


def sheets(report: Report) -> Iterator[Sheet]:
    """The report's tables in order, those that share their grids together."""
    together: dict[tuple[int, ...], list[Table]] = {}
    for at, table in enumerate(report.tables.values()):
        key = tuple(id(grid) for grid in table.grids) or (-at - 1,)
        together.setdefault(key, []).append(table)
    for tables in together.values():
        yield Sheet(tuple(tables), tuple(_fragment(report, grid) for grid in tables[0].grids))


def _fragment(report: Report, grid: Grid) -> Fragment:
    there = placed(report, grid)
    rows: list[list[Box]] = [[] for _ in range(max(len(grid.rows) - 1, 0))]
    for printed in grid.cells:
        rows[printed.row].append(_box(printed, there))
    whole = (grid.columns[-1] - grid.columns[0]) or 1.0
    widths = tuple(round(100 * (right - left) / whole, 2) for left, right in pairwise(grid.columns))
    return Fragment(grid.page, widths, tuple(tuple(row) for row in rows))


def _box(printed: GridCell, there: Mapping[tuple[int, int], Sequence[Cell]]) -> Box:
    cells = tuple(there.get((printed.row, printed.column), ()))
    status = worst(cells)
    text, value, first = printed.text, "", ""
    if len(cells) == 1:
        (cell,) = cells
        text = cell.text
        first = cell.repair.first if cell.repair else ""
        if cell.value is not None and not is_number(text, cell.value):
            value = plain(cell.value)
    return Box(printed.row_span, printed.column_span, text, status.value if status else "", value, first, cells)
