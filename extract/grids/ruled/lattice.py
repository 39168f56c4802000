"""A grid from rulings: edges clustered, units tested for the edges between them, cells and their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from extract.geometry import clustered, with_empty_last
from extract.grids.ruled.celltext import OVERPRINT, SEPARATORS, read_cells
from extract.grids.ruled.numbers import gather
from extract.grids.ruled.places import Marks
from extract.model import CROSSES, BBox, Glyphs, Grid, GridCell, Reading, Ruling, boxes_of, extents, lying

_SNAP = 4.2
"""Points within which rulings are one edge of the grid; double lines are nearer, rows and columns farther apart."""

_SUPPORT = 0.55
"""Share of a unit's edge that rulings must cover for the edge to be there."""

_OPEN = 6.0
"""Points by which rulings must reach past the outermost edge to show a column or row that is open there."""

_REACH = 1.5
"""Points by which a glyph must reach into both cells to stand on the ruling between them."""

_BESIDE = 1.25
"""Of the higher one's height: a digit whose centre is closer to that of another character goes on with its text."""

_CUT, _SELDOM = 0.25, 0.1
"""Of a digit's height: what lies on either side of a ruling that cuts it; and the share of digits that are cut so."""


@dataclass(frozen=True, slots=True)
class _Edges:
    rows: list[float]
    columns: list[float]
    horizontal: NDArray[np.bool_]
    """(rows + 1, columns): whether the edge above each unit is ruled."""
    vertical: NDArray[np.bool_]
    """(rows, columns + 1): whether the edge left of each unit is ruled."""


def lattice(page: int, extractor: str, rulings: Sequence[Ruling], glyphs: Glyphs, box: BBox) -> Grid | None:
    """The grid that `rulings` draw within `box`, with the text of `glyphs`; None when they draw none."""
    lines = extents(rulings)
    x0, top, x1, bottom = lines.T
    beside = (x0 <= box.x1 + _SNAP) & (x1 >= box.x0 - _SNAP)
    edges = _edges(lines[beside & (top <= box.bottom + _SNAP) & (bottom >= box.top - _SNAP)])
    if edges is None:
        return None
    return filled(page, extractor, (edges.rows, edges.columns), _cells(edges), glyphs)


def filled(
    page: int,
    extractor: str,
    edges: tuple[Sequence[float], Sequence[float]],
    spans: Sequence[tuple[int, int, int, int]],
    glyphs: Glyphs,
) -> Grid:
    """A grid of cells, each given by its units as top, left, bottom and right, with the text of `glyphs`.

    The cells come in row-major order and tile the units between the `edges` of rows and of columns, in points.
    """
    rows, columns = edges
    owner = np.empty((len(rows) - 1, len(columns) - 1), dtype=np.int64)
    for index, (top, left, bottom, right) in enumerate(spans):
        owner[top:bottom, left:right] = index
    corners = [(columns[left], rows[top], columns[right], rows[bottom]) for top, left, bottom, right in spans]
    boxes = boxes_of(corners)
    texts = _texts(glyphs, rows, columns, owner, boxes)
    cells = [
        GridCell(top, left, bottom - top, right - left, cell, reading, ink)
        for (top, left, bottom, right), cell, (reading, ink) in zip(spans, boxes, texts, strict=True)
    ]
    outer = BBox(columns[0], rows[0], columns[-1], rows[-1])
    return Grid(page, extractor, outer, tuple(rows), tuple(columns), tuple(cells))


def _edges(lines: NDArray[np.float64]) -> _Edges | None:
    """Edges of rows and columns from (n, 4) extents of rulings."""
    level = lying(lines)
    across, down = lines[level][:, [1, 0, 2]], lines[~level][:, [0, 1, 3]]  # the position, the start, the end of each
    if not len(across) or not len(down):
        return None
    rows = with_empty_last(clustered(across[:, 0].tolist(), _SNAP), across, down, _SNAP)
    rows = _with_open_ends(rows, down)
    columns = _with_open_ends(clustered(down[:, 0].tolist(), _SNAP), across)
    if len(rows) < 2 or len(columns) < 2:
        return None
    horizontal = _support(across, rows, columns)
    vertical = _support(down, columns, rows).T
    horizontal[[0, -1], :] = True
    vertical[:, [0, -1]] = True
    return _Edges(rows, columns, horizontal, vertical)


def _with_open_ends(edges: list[float], pieces: NDArray[np.float64]) -> list[float]:
    """Add the ends of the rulings across, where they reach past the outermost edge."""
    low, high = float(pieces[:, 1].min()), float(pieces[:, 2].max())
    if low < edges[0] - _OPEN:
        edges = [low, *edges]
    if high > edges[-1] + _OPEN:
        edges = [*edges, high]
    return edges


def _support(pieces: NDArray[np.float64], at: list[float], along: list[float]) -> NDArray[np.bool_]:
    """(len(at), len(along) - 1): whether pieces at each position cover each interval along it."""
    position, start, end = pieces.T
    low, high = np.array(along[:-1]), np.array(along[1:])
    shared = np.minimum(end[:, None], high) - np.maximum(start[:, None], low)
    nearest = np.abs(np.array(at)[None, :] - position[:, None]).argmin(axis=1)
    covered = np.zeros((len(at), len(low)))
    np.add.at(covered, nearest, np.maximum(shared, 0.0))
    return np.asarray(covered >= _SUPPORT * (high - low))


def _cells(edges: _Edges) -> list[tuple[int, int, int, int]]:
    """Units grouped into rectangular cells: the cells as top, left, bottom, right.

    A unit joins its neighbours while no ruled edge lies between; a group that is not a rectangle is cut into some.
    """
    rows, columns = len(edges.rows) - 1, len(edges.columns) - 1
    owner = [[-1] * columns for _ in range(rows)]
    spans: list[tuple[int, int, int, int]] = []
    horizontal, vertical = edges.horizontal.tolist(), edges.vertical.tolist()
    for top in range(rows):
        for left in range(columns):
            if owner[top][left] >= 0:
                continue
            right = left + 1
            while right < columns and owner[top][right] < 0 and not vertical[top][right]:
                right += 1
            bottom = top + 1
            while (
                bottom < rows
                and True not in horizontal[bottom][left:right]
                and True not in vertical[bottom][left + 1 : right]
            ):
                bottom += 1
            for row in owner[top:bottom]:
                row[left:right] = [len(spans)] * (right - left)
            spans.append((top, left, bottom, right))
    return spans


def _texts(
    glyphs: Glyphs, rows: Sequence[float], columns: Sequence[float], owner: NDArray[np.int64], cells: Sequence[BBox]
) -> list[tuple[Reading, BBox | None]]:
    """Reading and ink box of every cell."""
    marks = Marks.of(glyphs)
    column = np.searchsorted(columns, marks.x, side="right") - 1
    row = np.searchsorted(rows, marks.y, side="right") - 1
    inside = np.flatnonzero((column >= 0) & (column < owner.shape[1]) & (row >= 0) & (row < owner.shape[0]))
    row = row[inside]
    cell_of = np.full(len(marks.x), -1, dtype=np.int64)
    cell_of[inside] = owner[row, column[inside]]
    crossing = _torn_off(marks, cell_of) | _cut_across(marks, inside, rows, owner, column[inside])
    gathered = gather(marks, cell_of, owner, cells)
    crossing |= gathered.doubted
    inner = np.array(columns[1:-1])  # what lies beyond the outermost edges is in the first or the last column
    first, last = (
        np.searchsorted(inner, side[inside], side="right")
        for side in (marks.boxes[:, 0] + _REACH, marks.boxes[:, 2] - _REACH)
    )
    left, right = owner[row, first], owner[row, last]
    astride = (first < last) & (left != right) & ~gathered.sure[inside]
    crossing.update(left[astride].tolist(), right[astride].tolist())
    order = np.argsort(cell_of, kind="stable")
    order = order[np.count_nonzero(cell_of < 0) :]
    starts = np.searchsorted(cell_of[order], np.arange(len(cells) + 1)).tolist()
    ordered = glyphs.ordered(order)
    crossing |= _torn_at_separator(ordered.text, starts, owner)
    texts = read_cells(ordered, starts, cells, gathered.pitch)
    crossing |= _beside_overprints(texts, cells, owner)
    for index in crossing:
        reading, ink = texts[index]
        texts[index] = replace(reading, doubts=(*reading.doubts, CROSSES)), ink
    for index in gathered.open - crossing:
        reading, ink = texts[index]
        texts[index] = replace(reading, cautions=(*reading.cautions, CROSSES)), ink
    return texts


def _beside_overprints(
    texts: Sequence[tuple[Reading, BBox | None]], cells: Sequence[BBox], owner: NDArray[np.int64]
) -> set[int]:
    """Cells whose text reaches into one beside it in which characters are printed over each other, or is close to them.

    What is theirs of these, nothing tells.
    """
    found: set[int] = set()
    for cell in [i for i, (reading, _) in enumerate(texts) if OVERPRINT in reading.doubts]:
        rows, columns = np.nonzero(owner == cell)
        over = texts[cell][1]
        for step in (-1, 1):
            for other in set(owner[rows, np.clip(columns + step, 0, owner.shape[1] - 1)].tolist()) - {cell}:
                reading, ink = texts[other]
                if ink is None or over is None:
                    continue
                across = ink.x0 < cells[other].x0 - _REACH or ink.x1 > cells[other].x1 + _REACH
                gap = max(ink.x0 - over.x1, over.x0 - ink.x1)
                if across or (gap < ink.height and any(map(str.isdigit, reading.text))):
                    found.add(other)
    return found


def _torn_off(marks: Marks, cell_of: NDArray[np.int64]) -> set[int]:
    """Cells between which a text of words and digits is torn: a remark wider than its cell leaves a digit in another.

    `cell_of` is (n,): the cell that holds each of the page's characters, negative outside the grid.
    """
    mixed = (marks.digit[1:] & ~marks.of_number[:-1]) | (~marks.of_number[1:] & marks.digit[:-1])
    apart = mixed & (cell_of[1:] != cell_of[:-1]) & (cell_of[1:] >= 0) & (cell_of[:-1] >= 0)
    if not apart.any():
        return set()
    step, tall = np.diff(marks.x), np.maximum(marks.height[1:], marks.height[:-1])
    beside = np.flatnonzero(apart & (step > 0) & (step < _BESIDE * tall) & (np.abs(np.diff(marks.y)) < tall / 2))
    torn = [i for i in beside.tolist() if any(map(_of_words, marks.text[i : i + 2]))]
    return {int(cell) for i in torn for cell in cell_of[i : i + 2]}


def _cut_across(
    marks: Marks, inside: NDArray[np.int64], rows: Sequence[float], owner: NDArray[np.int64], column: NDArray[np.int64]
) -> set[int]:
    """The cells above and below a ruling that cuts through a digit: a row too low for its number's last line.

    `column` is (m,), that of each of the characters `inside` the grid. Where many digits are cut, rows are only narrow.
    """
    digit = marks.digit[inside]
    top, bottom = marks.boxes[inside[digit]][:, [1, 3]].T
    reach = np.maximum(_REACH, _CUT * (bottom - top))
    inner = np.array(rows[1:-1])
    upper, lower = (np.searchsorted(inner, edge, side="right") for edge in (top + reach, bottom - reach))
    above, below = owner[upper, column[digit]], owner[lower, column[digit]]
    cut = (upper < lower) & (above != below)
    return {*above[cut].tolist(), *below[cut].tolist()} if cut.sum() <= _SELDOM * len(cut) else set()


def _of_words(char: str) -> bool:
    """Whether a character is a letter or a bracket, and not a stroke that stands for no number."""
    return char.isalpha() or category(char) in {"Ps", "Pe"}


def _torn_at_separator(text: str, starts: Sequence[int], owner: NDArray[np.int64]) -> set[int]:
    """Cells whose text begins or ends with a separator, and the cells on that side: a number was torn there.

    The characters of cell i are `starts[i]` up to `starts[i + 1]` of the text.
    """
    torn: set[int] = set()
    if not any(separator in text for separator in SEPARATORS):
        return torn
    for cell, (start, end) in enumerate(pairwise(starts)):
        if start == end:
            continue
        for separator, neighbour in ((text[start], -1), (text[end - 1], 1)):
            if separator in SEPARATORS:
                rows, columns = np.nonzero(owner == cell)
                beside = np.clip(columns + neighbour, 0, owner.shape[1] - 1)
                torn |= {cell, *(int(other) for other in owner[rows, beside])}
    return torn
