"""Rows gathered as typed columns, in the buffers that Arrow asks for.

`pyarrow.array` would take Python lists, but it imports pandas to see whether they are pandas' own: 50 MB and 0.3 s of
CPU for nothing. The buffers also hold a row in a tenth of the memory of Python's objects.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.export.atomic import replaced_file
from extract.export.fields import Field

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

VALUE_DIGITS = 38
"""Digits of a decimal, the most that DuckDB, Spark and pandas all read exactly."""

VALUE_DECIMALS = 12
"""Digits after the point, the most that a layout can ask for."""

_GROUP_BYTES = 32 * 2**20
"""Bytes of a column that make a row group full, whatever its rows: Arrow counts the bytes of strings in 31 bits."""


class _Column:
    """Values of one field; None is no value."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._there = bytearray()
        self._values: Any = array({"integer": "i", "number": "d"}[kind]) if kind in {"integer", "number"} else None
        self._bytes = bytearray()
        self._ends = array("i", [0])

    def add(self, value: Any) -> int:
        """Take a value; gives the bytes that the column holds."""
        self._there.append(value is not None)
        if self._values is not None:
            self._values.append(value or 0)
        elif self._kind == "decimal":
            self._bytes += _unscaled(value or Decimal(0)).to_bytes(16, "little", signed=True)
        else:
            self._bytes += (value or "").encode()
            self._ends.append(len(self._bytes))
        return len(self._bytes)

    def arrow(self, kind: pa.DataType) -> pa.Array:
        """The values as an Arrow array."""
        import numpy as np
        import pyarrow as pa

        there = np.packbits(np.frombuffer(self._there, np.uint8), bitorder="little").tobytes()
        content = self._bytes if self._values is None else self._values
        buffers = [there, bytes(content)] if self._kind != "string" else [there, bytes(self._ends), bytes(content)]
        return pa.Array.from_buffers(kind, len(self._there), [pa.py_buffer(one) for one in buffers])


class TypedWriter:
    """Takes rows one by one; `typed` makes one. In memory is one row group."""

    def __init__(self, writer: pq.ParquetWriter, kinds: Sequence[str], schema: pa.Schema, group_rows: int) -> None:
        self._writer = writer
        self._kinds = kinds
        self._schema = schema
        self._group_rows = group_rows
        self._columns = [_Column(kind) for kind in kinds]
        self._waiting = 0

    def add(self, rows: Iterable[Sequence[object]]) -> int:
        """Add rows, which stay in one row group unless they are very large; gives how many."""
        count = 0
        for row in rows:
            held = max(column.add(value) for column, value in zip(self._columns, row, strict=True))
            self._waiting += 1
            count += 1
            if held >= _GROUP_BYTES:
                self.flush()
        if self._waiting >= self._group_rows:
            self.flush()
        return count

    def flush(self) -> None:
        """Write the rows that wait as a row group."""
        import pyarrow as pa

        if self._waiting:
            arrays = [column.arrow(kind) for column, kind in zip(self._columns, self._schema.types, strict=True)]
            self._columns = [_Column(kind) for kind in self._kinds]
            self._waiting = 0
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


@contextmanager
def typed(path: Path, fields: Sequence[Field], group_rows: int) -> Iterator[TypedWriter]:
    """A writer of a Parquet file with these fields; it takes its place when the block ends without an error.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "string": pa.string(),
        "integer": pa.int32(),
        "number": pa.float64(),
        "decimal": pa.decimal128(VALUE_DIGITS, VALUE_DECIMALS),
    }
    schema = pa.schema([(field.name, types[field.type]) for field in fields])
    with replaced_file(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        rows = TypedWriter(writer, [field.type for field in fields], schema, group_rows)
        yield rows
        rows.flush()


def fits(value: Decimal) -> bool:
    """Whether a decimal column holds exactly this value."""
    exponent = value.as_tuple().exponent
    return (
        isinstance(exponent, int) and exponent >= -VALUE_DECIMALS and value.adjusted() < VALUE_DIGITS - VALUE_DECIMALS
    )


def _unscaled(value: Decimal) -> int:
    """The value as a whole number of its last place."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not fits(value):
        raise ValueError(f"{value} does not fit a decimal column")
    whole = int("".join(map(str, digits)) or "0") * 10 ** (VALUE_DECIMALS + exponent)
    return -whole if sign else whole
