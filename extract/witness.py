"""Second looks at the winner: what is drawn in empty cells, what stands on the next page, what other readers say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from extract.align.stubs import ALIKE
from extract.check import Checked, captions_in, check
from extract.detect.textlines import text_lines
from extract.model import BBox, CellId, Page, Status
from extract.source import Document

_FOOT = 12
"""Characters below a table that may stand at the foot of its page, a page number and the like."""

_TOP = 4
"""Lines at the top of a page among which the rest of a row would be."""

_DASHES = "-–—－· "
"""What stands around a page's number."""

_WORD = re.compile(r"[^\W\d_]{2}")
"""More letters than a number's unit has."""

_DOUBTED = 0.5
"""Confidence up to which another reader doubts what it reads itself: then it speaks against nobody."""

_EDGE = 3.0
"""Points between a cell's lower edge and the lowest one's for it to be in the last row."""

_ABOVE = 40.0
"""Points above a table in which its caption stands."""

_BORDER = 1.0
"""Points from the page's edge within which a cell goes on beyond it."""


def look_again(document: Document, pages: Sequence[Page], best: Checked, others: Sequence[Checked]) -> Checked:
    """The winner checked again with what the page, the page after it and equally good readers say against it."""
    doubted: dict[CellId, str] = {}
    for other in others:
        differing = (
            cell
            for id_, cell in other.cells.items()
            if cell.value != best.cells[id_].value and cell.confidence > _DOUBTED
        )
        doubted |= {cell.id: f"another extractor reads {cell.text!r}" for cell in differing}
    doubted |= dict.fromkeys(_cut_off(best, pages), "the row is empty at the foot of a page; it may go on on the next")
    doubted |= dict.fromkeys(_beyond(best, pages), "the cell reaches over the page's edge, where its number may be")
    inked = frozenset(_inked(document, pages, best))
    captions = captions_in(_lines_above(best, pages), best.alignment.layout) if best.amounts else ()
    if not doubted and not inked and not captions:
        return best
    return check(best.alignment, inked=inked, doubted=doubted, captions=captions)


def _lines_above(best: Checked, pages: Sequence[Page]) -> Iterator[str]:
    """The lines right above each fragment of a table."""
    for grid in best.alignment.grids:
        top = grid.bbox.top
        words = [word for word in pages[grid.page - 1].words if top - _ABOVE < word.bbox.bottom < top + _EDGE]
        yield from (line.text for line in text_lines(words))


def _inked(document: Document, pages: Sequence[Page], best: Checked) -> Iterator[CellId]:
    """Cells without text in which something is drawn."""
    empty: dict[int, list[tuple[CellId, BBox]]] = {}
    for id_, placed in best.alignment.placed.items():
        if not placed.reading.text.strip():
            empty.setdefault(placed.page, []).append((id_, placed.bbox))
    for number, cells in empty.items():
        if pages[number - 1].sheet:
            continue  # its values were read from what is drawn
        seen = document.inked(pages[number - 1], [box for _, box in cells])
        yield from (id_ for (id_, _), ink in zip(cells, seen, strict=True) if ink)


def _beyond(best: Checked, pages: Sequence[Page]) -> Iterator[CellId]:
    """Cells without text that no edge ends on the page: of a table wider than the page the text beyond it is lost."""
    for id_, placed in best.alignment.placed.items():
        page, box = pages[placed.page - 1], placed.bbox
        if page.sheet or placed.reading.text.strip():
            continue
        if box.x0 < _BORDER or box.x1 > page.width - _BORDER or box.top < _BORDER or box.bottom > page.height - _BORDER:
            yield id_


def _cut_off(best: Checked, pages: Sequence[Page]) -> Iterator[CellId]:
    """Cells of rows without any value in the last line of a table that ends at the foot of a page.

    Of two pages side by side the left one may end where the table goes on to its right.
    """
    placed, grids = best.alignment.placed, best.alignment.grids
    for i, grid in enumerate(grids):
        page = pages[grid.page - 1]
        beside = i + 1 < len(grids) and grids[i + 1].page == grid.page and grids[i + 1].bbox.x0 >= grid.bbox.x1
        if not beside and (page.number == len(pages) or _characters_below(page, grid.bbox.bottom) > _FOOT):
            continue
        own = {id_: cell for id_, cell in placed.items() if cell.at.grid == i}
        lowest = max((cell.bbox.bottom for cell in own.values()), default=0.0)
        if any(cell.bbox.top > lowest - _EDGE and cell.text.strip() for cell in grid.cells):
            continue
        begin = max((cell.bbox.top for cell in own.values() if cell.bbox.bottom > lowest - _EDGE), default=0.0)
        last = [id_ for id_, cell in own.items() if cell.bbox.bottom > begin + _EDGE]
        following = i + 1 if beside else next((j for j, one in enumerate(grids) if one.page == grid.page + 1), None)
        valued = any(
            placed[id_].reading.text.strip() and best.cells[id_].status is not Status.UNREADABLE for id_ in last
        )
        if valued or _goes_on_with_a_row(best, following):
            continue
        if following is not None or beside or not _begins_with_words(pages[page.number]):
            yield from last


def _begins_with_words(page: Page) -> bool:
    """Whether a page begins with lines of words, as one does on which no row goes on; all of it must have been read.

    Of a page without any sign of a table only the text is known, in whatever order it was drawn: all lines but its
    number must have words.
    """
    if page.skimmed:
        lines = [line for line in page.text.splitlines() if line.strip()]
        *others, last = lines or [""]
        worded = [_WORD.search(line) is not None for line in others]
        return bool(worded) and all(worded) and last.strip(_DASHES) == str(page.number)
    first = text_lines(page.words)[:_TOP]
    return page.sheet is None and bool(first) and not any(line.values for line in first)


def _goes_on_with_a_row(best: Checked, following: int | None) -> bool:
    """Whether the table goes on, in its grid of that position, with a row under its own label, and no number above."""
    grids, placed = best.alignment.grids, best.alignment.placed.values()
    first = min((one.at.row for one in placed if one.at.grid == following), default=None)
    if following is None or first is None:
        return False
    named = all(one.row_score >= ALIKE for one in placed if (one.at.grid, one.at.row) == (following, first))
    above = [cell for cell in grids[following].cells if cell.row < first]
    return named and not any(char.isdigit() for cell in above for char in cell.text)


def _characters_below(page: Page, bottom: float) -> float:
    """How many characters stand below a table, by the size of the lines where nobody read them."""
    unread = [line.bbox for line in page.lines if line.read is None and line.bbox.top > bottom]
    below = int(np.count_nonzero(page.glyphs.boxes[:, 1] > bottom))
    return below + sum(box.width / max(box.height, 1.0) for box in unread)
