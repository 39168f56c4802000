"""Reports as files, and what is read back from these."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from reports import RECEIVED, report

from extract.export import csv_, documents, parquet, xlsx
from extract.export.rows import row as row_of
from extract.model import CellId, Report, Status

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
HEADER = [
    *("table", "row", "column", "value", "text", "page", "x0", "top", "x1", "bottom", "confidence", "status"),
    *("edition", "row_label", "column_label", "unit", "reasons"),
]
CARRIED_IN = RECEIVED._replace(row="carried_in")
AMOUNT = CellId("proactive_disclosure", "fees", "amount")


def written(one: Report, folder_: Path, write: Callable[[Report, Path], None] = csv_.write) -> Path:
    path = folder_ / "file"
    write(one, path)
    return path


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def line(one: Report, folder_: Path, id_: CellId) -> dict[str, str]:
    found = [x for x in lines(written(one, folder_)) if (x["table"], x["row"], x["column"]) == id_]
    assert len(found) == 1
    return found[0]


def hard_report() -> Report:
    return report(
        {"requests": "2019"},
        texts={RECEIVED: "1\n234", CARRIED_IN: "\x00\ud800=1\x1b[31m"},
        changes={
            CARRIED_IN: {
                "value": None,
                "status": Status.UNREADABLE,
                "reasons": ("no number",),
                "alternatives": (("11", 0.4), ("17", 0.2)),
            },
            AMOUNT: {"value": Decimal("59237.2449"), "text": "59237.2449", "status": Status.READ},
        },
        lost=["review"],
        warnings=("page 3 is an image",),
    )


def book(one: Report, folder_: Path) -> Any:
    path = folder_ / "tables.xlsx"
    xlsx.write(one, path)
    return openpyxl.load_workbook(path)


def find(sheet: Any, value: object) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == value)


def run_file(folder: Path, *reports: Report, **sizes: int) -> pa.Table:
    with parquet.open_cells(folder, **sizes) as cells:
        for number, one in enumerate(reports):
            cells.add(documents.outcome(f"d{number}.pdf", one, "d"), map(row_of, one.cells))
    return pq.read_table(cells.parts)
