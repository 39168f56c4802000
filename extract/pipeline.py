"""The spine: source, detect, grids, align, check, called in this order, and the report they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from extract.check import missing_cells
from extract.detect import Vocabulary, find, find_in_parts, vocabulary
from extract.judge import Outcome, Paged, Unpaged, outcomes
from extract.layout import Layout, shipped
from extract.model import NO_PAGE, BBox, Cell, CellId, Grid, Page, PageInfo, Region, Report, Status, Table, Written
from extract.ocr import Engine
from extract.ocr.engines import DEFAULT
from extract.ocr.engines import engine as ocr_engine
from extract.source import Document, Limits, PageSource, open_source


def read(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
) -> Report:
    """Read one document and recover its four tables.

    Args:
        path: The file: a PDF, an image, a Word or HTML file or plain text; or several images that are its pages.
        password: The user password, for an encrypted file.
        layouts: Editions of the form to recognise, newest first; those shipped with gongkai by default.
        limits: What the document may cost.
        engine: The OCR engine for pages that are images: "rapidocr", "paddleocr" or "tesseract". It is loaded only when
            there is such a page.
        models: A folder of PP-OCR models to use instead of those that come with the engine.

    Raises:
        UnreadableError: The file is missing, empty, damaged or of a kind that is not read.
        PasswordError: It is encrypted and the password does not open it.
        LimitError: It is larger than the limits.
        EngineError: A page must be read from its image, and the engine or its models are missing.
    """
    form = _form(tuple(layouts)) if layouts else _shipped_form()
    opened = open_source(path, password=password, limits=limits)
    if isinstance(opened, Written):
        regions = tuple(find_in_parts(opened, form.words))
        found = outcomes(Unpaged(opened, regions, form.editions), form.editions, form.telling)
        return _report(opened, (), regions, found, form.editions)
    with opened as document:
        ocr = _Ocr(engine, models)
        pages = _pages(document, form.words, ocr)
        regions = tuple(find(pages, form.words))
        found = outcomes(Paged(document, pages, regions, ocr), form.editions, form.telling)
        return _report(document, pages, regions, found, form.editions, ocr=ocr)


@dataclass(slots=True)
class _Ocr:
    """Gives the OCR engine when it is first needed, and remembers that it was."""

    name: str
    models: Path | None
    engine: Engine | None = None

    def __call__(self) -> Engine:
        self.engine = self.engine or ocr_engine(self.name, self.models)
        return self.engine


@dataclass(frozen=True, slots=True)
class _Form:
    """Editions of one form, newest first; what their labels are made of; and which grids tell the editions apart."""

    editions: tuple[Layout, ...]
    words: Vocabulary
    telling: frozenset[str]


def _form(editions: tuple[Layout, ...]) -> _Form:
    telling = frozenset(g.id for g in editions[0].grids if any(other.grid(g.id) != g for other in editions[1:]))
    return _Form(editions, vocabulary(editions), telling)


@cache
def _shipped_form() -> _Form:
    return _form(shipped())


def _pages(document: Document, words: Vocabulary, ocr: Callable[[], Engine]) -> list[Page]:
    """Every page: in full where it may hold a table, else its text only."""
    pages: list[Page] = []
    for number in range(1, len(document) + 1):
        with document.page(number) as source:
            goes_on = bool(pages) and not pages[-1].skimmed
            if source.kind == "image":
                pages.append(_scanned(source, words, ocr, goes_on=goes_on))
                continue
            share = words.share(source.text)
            framed = source.drawn.lines >= 3
            worth = (framed and (goes_on or share >= 0.12)) or share >= 0.5
            pages.append(source.read() if worth else source.skim())
    return pages


def _scanned(source: PageSource, words: Vocabulary, ocr: Callable[[], Engine], *, goes_on: bool) -> Page:
    """A page read from its image."""
    from extract.scan.page import read_page  # OpenCV is needed for such pages only

    return read_page(source.skim(), source.raster(), ocr, words.likeness, goes_on=goes_on)


def _report(
    document: Document | Written,
    pages: Sequence[Page],
    regions: tuple[Region, ...],
    found: Mapping[str, Outcome],
    editions: Sequence[Layout],
    *,
    ocr: _Ocr | None = None,
) -> Report:
    tables: dict[str, Table] = {}
    for grid in editions[0].grids:
        winner = found[grid.id].winner
        cells: Mapping[CellId, Cell] = winner.cells if winner else missing_cells(grid, editions[0])
        printed = tuple(_grid_on_page(fragment, pages) for fragment in winner.alignment.grids) if winner else ()
        for name in grid.tables:
            own = tuple(_cell_on_page(cell, pages) for id_, cell in cells.items() if id_.table == name)
            seen = any(cell.status is not Status.MISSING for cell in own)
            fragments = printed if seen else ()
            extractor = fragments[0].extractor if fragments else ""
            tables[name] = Table(name, own[0].edition, seen, own, fragments, extractor)
    winners = [outcome.winner for outcome in found.values() if outcome.winner]
    return Report(
        path=document.path,
        sha256=document.sha256,
        pages=tuple(PageInfo(p.number, p.width, p.height, p.rotation, p.kind) for p in pages),
        tables=tables,
        regions=tuple(_region_on_page(region, pages) for region in regions),
        identities=tuple(result for winner in winners for result in winner.identities),
        attempts=tuple(attempt for outcome in found.values() for attempt in outcome.attempts),
        warnings=tuple(_warnings(document, pages)),
        versions=_versions(),
        ocr={"engine": ocr.engine.name, **ocr.engine.provenance} if ocr and ocr.engine else {},
        kind=document.kind,
    )


def _on_page(box: BBox, page: Page) -> BBox:
    """A box on the upright page, for one that is on its sheet."""
    return page.sheet.on_page(box) if page.sheet else box


def _region_on_page(region: Region, pages: Sequence[Page]) -> Region:
    return region if region.page == NO_PAGE else replace(region, bbox=_on_page(region.bbox, pages[region.page - 1]))


def _cell_on_page(cell: Cell, pages: Sequence[Page]) -> Cell:
    if cell.page is None or cell.bbox is None or not pages[cell.page - 1].sheet:
        return cell
    return replace(cell, bbox=_on_page(cell.bbox, pages[cell.page - 1]))


def _grid_on_page(grid: Grid, pages: Sequence[Page]) -> Grid:
    """The grid with its boxes on the upright page; its unit edges stay those of the sheet."""
    if grid.page == NO_PAGE or not pages[grid.page - 1].sheet:
        return grid
    page = pages[grid.page - 1]
    cells = (
        replace(cell, bbox=_on_page(cell.bbox, page), ink=_on_page(cell.ink, page) if cell.ink else None)
        for cell in grid.cells
    )
    return replace(grid, bbox=_on_page(grid.bbox, page), cells=tuple(cells))


def _warnings(document: Document | Written, pages: Sequence[Page]) -> Iterator[str]:
    if document.kind == "office":
        yield "LibreOffice made pages of this document: pages and boxes are those of its print"
    if isinstance(document, Written):
        yield from document.doubts
    for page in pages:
        yield from (f"page {page.number}: {doubt}" for doubt in page.doubts)


@cache
def _versions() -> dict[str, str]:
    """Versions of gongkai and of the libraries whose work is in a report."""
    return {name: version(name) for name in ("gongkai", "pypdfium2", "pdfplumber", "camelot-py")}
