"""The folder of one document's results."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from extract.export import atomic, csv_, json_
from extract.model import Report


def _workbook(report: Report, path: Path) -> None:
    from extract.export import xlsx  # late: who only puts results in place need not load what writes workbooks

    xlsx.write(report, path)


WRITERS = {"cells.csv": csv_.write, "report.json": json_.write, "tables.xlsx": _workbook}
"""What a report's folder holds, and what writes it."""

EVIDENCE, TEXT, SECTIONS, SEARCHABLE = "report.html", "report.txt", "sections.json", "searchable.pdf"
"""What it holds besides where that was wanted: see `extract.export.evidence` and `extract.fulltext`."""

Writer = Callable[[Report, Path], None]

_NAMES = frozenset({*WRITERS, EVIDENCE, TEXT, SECTIONS, SEARCHABLE})


def write(reports: Sequence[Report], folder: Path, extras: Mapping[str, Writer] | None = None) -> None:
    """Write all results of one document, or none; an older result in the same folder is replaced.

    One report is written into the folder itself, several into folders below it by their numbers. `extras` gives, for
    the names of files besides those that are always there, what writes them.

    Raises:
        OSError: the folder cannot be written.
    """
    with atomic.replaced_folder(folder, _ours) as new:
        fill(reports, new, extras)


def fill(reports: Sequence[Report], new: Path, extras: Mapping[str, Writer] | None = None) -> None:
    """Write all results of one document into an empty folder, as `write` does.

    Raises:
        OSError: the folder cannot be written.
    """
    for report in reports:
        own = new / below(report)
        own.mkdir(exist_ok=True)
        for name, writer in {**WRITERS, **(extras or {})}.items():
            writer(report, own / name)


def place(new: Path, folder: Path) -> None:
    """Have a folder that `fill` has written take its place; an older result there is replaced.

    Raises:
        OSError: the folder cannot be written, or is a file.
    """
    atomic.place(new, folder, _ours)


def below(report: Report) -> PurePosixPath:
    """Where a report's results lie in its document's folder."""
    return PurePosixPath(str(report.number)) if report.of > 1 else PurePosixPath()


def is_whole(folder: Path, extras: Iterable[str]) -> bool:
    """Whether all results of a report are there, these extras included."""
    return all(os.path.isfile(f"{folder}/{name}") for name in (*WRITERS, *extras))  # noqa: PTH113 - of 10,000 folders


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
