"""The form's arithmetic: every identity of a layout on every row or column it covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from extract.layout import Equation, Layout
from extract.model import Cell, CellId, IdentityResult, Status

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})


def evaluate(cells: Mapping[CellId, Cell], layout: Layout, tables: Sequence[str]) -> Iterator[IdentityResult]:
    """Evaluate all identities of `tables`. A blank counts as 0; a missing or unreadable member leaves it open."""
    for equation in layout.equations:
        if equation.table in tables:
            yield _evaluate(equation, cells)


def _evaluate(equation: Equation, cells: Mapping[CellId, Cell]) -> IdentityResult:
    left, right = equation.left, equation.right
    members = [cells[id_] for id_ in (*left, *right)]
    if any(cell.status in _WITHOUT_VALUE for cell in members):
        return _result(equation, None, None, None, "unevaluated")
    left_sum, right_sum = (sum((cells[id_].value or Decimal(0) for id_ in side), Decimal(0)) for side in (left, right))
    holds = left_sum == right_sum
    certain = all(cell.status is not Status.SUSPECT for cell in members)
    verdict = "holds" if holds else "published" if certain else "reading"
    return _result(equation, left_sum, right_sum, holds, verdict)


def _result(
    equation: Equation, left: Decimal | None, right: Decimal | None, holds: bool | None, verdict: str
) -> IdentityResult:
    return IdentityResult(
        equation.identity, equation.table, equation.at, equation.left, equation.right, left, right, holds, verdict
    )
