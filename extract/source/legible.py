"""Whether a text layer's characters can be what is printed: garbled text, and digits that look like others."""

from __future__ import annotations

import ctypes
from collections.abc import Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.model import code_points
from extract.source import calls
from extract.source.text import TextLayer

_ENOUGH = 30
"""Characters beyond ASCII from which text can be judged."""

_STRANGE = 0.15
"""Share of characters that hardly any text holds, from which text is garbled: reports have 0.01, garbled ones 0.28."""

_FEW = 10, 0.3
"""Characters that hardly any text holds, and share of them, from which text is garbled that is less than enough."""

_FOREIGN = 5
"""Different characters beyond ASCII, none of them Chinese, of which even less text is garbled."""

_NO_CHARACTERS = 20, 0.05
"""Codes that are no characters at all, and share of them, from which a font is damaged."""

_DIGITS = 200
"""Digits of a page whose fonts are asked for."""

_NAME = 128
"""Bytes of a font's name that are looked at."""

_Room = ctypes.c_char * _NAME
"""A type that ctypes would make anew for each name, and leave to Python's collector."""

_Font = tuple[bytes, int]

_HOLED = frozenset("0689")
"""Digits that always have holes. Beside them only a 4 may: where they are what they seem, so are the others but one."""

_SOLID, _TWO_HOLES = frozenset("12357"), 3
"""Digits that never have holes, and the outlines of an 8 and of a nought with a dot: none of them is drawn with as
many, even where its strokes are outlines of their own.
"""

_OUTLINES = ({2, 3}, {1}, {1}, {1}, {1, 2}, {1}, {2}, {1}, {3}, {2})
"""How many closed outlines the digits 0 to 9 are drawn with: a nought may have a dot or a stroke in it."""


def garbled(text: str) -> bool:
    """Whether a page's text is what comes of fonts that do not say, or say wrongly, which characters their glyphs are.

    Chinese text is made of a few thousand characters, which old character sets list first; of those that Unicode adds
    garbled text has most.
    """
    codes = np.frombuffer(text.encode("utf-16-le", errors="replace"), dtype=np.uint16)
    common, strange, without, _ = np.bincount(_kinds()[codes], minlength=4).tolist()
    count = common + strange + without
    if count < _ENOUGH:
        return bool(without + strange >= max(_FEW[0], _FEW[1] * count)) or _is_foreign(text)
    return bool(without >= max(_NO_CHARACTERS[0], _NO_CHARACTERS[1] * count) or without + strange >= _STRANGE * count)


def _is_foreign(text: str) -> bool:
    """Whether a text holds various characters beyond ASCII, and no Chinese one."""
    beyond = {character for character in text if character > "\x7f" and character.isprintable()}
    return len(beyond) >= _FOREIGN and not any(character >= "\u2e80" for character in beyond)


_COMMON, _RARE, _NONE, _BLANK = range(4)
_BLANKS = (0x00, 0x02, 0x09, 0x0A, 0x0C, 0x0D, 0x20, 0xA0, 0xAD, 0x3000, 0xFFFE, 0xFFFF)
"""Spaces, and what PDFium puts for line ends and for hyphens."""


@cache
def _kinds() -> NDArray[np.uint8]:
    """For each UTF-16 code unit, how likely it is in a report."""
    kinds = np.full(0x10000, _COMMON, dtype=np.uint8)
    for first, last in ((0xC0, 0x17F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF)):
        kinds[first : last + 1] = _RARE
    for first, last in ((0x00, 0x1F), (0x7F, 0x9F), (0xE000, 0xF8FF), (0xFFF0, 0xFFFF)):
        kinds[first : last + 1] = _NONE
    kinds[_codes("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))] = _COMMON
    kinds[_codes("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))] = _COMMON
    kinds[[*_BLANKS, *range(0x21, 0x7F)]] = _BLANK  # a table is mostly digits, garbled or not
    return kinds


def _codes(name: str, rows: range, cells: range | tuple[int, ...]) -> NDArray[np.uint16]:
    """The characters in some rows of an old character set."""
    text = bytes(byte for row in rows for cell in cells for byte in (row, cell)).decode(name, errors="ignore")
    return np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16)


@dataclass
class DigitFonts:
    """The embedded fonts of a document's digits, as far as its pages were looked at.

    A page has few digits of some fonts: those of other pages tell more of them. A font is known by its name and by the
    size of its data, since its address may be another's later.
    """

    _digits: dict[_Font, set[str]] = field(default_factory=dict)
    _believed: dict[_Font, set[int]] = field(default_factory=dict)
    _exchanged: set[_Font] = field(default_factory=set)
    _told: dict[_Font, int] = field(default_factory=dict)

    def disguise(self, number: int, layer: TextLayer) -> bool:
        """Whether fonts draw digits of a page's text layer as something else: each digit has its number of outlines.

        Two digits of a font must differ, or one of up to three that the pages up to this one have: a font may be odd
        in one. Digits that always have holes are never that odd.
        """
        disguised = False
        for address, digits in _used(layer).items():
            font = _name(address)
            known = self._digits.setdefault(font, set())
            known |= digits
            more = len(known) > self._told.get(font, 0)
            self._told[font] = len(known)
            if font in self._exchanged or (more and _exchanged(address, known)):
                self._exchanged.add(font)
                disguised = True
            else:
                self._believed.setdefault(font, set()).add(number)
        return disguised

    def misled(self) -> set[int]:
        """The pages that were believed for want of digits, each told once."""
        return set[int]().union(*(self._believed.pop(font, ()) for font in self._exchanged))


def _exchanged(font: int, digits: Set[str]) -> bool:
    """Whether a font draws some digits as others."""
    if digits >= _HOLED and _compared(font, _HOLED) == (len(_HOLED), 0):
        # A 4 may have the hole of one of them. With a dot in its nought a font has another digit with two.
        return any(calls.outlines(font, digit) == _TWO_HOLES for digit in digits & _SOLID)
    known, wrong = _compared(font, digits)
    return wrong >= 2 or (wrong == 1 and (known <= 3 or _compared(font, digits & _HOLED)[1] > 0))


def _name(font: int) -> _Font:
    """The name of a font and the size of its data in bytes; both may be empty."""
    handle, size = _handle(font), ctypes.c_size_t()
    name = _Room()
    pdfium_c.FPDFFont_GetBaseFontName(handle, name, _NAME)
    pdfium_c.FPDFFont_GetFontData(handle, None, 0, size)
    return name.value, size.value


def _used(layer: TextLayer) -> dict[int, set[str]]:
    """Which digits a page has in each embedded font, by the font's address."""
    codes = code_points(layer.text)
    digits = np.flatnonzero((codes >= ord("0")) & (codes <= ord("9")))
    places: list[int] = digits[:: max(1, -(-len(digits) // _DIGITS))].tolist()
    used: dict[int, set[str]] = {}
    for font, code in set(zip(layer.fonts(places), codes[places].tolist(), strict=True)):
        if font:
            used.setdefault(font, set()).add(chr(code))
    return {font: digits for font, digits in used.items() if pdfium_c.FPDFFont_GetIsEmbedded(_handle(font)) == 1}


def _compared(font: int, digits: Set[str]) -> tuple[int, int]:
    """How many of the digits have outlines, and how many of these have others than the digit they stand for."""
    counts = [(digit, calls.outlines(font, digit)) for digit in digits]
    known = [(digit, count) for digit, count in counts if count]
    return len(known), sum(count not in _OUTLINES[int(digit)] for digit, count in known)


def _handle(font: int) -> Any:
    return ctypes.cast(font, pdfium_c.FPDF_FONT)
