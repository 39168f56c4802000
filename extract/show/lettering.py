"""Type on pictures: sizes, widths, and ids made short enough for their place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

SMALLEST = 9
"""Pixels of the smallest type that can be read."""


def fitted(row: str, column: str, largest: int, room: int) -> tuple[str, int]:
    """row.column short enough for the width, and the size to set it in: smaller type first, then words cut evenly."""
    text = ""
    for letters in (99, 6, 5, 4, 3, 2):
        text = ".".join("_".join(word[:letters] for word in part.split("_")) for part in (*row.split("."), column))
        for size in range(largest, SMALLEST - 1, -1):
            if width(text, size) <= room:
                return text, size
    while text and width(text, SMALLEST) > room:
        text = text[:-1]
    return text, SMALLEST


def ascii_only(text: str) -> str:
    """Text for a font that has ASCII only: everything else as its escape."""
    return ascii(text)[1:-1]


def width(text: str, size: int) -> int:
    """Pixels that a line takes in type of a size."""
    return round(font(size).getlength(text))


@cache
def font(size: int) -> Font:
    """Pillow's own font, which has ASCII only."""
    from PIL import ImageFont

    return ImageFont.load_default(size)
