"""The fast extractor: grids straight from the rulings and glyphs that PDFium gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from extract.geometry import clustered
from extract.grids.assemble import EDGE_TOLERANCE, MARGIN, MAX_UNITS, NO_CELL, surroundings, tile
from extract.grids.protocol import Document
from extract.grids.ruled.lattice import filled, lattice
from extract.grids.ruled.shading import carried_on
from extract.grids.ruled.strings import words_of
from extract.grids.unruled.aligned import cells_from_text
from extract.grids.unruled.gutters import cells_between_rules
from extract.grids.unruled.onward import onward
from extract.grids.unruled.pieces import middle
from extract.model import BBox, Glyphs, Grid, GridCell, Page, Region
from extract.ocr import Engine

_STACKED = 4
"""Lines of figures from which a cell holds those of several rows: a wrapped number has fewer."""

_LOOSE = "neither lines nor labels tell whose line of a wrapped number it is"


@dataclass(frozen=True, slots=True)
class RulingsExtractor:
    """Candidate grids of a region from its rulings; where only filled areas frame cells, from their edges.

    `engine` gives the OCR engine that reads the values of scanned pages; `unproved` are the printed grids that no sum
    covers, `marks` texts that stand for an empty cell. One that is not `ruled` goes by text, and rules at most.
    """

    engine: Callable[[], Engine]
    unproved: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    name: str = "rulings"
    ruled: bool = True

    def grids(
        self,
        document: Document,  # noqa: ARG002
        page: Page,
        region: Region,
        before: Sequence[Grid] = (),
    ) -> Iterator[Grid]:
        """Yield the grid of lines, or for want of these of horizontal rules and of text; then with filled areas."""
        for grid in self._drawn(page, region, before):
            yield self._with_values(page, grid, unproved=region.grid in self.unproved) if page.sheet else grid

    def _drawn(self, page: Page, region: Region, before: Sequence[Grid]) -> Iterator[Grid]:
        if not self.ruled:
            yield from self._between_rules(page, region, before)
            yield from self._aligned(page, region, before)
            return
        lines = [ruling for ruling in page.rulings if ruling.kind == "line"]
        grid = lattice(page.number, self.name, lines, page.glyphs, region.bbox)
        if grid is not None and (region.ruled or any(map(_holds_figure, grid.cells))):
            yield grid
            if _holds_columns(grid):
                yield from self._aligned(page, region, before)
        elif not region.ruled:
            yield from self._between_rules(page, region, before)
            last = before[-1:]
            yield from self._aligned(page, region, before)
            if before and (not last or before[-1] is not last[0]):
                yield from self._aligned(page, region, before)  # by another grid of the page before
        if len(lines) < len(page.rulings):
            framed = any(region.bbox.contains(line.x0, line.top) for line in lines)
            edges = page.rulings if framed else carried_on(page.rulings, page.glyphs.words(), region.bbox)
            grid = lattice(page.number, self.name + "+fills", edges, page.glyphs, region.bbox)
            if grid is not None:
                yield grid
            if region.ruled and not framed:
                yield from self._aligned(page, region, before)

    def _with_values(self, page: Page, grid: Grid, *, unproved: bool) -> Grid:
        """The grid with the values of its cells read from the page's pixels."""
        from extract.scan.cells.values import read_values

        return replace(grid, cells=tuple(read_values(page, grid.cells, self.engine(), unproved=unproved)))

    def _between_rules(self, page: Page, region: Region, before: Sequence[Grid]) -> Iterator[Grid]:
        near = surroundings(page, region)
        rules = _rules(page, near)
        glyphs = _words_in(page.glyphs, near)
        words = words_of(glyphs) or glyphs.words()
        for grid, gaps in self._filled(page, cells_between_rules(rules, words, onward(before)), glyphs):
            yield replace(_doubting(grid, gaps), parted=False)

    def _aligned(self, page: Page, region: Region, before: Sequence[Grid]) -> Iterator[Grid]:
        _, top, _, bottom = region.bbox
        near = BBox(0, top - MARGIN, page.extent[0], bottom + MARGIN)  # numbers may run on beyond the header
        glyphs = _words_in(page.glyphs, near)
        told = words_of(glyphs)
        rules, words = _rules(page, near), told or glyphs.words()
        found = cells_from_text(words, rules, self.marks, onward(before), whole=told is not None)
        for grid, _ in self._filled(page, found.boxes, glyphs):
            own = _cautioned(grid, found.untold)
            name = self.name + "+text" if self.ruled else self.name
            yield replace(own, extractor=name, parted=False, untold=_rows_in(grid, found.untold))

    def _filled(self, page: Page, boxes: Sequence[BBox], glyphs: Glyphs) -> Iterator[tuple[Grid, set[tuple[int, int]]]]:
        """The grid of boxes with the text of the glyphs, if there are any and not too many; and where no box was."""
        rows = clustered((edge for box in boxes for edge in (box.top, box.bottom)), EDGE_TOLERANCE)
        columns = clustered((edge for box in boxes for edge in (box.x0, box.x1)), EDGE_TOLERANCE)
        if not rows or len(rows) * len(columns) > MAX_UNITS:
            return
        spans, drawn = tile(boxes, tuple(rows), tuple(columns))
        cells = [(span.row, span.column, span.row_end, span.column_end) for span in sorted(spans)]
        grid = filled(page.number, self.name, (rows, columns), cells, glyphs)
        yield grid, {(span.row, span.column) for span in spans[drawn:]}


def _holds_figure(cell: GridCell) -> bool:
    """Whether a cell holds a figure: one that nothing frames but a header's own lines has none."""
    return _is_figure(cell.text)


def _is_figure(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _holds_columns(grid: Grid) -> bool:
    """Whether cells beside each other hold figures one below the other: no lines part the rows of their columns."""
    rows = Counter(cell.row for cell in grid.cells if sum(map(_is_figure, cell.text.split("\n"))) >= _STACKED)
    return any(count > 1 for count in rows.values())


def _cautioned(grid: Grid, untold: Sequence[BBox]) -> Grid:
    """The grid with a caution in the numbers in some boxes, if it has several rows of numbers."""
    numbers = [cell for cell in grid.cells if cell.text[:1].isdigit() and not any(map(str.isalpha, cell.text))]
    if len({cell.row for cell in numbers}) < 2:
        return grid
    own = {id(cell) for cell in numbers if any(_is_of(box, cell.bbox) for box in untold)}
    cells = (
        replace(cell, reading=replace(cell.reading, cautions=(*cell.reading.cautions, _LOOSE)))
        if id(cell) in own
        else cell
        for cell in grid.cells
    )
    return replace(grid, cells=tuple(cells))


def _rows_in(grid: Grid, boxes: Sequence[BBox]) -> frozenset[int]:
    """The rows of a grid whose middle is in some boxes."""
    middles = enumerate((top + bottom) / 2 for top, bottom in pairwise(grid.rows))
    return frozenset(i for i, y in middles if any(box.top < y < box.bottom for box in boxes))


def _is_of(figures: BBox, cell: BBox) -> bool:
    """Whether the extent of figures of one row and column is that of a cell."""
    return figures.top < middle(cell) < figures.bottom and cell.x0 < (figures.x0 + figures.x1) / 2 < cell.x1


def _doubting(grid: Grid, gaps: Collection[tuple[int, int]]) -> Grid:
    """The grid with a doubt in the cells that begin in these units."""
    cells = (
        replace(cell, reading=replace(cell.reading, doubts=(*cell.reading.doubts, NO_CELL)))
        if (cell.row, cell.column) in gaps
        else cell
        for cell in grid.cells
    )
    return replace(grid, cells=tuple(cells)) if gaps else grid


def _words_in(glyphs: Glyphs, near: BBox) -> Glyphs:
    """The glyphs of the words whose middle is in a box: one that its edge cut would lack a separator, or digits.

    What comes in over the page's left edge is a mark of the sheet that it was cut from.
    """
    words = glyphs.words()
    inside = [
        w.bbox.x0 >= 0 and near.contains((w.bbox.x0 + w.bbox.x1) / 2, (w.bbox.top + w.bbox.bottom) / 2) for w in words
    ]
    return glyphs.only(np.repeat(np.array(inside, dtype=bool), [len(word.text) for word in words]))


def _rules(page: Page, near: BBox) -> list[BBox]:
    """Horizontal lines between the top and bottom of a box, as boxes."""
    return [
        BBox(rule.x0, rule.top, rule.x1, rule.bottom)
        for rule in page.rulings
        if rule.horizontal and rule.kind == "line" and near.top <= rule.top <= near.bottom
    ]
