"""The lines of a cell as one reading: digits go on on the next line only where a cell is too narrow for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.model import Reading

_DIGIT, _PAD = 0.7, 14.0
"""A digit's width over its line's height, and points of padding: what a cell must be wider than a line of digits for
another digit to fit beside it, where its table shows no wider padding."""

_WRAPPED = 5
"""Numbers broken where their table's widest line ends from which that is as wide as its padding lets a line be."""

_DISPUTED = 0.5
"""Confidence of the one line that is kept of several."""

_WHOLE = 0.2
"""Share of all lines together among the readings of a wide cell with several; or of all but the one read surely."""

_SURE = 0.8
"""Confidence of a line that is the number when no other line of a wide cell has as much."""

_WORDS = 2
"""Letters from which a line says something: below an ordinal that lost its point it is a label's."""

_WIDE_CELL = "digits on separate lines of a wide cell"


class Lines(NamedTuple):
    """A cell's lines from top to bottom: what each says, (n, 4) their boxes in points, and the cell's width."""

    readings: Sequence[Reading]
    boxes: NDArray[np.float64]
    width: float

    @property
    def white(self) -> NDArray[np.float64]:
        """(n,) points by which the cell is wider than each line."""
        return self.width - (self.boxes[:, 2] - self.boxes[:, 0])

    @property
    def height(self) -> float:
        """Points of its highest line."""
        return float((self.boxes[:, 3] - self.boxes[:, 1]).max())


def padding(cells: Sequence[Lines]) -> float:
    """Points of padding of a table's cells, of which no line may be wider than its widest where many break there."""
    several = [own for own in cells if len(own.readings) > 1]
    if len(several) < _WRAPPED:
        return _PAD
    least = min(float(own.white.min()) for own in cells)
    broken = sum(_breaks_at(own, least) for own in several)
    return max(_PAD, least) if broken >= _WRAPPED and 2 * broken > len(several) else _PAD


def _breaks_at(own: Lines, least: float) -> bool:
    """Whether all lines but the last are so wide that another digit would leave less white than any line does.

    What is left of a ruling below a number is read as a 1.
    """
    texts = [reading.text for reading in own.readings]
    full = own.white[:-1].max() < least + _DIGIT * own.height
    return bool(full) and all(map(str.isdecimal, texts)) and texts[-1] != "1"


def joined(own: Lines, engine: str, spread: float, pad: float = _PAD) -> Reading:
    """One reading of a cell's lines, from top to bottom.

    Args:
        own: These lines.
        engine: The reading's source.
        spread: The pitch of the table's digits over their height, where they stand far apart; 0 where they do not.
        pad: The table's `padding`.
    """
    readings = own.readings
    if len(readings) == 1:
        return readings[0]
    doubts = tuple(dict.fromkeys(doubt for reading in readings for doubt in reading.doubts))
    cautions = tuple(dict.fromkeys(caution for reading in readings for caution in reading.cautions))
    alternatives: tuple[tuple[str, float], ...] = ()
    room = own.white - pad
    digit = max(_DIGIT, spread) * own.height
    # There is room on the last line; what is no number may be as wide as it likes.
    if room[:-1].min() > digit and not _broken_at_commas([reading.text for reading in readings], room, digit):
        cautions = (*cautions, _WIDE_CELL)
        # Mostly one line is the number, the others what is left of a ruling or a stamp, unless all below are words.
        texts = dict.fromkeys(reading.text for reading in readings if reading.text)
        alternatives = tuple((text, round((1 - _WHOLE) / len(texts), 4)) for text in texts)
        sure = [reading for reading in readings if reading.confidence >= _SURE and reading.text.isdecimal()]
        below = [reading.text for reading in readings[1:]]
        if len(sure) == 1 and len(texts) > 1 and not (sure[0] is readings[0] and all(map(_is_words, below))):
            text = "\n".join(reading.text for reading in readings)
            others = [text, *(other for other in texts if other != sure[0].text)]
            alternatives = tuple((other, round(_WHOLE / len(others), 4)) for other in others)
            return Reading(sure[0].text, _DISPUTED, engine, alternatives, doubts, cautions)
    text = "\n".join(reading.text for reading in readings)
    agreed = None if any(reading.agreed is None for reading in readings) else all(r.agreed for r in readings)
    sure_of_all = min(reading.confidence for reading in readings)
    return Reading(text, sure_of_all, engine, alternatives, doubts, cautions, agreed)


def _is_words(text: str) -> bool:
    """Whether a line has letters enough to be of a label."""
    return sum(not char.isascii() and char.isalpha() for char in text) >= _WORDS


def _broken_at_commas(texts: Sequence[str], room: NDArray[np.float64], digit: float) -> bool:
    """Whether every line but the last ends in a comma, and the thousands on the next had no room beside it."""
    return all(
        re.fullmatch(r"(?:\d{1,3}[,，])+", line) and re.match(r"\d{3}(?:[,，]|$)", following) and left < 3 * digit
        for (line, following), left in zip(pairwise(texts), room.tolist(), strict=False)
    )
