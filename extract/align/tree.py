"""Headers that lost their words: whether their cells still are the form's header tree, group by group."""

from __future__ import annotations

from collections.abc import Sequence

from extract.align.lines import Line
from extract.align.printed import Interval
from extract.layout import Node
from extract.model import AS_WRITTEN


def is_the_forms(printed: Sequence[Interval], band: Sequence[Line], columns: Sequence[tuple[Node, ...]]) -> bool:
    """Whether nameless header cells stand over just those printed columns that the form has groups over.

    A lost column makes its group narrower, one put in makes it wider. A form without groups tells nothing so, nor do
    pixels: what is there may say something that was not read.

    Args:
        printed: The columns, as many as the form's.
        band: The header lines right above them, all in one fragment, be it on the page before.
        columns: For each column of the form the path through its header tree.
    """
    wanted = _groups_of(columns)
    cells = {id(cell): cell for line in band for cell in line.cells}.values()
    if not wanted or any(cell.reading.source not in AS_WRITTEN for cell in cells):
        return False
    over = [frozenset(i for i, one in enumerate(printed) if c.bbox.x0 <= one.middle <= c.bbox.x1) for c in cells]
    groups = {own for own in over if 1 < len(own) < len(printed)}
    alone = {i for own in over if len(own) == 1 for i in own}
    return groups == wanted and len(alone) == len(printed)


def _groups_of(columns: Sequence[tuple[Node, ...]]) -> set[frozenset[int]]:
    """The sets of columns that stand under one header of the form, but for those over all, by position."""
    under: dict[int, set[int]] = {}
    for j, path in enumerate(columns):
        for node in path[:-1]:
            under.setdefault(id(node), set()).add(j)
    return {frozenset(own) for own in under.values() if 1 < len(own) < len(columns)}
