"""How far each page of a document is read: in full where a table may be on it."""

from __future__ import annotations

import re
from collections.abc import Callable

from extract.detect import Vocabulary
from extract.model import Page
from extract.ocr import Engine
from extract.source import PageSource
from extract.titles import Titles

_FIGURES = re.compile(r"(?:(?<!\S)[-+]?\d[\d,.]*\s+){3}|(?:(?<!\S)(?:[-+]?\d[\d,.]*|\S)\s+){5}")
"""Figures beside each other, as in a row of a table, or more of them and of marks that stand for none."""

_ROW = re.compile(r"(?m)\s[-+]?\d[\d,.]*\s*$")
"""A line that ends in a figure of its own, as a row of a table does."""

_FRAMED = 0.12
"""Share of a page with lines that is the form's labels, from which it is read."""

_HEADER = 0.1
"""The same of a page with a row of figures: a table's header and its first row may stand at the page's foot."""

_FOOT = 0.5
"""Share of a page's last lines, or all of them, that is labels of the form, where a header or one row is all there is.
"""

_RULED = 2
"""Lines between which a row may stand alone, on a page after others of its table."""

_LINES = 3
"""Lines at the end of a page, besides its number."""

_TOP = 200
"""Characters at the beginning of a page in which a table's last row would stand."""


def read_page(
    source: PageSource,
    words: Vocabulary,
    ocr: Callable[[], Engine],
    before: Page | None,
    rotation: int | None,
    *,
    wanted: bool,
) -> Page:
    """A page in full where it may hold a table or people say so; else its text, as far as that may tell of issuers.

    Args:
        source: The page, open.
        words: What the form's labels are made of.
        ocr: Gives the engine, asked only for a page that is an image.
        before: The page before, where it was read in full.
        rotation: Degrees clockwise that people turned it by.
        wanted: Whether people said where a table is on it.

    Raises:
        EngineError: The page must be read from its image, and the engine or its models are missing.
        LimitError: It is larger than the limits.
    """
    if source.kind == "image":
        from extract.scan.page import read_page as scanned  # OpenCV is needed for such pages only

        skimmed = source.skim()
        turns = None if rotation is None else (rotation - skimmed.rotation) // 90 % 4
        return scanned(skimmed, source.raster(), ocr, words.likeness, before, wanted=wanted, turns=turns)
    share = words.share(source.text)
    framed = source.drawn.lines >= 3
    if framed and share < _FRAMED:
        share = max(share, words.share("\n".join(line[::-1] for line in source.text.splitlines())))  # on its head
    unruled = before is not None and len(before.rulings) < 3  # a table without rulings may go on here
    worth = (framed and (before or share >= _FRAMED)) or share >= (0.03 if unruled else 0.35)
    worth = worth or (before is not None and _FIGURES.search(_beginning(source.text)) is not None)  # a table's last row
    if before is not None and source.drawn.lines >= _RULED:
        worth = worth or words.likeness(source.text) >= _FOOT
    worth = worth or (share >= 0.2 and len(_ROW.findall(source.text)) > 1)
    worth = worth or (share >= _HEADER and _FIGURES.search(source.text) is not None)
    worth = worth or (share >= _HEADER and words.likeness(_end(source.text)) >= _FOOT)
    if worth or wanted or rotation is not None:
        return source.read(rotation)
    return source.read_text() if Titles.shipped().tells(source.text) else source.skim()


def _end(text: str) -> str:
    """The last lines of a page that have words."""
    return "\n".join([line for line in text.splitlines() if any(map(str.isalpha, line))][-_LINES:])


def _beginning(text: str) -> str:
    """The first characters of a page, the words of a watermark that is all over it only once."""
    first: list[str] = []
    words: set[str] = set()
    for line in text.splitlines():
        if line not in words:
            first.append(line)
        if any(map(str.isalpha, line)):
            words.add(line)
    return "\n".join(first)[:_TOP]
