"""From blocks to regions: which printed grid each block is, judged by labels, heading and shape together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

from extract.detect.blocks import Block, ruled_blocks, text_in, within
from extract.detect.vocabulary import Vocabulary
from extract.labels import bigrams, plain, similarity
from extract.model import BBox, Glyphs, Page, Region, Word

_SURE = 0.45
"""Share of a block's text that must be a grid's labels when nothing else speaks for it."""

_OWN = 8
"""Bigrams of one grid and no other that show a part of it in a block of another: two tables without a gap."""

_WITH_HEADING = 0.2
"""The same when the grid's heading stands above the block."""

_LEAST = 4
"""Label bigrams below which a block says nothing about itself."""

_HEADING = 0.75
"""Likeness from which a line counts as a heading."""

_FIGURE = re.compile(r"\d").search

_FIGURES = 3
"""Words with digits that make a line a row of a table rather than a page number."""

_SAME_EXTENT = 12.0
"""Points by which a table's sides may differ from one page to the next."""

_BORDERLESS = 0.45
"""Share of a grid's labels that must be on a page to look for it there without rulings."""


def find(pages: Iterable[Page], words: Vocabulary) -> list[Region]:
    """Regions of all grids over all pages, in reading order; a grid on several pages has several regions."""
    regions: list[Region] = []
    above: list[str] = []
    for page in pages:
        if page.skimmed or (page.kind != "text" and page.sheet is None):
            above = [*above, *_tail(page)]
            continue
        blocks = [part for block in ruled_blocks(page) for part in _between_headings(block, page, words)]
        lines = text_lines(_outside(page.glyphs, blocks).words())
        for index, block in enumerate(blocks):
            ceiling = max((other.bbox.bottom for other in blocks[:index]), default=0.0)
            between = [
                line for line in lines if ceiling - 1 <= line.bbox.top and line.bbox.bottom <= block.bbox.top + 4
            ]
            if index == 0:
                regions += _overflowing(between, page, regions)
            headings = [*(above if index == 0 else ()), *(line.text for line in between)]
            regions += _regions_of(block, page, words, headings, regions, first=index == 0)
        if not blocks:
            regions += _overflowing(lines, page, regions)
        floor = max((block.bbox.bottom for block in blocks), default=0.0)
        above = [line.text for line in lines if line.bbox.top >= floor - 1][-3:]
        regions += _borderless(page, lines, words, {region.grid for region in regions})
    return regions


def _between_headings(block: Block, page: Page, words: Vocabulary) -> list[Block]:
    """A block of horizontal rules cut where headings stand in it: without vertical rulings nothing ends a table."""
    if block.vertical:
        return [block]
    headings = [heading for known in words.headings.values() for heading in known]
    inside = text_lines(page.glyphs.only(within(page.glyphs, block.bbox)).words())
    cuts = [line.bbox for line in inside if heading_likeness([line.text], headings) >= _HEADING]
    tops = [block.bbox.top, *(cut.bottom for cut in cuts)]
    bottoms = [*(cut.top for cut in cuts), block.bbox.bottom]
    boxes = [
        BBox(block.bbox.x0, top, block.bbox.x1, bottom)
        for top, bottom in zip(tops, bottoms, strict=True)
        if bottom > top
    ]
    return [Block(box, text_in(page.glyphs, box), block.horizontal, 0) for box in boxes]


def _outside(glyphs: Glyphs, blocks: Sequence[Block]) -> Glyphs:
    """The glyphs that lie in none of the blocks."""
    keep = np.ones(len(glyphs.text), dtype=bool)
    for block in blocks:
        keep &= ~within(glyphs, block.bbox)
    return glyphs.only(keep)


class TextLine(NamedTuple):
    """A line across a page, with how many words it has and how many of these hold a digit."""

    text: str
    bbox: BBox
    words: int
    figures: int


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
    joined = []
    for line in lines:
        line.sort(key=lambda word: word.bbox.x0)
        box = reduce(BBox.union, [word.bbox for word in line])
        text = "".join([word.text for word in line])
        figures = sum([_FIGURE(word.text) is not None for word in line]) if _FIGURE(text) else 0
        joined.append(TextLine(text, box, len(line), figures))
    return joined


def _regions_of(
    block: Block, page: Page, words: Vocabulary, headings: Sequence[str], before: Sequence[Region], *, first: bool
) -> list[Region]:
    told = grids_told(block.text, headings, words)
    if told:
        return [
            _region(grid, page, block, covered, {"heading": round(heading, 3)}, score=covered[0])
            for grid, (covered, heading) in told.items()
        ]
    if first and before and bare(block.text) and _continues(before[-1], page, block):
        last = before[-1]
        return [_region(last.grid, page, block, (0.0, 0.0), {"continues_page": last.page}, score=last.score / 2)]
    return []


def grids_told(text: str, headings: Sequence[str], words: Vocabulary) -> dict[str, tuple[tuple[float, float], float]]:
    """Which grids a block of text is: how its labels cover text and grid, and how like a heading the text above is."""
    covered = words.coverage(text)
    common = {grid: covered[grid][1] * len(words.labels[grid]) for grid in covered}
    own = words.own(text)
    told = {grid: heading_likeness(headings, words.headings[grid]) for grid in covered}
    best = max(covered, key=lambda grid: common[grid])
    return {
        grid: (covered[grid], told[grid])
        for grid in covered
        if common[grid] >= _LEAST
        and (
            (grid == best and covered[grid][0] >= (_WITH_HEADING if told[grid] >= _HEADING else _SURE))
            or (covered[grid][1] >= 0.5 and covered[grid][0] >= 0.1)
            or own[grid] >= _OWN
        )
    }


def bare(text: str) -> bool:
    """Whether a block says nothing about itself: hardly a word of Chinese in it."""
    return len(bigrams(plain(text))) < _LEAST


def _overflowing(lines: Sequence[TextLine], page: Page, before: Sequence[Region]) -> list[Region]:
    """Lines of figures at the top of a page, without rulings: the rest of the table that ended the page before."""
    upper = takewhile(lambda line: len(bigrams(plain(line.text))) < _LEAST, lines)
    rest = [line for line in upper if line.figures >= _FIGURES and 3 * line.figures >= line.words]
    if not rest or not before or before[-1].page != page.number - 1:
        return []
    block = Block(_around(rest), "", 0, 0)
    return [_region(before[-1].grid, page, block, (0.0, 0.0), {"continues_page": page.number - 1}, score=0.1)]


def _around(lines: Sequence[TextLine]) -> BBox:
    return reduce(BBox.union, (line.bbox for line in lines))


def _continues(last: Region, page: Page, block: Block) -> bool:
    """Whether a block without labels can be the rest of the table that ended the page before."""
    return (
        last.page == page.number - 1
        and abs(last.bbox.x0 - block.bbox.x0) < _SAME_EXTENT
        and abs(last.bbox.x1 - block.bbox.x1) < _SAME_EXTENT
    )


def _region(
    grid: str, page: Page, block: Block, covered: tuple[float, float], told: dict[str, Any], *, score: float
) -> Region:
    evidence = {
        "label_share": round(covered[0], 3),
        "labels_found": round(covered[1], 3),
        "rulings": [block.horizontal, block.vertical],
        **told,
    }
    ruled = block.horizontal >= 2 and block.vertical >= 2
    return Region(grid, page.number, block.bbox, round(score, 3), ruled, evidence)


def heading_likeness(lines: Sequence[str], headings: Sequence[str]) -> float:
    """Likeness of the best of the last lines above a block to any of a grid's headings."""
    recent = lines[-4:]
    return max((similarity(line, heading) for line in recent for heading in headings), default=0.0)


def _tail(page: Page) -> list[str]:
    return [line for line in page.text.splitlines() if line.strip()][-3:]


def _borderless(page: Page, lines: Sequence[TextLine], words: Vocabulary, found: set[str]) -> list[Region]:
    """Regions for grids whose labels are on the page although no rulings frame them."""
    absent = [grid for grid in words.labels if grid not in found]
    covered = words.coverage(page.glyphs.text) if absent else {}
    regions = []
    for grid in absent:
        if covered[grid][1] < _BORDERLESS:
            continue
        known = [line for line in lines if len(plain(line.text)) >= 2 and words.coverage(line.text)[grid][0] >= 0.6]
        if len(known) < 2:
            continue
        top, _, bottom = _around(known)[1:4]
        box = _around([line for line in lines if top - 1 <= line.bbox.top and line.bbox.bottom <= bottom + 30])
        block = Block(box, text_in(page.glyphs, box), 0, 0)
        share, recall = words.coverage(block.text)[grid]
        if share >= _WITH_HEADING:
            regions.append(_region(grid, page, block, (share, recall), {}, score=share / 2))
    return regions
