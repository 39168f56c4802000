"""The rows of one or more grids as lines to align: which cells stand in each, and which of them are labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from extract.labels import is_label
from extract.model import Grid, GridCell


class Line(NamedTuple):
    """One printed row. `fragment` is the index of its grid; `cells` are left to right, those spanning rows included.

    `texts` are the cells' texts without white space; `numbers` counts those that are no label.
    """

    fragment: int
    row: int
    cells: tuple[GridCell, ...]
    texts: tuple[str, ...]
    is_label: tuple[bool, ...]
    numbers: int

    @property
    def labelled(self) -> bool:
        """Whether any cell is a label."""
        return True in self.is_label


def lines_of(grids: Sequence[Grid], counters: frozenset[str]) -> list[Line]:
    """All rows of the grids in order; rows that repeat the cells of the row above are left out.

    `counters` are words that may follow a number: a text that is a number and a counter is no label.
    """
    lines: list[Line] = []
    for fragment, grid in enumerate(grids):
        rows: list[list[GridCell]] = [[] for _ in range(len(grid.rows) - 1)]
        words: dict[int, tuple[str, bool]] = {}
        for cell in grid.cells:
            words[id(cell)] = _words(cell.reading.text, counters)
            for row in range(cell.row, cell.row + cell.row_span):
                rows[row].append(cell)
        previous: list[int] = []
        for row, cells in enumerate(rows):
            cells.sort(key=attrgetter("column"))
            own = list(map(id, cells))
            if cells and own != previous:
                texts, labels = zip(*[words[one] for one in own], strict=True)
                numbers = sum([bool(text) and not label for text, label in zip(texts, labels, strict=True)])
                lines.append(Line(fragment, row, tuple(cells), texts, labels, numbers))
            previous = own
    return lines


@lru_cache(maxsize=16384)
def _words(text: str, counters: frozenset[str]) -> tuple[str, bool]:
    """A cell's text without white space, and whether it is a label."""
    joined = "".join(text.split())
    return joined, is_label(joined, counters)
