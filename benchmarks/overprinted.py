"""Numbers printed over each other, told from where the drawn document has its characters: never from what was read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from benchmarks.drafts import Key
from samples.draw_canvas import Placed

_DIGIT, _OVER = 0.5, 0.25
"""A digit's width over its font's size; and the share of it by which characters overlap that are not legible."""


def overprinted(placed: Sequence[Placed]) -> set[Key]:
    """The cells a character of whose values lies over one of another cell's."""
    return {cell.id for one, other in combinations(placed, 2) if _meet(one, other) for cell in (one, other)}


def _meet(one: Placed, other: Placed) -> bool:
    if one.page != other.page or one.id == other.id or abs(one.y - other.y) > _DIGIT * one.size:
        return False
    (start, _), (_, end) = other.sides[0], other.sides[-1]
    near = [(left, right) for left, right in one.sides if start < right and left < end]
    shared = (min(a[1], b[1]) - max(a[0], b[0]) for a in near for b in other.sides)
    return max(shared, default=0.0) > _OVER * _DIGIT * one.size
