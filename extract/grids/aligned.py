"""Cells of a table that nothing but white space parts: rows told by their labels, columns by headers and figures.

A label stands on one line with its figures, or its lines around theirs. A column is what figures that stand above one
another and the last header above them take up. Whether headers prove the columns is told later (`headed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from statistics import median

from extract.geometry import overlap
from extract.grids.pieces import belong_together, between, is_figure, middle, overlapping, pieces
from extract.grids.sides import columns_of
from extract.labels import split_ordinal
from extract.model import BBox, Word

# In parts of a character's size.
_LEADING = 0.5
_STEP = 1.45
_ROW_STEP = 1.5

_LINE_GAP = 0.45
"""Of a text's height: what lines of one label are at most apart."""
_BESIDE = 0.9
_REACH = 0.25
_APART = 1.2

_SLACK = 1.5
"""Points by which texts of neighbouring columns may overlap."""

_CENTRED = 2.5
"""Points by which a header may stand off the middle of its columns."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Boxes of cells; `told` says that rows are: by labels and gaps, or by labels where no figure is wrapped."""

    boxes: tuple[BBox, ...]
    told: bool


@dataclass(slots=True)
class _Row:
    """A printed row: its label, if any, and its figures."""

    label: BBox | None
    figures: list[BBox] = field(default_factory=list)

    @property
    def box(self) -> BBox:
        """The box of all of it."""
        return reduce(BBox.union, [*([self.label] if self.label else []), *self.figures])


@dataclass(slots=True)
class _Band:
    """Rows that follow each other under one header. `stub` is where their labels end.

    `corner` says that there is text over the labels, beside the header, `apart` that gaps tell the rows.
    """

    header: list[BBox]
    rows: list[_Row]
    groups: list[BBox]
    stub: float
    corner: bool
    apart: bool


def cells_from_text(words: Sequence[Word], rules: Sequence[BBox] = (), marks: frozenset[str] = frozenset()) -> Cells:
    """Boxes of the cells of a table without rulings; of a fragment's header where no rows of figures are seen.

    Args:
        words: The table's words, in any order; points, origin top left.
        rules: Horizontal rules as thin boxes: those that run under all figures part the rows.
        marks: Texts that stand for an empty cell; those of letters count where nothing stands close by.
    """
    if not words:
        return Cells((), told=False)
    whole = pieces(words, belong_together)
    numbers = [piece for piece in whole if is_figure(piece.text) or _is_alone(piece, whole, marks)]
    figures = [piece.bbox for piece in numbers]
    texts = [piece for piece in whole if piece not in numbers]
    lines = between(figures, rules) or overlapping(figures)
    if not lines:
        return Cells(tuple(_header_alone(texts)), told=False)
    size = median(max(word.bbox.height, word.bbox.width / len(word.text)) for word in texts or whole)
    bands = list(_bands(lines, texts, size))
    left, right = min(word.bbox.x0 for word in words) - 1, max(word.bbox.x1 for word in words) + 1
    boxes: list[BBox] = []
    told = bool(bands)
    for band in bands:
        columns = _columns(band)
        if columns is None:
            told = False
            continue
        found, own = columns
        told = told and own
        boxes += _boxes(band, found, left, right)
    return Cells(tuple(boxes), told)


def _is_alone(piece: Word, others: Sequence[Word], marks: frozenset[str]) -> bool:
    """Whether a text is a mark for an empty cell, and no character of a label whose others stand beside it."""
    if piece.text not in marks:
        return False
    x0, top, x1, bottom = piece.bbox
    near = BBox(x0 - _APART * (bottom - top), top, x1 + _APART * (bottom - top), bottom)
    return not any(
        overlap(near.x0, near.x1, o.bbox.x0, o.bbox.x1) > 0 and overlap(top, bottom, o.bbox.top, o.bbox.bottom) > 0
        for o in others
        if o is not piece
    )


def _bands(lines: Sequence[Sequence[BBox]], texts: Sequence[Word], size: float) -> Iterator[_Band]:
    """Rows and headers, from top to bottom. A text beyond the labels of the rows below it is a header."""
    starts = []
    for line in lines:
        first, centre = min(box.x0 for box in line), middle(reduce(BBox.union, line))
        beside = [
            w.bbox.x1 for w in texts if w.bbox.x1 <= first + _SLACK and abs(middle(w.bbox) - centre) < _BESIDE * size
        ]
        starts.append(max(beside, default=None))
    begun = 0
    ceiling = float("-inf")
    while begun < len(lines):
        stub = max([start for start in starts[begun:] if start is not None][:1], default=0.0)
        end = begun
        while end < len(lines):
            stub = max(stub, starts[end] or 0.0)
            low = max(box.bottom for box in lines[end])
            following = lines[end + 1] if end + 1 < len(lines) else []
            floor = min((box.top for box in following), default=float("inf"))
            first = min(box.x0 for box in (*lines[end], *following))
            end += 1
            if any(low <= middle(w.bbox) <= floor and w.bbox.x1 > first + _SLACK for w in texts):
                break
        top = min(box.top for line in lines[begun:end] for box in line)
        bottom = max(box.bottom for box in lines[end - 1])
        above = [w.bbox for w in texts if ceiling < middle(w.bbox) < top and (w.bbox.x0 + w.bbox.x1) / 2 > stub]
        head = max((box.bottom for box in above), default=ceiling)
        next_top = min(
            (w.bbox.top for w in texts if middle(w.bbox) > bottom and (w.bbox.x0 + w.bbox.x1) / 2 > stub),
            default=float("inf"),
        )
        labels = [w for w in texts if w.bbox.x1 <= stub + _SLACK and head < middle(w.bbox) < next_top]
        leaves, groups = _leaves(labels, size)
        brow = min((box.top for box in above), default=head)
        corner = any(w.bbox.x1 <= stub + _SLACK and brow - size < middle(w.bbox) <= head for w in texts)
        own = [figure for line in lines[begun:end] for figure in line]
        apart = _rows_apart(own, leaves, size)
        yield _Band(above, apart or _rows(lines[begun:end], leaves, size), groups, stub, corner, bool(apart))
        ceiling = bottom
        begun = end


def _leaves(labels: Sequence[Word], size: float) -> tuple[list[BBox], list[BBox]]:
    """Labels of rows and labels of groups, each of one or more lines: beside a group's stand those of its rows."""
    blocks: list[list[Word]] = []
    for piece in pieces(labels, lambda left, right: right.bbox.x0 - left.bbox.x1 < size):
        box = piece.bbox
        for block in blocks:
            whole = reduce(BBox.union, (one.bbox for one in block))
            if (
                (box.top - whole.bottom < _LEADING * size or middle(box) - middle(block[-1].bbox) < _STEP * size)
                and middle(box) > middle(block[-1].bbox) + size / 2
                and overlap(box.x0, box.x1, whole.x0, whole.x1) > 0
                and not split_ordinal(piece.text)[0]
            ):
                block.append(piece)
                break
        else:
            blocks.append([piece])
    boxes = [reduce(BBox.union, (word.bbox for word in block)) for block in blocks]
    groups = [
        box
        for box in boxes
        if any(o.x0 >= box.x1 - _SLACK and overlap(o.top, o.bottom, box.top, box.bottom) > 0 for o in boxes)
    ]
    return [box for box in boxes if box not in groups], groups


def _rows(lines: Sequence[Sequence[BBox]], leaves: Sequence[BBox], size: float) -> list[_Row]:
    """Each label with the lines of figures on its height; other lines go to the nearest row when they touch it."""
    rows = [_Row(leaf) for leaf in sorted(leaves, key=lambda box: box.top)]
    stray: list[Sequence[BBox]] = []
    for line in lines:
        centre = middle(reduce(BBox.union, line))
        near = [
            row
            for row in rows
            if row.label and row.label.top - _REACH * size <= centre <= row.label.bottom + _REACH * size
        ]
        if near:
            min(near, key=lambda row: abs(middle(row.label or row.box) - centre)).figures += line
        else:
            stray.append(line)
    for line in stray:
        box = reduce(BBox.union, line)
        filled = [row for row in rows if row.figures]
        nearest = min(filled, key=lambda row: _gap(row.box, box), default=None)
        if nearest is not None and _gap(nearest.box, box) < _LEADING * size:
            nearest.figures += line
        else:
            rows.append(_Row(None, list(line)))
    return sorted(rows, key=lambda row: middle(row.box))


def _rows_apart(figures: Sequence[BBox], leaves: Sequence[BBox], size: float) -> list[_Row]:
    """Rows whose figures are farther apart than the lines of wrapped ones; none where one has no label in its middle.

    A row is as high as one of its cells, so that the lines of this one leave no gap in it.
    """
    rows: list[list[BBox]] = []
    for figure in sorted(figures, key=middle):
        if rows and middle(figure) - middle(rows[-1][-1]) < _ROW_STEP * size:
            rows[-1].append(figure)
        else:
            rows.append([figure])
    left = sorted(leaves, key=lambda box: box.top)
    found = []
    for row in rows:
        centre = (middle(row[0]) + middle(row[-1])) / 2
        label = min(left, key=lambda box: abs(middle(box) - centre), default=None)
        if label is None or abs(middle(label) - centre) > size / 2:
            return []
        left.remove(label)
        found.append(_Row(label, row))
    labels = [row.label for row in found if row.label]
    found += [_Row(box) for box in left if not any(o.x0 >= box.x1 - _SLACK for o in _neighbours(box, labels))]
    return sorted(found, key=lambda row: middle(row.box))


def _neighbours(box: BBox, labels: Sequence[BBox]) -> Iterator[BBox]:
    """The labels right above and right below a box."""
    yield from sorted((o for o in labels if middle(o) <= middle(box)), key=middle)[-1:]
    yield from sorted((o for o in labels if middle(o) > middle(box)), key=middle)[:1]


def _columns(band: _Band) -> tuple[list[BBox], bool] | None:
    """Extents in x of the columns, as boxes of headers and figures; and whether each figure is one row's alone."""
    figures = [figure for row in band.rows for figure in row.figures if figure.x0 > band.stub - _SLACK]
    stacks = _stacks(figures)
    last = _last(band.header)
    labels = [row.label.x0 for row in band.rows if row.label]
    heads = [head for head in _stacks(last) if sum(overlap(head[0], head[1], *stack) > 0 for stack in stacks) <= 1]
    if labels and heads and not any(overlap(*heads[0], *stack) > 0 for stack in stacks):
        others = all(any(overlap(*head, *stack) > 0 for stack in stacks) for head in heads[1:])
        if heads[0][0] < band.stub or (not band.corner and others and heads[0][1] < min(stack[0] for stack in stacks)):
            band.stub = max(band.stub, heads[0][1])  # it stands over the labels
            band.header = [box for box in band.header if box.x1 > heads[0][1]]
            del heads[0]
    extents = _stacks([BBox(x0, 0, x1, 0) for x0, x1 in (*stacks, *heads)])
    named = [box for box in _stacks(last) if box[0] > band.stub - _SLACK]
    if len(named) == 1 and all(len(row.figures) <= 1 for row in band.rows):
        extents = [(extents[0][0], extents[-1][1])]  # all there is to the right of the labels
    elif len(extents) != len(heads):
        extents = _beside(figures, named) or _in_order(band.rows, named) or extents
    if not extents or any(one[1] > other[0] + _SLACK for one, other in pairwise(extents)):
        return None
    single = all(
        sum(overlap(f.x0, f.x1, *extent) > 0 for f in row.figures) <= 1 for row in band.rows for extent in extents
    )
    labelled = all(row.label for row in band.rows) or (len(band.rows) == 1 and not band.stub)
    told = band.apart or (labelled and single)
    return [BBox(x0, 0, x1, 0) for x0, x1 in extents], told


def _beside(figures: Sequence[BBox], heads: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Extents of columns whose figures stand at one side of them; none where they do not."""
    own = columns_of(figures, [BBox(x0, 0, x1, 0) for x0, x1 in heads])
    found = list(heads)
    for figure, i in zip(figures, own or (), strict=False):
        found[i] = min(found[i][0], figure.x0), max(found[i][1], figure.x1)
    return found if own else []


def _in_order(rows: Sequence[_Row], heads: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Extents of columns where every row has as many figures as there are headers; none where one has not."""
    found = list(heads)
    for row in rows:
        if len(row.figures) != len(heads):
            return []
        for i, figure in enumerate(sorted(row.figures)):
            found[i] = min(found[i][0], figure.x0), max(found[i][1], figure.x1)
    return found


def _header_alone(texts: Sequence[Word]) -> Iterator[BBox]:
    """Boxes of the texts of a header whose rows stand on the next page: each on its middle, as wide as others leave."""
    lines: list[list[BBox]] = []
    for box in (text.bbox for text in texts):
        if lines and abs(middle(box) - middle(lines[-1][0])) < box.height / 4:
            lines[-1].append(box)
        else:
            lines.append([box])
    for line in map(sorted, lines):
        gaps = [right.x0 - left.x1 for left, right in pairwise(line)]
        for box, room in zip(line, map(min, [*gaps[:1], *gaps], [*gaps, *gaps[-1:]]) if gaps else [0.0], strict=True):
            yield BBox(box.x0 - room / 2, box.top, box.x1 + room / 2, box.bottom)


def _last(header: Sequence[BBox]) -> list[BBox]:
    """The lowest texts of a header, those with others below them left out, with the lines of their label above them."""
    lowest: list[BBox] = []
    top = float("inf")
    for box in sorted(header, key=lambda box: -box.bottom):
        if lowest and box.bottom <= top - _LINE_GAP * box.height:
            break
        lowest.append(box)
        top = min(top, box.top)
    last = [
        box
        for box in lowest
        if not any(o.top > middle(box) and overlap(o.x0, o.x1, box.x0, box.x1) > 0 for o in lowest)
    ]
    return [_whole(box, header) for box in last]


def _whole(last: BBox, header: Sequence[BBox]) -> BBox:
    """The box of a label's last line with those of the lines close above it, on the same middle, over no neighbour."""
    whole = last
    for box in sorted(header, key=lambda box: -box.bottom):
        near = 0 <= whole.top - box.bottom < _LEADING * 1.5 * box.height
        if near and abs(last.x0 + last.x1 - box.x0 - box.x1) < 2 * _CENTRED:
            beside = (o for o in header if overlap(o.top, o.bottom, whole.top, whole.bottom) > 0)
            if any(overlap(o.x0, o.x1, box.x0, box.x1) > 0 == overlap(o.x0, o.x1, last.x0, last.x1) for o in beside):
                break
            whole = whole.union(box)
    return whole


def _boxes(band: _Band, columns: Sequence[BBox], left: float, right: float) -> Iterator[BBox]:
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
            inner = any(group.x1 <= row.label.x0 + _SLACK for group in band.groups)
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
        over = [i for i, (x0, x1) in enumerate(pairwise(edges)) if overlap(box.x0, box.x1, x0, x1) > _SLACK]
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
            and abs((edges[a] + edges[b + 1]) / 2 - centre) < _CENTRED * 2
        ]
        a, b = max(spans, key=lambda span: span[1] - span[0], default=(over[0], over[-1]))
        yield BBox(edges[a], box.top - 1, edges[b + 1], box.bottom + 1)


def _stacks(boxes: Sequence[BBox]) -> list[tuple[float, float]]:
    """Extents in x of boxes that stand above one another."""
    stacks: list[tuple[float, float]] = []
    for box in sorted(boxes):
        if stacks and box.x0 < stacks[-1][1] - _SLACK:
            stacks[-1] = (stacks[-1][0], max(stacks[-1][1], box.x1))
        else:
            stacks.append((box.x0, box.x1))
    return stacks


def _gap(one: BBox, other: BBox) -> float:
    """White space between two boxes in y."""
    return max(one.top, other.top) - min(one.bottom, other.bottom)
