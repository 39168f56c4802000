"""The fast extractor: grids straight from the rulings and glyphs that PDFium gives."""

from __future__ import annotations

from collections.abc import Iterator

from extract.grids.lattice import lattice
from extract.grids.protocol import Document
from extract.model import Grid, Page, Region


class RulingsExtractor:
    """Candidate grids of a region from its rulings; where only filled areas frame cells, from their edges."""

    name = "rulings"

    def grids(self, document: Document, page: Page, region: Region) -> Iterator[Grid]:  # noqa: ARG002
        """Yield the grid of lines first, then the grid of lines and edges of filled areas."""
        lines = [ruling for ruling in page.rulings if ruling.kind == "line"]
        grid = lattice(page.number, self.name, lines, page.glyphs, region.bbox)
        if grid is not None:
            yield grid
        if len(lines) < len(page.rulings):
            grid = lattice(page.number, self.name + "+fills", page.rulings, page.glyphs, region.bbox)
            if grid is not None:
                yield grid
