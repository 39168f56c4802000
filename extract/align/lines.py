"""The rows of one or more grids as lines to align: which cells stand in each, and which of them are labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
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
    def figures(self) -> bool:
        """Whether any cell that is no label has a digit: single characters of a header are no numbers either."""
        return any(
            not label and any(map(str.isdigit, text)) for text, label in zip(self.texts, self.is_label, strict=True)
        )

    @property
    def labelled(self) -> bool:
        """Whether any cell is a label."""
        return True in self.is_label


def number_beyond(cell: GridCell, stub_end: float) -> bool:
    """Whether a number stands beyond the labels in a cell that begins among them, as one of another page may."""
    return cell.ink is not None and cell.ink.x0 >= stub_end and any(map(str.isdigit, cell.text))


def lines_of(grids: Sequence[Grid], counters: frozenset[str]) -> list[Line]:
    """All rows of the grids in order; rows that repeat the cells of the row above are left out.

    `counters` are words that may follow a number: a text that is a number and a counter is no label.
    """
    lines: list[Line] = []
    for fragment, grid in enumerate(grids):
        rows: list[list[tuple[int, GridCell, str, bool]]] = [[] for _ in range(len(grid.rows) - 1)]
        for cell in grid.cells:
            worded = (cell.column, cell, *_words(cell.reading.text, counters))
            for row in range(cell.row, cell.row + cell.row_span):
                rows[row].append(worded)
        previous: list[tuple[int, GridCell, str, bool]] = []
        for row, own in enumerate(rows):
            own.sort(key=itemgetter(0))
            if own and own != previous:
                _, cells, texts, labels = zip(*own, strict=True)
                numbers = sum([bool(text) and not label for text, label in zip(texts, labels, strict=True)])
                lines.append(Line(fragment, row, cells, texts, labels, numbers))
            previous = own
    return lines


def above_figures(lines: Sequence[Line]) -> list[bool]:
    """Whether each line stands above all figures of its fragment, but for its own, as a header does."""
    found: list[bool] = []
    for i, line in enumerate(lines):
        first = i == 0 or lines[i - 1].fragment != line.fragment
        found.append(first or (found[-1] and not lines[i - 1].figures))
    return found


def first_headers(lines: Sequence[Line]) -> list[int]:
    """The lines without those that repeat a fragment's header on a later page: what a page break cut meets again."""
    header: set[tuple[str, ...]] = set()
    kept: list[int] = []
    for i, (line, above) in enumerate(zip(lines, above_figures(lines), strict=True)):
        in_header = above and not line.figures
        if in_header and line.fragment and (line.texts in header or not any(line.texts)):
            continue
        if in_header:
            header.add(line.texts)
        kept.append(i)
    return kept


@lru_cache(maxsize=16384)
def _words(text: str, counters: frozenset[str]) -> tuple[str, bool]:
    """A cell's text without white space, and whether it is a label."""
    joined = "".join(text.split())
    return joined, is_label(joined, counters)
