"""Specks in a cell are told from its number, and what may be left of a digit is a caution."""

from __future__ import annotations

import pytest

from extract.model import BBox, PrintedLine
from extract.scan.cells.ink import Ink, PixelBox
from extract.scan.cells.lines import Line, lines_in
from extract.scan.cells.specks import is_specked, without_specks

USUAL = 20.0
NUMBER: tuple[PixelBox, ...] = ((60, 30, 72, 50), (74, 30, 86, 50))
"""Two digits, as high as the usual line, in a cell of 100 pixels."""


def cell(*pieces: PixelBox) -> Ink:
    return Ink((0, 0, 100, 100), (0, 0, 100, 100), (*NUMBER, *pieces))


@pytest.mark.parametrize("speck", [(10, 70, 17, 77), (60, 52, 67, 59), (80, 5, 89, 12)])
def test_a_speck_above_or_below_a_number_is_left_out_with_a_caution(speck: PixelBox) -> None:
    ink = cell(speck)
    assert without_specks(ink, USUAL) == (60, 30, 86, 50)
    assert is_specked(ink, [(60, 30, 86, 50)], USUAL)


@pytest.mark.parametrize("piece", [(90, 40, 97, 47), (90, 30, 97, 50), (62, 60, 74, 80)])
def test_what_stands_level_with_a_number_or_is_as_high_as_a_digit_may_be_of_it(piece: PixelBox) -> None:
    ink = cell(piece)
    found = without_specks(ink, USUAL)
    assert found is not None
    assert found[2] >= piece[2]
    assert found[3] >= piece[3]
    assert not is_specked(ink, [found], USUAL)


def test_a_point_far_smaller_than_a_digit_needs_no_caution() -> None:
    ink = cell((10, 70, 14, 74))
    assert without_specks(ink, USUAL) == (60, 30, 86, 50)
    assert not is_specked(ink, [(60, 30, 86, 50)], USUAL)


def test_where_nothing_is_as_high_as_a_digit_nothing_is_left_out() -> None:
    broken = Ink((0, 0, 100, 100), (0, 0, 100, 100), ((60, 30, 68, 38), (60, 42, 68, 50)))
    assert without_specks(broken, USUAL) == (60, 30, 68, 50)


def boxes_of(ink: Ink, *own: PixelBox) -> list[PixelBox]:
    """The lines of a cell in which the page has its own."""
    lines = [PrintedLine(BBox(*map(float, box))) for box in own]
    found: list[Line] = lines_in(0, lines, ink, 1.0, USUAL)
    return [line.box for line in found]


def test_specks_far_from_a_number_are_no_line_and_make_none_wider() -> None:
    number = (60, 30, 86, 50)
    dirty = cell((10, 70, 14, 74), (16, 80, 20, 84))
    assert boxes_of(dirty, number, (10, 70, 20, 84)) == [number]
    assert boxes_of(cell((30, 46, 34, 50)), (30, 30, 86, 50)) == [number]


@pytest.mark.parametrize(
    ("spread", "whole", "found"),
    [
        (1.7, (60, 30, 86, 50), [(30, 30, 86, 50)]),
        (1.7, (60, 36, 86, 56), [(30, 30, 34, 50), (60, 36, 86, 56)]),  # not level with it
        (1.0, (60, 30, 86, 50), [(30, 30, 34, 50), (60, 30, 86, 50)]),
        (0.0, (60, 30, 86, 50), [(30, 30, 34, 50), (60, 30, 86, 50)]),
    ],
)
def test_a_one_that_stands_farther_off_than_print_does_is_of_the_number_where_digits_are_set_so_far_apart(
    spread: float, whole: PixelBox, found: list[PixelBox]
) -> None:
    lines = [PrintedLine(BBox(*map(float, box))) for box in ((30, 30, 34, 50), whole)]
    assert [line.box for line in lines_in(0, lines, cell((30, 30, 34, 50)), 1.0, USUAL, spread=spread)] == found


def test_a_point_beside_a_number_stays_in_its_line() -> None:
    line = (52, 30, 86, 50)
    assert boxes_of(cell((52, 46, 56, 50)), line) == [line]


def test_numbers_on_two_lines_are_two() -> None:
    below = (62, 60, 74, 80)
    assert boxes_of(cell(below), (60, 30, 86, 50), below) == [(60, 30, 86, 50), below]
