"""Regions of documents without pages: tables that are given as such, and stretches of plain text that were tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from extract.detect.telling import bare, grids_told, heading_likeness
from extract.detect.vocabulary import Vocabulary
from extract.labels import bigrams, plain
from extract.model import NO_PAGE, BBox, Grid, Region, Written

_HEADING = 0.75
"""Likeness from which a line counts as a heading."""

_LONGEST_HEADING = 40
"""Characters of a heading, numbering included."""

_PROSE = 12
"""Pairs of characters from which a line without labels is prose, and ends a table in plain text."""

_LABELS = 0.3
"""Share of a line that is labels of one grid from which it may stand in a table."""

_NOWHERE = BBox(0.0, 0.0, 0.0, 0.0)


def find_in_parts(document: Written, words: Vocabulary) -> list[Region]:
    """Regions of all grids in reading order; `evidence["parts"]` has the first part of each and the one after it."""
    if any(isinstance(part, Grid) for part in document.parts):
        return list(_given(document.parts, words))
    return list(_in_lines([part for part in document.parts if isinstance(part, str)], words))


def _given(parts: Sequence[str | Grid], words: Vocabulary) -> Iterator[Region]:
    """Tables that are the form's; one without labels right after such a table, of the same width, goes on with it."""
    above: list[str] = []
    last: list[Region] = []
    width = 0
    for index, part in enumerate(parts):
        if isinstance(part, str):
            above.append(part)
            continue
        text = "".join(cell.text for cell in part.cells)
        told = grids_told(text, above, words)
        if told:
            last = [
                _region(grid, (index, index + 1), covered, {"heading": round(heading, 3)}, covered[0])
                for grid, (covered, heading) in told.items()
            ]
            width = len(part.columns)
            yield from last
        elif last and bare(text) and not any(map(plain, above)) and len(part.columns) == width:
            yield _region(last[-1].grid, (index, index + 1), (0.0, 0.0), {"continues": True}, last[-1].score / 2)
        else:
            last = []
        above = []


def _in_lines(lines: Sequence[str], words: Vocabulary) -> Iterator[Region]:
    """Stretches of lines between headings and prose that hold a grid's labels."""
    headings = words.all_headings
    above: list[str] = []
    start = 0
    for end in range(len(lines) + 1):
        ends = end == len(lines) or _is_heading(lines[end], headings) or _is_prose(lines[end], words)
        if not ends:
            continue
        text = "".join(lines[start:end])
        told = grids_told(text, above, words) if text.strip() else {}
        for grid, (covered, heading) in told.items():
            yield _region(grid, (start, end), covered, {"heading": round(heading, 3)}, covered[0])
        if text.strip():
            above = []
        above += lines[end : end + 1]
        start = end + 1


def _is_heading(line: str, headings: Sequence[str]) -> bool:
    text = line.strip().lstrip("#*").strip()
    return "\t" not in text and 4 <= len(text) <= _LONGEST_HEADING and heading_likeness([text], headings) >= _HEADING


def _is_prose(line: str, words: Vocabulary) -> bool:
    """Whether a line is running text: long, without cells, and not made of labels."""
    if "\t" in line.strip():
        return False
    text = plain(line)
    return len(bigrams(text)) >= _PROSE and words.likeness(text) < _LABELS


def _region(
    grid: str, parts: tuple[int, int], covered: tuple[float, float], told: dict[str, Any], score: float
) -> Region:
    evidence = {"label_share": round(covered[0], 3), "labels_found": round(covered[1], 3), "parts": [*parts], **told}
    return Region(grid, NO_PAGE, _NOWHERE, round(score, 3), True, evidence)
