"""The tables of a run, made from its ledger in a few passes: nothing but a few rows is in memory at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from extract.bulk.ledger import Ledger
from extract.export import atomic, datapackage, documents, panel, parquet
from extract.export.documents import Outcome
from extract.export.rows import Row, unpacked

CELLS, PARTS = "cells.parquet", "cells"
"""The long table: one file, or a folder of parts when it is large."""


def write(ledger: Ledger, out: Path, staging: Path, *, part_rows: int = parquet.PART_ROWS) -> None:
    """Write the tables of the ledger's run, in the order of the documents' names; the panel by agency and year.

    They are made in a folder of their own and take their places one after the other when all are whole.
    datapackage.json is taken away before and put in place last: where it is, the tables beside it are of one run.

    Args:
        ledger: The ledger.
        out: The output folder.
        staging: A folder on the same file system for what is not yet whole.
        part_rows: Rows after which the long table goes on in another part.

    Raises:
        OSError: a file cannot be written.
    """
    new = staging / "tables"
    parts = new / PARTS
    parts.mkdir(parents=True)
    with parquet.open_cells(parts, part_rows) as cells:
        for outcome, rows in ledger.results():
            if rows is not None:
                cells.add(outcome, unpacked(rows))
    if len(cells.parts) == 1:
        cells.parts[0].rename(new / CELLS)
        parts.rmdir()
    documents.write(ledger.summed(), new / "documents.csv")
    parquet.write_documents(ledger.summed(), new / "documents.parquet")

    def found(where: str, number: int) -> tuple[Outcome, Iterator[Row]]:
        outcome, rows = ledger.result(where, number)
        return outcome, unpacked(rows)

    panel.write(ledger.by_issuer(), found, new / "panel.xlsx")
    paths = [f"{PARTS}/{path.name}" for path in cells.parts] if parts.exists() else [CELLS]
    datapackage.write(new, paths, _version(), new / datapackage.NAME)
    _place(new, out)


def _place(new: Path, out: Path) -> None:
    (out / datapackage.NAME).unlink(missing_ok=True)
    if (new / PARTS).exists():
        atomic.place(new / PARTS, out / PARTS, parquet.is_part)
        (out / CELLS).unlink(missing_ok=True)
    else:
        (new / CELLS).replace(out / CELLS)
        _remove_parts(out / PARTS)
    for name in ("documents.csv", "documents.parquet", "panel.xlsx", datapackage.NAME):
        (new / name).replace(out / name)
    shutil.rmtree(new)


def _remove_parts(folder: Path) -> None:
    """Take away the parts of an earlier run; the folder too, unless somebody keeps other files in it."""
    if folder.is_symlink() or not folder.is_dir():
        return
    entries = list(folder.iterdir())
    ours = [entry for entry in entries if parquet.is_part(entry)]
    for entry in ours:
        entry.unlink()
    if ours and len(ours) == len(entries):
        folder.rmdir()


def _version() -> str:
    from importlib.metadata import version

    return version("gongkai")
