"""Digits so far apart that numbers of neighbouring columns run into each other: gathered around headers' middles.

Where pitches tell no numbers (`spread`), columns do: each number stands in the middle of its own, under its header. A
digit given to another number would move two of them off their middles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from statistics import median

from extract.grids.unruled.heads import CENTRED
from extract.grids.unruled.pieces import middle
from extract.grids.unruled.spread import FEWEST, joined, lines_of
from extract.model import BBox, Word

_EVEN = 0.25
"""Of a digit's height: pitches that differ by less are one, though a digit's ink is off its middle. Columns are told
already, so this only has to keep out what is no number.
"""


def gathered(words: Sequence[Word], rows: BBox, heads: Iterable[BBox]) -> list[Word]:
    """The words, with those of digits made one that are a number in the middle of a column; all as they are else.

    There must be just one way to do so, in every line, with the digits of all numbers at one pitch, less than half of
    the narrowest column.

    Args:
        words: All words, in any order; points.
        rows: What rows of figures take up, without their labels.
        heads: Boxes of the headers over one column each.
    """
    middles = tuple(sorted((head.x0 + head.x1) / 2 for head in heads))
    own = [
        word
        for word in words
        if word.text.isdecimal() and word.bbox.x0 >= rows.x0 and rows.top <= middle(word.bbox) <= rows.bottom
    ]
    if not own or len(middles) < 2:
        return list(words)
    widest = min(b - a for a, b in pairwise(middles)) / 2
    high = median(word.bbox.height for word in own)
    numbers: list[list[Word]] = []
    for line in lines_of(own):
        parts = _parts(line, middles, widest)
        if parts is None:
            return list(words)
        numbers += parts
    steps = [_centre(right.bbox) - _centre(left.bbox) for number in numbers for left, right in pairwise(number)]
    if len(steps) < FEWEST:
        return list(words)
    if any(abs(step - median(steps)) > _EVEN * high for step in steps):
        return list(words)
    within = {id(word) for word in own}
    return [*(word for word in words if id(word) not in within), *map(joined, numbers)]


def _parts(line: Sequence[Word], middles: Sequence[float], widest: float) -> list[list[Word]] | None:
    """The numbers of a line, each around the middle of another column; None where there is no way, or several.

    As many as can be: numbers that stand side by side have one middle together, too. In a number the middles of digits
    are less than `widest` apart.
    """

    @cache
    def best(start: int, column: int) -> tuple[int, int, tuple[int, ...]]:
        """Of the rest of the words in the rest of the columns: how many numbers, in how many ways, where they end."""
        if start == len(line):
            return 0, 1, ()
        if column == len(middles):
            return 0, 0, ()
        most, ways, ends = best(start, column + 1)
        for end in range(start + 1, len(line) + 1):
            if end - start > 1 and _centre(line[end - 1].bbox) - _centre(line[end - 2].bbox) >= widest:
                break
            if abs(_centre(line[start].bbox.union(line[end - 1].bbox)) - middles[column]) > CENTRED:
                continue
            count, more, rest = best(end, column + 1)
            if more and (not ways or count + 1 > most):
                most, ways, ends = count + 1, more, (end, *rest)
            elif more and count + 1 == most:
                ways += more
        return most, ways, ends

    _, ways, ends = best(0, 0)
    return [list(line[start:end]) for start, end in pairwise((0, *ends))] if ways == 1 else None


def _centre(box: BBox) -> float:
    return (box.x0 + box.x1) / 2
