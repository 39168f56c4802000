"""The reference of the command line, from the command itself."""

from __future__ import annotations

import click

from extract.cli import main

WIDTH = 100


def page() -> str:
    """Markdown: what `--help` says of each command."""
    root = click.Context(main, info_name="gongkai", max_content_width=WIDTH, terminal_width=WIDTH)
    parts = ["# Commands", "", "What `gongkai COMMAND --help` says.", "", *_helped(root)]
    for name in main.list_commands(root):
        command = main.get_command(root, name)
        assert command is not None
        context = click.Context(
            command, root, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH, **command.context_settings
        )
        parts += [f"## gongkai {name}", "", *_helped(context)]
    return "\n".join(parts)


def _helped(context: click.Context) -> list[str]:
    return ["```text", context.get_help(), "```", ""]
