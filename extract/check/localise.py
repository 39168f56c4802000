"""Localising: the likeliest faults that explain the identities of a table that do not hold (after Fellegi and Holt).

Which numbers must change so that every identity holds is an integer programme: a binary for each fault that may be,
with its cost; for faults whose size only the arithmetic tells, a continuous change that the binary allows; an equation
for each identity. HiGHS finds the cheapest set, then the next one, until none is left that is nearly as cheap: so it is
known by what margin the best one is best, and which cells have no part in any.

Floating point only proposes: whether a set of faults explains the identities is then decided in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from extract.check.faults import Fault, number, possible
from extract.check.programme import Programme, TooHardError, missing
from extract.check.search import Search, TooManyError
from extract.check.values import Value
from extract.model import CellId, IdentityResult

MARGIN = 3.9
"""How much dearer an explanation may be than the best one to count beside it: one fiftieth as likely."""

_MOST = 12
"""Explanations sought; where there are more, nothing is located."""

_TRIES = 24
"""Sets of faults that the solver may propose."""

_DEAREST = 16.0
"""Cost of the likeliest faults from which the solver is asked no further: of five tables with dearer ones two were
located, after 4 s each, and three were not; one in ten million is no more than a guess at what became of a wreck.
"""

_FAILING, _FAULTS = 10, 120
"""Failing identities and possible faults that hang together: where there are more, the table is a wreck, and nothing is
located."""

_FINEST = 10**6
"""A change is a multiple of one part in so many."""

Rational = int | Fraction

_NO_CELL = CellId("", "", "")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Faults that together explain identities, and what they change: the number each cell would have to hold.

    A cell's number is None where the identities leave it open.
    """

    cost: float
    faults: tuple[Fault, ...]
    numbers: Mapping[CellId, Decimal | None]

    def touching(self, identity: int) -> tuple[Fault, ...]:
        """The faults that bear on an identity, by its position."""
        return tuple(fault for fault in self.faults if any(i == identity for i, _ in fault.members))


@dataclass(frozen=True, slots=True)
class Located:
    """Failing identities that can only be explained together, by position, and their near-optimal explanations.

    `explanations` come best first; there are none where they would be too many: nothing is located then. `faults` are
    all that were possible.
    """

    identities: tuple[int, ...]
    explanations: tuple[Explanation, ...]
    faults: tuple[Fault, ...]


def localise(values: Mapping[CellId, Value], identities: Sequence[IdentityResult]) -> tuple[Located, ...]:
    """What explains the identities that do not hold, for each set of them that hang together; empty when all hold."""
    if not any(result.holds is False for result in identities):
        return ()
    return tuple(
        Located(failing, tuple(_explanations(faults, failing, values, identities)), tuple(faults))
        for failing, faults in _components(possible(values, identities), identities)
    )


def _components(
    faults: Sequence[Fault], identities: Sequence[IdentityResult]
) -> Iterator[tuple[tuple[int, ...], list[Fault]]]:
    """Failing identities that some fault joins, directly or over identities that hold, and their faults."""
    group = list(range(len(identities)))

    def root(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    for fault in faults:
        first, *others = (i for i, _ in fault.members)
        for i in others:
            group[root(i)] = root(first)
    roots = [root(i) for i in range(len(group))]
    failing = [i for i, result in enumerate(identities) if result.holds is False]
    for own in sorted({roots[i] for i in failing}, key=[roots[i] for i in failing].index):
        yield tuple(i for i in failing if roots[i] == own), [f for f in faults if roots[f.members[0][0]] == own]


def _explanations(
    faults: Sequence[Fault],
    failing: Sequence[int],
    values: Mapping[CellId, Value],
    identities: Sequence[IdentityResult],
) -> list[Explanation]:
    """All explanations within the margin of the best, best first; none where there are more than are sought."""
    if len(failing) > _FAILING or len(faults) > _FAULTS:
        return []
    try:
        return _searched(faults, failing, values, identities)
    except TooManyError:
        return _programmed(faults, failing, values, identities)


def _searched(
    faults: Sequence[Fault],
    failing: Sequence[int],
    values: Mapping[CellId, Value],
    identities: Sequence[IdentityResult],
) -> list[Explanation]:
    """The same, from one set of faults to the next.

    Raises:
        TooManyError: There are too many sets.
    """
    search = Search(faults, {i: missing(identities[i]) for i in failing})
    known: dict[frozenset[int], Explanation | None] = {}

    def explains(chosen: frozenset[int]) -> bool:
        known[chosen] = _exact([faults[i] for i in sorted(chosen)], failing, identities, values)
        return known[chosen] is not None

    found: list[Explanation] = []
    for chosen in search.explanations(explains, MARGIN):
        _add(known[chosen], found)
        if len(found) > _MOST:
            return []
    return found


def _add(explanation: Explanation | None, found: list[Explanation]) -> None:
    """Add an explanation that changes other numbers; an alternative may also be found as a free change."""
    if explanation and all(explanation.numbers != other.numbers or not other.numbers for other in found):
        found.append(explanation)


def _programmed(
    faults: Sequence[Fault],
    failing: Sequence[int],
    values: Mapping[CellId, Value],
    identities: Sequence[IdentityResult],
) -> list[Explanation]:
    """The same, by the integer programme."""
    programme = Programme(faults, failing, identities, values)
    found: list[Explanation] = []
    for _ in range(_TRIES):
        try:
            chosen = programme.cheapest()
        except TooHardError:
            return []
        cost = sum(faults[i].cost for i in chosen or ())
        if chosen is None or (found and cost > found[0].cost + MARGIN):
            return found
        if not found and cost > _DEAREST:
            return []
        explanation = _exact([faults[i] for i in chosen], failing, identities, values)
        if explanation is None:
            programme.exclude(chosen, alone=True)
            continue
        programme.exclude(chosen, alone=False)
        _add(explanation, found)
        if len(found) > _MOST:
            break
    return []


def _exact(
    chosen: Sequence[Fault],
    failing: Sequence[int],
    identities: Sequence[IdentityResult],
    values: Mapping[CellId, Value],
) -> Explanation | None:
    """The explanation that these faults are, None if they are none, by exact elimination."""
    free = [fault for fault in chosen if fault.change is None]
    signs = [dict(fault.members) for fault in free]
    touched = sorted({*failing, *(i for fault in chosen for i, _ in fault.members)})
    lacking = {i: missing(identities[i]) for i in touched}
    for fault in chosen:
        if fault.change is not None:
            for i, sign in fault.members:
                lacking[i] -= sign * fault.change
    equations = [[*(own.get(i, 0) for own in signs), _rational(amount)] for i, amount in lacking.items()]
    solution = _solved(list(equations), len(free))
    if solution is None or any(amount == 0 for amount in solution):
        return None
    if not all(_within_reach(row, free, solution, values) for row in equations):
        return None
    sizes = {id(fault): amount for fault, amount in zip(free, solution, strict=True)}
    numbers: dict[CellId, Decimal | None] = {}
    for fault in chosen:
        if fault.cell is None:
            continue
        before, change = number(values[fault.cell]), fault.change
        if change is None:
            size = sizes[id(fault)]
            if size is not None and _FINEST % size.denominator:
                return None
            change = None if size is None else Decimal(size.numerator) / size.denominator
        numbers[fault.cell] = None if change is None else before + change
        if change is not None and before + change < min(before, Decimal(0)):
            return None
    faults = tuple(sorted(chosen, key=lambda fault: (fault.cell or _NO_CELL, fault.members)))
    return Explanation(sum(fault.cost for fault in faults), faults, numbers)


def _rational(amount: Decimal) -> Rational:
    """The same number; whole ones, which nearly all are, as an int: fractions cost ten times as much."""
    whole = int(amount)
    return whole if whole == amount else Fraction(amount)


def _within_reach(
    equation: Sequence[Rational],
    free: Sequence[Fault],
    amounts: Sequence[Fraction | None],
    values: Mapping[CellId, Value],
) -> bool:
    """Whether the amounts that are left open can make an equation true: no number falls below nought."""
    *signs, lacking = equation
    downwards = upwards = False
    for sign, fault, amount in zip(signs, free, amounts, strict=True):
        if sign and amount is not None:
            lacking -= sign * amount
        elif sign:
            least = max(number(values[fault.cell]), Decimal(0)) if fault.cell is not None else None
            downwards |= sign < 0 or least is None
            upwards |= sign > 0 or least is None
            lacking += sign * Fraction(least or 0)
    return lacking == 0 or (upwards if lacking > 0 else downwards)


def _solved(rows: list[list[Rational]], count: int) -> list[Fraction | None] | None:
    """The unknowns of linear equations, each row its coefficients and its sum; None for one that is left open.

    The whole is None where the equations contradict each other.
    """
    pivots: dict[int, int] = {}
    done = 0
    for column in range(count):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        lead = rows[done][column]
        for i in range(len(rows)):
            if i != done and rows[i][column]:
                factor = rows[i][column]  # nothing is divided until the end, so that what is whole stays so
                rows[i] = [lead * entry - factor * own for entry, own in zip(rows[i], rows[done], strict=True)]
        pivots[column] = done
        done += 1
    if any(row[-1] for row in rows[done:]):
        return None
    return [
        Fraction(rows[pivots[column]][-1], rows[pivots[column]][column])
        if column in pivots and not any(rows[pivots[column]][other] for other in range(count) if other != column)
        else None
        for column in range(count)
    ]
