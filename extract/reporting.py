"""What a run says on stderr while it goes on: a bar on a terminal, plain lines in a log, JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import click

from extract import summary
from extract.bulk import status
from extract.bulk.ledger import Ledger
from extract.bulk.run import Told
from extract.export.documents import Outcome
from extract.export.untrusted import storable, terminal_text
from extract.inputs import Plan

_EVERY = 60.0
"""Seconds between two lines that say how far the run is."""


class Reporter:
    """Says what happens to documents, as it happens."""

    def __init__(self, *, quiet: bool, as_json: bool, traceback: bool) -> None:
        self._quiet = quiet
        self._json = as_json
        self._traceback = traceback
        self._advance: Callable[[], None] | None = None
        self._ledger: Ledger | None = None
        self._told = time.monotonic()

    @contextmanager
    def reporting(self, plan: Plan, ledger: Ledger) -> Iterator[None]:
        """Report on a run of this plan: what matched nothing first, then what `tell` is given."""
        self._ledger = ledger
        self._event("begin", documents=len(plan.documents), unmatched=len(plan.unmatched))
        for one in plan.unmatched:
            self._fault(one.name, one.cause)
        if not (sys.stderr.isatty() and not self._quiet and not self._json):
            yield
            if not self._quiet:
                self._event("end", **summary.status_record(status.of(ledger, active=False)))
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("reading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            self._advance = partial(bar.advance, bar.add_task("reading", total=len(plan.documents)))
            yield
            self._advance = None

    def tell(self, news: Told) -> None:
        """Report what became of a document, and now and then how far the run is."""
        if news.result is None:
            self._again(news)
        else:
            for one in news.result.outcomes:
                self._outcome(news, one)
            if self._advance:
                self._advance()
        if not self._advance and not self._quiet and time.monotonic() - self._told >= _EVERY and self._ledger:
            self._told = time.monotonic()
            how_far = status.of(self._ledger, active=True, worst=0)
            if self._json:
                self._event("progress", **summary.status_record(how_far))
            else:
                self._line(summary.progress_line(how_far))

    def stopped(self, why: str) -> None:
        """Report that a signal ended the run."""
        self._event("stopped", signal=why)
        if not self._json:
            self._line(f"stopped by {why}: the same command goes on from here")

    def _again(self, news: Told) -> None:
        self._event("again", document=storable(news.document.name), cause=news.cause, alone=news.alone)
        if not self._json and not self._quiet:
            how = "once more, alone" if news.alone else "elsewhere"
            self._line(f"{news.document.name}: {news.cause}: it is tried {how}")

    def _outcome(self, news: Told, one: Outcome) -> None:
        if self._json:
            self._event("document", fresh=news.fresh, seconds=round(news.seconds, 3), **summary.record(one))
        elif one.failed:
            self._fault(one.document, one.error)
        for finding in one.findings[: one.misfits] if not self._json else ():
            self._fault(one.document, finding)
        if self._traceback:
            for line in one.traceback.splitlines():
                self._line(line)

    def _fault(self, name: str, cause: str) -> None:
        if self._json:
            self._event("fault", document=storable(name), cause=cause)
        else:
            self._line(f"{name}: {cause}")

    def _event(self, event: str, **fields: object) -> None:
        if self._json:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            click.echo(json.dumps({"event": event, "time": now, **fields}), err=True)

    def _line(self, text: str) -> None:
        click.echo(terminal_text(text), err=True)
