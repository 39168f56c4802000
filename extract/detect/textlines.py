"""Lines of text across a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from extract.model import BBox, Word

_VALUE = re.compile(r"[+\-−－]?\d[\d,.]*\D?|[-/\\—]{1,3}")


class TextLine(NamedTuple):
    """A line across a page: how many words it has, how many of these hold a digit, and how many are but a number."""

    text: str
    bbox: BBox
    words: int
    figures: int
    values: int


def text_lines(words: Sequence[Word]) -> list[TextLine]:
    """Words joined into lines across the page, top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.bbox.top + word.bbox.bottom) / 2):
        middle = (word.bbox.top + word.bbox.bottom) / 2
        if lines and middle < lines[-1][-1].bbox.bottom and middle > lines[-1][-1].bbox.top:
            lines[-1].append(word)
        else:
            lines.append([word])
    joined = []
    for line in lines:
        line.sort(key=lambda word: word.bbox.x0)
        box = reduce(BBox.union, (word.bbox for word in line))
        figures = sum(any(char.isdigit() for char in word.text) for word in line)
        values = sum(_VALUE.fullmatch(unicodedata.normalize("NFKC", word.text)) is not None for word in line)
        joined.append(TextLine("".join(word.text for word in line), box, len(line), figures, values))
    return joined


def around(lines: Sequence[TextLine]) -> BBox:
    """The box of some lines."""
    return reduce(BBox.union, (line.bbox for line in lines))
