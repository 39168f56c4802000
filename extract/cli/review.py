"""`gongkai review`."""

from __future__ import annotations

from pathlib import Path

import click

from extract.cli.options import ENGINE, FILLED, MIN_CONFIDENCE, MODELS, PASSWORD, examples, for_engine, shown


@click.command(
    short_help="Correct the documents of a run in a browser.",
    epilog=examples(
        """
        gongkai extract reports/ -o out
        gongkai review out                     correct what is flagged, in a browser
        gongkai extract reports/ -o out --corrections out/corrections
        gongkai review out --who wang --blind  a second reader, who does not see what the first said
        """
    ),
)
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--corrections",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of correction files to read and write.  [default: OUT/corrections]",
)
@click.option("--who", default="", metavar="NAME", help="Who makes the corrections.  [default: the user's name]")
@click.option(
    "--blind",
    is_flag=True,
    help="Hide what others said of cells: who reads a second time does not see the first, and where the two differ, "
    "the cell is flagged.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="Port to listen on.  [default: any free one]",
)
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@PASSWORD
@ENGINE
@MODELS
@MIN_CONFIDENCE
def review(
    out: Path,
    *,
    corrections: Path | None,
    who: str,
    blind: bool,
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
    if next(out.rglob("report.json"), None) is None:
        raise click.UsageError(f"no report.json below {shown(str(out))}: {FILLED}")
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

    corrections = corrections or out / "corrections"
    try:
        corrections.mkdir(parents=True, exist_ok=True)  # so that what replays it finds it, though nothing is corrected
    except OSError as error:
        raise click.UsageError(f"cannot write to {shown(str(corrections))}: {error.strerror}") from error
    try:
        serve(
            out,
            corrections,
            ready,
            port=port,
            who=who,
            blind=blind,
            password=password,
            engine=engine,
            models=for_engine(engine, models),
            min_confidence=min_confidence,
        )
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error.strerror}") from error
