"""Truth files: what a sample prints, read from `truth/NAME.yaml`, checked, and written out cell by cell.

Ids and labels of the form's cells come from tests/data/canonical-cells.csv alone, so that nothing here depends on the
code the samples are there to test.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).resolve().parent
CANONICAL_CELLS = HERE.parent / "tests" / "data" / "canonical-cells.csv"

REQUESTS = "disclosure_requests"
RECONSIDERATION = "administrative_reconsideration"
LITIGATION = "administrative_litigation"
TABLES = ("proactive_disclosure", REQUESTS, RECONSIDERATION, LITIGATION)

BLANK_MARKS = frozenset({"", "-", "--", "—", "/", "无"})
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class TruthError(Exception):
    """A truth file that contradicts itself or the form."""


class Slot(NamedTuple):
    """One line of canonical-cells.csv; labels as paths from the outermost to the innermost."""

    edition: str
    table: str
    row: str
    column: str
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]


class TruthCell(NamedTuple):
    """What one canonical cell prints. `value` is a plain decimal, or "" when the cell is blank or not printed."""

    text: str
    value: str
    status: str


MISSING = TruthCell("", "", "missing")


@dataclass(frozen=True)
class TruthTable:
    """One of the four tables: its edition, and printed cells by (row id, column id); cells not printed are absent."""

    name: str
    edition: str
    cells: Mapping[tuple[str, str], TruthCell]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The canonical cells of the table's edition."""
        return slots(self.edition, self.name)

    def cell(self, row: str, column: str) -> TruthCell:
        """The cell at a row and column id."""
        return self.cells.get((row, column), MISSING)


@dataclass(frozen=True)
class Truth:
    """A whole truth file; `options` holds the switches of form, document and look that its drawing takes."""

    name: str
    title: str
    agency: str
    year: int
    producer: str
    shows: str
    tables: Mapping[str, TruthTable]
    published_errors: frozenset[str]
    options: Mapping[str, Any]


@cache
def slots(edition: str, table: str) -> tuple[Slot, ...]:
    """The canonical cells of one table in one edition, in the form's order."""
    with CANONICAL_CELLS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Slot(
                line["edition"],
                line["table"],
                line["row"],
                line["column"],
                tuple(line["row_label"].split(" / ")),
                tuple(line["column_label"].split(" / ")),
            )
            for line in csv.DictReader(file)
            if line["edition"] == edition and line["table"] == table
        )


def load(path: Path) -> Truth:
    """Read a truth file.

    Raises:
        TruthError: a row or a printed text is not what the form or the rules of samples/README.md allow.
    """
    source = path.read_text(encoding="utf-8")
    options: dict[str, Any] = yaml.safe_load(source)
    # Cells are printed strings: YAML's own idea of numbers would lose signs and trailing zeros.
    printed: Mapping[str, Any] = yaml.load(source, yaml.BaseLoader)["tables"]
    del options["tables"]
    truth = Truth(
        name=path.stem,
        title=options.pop("title"),
        agency=options.pop("agency"),
        year=options.pop("year"),
        producer=options.pop("producer"),
        shows=options.pop("shows"),
        tables={name: _table(path.stem, name, printed.get(name, {"edition": "2021", "rows": {}})) for name in TABLES},
        published_errors=frozenset(options.pop("published_errors", ())),
        options=options,
    )
    failed = failed_identities(truth)
    if failed != truth.published_errors:
        raise TruthError(
            f"{truth.name}: identities that fail: {sorted(failed)}, named as failing: {sorted(truth.published_errors)}"
        )
    return truth


def _table(sample: str, name: str, printed: Mapping[str, Any]) -> TruthTable:
    known: dict[str, list[str]] = {}
    for slot in slots(printed["edition"], name):
        known.setdefault(slot.row, []).append(slot.column)
    cells = {}
    for row, texts in printed["rows"].items():
        where = f"{sample}: {name}: {row}"
        if row not in known or len(texts) != len(known[row]):
            raise TruthError(f"{where}: {len(texts)} cells, the form has {len(known.get(row, ()))}")
        for column, text in zip(known[row], texts, strict=True):
            cells[row, column] = _cell(f"{where}: {column}", text)
    return TruthTable(name, printed["edition"], cells)


def _cell(where: str, printed: str | Mapping[str, str]) -> TruthCell:
    if not isinstance(printed, str):
        return TruthCell(printed["text"], printed["value"], "value" if printed["value"] else "blank")
    if printed in BLANK_MARKS:
        return TruthCell(printed, "", "blank")
    if not _PLAIN_NUMBER.fullmatch(printed):
        raise TruthError(f"{where}: {printed!r} is not a plain number: write {{text: …, value: …}}")
    return TruthCell(printed, printed, "value")


def failed_identities(truth: Truth) -> set[str]:
    """Ids of the form's identities that the printed numbers break; a blank counts as 0, a missing cell excuses."""
    failed = set()
    table = truth.tables[REQUESTS]
    rows = list(dict.fromkeys(slot.row for slot in table.slots))
    columns = list(dict.fromkeys(slot.column for slot in table.slots))
    results = [row for row in rows if row not in {"received", "carried_in", "processed_total", "carried_forward"}]
    for column in columns:
        ends = [(row, column) for row in ("processed_total", "carried_forward")]
        if not _equal(table, [("received", column), ("carried_in", column)], ends):
            failed.add(f"balance:{column}")
        if not _equal(table, ends[:1], [(row, column) for row in results]):
            failed.add(f"processed:{column}")
    for row in rows:
        if not _equal(table, [(row, "total")], [(row, column) for column in columns if column != "total"]):
            failed.add(f"applicants:{row}")
    outcomes = ("upheld", "corrected", "other", "pending")
    for name in (RECONSIDERATION, LITIGATION):
        table = truth.tables[name]
        for row in dict.fromkeys(slot.row for slot in table.slots):
            if not _equal(table, [(row, "total")], [(row, outcome) for outcome in outcomes]):
                failed.add("outcomes" if name == RECONSIDERATION else f"outcomes:{row}")
    return failed


def _equal(table: TruthTable, left: Iterable[tuple[str, str]], right: Iterable[tuple[str, str]]) -> bool:
    sides = [[table.cell(*key) for key in keys] for keys in (left, right)]
    if any(cell.status == "missing" for side in sides for cell in side):
        return True
    first, second = (sum((Decimal(cell.value or 0) for cell in side), Decimal(0)) for side in sides)
    return first == second


def write_csv(truth: Truth, path: Path) -> None:
    """Write one line for every canonical cell of each table's edition, in the form's order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "row", "column", "edition", "value", "text", "status"])
        for table in truth.tables.values():
            for slot in table.slots:
                cell = table.cell(slot.row, slot.column)
                writer.writerow([slot.table, slot.row, slot.column, slot.edition, cell.value, cell.text, cell.status])
