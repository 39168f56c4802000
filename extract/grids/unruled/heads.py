"""Headers of a table that nothing but white space parts: which texts stand over a column each, and what fits there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from extract.geometry import overlap
from extract.grids.unruled.pieces import middle
from extract.model import BBox

_LINES, _LINE_GAP = 0.75, 0.45
"""Of a text's height: what lines of one label are at most apart, and lines of a header's last labels."""

CENTRED = 2.5
"""Points by which a header may stand off the middle of its columns."""


def unspaced(header: Sequence[BBox], stacks: Sequence[tuple[float, float]]) -> list[BBox]:
    """The texts of a header, as one where spaces were typed in it: they stand around one column's figures."""
    lines: list[list[BBox]] = []
    for box in sorted(header):
        line = next((o for o in lines if _adjoins(o[-1], box)), None)
        if line is None:
            lines.append([box])
        else:
            line.append(box)
    return [whole for line in lines for whole in _wholes(line, stacks)]


def _wholes(line: Sequence[BBox], stacks: Sequence[tuple[float, float]]) -> list[BBox]:
    """The texts of a line, as one those that stand around one column's figures together, be it all or as few as do."""
    for count in (len(line), *range(1, len(line))) if line else ():
        for i in range(len(line) - count + 1):
            whole = reduce(BBox.union, line[i : i + count])
            under = [stack for stack in stacks if overlap(whole.x0, whole.x1, *stack) > 0]
            if len(under) == 1 and abs(sum(under[0]) - whole.x0 - whole.x1) / 2 < CENTRED:
                return [*_wholes(line[:i], stacks), whole, *_wholes(line[i + count :], stacks)]
    return list(line)


def _adjoins(one: BBox, other: BBox) -> bool:
    """Whether a text stands on another's line, right behind it or behind a space."""
    return abs(middle(one) - middle(other)) < other.height / 2 and other.x0 - one.x1 < other.height


def lowest(header: Sequence[BBox]) -> list[BBox]:
    """The lowest texts of a header, those with others below them left out, with the lines of their label above them."""
    low: list[BBox] = []
    top = float("inf")
    for box in sorted(header, key=lambda box: -box.bottom):
        if low and box.bottom <= top - _LINE_GAP * box.height:
            break
        low.append(box)
        top = min(top, box.top)
    return ends(low, header)


def ends(low: Sequence[BBox], header: Sequence[BBox]) -> list[BBox]:
    """Those of some texts of a header with none of them below, each with the lines of its label above it."""
    last = [box for box in low if not any(o.top > middle(box) and overlap(o.x0, o.x1, box.x0, box.x1) > 0 for o in low)]
    return [_whole(box, header) for box in last]


def _whole(last: BBox, header: Sequence[BBox]) -> BBox:
    """The box of a label's last line with those of the lines close above it, on the same middle, over no neighbour."""
    whole = last
    for box in sorted(header, key=lambda box: -box.bottom):
        near = 0 <= whole.top - box.bottom < _LINES * box.height
        if near and abs(last.x0 + last.x1 - box.x0 - box.x1) < 2 * CENTRED:
            beside = (o for o in header if overlap(o.top, o.bottom, whole.top, whole.bottom) > 0)
            if any(overlap(o.x0, o.x1, box.x0, box.x1) > 0 == overlap(o.x0, o.x1, last.x0, last.x1) for o in beside):
                break
            whole = whole.union(box)
    return whole


def fit_on_one(upper: Sequence[BBox], lower: Sequence[BBox], heads: Sequence[BBox]) -> bool:
    """Whether a figure of one line and the one below it could stand beside each other under their own header.

    Then they are no lines of one number, which is wrapped only where its column has no room.
    """
    for head in heads:
        above, below = ([f for f in line if overlap(f.x0, f.x1, head.x0, head.x1) > 0] for line in (upper, lower))
        if len(above) == len(below) == 1 and above[0].width + below[0].width < head.width:
            return True
    return False
