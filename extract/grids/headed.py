"""Whether headers show that white space alone parts a grid's columns rightly.

A header stands within its column, as figures do within theirs: a figure that shares some width with one header of those
beside each other, and with no other, is under it. Lines could say no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.geometry import overlap
from extract.grids.pieces import is_figure
from extract.model import BBox, Grid, GridCell

_SHARED = 1.5
"""Points of width that a figure must share with its header, and may share with the ones beside it."""


def with_headers(grids: Sequence[Grid]) -> list[Grid]:
    """The fragments of a table, those that no lines part `headed` where they are, if need be on a page before."""
    return [
        replace(grid, headed=True) if not grid.parted and _is_headed(grid, grids[:i]) else grid
        for i, grid in enumerate(grids)
    ]


def _is_headed(grid: Grid, before: Sequence[Grid]) -> bool:
    """Whether each figure of a grid stands under a header over its column alone, and under no other; False without any.

    Text with digits that is neither a number nor a label, such as a wrapped number, leaves it open.
    """
    printed = [cell for cell in grid.cells if cell.ink]
    figures = [cell for cell in printed if is_figure(cell.text)]
    if any(not is_figure(cell.text) and not any(map(str.isalpha, cell.text)) for cell in printed):
        return False
    return bool(figures) and all(_is_under_its_own(figure, [*before, grid]) for figure in figures)


def _is_under_its_own(figure: GridCell, grids: Sequence[Grid]) -> bool:
    """Whether the lowest texts above a figure, up to the first that it meets, are one header over its column alone."""
    for last, grid in enumerate(reversed(grids)):
        above = [cell for cell in grid.cells if cell.ink and (last or cell.row + cell.row_span <= figure.row)]
        over = [cell for cell in above if _holds(cell.bbox, figure.bbox)]
        lowest = next((cell for cell in sorted(over, key=_low) if not is_figure(cell.text)), None)
        if lowest is not None:
            beside = [cell for cell in above if _level(cell, lowest) and _meet(cell, figure)]
            alone = _holds(figure.bbox, lowest.bbox) and beside == [lowest]
            return alone and not any(map(str.isdigit, lowest.text))
    return False


def _holds(one: BBox, other: BBox) -> bool:
    """Whether the middle of a cell is within another in x."""
    return one.x0 < (other.x0 + other.x1) / 2 < one.x1


def _low(cell: GridCell) -> int:
    return -cell.row


def _level(cell: GridCell, header: GridCell) -> bool:
    """Whether a text that is no figure stands beside a header."""
    return (
        not is_figure(cell.text) and cell.row < header.row + header.row_span and header.row < cell.row + cell.row_span
    )


def _meet(header: GridCell, figure: GridCell) -> bool:
    """Whether two cells' print shares some width; that of a narrow figure may be all it has."""
    one, other = figure.ink, header.ink
    if one is None or other is None:
        return False
    return overlap(one.x0, one.x1, other.x0, other.x1) > min(_SHARED, one.width / 2)
