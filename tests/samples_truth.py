"""The committed samples with their truth, read once for all tests."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

import extract
from extract.model import Cell, CellId, Report

FOLDER = Path(__file__).parents[1] / "samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.pdf"))


@dataclass(frozen=True)
class TrueCell:
    """What a sample prints in a canonical cell; `status` is value, blank or missing."""

    edition: str
    value: Decimal | None
    text: str
    status: str

    def agrees(self, cell: Cell) -> bool:
        """Whether a recovered cell says the same."""
        if self.status == "missing":
            return cell.status.value == "missing"
        return cell.value == self.value and cell.status.value not in {"missing", "unreadable"}


@cache
def truth(name: str) -> dict[CellId, TrueCell]:
    with (FOLDER / f"{name}.truth.csv").open(encoding="utf-8", newline="") as file:
        return {
            CellId(row["table"], row["row"], row["column"]): TrueCell(
                row["edition"], Decimal(row["value"]) if row["value"] else None, row["text"], row["status"]
            )
            for row in csv.DictReader(file)
        }


@cache
def published_errors(name: str) -> frozenset[str]:
    """Identities that do not hold as printed, named `identity:row-or-column` (`outcomes` alone for reconsideration)."""
    facts = yaml.safe_load((FOLDER / "truth" / f"{name}.yaml").read_text(encoding="utf-8"))
    return frozenset(facts.get("published_errors") or ())


@cache
def report(name: str) -> Report:
    return extract.read(FOLDER / f"{name}.pdf")
