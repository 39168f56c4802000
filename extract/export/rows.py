"""The long table: one row for every canonical cell, as cells.csv, cells.parquet and the sheet `cells` show it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from extract.export.untrusted import storable
from extract.model import Cell


class Row(NamedTuple):
    """A canonical cell, flat. Its field names are the columns of cells.csv, in their order.

    Coordinates are points from the top left corner of the upright page, rounded to 2 decimals.
    """

    table: str
    row: str
    column: str
    value: Decimal | None
    text: str
    page: int | None
    x0: float | None
    top: float | None
    x1: float | None
    bottom: float | None
    confidence: float
    status: str
    edition: str
    row_label: str
    column_label: str
    unit: str
    reasons: str


COLUMNS = Row._fields


def row(cell: Cell) -> Row:
    """The cell as a row; text is as printed, except that lone surrogates are escaped."""
    x0, top, x1, bottom = (round(float(edge), 2) for edge in cell.bbox) if cell.bbox else (None,) * 4
    return Row(
        *cell.id,
        value=cell.value,
        text=storable(cell.text),
        page=cell.page,
        x0=x0,
        top=top,
        x1=x1,
        bottom=bottom,
        confidence=round(float(cell.confidence), 4),
        status=cell.status.value,
        edition=cell.edition,
        row_label=storable(cell.row_label),
        column_label=storable(cell.column_label),
        unit=cell.unit,
        reasons=storable("; ".join(cell.reasons)),
    )


def plain(value: Decimal | None) -> str:
    """A plain decimal number without exponent or separators; empty for None."""
    return "" if value is None else format(value, "f")


def packed(rows: Iterable[Row]) -> bytes:
    """Rows as a few kilobytes, for keeping; `unpacked` gives them back."""
    return zlib.compress(json.dumps([(*one[:3], plain(one.value), *one[4:]) for one in rows]).encode())


def unpacked(data: bytes) -> Iterator[Row]:
    """The rows that were packed."""
    for one in json.loads(zlib.decompress(data)):
        yield Row._make((*one[:3], Decimal(one[3]) if one[3] else None, *one[4:]))
