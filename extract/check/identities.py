"""The form's arithmetic: every identity of a layout on every row or column it covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from extract.layout import Identity, Layout, expand
from extract.model import Cell, CellId, IdentityResult, Status

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})


def evaluate(cells: Mapping[CellId, Cell], layout: Layout, tables: Sequence[str]) -> Iterator[IdentityResult]:
    """Evaluate all identities of `tables`. A blank counts as 0; a missing or unreadable member leaves it open."""
    for identity in layout.identities:
        if identity.table in tables:
            members = [id_ for id_ in cells if id_.table == identity.table]
            for at, left, right in _instances(identity, members):
                yield _evaluate(identity, at, left, right, cells)


def _instances(
    identity: Identity, members: Sequence[CellId]
) -> Iterator[tuple[str, tuple[CellId, ...], tuple[CellId, ...]]]:
    """The rows (or columns) the identity holds in, each with the cells on its two sides."""
    along_columns = identity.each == "column"
    lines: dict[str, dict[str, CellId]] = {}
    for id_ in members:
        line, name = (id_.column, id_.row) if along_columns else (id_.row, id_.column)
        lines.setdefault(line, {})[name] = id_
    for line, named in lines.items():
        left, right = (
            tuple(named[name] for term in terms for name in named if name in expand(term, set(named)))
            for terms in (identity.left, identity.right)
        )
        if left and right:
            yield line, left, right


def _evaluate(
    identity: Identity, at: str, left: tuple[CellId, ...], right: tuple[CellId, ...], cells: Mapping[CellId, Cell]
) -> IdentityResult:
    members = [cells[id_] for id_ in (*left, *right)]
    if any(cell.status in _WITHOUT_VALUE for cell in members):
        return IdentityResult(identity.id, identity.table, at, left, right, None, None, None, "unevaluated")
    left_sum, right_sum = (sum((cells[id_].value or Decimal(0) for id_ in side), Decimal(0)) for side in (left, right))
    holds = left_sum == right_sum
    certain = all(cell.status is not Status.SUSPECT for cell in members)
    verdict = "holds" if holds else "published" if certain else "reading"
    return IdentityResult(identity.id, identity.table, at, left, right, left_sum, right_sum, holds, verdict)
