"""What a table that white space alone parts says on one page of its columns on the next: where their headers stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.grids.unruled.pieces import is_figure
from extract.grids.unruled.sides import columns_of
from extract.model import BBox, Grid, GridCell

_SAME = 1.5
"""Points by which a label on one page may stand off those on another, in the same column of labels."""

_CENTRED = 2.5
"""Points by which figures may stand off the middle of their headers."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Boxes of the print of the last headers, from left to right, each of one column; and of labels of rows."""

    heads: tuple[BBox, ...] = ()
    labels: tuple[BBox, ...] = ()

    def heads_over(self, figures: Sequence[BBox], labels: Sequence[BBox]) -> tuple[BBox, ...]:
        """The headers, if they stand over these figures as on a page of the same margins; else none.

        Labels begin at the same place as others, or stand around the same middle; for want of labels, all figures must
        stand in the middle of a header, or be as many as there are, at the same side of each. Labels may be of another
        level than all before: then some of these figures must be the first header's and the last one's.
        """
        if any(_in_line(one, other) for one in labels for other in self.labels):
            return self.heads
        own = [
            next((at for at, head in enumerate(self.heads) if _off(figure, head) < _CENTRED), -1) for figure in figures
        ]
        if -1 not in own and (not labels or {0, len(self.heads) - 1} <= {*own}):
            return self.heads
        if labels:
            return ()
        at_side = columns_of(figures, self.heads)
        return self.heads if at_side is not None and len(set(at_side)) == len(self.heads) else ()


NOTHING = Onward()
"""What the first page says."""


def onward(before: Sequence[Grid]) -> Onward:
    """What a table's fragments on the pages before say; nothing where lines part their columns."""
    labels: list[BBox] = []
    for grid in reversed(before):
        if grid.parted:
            break
        stub, last = _rows_below(grid)
        labels += [cell.ink for cell in grid.cells if cell.ink and _is_label(cell) and cell.bbox.x1 <= stub + _SAME]
        beyond = [cell for cell in grid.cells if _is_label(cell) and cell.ink and cell.ink.x1 > stub]
        if any(cell.row > last for cell in beyond):
            last = len(grid.rows)  # a header at the page's foot, of rows on the next
        over = [cell for cell in beyond if cell.row + cell.row_span <= last]
        low = max((cell.row + cell.row_span for cell in over), default=0)
        heads = [cell.ink for cell in over if cell.row + cell.row_span == low and cell.ink]
        if heads:
            return Onward(tuple(sorted(heads)), tuple(labels))
    return NOTHING


def _is_label(cell: GridCell) -> bool:
    return cell.ink is not None and not is_figure(cell.text) and any(map(str.isalpha, cell.text))


def _rows_below(grid: Grid) -> tuple[float, int]:
    """Where the labels of the last row with figures end, and which row it is; a header alone ends below its last.

    A row is passed over of whose label a page's end left nothing but the number.
    """
    filled = sorted({cell.row for cell in grid.cells if cell.ink and is_figure(cell.text)}, reverse=True)
    for row in filled:
        own = [cell.bbox.x1 for cell in grid.cells if cell.row <= row < cell.row + cell.row_span and _is_label(cell)]
        if own:
            return max(own), row
    return grid.bbox.x0, filled[0] if filled else len(grid.rows)


def _in_line(one: BBox, other: BBox) -> bool:
    return abs(one.x0 - other.x0) < _SAME or _off(one, other) < _SAME


def _off(one: BBox, other: BBox) -> float:
    """How far the middles of two boxes are apart in x."""
    return abs(one.x0 + one.x1 - other.x0 - other.x1) / 2
