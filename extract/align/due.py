"""Rows that are told by their place: what stands between two that are known is what the form has between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.align.lines import Line
from extract.align.matches import RowMatch, own_label, values_of
from extract.align.stubs import ALIKE, Fit
from extract.labels import plain, similarity, split_ordinal
from extract.layout import RowKey
from extract.model import Reading

_HINT = 0.35
"""Similarity from which a line between two recognised neighbours is accepted as the row that is due there."""

_LIKELY = 0.5
"""The same where other rows are due there, too, and it has the number of this one alone."""

_HIGH = 0.5
"""Of the height of the row below: what a row without text has at least, which no two rules side by side have."""

_BRACKETED = re.compile(r"\s*[（(][^（()）]{1,3}[)）]")
"""A number in brackets, whatever a reader made of it."""

_LEGIBLE = 0.5
"""Confidence below which a label was not read: what it says speaks for no row, and against none."""


def due(
    lines: Sequence[Line], fits: list[list[Fit]], matches: list[RowMatch], keys: Sequence[RowKey]
) -> list[RowMatch]:
    """Rows recognised by their place: as many unclaimed rows of values as rows missing between two neighbours."""
    found: list[RowMatch] = []
    if not matches or len(matches) == len(keys):
        return found
    taken = {match.lines[-1] + 1 for match in matches if wants_values(match, lines)}
    ends = [(-1, -1), *((match.lines[-1], match.key) for match in matches)]
    starts = [*((match.lines[0], match.key) for match in matches), (len(lines), len(keys))]
    for (line, key), (next_line, next_key) in zip(ends, starts, strict=True):
        missing = range(key + 1, next_key)
        values = [i for i in range(line + 1, next_line) if _holds_values(lines[i]) and i not in taken]
        if not values and len(missing) == 1 and line >= 0 and _is_empty(lines, line + 1, next_line):
            values = [line + 1]
        if len(values) == 1 < len(missing):
            named = [
                j for j in missing if fits[values[0]][j].score >= _LIKELY and _is_numbered_as(lines[values[0]], keys[j])
            ]
            missing = range(named[0], named[0] + 1) if len(named) == 1 else missing
        if not missing or len(values) != len(missing):
            continue
        for i, j in zip(values, missing, strict=True):
            fit = fits[i][j]
            own = _own_label(lines[i], keys[j])
            if fit.score < _HINT and own and not _may_name(own, keys[j]):
                continue  # its label says something else: a row of local making
            told = fit.score >= (_HINT if own else ALIKE)  # a group's label may resemble one of its rows'
            cautions = () if told else ("the row's label was not found; it was told by its place",)
            stub = _stub(lines[i], i, matches) if cautions else fit
            found.append(RowMatch(j, (i,), max(fit.score, 0.3), stub.stub_start, stub.stub_end, (), cautions))
    return found


def _is_empty(lines: Sequence[Line], at: int, below: int) -> bool:
    """Whether a line without text, as high as a row, is all there is between two rows of one page."""
    if below != at + 1 or below == len(lines) or len({lines[i].fragment for i in (at - 1, at, below)}) > 1:
        return False
    own, beside = ([cell.bbox.height for cell in lines[i].cells if cell.row_span == 1] for i in (at, below))
    printed = [text for text, cell in zip(lines[at].texts, lines[at].cells, strict=True) if cell.row == lines[at].row]
    return not any(printed) and bool(own) and bool(beside) and min(own) > _HIGH * min(beside)


def _own_label(line: Line, key: RowKey) -> Reading | None:
    """What stands before a line's values for it alone: neither a group's label, or a part of one, nor a remark."""
    groups = [spelling for node in key.path[:-1] for spelling in node.spellings]

    def is_group(text: str) -> bool:
        read = plain(text)
        return any((len(read) > 1 and read in plain(group)) or similarity(text, group) >= ALIKE for group in groups)

    for cell, text, label in zip(line.cells, line.texts, line.is_label, strict=True):
        if text and not label:
            return None
        if label and cell.row_span == 1 and not is_group(text):
            return cell.reading
    return None


def _is_numbered_as(line: Line, key: RowKey) -> bool:
    """Whether a line has a label with a row's number."""
    number = split_ordinal(key.path[-1].label or "")[0]
    labels = (text for text, label in zip(line.texts, line.is_label, strict=True) if label)
    return bool(number) and any(split_ordinal(text)[0] == number for text in labels)


def _may_name(label: Reading, key: RowKey) -> bool:
    """Whether a label unlike that of the row that is due may be its own: illegible, or damaged."""
    ordinal = split_ordinal(label.text)[0]
    numbered = bool(ordinal) and ordinal == split_ordinal(key.path[-1].label or "")[0]
    return label.confidence < _LEGIBLE or numbered or _damaged(label.text, key)


def _damaged(text: str, key: RowKey) -> bool:
    """Whether a label has brackets where the due row has its number, and after them half or more of its words.

    Or most of its number and words in their order, wherever the brackets are: 七（）总 for （七）总计; or the number
    and some of the words: （一公开 for （一）予以公开.
    """
    number = _BRACKETED.match(text)
    words = plain(text[number.end() :]) if number else ""
    own = split_ordinal(key.path[-1].label or "")
    if not own[0]:
        return False
    if words and words in own[1] and 2 * len(words) >= len(own[1]):
        return True
    read, whole = plain(text), iter(plain(key.path[-1].label or ""))
    numbered = read.startswith(own[0]) and len(read) > len(own[0])
    return (numbered or 3 * len(read) >= 2 * len(own[0] + own[1])) and all(char in whole for char in read)


def _stub(line: Line, at: int, matches: list[RowMatch]) -> RowMatch:
    """Whose stub an unlabelled line shares: the nearest row's whose stub ends at an edge of this line too."""
    nearby = sorted(matches, key=lambda match: abs(match.lines[0] - at))
    edges = [cell.bbox.x1 for cell in line.cells]
    fitting = (match for match in nearby if any(abs(edge - match.stub_end) < 3 for edge in edges))
    return next(fitting, nearby[0])


def wants_values(match: RowMatch, lines: Sequence[Line]) -> bool:
    """Whether a row is empty and the line after it has values but no label: they may be its own."""
    here, after = match.lines[-1], match.lines[-1] + 1
    return (
        after < len(lines)
        and not any(text for i in match.lines for text in values_of(lines[i], match.stub_end))
        and not plain(own_label(lines[after], lines[here], match))
        and any(values_of(lines[after], match.stub_end))
    )


def _holds_values(line: Line) -> bool:
    """Whether a line is a row of values rather than a header, a note, or the last character of a label above it.

    A group's label beside several rows is none of its own.
    """
    labels = sum(label and cell.row_span == 1 for cell, label in zip(line.cells, line.is_label, strict=True))
    own = [text for text, cell in zip(line.texts, line.cells, strict=True) if text and cell.row == line.row]
    if len(own) == 1 and own[0].isalpha():
        return False
    return line.numbers > labels or (line.numbers >= 1 and labels <= 1 and len(line.cells) > 1)
