"""The command `gongkai`: arguments in, lines out. Everything else happens in the rooms below."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from extract.bulk.ledger import Ledger
    from extract.bulk.run import How
    from extract.inputs import Plan
    from extract.reporting import Reporter

_PASSWORD = click.option(
    "--password", envvar="GONGKAI_PASSWORD", metavar="PW", help="User password of encrypted PDFs.", show_envvar=True
)

_ENGINE = click.option(
    "--engine",
    type=click.Choice(["rapidocr", "paddleocr", "tesseract"]),
    default="rapidocr",
    envvar="GONGKAI_ENGINE",
    show_default=True,
    show_envvar=True,
    help="OCR engine for pages that are images.",
)
_MODELS = click.option(
    "--models",
    type=click.Path(exists=True, path_type=Path),
    envvar="GONGKAI_MODELS",
    metavar="DIR",
    show_envvar=True,
    help="Folder of OCR models to use instead of those that come with the engine (see gongkai models).",
)

_MIN_CONFIDENCE = click.option(
    "--min-confidence",
    type=click.FloatRange(min=0, max=1),
    default=0.0,
    metavar="P",
    help="Flag numbers too that are right with a probability below P, such as 0.999.",
)

_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}


class _Bytes(click.ParamType[int]):
    """A number of bytes: 4G, 512M."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes as a number; fails for what is no size."""
        text = str(value).strip().upper().removesuffix("B")
        try:
            size = int(float(text[:-1]) * _UNITS[text[-1]]) if text[-1:] in _UNITS else int(text)
        except (ValueError, OverflowError):
            size = 0
        if size <= 0:
            self.fail(f"{value!r} is no size; write 4G or 512M", param, ctx)
        return size


_EXAMPLES = """\b
Examples:
  gongkai extract report.pdf -o out
  gongkai extract reports/ more/*.pdf -o out --strict
  gongkai extract archive/ -o out --jobs 4       thousands; the same command goes on where it was stopped
  gongkai status out                             how it stands, also while it runs
  gongkai extract scan.tif photo.jpg page-1.png page-2.png -o out --join
  gongkai show report.pdf --page 3 -o page.png
  gongkai show photo.jpg -o page.png
  gongkai check out
"""


@click.group(epilog=_EXAMPLES)
@click.version_option(package_name="gongkai", prog_name="gongkai", message="%(prog)s %(version)s")
def main() -> None:
    """Recover the statistical tables of Chinese government-information-disclosure annual reports, PDFs or scans.

    Every number is right, or is flagged.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a name that the terminal cannot show must not end the run
            reconfigure(errors="backslashreplace")


@main.command(
    epilog="""\b
Examples:
  gongkai extract report.pdf -o out
  gongkai extract reports/ -o out              the tree of reports/ is kept below out/
  gongkai extract "archive/**/*.pdf" -o out    a pattern in quotes is expanded by gongkai
  gongkai extract r-p1.png r-p2.png -o out --join    two pages of one document, r

\b
Exit status: 0 all documents extracted; 1 some failed or, under --strict,
need review; 2 wrong usage, no input matched, or another run is writing to the
output; 130 stopped by SIGINT (Ctrl-C), 143 by SIGTERM, 129 by SIGHUP.
"""
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to fill.")
@_PASSWORD
@_ENGINE
@_MODELS
@click.option(
    "--corrections",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of correction files (see gongkai review), replayed in the documents they are for.",
)
@_MIN_CONFIDENCE
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
    show_default="1; with --on, the CPUs of the cluster",
    help="Documents read at a time, each by a process of its own; 0: in this process, without supervision.",
)
@click.option(
    "--on",
    metavar="ADDRESS",
    help="Read on a Ray cluster: HOST:PORT of its head or ray://HOST:PORT; ray: one of this machine alone.",
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Limit for a document.")
@click.option("--max-memory", type=_Bytes(), metavar="SIZE", help="Limit for a document, such as 2G.")
@click.option("--force", is_flag=True, help="Read every document, also those that are done.")
@click.option("--retry-failed", is_flag=True, help="Read those again that could not be read.")
@click.option("--strict", is_flag=True, help="Exit with 1 also when a document needs review.")
@click.option("--quiet", is_flag=True, help="No progress and no text summary: errors only.")
@click.option("--findings", is_flag=True, help="List failing identities and warnings below each document.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the summary.")
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
    from extract.bulk.ledger import LedgerError, opened
    from extract.bulk.run import How
    from extract.bulk.supervise import WorkerError
    from extract.bulk.task import Settings
    from extract.inputs import plan
    from extract.limits import Limits
    from extract.reporting import Reporter

    models = _for_engine(engine, models)
    if _asked_for("engine") or _asked_for("models"):
        _check_engine(engine, models)
    planned = plan(inputs, join=join, follow_links=follow_links)
    if not planned.documents:
        causes = "; ".join(f"{one.name}: {one.cause}" for one in planned.unmatched)
        raise click.UsageError(f"no input matched: {_shown(causes)}")
    if on:
        _check_ray()
    limits = Limits()
    limits = replace(limits, seconds=timeout or limits.seconds, memory=max_memory or limits.memory)
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
        raise click.UsageError(f"cannot write to {_shown(str(output))}: {error.strerror}") from error
    except place.RunningError as error:
        raise click.UsageError(_shown(str(error))) from error
    except (LedgerError, WorkerError) as error:
        raise click.ClickException(_shown(str(error))) from error
    sys.exit(stopped)


@main.command()
@click.argument("output", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="OUT")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def status(output: Path, *, form: str) -> None:
    """Say how the latest run into OUT stands, also while it goes on: counts, rate, time left, worst documents first."""
    from extract import summary
    from extract.bulk.ledger import LedgerError
    from extract.bulk.status import status as status_of
    from extract.export.untrusted import terminal_json

    try:
        one = status_of(output)
    except LedgerError as error:
        raise click.UsageError(f"no run to tell of: {_shown(str(error))}") from error
    if form == "json":
        click.echo(terminal_json(summary.status_record(one)))
    else:
        for line in summary.status_lines(one):
            click.echo(line)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--page", type=click.IntRange(min=1), help="Page to draw; by default the first that holds a table.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default="page.png", show_default=True)
@_PASSWORD
@_ENGINE
@_MODELS
def show(
    files: tuple[Path, ...], *, page: int | None, output: Path, password: str | None, engine: str, models: Path | None
) -> None:
    """Draw a page of FILE, a PDF or an image, with what was found on it; several images are pages of one document.

    That is words, rulings, regions, grids, and the ids and statuses of the cells. On a page that is an image there are
    no words and rulings but the print that was read in each cell.
    """
    from extract.errors import GongkaiError
    from extract.show import render

    source = files[0] if len(files) == 1 else files
    try:
        render(source, page, output, password=password, engine=engine, models=_for_engine(engine, models))
    except GongkaiError as error:
        click.echo(_shown(f"{', '.join(map(str, files))}: {error}"), err=True)
        sys.exit(1)


@main.command(
    epilog="""\b
Examples:
  gongkai extract reports/ -o out
  gongkai review out                           correct what is flagged, in a browser
  gongkai extract reports/ -o out --corrections out/corrections
"""
)
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--corrections",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of correction files to read and write.  [default: OUT/corrections]",
)
@click.option("--who", default="", metavar="NAME", help="Who makes the corrections.  [default: the user's name]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on.  [default: any free one]")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@_PASSWORD
@_ENGINE
@_MODELS
@_MIN_CONFIDENCE
def review(
    out: Path,
    *,
    corrections: Path | None,
    who: str,
    port: int,
    no_browser: bool,
    password: str | None,
    engine: str,
    models: Path | None,
    min_confidence: float,
) -> None:
    """Correct the documents of a run in a page that this machine alone can open.

    OUT is the folder that gongkai extract filled. Corrections are saved as they are made, one file for each document,
    and gongkai extract --corrections replays them.
    """
    try:
        import filelock  # noqa: F401 - asked for before the page is opened
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise click.ClickException(f"{error.name} is missing: pip install 'gongkai[review]'") from error
    from extract.review.server import serve

    def ready(address: str) -> None:
        click.echo(address)
        if not no_browser:
            click.launch(address)

    try:
        serve(
            out,
            corrections or out / "corrections",
            ready,
            port=port,
            who=who,
            password=password,
            engine=engine,
            models=_for_engine(engine, models),
            min_confidence=min_confidence,
        )
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error.strerror}") from error


@main.command(
    epilog="""\b
Examples:
  gongkai models -o models                     the models that come with gongkai, as PaddleOCR wants them
  gongkai models my-recogniser/ -o models      a PP-OCR recogniser of your own
  gongkai extract scan.pdf -o out --engine paddleocr --models models
"""
)
@click.argument("source", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to fill.")
def models(source: Path | None, output: Path) -> None:
    """Prepare folders of PP-OCR models for --models, from those installed or from SOURCE. Nothing is downloaded."""
    from extract.errors import GongkaiError
    from extract.ocr.models import prepare

    try:
        for folder in prepare(output, source):
            click.echo(_shown(str(folder)))
    except GongkaiError as error:
        click.echo(_shown(str(error)), err=True)
        sys.exit(1)


@main.command(
    epilog="""\b
Examples:
  gongkai check out                     what is found is printed and written to out/findings.csv and .xlsx
  gongkai check out --format json       one line of JSON for each finding

\b
Exit status: 0 no findings; 1 findings; 2 wrong usage, or OUT holds no results of a run.
"""
)
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of what is printed.")
def check(out: Path, *, quiet: bool, form: str) -> None:
    """Hold the reports of a run against each other: OUT is the folder that gongkai extract filled.

    The reports of each body are put in order of their years: what a report says of the year before must be what that
    year's report says. Years without a report, several reports on one year, and figures that were published twice are
    found too. Writes findings.csv and findings.xlsx to OUT.
    """
    from extract import across, layout, summary
    from extract.errors import GongkaiError

    try:
        with across.collected(out, layout.shipped()) as store:
            found = across.findings(store, layout.shipped())
            across.write(found, out)
            counts = found.counts()
            if not quiet:
                for one in found:
                    click.echo(summary.finding_json(one) if form == "json" else summary.finding_line(one))
                if form == "text":
                    click.echo(summary.finding_totals(store.count(), counts))
    except GongkaiError as error:
        raise click.UsageError(_shown(f"{out}: {error}")) from error
    except BrokenPipeError:
        raise  # nobody reads on: click ends quietly
    except OSError as error:
        raise click.ClickException(f"cannot write to {_shown(str(out))}: {error.strerror}") from error
    sys.exit(int(bool(counts)))


def _asked_for(parameter: str) -> bool:
    """Whether a parameter stands on the command line."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def _for_engine(engine: str, models: Path | None) -> Path | None:
    """The models to use: the environment names PP-OCR's, which are nothing to Tesseract."""
    return models if engine != "tesseract" or _asked_for("models") else None


def _check_engine(engine: str, models: Path | None) -> None:
    """Say at once, not once for each document, that an engine somebody asked for is not there."""
    from extract.errors import EngineError
    from extract.ocr.engines import engine as ocr_engine

    try:
        ocr_engine(engine, models)
    except EngineError as error:
        raise click.UsageError(_shown(str(error))) from error


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


_LISTED = 20
"""Documents of a run whose lines one sees at a glance; after more of them the worst are named again."""


def _shown(text: str) -> str:
    from extract.export.untrusted import terminal_text

    return terminal_text(text)
