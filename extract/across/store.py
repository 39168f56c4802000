"""The cells of a run's reports that matter across years, in a database on disk: a run may have 100,000 reports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from extract.model import FLAGGED, CellId, Status

_SCHEMA = """
CREATE TABLE report (id INTEGER PRIMARY KEY, document TEXT, output TEXT, number INTEGER, agency TEXT, year INTEGER);
CREATE TABLE cell (report INTEGER, place INTEGER, value TEXT, status TEXT, page INTEGER,
                   PRIMARY KEY (report, place)) WITHOUT ROWID;
CREATE TABLE print (report INTEGER, name TEXT, digest TEXT, distinct_numbers INTEGER, digits INTEGER, certain INTEGER);
CREATE TABLE failure (report INTEGER, cause TEXT);
"""

_ORDER = "agency, year, output, number, id"

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Figure:
    """What a report says in a cell; `page` is None where the document has no pages or the cell was not found."""

    value: Decimal | None
    status: Status
    page: int | None = None

    @property
    def certain(self) -> bool:
        """Whether nothing speaks against it."""
        return self.status not in FLAGGED

    @property
    def known(self) -> bool:
        """Whether there is a value to add up; a blank counts as 0."""
        return self.status not in _WITHOUT_VALUE


@dataclass(frozen=True, slots=True)
class Filed:
    """A report of the run: its document and folder as documents.csv names them, and its cells that matter."""

    id: int
    document: str
    output: str
    number: int
    agency: str
    year: int | None
    figures: Mapping[CellId, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Print:
    """The figures of one table: a digest of all that are not 0, how many differ, and how many digits these have."""

    table: str
    digest: str
    distinct: int
    digits: int
    certain: bool


class Store:
    """A database of reports; `opened` makes one. Cells are known by their position in `places`."""

    def __init__(self, connection: sqlite3.Connection, places: Iterable[CellId]) -> None:
        self._connection = connection
        self.places = tuple(places)
        self._numbers = {id_: number for number, id_ in enumerate(self.places)}

    def add(self, report: Filed, prints: Iterable[Print] = (), failure: str = "") -> None:
        """Add a report; of its figures those in `places` are kept. `failure` says why it could not be read."""
        run = self._connection.execute
        run(
            "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?)",
            (report.id, report.document, report.output, report.number, report.agency, report.year),
        )
        self._connection.executemany(
            "INSERT INTO cell VALUES (?, ?, ?, ?, ?)",
            (
                (report.id, self._numbers[id_], None if f.value is None else str(f.value), f.status.value, f.page)
                for id_, f in report.figures.items()
                if id_ in self._numbers
            ),
        )
        self._connection.executemany(
            "INSERT INTO print VALUES (?, ?, ?, ?, ?, ?)",
            ((report.id, one.table, one.digest, one.distinct, one.digits, one.certain) for one in prints),
        )
        if failure:
            run("INSERT INTO failure VALUES (?, ?)", (report.id, failure))

    def settle(self) -> None:
        """Make what was added quick to find."""
        self._connection.execute("CREATE INDEX by_body ON report (agency, year, output, number)")
        self._connection.execute("CREATE INDEX by_report ON print (report, name)")
        self._connection.commit()

    def count(self) -> int:
        """How many reports there are."""
        (count,) = self._connection.execute("SELECT count(*) FROM report").fetchone()
        return int(count)

    def bodies(self) -> Iterator[tuple[str, list[Filed]]]:
        """Each body's reports with their figures, years ascending; those without body or year are left out."""
        for agency, reports in groupby(self._select("agency != '' AND year IS NOT NULL"), attrgetter("agency")):
            yield agency, list(reports)

    def unplaced(self) -> Iterator[Filed]:
        """Reports whose body or year is not known, without figures."""
        yield from self._select("agency = '' OR year IS NULL", figures=False)

    def failures(self) -> Iterator[tuple[Filed, str]]:
        """Reports whose cells could not be read, and why."""
        for id_, cause in self._connection.execute("SELECT report, cause FROM failure ORDER BY report"):
            yield self._one(id_), cause

    def alike(self, *, same_body: int, elsewhere: int, digits: int) -> Iterator[tuple[str, Filed, Filed, bool]]:
        """Pairs of reports, on different years or of different bodies, of which a table holds the same figures.

        A report comes with the one of its body before it that has the same figures, and a body's first with the first
        of all. Figures count with `same_body` different numbers or more in reports of one body, and with `elsewhere`,
        of `digits` digits together, in others.

        Yields:
            The table, the report, the earlier one, and whether all figures are certain.
        """
        query = """
            WITH placed AS (
              SELECT print.*, agency, year,
                lag(report.id) OVER (PARTITION BY name, digest, agency ORDER BY year, output, number, id) AS before,
                first_value(report.id) OVER (
                  PARTITION BY name, digest ORDER BY year, agency, output, number, id) AS first
              FROM print JOIN report ON report.id = print.report
              WHERE agency != '' AND year IS NOT NULL AND distinct_numbers >= :same_body)
            SELECT later.name, later.report, early.report, later.certain AND early.certain
            FROM placed AS later JOIN placed AS early
              ON early.name = later.name AND early.report = coalesce(later.before, later.first)
            WHERE (later.before IS NOT NULL AND later.year != early.year)
               OR (later.agency != early.agency AND later.distinct_numbers >= :elsewhere AND later.digits >= :digits)
            ORDER BY later.name, later.agency, later.year, later.report"""
        wanted = {"same_body": same_body, "elsewhere": elsewhere, "digits": digits}
        for table, later, early, certain in self._connection.execute(query, wanted):
            yield table, self._one(later), self._one(early), bool(certain)

    def _one(self, report: int) -> Filed:
        """A report without its figures."""
        return next(self._select("id = ?", (report,), figures=False))

    def _select(self, where: str, values: tuple[int, ...] = (), *, figures: bool = True) -> Iterator[Filed]:
        query = f"SELECT id, document, output, number, agency, year FROM report WHERE {where} ORDER BY {_ORDER}"  # noqa: S608 - our words
        for id_, document, output, number, agency, year in self._connection.execute(query, values):
            yield Filed(id_, document, output, number, agency, year, self._figures(id_) if figures else {})

    def _figures(self, report: int) -> dict[CellId, Figure]:
        rows = self._connection.execute("SELECT place, value, status, page FROM cell WHERE report = ?", (report,))
        return {
            self.places[place]: Figure(None if value is None else Decimal(value), Status(status), page)
            for place, value, status, page in rows
        }


@contextmanager
def opened(places: Iterable[CellId]) -> Iterator[Store]:
    """An empty store in a temporary file, which is gone when the block ends."""
    with TemporaryDirectory(prefix="gongkai-") as folder, closing(sqlite3.connect(Path(folder) / "cells.sqlite")) as db:
        db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        yield Store(db, places)
