"""Pages that hold nothing of a table but its last row, under which a few lines of text stand."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Glyphs, Page, Raster, Recognised
from extract.scan.page import read_page

SCALE = 200 / 72
WIDTH, HEIGHT = 420, 300
PITCH, COLUMNS = 32, 11
READABLE, GARBAGE = "words that can be read", "l"


class Wedges:
    """An engine that reads what is broad below as words, or one sign, and half of it where it stands on its head."""

    name, provenance, squeezes = "wedges", MappingProxyType({}), True

    def read(self, lines: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        return [self._read(line < 128) for line in lines]

    def _read(self, ink: NDArray[np.bool_]) -> Recognised:
        middle = len(ink) // 2
        upright = ink[middle:].sum() > ink[:middle].sum()
        text, score = (READABLE if ink.shape[1] > 2 * ink.shape[0] else "0", 0.85) if upright else (GARBAGE, 0.5)
        return Recognised(text, score, text, score, ((text, score),))


def page_of(*, row: bool, turned: bool = False, framed: bool = True) -> Page:
    """The page as read: two lines of words, above them a row of single signs, if any, framed or not."""
    grey = np.full((round(HEIGHT * SCALE), round(WIDTH * SCALE)), 250, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    def wedge(x: float, y: float) -> None:
        cv2.fillPoly(grey, [np.array([at(x, y), at(x + 8, y), at(x + 4, y - 8)])], 20)

    if row:
        for y in (40, 52) if framed else ():
            cv2.line(grey, at(30, y), at(30 + PITCH * COLUMNS, y), 20, 2)
        for i in range(COLUMNS + 1) if framed else ():
            cv2.line(grey, at(30 + PITCH * i, 40), at(30 + PITCH * i, 52), 20, 2)
        for i in range(COLUMNS):
            wedge(42 + PITCH * i, 50)
    for y in (90, 120):
        for i in range(9):
            wedge(40 + 9 * i, y)
    if turned:
        grey = np.ascontiguousarray(np.rot90(grey, 2))
    skimmed = Page(2, WIDTH, HEIGHT, 0, "image", "", True, Glyphs("", np.zeros((0, 4))))
    before = Page(1, WIDTH, HEIGHT, 0, "image", "", False, Glyphs("", np.zeros((0, 4))))
    # What stands on its head is taken for a label of the form: of so few signs, some always are.
    return read_page(skimmed, Raster(grey, SCALE), Wedges, lambda text: 0.6 if GARBAGE in text.split() else 0.1, before)


@pytest.mark.parametrize("turned", [False, True])
def test_the_last_row_of_a_table_by_itself_is_read_the_way_up_that_can_be_read(turned: bool) -> None:
    page = page_of(row=True, turned=turned)
    assert not page.skimmed
    assert page.rotation == (180 if turned else 0)
    down = sorted(round(ruling.x0) for ruling in page.rulings if not ruling.horizontal)
    assert len(down) == COLUMNS + 1
    assert sum(line.read is not None and line.read.text == "0" for line in page.lines) == COLUMNS


def test_a_row_of_figures_that_nothing_frames_is_read_too() -> None:
    page = page_of(row=True, framed=False)
    assert not page.skimmed
    assert sum(line.read is not None and line.read.text == "0" for line in page.lines) == COLUMNS


def test_a_page_of_text_after_one_with_a_table_is_not_read() -> None:
    assert page_of(row=False).skimmed
