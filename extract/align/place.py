"""Placing: every canonical cell of a printed grid and the printed cell it was found in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.align.alignment import Alignment, Placed
from extract.align.assigned import columns_by_hand, rows_by_hand
from extract.align.columns import UNNAMED, ColumnMap, by_order, match_columns
from extract.align.fragments import inherited, match_columns_below
from extract.align.lines import Line, lines_of
from extract.align.matches import RowMatch
from extract.align.neighbours import doubt_neighbours
from extract.align.printed import printed_columns, spanned
from extract.align.rivals import BESIDE
from extract.align.rowcells import among_labels, one_reading, printed_in
from extract.align.rows import match_rows
from extract.align.summed import by_sums
from extract.align.tree import is_the_forms
from extract.align.unparted import doubted, is_empty, named, told
from extract.corrections import Assigning, ColumnAssigned, Misfit
from extract.layout import Block, GridLayout, Layout, RowKey
from extract.model import LOST, BBox, CellId, Grid, Spot

_BAND = 8
"""Header lines looked at above a row of values."""

_COUNTED = 5
"""Columns at least of a row that numbers them: of fewer, 1, 2, ... may be values."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of one block that follow each other without a header between, and the lines above them."""

    block: Block
    matches: tuple[RowMatch, ...]
    band: tuple[Line, ...]


def align(grids: Sequence[Grid], layout: Layout, grid: GridLayout, by_hand: Sequence[Assigning] = ()) -> Alignment:
    """Lay the fragments of one printed grid, in reading order, against its layout.

    Rows and columns that people assigned `by_hand` are what these say, whatever their labels say.
    """
    lines = lines_of(grids, layout.number_words)
    keys = grid.keys
    hand = rows_by_hand(by_hand, lines, grids, keys)
    if keys[0].path:
        matches = match_rows(lines, keys, hand)
    else:
        matches = hand.overrule(_single_row(lines, len(keys[0].slots)), lines)
    placed: dict[CellId, Placed] = {}
    found = {match.key for match in matches}
    maps: dict[int, tuple[ColumnMap, BBox]] = {}
    asked = [edit for edit in by_hand if isinstance(edit, ColumnAssigned)]
    misfits: dict[ColumnAssigned, Misfit] = {edit: Misfit(edit, "no rows of the form stand there") for edit in asked}
    for run in _runs(lines, keys, matches):
        columns = _columns(run, lines, grids, maps.get(id(run.block)), grid.corner)
        if columns is None:
            own = [(keys[match.key], match) for match in run.matches]
            columns = by_sums(printed_columns(_rows_of(run, lines)), run.band, own, lines, layout)
        rows = _rows_of(run, lines)
        grid_of_run = grids[rows[0][0].fragment]
        parted = grid_of_run.parted
        if columns is not None and not parted:
            sure = columns.told or told(columns, rows, run.block, headed=grid_of_run.headed)
            empty = is_empty(columns, rows, run.block)
            parted = (empty or (sure and named(columns))) and not _is_untold(run, lines, grids)
            if not empty:
                columns = replace(columns, told=True) if sure else doubted(columns)
        if asked:
            columns, made, failed = columns_by_hand(asked, columns, rows, keys[run.matches[0].key], grids)
            misfits |= {one.edit: one for one in failed if isinstance(one.edit, ColumnAssigned)}
            misfits = {edit: one for edit, one in misfits.items() if edit not in made}
        if columns is None:
            continue
        if not columns.moved or id(run.block) not in maps:  # one fragment with a lost line spoils none after it
            maps[id(run.block)] = columns, grids[lines[run.matches[0].lines[0]].fragment].bbox
        for match in run.matches:
            between = found.issuperset({match.key - 1, match.key + 1} & set(range(len(keys))))
            placed |= {
                cell.slot.id: cell
                for cell in _place(
                    keys[match.key], match, columns, lines, grids, layout=layout, parted=parted, between=between
                )
            }
    doubt_neighbours(placed)
    used = {i for match in matches for i in match.lines}
    gaps = sum(len(keys[j].slots) for j in range(min(found), max(found)) if j not in found) if found else 0
    over = [i for i, line in enumerate(lines) if i not in used and line.numbers > sum(line.is_label)]
    score = sum(cell.score for cell in placed.values()) - 0.5 * (sum(lines[i].numbers for i in over) + gaps)
    left = _left_below(matches, [i for i in over if lines[i].figures and i < max(used, default=i)])
    return Alignment(layout, grid, tuple(grids), placed, score, left, misfits=(*hand.misfits, *misfits.values()))


def _left_below(matches: Sequence[RowMatch], over: Sequence[int]) -> frozenset[int]:
    """The rows found right below which lines that are left `over` stand."""
    ends = {match.lines[-1]: match.key for match in matches}
    return frozenset(ends[max(above)] for i in over if (above := [end for end in ends if end < i]))


def _single_row(lines: Sequence[Line], columns: int) -> list[RowMatch]:
    """The one row of values of a grid without a stub: its lines hold no words, and mostly one line has all values."""
    full = [i for i, line in enumerate(lines) if len(line.cells) > columns / 2 and not _counts_columns(line)]
    some = [i for i in full if 4 * _labels(lines[i]) <= lines[i].numbers]  # a label may be a remark, or a piece
    values = [i for i in some if not _is_headed(lines[i])] or some  # a label before them all is another table's row's
    filled = [i for i in values if lines[i].numbers]
    filled = [i for i in filled if lines[i].figures] or filled  # not pieces of a header that a page break cut
    if len({lines[i].texts for i in filled}) > 1:
        doubt = "several rows of values were found where the form has one"
        return [RowMatch(0, tuple(filled), 0.5, 0.0, 0.0, (doubt,))]
    chosen = filled[:1] or values[-1:]
    left = not filled and any(line.figures for line in lines)
    return [RowMatch(0, tuple(chosen), 1.0, 0.0, 0.0, (BESIDE,) if left else ())] if chosen else []


def _counts_columns(line: Line) -> bool:
    """Whether a line numbers the columns, as forms of statistics do below their header: no such row adds up."""
    return len(line.texts) >= _COUNTED and line.texts == tuple(map(str, range(1, len(line.texts) + 1)))


def _is_headed(line: Line) -> bool:
    """Whether the first of a line's texts is a label: the stub cell left of that may be empty."""
    return next((label for text, label in zip(line.texts, line.is_label, strict=True) if text), False)


def _labels(line: Line) -> int:
    """How many labels of its own a line has: a header that runs down into it, where a line was lost, is none."""
    return sum(label and cell.row == line.row for cell, label in zip(line.cells, line.is_label, strict=True))


def _runs(lines: Sequence[Line], keys: Sequence[RowKey], matches: Sequence[RowMatch]) -> Iterator[_Run]:
    """Matched rows grouped by block and by the header lines above them."""
    group: list[RowMatch] = []
    for match in sorted(matches, key=lambda match: match.lines[0]):
        start = match.lines[0]
        if group and (start != group[-1].lines[-1] + 1 or keys[group[-1].key].block is not keys[match.key].block):
            yield _run(lines, keys, group, matches)
            group = []
        if group and lines[start].fragment != lines[group[-1].lines[0]].fragment:
            yield _run(lines, keys, group, matches)
            group = []
        group.append(match)
    if group:
        yield _run(lines, keys, group, matches)


def _run(lines: Sequence[Line], keys: Sequence[RowKey], group: Sequence[RowMatch], matches: Sequence[RowMatch]) -> _Run:
    used = {i for match in matches for i in match.lines}
    band: list[Line] = []
    i = group[0].lines[0] - 1
    while i >= 0 and i not in used and len(band) < _BAND and not _parts_tables(lines[i - 1 : i + 1]):
        band.append(lines[i])
        i -= 1
    return _Run(keys[group[0].key].block, tuple(group), tuple(reversed(band)))


def _parts_tables(pair: Sequence[Line]) -> bool:
    """Whether the second of two lines is nothing but the white space between two tables, below the first's figures."""
    if len(pair) < 2 or pair[0].fragment != pair[1].fragment:
        return False
    return pair[0].figures and len(pair[1].cells) == 1 and not any(pair[1].texts)


def _rows_of(run: _Run, lines: Sequence[Line]) -> list[tuple[Line, float]]:
    """The first lines of a run's rows, each with the right edge of its stub."""
    return [(lines[match.lines[0]], match.stub_end) for match in run.matches]


def _is_untold(run: _Run, lines: Sequence[Line], grids: Sequence[Grid]) -> bool:
    """Whether a row of a run may have the figures of another, or another its own."""
    own = (lines[i] for match in run.matches for i in match.lines)
    return any(line.row in grids[line.fragment].untold for line in own)


def _adds(line: Line) -> bool:
    """Whether a row has a figure but nought, which would be wrong in another one."""
    return any(char.isdigit() and char != "0" for cell in line.cells for char in cell.text)


def _columns(
    run: _Run,
    lines: Sequence[Line],
    grids: Sequence[Grid],
    earlier: tuple[ColumnMap, BBox] | None,
    corner: Sequence[str],
) -> ColumnMap | None:
    printed = printed_columns(_rows_of(run, lines))
    if not printed:
        return None
    if len(printed) < len(run.block.column_paths) and run.band:
        headed = printed_columns([(run.band[-1], run.matches[0].stub_end)])
        if len(headed) == len(run.block.column_paths) and spanned(printed, headed):
            printed = headed  # each row is one cell across columns, as where a body had no requests at all
    here, above = lines[run.matches[0].lines[0]].fragment, {line.fragment for line in run.band}
    if above <= {here}:
        own = match_columns(printed, run.band, run.block, corner)
    else:
        header, grid = grids[max(above)].bbox, grids[here]
        own = match_columns_below(
            printed, run.band, run.block, grid.bbox, header, parted=grid.parted, headed=grid.headed, corner=corner
        )
    if own is not None and (earlier is None or len(own.canonical) >= len(earlier[0].canonical)):
        return own
    if earlier is not None:
        return inherited(printed, earlier[0], grids[here].bbox, earlier[1], headed=grids[here].headed)
    if own is not None:
        return own
    placed = by_order(printed, run.band, run.block.column_paths)
    if placed is not None and not placed.doubts and len(above) == 1:
        return replace(placed, by_place=not is_the_forms(printed, run.band, run.block.column_paths))
    return placed


def _place(
    key: RowKey,
    match: RowMatch,
    columns: ColumnMap,
    lines: Sequence[Line],
    grids: Sequence[Grid],
    *,
    layout: Layout,
    parted: bool,
    between: bool,
) -> Iterator[Placed]:
    """The canonical cells of one row."""
    behind: tuple[str, ...] | None = None
    told = match.cautions if any(_adds(lines[i]) for i in match.lines) else ()
    for j, cells, fragment, own in printed_in(key, match, columns, lines, layout, between=between):
        first = cells[0]
        if first.reading.source == LOST.source:
            continue
        grid = grids[fragment]
        row, column = match.score, columns.scores[j]
        untold = columns.doubts.get(j, ())
        summed = untold == (UNNAMED,) and key.slots[j].id in layout.sums
        doubts = (*match.doubts, *(() if summed else untold), *own)
        if not any(cell.text for cell in cells):
            if behind is None:
                behind = among_labels(match, lines, parted=grids[lines[match.lines[0]].fragment].parted)
            doubts += behind
        cautions = (*told, *untold) if summed else told
        plain = len(cells) == 1 and not doubts and not cautions
        yield Placed(
            slot=key.slots[j],
            reading=first.reading if plain else one_reading(cells, doubts, cautions),
            page=grid.page,
            bbox=first.extent,
            row_score=row,
            score=row * column if columns.by_place else row if row < column else column,
            header=columns.headers.get(j, ""),
            parted=parted,
            by_place=columns.by_place,
            at=Spot(fragment, first.row, first.column),
        )
