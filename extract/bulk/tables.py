"""The tables of a run, made from its ledger in a few passes: nothing but a few rows is in memory at a time."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from extract.bulk import versions
from extract.bulk.database import sound
from extract.bulk.ledger import Ledger, opened
from extract.bulk.worker import Call
from extract.export import atomic

if TYPE_CHECKING:
    from extract.export.documents import Outcome
    from extract.export.rows import Row

CELLS, PARTS = "cells.parquet", "cells"
"""The long table: one file, or a folder of parts when it is large."""

PACKAGE = "datapackage.json"

_OTHERS = ("documents.csv", "documents.parquet", "panel.xlsx", PACKAGE)
"""The other files, in the order they are put in place."""

Do = Callable[[Sequence[Call]], Sequence[object]]
"""What calls functions, perhaps side by side and elsewhere: `extract.bulk.events.Executor.call`."""


def write(
    ledger: Ledger, out: Path, staging: Path, do: Do | None = None, *, force: bool = False, part_rows: int | None = None
) -> None:
    """Write the tables of the ledger's run, in the order of the documents' names; the panel by agency and year.

    They are made in a folder of their own and take their places one after the other when all are whole.
    datapackage.json is taken away before and put in place last: where it is, the tables beside it are of one run.
    Where they are in place already, made of the same results by the same software, nothing is done.

    Args:
        ledger: The ledger.
        out: The output folder.
        staging: A folder on the same file system for what is not yet whole.
        do: What calls the functions that write; when it is stopped and calls not all of them, the tables stay as they
            were. By default they are called here.
        force: Write them anew in any case.
        part_rows: Rows after which the long table goes on in another part, if not the usual number.

    Raises:
        OSError: a file cannot be written.
    """
    made_of = hashlib.sha256(f"{versions.software()} {part_rows} {ledger.digest()}".encode()).hexdigest()
    if not force and ledger.tables() == (made_of, _state(out)):
        return
    new = staging / "tables"
    new.mkdir(parents=True)
    do = do or (lambda calls: [call() for call in calls])
    work = [
        Call("extract.bulk.tables:write_cells", (ledger.path, new, part_rows)),
        Call("extract.bulk.tables:write_panel", (ledger.path, new)),
    ]
    if len(do(work)) == len(work) and do([Call("extract.bulk.tables:write_package", (new,))]):
        ledger.tables_made()
        _place(new, out)
        ledger.tables_made(made_of, _state(out))
    shutil.rmtree(new, ignore_errors=True)


def write_cells(ledger: Path, new: Path, part_rows: int | None) -> None:
    """Write the long table and the lists of documents."""
    from extract.export import documents, parquet
    from extract.export.rows import unpacked

    parts = new / PARTS
    parts.mkdir()
    with opened(ledger, create=False) as one:
        with parquet.open_cells(parts, part_rows or parquet.PART_ROWS) as cells:
            for outcome, rows in one.results():
                if rows is not None:
                    with sound():
                        own = list(unpacked(rows))
                    cells.add(outcome, own)
        documents.write(one.summed(), new / "documents.csv")
        parquet.write_documents(one.summed(), new / "documents.parquet")
    if len(cells.parts) == 1:
        cells.parts[0].rename(new / CELLS)
        parts.rmdir()
    atomic.to_disk(new)


def write_panel(ledger: Path, new: Path) -> None:
    """Write the panel."""
    from extract.export import panel
    from extract.export.rows import unpacked

    with opened(ledger, create=False) as one:

        def found(where: str, number: int) -> tuple[Outcome, Iterator[Row]]:
            outcome, rows = one.result(where, number)
            with sound():
                return outcome, iter(list(unpacked(rows)))

        panel.write(one.by_issuer(), found, new / "panel.xlsx")


def write_package(new: Path) -> None:
    """Describe what has been written."""
    from extract.export import datapackage

    paths = sorted(f"{PARTS}/{path.name}" for path in (new / PARTS).iterdir()) if (new / PARTS).exists() else [CELLS]
    datapackage.write(new, paths, _version(), new / PACKAGE)


def _state(out: Path) -> str:
    """What is equal while nobody touches the files in place."""
    paths = [
        *(path for path in sorted((out / PARTS).glob("*")) if _is_part(path)),
        *(out / one for one in (CELLS, *_OTHERS)),
    ]
    there = [(path.relative_to(out).as_posix(), path.stat()) for path in paths if path.is_file()]
    return json.dumps([(name, stat.st_size, stat.st_mtime_ns) for name, stat in there])


def _place(new: Path, out: Path) -> None:
    (out / PACKAGE).unlink(missing_ok=True)
    if (new / PARTS).exists():
        atomic.place(new / PARTS, out / PARTS, _is_part)
        (out / CELLS).unlink(missing_ok=True)
    else:
        (new / CELLS).replace(out / CELLS)
        _remove_parts(out / PARTS)
    for name in _OTHERS:
        (new / name).replace(out / name)


def _is_part(path: Path) -> bool:
    from extract.export import parquet

    return parquet.is_part(path)


def _remove_parts(folder: Path) -> None:
    """Take away the parts of an earlier run; the folder too, unless somebody keeps other files in it."""
    if folder.is_symlink() or not folder.is_dir():
        return
    entries = list(folder.iterdir())
    ours = [entry for entry in entries if _is_part(entry)]
    for entry in ours:
        entry.unlink()
    if ours and len(ours) == len(entries):
        folder.rmdir()


def _version() -> str:
    from importlib.metadata import version

    return version("gongkai")
