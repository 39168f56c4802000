"""Columns without a header: whether the arithmetic vouches for the form's order of columns that only their place tells.

Sums cannot tell two columns that are added up from each other, but they tell whether all of them are there. Where every
row adds up and every column has something to add, no column can have been lost and another one put in its place: what
the one held would be missing in the sum, what the other holds would be too much. Where all is nought, every cell is.
A few rows that a publisher added up wrongly change nothing in what the others show of each column. The same tells of
single columns whose header says something else, or was read so, where the headers of all others are the form's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extract.align import UNNAMED, Alignment, Placed
from extract.check.faults import is_certain, number
from extract.check.values import Value
from extract.equations import Equation
from extract.model import PLAIN_TEXT, CellId, Status

_FEW, _TWICE = 1 / 4, 2
"""Rows that fail for each that adds up, at most; and how many of these each column then needs a number in."""

UNTOLD = "no column header was found; the column was told by its place"


def unproved(alignment: Alignment, values: Mapping[CellId, Value]) -> list[CellId]:
    """The cells of columns told by their place alone for which no sums vouch."""
    untold = [id_ for id_, one in alignment.placed.items() if one.by_place]
    if not untold or alignment.placed[untold[0]].reading.source == PLAIN_TEXT:
        return untold  # in plain text a header stands apart from its columns, and may have named them otherwise
    sums = _across(alignment, untold)
    proved = {id_ for rows in sums if _adds_up(rows, values) for one in rows for id_ in (*one.left, *one.right)}
    return [id_ for id_ in untold if id_ not in proved]


def misnamed(alignment: Alignment) -> dict[CellId, Placed]:
    """The cells whose column's header says something else, without that doubt; none of plain text."""
    return {
        id_: replace(one, reading=replace(one.reading, doubts=_others(doubts), cautions=_others(cautions)))
        for id_, one in alignment.placed.items()
        for doubts, cautions in [(one.reading.doubts, one.reading.cautions)]
        if UNNAMED in (*doubts, *cautions) and not one.by_place and one.reading.source != PLAIN_TEXT
    }


def vouched(alignment: Alignment, misnamed: Iterable[CellId], values: Mapping[CellId, Value]) -> set[CellId]:
    """Those of misnamed cells for whose columns sums vouch, as the values are without that doubt."""
    among, found = set(misnamed), set[CellId]()
    for rows in _across(alignment, among):
        ids = [(*one.left, *one.right) for one in rows]
        columns = {i for row in ids for i, id_ in enumerate(row) if id_ in among}
        if _adds_up(rows, values, columns):
            found |= {id_ for row in ids for id_ in row if id_ in among}
    return found


def _others(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(reason for reason in reasons if reason != UNNAMED)


def _across(alignment: Alignment, untold: Iterable[CellId]) -> list[list[Equation]]:
    """Equations of single rows that hold cells of these, those over the same columns together."""
    column_of = {slot.id: (id(key.block), j) for key in alignment.grid.keys for j, slot in enumerate(key.slots)}
    among = set(untold)
    found: dict[tuple[tuple[int, int], ...], list[Equation]] = {}
    for equation in alignment.layout.equations:
        members = (*equation.left, *equation.right)
        if not among.isdisjoint(members) and len({id_.row for id_ in members}) == 1:
            found.setdefault(tuple(column_of[id_] for id_ in members), []).append(equation)
    return list(found.values())


def _fails(equation: Equation, values: Mapping[CellId, Value]) -> bool:
    left, right = ([values[id_] for id_ in side] for side in (equation.left, equation.right))
    known = all(value.status not in {Status.MISSING, Status.UNREADABLE} for value in (*left, *right))
    return known and sum(map(number, left)) != sum(map(number, right))


def _adds_up(rows: Sequence[Equation], values: Mapping[CellId, Value], columns: Iterable[int] | None = None) -> bool:
    """Whether sums that hold show that no column is lost and none put in: of all columns, or at some of these."""
    failing = sum(_fails(one, values) for one in rows)
    read = [[values[id_] for id_ in (*one.left, *one.right)] for one in rows if not _fails(one, values)]
    certain = [row for row in read if all(is_certain(value) for value in row)]
    if not certain:
        return False
    if not failing and all(value.value == 0 for row in certain for value in row):
        return True  # blanks are no noughts: an empty column may be anything
    filled = sum(any(map(number, row)) for row in certain)
    added = [sum(bool(number(value)) for value in column) for column in zip(*certain, strict=True)]
    added = added if columns is None else [added[i] for i in columns]
    return failing <= _FEW * filled and min(added) >= (_TWICE if failing else 1)
