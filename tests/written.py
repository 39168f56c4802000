"""Samples as Word, HTML and text files instead of PDFs."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from extract.model import Grid, GridCell, Written
from extract.source import open_source

sys.path.insert(0, str(Path(__file__).parents[1]))

from samples import written

NAMES = ("blanks", "city", "edition-2019", "hybrid", "other-tables", "separate-tables", "stub-split", "wrong-totals")
"""Samples whose tables are whole: a file without pages has no page breaks in them."""


docx = cache(written.docx)
html = cache(written.html)


def parts(name: str, folder: Path) -> tuple[str | Grid, ...]:
    path = folder / f"{name}.docx"
    path.write_bytes(docx(name))
    opened = open_source(path)
    assert isinstance(opened, Written)
    return opened.parts


def by_tabs(grid: Grid) -> str:
    """A line for each row of units, a field for each unit; a cell's text stands in its first."""
    fields = [[""] * (len(grid.columns) - 1) for _ in grid.rows[1:]]
    for cell in grid.cells:
        fields[cell.row][cell.column] = cell.text.replace("\n", " ")
    return "\n".join("\t".join(row) for row in fields)


def by_lines(grid: Grid) -> str:
    """A line for each cell, an empty one after each row; a cell that goes on from the row above is an empty cell."""
    rows = []
    for row in range(len(grid.rows) - 1):
        cells = [cell for cell in grid.cells if cell.row <= row < cell.row + cell.row_span]
        texts = [cell.text if cell.row == row else "" for cell in sorted(cells, key=lambda cell: cell.column)]
        rows.append("\n".join(f"\t{text}" for text in texts))
    return "\n\n".join(rows) + "\n"


def by_spaces(grid: Grid) -> str:
    """A line for each row, with nothing but spaces between its cells."""
    rows = []
    for row in range(len(grid.rows) - 1):
        cells = sorted((cell for cell in grid.cells if cell.row == row), key=lambda cell: cell.column)
        rows.append(" ".join("".join(cell.text.split()) for cell in cells if cell.text))
    return "\n".join(rows)


def by_words(grid: Grid) -> str:
    """A line for each cell that holds something, and nothing else."""
    return by_spaces(grid).replace(" ", "\n")


def _cells(grid: Grid) -> list[list[GridCell]]:
    """The cells that begin in each row, from left to right."""
    order = sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
    return [[cell for cell in order if cell.row == row] for row in range(len(grid.rows) - 1)]


def by_strokes(grid: Grid) -> str:
    """A line for each row, a stroke after each cell; those that a cell spans are named at the end of its row."""
    width = len(grid.columns) - 1
    rows = []
    for row in _cells(grid):
        spanned = width - len(row)
        rows.append("".join(f"{cell.text.replace(chr(10), ' ')} | " for cell in row) + "|" * spanned)
    return "\n".join(rows)


def by_ends(grid: Grid) -> str:
    """Lines of each cell, the last of them with a stroke; those that a cell spans are named on a line after its row."""
    rows = []
    for row in _cells(grid):
        spanned = len(grid.columns) - 1 - len(row)
        lines = "".join(f"{cell.text} |\n".lstrip() for cell in row)
        rows.append(lines + ("|" * spanned + "\n" if spanned > 1 else ""))
    return "".join(rows)


def by_strokes_between(grid: Grid) -> str:
    """Lines of each cell, then a line with a stroke."""
    return "".join(f"{cell.text}\n|\n" for row in _cells(grid) for cell in row)


STYLES = {"tabs": by_tabs, "lines": by_lines, "spaces": by_spaces, "words": by_words}
STYLES |= {"strokes": by_strokes, "ends": by_ends, "strokes between": by_strokes_between}


def dump(name: str, style: str, folder: Path) -> str:
    return "\n\n".join(STYLES[style](part) if isinstance(part, Grid) else part for part in parts(name, folder))
