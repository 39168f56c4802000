"""Regions of grids that no rulings frame: stretches of lines between headings and prose that hold a grid's labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from extract.detect.telling import HEADING, grids_told, heading_likeness
from extract.detect.textlines import TextLine, around
from extract.detect.vocabulary import Vocabulary
from extract.labels import bigrams, plain
from extract.model import BBox, Page, Region

_PROSE = 12
"""Pairs of characters from which a line that is one word, or without labels, is prose."""

_LABELS = 0.3
"""Share of a line that is labels of one grid from which it may stand in a table."""

_OWN = 0.5
"""Share of a line that is a grid's labels from which the line is the grid's."""

_LONGEST_HEADING = 40

_FAR = 24.0
"""Points below a table's last line from which a line of figures is something else, such as the page's number."""

_MARGIN = 12.0
"""Points by which rows that nothing frames may reach beyond what is shaded of their table."""

_TABLE = 4
"""Lines of another grid in a row that part two tables."""

_LINES = 3
"""Lines of which a row of figures is one at least: its numbers may be wrapped, or its label be."""


def open_below(block: BBox, lines: Sequence[TextLine], words: Vocabulary, *, bare: bool) -> bool:
    """Whether right below a shaded area rows go on that nothing frames: it is their header, or labels and no table.

    Args:
        block: The area.
        lines: The lines outside ruled areas, top to bottom.
        words: The form's vocabulary.
        bare: Whether the area has no figures; then a row may follow after the rest of one that a page break cut.
    """
    below = [line for line in lines if line.bbox.top >= block.bottom - 1]
    if not below or below[0].bbox.top - block.bottom >= _FAR:
        return False
    near = takewhile(lambda line: not _ends(line, words), below) if bare else below[:_LINES]
    return any(_is_row(line) and _as_wide(line, block) for line in near)


def open_above(block: BBox, lines: Sequence[TextLine], words: Vocabulary) -> bool:
    """Whether right above a shaded area stands a row or a header that nothing frames: it is a band of rows.

    Args:
        block: The area.
        lines: The lines outside ruled areas, top to bottom.
        words: The form's vocabulary.
    """
    above = next((line for line in reversed(lines) if line.bbox.bottom <= block.top + 1), None)
    if above is None or block.top - above.bbox.bottom >= _FAR:
        return False
    if _is_row(above) and _as_wide(above, block):
        return True
    return words.likeness(above.text) >= _OWN and not _ends(above, words)


def _as_wide(line: TextLine, block: BBox) -> bool:
    """Whether a line ends within an area to both sides, as rows of its table do: not one with a mark in the margin."""
    return block.x0 - _MARGIN <= line.bbox.x0 and line.bbox.x1 <= block.x1 + _MARGIN


def borderless(
    page: Page,
    lines: Sequence[TextLine],
    words: Vocabulary,
    ruled: set[str],
    before: Sequence[Region],
    *,
    above: Sequence[str] = (),
    header: Region | None = None,
) -> list[Region]:
    """Regions of grids without rulings on a page.

    Args:
        page: The page.
        lines: Its lines outside ruled areas, top to bottom.
        words: The form's vocabulary.
        ruled: Grids that were found with rulings.
        before: Regions found so far: a table without rulings down the page that ended the page before may go on here.
        above: The last lines of the page before, one of which may be the heading of what begins this one.
        header: That of the header alone, framed or not, which ended the page before.
    """
    if not any(_is_row(line) for line in lines):
        return []
    found: list[Region] = []
    for index, (stretch, end) in enumerate(_stretches(lines, words)):
        if any(_is_row(line) for line in stretch):
            last = before[-1] if before and not index else None
            open_ = last is not None and (last is header or not last.evidence["rulings"][1])
            onward = last.grid if last and open_ and last.page == page.number - 1 else ""
            told = _told(stretch, above, words, onward)
            if not told and (grid := _headed(stretch, above, words, onward)):
                found.append(_region(grid, page, stretch, ((0.0, 0.0), 0.0 if grid == onward else 1.0)))
            for grid, (covered, heading) in told.items():
                own = _lines_of(grid, stretch, words) if grid not in ruled or grid == onward else []
                own = own and _with_row(own, stretch, words.single.get(grid))
                if own:
                    found.append(_region(grid, page, own, (covered, heading)))
            above = []
        above = [*above, end]
    return found


def header_at_foot(page: Page, lines: Sequence[TextLine], words: Vocabulary) -> list[Region]:
    """Labels of a grid at the foot of a page, without figures: its header, if its rows stand on the next page.

    Args:
        page: The page.
        lines: Its lines outside ruled areas, top to bottom.
        words: The form's vocabulary.
    """
    stretch, above = list[TextLine](), ""
    for line in reversed(lines):
        if _ends(line, words):
            above = line.text
            break
        if _is_row(line):
            return []
        stretch.insert(0, line)
    if not stretch:
        return []
    told = grids_told("".join(line.text for line in stretch), [above], words)
    best = max(told, key=lambda grid: told[grid][0], default="")
    own = [*_lines_of(best, stretch, words)] if best else []
    own += _labels_below(own[-1].bbox.bottom, stretch[stretch.index(own[-1]) + 1 :], words) if own else []
    return [_region(best, page, own, told[best])] if own else []


def down_to_labels(header: Region, lines: Sequence[TextLine], words: Vocabulary) -> Region:
    """The region of a header with the labels below its last ruling that nothing frames."""
    below = [line for line in lines if line.bbox.bottom > header.bbox.bottom + 1]
    own = _labels_below(header.bbox.bottom, below, words)
    return replace(header, bbox=header.bbox.union(around(own))) if own else header


def down_to_row(table: Region, lines: Sequence[TextLine], words: Vocabulary) -> Region:
    """The region of a table that nothing but horizontal rules parts, with the row below the last that a page's end cut.

    Its lines are close below the rule and each other, labels of the same grid with figures.
    """
    own, bottom = list[TextLine](), table.bbox.bottom
    for line in lines:
        if line.bbox.top >= table.bbox.bottom - 1:
            if _ends(line, words) or line.bbox.top - bottom >= _FAR or not _as_wide(line, table.bbox):
                break
            own.append(line)
            bottom = max(bottom, line.bbox.bottom)
    text = "".join(line.text for line in own)
    if not any(map(_is_row, own)) or words.coverage(text)[table.grid][0] < _OWN:
        return table
    return replace(table, bbox=table.bbox.union(around(own)))


def _labels_below(bottom: float, lines: Sequence[TextLine], words: Vocabulary) -> list[TextLine]:
    """The first of some lines, close below each other and without values: labels may run down the page."""
    own: list[TextLine] = []
    for line in lines:
        if line.values or _ends(line, words) or line.bbox.top - bottom >= _FAR:
            break  # a page's number, or what follows
        own.append(line)
        bottom = max(bottom, line.bbox.bottom)
    return own


def _region(grid: str, page: Page, own: Sequence[TextLine], told: tuple[tuple[float, float], float]) -> Region:
    (share, found), heading = told
    evidence = {
        "label_share": round(share, 3),
        "labels_found": round(found, 3),
        "rulings": [0, 0],
        "heading": round(heading, 3),
    }
    return Region(grid, page.number, around(own), round(share / 2, 3), ruled=False, evidence=evidence)


def _told(
    stretch: Sequence[TextLine], above: Sequence[str], words: Vocabulary, onward: str
) -> dict[str, tuple[tuple[float, float], float]]:
    """Grids that a stretch holds; the one that goes on from the page before, for want of a heading."""
    text = "".join(line.text for line in stretch)
    told = grids_told(text, above, words)
    if onward and onward not in told:
        covered = words.coverage(text)
        if covered[onward][0] >= _OWN and covered[onward] == max(covered.values()):
            return {onward: (covered[onward], 0.0)}
    return told


def _headed(stretch: Sequence[TextLine], above: Sequence[str], words: Vocabulary, onward: str) -> str:
    """The grid of one row that goes on in a row of as many values, or whose heading stands above it.

    Its header, which tells nothing, may run down the page.
    """
    likeness = {grid: heading_likeness(above, words.headings[grid]) for grid in words.single}
    fitting = [grid for grid, count in words.single.items() if any(line.values == count for line in stretch)]
    if onward in fitting:
        return onward
    return max((grid for grid in fitting if likeness[grid] >= HEADING), key=likeness.__getitem__, default="")


def _stretches(lines: Sequence[TextLine], words: Vocabulary) -> Iterator[tuple[list[TextLine], str]]:
    """Lines between headings and prose, each with the text that ends it."""
    stretch: list[TextLine] = []
    for line in lines:
        if _ends(line, words):
            yield stretch, line.text
            stretch = []
        else:
            stretch.append(line)
    yield stretch, ""


def _ends(line: TextLine, words: Vocabulary) -> bool:
    if line.values:
        return False
    if 4 <= len(line.text) <= _LONGEST_HEADING and heading_likeness([line.text], words.all_headings) >= HEADING:
        return True
    return len(bigrams(plain(line.text))) >= _PROSE and words.likeness(line.text) < _LABELS


def _is_row(line: TextLine) -> bool:
    """Whether a line has numbers behind a label, or beside each other; a page's number has neither."""
    return (line.values >= 3 and line.figures >= 2) or (
        line.values > line.numbered and line.words >= 2 and len(bigrams(plain(line.text))) >= 2
    )


def _lines_of(grid: str, stretch: Sequence[TextLine], words: Vocabulary) -> Sequence[TextLine]:
    """The lines from the first to the last with labels of the grid, and those close by that are no other grid's."""
    shares = [{name: share for name, (share, _) in words.coverage(line.text).items()} for line in stretch]
    own = _together([i for i, share in enumerate(shares) if share[grid] >= _OWN], shares, grid)
    if not own:
        return []
    start, end = own[0], own[-1] + 1

    def belongs(at: int, beside: int) -> bool:
        one, other = sorted((stretch[at].bbox, stretch[beside].bbox), key=lambda box: box.top)
        return other.top - one.bottom < _FAR and max(shares[at].values()) < _OWN

    while start > 0 and belongs(start - 1, start):
        start -= 1
    while end < len(stretch) and belongs(end, end - 1):
        end += 1
    while end > own[-1] + 1 and not (_is_row(stretch[end - 1]) or _goes_on(stretch[end - 2], stretch[end - 1])):
        end -= 1
    return stretch[start:end]


def _together(own: Sequence[int], shares: Sequence[Mapping[str, float]], grid: str) -> Sequence[int]:
    """Of a grid's lines, by position, the most that no table of another stands between: a title has labels, too."""
    parts: list[list[int]] = []
    for at in own:
        others = (
            [share for share in shares[parts[-1][-1] + 1 : at] if _OWN <= max(share.values()) > share[grid]]
            if parts
            else []
        )
        if not parts or len(others) >= _TABLE:
            parts.append([])
        parts[-1].append(at)
    return max(parts, key=len, default=[])


def _with_row(own: Sequence[TextLine], stretch: Sequence[TextLine], values: int | None) -> Sequence[TextLine]:
    """The lines of a grid; of one of a single row down to this, however far below its header it stands."""
    if values is None or any(line.values == values for line in own):
        return own
    start, end = stretch.index(own[0]), stretch.index(own[-1])
    row = next((i for i, line in enumerate(stretch) if i > end and line.values == values), None)
    return own if row is None else stretch[start : row + 1]


def _goes_on(line: TextLine, below: TextLine) -> bool:
    """Whether a line is figures of the line close above it, the rest of wrapped ones or of a remark, or beside a label.

    Several may be farther off: they are a row, of whose label a page's end left the number alone.
    """
    apart = below.bbox.top - line.bbox.bottom
    if below.text.count("）") > below.text.count("（") and apart < 1.2 * below.bbox.height:
        return True
    return 0 < below.values == below.words and (apart < 1.2 * below.bbox.height or below.figures > 1)
