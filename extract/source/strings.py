"""The strings in which a file shows its numbers: digits that PDFium keeps back are given back to them.

Of a character drawn twice on one spot, as for want of a bold face, PDFium tells only once. Where numbers run into each
other and have the same digit on one spot by chance, one of them would lack it. How wide its string was drawn tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.geometry import median
from extract.model import Glyphs

_LINE = 0.3
"""Of a digit's height: digits whose middles differ by less stand on one line, and touch with less between them."""

_SPOT = 0.25
"""Of the step from digit to digit: how far from its place a digit may stand."""

_FIT = 0.14
"""Of a digit's height: what the print of a string may differ from how wide it was drawn; one kept back from it stands a
tenth of that off the other."""

Bounds = Callable[[Sequence[int]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Print:
    """A page's characters: which are digits, their boxes, centres, heights and strings, and the usual step."""

    glyphs: Glyphs
    digit: NDArray[np.bool_]
    string: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    height: NDArray[np.float64]
    step: float


@dataclass(frozen=True, slots=True)
class _String:
    """A string's characters, their height and step, from where to where it was drawn, and where others would stand.

    These `spots` are given in content order and in x.
    """

    at: NDArray[np.int64]
    tall: float
    step: float
    spots: tuple[tuple[float, float], ...]
    drawn: tuple[float, float]


class _Lost(NamedTuple):
    """A digit that a string lacks: its place in content order and in x, and a digit of another on that spot."""

    at: float
    x: float
    like: int
    string: int


def with_lost_digits(glyphs: Glyphs, bounds: Bounds, *, covered: bool) -> Glyphs:
    """The glyphs with the digits that strings lack where they run into others.

    Strings of which this cannot be told are no more known as such.

    Args:
        glyphs: Those of a page that are seen.
        bounds: What gives for numbers of strings the boxes in which these were drawn, (n, 4) on the upright page.
        covered: Whether others are not seen: then a digit alone on such a spot may be what is left of one of these.
    """
    if glyphs.strings is None or not len(glyphs.strings):
        return glyphs
    x0, top, x1, bottom = glyphs.boxes.T
    height, y = bottom - top, (top + bottom) / 2
    digit = np.fromiter(map(str.isdecimal, glyphs.text), dtype=bool, count=len(glyphs.text)) & (glyphs.strings >= 0)
    pairs = np.flatnonzero(digit[1:] & digit[:-1] & (np.abs(np.diff(y)) < _LINE * height[1:]))
    same = glyphs.strings[pairs + 1] == glyphs.strings[pairs]
    if same.all() or not same.any():
        return glyphs
    x = (x0 + x1) / 2
    steps = (x[pairs + 1] - x[pairs]) / height[pairs]
    step = median(steps[same])
    touching = (x0[pairs + 1] - x1[pairs] < _LINE * height[pairs]) | (steps < (1 + _SPOT) * step)  # as if of one number
    if not (~same & touching).any():
        return glyphs
    page = _Print(glyphs, digit, glyphs.strings, x, y, height, step)
    wanted = np.unique(glyphs.strings[digit])
    drawn = dict(zip(wanted.tolist(), bounds(wanted.tolist()), strict=True))
    traced = {number: _trace(page, np.flatnonzero(glyphs.strings == number), box) for number, box in drawn.items()}
    whole = {number for number, own in traced.items() if own is not None and not own.spots and len(own.at) > covered}
    rest = {number: own for number, own in traced.items() if number not in whole}
    added: list[_Lost] = []
    more = True
    while more:  # what one lacks may stand in another that lacks some, too
        lost = {number: _lost(page, own, whole) if own is not None else None for number, own in rest.items()}
        told = {number: own for number, own in lost.items() if own is not None}
        added += [digit for own in told.values() for digit in own]
        whole |= {number for number, own in told.items() if own}
        rest = {number: own for number, own in rest.items() if number not in told}
        more = any(told.values())
    return _with(replace(glyphs, strings=np.where(np.isin(glyphs.strings, list(rest)), -1, glyphs.strings)), added)


def _with(glyphs: Glyphs, added: Sequence[_Lost]) -> Glyphs:
    """The glyphs with digits that some lack, each in its place."""
    if not added or glyphs.strings is None:
        return glyphs
    like = np.array([digit.like for digit in added], dtype=np.int64)
    boxes = glyphs.boxes[like]
    boxes[:, [0, 2]] += np.array([[digit.x] for digit in added]) - boxes[:, [0, 2]].mean(axis=1, keepdims=True)
    order = np.argsort([*range(len(glyphs.text)), *(digit.at for digit in added)], kind="stable")
    every = Glyphs(
        glyphs.text + "".join(glyphs.text[i] for i in like.tolist()),
        np.concatenate((glyphs.boxes, boxes)),
        np.concatenate((glyphs.strings, [digit.string for digit in added])),
    )
    return every.ordered(order)


def _trace(page: _Print, own: NDArray[np.int64], drawn: NDArray[np.float64]) -> _String | None:
    """A string's characters `own`, drawn in a box; None where these are not all that it shows, or not on one line."""
    boxes, x = page.glyphs.boxes[own], page.x[own]
    tall = float(page.height[own].max())
    middle = float(page.y[own[0]])
    if not drawn[1] - tall < middle < drawn[3] + tall or (np.diff(x) <= 0).any():
        return None
    step = float(np.diff(x).min()) if len(own) > 2 else page.step * tall
    left, right = boxes[:, 0].min() - drawn[0], drawn[2] - boxes[:, 2].max()
    if min(left, right) < -_FIT * tall:
        return None
    spots = (*_before(own, x, step, left), *_within(own, x, step), *_after(own, x, step, right))
    return _String(own, tall, step, spots, (float(drawn[0]), float(drawn[2])))


def _lost(page: _Print, string: _String, whole: Container[int]) -> list[_Lost] | None:
    """The digits that a string lacks, each on the spot of one of a `whole` string.

    None where digits of others are there, but its print is not what was drawn with these.
    """
    own, number = string.at, int(page.string[string.at[0]])
    beside = np.flatnonzero(page.digit & (np.abs(page.y - page.y[own[0]]) < _LINE * string.tall))
    beside = beside[page.string[beside] != number]
    found: list[_Lost] = []
    for at, spot in string.spots:
        near = beside[np.abs(page.x[beside] - spot) < _SPOT * string.step].tolist()
        found += [_Lost(at, spot, like, number) for like in near]
    if not found:
        return []
    boxes = page.glyphs.boxes[[*own.tolist(), *(digit.like for digit in found)]]
    off = abs(boxes[:, 0].min() - string.drawn[0]), abs(boxes[:, 2].max() - string.drawn[1])
    fits = max(off) < _FIT * string.tall and [digit.at for digit in found] == [at for at, _ in string.spots]
    return found if fits and all(int(page.string[digit.like]) in whole for digit in found) else None


def _before(own: NDArray[np.int64], x: NDArray[np.float64], step: float, room: float) -> Iterator[tuple[float, float]]:
    """Places before a string's first character, in content order and in x, for which there is room."""
    count = round(room / step)
    yield from ((own[0] - 0.5 + 0.5 / (i + 1), x[0] - i * step) for i in range(count, 0, -1))


def _within(own: NDArray[np.int64], x: NDArray[np.float64], step: float) -> Iterator[tuple[float, float]]:
    """Places between a string's characters where one or more are left out."""
    for at, (one, other) in enumerate(zip(x[:-1].tolist(), x[1:].tolist(), strict=True)):
        count = round((other - one) / step)
        yield from ((own[at] + i / count, one + (other - one) * i / count) for i in range(1, count))


def _after(own: NDArray[np.int64], x: NDArray[np.float64], step: float, room: float) -> Iterator[tuple[float, float]]:
    """Places after a string's last character for which there is room."""
    yield from ((own[-1] + 0.5 - 0.5 / (i + 1), x[-1] + i * step) for i in range(1, round(room / step) + 1))
