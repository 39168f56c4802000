"""Failing identities, side by side with the numbers that do not add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extract.export.rows import plain
from extract.model import Cell, CellId, IdentityResult, Report

_LISTED = 6
"""Members of a side that are all listed; of more, those without a number worth a word are counted."""


@dataclass(frozen=True, slots=True)
class Member:
    """A cell of an identity: what it is called there, its number, and whether it is among those to blame."""

    cell: Cell
    label: str
    id: str
    value: str
    located: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an identity: its sum, the members worth a word, and how many are 0 or blank besides."""

    total: str
    members: tuple[Member, ...]
    zeros: int


@dataclass(frozen=True, slots=True)
class Sum:
    """An identity that fails. `by_column` says that it adds up rows within the column `label` (`id`)."""

    result: IdentityResult
    by_column: bool
    label: str
    id: str
    left: Side
    right: Side
    difference: str
    located: tuple[Member, ...]


def failing(report: Report) -> Iterator[Sum]:
    """The identities of a report that do not hold, in its order."""
    cells = {cell.id: cell for cell in report.cells}
    for result in report.identities:
        if result.holds is False and cells.keys() >= {*result.left, *result.right}:
            yield _sum(result, cells)


def _sum(result: IdentityResult, cells: Mapping[CellId, Cell]) -> Sum:
    members = (*result.left, *result.right)
    by_column = all(id_.column == result.at for id_ in members)
    first = cells[members[0]]
    blame = frozenset(result.located)
    difference = abs((result.left_sum or Decimal(0)) - (result.right_sum or Decimal(0)))
    return Sum(
        result=result,
        by_column=by_column,
        label=(first.column_label if by_column else first.row_label),
        id=result.at,
        left=_side(result.left, result.left_sum, cells, blame, by_column=by_column),
        right=_side(result.right, result.right_sum, cells, blame, by_column=by_column),
        difference=plain(difference),
        located=tuple(_member(cells[id_], blame, by_column=by_column) for id_ in result.located if id_ in cells),
    )


def _side(
    ids: Sequence[CellId],
    total: Decimal | None,
    cells: Mapping[CellId, Cell],
    blame: frozenset[CellId],
    *,
    by_column: bool,
) -> Side:
    shown = [id_ for id_ in ids if len(ids) <= _LISTED or id_ in blame or cells[id_].value]
    members = tuple(_member(cells[id_], blame, by_column=by_column) for id_ in shown)
    return Side(plain(total), members, len(ids) - len(shown))


def _member(cell: Cell, blame: frozenset[CellId], *, by_column: bool) -> Member:
    label, name = (cell.row_label, cell.id.row) if by_column else (cell.column_label, cell.id.column)
    return Member(cell, label.rsplit(" / ", 1)[-1], name, plain(cell.value), cell.id in blame)
