"""The command `gongkai`: arguments in, lines out. Everything else happens in the rooms below."""

from __future__ import annotations

import sys
from importlib import import_module

import click

_COMMANDS = ("extract", "status", "review", "check", "show", "models", "doctor")
"""Commands in the order in which one comes to need them; each is a module of this package, loaded when asked for."""

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


@click.group(cls=_Commands, epilog=_EXAMPLES)
@click.version_option(package_name="gongkai", prog_name="gongkai", message="%(prog)s %(version)s")
def main() -> None:
    """Recover the statistical tables of Chinese government-information-disclosure annual reports, PDFs or scans.

    Every number is right, or is flagged.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a name that the terminal cannot show must not end the run
            reconfigure(errors="backslashreplace")
