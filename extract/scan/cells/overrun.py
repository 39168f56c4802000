"""Numbers wider than their cell, whose digits stand in the one beside it, lie over its own or on a ruling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from extract.model import BBox, GridCell, Reading

_SURE = 0.9
"""Confidence from which a digit is no two that lie over each other: these are read as one, but hardly surely."""

_NEAR = 0.25
"""Of a digit's height: how far from the number's pitch the digit in the cell beside it may stand."""

_BESIDE = 2.0
"""Points from one cell's edge to the other's."""

_HIDDEN = "a digit of it may lie over one in the cell beside it"

_FULL, _ON_IT = 1.3, 2.0
"""Points at most from a number to the ruling that it reaches, and from the other one to where a digit more would begin
or end: a thick ruling hides a 1.
"""

_UNDER = "a digit of it may lie under a ruling of its cell"

_TOGETHER, _APART, _OVER = 0.6, 1.7, 0.5
"""Of a digit's height: white between numbers on either side of a ruling, one of which reaches it, from which they stand
farther apart than digits of one number; the same where one is read unsurely, since the other's first digit, and a
separator of full width behind it, may lie over that; and white between that one and the ruling.
"""

_BEFORE, _BEHIND = re.compile(r"\d[.,]?$"), re.compile(r"^[.,]?\d")

_TORN = "its line of print goes on with digits in the cell beside it"

ACROSS = "a character stands across the cell's edge"

_SEVERAL, _PARTED = 3, "characters stand across its edge in other rows"
"""Rows from which what stands across a column's edge may have been parted by it."""

_FEW, _ENOUGH = 0.125, 20
"""Share of a table's numbers below which those that are read surely may be so by chance, and numbers that tell."""

_AMID = "hardly any number of its table is read surely"

_STACKED = re.compile(r"\d[.,\uff0c\uff0e]?\n\d")

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


def parted(cells: Sequence[GridCell]) -> list[GridCell]:
    """The cells of a grid, blanks in doubt where characters stand across the edges of their column.

    Such an edge may be no ruling but the strokes of digits, one below the other, and these were taken off with it.
    """
    across = Counter(column for cell in cells if ACROSS in cell.reading.doubts for column in _units(cell))
    columns = {column for column, rows in across.items() if rows >= _SEVERAL}
    return [_with(cell, _PARTED) if not cell.text and _units(cell) & columns else cell for cell in cells]


def unlikely(cells: Sequence[GridCell]) -> list[GridCell]:
    """The cells of a grid, the last sure ones in doubt where hardly any are left.

    Where numbers lie over each other all through a table, sums of what can be made out hold by chance.
    """
    numbers = [cell for cell in cells if cell.ink and not any(map(str.isalpha, cell.text))]
    sure = {id(cell) for cell in numbers if cell.reading.confidence >= _SURE and not cell.reading.doubts}
    if len(numbers) < _ENOUGH or len(sure) > _FEW * len(numbers):
        return list(cells)
    return [_with(cell, _AMID) if id(cell) in sure else cell for cell in cells]


def _with(cell: GridCell, doubt: str) -> GridCell:
    return replace(cell, reading=replace(cell.reading, doubts=(*cell.reading.doubts, doubt)))


def _met(inked: Sequence[GridCell]) -> set[int]:
    """The ids of cells whose numbers meet those beside them; none where numbers go on on their cell's next line."""
    if any(_STACKED.search(cell.text) for cell in inked):
        return set()
    reaching = [cell for cell in inked if min(_white(cell)) < _reach(cell)]
    return {id(cell) for one in reaching for other in inked if _meet(one, other) for cell in (one, other)}


def _white(cell: GridCell) -> tuple[float, float]:
    """Points from the ruling before a cell's ink to it, and from it to the ruling behind."""
    return (cell.ink.x0 - cell.bbox.x0, cell.bbox.x1 - cell.ink.x1) if cell.ink else (inf, inf)


def _reach(cell: GridCell) -> float:
    """Points from a cell's ink to a ruling within which a number may go on behind it, or end over the cell's own."""
    return _OVER * cell.ink.height if cell.ink and cell.reading.confidence < _SURE else _FULL


def _meet(one: GridCell, other: GridCell) -> bool:
    """Whether the number in the cell beside one that reaches a ruling goes on from it like its digits."""
    if not one.ink or not other.ink or not _level(one.ink, other.ink):
        return False
    far = _TOGETHER if one.reading.confidence >= _SURE else _APART
    near, reach = far * max(one.ink.height, other.ink.height), _reach(one)
    before, behind = _white(one)
    if behind < reach and abs(other.bbox.x0 - one.bbox.x1) < _BESIDE:
        return other.ink.x0 - one.ink.x1 < near
    return before < reach and abs(one.bbox.x0 - other.bbox.x1) < _BESIDE and one.ink.x0 - other.ink.x1 < near


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
