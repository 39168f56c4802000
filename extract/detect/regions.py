"""From blocks to regions: which printed grid each block is, judged by labels, heading and shape together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from extract.detect.blocks import Block, ruled_blocks, text_by_column, within
from extract.detect.borderless import borderless, down_to_labels, down_to_row, header_at_foot, open_above, open_below
from extract.detect.halves import halves
from extract.detect.stacked import parts_of
from extract.detect.telling import HEADING, LEAST, bare, grids_told, heading_likeness, told_to_go_on
from extract.detect.textlines import Lines, TextLine, around, text_lines
from extract.detect.vocabulary import Vocabulary
from extract.labels import bigrams, plain
from extract.model import BELOW, BBox, Page, Region

_FIGURES = 3
"""Words with digits that make a line a row of a table rather than a page number."""

_DIRT = 1
"""Digits that may be none, of what is read of a scanned header."""

_STRAY = 0.6, 0.1
"""Share of its text that is labels of a grid, and of these labels, below which a table before the grid's heading is
another's that has some of its words."""

_SAME_EXTENT = 12.0
"""Points by which a table's sides may differ from one page to the next."""


def find(pages: Iterable[Page], words: Vocabulary, printed: Lines | None = None) -> list[Region]:
    """Regions of all grids over all pages, in reading order; a grid on several pages has several regions.

    Of two pages side by side on one sheet the left one comes first; regions of the right one are `below` its whole
    height. `printed` are the lines of the pages, if others need them too.
    """
    printed = printed or Lines()
    regions: list[Region] = []
    ruled: set[str] = set()
    pending: list[Region] = []
    header: Region | None = None
    above: list[str] = []
    for page, below in ((half, i * sheet.extent[1]) for sheet in pages for i, half in enumerate(halves(sheet))):
        earlier = len(regions)
        if page.skimmed or (page.kind != "text" and page.sheet is None):
            above, pending, header = [*above, *_tail(page)], [], None
            continue
        before, header = header, None
        blocks = [part for block in ruled_blocks(page) for part in parts_of(block, page, words)]
        lines = printed.outside(page, [block.bbox for block in blocks])
        while loose := [block for block in blocks if _is_loose(block, page, lines, words, before)]:
            blocks = [block for block in blocks if block not in loose]
            lines = printed.outside(page, [block.bbox for block in blocks])
        overflow: list[Region] = []
        for index, block in enumerate(blocks):
            ceiling = max((other.bbox.bottom for other in blocks[:index]), default=0.0)
            between = [
                line for line in lines if ceiling - 1 <= line.bbox.top and line.bbox.bottom <= block.bbox.top + 4
            ]
            if index == 0:
                overflow = _overflowing(between, page, [*regions, *pending], words, above)
                regions += overflow
            headings = [*(above if index == 0 else ()), *(line.text for line in between)]
            known = [region for region in regions if region not in overflow]
            found = (_rows_of(pending, page, block, words) if index == 0 else []) or _regions_of(
                block, page, words, headings, known, first=index == 0
            )
            if not found and index == 0 and before is not None and _continues(before, page, block):
                found = [_going_on(before, page, block)]  # its rows, whatever is left of its header above them
            regions += found
            if not _is_header(block, page) or any(map(str.isdigit, block.text)):
                ruled.update(region.grid for region in found)
        if not blocks:
            overflow = _overflowing(lines, page, [*regions, *pending], words, above)
            regions += overflow
        if blocks and found and not blocks[-1].vertical:
            found[-1] = regions[-1] = down_to_row(found[-1], lines, words)
        header = found[-1] if blocks and found and not any(map(str.isdigit, blocks[-1].text)) else None
        if header:
            header = regions[-1] = down_to_labels(header, lines, words)
        floor = max((block.bbox.bottom for block in blocks), default=0.0)
        known = [region for region in regions if region not in overflow]
        over = [] if blocks else above
        unruled = borderless(page, lines, words, ruled, [*known, *pending], above=over, header=before)
        above = [line.text for line in lines if line.bbox.top >= floor - 1][-3:]
        here = [region for region in regions[earlier:] if region not in overflow or not _in_one(region, unruled)]
        here = _lower(sorted([*here, *unruled], key=lambda one: one.bbox.top), below)
        if pending and [one.grid for one in here[:1] if _is_headless(one)] == [pending[0].grid]:
            here = [*pending, *here]
        regions[earlier:] = here
        pending = _lower(header_at_foot(page, lines, words), below)
    return [region for i, region in enumerate(regions) if not _is_stray(region, regions[:i], regions[i + 1 :])]


def _is_stray(region: Region, before: Sequence[Region], after: Sequence[Region]) -> bool:
    """Whether a region of few labels is another table's: the first of its grid, whose heading stands above the next.

    The rest of a table, bound in before its beginning, is hardly anything but labels.
    """
    following = next((one for one in after if one.grid == region.grid), None)
    if following is None or any(one.grid == region.grid for one in before):
        return False
    few, most = (one.evidence["labels_found"] for one in (region, following))
    headed, heads = (one.evidence.get("heading", 0.0) >= HEADING for one in (region, following))
    share = region.evidence["label_share"]
    return share < _STRAY[0] and few < min(_STRAY[1], most / 4) and heads and not headed


def _lower(regions: Sequence[Region], below: float) -> list[Region]:
    """The regions of a half of a sheet that is read `below` what stands beside it."""
    return [replace(one, evidence={**one.evidence, BELOW: below}) if below else one for one in regions]


def _in_one(part: Region, wholes: Iterable[Region]) -> bool:
    """Whether the middle of a region is in one of others of its grid."""
    x, y = (part.bbox.x0 + part.bbox.x1) / 2, (part.bbox.top + part.bbox.bottom) / 2
    return any(whole.grid == part.grid and whole.bbox.contains(x, y) for whole in wholes)


def _regions_of(
    block: Block, page: Page, words: Vocabulary, headings: Sequence[str], before: Sequence[Region], *, first: bool
) -> list[Region]:
    told = grids_told(block.text, headings, words)
    if not told and not bare(block.text):
        told = grids_told(text_by_column(page, block.bbox), headings, words)
    if told:
        return [
            _region(grid, page, block, covered, {"heading": round(heading, 3)}, score=covered[0])
            for grid, (covered, heading) in told.items()
        ]
    headless = _headless(block, words, headings)
    if headless:
        return [_region(headless, page, block, (0.0, 0.0), {"heading": 1.0}, score=0.1)]
    anew = before and _are_headed_otherwise(before[-1].grid, headings, words)
    if first and before and not anew and _continues(before[-1], page, block):
        last = before[-1]
        if bare(block.text) or told_to_go_on(block.text, last.grid, words):
            return [_going_on(last, page, block)]
    return []


def _is_header(block: Block, page: Page) -> bool:
    """Whether a block may be the header alone: a shaded area, which on a scan is an outline around no figures.

    A recogniser may take something at its edge for one.
    """
    return block.shaded or (page.sheet is not None and sum(map(str.isdigit, block.text)) <= _DIRT)


def _is_loose(block: Block, page: Page, lines: Sequence[TextLine], words: Vocabulary, header: Region | None) -> bool:
    """Whether a block is a part of a table that nothing frames: its header alone, or a band of shaded rows.

    Or what rules alone make of the one row of a `header` that ended the page before, and of what stands below it.
    """
    if header is not None and not block.vertical:
        own = text_lines(page.glyphs.only(within(page.glyphs, block.bbox)).words())
        if [line.values for line in own[:1]] == [words.single.get(header.grid)]:
            return True
    bare = not any(map(str.isdigit, block.text))
    below = _is_header(block, page) and open_below(block.bbox, lines, words, bare=block.shaded and bare)
    return below or (block.shaded and open_above(block.bbox, lines, words))


def _going_on(last: Region, page: Page, block: Block) -> Region:
    """The region of a block that the last one before it goes on in."""
    return _region(last.grid, page, block, (0.0, 0.0), {"continues_page": last.page}, score=last.score / 2)


def _rows_of(pending: Sequence[Region], page: Page, block: Block, words: Vocabulary) -> list[Region]:
    """The region of a block that may be the row of values of a header which ended the page before, unframed."""
    header = pending[0] if pending else None
    if header is None or not bare(block.text) or _cells_of(block) < words.single.get(header.grid, _cells_of(block) + 1):
        return []
    return [_going_on(header, page, block)]


def _is_headless(region: Region) -> bool:
    """Whether a region may be rows of a header that ended the page before: no lines part it, or it has no labels."""
    return not region.evidence["rulings"][1] or "continues_page" in region.evidence


def _cells_of(block: Block) -> int:
    """How many values a block of nothing else may have; without any text as many as it has cells at least."""
    return max(len(block.text), block.vertical)


def _headless(block: Block, words: Vocabulary, headings: Sequence[str]) -> str:
    """The grid of one row whose heading stands above a block that may be nothing but its values; "" when there is none.

    Whether there are as many values as the form has is seen when they are aligned. Without any text it is as many cells
    at least, the header's that lost its words: a page's end may part it from them.
    """
    likeness = {grid: heading_likeness(headings, known) for grid, known in words.headings.items()}
    grid = max(likeness, key=lambda grid: likeness[grid])
    enough = grid in words.single and likeness[grid] >= HEADING and _cells_of(block) >= words.single[grid]
    return grid if enough and bare(block.text) else ""


def _overflowing(
    lines: Sequence[TextLine], page: Page, before: Sequence[Region], words: Vocabulary, above: Sequence[str]
) -> list[Region]:
    """Lines of figures at the top of a page, without rulings: the rest of the table that ended the page before.

    They are not where the last lines `above`, of that page, are the heading of another.
    """
    if not before or before[-1].page != page.number - 1:
        return []
    if _are_headed_otherwise(before[-1].grid, above, words):
        return []
    upper = list(takewhile(lambda line: len(bigrams(plain(line.text))) < LEAST, lines))
    rest = [line for line in upper if line.figures >= _FIGURES and 3 * line.figures >= line.words]
    rest = _with_wrapped(rest, [line for line in lines if line in upper or line.figures]) if rest else []
    if not rest or not _stands_below(around(rest), before[-1]):
        return []
    block = Block(around(rest), "", 0, 0)
    return [_region(before[-1].grid, page, block, (0.0, 0.0), {"continues_page": page.number - 1}, score=0.1)]


def _with_wrapped(rows: list[TextLine], lines: Sequence[TextLine]) -> list[TextLine]:
    """Rows of figures with what stands less than a line above or below them: wrapped numbers and remarks."""
    box = around(rows)
    close = [
        line
        for line in lines
        if line not in rows
        and line.bbox.top - box.bottom < line.bbox.height
        and box.top - line.bbox.bottom < line.bbox.height
    ]
    return _with_wrapped([*rows, *close], lines) if close else rows


def _are_headed_otherwise(grid: str, headings: Sequence[str], words: Vocabulary) -> bool:
    """Whether the last lines before some rows have the heading of another grid than this."""
    others = [heading for other, own in words.headings.items() if other != grid for heading in own]
    return heading_likeness(headings, others) >= HEADING


def _stands_below(box: BBox, last: Region) -> bool:
    """Whether a box is as far left and right as a table's rest can be: a watermark goes on beyond its sides.

    That of two pages side by side stands elsewhere on its sheet.
    """
    within = box.x0 >= last.bbox.x0 - _SAME_EXTENT and box.x1 <= last.bbox.x1 + _SAME_EXTENT
    return within or BELOW in last.evidence


def _continues(last: Region, page: Page, block: Block) -> bool:
    """Whether a block without labels can be the rest of the table that ended the page before.

    That of two pages side by side stands elsewhere on its sheet.
    """
    if last.page != page.number - 1:
        return False
    moved = block.bbox.x0 - last.bbox.x0 if BELOW in last.evidence else 0.0
    return (
        abs(last.bbox.x0 + moved - block.bbox.x0) < _SAME_EXTENT
        and abs(last.bbox.x1 + moved - block.bbox.x1) < _SAME_EXTENT
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


def _tail(page: Page) -> list[str]:
    return [line for line in page.text.splitlines() if line.strip()][-3:]
