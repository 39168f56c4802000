"""Words set at a place, as text layers hold them."""

from __future__ import annotations

from extract.model import BBox, Word

SIZE = 9.0


def word(text: str, x: float, y: float) -> Word:
    """A word that begins at x, its middle at y."""
    return Word(text, BBox(x, y - SIZE / 2, x + len(text) * (SIZE / 2 if text.isascii() else SIZE), y + SIZE / 2))
