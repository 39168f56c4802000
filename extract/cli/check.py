"""`gongkai check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from extract.cli.options import FORMAT, examples, shown


@click.command(
    short_help="Hold the reports of a run against each other.",
    epilog=examples(
        """
        gongkai check out                     what is found is printed and written to out/findings.csv and .xlsx
        gongkai check out --format json       one line of JSON for each finding
        """,
        "Exit status: 0 no findings; 1 findings; 2 wrong usage, or OUT holds no results of a run.",
    ),
)
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@FORMAT
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
        raise click.UsageError(shown(f"{out}: {error}")) from error
    except BrokenPipeError:
        raise  # nobody reads on: click ends quietly
    except OSError as error:
        raise click.ClickException(f"cannot write to {shown(str(out))}: {error.strerror}") from error
    sys.exit(int(bool(counts)))
