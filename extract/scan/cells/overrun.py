"""Digits set apart that run on beyond their cell, where they lie over another's, or on a ruling, and are not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import GridCell

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


def doubted(cells: Sequence[GridCell], spread: float) -> list[GridCell]:
    """The cells of a grid, those in doubt whose numbers may go on in the cells beside them.

    Args:
        cells: The grid's, read, with the boxes of their ink.
        spread: The pitch of the table's digits over their height.
    """
    unsure = [cell for cell in cells if cell.ink and cell.reading.confidence < _SURE]

    def doubts(cell: GridCell) -> list[str]:
        beside = any(_runs_into(other, cell, spread) for other in unsure)
        return [*([_HIDDEN] if beside else ()), *([_UNDER] if _goes_on_under(cell, spread) else ())]

    return [
        replace(cell, reading=replace(cell.reading, doubts=(*cell.reading.doubts, *more)))
        if (more := doubts(cell))
        else cell
        for cell in cells
    ]


def _goes_on_under(cell: GridCell, spread: float) -> bool:
    """Whether a number reaches the ruling at one side of its cell, and a digit more would stand on that at the other.

    It is wider than its cell then, unless it begins or ends right at the ruling.
    """
    own = cell.ink
    if not own or not cell.text.isdecimal():
        return False
    step = spread * own.height
    before, after = own.x0 - cell.bbox.x0, cell.bbox.x1 - own.x1
    return (after < _FULL and abs(before - step) < _ON_IT) or (before < _FULL and abs(after - step) < _ON_IT)


def _runs_into(beside: GridCell, cell: GridCell, spread: float) -> bool:
    """Whether a digit more of a cell's number would stand over its edge, just where one of the other cell stands."""
    own, other, text = cell.ink, beside.ink, cell.text
    if not own or not other or not text.isdecimal() or other.top > own.bottom or own.top > other.bottom:
        return False
    step, near = spread * own.height, _NEAR * own.height
    whole = len(text) * step
    before = abs(beside.bbox.x1 - cell.bbox.x0) < _BESIDE and own.x0 - step < cell.bbox.x0
    after = abs(beside.bbox.x0 - cell.bbox.x1) < _BESIDE and own.x1 + step > cell.bbox.x1
    return (before and abs(other.x1 - (own.x1 - whole)) < near) or (after and abs(other.x0 - (own.x0 + whole)) < near)
