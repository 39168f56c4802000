"""Where in their cells a table's numbers stand, and what that says of runs of digits over several cells.

A table sets its numbers in the middle, at the left or at the right of their cells. A run of digits that rulings cross
is the number of the cell in which it stands so, or those of several cells, where each part of it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from extract.grids.ruled.celltext import SEPARATORS, full_width, separating
from extract.model import BBox, Glyphs, code_points

MOST = 0.9
"""Share of a table's numbers that a rule must hold for to be one."""

EVIDENCE = 6
"""Numbers at least that show how a table's numbers stand in their cells; pairs of digits that show their pitch."""

_LEAST_OFF, _OFF = 0.8, 1.2
"""Points that a number may stand off its place in its cell: ink fills a digit's width unevenly."""

_SWAY = 3.0
"""The same as times what nearly all stand off at most."""

_NEARLY = 1.6
"""Times what it may, from which it certainly does not stand there; cutting it elsewhere moves parts by half a digit."""

_PART = 1 / 6
"""Of a cell's width: how far off its place in its cell a whole string may stand; in another cell it is as wide off."""

_LONGEST = 60
"""Characters of a run from which it is no row of numbers."""

_WAYS = 4
"""Ways to part a run that are looked at; more than one is too many to be sure."""

_WRITTEN = re.compile(rf"(?![0\uff10]\d)\d{{1,12}}(?:[{SEPARATORS}]\d+)*")
"""A number that need not be doubted for how it is written."""

_LINE = 0.3
"""Of a digit's height: digits whose centres differ by less in y from one to the next stand on one line."""

_PADDING = 15.0
"""Points at most between a number and the edge of its cell that it stands at."""


@dataclass(frozen=True, slots=True)
class Marks:
    """A page's n characters for a look at its numbers: their text, boxes, centres and heights.

    `digit` says which ones are digits, `of_number` which ones digits or separators; `string` is that of
    each in its file, negative where it is not known.
    """

    text: str
    boxes: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    height: NDArray[np.float64]
    digit: NDArray[np.bool_]
    of_number: NDArray[np.bool_]
    string: NDArray[np.int64]

    @classmethod
    def of(cls, glyphs: Glyphs) -> Marks:
        """The marks of a page's glyphs."""
        x0, top, x1, bottom = glyphs.boxes.T
        codes = code_points(glyphs.text)
        digit = ((codes >= ord("0")) & (codes <= ord("9"))) | full_width(codes)
        of_number = digit | separating(glyphs.text, codes)
        string = np.full(len(codes), -1) if glyphs.strings is None else glyphs.strings
        return cls(glyphs.text, glyphs.boxes, (x0 + x1) / 2, (top + bottom) / 2, bottom - top, digit, of_number, string)


@dataclass(frozen=True, slots=True)
class Place:
    """How far right of a place in their cells a table's numbers stand, and how far from there one may, in points."""

    usual: float
    sway: float


@dataclass(slots=True)
class Number:
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
class Table:
    """A grid and the characters of its page: `cell_of` is (n,), `owner` has the cell of each unit."""

    marks: Marks
    cell_of: NDArray[np.int64]
    owner: NDArray[np.int64]
    cells: Sequence[BBox]

    def cells_of(self, number: Number) -> list[int]:
        """The cells that hold the characters of a number, negative outside the grid."""
        own: list[int] = self.cell_of[number.start : number.end].tolist()
        return own

    def cell_at(self, number: Number, place: str) -> int:
        """The cell that holds the middle, or the left or right end, of a number; negative outside and in labels."""
        if place != "middle":
            cell = int(self.cell_of[number.start if place == "left" else number.end - 1])
        else:
            middle, own = (number.first + number.last) / 2, set(self.cells_of(number))
            cell = next((one for one in own if one >= 0 and self.cells[one].x0 <= middle < self.cells[one].x1), -1)
        return -1 if cell in self.worded else cell

    def spots(self, numbers: Iterable[Number]) -> set[tuple[int, int]]:
        """The cells of numbers and the lines of print they stand on, counted from the top of their page."""
        return {(n.cell, int(self._line[n.start])) for n in numbers}

    def unlike(self) -> set[int]:
        """Cells that hold other characters than digits."""
        return set(self.cell_of[~self.marks.digit].tolist())

    @cached_property
    def _line(self) -> NDArray[np.int64]:
        """(n,): on which line of figures each digit stands, counted from the top of the page; -1 for the rest."""
        digits = np.flatnonzero(self.marks.digit)
        order = digits[np.argsort(self.marks.y[digits])]
        line = np.full(len(self.marks.y), -1)
        line[order[:1]] = 0
        line[order[1:]] = np.cumsum(np.diff(self.marks.y[order]) > _LINE * np.median(self.marks.height[order]))
        return line

    @cached_property
    def worded(self) -> set[int]:
        """Cells that hold other characters than those of numbers."""
        return set(self.cell_of[~self.marks.of_number].tolist())


def number_of(boxes: NDArray[np.float64], start: int, end: int) -> Number:
    """Characters `start` up to `end` as a number whose cell is not known; `boxes` are (n, 4), those of all."""
    first, last = boxes[start], boxes[end - 1]
    return Number(start, end, float(first[0] + first[2]) / 2, float(last[0] + last[2]) / 2)


def places_of(numbers: Sequence[Number], table: Table, *, whole: bool = False) -> dict[str, Place]:
    """Where in their cells the table's numbers stand: at the middle, the left or the right.

    Told by the cells that hold nothing but a number, and all of that; what nearly all of them agree on, and not as
    closely where they are `whole`, each a string.
    """
    inside = []
    for number in numbers:
        own = set(table.cell_of[number.start : number.end].tolist())
        cell = own.pop()
        if not own and cell >= 0 and cell not in table.worded:
            inside.append((number, table.cells[cell]))
    return _fewest(numbers, _agreed(inside, whole=whole), table, whole=whole)


def places_of_whole(numbers: Sequence[Number], table: Table) -> dict[str, Place]:
    """The same, told by whole numbers that rulings cross: each in the cell of their middle or that end."""
    found: dict[str, Place] = {}
    for place in ("middle", "left", "right"):
        held = [(number, table.cells[cell]) for number in numbers if (cell := table.cell_at(number, place)) >= 0]
        if sum(len(set(table.cells_of(number))) > 1 for number, _ in held) >= EVIDENCE:
            found |= {name: own for name, own in _agreed(held, whole=True).items() if name == place}
    return _fewest(numbers, found, table, whole=True) if found else {}


def _agreed(inside: Sequence[tuple[Number, BBox]], *, whole: bool) -> dict[str, Place]:
    """The places in their cells that nearly all of some numbers agree on; none where they are few."""
    found: dict[str, Place] = {}
    if len(inside) < EVIDENCE:
        return found
    limit = max(_OFF, _PART * min(box.width for _, box in inside)) if whole else _OFF
    for place, low, high in (("middle", -_OFF, _OFF), ("left", -_OFF, _PADDING), ("right", -_PADDING, _OFF)):
        offsets = np.array([number.offset(place, box) for number, box in inside])
        usual = float(np.median(offsets))
        sway = float(np.quantile(np.abs(offsets - usual), MOST))
        if low <= usual <= high and sway < limit:
            found[place] = Place(usual, min(max(_SWAY * sway, _LEAST_OFF), _OFF))
    return found


def _fewest(runs: Sequence[Number], places: Mapping[str, Place], table: Table, *, whole: bool) -> dict[str, Place]:
    """Of several places that numbers within their cells agree on, those that explain most of what rulings cross.

    Numbers of one digit stand in the middle, at the left and at the right alike. Where too few stand within their
    cells, the middle is their place if it explains all that cross rulings.
    """
    if len(places) == 1:
        return dict(places)
    across = [run for run in runs if len(set(table.cells_of(run))) > 1 and run.end - run.start <= _LONGEST]
    tried = places or {"middle": Place(0.0, _LEAST_OFF)}
    left = {
        name: sum(not _told(run, {name: place}, table, whole=whole) for run in across) for name, place in tried.items()
    }
    if not places and (left["middle"] or len(across) < EVIDENCE - 2):
        return {}
    return {name: place for name, place in tried.items() if left[name] == min(left.values())}


def parted(runs: Sequence[Number], places: Mapping[str, Place], table: Table, *, whole: bool = False) -> list[Number]:
    """Each run with its cell, or the numbers of several cells that it is; as it is where nothing tells.

    Each number stands in its cell as the table's numbers do, and no other does on its line. Where this leaves several
    ways to part a run, it is parted into as many as can be, which are `open` then: sums must tell. Where strings are
    `whole` numbers, only those whose strings are not all known are parted.
    """
    ways = [_told(run, places, table, whole=whole) if run.end - run.start <= _LONGEST else [] for run in runs]
    more = True
    while more:
        more = False
        taken = {spot: i for i, own in enumerate(ways) if own for spot in set.intersection(*map(table.spots, own))}
        for i, own in enumerate(ways):
            kept = [way for way in own if all(taken.get(spot, i) == i for spot in table.spots(way))]
            more |= len(kept) < len(own)
            ways[i] = kept
    found: list[Number] = []
    for run, own in zip(runs, ways, strict=True):
        best = sorted(own, key=len, reverse=True)[:2]
        told = best and not (len(best) > 1 and len(best[0]) == len(best[1])) and not any(p.off > 1 for p in best[0])
        found += [replace(part, open=len(own) > 1) for part in best[0]] if told else [run]
    return found


def _told(run: Number, places: Mapping[str, Place], table: Table, *, whole: bool) -> list[list[Number]]:
    """The ways to part a run into numbers of different cells; none but to leave it, if strings are `whole` numbers."""
    if whole and (table.marks.string[run.start : run.end] >= 0).all():
        return [[one] for one in _fitting(run, places, table, _PART)]
    return _ways(run, places, table, 0)


def _ways(number: Number, places: Mapping[str, Place], table: Table, after: float) -> list[list[Number]]:
    """The ways to part a number into those of different cells, right of `after`."""
    found: list[list[Number]] = []
    marks = table.marks
    for end in range(number.start + 1, number.end + 1):
        if not _WRITTEN.fullmatch(marks.text[number.start : end]):
            continue
        for part in _fitting(number_of(marks.boxes, number.start, end), places, table):
            box = table.cells[part.cell]
            if box.x0 >= after and len(found) < _WAYS:
                rest = number_of(marks.boxes, end, number.end) if end < number.end else None
                found += [[part, *others] for others in (_ways(rest, places, table, box.x1 - 1) if rest else [[]])]
    return found


def _fitting(number: Number, places: Mapping[str, Place], table: Table, part: float = 0.0) -> list[Number]:
    """The number in each cell that holds some of it and in which it stands nearly as the table's numbers do.

    `part` is how much of the narrowest cell's width it may stand off its place at least.
    """
    found = []
    held = {cell for cell in table.cells_of(number) if cell >= 0}
    room = part * min((table.cells[cell].width for cell in held), default=0.0)
    for cell in sorted(held - table.worded):
        box = table.cells[cell]
        off = min(
            (abs(number.offset(name, box) - place.usual) / max(place.sway, room) for name, place in places.items()),
            default=_NEARLY,
        )
        if off < _NEARLY:
            found.append(replace(number, cell=cell, off=off))
    return found
