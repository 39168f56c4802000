"""Text that is struck out: what a file says there is print, and no longer a part of any number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from extract.model import UNMAPPED, Glyphs, Ruling, extents, lying

_LONGEST = 90.0
"""Points that a stroke through a number may have: a table's own lines are longer, or meet no print."""

_MIDDLE = 0.22
"""Of a character's height: a stroke farther from its top and its bottom runs through it; an underline does not."""

_BEYOND = 0.75
"""Of the widest character's width: how far a stroke may reach past the first and the last one that it runs through."""

_HIGH = 3.0
"""Points from which a character is high enough to be run through; dashes are not."""

STRUCK = "text that is struck out is no number"
"""What a page says of it."""


def without_struck(glyphs: Glyphs, rulings: Sequence[Ruling]) -> Glyphs:
    """A page's glyphs, those that are struck out being no characters any more.

    They keep their places, since what is left of a number must not be taken for all of it: programs that print tracked
    changes show a number's old digits right before its new ones.

    Args:
        glyphs: The page's characters.
        rulings: Its lines; one that is just as long as some characters, and runs through their middle,
            strikes them out.
    """
    struck = _struck(glyphs, rulings)
    if not struck.any():
        return glyphs
    text = "".join(UNMAPPED if gone else char for char, gone in zip(glyphs.text, struck.tolist(), strict=True))
    return replace(glyphs, text=text)


def _struck(glyphs: Glyphs, rulings: Sequence[Ruling]) -> NDArray[np.bool_]:
    """Which glyphs some stroke runs through that is just as long as they are."""
    struck = np.zeros(len(glyphs.text), dtype=bool)
    lines = extents([line for line in rulings if line.kind == "line"])
    lines = lines[lying(lines) & (lines[:, 2] - lines[:, 0] <= _LONGEST)]
    if not len(lines) or not len(struck):
        return struck
    x0, top, x1, bottom = glyphs.boxes.T
    x, room = (x0 + x1) / 2, _MIDDLE * (bottom - top)
    for left, y, right, _ in lines.tolist():
        through = np.flatnonzero((y > top + room) & (y < bottom - room) & (x > left) & (x < right))
        if not len(through) or not (bottom - top)[through].max() >= _HIGH:
            continue
        beyond = _BEYOND * (x1 - x0)[through].max()
        if left >= x0[through].min() - beyond and right <= x1[through].max() + beyond:
            on_line = (x > left) & (x < right) & (top < y) & (bottom > y)
            struck |= on_line
    return struck
