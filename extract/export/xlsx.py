"""tables.xlsx: a summary, the tables as printed, the long table, and a legend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from extract.export import printed
from extract.export.atomic import replaced_file
from extract.export.pens import COLOURS, Pens, number_format, write_text, write_value
from extract.export.rows import COLUMNS, row
from extract.export.words import words
from extract.model import Report, Status

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_FAULTS = {"published": "the published report", "undecided": "the published report, or the reading"}
_OURS = ("summary", "cells", "legend")
_NAME_LIMIT = 31
_WIDTHS = {"table": 26, "row": 26, "column": 26, "row_label": 44, "column_label": 28, "reasons": 60, "text": 14}


def write(report: Report, path: Path) -> None:
    """Write the workbook. The same report gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with replaced_file(path) as file, xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": datetime(1980, 1, 1)})
        pens = Pens(book)
        _summary(book.add_worksheet("summary"), pens, report)
        for name, table in zip(sheet_names(report.tables, _OURS), report.tables.values(), strict=True):
            printed.draw(book.add_worksheet(name), pens, report, table)
        _cells(book.add_worksheet("cells"), pens, report)
        _legend(book.add_worksheet("legend"), pens)
        for sheet in book.worksheets():  # on paper: A4, as wide as the page; the form itself is upright
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            if sheet.name in _OURS:
                sheet.set_landscape()


def sheet_names(tables: Iterable[str], ours: Iterable[str]) -> list[str]:
    """Names that a workbook takes besides ours: at most 31 characters, some characters barred, no two alike."""
    taken = set(ours)
    names: list[str] = []
    for table in tables:
        base = re.sub(r"[\[\]:*?/\\']", "_", table)
        name, number = base[:_NAME_LIMIT], 2
        while not name or name.casefold() in taken:
            name, number = f"{base[: _NAME_LIMIT - 4]}-{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _line(sheet: Worksheet, pens: Pens, line: int, fields: Iterable[str | int | Decimal | None]) -> int:
    """Write fields side by side; gives the next line."""
    for column, field in enumerate(fields):
        if isinstance(field, str):
            write_text(sheet, line, column, field)
        elif field is not None:
            value = Decimal(field)
            write_value(sheet, line, column, value, pens.format(num_format=number_format(value)))
    return line + 1


def _head(sheet: Worksheet, pens: Pens, line: int, names: Iterable[str]) -> int:
    for column, name in enumerate(names):
        write_text(sheet, line, column, name, pens.head)
    return line + 1


def _summary(sheet: Worksheet, pens: Pens, report: Report) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 12, 13)
    facts = {
        "document": report.path,
        "sha256": report.sha256,
        "pages": str(len(report.pages)),
        "verdict": report.verdict.value,
        "agency": report.agency,
        "year": str(report.year or ""),
    }
    if report.of > 1:
        facts["report"] = f"{report.number} of {report.of}, from page {report.pages[0].number}"
    line = 0
    for name, fact in facts.items():
        write_text(sheet, line, 0, name, pens.head)
        write_text(sheet, line, 1, fact)
        line += 1
    line = _head(sheet, pens, line + 1, ("table", "edition", "read by", *(status.value for status in Status)))
    for table in report.tables.values():
        counts = Counter(cell.status for cell in table.cells)
        reader = table.extractor if table.found else "not found"
        line = _line(sheet, pens, line, (table.name, table.edition, reader, *(counts[status] for status in Status)))
    failed = [result for result in report.identities if result.holds is False]
    write_text(sheet, line + 1, 0, f"Identities that do not hold: {len(failed)}", pens.heading)
    line += 2
    if failed:
        line = _head(sheet, pens, line, ("table", "identity", "at", "left side", "right side", "fault of", "evidence"))
    for result in failed:
        fault = _FAULTS.get(result.verdict, "perhaps the reading")
        sums = (result.left_sum, result.right_sum)
        line = _line(sheet, pens, line, (result.table, result.identity, result.at, *sums, fault, result.evidence))
    warnings = (*report.issuer.conflicts, *report.warnings)
    if warnings:
        write_text(sheet, line + 1, 0, "Warnings", pens.heading)
        for number, warning in enumerate(warnings, start=line + 2):
            write_text(sheet, number, 0, warning)


def _cells(sheet: Worksheet, pens: Pens, report: Report) -> None:
    _head(sheet, pens, 0, COLUMNS)
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(name, 10))
    rows = [row(cell) for cell in report.cells]
    for line, (cell, fields) in enumerate(zip(report.cells, rows, strict=True), start=1):
        colour = {"bg_color": COLOURS[cell.status]} if cell.status in COLOURS else {}
        for column, (name, field) in enumerate(zip(COLUMNS, fields, strict=True)):
            look = colour if name in {"value", "status"} else {}
            if isinstance(field, str):
                write_text(sheet, line, column, field, pens.format(**look))
            elif isinstance(field, Decimal):
                write_value(sheet, line, column, field, pens.format(num_format=number_format(field), **look))
            elif field is not None:
                sheet.write_number(line, column, field)
            elif look:
                sheet.write_blank(line, column, None, pens.format(**look))
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)


def _legend(sheet: Worksheet, pens: Pens) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100)
    line = _head(sheet, pens, 0, ("status", "meaning"))
    for status in Status:
        look = {"bg_color": COLOURS[status]} if status in COLOURS else {}
        write_text(sheet, line, 0, status.value, pens.format(border=1, **look))
        write_text(sheet, line, 1, words().statuses[status].meaning.en)
        line += 1
    notes = (
        "Suspect, unreadable and missing cells ask for a human. Reasons are in the comment of a coloured cell.",
        "Shaded cells of the printed tables are labels; they hold no value of the form.",
        "A value of more than 15 digits is written as text, because a spreadsheet would round it.",
    )
    for number, note in enumerate(notes, start=line + 1):
        write_text(sheet, number, 0, note, pens.note)
