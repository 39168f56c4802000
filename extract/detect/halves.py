"""Two pages side by side on one sheet, as booklets are printed and scanned: each is read down before the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from extract.model import Page, Ruling

_BROAD = 1.2
"""Times its height from which a sheet's width may hold two pages."""

_MIDDLE = 0.4, 0.6
"""Shares of its width between which the white between them lies, in part at least."""

_GUTTER = 10.0
"""Points of white at least between two pages: the inner margins."""

_FRAMED = 0.9
"""Share of the sheet's width from which a line frames the whole sheet, unless it is a row's of a table as wide."""

_MEET = 3.0
"""Points within which a line across and one down meet."""


def halves(page: Page) -> tuple[Page, ...]:
    """The left and the right page of a sheet with white down its middle and lines; other pages as they are.

    Without a line, white may run down between the columns of one table.
    """
    width, height = page.extent
    if width < _BROAD * height or not page.glyphs.text or all(one.kind != "line" for one in page.rulings):
        return (page,)
    inside = [one for one in page.rulings if one.x1 - one.x0 < _FRAMED * width or _parted(one, page.rulings)]
    across = [(ruling.x0, ruling.x1) for ruling in inside if ruling.horizontal]
    spans = np.array([*across, *page.glyphs.boxes[:, [0, 2]].tolist()])
    spans = spans[np.argsort(spans[:, 0])]
    reached = np.maximum.accumulate(spans[:, 1])
    gaps = spans[1:, 0] - reached[:-1]
    gaps[(spans[1:, 0] < _MIDDLE[0] * width) | (reached[:-1] > _MIDDLE[1] * width)] = 0
    if not gaps.size or gaps.max() < _GUTTER:
        return (page,)
    at = int(gaps.argmax())
    fold = float(reached[at] + spans[at + 1, 0]) / 2
    left = (page.glyphs.boxes[:, 0] + page.glyphs.boxes[:, 2]) / 2 < fold
    return tuple(
        replace(
            page,
            glyphs=page.glyphs.only(own),
            rulings=tuple(ruling for ruling in inside if ((ruling.x0 + ruling.x1) / 2 < fold) is first),
        )
        for own, first in ((left, True), (~left, False))
    )


def _parted(across: Ruling, rulings: Iterable[Ruling]) -> bool:
    """Whether lines down the page meet one across it between its ends, and not at the fold alone: a row of cells."""
    meeting = {
        round(one.x0)
        for one in rulings
        if not one.horizontal
        and across.x0 + _MEET < one.x0 < across.x1 - _MEET
        and one.top - _MEET < across.top < one.bottom + _MEET
    }
    return len(meeting) > 1
