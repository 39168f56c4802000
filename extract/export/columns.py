"""Rows gathered as typed columns, in the buffers that Arrow asks for.

`pyarrow.array` would take Python lists, but it imports pandas to see whether they are pandas' own: 50 MB and 0.3 s of
CPU for nothing. The buffers also hold a row in much less memory than Python's objects do.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Context, Decimal
from itertools import accumulate
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


_WIDE = Context(prec=100)
"""Arithmetic in which no value that fits is rounded."""


class _Column:
    """Values of one field; None is no value."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._there = bytearray()
        self._values: Any = array({"integer": "i", "number": "d"}[kind]) if kind in {"integer", "number"} else None
        self._bytes = bytearray()
        self._ends = array("i", [0])

    def extend(self, values: Sequence[Any]) -> int:
        """Take values; gives the bytes that the column holds."""
        self._there += bytes([value is not None for value in values])
        if self._values is not None:
            self._values.extend([value or 0 for value in values])
        elif self._kind == "decimal":
            self._bytes += b"".join([_unscaled(value) for value in values])
        else:
            texts = [(value or "").encode() for value in values]
            self._ends.extend(list(accumulate(map(len, texts), initial=len(self._bytes)))[1:])
            self._bytes += b"".join(texts)
        return len(self._bytes)

    def arrow(self, kind: pa.DataType) -> pa.Array:
        """The values as an Arrow array."""
        import numpy as np
        import pyarrow as pa

        there = np.packbits(np.frombuffer(self._there, np.uint8), bitorder="little").tobytes()
        content = self._bytes if self._values is None else self._values
        buffers = [there, self._ends, content] if self._kind == "string" else [there, content]
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
        """Add rows, which stay in one row group together; gives how many."""
        fields = list(zip(*rows, strict=True))
        if not fields:
            return 0
        held = max(column.extend(values) for column, values in zip(self._columns, fields, strict=True))
        self._waiting += len(fields[0])
        if self._waiting >= self._group_rows or held >= _GROUP_BYTES:
            self.flush()
        return len(fields[0])

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


def _unscaled(value: Decimal | None) -> bytes:
    """The value as Arrow has it: a whole number of the last place, in 16 bytes."""
    if value is None:
        return bytes(16)
    scaled = _WIDE.scaleb(value, VALUE_DECIMALS)
    whole = int(scaled)
    if whole != scaled or abs(whole) >= 10**VALUE_DIGITS:
        raise ValueError(f"{value} does not fit a decimal column")
    return whole.to_bytes(16, "little", signed=True)
