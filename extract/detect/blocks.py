"""Blocks of a page that may be tables: areas framed by rulings that touch, and text between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extract.geometry import clustered
from extract.model import BBox, Glyphs, Page, Ruling, extents, lying, picked

_TOUCH = 3.0
"""Points within which two rulings count as touching."""

_ALIKE = 4.0
"""Points by which horizontal rules of one table may differ in extent."""

_FAR, _LARGE = 90.0, 16.0
"""Points between two horizontal rules of one table, at most, a row of six lines; in parts of larger type's size, of a
label that runs down the page, one character a line."""

_ABOVE = 2.0
"""Points by which the middles of characters of a label that runs down the page may differ."""

_COLUMNS = 4
"""Lines down an area without any text from which it is cells, a row of blanks on a page by itself."""

_PAGE_FRAME = 0.9
"""Share of the page's width and height from which a framed area is the page's own border."""


@dataclass(frozen=True, slots=True)
class Block:
    """A ruled area and the text in it, in content order; `shaded` where only filled areas frame it."""

    bbox: BBox
    text: str
    horizontal: int
    vertical: int
    shaded: bool = False


def ruled_blocks(page: Page) -> list[Block]:
    """Areas framed by touching rulings, top to bottom, each with its text, if they have that or cells.

    Lines drawn as lines are taken first; edges of filled areas only where no lines frame the place.
    """
    lines = [ruling for ruling in page.rulings if ruling.kind == "line"]
    found = [*_components(lines, page)]
    if loose := [ruling for ruling in lines if ruling.horizontal and not _inside(ruling, found)]:
        found += _stacks(loose, max(_FAR, _LARGE * _size(page.glyphs)))
    fills = [ruling for ruling in page.rulings if ruling.kind == "fill" and not _inside(ruling, found)]
    drawn = len(found)
    found += _components(fills, page)
    blocks = [
        Block(box, text_in(page.glyphs, box), across, down, shaded=at >= drawn)
        for at, (box, across, down) in enumerate(found)
    ]
    return sorted(
        (block for block in blocks if block.text or block.vertical >= _COLUMNS),
        key=lambda block: (block.bbox.top, block.bbox.x0),
    )


def text_in(glyphs: Glyphs, box: BBox) -> str:
    """Characters whose centre lies in the box, in content order."""
    return picked(glyphs.text, within(glyphs, box))


def text_by_column(page: Page, box: BBox) -> str:
    """The same, column by column of its rulings: labels of narrow columns run down the page, one character a line.

    Where none runs down, characters whose middles stand above one another are a column.
    """
    glyphs = page.glyphs.only(within(page.glyphs, box))
    edges = sorted({r.x0 for r in page.rulings if not r.horizontal and box.contains(r.x0, (r.top + r.bottom) / 2)})
    middle = (glyphs.boxes[:, 0] + glyphs.boxes[:, 2]) / 2
    if not edges:
        edges = [(one + other) / 2 for one, other in pairwise(clustered(middle.tolist(), _ABOVE))]
    order = np.argsort(np.searchsorted(edges, middle), kind="stable")
    return "".join(glyphs.text[i] for i in order.tolist())


def within(glyphs: Glyphs, box: BBox) -> NDArray[np.bool_]:
    """For each glyph, whether its centre lies in the box."""
    x = (glyphs.boxes[:, 0] + glyphs.boxes[:, 2]) / 2
    y = (glyphs.boxes[:, 1] + glyphs.boxes[:, 3]) / 2
    return np.asarray((x >= box.x0) & (x <= box.x1) & (y >= box.top) & (y <= box.bottom))


def outside(glyphs: Glyphs, boxes: Collection[BBox]) -> Glyphs:
    """The glyphs that lie in none of the boxes."""
    if not boxes:
        return glyphs
    keep = np.ones(len(glyphs.text), dtype=bool)
    for box in boxes:
        keep &= ~within(glyphs, box)
    return glyphs.only(keep)


def _size(glyphs: Glyphs) -> float:
    """The size of most characters but digits, in points: Chinese ones fill a square."""
    sizes = (glyphs.boxes[:, 2:] - glyphs.boxes[:, :2]).max(axis=1)
    own = [not character.isdigit() for character in glyphs.text]
    return float(np.median(sizes[own])) if any(own) else 0.0


def _stacks(rules: Sequence[Ruling], far: float) -> list[tuple[BBox, int, int]]:
    """Bounding boxes of horizontal rules of one extent above each other, each less than `far` points below the last.

    They are a table without vertical rulings. Rules that are shorter, because a cell spans rows, count where they lie
    within the extent.
    """
    found: list[tuple[BBox, int, int]] = []
    left = sorted(rules, key=lambda rule: rule.top)
    while left:
        widest = max(left, key=lambda rule: rule.x1 - rule.x0)
        within = [rule for rule in left if rule.x0 >= widest.x0 - _ALIKE and rule.x1 <= widest.x1 + _ALIKE]
        left = [rule for rule in left if rule not in within]
        start = 0
        for end in range(1, len(within) + 1):
            if end == len(within) or within[end].top - within[end - 1].top > far:
                tops = {round(rule.top) for rule in within[start:end]}
                if len(tops) >= 3:
                    box = BBox(widest.x0, within[start].top, widest.x1, within[end - 1].top)
                    found.append((box, len(tops), 0))
                start = end
    return found


def _inside(ruling: Ruling, found: list[tuple[BBox, int, int]]) -> bool:
    x, y = (ruling.x0 + ruling.x1) / 2, (ruling.top + ruling.bottom) / 2
    return any(box.contains(x, y) for box, _, _ in found)


def _components(rulings: Sequence[Ruling], page: Page) -> list[tuple[BBox, int, int]]:
    """Bounding boxes of groups of touching rulings with at least two horizontal ones."""
    if len(rulings) < 2:
        return []
    edges = extents(rulings)
    (x0, top), (x1, bottom) = (edges[:, :2] - _TOUCH).T, (edges[:, 2:] + _TOUCH).T
    labels = np.arange(len(rulings))
    touching = (x0[:, None] <= x1) & (x0 <= x1[:, None]) & (top[:, None] <= bottom) & (top <= bottom[:, None])
    while True:
        spread = np.where(touching, labels[None, :], len(rulings)).min(axis=1)
        if np.array_equal(spread, labels):
            break
        labels = spread[spread]
    width, height = page.extent
    level = lying(edges)
    found = []
    for label in sorted(set(labels.tolist())):
        members = np.flatnonzero(labels == label)
        box = BBox(*edges[members, :2].min(axis=0).tolist(), *edges[members, 2:].max(axis=0).tolist())
        across = int(np.count_nonzero(level[members]))
        if across < 2 or box.height < 8 or box.width < 40:
            continue
        bare_frame = box.width > _PAGE_FRAME * width and box.height > _PAGE_FRAME * height
        if bare_frame and len(members) <= 4:
            continue
        found.append((box, across, len(members) - across))
    return found
