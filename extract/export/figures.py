"""The cells of the form as columns: their names and labels, over all editions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extract import layout


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the form as a column of the panel; labels are those of the newest edition that has it."""

    table: str
    row: str
    column: str
    zh: str
    unit: str

    @property
    def name(self) -> str:
        """Its name on the sheet of its table."""
        return f"{self.row}:{self.column}"

    @property
    def en(self) -> str:
        """Its name in English words, row and column."""
        row, column = (one.replace(".", ": ").replace("_", " ") for one in (self.row, self.column))
        return f"{row} × {column}"


@cache
def figures() -> tuple[Figure, ...]:
    """Every cell of the shipped editions, in printed order, the newest edition first."""
    every = {
        slot.id: Figure(*slot.id, f"{slot.row_label} × {slot.column_label}", one.holds(slot).unit)
        for one in reversed(layout.shipped())
        for grid in one.grids
        for slot in grid.slots
    }
    order = dict.fromkeys(slot.id for one in layout.shipped() for grid in one.grids for slot in grid.slots)
    return tuple(every[id_] for id_ in order)
