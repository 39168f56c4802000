"""Numbers as they were drawn: digits at one pitch are one number, whose place in its cell tells which cell that is.

A number wider than its cell runs on over the rulings, perhaps over its neighbours. What was drawn one after the other
at one pitch still belongs together, but for what its file shows in strings of their own, and stands on the middle, the
left or the right of its own cell as the table's other numbers do. Where that says nothing, or more than one thing, the
cells concerned are doubted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extract.geometry import median
from extract.grids.ruled.celltext import EVEN
from extract.grids.ruled.places import MOST, Marks, Number, Place, Table, number_of, parted, places_of, places_of_whole
from extract.grids.ruled.strings import NARROWEST, WIDEST, goes_on, parting
from extract.model import BBox

_CLOSE = 0.95
"""Of a digit's height: digits of one number follow each other closer, unless the whole table's are set apart."""

_FARTHEST = 2.0
"""Of a digit's height: no table's digits are set apart farther."""

_LINE = 0.6
"""Of a digit's height: centres closer than this in y stand on one line."""

_USUALLY = 0.75
"""The same for the step between digits in one cell, where numbers may run into their neighbours."""

_IN_A_ROW = 3
"""Digits at least with one on either side, as far away, that show the pitch by themselves."""

_WHOLE = re.compile(r"\d+(?:[,\uff0c]\d{3})*(?:[.\uff0e]\d+)?")
"""Digits, with separators before thousands and before decimals only."""

_SAME_SPOT = 0.2
"""Of a digit's height: digits whose centres are closer are drawn on one spot."""


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


def gather(marks: Marks, cell_of: NDArray[np.int64], owner: NDArray[np.int64], cells: Sequence[BBox]) -> Gathered:
    """Give numbers that run on over rulings to their cells.

    Args:
        marks: The page's n characters.
        cell_of: (n,): the cell that holds each character's centre, negative outside the grid; changed in place.
        owner: (rows, columns): the cell of each unit.
        cells: Boxes of the cells.
    """
    one, other = marks.of_number[:-1], marks.of_number[1:]
    step, tall = marks.x[1:] - marks.x[:-1], np.maximum(marks.height[1:], marks.height[:-1])
    digits = marks.digit[:-1] & marks.digit[1:]
    # Separators stand low, and full-width ones take up as much as their digits' height.
    line, nearest = np.where(digits, _LINE, 1.0), np.where(digits, _CLOSE, _FARTHEST)
    follows = one & other & (step > 0) & (np.abs(marks.y[1:] - marks.y[:-1]) < line * tall)
    within = follows & (cell_of[1:] == cell_of[:-1]) & digits
    near = _side_by_side(marks, cell_of)
    close = follows & (step < nearest * tall)
    across = (cell_of[1:] != cell_of[:-1]) & close
    set_apart = within & ~close & (step < _FARTHEST * tall) & (cell_of[1:] >= 0)
    sure = np.zeros(len(marks.x), dtype=bool)
    if not (across.any() or near or set_apart.any()):
        return Gathered(set(), set(), sure, 0.0)
    table = Table(marks, cell_of, owner, cells)
    pitch = _pitch(step, tall, within, table) if set_apart.any() else 0.0
    if not (across.any() or near or pitch):
        return Gathered(set(), set(), sure, 0.0)
    if pitch:
        usual = pitch
        joined = follows & (np.abs(step - pitch) < EVEN * tall)
        beside = np.append(joined[1:], False) | np.append(False, joined[:-1])
        joined |= close & ~(digits & beside)  # a separator, or a number that is not set apart
    else:
        usual = median(step[within & close]) if (within & close).any() else 0.0
        joined = close & (~digits | ((step > NARROWEST * usual) & (step < (WIDEST * usual if usual else np.inf))))
    numbers, places, between = _placed(table, follows, joined)
    numbers = parted(numbers, places, table, whole=between is not None)
    near += [] if between is None else [(i, i + 1) for i in np.flatnonzero(between).tolist()]
    whole = [len(set(table.cells_of(number))) == 1 for number in numbers]
    doubted, sure = _settled(numbers, table)
    shared = _shared(numbers, table)
    doubted |= shared | _torn(numbers, table)
    of = {i: at for at, number in enumerate(numbers) for i in range(number.start, number.end)} if near else {}
    orderly = len(shared) < (1 - MOST) / 2 * len(numbers)
    for left, right in near:
        first, second = numbers[of[left]], numbers[of[right]]
        both = {int(cell_of[left]), int(cell_of[right])}
        known = sure[left] and sure[right]
        apart = known and (list(places) == ["middle"] or orderly or _overlap(first, second) > 0)
        uneven = orderly and right == left + 1 and whole[of[left]] and whole[of[right]] and not joined[left]
        if len(both) > 1 and not (apart or uneven):  # one number, drawn in some odd order
            doubted |= both
    loose = [n for n in numbers if between is None or (marks.string[n.start : n.end] < 0).any()]
    open_ = {n.cell for n in numbers if n.cell >= 0 and n.open}
    open_ |= {n.cell for n in loose if n.cell >= 0 and _may_lack_a_digit(n, usual, marks)}
    return Gathered({cell for cell in doubted if cell >= 0}, open_, sure, pitch)


def _placed(
    table: Table, follows: NDArray[np.bool_], joined: NDArray[np.bool_]
) -> tuple[list[Number], dict[str, Place], NDArray[np.bool_] | None]:
    """The runs of a table's digits, where its numbers stand in their cells, and where strings part runs, if they do.

    Too few of them within their cells may tell the first two: then whole strings that all stand in one place do.
    """
    between = parting(table, follows, joined)
    if between is not None:
        numbers = _numbers(table.marks, joined & ~between | goes_on(table, follows))
        return numbers, places_of(numbers, table, whole=True) or places_of_whole(numbers, table), between
    numbers = _numbers(table.marks, joined)
    between = parting(table, follows, joined, least=0)
    if between is not None:
        whole = _numbers(table.marks, joined & ~between | goes_on(table, follows))
        if places := places_of_whole(whole, table):
            return whole, places, between
    return numbers, places_of(numbers, table), None


def _torn(numbers: Sequence[Number], table: Table) -> set[int]:
    """Cells of runs with a separator that is another's, but for labels, and of those drawn before and after them.

    It is where one begins or ends with it, or is no number so: a digit may be another's that was printed over it.
    """
    cells = [int(table.cell_of[number.start]) for number in numbers]
    torn: set[int] = set()
    for i, number in enumerate(numbers):
        if cells[i] not in table.worded and not _WHOLE.fullmatch(table.marks.text, number.start, number.end):
            torn.update(cells[max(i - 1, 0) : i + 2])
    return torn - table.worded


def _may_lack_a_digit(number: Number, step: float, marks: Marks) -> bool:
    """Whether another number's digit stands where a digit before or after it would.

    Text layers are read without what is drawn twice on one spot, and so without one of two like digits there; strings
    that are known have theirs.
    """
    at, tall = number.start, float(marks.height[number.start])
    beside = np.abs(marks.y - marks.y[at]) < _LINE * tall
    beside[at : number.end] = False
    spots = np.minimum(np.abs(marks.x - (number.first - step)), np.abs(marks.x - (number.last + step)))
    return bool((beside & marks.digit & (spots < _SAME_SPOT * tall)).any())


def _overlap(one: Number, other: Number) -> float:
    """Points in x that two numbers share."""
    return min(one.last, other.last) - max(one.first, other.first)


def _pitch(step: NDArray[np.float64], tall: NDArray[np.float64], within: NDArray[np.bool_], table: Table) -> float:
    """The step from digit to digit where most digits that share a cell are set apart alike, 0 elsewhere.

    Several columns must show it, or several digits in a row somewhere on the page: two columns whose ruling was lost
    stand as far apart in every row, too.
    """
    cell_of, worded = table.cell_of[1:], list(table.unlike())
    pairs = np.flatnonzero(within & (step < _FARTHEST * tall) & (cell_of >= 0) & ~np.isin(cell_of, worded))
    if not len(pairs):
        return 0.0
    usual = median(step[pairs])
    even = within & (np.abs(step - usual) < EVEN * tall)
    if np.count_nonzero(even[pairs]) < _USUALLY * len(pairs) or usual < _CLOSE * median(tall[pairs]):
        return 0.0
    in_a_row = np.count_nonzero(even[1:] & even[:-1])
    columns = {int(np.nonzero(table.owner == cell)[1][0]) for cell in set(cell_of[pairs][even[pairs]].tolist())}
    return usual if in_a_row >= _IN_A_ROW or len(columns) > 2 else 0.0


def _side_by_side(marks: Marks, cell_of: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of digits in different cells that stand as in one number, in whatever order they were drawn."""
    digits = np.flatnonzero(marks.digit)
    if len(digits) < 2:
        return []
    order = digits[np.lexsort((marks.x[digits], np.round(marks.y[digits] / median(marks.height[digits]))))]
    boxes, x, y, height = marks.boxes[order], marks.x[order], marks.y[order], marks.height[order]
    step, gap = x[1:] - x[:-1], boxes[1:, 0] - boxes[:-1, 2]
    close = (step < _CLOSE * height[:-1]) | (gap < 0.25 * height[:-1])
    close &= (np.abs(y[1:] - y[:-1]) < 0.3 * height[:-1]) & (step > 0)
    cells = cell_of[order]
    pairs = np.flatnonzero(close & (cells[:-1] != cells[1:]))
    return list(zip(order[pairs].tolist(), order[pairs + 1].tolist(), strict=True))


def _numbers(marks: Marks, joined: NDArray[np.bool_]) -> list[Number]:
    """Runs of characters of numbers, each as long as the next is joined to the one before."""
    of_number = np.flatnonzero(marks.of_number)
    begins = [i for i in of_number.tolist() if i == 0 or not joined[i - 1]]
    found = []
    for start in begins:
        end = start + 1
        while end <= len(joined) and joined[end - 1]:
            end += 1
        found.append(number_of(marks.boxes, start, end))
    return found


def _settled(numbers: Sequence[Number], table: Table) -> tuple[set[int], NDArray[np.bool_]]:
    """Give each number to its cell, for want of better to that of most of its digits.

    Returns:
        The cells that this leaves in doubt, and for each character whether it is of a number that is surely its cell's.
    """
    doubted: set[int] = set()
    sure = np.zeros(len(table.cell_of), dtype=bool)
    for number in numbers:
        characters, concerned = slice(number.start, number.end), table.cells_of(number)
        if number.cell >= 0:
            sure[characters] = True
            table.cell_of[characters] = number.cell
        elif len(set(concerned)) > 1:
            doubted.update(concerned)
            counts = Counter(cell for cell in concerned if cell >= 0)
            table.cell_of[characters] = counts.most_common(1)[0][0]
    return doubted, sure


def _shared(numbers: Iterable[Number], table: Table) -> set[int]:
    """Cells of nothing but numbers that hold two of them on one line."""
    height, y = table.marks.height, table.marks.y
    cells: dict[int, list[Number]] = {}
    for number in numbers:
        cells.setdefault(int(table.cell_of[number.start]), []).append(number)
    return {
        cell
        for cell, own in cells.items()
        if cell not in table.worded
        for one, next_ in pairwise(sorted(own, key=lambda number: y[number.start]))
        if abs(y[one.start] - y[next_.start]) < _LINE * height[one.start]
    }
