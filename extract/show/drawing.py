"""Reading a document and drawing one of its pages."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from extract.errors import GongkaiError
from extract.model import BBox, Grid, Page, PageInfo, Report
from extract.ocr.engines import DEFAULT
from extract.pipeline import read_all
from extract.show.framing import flags, framed, header
from extract.show.overlay import Overlay
from extract.source import open_document

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 200
_LARGEST = 6000
"""Pixels a side may have; larger pages are drawn at a smaller scale."""
_ROW = 46
"""Pixels of a cell's height that leave room for its id beside its number; small rows are drawn up to twice as large."""

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}

_FADED = 0.35
"""Of white laid over the page, so that what is drawn on it stands out."""


def render(
    path: str | Path | Sequence[str | Path],
    page: int | None,
    output: Path,
    *,
    password: str | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
) -> None:
    """Read a document and draw one of its pages, with what was found on it, to an image file.

    Args:
        path: The document: a PDF or an image; or several images that are its pages, in order.
        page: Page number from 1; None for the first page that holds a table, or page 1 where none does.
        output: Image to write, PNG, JPEG or WebP by its ending; it appears whole or not at all.
        password: The user password, for an encrypted file.
        engine: OCR engine for pages that are images.
        models: Folder of models for it.

    Raises:
        GongkaiError: The document cannot be read, has no such page, or the image cannot be written.
    """
    form = _FORMATS.get(output.suffix.lower() or ".png")
    if form is None:
        raise GongkaiError(f"{output.name}: pictures end in {', '.join(_FORMATS)}")
    reports = read_all(path, password=password, engine=engine, models=models)
    if not any(one.pages for one in reports):
        raise GongkaiError(f"there is no page to show: a document of the kind {reports[0].kind} has none")
    number = page or min((region.page for one in reports for region in one.regions if region.page), default=1)
    report, info = _shown(reports, number)
    with open_document(path, password=password) as document:
        with document.page(number) as source:
            if info.kind == "image":  # its way up was learnt from its image, and no text layer was believed
                found = replace(source.skim(), width=info.width, height=info.height, rotation=info.rotation)
            else:
                found = source.read()
        scale = min(_fineness(report, number), _LARGEST / max(found.width, found.height))
        picture = draw(report, found, document.image(found, scale), scale)
    _write(picture, output, form)


def _shown(reports: Sequence[Report], number: int) -> tuple[Report, PageInfo]:
    """The report that a page belongs to, the first of two that share it, and the page.

    Raises:
        GongkaiError: There is no such page.
    """
    for report in reports:
        for info in report.pages:
            if info.number == number:
                return report, info
    count = max((info.number for report in reports for info in report.pages), default=0)
    raise GongkaiError(f"there is no page {number}: the document has {count} page{'' if count == 1 else 's'}")


def _fineness(report: Report, number: int) -> float:
    """Pixels per point at which the ids of a page's cells find room."""
    heights = [cell.bbox.height for cell in report.cells if cell.page == number and cell.bbox]
    usual = _DPI / 72
    return min(max(usual, _ROW / max(median(heights), 1.0)), 2 * usual) if heights else usual


def draw(report: Report, page: Page, image: Image, scale: float) -> Image:
    """What a report says of a page, drawn over the page's image, between a header with a legend and a list of flags.

    Args:
        report: The report on the document.
        page: The page, read in full; of one that is an image only its number, kind and size are used.
        image: The upright page, `scale` pixels per point.
        scale: Pixels per point.
    """
    import PIL.Image

    base = PIL.Image.blend(image.convert("RGB"), PIL.Image.new("RGB", image.size, "white"), _FADED)
    cells = [cell for cell in report.cells if cell.page == page.number and cell.bbox]
    flagged = [cell for cell in report.cells if cell.page in {page.number, None}]
    prints = prints_on(report, page)
    picture = Overlay(base, scale, page, prints)
    for cell in cells:
        picture.tint(cell)
    picture.rulings()
    picture.prints()
    for grid in grids_on(report, page.number):
        picture.grid(grid)
    for cell in cells:
        picture.label(cell)
    picture.row_ids(cells)
    picture.regions(report)
    boxes = sum(len(grid.cells) for grid in grids_on(report, page.number))
    return framed(picture.image, header(report, page, cells, len(prints), boxes), list(flags(flagged)))


def grids_on(report: Report, number: int) -> list[Grid]:
    """Winning grids on a page, each once though two tables may share it."""
    return list({id(g): g for table in report.tables.values() for g in table.grids if g.page == number}.values())


def prints_on(report: Report, page: Page) -> list[BBox]:
    """Where print was read: the words of a text layer, or what was found in the grids of a page that is an image."""
    if page.kind != "image":
        return [word.bbox for word in page.words]
    return [cell.ink for grid in grids_on(report, page.number) for cell in grid.cells if cell.ink]


def _write(picture: Image, output: Path, form: str) -> None:
    """Save beside the target, then take its place."""
    partial = output.with_name(f".gongkai-{secrets.token_hex(8)}.partial")
    try:
        try:
            with partial.open("xb") as file:
                picture.save(file, format=form)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise GongkaiError(f"{output} cannot be written: {error.strerror or error}") from error
