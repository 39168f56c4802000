"""cells.csv, and the dialect that every CSV file of gongkai is written in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from extract.export.atomic import replaced_file
from extract.export.rows import COLUMNS, plain, row
from extract.export.untrusted import csv_text
from extract.model import Report

Field = str | int | float | Decimal | None


def write(report: Report, path: Path) -> None:
    """Write one line for every canonical cell of the report.

    Raises:
        OSError: the file cannot be written.
    """
    write_lines(path, COLUMNS, ([*_fields(row(cell))] for cell in report.cells))


def write_lines(path: Path, header: Iterable[str], lines: Iterable[Iterable[Field]]) -> None:
    """Write a CSV file: UTF-8 with a byte order mark, so that Excel opens it, and CRLF between lines (RFC 4180).

    Raises:
        OSError: the file cannot be written.
    """
    with replaced_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([_field(field) for field in line] for line in lines)
        text.flush()
        text.detach()


def _fields(cells: Iterable[Field]) -> Iterable[Field]:
    """Coordinates keep their two decimals; page and confidence are as short as they can be."""
    for name, field in zip(COLUMNS, cells, strict=True):
        if isinstance(field, float):
            yield f"{field:g}" if name == "confidence" else f"{field:.2f}"
        else:
            yield field


def _field(field: Field) -> str:
    if field is None or isinstance(field, Decimal):
        return plain(field)
    return csv_text(field) if isinstance(field, str) else str(field)
