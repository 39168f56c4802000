"""The run's tables as Parquet: cells.parquet, the long table, in one file or in parts; documents.parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from extract.export import documents
from extract.export.columns import VALUE_DECIMALS, VALUE_DIGITS, TypedWriter, fits, typed
from extract.export.documents import Outcome
from extract.export.fields import fields
from extract.export.rows import Row
from extract.export.untrusted import storable

PART_ROWS = 5_000_000
"""Rows of a part of the long table, some 25,000 reports in 100 MB: parts can be read side by side, and sent."""

_GROUP_ROWS = 20_000
"""Rows of a row group: a reader pays for each group, and a writer holds one in memory."""

_TOO_LONG = f"value has more digits than decimal({VALUE_DIGITS},{VALUE_DECIMALS}) holds: see cells.csv"


class CellsWriter:
    """Takes reports one by one; `open_cells` makes one. A report's rows are all in one part.

    `parts` are the files so far.
    """

    def __init__(self, folder: Path, stack: ExitStack, part_rows: int, group_rows: int) -> None:
        self._folder = folder
        self._stack = stack
        self._part_rows = part_rows
        self._group_rows = group_rows
        self._rows = 0
        self.parts: list[Path] = []
        self._part = self._next()

    def add(self, whose: Outcome, rows: Iterable[Row]) -> None:
        """Add the rows of a report."""
        if self._rows >= self._part_rows:
            self._stack.close()
            self._part = self._next()
        first = (storable(whose.document), whose.report, storable(whose.issuer.agency) or None, whose.issuer.year)
        self._rows += self._part.add((*first, *_fitting(one)) for one in rows)

    def _next(self) -> TypedWriter:
        self.parts.append(self._folder / part_name(len(self.parts)))
        self._rows = 0
        return self._stack.enter_context(typed(self.parts[-1], fields().cells, self._group_rows))


@contextmanager
def open_cells(folder: Path, part_rows: int = PART_ROWS, group_rows: int = _GROUP_ROWS) -> Iterator[CellsWriter]:
    """A writer of the long table into a folder, in as many parts as it takes, one at least.

    Raises:
        OSError: a file cannot be written.
    """
    with ExitStack() as stack:
        yield CellsWriter(folder, stack, part_rows, group_rows)


def part_name(number: int) -> str:
    """The name of a part, from 0."""
    return f"part-{number:03}.parquet"


def is_part(path: Path) -> bool:
    """Whether a file may be a part of the long table."""
    return path.is_file() and path.suffix == ".parquet" and path.stem.startswith("part-") and path.stem[5:].isdecimal()


def write_documents(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write documents.parquet: documents.csv with types, nothing where a field of the CSV file is empty.

    Raises:
        OSError: the file cannot be written.
    """
    with typed(path, fields().documents, _GROUP_ROWS) as file:
        for one in outcomes:
            file.add([[None if field == "" else field for field in documents.line(one)]])


def _fitting(cells: Row) -> Row:
    """The row; a value that the column cannot hold is left out and the reasons say so, so that none is ever rounded."""
    value = cells.value
    if value is None or fits(value):
        return cells
    return cells._replace(value=None, reasons="; ".join(filter(None, (cells.reasons, _TOO_LONG))))
