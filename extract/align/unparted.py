"""Columns that white space alone parts: which of them are told beyond what sums can say.

Sums hold whichever of the columns that are added up is which. Where no line and no header over it alone tells a column,
order does: where there are just as many as the form has, each with figures somewhere, they are the form's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.align.columns import ColumnMap, cells_by_column
from extract.align.lines import Line
from extract.layout import Block

_LOOSE = "white space alone parts the columns, and they are not as many as the form's, each with figures"


def doubted_unless_told(columns: ColumnMap, rows: Sequence[tuple[Line, float]], block: Block) -> ColumnMap:
    """The columns of rows without lines between them, in doubt unless order tells which is which.

    Args:
        columns: What header or place made of them.
        rows: The rows, each with the right edge of its stub.
        block: The block of the layout.
    """
    filled = {
        i
        for line, stub_end in rows
        for i, cells in enumerate(cells_by_column(line, columns.printed, stub_end))
        if any(cell.text for cell in cells)
    }
    whole = len(columns.canonical) == len(block.column_paths)
    if columns.one_to_one and whole and len(filled) == len(columns.printed):
        return columns
    return replace(columns, doubts={j: (*columns.doubts.get(j, ()), _LOOSE) for j in columns.canonical})
