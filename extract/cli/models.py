"""`gongkai models`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from extract.cli.options import OUTPUT, examples, shown


@click.command(
    short_help="Prepare folders of OCR models.",
    epilog=examples(
        """
        gongkai models -o models                     the models that come with gongkai, as PaddleOCR wants them
        gongkai models my-recogniser/ -o models      a PP-OCR recogniser of your own
        gongkai extract scan.pdf -o out --engine paddleocr --models models
        """
    ),
)
@click.argument("source", required=False, type=click.Path(exists=True, path_type=Path))
@OUTPUT
def models(source: Path | None, output: Path) -> None:
    """Prepare folders of PP-OCR models for --models, from those installed or from SOURCE. Nothing is downloaded."""
    from extract.errors import GongkaiError
    from extract.ocr.models import prepare

    try:
        for folder in prepare(output, source):
            click.echo(shown(str(folder)))
    except GongkaiError as error:
        click.echo(shown(str(error)), err=True)
        sys.exit(1)
