"""The spine: source, detect, grids, align, check, called in this order, and the reports they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from extract.bench import Bench, Form, Ocr
from extract.copies import judged_once
from extract.corrections import Corrections, Edit, Misfit, RegionSet, RotationSet, of_document, replayed
from extract.detect import find_in_parts, vocabulary
from extract.errors import CorrectionsError, SeveralReportsError
from extract.issuer import issuer_of
from extract.judge import Unpaged, outcomes
from extract.layout import Layout, shipped
from extract.model import Report, Written
from extract.ocr.engines import DEFAULT
from extract.reporting import tables_of, with_values
from extract.source import Document, Limits, open_source
from extract.titles import shipped as shipped_titles


def read(
    path: str | Path | Sequence[str | Path],
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
    corrections: Path | str | Corrections | None = None,
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
    )
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
    corrections: Path | str | Corrections | None = None,
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
        corrections: What people set right in the document: a folder of correction files, of which its own is used, or
            the corrections themselves. Each report says which of them could be made.

    Raises:
        UnreadableError: The file is missing, empty, damaged or of a kind that is not read.
        PasswordError: It is encrypted and the password does not open it.
        LimitError: It is larger than the limits.
        EngineError: A page must be read from its image, and the engine or its models are missing.
        CorrectionsError: The corrections do not fit their schema, or are another document's.
    """
    with reading(
        path,
        password=password,
        layouts=layouts,
        limits=limits,
        engine=engine,
        models=models,
        corrections=corrections,
    ) as (reports, _):
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
    corrections: Path | str | Corrections | None = None,
) -> Iterator[tuple[tuple[Report, ...], Document | None]]:
    """The reports that `read_all` gives, and the document they are on while it is open; None when it has no pages.

    The arguments, and what is raised, are those of `read_all`.
    """
    form = _form(tuple(layouts)) if layouts else _shipped_form()
    opened = open_source(path, password=password, limits=limits)
    if isinstance(opened, Written):
        yield (_written(opened, form, _said(corrections, opened.sha256)),), None
        return
    with opened as document:
        edits = _said(corrections, document.sha256)
        yield Bench(document, form, Ocr(engine, models)).read(edits).reports, document


def _form(editions: tuple[Layout, ...]) -> Form:
    telling = frozenset(g.id for g in editions[0].grids if any(other.grid(g.id) != g for other in editions[1:]))
    return Form(editions, vocabulary(editions), telling)


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


def _written(document: Written, form: Form, edits: Sequence[Edit]) -> Report:
    """The report of a document without pages."""
    regions = tuple(find_in_parts(document, form.words))
    own = [edit for edit in edits if getattr(edit, "report", 1) == 1]
    found = judged_once(outcomes(Unpaged(document, regions, form.editions), form.editions, form.telling, own))
    valued = with_values(found, edits, 1, form.editions)
    lost = [Misfit(edit, "the document has no pages") for edit in edits if isinstance(edit, RotationSet | RegionSet)]
    made = replayed(edits, (*lost, *found.misfits, *valued.misfits), found.reached | valued.reached)
    return replace(
        tables_of(valued.outcomes, (), form.editions),
        path=document.path,
        sha256=document.sha256,
        regions=regions,
        warnings=document.doubts,
        kind=document.kind,
        issuer=issuer_of(document, regions, shipped_titles()),
        corrections=tuple(made),
    )
