"""Lines down low rows are found although they show in two of them only, and labels stand close on both sides."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Glyphs, Page, Raster, Recognised, Sheet
from extract.scan.look.coarse import look
from extract.scan.page import read_page
from extract.scan.rulings.find import rulings

SCALE = 200 / 72
LEFT, PITCH, COLUMNS = 40.0, 32.0, 10


def low(height: float, *, lines: bool) -> NDArray[np.uint8]:
    """Two rows across a table's width, one of labels as wide as its cells, one of noughts; with lines down or not."""
    page = np.full((round(200 * SCALE), round(420 * SCALE)), 250, np.uint8)
    edges = [LEFT + PITCH * i for i in range(COLUMNS + 1)]
    levels = [60 + height * i for i in range(5)]

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    for y in levels:
        cv2.line(page, at(edges[0], y), at(edges[-1], y), 20, 2)
    for i, x in enumerate(edges):
        top = levels[0] if i in (0, COLUMNS) else levels[2]
        if lines or top == levels[0]:
            cv2.line(page, at(x, top), at(x, levels[4]), 20, 2)
    rng = np.random.default_rng(1)
    for x in edges[:-1]:
        for dx in (
            1.6,
            9.2,
            16.8,
            24.4,
        ):  # characters, near the lines on both sides
            for k in range(4):
                y = levels[2] + 2.4 + k * (height - 4.8) / 3
                cv2.line(page, at(x + dx, y), at(x + dx + 6.0, y), 20, 2)
            for stroke in rng.uniform(0, 6.0, 2):
                cv2.line(page, at(x + dx + stroke, levels[2] + 2.4), at(x + dx + stroke, levels[3] - 2.4), 20, 2)
        cv2.putText(page, "0", at(x + 13, levels[4] - 3.5), 0, 0.7, 20, 2, 16)
    return page


def found(page: NDArray[np.uint8]) -> list[float]:
    sheet = Sheet(page, SCALE, np.zeros((2, 2, 2)), 32)
    return sorted({round(r.x0) for r in rulings(sheet) if not r.horizontal})


@pytest.mark.parametrize("height", [13.0, 14.0, 16.0])
def test_lines_down_two_low_rows_are_found(height: float) -> None:
    assert found(low(height, lines=True)) == [round(LEFT + PITCH * i) for i in range(COLUMNS + 1)]


@pytest.mark.parametrize("height", [13.0, 14.0, 16.0])
def test_print_in_low_rows_makes_no_lines(height: float) -> None:
    assert found(low(height, lines=False)) == [round(LEFT), round(LEFT + PITCH * COLUMNS)]


@pytest.mark.parametrize("height", [3.4, 5.0, 6.2])
@pytest.mark.parametrize("through", [True, False], ids=["a row", "a double line"])
def test_a_last_row_without_print_may_be_as_low_as_a_double_line(height: float, through: bool) -> None:
    """No line runs down between the two parts of a double line inside a table."""
    page = np.full((round(200 * SCALE), round(420 * SCALE)), 250, np.uint8)
    levels = [60.0, 80.0, 100.0, 100 + height]
    edges = [LEFT + PITCH * i for i in range(COLUMNS + 1)]

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    for y in levels:
        cv2.line(page, at(edges[0], y), at(edges[-1], y), 20, 2)
    for x in edges:
        cv2.line(page, at(x, 60), at(x, levels[-1] if through or x in {edges[0], edges[-1]} else 100), 20, 2)
    lines = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    assert len({round(line.top) for line in lines if line.horizontal}) == (4 if through else 3)
    lowest = [line.x0 for line in lines if not line.horizontal and line.bottom > 100 + height / 2]
    assert not through or len(lowest) == COLUMNS + 1


class Noughts:
    """An engine that reads a nought everywhere."""

    name, squeezes = "noughts", True

    def read(self, lines: list[NDArray[np.uint8]]) -> list[Recognised]:
        return [Recognised("0", 0.99, "0", 0.99) for _ in lines]


@pytest.mark.parametrize("rows", [1, 0])
def test_a_table_that_goes_on_by_one_low_row_is_read_on(rows: int) -> None:
    """At a first look the lines down it are no longer than strokes of print."""
    page = np.full((round(400 * SCALE), round(420 * SCALE)), 250, np.uint8)
    edges = [round((LEFT + 20 * i) * SCALE) for i in range(16)]
    top, bottom = round(40 * SCALE), round((40 + 13) * SCALE)
    for y in (top, bottom)[: 2 * rows]:
        cv2.line(page, (edges[0], y), (edges[-1], y), 130, 1)
    for x in edges[: 16 * rows]:
        cv2.line(page, (x, top), (x, bottom), 130, 1)
    for x in edges[: 15 * rows]:
        cv2.putText(page, "0", (x + 18, bottom - 10), 0, 0.6, 20, 2, 16)
    for y in range(100, 380, 20):
        cv2.putText(page, "nothing but words to read on a line", (edges[0], round(y * SCALE)), 0, 0.9, 20, 2, 16)
    assert not look(Raster(page, SCALE)).ruled
    skimmed = Page(2, 420.0, 400.0, 0, "image", "", True, Glyphs("", np.empty((0, 4))))
    before = Page(1, 420.0, 400.0, 0, "image", "", False, Glyphs("", np.empty((0, 4))))
    read = read_page(skimmed, Raster(page, SCALE), Noughts, lambda _: 0.0, before)
    assert read.skimmed == (not rows)
    assert read.text.count("0") == 15 * rows, "prose below the table is left unread"


@pytest.mark.parametrize("height", [14.0, 27.0])
def test_lines_down_a_row_alone_above_another_table_are_found(height: float) -> None:
    """What a table leaves for the next page: one row, its numbers close to the lines, a heading and a table below."""
    page = np.full((round(240 * SCALE), round(420 * SCALE)), 250, np.uint8)
    edges = [LEFT, LEFT + 4 * PITCH, *(LEFT + PITCH * i for i in range(5, COLUMNS + 1))]

    def draw(top: float, bottom: float, columns: list[float], levels: list[float]) -> None:
        for y in levels:
            cv2.line(page, at(columns[0], y), at(columns[-1], y), 20, 2)
        for x in columns:
            cv2.line(page, at(x, top), at(x, bottom), 20, 2)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    draw(60, 60 + height, edges, [60, 60 + height])
    halves = [LEFT, LEFT + 5 * PITCH, LEFT + COLUMNS * PITCH]
    below = 60 + height + 20
    draw(below, below + 60, halves, [below + 15 * i for i in range(5)])
    for x in edges[1:-1]:
        for line in range(1, int(height // 13) + 1):
            cv2.putText(page, "97", at(x + 2, 60 + 13 * line - 2.5), 0, 0.8, 20, 2, 16)
    assert {round(x) for x in edges} <= set(found(page))


def strip(*, lines: bool, above: float = 0.0) -> NDArray[np.uint8]:
    """A heading row over one of labels, 10 points high each; `above` that many points, a row of noughts by itself."""
    page = np.full((round(200 * SCALE), round(420 * SCALE)), 250, np.uint8)
    edges = [LEFT + PITCH * i for i in range(COLUMNS + 1)]

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    rows = [(100.0, 110.0, False), (110.0, 120.0, True)]
    rows += [(100.0 - above - 10.0, 100.0 - above, True)] if above else []
    for top, bottom, parted in rows:
        cv2.line(page, at(edges[0], top), at(edges[-1], top), 20, 2)
        cv2.line(page, at(edges[0], bottom), at(edges[-1], bottom), 20, 2)
        for i, x in enumerate(edges):
            if (parted and lines) or i in (0, COLUMNS):
                cv2.line(page, at(x, top), at(x, bottom), 20, 2)
            if parted and i < COLUMNS:
                for dx in range(4, 28, 3):  # strokes as high as characters of the row
                    cv2.line(page, at(x + dx, top + 2), at(x + dx, bottom - 2), 20, 2)
    return page


@pytest.mark.parametrize("above", [0.0, 18.0, 29.0])
def test_lines_down_one_low_row_of_a_header_or_by_itself_are_found(above: float) -> None:
    assert found(strip(lines=True, above=above)) == [round(LEFT + PITCH * i) for i in range(COLUMNS + 1)]


@pytest.mark.parametrize("above", [0.0, 18.0, 29.0])
def test_print_in_one_low_row_makes_no_lines(above: float) -> None:
    assert found(strip(lines=False, above=above)) == [round(LEFT), round(LEFT + PITCH * COLUMNS)]


@pytest.mark.parametrize("lines", [True, False])
def test_lines_down_the_first_row_of_a_table_only_are_found(lines: bool) -> None:
    """As at a page's top, where a block's last row stands above headings of the next."""
    page = np.full((round(260 * SCALE), round(420 * SCALE)), 250, np.uint8)
    columns = [40.0, 140.0, 200.0, 300.0, 380.0]

    def line(x0: float, y0: float, x1: float, y1: float) -> None:
        ends = [(round(x * SCALE), round(y * SCALE)) for x, y in ((x0, y0), (x1, y1))]
        cv2.line(page, *ends, 20, 2)

    levels = [60.0 + 12.6 * i for i in range(11)]
    for y in levels:
        line(columns[0], y, columns[-1], y)
    for x in (columns[0], columns[-1]):
        line(x, levels[0], x, levels[-1])
    for i in (0, 2, 3, 5, 6, 8):
        line(columns[1], levels[i], columns[1], levels[i + 1])
    for x in columns[2:-1] if lines else ():
        line(x, levels[0], x, levels[1])
    rng = np.random.default_rng(1)
    for top, bottom in pairwise(levels):
        for x in (60, 90, 160, 220, 230, 320, 340):
            at = x + rng.uniform(0, 15)
            line(at, top + 2.4, at, bottom - 2.4)
    assert found(page) == [round(x) for x in columns if lines or x not in columns[2:-1]]


def test_a_line_of_the_only_row_below_a_high_header_may_be_thicker_than_the_others() -> None:
    page = np.full((round(200 * SCALE), round(420 * SCALE)), 255, np.uint8)
    edges = [round((LEFT + PITCH * i) * SCALE) for i in range(COLUMNS + 1)]
    top, head, bottom = (round(y * SCALE) for y in (60.0, 120.0, 134.0))
    for y in (top, head, bottom):
        page[y : y + 2, edges[0] : edges[-1] + 1] = 0
    for x in (edges[0], edges[-1]):
        page[top : bottom + 2, x] = 0
    for x in edges[1:-1]:
        page[head:bottom, x : x + (3 if x == edges[2] else 2)] = 0
    lines = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    assert len([one for one in lines if not one.horizontal and one.bottom > 125]) == COLUMNS + 1
