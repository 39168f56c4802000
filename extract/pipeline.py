"""The spine: source, detect, grids, align, check, called in this order, and the report they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from extract.check import missing_cells
from extract.detect import Vocabulary, find, vocabulary
from extract.judge import Evidence, Outcome, outcomes
from extract.layout import Layout, shipped
from extract.model import Cell, CellId, Page, PageInfo, Region, Report, Status, Table
from extract.source import Document, Limits, open_document


def read(
    path: str | Path,
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Read one PDF and recover its four tables.

    Args:
        path: The file.
        password: The user password, for an encrypted file.
        layouts: Editions of the form to recognise, newest first; those shipped with gongkai by default.
        limits: What the document may cost.

    Raises:
        UnreadableError: The file is missing, empty, damaged or not a PDF.
        PasswordError: It is encrypted and the password does not open it.
        LimitError: It is larger than the limits.
    """
    form = _form(tuple(layouts)) if layouts else _shipped_form()
    with open_document(path, password=password, limits=limits) as document:
        pages = _pages(document, form.words)
        regions = tuple(find(pages, form.words))
        found = outcomes(Evidence(document, pages, regions), form.editions, form.telling)
        return _report(document, pages, regions, found, form.editions)


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


def _pages(document: Document, words: Vocabulary) -> list[Page]:
    """Every page: in full where it may hold a table, else its text only."""
    pages: list[Page] = []
    for number in range(1, len(document) + 1):
        with document.page(number) as source:
            share = words.share(source.text)
            goes_on = bool(pages) and not pages[-1].skimmed
            framed = source.drawn.lines >= 3
            worth = (framed and (goes_on or share >= 0.12)) or share >= 0.5
            pages.append(source.read() if worth else source.skim())
    return pages


def _report(
    document: Document,
    pages: Sequence[Page],
    regions: tuple[Region, ...],
    found: Mapping[str, Outcome],
    editions: Sequence[Layout],
) -> Report:
    tables: dict[str, Table] = {}
    for grid in editions[0].grids:
        winner = found[grid.id].winner
        cells: Mapping[CellId, Cell] = winner.cells if winner else missing_cells(grid, editions[0])
        for name in grid.tables:
            own = tuple(cell for id_, cell in cells.items() if id_.table == name)
            seen = any(cell.status is not Status.MISSING for cell in own)
            fragments = winner.alignment.grids if winner and seen else ()
            extractor = fragments[0].extractor if fragments else ""
            tables[name] = Table(name, own[0].edition, seen, own, fragments, extractor)
    winners = [outcome.winner for outcome in found.values() if outcome.winner]
    return Report(
        path=document.path,
        sha256=document.sha256,
        pages=tuple(PageInfo(p.number, p.width, p.height, p.rotation, p.kind) for p in pages),
        tables=tables,
        regions=regions,
        identities=tuple(result for winner in winners for result in winner.identities),
        attempts=tuple(attempt for outcome in found.values() for attempt in outcome.attempts),
        warnings=tuple(_warnings(pages)),
        versions=_versions(),
    )


def _warnings(pages: Sequence[Page]) -> Iterator[str]:
    for page in pages:
        if page.kind == "image":
            yield f"page {page.number} is an image without text; it was not read"


@cache
def _versions() -> dict[str, str]:
    """Versions of gongkai and of the libraries whose work is in a report."""
    return {name: version(name) for name in ("gongkai", "pypdfium2", "pdfplumber", "camelot-py")}
