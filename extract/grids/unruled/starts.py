"""Labels of a group and of one of its rows that run into each other for want of space: parted where the rows' begin."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from extract.grids.unruled.pieces import is_figure
from extract.labels import split_ordinal
from extract.model import BBox, Word

_REST = "x"
"""Stands for the rest of a label of which a word is the number."""

_COMMON = 3
"""Labels that begin with a number in one place from which a column of labels begins there."""

_SAME = 1.5
"""Points by which these may stand apart."""

_NEAR = 0.75
"""Of a character's size: how near the place must be where a label within a text is reckoned to begin.

Nor does the ink of lines that begin with a bracket begin where others do.
"""

_STEP = 1.6
"""Of a character's size: from a line of a label to the next."""


def starts_of(words: Sequence[Word]) -> list[float]:
    """Where columns of numbered labels begin, in points: not all within a text, as numbers of paragraphs are."""
    found: list[list[BBox]] = []
    for box in sorted(word.bbox for word in words if _numbered(word)):
        if found and box.x0 - found[-1][-1].x0 < _SAME:
            found[-1].append(box)
        else:
            found.append([box])
    return [
        group[0].x0
        for group in found
        if len(group) >= _COMMON and not all(any(_right_before(o.bbox, box) for o in words) for box in group)
    ]


def _right_before(one: BBox, other: BBox) -> bool:
    """Whether a word stands on another's line, less than a character before it."""
    size = other.bottom - other.top
    return abs(one.bottom - other.bottom) < size / 2 and 0 <= other.x0 - one.x1 < size


def line_starts(words: Sequence[Word], size: float) -> list[Word]:
    """Words with which lines of labels begin in such columns: the labels' own, and the lines close below these.

    Args:
        words: The words of labels.
        size: A character's size, in points.
    """
    starts = starts_of(words)
    found: list[Word] = []
    for word in sorted(words, key=lambda word: word.bbox.top):
        x0, top, _, _ = word.bbox
        own = any(abs(x0 - start) < _SAME for start in starts) and _numbered(word)
        if own or any(
            0 < top - above.top < _STEP * size and above.x0 - _NEAR * size < x0 < above.x0 + _NEAR * size
            for above in (one.bbox for one in found)
        ):
            found.append(word)
    return found


def _numbered(word: Word) -> bool:
    """Whether a word begins with a label's number, or is nothing else."""
    return not is_figure(word.text) and bool(split_ordinal(word.text)[0] or split_ordinal(word.text + _REST)[0])


def parted(words: Sequence[Word], starts: Sequence[float]) -> Iterator[Word]:
    """The words, those cut in two within which a numbered label begins in such a column."""
    for word in words:
        at = _cut(word, starts) if starts else None
        if at is None:
            yield word
            continue
        (x0, top, x1, bottom), (index, start) = word.bbox, at
        yield Word(word.text[:index], BBox(x0, top, start - 0.5, bottom))
        yield Word(word.text[index:], BBox(start, top, x1, bottom))


def _cut(word: Word, starts: Sequence[float]) -> tuple[int, float] | None:
    """Before which character to cut a word, and at which of the starts."""
    inside = [start for start in starts if word.bbox.x0 + _SAME < start < word.bbox.x1 - _SAME]
    if not inside:
        return None
    widths = [2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in word.text]
    unit = (word.bbox.x1 - word.bbox.x0) / sum(widths)
    at = word.bbox.x0
    for index, width in enumerate(widths):
        new = index and word.text[index].isdigit() and not word.text[index - 1].isdigit()
        if new and split_ordinal(word.text[index:])[0]:
            start = min(inside, key=lambda start: abs(start - at))
            if abs(start - at) < 2 * _NEAR * unit:
                return index, start
        at += width * unit
    return None
