"""The file of a ledger: its schema, how it is opened, and what is said where it is damaged."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VERSION = 1

_SCHEMA = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, stopped TEXT NOT NULL DEFAULT '',
    jobs INTEGER NOT NULL, settled INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE documents (
    folder TEXT PRIMARY KEY, output TEXT NOT NULL, name TEXT NOT NULL, run INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    content TEXT NOT NULL DEFAULT '', options TEXT NOT NULL DEFAULT '', limits TEXT NOT NULL DEFAULT '',
    software TEXT NOT NULL DEFAULT '', verdict TEXT NOT NULL DEFAULT '', again INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', flagged INTEGER NOT NULL DEFAULT 0,
    started REAL, finished REAL, seconds REAL
) WITHOUT ROWID;
CREATE INDEX documents_by_run ON documents (run, state, finished);
CREATE INDEX documents_by_name ON documents (run, name, folder);
CREATE TABLE reports (
    folder TEXT NOT NULL, number INTEGER NOT NULL, outcome TEXT NOT NULL, cells BLOB, PRIMARY KEY (folder, number)
);
"""
"""A document is `waiting`, `running` or `done`; `reports` has what each report of it came to, and its packed rows."""


class LedgerError(Exception):
    """The ledger cannot be used; the message says what to do."""


@contextmanager
def sound() -> Iterator[None]:
    """For what is made of the ledger's records: SQLite does not see when a byte in one is another.

    Raises:
        sqlite3.DatabaseError: a record is not what was written; `opened` tells of it.
    """
    try:
        yield
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise sqlite3.DatabaseError("a record in it is damaged") from error


@contextmanager
def connected(path: Path, *, create: bool) -> Iterator[sqlite3.Connection]:
    """The database in a file, with the ledger's schema.

    A rollback journal, written through at every commit: slower than a write-ahead log by a millisecond, and safe on
    network file systems and under kill -9.

    Raises:
        LedgerError: it is damaged, of a version that this gongkai does not know, or not there and not to be created.
        OSError: the disk is full.
    """
    mode = "rwc" if create else "rw"
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=60)
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: {error}") from error
    try:
        database.execute("PRAGMA synchronous = EXTRA")
        _prepare(database, path)
        yield database
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise OSError(28, "No space left on device") from error
        raise LedgerError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{path}: {error}: move it away to begin anew") from error
    finally:
        database.close()


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        database.executescript(f"BEGIN EXCLUSIVE;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
    elif version != _VERSION:
        raise LedgerError(f"{path}: written by another version of gongkai: move it away to begin anew")
