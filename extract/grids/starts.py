"""Labels of a group and of one of its rows that run into each other for want of space: parted where the rows' begin."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from extract.labels import split_ordinal
from extract.model import BBox, Word

_COMMON = 3
"""Labels that begin with a number in one place from which a column of labels begins there."""

_SAME = 1.5
"""Points by which these may stand apart."""

_NEAR = 0.75
"""Of a character's size: how near the place must be where a label within a text is reckoned to begin."""


def starts_of(words: Sequence[Word]) -> list[float]:
    """Where columns of numbered labels begin, in points."""
    found: list[list[float]] = []
    for x0 in sorted(word.bbox.x0 for word in words if split_ordinal(word.text)[0]):
        if found and x0 - found[-1][-1] < _SAME:
            found[-1].append(x0)
        else:
            found.append([x0])
    return [min(group) for group in found if len(group) >= _COMMON]


def begins(word: Word, starts: Sequence[float]) -> bool:
    """Whether a word begins a label in a column of them."""
    return any(abs(word.bbox.x0 - start) < _SAME for start in starts) and bool(split_ordinal(word.text)[0])


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
