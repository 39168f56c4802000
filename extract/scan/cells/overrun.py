"""Numbers wider than their cell, whose digits stand in the one beside it, lie over its own or on a ruling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from extract.model import BBox, GridCell, Reading
from extract.scan.cells.ink import CellInk, PixelBox

_SURE = 0.9
"""Confidence from which a digit is no two that lie over each other: these are read as one, but hardly surely."""

_NEAR = 0.15
"""Of a digit's height: how far from the number's pitch the digit in the cell beside it may stand."""

_BESIDE = 2.0
"""Points from one cell's edge to the other's."""

_HIDDEN = "a digit of it may lie over one in the cell beside it"

_FULL, _ON_IT = 1.3, 2.0
"""Points at most from a number to the ruling that it reaches, and from the other one to where a digit more would begin
or end: a thick ruling hides a 1.
"""

_UNDER = "a digit of it may lie under a ruling of its cell"

_DIGIT, _ASTRAY, _EDGE = 0.7, 0.2, 0.8
"""Of its height: a digit's width, and how far from the number's pitch it may stand; and points from the middle of a
ruling to where its ink has ended.
"""

ON_RULING = "something is left of a digit more where a ruling of its cell would run through it"

_SIGN, _DASH, _FRINGE = 1.0, (0.4, 0.75), 2
"""Of a number's height: how far from the ruling before it one begins at most whose sign reaches that, and between which
heights below its top the sign is; and pixels before a number that its own ink may darken.
"""

SIGN_ON_RULING = "something is left of a sign that the ruling before it would hide"

_TOGETHER = 0.6
"""Of a digit's height: white between numbers on either side of a ruling, one of which reaches it, from which they stand
farther apart than digits of one number.
"""

_BEFORE, _BEHIND = re.compile(r"\d[.,]?$"), re.compile(r"^[.,]?\d")

_TORN = "its line of print goes on with digits in the cell beside it"

_FEW, _ENOUGH = 0.125, 20
"""Share of a table's numbers below which those that are read surely may be so by chance, and numbers that tell."""

_AMID = "hardly any number of its table is read surely"

_STACKED = re.compile(r"\d\n\d")

_MET = "it stands as close to the number in the cell beside it as digits of one number do"


def doubted(cells: Sequence[GridCell], spread: float) -> list[GridCell]:
    """The cells of a grid, those in doubt whose numbers may go on in the cells beside them.

    Args:
        cells: The grid's, read, with the boxes of their ink.
        spread: The pitch of the table's digits over their height, where they stand far apart; 0 where they do not.
    """
    inked = [cell for cell in cells if cell.ink]
    unsure = [cell for cell in inked if spread and cell.reading.confidence < _SURE]
    met = _met(inked)

    def judged(cell: GridCell) -> Reading:
        beside = any(_runs_into(other, cell, spread) for other in unsure)
        under = spread and _goes_on_under(cell, spread)
        doubts = [doubt for doubt, holds in ((_HIDDEN, beside), (_UNDER, under)) if holds]
        cautions = (_MET,) if id(cell) in met else ()
        return replace(
            cell.reading, doubts=(*cell.reading.doubts, *doubts), cautions=(*cell.reading.cautions, *cautions)
        )

    return [replace(cell, reading=judged(cell)) if cell.ink else cell for cell in cells]


def torn(lines: Sequence[GridCell], cells: Sequence[GridCell]) -> list[GridCell]:
    """The cells of a grid, those in doubt whose numbers a line of print joins to digits in the cells beside them.

    Args:
        lines: The grid's as the page's lines of print were read, which go on over the edges of cells.
        cells: The same, each read by itself.
    """
    found: set[int] = set()
    for i, (line, cell) in enumerate(zip(lines, cells, strict=True)):
        if not cell.text.isdecimal() or line.text.count(cell.text) != 1:
            continue
        before, _, behind = line.text.partition(cell.text)
        sides = {cell.column - 1: _BEFORE.search(before), cell.column + cell.column_span: _BEHIND.search(behind)}
        beside = {column for column, digits in sides.items() if digits}
        if beside:
            found |= {i, *(k for k, other in enumerate(cells) if other.row == cell.row and _units(other) & beside)}
    return [_with(cell, _TORN) if i in found and cell.text.isdecimal() else cell for i, cell in enumerate(cells)]


def unlikely(cells: Sequence[GridCell]) -> list[GridCell]:
    """The cells of a grid, the last sure ones in doubt where hardly any are left.

    Where numbers lie over each other all through a table, sums of what can be made out hold by chance.
    """
    numbers = [cell for cell in cells if cell.ink and not any(map(str.isalpha, cell.text))]
    sure = {id(cell) for cell in numbers if cell.reading.confidence >= _SURE and not cell.reading.doubts}
    if len(numbers) < _ENOUGH or len(sure) > _FEW * len(numbers):
        return list(cells)
    return [_with(cell, _AMID) if id(cell) in sure else cell for cell in cells]


def is_cut(line: PixelBox, cell: BBox, spread: float, ink: CellInk) -> bool:
    """Whether a number goes on at either end with a digit that a ruling of its cell runs through.

    Of such a digit nothing may be left but crumbs on both sides, which are taken for the ruling's: they are looked for
    within the cell, where the digit would stand.
    """
    x0, top, x1, bottom = line
    height, edge = bottom - top, _EDGE * ink.scale
    near, far = max(_FRINGE, (spread - _DIGIT - _ASTRAY) * height), (spread + _ASTRAY) * height
    left, right = cell.x0 * ink.scale, cell.x1 * ink.scale
    sides = (x0 - left, round(left + edge), round(x0 - near)), (right - x1, round(x1 + near), round(right - edge))
    return any(near + edge < white < far and ink.shows((start, top, end, bottom)) for white, start, end in sides)


def is_unsigned(line: PixelBox, cell: BBox, ink: CellInk) -> bool:
    """Whether a number right behind its cell's left ruling may have a sign there, of which hardly anything is left.

    A dash that meets the ruling is taken off with it: what is left is level with the middle of the number, while what
    is left of a ruling goes on above it or below.
    """
    top, bottom = line[1], line[3]
    height = bottom - top
    left = cell.x0 * ink.scale
    start, end = round(left + _EDGE * ink.scale), line[0] - _FRINGE
    high, low = (round(top + share * height) for share in _DASH)
    if not start < end < left + _SIGN * height:
        return False
    beside = ink.shows((start, top, end, high)) or ink.shows((start, low, end, bottom))
    return not beside and ink.shows((start, high, end, low))


def _with(cell: GridCell, doubt: str) -> GridCell:
    return replace(cell, reading=replace(cell.reading, doubts=(*cell.reading.doubts, doubt)))


def _met(inked: Sequence[GridCell]) -> set[int]:
    """The ids of cells whose numbers meet those beside them; none where numbers go on on their cell's next line."""
    if any(_STACKED.search(cell.text) for cell in inked):
        return set()
    reaching = [cell for cell in inked if min(_white(cell)) < _FULL]
    return {id(cell) for one in reaching for other in inked if _meet(one, other) for cell in (one, other)}


def _white(cell: GridCell) -> tuple[float, float]:
    """Points from the ruling before a cell's ink to it, and from it to the ruling behind."""
    return (cell.ink.x0 - cell.bbox.x0, cell.bbox.x1 - cell.ink.x1) if cell.ink else (inf, inf)


def _meet(one: GridCell, other: GridCell) -> bool:
    """Whether the number in the cell beside one that reaches a ruling goes on from it like its digits."""
    if not one.ink or not other.ink or not _level(one.ink, other.ink):
        return False
    near = _TOGETHER * max(one.ink.height, other.ink.height)
    before, behind = _white(one)
    if behind < _FULL and abs(other.bbox.x0 - one.bbox.x1) < _BESIDE:
        return other.ink.x0 - one.ink.x1 < near
    return before < _FULL and abs(one.bbox.x0 - other.bbox.x1) < _BESIDE and one.ink.x0 - other.ink.x1 < near


def _units(cell: GridCell) -> set[int]:
    return set(range(cell.column, cell.column + cell.column_span))


def _level(one: BBox, other: BBox) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom


def _goes_on_under(cell: GridCell, spread: float) -> bool:
    """Whether a number reaches the ruling at one side of its cell, and a digit more would stand on that at the other.

    It is wider than its cell then, unless it begins or ends right at the ruling.
    """
    own = cell.ink
    if not own or not cell.text.isdecimal():
        return False
    step = spread * own.height
    before, after = _white(cell)
    return (after < _FULL and abs(before - step) < _ON_IT) or (before < _FULL and abs(after - step) < _ON_IT)


def _runs_into(beside: GridCell, cell: GridCell, spread: float) -> bool:
    """Whether a digit more of a cell's number would stand over its edge, just where one of the other cell stands."""
    own, other, text = cell.ink, beside.ink, cell.text
    if not own or not other or not text.isdecimal() or not _level(own, other):
        return False
    step, near = spread * own.height, _NEAR * own.height
    whole = len(text) * step
    before = abs(beside.bbox.x1 - cell.bbox.x0) < _BESIDE and own.x0 - step < cell.bbox.x0
    after = abs(beside.bbox.x0 - cell.bbox.x1) < _BESIDE and own.x1 + step > cell.bbox.x1
    return (before and abs(other.x1 - (own.x1 - whole)) < near) or (after and abs(other.x0 - (own.x0 + whole)) < near)
