"""A grid as a person draws it: lines added, moved and removed, cells merged and split, and what changed read again.

The steps work on a tiling alone: unit edges, and cells as top, left, bottom, right in units. Each either gives another
tiling or says why it does not fit. Rows are handled as columns of the tiling turned over its diagonal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from extract.corrections import DRAWN, Redrawing
from extract.corrections.lines import CellsMerged, CellSplit, LineAdded, LineMoved, LineRemoved
from extract.errors import MisfitError
from extract.grids.ruled.lattice import filled
from extract.model import BBox, Grid, GridCell, Page, Reading, Region
from extract.ocr import Engine

CORRECTED = "+corrected"
"""What is added to the name of the extractor of a grid that was redrawn."""

_NEAR = 4.0
"""Points by which a line or an edge may stand elsewhere than where it was corrected."""

_APART = 1.5
"""Points that lines are apart at least."""

Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Tiling:
    """Unit edges, ascending, and cells that tile the units without overlap: top, left, bottom, right."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[Span, ...]

    def turned(self) -> Tiling:
        """The same with rows for columns."""
        return Tiling(self.columns, self.rows, _ordered((left, top, r, b) for top, left, b, r in self.cells))

    def box(self, cell: Span) -> BBox:
        """The extent of a cell, in points."""
        top, left, bottom, right = cell
        return BBox(self.columns[left], self.rows[top], self.columns[right], self.rows[bottom])


def redrawn(base: Grid, edits: Sequence[Redrawing], page: Page, engine: Callable[[], Engine]) -> Grid:
    """The grid with all edits made, its changed cells read again.

    Raises:
        MisfitError: One of the edits does not fit; the message says which, counted from 1, and why.
    """
    before = tiling(base)
    after = before
    for number, edit in enumerate(edits, 1):
        try:
            after = changed(after, edit)
        except MisfitError as error:
            which = f"edit {number} of {len(edits)} ({edit.what}): " if len(edits) > 1 else ""
            raise MisfitError(f"{which}{error}") from None
    bare = filled(page.number, base.extractor + CORRECTED, (after.rows, after.columns), after.cells, page.glyphs)
    known = {cell.bbox: cell for cell in base.cells}
    fresh = [cell for cell in bare.cells if cell.bbox not in known]
    if page.sheet and fresh:
        from extract.scan.cells.values import read_values

        fresh = read_values(page, fresh, engine())
    read = {cell.bbox: cell for cell in fresh}
    cells = tuple(
        replace(cell, reading=same.reading, ink=same.ink) if (same := known.get(cell.bbox)) else read[cell.bbox]
        for cell in bare.cells
    )
    return replace(bare, cells=cells, parted=base.parted)


def undrawn(page: Page, region: Region) -> Grid:
    """The grid that a person draws from nothing: one cell, as large as the region."""
    box = region.bbox
    cell = GridCell(0, 0, 1, 1, box, Reading(""))
    return Grid(page.number, DRAWN, box, (box.top, box.bottom), (box.x0, box.x1), (cell,))


def tiling(grid: Grid) -> Tiling:
    """The lines of a grid without what stands between them."""
    spans = ((c.row, c.column, c.row + c.row_span, c.column + c.column_span) for c in grid.cells)
    return Tiling(grid.rows, grid.columns, _ordered(spans))


def changed(tiles: Tiling, edit: Redrawing) -> Tiling:
    """The tiling with one edit made.

    Raises:
        MisfitError: It does not fit.
    """
    if isinstance(edit, CellsMerged):
        return _merged(tiles, BBox(*edit.box))
    if not isinstance(edit, LineAdded | LineMoved | LineRemoved | CellSplit):
        raise MisfitError(f"{edit.edit} is nothing that changes a grid")
    turned = edit.axis == "row"
    given = tiles.turned() if turned else tiles
    if isinstance(edit, LineAdded):
        result = _added(given, edit.at, edit.span)
    elif isinstance(edit, LineMoved):
        result = _moved(given, edit.at, edit.to)
    elif isinstance(edit, LineRemoved):
        result = _removed(given, edit.at)
    else:
        box = BBox(*edit.box)
        result = _split(given, BBox(box.top, box.x0, box.bottom, box.x1) if turned else box, edit.at)
    return result.turned() if turned else result


def _ordered(cells: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(cells))


def _line(tiles: Tiling, at: float) -> int:
    """The column edge at a place."""
    edge = min(range(len(tiles.columns)), key=lambda i: abs(tiles.columns[i] - at))
    if abs(tiles.columns[edge] - at) > _NEAR:
        raise MisfitError(f"no line stands at {at:g}: the nearest is at {tiles.columns[edge]:.1f}")
    return edge


def _added(tiles: Tiling, at: float, span: tuple[float, float] | None) -> Tiling:
    """One more column edge; cells outside `span` reach over it."""
    _free(tiles, at)
    if at < tiles.columns[0] or at > tiles.columns[-1]:
        if span is not None:
            raise MisfitError("a line beyond the grid's edge parts no cells")
        return _widened(tiles, at)
    parts = [
        cell
        for cell in tiles.cells
        if tiles.box(cell).x0 < at < tiles.box(cell).x1
        and (span is None or span[0] <= (tiles.rows[cell[0]] + tiles.rows[cell[2]]) / 2 <= span[1])
    ]
    if not parts:
        raise MisfitError("no cell stands there")
    return _cut(tiles, at, frozenset(parts))


def _free(tiles: Tiling, at: float, but: int = -1) -> None:
    taken = (edge for i, edge in enumerate(tiles.columns) if i != but and abs(edge - at) < _APART)
    if (near := next(taken, None)) is not None:
        raise MisfitError(f"a line stands at {near:.1f} already")


def _cut(tiles: Tiling, at: float, parted: frozenset[Span]) -> Tiling:
    """One more edge within the grid, at which these cells are parted and the others go on."""
    unit = next(i for i in range(len(tiles.columns) - 1) if tiles.columns[i] < at < tiles.columns[i + 1])
    cells: list[Span] = []
    for cell in tiles.cells:
        top, left, bottom, right = cell
        left, right = left + (left > unit), right + (right > unit)
        cells += [(top, left, bottom, unit + 1), (top, unit + 1, bottom, right)] if cell in parted else []
        cells += [(top, left, bottom, right)] if cell not in parted else []
    columns = (*tiles.columns[: unit + 1], at, *tiles.columns[unit + 1 :])
    return Tiling(tiles.rows, columns, _ordered(cells))


def _widened(tiles: Tiling, at: float) -> Tiling:
    """A column more at the side of the grid."""
    first = at < tiles.columns[0]
    cells = [(top, left + first, bottom, right + first) for top, left, bottom, right in tiles.cells]
    left = 0 if first else len(tiles.columns) - 1
    cells += [(row, left, row + 1, left + 1) for row in range(len(tiles.rows) - 1)]
    columns = (at, *tiles.columns) if first else (*tiles.columns, at)
    return Tiling(tiles.rows, columns, _ordered(cells))


def _moved(tiles: Tiling, at: float, to: float) -> Tiling:
    edge = _line(tiles, at)
    _free(tiles, to, edge)
    low = tiles.columns[edge - 1] if edge else float("-inf")
    high = tiles.columns[edge + 1] if edge + 1 < len(tiles.columns) else float("inf")
    if not low < to < high:
        raise MisfitError(f"the line at {tiles.columns[edge]:.1f} cannot be moved over the one next to it")
    columns = (*tiles.columns[:edge], to, *tiles.columns[edge + 1 :])
    return Tiling(tiles.rows, columns, tiles.cells)


def _removed(tiles: Tiling, at: float) -> Tiling:
    """One edge less; cells on its two sides become one, and outer ones go with the edge."""
    edge = _line(tiles, at)
    if len(tiles.columns) == 2:
        raise MisfitError("nothing would be left of the grid")
    if edge in {0, len(tiles.columns) - 1}:
        outer = 0 if edge == 0 else edge - 1
        kept = [cell for cell in tiles.cells if (cell[1], cell[3]) != (outer, outer + 1)]
        return _without(replace(tiles, cells=_ordered(kept)), edge)
    beside = [cell for cell in tiles.cells if edge in {cell[1], cell[3]}]
    groups: list[Span] = []
    for cell in beside:  # cells that share a row become one, and so do those they then share rows with
        whole = cell
        while touching := [group for group in groups if group[0] < whole[2] and whole[0] < group[2]]:
            groups = [group for group in groups if group not in touching]
            for group in touching:
                whole = _around([whole, group])
        groups.append(whole)
    rest = [cell for cell in tiles.cells if cell not in beside]
    if any(_meet(group, cell) for group in groups for cell in rest):
        raise MisfitError("the cells on its two sides do not make whole cells together")
    return _without(replace(tiles, cells=_ordered([*rest, *groups])), edge)


def _without(tiles: Tiling, edge: int) -> Tiling:
    """The tiling without an edge that no cell ends at any more."""
    cells = [
        (top, left - (left > edge), bottom, right - (right >= edge))
        if edge
        else (top, max(left - 1, 0), bottom, right - 1)
        for top, left, bottom, right in tiles.cells
    ]
    return Tiling(tiles.rows, (*tiles.columns[:edge], *tiles.columns[edge + 1 :]), _ordered(cells))


def _merged(tiles: Tiling, box: BBox) -> Tiling:
    chosen = [cell for cell in tiles.cells if _holds_middle(box, tiles.box(cell))]
    if len(chosen) < 2:
        raise MisfitError(f"{'one cell stands' if chosen else 'no cells stand'} there, not several")
    whole = _around(chosen)
    if sum(map(_area, chosen)) != _area(whole):
        raise MisfitError("the cells there do not make a whole cell together")
    rest = [cell for cell in tiles.cells if cell not in chosen]
    return _tidy(replace(tiles, cells=_ordered([*rest, whole])))


def _split(tiles: Tiling, box: BBox, at: float) -> Tiling:
    # Of low rows several may be near: the nearest is meant.
    off = {cell: [abs(a - b) for a, b in zip(tiles.box(cell), box, strict=True)] for cell in tiles.cells}
    cell = min(off, key=lambda one: sum(off[one]))
    if max(off[cell]) > _NEAR:
        raise MisfitError("no cell stands there")
    own = tiles.box(cell)
    if not own.x0 + _APART <= at <= own.x1 - _APART:
        raise MisfitError("the line is not within the cell")
    near = [i for i in range(cell[1] + 1, cell[3]) if abs(tiles.columns[i] - at) < _APART]
    if not near:
        return _cut(tiles, at, frozenset({cell}))
    top, left, bottom, right = cell
    halves = [(top, left, bottom, near[0]), (top, near[0], bottom, right)]
    return replace(tiles, cells=_ordered([*(one for one in tiles.cells if one != cell), *halves]))


def _tidy(tiles: Tiling) -> Tiling:
    """The tiling without edges, of rows or columns, that no cell ends at."""
    for turn in range(2):
        if turn:
            tiles = tiles.turned()
        for edge in range(len(tiles.columns) - 2, 0, -1):
            if all(edge not in {cell[1], cell[3]} for cell in tiles.cells):
                tiles = _without(tiles, edge)
    return tiles.turned()


def _holds_middle(box: BBox, cell: BBox) -> bool:
    return box.contains((cell.x0 + cell.x1) / 2, (cell.top + cell.bottom) / 2)


def _around(cells: Sequence[Span]) -> Span:
    tops, lefts, bottoms, rights = zip(*cells, strict=True)
    return min(tops), min(lefts), max(bottoms), max(rights)


def _area(cell: Span) -> int:
    return (cell[2] - cell[0]) * (cell[3] - cell[1])


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
