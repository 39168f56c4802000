"""Rows and columns as people assign them: what was aligned by labels, overruled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extract.align.columns import ColumnMap
from extract.align.lines import Line
from extract.align.matches import RowMatch
from extract.align.printed import Interval, printed_columns
from extract.corrections import Assigning, ColumnAssigned, Misfit, RowAssigned
from extract.layout import RowKey
from extract.model import Grid


@dataclass(frozen=True, slots=True)
class RowsByHand:
    """For printed lines, by index, the canonical row each is, by index; None for one that is no row of the form."""

    rows: Mapping[int, int | None] = field(default_factory=dict)
    misfits: tuple[Misfit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    def overrule(self, matches: Sequence[RowMatch], lines: Sequence[Line]) -> list[RowMatch]:
        """The matches with these lines taken from where they were and given to their rows."""
        keys = {key for key in self.rows.values() if key is not None}
        kept = [
            replace(match, lines=left)
            for match in matches
            if match.key not in keys and (left := tuple(i for i in match.lines if i not in self.rows))
        ]
        for key in sorted(keys):
            own = tuple(sorted(i for i, of in self.rows.items() if of == key))
            start, end = _stub(lines[own[0]], kept)
            kept.append(RowMatch(key, own, 1.0, start, end))
        return kept


def rows_by_hand(
    edits: Iterable[Assigning], lines: Sequence[Line], grids: Sequence[Grid], keys: Sequence[RowKey]
) -> RowsByHand:
    """Which lines the edits speak of, and what they say; edits about columns are left out."""
    rows: dict[int, int | None] = {}
    misfits: list[Misfit] = []
    for edit in edits:
        if not isinstance(edit, RowAssigned):
            continue
        own = [i for i, line in enumerate(lines) if _concerns(edit, line, grids)]
        key = next((j for j, one in enumerate(keys) if _has(one, edit.table, edit.row)), None)
        if not own:
            misfits.append(Misfit(edit, "no printed row stands there"))
        elif len({lines[i].fragment for i in own}) > 1:
            misfits.append(Misfit(edit, "rows of several tables stand there"))
        elif edit.row is not None and key is None:
            misfits.append(Misfit(edit, f"the form has no row {edit.row} in this edition"))
        else:
            rows |= dict.fromkeys(own, key if edit.row is not None else None)
    return RowsByHand(rows, tuple(misfits))


def columns_by_hand(
    edits: Sequence[ColumnAssigned],
    columns: ColumnMap | None,
    rows: Sequence[tuple[Line, float]],
    key: RowKey,
    grids: Sequence[Grid],
) -> tuple[ColumnMap | None, list[ColumnAssigned], list[Misfit]]:
    """The columns of a run of rows, those that the edits speak of overruled; which did so; and which do not fit.

    Args:
        edits: Edits of the grid.
        columns: What the header said; None when it said nothing.
        rows: The lines of the run, each with the right edge of its stub.
        key: A row of the run.
        grids: The grid's fragments.
    """
    made: list[ColumnAssigned] = []
    misfits: list[Misfit] = []
    for edit in edits:
        if not any(_concerns(edit, line, grids) for line, _ in rows):
            continue
        columns = columns or ColumnMap(printed_columns(rows), {}, {}, {}, {})
        at = [i for i, one in enumerate(columns.printed) if edit.box[0] <= one.middle <= edit.box[2]]
        if len(at) != 1:
            misfits.append(Misfit(edit, f"{'several columns stand' if at else 'no column stands'} there"))
            continue
        j = _column(edit, key)
        if edit.column is not None and j is None:
            misfits.append(Misfit(edit, f"the form has no such column as {edit.what} there"))
            continue
        columns = _overruled(columns, at[0], j)
        made.append(edit)
    return columns, made, misfits


def _overruled(columns: ColumnMap, printed: int, canonical: int | None) -> ColumnMap:
    """The columns with a printed one given to a canonical one, or to none."""
    left = {j: i for j, i in columns.canonical.items() if i != printed and j != canonical}
    foreign: tuple[Interval, ...] = columns.foreign
    if canonical is None:
        return replace(columns, canonical=left, foreign=(*foreign, columns.printed[printed]))
    return replace(
        columns,
        canonical=dict(sorted({**left, canonical: printed}.items())),
        scores={**columns.scores, canonical: 1.0},
        doubts={j: doubts for j, doubts in columns.doubts.items() if j != canonical},
        foreign=tuple(one for one in foreign if one != columns.printed[printed]),
    )


def _column(edit: ColumnAssigned, key: RowKey) -> int | None:
    """Which column of a block an edit names."""
    for j, slot in enumerate(key.slots):
        if (slot.id.table, slot.id.column) == (edit.table, edit.column) and edit.row in {None, slot.id.row}:
            return j
    return None


def _has(key: RowKey, table: str, row: str | None) -> bool:
    return any((slot.id.table, slot.id.row) == (table, row) for slot in key.slots)


def _concerns(edit: Assigning, line: Line, grids: Sequence[Grid]) -> bool:
    """Whether a line stands in the edit's box."""
    grid = grids[line.fragment]
    middle = (grid.rows[line.row] + grid.rows[line.row + 1]) / 2
    return grid.page == edit.page and edit.box[1] <= middle <= edit.box[3]


def _stub(line: Line, matches: Sequence[RowMatch]) -> tuple[float, float]:
    """Where the label of a row stands: as in a row whose stub ends at an edge of this line too, else by its texts."""
    edges = [cell.bbox.x1 for cell in line.cells]
    for match in matches:
        if any(abs(edge - match.stub_end) < 3 for edge in edges):
            return match.stub_start, match.stub_end
    labels = [cell.bbox for cell, label in zip(line.cells, line.is_label, strict=True) if label]
    return (labels[-1].x0, labels[-1].x1) if labels else (0.0, 0.0)
