"""Numbers whose digits stand so far apart that they seem words of their own: made one where all are spaced alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from statistics import median

from extract.grids.unruled.pieces import middle
from extract.model import BBox, Word

FEWEST = 3
"""Neighbours at one pitch from which it is that of digits in a number."""

_MIDDLES = 3
"""Single digits that stand where two have their middle, from which these two are one number, as fewer pitches show."""

EVEN = 0.15
"""Of a digit's height: pitches that differ by less are one."""

_WIDEST = 2.2
"""Of a digit's height: the widest pitch of digits in a number."""

_FARTHER = 2.0
"""Times that difference by which two numbers stand farther apart at least; what is between leaves all open."""

_NOUGHTS = 0.25
"""Share of numbers that may begin with a nought: what follows a separator on the line before does."""


def unspread(words: Sequence[Word]) -> list[Word]:
    """The words, with digits that stand at the pitch of all numbers' digits made one; in any order.

    Nothing is made one where some numbers have another pitch, or where many numbers would begin with a nought.
    """
    plain = [word for word in words if word.text.isdecimal()]
    single = [word for word in plain if len(word.text) == 1]
    if len(single) < FEWEST:
        return list(words)
    width = median(word.bbox.width for word in single)
    high = median(word.bbox.height for word in single)
    steps = [(step, pair) for line in lines_of(plain) for pair in pairwise(line) if (step := _step(*pair, width))]
    pairs = [(step, pair) for step, pair in steps if step < _WIDEST * high]
    near = sorted(step for step, _ in pairs)
    centred = bool(pairs) and all(_is_centred(*pair, single, high) for _, pair in pairs)
    fewest = 1 if centred else FEWEST
    if len(near) < fewest:
        return list(words)
    pitch = median(near)
    inner = [(w.bbox.width - width) / (len(w.text) - 1) for w in plain if len(w.text) > 1]
    alike = [step for step in near if abs(step - pitch) <= EVEN * high]
    if len(alike) < max(fewest, len(near) / 2) or any(abs(one - pitch) > EVEN * high for one in inner):
        return list(words)
    if any(EVEN < abs(step - pitch) / high < _FARTHER * EVEN or step < pitch - EVEN * high for step, _ in steps):
        return list(words)
    follows = {id(left): right for step, (left, right) in steps if step <= pitch + EVEN * high}
    within = set(map(id, follows.values()))
    whole = [joined(_chain(word, follows)) for word in plain if id(word) in follows and id(word) not in within]
    if sum(word.text.startswith("0") for word in whole) > _NOUGHTS * len(whole):
        return list(words)
    return [*(word for word in words if id(word) not in follows and id(word) not in within), *whole]


def lines_of(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words on one height, from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: middle(word.bbox)):
        if lines and middle(word.bbox) - middle(lines[-1][0].bbox) < word.bbox.height / 2:
            lines[-1].append(word)
        else:
            lines.append([word])
    yield from (sorted(line, key=lambda word: word.bbox.x0) for line in lines)


def _step(left: Word, right: Word, width: float) -> float:
    """From the middle of the last digit of a word to that of the first of the next; `width` is a digit's."""
    ends = left.bbox.x1 - width / 2 if len(left.text) > 1 else (left.bbox.x0 + left.bbox.x1) / 2
    begins = right.bbox.x0 + width / 2 if len(right.text) > 1 else (right.bbox.x0 + right.bbox.x1) / 2
    return begins - ends


def _is_centred(left: Word, right: Word, single: Sequence[Word], high: float) -> bool:
    """Whether digits of other lines stand on the middle of two words: columns of their own would be beside it."""
    centre = (left.bbox.x0 + right.bbox.x1) / 2
    on_it = [
        word
        for word in single
        if abs((word.bbox.x0 + word.bbox.x1) / 2 - centre) < EVEN * high
        and abs(middle(word.bbox) - middle(left.bbox)) > high / 2
    ]
    return len(on_it) >= _MIDDLES


def _chain(word: Word, follows: dict[int, Word]) -> Iterator[Word]:
    """A word and those that follow it, one after the other."""
    yield word
    while id(word) in follows:
        word = follows[id(word)]
        yield word


def joined(words: Iterable[Word]) -> Word:
    """Words as one."""
    one, *others = words
    return Word("".join([one.text, *(o.text for o in others)]), reduce(BBox.union, (o.bbox for o in others), one.bbox))
