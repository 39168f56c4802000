"""What was found on a page: regions, and grids of cells with what was read in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from extract.model.page import BBox
from extract.model.status import TEXT_LAYER
from extract.swift import swift

BELOW = "below"
"""Evidence of a region on the right one of two pages side by side: points of the left one, which is read before."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a printed grid of a layout lies on a page. `grid` is the layout's grid id.

    In a document without pages `page` is NO_PAGE, `bbox` means nothing, and `evidence` says which part it is.
    """

    grid: str
    page: int
    bbox: BBox
    score: float
    ruled: bool
    evidence: Mapping[str, Any]


CROSSES = "text runs across a ruling"
"""Caution of a number in the text of a page that reaches into the cell beside it."""

THINNED = "thin strokes of the page's print are lost: a 4 may look like a 1"
"""A caution for what may be misread alike wherever it is printed: such numbers prove each other as odd ones do."""

FADED = "print fades at its end, or a trace of ink stands beside it: a digit may be lost"
"""Another of this kind: a pale streak runs through all the rows of a table."""

STREAKED = "a streak of the scanner runs over it"
"""And another: such a streak runs through them, too."""


@swift
@dataclass(frozen=True, slots=True)
class Reading:
    """Text read from one place; `source` names the reader.

    `doubts` are reasons not to trust it whatever it adds up to, `cautions` those that arithmetic can overrule. `agreed`
    says whether two views of its ink, each read for itself, gave the same text; None where they were not asked for.
    """

    text: str
    confidence: float = 1.0
    source: str = TEXT_LAYER
    alternatives: tuple[tuple[str, float], ...] = ()
    doubts: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    agreed: bool | None = None


LOST = Reading("", 0.0, "lost")
"""What stands in a grid for a cell that the document no longer holds: it keeps the place of its column."""


@swift
@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid, spanning `row_span` x `column_span` units from unit (`row`, `column`), both from 0.

    `bbox` is the printed cell; `ink` the box of its text, None when it has none.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    bbox: BBox
    reading: Reading
    ink: BBox | None = None

    @property
    def text(self) -> str:
        """The text as read, lines joined by a newline."""
        return self.reading.text

    @property
    def extent(self) -> BBox:
        """The printed cell, widened where its text reaches over its edges."""
        box, ink = self.bbox, self.ink
        if ink is None:
            return box
        (x0, top, x1, bottom), (left, above, right, below) = box, ink
        return box if left >= x0 and right <= x1 and above >= top and below <= bottom else box.union(ink)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table fragment of one page as an extractor found it; cells tile its units without overlap, in row-major order.

    `rows` and `columns` are the n+1 unit edges, in points, ascending. `parted` says that drawn lines part the columns,
    not white space alone. Where it does, `headed` says that each figure stands under one header, and `untold` are the
    rows whose figures neither lines nor labels beside them tell from the next one's.

    A grid of a document without pages has the page NO_PAGE, and all its units are alike: its edges and boxes say which
    cell stands beside or above which, and nothing of paper.
    """

    page: int
    extractor: str
    bbox: BBox
    rows: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[GridCell, ...]
    parted: bool = True
    headed: bool = False
    untold: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """A document without pages: its `parts` in reading order, paragraphs as text and tables as grids.

    `kind` is DOCX, HTML or PLAIN_TEXT. Of plain text every line is a part, white space at its ends included: what was a
    table is still to be found in it. `doubts` are for the report's warnings.

    `pictures` are the image files that it holds, as far as a table may be seen on them, in reading order; `absent`
    counts pictures that it only names, or that cannot be read.
    """

    path: str
    sha256: str
    kind: str
    parts: tuple[str | Grid, ...]
    doubts: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    absent: int = 0


class Spot(NamedTuple):
    """A printed cell: the grid, by its position among a table's grids, and the cell's first unit, both from 0."""

    grid: int
    row: int
    column: int
