"""Numbers borne out by their print: digits that look like digits read elsewhere on the page as the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Recognised

_WIDTH, _HEIGHT = 20, 28
"""Pixels to which characters are scaled to be compared."""

_ALIKE = 0.92
"""Correlation from which two characters are the same; different digits stay below 0.8 in print that can be read."""

_AS_WIDE = 0.16
"""By how much the widths of characters that are the same may differ, over their line's height."""

_OTHERS = 2
"""Characters of other lines that must look the same and have been read as the same."""

_SETTLED = 0.95
"""Score from which a reading can bear out another."""

_CLASH = 0.04
"""How much less alike any character that was read as another must be."""

_LEVELS = (0.5, 0.3, 0.7)
"""Of a line's contrast: how much darker than the ground a column of a character is, tried in this order."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Print:
    """A line of print cut tight, and what was read of it, if anything; `alone` says that nothing is seen around it."""

    grey: Grey
    read: Recognised | None
    alone: bool


def borne_out(lines: Sequence[Print]) -> dict[int, Recognised]:
    """What print itself says of lines, by their places; it says the same as their readings, or nothing.

    A line is cut into characters at columns lighter than they are. Where it has as many as were read, and each looks
    like characters of other lines that were read as the same, and like none that was read as another, the readings bear
    out each other, and the line need not be read once more.
    """
    settled = [i for i, line in enumerate(lines) if line.read is not None and line.read.score >= _SETTLED]
    cut = [(i, part) for i in settled for part in _characters(lines[i])]
    if not cut:
        return {}
    owner = np.array([i for i, _ in cut])
    char = np.array([part.char for _, part in cut])
    wide = np.array([part.width for _, part in cut])
    shapes = np.stack([part.shape for _, part in cut])
    likeness = np.max([_moved(shapes, by) @ shapes.T for by in (-1, 0, 1)], axis=0)
    likeness[np.abs(wide[:, None] - wide) > _AS_WIDE] = 0.0
    likeness[owner[:, None] == owner] = 0.0
    same = char[:, None] == char
    own = np.where(same, likeness, 0.0)
    enough = np.sort(own, axis=1)[:, -_OTHERS] if len(cut) >= _OTHERS else np.zeros(len(cut))
    fine = (enough >= _ALIKE) & (np.where(same, 0.0, likeness).max(axis=1) < enough - _CLASH)
    nearest = owner[own.argmax(axis=1)]
    said: dict[int, Recognised] = {}
    for i in dict.fromkeys(owner.tolist()):
        mine = owner == i
        if fine[mine].all() and lines[i].alone:
            said[i] = _said(lines, i, nearest[mine].tolist())
    return said


@dataclass(frozen=True, slots=True)
class _Character:
    """One character: what it was read as, its width over the line's height, its shape as a vector of unit length."""

    char: str
    width: float
    shape: NDArray[np.float32]


def _characters(line: Print) -> Iterator[_Character]:
    """The characters of a line that has as many as were read; none of any other."""
    text = "".join(line.read.text.split()) if line.read else ""
    height, width = line.grey.shape
    if not text or not height:
        return
    runs = [[0, width]] if len(text) == 1 else _runs(line.grey, len(text))
    for char, (start, end) in zip(text if runs else "", runs, strict=True):
        small = cv2.resize(line.grey[:, start:end], (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
        shape = small.astype(np.float32).ravel()
        shape -= shape.mean()
        yield _Character(char, (end - start) / height, shape / max(float(np.linalg.norm(shape)), 1e-6))


def _moved(shapes: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Shapes moved sideways: where a character starts is known to a pixel of the sheet, no better."""
    images = np.roll(shapes.reshape(-1, _HEIGHT, _WIDTH), by, axis=2)
    if by:
        images[:, :, -1 if by < 0 else 0] = images[:, :, -2 if by < 0 else 1]
    return images.reshape(len(shapes), -1)


def _runs(grey: Grey, count: int) -> Sequence[Sequence[int]]:
    """Where a line's characters start and end, if columns lighter than they part it into so many; else nothing."""
    darkest = grey.min(axis=0)
    low, high = np.percentile(grey, (3, 97)).tolist()
    for share in _LEVELS:
        inked = darkest < high - share * (high - low)
        turns = np.flatnonzero(np.diff(np.concatenate(([False], inked, [False])).astype(np.int8))).reshape(-1, 2)
        if len(turns) == count:
            return turns.tolist()
    return ()


def _said(lines: Sequence[Print], i: int, like: Sequence[int]) -> Recognised:
    """The line's reading, as sure as the least sure of those that bear it out."""
    read = lines[i].read
    assert read is not None
    score = min(other.score for j in like if (other := lines[j].read) is not None)
    return replace(read, score=score, numeric_score=min(read.numeric_score, score), offsets=())
