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
from typing import TYPE_CHECKING

from extract.check.faults import Fault, number, possible
from extract.check.values import Value
from extract.model import CellId, IdentityResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARGIN = 3.9
"""How much dearer an explanation may be than the best one to count beside it: one fiftieth as likely."""

_MOST = 12
"""Explanations sought; where there are more, nothing is located."""

_TRIES = 40
"""Sets of faults that the solver may propose."""

_FINEST = 10**6
"""A change is a multiple of one part in so many."""

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
    programme = _Programme(faults, failing, identities, values)
    found: list[Explanation] = []
    for _ in range(_TRIES):
        chosen = programme.cheapest()
        if chosen is None or (found and sum(faults[i].cost for i in chosen) > found[0].cost + MARGIN):
            return found
        explanation = _exact([faults[i] for i in chosen], failing, identities, values)
        if explanation is None:
            programme.exclude(chosen, alone=True)
            continue
        programme.exclude(chosen, alone=False)
        if all(explanation.numbers != other.numbers or not other.numbers for other in found):
            found.append(explanation)  # an alternative may also be found as a free change
        if len(found) > _MOST:
            break
    return []


class _Programme:
    """The integer programme: a binary for each fault, then a continuous change for each that the arithmetic sizes.

    Amounts are those of the table, not scaled to 1: the solver's tolerances are far below the least of them.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        failing: Sequence[int],
        identities: Sequence[IdentityResult],
        values: Mapping[CellId, Value],
    ) -> None:
        import numpy as np

        missing = {i: _missing(identities[i]) for i in failing}
        total = sum(abs(amount) for amount in missing.values())
        # A number changed by far more than all that is missing would need others changed as far the other way.
        usable = [fault.change is None or abs(fault.change) <= 4 * total for fault in faults]
        most = float(5 * total)
        free = [i for i, fault in enumerate(faults) if fault.change is None]
        rows = sorted({i for fault in faults for i, _ in fault.members})
        place = {identity: row for row, identity in enumerate(rows)}
        count = len(faults)
        equations = np.zeros((len(rows), count + len(free)))
        for i, fault in enumerate(faults):
            if fault.change is not None:
                for identity, sign in fault.members:
                    equations[place[identity], i] = sign * float(fault.change)
        for j, i in enumerate(free, count):
            for identity, sign in faults[i].members:
                equations[place[identity], j] = sign
        self._equations = equations
        self._sums = np.array([float(missing.get(identity, Decimal(0))) for identity in rows])
        self._allowed = np.zeros((2 * len(free), count + len(free)))
        for j, i in enumerate(free):
            self._allowed[2 * j : 2 * j + 2, count + j] = 1, -1
            self._allowed[2 * j : 2 * j + 2, i] = -most
        self._costs = np.array([*(fault.cost for fault in faults), *[0.0] * len(free)])
        self._least = np.array([*[0.0] * count, *(_room(faults[i], values, most) for i in free)])
        self._most = np.array([*map(float, usable), *[most] * len(free)])
        self._count = count
        self._cuts: list[tuple[NDArray[np.float64], float]] = []
        for own in _by_cell(faults):
            self._cut([-1.0 if i in own else 0.0 for i in range(count)], -1.0)

    def _cut(self, weights: Sequence[float], least: float) -> None:
        import numpy as np

        self._cuts.append((np.array([*weights, *[0.0] * (len(self._costs) - self._count)]), least))

    def exclude(self, chosen: frozenset[int], *, alone: bool) -> None:
        """Do not propose these faults again: `alone`, just these; else none that hold all of these either."""
        other = 1.0 if alone else 0.0
        self._cut([-1.0 if i in chosen else other for i in range(self._count)], 1.0 - len(chosen))

    def cheapest(self) -> frozenset[int] | None:
        """The cheapest faults left that explain the identities; None when there are none."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        whole = np.array([1] * self._count + [0] * (len(self._costs) - self._count))
        cuts = np.array([weights for weights, _ in self._cuts])
        constraints = [LinearConstraint(self._equations, self._sums, self._sums)]
        if self._allowed.size:
            constraints.append(LinearConstraint(self._allowed, -np.inf, 0.0))
        if len(cuts):
            constraints.append(LinearConstraint(cuts, np.array([least for _, least in self._cuts]), np.inf))
        solved = milp(self._costs, integrality=whole, bounds=Bounds(self._least, self._most), constraints=constraints)
        if solved.x is None:
            return None
        return frozenset(np.flatnonzero(solved.x[: self._count] > 0.5).tolist())


def _room(fault: Fault, values: Mapping[CellId, Value], most: float) -> float:
    """The least that a free change may be: no count falls below nought."""
    return -most if fault.cell is None else -min(most, float(max(number(values[fault.cell]), Decimal(0))))


def _by_cell(faults: Sequence[Fault]) -> list[set[int]]:
    """Faults of one and the same cell: at most one of them is the case."""
    found: dict[CellId, set[int]] = {}
    for i, fault in enumerate(faults):
        if fault.cell is not None:
            found.setdefault(fault.cell, set()).add(i)
    return [own for own in found.values() if len(own) > 1]


def _missing(result: IdentityResult) -> Decimal:
    """What must be added to left minus right for an identity to hold."""
    return (result.right_sum or Decimal(0)) - (result.left_sum or Decimal(0))


def _exact(
    chosen: Sequence[Fault],
    failing: Sequence[int],
    identities: Sequence[IdentityResult],
    values: Mapping[CellId, Value],
) -> Explanation | None:
    """The explanation that these faults are, None if they are none, by elimination over exact fractions."""
    free = [fault for fault in chosen if fault.change is None]
    touched = sorted({*failing, *(i for fault in chosen for i, _ in fault.members)})
    rows: list[list[Fraction]] = []
    for identity in touched:
        signs = [next((sign for i, sign in fault.members if i == identity), 0) for fault in free]
        fixed = sum(
            (
                sign * fault.change
                for fault in chosen
                if fault.change is not None
                for i, sign in fault.members
                if i == identity
            ),
            Decimal(0),
        )
        rows.append([*map(Fraction, signs), Fraction(_missing(identities[identity]) - fixed)])
    solution = _solved(rows, len(free))
    if solution is None or any(amount == 0 for amount in solution):
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


def _solved(rows: list[list[Fraction]], count: int) -> list[Fraction | None] | None:
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
        rows[done] = [entry / lead for entry in rows[done]]
        for i in range(len(rows)):
            if i != done and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [entry - factor * own for entry, own in zip(rows[i], rows[done], strict=True)]
        pivots[column] = done
        done += 1
    if any(row[-1] for row in rows[done:]):
        return None
    return [
        rows[pivots[column]][-1]
        if column in pivots and not any(rows[pivots[column]][other] for other in range(count) if other != column)
        else None
        for column in range(count)
    ]
