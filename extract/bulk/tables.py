"""The tables of a run, made from its ledger in one pass each: nothing but a few rows is in memory at a time."""

from __future__ import annotations

from pathlib import Path

from extract.bulk.ledger import Ledger, sound
from extract.export import documents, parquet
from extract.export.rows import unpacked


def write(ledger: Ledger, out: Path) -> None:
    """Write cells.parquet and documents.csv of the ledger's run, in the order of the documents' names.

    Raises:
        OSError: a file cannot be written.
    """
    with parquet.open_cells(out / "cells.parquet") as cells:
        for outcome, rows in ledger.results():
            if rows is not None:
                with sound():
                    own = list(unpacked(rows))
                cells.add(outcome, own)
    documents.write(ledger.summed(), out / "documents.csv")
