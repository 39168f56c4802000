"""Rivals: what may be the row that printed lines were taken for, besides these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.align.lines import Line
from extract.align.matches import RowMatch, is_piece, own_label, values_of
from extract.align.stubs import Fit
from extract.layout import RowKey
from extract.model import GridCell

_RIVAL = 0.8
"""Similarity from which an unclaimed row with the same label makes a row doubtful."""

_SHARED = "its label stands beside another row of values, too"


def sharing(matches: Sequence[RowMatch], lines: Sequence[Line]) -> list[RowMatch]:
    """Add a doubt where a row's own label stands beside another row of values too: two labels may have become one."""
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
        shared = any(id(cell) not in values for i in others for cell in _numbers(lines[i]))
        found.append(replace(match, doubts=(*match.doubts, _SHARED)) if shared else match)
    return found


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


def unclaimed_lines(matches: list[RowMatch], lines: Sequence[Line]) -> list[int]:
    """Lines with labels or values that no row claims; those above the table's own header belong to another table."""
    claimed = {i for match in matches for i in match.lines}
    first = min(claimed, default=0)
    return [
        i
        for i, line in enumerate(lines)
        if i not in claimed
        and (line.numbers or line.labelled)
        and not any(other.labelled and not other.numbers for other in lines[i:first])
    ]


def with_rivals(
    match: RowMatch, unclaimed: Sequence[int], lines: Sequence[Line], fits: list[list[Fit]], key: RowKey
) -> RowMatch:
    """Add a doubt when a row of values that nothing claims could be this one, or a part of it."""
    mine = [values_of(lines[i], match.stub_end) for i in match.lines]
    empty = not any(text for own in mine for text in own)
    doubts = dict.fromkeys(match.doubts)
    edges = ((match.lines[0], -1), (match.lines[-1], 1))
    beside = [(edge, _next_to(edge, step, lines, set(unclaimed))) for edge, step in edges]
    for i in unclaimed:
        line, fit = lines[i], fits[i][match.key]
        named = fit.score >= max(_RIVAL, match.score - 0.1) and (line.numbers or fit.stub_end <= match.stub_end + 2)
        if named and values_of(line, fit.stub_end) not in mine:
            doubts["another row with this label has other values"] = None
        for edge, neighbour in beside:
            others = values_of(line, match.stub_end) if i == neighbour and line.numbers else []
            loose = any(others) and others not in mine
            if loose and (empty or is_piece(own_label(line, lines[edge], match), key)):
                doubts["the row beside it has values that no row of the form claims"] = None
    return replace(match, doubts=tuple(doubts)) if len(doubts) > len(match.doubts) else match


def _next_to(at: int, step: int, lines: Sequence[Line], unclaimed: set[int]) -> int:
    """The line before (-1) or after (1) a row's, the header that a page begins with passed over."""
    at += step
    while 0 <= at < len(lines) and at in unclaimed and not lines[at].figures:
        at += step
    return at
