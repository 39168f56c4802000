"""Printed things without a look: tables of cells with spans, and the document they stand in.

A drawing back end turns these into ink; it decides fonts, sizes and rulings, never texts or spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell from unit (`row`, `column`), both from 0. A newline in `text` is a line break in print.

    `kind` is "title" (of a block), "corner", "header", "stub" or "value"; `id` is the canonical (table, row, column)
    of a value.
    """

    row: int
    column: int
    text: str
    kind: str = "value"
    row_span: int = 1
    column_span: int = 1
    id: tuple[str, str, str] | None = None

    @property
    def header(self) -> bool:
        """Whether it names columns."""
        return self.kind in {"title", "corner", "header"}

    @property
    def bottom(self) -> int:
        """The unit row after its last."""
        return self.row + self.row_span

    @property
    def right(self) -> int:
        """The unit column after its last."""
        return self.column + self.column_span


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table or a part of one, tiled by its cells.

    `widths` are relative; the first `header_rows` rows may be repeated on a new page. A part that is `open` has no
    ruling below its last row.

    Raises:
        ValueError: cells overlap, stick out or leave a hole.
    """

    name: str
    rows: int
    widths: tuple[float, ...]
    cells: tuple[PrintedCell, ...]
    header_rows: int = 0
    open: bool = False

    def __post_init__(self) -> None:
        units = [
            (row, column)
            for cell in self.cells
            for row in range(cell.row, cell.bottom)
            for column in range(cell.column, cell.right)
        ]
        if sorted(units) != [(row, column) for row in range(self.rows) for column in range(self.columns)]:
            raise ValueError(f"{self.name}: the cells do not tile {self.rows} rows of {self.columns} columns")

    @property
    def columns(self) -> int:
        """Number of unit columns."""
        return len(self.widths)

    def row_of(self, row_id: str) -> int:
        """The unit row that prints the values of a canonical row.

        Raises:
            KeyError: the table prints no such row.
        """
        for cell in self.cells:
            if cell.id and cell.id[1] == row_id:
                return cell.row
        raise KeyError(f"{self.name} prints no row {row_id}")


@dataclass(frozen=True, slots=True)
class Title:
    """The document's title."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `right` sets it flush right, as dates and signatures are."""

    text: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page, upright or landscape."""

    landscape: bool = False


Item = Title | Heading | Paragraph | PageBreak | PrintedTable


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """What is printed, in order."""

    title: str
    author: str
    year: int
    items: tuple[Item, ...]


def tree_cells(
    paths: Iterable[tuple[str, ...]], depth: int, kind: str, label: Callable[[tuple[str, ...]], str]
) -> list[PrintedCell]:
    """Cells of a stub (one path of labels per row); neighbours that share a branch share its cell.

    A leaf reaches to the stub's last column. `label` gives the printed text of a node from its path.
    """
    paths = list(paths)
    cells = []
    for level in range(depth):
        start = 0
        while start < len(paths):
            path = paths[start]
            end = start + 1
            if len(path) > level + 1:
                while end < len(paths) and len(paths[end]) > level + 1 and paths[end][: level + 1] == path[: level + 1]:
                    end += 1
            if len(path) > level:
                leaf = len(path) == level + 1
                text = label(path[: level + 1])
                cells.append(PrintedCell(start, level, text, kind, end - start, depth - level if leaf else 1))
            start = end
    return cells


def transposed(cells: Iterable[PrintedCell]) -> list[PrintedCell]:
    """The cells with rows and columns exchanged: a stub becomes a header."""
    return [
        replace(cell, row=cell.column, column=cell.row, row_span=cell.column_span, column_span=cell.row_span)
        for cell in cells
    ]


def shifted(cells: Iterable[PrintedCell], rows: int = 0, columns: int = 0) -> list[PrintedCell]:
    """The cells moved down and to the right."""
    return [replace(cell, row=cell.row + rows, column=cell.column + columns) for cell in cells]


def stacked(name: str, tables: list[PrintedTable]) -> PrintedTable:
    """Tables with equal columns as one."""
    cells: list[PrintedCell] = []
    rows = 0
    for table in tables:
        cells += shifted(table.cells, rows=rows)
        rows += table.rows
    return PrintedTable(name, rows, tables[0].widths, tuple(cells), tables[0].header_rows)


def unmerged_headers(table: PrintedTable) -> PrintedTable:
    """Header cells over several rows as a cell with the text above empty ones."""
    cells: list[PrintedCell] = []
    for cell in table.cells:
        if not cell.header or cell.row_span == 1:
            cells.append(cell)
            continue
        cells.append(replace(cell, row_span=1))
        cells += [replace(cell, row=row, row_span=1, text="") for row in range(cell.row + 1, cell.bottom)]
    return replace(table, cells=tuple(cells))


def halved_headers(table: PrintedTable) -> PrintedTable:
    """The lowest header labels of four or more characters as two cells, one above the other."""
    last = table.header_rows - 1
    cells: list[PrintedCell] = []
    for cell in table.cells:
        if cell.row > last:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell.row == last and len(cell.text) >= 4 and "\n" not in cell.text:
            middle = len(cell.text) // 2
            cells += [replace(cell, text=cell.text[:middle]), replace(cell, row=last + 1, text=cell.text[middle:])]
        elif cell.bottom == last + 1:
            cells.append(replace(cell, row_span=cell.row_span + 1))
        else:
            cells.append(cell)
    return replace(table, rows=table.rows + 1, header_rows=table.header_rows + 1, cells=tuple(cells))


def cut_by_stray_line(table: PrintedTable, text: str) -> PrintedTable:
    """The cell with that text as two boxes side by side, the text in the first."""
    cells: list[PrintedCell] = []
    for cell in table.cells:
        if cell.text != text or cell.column_span == 1:
            cells.append(cell)
            continue
        left = cell.column_span // 2
        cells.append(replace(cell, column_span=left))
        cells.append(replace(cell, column=cell.column + left, column_span=cell.column_span - left, text=""))
    return replace(table, cells=tuple(cells))


def split(
    table: PrintedTable,
    row: int,
    *,
    repeat_header: bool = False,
    cut: Mapping[str, tuple[str, str]] | None = None,
    drop_outer_stub: bool = False,
    through_row: str = "",
    open_below: bool = False,
) -> tuple[PrintedTable, PrintedTable]:
    """The table in two parts, the second from unit row `row` on.

    A cell over the break keeps its text in the first part and continues empty, unless `cut` gives two texts for it.
    `drop_outer_stub` leaves the outermost stub column out of the second part. `through_row` breaks inside that row,
    which then stands in both parts: "above" prints its values in the first, "below" in the second; its labels are
    divided by `cut`. `open_below` leaves out the ruling at the end of the first part.
    """
    cut = cut or {}
    first: list[PrintedCell] = []
    second: list[PrintedCell] = []
    end = row + 1 if through_row else row
    header = [cell for cell in table.cells if cell.row < table.header_rows] if repeat_header else []
    top = table.header_rows if repeat_header else 0
    for cell in table.cells:
        head, tail = cut.get(cell.text, (cell.text, ""))
        if cell.kind == "value" and through_row == "below" and cell.row == row:
            head, tail = "", cell.text
        if cell.row < end:
            first.append(replace(cell, text=head if cell.bottom > row else cell.text))
            first[-1] = replace(first[-1], row_span=min(cell.bottom, end) - cell.row)
        if cell.bottom > row:
            text = tail if cell.row < end else cell.text
            start = max(cell.row, row)
            second.append(replace(cell, row=start - row + top, row_span=cell.bottom - start, text=text))
    second = header + second
    widths = table.widths
    if drop_outer_stub:
        second = [moved for cell in second if (moved := _without_first_column(cell))]
        widths = (widths[0] + widths[1], *widths[2:])
    return (
        PrintedTable(table.name, end, table.widths, tuple(first), table.header_rows, open_below),
        PrintedTable(table.name, table.rows - row + top, widths, tuple(second), top),
    )


def _without_first_column(cell: PrintedCell) -> PrintedCell | None:
    if cell.column > 0:
        return replace(cell, column=cell.column - 1)
    return replace(cell, column_span=cell.column_span - 1) if cell.column_span > 1 else None
