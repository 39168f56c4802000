"""Dotted tables: their dots come and go with a scanner's pixels, run beside others, and beside print."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Raster, Ruling, Sheet
from extract.scan.look.coarse import look
from extract.scan.paper.light import even
from extract.scan.rulings.edges import Seen
from extract.scan.rulings.find import rulings
from extract.scan.rulings.worn import MOST_WORN, poor, stand

Grey = NDArray[np.uint8]

SCALE = 200 / 72
ROWS = [100.0, 118.0, 136.0, 154.0]
COLUMNS = [50.0, 150.0, 250.0, 350.0, 450.0]


def paper() -> Grey:
    return np.full((700, 1400), 250, np.uint8)


def dots(page: Grey, line: Ruling, *, blotted: bool = False) -> None:
    """A line of dots two pixels wide, five apart; where `blotted`, three of every ten are too pale to see."""
    x0, y0, x1, y1 = (round(edge * SCALE) for edge in (line.x0, line.top, line.x1, line.bottom))
    for number, along in enumerate(range(0, max(x1 - x0, y1 - y0) + 1, 5)):
        x, y = (x0 + along, y0) if line.horizontal else (x0, y0 + along)
        page[y : y + 2, x : x + 2] = 200 if blotted and number % 10 in (6, 7, 8) else 40


def dotted(page: Grey, rows: list[float], *, blotted: bool = False) -> None:
    for y in rows:
        dots(page, Ruling(COLUMNS[0], y, COLUMNS[-1], y), blotted=blotted)
    for x in COLUMNS:
        dots(page, Ruling(x, rows[0], x, rows[-1]), blotted=blotted)


def words(page: Grey, x: float, top: float, count: int) -> None:
    """A line of characters nine points high: boxes with a stroke through them."""
    for number in range(count):
        left, y, size = round((x + 10 * number) * SCALE), round(top * SCALE), round(9 * SCALE)
        cv2.rectangle(page, (left, y), (left + round(8 * SCALE), y + size), 30, 2)
        cv2.line(page, (left, y + size // 2), (left + round(8 * SCALE), y + size // 2), 30, 2)


def found(page: Grey) -> tuple[list[float], list[float]]:
    """Where level lines run from side to side of the table, and where lines down run from its top to its bottom."""
    lines = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    level = sorted(line.top for line in lines if line.horizontal and line.x1 - line.x0 > COLUMNS[-1] - COLUMNS[0] - 4)
    top, bottom = (level[0], level[-1]) if level else (0.0, 0.0)
    steep = sorted(line.x0 for line in lines if not line.horizontal and line.bottom - line.top > bottom - top - 4)
    return level, steep


@pytest.mark.parametrize("blotted", [False, True])
def test_dots_that_come_and_go_make_lines(*, blotted: bool) -> None:
    page = paper()
    dotted(page, ROWS, blotted=blotted)
    level, steep = found(page)
    assert level == pytest.approx(ROWS, abs=1)
    assert steep == pytest.approx(COLUMNS, abs=1)


def test_single_pixels_in_a_row_are_no_specks() -> None:
    page = np.full((700, 1400), 255, np.uint8)
    page[100, 200:1000:4] = page[200:600:4, 300] = 0
    specks = np.random.default_rng(7).integers((620, 200), (690, 1300), (400, 2))
    page[specks[:, 0], specks[:, 1]] = 0
    cleaned = even(Raster(page, SCALE))
    assert (cleaned[100, 200:1000:4] == 0).all()
    assert (cleaned[200:600:4, 300] == 0).all()
    assert (cleaned[620:] < 128).sum() < 40


def test_one_row_by_itself_has_its_columns() -> None:
    page = paper()
    dotted(page, ROWS[:2])
    words(page, 60, 104, 6)
    level, steep = found(page)
    assert level == pytest.approx(ROWS[:2], abs=1)
    assert steep == pytest.approx(COLUMNS, abs=1)


@pytest.mark.parametrize("pitch", [3, 5])
def test_a_row_by_itself_ends_at_a_line_of_fewer_dots(pitch: int) -> None:
    page = paper()
    for y in (100.0, 114.0):
        dots(page, Ruling(COLUMNS[0], y, COLUMNS[-1], y))
    for x in COLUMNS:
        left = round(x * SCALE)
        for y in range(round(100 * SCALE), round(114 * SCALE) + 1, pitch if x == COLUMNS[-1] else 3):
            page[y : y + 2, left : left + 2] = 40
    assert found(page)[1] == pytest.approx(COLUMNS, abs=1)


def test_noughts_below_each_other_are_no_line_of_a_dotted_table() -> None:
    """Their left sides, and the dots of the level lines between them, show half as much of one as dots do."""
    line = [-1.9, 2.3, 2.3, 2.7, 3.5, 2.3, 2.3, 2.2, 2.3, 3.1, 3.1, 2.3, 2.2, 1.9, 3.1, 2.3, -1.9]
    noughts = [-1.2, 0.8, 0.8, -1.2, 1.9, 0.3, -1.1, 0.8, -1.2, 2.3, 1.9, 0.8, 0.9, 1.8, 2.6, 2.3, 2.5]
    odds = np.array([line, noughts])
    sight = cast(Seen, SimpleNamespace(odds=lambda _: odds, gaps=lambda: np.full(odds.shape, 3.0)))
    known = np.array([1.8] * 3 + [2.3] * 17)
    assert stand(sight, poor(known, MOST_WORN)).tolist() == [True, False]
    assert stand(sight, poor(known, 0.5)).tolist() == [True, True], "in others any may be worn"


def test_no_strokes_between_two_rules_are_columns() -> None:
    page = paper()
    for y in ROWS[:2]:
        dots(page, Ruling(COLUMNS[0], y, COLUMNS[-1], y))
    words(page, 60, 104, 30)
    assert found(page)[1] == []


def test_a_dotted_line_beside_another_is_a_line() -> None:
    page = paper()
    dotted(page, ROWS[:3])
    dotted(page, [y + ROWS[2] - ROWS[0] + 2.9 for y in ROWS[:3]])
    level, _ = found(page)
    assert [round(b - a) for a, b in pairwise(level)] == [18, 18, 21, 18]


def test_dots_run_on_beside_print() -> None:
    page = paper()
    dotted(page, ROWS)
    for top in ROWS[:-1]:
        words(page, COLUMNS[0] + 8, top + 3.2, 8)
    level, _ = found(page)
    assert level == pytest.approx(ROWS, abs=1)


@pytest.mark.parametrize("quarter", [0, 1])
def test_the_dots_of_a_table_do_not_say_which_way_its_print_runs(quarter: int) -> None:
    page = np.full((700, 1400), 255, np.uint8)
    rows = [60.0, 78.0, 96.0, 150.0, 200.0, 218.0]
    dotted(page, rows)
    for top in rows[:-1]:
        for left in (8, 19, 30, 41, 230):  # characters apart, so that they are no lines
            words(page, COLUMNS[0] + left, top + 5, 1)
    sideways = look(Raster(np.ascontiguousarray(np.rot90(page, quarter)), SCALE)).sideways
    assert abs(sideways) >= 0.5
    assert (sideways > 0) == (quarter == 1)
