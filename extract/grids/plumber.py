"""Grids found by pdfplumber: from drawn lines, or from how words are aligned where lines are missing.

Only cell boxes are taken from it; each cell's text is put together from the page's characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from copy import copy
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

from extract.errors import ExtractorError
from extract.grids.assemble import assemble, surroundings
from extract.grids.characters import Character
from extract.grids.protocol import Document, fenced
from extract.grids.unruled.gutters import cells_between_rules, words_of
from extract.model import UNMAPPED, BBox, Grid, Page, Region

MAX_EDGES = 2_000
MAX_CROSSINGS = 4_000
"""pdfplumber compares lines and crossings pairwise; a page full of drawings would keep it busy for hours."""

_SNAP = 3.0
_MIN_LENGTH = 3.0
_ALIGNED_WORDS = 3

_Edges = list[dict[str, Any]]


_KEPT = 6
"""Pages kept as read, for the grids after the first on a page and those that go on over pages."""


class PlumberExtractor:
    """pdfplumber behind the Extractor protocol. It keeps the document it last read open, and some of its pages."""

    name = "pdfplumber"

    def __init__(self) -> None:
        self._document: Document | None = None
        self._pdf: Any = None
        self._stored: list[Any] = []
        self._sheets: dict[tuple[float, ...], Any] = {}

    def grids(
        self,
        document: Document,
        page: Page,
        region: Region,
        before: Sequence[Grid] = (),  # noqa: ARG002 - it guesses by itself
    ) -> Iterator[Grid]:
        """Candidates of the region: its drawn lines; for want of these its figures between rules, then words alone.

        All tables of the region come as one grid, with the text between them in cells of their own.

        Raises:
            ExtractorError: pdfplumber failed, or sees a page of another size.
        """
        if page.sheet:
            return  # what its text layer says is not what is seen
        near = surroundings(page, region)
        with fenced(self.name, page.number, "pdfminer", "pdfplumber"):
            sheet = self._sheet(document, page).filter(lambda item: _belongs(item, near))
        with closing(sheet):
            yield from self._found(page, region, sheet)

    def _found(self, page: Page, region: Region, sheet: Any) -> Iterator[Grid]:
        """The same, of a page less what is not the region's."""
        with fenced(self.name, page.number, "pdfminer", "pdfplumber"):
            characters = [_character(char) for char in sheet.chars]
            rules = [_box(edge) for edge in sheet.edges if edge["orientation"] == "h"]
            ruled = assemble(page, region, self.name, self._cells(page, list(sheet.edges)), characters)
        if ruled:
            yield ruled
        if ruled and region.ruled:
            return
        with fenced(self.name, page.number, "pdfminer", "pdfplumber"):
            found = cells_between_rules(rules, words_of(characters))
            between = assemble(page, region, self.name, found, characters)
            found = self._cells(page, _word_edges(sheet))
            guessed = assemble(page, region, self.name, found, characters, guessed=True)
        yield from (replace(grid, parted=False) for grid in (between, guessed) if grid)

    def _sheet(self, document: Document, page: Page) -> Any:
        """A page in our frame; what it holds is parsed once."""
        if self._document is not document:
            import pdfplumber
            from pdfminer.pdfpage import PDFPage

            self._document = None
            self._forget(0)
            self._pdf = pdfplumber.open(BytesIO(document.data), password=document.password or "")
            self._stored = list(PDFPage.create_pages(self._pdf.doc))
            self._document = document
        as_read = page.number, page.rotation, page.width, page.height
        if as_read not in self._sheets:
            self._forget(_KEPT - 1)
            sheet = _upright(self._pdf, self._stored[page.number - 1], page)
            if sheet.objects:
                sheet.flush_cache(["_layout"])  # of which they were made
            self._sheets[as_read] = sheet
        return self._sheets[as_read]

    def _forget(self, but: int) -> None:
        """Close the pages kept the longest, `but` so many.

        They refer to themselves: what is not closed waits for Python's collector, which goes through all that a program
        holds to find it.
        """
        while len(self._sheets) > but:
            self._sheets.pop(next(iter(self._sheets))).close()

    def __del__(self) -> None:
        self._forget(0)

    def _cells(self, page: Page, edges: _Edges) -> list[BBox]:
        """Boxes of all cells that pdfplumber makes of these edges."""
        from pdfplumber import table

        edges = table.merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
        edges = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > _MIN_LENGTH]
        if len(edges) > MAX_EDGES:
            raise ExtractorError(f"{self.name}: page {page.number}: {len(edges)} lines in the region")
        crossings = table.edges_to_intersections(edges, _SNAP, _SNAP)
        if len(crossings) > MAX_CROSSINGS:
            raise ExtractorError(f"{self.name}: page {page.number}: {len(crossings)} crossings in the region")
        tables = table.cells_to_tables(table.intersections_to_cells(crossings))
        return [BBox(*cell) for cells in tables for cell in cells]


def _upright(pdf: Any, stored: Any, page: Page) -> Any:
    """The page in our frame.

    pdfplumber obeys /Rotate, but neither turns a page whose text runs sideways nor starts at the CropBox; both are
    done here by telling pdfminer another rotation and another MediaBox, before it looks at the page's content.
    """
    from pdfplumber.page import Page as Sheet

    stored = copy(stored)
    media, crop = stored.mediabox, stored.cropbox
    left, bottom, right, top = (
        *(max(m, c) for m, c in zip(media[:2], crop[:2], strict=True)),
        *(min(m, c) for m, c in zip(media[2:], crop[2:], strict=True)),
    )
    if left >= right or bottom >= top:
        left, bottom, right, top = media
    stored.mediabox = (left, bottom, right, top)
    stored.rotate = page.rotation
    stored.attrs = stored.attrs | {"MediaBox": [0, 0, right - left, top - bottom], "Rotate": page.rotation}
    stored.attrs.pop("CropBox", None)
    sheet = Sheet(pdf, stored, page.number)
    if abs(sheet.width - page.width) > 1 or abs(sheet.height - page.height) > 1:
        raise ExtractorError(
            f"pdfplumber: page {page.number}: it is {sheet.width:g} x {sheet.height:g} points here, "
            f"{page.width:g} x {page.height:g} as read"
        )
    return sheet


def _belongs(item: dict[str, Any], near: BBox) -> bool:
    """Whether an object is the region's or on a line with it; areas larger than it are the page's background."""
    box = _box(item)
    if item["object_type"] == "char":
        return near.top <= (box.top + box.bottom) / 2 <= near.bottom
    meets = box.x0 <= near.x1 and box.x1 >= near.x0 and box.top <= near.bottom and box.bottom >= near.top
    return meets and not (box.width > near.width and box.height > near.height)


def _character(char: dict[str, Any]) -> Character:
    # pdfminer spells a glyph it has no text for "(cid:12)", which must not pass for a remark in brackets.
    text = UNMAPPED if char["text"].startswith("(cid:") else char["text"]
    return Character(text, _box(char))


def _box(item: dict[str, Any]) -> BBox:
    return BBox(item["x0"], item["top"], item["x1"], item["bottom"])


def _word_edges(sheet: Any) -> _Edges:
    """Lines half-way between lines of words, and verticals where words are aligned."""
    from pdfplumber.table import words_to_edges_h, words_to_edges_v

    words = sheet.extract_words(keep_blank_chars=True)
    around = words_to_edges_h(words)
    if not around:
        return []
    # pdfplumber's edges run above and below each line of words: between two lines that would be a row without text.
    lines = sorted((above["top"], below["top"]) for above, below in zip(around[::2], around[1::2], strict=True))
    cuts = [lines[0][0], *((one[1] + other[0]) / 2 for one, other in pairwise(lines)), lines[-1][1]]
    rows = [around[0] | {"top": cut, "bottom": cut} for cut in cuts]
    top, bottom = cuts[0], cuts[-1]
    columns = words_to_edges_v(words, _ALIGNED_WORDS)
    return [*rows, *(edge | {"top": top, "bottom": bottom, "height": bottom - top} for edge in columns)]
