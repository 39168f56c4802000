"""Columns that white space alone parts: which of them are told beyond what sums can say.

Sums hold whichever of the columns that are added up is which. Where no line and no header over it alone tells a column,
order does: where there are just as many as the form has, each with figures somewhere, they are the form's. Where all
of the form's are found and none has a figure, whichever is which is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.align.columns import ALIKE, LOOSE, ColumnMap
from extract.align.exact import EXACT
from extract.align.lines import Line
from extract.align.printed import cells_by_column
from extract.layout import Block


def told(columns: ColumnMap, rows: Sequence[tuple[Line, float]], block: Block, *, headed: bool) -> bool:
    """Whether it is sure which columns are which: all have headers or figures, and none of the form's is lacking.

    One may be where all others' headers are just the form's: two that run into one are like none.

    Args:
        columns: What header or place made of them.
        rows: The rows, each with the right edge of its stub.
        block: The block of the layout.
        headed: Whether each figure stands under one header.
    """
    if len(set(columns.canonical.values())) < len(block.column_paths):
        return headed and all(j in columns.exact or score >= EXACT for j, score in columns.scores.items())
    filled = {
        i
        for line, stub_end in rows
        for i, cells in enumerate(cells_by_column(line, columns.printed, stub_end))
        if any(cell.text for cell in cells)
    }
    return headed or (columns.one_to_one and len(filled) == len(columns.printed))


def is_empty(columns: ColumnMap, rows: Sequence[tuple[Line, float]], block: Block) -> bool:
    """Whether all of the form's columns bear headers like the form's, and these rows have no number anywhere."""
    numbers = (
        any(map(str.isdigit, cell.text))
        for line, _ in rows
        for cell, label in zip(line.cells, line.is_label, strict=True)
        if not label
    )
    return len(set(columns.canonical.values())) == len(block.column_paths) and named(columns) and not any(numbers)


def doubted(columns: ColumnMap) -> ColumnMap:
    """The columns with a doubt in each."""
    return replace(columns, doubts={j: (*columns.doubts.get(j, ()), LOOSE) for j in columns.canonical})


def named(columns: ColumnMap) -> bool:
    """Whether each column bears a header like the form's, so that no sum need vouch for it."""
    return not columns.by_place and all(score >= ALIKE for score in columns.scores.values())
