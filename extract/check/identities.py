"""The form's arithmetic: every identity of a layout on every row or column it covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from extract.check.values import Value
from extract.equations import Equation
from extract.layout import Layout
from extract.model import CellId, IdentityResult, Status

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})
_ZERO = Decimal(0)


def evaluate(values: Mapping[CellId, Value], layout: Layout, tables: Sequence[str]) -> Iterator[IdentityResult]:
    """Evaluate all identities of `tables`. A blank counts as 0; a missing or unreadable member leaves it open."""
    for equation in layout.equations:
        if equation.table in tables:
            yield _evaluate(equation, values)


def again(results: Iterable[IdentityResult], values: Mapping[CellId, Value]) -> tuple[IdentityResult, ...]:
    """The same identities evaluated on other values."""
    return tuple(
        _evaluate(Equation(result.identity, result.table, result.at, result.left, result.right), values)
        for result in results
    )


def name(result: IdentityResult) -> str:
    """How reasons and evidence call an identity."""
    return f"{result.identity}:{result.at}"


def _evaluate(equation: Equation, values: Mapping[CellId, Value]) -> IdentityResult:
    left, right = ([values[id_] for id_ in side] for side in (equation.left, equation.right))
    statuses = [value.status for value in (*left, *right)]
    if not _WITHOUT_VALUE.isdisjoint(statuses):
        return _result(equation, None, None, None, "unevaluated")
    left_sum, right_sum = (
        sum([value.value for value in side if value.value is not None], _ZERO) for side in (left, right)
    )
    if left_sum == right_sum:
        return _result(equation, left_sum, right_sum, True, "holds")
    return _result(equation, left_sum, right_sum, False, "reading" if Status.SUSPECT in statuses else "published")


def _result(
    equation: Equation,
    left_sum: Decimal | None,
    right_sum: Decimal | None,
    holds: bool | None,
    verdict: str,
) -> IdentityResult:
    return IdentityResult(
        identity=equation.identity,
        table=equation.table,
        at=equation.at,
        left=equation.left,
        right=equation.right,
        left_sum=left_sum,
        right_sum=right_sum,
        holds=holds,
        verdict=verdict,
    )
