"""Faults: what may be wrong with the numbers of a table, and how unlikely each is.

A cost is the negative logarithm of a probability, relative to the reading as it stands. The figures are measured on
damaged figures read by the default engine (benchmarks/misreadings.py); MISPRINT and SUM say how rarely publishers err.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import log

from extract.check.values import Candidate, Value
from extract.model import CellId, IdentityResult, Status

MISPRINT = 6.9
"""Cost of a number that is wrong as printed: one of a thousand of those that arithmetic puts in question."""

SUM = 6.5
"""Cost of an identity that does not hold as printed, without any one number to blame."""

_UNSUPPORTED, _DOUBTED = 3.5, 2.0
"""Cost of another number than any alternative: of a weak reading, and of one that something speaks against."""

_CERTAIN = 3.0
"""Cost at least of an alternative of a certain reading."""

_STATED = 0.75
"""What a stated logarithm of odds between readings of the same ink is worth.

Of readings in doubt, odds that are stated as 30 to 1 were found to be 14 to 1, and those of 4 to 1 to be 3 to 1.
"""

_LEAST = 0.1
"""Cost at least of any fault: nothing is changed without need."""

_WORST = 10.0
"""Cost from which an alternative is none."""


class Kind(StrEnum):
    """How a number or a sum came to be wrong."""

    ALTERNATIVE = "alternative"
    MISREAD = "misread"
    MISPRINT = "misprint"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that may be wrong.

    `cell` is None for a sum that fails as printed. `change` is what must be added to the cell's number, None where only
    the arithmetic tells. `members` are the identities it bears on, by position, and the cell's sign in left less right.
    """

    kind: Kind
    cost: float
    members: tuple[tuple[int, int], ...]
    cell: CellId | None = None
    change: Decimal | None = None

    @property
    def of_reading(self) -> bool:
        """Whether the reader is at fault rather than the publisher."""
        return self.kind in {Kind.ALTERNATIVE, Kind.MISREAD}


def is_certain(value: Value) -> bool:
    """Whether nothing but arithmetic could speak against a value."""
    return value.status in {Status.READ, Status.BLANK, Status.REPAIRED, Status.CORRECTED}


def number(value: Value) -> Decimal:
    """What a value counts in a sum."""
    return value.value if value.value is not None else Decimal(0)


def odds(value: Value, candidate: Candidate) -> float:
    """How much likelier the ink makes a reading in doubt than another of the same ink, as a logarithm."""
    return _STATED * log(value.share / max(candidate.share, 1e-9))


def place(result: IdentityResult) -> tuple[str, str, str]:
    """What orders identities, whatever the order in which they come."""
    return result.table, result.identity, result.at


def incidence(identities: Sequence[IdentityResult]) -> dict[CellId, tuple[tuple[int, int], ...]]:
    """For each cell the identities it is in that could be evaluated, by position, and its sign in left less right."""
    found: dict[CellId, list[tuple[int, int]]] = {}
    for i, result in enumerate(identities):
        if result.holds is not None:
            for sign, side in ((1, result.left), (-1, result.right)):
                for id_ in side:
                    found.setdefault(id_, []).append((i, sign))
    return {id_: tuple(members) for id_, members in found.items()}


def possible(values: Mapping[CellId, Value], identities: Sequence[IdentityResult]) -> list[Fault]:
    """Faults that could have part in identities that do not hold, in an order that depends on their ids alone.

    A certain number in one failing identity only is not among them as a misprint: the failing sum says as much. A
    doubted cell outside all failing identities is, when it could make up for a change of another doubted cell.
    """
    members = incidence(identities)
    failing = {i for i, result in enumerate(identities) if result.holds is False}
    faults = [Fault(Kind.SUM, SUM, ((i, 1),)) for i in sorted(failing, key=lambda i: place(identities[i]))]
    reached = _reached(values, identities, members, failing)
    for id_ in sorted(members):
        hit = sum(i in failing for i, _ in members[id_])
        value = values[id_]
        certain = is_certain(value)
        if id_ not in reached and not hit:
            continue
        faults += _alternatives(id_, value, members[id_], certain=certain)
        if not certain:
            faults.append(Fault(Kind.MISREAD, _UNSUPPORTED if value.weak else _DOUBTED, members[id_], id_))
        elif hit > 1:
            faults.append(Fault(Kind.MISPRINT, MISPRINT, members[id_], id_))
    return faults


def _alternatives(id_: CellId, value: Value, members: tuple[tuple[int, int], ...], *, certain: bool) -> Iterator[Fault]:
    """A fault for each other number that the ink may show."""
    for candidate in value.candidates:
        change = candidate.value - number(value)
        cost = max(odds(value, candidate) / _STATED, _CERTAIN) if certain else max(odds(value, candidate), _LEAST)
        if change and cost < _WORST:
            yield Fault(Kind.ALTERNATIVE, cost, members, id_, change)


def _reached(
    values: Mapping[CellId, Value],
    identities: Sequence[IdentityResult],
    members: Mapping[CellId, Sequence[tuple[int, int]]],
    failing: set[int],
) -> set[CellId]:
    """Doubted cells in failing identities, those that share an identity with one of them, and so on."""
    doubted = {id_ for id_ in members if not is_certain(values[id_])}
    reached = {id_ for id_ in doubted if any(i in failing for i, _ in members[id_])}
    waiting = list(reached)
    while waiting:
        for i, _ in members[waiting.pop()]:
            new = (doubted & {*identities[i].left, *identities[i].right}) - reached
            reached |= new
            waiting += new
    return reached
