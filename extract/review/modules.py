"""The front end's own files: the modules that both homes load, and where any part of it is read from."""

from __future__ import annotations

from importlib import resources

SHARED = (
    "elements.js",
    "words.js",
    "sums.js",
    "desk.js",
    "moving.js",
    "lines.js",
    "regions.js",
    "tables.js",
    "overlay.js",
    "sheet.js",
    "assigning.js",
    "focus.js",
    "bar.js",
    "keys.js",
    "review.js",
)
"""The modules of a document under correction, each after those that it imports."""

GROUPS = ("wallwords.js", "wall.js", "wallviews.js", "mosaic.js")
"""Those of group verification, which the page alone has."""


def part(name: str) -> str:
    """The text of one of the front end's files."""
    return resources.files("extract.review").joinpath(name).read_text(encoding="utf-8")
