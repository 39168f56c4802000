"""A run: many documents in, their results out, in place one by one. No document stops another."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from extract.bulk import place, tables, versions
from extract.bulk.cluster import Cluster
from extract.bulk.events import Event, Executor, Finished, Here, Lost, Started
from extract.bulk.ledger import Entry, Key, Ledger
from extract.bulk.onray import OnRay
from extract.bulk.supervise import RECYCLE, Workers
from extract.bulk.task import FULL, Result, Settings, Task, failure, line
from extract.export import atomic, folder
from extract.export.documents import Outcome
from extract.inputs import Document, Plan
from extract.model import Verdict

WORK = "extract.bulk.work:work"
"""The function that does a task."""

_FAILED = frozenset({Verdict.UNREADABLE, Verdict.PASSWORD, Verdict.OVER_LIMIT, Verdict.TIMED_OUT, Verdict.CRASHED})
"""Verdicts of documents that could not be read."""

_GLANCE = 0.02
"""Seconds that finding the next task may take before those who do them are looked after."""

_OF_LIMITS = frozenset({Verdict.OVER_LIMIT, Verdict.TIMED_OUT, Verdict.CRASHED})
"""Verdicts that other limits may change."""


@dataclass(frozen=True, slots=True)
class How:
    """How a run goes about it: how many at a time, on which machines, and what it does again.

    `on` is the address of a Ray cluster, see `extract.bulk.onray`; empty for this machine. `jobs` 0 reads in this
    process, or with all CPUs of the cluster.
    """

    settings: Settings = field(default_factory=Settings)
    jobs: int = 1
    on: str = ""
    force: bool = False
    retry_failed: bool = False
    recycle: int = RECYCLE
    work: str = WORK


@dataclass(frozen=True, slots=True)
class Told:
    """News of a document: its result, taken over from an earlier run or new; or, without one, why it is tried again.

    `alone` says that it is tried again with nothing beside it, once all others are done.
    """

    document: Document
    result: Result | None
    fresh: bool = True
    seconds: float = 0.0
    cause: str = ""
    alone: bool = True


def run(plan: Plan, out: Path, how: How, ledger: Ledger, stopped: Callable[[], str] = lambda: "") -> Iterator[Told]:
    """Extract every document of the plan that is not done, yielding each one's news once its results are in place.

    cells.parquet and documents.csv take their places when the iterator is exhausted; when the run is stopped or raises,
    they stay as they were. The caller holds the lock of `out`.

    Args:
        plan: The documents.
        out: The output folder.
        how: How to go about it.
        ledger: The ledger of `out`.
        stopped: Why to stop, empty for going on.

    Raises:
        OSError: the output folder cannot be written.
        WorkerError: worker processes do not start, or the cluster is not there.
    """
    one = _Run(out, how, ledger)
    staging = place.staging(out)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    ledger.begin(plan.documents, plan.unmatched, how.jobs, force=how.force)
    for parent in {(out / document.output).parent for document in plan.documents}:
        atomic.swept(parent)
    executor = _executor(how, staging, ledger.waits())
    why = "error"
    try:
        with closing(executor):
            yield from one.all(executor, plan.documents, lambda: bool(stopped()))
            if not stopped():
                tables.write(
                    ledger, out, staging, lambda calls: executor.call(calls, lambda: bool(stopped())), force=how.force
                )
        why = stopped()
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        ledger.end(why)


def _executor(how: How, staging: Path, ahead: int) -> Executor:
    limits = how.settings.limits
    if how.on:
        return Cluster(OnRay(how.on, how.work, how.jobs, limits, how.recycle))
    return (
        Workers(how.work, how.jobs, staging, limits, recycle=how.recycle, ahead=ahead) if how.jobs else Here(how.work)
    )


@dataclass(slots=True)
class _Run:
    out: Path
    how: How
    ledger: Ledger
    options: str = ""
    limits: str = ""
    contents: dict[Document, str] = field(default_factory=dict)
    news: list[Told] = field(default_factory=list)

    def all(self, executor: Executor, documents: Sequence[Document], stopped: Callable[[], bool]) -> Iterator[Told]:
        """Have the executor do what is to be done, and put it in place."""
        self.options = versions.options_of(self.how.settings)
        self.limits = versions.limits_of(self.how.settings)
        for events in executor.run(self._tasks(documents), stopped):
            if events:
                with self.ledger.together():
                    for event in events:
                        self._take(event)
            yield from self._news()
        yield from self._news()

    def _take(self, event: Event) -> None:
        match event:
            case Started(task):
                self.ledger.started(task.documents)
            case Finished(task, done, seconds):
                if done.unwritable is not None:
                    raise done.unwritable
                for number, (document, result) in enumerate(zip(task.documents, done.results, strict=True)):
                    self._settle(document, result, seconds, task.staged(number))
                self._forget(task)
            case Lost(task, verdict, cause, seconds, log, again, alone):
                if again:
                    self.ledger.waiting(task.documents)
                for document in task.documents:
                    if again:
                        self.news.append(Told(document, None, cause=cause, alone=alone))
                    else:
                        self._settle(document, failure(document, verdict, cause, trace=log), seconds)
                shutil.rmtree(task.staging, ignore_errors=True)
                if not again:
                    self._forget(task)

    def _news(self) -> Iterator[Told]:
        news, self.news = self.news, []
        yield from news

    def _forget(self, task: Task) -> None:
        shutil.rmtree(task.staging, ignore_errors=True)
        for document in task.documents:
            self.contents.pop(document, None)

    def _tasks(self, documents: Sequence[Document]) -> Iterator[Task | None]:
        """What there is to read; None now and then while the next is sought."""
        looked = time.monotonic()
        for task in self._sought(documents):
            if task or time.monotonic() - looked > _GLANCE:
                yield task
                looked = time.monotonic()

    def _sought(self, documents: Sequence[Document]) -> Iterator[Task | None]:
        """What there is to read, a file's content once; None for each document that is done already, or hashed."""
        like: dict[tuple[int, str], list[Document]] = defaultdict(list)
        for one in documents:
            if len(one.paths) == 1 and (size := _size(one.path)):
                like[size, one.path.suffix.lower()].append(one)
        alike = {one: group for group in like.values() if len(group) > 1 for one in group}
        twins: dict[Document, list[Document]] = {}
        for document in documents:
            if document in alike and document not in twins:
                equal: dict[str, list[Document]] = defaultdict(list)
                for one in alike[document]:  # only files of one size and kind of name may be equal
                    self.contents[one] = self._content(one)
                    equal[self.contents[one] or one.name].append(one)
                    yield None
                twins |= {one: group for group in equal.values() for one in group}
            group = twins.get(document, [document])
            if group[0] is document:
                wanted = [one for one in group if self._wanted(one)]
                yield self._task(wanted) if wanted else None

    def _content(self, document: Document) -> str:
        return versions.content_of(document, self.how.settings.limits.file_bytes)

    def _task(self, documents: Sequence[Document]) -> Task:
        staging = place.staging(self.out) / secrets.token_hex(8)
        return Task(tuple(documents), self.how.settings, staging)

    def _wanted(self, document: Document) -> bool:
        """Whether a document is to be read; if not, what is known of it is news."""
        content = self.contents.get(document) or self._content(document)
        if document.url and self.how.settings.corrections is not None:
            content = ""  # its bytes would tell which corrections are its own: it is read each time
        self.contents[document] = content
        known = self.ledger.known(document)
        if known is None or not self._holds(known, content):
            return True
        outcomes = tuple(self.ledger.outcomes(document))
        if not self._there(outcomes):
            return True
        del self.contents[document]
        self.ledger.settled()
        self.news.append(Told(document, Result(known.verdict, outcomes), fresh=False))
        return False

    def _holds(self, known: Entry, content: str) -> bool:
        """Whether reading again would give what is known."""
        key = self._key(content)
        failed = known.verdict in _FAILED
        return not (
            known.again
            or not content
            or (key.content, key.options, key.software) != (known.key.content, known.key.options, known.key.software)
            or (known.verdict in _OF_LIMITS and key.limits != known.key.limits)
            or (known.verdict is Verdict.PASSWORD and self.how.settings.password is not None)
            or (failed and self.how.retry_failed)
        )

    def _there(self, outcomes: Iterable[Outcome]) -> bool:
        """Whether all files of a document's results are where they were put."""
        return all(
            folder.is_whole(self.out / one.output, self.how.settings.extras_of(paged=one.pages > 0))
            for one in outcomes
            if one.output
        )

    def _key(self, content: str) -> Key:
        options = self.options + versions.corrections_of(self.how.settings, content)
        return Key(content, options, self.limits, versions.software())

    def _settle(self, document: Document, result: Result, seconds: float, new: Path | None = None) -> None:
        """Put a document's results in place, and write down what became of it."""
        content = self.contents.get(document, "")
        target = self.out / document.output
        if result.cells and new is not None:
            try:
                folder.place(new, target)
            except OSError as error:
                if error.errno in FULL:
                    raise
                result = failure(document, Verdict.CRASHED, f"{type(error).__name__}: {line(error)}", again=True)
        if not result.outcomes[0].output:
            outcome = result.outcomes[0]
            left = f" (an older result is still in {document.output})" if folder.holds_result(target) else ""
            sha256 = content if len(document.paths) == 1 and not document.url else ""
            result = replace(result, outcomes=(replace(outcome, error=outcome.error + left, sha256=sha256),))
        self.ledger.done(document, result, self._key(content), seconds)
        self.news.append(Told(document, result, seconds=seconds))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
