"""Columns without headers, more of them than the form has: those whose sums hold, where no other choice's do.

A publisher's own column among them adds nothing up. Which of the columns that are added up is which only their order
tells, as where there are just as many (`by_order`); so `check` asks the sums again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from extract.align.columns import ColumnMap, by_order, headed_columns
from extract.align.lines import Line
from extract.align.matches import RowMatch
from extract.align.printed import Interval, cells_by_column
from extract.align.tree import is_the_forms
from extract.layout import Layout, RowKey
from extract.numerals import parse

_OWN = 2
"""Columns of a publisher's own that are looked for."""

_ROWS = 3
"""Rows with numbers that show which columns add up."""


def by_sums(
    printed: tuple[Interval, ...],
    band: Sequence[Line],
    rows: Sequence[tuple[RowKey, RowMatch]],
    lines: Sequence[Line],
    layout: Layout,
) -> ColumnMap | None:
    """The one choice of printed columns, in the form's order, for which all sums of all rows hold; None without such.

    Args:
        printed: The columns.
        band: The header lines above them: what has any text there is no column of the form, nor what has words below.
        rows: The rows of one block, each with what it was found in.
        lines: The printed lines.
        layout: The edition of the form.
    """
    paths = rows[0][0].block.column_paths
    named = headed_columns(printed, band) | _worded(printed, rows, lines)
    free = [i for i in range(len(printed)) if i not in named]
    if not len(paths) < len(printed) <= len(paths) + _OWN or len(free) < len(paths):
        return None
    choices = [tuple(free)] if len(free) == len(paths) else _adding_up(free, printed, rows, lines, layout)
    if len(choices) != 1:
        return None
    own = tuple(printed[i] for i in choices[0])
    here = {lines[match.lines[0]].fragment for _, match in rows}
    told = {line.fragment for line in band} == here and is_the_forms(own, band, paths)
    placed = by_order(own, (), paths)
    return placed and replace(
        placed,
        printed=printed,
        canonical=dict(enumerate(choices[0])),
        foreign=tuple(one for one in printed if one not in own),
        by_place=not told,
    )


def _worded(printed: tuple[Interval, ...], rows: Sequence[tuple[RowKey, RowMatch]], lines: Sequence[Line]) -> set[int]:
    """The columns that have words and no figure: a publisher's remarks."""
    texts = [
        [
            "".join(cell.text for cell in cells)
            for cells in cells_by_column(lines[match.lines[0]], printed, match.stub_end)
        ]
        for _, match in rows
    ]
    columns = enumerate("".join(column) for column in zip(*texts, strict=True))
    return {i for i, text in columns if len(set(filter(str.isalpha, text))) > 1 and not any(map(str.isdigit, text))}


def _adding_up(
    free: Sequence[int],
    printed: Sequence[Interval],
    rows: Sequence[tuple[RowKey, RowMatch]],
    lines: Sequence[Line],
    layout: Layout,
) -> list[tuple[int, ...]]:
    """The choices among some columns for which all rows with numbers add up; none where these are few."""
    numbers = [(key, _numbers(key, match, lines, printed, layout)) for key, match in rows]
    filled = [(_sums(key, layout), row) for key, row in numbers if any(row)]
    if len(filled) < _ROWS or not all(sums for sums, _ in filled):
        return []
    choices = combinations(free, len(rows[0][0].slots))
    return [choice for choice in choices if all(_hold(sums, row, choice) for sums, row in filled)]


def _numbers(
    key: RowKey, match: RowMatch, lines: Sequence[Line], printed: Sequence[Interval], layout: Layout
) -> list[Decimal | None]:
    """For each printed column the number of a row, 0 for a blank, None for what is none."""
    holds = layout.holds(key.slots[0])
    found: list[Decimal | None] = []
    for cells in cells_by_column(lines[match.lines[0]], printed, match.stub_end):
        numeral = parse("\n".join(cell.text for cell in cells), holds, layout.blank_marks)
        found.append(numeral.value if numeral.kind == "number" else Decimal(0) if numeral.kind == "blank" else None)
    return found


def _sums(key: RowKey, layout: Layout) -> list[tuple[list[int], list[int]]]:
    """The equations within a row, as positions in the order of its columns."""
    at = {slot.id: j for j, slot in enumerate(key.slots)}
    return [
        ([at[id_] for id_ in one.left], [at[id_] for id_ in one.right])
        for one in layout.equations
        if all(id_ in at for id_ in (*one.left, *one.right))
    ]


def _hold(sums: Sequence[tuple[list[int], list[int]]], row: Sequence[Decimal | None], choice: Sequence[int]) -> bool:
    """Whether a row's equations hold for a choice of its columns, all of which are numbers."""
    values = [value for i in choice if (value := row[i]) is not None]
    return len(values) == len(choice) and all(
        sum(values[j] for j in left) == sum(values[j] for j in right) for left, right in sums
    )
