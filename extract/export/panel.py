"""panel.xlsx: a sheet for each table, a row for each agency and year, a column for each cell of the form."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from extract.export.atomic import replaced_file
from extract.export.documents import Outcome
from extract.export.fields import fields, tables
from extract.export.figures import Figure, figures
from extract.export.pens import COLOURS, Pens, number_format, write_text, write_value
from extract.export.rows import Row
from extract.export.untrusted import spreadsheet_text, storable
from extract.export.words import words
from extract.export.xlsx import sheet_names
from extract.model import FLAGGED, Status, Verdict

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ROWS = 1_048_576
"""Rows of a sheet, the most that spreadsheets open."""

COMMENTS = 2_000
"""Comments on a sheet at most: each is a drawing, kept in memory until the end and slow to open in thousands."""

_HEAD = 3
"""Lines above the figures: what the columns mean in Chinese, in English, and their names."""

_COMMENT = 1_000
"""Characters of a comment at most."""

_ALL = "*"
"""What stands for the names of all cells of a table that was not found."""

_WIDTHS = {"agency": 28, "document": 36, "flagged": 28}

Key = tuple[bytes, int | None, str, int]
"""A report's agency and year, and two words that find its result."""

Found = Callable[[str, int], tuple[Outcome, Iterable[Row]]]
"""What finds a report and its rows."""


def write(keys: Iterable[Key], found: Found, path: Path, *, rows: int = ROWS, comments: int = COMMENTS) -> None:
    """Write the workbook. The same reports give the same bytes.

    Args:
        keys: The reports, those of one agency and year side by side.
        found: Gives each of them, perhaps twice.
        path: The file; what is not yet written waits on disk beside it.
        rows: Rows of a sheet at most; further ones go to another sheet.
        comments: Comments on a sheet at most.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        **dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False),
    }
    try:
        with replaced_file(path) as file, xlsxwriter.Workbook(file, options) as book:
            book.set_properties({"created": datetime(1980, 1, 1)})
            book.use_zip64()
            pens = Pens(book)
            names = sheet_names(tables(), ("legend",))
            sheets = [
                _Sheets(book, pens, name, tuple(one for one in figures() if one.table == table), rows, comments)
                for name, table in zip(names, tables(), strict=True)
            ]
            for line in _lines(keys, found):
                for one in sheets:
                    one.add(line)
            for one in sheets:
                one.end()
            _legend(book.add_worksheet("legend"), pens, comments)
    except FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of every sheet: a report, how many there are on its year, and whether their figures differ."""

    outcome: Outcome
    rows: dict[tuple[str, str, str], Row]
    reports: int
    differ: bool


def _lines(keys: Iterable[Key], found: Found) -> Iterator[_Line]:
    """A line for each agency and year, or for each report where those differ or agency or year is not known.

    What no table was found in has none.
    """
    for (agency, year), same in groupby(keys, key=lambda key: key[:2]):
        if agency and year is not None:
            yield from _of_one_year([key[2:] for key in same], found)
        else:
            for _, _, folder, number in same:
                outcome, rows = found(folder, number)
                if outcome.verdict is not Verdict.NO_TABLES:
                    yield _Line(outcome, _by_id(rows), 1, differ=False)


def _of_one_year(reports: Sequence[tuple[str, int]], found: Found) -> Iterator[_Line]:
    """The lines of an agency and year: one, where all its reports say the same."""
    first: dict[bytes, tuple[str, int]] = {}
    count = 0
    for where in reports:
        outcome, rows = found(*where)
        if outcome.verdict is not Verdict.NO_TABLES:
            count += 1
            first.setdefault(_digest(rows) if len(reports) > 1 else b"", where)
    for where in first.values():
        outcome, rows = found(*where)
        yield _Line(outcome, _by_id(rows), count, differ=len(first) > 1)


def _by_id(rows: Iterable[Row]) -> dict[tuple[str, str, str], Row]:
    return {(one.table, one.row, one.column): one for one in rows}


def _digest(rows: Iterable[Row]) -> bytes:
    """What is equal for reports that give the same figures and leave the same ones in doubt."""
    told = [
        (*one[:3], None if one.value is None else one.value.normalize().as_tuple(), one.status in FLAGGED, one.unit)
        for one in rows
    ]
    return hashlib.sha256(repr(told).encode()).digest()


@dataclass(slots=True)
class _Sheets:
    """The sheets of a table: another is begun when one is full."""

    book: Workbook
    pens: Pens
    name: str
    figures: tuple[Figure, ...]
    limit: int
    comments: int
    count: int = 0
    line: int = 0
    commented: int = 0
    sheet: Worksheet = field(init=False)

    def __post_init__(self) -> None:
        self._begin()

    def add(self, one: _Line) -> None:
        """Write a row."""
        if self.line >= self.limit:
            self.end()
            self._begin()
        table = self.figures[0].table
        cells = [one.rows.get((table, figure.row, figure.column)) for figure in self.figures]
        edition = one.outcome.editions.get(table, "")
        flagged = [
            figure.name
            for figure, cell in zip(self.figures, cells, strict=True)
            if cell is not None and cell.status in FLAGGED
        ]
        self._begin_row(one, edition, flagged if edition else [_ALL])
        for column, cell in enumerate(cells, len(fields().panel)):
            if cell is not None:
                self._draw(column, cell, comment=bool(edition))
        self.line += 1

    def end(self) -> None:
        """End the sheet: no further row comes on it."""
        last = len(fields().panel) + len(self.figures) - 1
        self.sheet.autofilter(_HEAD - 1, 0, max(self.line - 1, _HEAD), last)

    def _begin(self) -> None:
        self.count += 1
        number = f"-{self.count}"
        self.sheet = self.book.add_worksheet(self.name if self.count == 1 else self.name[: 31 - len(number)] + number)
        self.line, self.commented = _HEAD, 0
        sheet, pens = self.sheet, self.pens
        lead = fields().panel
        for column, one in enumerate(lead):
            sheet.set_column(column, column, _WIDTHS.get(one.name, 10))
        sheet.set_column(len(lead), len(lead) + len(self.figures) - 1, 14)
        sheet.freeze_panes(_HEAD, 2)
        wrapped = pens.format(bold=True, bg_color="#E7E6E6", border=1, border_color="#BFBFBF", text_wrap=True)
        heads = (
            [*(one.zh for one in lead), *(one.zh for one in self.figures)],
            [*(one.en for one in lead), *(f"{one.en} ({one.unit})" for one in self.figures)],
            [*(one.name for one in lead), *(one.name for one in self.figures)],
        )
        for line, head in enumerate(heads):
            sheet.set_row(line, 90 if line < _HEAD - 1 else 15)
            for column, text in enumerate(head):
                write_text(sheet, line, column, text, wrapped if line < _HEAD - 1 else pens.head)

    def _begin_row(self, one: _Line, edition: str, flagged: Sequence[str]) -> None:
        outcome = one.outcome
        lead = {
            "agency": storable(outcome.issuer.agency),
            "year": outcome.issuer.year,
            "reports": one.reports,
            "document": storable(outcome.document),
            "report": outcome.report,
            "verdict": outcome.verdict.value,
            "edition": edition,
            "flagged": " ".join(flagged),
        }
        doubted = {
            "agency": not outcome.issuer.agency,
            "year": outcome.issuer.year is None,
            "reports": one.differ,
            "edition": not edition,
        }
        for column, field_ in enumerate(fields().panel):
            text = lead[field_.name]
            look = {"bg_color": COLOURS[Status.SUSPECT]} if doubted.get(field_.name) else {}
            form = self.pens.format(**look) if look else None
            if isinstance(text, int):
                self.sheet.write_number(self.line, column, text, form)
            elif text:
                write_text(self.sheet, self.line, column, text, form)
            elif form is not None:
                self.sheet.write_blank(self.line, column, None, form)

    def _draw(self, column: int, cell: Row, *, comment: bool) -> None:
        status = Status(cell.status)
        look = {"bg_color": COLOURS[status]} if status in COLOURS else {}
        if cell.value is not None:
            form = self.pens.format(num_format=number_format(cell.value), **look)
            write_value(self.sheet, self.line, column, cell.value, form)
        elif look:
            self.sheet.write_blank(self.line, column, None, self.pens.format(**look))
        if look and comment and self.commented < self.comments:
            self.commented += 1
            printed = [f"text: {cell.text}"] if cell.text else []
            text = spreadsheet_text("\n".join([cell.status, *filter(None, [cell.reasons]), *printed]))[:_COMMENT]
            self.sheet.write_comment(
                self.line, column, text, {"author": "gongkai", "x_scale": 2.5, "y_scale": 1 + len(text) / 120}
            )


def _legend(sheet: Worksheet, pens: Pens, comments: int) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 2, 80)
    for column, text in enumerate(("status", "zh", "en")):
        write_text(sheet, 0, column, text, pens.head)
    for line, status in enumerate(Status, start=1):
        look = {"bg_color": COLOURS[status]} if status in COLOURS else {}
        write_text(sheet, line, 0, status.value, pens.format(border=1, **look))
        meaning = words().statuses[status].meaning
        write_text(sheet, line, 1, meaning.zh)
        write_text(sheet, line, 2, meaning.en)
    for line, note in enumerate(fields().notes, start=len(Status) + 2):
        write_text(sheet, line, 1, note.zh.replace("{comments}", str(comments)), pens.note)
        write_text(sheet, line, 2, note.en.replace("{comments}", str(comments)), pens.note)
