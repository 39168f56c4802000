"""`gongkai status`."""

from __future__ import annotations

from pathlib import Path

import click

from extract.cli.options import FILLED, FORMAT, examples, shown


@click.command(
    short_help="Say how a run stands.",
    epilog=examples(
        """
        gongkai status out                     how far, how fast, what needs a human; also while it runs
        gongkai status out --format json       the same for programs
        watch gongkai status out               again every two seconds
        """,
        "Exit status: 0, whatever came of the documents; 2 wrong usage, or OUT holds no run.",
    ),
)
@click.argument("output", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="OUT")
@FORMAT
def status(output: Path, *, form: str) -> None:
    """Say how the latest run into OUT stands, also while it goes on: counts, rate, time left, worst documents first."""
    from extract import summary
    from extract.bulk import place
    from extract.bulk.database import LedgerError
    from extract.bulk.status import status as status_of
    from extract.export.untrusted import terminal_json

    if not place.ledger(output).is_file():
        raise click.UsageError(f"no run to tell of in {shown(str(output))}: {FILLED}")
    try:
        one = status_of(output)
    except LedgerError as error:
        raise click.UsageError(f"no run to tell of: {shown(str(error))}") from error
    if form == "json":
        click.echo(terminal_json(summary.status_record(one)))
    else:
        for line in summary.status_lines(one):
            click.echo(line)
