"""The spine: source, detect, grids, align, check, called in this order, and the reports they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from extract.bench import Bench, Form, Ocr, PagelessBench
from extract.compose import lost_tables
from extract.corrections import Corrections, Edit, of_document
from extract.counts import Counts
from extract.detect import vocabulary
from extract.errors import CorrectionsError, SeveralReportsError
from extract.issuer import renamed as issuer_renamed
from extract.layout import Layout, load, shipped
from extract.limits import Limits
from extract.model import Report, Written
from extract.narrative import questions
from extract.ocr.engines import DEFAULT
from extract.source import Document, album, open_source
from extract.titles import Titles


def read(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | str | Path | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
    corrections: Path | str | Corrections | None = None,
    min_confidence: float = 0.0,
) -> Report:
    """Read a document that holds one report and recover its four tables.

    The arguments, and what else is raised, are those of `read_all`.

    Raises:
        SeveralReportsError: It holds several reports.
    """
    reports = read_all(
        path,
        password=password,
        layouts=layouts,
        limits=limits,
        engine=engine,
        models=models,
        corrections=corrections,
        min_confidence=min_confidence,
    )
    if len(reports) > 1:
        raise SeveralReportsError([(one.pages[0].number, one.pages[-1].number) for one in reports])
    return reports[0]


def read_all(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | str | Path | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
    corrections: Path | str | Corrections | None = None,
    min_confidence: float = 0.0,
) -> tuple[Report, ...]:
    """Read a document and recover the four tables of every report in it: one as a rule, and never none.

    Args:
        path: The file: a PDF, an image, a Word or HTML file or plain text; or several images that are its pages, in
            order.
        password: The user password, for an encrypted file.
        layouts: Editions of the form to recognise, newest first; or a layout file or a folder of them, see
            `extract.layout.load`; those shipped with gongkai by default.
        limits: What the document may cost.
        engine: The OCR engine for pages that are images: "rapidocr", "paddleocr" or "tesseract". It is loaded only when
            there is such a page.
        models: A folder of PP-OCR models to use instead of those that come with the engine.
        corrections: What people set right in the document: a folder of correction files, of which its own is used, or
            the corrections themselves. Each report says which of them could be made.
        min_confidence: Cells whose confidence is below it are flagged `suspect`, besides those that are flagged anyway.

    Raises:
        UnreadableError: The file is missing, empty, damaged or of a kind that is not read.
        PasswordError: It is encrypted and the password does not open it.
        LimitError: It is larger than the limits.
        EngineError: A page must be read from its image, and the engine or its models are missing.
        CorrectionsError: The corrections do not fit their schema, or are another document's.
        ValueError: `min_confidence` is no probability.
        LayoutError: A layout does not fit its schema.
    """
    with reading(
        path,
        password=password,
        layouts=layouts,
        limits=limits,
        engine=engine,
        models=models,
        corrections=corrections,
        min_confidence=min_confidence,
    ) as (reports, _):
        return reports


@contextmanager
def reading(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | str | Path | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
    corrections: Path | str | Corrections | None = None,
    min_confidence: float = 0.0,
) -> Iterator[tuple[tuple[Report, ...], Document | None]]:
    """The reports that `read_all` gives, and the document they are on while it is open; None when it has no pages.

    The arguments, and what is raised, are those of `read_all`.
    """
    with on_bench(
        path,
        password=password,
        layouts=layouts,
        limits=limits,
        engine=engine,
        models=models,
        min_confidence=min_confidence,
    ) as bench:
        edits = _said(corrections, bench.document.sha256)
        yield bench.read(edits).reports, bench.document if isinstance(bench, Bench) else None


@contextmanager
def on_bench(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | str | Path | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
    min_confidence: float = 0.0,
) -> Iterator[Bench | PagelessBench]:
    """A document that stays open, to be read again and again under other corrections.

    The arguments, and what is raised, are those of `read_all`.
    """
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence is a probability, 0 to 1, not {min_confidence}")
    if isinstance(layouts, str | Path):
        layouts = load(layouts)
    form = _form(tuple(layouts)) if layouts else _shipped_form()
    opened = open_source(path, password=password, limits=limits)
    pageless = None
    if isinstance(opened, Written):
        pageless = PagelessBench(opened, form, min_confidence)
        pictures = None if pageless.finds_all else album(opened, limits)
        if pictures is None:
            yield pageless
            return
        opened = pictures
    with opened as document:
        yield Bench(document, form, Ocr(engine, models), min_confidence, pageless)


def renamed(report: Report, path: str) -> Report:
    """The report that a file of the same bytes and kind but another name gives: names tell of issuer and year."""
    alone = report.of == 1
    issuer = issuer_renamed(report.issuer, path, Titles.shipped()) if alone else report.issuer
    return replace(report, path=path, issuer=issuer)


def _form(editions: tuple[Layout, ...]) -> Form:
    telling = frozenset(g.id for g in editions[0].grids if any(other.grid(g.id) != g for other in editions[1:]))
    unproved = frozenset(grid.id for layout in editions for grid in layout.grids if layout.uncovered(grid))
    asked, lost = questions(Counts.shipped(), editions), lost_tables(editions[0])
    return Form(editions, vocabulary(editions), telling, unproved, asked, lost)


@cache
def _shipped_form() -> Form:
    return _form(shipped())


def _said(corrections: Path | str | Corrections | None, sha256: str) -> tuple[Edit, ...]:
    """The edits of a document, from a folder or as given.

    Raises:
        CorrectionsError: They cannot be read, do not fit the schema, or are another document's.
    """
    if isinstance(corrections, Path | str):
        corrections = of_document(Path(corrections), sha256)
    if corrections is not None and corrections.sha256 != sha256:
        raise CorrectionsError("the corrections are those of another document")
    return corrections.edits if corrections else ()
