"""Blocks that are several tables: nothing ends one but a heading, or another grid's labels below a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from extract.detect.blocks import Block, text_in, within
from extract.detect.telling import HEADING, heading_likeness
from extract.detect.textlines import TextLine, text_lines
from extract.detect.vocabulary import Vocabulary
from extract.geometry import clustered
from extract.model import BBox, Page

_LEVEL, _WHOLE, _MOST = 1.0, 0.9, 0.5
"""Points by which pieces of one rule may differ in height, and the share of a table's width that they make up: where
nothing frames tables, a block may hold some narrower ones, but edges of white boxes behind numbers make up less.
"""

_OWN, _ENOUGH = 2, 8
"""Pairs of characters of one grid and no other from which a line is that grid's, and from which lines in a row are."""


def parts_of(block: Block, page: Page, words: Vocabulary) -> list[Block]:
    """A block as it is, or cut where grids change; where headings stand in it, too, if it has no vertical rulings.

    Where it has, tables are parted by rules across all of it: the last of one, and the first of the next.
    """
    framed = block.vertical > 0
    if framed and sum(count >= _ENOUGH for count in words.own(block.text).values()) < 2:
        return [block]
    rules = _across(block.bbox, page, _WHOLE if framed else _MOST)
    lines = text_lines(page.glyphs.only(within(page.glyphs, block.bbox)).words())
    gaps = [_gap(upper, lower, rules) for upper, lower in _changes(lines, words, rules)]
    cuts = [gap for gap in gaps if gap[0] in rules or not framed]
    if not framed:
        told = [line for line in lines if heading_likeness([line.text], words.all_headings) >= HEADING]
        cuts += [(line.bbox.top, line.bbox.bottom) for line in told]
    cuts = _merged(cuts)
    tops = [block.bbox.top, *(bottom for _, bottom in cuts)]
    bottoms = [*(top for top, _ in cuts), block.bbox.bottom]
    boxes = [
        BBox(block.bbox.x0, top, block.bbox.x1, bottom)
        for top, bottom in zip(tops, bottoms, strict=True)
        if bottom > top
    ]
    return [Block(box, text_in(page.glyphs, box), *_rulings(box, block, page), block.shaded) for box in boxes]


def _across(box: BBox, page: Page, share: float) -> list[float]:
    """The heights of rules that go across some share of a box's width, in one piece or in several."""
    pieces = [rule for rule in page.rulings if rule.horizontal and box.contains((rule.x0 + rule.x1) / 2, rule.top)]
    found = []
    for height in clustered((rule.top for rule in pieces), _LEVEL):
        own = [rule for rule in pieces if abs(rule.top - height) <= _LEVEL]
        if sum(rule.x1 - rule.x0 for rule in own) >= share * box.width:
            found.append(height)
    return found


def _rulings(box: BBox, block: Block, page: Page) -> tuple[int, int]:
    """How many horizontal and vertical rulings a part of a block has; for mere rules, how many the block has."""
    if not block.vertical:
        return block.horizontal, 0
    own = [rule for rule in page.rulings if box.contains((rule.x0 + rule.x1) / 2, (rule.top + rule.bottom) / 2)]
    level = sum(rule.horizontal for rule in own)
    return level, len(own) - level


def _changes(
    lines: Sequence[TextLine], words: Vocabulary, rules: Sequence[float]
) -> Iterator[tuple[TextLine, TextLine]]:
    """The last line of a grid and the first of the next: what has no figures belongs to the labels below.

    But lines above the next rule are of the last row.
    """
    owned = [(grid, at, count) for at, line in enumerate(lines) for grid, count in _owner(line, words)]
    runs = [list(run) for _, run in groupby(owned, key=itemgetter(0))]
    runs = [run for run in runs if sum(count for _, _, count in run) >= _ENOUGH]
    for one, other in pairwise(runs):
        (grid, last, _), (next_grid, first, _) = one[-1], other[0]
        if grid != next_grid:
            end = max(at for at in range(last, first) if at == last or lines[at].values)
            end = next((at for at in range(end, first) if _rules(lines[at], lines[at + 1], rules)), end)
            yield lines[end], lines[end + 1]


def _owner(line: TextLine, words: Vocabulary) -> Iterator[tuple[str, int]]:
    """The grid that has most of a line's labels, of those that no other has, and how many; none where hardly any."""
    own = words.own(line.text)
    best = max(own, key=lambda grid: own[grid])
    if own[best] >= _OWN and list(own.values()).count(own[best]) == 1:
        yield best, own[best]


def _merged(cuts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Gaps in order, those that overlap as one: a heading is in the gap between two grids."""
    found: list[tuple[float, float]] = []
    for top, bottom in sorted(cuts):
        if found and top <= found[-1][1]:
            found[-1] = (found[-1][0], max(bottom, found[-1][1]))
        else:
            found.append((top, bottom))
    return found


def _gap(upper: TextLine, lower: TextLine, rules: Sequence[float]) -> tuple[float, float]:
    """The rules nearest to two lines in the gap between them, or its middle where there are none."""
    between = _rules(upper, lower, rules)
    low, high = upper.bbox.bottom, lower.bbox.top
    return (min(between), max(between)) if between else ((low + high) / 2, (low + high) / 2)


def _rules(upper: TextLine, lower: TextLine, rules: Sequence[float]) -> list[float]:
    """The heights of the rules in the gap between two lines."""
    low, high = upper.bbox.bottom, lower.bbox.top
    return [height for height in rules if low - 1 <= height <= high + 1]
