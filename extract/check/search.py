"""Sets of faults in the order of their cost, cheapest first, as long as they are few: most tables have one or two.

A set that leaves an identity open needs another fault that bears on it: so sets grow only where they must. What is
found so, and in which order, is what the integer programme finds (extract/check/programme.py), a hundred times sooner;
where sets become too many, it is asked instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from math import inf

from extract.check.faults import Fault
from extract.model import CellId

_SETS = 1500
"""Sets looked at before there are too many: some 50 ms."""

Chosen = frozenset[int]


class TooManyError(Exception):
    """There are too many sets of faults to go through them one by one."""


class Search:
    """Goes through sets of faults, given by their positions.

    Args:
        faults: What may be wrong.
        wanted: For each failing identity what must be added to its left side less its right.
    """

    def __init__(self, faults: Sequence[Fault], wanted: Mapping[int, Decimal]) -> None:
        self._faults = faults
        self._wanted = wanted
        self._at: dict[int, list[int]] = {identity: [] for identity in wanted}
        # Sets of equal cost come in the order of their faults, which depends on nothing but ids.
        self._open: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
        self._seen: set[Chosen] = {frozenset()}
        self._explained: list[Chosen] = []
        most = 4 * sum(map(abs, wanted.values()))
        for i, fault in enumerate(faults):
            # A number changed by far more than all that is missing would need others changed as far the other way.
            if fault.change is None or abs(fault.change) <= most:
                for identity, _ in fault.members:
                    self._at.setdefault(identity, []).append(i)

    def explanations(self, explains: Callable[[Chosen], bool], margin: float) -> Iterator[Chosen]:
        """Sets that explain all failing identities, cheapest first; none that holds another.

        Args:
            explains: Whether a set does, in exact arithmetic; asked of sets that may.
            margin: How much dearer than the first they may be.

        Raises:
            TooManyError: Too many were looked at.
        """
        most = inf
        for _ in range(_SETS):
            if not self._open or self._open[0][0] > most:
                return
            cost, positions = heappop(self._open)
            chosen = frozenset(positions)
            if any(own <= chosen for own in self._explained):
                continue
            lacking = self._lacking(chosen)
            if lacking is None and explains(chosen):
                self._explained.append(chosen)
                most = min(most, cost + margin)
                yield chosen
            elif lacking is None:
                touched = {identity for i in chosen for identity, _ in self._faults[i].members}
                self._grow(cost, chosen, {i for identity in touched for i in self._at[identity]})
            else:
                self._grow(cost, chosen, self._at[lacking])
        raise TooManyError

    def _grow(self, cost: float, chosen: Chosen, by: Sequence[int] | set[int]) -> None:
        taken: set[CellId | None] = {self._faults[i].cell for i in chosen} - {None}
        for i in by:
            more = chosen | {i}
            if self._faults[i].cell not in taken and more not in self._seen:
                self._seen.add(more)
                heappush(self._open, (cost + self._faults[i].cost, tuple(sorted(more))))

    def _lacking(self, chosen: Chosen) -> int | None:
        """An identity that these faults leave open however large they are; None where there is none.

        It is one with nothing to make it hold, or with a single change of unknown size where nothing is missing.
        """
        fixed: dict[int, Decimal] = {}
        free: Counter[int] = Counter()
        for i in chosen:
            change = self._faults[i].change
            for identity, sign in self._faults[i].members:
                if change is None:
                    free[identity] += 1
                else:
                    fixed[identity] = fixed.get(identity, Decimal(0)) + sign * change
        lacking = [
            identity
            for identity in {*self._wanted, *fixed, *free}
            if free[identity] <= 1
            and (self._wanted.get(identity, Decimal(0)) == fixed.get(identity, Decimal(0))) == bool(free[identity])
        ]
        return min(lacking, key=lambda identity: (len(self._at[identity]), self._at[identity]), default=None)
