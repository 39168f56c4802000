"""Units: what a document says its amounts are in, wherever it says so, when that is not what the form has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import takewhile

from extract.align import Placed
from extract.labels import is_label, plain, squeezed
from extract.layout import Layout
from extract.model import Grid
from extract.numerals import units_in


def other_unit(placed: Placed, grids: Sequence[Grid], captions: Sequence[str], layout: Layout) -> str:
    """The unit that is printed for an amount, if it is another than the form's; "" where it is the form's, or nothing.

    What its column's headers, its row's label and the title above them say goes before a caption of the whole table.

    Args:
        placed: The amount.
        grids: The grids it is in one of.
        captions: Captions of the grids, as `captions_in` finds them.
        layout: The edition.
    """
    holds = layout.holds(placed.slot)
    if not holds.other_units:
        return ""
    own = units_in(map(plain, (placed.header, *_words_about(placed, grids, layout))), holds)
    named = own or units_in(captions, holds)
    return next((unit for unit in named if unit in holds.other_units), "")


def captions_in(texts: Iterable[str], layout: Layout) -> tuple[str, ...]:
    """The texts among some that end in nothing but units, behind the word that announces them."""
    pattern = _caption(layout.captions, layout.number_words) if layout.captions else None
    return tuple(match["units"] for text in texts if pattern and (match := pattern.search(squeezed(text))))


def _words_about(placed: Placed, grids: Sequence[Grid], layout: Layout) -> Iterator[str]:
    """The labels left of an amount, and the words of the rows above it up to one with figures."""
    if placed.at.grid >= len(grids):
        return
    row, column = placed.at.row, placed.at.column
    cells = grids[placed.at.grid].cells
    yield from (cell.text for cell in cells if cell.column < column and cell.row <= row < cell.row + cell.row_span)
    above: dict[int, list[str]] = {}
    for cell in cells:
        if cell.row < row:
            above.setdefault(cell.row, []).append(cell.text)
    rows = (above[row] for row in sorted(above, reverse=True))
    words = takewhile(lambda texts: not any(_is_figure(text, layout) for text in texts), rows)
    yield from (text for texts in words for text in texts)


def _is_figure(text: str, layout: Layout) -> bool:
    return any(map(str.isdigit, text)) and not is_label("".join(text.split()), layout.number_words)


@cache
def _caption(announced: tuple[str, ...], units: frozenset[str]) -> re.Pattern[str]:
    unit, words = ("|".join(map(re.escape, sorted(own, key=len, reverse=True))) for own in (units, announced))
    return re.compile(rf"(?:{words})[:：]?(?P<units>(?:{unit})(?:[、,，/和及;](?:{unit}))*)\W*$")
