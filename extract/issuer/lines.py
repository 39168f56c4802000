"""The lines of a document in reading order, as far as they were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extract.detect import Lines
from extract.labels import squeezed
from extract.model import BELOW, BBox, Page, Region
from extract.swift import swift

_WORDED = re.compile("[^\0-\u02ff]{3}|[^\0-\u02ff]{2}.*[^\0-\u02ff]{2}")
"""Ideographs beside each other that make a line more than a page number."""


class Place(NamedTuple):
    """Where something stands in reading order: the page, from 1, and how far down on it.

    `down` is in points of the page as it was read, or the line's number on a page without boxes.
    """

    page: int
    down: float


@swift
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


def lines_of(
    pages: Sequence[Page], tables: Mapping[int, Sequence[BBox]] | None = None, printed: Lines | None = None
) -> list[Line]:
    """Every line of every page.

    Args:
        pages: The pages.
        tables: For pages by their numbers, what lies within which boxes is left out, in the points of the page as read.
        printed: The lines of the pages, if others need them too.
    """
    printed = printed or Lines()
    return [line for page in pages for line in _lines(page, (tables or {}).get(page.number, ()), printed)]


def _lines(page: Page, tables: Sequence[BBox], printed: Lines) -> Iterator[Line]:
    placed: list[tuple[str, BBox | None]]
    if page.glyphs.text:
        placed = [(line.text, line.bbox) for line in printed.outside(page, tables)]
    else:
        placed = [(text, None) for text in page.text.splitlines()]
    told = [(text, plain, box) for text, box in placed if (plain := squeezed(text))]
    edges = _edges([(plain, box) for _, plain, box in told], tables)
    for i, (text, plain, box) in enumerate(told):
        yield Line(text.strip(), plain, Place(page.number, box.top if box else float(i)), box, i in edges)


def _edges(lines: Sequence[tuple[str, BBox | None]], tables: Sequence[BBox]) -> set[int]:
    """The first and the last line of a page that say anything, unless a table stands before or after them."""
    worded = [i for i, (plain, _) in enumerate(lines) if _WORDED.search(plain)]
    if not worded:
        return set()
    first, last = worded[0], worded[-1]
    top, bottom = lines[first][1], lines[last][1]
    led = top is not None and any(table.top < top.top for table in tables)
    followed = bottom is not None and any(table.bottom > bottom.bottom for table in tables)
    return {*(() if led else (first,)), *(() if followed else (last,))}


def place(region: Region) -> Place:
    """Where a region begins."""
    return Place(region.page, region.bbox.top + region.evidence.get(BELOW, 0.0))
