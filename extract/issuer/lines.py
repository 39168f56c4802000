"""The lines of a document in reading order, as far as they were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extract.detect import text_lines
from extract.labels import squeezed
from extract.model import BBox, Page, Region

_WORDED = re.compile("[^\0-\u02ff]{3}|[^\0-\u02ff]{2}.*[^\0-\u02ff]{2}")
"""Ideographs beside each other that make a line more than a page number."""


class Place(NamedTuple):
    """Where something stands in reading order: the page, from 1, and how far down on it.

    `down` is in points of the page as it was read, or the line's number on a page without boxes.
    """

    page: int
    down: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed, and `plain`: without white space and in simplified characters.

    `bbox` is in the points of the page as it was read, its sheet's where it has one; None on skimmed pages. `edge` says
    that it is the first or the last line of its page.
    """

    text: str
    plain: str
    at: Place
    bbox: BBox | None
    edge: bool

    @property
    def bare(self) -> bool:
        """Whether it says nothing, as a page number does."""
        return _WORDED.search(self.plain) is None


def lines_of(pages: Sequence[Page]) -> list[Line]:
    """Every line of every page."""
    return [line for page in pages for line in _lines(page)]


def _lines(page: Page) -> Iterator[Line]:
    placed: list[tuple[str, BBox | None]]
    if page.glyphs.text:
        placed = [(line.text, line.bbox) for line in text_lines(page.words)]
    else:
        placed = [(text, None) for text in page.text.splitlines()]
    told = [(text, plain, box) for text, box in placed if (plain := squeezed(text))]
    worded = [i for i, (_, plain, _) in enumerate(told) if _WORDED.search(plain)]
    edges = {worded[0], worded[-1]} if worded else set()
    for i, (text, plain, box) in enumerate(told):
        yield Line(text.strip(), plain, Place(page.number, box.top if box else float(i)), box, i in edges)


def place(region: Region) -> Place:
    """Where a region begins."""
    return Place(region.page, region.bbox.top)
