"""What aligning gives: the canonical cells of a printed grid, each with the printed cell it was found in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extract.corrections import Misfit
from extract.layout import GridLayout, Layout, Slot
from extract.model import BBox, CellId, Grid, Reading, Spot
from extract.swift import swift


@swift
@dataclass(frozen=True, slots=True)
class Placed:
    """A canonical cell and where it was found: reading, page and box of the value.

    `row_score` says how well its row's label fits (0..1), `score` how well its row and its column do. `at` is the first
    printed cell of the value; `parted` says that lines or headers part its column from others, `by_place` that there is
    no header and only the column's place tells which it is.
    """

    slot: Slot
    reading: Reading
    page: int
    bbox: BBox
    row_score: float
    score: float
    header: str
    parted: bool
    by_place: bool
    at: Spot


@dataclass(frozen=True, slots=True)
class Alignment:
    """A printed grid's canonical cells under one edition of the form; cells not found are not in `placed`.

    `score` compares editions: the likeness of the labels of all cells found, less the numbers left over and the rows
    missing between others. What is missing at the ends does not count, or the shorter edition would win wherever a part
    is lost. `left` are the rows found, by position, right below which rows of figures are left over, between them and
    the next. `doubts` hold for every cell, `doubted` says what speaks against single ones, found or not. `misfits` are
    rows and columns by hand that do not fit.
    """

    layout: Layout
    grid: GridLayout
    grids: tuple[Grid, ...]
    placed: Mapping[CellId, Placed]
    score: float
    left: frozenset[int] = frozenset()
    doubts: tuple[str, ...] = ()
    doubted: Mapping[CellId, str] = field(default_factory=dict)
    misfits: tuple[Misfit, ...] = ()

    @property
    def expected(self) -> int:
        """How many canonical cells the grid has."""
        return len(self.grid.slots)

    @property
    def whole(self) -> bool:
        """Whether every cell was found."""
        return len(self.placed) == self.expected

    @property
    def torn(self) -> frozenset[CellId]:
        """The cells found of rows of which others were not: a number may stand in the place of one beside it."""
        if self.whole:
            return frozenset()
        rows = [[slot.id for slot in key.slots] for key in self.grid.keys]
        return frozenset(id_ for row in rows if not self.placed.keys() >= set(row) for id_ in row if id_ in self.placed)

    @property
    def perfect(self) -> bool:
        """Whether every cell was found under labels that leave no doubt."""
        return self.whole and self.score > 0.97 * self.expected
