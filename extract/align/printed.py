"""The columns that rows are printed in, and which cells stand in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from extract.align.lines import Line, number_beyond
from extract.geometry import overlap
from extract.model import GridCell

_EDGE = 2.0
"""Points by which a value cell may reach into the stub."""


class Interval(NamedTuple):
    """A printed column: its extent in x, in points."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        """Its centre."""
        return (self.x0 + self.x1) / 2

    @property
    def width(self) -> float:
        """Its extent."""
        return self.x1 - self.x0


def printed_columns(rows: Sequence[tuple[Line, float]]) -> tuple[Interval, ...]:
    """The value columns most of the rows agree on. Each row comes with the right edge of its stub."""
    shapes = [[cell.bbox for cell in line.cells if cell.bbox.x0 >= end - _EDGE] for line, end in rows]
    if not shapes:
        return ()
    usual, _ = Counter(map(len, shapes)).most_common(1)[0]
    shape = next(shape for shape in shapes if len(shape) == usual)
    return tuple(Interval(box.x0, box.x1) for box in shape)


def spanned(few: Sequence[Interval], columns: Sequence[Interval]) -> bool:
    """Whether fewer intervals reach from the first of some columns to the last."""
    return abs(few[0].x0 - columns[0].x0) <= _EDGE and abs(few[-1].x1 - columns[-1].x1) <= _EDGE


def cells_by_column(line: Line, printed: Sequence[Interval], stub_end: float) -> list[list[GridCell]]:
    """For each printed column, the value cells of a line that lie mostly in it or that hold all of it."""
    single = one_in_each(line, printed, stub_end)
    if single is not None:
        return [[cell] for cell in single]
    values = [cell for cell in line.cells if cell.bbox.x0 >= stub_end - _EDGE or number_beyond(cell, stub_end)]
    return [
        [
            cell
            for cell in values
            if overlap(cell.bbox.x0, cell.bbox.x1, interval.x0, interval.x1)
            >= 0.5 * min(cell.bbox.width, interval.x1 - interval.x0)
        ]
        for interval in printed
    ]


def one_in_each(line: Line, printed: Sequence[Interval], stub_end: float) -> list[GridCell] | None:
    """The value cells of a line where there is just one in each printed column, with the column's edges; else None."""
    values = [cell for cell in line.cells if cell.bbox.x0 >= stub_end - _EDGE]
    if len(values) != len(printed):
        return None
    for cell, interval in zip(values, printed, strict=True):
        if abs(cell.bbox.x0 - interval.x0) >= _EDGE or abs(cell.bbox.x1 - interval.x1) >= _EDGE:
            return None
    return values
