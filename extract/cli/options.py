"""Options that several commands have, and what they mean."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

OUTPUT = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder to fill.",
)

PASSWORD = click.option(
    "--password", envvar="GONGKAI_PASSWORD", metavar="PW", help="User password of encrypted PDFs.", show_envvar=True
)

ENGINE = click.option(
    "--engine",
    type=click.Choice(["rapidocr", "paddleocr", "tesseract"]),
    default="rapidocr",
    envvar="GONGKAI_ENGINE",
    show_default=True,
    show_envvar=True,
    help="OCR engine for pages that are images.",
)
MODELS = click.option(
    "--models",
    type=click.Path(exists=True, path_type=Path),
    envvar="GONGKAI_MODELS",
    metavar="DIR",
    show_envvar=True,
    help="Folder of OCR models to use instead of those that come with the engine (see gongkai models).",
)

MIN_CONFIDENCE = click.option(
    "--min-confidence",
    type=click.FloatRange(min=0, max=1),
    default=0.0,
    metavar="P",
    help="Flag numbers too that are right with a probability below P, such as 0.999.",
)

FILLED = "name the folder that gongkai extract filled"

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of what is printed.",
)

_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}


class Bytes(click.ParamType[int]):
    """A number of bytes: 4G, 512M."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes as a number; fails for what is no size."""
        text = str(value).strip().upper().removesuffix("B")
        try:
            size = int(float(text[:-1]) * _UNITS[text[-1]]) if text[-1:] in _UNITS else int(text)
        except (ValueError, OverflowError):
            size = 0
        if size <= 0:
            self.fail(f"{value!r} is no size; write 4G or 512M", param, ctx)
        return size


def examples(commands: str, statuses: str = "") -> str:
    """What stands below a command's options: examples, a line each, and what its exit statuses mean."""
    listed = "\b\nExamples:\n" + textwrap.indent(textwrap.dedent(commands).strip("\n"), "  ")
    return f"{listed}\n\n{statuses}" if statuses else listed


def files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Have the shell complete an argument that may be a file, and may be a pattern or an address too."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def asked_for(parameter: str) -> bool:
    """Whether a parameter stands on the command line."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def for_engine(engine: str, models: Path | None) -> Path | None:
    """The models to use: the environment names PP-OCR's, which are nothing to Tesseract."""
    return models if engine != "tesseract" or asked_for("models") else None


def shown(text: str) -> str:
    """Text that may come from a document or a file's name, as a terminal can take it."""
    from extract.export.untrusted import terminal_text

    return terminal_text(text)
