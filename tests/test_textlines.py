"""Lines of print set so close that a character's own strokes are no closer are told from each other."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from extract.model import Sheet
from extract.scan.text.textlines import text_lines, with_ink

SCALE = 200 / 72


def heights(parts: Sequence[Sequence[tuple[float, float]]], characters: int) -> list[float]:
    """How high the lines of print are that are found, in points, where lines of characters are made of such parts.

    Args:
        parts: For each line, from where to where the parts of each of its characters reach, in points.
        characters: Characters in a line, 9 points wide with 1.6 points between them.
    """
    page = np.full((round(120 * SCALE), round(200 * SCALE)), 250, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    for top, bottom in (part for line in parts for part in line):
        for x in (40 + 10.6 * i for i in range(characters)):
            cv2.rectangle(page, at(x, top + 0.3), at(x + 9, bottom - 0.3), 20, 2)
            cv2.line(page, at(x + 4.5, top + 0.3), at(x + 4.5, bottom - 0.3), 20, 2)
    sheet = with_ink(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32), ())
    return [round(float(bottom - top) / SCALE) for _, top, _, bottom in text_lines(sheet, ()).tolist()]


@pytest.mark.parametrize("characters", [3, 12])
def test_lines_set_solid_are_read_one_by_one(characters: int) -> None:
    assert heights([[(40, 48.5)], [(50, 58.5)], [(60, 68.5)]], characters) == [9, 9, 9]


@pytest.mark.parametrize("characters", [1, 3, 12])
def test_parts_of_characters_above_each_other_are_one_line(characters: int) -> None:
    assert heights([[(40, 44), (45.5, 49.5)], [(64, 68), (69.5, 73.5)]], characters) == pytest.approx([10, 10], abs=1)


def test_a_large_character_of_two_parts_is_one() -> None:
    assert heights([[(40, 48.5), (50, 58.5)]], 1) == pytest.approx([19], abs=1)
