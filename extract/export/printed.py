"""A sheet for each table that looks as the table is printed: grids one below the other, merged cells merged."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.export.pens import COLOURS, Pens, in_float, number_format, write_text, write_value
from extract.export.placing import is_number, placed, worst
from extract.export.rows import plain
from extract.export.untrusted import spreadsheet_text
from extract.model import NO_PAGE, Cell, Grid, GridCell, Report, Status, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_POINTS_PER_CHARACTER = 5.25
"""Width of a digit of the default font, the unit of column widths."""

_LINE = 14.0
"""Height of a line of text, in points."""

_HIGHEST = 400.0
"""The highest row that a spreadsheet takes, nearly."""


def draw(sheet: Worksheet, pens: Pens, report: Report, table: Table) -> None:
    """Fill the sheet of one table.

    A grid that holds two tables is shown whole on the sheets of both. A table that was not found gets a line that says
    so, and every canonical cell that is not on the page is listed under the grids.
    """
    sheet.hide_gridlines(2)
    write_text(sheet, 0, 0, table.name, pens.heading)
    if not table.found:
        note = f"This table was not found. Its cells of edition {table.edition} are on the sheet «cells» as missing."
        write_text(sheet, 1, 0, note, pens.note)
        return
    write_text(sheet, 1, 0, _caption(report, table), pens.note)
    _set_widths(sheet, table.grids)
    line = 3
    for grid in table.grids:
        if grid.page != NO_PAGE:
            write_text(sheet, line, 0, f"page {grid.page}", pens.note)
        line = _draw_grid(sheet, pens, report, grid, line + 1) + 1
    _list_missing(sheet, pens, table, line)


def _caption(report: Report, table: Table) -> str:
    text = f"edition {table.edition}, read by {table.extractor}"
    others = [
        other.name
        for other in report.tables.values()
        if other is not table and any(one is another for one in other.grids for another in table.grids)
    ]
    return f"{text}; printed in one grid with {', '.join(others)}" if others else text


def _set_widths(sheet: Worksheet, grids: Sequence[Grid]) -> None:
    """Columns as wide as in the fragment that has most of them."""
    edges = max((grid.columns for grid in grids), key=len, default=())
    for column, (left, right) in enumerate(pairwise(edges)):
        sheet.set_column(column, column, min(max((right - left) / _POINTS_PER_CHARACTER, 4), 60))


def _draw_grid(sheet: Worksheet, pens: Pens, report: Report, grid: Grid, line: int) -> int:
    """Draw a grid from this line on; gives the first line below it."""
    for number, height in enumerate(_heights(grid)):
        sheet.set_row(line + number, height)
    there = placed(report, grid)
    for printed in grid.cells:
        _draw_cell(sheet, pens, printed, there.get((printed.row, printed.column), ()), line)
    return line + max(len(grid.rows) - 1, 0)


def _heights(grid: Grid) -> list[float]:
    """Rows as high as printed, or higher where the spreadsheet's font needs it; it grows no merged row by itself."""
    heights = [max(bottom - top, _LINE) for top, bottom in pairwise(grid.rows)]
    for cell in grid.cells:
        if cell.row_span == 1:
            room = max(cell.bbox.width / _POINTS_PER_CHARACTER, 4) - 1
            lines = sum(math.ceil(max(_width(line), 1) / room) for line in cell.text.splitlines())
            heights[cell.row] = max(heights[cell.row], lines * _LINE)
    return [min(height, _HIGHEST) for height in heights]


def _width(text: str) -> int:
    """Width in digits: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _draw_cell(sheet: Worksheet, pens: Pens, printed: GridCell, cells: Sequence[Cell], line: int) -> None:
    row, column = line + printed.row, printed.column
    value = cells[0].value if len(cells) == 1 else None
    form = _format(pens, printed.text, value, cells)
    if printed.row_span > 1 or printed.column_span > 1:
        sheet.merge_range(row, column, row + printed.row_span - 1, column + printed.column_span - 1, "", form)
    if value is not None and in_float(value):
        write_value(sheet, row, column, value, form)
    elif printed.text:
        write_text(sheet, row, column, printed.text, form)
    else:
        sheet.write_blank(row, column, None, form)
    remarks = list(_remarks(printed.text, cells))
    if remarks:
        text = spreadsheet_text("\n".join(remarks))
        sheet.write_comment(row, column, text, {"author": "gongkai", "x_scale": 2.5, "y_scale": 1 + len(text) / 120})


def _format(pens: Pens, text: str, value: Decimal | None, cells: Sequence[Cell]) -> Format:
    look = {"border": 1, "text_wrap": True, "align": "center", "valign": "vcenter", "font_size": 10}
    if value is not None:
        digits = number_format(value)
        signed = unicodedata.normalize("NFKC", text).lstrip().startswith("+")
        look["num_format"] = f"+{digits};-{digits};+{digits}" if signed else digits
    status = worst(cells)
    if status in COLOURS:
        look["bg_color"] = COLOURS[status]
    elif not cells and text:
        look["bg_color"] = "#F2F2F2"
    return pens.format(**look)


def _remarks(text: str, cells: Iterable[Cell]) -> Iterable[str]:
    """What the sheet cannot show by itself: statuses that need a word, reasons, print that is more than its number."""
    for cell in cells:
        more = cell.value is not None and not is_number(text, cell.value)
        if cell.status in COLOURS or cell.reasons or more:
            yield f"{cell.status.value}: {cell.row_label} × {cell.column_label}"
            yield from (f"- {reason}" for reason in cell.reasons)
        if more:
            yield f"printed: {text}; value: {plain(cell.value)}"


def _list_missing(sheet: Worksheet, pens: Pens, table: Table, line: int) -> None:
    missing = [cell for cell in table.cells if cell.status is Status.MISSING]
    if not missing:
        return
    write_text(sheet, line, 0, f"Cells of the form that were not found in print: {len(missing)}", pens.note)
    for number, cell in enumerate(missing, start=line + 1):
        write_text(sheet, number, 0, f"{cell.row_label} × {cell.column_label}", pens.format(font_color="#7030A0"))
