"""Tables whose rows are told by shading: the edges of shaded cells, carried on through the rows between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.geometry import clustered
from extract.model import BBox, Ruling, Word

_EDGE = 1.5
"""Points within which edges of shaded cells in several rows are one edge of a column."""

_ROW = 90.0
"""Points that a row without shading is high at most: six lines."""

_INTO = 1.0
"""Points by which a word must reach over an edge to stand in a cell that spans it."""


def carried_on(fills: Sequence[Ruling], words: Sequence[Word], box: BBox) -> list[Ruling]:
    """The edges of filled areas, and the upright ones of shaded rows through the rows that are not.

    Where every other row is shaded nothing else parts the cells of those between, above the first, and below the last.
    A word across an edge shows that a cell of its row spans the columns beside; so does a single word in a row.

    Args:
        fills: Edges of the filled areas of a page.
        words: The words of the page.
        box: Where the table stands.
    """
    own = [fill for fill in fills if fill.bottom >= box.top and fill.top <= box.bottom]
    level = [fill for fill in own if fill.horizontal]
    upright = [fill for fill in own if not fill.horizontal]
    found = list(own)
    for x in clustered((fill.x0 for fill in upright), _EDGE):
        reached = box.top
        pieces = sorted((fill.top, fill.bottom) for fill in upright if abs(fill.x0 - x) <= _EDGE)
        for top, bottom in [*pieces, (box.bottom, box.bottom)]:
            across = (fill.top for fill in level if fill.x0 < x < fill.x1 and reached < fill.top < top)
            for upper, lower in pairwise(clustered((reached, *across, top), _EDGE)):
                if lower - upper <= _ROW and not _shaded(x, upper, lower, own) and _parts(x, upper, lower, words):
                    found.append(Ruling(x, upper, x, lower, "fill"))
            reached = max(reached, bottom)
    return found


def _shaded(x: float, top: float, bottom: float, fills: Sequence[Ruling]) -> bool:
    """Whether one filled area lies on both sides of `x` from one height to another: it has edges all around."""
    level = [fill for fill in fills if fill.horizontal and fill.x0 < x - _EDGE and fill.x1 > x + _EDGE]
    upper, lower = ([fill for fill in level if abs(fill.top - y) <= _EDGE] for y in (top, bottom))
    down = [fill for fill in fills if not fill.horizontal and fill.top <= top + _EDGE and fill.bottom >= bottom - _EDGE]
    return any(
        abs(above.x0 - below.x0) <= _EDGE
        and abs(above.x1 - below.x1) <= _EDGE
        and all(any(abs(fill.x0 - side) <= _EDGE for fill in down) for side in (above.x0, above.x1))
        for above in upper
        for below in lower
    )


def _parts(x: float, top: float, bottom: float, words: Sequence[Word]) -> bool:
    """Whether several words stand between two heights, and none across an edge."""
    between = [word.bbox for word in words if top < (word.bbox.top + word.bbox.bottom) / 2 < bottom]
    return len(between) > 1 and not any(box.x0 < x - _INTO and box.x1 > x + _INTO for box in between)
