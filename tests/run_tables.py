"""The tables of a run of reports made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
from reports import report

from extract.bulk import tables
from extract.bulk.ledger import Key, Ledger, opened
from extract.bulk.task import Result, failure
from extract.export import documents
from extract.export.figures import figures
from extract.export.rows import packed, row
from extract.inputs import Document
from extract.model import CellId, Issuer, Report, Verdict

CARRIED_IN = CellId("disclosure_requests", "carried_in", "total")
SHEETS = list(dict.fromkeys(one.table for one in figures()))
NO_KEY = Key("", "", "", "")


def told(agency: str, year: int | None, **other: Any) -> Report:
    return report(issuer=Issuer(agency=agency, year=year), **other)


@contextmanager
def ledger_of(folder: Path, reports: Mapping[str, Report | None]) -> Iterator[Ledger]:
    """A ledger of documents by their names; None could not be read."""
    folder.mkdir(parents=True, exist_ok=True)
    planned = [Document(name, (Path(name),), PurePosixPath(f"d{place}")) for place, name in enumerate(reports)]
    with opened(folder / "ledger.sqlite") as ledger:
        ledger.begin(planned, (), 1, force=True)
        for one in planned:
            read = reports[one.name]
            if read is None:
                result = failure(one, Verdict.PASSWORD, "a password is needed")
            else:
                outcome = documents.outcome(one.name, read, str(one.output))
                result = Result(outcome.verdict, (outcome,), (packed(row(cell) for cell in read.cells),))
            ledger.done(one, result, NO_KEY, 0.1)
        yield ledger


def made(folder: Path, reports: Mapping[str, Report | None], **sizes: int) -> Path:
    out = folder / "out"
    out.mkdir(exist_ok=True, parents=True)
    with ledger_of(folder, reports) as ledger:
        tables.write(ledger, out, folder / "staging", **sizes)
    assert not list((folder / "staging").iterdir())
    return out


def three(**other: Any) -> dict[str, Report | None]:
    return {
        "a.pdf": told("甲局", 2022, **other),
        "b.pdf": None,
        "c.pdf": told("乙局", 2021),
        "d.pdf": told("丙局", 2021),
    }


def sheet(out: Path, name: str = "disclosure_requests") -> list[dict[str, Any]]:
    """The rows of a sheet of the panel by the names of their columns."""
    lines = list(openpyxl.load_workbook(out / "panel.xlsx")[name].iter_rows(min_row=3))
    names = [cell.value for cell in lines[0]]
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]
