"""Rulings from straight stretches of ink: collinear ones that touch are joined, and so are rows of dots and dashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling

ALIGNED = 0.8
"""Points by which the pieces of one ruling may be off its axis."""

_JOIN = 2.0
"""Points of gap closed between two pieces of a ruling; dots and dashes close `_JOIN_DOTS`."""

_JOIN_DOTS = 6.0

Stretch = tuple[float, float, float]
"""A straight stretch along an axis: its position, its start and its end."""


def stretches_of(
    position: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64], which: NDArray[np.bool_]
) -> list[Stretch]:
    """The stretches that the mask `which` picks; all four arrays are (n,)."""
    if not which.any():
        return []
    return list(zip(position[which].tolist(), start[which].tolist(), end[which].tolist(), strict=True))


def across(stretches: Sequence[Stretch], kind: str) -> Iterator[Ruling]:
    """Level stretches as rulings of this kind."""
    return (Ruling(start, at, end, at, kind) for at, start, end in stretches)


def down(stretches: Sequence[Stretch], kind: str) -> Iterator[Ruling]:
    """Upright stretches as rulings of this kind."""
    return (Ruling(at, start, at, end, kind) for at, start, end in stretches)


def dotted(dots: list[Stretch]) -> list[Stretch]:
    """Lines made of at least five dots in a row; other dots are specks or punctuation."""
    return [(at, start, end) for at, start, end, pieces in _runs(dots, _JOIN_DOTS) if pieces >= 5 and end - start > 12]


def joined(pieces: list[Stretch]) -> list[Stretch]:
    """Collinear pieces that touch or nearly touch, as one; gaps of dashes are closed."""
    dashes = sum([end - start < _JOIN_DOTS for _, start, end in pieces])
    wide = _JOIN_DOTS if dashes > 0.8 * len(pieces) else _JOIN
    return [(at, start, end) for at, start, end, _ in _runs(pieces, wide)]


def _runs(pieces: list[Stretch], gap: float) -> Iterator[tuple[float, float, float, int]]:
    """Runs of collinear pieces: position, start, end and number of pieces."""
    tracks: list[list[Stretch]] = []
    for piece in sorted(pieces):
        if tracks and piece[0] - tracks[-1][0][0] <= ALIGNED:
            tracks[-1].append(piece)
        else:
            tracks.append([piece])
    for track in tracks:
        track.sort(key=itemgetter(1))
        at, start, end, count = *track[0], 1
        for position, left, right in track[1:]:
            if left - end <= gap:
                end, count = max(end, right), count + 1
            else:
                yield at, start, end, count
                at, start, end, count = position, left, right, 1
        yield at, start, end, count
