"""The text of a cell from its glyphs: digits that are another text's than the number they stand beside."""

from __future__ import annotations

import numpy as np
import pytest

from extract.grids.ruled.celltext import SIZES, read_cells
from extract.model import BBox, Glyphs, Reading

HIGH = 8.0
OLD_STYLE = {"0": (0, 5.5), "1": (0, 5.5), "3": (2.3, 5.5), "6": (0, HIGH), "7": (2.3, 5.5), "8": (0, HIGH)}
"""How far below the line digits of old-style figures begin, and their height."""


def read(*cells: list[tuple[str, float, float]]) -> list[Reading]:
    """What cells say whose digits stand side by side, each with how far below its line it begins, and its height."""
    boxes = [
        (5.0 * i, 20 + below - high, 5.0 * i + 4, 20 + below)
        for cell in cells
        for i, (_, below, high) in enumerate(cell)
    ]
    glyphs = Glyphs("".join(char for cell in cells for char, _, _ in cell), np.array(boxes))
    starts = np.cumsum([0, *map(len, cells)]).tolist()
    return [reading for reading, _ in read_cells(glyphs, starts, [BBox(0, 0, 100, 30)] * len(cells))]


@pytest.mark.parametrize(("below", "high"), [(-4, 4), (0, 5), (-3, 7), (3, 7), (0, 16)])
def test_a_digit_of_another_size_or_on_another_height_puts_a_number_in_doubt(below: float, high: float) -> None:
    assert read([("8", 0, HIGH), ("4", 0, HIGH), ("1", below, high)])[0] == Reading("841", doubts=(SIZES,))


@pytest.mark.parametrize(("below", "high"), [(0, HIGH), (0.2, 7.7), (0.8, HIGH), (0, 7)])
def test_digits_that_differ_as_those_of_a_font_do_are_one_number(below: float, high: float) -> None:
    assert read([("8", 0, HIGH), ("4", 0, HIGH), ("1", below, high)]) == [Reading("841")]


def test_in_old_style_figures_some_are_lower_than_others() -> None:
    texts = ["16", "30", "781", "60", "11", "38", "76", "8137", "1600", "83", "77"]
    readings = read(*([(char, *OLD_STYLE[char]) for char in text] for text in texts))
    assert readings == list(map(Reading, texts))
    noted = [*((char, *OLD_STYLE[char]) for char in "38"), ("6", -4.0, 4.0)]
    assert read(*([(char, *OLD_STYLE[char]) for char in text] for text in texts), noted)[-1].doubts == (SIZES,)


@pytest.mark.parametrize(("width", "wide"), [(50.0, False), (90.0, True)])
def test_a_full_width_comma_takes_its_place_at_a_lines_end_whatever_its_ink(width: float, *, wide: bool) -> None:
    lines = [("42，", 0.0), ("666", 12.0)]
    step, ink = 6.0, {"，": 1.5}
    boxes = [
        (step * i, top, step * i + ink.get(char, 5.0), top + HIGH) for text, top in lines for i, char in enumerate(text)
    ]
    glyphs = Glyphs("42，666", np.array(boxes))
    [(reading, _)] = read_cells(glyphs, [0, 6], [BBox(0, 0, width, 30)])
    assert reading.text == "42，\n666"
    assert bool(reading.doubts) is wide
