"""The ledger of an output folder: what became of every document, kept so that kill -9 costs only what was in flight."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

from extract.bulk.database import connected, sound
from extract.bulk.task import Result
from extract.export.documents import Outcome, from_record, to_record
from extract.export.untrusted import storable
from extract.inputs import Document, Unmatched, folder_key
from extract.model import FLAGGED, Verdict

_TABLES = "CREATE TABLE IF NOT EXISTS tables (made_of TEXT NOT NULL, files TEXT NOT NULL)"
"""What the run's tables were made of, and the files as they were put in place; nothing while they are not."""

_OF_THE_RUN = "FROM documents CROSS JOIN reports USING (folder) WHERE run = ? AND state = 'done'"
"""In this order the index on names does the sorting, and no cells wait in memory."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a result depends on: the file's bytes, how it was to be read, its limits, and the software."""

    content: str
    options: str
    limits: str
    software: str


_NO_KEY = Key("", "", "", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of a document that is done."""

    key: Key
    verdict: Verdict
    again: bool
    name: str


class Ledger:
    """An open ledger; `opened` gives one. Every method is one transaction, but for those called in `together`."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._database = database
        self._settled = 0
        self._together = False
        self._reading: WeakSet[sqlite3.Cursor] = WeakSet()
        self.run = int(database.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one transaction of what is written: each waits for the disk several times."""
        with self._database:
            self._together = True
            try:
                yield
            finally:
                self._together = False

    def begin(self, documents: Iterable[Document], unmatched: Iterable[Unmatched], jobs: int, *, force: bool) -> None:
        """Begin a run on these documents: those of the same name keep what is known of them, unless `force`."""
        rows = [(folder_key(one.output), str(one.output), storable(one.name)) for one in documents]
        self.run += 1
        with self._database as database:
            database.execute(_TABLES)
            database.execute("INSERT INTO runs (id, started, jobs) VALUES (?, ?, ?)", (self.run, time.time(), jobs))
            database.executemany(
                "INSERT INTO documents (folder, output, name, run) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (folder) DO UPDATE SET "
                "state = CASE WHEN name = excluded.name AND output = excluded.output AND state = 'done' AND NOT ? "
                "THEN 'done' ELSE 'waiting' END, output = excluded.output, name = excluded.name, run = excluded.run",
                ((*row, self.run, force) for row in rows),
            )
            database.execute("DELETE FROM documents WHERE folder LIKE '?%'")
            database.execute("DELETE FROM reports WHERE folder LIKE '?%'")
            for number, one in enumerate(unmatched):
                outcome = Outcome(one.name, Verdict.UNREADABLE, error=one.cause)
                database.execute(
                    "INSERT INTO documents (folder, output, name, run) VALUES (?, '', ?, ?)",
                    (f"?{number}", storable(one.name), self.run),
                )
                self._write(f"?{number}", Result(Verdict.UNREADABLE, (outcome,), again=True), _NO_KEY, 0.0)

    def waits(self) -> int:
        """How many documents of the run nothing is known of, or nothing that counts."""
        (counted,) = self._database.execute(
            "SELECT count(*) FROM documents WHERE run = ? AND state != 'done'", (self.run,)
        ).fetchone()
        return int(counted)

    def known(self, document: Document) -> Entry | None:
        """What is known of a document that was done under this name; None for one that is to be read."""
        row = self._database.execute(
            "SELECT content, options, limits, software, verdict, again, name FROM documents "
            "WHERE folder = ? AND state = 'done'",
            (folder_key(document.output),),
        ).fetchone()
        with sound():
            return Entry(Key(*row[:4]), Verdict(row[4]), bool(row[5]), row[6]) if row else None

    def outcomes(self, document: Document) -> Iterator[Outcome]:
        """The outcomes of a document, one for each report."""
        return self._outcomes("FROM reports WHERE folder = ? ORDER BY number", (folder_key(document.output),))

    def settled(self) -> None:
        """Count a document that this run need not read; written with what is written next."""
        self._settled += 1

    def started(self, documents: Iterable[Document]) -> None:
        """Note that documents are being read: what was known of them counts no more."""
        now = time.time()
        with self._writing() as database:
            database.executemany(
                "UPDATE documents SET state = 'running', attempts = attempts + 1, started = ? WHERE folder = ?",
                ((now, folder_key(one.output)) for one in documents),
            )
            self._count_settled()

    def waiting(self, documents: Iterable[Document]) -> None:
        """Note that documents which were being read wait for another attempt."""
        with self._writing() as database:
            database.executemany(
                "UPDATE documents SET state = 'waiting' WHERE folder = ?",
                ((folder_key(one.output),) for one in documents),
            )

    def done(self, document: Document, result: Result, key: Key, seconds: float) -> None:
        """Note what became of a document."""
        with self._writing():
            self._write(folder_key(document.output), result, key, seconds)

    def end(self, stopped: str = "") -> None:
        """End the run: what was in flight waits for the next one."""
        with self._database as database:
            self._count_settled()
            database.execute("UPDATE documents SET state = 'waiting' WHERE state = 'running'")
            database.execute("UPDATE runs SET ended = ?, stopped = ? WHERE id = ?", (time.time(), stopped, self.run))

    def results(self) -> Iterator[tuple[Outcome, bytes | None]]:
        """Every report of the run with its packed rows, ordered by the names of the documents, then by number."""
        rows = self._rows(f"SELECT outcome, cells {_OF_THE_RUN} ORDER BY name, folder, number", self.run)
        return ((_outcome(outcome), cells) for outcome, cells in rows)

    def digest(self) -> str:
        """What is equal for runs with equal results."""
        digest = hashlib.sha256()
        for outcome, cells in self._rows(
            f"SELECT outcome, cells {_OF_THE_RUN} ORDER BY name, folder, number", self.run
        ):
            digest.update(hashlib.sha256(outcome.encode()).digest() + hashlib.sha256(cells or b"").digest())
        return digest.hexdigest()

    def tables(self) -> tuple[str, str] | None:
        """What the run's tables were made of, and their files, as `tables_made` was told."""
        with sound():
            rows = self.ask("SELECT made_of, files FROM tables")
            return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def tables_made(self, made_of: str = "", files: str = "") -> None:
        """Note what the run's tables are made of, and their files; without, that they are about to change."""
        with self._database as database:
            database.execute("DELETE FROM tables")
            if made_of:
                database.execute("INSERT INTO tables VALUES (?, ?)", (made_of, files))

    def by_issuer(self) -> Iterator[tuple[bytes, int | None, str, int]]:
        """The reports of the run that have rows, as agency, year, and where they are for `result`.

        Ordered by agency, year, and name of the document; those without agency or year last.
        """
        # Only short rows are sorted, and what is many of them waits in SQLite's own files. As bytes, because an agency
        # may hold what no text in UTF-8 can.
        return self._rows(
            "SELECT CAST(coalesce(json_extract(outcome, '$.issuer.agency'), '') AS BLOB) AS agency, "
            "json_extract(outcome, '$.issuer.year') AS year, folder, number "
            "FROM documents JOIN reports USING (folder) WHERE run = ? AND state = 'done' AND cells IS NOT NULL "
            "ORDER BY agency = x'' OR year IS NULL, agency, year, name, folder, number",
            self.run,
        )

    def result(self, folder: str, number: int) -> tuple[Outcome, bytes]:
        """A report that `by_issuer` named, with its packed rows."""
        outcome, cells = self._database.execute(
            "SELECT outcome, cells FROM reports WHERE folder = ? AND number = ?", (folder, number)
        ).fetchone()
        return from_record(json.loads(outcome)), cells

    def summed(self) -> Iterator[Outcome]:
        """Every outcome of the run, in the same order."""
        return self._outcomes(f"{_OF_THE_RUN} ORDER BY name, folder, number", (self.run,))

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a query; for `extract.bulk.status`."""
        return self._database.execute(query, values).fetchall()

    def close(self) -> None:
        """End what is still being read: an error's traceback would keep it, and with it a lock that others wait for."""
        for cursor in list(self._reading):
            cursor.close()
        self._database.close()

    def _rows(self, query: str, *values: object) -> Iterator[Any]:
        cursor = self._database.execute(query, values)
        self._reading.add(cursor)
        return cursor

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self._together:
            yield self._database
        else:
            with self._database as database:
                yield database

    def _count_settled(self) -> None:
        self._database.execute("UPDATE runs SET settled = settled + ? WHERE id = ?", (self._settled, self.run))
        self._settled = 0

    def _outcomes(self, which: str, values: tuple[object, ...]) -> Iterator[Outcome]:
        rows = self._rows(f"SELECT outcome {which}", *values)
        return (_outcome(outcome) for (outcome,) in rows)

    def _write(self, folder: str, result: Result, key: Key, seconds: float) -> None:
        flagged = sum(one.statuses.get(status, 0) for one in result.outcomes for status in FLAGGED)
        self._database.execute(
            "UPDATE documents SET state = 'done', content = ?, options = ?, limits = ?, software = ?, verdict = ?, "
            "again = ?, reason = ?, flagged = ?, finished = ?, seconds = ? WHERE folder = ?",
            (
                *(key.content, key.options, key.limits, key.software, result.verdict.value, result.again),
                *(storable(result.outcomes[0].error), flagged, time.time(), seconds, folder),
            ),
        )
        self._database.execute("DELETE FROM reports WHERE folder = ?", (folder,))
        cells = result.cells or (None,) * len(result.outcomes)
        self._database.executemany(
            "INSERT INTO reports VALUES (?, ?, ?, ?)",
            (
                (folder, one.report, json.dumps(to_record(one)), packed)
                for one, packed in zip(result.outcomes, cells, strict=True)
            ),
        )


def _outcome(record: str) -> Outcome:
    with sound():
        return from_record(json.loads(record))


@contextmanager
def opened(path: Path, *, create: bool = True) -> Iterator[Ledger]:
    """The ledger in a file.

    Raises:
        LedgerError: it is damaged, of a version that this gongkai does not know, or not there and not to be created.
        OSError: the disk is full.
    """
    with connected(path, create=create) as database, closing(Ledger(database, path)) as ledger:
        yield ledger
