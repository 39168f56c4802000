"""The command `gongkai`: arguments in, lines out. Everything else happens in the rooms below."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.export.documents import Outcome
    from extract.inputs import Plan
    from extract.run import Settings

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

_EXAMPLES = """\b
Examples:
  gongkai extract report.pdf -o out
  gongkai extract reports/ more/*.pdf -o out --strict
  gongkai extract "archive/**/*2023*.pdf" -o out --format json
  gongkai extract scan.tif photo.jpg page-1.png page-2.png -o out --join
  gongkai show report.pdf --page 3 -o page.png
  gongkai show photo.jpg -o page.png
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
need review; 2 wrong usage, or no input matched.
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
@click.option("--join", is_flag=True, help="Images of one folder, numbered without a gap, are one document.")
@click.option("--no-report", is_flag=True, help="Leave out report.html, the page with the evidence.")
@click.option("--strict", is_flag=True, help="Exit with 1 also when a document needs review.")
@click.option("--quiet", is_flag=True, help="No progress and no text summary: errors only.")
@click.option("--findings", is_flag=True, help="List failing identities and warnings below each document.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the summary.")
@click.option("--traceback", is_flag=True, help="Show where an unexpected error came from.")
def extract(
    inputs: tuple[str, ...],
    output: Path,
    *,
    password: str | None,
    engine: str,
    models: Path | None,
    corrections: Path | None,
    join: bool,
    no_report: bool,
    strict: bool,
    quiet: bool,
    findings: bool,
    form: str,
    traceback: bool,
) -> None:
    """Extract the tables of every INPUT: PDFs, images, Word and HTML files, texts, directories of them, and patterns.

    Images are TIFF, PNG or JPEG, and each is a document unless --join is given; texts end in .txt. Pages that are
    images are read by an OCR engine, in a PDF too. Old Word, WPS and RTF files become PDFs where LibreOffice is
    installed.

    Writes cells.csv, report.json, tables.xlsx and report.html for each document, cells.parquet and documents.csv for
    the run.
    """
    from extract import summary
    from extract.inputs import plan
    from extract.run import Settings

    models = _for_engine(engine, models)
    if _asked_for("engine") or _asked_for("models"):
        _check_engine(engine, models)
    planned = plan(inputs, join=join)
    if not planned.documents:
        causes = "; ".join(f"{one.name}: {one.cause}" for one in planned.unmatched)
        raise click.UsageError(f"no input matched: {_shown(causes)}")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"cannot write to {_shown(str(output))}: {error.strerror}") from error
    outcomes = _run(
        planned,
        output,
        Settings(password, engine, models, not no_report, corrections),
        quiet=quiet,
        traceback=traceback,
    )
    if form == "json":
        for one in outcomes:
            click.echo(summary.json_line(one))
    elif not quiet:
        for one in outcomes:
            click.echo(summary.line(one))
            for finding in summary.findings(one) if findings else ():
                click.echo(f"    {finding}")
        click.echo(summary.totals(outcomes))
    sys.exit(summary.exit_status(outcomes, strict=strict))


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


def _run(planned: Plan, output: Path, how: Settings, *, quiet: bool, traceback: bool) -> list[Outcome]:
    """Run to the end; errors go to stderr as they happen, and a bar while stderr is a terminal."""
    from extract.run import run

    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        advance: Callable[[], None] | None = None
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import Progress

            bar = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
            task = bar.add_task("reading", total=len(planned.documents) + len(planned.unmatched))
            advance = partial(bar.advance, task)
        try:
            for one in run(planned, output, how):
                outcomes.append(one)
                _complain(one, traceback=traceback)
                if advance and one.report == one.of:
                    advance()
        except OSError as error:
            raise click.ClickException(f"cannot write to {_shown(str(output))}: {error.strerror}") from error
    return outcomes


def _complain(one: Outcome, *, traceback: bool) -> None:
    if one.failed:
        click.echo(_shown(f"{one.document}: {one.error}"), err=True)
    for finding in one.findings[: one.misfits]:
        click.echo(_shown(f"{one.document}: {finding}"), err=True)
    if traceback:
        for line in one.traceback.splitlines():
            click.echo(_shown(line), err=True)


def _shown(text: str) -> str:
    from extract.export.untrusted import terminal_text

    return terminal_text(text)
