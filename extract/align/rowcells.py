"""The printed cells of one row: which stand in each of the form's columns, and what they say together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress

from extract.align.columns import ColumnMap
from extract.align.lines import Line
from extract.align.matches import RowMatch
from extract.align.printed import Interval, cells_by_column, one_in_each, spanned
from extract.layout import Layout, RowKey, Slot
from extract.model import AS_WRITTEN, GridCell, Reading
from extract.numerals import parse

_OVER = "numbers of its row stand one above the other: two rows in one"

_ITS_LABEL = 0.9
"""Likeness from which a row's label is its own alone, not run into another's."""

_NUMBER_BEHIND, _DIGIT_BEHIND = re.compile(r"\s[+\-−－]?\d[\d,，.．]*$"), re.compile(r"\D\d[\d,，.．]*$")


def printed_in(
    key: RowKey, match: RowMatch, columns: ColumnMap, lines: Sequence[Line], layout: Layout, *, between: bool
) -> Iterator[tuple[int, Sequence[GridCell], int, Sequence[str]]]:
    """For each canonical column of one row its printed cells, usually one, the fragment of the first, and doubts.

    `between` says that the form's rows before and behind were found, so that the row holds none of them.
    """
    alone = between and bool(key.path) and match.score >= _ITS_LABEL
    start = lines[match.lines[0]]
    single = one_in_each(start, columns.printed, match.stub_end) if len(match.lines) == 1 else None
    if single is not None and columns.one_to_one:  # nearly every row
        over = _over_each_other([single[i] for i in columns.canonical.values()], alone=alone)
        for j, i in columns.canonical.items():
            yield j, [single[i]], start.fragment, (_OVER,) if id(single[i]) in over else ()
        return
    taken: dict[int, int] = {}
    chosen: list[tuple[int, list[tuple[int, GridCell]]]] = []
    rows = [(lines[i].fragment, cells_by_column(lines[i], columns.printed, match.stub_end)) for i in match.lines]
    for j, i in columns.canonical.items():
        found = {id(cell): (fragment, cell) for fragment, by_column in rows for cell in by_column[i]}
        chosen.append((j, list(found.values())))
        for identity in found:
            taken[identity] = taken.get(identity, 0) + 1
    beside = _beside(match, lines, taken, columns)
    over = _over_each_other([cell for _, cells in chosen for _, cell in cells], alone=alone)
    for j, cells in chosen:
        if not cells:
            continue
        inked = [pair for pair in cells if pair[1].text] or [pair for pair in cells if pair[1].ink is not None]
        filled = inked or cells[:1]
        doubts = [*beside, *([_OVER] if any(id(cell) in over for _, cell in filled) else ())]
        if len(filled) > 1:
            doubts.append("the value is split over several printed cells")
        shared = [cell for _, cell in filled if taken[id(cell)] > 1 and cell.text]
        if shared and not (len(filled) == 1 and _is_none_at_all(shared[0], key.slots[j], columns, layout)):
            doubts.append("one printed cell stands in several columns")
        yield j, [cell for _, cell in filled], filled[0][0], doubts


def among_labels(match: RowMatch, lines: Sequence[Line], *, parted: bool) -> tuple[str, ...]:
    """A doubt about the blanks of a row when a number stands behind the label, in one cell with it.

    It may be a note's. But where a column's edge was seen too far right it is the value; where no lines part the
    columns, white space before it may be lost, too, and it may stand behind any line of the label.
    """
    number = _NUMBER_BEHIND if parted else _DIGIT_BEHIND
    labels = (
        text
        for line in (lines[i] for i in match.lines)
        for cell in compress(line.cells, line.is_label)
        if cell.bbox.x1 <= match.stub_end + 2
        for text in ((cell.text,) if parted else cell.text.split("\n"))
    )
    found = any(number.search(label) for label in labels if not label[-1:].isalpha())
    return ("a number stands in the cell of the row's label",) if found else ()


def _is_none_at_all(cell: GridCell, slot: Slot, columns: ColumnMap, layout: Layout) -> bool:
    """Whether a cell spans all columns of its row and says 0 or nothing, which then holds for each of them."""
    if cell.reading.source not in AS_WRITTEN or not spanned([Interval(cell.bbox.x0, cell.bbox.x1)], columns.printed):
        return False
    numeral = parse(cell.text, layout.holds(slot), layout.blank_marks)
    return numeral.kind == "blank" or (numeral.value == 0 and not numeral.doubts)


def _beside(match: RowMatch, lines: Sequence[Line], taken: Mapping[int, int], columns: ColumnMap) -> tuple[str, ...]:
    """A doubt when a number of the row stands in none of the form's columns, nor in one of the publisher's own."""
    for line in (lines[i] for i in match.lines):
        for cell, label in zip(line.cells, line.is_label, strict=True):
            if label or id(cell) in taken or cell.bbox.x1 <= match.stub_end + 2:
                continue
            middle = (cell.bbox.x0 + cell.bbox.x1) / 2
            own = any(interval.x0 <= middle <= interval.x1 for interval in columns.foreign)
            if not own and any(char.isdigit() for char in cell.text):
                return ("the row holds a number outside the form's columns",)
    return ()


def _over_each_other(cells: Sequence[GridCell], *, alone: bool) -> set[int]:
    """Cells of a row (by identity) whose lines are numbers of two rows, as where the line between these was lost.

    A number goes on on the next line where the line above it is full: not after a nought, and not after a single digit
    in all numbers of a row on a scan, where a line is easily lost, unless the row is `alone`: nothing beside it is
    missing. Sums tell nothing of it: what holds line by line holds of all lines together.
    """
    broken = [(cell, cell.text.split("\n")) for cell in cells if "\n" in cell.text]
    broken = [(cell, lines) for cell, lines in broken if all(line.isdecimal() for line in lines)]
    if not broken:
        return set()
    firsts = [lines[0] for _, lines in broken]
    numbers = sum(any(map(str.isdigit, cell.text)) for cell in cells)
    seen = any(cell.reading.source not in AS_WRITTEN for cell, _ in broken)
    narrow = not alone and len(broken) == numbers > 1 and min(map(len, firsts)) == 1
    two_rows = "0" in firsts or (seen and narrow)
    return {id(cell) for cell, _ in broken} if two_rows else set()


def one_reading(cells: Sequence[GridCell], doubts: Sequence[str], cautions: Sequence[str]) -> Reading:
    """One reading from the cells of a value, with what else speaks against it."""
    first = cells[0].reading
    text = "\n".join(cell.text for cell in cells)
    kept = tuple(dict.fromkeys([*(doubt for cell in cells for doubt in cell.reading.doubts), *doubts]))
    of_cells = (caution for cell in cells for caution in cell.reading.cautions)
    confidence = min(cell.reading.confidence for cell in cells)
    return Reading(
        text, confidence, first.source, first.alternatives, kept, tuple(dict.fromkeys([*of_cells, *cautions]))
    )
