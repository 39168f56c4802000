"""A page under the pen: words, rulings, grids and canonical cells drawn over its image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from extract.model import BBox, Cell, Grid, Page, Report
from extract.palette import COLOURS
from extract.show.lettering import SMALLEST, fitted, font, width

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WORD = (120, 120, 200)
RULING = (200, 0, 120)
FILL_EDGE = (230, 160, 0)
REGION = (75, 0, 130)
GRID = (70, 70, 70)
INK = (20, 20, 20)
TINT = 70
"""Opacity of a cell's colour, of 255."""

_CONTRAST = 40
"""Levels by which print is darker than its ground once the page is faded."""

_MARGIN = 14
_LABEL = 12
_TAG = 15


class Overlay:
    """A page's image under the pen; boxes are in points. `prints` are those where print was read."""

    def __init__(self, image: Image, scale: float, page: Page, prints: Iterable[BBox]) -> None:
        from PIL import ImageDraw

        self.image = image
        self._page = page
        self._scale = scale
        self._prints = [self._box(box) for box in prints]
        self._pen: ImageDraw.ImageDraw = ImageDraw.Draw(image, "RGBA")
        self._cells: list[tuple[int, int, int, int]] = []

    def tint(self, cell: Cell) -> None:
        """Fill a canonical cell with its status' colour; hatch it around its print when it is flagged."""
        box, colour = self._box(cell.bbox), COLOURS[cell.status]
        self._cells.append(box)
        self._pen.rectangle(box, fill=(*colour, TINT))
        if cell.flagged:
            x0, top, x1, bottom = box
            kept = [(ink, self.image.crop(ink)) for ink in self._within(box)]
            for start in range(x0 - (bottom - top), x1, 9):
                low, high = max(x0, start), min(x1, start + bottom - top)
                self._pen.line(
                    (low, bottom - (low - start), high, bottom - (high - start)), fill=(*colour, 200), width=2
                )
            for ink, pixels in kept:
                self.image.paste(pixels, ink)

    def rulings(self) -> None:
        """Lines in full strength, edges of filled areas dashed."""
        for ruling in self._page.rulings:
            ends = tuple(round(edge * self._scale) for edge in (ruling.x0, ruling.top, ruling.x1, ruling.bottom))
            if ruling.kind == "line":
                self._pen.line(ends, fill=(*RULING, 170), width=2)
            else:
                for piece in dashes(*ends):
                    self._pen.line(piece, fill=(*FILL_EDGE, 255), width=2)

    def prints(self) -> None:
        """Thin boxes."""
        for box in self._prints:
            self._pen.rectangle(box, outline=(*WORD, 150), width=1)

    def grid(self, grid: Grid) -> None:
        """The outline of each of a grid's cells, a little inside its edges so that neighbours stay apart."""
        for cell in grid.cells:
            x0, top, x1, bottom = self._box(cell.bbox)
            if x1 - x0 > 6 and bottom - top > 6:
                self._pen.rectangle((x0 + 2, top + 2, x1 - 2, bottom - 2), outline=(*GRID, 150), width=1)

    def label(self, cell: Cell) -> None:
        """A canonical cell's frame in its colour, and its row.column above or below the ink."""
        x0, top, x1, bottom = self._box(cell.bbox)
        self._pen.rectangle(
            (x0 + 2, top + 2, x1 - 2, bottom - 2), outline=COLOURS[cell.status], width=3 if cell.flagged else 2
        )
        ink = self._ink((x0, top, x1, bottom))
        above, below = ink[1] - top - 5, bottom - ink[3] - 5
        largest = max(SMALLEST, min(_LABEL, max(above, below) - 1))
        text, size = fitted(cell.id.row, cell.id.column, largest, x1 - x0 - 8)
        y = top + 4 if above >= min(below, size) else bottom - size - 5
        self._pen.text((x0 + 5, y), text, fill=INK, font=font(size), stroke_width=1, stroke_fill=(255, 255, 255, 150))

    def row_ids(self, cells: Sequence[Cell]) -> None:
        """Full row ids right of rows whose cells are too narrow for them; the picture is widened where it must be."""
        rows: dict[tuple[str, str], list[Cell]] = {}
        for cell in cells:
            rows.setdefault(cell.id[:2], []).append(cell)
        notes = []
        for (_, row), members in rows.items():
            boxes = [self._box(cell.bbox) for cell in members]
            right, top, bottom = max(box[2] for box in boxes), boxes[-1][1], boxes[-1][3]
            widest = max(width(f"{row}.{cell.id.column}", _LABEL) for cell in members)
            narrow = widest + 8 > min(box[2] - box[0] for box in boxes)
            beside = any(box[0] >= right - 4 and box[1] < bottom - 4 and box[3] > top + 4 for box in self._cells)
            if narrow and not beside:
                notes.append((right + 12, (top + bottom) // 2 - _LABEL // 2 - 1, row))
        self._widen(max((x + width(row, _LABEL) + _MARGIN for x, _, row in notes), default=0))
        for x, y, row in notes:
            self._pen.text((x, y), row, fill=INK, font=font(_LABEL), stroke_width=2, stroke_fill=(255, 255, 255, 200))

    def regions(self, report: Report) -> None:
        """Thick outlines with grid id, score, edition and the extractor that won."""
        won = {attempt.grid: attempt for attempt in report.attempts if attempt.won}
        for region in report.regions:
            if region.page != self._page.number:
                continue
            x0, top, x1, bottom = self._box(region.bbox)
            self._pen.rectangle((x0 - 5, top - 5, x1 + 5, bottom + 5), outline=REGION, width=3)
            told = "no grid aligned"
            if region.grid in won:
                one = won[region.grid]
                told = f"{one.extractor}, edition {one.edition}, {one.found} of {one.expected} cells"
            text = f"{region.grid}   score {region.score:.2f}   {told}"
            wide, above = width(text, _TAG) + 12, max(0, top - _TAG - 12)
            places = [(x, above, x + wide, above + _TAG + 8) for x in (x0 - 6, x1 + 6 - wide)]
            place = min(places, key=self._darkness)
            self._pen.rectangle(place, fill=REGION)
            self._pen.text((place[0] + 6, above + 3), text, fill="white", font=font(_TAG))

    def _widen(self, wanted: int) -> None:
        """Add white at the right until the picture is that wide."""
        from PIL import ImageDraw, ImageOps

        if wanted > self.image.width:
            self.image = ImageOps.expand(self.image, (0, 0, wanted - self.image.width, 0), "white")
            self._pen = ImageDraw.Draw(self.image, "RGBA")

    def _darkness(self, box: tuple[int, int, int, int]) -> int:
        """Pixels of a box that stand out from its ground: print, and what was drawn so far."""
        levels = self.image.crop(box).convert("L").histogram()
        ground = max(range(256), key=levels.__getitem__)
        return sum(levels[: max(0, ground - _CONTRAST)])

    def _ink(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """The box of the print that reaches into a box of pixels, clipped to it."""
        x0, top, x1, bottom = box
        found = self._within(box)
        middle = (top + bottom) // 2
        first = min((ink[1] for ink in found), default=middle)
        last = max((ink[3] for ink in found), default=middle)
        return x0, first, x1, last

    def _within(self, box: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
        """Boxes of print, in pixels, clipped to a box that they reach into."""
        clipped = (
            (max(ink[0], box[0]), max(ink[1], box[1]), min(ink[2], box[2]), min(ink[3], box[3])) for ink in self._prints
        )
        return [ink for ink in clipped if ink[0] < ink[2] and ink[1] < ink[3]]

    def _box(self, box: BBox | None) -> tuple[int, int, int, int]:
        if box is None:
            raise ValueError("a cell without a box is on no page")
        x0, top, x1, bottom = (round(edge * self._scale) for edge in box)
        return x0, top, x1, bottom


def dashes(x0: int, top: int, x1: int, bottom: int) -> Iterator[tuple[int, int, int, int]]:
    """Pieces of a horizontal or vertical line."""
    if x1 - x0 >= bottom - top:
        yield from ((x, top, min(x + 7, x1), top) for x in range(x0, x1, 12))
    else:
        yield from ((x0, y, x0, min(y + 7, bottom)) for y in range(top, bottom, 12))
