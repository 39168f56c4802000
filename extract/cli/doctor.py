"""`gongkai doctor`."""

from __future__ import annotations

import sys

import click

from extract.cli.options import FORMAT, examples


@click.command(
    short_help="Examine this installation.",
    epilog=examples(
        """
        gongkai doctor                        one screen, to paste into a bug report
        gongkai doctor --format json          the same for programs, digests in full
        """,
        "Exit status: 0 all is well; 1 something must be mended.",
    ),
)
@FORMAT
@click.option("--no-selftest", is_flag=True, help="Leave out the self-test, which takes some seconds.")
def doctor(*, form: str, no_selftest: bool) -> None:
    """Examine this installation: versions, engines, weights, OpenCV, fonts, memory, limits, and a self-test.

    The self-test reads a page of known figures twice, from its text and from its picture. Nothing is fetched.
    """
    from extract.doctor import examine, lines
    from extract.export.untrusted import terminal_json, terminal_text

    found = examine(selftest=not no_selftest)
    if form == "json":
        click.echo(terminal_json(found.record()))
    else:
        for line in lines(found):
            click.echo(terminal_text(line))
    sys.exit(int(bool(found.faults)))
