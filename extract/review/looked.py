"""Which cells people looked at: a log beside the corrections, one line of JSON for each look at a document's cells.

A look counts as long as the cell is read as it was then. Lines are only ever added, so that git can join two logs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extract.errors import CorrectionsError

NAME = "looked.jsonl"
"""The log's name in a corrections folder."""

_PATIENCE = 10.0
"""Seconds to wait for another who is writing."""

_LONGEST = 2**20
"""Bytes of a line."""


def add(folder: Path, who: str, sha256: str, report: int, cells: Mapping[str, str]) -> None:
    """Write down that somebody looked at cells of a report, named table/row/column, and what they were read as.

    Raises:
        CorrectionsError: The folder cannot be written.
    """
    from filelock import FileLock, Timeout

    when = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    told = {"who": who, "when": when, "document": sha256, "report": report, "cells": dict(cells)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            FileLock(folder / f".{NAME}.lock", timeout=_PATIENCE),
            (folder / NAME).open("ab") as file,
        ):
            begun = file.tell() and not _ended(folder / NAME)
            file.write((b"\n" if begun else b"") + json.dumps(told, ensure_ascii=False).encode("utf-8") + b"\n")
    except Timeout as error:
        raise CorrectionsError(f"{folder}: another program has been saving for {_PATIENCE:g} seconds") from error
    except OSError as error:
        raise CorrectionsError(f"{folder}: cannot be written: {error.strerror or error}") from error


def seen(folder: Path, who: str | None = None) -> Iterator[tuple[str, int, str, str]]:
    """Document, report, cell and what it was read as, of each look, or of those of one person.

    Lines that say something else are passed over.
    """
    try:
        with (folder / NAME).open("rb") as file:
            while line := file.readline(_LONGEST):
                yield from _told(line, who)
    except OSError:
        return


def _told(line: bytes, who: str | None) -> Iterator[tuple[str, int, str, str]]:
    try:
        told: Any = json.loads(line)
        sha256, report, cells = str(told["document"]), int(told["report"]), dict(told["cells"])
        if who is not None and told["who"] != who:
            return
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for cell, value in cells.items():
        yield sha256, report, str(cell), str(value)


def _ended(path: Path) -> bool:
    """Whether a file's last line is whole."""
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"
