"""The work itself: one task read, its results staged. At this outer edge is the broad `except`."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from extract import pipeline, urls
from extract.bulk.task import FULL, Done, Result, Task, failure, line
from extract.errors import EngineError, GongkaiError, UnreachableError
from extract.export import atomic, documents, evidence, folder
from extract.export.rows import packed, row
from extract.inputs import Document
from extract.model import SEVERITY, Report, Verdict
from extract.source import Document as Opened


def work(task: Task) -> Done:
    """Read the task's file and stage the results of each of its documents.

    Nothing is raised but by the system: what a document or a library does wrong is a verdict.
    """
    first, *others = task.documents
    how = task.settings
    try:
        with (
            _fetched(task) as source,
            pipeline.reading(
                source,
                password=how.password,
                engine=how.engine,
                models=how.models,
                limits=how.limits,
                corrections=how.corrections,
                min_confidence=how.min_confidence,
            ) as (found, opened),
        ):
            reports = tuple(pipeline.renamed(one, first.url) for one in found) if first.url else found
            extras = _extras(task, source, opened)
            results = [_staged(first, reports, task, 0, extras)]
            for place, other in enumerate(others, 1):
                renamed = tuple(pipeline.renamed(one, str(other.path)) for one in reports)
                results.append(_staged(other, renamed, task, place, extras))
        return Done(tuple(results))
    except GongkaiError as error:
        again = isinstance(error, EngineError | UnreachableError)
        return _failed(task, Verdict(error.verdict), line(error), again=again)
    except MemoryError:
        return _failed(task, Verdict.OVER_LIMIT, "memory: the system gave no more")
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            return Done((), unwritable=OSError(error.errno, error.strerror))
        cause = ": ".join(filter(None, (type(error).__name__, line(error))))
        return _failed(task, Verdict.CRASHED, cause, trace=traceback.format_exc())


def _extras(task: Task, source: Path | tuple[Path, ...], opened: Opened | None) -> dict[str, folder.Writer]:
    """What writes the files that were asked for besides those of every report."""
    how = task.settings
    wanted = how.extras_of(paged=opened is not None)
    writers: dict[str, folder.Writer] = {folder.EVIDENCE: partial(evidence.write, document=opened)}
    if how.text or how.searchable:
        from extract import fulltext  # needs OpenCV

        whole = fulltext.Whole(opened, source if isinstance(source, Path) else source[0], how.limits)
        writers |= {folder.TEXT: whole.text, folder.SECTIONS: whole.sections, folder.SEARCHABLE: whole.searchable}
    return {name: writers[name] for name in wanted}


@contextmanager
def _fetched(task: Task) -> Iterator[Path | tuple[Path, ...]]:
    """The task's file, or files: those behind an address are here as long as they are read."""
    first = task.documents[0]
    if not first.url:
        yield first.path if len(first.paths) == 1 else first.paths
        return
    folder = task.staging / "fetched"
    try:
        yield urls.fetch(first.url, folder, task.settings.limits.file_bytes)
    except urls.AddressError as error:
        raise UnreachableError(line(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _staged(
    document: Document, reports: tuple[Report, ...], task: Task, place: int, extras: Mapping[str, folder.Writer]
) -> Result:
    target = task.staged(place)
    target.mkdir(parents=True)
    folder.fill(reports, target, extras)
    atomic.to_disk(target)  # here and not where it is put in place: that is done for all workers by one process
    outcomes = tuple(
        documents.outcome(document.name, one, (document.output / folder.below(one)).as_posix()) for one in reports
    )
    cells = tuple(packed(row(cell) for cell in one.cells) for one in reports)
    verdict = max((one.verdict for one in outcomes), key=SEVERITY.index)
    return Result(verdict, outcomes, cells)


def _failed(task: Task, verdict: Verdict, cause: str, *, again: bool = False, trace: str = "") -> Done:
    return Done(tuple(failure(one, verdict, cause, again=again, trace=trace) for one in task.documents))
