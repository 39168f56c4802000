"""Grids found by camelot: lattice from the page's vector lines, or text flavours where lines are missing.

No flavour that renders the page, runs Ghostscript or loads a model is used. Only the structure is taken from it; each
cell's text is put together from the characters of its text lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from extract.errors import ExtractorError
from extract.grids.assemble import assemble, rectangles, surroundings
from extract.grids.characters import UNMAPPED, Character
from extract.grids.protocol import Document, fenced
from extract.model import BBox, Grid, Page, Region

MAX_RULINGS = 2_000
"""camelot compares lines pairwise; a page full of drawings would keep it busy for minutes."""

_RULED = {"flavor": "lattice", "engine": "vector"}
_UNRULED = ({"flavor": "network"}, {"flavor": "stream"})


class CamelotExtractor:
    """camelot behind the Extractor protocol."""

    name = "camelot"

    def grids(
        self,
        document: Document,
        page: Page,
        region: Region,
        before: Sequence[Grid] = (),  # noqa: ARG002 - it guesses by itself
    ) -> Iterator[Grid]:
        """Candidates of the region: its drawn lines; where it has none, what the text flavours find.

        All tables of the region come as one grid, with the text between them in cells of their own.

        Raises:
            ExtractorError: camelot failed, or turned the page another way, or the page has too many lines.
        """
        if page.sheet:
            return  # what its text layer says is not what is seen
        if len(page.rulings) > MAX_RULINGS:
            raise ExtractorError(f"{self.name}: page {page.number}: {len(page.rulings)} lines on the page")
        with fenced(self.name, page.number, "camelot", "playa"):
            upright = _alone_and_upright(document, page)
        tried: list[Grid] = []
        for options in (_RULED, *_UNRULED):
            with fenced(self.name, page.number, "camelot", "playa"):
                grid = self._grid(upright, page, region, options)
            if grid and grid not in tried:
                tried.append(grid)
                yield grid
            if region.ruled:
                return

    def _grid(self, upright: bytes, page: Page, region: Region, options: dict[str, str]) -> Grid | None:
        from camelot.io import read_pdf

        near = surroundings(page, region)
        area = f"{near.x0},{page.height - near.top},{near.x1},{page.height - near.bottom}"
        # Lattice would take the sides of an area for lines of the table, so it gets a region to look for tables in.
        where = "table_regions" if options is _RULED else "table_areas"
        tables = read_pdf(upright, **options, **{where: [area]})
        if any(table.rotation for table in tables):
            raise ExtractorError(f"{self.name}: page {page.number}: camelot took its text for turned sideways")
        boxes = [_down(box, page) for table in tables for box in _boxes(table)]
        characters = _characters(tables[0], page) if boxes else ()
        return assemble(page, region, self.name, boxes, characters, guessed=options is not _RULED)


def _alone_and_upright(document: Document, page: Page) -> bytes:
    """A PDF of this page only: decrypted, turned upright, its MediaBox cut to the visible box.

    camelot offers no other way to choose its frame, and it reads every page's object tree from a file on disk.
    """
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(document.data, password=document.password) as whole:
        single = pdfium.PdfDocument.new()
        single.import_pages(whole, [page.number - 1])
    with single:
        leaf = single[0]
        visible = leaf.get_bbox()
        leaf.set_mediabox(*visible)
        leaf.set_cropbox(*visible)
        leaf.set_rotation(page.rotation)
        out = BytesIO()
        single.save(out)
    return out.getvalue()


def _boxes(table: Any) -> Iterator[tuple[float, float, float, float]]:
    """Boxes (x0, y0, x1, y1) of the table's cells, unit cells without a line between them taken together."""
    cells = table.cells

    def open_right(row: int, column: int) -> bool:
        return not (cells[row][column].right or cells[row][column + 1].left)

    def open_below(row: int, column: int) -> bool:
        return not (cells[row][column].bottom or cells[row + 1][column].top)

    for span in rectangles(len(cells), len(table.cols), open_right, open_below):
        first, last = cells[span.row][span.column], cells[span.row_end - 1][span.column_end - 1]
        yield first.x1, last.y1, last.x2, first.y2


def _characters(table: Any, page: Page) -> Iterator[Character]:
    """The page's characters; every table of a page carries all its text lines."""
    for line in table.textlines:
        for item in line:
            if hasattr(item, "matrix"):  # a character, not a space that layout analysis added
                text = item.get_text()
                text = UNMAPPED if text.startswith("(cid:") else text
                yield Character(text, _down((item.x0, item.y0, item.x1, item.y1), page))


def _down(box: tuple[float, float, float, float], page: Page) -> BBox:
    """From camelot's frame, which is upright with its origin at the bottom left, to ours."""
    x0, y0, x1, y1 = box
    return BBox(x0, page.height - y1, x1, page.height - y0)
