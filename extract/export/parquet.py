"""cells.parquet: the long table of a whole run, in one typed file written as the run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from extract.export.atomic import replaced_file
from extract.export.documents import Outcome
from extract.export.rows import COLUMNS, Row
from extract.export.untrusted import storable

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

VALUE_DIGITS = 38
"""Digits of a value, the most that DuckDB, Spark and pandas all read as exact decimals."""

VALUE_DECIMALS = 12
"""Digits after the point, the most that a layout can ask for."""

_TOO_LONG = f"value has more digits than decimal({VALUE_DIGITS},{VALUE_DECIMALS}) holds: see cells.csv"


class CellsWriter:
    """Takes reports one by one; `open_cells` makes one.

    Rows wait until a row group is full, since a reader pays for each row group. Memory is bounded by one row group.
    """

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema, group_rows: int) -> None:
        self._writer = writer
        self._schema = schema
        self._group_rows = group_rows
        self._waiting: list[tuple[object, ...]] = []

    def add(self, whose: Outcome, rows: Iterable[Row]) -> None:
        """Add the rows of a report."""
        first = (storable(whose.document), whose.report, storable(whose.issuer.agency) or None, whose.issuer.year)
        self._waiting += ((*first, *_fitting(one)) for one in rows)
        if len(self._waiting) >= self._group_rows:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait as a row group."""
        import pyarrow as pa

        if self._waiting:
            columns = zip(*self._waiting, strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._waiting = []


@contextmanager
def open_cells(path: Path, group_rows: int = 20_000) -> Iterator[CellsWriter]:
    """A writer of cells.parquet; the file takes its place when the block ends without an error.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow.parquet as pq

    schema = _schema()
    with replaced_file(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        cells = CellsWriter(writer, schema, group_rows)
        yield cells
        cells.flush()


def _schema() -> pa.Schema:
    import pyarrow as pa

    types = dict.fromkeys(COLUMNS, pa.string())
    types |= dict.fromkeys(("x0", "top", "x1", "bottom", "confidence"), pa.float64())
    types |= {"page": pa.int32(), "value": pa.decimal128(VALUE_DIGITS, VALUE_DECIMALS)}
    whose = {"document": pa.string(), "report": pa.int32(), "agency": pa.string(), "year": pa.int32()}
    return pa.schema([*whose.items(), *types.items()])


def _fitting(cells: Row) -> Row:
    """The row; a value that the column cannot hold is left out and the reasons say so, so that none is ever rounded."""
    value = cells.value
    if value is None or _fits(value):
        return cells
    return cells._replace(value=None, reasons="; ".join(filter(None, (cells.reasons, _TOO_LONG))))


def _fits(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return (
        isinstance(exponent, int) and exponent >= -VALUE_DECIMALS and value.adjusted() < VALUE_DIGITS - VALUE_DECIMALS
    )
