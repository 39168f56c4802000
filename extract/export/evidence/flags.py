"""Cells to look at: those that ask for a human, and those whose first reading did not stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.check.identities import name
from extract.export.evidence.sums import Sum
from extract.export.rows import plain
from extract.model import Cell, CellId, Report, Status, Table

_LIKELIEST, _LEAST = 6, 0.0005
"""Other readings that are listed, and the probability below which one is not worth it."""

_CHANGED = frozenset({Status.REPAIRED, Status.CORRECTED})


@dataclass(frozen=True, slots=True)
class Flag:
    """A printed cell with what speaks against it: failing identities, and `reasons` that are none of these.

    `located` says that a failing identity names it. `others` are its likeliest other readings with their
    probabilities, `more` how many there are besides.
    """

    cell: Cell
    value: str
    located: bool
    sums: tuple[Sum, ...]
    reasons: tuple[str, ...]
    others: tuple[tuple[str, float], ...]
    more: int

    @property
    def beside(self) -> bool:
        """Whether nothing speaks against it but an identity that names other cells or none."""
        return not (self.located or self.reasons or self.others or self.cell.repair) and bool(self.sums)


@dataclass(frozen=True, slots=True)
class MissingRow:
    """Cells of a row that were not found; `whole` when these are all it has."""

    label: str
    cells: tuple[Cell, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Review:
    """What is to be looked at in one table; of one that was not found there is nothing to list.

    `beside` are cells whose own reading nothing speaks against: a failing identity is all.
    """

    table: Table
    flags: tuple[Flag, ...]
    beside: tuple[Flag, ...]
    missing: tuple[MissingRow, ...]


def shown(report: Report) -> list[Cell]:
    """The cells that a picture is worth: printed ones that are flagged, repaired or corrected."""
    return [
        cell for cell in report.cells if (cell.flagged and cell.status is not Status.MISSING) or cell.status in _CHANGED
    ]


def reviews(report: Report, failing: Sequence[Sum]) -> Iterator[Review]:
    """Each table with something to look at; the cells that failing identities name come first."""
    broken: dict[CellId, list[Sum]] = {}
    for one in failing:
        for id_ in (*one.result.left, *one.result.right):
            broken.setdefault(id_, []).append(one)
    cells = shown(report)
    for table in report.tables.values():
        flags = [_flag(cell, broken) for cell in cells if cell.id.table == table.name]
        missing = tuple(_missing(table)) if table.found else ()
        if flags or missing or not table.found:
            own = sorted((flag for flag in flags if not flag.beside), key=lambda flag: not flag.located)
            yield Review(table, tuple(own), tuple(flag for flag in flags if flag.beside), missing)


def _flag(cell: Cell, broken: Mapping[CellId, Sequence[Sum]]) -> Flag:
    sums = tuple(broken.get(cell.id, ()))
    # Reasons that only say that an identity fails, or what was repaired, are told from those, in both languages.
    told = tuple(f"{name(one.result)} does not hold (" for one in sums)
    if cell.repair:
        told = (*told, "first read as ")
    reasons = tuple(reason for reason in cell.reasons if not (told and reason.startswith(told)))
    located = any(cell.id in one.result.located for one in sums)
    likely = sorted(cell.alternatives, key=lambda other: -other[1])
    others = tuple(other for other in likely[:_LIKELIEST] if other[1] >= _LEAST)
    return Flag(cell, plain(cell.value), located, sums, reasons, others, len(likely) - len(others))


def _missing(table: Table) -> Iterator[MissingRow]:
    rows: dict[str, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.id.row, []).append(cell)
    for cells in rows.values():
        lost = tuple(cell for cell in cells if cell.status is Status.MISSING)
        if lost:
            yield MissingRow(cells[0].row_label, lost, len(lost) == len(cells))
