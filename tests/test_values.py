"""Reading the values of cells from pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import cv2
import numpy as np
import pytest
from inked import Grey, digits, seen

from extract.model import BBox, Glyphs, GridCell, Page, PrintedLine, Reading, Recognised, Sheet
from extract.scan.cells.values import read_values
from extract.scan.text.textlines import text_lines


class Blocks:
    """An engine that takes print as high as a digit for an 8, anything else for a 1."""

    name, provenance, squeezes = "blocks", MappingProxyType({}), False

    def __init__(self) -> None:
        self.widest = 0

    def read(self, lines: Sequence[Grey]) -> list[Recognised]:
        self.widest = max([self.widest, *(line.shape[1] for line in lines)])
        return [seen("8" if (line < 100).any(axis=1).sum() == 24 else "1", 0.99) for line in lines]


def cell_with(
    *strokes: tuple[tuple[int, int], tuple[int, int]], stamped: slice | None = None
) -> tuple[GridCell, Blocks]:
    """A cell of 400 x 60 pixels with an 8 in its middle and other strokes, read."""
    scale = 200 / 72
    grey = np.full((80, 420), 250, np.uint8)
    grey[28:52, 200:216] = np.where(digits("8"), 20, 250)[:, :16]
    for one, other in strokes:
        cv2.line(grey, one, other, 20, 3)
    ink = np.where(grey < 100, 255, 0).astype(np.uint8)
    cover = np.zeros_like(ink)
    cover[:, stamped or slice(0)] = 255
    sheet = Sheet(grey, scale, np.zeros((2, 2, 2)), 32, darkness=250 - grey, ink=ink, stamped=cover)
    lines = [PrintedLine(BBox(*(edge / scale for edge in box))) for box in text_lines(sheet, ()).tolist()]
    page = Page(1, 200, 40, 0, "image", "", False, Glyphs("", np.zeros((0, 4))), sheet=sheet, lines=tuple(lines))
    engine = Blocks()
    box = BBox(*(edge / scale for edge in (10, 10, 410, 70)))
    return read_values(page, [GridCell(0, 0, 1, 1, box, Reading(""))], engine)[0], engine


def test_ink_far_wider_than_a_number_is_flagged_and_not_read() -> None:
    scale = 200 / 72
    grey = np.full((60, 1200), 250, np.uint8)
    grey[20:44, 30:1170:9] = 20
    ink = np.where(grey < 100, 255, 0).astype(np.uint8)
    sheet = Sheet(grey, scale, np.zeros((2, 2, 2)), 32, darkness=250 - grey, ink=ink)
    page = Page(1, 440, 20, 0, "image", "", False, Glyphs("", np.zeros((0, 4))), sheet=sheet)
    engine = Blocks()
    box = BBox(*(edge / scale for edge in (5, 5, 1195, 55)))
    (cell,) = read_values(page, [GridCell(0, 0, 1, 1, box, Reading(""))], engine)
    assert engine.widest == 0
    assert (cell.text, cell.reading.confidence) == ("", 0.0)
    assert cell.reading.doubts
    assert cell.ink is not None


def test_a_stroke_over_the_edge_of_a_cell_is_no_line_of_its_number() -> None:
    cell, _ = cell_with()
    assert (cell.text, cell.reading.confidence > 0.8, cell.reading.cautions) == ("8", True, ())
    cell, _ = cell_with(((330, 0), (390, 24)))
    assert cell.text == "8"
    assert cell.reading.confidence <= 0.5


def test_specks_apart_from_a_number_are_not_shown_to_the_engine() -> None:
    cell, engine = cell_with(((60, 40), (60, 40)), ((340, 30), (340, 30)))
    assert cell.text == "8"
    assert engine.widest < 60


@pytest.mark.parametrize(
    ("stamped", "cautious"), [(slice(190, 230), True), (slice(230, 240), True), (slice(300, 420), False)]
)
def test_a_number_from_under_a_stamp_or_beside_one_must_be_proved(stamped: slice, cautious: bool) -> None:
    cell, _ = cell_with(stamped=stamped)
    assert cell.text == "8"
    assert bool(cell.reading.cautions) is cautious


class Views(Blocks):
    """Blocks that counts what it is asked, and reads images wider than `wide` as a 3."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.wide, self.asked = wide, 0

    def read(self, lines: Sequence[Grey]) -> list[Recognised]:
        self.asked += len(lines)
        return [seen("3" if line.shape[1] > self.wide else "8", 0.99) for line in lines]


class Unsure(Views):
    """An engine that is unsure of an 8 in images wider than `wide`, where it may see another text."""

    def __init__(self, wide: int, rival: str) -> None:
        super().__init__(wide)
        self.rival = rival

    def read(self, lines: Sequence[Grey]) -> list[Recognised]:
        self.asked += len(lines)
        unsure = replace(seen("8", 0.6), alternatives=(("8", 0.6), (self.rival, 0.3)))
        return [unsure if line.shape[1] > self.wide else seen("8", 0.99) for line in lines]


class Signs(Views):
    """An engine that sees a faint sign before an 8."""

    def read(self, lines: Sequence[Grey]) -> list[Recognised]:
        return [seen("-8" if ((line > 150) & (line < 240)).sum() > 20 else "8", 0.99) for line in lines]


def like_cells(engine: Views, *, unproved: bool, sign: bool = False) -> list[GridCell]:
    """Six cells with the same 8 in each, read; with a `sign` before it that is too faint to be ink."""
    scale = 200 / 72
    grey = np.full((80, 720), 250, np.uint8)
    for x in range(50, 720, 120):
        grey[28:52, x : x + 16] = np.where(digits("8"), 20, 250)[:, :16]
        grey[39:42, x - 20 : x - 10] = 215 if sign else 250
    ink = np.where(grey < 100, 255, 0).astype(np.uint8)
    sheet = Sheet(grey, scale, np.zeros((2, 2, 2)), 32, darkness=250 - grey, ink=ink)
    lines = [
        PrintedLine(BBox(*(edge / scale for edge in box)), seen("8", 0.99)) for box in text_lines(sheet, ()).tolist()
    ]
    page = Page(1, 260, 40, 0, "image", "", False, Glyphs("", np.zeros((0, 4))), sheet=sheet, lines=tuple(lines))
    boxes = [BBox(x / scale, 10 / scale, (x + 120) / scale, 70 / scale) for x in range(0, 720, 120)]
    cells = [GridCell(0, i, 1, 1, box, Reading("")) for i, box in enumerate(boxes)]
    return read_values(page, cells, engine, unproved=unproved)


def test_cells_that_no_sum_covers_are_read_twice_each_for_itself() -> None:
    engine = Views(wide=1000)
    assert {cell.reading.agreed for cell in like_cells(engine, unproved=False)} == {None}
    assert engine.asked == 0
    read = like_cells(engine, unproved=True)
    assert engine.asked == 2 * len(read)
    assert {(cell.text, cell.reading.agreed) for cell in read} == {("8", True)}
    assert min(cell.reading.confidence for cell in read) > 0.9


@pytest.mark.parametrize(("rival", "sure"), [("3", True), ("-8", False), ("18", False)])
def test_white_beside_a_lone_digit_leaves_it_in_no_doubt_but_what_may_be_more_of_it_does(
    rival: str, *, sure: bool
) -> None:
    engine = Unsure(50, rival)
    read = like_cells(engine, unproved=True)
    assert {cell.reading.confidence > 0.9 for cell in read} == {sure}
    assert engine.asked == (3 if sure else 2) * len(read)


def test_views_of_such_a_cell_that_differ_leave_it_in_doubt() -> None:
    for cell in like_cells(Views(wide=28), unproved=True):
        assert cell.reading.agreed is False
        assert cell.reading.confidence <= 0.5


def test_a_faint_sign_before_a_number_that_no_sum_covers_leaves_it_in_doubt() -> None:
    for cell in like_cells(Signs(wide=1000), unproved=True, sign=True):
        assert cell.reading.agreed is False
        assert cell.reading.confidence <= 0.5
