"""The text of a cell from the glyphs that lie in it, and the reasons to doubt that they belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.model import BBox, Reading

_SAME_LINE = 0.6
"""Of a glyph's height: centres closer than this in y stand on one line."""

_SPACE = 0.75
"""Of a glyph's height: a wider gap between digits is a space that a number does not have."""

_PADDING = 14.0
"""Points of cell width that padding may take when a number is wrapped because it did not fit."""


def read(chars: list[str], boxes: NDArray[np.float64], cell: BBox) -> tuple[Reading, BBox | None]:
    """A cell's text with lines joined by a newline, and the box of its ink.

    `boxes` is (n, 4), one row for each of `chars`, in content order. Doubts name digits set apart on a line and numbers
    broken over lines although the cell was wide enough.
    """
    if not chars:
        return Reading(""), None
    ink = BBox(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    if len(chars) == 1:
        return Reading(chars[0]), ink
    lines = _lines(boxes)
    texts: list[str] = []
    doubts: dict[str, None] = {}
    size = float(np.median(boxes[:, 3] - boxes[:, 1]))
    for line in lines:
        text = chars[line[0]]
        for left, right in zip(line, line[1:], strict=False):
            apart = chars[left].isdigit() and chars[right].isdigit() and boxes[right, 0] - boxes[left, 2] > _SPACE * size
            text += " " + chars[right] if apart else chars[right]
        texts.append(text)
    if any(len(text) > 1 and text.isdigit() for text in texts) or all(text.isdigit() for text in texts):
        for line, text, following in zip(lines, texts, texts[1:], strict=False):
            width = boxes[line, 2].max() - boxes[line, 0].min()
            if text[-1].isdigit() and following[0].isdigit() and width + 0.7 * size + _PADDING < cell.width:
                doubts["digits on separate lines of a wide cell"] = None
    return Reading("\n".join(texts), doubts=tuple(doubts)), ink


def _lines(boxes: NDArray[np.float64]) -> list[list[int]]:
    """Indices of glyphs line by line, each line left to right."""
    middle = ((boxes[:, 1] + boxes[:, 3]) / 2).tolist()
    height = (boxes[:, 3] - boxes[:, 1]).tolist()
    left = boxes[:, 0].tolist()
    # Tall glyphs first: a comma or a dash alone must not open a line of its own.
    lines: list[tuple[float, float, list[int]]] = []
    for i in sorted(range(len(middle)), key=lambda i: -height[i]):
        for at, tall, members in lines:
            if abs(at - middle[i]) <= _SAME_LINE * tall:
                members.append(i)
                break
        else:
            lines.append((middle[i], max(height[i], 3.0), [i]))
    return [sorted(members, key=left.__getitem__) for _, _, members in sorted(lines)]
