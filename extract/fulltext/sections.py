"""The sections of a report: where their headings stand, and the narrative between them without the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import median

from extract.datafiles import Strict, validated
from extract.fulltext.lines import PageText, TextLine
from extract.labels import plain, similarity, split_ordinal
from extract.layout import SECTIONS
from extract.model import BBox, Region

OPENING = "opening"
"""What stands before the first section."""

_ALIKE = 0.85
"""Likeness from which a line is a heading."""

_INDENT, _SHORT = 1.2, 2.5
"""Line heights by which a paragraph's first line is set in, and its last line ends before the others."""

_WORDED = re.compile(r"[^\W\d_]")
"""A letter, which a page number has none of."""


class Heading(Strict):
    """A section of the form, and how its heading is printed."""

    id: str
    headings: tuple[str, ...]


class Headings(Strict):
    """All sections of the form, in its order."""

    form: str
    sections: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its id, its heading as printed, its first and last page, and its paragraphs without tables."""

    id: str
    heading: str
    pages: tuple[int, int]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the narrative: its page, how far down it stands, its text, and whether it begins a paragraph.

    `page` is NO_PAGE and `down` the line's number in a document without pages.
    """

    page: int
    down: float
    text: str
    begins: bool


@dataclass(frozen=True, slots=True)
class _Start:
    """A heading that stands on some lines from `first`; `rest` is what follows it on the last of them."""

    first: int
    lines: int
    likeness: float
    heading: str
    rest: str


def sections(lines: Sequence[Line], tables: Sequence[tuple[int, float]] = ()) -> list[Section]:
    """The sections of a report, in the order printed, what stands before the first of them included.

    Args:
        lines: Its narrative, in reading order.
        tables: Page and place down on it where each of its tables begins: a section goes on to where its table does.
    """
    found = sorted(_starts(lines), key=lambda pair: pair[1].first)
    ends = [*(start.first for _, start in found), len(lines)]
    parts = [_section(OPENING, _Start(0, 0, 0.0, "", ""), lines[: ends[0]], tables)] if ends[0] else []
    for (id_, start), end in zip(found, ends[1:], strict=True):
        first, after = lines[start.first], lines[end] if end < len(lines) else None
        own = [place for place in tables if place >= (first.page, first.down)]
        own = [place for place in own if after is None or place < (after.page, after.down)]
        parts.append(_section(id_, start, lines[start.first : end], own))
    return parts


def narrative(pages: Sequence[PageText], regions: Sequence[Region]) -> list[Line]:
    """The lines of pages outside of their tables, page numbers left out; `regions` are on the upright pages."""
    return [line for page in pages for line in _narrative(page, [r.bbox for r in regions if r.page == page.number])]


def _narrative(page: PageText, tables: Sequence[BBox]) -> Iterator[Line]:
    said = [line for line in page.lines if _WORDED.search(line.text) and not _within(line.bbox, tables)]
    if not said:
        return
    left, right = min(line.bbox.x0 for line in said), max(line.bbox.x1 for line in said)
    height = median(line.bbox.height for line in said)
    before: TextLine | None = None
    for line in said:
        short = before is None or before.bbox.x1 < right - _SHORT * height
        begins = short or line.bbox.x0 > left + _INDENT * height
        yield Line(page.number, line.bbox.top, line.text, begins)
        before = line


def _within(box: BBox, tables: Sequence[BBox]) -> bool:
    return any(table.contains((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2) for table in tables)


def _starts(lines: Sequence[Line]) -> Iterator[tuple[str, _Start]]:
    """For each section the line that is most like its heading; of several alike the last: contents come first."""
    taken: dict[int, tuple[str, _Start]] = {}
    for section in shipped().sections:
        fits = [start for i in range(len(lines)) if (start := _heading(lines, i, section.headings)) is not None]
        if not fits:
            continue
        best = max(fits, key=lambda start: (start.likeness, start.first))
        rival = taken.get(best.first)
        if rival is None or rival[1].likeness < best.likeness:
            taken[best.first] = (section.id, best)
    yield from taken.values()


def _heading(lines: Sequence[Line], first: int, headings: Sequence[str]) -> _Start | None:
    """The heading that begins on a line, be it the whole line, that and the next, or only how the line begins."""
    text = lines[first].text
    ordinal, rest = split_ordinal(text)
    if not ordinal and len(rest) > max(map(len, headings)):
        return None
    found: list[_Start] = []
    for size in (1, 2) if first + 1 < len(lines) and ordinal else (1,):
        whole = "".join(line.text for line in lines[first : first + size])
        likeness = max(similarity(whole, heading) for heading in headings)
        if likeness >= _ALIKE and (ordinal or likeness == 1.0):
            found.append(_Start(first, size, likeness, whole, ""))
    if found:
        return max(found, key=lambda start: (start.likeness, -start.lines))
    run_in = [words for heading in headings if rest.startswith(words := split_ordinal(heading)[1])] if ordinal else []
    if run_in:
        end = _after(text, max(run_in, key=len))
        return _Start(first, 1, _ALIKE, text[:end], text[end:].lstrip(" 。.:：,，"))
    return None


def _after(text: str, words: str) -> int:
    """Where a text goes on after the last character of its numbering and some words."""
    for end in range(1, len(text) + 1):
        if split_ordinal(text[:end])[1] == words and plain(text[:end]).endswith(words):
            return end
    return len(text)


def _section(id_: str, start: _Start, lines: Sequence[Line], tables: Sequence[tuple[int, float]]) -> Section:
    """A section from all its lines, the heading's included, and where its tables begin."""
    paragraphs = [start.rest] if start.rest else []
    for line in lines[start.lines :]:
        if line.begins or not paragraphs:
            paragraphs.append(line.text)
        else:
            paragraphs[-1] += line.text
    last = max([lines[-1].page, *(page for page, _ in tables)])
    return Section(id_, start.heading, (lines[0].page, last), tuple(paragraphs))


@cache
def shipped() -> Headings:
    """The headings in the package.

    Raises:
        LayoutError: the file does not fit the schema.
    """
    return validated(Headings, (resources.files("extract.layouts") / SECTIONS).read_text(encoding="utf-8"), SECTIONS)
