"""Whether headers show that white space alone parts a grid's columns rightly.

A header stands within its column, as figures do within theirs: a figure that shares some width with one header of those
beside each other, and with no other, is under it. Lines could say no more. Where figures stand at one side of their
columns, they all must, as far from the headers' middles (`sides`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from extract.geometry import overlap
from extract.grids.unruled.pieces import is_figure
from extract.grids.unruled.sides import columns_of
from extract.model import BBox, Grid, GridCell, Reading

_SHARED = 1.5
"""Points of width that a figure must share with its header, and may share with the ones beside it."""

_REMARKED = 1
"""Figures of a row behind which a word may still be a header: one may have been torn from the row below.

As many rows may have such words, too.
"""


class _Above(NamedTuple):
    """The words of a fragment that may be headers, and the rows of values; `alone` says that it has no number."""

    words: Sequence[GridCell]
    rows: Set[int]
    alone: bool


def with_headers(grids: Sequence[Grid], marks: frozenset[str] = frozenset()) -> list[Grid]:
    """The fragments of a table, those that no lines part `headed` where they are, if need be on a page before.

    `marks` are texts that stand for an empty cell.
    """
    if all(grid.parted for grid in grids):
        return list(grids)
    seen = [_as_figures(grid, marks) for grid in grids]
    above = [_above(grid) for grid in seen]
    return [
        replace(grid, headed=True) if not grid.parted and _is_headed(seen[i], above[: i + 1]) else grid
        for i, grid in enumerate(grids)
    ]


def _as_figures(grid: Grid, marks: frozenset[str]) -> Grid:
    """The grid with dashes for other marks, and wrapped numbers on one line: neither are headers.

    Whichever rows the lines of a number are of, they are of one column.
    """

    def text(cell: GridCell) -> str:
        if cell.text in marks:
            return "-"
        lines = cell.text.split("\n")
        whole = "".join(lines)
        return whole if len(lines) > 1 and (all(map(is_figure, lines)) or is_figure(whole)) else cell.text

    cells = (replace(c, reading=Reading(own)) if (own := text(c)) != c.text else c for c in grid.cells)
    return replace(grid, cells=tuple(cells))


def _above(grid: Grid) -> _Above:
    """What a grid has that may be headers: no labels, which end before all figures, or stand before their own.

    Nor words behind several figures of their own row, or behind those of several rows: a publisher's remarks.
    """
    printed = [cell for cell in grid.cells if cell.ink]
    stub = min((cell.bbox.x0 for cell in _values(printed)), default=grid.bbox.x0)
    numbers = [is_figure(cell.text) for cell in printed]
    rightmost = _rightmost(printed)
    in_row = Counter(cell.row for cell, number in zip(printed, numbers, strict=True) if number)
    words = [
        cell
        for cell, number in zip(printed, numbers, strict=True)
        if not number
        and cell.bbox.x1 > stub + _SHARED
        and rightmost.get(cell.row, 0) <= cell.column
        and in_row[cell.row] <= _REMARKED
    ]
    if len(remarked := {cell.row for cell in words if in_row[cell.row]}) > _REMARKED:
        words = [cell for cell in words if cell.row not in remarked]
    headers = {row for cell in words for row in range(cell.row, cell.row + cell.row_span)}
    labelled = {cell.row for cell in printed if cell.text} - headers
    return _Above(words, labelled | in_row.keys(), alone=not in_row)


def _is_headed(grid: Grid, above: Sequence[_Above]) -> bool:
    """Whether each figure of a grid stands under a header over its column alone, and under no other; False without any.

    Text with digits that is neither a number nor a label leaves it open, as does ink below the header that nobody could
    read. A number among the
    labels is a piece of one; those of the last column may have no header at all, which `align` looks into. `above` are
    the words of the fragments before, and of the grid itself.
    """
    printed = [cell for cell in grid.cells if cell.ink]
    labels = _labels(printed)
    figures = _values(printed)
    first = min((figure.row for figure in figures), default=0)
    odd = [cell for cell in printed if not is_figure(cell.text) and not any(map(str.isalpha, cell.text))]
    if any((cell.column, cell.column_span) not in labels and (cell.text or cell.row >= first) for cell in odd):
        return False
    found = {id(figure): _header_of(figure, above) for figure in figures}
    bare = {figure.column for figure in figures if found[id(figure)] is None}
    if len(bare) == 1 and len(bare) < len({figure.column for figure in figures}):
        last = max(figure.column for figure in figures)
        figures = [
            figure for figure in figures if figure.column not in bare or bare != {last} or _meets_any(figure, printed)
        ]
    own = [found[id(figure)] for figure in figures]
    if not figures or None in own:
        return False
    return all(one is not None and one[1] == [one[0]] for one in own) or _at_one_side(grid, figures, above)


def _values(printed: Sequence[GridCell]) -> list[GridCell]:
    """The figures but for those where other rows have labels, beside figures of their own."""
    labels = _labels(printed)
    return [cell for cell in printed if is_figure(cell.text) and (cell.column, cell.column_span) not in labels]


def _labels(printed: Sequence[GridCell]) -> set[tuple[int, int]]:
    """Columns, each with how many it spans, in which some rows have words and figures beyond them."""
    rightmost = _rightmost(printed)
    return {
        (cell.column, cell.column_span)
        for cell in printed
        if any(map(str.isalpha, cell.text)) and not is_figure(cell.text) and rightmost.get(cell.row, 0) > cell.column
    }


def _rightmost(printed: Sequence[GridCell]) -> dict[int, int]:
    """The last column of each row in which a figure stands."""
    found: dict[int, int] = {}
    for cell in printed:
        if is_figure(cell.text):
            found[cell.row] = max(cell.column, found.get(cell.row, 0))
    return found


def _meets_any(figure: GridCell, printed: Sequence[GridCell]) -> bool:
    """Whether a figure's print shares width with any text above it."""
    return any(cell.row < figure.row and not is_figure(cell.text) and _meet(cell, figure) for cell in printed)


def _header_of(figure: GridCell, fragments: Sequence[_Above]) -> tuple[GridCell, list[GridCell]] | None:
    """The header over a cell's column alone, and the texts on its level that the cell meets; None where none is.

    It is on the level of the lowest text above the cell that is no label of a row, or ends above that level.
    """
    for before, its in enumerate(reversed(fragments)):
        above = [cell for cell in its.words if before or cell.row + cell.row_span <= figure.row]
        if not above:
            continue
        low = max(cell.row + cell.row_span for cell in above)
        lowest = [cell for cell in above if cell.row + cell.row_span == low]
        over = [cell for cell in lowest if _holds(cell.bbox, figure.bbox)]
        if not over and figure.ink:  # the first column's cells may reach to the end of short labels
            over = [cell for cell in lowest if _holds(cell.bbox, figure.ink)]
        if not over:
            over = [cell for cell in _ending(above, its.rows) if _holds(cell.bbox, figure.bbox)]
        cut = before + 1 < len(fragments) and fragments[-before - 2].alone
        if not over and cut and not any(_meet(cell, figure) for cell in above):
            continue  # a header that a page's end cuts: what it has above stands on the page before
        if (
            len(over) != 1
            or not _holds(figure.bbox, over[0].ink or over[0].bbox)
            or any(map(str.isdigit, over[0].text))
        ):
            return None
        return over[0], [cell for cell in above if _level(cell, over[0]) and _meet(cell, figure)]
    return None


def _ending(above: Sequence[GridCell], rows: Set[int]) -> list[GridCell]:
    """The texts of the last header, which `rows` of values part from others, with none of it below them."""
    low = max(cell.row + cell.row_span for cell in above)
    last = [cell for cell in above if rows.isdisjoint(range(cell.row + cell.row_span, low))]
    return [cell for cell in last if not any(o.row >= cell.row + cell.row_span and _meet(cell, o) for o in last)]


def _at_one_side(grid: Grid, figures: Sequence[GridCell], above: Sequence[_Above]) -> bool:
    """Whether the figures of each run of rows under the same headers stand at one side of these headers' columns."""
    bands: dict[tuple[int, ...], tuple[list[GridCell], list[tuple[BBox, GridCell]]]] = {}
    for row in sorted({figure.row for figure in figures}):
        cells = [cell for cell in grid.cells if cell.row == row and not any(map(str.isalpha, cell.text))]
        under = [(cell, found[0]) for cell in cells if (found := _header_of(cell, above)) is not None]
        _, members = bands.setdefault(tuple(id(head) for _, head in under), ([head for _, head in under], []))
        members += [(cell.ink, head) for cell, head in under if cell.ink is not None]
    for heads, members in bands.values():
        own = columns_of([ink for ink, _ in members], [head.ink for head in heads if head.ink])
        if own is None or any(heads[i] is not head for i, (_, head) in zip(own, members, strict=True)):
            return False
    return True


def _holds(one: BBox, other: BBox) -> bool:
    """Whether the middle of a cell is within another in x."""
    return one.x0 < (other.x0 + other.x1) / 2 < one.x1


def _level(cell: GridCell, header: GridCell) -> bool:
    """Whether a cell stands beside a header."""
    return cell.row < header.row + header.row_span and header.row < cell.row + cell.row_span


def _meet(header: GridCell, figure: GridCell) -> bool:
    """Whether two cells' print shares some width; that of a narrow figure may be all it has."""
    one, other = figure.ink, header.ink
    if one is None or other is None:
        return False
    return overlap(one.x0, one.x1, other.x0, other.x1) > min(_SHARED, one.width / 2)
