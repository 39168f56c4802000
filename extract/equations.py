"""The arithmetic of a form: equations within a report and across the reports of one body, on every line they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from extract.datafiles import Strict
from extract.model import CellId


class Identity(Strict):
    """An equation of the form: left and right name rows (`each: column`) or columns (`each: row`)."""

    id: str
    table: str
    each: str = Field(pattern="^(row|column)$")
    left: tuple[str, ...]
    right: tuple[str, ...]


class YearsIdentity(Strict):
    """An equation across the reports of one body: `now` is `before`, of the report on the year before, with more.

    On every line that has all of their cells, the cells that `now` names add up to those that `before` names in that
    report, and those that `plus` names in the same report, less those of `minus`.
    """

    id: str
    table: str
    each: str = Field(pattern="^(row|column)$")
    now: tuple[str, ...] = Field(min_length=1)
    before: tuple[str, ...] = Field(min_length=1)
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An identity across years on one row or column, named by `at`: its cells in the report on a year and before."""

    identity: str
    table: str
    at: str
    now: tuple[CellId, ...]
    before: tuple[CellId, ...]
    plus: tuple[CellId, ...] = ()
    minus: tuple[CellId, ...] = ()


class Expectation(Strict):
    """What is plausible, though a report may say otherwise: where a line has both, `smaller` is not above `larger`."""

    id: str
    table: str
    each: str = Field(pattern="^(row|column)$")
    smaller: str
    larger: str


@dataclass(frozen=True, slots=True)
class Expected:
    """An expectation on one row or column, named by `at`."""

    expectation: str
    at: str
    smaller: CellId
    larger: CellId


@dataclass(frozen=True, slots=True)
class Equation:
    """An identity on one row or column, named by `at`: the cells on its two sides."""

    identity: str
    table: str
    at: str
    left: tuple[CellId, ...]
    right: tuple[CellId, ...]


def expand(term: str, names: set[str]) -> set[str]:
    """The names a term of an identity stands for: itself, or with a trailing `.*` everything below it."""
    if term.endswith(".*"):
        return {name for name in names if name.startswith(term[:-1])}
    return {term} & names


def equations_of(identity: Identity, members: Sequence[CellId]) -> Iterator[Equation]:
    """The identity on every row or column of a table with these cells."""
    for line, named in _lines(identity.each, members).items():
        left, right = (_named(terms, named) for terms in (identity.left, identity.right))
        yield Equation(identity.id, identity.table, line, left, right)


def recurrences_of(identity: YearsIdentity, members: Sequence[CellId]) -> Iterator[Recurrence]:
    """The identity on every row or column of a table with these cells that has all of its own."""
    terms = (identity.now, identity.before, identity.plus, identity.minus)
    for line, named in _lines(identity.each, members).items():
        if all(expand(term, set(named)) for side in terms for term in side):
            yield Recurrence(identity.id, identity.table, line, *(_named(side, named) for side in terms))


def expected_of(expectation: Expectation, members: Sequence[CellId]) -> Iterator[Expected]:
    """The expectation on every row or column of a table with these cells that has both of its own."""
    for line, named in _lines(expectation.each, members).items():
        if expectation.smaller in named and expectation.larger in named:
            yield Expected(expectation.id, line, named[expectation.smaller], named[expectation.larger])


def _lines(each: str, members: Iterable[CellId]) -> dict[str, dict[str, CellId]]:
    """The cells of every column by row (`each` "column"), or of every row by column."""
    lines: dict[str, dict[str, CellId]] = {}
    for id_ in members:
        line, name = (id_.column, id_.row) if each == "column" else (id_.row, id_.column)
        lines.setdefault(line, {})[name] = id_
    return lines


def _named(terms: Iterable[str], named: Mapping[str, CellId]) -> tuple[CellId, ...]:
    return tuple(named[name] for term in terms for name in named if name in expand(term, set(named)))
