"""Pictures of pages and of single cells, as data that can stand in a page."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from extract.errors import GongkaiError
from extract.model import NO_PAGE, BBox, Cell, CellId, Glyphs, Page, PageInfo, Report
from extract.source import Document

if TYPE_CHECKING:
    from PIL.Image import Image

_PAGE = 1000
"""Pixels of a page picture's longer side."""

_CELL = 56
"""Pixels of a usual cell's height in its crop."""

_FINEST, _LARGEST = 6.0, 6000
"""Pixels per point, and pixels of a side, to which pages are drawn at most for the crops."""

_CROP = 520
"""Pixels of a crop's longer side at most."""

_AROUND = 0.3
"""Of a cell's height: what a crop shows around the cell."""

_WIDEST = 4.0
"""Widths by height of a cell that is shown whole; of a wider one the crop shows so much around its print."""

_FRAME = (0, 114, 178)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as a data address, and its size in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """Of a report: its pages by number, the crops of cells by id, and pages that could not be drawn."""

    pages: dict[int, Picture] = field(default_factory=dict)
    crops: dict[CellId, Picture] = field(default_factory=dict)
    undrawn: tuple[int, ...] = ()


def taken(report: Report, document: Document | None, cells: Iterable[Cell]) -> Pictures:
    """Draw the pages that hold tables, and crop the given cells from them; nothing where there are no pages."""
    if document is None:
        return Pictures()
    pages: dict[int, Picture] = {}
    crops: dict[CellId, Picture] = {}
    undrawn = []
    wanted = _by_page(report, cells)
    tabled = {grid.page for table in report.tables.values() for grid in table.grids}
    infos = {info.number: info for info in report.pages}
    for number in sorted((tabled | set(wanted)) - {NO_PAGE}):
        boxes = wanted.get(number, {})
        try:
            image, scale = _drawn(document, infos[number], boxes.values())
        except GongkaiError:  # the numbers were read: they are worth more than their picture
            undrawn.append(number)
            continue
        crops |= {id_: _crop(image, box, scale) for id_, box in boxes.items()}
        image.thumbnail((_PAGE, _PAGE))
        pages[number] = _picture(image)
    return Pictures(pages, crops, tuple(undrawn))


def _by_page(report: Report, cells: Iterable[Cell]) -> dict[int, dict[CellId, BBox]]:
    """For each page, what the crops of its cells are to show."""
    prints: dict[tuple[int, BBox], BBox] = {}
    for table in report.tables.values():
        for grid in table.grids:
            prints.update({(grid.page, cell.extent): cell.ink for cell in grid.cells if cell.ink})
    found: dict[int, dict[CellId, BBox]] = {}
    for cell in cells:
        if cell.page is not None and cell.bbox is not None:
            found.setdefault(cell.page, {})[cell.id] = _window(cell.bbox, prints.get((cell.page, cell.bbox)))
    return found


def _window(box: BBox, ink: BBox | None) -> BBox:
    """A cell, or of a wide one the part around its print, so that this is not lost in white."""
    width = max(_WIDEST * box.height, ink.width + box.height if ink else 0.0)
    if width >= box.width:
        return box
    middle = (ink.x0 + ink.x1) / 2 if ink else (box.x0 + box.x1) / 2
    x0 = min(max(middle - width / 2, box.x0), box.x1 - width)
    return box._replace(x0=x0, x1=x0 + width)


def _drawn(document: Document, info: PageInfo, boxes: Iterable[BBox]) -> tuple[Image, float]:
    """The upright page, fine enough for crops of these boxes, and its pixels per point."""
    import numpy as np

    longer = max(info.width, info.height, 1.0)
    scale = _PAGE / longer
    heights = [box.height for box in boxes]
    if heights:
        scale = max(scale, min(_CELL / max(median(heights), 1.0), _FINEST, _LARGEST / longer))
    nothing = Glyphs("", np.empty((0, 4)))
    page = Page(info.number, info.width, info.height, info.rotation, info.kind, "", skimmed=True, glyphs=nothing)
    return document.image(page, scale).convert("RGB"), scale


def _crop(image: Image, box: BBox, scale: float) -> Picture:
    """A cell in a thin frame, with a little of what stands around it."""
    from PIL import ImageDraw

    x0, top, x1, bottom = (round(edge * scale) for edge in box)
    around = max(6, round(_AROUND * (bottom - top)))
    left, upper = max(0, x0 - around), max(0, top - around)
    right, lower = min(image.width, x1 + around), min(image.height, bottom + around)
    crop = image.crop((left, upper, max(right, left + 1), max(lower, upper + 1)))
    ImageDraw.Draw(crop).rectangle((x0 - left - 2, top - upper - 2, x1 - left + 2, bottom - upper + 2), outline=_FRAME)
    crop.thumbnail((_CROP, _CROP))
    return _picture(crop)


def _picture(image: Image) -> Picture:
    data = io.BytesIO()
    image.save(data, "WEBP", quality=60, method=2)
    return Picture(f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode('ascii')}", *image.size)


def boxes_on(report: Report, number: int) -> Iterator[BBox]:
    """The printed cells of the grids on a page, each once though two tables may share a grid."""
    grids = {id(grid): grid for table in report.tables.values() for grid in table.grids if grid.page == number}
    for grid in grids.values():
        yield from (cell.bbox for cell in grid.cells)
