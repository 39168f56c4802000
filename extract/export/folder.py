"""The folder of one document's results."""

from __future__ import annotations

from pathlib import Path

from extract.export import csv_, json_, xlsx
from extract.export.atomic import replaced_folder
from extract.model import Report

WRITERS = {"cells.csv": csv_.write, "report.json": json_.write, "tables.xlsx": xlsx.write}
"""What a document's folder holds, and what writes it."""


def write(report: Report, folder: Path) -> None:
    """Write all results of one document, or none; an older result in the same folder is replaced.

    Raises:
        OSError: the folder cannot be written.
    """
    with replaced_folder(folder, WRITERS) as new:
        for name, writer in WRITERS.items():
            writer(report, new / name)


def holds_result(folder: Path) -> bool:
    """Whether a result of some run is there."""
    return any((folder / name).exists() for name in WRITERS)
