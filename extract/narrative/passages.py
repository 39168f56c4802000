"""The text of a report outside its tables, in passages: what goes on from line to line is one, a table ends it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from extract.issuer import Line, Place
from extract.labels import squeezed
from extract.model import BBox, Grid, Page, Region, Written

_SURE = 0.9
"""Score from which a line that was read from an image is heard."""

_FOLIO = re.compile(r"[-–—·.]*[0-9]{1,4}[-–—·./0-9]*")
"""A page number on a line of its own."""

_NOTES = re.compile(
    "[²³¹¼-¾\u2070-\u2089\u2150-\u215f\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3248-\u32bf]"
)
"""Raised, lowered, circled and bracketed numbers, and fractions."""

_EDGES = 2
"""Lines at the head and at the foot of a page among which its number is."""


@dataclass(frozen=True)
class Passage:
    """Lines that follow each other: as printed, without white space and in simplified characters, and their pages."""

    texts: tuple[str, ...]
    plain: tuple[str, ...]
    pages: tuple[int | None, ...]

    @cached_property
    def whole(self) -> str:
        """All plain lines as one."""
        return "".join(self.plain)

    def told(self, start: int, end: int) -> tuple[str, int | None]:
        """The printed lines on which the characters from `start` to `end` of the whole stand, and the first's page."""
        ends = list(accumulate(map(len, self.plain)))
        first, last = bisect_right(ends, start), bisect_right(ends, max(end - 1, start))
        return "\n".join(text.strip() for text in self.texts[first : last + 1]), self.pages[first]


def table_boxes(regions: Iterable[Region], grids: Iterable[Grid]) -> dict[int, list[BBox]]:
    """Where tables lie on each page, as they were seen and as they were read; in the points of the page as read."""
    boxes: dict[int, list[BBox]] = {}
    places = [*((region.page, region.bbox) for region in regions), *((grid.page, grid.bbox) for grid in grids)]
    for page, box in places:
        boxes.setdefault(page, []).append(box)
    return boxes


def passages_on(
    pages: Sequence[Page],
    lines: Sequence[Line],
    tables: Mapping[int, Sequence[BBox]],
    start: Place,
    end: Place | None,
) -> Iterator[Passage]:
    """The passages of a report on pages, from `start` to before `end`, where the next begins, if any.

    Args:
        pages: Its pages.
        lines: The lines of text layers, of these pages at least; those in tables may be left out.
        tables: The boxes of all tables on each page, in the points of the page as it was read.
        start: Where it begins.
        end: Where it ends.
    """
    run: list[tuple[str, str, int | None]] = []
    written: dict[int, list[Line]] = {}
    for line in lines:
        written.setdefault(line.at.page, []).append(line)
    for page in pages:
        told = list(_scanned(page) if page.sheet else _native(written.get(page.number, ())))
        worded = [i for i, (_, plain, _) in enumerate(told) if plain]
        edges = {*worded[:_EDGES], *worded[-_EDGES:]}
        on_page, above = tables.get(page.number, ()), 0
        for i, (text, plain, box) in enumerate(told):
            at = Place(page.number, box.top if box else float(i))
            if i in edges and _FOLIO.fullmatch(plain):
                continue
            inside = box is not None and any(_within(box, table) for table in on_page)
            passed, above = above, sum(table.top < at.down for table in on_page) if box else 0
            if inside or not plain or at < start or (end is not None and at >= end):
                yield from _ended(run)
                continue
            if above > passed:
                yield from _ended(run)
            run.append((text, plain, page.number))
        if above < len(on_page):
            yield from _ended(run)
        if page.kind == "image":
            yield from _ended(run)  # more may stand on it than was read
    yield from _ended(run)


def passages_of(document: Written, regions: Iterable[Region]) -> Iterator[Passage]:
    """The paragraphs of a document without pages that are not part of its tables."""
    taken = {i for region in regions for i in range(*region.evidence["parts"])}
    for i, part in enumerate(document.parts):
        if isinstance(part, str) and i not in taken and (plain := _plain(part)):
            yield Passage((part,), (plain,), (None,))


def _native(lines: Iterable[Line]) -> Iterator[tuple[str, str, BBox | None]]:
    for line in lines:
        yield line.text, _plain(line.text) if _NOTES.search(line.text) else line.plain, line.bbox


def _scanned(page: Page) -> Iterator[tuple[str, str, BBox | None]]:
    """Lines of a page's sheet, top to bottom; those that were not read surely end what came before."""
    for line in sorted(page.lines, key=lambda line: line.bbox.top):
        sure = line.read is not None and line.read.score >= _SURE
        text = line.read.text if line.read and sure else ""
        yield text, _plain(text), line.bbox


def _plain(text: str) -> str:
    """The text squeezed; raised and circled digits, which are notes, are no digits of a number."""
    return squeezed(_NOTES.sub("\ufffd", text))


def _within(line: BBox, table: BBox) -> bool:
    return table.contains((line.x0 + line.x1) / 2, (line.top + line.bottom) / 2)


def _ended(run: list[tuple[str, str, int | None]]) -> Iterator[Passage]:
    if run:
        texts, plain, pages = zip(*run, strict=True)
        yield Passage(texts, plain, pages)
        run.clear()
