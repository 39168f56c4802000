"""A run: many documents in, their results out. No document stops another."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from extract import pipeline
from extract.errors import GongkaiError
from extract.export import documents, evidence, folder, parquet
from extract.export.documents import Outcome
from extract.inputs import Document, Plan
from extract.model import Report, Verdict
from extract.ocr.engines import DEFAULT as DEFAULT_ENGINE


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read, see `extract.pipeline.read_all`; and whether each report gets its evidence, a page.

    `corrections` is a folder of correction files.
    """

    password: str | None = None
    engine: str = DEFAULT_ENGINE
    models: Path | None = None
    evidence: bool = True
    corrections: Path | None = None


def run(plan: Plan, out: Path, how: Settings | None = None) -> Iterator[Outcome]:
    """Extract every document of the plan, yielding each one's outcome as soon as its results are written.

    A document that holds several reports has an outcome for each. What an input did not match comes first, as
    unreadable. cells.parquet and documents.csv take their places when the iterator is exhausted; when it is dropped
    earlier, or raises, they stay as they were.

    Raises:
        OSError: the output folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    outcomes = [Outcome(one.name, Verdict.UNREADABLE, error=one.cause) for one in plan.unmatched]
    yield from outcomes
    with parquet.open_cells(out / "cells.parquet") as cells:
        for document in plan.documents:
            for outcome, report in _extract(document, out, how or Settings()):
                if report is not None:
                    cells.add(document.name, report)
                outcomes.append(outcome)
                yield outcome
    documents.write(outcomes, out / "documents.csv")


def _extract(document: Document, out: Path, how: Settings) -> list[tuple[Outcome, Report | None]]:
    """Read one document and write its results; an outcome for each report in it."""
    try:
        source = document.path if len(document.paths) == 1 else document.paths
        with pipeline.reading(
            source, password=how.password, engine=how.engine, models=how.models, corrections=how.corrections
        ) as (reports, opened):
            page = partial(evidence.write, document=opened) if how.evidence else None
            folder.write(reports, out / document.output, page)
        places = [(document.output / folder.below(report)).as_posix() for report in reports]
        return [
            (documents.outcome(document.name, report, place), report)
            for report, place in zip(reports, places, strict=True)
        ]
    except GongkaiError as error:
        verdict, cause, trace = Verdict(error.verdict), _line(error), ""
    except Exception as error:  # the outer edge: no library's fault may stop the other documents
        cause = ": ".join(filter(None, (type(error).__name__, _line(error))))
        verdict, trace = Verdict.FAILED, traceback.format_exc()
    if folder.holds_result(out / document.output):
        cause += f" (an older result is still in {document.output})"
    sha256 = _sha256(document.path) if len(document.paths) == 1 else ""
    return [(Outcome(document.name, verdict, error=cause, sha256=sha256, traceback=trace), None)]


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def _sha256(path: Path) -> str:
    """The digest of a regular file; empty for what is none or cannot be read."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
