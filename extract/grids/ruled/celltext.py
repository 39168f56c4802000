"""The text of a cell from the glyphs that lie in it, and the reasons to doubt that they belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from extract.model import BBox, Glyphs, Reading, boxes_of, code_points

_SAME_LINE = 0.6
"""Of a glyph's height: centres closer than this in y stand on one line."""

_SPACE = 1.04
"""Of a digit's height: digits whose centres are farther apart have a space between them, which a number does not."""

EVEN = 0.15
"""Of a digit's height: steps from digit to digit that differ by less are one pitch."""

_EM = 1.45
"""Of a full-width digit's height: what it takes up on its line."""

_CLOSEST = 0.6
"""Of that: full-width digits whose centres are closer are of two texts, although their ink does not touch."""

_FULL_WIDTH = range(0xFF10, 0xFF1A)
"""Code points of full-width digits."""

PADDING = 14.0
"""Points of cell width that padding may take when a number is wrapped because it did not fit."""

_OVER = 0.25
"""Of a glyph's width: neighbours that overlap by more are two texts on one spot."""

_WIDE = 1.7
"""The same of the wider digit's width: full-width digits stand their own width apart."""

AS_HIGH = 0.8
"""Of the higher of two digits beside each other: what the lower has at least, unless the table's digits are so."""

_RAISED = 0.2
"""Of the higher of them: how much farther up or down one stands at least, above and below, that is of another text."""

_OLD_STYLE, _OFTEN = 0.9, 4
"""Of how much lower a digit usually is, in figures of which some are lower than others; and how often it must be seen.
"""

_WIDE_SEPARATORS = "\uff0c\uff0e"
SEPARATORS = ".," + _WIDE_SEPARATORS
"""Characters that may stand within a number, besides its digits."""

OVERPRINT = "characters are printed over each other"
SIZES = "digits of different sizes stand in one number"

Box = Sequence[float]


_NOTHING = Reading("")

_ONWARD, _BELOW, _ODD = range(3)
"""How a glyph stands to the one before it: beside it, on the next line, or in a way that needs a closer look."""


def read_cells(
    glyphs: Glyphs, starts: Sequence[int], cells: Sequence[BBox], pitch: float = 0.0
) -> list[tuple[Reading, BBox | None]]:
    """Each cell's text with lines joined by a newline, and the box of its ink.

    `glyphs` come cell by cell, in content order within each: those of cell i are `starts[i]` up to `starts[i + 1]`.
    Doubts name numbers broken over lines although the cell was wide enough; digits set apart on a line get a space
    between them. `pitch` is the step from digit to digit, in points, of a table that sets all its digits apart.
    """
    filled = [i for i in range(len(cells)) if starts[i] < starts[i + 1]]
    texts: list[tuple[Reading, BBox | None]] = [(_NOTHING, None)] * len(cells)
    if not filled:
        return texts
    first = np.array(starts)[filled]
    low = np.minimum.reduceat(glyphs.boxes[:, :2], first)
    high = np.maximum.reduceat(glyphs.boxes[:, 2:], first)
    steps, worst = _steps(glyphs, first, pitch)
    chars = list(glyphs.text)
    for i in np.flatnonzero(steps == _BELOW).tolist():
        chars[i] = "\n" + chars[i]
    heights = _usual_heights(glyphs) if (worst == _ODD).any() else {}
    inks = boxes_of(np.concatenate((low, high), axis=1).tolist())
    for i, step, ink in zip(filled, worst.tolist(), inks, strict=True):
        start, end = starts[i], starts[i + 1]
        if step == _ONWARD:
            reading = _plain(glyphs.text[start:end])
        elif step == _BELOW:
            reading = _plain("".join(chars[start:end]))
        else:
            reading = _read(glyphs.text[start:end], glyphs.boxes[start:end], cells[i], pitch, heights)
        texts[i] = reading, ink
    return texts


@lru_cache(maxsize=4096)
def _plain(text: str) -> Reading:
    """The reading of a text without doubt; kept, since most are the form's labels or small numbers."""
    return Reading(text)


def separating(text: str, codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of a text's n characters, whose code points are given, may stand within a number."""
    found = np.zeros(len(codes), dtype=bool)
    for char in SEPARATORS:
        if char in text:
            found |= codes == ord(char)
    return found


def full_width(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of n code points are full-width digits."""
    return (codes >= _FULL_WIDTH[0]) & (codes <= _FULL_WIDTH[-1])


@cache
def _digits() -> NDArray[np.bool_]:
    """For each code point of the first plane whether it is a digit; those beyond, the last here, are taken for some."""
    return np.array([*(chr(code).isdigit() for code in range(0x10000)), True])


def _steps(glyphs: Glyphs, first: NDArray[np.int64], pitch: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How each glyph follows the one before it in its cell, and for each cell the worst of that.

    `first` are the glyphs that begin a cell. Nearly all cells need no closer look: they were drawn in reading order, no
    number may go on from one line to the next, and no digit stands apart from its neighbours or on them.
    """
    x0, top, x1, bottom = glyphs.boxes.T
    width, height = x1 - x0, bottom - top
    middle = (top + bottom) / 2
    codes, digits = code_points(glyphs.text), _digits()
    digit = digits[np.minimum(codes, len(digits) - 1)]
    one_line = (top[:-1] < middle[1:]) & (middle[1:] < bottom[:-1])
    one_line |= (top[1:] < middle[:-1]) & (middle[:-1] < bottom[1:])
    smallest = np.repeat(np.minimum.reduceat(height, first), np.diff(np.append(first, len(height))))
    reach = np.maximum(_SPACE * smallest[1:], _WIDE * np.maximum(width[1:], width[:-1]))
    if pitch:
        reach = np.maximum(reach, pitch + EVEN * smallest[1:])
    wide = full_width(codes)
    reach = np.where(wide[1:] & wide[:-1], np.maximum(reach, _EM * np.minimum(height[1:], height[:-1])), reach)
    apart = digit[1:] & digit[:-1] & ((x0[1:] + x1[1:] - x0[:-1] - x1[:-1]) / 2 > reach)
    over = (digit[1:] | digit[:-1]) & (x0[1:] < x1[:-1] - _OVER * np.minimum(width[1:], width[:-1]))
    over |= wide[1:] & wide[:-1] & (x0[1:] + x1[1:] - x0[:-1] - x1[:-1] < 2 * _least_step(height[1:], height[:-1]))
    higher = np.maximum(height[1:], height[:-1])
    raised = np.minimum(np.abs(top[1:] - top[:-1]), np.abs(bottom[1:] - bottom[:-1])) > _RAISED * higher
    uneven = digit[1:] & digit[:-1] & (raised | (np.minimum(height[1:], height[:-1]) < AS_HIGH * higher))
    onward = one_line & ~uneven & (x0[1:] > x0[:-1]) & ~apart & ~over
    numeric = digit | separating(glyphs.text, codes)
    below = ~one_line & (top[1:] >= bottom[:-1] - 1) & ~(numeric[1:] & numeric[:-1])
    steps = np.zeros(len(height), dtype=np.int64)
    steps[1:] = np.where(onward, _ONWARD, np.where(below, _BELOW, _ODD))
    steps[first] = _ONWARD
    return steps, np.maximum.reduceat(steps, first)


def _least_step(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far apart the centres of full-width digits of some heights are at least, in one text."""
    return _CLOSEST * _EM * np.minimum(one, other)


def _usual_heights(glyphs: Glyphs) -> dict[str, float]:
    """How high each digit usually is that a table has often."""
    codes, height = code_points(glyphs.text), glyphs.boxes[:, 3] - glyphs.boxes[:, 1]
    found = {char: height[codes == ord(char)] for char in set(glyphs.text) if char.isdigit()}
    return {char: float(np.median(own)) for char, own in found.items() if len(own) >= _OFTEN}


def _read(chars: str, places: NDArray[np.float64], cell: BBox, pitch: float, heights: Mapping[str, float]) -> Reading:
    """The text of one cell; `places` is (n, 4), the box of each of `chars` in content order."""
    boxes: list[Box] = places.tolist()
    lines = _as_drawn(boxes) or _lines(boxes)
    if not any(char.isdigit() for char in chars):
        return Reading("\n".join("".join([chars[i] for i in line]) for line in lines))
    size = median([box[3] - box[1] for box in boxes])
    space = max(_SPACE * size, pitch + EVEN * size) if pitch else _SPACE * size
    texts = [_spaced(line, chars, boxes, space) for line in lines]
    doubts: dict[str, None] = {}
    if any(_overprinted(line, chars, boxes) for line in lines):
        doubts[OVERPRINT] = None
    if any(_of_sizes(line, chars, boxes, heights) for line in lines):
        doubts[SIZES] = None
    for (line, below), (text, following) in zip(pairwise(lines), pairwise(texts), strict=True):
        if _numeric(text) and _numeric(following):
            end = boxes[line[-1]]
            width = max(end[2], end[0] + _EM * size if chars[line[-1]] in _WIDE_SEPARATORS else 0.0) - boxes[line[0]][0]
            more = (_EM if ord(chars[line[-1]]) in _FULL_WIDTH else 0.7) * size
            if chars[line[-1]] in SEPARATORS:  # between separators nothing is wrapped
                group = next((i for i in below if chars[i] in SEPARATORS), below[-1])
                more = max(more, boxes[group][2] - boxes[below[0]][0])
            if width + more + PADDING < cell.width:
                doubts["digits on separate lines of a wide cell"] = None
    return Reading("\n".join(texts), doubts=tuple(doubts))


def _as_drawn(boxes: Sequence[Box]) -> list[list[int]]:
    """The lines of glyphs that were drawn in reading order, as most are; empty when these were not."""
    lines = [[0]]
    for i, (a, b) in enumerate(pairwise(boxes), start=1):
        if a[1] < (b[1] + b[3]) / 2 < a[3] or b[1] < (a[1] + a[3]) / 2 < b[3]:
            if b[0] <= a[0]:
                return []
            lines[-1].append(i)
        elif b[1] >= a[3] - 1:
            lines.append([i])
        else:
            return []
    return lines


def _numeric(text: str) -> bool:
    return all(char.isdigit() or char == " " or char in SEPARATORS for char in text)


def _overprinted(line: Sequence[int], chars: str, boxes: Sequence[Box]) -> bool:
    """Whether a digit stands partly on its neighbour, or where it would: two texts that run into each other."""
    full = [i for i in line if ord(chars[i]) in _FULL_WIDTH]
    places = np.array([boxes[i] for i in full]).reshape(-1, 4)
    high, middle = places[:, 3] - places[:, 1], (places[:, 0] + places[:, 2]) / 2
    if (np.diff(middle) < _least_step(high[1:], high[:-1])).any():
        return True
    return any(
        boxes[right][0]
        < boxes[left][2] - _OVER * min(boxes[left][2] - boxes[left][0], boxes[right][2] - boxes[right][0])
        for left, right in pairwise(line)
        if chars[left].isdigit() or chars[right].isdigit()
    )


def _of_sizes(line: Sequence[int], chars: str, boxes: Sequence[Box], heights: Mapping[str, float]) -> bool:
    """Whether a digit is far lower than one beside it, or stands higher, as the number of a note: it is another text's.

    In figures of which some are lower than others, those are as low as usual, and may stand higher.
    """
    old_style = bool(heights) and min(heights.values()) < AS_HIGH * max(heights.values())
    for pair in pairwise(line):
        if not all(chars[i].isdigit() for i in pair):
            continue
        low, high = sorted(pair, key=lambda i: boxes[i][3] - boxes[i][1])
        a, b = boxes[low], boxes[high]
        height = max(b[3] - b[1], 1e-6)
        known = old_style and chars[low] in heights and chars[high] in heights
        usual = _OLD_STYLE * heights[chars[low]] / heights[chars[high]] if known else 1.0
        if (not old_style and raised(a, b)) or a[3] - a[1] < min(AS_HIGH, usual) * height:
            return True
    return False


def raised(one: Box, other: Box) -> bool:
    """Whether one of two characters stands so much higher that it is of another text."""
    height = max(one[3] - one[1], other[3] - other[1])
    return min(abs(one[1] - other[1]), abs(one[3] - other[3])) > _RAISED * height


def _spaced(line: Sequence[int], chars: str, boxes: Sequence[Box], space: float) -> str:
    """A line's text, with a space where digits stand apart."""
    text = chars[line[0]]
    for left, right in pairwise(line):
        a, b = boxes[left], boxes[right]
        wide = max(a[2] - a[0], b[2] - b[0])
        full = ord(chars[left]) in _FULL_WIDTH and ord(chars[right]) in _FULL_WIDTH
        reach = max(space, _WIDE * wide, _EM * min(a[3] - a[1], b[3] - b[1]) if full else 0.0)
        apart = chars[left].isdigit() and chars[right].isdigit() and (b[0] + b[2] - a[0] - a[2]) / 2 > reach
        text += " " + chars[right] if apart else chars[right]
    return text


def _lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of glyphs line by line, each line left to right."""
    # Tall glyphs first: a comma or a dash alone must not open a line of its own.
    lines: list[tuple[float, float, list[int]]] = []
    for i in sorted(range(len(boxes)), key=lambda i: boxes[i][1] - boxes[i][3]):
        middle, height = (boxes[i][1] + boxes[i][3]) / 2, boxes[i][3] - boxes[i][1]
        for at, tall, members in lines:
            if abs(at - middle) <= _SAME_LINE * tall:
                members.append(i)
                break
        else:
            lines.append((middle, max(height, 3.0), [i]))
    return [sorted(members, key=lambda i: boxes[i][0]) for _, _, members in sorted(lines)]
