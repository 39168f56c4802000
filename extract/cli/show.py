"""`gongkai show`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from extract.cli.options import ENGINE, MODELS, PASSWORD, examples, for_engine, shown


@click.command(
    short_help="Draw a page with what was found on it.",
    epilog=examples(
        """
        gongkai show report.pdf                       the first page with a table, into page.png
        gongkai show report.pdf --page 3 -o three.png
        gongkai show page-1.png page-2.png --page 2   two images of one document
        """,
        "Exit status: 0 the page is drawn; 1 it cannot be; 2 wrong usage.",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--page", type=click.IntRange(min=1), metavar="N", help="Page to draw; by default the first that holds a table."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="page.png",
    show_default=True,
    help="Picture to write.",
)
@PASSWORD
@ENGINE
@MODELS
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
        render(source, page, output, password=password, engine=engine, models=for_engine(engine, models))
    except GongkaiError as error:
        click.echo(shown(f"{', '.join(map(str, files))}: {error}"), err=True)
        sys.exit(1)
