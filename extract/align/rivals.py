"""Rivals: what may be the row that printed lines were taken for, besides these."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from extract.align.lines import Line, above_figures
from extract.align.matches import RowMatch, is_piece, own_label, values_of
from extract.align.stubs import Fit
from extract.labels import plain
from extract.layout import RowKey
from extract.model import GridCell

_RIVAL = 0.8
"""Similarity from which an unclaimed row with the same label makes a row doubtful."""

BESIDE = "the row beside it has values that no row of the form claims"

_AMONG = "a number stands below its label, and a cell beside it is empty"

_PART = 0.85
"""Share of a row's own label up to which a text is a part of it that a page's end has cut off."""

_CUT = "a part of its label, and perhaps its values, are on another page"

_SHARED = "its label stands beside another row of values, too"

_EDGE = 2
"""Characters at a label's beginning or end that tell that it was not cut there."""


def sharing(matches: Sequence[RowMatch], lines: Sequence[Line]) -> list[RowMatch]:
    """Add a doubt where a row's own label stands beside another row of values too: two labels may have become one.

    And where a number ends the label of a row with an empty cell, whose value it may be.
    """
    rows_of: dict[int, set[int]] = {}
    for i, line in enumerate(lines):
        if line.numbers:
            for cell in line.cells:
                if cell.row_span > 1:
                    rows_of.setdefault(id(cell), set()).add(i)
    found = []
    for match in matches:
        own = _own_labels(match, lines)
        lost = bool(match.cautions and own) and own[-1].bbox.x1 < match.stub_end - 2  # its group's label is left
        others = rows_of.get(id(own[-1]), set()).difference(match.lines) if own and not lost else set()
        values = {id(cell) for i in match.lines for cell in lines[i].cells} if others else set()
        doubts = list(match.doubts)
        if any(id(cell) not in values for i in others for cell in _numbers(lines[i])):
            doubts.append(_SHARED)
        if any(_ends_with_number(cell) for cell in own) and "" in values_of(lines[match.lines[0]], match.stub_end):
            doubts.append(_AMONG)
        found.append(replace(match, doubts=tuple(doubts)) if len(doubts) > len(match.doubts) else match)
    return found


def _ends_with_number(label: GridCell) -> bool:
    """Whether the last line of a label is a number."""
    *above, last = label.text.splitlines() or [""]
    return bool(above) and last.strip().isdecimal()


def cut_off(matches: Sequence[RowMatch], lines: Sequence[Line], keys: Sequence[RowKey]) -> list[RowMatch]:
    """Add a doubt where a page begins or ends with a part of a row's label and no values.

    They may stand beside the rest of it, on a page of which nothing was made.
    """
    found = []
    above = above_figures(lines)
    firsts = {lines[at].fragment: at for at in sorted((match.lines[0] for match in matches), reverse=True)}
    for match in matches:
        at, line = match.lines[0], lines[match.lines[0]]
        begins = above[at] and firsts[line.fragment] == at
        last = at + 1 == len(lines) or lines[at + 1].fragment != line.fragment
        if len(match.lines) == 1 and (begins or last) and not any(values_of(line, match.stub_end)):
            own = "".join(plain(cell.text) for cell in _own_labels(match, lines) if cell.row == line.row)
            whole = [plain(spelling) for spelling in keys[match.key].path[-1].spellings]
            if own and len(own) < _PART * min(map(len, whole)) and not _has_edges(own, whole, begins=begins, ends=last):
                match = replace(match, doubts=(*match.doubts, _CUT))  # noqa: PLW2901
        found.append(match)
    return found


def _has_edges(own: str, whole: Sequence[str], *, begins: bool, ends: bool) -> bool:
    """Whether a label that lacks characters has those where a page's edge may have cut it."""
    return (not begins or any(spelling.startswith(own[:_EDGE]) for spelling in whole)) and (
        not ends or any(spelling.endswith(own[-_EDGE:]) for spelling in whole)
    )


def _own_labels(match: RowMatch, lines: Sequence[Line]) -> list[GridCell]:
    """The labels of a row: those that end where its stub does, if one of its lines has such, or those of the first."""
    labels = [
        [cell for cell, label in zip(lines[i].cells, lines[i].is_label, strict=True) if label] for i in match.lines
    ]
    at_end = [cell for own in labels for cell in own if abs(cell.bbox.x1 - match.stub_end) < 2]
    return at_end or [cell for cell in labels[0] if cell.bbox.x0 < match.stub_end - 1]


def _numbers(line: Line) -> list[GridCell]:
    """The cells of a line with text that is not a label."""
    return [cell for cell, text, label in zip(line.cells, line.texts, line.is_label, strict=True) if text and not label]


def with_rivals(
    matches: list[RowMatch], lines: Sequence[Line], fits: list[list[Fit]], keys: Sequence[RowKey], said: Container[int]
) -> list[RowMatch]:
    """Add a doubt where a row of values that nothing claims, and of which nothing is `said`, could be a row's."""
    claimed = {i for match in matches for i in match.lines}
    unclaimed = [i for i in _unclaimed(lines, claimed) if i not in said]
    if not unclaimed:
        return matches
    others = _another_tables(lines, claimed, keys[-1]) if len(matches) == len(keys) else set()
    near = [i for i in unclaimed if i not in others]
    above = above_figures(lines)
    found = []
    for match in matches:
        edges = ((match.lines[0], -1), (match.lines[-1], 1))
        beside = {_next_to(edge, step, lines, claimed, above): edge for edge, step in edges}
        doubts = {*_of_same_label(match, unclaimed, lines, fits, others), *_beside(match, near, lines, beside, keys)}
        found.append(
            replace(match, doubts=(*match.doubts, *sorted(doubts.difference(match.doubts)))) if doubts else match
        )
    return found


def _unclaimed(lines: Sequence[Line], claimed: Set[int]) -> list[int]:
    """Lines with labels or values that no row claims; those above the table's own header belong to another table."""
    first = min(claimed, default=0)
    return [
        i
        for i, line in enumerate(lines)
        if i not in claimed
        and (line.numbers or line.labelled)
        and not any(other.labelled and not other.numbers for other in lines[i:first])
    ]


def _another_tables(lines: Sequence[Line], claimed: Set[int], key: RowKey) -> set[int]:
    """Lines of fragments behind the form's last row that begin with a label: where all rows are found, another table.

    A last row without numbers may go on there, or one whose label is cut.
    """
    last = max(claimed, default=0)
    firsts = {line.fragment: line for line in reversed(lines)}
    behind = {i for i, line in enumerate(lines) if line.fragment > lines[last].fragment}
    begun = [firsts[lines[i].fragment] for i in behind]
    told = all(line.texts and line.is_label[0] and not is_piece(line.texts[0], key) for line in begun)
    return behind if told and lines[last].figures else set()


def _of_same_label(
    match: RowMatch, unclaimed: Sequence[int], lines: Sequence[Line], fits: list[list[Fit]], others: Container[int]
) -> Iterator[str]:
    """In `others`, lines of another table, a row with fewer values than the form's is that table's."""
    mine = [values_of(lines[i], match.stub_end) for i in match.lines]
    for i in unclaimed:
        line, fit = lines[i], fits[i][match.key]
        if i in others and len(values_of(line, fit.stub_end)) < len(mine[0]):
            continue
        named = fit.score >= max(_RIVAL, match.score - 0.1) and (line.numbers or fit.stub_end <= match.stub_end + 2)
        if named and values_of(line, fit.stub_end) not in mine:
            yield "another row with this label has other values"


def _beside(
    match: RowMatch, unclaimed: Sequence[int], lines: Sequence[Line], beside: Mapping[int, int], keys: Sequence[RowKey]
) -> Iterator[str]:
    """`beside` gives for the lines next to the row's which of the row's they are next to."""
    mine = [values_of(lines[i], match.stub_end) for i in match.lines]
    empty = not any(text for own in mine for text in own)
    for i in beside.keys() & unclaimed:
        numbers = [cell.text for cell in _numbers(lines[i])]
        # Boxes stacked one a line have a label's number below it, not beyond the stub.
        others = numbers if empty or not numbers else values_of(lines[i], match.stub_end)
        piece = empty or is_piece(own_label(lines[i], lines[beside[i]], match), keys[match.key])
        if piece and any(others) and others not in mine:
            yield BESIDE


def _next_to(at: int, step: int, lines: Sequence[Line], claimed: Set[int], above: Sequence[bool]) -> int:
    """The line before (-1) or after (1) a row's, past the header that a page begins with, empty lines in it too."""
    at += step
    while 0 <= at < len(lines) and at not in claimed and not lines[at].figures:
        if not any(lines[at].texts) and not above[at]:
            break
        at += step
    return at
