"""`gongkai completion`."""

from __future__ import annotations

import click

from extract.cli.options import examples

_VARIABLE = "_GONGKAI_COMPLETE"


@click.command(
    short_help="Print what makes a shell complete.",
    epilog=examples(
        """
        eval "$(gongkai completion bash)"                 in ~/.bashrc
        eval "$(gongkai completion zsh)"                  in ~/.zshrc, after compinit
        gongkai completion fish > ~/.config/fish/completions/gongkai.fish
        """
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands, options and files of gongkai by the tab key."""
    from click.shell_completion import get_completion_class

    made_for = get_completion_class(shell)
    assert made_for is not None
    click.echo(made_for(ctx.find_root().command, {}, "gongkai", _VARIABLE).source())
