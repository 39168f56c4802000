"""Draw the rooms of the house as the import contract in pyproject.toml has them: python docs/pictures/rooms.py.

What is drawn is what `lint-imports` enforces, with the first sentence of each room's docstring; a test holds it
against the contract.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from textwrap import shorten

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PICTURE = HERE / "rooms.svg"

WIDTH, LINE, MARGIN = 1000, 24, 96
NAMES = 150
"""Pixels for the names of rooms."""
LETTERS = 105
"""Of what is said of a room."""
# What a document has become when it leaves each of these rooms.
FLOW = {
    "source": "pages",
    "scan": "flat pages",
    "detect": "regions",
    "grids": "grids",
    "align": "cells",
    "check": "statuses",
    "pipeline": "reports",
    "export": "files",
    "bulk": "runs",
    "cli": "lines",
}
STYLE = """text{font:13px system-ui,sans-serif;fill:#1f2933}.room{font-weight:600}.said{fill:#52606d}.flow{fill:#00695c}
rect{fill:#f5f7fa}rect.on{fill:#e0f2f1}path{stroke:#00695c;stroke-width:2;fill:none}"""


def layers() -> list[list[str]]:
    """The layers of the contract over all rooms, the highest first, each with those that stand side by side in it."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (contract,) = (one for one in tool["importlinter"]["contracts"] if one["containers"] == ["extract"])
    return [[room.strip(" ()") for room in layer.split("|")] for layer in contract["layers"]]


def said(room: str) -> str:
    """The first sentence of what a room says of itself."""
    folder, module = ROOT / "extract" / room / "__init__.py", ROOT / "extract" / f"{room}.py"
    path = folder if folder.is_file() else module
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    sentence = docstring.split("\n\n")[0].partition(". ")[0].rstrip(".")
    return shorten(sentence, LETTERS, placeholder=" ...")


def drawn() -> str:
    """The picture as SVG."""
    rooms = [room for layer in layers() for room in layer]
    height = LINE * len(rooms) + 60
    lines = list(_rows())
    style = " ".join(STYLE.split("\n"))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'aria-label="The rooms of the house: imports go down only, a document goes up">',
            f"<style>{style}</style>",
            f'<rect width="{WIDTH}" height="{height}" style="fill:#ffffff"/>',
            f'<path d="M{MARGIN - 10} {height - 30}V40m-5 9 5-9 5 9"/>',
            '<text x="8" y="20" class="flow">a document goes up; imports go down only, as lint-imports proves</text>',
            *lines,
            "</svg>\n",
        ]
    )


def _rows() -> Iterator[str]:
    at = 36
    for layer in layers():
        for room in layer:
            on = ' class="on"' if room in FLOW else ""
            yield f'<rect x="{MARGIN}" y="{at}" width="{WIDTH - MARGIN - 8}" height="{LINE - 3}" rx="3"{on}/>'
            yield f'<text x="{MARGIN + 8}" y="{at + 15}" class="room">{room}</text>'
            yield f'<text x="{MARGIN + 8 + NAMES}" y="{at + 15}" class="said">{escape(said(room))}</text>'
            if room in FLOW:
                yield f'<text x="{MARGIN - 18}" y="{at + 15}" class="flow" text-anchor="end">{FLOW[room]}</text>'
            at += LINE


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
