"""The integer programme of localising, solved by HiGHS."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from extract.check.faults import Fault, number, place
from extract.check.values import Value
from extract.model import CellId, IdentityResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_NODES = 60
"""Branches that the solver may look at for one set of faults."""

_LIMIT_REACHED = 1
"""The solver's status when it had to stop before."""


class TooHardError(Exception):
    """The solver gave up: there are too many ways in which the identities may have failed."""


class Programme:
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

        wanted = {i: missing(identities[i]) for i in failing}
        total = sum(abs(amount) for amount in wanted.values())
        # A number changed by far more than all that is missing would need others changed as far the other way.
        usable = [fault.change is None or abs(fault.change) <= 4 * total for fault in faults]
        most = float(5 * total)
        free = [i for i, fault in enumerate(faults) if fault.change is None]
        rows = sorted({i for fault in faults for i, _ in fault.members}, key=lambda i: place(identities[i]))
        row_of = {identity: row for row, identity in enumerate(rows)}
        count = len(faults)
        equations = np.zeros((len(rows), count + len(free)))
        for i, fault in enumerate(faults):
            if fault.change is not None:
                for identity, sign in fault.members:
                    equations[row_of[identity], i] = sign * float(fault.change)
        for j, i in enumerate(free, count):
            for identity, sign in faults[i].members:
                equations[row_of[identity], j] = sign
        self._equations = equations
        self._sums = np.array([float(wanted.get(identity, Decimal(0))) for identity in rows])
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
        """The cheapest faults left that explain the identities; None when there are none.

        Raises:
            TooHardError: it would take too long.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        whole = np.array([1] * self._count + [0] * (len(self._costs) - self._count))
        cuts = np.array([weights for weights, _ in self._cuts])
        constraints = [LinearConstraint(self._equations, self._sums, self._sums)]
        if self._allowed.size:
            constraints.append(LinearConstraint(self._allowed, -np.inf, 0.0))
        if len(cuts):
            constraints.append(LinearConstraint(cuts, np.array([least for _, least in self._cuts]), np.inf))
        with _quiet():
            solved = milp(
                self._costs,
                integrality=whole,
                bounds=Bounds(self._least, self._most),
                constraints=constraints,
                options={"node_limit": _NODES},
            )
        if solved.status == _LIMIT_REACHED:
            raise TooHardError
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


def missing(result: IdentityResult) -> Decimal:
    """What must be added to left minus right for an identity to hold."""
    return (result.right_sum or Decimal(0)) - (result.left_sum or Decimal(0))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what C code prints off the standard output, which is for results.

    HiGHS has a line of tracing that no option turns off: it appears whenever a solution had to be polished.
    """
    import ctypes

    flush = getattr(ctypes.CDLL(None), "fflush", None) if os.name == "posix" else None
    try:
        kept = os.dup(1)
    except OSError:  # there is no standard output
        kept = -1
    if flush is None or kept < 0:
        yield
        return
    flush(None)
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)
        try:
            yield
        finally:
            flush(None)
            os.dup2(kept, 1)
            os.close(kept)
