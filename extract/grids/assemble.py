"""From the boxes of cells and single characters, as libraries find them, to a Grid with spans.

Edges that lie close together become one unit edge, boxes become spans between unit edges, and each character goes to
the cell that holds its centre. What no box covers is filled with cells too, each with a doubt, so that no text inside
a grid is ever lost in silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import NamedTuple

from extract.errors import ExtractorError
from extract.geometry import clustered, nearest
from extract.grids.characters import TORN, Character, distinct, reading_of, seen, torn
from extract.model import BBox, Grid, GridCell, Page, Region

EDGE_TOLERANCE = 2.0
"""Edges at most this far apart, in points, are one edge: lines have a width, and drawing is not exact."""

MARGIN = 4.0
"""Points around a region in which its outer lines may lie."""

OPEN_MARGIN = 40.0
"""The same where no lines frame the table: the region was told from labels, its last row may lie below them."""

_RULED_ACROSS = 3
"""Horizontal rules from which they part a table's rows."""

MAX_UNITS = 40_000
"""Unit cells a grid may have; the largest of a known form has 300."""

NO_CELL = "no cell is drawn around it"
GUESSED = "no lines part the columns"
_OUTSIDE = -1
"""Stands for the cell of a character that lies in none."""


class Span(NamedTuple):
    """Unit cells from `row`, `column` up to but without `row_end`, `column_end`."""

    row: int
    column: int
    row_end: int
    column_end: int

    @property
    def units(self) -> list[tuple[int, int]]:
        """The unit cells it covers."""
        return [(r, c) for r in range(self.row, self.row_end) for c in range(self.column, self.column_end)]


def surroundings(page: Page, region: Region) -> BBox:
    """The region's box with a margin; over the page's whole width where no lines frame the table.

    Where horizontal rules are all there is, what lies above the first or below the last is another table's.
    """
    x0, top, x1, bottom = region.bbox
    if region.ruled:
        return BBox(x0 - MARGIN, top - MARGIN, x1 + MARGIN, bottom + MARGIN)
    width, height = page.extent
    if region.evidence.get("rulings", [0])[0] >= _RULED_ACROSS:
        return BBox(0, top - MARGIN, width, bottom + MARGIN)
    return BBox(0, max(top - OPEN_MARGIN, 0), width, min(bottom + OPEN_MARGIN, height))


def rectangles(
    rows: int, columns: int, open_right: Callable[[int, int], bool], open_below: Callable[[int, int], bool]
) -> Iterator[Span]:
    """Unit cells taken together where nothing parts them, as spans.

    Groups that are no rectangles are left out; `assemble` fills their place with cells in doubt.

    Args:
        rows: Number of unit rows.
        columns: Number of unit columns.
        open_right: Whether unit (row, column) and the one to its right are one cell.
        open_below: Whether unit (row, column) and the one below it are one cell.
    """
    seen: set[tuple[int, int]] = set()
    for start in ((row, column) for row in range(rows) for column in range(columns)):
        if start in seen:
            continue
        group, queue = {start}, [start]
        while queue:
            row, column = queue.pop()
            joined = {
                (row, column + 1): column + 1 < columns and open_right(row, column),
                (row, column - 1): column > 0 and open_right(row, column - 1),
                (row + 1, column): row + 1 < rows and open_below(row, column),
                (row - 1, column): row > 0 and open_below(row - 1, column),
            }
            new = {unit for unit, is_joined in joined.items() if is_joined} - group
            group |= new
            queue += new
        seen |= group
        in_rows, in_columns = {row for row, _ in group}, {column for _, column in group}
        span = Span(min(in_rows), min(in_columns), max(in_rows) + 1, max(in_columns) + 1)
        if len(group) == len(span.units):
            yield span


def assemble(
    page: Page,
    region: Region,
    extractor: str,
    found: Iterable[BBox],
    characters: Iterable[Character],
    *,
    guessed: bool = False,
) -> Grid | None:
    """A Grid from boxes of cells and the page's characters; None when there are fewer than two cells.

    Boxes centred outside the region and boxes thinner than the tolerance are dropped. Where boxes overlap, the
    smallest stays.

    Args:
        page: The page of the region.
        region: Where the grid is looked for.
        extractor: The name to put on the grid.
        found: Boxes of cells, spanning or not, in any order; points, origin top left of the upright page.
        characters: Characters in any order, with those around the region: a number may run on beyond the last cell.
        guessed: Whether the boxes come from the white space between words alone; every cell then has a doubt, because
            a column that is nearly empty leaves no such space, and its figures go to its neighbour.

    Raises:
        ExtractorError: There are more unit cells than MAX_UNITS.
    """
    near = surroundings(page, region)
    boxes = [box for box in found if near.contains((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2)]
    rows = tuple(clustered((edge for box in boxes for edge in (box.top, box.bottom)), EDGE_TOLERANCE))
    columns = tuple(clustered((edge for box in boxes for edge in (box.x0, box.x1)), EDGE_TOLERANCE))
    if len(rows) * len(columns) > MAX_UNITS:
        raise ExtractorError(f"{extractor}: page {region.page}: {len(rows)} x {len(columns)} edges are no table")
    spans, drawn = tile(boxes, rows, columns)
    if drawn < 2:
        return None
    owner = {unit: i for i, span in enumerate(spans) for unit in span.units}
    inside: list[list[Character]] = [[] for _ in spans]
    doubts: list[set[str]] = [{GUESSED} if guessed else {NO_CELL} if i >= drawn else set() for i in range(len(spans))]
    placed = []
    for character in distinct(seen(characters, page)):
        unit = (bisect_right(rows, character.y) - 1, bisect_right(columns, character.x) - 1)
        cell = owner.get(unit, _OUTSIDE)
        placed.append((character, cell))
        if cell != _OUTSIDE:
            inside[cell].append(character)
    for pair in torn(placed):
        for cell in pair:
            if cell != _OUTSIDE:
                doubts[cell].add(TORN)
    bounds = [BBox(columns[s.column], rows[s.row], columns[s.column_end], rows[s.row_end]) for s in spans]
    cells = [
        GridCell(
            row=span.row,
            column=span.column,
            row_span=span.row_end - span.row,
            column_span=span.column_end - span.column,
            bbox=bounds[i],
            reading=reading_of(inside[i], bounds[i], doubts[i]),
            ink=reduce(BBox.union, (character.bbox for character in inside[i])) if inside[i] else None,
        )
        for i, span in enumerate(spans)
    ]
    return Grid(
        page=region.page,
        extractor=extractor,
        bbox=BBox(columns[0], rows[0], columns[-1], rows[-1]),
        rows=rows,
        columns=columns,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
    )


def tile(boxes: Iterable[BBox], rows: tuple[float, ...], columns: tuple[float, ...]) -> tuple[list[Span], int]:
    """Spans that cover every unit once: first those of the boxes, and how many these are, then those of the gaps."""
    wanted = {
        Span(nearest(b.top, rows), nearest(b.x0, columns), nearest(b.bottom, rows), nearest(b.x1, columns))
        for b in boxes
    }
    free = {(r, c) for r in range(len(rows) - 1) for c in range(len(columns) - 1)}
    spans: list[Span] = []
    for span in sorted(wanted, key=lambda span: (len(span.units), span)):
        if span.units and free.issuperset(span.units):
            free.difference_update(span.units)
            spans.append(span)
    drawn = len(spans)
    for row, column in sorted(free):
        # One cell for each run of a row: cutting it at unit edges would cut numbers in two.
        if spans[drawn:] and (spans[-1].row, spans[-1].column_end) == (row, column):
            spans[-1] = spans[-1]._replace(column_end=column + 1)
        else:
            spans.append(Span(row, column, row + 1, column + 1))
    return spans, drawn
