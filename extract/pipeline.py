"""The spine: source, detect, grids, align, check, called in this order, and the reports they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from extract.check import missing_cells
from extract.copies import Judged, judged
from extract.counts import shipped as shipped_counts
from extract.detect import Vocabulary, find, find_in_parts, vocabulary
from extract.errors import SeveralReportsError
from extract.issuer import Testimony, issuer_of, lines_of
from extract.issuer import renamed as issuer_renamed
from extract.judge import Outcome, Paged, Unpaged, outcomes
from extract.layout import Layout, shipped
from extract.limits import Limits
from extract.model import (
    NO_PAGE,
    BBox,
    Cell,
    CellId,
    Grid,
    Issuer,
    Page,
    PageInfo,
    Region,
    Report,
    Status,
    Table,
    Written,
)
from extract.narrative import Questions, passages_of, passages_on, questions, table_boxes, witnessed
from extract.ocr import Engine
from extract.ocr.engines import DEFAULT
from extract.ocr.engines import engine as ocr_engine
from extract.parts import Part, divide, unclear_pages
from extract.source import Document, PageSource, open_source
from extract.titles import Titles
from extract.titles import shipped as shipped_titles


def read(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
) -> Report:
    """Read a document that holds one report and recover its four tables.

    The arguments, and what else is raised, are those of `read_all`.

    Raises:
        SeveralReportsError: It holds several reports.
    """
    reports = read_all(path, password=password, layouts=layouts, limits=limits, engine=engine, models=models)
    if len(reports) > 1:
        raise SeveralReportsError([(one.pages[0].number, one.pages[-1].number) for one in reports])
    return reports[0]


def read_all(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
) -> tuple[Report, ...]:
    """Read a document and recover the four tables of every report in it: one as a rule, and never none.

    Args:
        path: The file: a PDF, an image, a Word or HTML file or plain text; or several images that are its pages, in
            order.
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
    with reading(path, password=password, layouts=layouts, limits=limits, engine=engine, models=models) as (reports, _):
        return reports


@contextmanager
def reading(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
) -> Iterator[tuple[tuple[Report, ...], Document | None]]:
    """The reports that `read_all` gives, and the document they are on while it is open; None when it has no pages.

    The arguments, and what is raised, are those of `read_all`.
    """
    form = _form(tuple(layouts)) if layouts else _shipped_form()
    opened = open_source(path, password=password, limits=limits)
    if isinstance(opened, Written):
        yield (_written(opened, form),), None
        return
    with opened as document:
        yield _paged(document, form, _Ocr(engine, models)), document


def renamed(report: Report, path: str) -> Report:
    """The report that a file of the same bytes and kind but another name gives: names tell of issuer and year."""
    alone = report.of == 1
    issuer = issuer_renamed(report.issuer, path, shipped_titles()) if alone else report.issuer
    return replace(report, path=path, issuer=issuer)


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
    """Editions of one form, newest first, and what follows from them.

    `words` are what their labels are made of, `telling` the grids that tell the editions apart, `unproved` those with
    cells in no identity, and `asked` is what the narrative can say of their cells.
    """

    editions: tuple[Layout, ...]
    words: Vocabulary
    telling: frozenset[str]
    unproved: frozenset[str]
    asked: Questions


def _form(editions: tuple[Layout, ...]) -> _Form:
    telling = frozenset(g.id for g in editions[0].grids if any(other.grid(g.id) != g for other in editions[1:]))
    unproved = frozenset(grid.id for layout in editions for grid in layout.grids if layout.uncovered(grid))
    return _Form(editions, vocabulary(editions), telling, unproved, questions(shipped_counts(), editions))


@cache
def _shipped_form() -> _Form:
    return _form(shipped())


def _paged(document: Document, form: _Form, ocr: _Ocr) -> tuple[Report, ...]:
    """The reports of a document on pages."""
    titles = shipped_titles()
    pages = _pages(document, form.words, titles, ocr)
    regions = tuple(find(pages, form.words))
    lines = lines_of(pages, _nothing_but_tables(pages, regions, titles))
    told = Testimony(document, pages, lines, ocr, titles)
    parts = divide(regions, told.found, told.lines, len(pages))
    if told.read_tops(unclear_pages(parts)):
        parts = divide(regions, told.found, told.lines, len(pages))
    evidence = Paged(document, pages, regions, ocr, form.unproved)
    found = [judged(evidence, part, form.editions, form.telling) for part in parts]
    issuers = [told.issuer(part.sightings, part.start, part.tables, alone=len(parts) == 1) for part in parts]
    ends = [*(part.start for part in parts[1:]), None]
    boxes = table_boxes(regions, [grid for result in found for grid in result.grids])
    reports = (
        witnessed(
            _on_paper(evidence, part, result, issuer, editions=form.editions, ocr=ocr),
            passages_on(pages[part.pages[0] - 1 : part.pages[1]], lines, boxes, part.start, end),
            form.asked,
        )
        for part, result, issuer, end in zip(parts, found, issuers, ends, strict=True)
    )
    return tuple(replace(one, number=i, of=len(parts)) for i, one in enumerate(reports, 1))


def _nothing_but_tables(pages: Sequence[Page], regions: Sequence[Region], titles: Titles) -> dict[int, list[BBox]]:
    """Where on each page tables are that no title can stand in, as one does that is printed as a table's first row."""
    found = table_boxes(regions, ())
    return {number: boxes for number, boxes in found.items() if not titles.closes(pages[number - 1].text)}


def _pages(document: Document, words: Vocabulary, titles: Titles, ocr: Callable[[], Engine]) -> list[Page]:
    """Every page: in full where it may hold a table, else its text only, with boxes where it may tell of the issuer."""
    pages: list[Page] = []
    for number in range(1, len(document) + 1):
        with document.page(number) as source:
            before = pages[-1] if pages and not pages[-1].skimmed else None
            if source.kind == "image":
                pages.append(_scanned(source, words, ocr, before))
                continue
            share = words.share(source.text)
            framed = source.drawn.lines >= 3
            unruled = before is not None and len(before.rulings) < 3  # a table without rulings may go on here
            worth = (framed and (before or share >= 0.12)) or share >= (0.03 if unruled else 0.35)
            if worth:
                pages.append(source.read())
            else:
                pages.append(source.read_text() if titles.tells(source.text) else source.skim())
    return pages


def _scanned(source: PageSource, words: Vocabulary, ocr: Callable[[], Engine], before: Page | None) -> Page:
    """A page read from its image."""
    from extract.scan.page import read_page  # OpenCV is needed for such pages only

    return read_page(source.skim(), source.raster(), ocr, words.likeness, before)


def _written(document: Written, form: _Form) -> Report:
    """The report of a document without pages."""
    regions = tuple(find_in_parts(document, form.words))
    found = outcomes(Unpaged(document, regions, form.editions), form.editions, form.telling)
    report = replace(
        _report(found, (), form.editions),
        path=document.path,
        sha256=document.sha256,
        regions=regions,
        warnings=document.doubts,
        kind=document.kind,
        issuer=issuer_of(document, regions, shipped_titles()),
    )
    return witnessed(report, passages_of(document, regions), form.asked)


def _on_paper(
    evidence: Paged, part: Part, result: Judged, issuer: Issuer, *, editions: Sequence[Layout], ocr: _Ocr
) -> Report:
    """A report on pages."""
    document, pages = evidence.document, evidence.pages
    own = pages[part.pages[0] - 1 : part.pages[1]]
    return replace(
        _report(result.outcomes, pages, editions),
        path=document.path,
        sha256=document.sha256,
        pages=tuple(PageInfo(p.number, p.width, p.height, p.rotation, p.kind) for p in own),
        regions=tuple(replace(region, bbox=_on_page(region.bbox, pages[region.page - 1])) for region in part.regions),
        warnings=(*_warnings(document, own), *result.warnings),
        ocr={"engine": ocr.engine.name, **ocr.engine.provenance} if ocr.engine else {},
        kind=document.kind,
        issuer=issuer,
    )


def _report(found: Mapping[str, Outcome], pages: Sequence[Page], editions: Sequence[Layout]) -> Report:
    """A report's tables, and how they came about."""
    tables: dict[str, Table] = {}
    for grid in editions[0].grids:
        winner = found[grid.id].winner
        cells: Mapping[CellId, Cell] = winner.cells if winner else missing_cells(grid, editions[0])
        printed = tuple(_grid_on_page(fragment, pages) for fragment in winner.alignment.grids) if winner else ()
        for name in grid.tables:
            its = tuple(_cell_on_page(cell, pages) for id_, cell in cells.items() if id_.table == name)
            seen = any(cell.status is not Status.MISSING for cell in its)
            fragments = printed if seen else ()
            extractor = fragments[0].extractor if fragments else ""
            tables[name] = Table(name, its[0].edition, seen, its, fragments, extractor)
    winners = [outcome.winner for outcome in found.values() if outcome.winner]
    return Report(
        path="",
        sha256="",
        pages=(),
        tables=tables,
        regions=(),
        identities=tuple(result for winner in winners for result in winner.identities),
        attempts=tuple(attempt for outcome in found.values() for attempt in outcome.attempts),
        versions=_versions(),
    )


def _on_page(box: BBox, page: Page) -> BBox:
    """A box on the upright page, for one that is on its sheet."""
    return page.sheet.on_page(box) if page.sheet else box


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


def _warnings(document: Document, pages: Sequence[Page]) -> Iterator[str]:
    if document.kind == "office":
        yield "LibreOffice made pages of this document: pages and boxes are those of its print"
    for page in pages:
        yield from (f"page {page.number}: {doubt}" for doubt in page.doubts)


@cache
def _versions() -> dict[str, str]:
    """Versions of gongkai and of the libraries whose work is in a report."""
    return {name: version(name) for name in ("gongkai", "pypdfium2", "pdfplumber", "camelot-py")}
