"""The text of pages, line by line: from the text layer where it is to be believed, else by PP-OCR of the whole page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from extract.model import BBox, Glyphs, Page, PageInfo, Word
from extract.ocr.wholepage import recognised
from extract.source import Document

_FINEST = 200 / 72
"""Pixels per point that whole-page OCR is given: a finer image costs more and reads no better."""

_LARGEST = 4000
"""Pixels of a page's longer side, at most."""

_GAP, _BESIDE_MARK = 0.7, 0.5
"""Heights of a line from which white parts two words, and what punctuation beside it adds to that."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a page: its words left to right, in points of the upright page, and how surely each was read (0..1)."""

    words: tuple[Word, ...]
    scores: tuple[float, ...]

    @property
    def text(self) -> str:
        """The words, with a blank wherever there is a gap that no punctuation explains."""
        parts = [self.words[0].text]
        for word, following in pairwise(self.words):
            parts += (" ", following.text) if _apart(word, following) else (following.text,)
        return "".join(parts)

    @property
    def bbox(self) -> BBox:
        """The box around it."""
        return reduce(BBox.union, (word.bbox for word in self.words))


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's lines, top to bottom. `source` is "text-layer", "ocr", or "" for a page that shows nothing.

    `turned` is by how many degrees clockwise the page as stored has to be turned to read upright; `width` and `height`
    are those of the upright page, in points.
    """

    number: int
    width: float
    height: float
    turned: int
    source: str
    lines: tuple[TextLine, ...]


def read(document: Document, pages: Sequence[PageInfo]) -> list[PageText]:
    """Read the text of some pages of an open document, as `extract.pipeline` found them.

    Raises:
        EngineError: a page must be read from its image, and PP-OCR or its weights are not there.
        UnreadableError: a page cannot be decoded.
    """
    turns = _turns(document, pages)
    return [_page(document, info, turns.get(info.number, info.rotation)) for info in pages]


def _page(document: Document, info: PageInfo, rotation: int) -> PageText:
    if info.kind == "text":
        with document.page(info.number) as source:
            page = source.read_text()
        lines = tuple(TextLine(line, (1.0,) * len(line)) for line in _in_lines(page.words))
        return PageText(info.number, page.width, page.height, page.rotation, "text-layer", lines)
    if info.kind != "image":
        return PageText(info.number, info.width, info.height, info.rotation, "", ())
    sideways = (rotation - info.rotation) % 180 == 90
    width, height = (info.height, info.width) if sideways else (info.width, info.height)
    scale = min(_FINEST, _LARGEST / max(width, height, 1.0))
    blank = Glyphs("", np.empty((0, 4)))
    page = Page(info.number, width, height, rotation, "image", "", skimmed=True, glyphs=blank)
    read = recognised(np.asarray(document.image(page, scale).convert("RGB"), dtype=np.uint8))
    words = [Word(word.text, BBox(*(edge / scale for edge in word.bbox))) for word, _ in read]
    scores = {id(word): score for word, (_, score) in zip(words, read, strict=True)}
    lines = tuple(TextLine(line, tuple(scores[id(word)] for word in line)) for line in _in_lines(words))
    return PageText(info.number, width, height, rotation, "ocr", lines)


def _turns(document: Document, pages: Sequence[PageInfo]) -> dict[int, int]:
    """Rotations of scanned pages that no table set upright: they lie as most pages that one did."""
    scanned = [info for info in pages if info.kind == "image"]
    stored: dict[int, int] = {}
    for info in scanned:
        with document.page(info.number) as source:
            stored[info.number] = source.skim().rotation
    turned = Counter((info.rotation - stored[info.number]) % 360 for info in scanned)
    del turned[0]
    if not turned:
        return {}
    most = turned.most_common(1)[0][0]
    return {info.number: (stored[info.number] + most) % 360 for info in scanned if info.rotation == stored[info.number]}


def _apart(word: Word, following: Word) -> bool:
    """Whether a gap parts two words of a line. Punctuation has half a character of white on one side of its ink."""
    size = max(word.bbox.height, following.bbox.height)
    marks = sum(not char.isalnum() for char in (word.text[-1], following.text[0]))
    return following.bbox.x0 - word.bbox.x1 > (_GAP + _BESIDE_MARK * marks) * size


def _in_lines(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """Words joined into lines, top to bottom; a word belongs to a line when the middle of either lies in the other."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.bbox.top + word.bbox.bottom):
        middle = (word.bbox.top + word.bbox.bottom) / 2
        last = lines[-1][-1].bbox if lines else None
        if last is not None and last.top < middle < last.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    for line in lines:
        yield tuple(sorted(line, key=lambda word: word.bbox.x0))
