"""A page's text layer: characters with their boxes."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.geometry import median
from extract.model import Glyphs, code_points, picked
from extract.source import calls
from extract.source.frame import Frame
from extract.source.paths import Drawn, text_bounds
from extract.source.strings import with_lost_digits

NO_BOXES: NDArray[np.float64] = np.zeros((0, 4))

_SAMPLE = 60
"""Characters looked at to tell which way a page's text runs."""

_ASLANT = math.radians(8)
"""From this angle to a page's edges text is a watermark."""

_LARGE = 2.2
"""Times the usual height from which pale text is a watermark, and what goes on beside it."""

_PALE = 120, 249
"""Levels of its darkest channel between which text is pale; white text has a dark ground, where it is seen at all."""

WATERMARK = "text set aslant, sideways or pale and large, as watermarks are, was left out"
"""What a page says of it."""

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\ufffe\uffff\x00\x02\xad"


class TextLayer:
    """The text of a loaded page. `close` it before the page.

    `watermarks` are, once glyphs were asked for, those that were left out because they are a watermark's, `beyond`
    those above or below the page, where programs that lay out one long sheet draw rows of other pages.
    """

    def __init__(self, page: Any) -> None:
        self._textpage = page.get_textpage()
        self.count = pdfium_c.FPDFText_CountChars(self._textpage)
        self.text = self._read()
        self.watermarks = self.beyond = Glyphs("", NO_BOXES)
        self._objects = np.zeros(0, dtype=np.int64)  # addresses of the text objects that strings are

    def _read(self) -> str:
        """One character for each index of PDFium, so that text[i] has box i."""
        units = np.zeros(self.count + 1, dtype=np.uint16)
        room = ctypes.byref(ctypes.c_ushort.from_buffer(units.data))
        written = pdfium_c.FPDFText_GetText(self._textpage, 0, self.count, room) if self.count else 0
        text = units[: max(0, written - 1)].tobytes().decode("utf-16-le", errors="replace")
        if len(text) == self.count:
            return text
        codes = (pdfium_c.FPDFText_GetUnicode(self._textpage, i) for i in range(self.count))
        return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\x00" for code in codes)

    def direction(self) -> int | None:
        """Clockwise turn (0, 90, 180, 270) that makes most of the text read upright; None without text."""
        turns: Counter[int] = Counter()
        for angle, count in Counter(self._angles[:: max(1, len(self._angles) // _SAMPLE)].tolist()).items():
            if angle >= 0:
                # PDFium measures the angle clockwise, so turning by what is left of the circle undoes it.
                turns[-round(math.degrees(angle) / 90) * 90 % 360] += count
        if not turns:
            return None
        return turns.most_common(1)[0][0]

    def fonts(self, indices: Sequence[int]) -> list[int | None]:
        """Addresses of the fonts of some characters; None where PDFium knows none."""
        return calls.char_fonts(self._textpage, indices)

    @cached_property
    def _visible(self) -> list[int]:
        """Indices of the characters that leave a mark."""
        marks = _marks()
        return np.flatnonzero(marks[np.minimum(code_points(self.text), len(marks) - 1)]).tolist()

    @cached_property
    def _angles(self) -> NDArray[np.float64]:
        """Their angles in radians, clockwise; negative where PDFium knows none."""
        return calls.char_angles(self._textpage, self._visible)

    def glyphs(self, frame: Frame, *, strings: bool = True) -> Glyphs:
        """The visible characters, each once, with tight boxes on the upright page; `strings` only for its tables."""
        boxes = calls.char_boxes(self._textpage, self._visible)
        wanted, angles = np.array(self._visible, dtype=np.int64), self._angles
        given = ~np.isnan(boxes[:, 0])
        if not given.all():
            kept = np.flatnonzero(given)
            wanted, boxes, angles = wanted[kept], boxes[kept], angles[kept]
        if not len(wanted):
            return Glyphs("", NO_BOXES)
        upright = frame.boxes(boxes[:, [0, 2, 1, 3]])
        if frame.rotation == 180:
            order = _turned_round(upright)
            wanted, boxes, angles, upright = wanted[order], boxes[order], angles[order], upright[order]
        glyphs = Glyphs(picked(self.text, wanted), upright, self._strings(wanted) if strings else None)
        water = self._watermarks(wanted, boxes, angles)
        if water.any():
            self.watermarks, glyphs = glyphs.only(water), glyphs.only(~water)
        middle = (glyphs.boxes[:, 1] + glyphs.boxes[:, 3]) / 2
        on_page = (middle >= 0) & (middle <= frame.upright_height)
        if not on_page.all():
            self.beyond, glyphs = glyphs.only(~on_page), glyphs.only(on_page)
        return _without_overprints(glyphs)

    def _strings(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each of some characters a number that those of one text object share; -1 for letters."""
        letters = _letters()
        asked = np.flatnonzero(~letters[np.minimum(code_points(self.text)[indices], len(letters) - 1)])
        drawn = [item or 0 for item in calls.char_objects(self._textpage, indices[asked].tolist())]
        strings = np.full(len(indices), -1)
        self._objects, strings[asked] = np.unique(drawn, return_inverse=True)
        return strings

    def completed(self, glyphs: Glyphs, frame: Frame, drawn: Drawn, *, covered: bool) -> Glyphs:
        """The glyphs that are seen, others being `covered`, with the digits that PDFium keeps back of them."""

        def bounds(strings: Sequence[int]) -> NDArray[np.float64]:
            return frame.boxes(text_bounds(drawn, self._objects[list(strings)].tolist()))

        return with_lost_digits(glyphs, bounds, covered=covered)

    def _watermarks(
        self, indices: NDArray[np.int64], boxes: NDArray[np.float64], angles: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which characters are no table's: those aslant, sideways digits, and those pale and far larger than others."""
        found = np.zeros(len(indices), dtype=bool)
        if angles.any():
            quarters = np.round(angles / (math.pi / 2)).astype(int)
            found = np.abs(angles - quarters * (math.pi / 2)) > _ASLANT
            most = np.bincount(quarters.clip(0) % 4).argmax()
            # A label may run sideways, a number does not: left in, its digits would be read in some wrong order.
            sideways = np.flatnonzero(quarters.clip(0) % 4 != most).tolist()
            found[[i for i in sideways if self.text[indices[i]].isdigit()]] = True
        height = np.maximum(boxes[:, 3] - boxes[:, 2], boxes[:, 1] - boxes[:, 0])
        large = np.flatnonzero(~found & (height > _LARGE * median(height)))
        if len(large):
            darkest = calls.char_fills(self._textpage, indices[large].tolist())[:, :3].min(axis=1)
            pale = large[(darkest >= _PALE[0]) & (darkest <= _PALE[1])]
            found[pale] = True
            if len(pale):
                found |= _of_their_lines(pale, boxes, angles, calls.char_fills(self._textpage, indices.tolist()))
        return found

    def close(self) -> None:
        """Give the text page's memory back to PDFium."""
        self._textpage.close()


def _of_their_lines(
    large: NDArray[np.int64], boxes: NDArray[np.float64], angles: NDArray[np.float64], fills: NDArray[np.uint32]
) -> NDArray[np.bool_]:
    """Which characters go on beside `large` ones in their colour, on their height: not all of a line are as large.

    Args:
        large: Indices of some of the characters.
        boxes: (n, 4) left, right, bottom, top of all, in the order in which they are drawn.
        angles: (n,) directions of their lines.
        fills: (n, 4) their colours.
    """
    found = np.zeros(len(boxes), dtype=bool)
    middles = (boxes[:, 0] + boxes[:, 1]) / 2, (boxes[:, 2] + boxes[:, 3]) / 2
    for i in large.tolist():
        upright = round(angles[i] / (math.pi / 2)) % 2 == 0
        first, last = boxes[i, 2:] if upright else boxes[i, :2]
        middle = middles[upright]
        alike = (fills == fills[i]).all(axis=1) & (middle >= first) & (middle <= last)
        others = np.flatnonzero(~alike)
        at = int(np.searchsorted(others, i))
        found[(others[at - 1] + 1 if at else 0) : (others[at] if at < len(others) else len(found))] = True
    return found


@cache
def _marks() -> NDArray[np.bool_]:
    """For each code point, whether its character leaves a mark; the last is for all beyond, which do."""
    marks = np.ones(0x10001, dtype=bool)
    marks[[code for code in range(0x10000) if chr(code).isspace()]] = False
    marks[[ord(char) for char in _INVISIBLE]] = False
    return marks


@cache
def _letters() -> NDArray[np.bool_]:
    """For each code point whether its character is a letter, which most of a page are; the last is for all beyond."""
    return np.array([*(chr(code).isalpha() for code in range(0x10000)), True])


def _turned_round(boxes: NDArray[np.float64]) -> NDArray[np.int64]:
    """The order in which lines that stand on their heads are read; (n,) positions in PDFium's order.

    PDFium puts the strings of a line in order as on an upright page, so that the last one comes first, but reads each
    from its own beginning: a string ends where the next character is to the left.
    """
    x, y, height = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2, boxes[:, 3] - boxes[:, 1]
    beside = np.abs(np.diff(y)) < np.maximum(height[1:], height[:-1]) / 2
    line = np.concatenate(([0], np.cumsum(~beside)))
    string = np.concatenate(([0], np.cumsum(~beside | (np.diff(x) < 0))))
    return np.lexsort((-string, line))


def _without_overprints(glyphs: Glyphs) -> Glyphs:
    """Drop characters drawn again on the same spot, as publishers do to make text look bold."""
    text, boxes = glyphs.text, glyphs.boxes
    codes = code_points(text).astype(np.float64)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    reach = np.maximum(boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]) * 0.12
    first = np.full(len(text), -1)
    for shift in (0.0, 2.0):  # two samplings of y, so that no pair is parted by rounding in both
        order = np.lexsort((x, np.floor((y + shift) / 4) + codes * 1e6))  # by character, then line, then place in it
        same = (np.diff(codes[order]) == 0) & (np.abs(np.diff(x[order])) <= reach[order[:-1]])
        pairs = np.flatnonzero(same & (np.abs(np.diff(y[order])) <= reach[order[:-1]]))
        if len(pairs):
            one, other = order[pairs], order[pairs + 1]
            first[np.maximum(one, other)] = np.minimum(one, other)
    if (first < 0).all():
        return glyphs
    again = (first >= 0) & ~_of_others(text, boxes, first)
    return glyphs.only(~again)


def _of_others(text: str, boxes: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which digits are not drawn again, but stand where a number that runs into theirs has the same digit by chance.

    Of such a number the digits beside it are not drawn again. `first` is (n,): the character that each repeats, or -1.
    """
    chance = np.zeros(len(text), dtype=bool)
    middle, height = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3] - boxes[:, 1]
    for i in np.flatnonzero(first >= 0).tolist():
        if text[i].isdigit() and first[i] < i - 1:  # else each is drawn twice before the next
            beside = [j for j in (i - 1, i + 1) if 0 <= j < len(text) and text[j].isdigit() and first[j] < 0]
            chance[i] = any(
                0.3 * height[i] < (middle[j] - middle[i]) * (j - i) < height[i]
                and abs(boxes[j, 1] - boxes[i, 1]) < height[i] / 2
                for j in beside
            )
    return chance
