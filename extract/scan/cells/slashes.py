"""Slashes that lean too little to be told alone: narrow fonts print blanks so, beside digits that stand upright."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import numpy as np

from extract.scan.cells.shapes import Mask, is_slash, is_straight, lean, parts

STROKES = frozenset("/1l|I7丿╱ノ一八")
"""What a recogniser makes of a slash."""

_POSTS = frozenset("0138")
"""Digits that a line across or down halves evenly, but for the flag of a one: they lean as their font does."""

_FEWEST, _MANY = 3, 8
"""Strokes that are surely slashes from which others like them are, and digits beside them; and strokes that lean alike
where none is sure: ones of an oblique font lean as far, but few stand alone among digits that do not.
"""

_LEAST, _ALIKE = 0.16, 0.08
"""How far such strokes lean over their height, and by how much one may differ from them."""

_STEEPER = 0.12
"""By how much more they lean than digits mostly do."""


def is_stroke(*texts: str) -> bool:
    """Whether what was read in the views of a line may be a slash."""
    return any(texts) and STROKES.issuperset(filter(None, texts))


def is_leaning(ink: Mask, slant: float) -> bool:
    """Whether the ink is a stroke that leans as a page's slashes do, `slant` over its height; 0 where it has none."""
    return bool(slant) and abs(lean(ink) - slant) <= _ALIKE and is_straight(ink)


def slant(lines: Iterable[tuple[str, Mask]]) -> float:
    """How far the slashes among a page's lines lean over their height, each with what was read in it; 0 without any.

    Strokes of one lean are slashes if some are that surely, or if there are many and digits stand more upright.
    """
    strokes: list[Mask] = []
    others: list[tuple[str, Mask]] = []
    for text, ink in lines:
        if not is_stroke(text):
            others.append((text, ink))
        elif is_straight(ink):
            strokes.append(ink)
    leans = [lean(ink) for ink in strokes]
    sure = [own for own, ink in zip(leans, strokes, strict=True) if is_slash(ink)]
    known = len(sure) >= _FEWEST
    leaning = sure if known else [own for own in leans if own >= _LEAST - _ALIKE / 2]
    if not (known or len(leaning) >= _MANY) or (usual := median(leaning)) < _LEAST:
        return 0.0
    posts = [own for own in leans if abs(own - usual) > _ALIKE]
    posts += [own for text, ink in others for own in _leans(text, ink)]
    if not known and len(posts) < _FEWEST:
        return 0.0
    return usual if not posts or median(posts) <= usual - _STEEPER else 0.0


def _leans(text: str, ink: Mask) -> Sequence[float]:
    """How far the digits of a number lean that show how far its font does."""
    if not (text.isascii() and text.isdecimal()):
        return []
    digits = parts(ink)
    if len(digits) != len(text):
        return []
    pieces = (ink[:, digit[0] : digit[-1] + 1] for char, digit in zip(text, digits, strict=True) if char in _POSTS)
    return [lean(np.ascontiguousarray(piece)) for piece in pieces]
