"""Whether headers show that white space alone parts a grid's columns rightly.

A header stands within its column, as figures do within theirs: a figure that shares some width with one header of those
beside each other, and with no other, is under it. Lines could say no more.
"""

from __future__ import annotations

from collections.abc import Mapping

from extract.geometry import overlap
from extract.grids.pieces import is_figure
from extract.model import Grid, GridCell

_SHARED = 1.5
"""Points of width that a figure must share with its header, and may share with the ones beside it."""


def is_headed(grid: Grid) -> bool:
    """Whether each figure of a grid stands under a header over its column alone, and under no other; False without any.

    Text with digits that is neither a number nor a label, such as a wrapped number, leaves it open.
    """
    at = {(r, c): cell for cell in grid.cells for r in _rows(cell) for c in _columns(cell)}
    labelled = [cell for cell in grid.cells if cell.ink and any(map(str.isalpha, cell.text))]
    figures = [cell for cell in grid.cells if cell.ink and is_figure(cell.text)]
    if any(cell.ink and cell not in labelled and cell not in figures for cell in grid.cells):
        return False
    return bool(figures) and all(_is_under_its_own(figure, labelled, at) for figure in figures)


def _is_under_its_own(figure: GridCell, labelled: list[GridCell], at: Mapping[tuple[int, int], GridCell]) -> bool:
    header = _header(figure, at)
    if header is None or figure.ink is None or header.ink is None:
        return False
    if set(_columns(header)) != set(_columns(figure)) or not _meet(figure, header):
        return False
    beside = (one for one in labelled if one is not header and set(_rows(one)) & set(_rows(header)))
    return not any(_meet(figure, one) for one in beside)


def _header(figure: GridCell, at: Mapping[tuple[int, int], GridCell]) -> GridCell | None:
    """The lowest cell above a figure that is neither one nor empty, if it holds no digit."""
    for row in range(figure.row - 1, -1, -1):
        cell = at.get((row, figure.column))
        if cell is not None and cell.ink is not None and not is_figure(cell.text):
            return None if any(map(str.isdigit, cell.text)) else cell
    return None


def _meet(figure: GridCell, header: GridCell) -> bool:
    """Whether two cells' print shares some width; that of a narrow figure may be all it has."""
    one, other = figure.ink, header.ink
    if one is None or other is None:
        return False
    return overlap(one.x0, one.x1, other.x0, other.x1) > min(_SHARED, one.width / 2)


def _rows(cell: GridCell) -> range:
    return range(cell.row, cell.row + cell.row_span)


def _columns(cell: GridCell) -> range:
    return range(cell.column, cell.column + cell.column_span)
