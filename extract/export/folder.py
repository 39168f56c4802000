"""The folder of one document's results."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from extract.export import atomic, csv_, json_, xlsx
from extract.model import Report

WRITERS = {"cells.csv": csv_.write, "report.json": json_.write, "tables.xlsx": xlsx.write}
"""What a report's folder holds, and what writes it."""

EVIDENCE = "report.html"
"""What it holds besides, unless that was not wanted: see `extract.export.evidence`."""

_NAMES = frozenset({*WRITERS, EVIDENCE})


def write(reports: Sequence[Report], folder: Path, evidence: Callable[[Report, Path], None] | None = None) -> None:
    """Write all results of one document, or none; an older result in the same folder is replaced.

    One report is written into the folder itself, several into folders below it by their numbers. `evidence` writes
    the page of a report; without it there is none.

    Raises:
        OSError: the folder cannot be written.
    """
    with atomic.replaced_folder(folder, _ours) as new:
        fill(reports, new, evidence)


def fill(reports: Sequence[Report], new: Path, evidence: Callable[[Report, Path], None] | None = None) -> None:
    """Write all results of one document into an empty folder, as `write` does.

    Raises:
        OSError: the folder cannot be written.
    """
    for report in reports:
        own = new / below(report)
        own.mkdir(exist_ok=True)
        for name, writer in WRITERS.items():
            writer(report, own / name)
        if evidence is not None:
            evidence(report, own / EVIDENCE)


def place(new: Path, folder: Path) -> None:
    """Have a folder that `fill` has written take its place; an older result there is replaced.

    Raises:
        OSError: the folder cannot be written, or is a file.
    """
    atomic.place(new, folder, _ours)


def below(report: Report) -> PurePosixPath:
    """Where a report's results lie in its document's folder."""
    return PurePosixPath(str(report.number)) if report.of > 1 else PurePosixPath()


def is_whole(folder: Path, *, evidence: bool) -> bool:
    """Whether all results of a report are there."""
    return all((folder / name).is_file() for name in (*WRITERS, *((EVIDENCE,) if evidence else ())))


def holds_result(folder: Path) -> bool:
    """Whether a result of some run is there."""
    return any((folder / name).exists() for name in _NAMES) or _one_of_several(folder / "1")


def _ours(entry: Path) -> bool:
    """Whether an entry of a document's folder is a result of the document, or of one report of several in it."""
    return entry.name in _NAMES or _one_of_several(entry)


def _one_of_several(folder: Path) -> bool:
    """Whether a folder holds nothing but results of one report of several: `r/1` may be another document's, r/1.pdf."""
    if not folder.name.isdecimal() or folder.is_symlink() or not folder.is_dir():
        return False
    try:
        if {entry.name for entry in folder.iterdir()} - _NAMES:
            return False
        told = json.loads((folder / "report.json").read_bytes())
        return bool(told["report"]["of"] > 1)
    except (OSError, ValueError, KeyError, TypeError):
        return False
