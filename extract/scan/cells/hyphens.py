"""Dashes too small to be told from specks alone, or read as what shows through behind them: others are like them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from extract.scan.cells.shapes import Mask, is_dash

_READ_AS = frozenset("-—–一_－ー~二=")
"""What a recogniser makes of a dash."""

_FEWEST, _SEVERAL, _MANY = 3, 5, 8
"""Dashes that are surely such from which others like them are; stubbier ones, all alike, from which they are; and from
how many of either one like them is, though something else was read.
"""

_ALIKE = 0.05
"""Of the usual height of a line: by how much one may be wider or higher, where that is more than a pixel."""


class Dashes(NamedTuple):
    """What the dashes of a table look like: pixels of height and of width, and how many were seen."""

    height: float
    width: float
    seen: int


def is_read(text: str) -> bool:
    """Whether a recogniser's text may be a dash."""
    return bool(text) and _READ_AS.issuperset(text)


def dashes(marks: Iterable[tuple[str, str, Mask]], usual: float) -> Dashes | None:
    """The dashes among a table's marks, each with what both views of it say; None where hardly one is sure.

    `usual` is the height of a line of print in pixels.
    """
    read = [ink for *texts, ink in marks if any(map(is_read, texts))]
    sure = [ink.shape for ink in read if is_dash(ink, usual)]
    if len(sure) >= _FEWEST:
        return _of(sure)
    stubby = [ink for ink in read if is_dash(ink, usual, agreed=True)]
    if len(stubby) < _SEVERAL:
        return None
    known = _of([ink.shape for ink in stubby])
    return known if all(is_alike(ink, usual, known) for ink in stubby) else None


def _of(shapes: Sequence[tuple[int, ...]]) -> Dashes:
    height, width = np.median(shapes, axis=0).tolist()
    return Dashes(height, width, len(shapes))


def is_alike(ink: Mask, usual: float, known: Dashes | None) -> bool:
    """Whether ink is as large as the dashes that are `known` of its table."""
    if known is None:
        return False
    off = max(abs(ink.shape[0] - known.height), abs(ink.shape[1] - known.width))
    return bool(off <= max(1.0, _ALIKE * usual))


def are_many(known: Dashes | None) -> bool:
    """Whether so many dashes are known that one like them is one, though something else was read."""
    return known is not None and known.seen >= _MANY
