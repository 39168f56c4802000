"""How far apart a table sets its digits: farther than print mostly does, where they are of full width or justified.

One such number alone may be two, over a line that was lost. Where all of a table have one pitch, they are its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from extract.scan.cells.shapes import Mask, is_as_wide, parts

_USUAL, _WIDEST = 1.0, 1.75
"""Of a line's height: the widest pitch that needs no proof, and the widest of digits in a number: the narrowest columns
are as wide as that."""

_LOOSE = 0.9
"""Of a line's height: the pitch from which digits stand so far apart that a ruling between them touches neither."""

_EVEN = 0.2
"""Of a line's height: pitches that differ by less are one."""

_FEWEST = 3
"""Numbers at one pitch from which it is the table's."""


def pitch(text: str, ink: Mask) -> float | None:
    """The pitch of a number's digits over its height, where white parts its ink into just these; else None."""
    if len(text) < 2 or not (text.isascii() and text.isdecimal()):
        return None
    digits, height = parts(ink), ink.shape[0]
    if len(digits) != len(text) or not all(
        is_as_wide(char, len(digit) / height) for char, digit in zip(text, digits, strict=True)
    ):
        return None
    steps = np.diff([(digit[0] + digit[-1]) / 2 for digit in digits]) / height
    return float(steps.mean()) if np.ptp(steps) <= _EVEN else None


def spread(pitches: Sequence[float]) -> float:
    """The pitch of a table's digits, if it is wider than usual and no number has a closer one; else 0."""
    if len(pitches) < _FEWEST:
        return 0.0
    common = median(pitches)
    if not _USUAL < common <= _WIDEST or min(pitches) < common - _EVEN:
        return 0.0
    return common if sum(is_at(one, common) for one in pitches) >= _FEWEST else 0.0


def loose(pitches: Sequence[float]) -> float:
    """The pitch that a table's digits mostly have, if white as wide as a stroke parts them; else 0."""
    common = median(pitches) if len(pitches) >= _FEWEST else 0.0
    return common if common > _LOOSE else 0.0


def is_at(own: float | None, common: float) -> bool:
    """Whether a number's digits stand at the pitch that those of its table have."""
    return own is not None and abs(own - common) <= _EVEN
