"""Tables whose rows and spans are given, as grids of units that are all alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extract.errors import LimitError
from extract.limits import Limits
from extract.model import NO_PAGE, BBox, Grid, GridCell, Reading

UNIT_WIDTH, UNIT_HEIGHT = 48.0, 24.0
"""Size of a unit. Only its being the same everywhere matters, and that it is well above what counts as touching."""

_OVERLAP = "two cells of the table lie on each other"


@dataclass(slots=True)
class Allowance:
    """What the tables of one document may still cost, in units."""

    units: int = Limits().grid_cells

    def take(self, units: int) -> None:
        """Use some of it.

        Raises:
            LimitError: there is not so much left.
        """
        self.units -= units
        if self.units < 0:
            raise LimitError("its tables have more cells than the limit, spans included")


@dataclass(slots=True)
class TableBuilder:
    """A table as it is read, cell by cell; `name` is what the grid says of its extractor."""

    name: str
    allowance: Allowance
    _cells: list[GridCell] = field(default_factory=list)
    _owner: dict[tuple[int, int], int] = field(default_factory=dict)

    def put(self, row: int, column: int, row_span: int, column_span: int, reading: Reading) -> None:
        """Add a cell from a unit on. Where it would lie on another, it becomes narrower and both are in doubt.

        Raises:
            LimitError: the document's tables are larger than allowed.
        """
        self.allowance.take(row_span * column_span)
        units = [(y, x) for x in range(column, column + column_span) for y in range(row, row + row_span)]
        clashes = [unit for unit in units if unit in self._owner]
        for index in {self._owner[unit] for unit in clashes}:
            self._cells[index] = _doubted(self._cells[index])
        if clashes:
            column_span = min(x for _, x in clashes) - column
            if column_span < 1:
                return
            reading = replace(reading, doubts=(*reading.doubts, _OVERLAP))
            units = [(y, x) for y, x in units if x < column + column_span]
        self._owner |= dict.fromkeys(units, len(self._cells))
        box = BBox(
            column * UNIT_WIDTH, row * UNIT_HEIGHT, (column + column_span) * UNIT_WIDTH, (row + row_span) * UNIT_HEIGHT
        )
        self._cells.append(GridCell(row, column, row_span, column_span, box, reading))

    def lengthen(self, row: int, column: int) -> bool:
        """Let the cell above a unit cover this one's row, too; False where there is none to do so.

        Raises:
            LimitError: the document's tables are larger than allowed.
        """
        index = self._owner.get((row - 1, column))
        if index is None:
            return False
        cell = self._cells[index]
        units = [(row, x) for x in range(cell.column, cell.column + cell.column_span)]
        if cell.column != column or cell.row + cell.row_span != row or any(unit in self._owner for unit in units):
            return False
        self.allowance.take(len(units))
        box = cell.bbox._replace(bottom=(row + 1) * UNIT_HEIGHT)
        self._cells[index] = replace(cell, row_span=cell.row_span + 1, bbox=box)
        self._owner |= dict.fromkeys(units, index)
        return True

    def grid(self) -> Grid | None:
        """The table as a grid, in row-major order; None without any cell.

        A row with fewer cells than others leaves units that no cell covers.
        """
        if not self._cells:
            return None
        rows = max(cell.row + cell.row_span for cell in self._cells)
        columns = max(cell.column + cell.column_span for cell in self._cells)
        return Grid(
            page=NO_PAGE,
            extractor=self.name,
            bbox=BBox(0.0, 0.0, columns * UNIT_WIDTH, rows * UNIT_HEIGHT),
            rows=tuple(row * UNIT_HEIGHT for row in range(rows + 1)),
            columns=tuple(column * UNIT_WIDTH for column in range(columns + 1)),
            cells=tuple(sorted(self._cells, key=lambda cell: (cell.row, cell.column))),
        )


def _doubted(cell: GridCell) -> GridCell:
    doubts = tuple(dict.fromkeys((*cell.reading.doubts, _OVERLAP)))
    return replace(cell, reading=replace(cell.reading, doubts=doubts))
