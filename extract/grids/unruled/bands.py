"""Rows and headers of a table that nothing but white space parts, from top to bottom.

A label stands on one line with its figures, or its lines around theirs. Where rows are farther apart than lines, gaps
tell which figures are a row's; else those on a label's height are its own, others the nearest row's that they touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

from extract.geometry import overlap
from extract.grids.unruled.heads import fit_on_one, lowest
from extract.grids.unruled.pieces import is_figure, middle, pieces
from extract.grids.unruled.starts import line_starts
from extract.labels import split_ordinal
from extract.model import BBox, Word

SLACK = 1.5
"""Points by which texts of neighbouring columns may overlap."""

# In parts of a character's size.
_LEADING = 0.5
_STEP = 1.45
_LEVEL = 0.3
_ROW_STEP = 1.5
_BESIDE = 0.9
_REACH = 0.25
_APART = 1.2
_CLOSE = 0.4

_SIDE = 1.0
"""Points by which the edges of texts that stand above one another differ: of characters, not of their ink."""

_COLUMN = 3
"""Figures that make a column."""


@dataclass(slots=True)
class Row:
    """A printed row: its label, if any, and its figures."""

    label: BBox | None
    figures: list[BBox] = field(default_factory=list)

    @property
    def box(self) -> BBox:
        """The box of all of it."""
        return reduce(BBox.union, [*([self.label] if self.label else []), *self.figures])


@dataclass(slots=True)
class Band:
    """Rows that follow each other under one header. `stub` is where their labels end.

    `corner` says that there is text over the labels, beside the header, `apart` that gaps tell the rows, or rules
    between rows each of which has a label and figures.
    """

    header: list[BBox]
    rows: list[Row]
    groups: list[BBox]
    stub: float
    corner: bool
    apart: bool


def is_alone(piece: Word, others: Sequence[Word], marks: frozenset[str]) -> bool:
    """Whether a text is a mark for an empty cell, and no character of a label whose others stand beside it.

    Those of a label that runs down the page stand above and below it; of the square of a comma its ink fills the foot.
    Close behind a label it is a mark where figures stand in a column with it.
    """
    if piece.text not in marks:
        return False
    x0, top, x1, bottom = piece.bbox
    near = BBox(x0 - _APART * (bottom - top), top, x1 + _APART * (bottom - top), bottom)
    beside = (o.bbox for o in others if o is not piece and overlap(near.x0, near.x1, o.bbox.x0, o.bbox.x1) > 0)
    close = [box for box in beside if overlap(top, bottom, box.top, box.bottom) > 0]
    if any(x0 - box.x1 < _CLOSE * (bottom - top) for box in close) or (close and not _in_column(piece, others)):
        return False
    column = [o.bbox for o in others if len(o.text) == 1 and o.text.isalpha() and overlap(x0, x1, *o.bbox[::2]) > 0]
    above = any(box.bottom <= top and min(top, bottom - box.width) - box.bottom < _APART * box.width for box in column)
    return not (above and any(0 <= box.top - bottom < _APART * box.width for box in column))


def _in_column(piece: Word, others: Sequence[Word]) -> bool:
    """Whether several figures have an edge or their middle where this text has its own."""
    x0, _, x1, _ = piece.bbox
    figures = [o.bbox for o in others if o is not piece and is_figure(o.text)]
    return any(
        sum(abs(gap) < _SIDE for gap in gaps) >= _COLUMN
        for gaps in (
            [box.x0 - x0 for box in figures],
            [box.x1 - x1 for box in figures],
            [(box.x0 + box.x1 - x0 - x1) / 2 for box in figures],
        )
    )


def bands_of(lines: Sequence[Sequence[BBox]], texts: Sequence[Word], size: float, *, ruled: bool) -> Iterator[Band]:
    """Rows and headers, from top to bottom. A text beyond the labels of the rows below it is a header.

    Lines that are `ruled` are rows; others may be lines of one row.
    """
    starts = []
    for line in lines:
        first, centre = min(box.x0 for box in line), middle(reduce(BBox.union, line))
        beside = [
            w.bbox.x1 for w in texts if w.bbox.x1 <= first + SLACK and abs(middle(w.bbox) - centre) < _BESIDE * size
        ]
        starts.append(max(beside, default=None))
    begun = 0
    ceiling = float("-inf")
    right = max((box.x1 for line in lines for box in line), default=0.0)
    inside = [w.bbox for w in texts if w.bbox.x0 < right]  # others are remarks, or their column's header
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
            if any(low <= middle(box) <= floor and box.x1 > first + SLACK for box in inside):
                break
        top = min(box.top for line in lines[begun:end] for box in line)
        bottom = max(box.bottom for box in lines[end - 1])
        stub = _stub(stub, texts, [box for line in lines[begun:end] for box in line], size)
        head = max((box.bottom for box in inside if _is_over(box, ceiling, top, stub)), default=ceiling)
        above = [w.bbox for w in texts if _is_over(w.bbox, ceiling, min(head, top), stub)]
        next_top = min((box.top for box in inside if _is_over(box, bottom, float("inf"), stub)), default=float("inf"))
        labels = [w for w in texts if w.bbox.x1 <= stub + SLACK and head < middle(w.bbox) < next_top]
        within = [beyond for line in lines[begun:end] if (beyond := [box for box in line if box.x1 > stub])]
        if within:  # the others are numbers of labels, alone on their lines
            labels += [Word("", box) for line in lines[begun:end] for box in line if box.x1 <= stub]
        within = within or [list(line) for line in lines[begun:end]]
        own = [figure for line in within for figure in line]
        leaves, groups = _leaves(labels, own, lowest(above), size)
        brow = min((box.top for box in above), default=head)
        corner = any(w.bbox.x1 <= stub + SLACK and brow - size < middle(w.bbox) <= head for w in texts)
        apart = [] if ruled else _rows_apart(own, leaves, size)
        rows = apart or _rows(within, leaves, size)
        told = bool(apart) or (ruled and all(row.label and row.figures for row in rows))
        yield Band(above, rows, groups, stub, corner, told)
        ceiling = bottom
        begun = end


def _is_over(box: BBox, ceiling: float, floor: float, stub: float) -> bool:
    """Whether a text between two heights stands beyond the labels, as headers do."""
    return ceiling < middle(box) < floor and (box.x0 + box.x1) / 2 > stub


def _stub(stub: float, texts: Sequence[Word], figures: Sequence[BBox], size: float) -> float:
    """Where labels end: lines of theirs may be longer than those that stand beside figures, even above the first.

    Where no text above them reaches the figures, the table goes on from another page, with labels of empty rows.
    """
    first, top, bottom = min(box.x0 for box in figures), min(map(middle, figures)), max(map(middle, figures))
    start = top - _STEP * size
    if not any(w.bbox.x1 > first + SLACK for w in texts if middle(w.bbox) <= start):
        start = float("-inf")
    inside = (w.bbox for w in texts if w.bbox.x0 < stub and start < middle(w.bbox) < bottom)
    return max([stub, *(box.x1 for box in inside if box.x1 <= first + SLACK)])


def _leaves(
    labels: Sequence[Word], figures: Sequence[BBox], heads: Sequence[BBox], size: float
) -> tuple[list[BBox], list[BBox]]:
    """Labels of rows and labels of groups, each of one or more lines: beside a group's stand those of its rows.

    Lines close by are one label, unless figures that are no lines of one number stand beside each; those a little
    farther apart, unless `figures` have their middles at both, and none half-way: beside the two lines of a wrapped
    number those that fit on one line stand there. `heads` are the lowest headers over the figures.
    """

    def level(at: float) -> list[BBox]:
        return [figure for figure in figures if abs(middle(figure) - at) < _LEVEL * size]

    def follows(box: BBox, last: BBox, whole: BBox) -> bool:
        one, other = middle(last), middle(box)
        if level((one + other) / 2):
            return box.top - whole.bottom < _LEADING * size or other - one < _ROW_STEP * size
        if box.top - whole.bottom < _LEADING * size:
            return not fit_on_one(level(one), level(other), heads)
        return other - one < _STEP * size and not (level(one) and level(other))

    blocks: list[list[Word]] = []
    starts = line_starts(labels, size)
    for piece in pieces(labels, lambda one, other: other.bbox.x0 - one.bbox.x1 < size and other not in starts):
        box = piece.bbox
        for block in blocks:
            whole = reduce(BBox.union, (one.bbox for one in block))
            if (
                follows(box, block[-1].bbox, whole)
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
        if any(o.x0 >= box.x1 - SLACK and overlap(o.top, o.bottom, box.top, box.bottom) > 0 for o in boxes)
    ]
    return [box for box in boxes if box not in groups], groups


def _rows(lines: Sequence[Sequence[BBox]], leaves: Sequence[BBox], size: float) -> list[Row]:
    """Each label with the lines of figures on its height; other lines go to the nearest row when they touch it."""
    rows = [Row(leaf) for leaf in sorted(leaves, key=lambda box: box.top)]
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
            rows.append(Row(None, list(line)))
    return sorted(rows, key=lambda row: middle(row.box))


def _rows_apart(figures: Sequence[BBox], leaves: Sequence[BBox], size: float) -> list[Row]:
    """Rows whose figures are farther apart than the lines of wrapped ones; none where one has no label beside it.

    A row is as high as one of its cells, so that the lines of this one leave no gap in it. All labels stand in the
    middle of their rows, or all begin, or end, where the figures do.
    """
    rows: list[list[BBox]] = []
    for figure in sorted(figures, key=middle):
        if rows and middle(figure) - middle(rows[-1][-1]) < _ROW_STEP * size:
            rows[-1].append(figure)
        else:
            rows.append([figure])
    for side in (_centre, _top, _bottom):
        if found := _beside(rows, leaves, size, side):
            return found
    return []


def _beside(
    rows: Sequence[list[BBox]], leaves: Sequence[BBox], size: float, side: Callable[[Sequence[BBox]], float]
) -> list[Row]:
    """Rows of figures, each with the label that stands where its figures do; none where one has none."""
    left = sorted(leaves, key=lambda box: box.top)
    found = []
    for row in rows:
        at = side(row)
        label = min(left, key=lambda box: abs(side([box]) - at), default=None)
        if label is None or abs(side([label]) - at) > size / 2:
            return []
        left.remove(label)
        found.append(Row(label, row))
    labels = [row.label for row in found if row.label]
    if any(
        middle(row[0]) - size / 2 < middle(box) < middle(row[-1]) + size / 2
        and not any(o.x0 >= box.x1 - SLACK for o in _neighbours(box, labels))
        for box in left
        for row in rows
    ):
        return []  # rows no farther apart than lines
    found += [Row(box) for box in left if not any(o.x0 >= box.x1 - SLACK for o in _neighbours(box, labels))]
    return sorted(found, key=lambda row: middle(row.box))


def _centre(boxes: Sequence[BBox]) -> float:
    """The height of the middle of boxes that stand below each other."""
    return (middle(boxes[0]) + middle(boxes[-1])) / 2


def _top(boxes: Sequence[BBox]) -> float:
    return min(box.top for box in boxes)


def _bottom(boxes: Sequence[BBox]) -> float:
    return max(box.bottom for box in boxes)


def _neighbours(box: BBox, labels: Sequence[BBox]) -> Iterator[BBox]:
    """The labels right above and right below a box."""
    yield from sorted((o for o in labels if middle(o) <= middle(box)), key=middle)[-1:]
    yield from sorted((o for o in labels if middle(o) > middle(box)), key=middle)[:1]


def _gap(one: BBox, other: BBox) -> float:
    """White space between two boxes in y."""
    return max(one.top, other.top) - min(one.bottom, other.bottom)
