"""Columns without a header: whether the arithmetic vouches for the form's order of columns that only their place tells.

Sums cannot tell two columns that are added up from each other, but they tell whether all of them are there. Where every
row adds up and every column has something to add, no column can have been lost and another one put in its place: what
the one held would be missing in the sum, what the other holds would be too much. Where all is nought, every cell is.
A few rows that a publisher added up wrongly change nothing in what the others show of each column. The same tells of
single columns whose header says something else, or was read so, where the headers of all others are the form's; and of
columns that stand elsewhere than under their header. Where these are just as many as there, noughts will do: for a
number to be in the wrong column beside such, one of them would have to be lost and a column of noughts be put in.
Without a header they will where no cell is blank and no row fails, and so will three sums beside each other in one row
that all hold, one of which adds something up: where its sum stands, the others' do, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extract.align import ASIDE, LOOSE, MOVED, RIVAL, UNNAMED, Alignment, Placed
from extract.check.faults import is_certain, number
from extract.check.values import Value
from extract.equations import Equation
from extract.model import NO_PAGE, PLAIN_TEXT, CellId, Status

_FEW, _TWICE = 1 / 4, 2
"""Rows that fail for each that adds up, at most; and how many of these each column then needs a number in."""

_ENOUGH = 3
"""Rows with numbers that must add up where columns stand elsewhere, and figures that one of noughts needs there."""

_ELSEWHERE = frozenset({ASIDE, MOVED, LOOSE})
"""What is said against columns that stand elsewhere than under their headers, or are parted by white space alone."""

_TOLD = _ELSEWHERE | {UNNAMED, RIVAL}

REPLACED = "a column of the publisher's own, with another header, stands in its place"

UNTOLD = "no column header was found; the column was told by its place"


def unproved(alignment: Alignment, values: Mapping[CellId, Value]) -> list[CellId]:
    """The cells of columns told by their place alone for which no sums vouch."""
    untold = [id_ for id_, one in alignment.placed.items() if one.by_place]
    if not untold or alignment.placed[untold[0]].reading.source == PLAIN_TEXT:
        return untold  # in plain text a header stands apart from its columns, and may have named them otherwise
    sums = _across(alignment, untold)
    beside = [one for rows in sums for one in rows] if len(sums) >= _ENOUGH else []
    if any(_adds_up(one, values) for one in beside) and all(_holds(one, values) for one in beside):
        return []
    proved = {id_ for rows in sums if _are_whole(rows, values) for one in rows for id_ in _members(one)}
    return [id_ for id_ in untold if id_ not in proved]


def doubted_columns(alignment: Alignment) -> dict[CellId, Placed]:
    """The cells whose column is in doubt though there are headers, without that doubt; none of plain text."""
    return {
        id_: replace(one, reading=replace(one.reading, doubts=_others(doubts), cautions=_others(cautions)))
        for id_, one in alignment.placed.items()
        for doubts, cautions in [(one.reading.doubts, one.reading.cautions)]
        if _said_of(one) and not one.by_place and one.reading.source != PLAIN_TEXT
    }


def disowned(alignment: Alignment, doubted: Iterable[CellId], values: Mapping[CellId, Value]) -> set[CellId]:
    """The cells of the one column whose header says something else, if the sums of hardly any row hold with it.

    All else in these being certain, it is a column of the publisher's own that stands where one of the form's is left
    out. So is one that holds words, and no number.
    """
    among, found = set(doubted), set[CellId]()
    for rows in _across(alignment, among):
        columns = [among.intersection(ids) for ids in zip(*map(_members, rows), strict=True)]
        odd = [ids for ids in columns if ids]
        if len(odd) > 1 or any(_said_of(alignment.placed[id_]) != {UNNAMED} for id_ in odd[0]):
            continue
        texts = [alignment.placed[id_].reading.text for id_ in odd[0]]
        if not any(map(str.isdigit, "".join(texts))) and sum(any(map(str.isalpha, one)) for one in texts) >= _ENOUGH:
            found |= odd[0]
        certain = [one for one in rows if all(is_certain(values[id_]) for id_ in _members(one))]
        failing = sum(_fails(one, values) for one in certain)
        holding = sum(any(number(values[id_]) for id_ in _members(one)) for one in certain) - failing
        if failing >= _ENOUGH and holding <= _FEW * failing:
            found |= odd[0]
    return found


def vouched(alignment: Alignment, doubted: Iterable[CellId], values: Mapping[CellId, Value]) -> set[CellId]:
    """Those of cells in doubted columns for which sums vouch, as the values are without that doubt.

    Columns that stand elsewhere than their headers do so on each page by itself, which needs several rows: one may add
    up by chance. And one of noughts whose header says something else puts all such in doubt, for it may have been put
    in, and theirs be another's place.
    """
    among, found = set(doubted), set[CellId]()
    said = {id_: _said_of(alignment.placed[id_]) for id_ in among}
    for across in _across(alignment, among):
        by_page: dict[int, list[Equation]] = {}
        for one in across:
            moved = [id_ for id_ in _members(one) if not _ELSEWHERE.isdisjoint(said.get(id_, ()))]
            by_page.setdefault(alignment.placed[moved[0]].page if moved else NO_PAGE, []).append(one)
        for page, rows in by_page.items():
            numbers, figures = _summed(rows, values, 1 if page == NO_PAGE else _ENOUGH)
            columns = [among.intersection(ids) for ids in zip(*map(_members, rows), strict=True)]
            untold = {i for i, ids in enumerate(columns) if ids}
            others = {i for i in untold if any(said[id_] != {ASIDE} for id_ in columns[i])}
            if untold <= numbers | figures:
                found = found.union(*(columns[i] for i in (untold if others <= numbers else untold - others)))
    return found


def _said_of(one: Placed) -> frozenset[str]:
    """Which of the doubts about columns that headers tell is said of a cell."""
    return _TOLD.intersection((*one.reading.doubts, *one.reading.cautions))


def _others(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(reason for reason in reasons if reason not in _TOLD)


def _members(equation: Equation) -> tuple[CellId, ...]:
    return (*equation.left, *equation.right)


def _across(alignment: Alignment, untold: Iterable[CellId]) -> list[list[Equation]]:
    """Equations of single rows that hold cells of these, those over the same columns together."""
    column_of = {slot.id: (id(key.block), j) for key in alignment.grid.keys for j, slot in enumerate(key.slots)}
    among = set(untold)
    found: dict[tuple[tuple[int, int], ...], list[Equation]] = {}
    for equation in alignment.layout.equations:
        members = _members(equation)
        if not among.isdisjoint(members) and len({id_.row for id_ in members}) == 1:
            found.setdefault(tuple(column_of[id_] for id_ in members), []).append(equation)
    return list(found.values())


def _fails(equation: Equation, values: Mapping[CellId, Value]) -> bool:
    left, right = ([values[id_] for id_ in side] for side in (equation.left, equation.right))
    known = all(value.status not in {Status.MISSING, Status.UNREADABLE} for value in (*left, *right))
    return known and sum(map(number, left)) != sum(map(number, right))


def _are_whole(rows: Sequence[Equation], values: Mapping[CellId, Value]) -> bool:
    """Whether each of the columns that rows add up has numbers in those that hold, or else, if all do, no blank."""
    numbers, figures = _summed(rows, values)
    columns = list(zip(*map(_members, rows), strict=True))
    if not any(_fails(one, values) for one in rows):
        numbers |= figures.intersection(
            i for i, ids in enumerate(columns) if all(values[id_].value is not None for id_ in ids)
        )
    return len(numbers) == len(columns)


def _holds(equation: Equation, values: Mapping[CellId, Value]) -> bool:
    """Whether it holds, all its values being certain."""
    return all(is_certain(values[id_]) for id_ in _members(equation)) and not _fails(equation, values)


def _adds_up(equation: Equation, values: Mapping[CellId, Value]) -> bool:
    """Whether it has several numbers to add up, so that it tells where their sum stands."""
    return sum(bool(number(values[id_])) for id_ in _members(equation)) > 2


def _summed(rows: Sequence[Equation], values: Mapping[CellId, Value], least: int = 1) -> tuple[set[int], set[int]]:
    """The columns, by place in the sums, in which those that hold have numbers, and those in which enough have figures.

    None where more rows fail than a publisher gets wrong, or fewer than `least` have numbers; all where all is nought.
    """
    failing = sum(_fails(one, values) for one in rows)
    read = [[values[id_] for id_ in _members(one)] for one in rows if not _fails(one, values)]
    certain = [row for row in read if all(is_certain(value) for value in row)]
    filled = sum(any(map(number, row)) for row in certain)
    if not certain or failing > _FEW * filled or 0 < filled < least:
        return set(), set()
    if not any(any(map(number, row)) for row in read):
        nought = all(value.value == 0 for row in certain for value in row)  # blanks are none: they may be anything
        return set(range(len(certain[0]))) if nought else set(), set()
    columns = list(enumerate(zip(*certain, strict=True)))
    numbers = {i for i, column in columns if sum(map(bool, map(number, column))) >= (_TWICE if failing else 1)}
    figures = {i for i, column in columns if sum(value.value is not None for value in column) >= _ENOUGH}
    return numbers, figures if filled >= _ENOUGH else set()
