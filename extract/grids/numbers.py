"""Numbers as they were drawn: digits at one pitch are one number, whose place in its cell tells which cell that is.

A number wider than its cell runs on over the rulings, perhaps over its neighbours. What was drawn one after the other
at one pitch still belongs together, and stands on the middle, the left or the right of its own cell as the table's
other numbers do. Where that says nothing, or more than one thing, the cells concerned are doubted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extract.grids.celltext import EVEN, SEPARATORS, among
from extract.model import BBox, Glyphs

_DIGITS = frozenset("0123456789").union(chr(0xFF10 + i) for i in range(10))

_CLOSE = 0.95
"""Of a digit's height: digits of one number follow each other closer, unless the whole table's are set apart."""

_FARTHEST = 2.0
"""Of a digit's height: no table's digits are set apart farther."""

_NARROWEST, _WIDEST = 0.55, 1.35
"""Of the usual step: what proportional digits may follow each other at."""

_LINE = 0.6
"""Of a digit's height: centres closer than this in y stand on one line."""

_MOST = 0.9
"""Share of a table's numbers that a rule must hold for to be one."""

_USUALLY = 0.75
"""The same for the step between digits in one cell, where numbers may run into their neighbours."""

_EVIDENCE = 6
"""Numbers at least that show how a table's numbers stand in their cells; pairs of digits that show their pitch."""

_IN_A_ROW = 3
"""Digits at least with one on either side, as far away, that show the pitch by themselves."""

_LEAST_OFF, _OFF = 0.8, 1.2
"""Points that a number may stand off its place in its cell: ink fills a digit's width unevenly."""

_SWAY = 3.0
"""The same as times what nearly all stand off at most."""

_NEARLY = 1.6
"""Times what it may, from which it certainly does not stand there; cutting it elsewhere moves parts by half a digit."""

_LONGEST = 60
"""Characters of a run from which it is no row of numbers."""

_WAYS = 4
"""Ways to part a run that are looked at; more than one is too many to be sure."""

_WRITTEN = re.compile(rf"(?![0\uff10]\d)\d{{1,12}}(?:[{SEPARATORS}]\d+)*")
"""A number that need not be doubted for how it is written."""

_SAME_SPOT = 0.2
"""Of a digit's height: digits whose centres are closer are drawn on one spot."""

_PADDING = 15.0
"""Points at most between a number and the edge of its cell that it stands at."""


@dataclass(frozen=True, slots=True)
class Marks:
    """A page's n characters for a look at its numbers: their text, boxes, centres and heights.

    `digit` says which ones are digits, `of_number` which ones digits or separators.
    """

    text: str
    boxes: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    height: NDArray[np.float64]
    digit: NDArray[np.bool_]
    of_number: NDArray[np.bool_]

    @classmethod
    def of(cls, glyphs: Glyphs) -> Marks:
        """The marks of a page's glyphs."""
        x0, top, x1, bottom = glyphs.boxes.T
        present = set(glyphs.text)
        digit = among(glyphs.text, present & _DIGITS)
        of_number = digit | among(glyphs.text, present.intersection(SEPARATORS))
        return cls(glyphs.text, glyphs.boxes, (x0 + x1) / 2, (top + bottom) / 2, bottom - top, digit, of_number)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of the numbers that rulings cross.

    `doubted` are cells whose text may be another's, `open` those for which sums must tell. `sure` says of each of n
    characters whether it is of a number whose cell is known. `pitch` is the step from digit to digit, in points, of a
    table that sets its digits apart, 0 of any other.
    """

    doubted: set[int]
    open: set[int]
    sure: NDArray[np.bool_]
    pitch: float


@dataclass(frozen=True, slots=True)
class _Place:
    """How far right of a place in their cells a table's numbers stand, and how far from there one may, in points."""

    usual: float
    sway: float


@dataclass(slots=True)
class _Number:
    """Characters `start` up to `end` in content order, and the cell that is theirs, -1 where nothing tells.

    `first` and `last` are the centres of the outermost in x: their ink fills a digit's width unevenly. `off` is how far
    the number stands off its place in its cell, in parts of what is usual. An `open` one may be another cell's.
    """

    start: int
    end: int
    first: float
    last: float
    cell: int = -1
    off: float = 0.0
    open: bool = False

    def offset(self, place: str, cell: BBox) -> float:
        """How far right of the middle, of the left or of the right of a cell it stands, in points."""
        if place == "middle":
            return (self.first + self.last - cell.x0 - cell.x1) / 2
        return self.first - cell.x0 if place == "left" else self.last - cell.x1


@dataclass(frozen=True)
class _Table:
    """A grid and the characters of its page: `cell_of` is (n,), `owner` has the cell of each unit."""

    marks: Marks
    cell_of: NDArray[np.int64]
    owner: NDArray[np.int64]
    cells: Sequence[BBox]

    def spots(self, numbers: Iterable[_Number]) -> set[tuple[int, int]]:
        """The cells of numbers and the lines of print they stand on, counted from the top of their page."""
        tall = self.marks.height
        return {(n.cell, round(float(self.marks.y[n.start] / max(tall[n.start], 1.0)))) for n in numbers}

    def unlike(self) -> set[int]:
        """Cells that hold other characters than digits."""
        return set(self.cell_of[~self.marks.digit].tolist())

    @cached_property
    def worded(self) -> set[int]:
        """Cells that hold other characters than those of numbers."""
        return set(self.cell_of[~self.marks.of_number].tolist())


def gather(marks: Marks, cell_of: NDArray[np.int64], owner: NDArray[np.int64], cells: Sequence[BBox]) -> Gathered:
    """Give numbers that run on over rulings to their cells.

    Args:
        marks: The page's n characters.
        cell_of: (n,): the cell that holds each character's centre, negative outside the grid; changed in place.
        owner: (rows, columns): the cell of each unit.
        cells: Boxes of the cells.
    """
    one, other = marks.of_number[:-1], marks.of_number[1:]
    step, tall = np.diff(marks.x), np.maximum(marks.height[1:], marks.height[:-1])
    follows = one & other & (step > 0) & (np.abs(np.diff(marks.y)) < _LINE * tall)
    digits = marks.digit[:-1] & marks.digit[1:]
    within = follows & (cell_of[1:] == cell_of[:-1]) & digits
    near = _side_by_side(marks, cell_of)
    close = follows & (step < _CLOSE * tall)
    across = (cell_of[1:] != cell_of[:-1]) & close
    set_apart = within & ~close & (step < _FARTHEST * tall) & (cell_of[1:] >= 0)
    sure = np.zeros(len(marks.x), dtype=bool)
    if not (across.any() or near or set_apart.any()):
        return Gathered(set(), set(), sure, 0.0)
    table = _Table(marks, cell_of, owner, cells)
    pitch = _pitch(step, tall, within, table) if set_apart.any() else 0.0
    if not (across.any() or near or pitch):
        return Gathered(set(), set(), sure, 0.0)
    if pitch:
        usual = pitch
        joined = follows & (np.abs(step - pitch) < EVEN * tall)
        beside = np.append(joined[1:], False) | np.append(False, joined[:-1])
        joined |= close & ~(digits & beside)  # a separator, or a number that is not set apart
    else:
        usual = float(np.median(step[within & close])) if (within & close).any() else 0.0
        joined = close & (~digits | ((step > _NARROWEST * usual) & (step < (_WIDEST * usual if usual else np.inf))))
    numbers = _numbers(marks, joined)
    places = _fewest(numbers, _places(numbers, table), table)
    numbers = _parted(numbers, places, table)
    doubted, sure = _settled(numbers, table)
    shared = _shared(numbers, table)
    doubted |= shared
    of = {i: number for number in numbers for i in range(number.start, number.end)} if near else {}
    for left, right in near:
        both = {int(cell_of[left]), int(cell_of[right])}
        apart = list(places) == ["middle"] or not shared or _overlap(of[left], of[right]) > 0
        if len(both) > 1 and not (sure[left] and sure[right] and apart):  # one number, drawn in some odd order
            doubted |= both
    open_ = {n.cell for n in numbers if n.cell >= 0 and (n.open or _may_lack_a_digit(n, usual, marks))}
    return Gathered({cell for cell in doubted if cell >= 0}, open_, sure, pitch)


def _may_lack_a_digit(number: _Number, step: float, marks: Marks) -> bool:
    """Whether another number's digit stands where a digit before or after it would.

    Text layers are read without what is drawn twice on one spot, and so without one of two like digits there.
    """
    at, tall = number.start, float(marks.height[number.start])
    beside = np.abs(marks.y - marks.y[at]) < _LINE * tall
    beside[at : number.end] = False
    spots = np.minimum(np.abs(marks.x - (number.first - step)), np.abs(marks.x - (number.last + step)))
    return bool((beside & marks.digit & (spots < _SAME_SPOT * tall)).any())


def _overlap(one: _Number, other: _Number) -> float:
    """Points in x that two numbers share."""
    return min(one.last, other.last) - max(one.first, other.first)


def _pitch(step: NDArray[np.float64], tall: NDArray[np.float64], within: NDArray[np.bool_], table: _Table) -> float:
    """The step from digit to digit where most digits that share a cell are set apart alike, 0 elsewhere.

    Several columns must show it, or several digits in a row somewhere on the page: two columns whose ruling was lost
    stand as far apart in every row, too.
    """
    cell_of, worded = table.cell_of[1:], list(table.unlike())
    pairs = np.flatnonzero(within & (step < _FARTHEST * tall) & (cell_of >= 0) & ~np.isin(cell_of, worded))
    if not len(pairs):
        return 0.0
    usual = float(np.median(step[pairs]))
    even = within & (np.abs(step - usual) < EVEN * tall)
    if np.count_nonzero(even[pairs]) < _USUALLY * len(pairs) or usual < _CLOSE * float(np.median(tall[pairs])):
        return 0.0
    in_a_row = np.count_nonzero(even[1:] & even[:-1])
    columns = {int(np.nonzero(table.owner == cell)[1][0]) for cell in set(cell_of[pairs][even[pairs]].tolist())}
    return usual if in_a_row >= _IN_A_ROW or len(columns) > 2 else 0.0


def _side_by_side(marks: Marks, cell_of: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of digits in different cells that stand as in one number, in whatever order they were drawn."""
    digits = np.flatnonzero(marks.digit)
    if len(digits) < 2:
        return []
    order = digits[np.lexsort((marks.x[digits], np.round(marks.y[digits] / np.median(marks.height[digits]))))]
    boxes, x, y, height = marks.boxes[order], marks.x[order], marks.y[order], marks.height[order]
    step, gap = np.diff(x), boxes[1:, 0] - boxes[:-1, 2]
    close = (step < _CLOSE * height[:-1]) | (gap < 0.25 * height[:-1])
    close &= (np.abs(np.diff(y)) < 0.3 * height[:-1]) & (step > 0)
    cells = cell_of[order]
    pairs = np.flatnonzero(close & (cells[:-1] != cells[1:]))
    return list(zip(order[pairs].tolist(), order[pairs + 1].tolist(), strict=True))


def _numbers(marks: Marks, joined: NDArray[np.bool_]) -> list[_Number]:
    """Runs of characters of numbers, each as long as the next is joined to the one before."""
    of_number = np.flatnonzero(marks.of_number)
    begins = [i for i in of_number.tolist() if i == 0 or not joined[i - 1]]
    found = []
    for start in begins:
        end = start + 1
        while end <= len(joined) and joined[end - 1]:
            end += 1
        found.append(_number(marks.boxes, start, end))
    return found


def _number(boxes: NDArray[np.float64], start: int, end: int) -> _Number:
    first, last = boxes[start], boxes[end - 1]
    return _Number(start, end, float(first[0] + first[2]) / 2, float(last[0] + last[2]) / 2)


def _places(numbers: Iterable[_Number], table: _Table) -> dict[str, _Place]:
    """Where in their cells the table's numbers stand: at the middle, the left or the right.

    Told by the cells that hold nothing but a number, and all of that; what nearly all of them agree on.
    """
    inside = []
    for number in numbers:
        own = set(table.cell_of[number.start : number.end].tolist())
        cell = own.pop()
        if not own and cell >= 0 and cell not in table.worded:
            inside.append((number, table.cells[cell]))
    if len(inside) < _EVIDENCE:
        return {}
    found = {}
    for place, least, most in (("middle", -_OFF, _OFF), ("left", -_OFF, _PADDING), ("right", -_PADDING, _OFF)):
        offsets = np.array([number.offset(place, box) for number, box in inside])
        usual = float(np.median(offsets))
        sway = float(np.quantile(np.abs(offsets - usual), _MOST))
        if least <= usual <= most and sway < _OFF:
            found[place] = _Place(usual, min(max(_SWAY * sway, _LEAST_OFF), _OFF))
    return found


def _fewest(runs: Sequence[_Number], places: Mapping[str, _Place], table: _Table) -> dict[str, _Place]:
    """Of several places that numbers within their cells agree on, those that explain most of what rulings cross.

    Numbers of one digit stand in the middle, at the left and at the right alike.
    """
    if len(places) < 2:
        return dict(places)
    across = [run for run in runs if len(set(_cells_of(run, table))) > 1 and run.end - run.start <= _LONGEST]
    left = {name: sum(not _ways(run, {name: place}, table, 0) for run in across) for name, place in places.items()}
    return {name: place for name, place in places.items() if left[name] == min(left.values())}


def _parted(runs: Sequence[_Number], places: Mapping[str, _Place], table: _Table) -> list[_Number]:
    """Each run with its cell, or the numbers of several cells that it is; as it is where nothing tells.

    Each number stands in its cell as the table's numbers do, and no other does on its line. Where this leaves several
    ways to part a run, it is parted into as many as can be, which are `open` then: sums must tell.
    """
    ways = [_ways(run, places, table, 0) if run.end - run.start <= _LONGEST else [] for run in runs]
    more = True
    while more:
        more = False
        taken = {spot: i for i, own in enumerate(ways) if own for spot in set.intersection(*map(table.spots, own))}
        for i, own in enumerate(ways):
            kept = [way for way in own if all(taken.get(spot, i) == i for spot in table.spots(way))]
            more |= len(kept) < len(own)
            ways[i] = kept
    found: list[_Number] = []
    for run, own in zip(runs, ways, strict=True):
        best = sorted(own, key=len, reverse=True)[:2]
        told = best and not (len(best) > 1 and len(best[0]) == len(best[1])) and not any(p.off > 1 for p in best[0])
        found += [replace(part, open=len(own) > 1) for part in best[0]] if told else [run]
    return found


def _ways(number: _Number, places: Mapping[str, _Place], table: _Table, after: float) -> list[list[_Number]]:
    """The ways to part a number into those of different cells, right of `after`."""
    found: list[list[_Number]] = []
    marks = table.marks
    for end in range(number.start + 1, number.end + 1):
        if not _WRITTEN.fullmatch(marks.text[number.start : end]):
            continue
        for part in _fitting(_number(marks.boxes, number.start, end), places, table):
            box = table.cells[part.cell]
            if box.x0 >= after and len(found) < _WAYS:
                rest = _number(marks.boxes, end, number.end) if end < number.end else None
                found += [[part, *others] for others in (_ways(rest, places, table, box.x1 - 1) if rest else [[]])]
    return found


def _fitting(number: _Number, places: Mapping[str, _Place], table: _Table) -> list[_Number]:
    """The number in each cell that holds some of it and in which it stands nearly as the table's numbers do."""
    found = []
    for cell in sorted({cell for cell in _cells_of(number, table) if cell >= 0} - table.worded):
        box = table.cells[cell]
        off = min(
            (abs(number.offset(name, box) - place.usual) / place.sway for name, place in places.items()),
            default=_NEARLY,
        )
        if off < _NEARLY:
            found.append(replace(number, cell=cell, off=off))
    return found


def _cells_of(number: _Number, table: _Table) -> list[int]:
    """The cells that hold the characters of a number, negative outside the grid."""
    own: list[int] = table.cell_of[number.start : number.end].tolist()
    return own


def _settled(numbers: Sequence[_Number], table: _Table) -> tuple[set[int], NDArray[np.bool_]]:
    """Give each number to its cell, for want of better to that of most of its digits.

    Returns:
        The cells that this leaves in doubt, and for each character whether it is of a number that is surely its cell's.
    """
    doubted: set[int] = set()
    sure = np.zeros(len(table.cell_of), dtype=bool)
    for number in numbers:
        characters, concerned = slice(number.start, number.end), _cells_of(number, table)
        if number.cell >= 0:
            sure[characters] = True
            table.cell_of[characters] = number.cell
        elif len(set(concerned)) > 1:
            doubted.update(concerned)
            counts = Counter(cell for cell in concerned if cell >= 0)
            table.cell_of[characters] = counts.most_common(1)[0][0]
    return doubted, sure


def _shared(numbers: Iterable[_Number], table: _Table) -> set[int]:
    """Cells of nothing but numbers that hold two of them on one line."""
    height, y = table.marks.height, table.marks.y
    cells: dict[int, list[_Number]] = {}
    for number in numbers:
        cells.setdefault(int(table.cell_of[number.start]), []).append(number)
    return {
        cell
        for cell, own in cells.items()
        if cell not in table.worded
        for one, next_ in pairwise(sorted(own, key=lambda number: y[number.start]))
        if abs(y[one.start] - y[next_.start]) < _LINE * height[one.start]
    }
