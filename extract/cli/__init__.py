"""The command `gongkai`: arguments in, lines out. Everything else happens in the rooms below."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from extract import __version__
from extract.cli.options import examples

_COMMANDS = ("extract", "status", "review", "check", "show", "models", "doctor", "completion")
"""In the order in which one comes to need them; each is a module of this package, loaded when it is asked for."""

_EXAMPLES = examples(
    """
    gongkai extract report.pdf -o out              the tables of a report, into out/report/
    gongkai extract archive/ -o out --jobs 4       of thousands; the same command goes on where it was stopped
    gongkai status out                             how a run stands, also while it goes on
    gongkai review out                             correct what is flagged, in a browser
    gongkai check out                              hold the reports of a body against each other
    gongkai show report.pdf --page 3 -o page.png   a page with what was found on it
    gongkai doctor                                 whether all is well with this installation
    """
)


class _Commands(click.Group):
    """The commands, none of them loaded before it is needed: `gongkai --version` needs none."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; None where there is none."""
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"extract.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; of one that there is not, the error names what is like it."""
        from difflib import get_close_matches

        if args and (like := get_close_matches(args[0], _COMMANDS, 1)) and args[0] not in _COMMANDS:
            raise click.UsageError(f"no such command {args[0]!r}: gongkai {like[0]}?", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gongkai", message="%(prog)s %(version)s")
def main() -> None:
    """Recover the statistical tables of Chinese government-information-disclosure annual reports.

    PDFs, scans, Word files, web pages and texts are read. Every number is right, or is flagged.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a name that the terminal cannot show must not end the run
            reconfigure(errors="backslashreplace")
