"""One edition of a form: its grids, what their cells may hold, and what is known of their numbers."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from pydantic import Field, model_validator

from extract.datafiles import Strict
from extract.equations import (
    Equation,
    Expectation,
    Expected,
    Identity,
    Recurrence,
    YearsIdentity,
    equations_of,
    expand,
    expected_of,
    recurrences_of,
)
from extract.layout.grids import GridLayout, Slot
from extract.model import IDENTITY, CellId


class Holds(Strict):
    """What a value cell may hold."""

    unit: str
    decimals: int = Field(ge=0, le=12)
    signed: bool = False
    counters: tuple[str, ...] = ()
    other_units: dict[str, Decimal] = Field(default={})


class Layout(Strict):
    """One edition of a form."""

    form: str
    edition: str
    values: dict[str, Holds]
    blank_marks: tuple[str, ...]
    captions: tuple[str, ...] = ()
    grids: tuple[GridLayout, ...]
    identities: tuple[Identity, ...] = ()
    across_years: tuple[YearsIdentity, ...] = ()
    plausible: tuple[Expectation, ...] = ()
    published_once: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Layout:
        ids = [slot.id for grid in self.grids for slot in grid.slots]
        if len(set(ids)) != len(ids):
            raise ValueError("two cells have the same table, row and column")
        for grid in self.grids:
            for slot in grid.slots:
                if slot.value not in self.values:
                    raise ValueError(f"{slot.id}: no values entry named {slot.value}")
        for identity in self.identities:
            names = {id_.row if identity.each == "column" else id_.column for id_ in ids if id_.table == identity.table}
            for term in (*identity.left, *identity.right):
                if not expand(term, names):
                    raise ValueError(f"identity {identity.id}: {term} names nothing in {identity.table}")
        for across in self.across_years:
            if not list(recurrences_of(across, self._cells_of(across.table))):
                raise ValueError(f"across_years {across.id}: no {across.each} of {across.table} has all of its cells")
        for expectation in self.plausible:
            if not list(expected_of(expectation, self._cells_of(expectation.table))):
                raise ValueError(f"plausible {expectation.id}: no {expectation.each} of {expectation.table} has both")
        if unknown := set(self.published_once) - {id_.table for id_ in ids}:
            raise ValueError(f"published_once: no table named {', '.join(sorted(unknown))}")
        return self

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Table ids in printed order."""
        return tuple(table for grid in self.grids for table in grid.tables)

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Every identity on every row or column it covers."""
        return tuple(
            equation
            for identity in self.identities
            for equation in equations_of(identity, self._cells_of(identity.table))
        )

    @cached_property
    def sums(self) -> frozenset[CellId]:
        """The cells that are the sum of others in their row: what these add up to, no other column holds."""
        return frozenset(
            one.left[0]
            for one in self.equations
            if len(one.left) == 1 and {id_.row for id_ in one.right} == {one.left[0].row}
        )

    @cached_property
    def witnesses(self) -> dict[CellId, tuple[str, ...]]:
        """For each cell in identities, the names of all of them as its witnesses."""
        found: dict[CellId, tuple[str, ...]] = {}
        for one in self.equations:
            for id_ in (*one.left, *one.right):
                found[id_] = (*found.get(id_, ()), f"{IDENTITY}{one.identity}:{one.at}")
        return found

    @cached_property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """Every identity across years on every row or column that has its cells."""
        return tuple(
            recurrence
            for identity in self.across_years
            for recurrence in recurrences_of(identity, self._cells_of(identity.table))
        )

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """Every expectation on every row or column that has its cells."""
        return tuple(
            expected
            for expectation in self.plausible
            for expected in expected_of(expectation, self._cells_of(expectation.table))
        )

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each kind of value, by its name."""
        return {name: holds.unit for name, holds in self.values.items()}

    @cached_property
    def number_words(self) -> frozenset[str]:
        """Words that may follow a number in a value cell."""
        return frozenset(word for holds in self.values.values() for word in (*holds.counters, *holds.other_units))

    def _cells_of(self, table: str) -> list[CellId]:
        """The cells of a table, row by row."""
        return [slot.id for grid in self.grids for slot in grid.slots if slot.id.table == table]

    def uncovered(self, grid: GridLayout) -> bool:
        """Whether a cell of one of its grids is in no identity."""
        covered = {id_ for equation in self.equations for id_ in (*equation.left, *equation.right)}
        return any(slot.id not in covered for slot in grid.slots)

    def grid(self, grid_id: str) -> GridLayout:
        """The grid layout with that id."""
        return next(grid for grid in self.grids if grid.id == grid_id)

    def holds(self, slot: Slot) -> Holds:
        """What the slot's cell may hold."""
        return self.values[slot.value]
