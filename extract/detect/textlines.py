"""Lines of text across a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.detect.blocks import outside
from extract.model import BBox, Glyphs, Page, Word
from extract.swift import swift

_FIGURE = re.compile(r"\d").search
_VALUE = re.compile(r"[+\-−－]?\d[\d,.]*\D?|[-/\\—]{1,3}").fullmatch
_IDEOGRAPHS = "\u3400", "\u9fff"
"""The first and the last: a word that may be a value does not begin with one."""


@swift
@dataclass(frozen=True, slots=True)
class TextLine:
    """A line across a page: how many words it has, how many of these hold a digit, and how many are but a number.

    `numbered` says that one of these begins it, before words: on a scan the number of a heading may be read so.
    """

    text: str
    bbox: BBox
    words: int
    figures: int
    values: int
    numbered: bool = False


class Lines:
    """Lines of pages outside some boxes, made once: where tables are looked for and what is heard ask for the same."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, frozenset[BBox]], tuple[Glyphs, tuple[TextLine, ...]]] = {}

    def outside(self, page: Page, boxes: Iterable[BBox]) -> tuple[TextLine, ...]:
        """The lines of the glyphs on a page that lie in none of the boxes, top to bottom."""
        key = id(page.glyphs), frozenset(boxes)  # the glyphs are kept, so that the number stays theirs
        if key not in self._made:
            words = [word for word in outside(page.glyphs, key[1]).words() if _on_page(word, page)]
            self._made[key] = page.glyphs, tuple(text_lines(words))
        return self._made[key][1]


def _on_page(word: Word, page: Page) -> bool:
    """Whether a word is on the page: beside one cut out of a larger sheet stand printer's marks and numbers."""
    return 0 <= word.bbox.x0 + word.bbox.x1 <= 2 * page.extent[0]


def text_lines(words: Sequence[Word]) -> list[TextLine]:
    """Words joined into lines across the page, top to bottom."""
    lines: list[list[Word]] = []
    placed = sorted([((word.bbox.top + word.bbox.bottom) / 2, i, word) for i, word in enumerate(words)])
    last: BBox | None = None
    for middle, _, word in placed:
        if last is not None and last.top < middle < last.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
        last = word.bbox
    return [_joined(line) for line in lines]


def _joined(line: list[Word]) -> TextLine:
    if len(line) > 1:
        line.sort(key=lambda word: word.bbox.x0)
    text = "".join([word.text for word in line])
    figures = sum([_FIGURE(word.text) is not None for word in line]) if _FIGURE(text) else 0
    first, last = _IDEOGRAPHS
    bare = [word.text for word in line if not first <= word.text[0] <= last]
    values = sum([_is_value(text) for text in bare])
    numbered = values == 1 < len(line) and _is_value(line[0].text)
    return TextLine(text, around(line), len(line), figures, values, numbered)


def _is_value(text: str) -> bool:
    return _VALUE(unicodedata.normalize("NFKC", text)) is not None


def around(printed: Sequence[TextLine | Word]) -> BBox:
    """The box of some lines or words."""
    if len(printed) == 1:
        return printed[0].bbox
    x0, top, x1, bottom = zip(*[one.bbox for one in printed], strict=True)
    return BBox(min(x0), min(top), max(x1), max(bottom))
