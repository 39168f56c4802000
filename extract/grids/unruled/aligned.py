"""Cells of a table that nothing but white space parts: rows told by their labels, columns by headers and figures.

A column is what figures that stand above one another and the last header above them take up. Whether headers prove the
columns is told later (`headed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from statistics import median

from extract.geometry import overlap
from extract.grids.unruled.bands import SLACK, Band, Row, bands_of, is_alone
from extract.grids.unruled.gathered import gathered
from extract.grids.unruled.heads import CENTRED, ends, lowest, unspaced
from extract.grids.unruled.onward import Onward
from extract.grids.unruled.pieces import (
    belong_together,
    between,
    is_figure,
    is_unit,
    middle,
    overlapping,
    pieces,
    with_remarks,
)
from extract.grids.unruled.sides import centred_columns, columns_of, wide_columns
from extract.grids.unruled.spread import unspread
from extract.grids.unruled.starts import line_starts, parted, starts_of
from extract.model import BBox, Word

_NOTHING_BEFORE = Onward()


@dataclass(frozen=True, slots=True)
class Cells:
    """Boxes of cells; and boxes of figures of which neither labels nor gaps tell whose row's they are."""

    boxes: tuple[BBox, ...]
    untold: tuple[BBox, ...] = ()


def cells_from_text(
    words: Sequence[Word],
    rules: Sequence[BBox] = (),
    marks: frozenset[str] = frozenset(),
    before: Onward = _NOTHING_BEFORE,
    *,
    whole: bool = False,
) -> Cells:
    """Boxes of the cells of a table without rulings; of a fragment's header where no rows of figures are seen.

    Args:
        words: The table's words, in any order; points, origin top left.
        rules: Horizontal rules as thin boxes: those that run under all figures part the rows.
        marks: Texts that stand for an empty cell; those of letters count where nothing stands close by.
        before: What the table says on the pages before.
        whole: Whether words of digits are known to be numbers, however far apart their digits stand.
    """
    if not words:
        return Cells(())
    words = list(parted(words, starts_of(words)))
    if not whole:
        words = unspread(words)
    bands, texts = _bands(words, rules, marks)
    if not whole:
        joined = words
        for i, band in enumerate(bands):
            joined = gathered(joined, *_below_heads(band, before if not i else _NOTHING_BEFORE))
        if len(joined) < len(words):
            bands, texts = _bands(joined, rules, marks)
    if not bands:
        return Cells(tuple(_header_alone(texts)))
    left, right = min(word.bbox.x0 for word in words) - 1, max(word.bbox.x1 for word in words) + 1
    boxes: list[BBox] = []
    untold: list[BBox] = []
    for band in bands:
        columns = _columns(band, before if not boxes else _NOTHING_BEFORE)
        untold += _untold(band, columns)
        if columns:
            boxes += _boxes(band, columns, left, max(right, columns[-1].x1))
    return Cells((*boxes, *_header_alone(_below(bands[-1], texts))), tuple(untold))


def _bands(words: Sequence[Word], rules: Sequence[BBox], marks: frozenset[str]) -> tuple[list[Band], list[Word]]:
    """Rows and headers, none without figures; and the texts that are no figures."""
    starts = line_starts(words, median(word.bbox.height for word in words))
    whole = pieces(
        words, lambda one, other: (belong_together(one, other) or is_unit(one, other)) and other not in starts
    )
    numbers = [piece for piece in whole if is_figure(piece.text) or is_alone(piece, whole, marks)]
    numbers = with_remarks(numbers, [piece for piece in whole if piece not in numbers])
    figures = [piece.bbox for piece in numbers]
    texts = [piece for piece in whole if piece not in numbers]
    ruled = between(figures, rules)
    lines = ruled or overlapping(figures)
    if not lines:
        return [], texts
    size = median(max(word.bbox.height, word.bbox.width / len(word.text)) for word in texts or whole)
    return list(bands_of(lines, texts, size, ruled=bool(ruled))), texts


def _below(band: Band, texts: Sequence[Word]) -> list[Word]:
    """The header below the last rows of a page, whose own rows stand on the next: no labels alone."""
    low = max(row.box.bottom for row in band.rows)
    beyond = [box.top for _, box in texts if middle(box) > low and (box.x0 + box.x1) / 2 > band.stub]
    return [text for text in texts if beyond and middle(text.bbox) > min(beyond)]


def _columns(band: Band, before: Onward) -> list[BBox]:
    """Extents in x of the columns, as boxes of headers and figures; none where there are no columns."""
    figures = _figures(band)
    stacks = _stacks(figures)
    band.header = unspaced(band.header, stacks)
    last = _last(band, figures, stacks, before)
    labels = [row.label.x0 for row in band.rows if row.label]
    heads = [head for head in _stacks(last) if sum(overlap(head[0], head[1], *stack) > 0 for stack in stacks) <= 1]
    if labels and heads and not any(overlap(*heads[0], *stack) > 0 for stack in stacks):
        others = all(any(overlap(*head, *stack) > 0 for stack in stacks) for head in heads[1:])
        first = min((stack[0] for stack in stacks), default=0.0)
        if heads[0][0] < band.stub or (not band.corner and others and heads[0][1] < first):
            band.stub = max(band.stub, heads[0][1])  # it stands over the labels
            band.header = [box for box in band.header if box.x1 > heads[0][1]]
            del heads[0]
    extents = _stacks([BBox(x0, 0, x1, 0) for x0, x1 in (*stacks, *heads)])
    named = [box for box in _stacks(last) if box[0] > band.stub - SLACK]
    if len(named) == 1 and all(len(row.figures) <= 1 for row in band.rows):
        extents = [(extents[0][0], extents[-1][1])]  # all there is to the right of the labels
    elif len(extents) != len(heads):
        ended = _ended(band)
        extents = (
            _beside(figures, named)
            or _in_order(band.rows, named)
            or _around(band, named)
            or (len(ended) > len(named) and _beside(figures, ended))
            or extents
        )
    if any(one[1] > other[0] + SLACK for one, other in pairwise(extents)):
        extents = _around(band, named)
    if len(extents) < max(len(row.figures) for row in band.rows):
        beyond = [[figure for figure in row.figures if figure.x1 > band.stub] for row in band.rows]
        extents = wide_columns(beyond, [BBox(x0, 0, x1, 0) for x0, x1 in named]) or extents
    return [BBox(x0, 0, x1, 0) for x0, x1 in extents]


def _untold(band: Band, columns: Sequence[BBox]) -> Iterator[BBox]:
    """Where it is not told whose row each figure is: anywhere, if a row without a label may be a line of another's.

    Among rows with labels a figure may be the next one's line where some are wrapped, and there is more or less than
    one in its cell, or in the cell above or below: those that stand alone, between such, are their rows'.
    """
    if not columns:
        yield reduce(BBox.union, (row.box for row in band.rows))
    if band.apart:
        return
    labelled = all(row.label for row in band.rows) or (len(band.rows) == 1 and not band.stub)
    lines = [[_lines(row, column) for row in band.rows] for column in columns]
    if labelled and all(count <= 1 for counts in lines for count in counts):
        return
    for column, counts in zip(columns, lines, strict=True):
        for i, row in enumerate(band.rows):
            if not labelled or any(count != 1 for count in counts[max(i - 1, 0) : i + 2]):
                yield BBox(column.x0, row.box.top, column.x1, row.box.bottom)


def _around(band: Band, heads: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Extents of columns in whose middle all figures stand, under some headers or under those with none below them."""
    rows = [row.figures for row in band.rows]
    return centred_columns(rows, heads) or centred_columns(rows, _ended(band))


def _ended(band: Band) -> list[tuple[float, float]]:
    """Extents in x of the headers with none below them, which may end higher than the lowest."""
    return [stack for stack in _stacks(ends(band.header, band.header)) if stack[0] > band.stub - SLACK]


def _figures(band: Band) -> list[BBox]:
    """The figures beyond the labels."""
    return [figure for row in band.rows for figure in row.figures if figure.x0 > band.stub - SLACK]


def _last(band: Band, figures: Sequence[BBox], stacks: Sequence[tuple[float, float]], before: Onward) -> list[BBox]:
    """The lowest headers over the figures; those of the page before where this one has none."""
    last = lowest(band.header)
    if any(overlap(box.x0, box.x1, *stack) > 0 for box in last for stack in stacks):
        return last
    marks = [*(row.label for row in band.rows if row.label), *band.groups]
    return list(before.heads_over(figures, marks)) or last


def _below_heads(band: Band, before: Onward) -> tuple[BBox, list[BBox]]:
    """What the figures take up, and the headers over them."""
    figures = _figures(band)
    box = reduce(BBox.union, figures, BBox(band.stub, band.rows[0].box.top, band.stub, band.rows[-1].box.bottom))
    return box, _last(band, figures, _stacks(figures), before)


def _lines(row: Row, column: BBox) -> int:
    """How many lines of figures a row has below each other in one column."""
    return len(
        overlapping([figure for figure in row.figures if overlap(figure.x0, figure.x1, column.x0, column.x1) > 0])
    )


def _beside(figures: Sequence[BBox], heads: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Extents of columns whose figures stand at one side of them; none where they do not."""
    own = columns_of(figures, [BBox(x0, 0, x1, 0) for x0, x1 in heads])
    found = list(heads)
    for figure, i in zip(figures, own or (), strict=False):
        found[i] = min(found[i][0], figure.x0), max(found[i][1], figure.x1)
    return found if own else []


def _in_order(rows: Sequence[Row], heads: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Extents of columns where every row has as many figures as there are headers; none where one has not."""
    found = list(heads)
    for row in rows:
        if len(row.figures) != len(heads):
            return []
        for i, figure in enumerate(sorted(row.figures)):
            found[i] = min(found[i][0], figure.x0), max(found[i][1], figure.x1)
    return found


def _header_alone(texts: Sequence[Word]) -> Iterator[BBox]:
    """Boxes of the texts of a header whose rows stand on the next page: each over the columns that its place tells."""
    boxes = [text.bbox for text in texts]
    if not boxes:
        return
    if len(_stacks(lowest(boxes))) > 1:
        columns = [BBox(x0, 0, x1, 0) for x0, x1 in _stacks(ends(boxes, boxes))]  # some end a level above the lowest
        between = [(a.x1 + b.x0) / 2 for a, b in pairwise(columns)]
        first, last = columns[0].x0 + columns[0].x1 - between[0], columns[-1].x0 + columns[-1].x1 - between[-1]
        yield from _header_boxes(boxes, columns, [first, *between, last], max(box.bottom for box in boxes) + 1)
    else:
        yield from (BBox(box.x0 - 1, box.top, box.x1 + 1, box.bottom) for box in boxes)  # words that are no header


def _boxes(band: Band, columns: Sequence[BBox], left: float, right: float) -> Iterator[BBox]:
    """Boxes of values, labels, groups and headers."""
    between = [(a.x1 + b.x0) / 2 for a, b in pairwise(columns)]
    first = (band.stub + columns[0].x0) / 2
    if between:  # as near to its figures as the next edge is: a number may be wrapped for want of width
        first = max(first, columns[0].x0 + columns[0].x1 - between[0])
    edges = [first, *between, right]
    tops = [row.box for row in band.rows]
    cuts = [tops[0].top - 1, *((one.bottom + other.top) / 2 for one, other in pairwise(tops)), tops[-1].bottom + 1]
    for row, (top, bottom) in zip(band.rows, pairwise(cuts), strict=True):
        if row.label:
            inner = any(group.x1 <= row.label.x0 + SLACK for group in band.groups)
            yield BBox(row.label.x0 - 1 if inner else left, top, edges[0], bottom)
        yield from (BBox(x0, top, x1, bottom) for x0, x1 in pairwise(edges))
    for group in band.groups:
        over = [i for i, box in enumerate(tops) if group.top - 1 <= middle(box) <= group.bottom + 1]
        starts = [
            row.label.x0 - 1 for i, row in enumerate(band.rows) if i in over and row.label and row.label.x0 > group.x1
        ]
        if over and starts:
            yield BBox(group.x0 - 1, cuts[over[0]], min(starts), cuts[over[-1] + 1])
    yield from _header_boxes(band.header, columns, edges, cuts[0])


def _header_boxes(
    header: Sequence[BBox], columns: Sequence[BBox], edges: Sequence[float], floor: float
) -> Iterator[BBox]:
    """The header of each column down to its rows, and headers over several columns around whose middle they stand."""
    own: dict[int, list[BBox]] = {}
    wide = []
    for box in header:
        over = [i for i, (x0, x1) in enumerate(pairwise(edges)) if overlap(box.x0, box.x1, x0, x1) > SLACK]
        if len(over) == 1:
            own.setdefault(over[0], []).append(box)
        elif over:
            wide.append((box, over))
    tops = {i: min(box.top for box in boxes) - 1 for i, boxes in own.items()}
    for i, top in tops.items():
        yield BBox(edges[i], top, edges[i + 1], floor)
    for box, over in wide:
        centre = (box.x0 + box.x1) / 2
        spans = [
            (a, b)
            for a in range(over[0] + 1)
            for b in range(over[-1], len(columns))
            if all(tops.get(i, floor) > middle(box) for i in range(a, b + 1))
            and abs((edges[a] + edges[b + 1]) / 2 - centre) < CENTRED * 2
        ]
        a, b = max(spans, key=lambda span: span[1] - span[0], default=(over[0], over[-1]))
        yield BBox(edges[a], box.top - 1, edges[b + 1], box.bottom + 1)


def _stacks(boxes: Sequence[BBox]) -> list[tuple[float, float]]:
    """Extents in x of boxes that stand above one another."""
    stacks: list[tuple[float, float]] = []
    for box in sorted(boxes):
        if stacks and box.x0 < stacks[-1][1] - SLACK:
            stacks[-1] = (stacks[-1][0], max(stacks[-1][1], box.x1))
        else:
            stacks.append((box.x0, box.x1))
    return stacks
