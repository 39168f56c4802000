"""Comfort in a shell: help with examples, completions, errors that say what to do, and colour."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from extract.cli import main

SAMPLES = Path(__file__).parents[1] / "samples"
COMMANDS = main.list_commands(click.Context(main))
GONGKAI = Path(sys.executable).with_name("gongkai")


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_parse(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "-h"]).stdout
    examples = [line.split() for line in shown.splitlines() if f"gongkai {name}" in line and "Usage" not in line]
    assert examples
    known = {option for one in command(name).params for option in one.opts}
    for words in examples:
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_the_same_is_called_the_same(name: str) -> None:
    for one in command(name).params:
        if isinstance(one, click.Option):
            assert one.help or one.opts == ["-o", "--output"], one.opts
            assert {"output": ["-o", "--output"], "form": ["--format"]}.get(str(one.name), one.opts) == one.opts
        elif one.name in {"out", "output"}:
            assert one.metavar == "OUT"


def test_summaries_of_commands_are_not_cut() -> None:
    listed = CliRunner().invoke(main, ["--help"]).stdout
    assert "..." not in listed.partition("Commands:")[2]
    assert all(f"\n  {name} " in listed for name in COMMANDS)


def test_a_slip_in_a_command_is_set_right() -> None:
    done = CliRunner().invoke(main, ["extrct", "a.pdf"])
    assert done.exit_code == 2
    assert "no such command 'extrct': gongkai extract?" in done.stderr


@pytest.mark.parametrize("name", ["status", "review", "check"])
def test_a_folder_without_a_run_is_told_of(name: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [name, str(tmp_path)])
    assert done.exit_code == 2
    assert "name the folder that gongkai extract filled" in done.stderr


# --- completions


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_taken_by_the_shell(shell: str) -> None:
    script = CliRunner().invoke(main, ["completion", shell]).stdout
    assert "_GONGKAI_COMPLETE" in script
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([program, "-n"], input=script, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_commands_options_and_files(tmp_path: Path) -> None:
    """The completion function that bash would call at the tab key, called."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    script = CliRunner().invoke(main, ["completion", "bash"]).stdout
    (tmp_path / "report.pdf").touch()

    def completed(*words: str) -> set[str]:
        asked = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _gongkai_completion gongkai\n"
        shown = 'compopt() { echo "$@"; }\n' + script + asked + 'printf "%s\\n" "${COMPREPLY[@]}"'
        environment = {**os.environ, "PATH": f"{GONGKAI.parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-c", shown], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return set(done.stdout.split())

    assert completed("gongkai", "ch") >= {"check"}
    assert completed("gongkai", "extract", "--searchable") >= {"--searchable-pdf"}
    assert completed("gongkai", "extract", "--engine", "tess") >= {"tesseract"}
    assert completed("gongkai", "extract", "rep") >= {"default"}  # bash's own completion, of files


# --- colour


def on_a_terminal(arguments: list[str], folder: Path, **environment: str) -> bytes:
    """What a command sends to a terminal."""
    ours, theirs = pty.openpty()
    surroundings = {**os.environ, "TERM": "xterm-256color", **environment}
    process = subprocess.Popen(arguments, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings)
    os.close(theirs)
    told = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        told += more
    os.close(ours)
    assert process.wait() == 0
    return told


def colours(told: bytes) -> list[bytes]:
    return [part for part in told.split(b"\x1b[")[1:] if part.split(b"m")[0].replace(b";", b"").isdigit()]


def test_colour_is_for_terminals_that_want_it(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "city.pdf", tmp_path)
    arguments = [str(GONGKAI), "extract", "city.pdf", "-o", "out", "--force"]
    plain = {one for one in ("NO_COLOR", "FORCE_COLOR") if one in os.environ}
    assert not plain, "the test sets these itself"
    assert any(not part.startswith(b"0m") for part in colours(on_a_terminal(arguments, tmp_path)))
    uncoloured = colours(on_a_terminal(arguments, tmp_path, NO_COLOR="1"))
    assert not [part for part in uncoloured if part.split(b"m")[0].startswith((b"3", b"9", b"4"))]
    piped = subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=True)
    assert b"\x1b" not in piped.stdout + piped.stderr
