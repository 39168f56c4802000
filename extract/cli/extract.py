"""`gongkai extract`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extract.cli.options import (
    ENGINE,
    FORMAT,
    MIN_CONFIDENCE,
    MODELS,
    OUTPUT,
    PASSWORD,
    Bytes,
    asked_for,
    examples,
    files,
    for_engine,
    shown,
)
from extract.limits import Limits

if TYPE_CHECKING:
    from extract.bulk.ledger import Ledger
    from extract.bulk.run import How
    from extract.inputs import Plan
    from extract.reporting import Reporter

_LIMITS = Limits()

_LISTED = 20
"""Documents of a run whose lines one sees at a glance; after more of them the worst are named again."""


@click.command(
    short_help="Extract the tables of documents.",
    epilog=examples(
        """
        gongkai extract report.pdf -o out                  the tables of a report, into out/report/
        gongkai extract reports/ -o out --jobs 4           of a folder; its tree is kept below out/
        gongkai extract "archive/**/*.pdf" -o out          a pattern in quotes is expanded by gongkai
        gongkai extract r-p1.png r-p2.png -o out --join    two pages of one document, r
        gongkai extract reports/ -o out --corrections out/corrections    as people have set it right
        """,
        "Exit status: 0 all documents extracted; 1 some failed or, under --strict, need review; 2 wrong usage, no "
        "input matched, or another run is writing to the output; 130 stopped by SIGINT (Ctrl-C), 143 by SIGTERM, "
        "129 by SIGHUP.",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", shell_complete=files)
@OUTPUT
@PASSWORD
@ENGINE
@MODELS
@click.option(
    "--corrections",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of correction files (see gongkai review), replayed in the documents they are for.",
)
@MIN_CONFIDENCE
@click.option("--join", is_flag=True, help="Images of one folder, numbered without a gap, are one document.")
@click.option("--follow-links", is_flag=True, help="Follow links that lead out of a directory or pattern.")
@click.option("--no-report", is_flag=True, help="Leave out report.html, the page with the evidence.")
@click.option("--text", is_flag=True, help="Write the whole text too: report.txt and sections.json (slow on scans).")
@click.option(
    "--searchable-pdf", is_flag=True, help="Write searchable.pdf too, with a text layer over scanned pages (slow)."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    metavar="N",
    help="Documents read at a time, each by a process of its own; 0: in this process, without supervision.  "
    "[default: 1; with --on, the CPUs of the cluster]",
)
@click.option(
    "--on",
    metavar="ADDRESS",
    help="Read on a Ray cluster: HOST:PORT of its head or ray://HOST:PORT; ray: one of this machine alone.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help=f"Seconds that a document may take.  [default: {_LIMITS.seconds:g}]",
)
@click.option(
    "--max-memory",
    type=Bytes(),
    metavar="SIZE",
    help=f"Memory that a document may take, such as 2G.  [default: {_LIMITS.memory >> 30}G]",
)
@click.option("--force", is_flag=True, help="Read every document again, also those that are done.")
@click.option("--retry-failed", is_flag=True, help="Read again what could not be read.")
@click.option("--strict", is_flag=True, help="Exit with 1 also when a document needs review.")
@click.option("--quiet", is_flag=True, help="No progress and no text summary: errors only.")
@click.option("--findings", is_flag=True, help="List failing identities and warnings below each document.")
@FORMAT
@click.option("--log-json", is_flag=True, help="Lines of JSON on stderr: what happens, as it happens.")
@click.option("--traceback", is_flag=True, help="Show where an unexpected error came from.")
def extract(
    inputs: tuple[str, ...],
    output: Path,
    *,
    password: str | None,
    engine: str,
    models: Path | None,
    corrections: Path | None,
    min_confidence: float,
    join: bool,
    follow_links: bool,
    no_report: bool,
    text: bool,
    searchable_pdf: bool,
    jobs: int | None,
    on: str | None,
    timeout: float | None,
    max_memory: int | None,
    force: bool,
    retry_failed: bool,
    strict: bool,
    quiet: bool,
    findings: bool,
    form: str,
    log_json: bool,
    traceback: bool,
) -> None:
    """Extract the tables of every INPUT: PDFs, images, Word and HTML files, texts, directories, patterns and URLs.

    Images are TIFF, PNG or JPEG, and each is a document unless --join is given; texts end in .txt. Pages that are
    images are read by an OCR engine, in a PDF too. Old Word, WPS and RTF files become PDFs where LibreOffice is
    installed.

    Writes cells.csv, report.json, tables.xlsx and report.html for each document; cells.parquet, documents.csv,
    documents.parquet, panel.xlsx and datapackage.json for the run. What the output folder holds already and did not
    change is not read again.
    """
    from extract.bulk import place
    from extract.bulk.database import LedgerError
    from extract.bulk.ledger import opened
    from extract.bulk.run import How
    from extract.bulk.supervise import WorkerError
    from extract.bulk.task import Settings
    from extract.inputs import plan
    from extract.reporting import Reporter

    models = for_engine(engine, models)
    if asked_for("engine") or asked_for("models"):
        _check_engine(engine, models)
    planned = plan(inputs, join=join, follow_links=follow_links)
    if not planned.documents:
        causes = "; ".join(f"{one.name}: {one.cause}" for one in planned.unmatched)
        raise click.UsageError(f"no input matched: {shown(causes)}")
    if on:
        _check_ray()
    limits = replace(_LIMITS, seconds=timeout or _LIMITS.seconds, memory=max_memory or _LIMITS.memory)
    settings = Settings(
        password,
        engine,
        models,
        evidence=not no_report,
        limits=limits,
        corrections=corrections,
        text=text,
        searchable=searchable_pdf,
        min_confidence=min_confidence,
    )
    jobs = jobs if jobs is not None else int(not on)
    how = How(settings, jobs, on or "", force=force, retry_failed=retry_failed)
    reporter = Reporter(quiet=quiet, as_json=log_json, traceback=traceback)
    try:
        output.mkdir(parents=True, exist_ok=True)
        with place.locked(output), opened(place.ledger(output)) as ledger:
            stopped = _run(planned, output, how, ledger, reporter)
            if not stopped:
                stopped = _summed(ledger, strict=strict, quiet=quiet, findings=findings, form=form)
    except OSError as error:
        raise click.UsageError(f"cannot write to {shown(str(output))}: {error.strerror}") from error
    except place.RunningError as error:
        raise click.UsageError(shown(str(error))) from error
    except (LedgerError, WorkerError) as error:
        raise click.ClickException(shown(str(error))) from error
    sys.exit(stopped)


def _check_engine(engine: str, models: Path | None) -> None:
    """Say at once, not once for each document, that an engine somebody asked for is not there."""
    from extract.errors import EngineError
    from extract.ocr.engines import engine as ocr_engine

    try:
        ocr_engine(engine, models)
    except EngineError as error:
        raise click.UsageError(shown(str(error))) from error


def _check_ray() -> None:
    """Say at once that Ray is not there."""
    from importlib.util import find_spec

    from extract.bulk.onray import MISSING

    if find_spec("ray") is None:
        raise click.UsageError(MISSING)


def _run(planned: Plan, output: Path, how: How, ledger: Ledger, reporter: Reporter) -> int:
    """Run to the end, or until a signal; the exit status of a run that was stopped, else 0."""
    from extract.bulk.run import run
    from extract.bulk.stopping import stoppable

    with stoppable() as stop, reporter.reporting(planned, ledger):
        for news in run(planned, output, how, ledger, stop):
            reporter.tell(news)
    if stop.number:
        reporter.stopped(stop())
        return stop.exit_status
    return 0


def _summed(ledger: Ledger, *, strict: bool, quiet: bool, findings: bool, form: str) -> int:
    """Print what became of every document, and give the exit status."""
    from extract import summary
    from extract.bulk import status

    tally = summary.Tally()
    for one in ledger.summed():
        tally.add(one)
        if form == "json":
            click.echo(summary.json_line(one))
        elif not quiet:
            click.echo(summary.line(one))
            for finding in summary.findings(one) if findings else ():
                click.echo(f"    {finding}")
    if form == "text" and not quiet:
        click.echo(tally.line())
        if tally.documents > _LISTED:
            for line in summary.worst_lines(status.of(ledger, active=False)):
                click.echo(line)
    return tally.exit_status(strict=strict)
