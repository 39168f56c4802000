"""The text of a cell from the glyphs that lie in it, and the reasons to doubt that they belong together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from extract.model import BBox, Reading

_SAME_LINE = 0.6
"""Of a glyph's height: centres closer than this in y stand on one line."""

_SPACE = 1.04
"""Of a digit's height: digits whose centres are farther apart have a space between them, which a number does not."""

_PADDING = 14.0
"""Points of cell width that padding may take when a number is wrapped because it did not fit."""

_OVER = 0.25
"""Of a glyph's width: neighbours that overlap by more are two texts on one spot."""

SEPARATORS = ".,\uff0c\uff0e"
"""Characters that may stand within a number, besides its digits."""

Box = Sequence[float]


def read(chars: str, boxes: Sequence[Box], cell: BBox) -> tuple[Reading, BBox | None]:
    """A cell's text with lines joined by a newline, and the box of its ink.

    `boxes` has x0, top, x1, bottom for each of `chars`, in content order. Doubts name numbers broken over lines
    although the cell was wide enough; digits set apart on a line get a space between them.
    """
    if not chars:
        return Reading(""), None
    if chars.isdigit() and _plain_number(boxes):
        return Reading(chars), BBox(boxes[0][0], min([b[1] for b in boxes]), boxes[-1][2], max([b[3] for b in boxes]))
    x0, top, x1, bottom = zip(*boxes, strict=True)
    ink = BBox(min(x0), min(top), max(x1), max(bottom))
    lines = _as_drawn(boxes) or _lines(boxes)
    if not any(char.isdigit() for char in chars):
        return Reading("\n".join("".join([chars[i] for i in line]) for line in lines)), ink
    size = median([box[3] - box[1] for box in boxes])
    texts = [_spaced(line, chars, boxes, _SPACE * size) for line in lines]
    doubts: dict[str, None] = {}
    if any(_overprinted(line, chars, boxes) for line in lines):
        doubts["characters are printed over each other"] = None
    for line, text, following in zip(lines, texts, texts[1:], strict=False):
        if _numeric(text) and _numeric(following):
            width = boxes[line[-1]][2] - boxes[line[0]][0]
            if width + 0.7 * size + _PADDING < cell.width:
                doubts["digits on separate lines of a wide cell"] = None
    return Reading("\n".join(texts), doubts=tuple(doubts)), ink


def _plain_number(boxes: Sequence[Box]) -> bool:
    """Whether digits, as they come, stand side by side on one line: nearly every cell, and no further look needed."""
    height = boxes[0][3] - boxes[0][1]
    for a, b in pairwise(boxes):
        step = (b[0] + b[2] - a[0] - a[2]) / 2
        if not (0.5 * height < step < 0.95 * height and abs(b[3] - a[3]) < 0.2 * height and b[0] >= a[2]):
            return False
    return True


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
    """Whether a digit stands partly on its neighbour: two texts that run into each other."""
    return any(
        boxes[right][0]
        < boxes[left][2] - _OVER * min(boxes[left][2] - boxes[left][0], boxes[right][2] - boxes[right][0])
        for left, right in pairwise(line)
        if chars[left].isdigit() or chars[right].isdigit()
    )


def _spaced(line: Sequence[int], chars: str, boxes: Sequence[Box], space: float) -> str:
    """A line's text, with a space where digits stand apart."""
    text = chars[line[0]]
    for left, right in pairwise(line):
        a, b = boxes[left], boxes[right]
        wide = max(a[2] - a[0], b[2] - b[0])  # full-width digits stand their own width apart
        apart = (
            chars[left].isdigit()
            and chars[right].isdigit()
            and (b[0] + b[2] - a[0] - a[2]) / 2 > max(space, 1.7 * wide)
        )
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
