"""The command with documents that say in words what reading them comes to."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from reports import report

from extract import pipeline
from extract.cli import main
from extract.errors import LimitError, PasswordError, UnreadableError
from extract.model import Report, Status

SAMPLES = Path(__file__).parents[1] / "samples"
NEEDS_REVIEW = {next(cell.id for cell in report().cells): {"status": Status.SUSPECT}}
ALL_GRIDS = ("proactive", "requests", "review")


def fake_read(path: str | Path, *, password: str | None = None, **_: object) -> Report:
    """What a file's own first words ask for, in place of reading a PDF."""
    words = Path(path).read_text(encoding="utf-8") if Path(path).is_file() else "unreadable"
    match words.split():
        case ["ok", *_]:
            return report(path=str(path))
        case ["review", *_]:
            return report(path=str(path), changes=NEEDS_REVIEW)
        case ["nothing", *_]:
            return report(path=str(path), lost=ALL_GRIDS)
        case ["locked", *_] if password != "right":
            raise PasswordError("encrypted: a password is needed (--password)")
        case ["locked", *_]:
            return report(path=str(path))
        case ["huge", *_]:
            raise LimitError("12000 pages, more than the limit of 2000")
        case ["crash", *_]:
            raise ZeroDivisionError("inside a library\nsecond line \x1b[31m")
        case _:
            raise UnreadableError("not a PDF")


def fake_read_all(path: str | Path, **how: Any) -> tuple[Report, ...]:
    """One report, or the three of a file that says `three`."""
    if Path(path).is_file() and Path(path).read_text(encoding="utf-8").startswith("three"):
        pages = report().pages
        return tuple(report(path=str(path), pages=(pages[n],), number=n + 1, of=3) for n in range(3))
    return (fake_read(path, **how),)


def read_by(monkeypatch: pytest.MonkeyPatch, read_all: Callable[..., tuple[Report, ...]]) -> None:
    """Have documents read by this function, as documents without pages."""

    @contextmanager
    def reading(path: Any, **how: Any) -> Iterator[tuple[tuple[Report, ...], None]]:
        yield read_all(path, **how), None

    monkeypatch.setattr(pipeline, "reading", reading)


def put(path: str, words: str = "ok") -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words, encoding="utf-8")
    return file


def gongkai(*arguments: str) -> Result:
    """Run in this process, so that documents are read by what `read_by` put in the reader's place."""
    return CliRunner().invoke(main, ["extract", "-o", "out", "--jobs", "0", *arguments])


def documents() -> list[dict[str, str]]:
    with Path("out/documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
