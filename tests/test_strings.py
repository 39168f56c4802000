"""Digits that a text layer keeps back where numbers run into each other: given back where what was drawn tells them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pdfs import page_of
from reportlab.pdfgen.canvas import Canvas

from extract.model import Glyphs
from extract.source.strings import with_lost_digits

STEP, WIDE, TALL = 5.0, 4.0, 6.5

Drawn = Sequence[tuple[str, float]]


def layer(numbers: Drawn, lost: Sequence[tuple[int, int]], step: float = STEP) -> tuple[Glyphs, list[list[float]]]:
    """A line of numbers, each a string from where it begins; without the `lost` digits of some.

    Returns:
        The glyphs and the boxes in which the strings were drawn.
    """
    text, boxes, strings, drawn = "", [], [], []
    for number, (digits, start) in enumerate(numbers):
        drawn.append([start, 100.0, start + step * (len(digits) - 1) + WIDE, 100.0 + TALL])
        for k, char in enumerate(digits):
            if (number, k) not in lost:
                text += char
                boxes.append((start + k * step, 100.0, start + k * step + WIDE, 100.0 + TALL))
                strings.append(number)
    return Glyphs(text, np.array(boxes), np.array(strings)), drawn


def read(
    numbers: Drawn, lost: Sequence[tuple[int, int]], *, covered: bool = False, step: float = STEP
) -> dict[int, str]:
    """The strings that are known, with the digits they have in the end."""
    glyphs, drawn = layer(numbers, lost, step)

    def bounds(strings: Sequence[int]) -> NDArray[np.float64]:
        return np.array([drawn[one] for one in strings])

    found = with_lost_digits(glyphs, bounds, covered=covered)
    assert found.strings is not None
    texts: dict[int, str] = {}
    for char, string in zip(found.text, found.strings.tolist(), strict=True):
        if string >= 0:
            texts[string] = texts.get(string, "") + char
    return texts


def test_a_digit_of_numbers_set_apart_is_given_back() -> None:
    """No digits of two of them touch."""
    assert read([("1271", 0.0), ("1610", 33.0)], [(1, 0)], step=11.0) == {0: "1271", 1: "1610"}


def test_a_digit_on_that_of_another_number_is_given_back_at_either_end_and_within() -> None:
    assert read([("179208", 0.0), ("29983", 15.2)], [(1, 0)]) == {0: "179208", 1: "29983"}
    assert read([("14821", 0.0), ("1883", 19.7), ("755", 36.0)], [(1, 0)])[1] == "1883"
    assert read([("6813", 0.0), ("315", 15.3)], [(0, 3)]) == {0: "6813", 1: "315"}
    assert read([("32410", 0.0), ("908", 14.8)], [(1, 1)]) == {0: "32410", 1: "908"}


def test_two_digits_are_given_back_in_their_order() -> None:
    assert read([("2304486", 0.0), ("487755", 20.1)], [(1, 0), (1, 1)])[1] == "487755"


def test_digits_of_numbers_that_lack_some_of_each_other_are_given_back() -> None:
    numbers = [("57862", 0.0), ("11523", 5.1), ("318", 25.3)]
    assert read(numbers, [(1, 3), (2, 0)]) == {0: "57862", 1: "11523", 2: "318"}


def test_a_string_whose_print_is_less_than_was_drawn_for_another_reason_lacks_nothing() -> None:
    """It ends in blanks or letters: no digit stands where one of its own would."""
    glyphs, drawn = layer([("179208", 0.0), ("12", 29.0)], [])
    drawn[1][2] += 2 * STEP
    found = with_lost_digits(glyphs, lambda strings: np.array([drawn[one] for one in strings]), covered=False)
    assert (found.text, found.strings.tolist() if found.strings is not None else []) == ("17920812", [0] * 6 + [1] * 2)


def test_what_may_be_left_of_a_covered_number_is_no_digit_of_another() -> None:
    """The 7 below a white box and that above it are one for the text layer; the string above may lack more."""
    numbers = [("5041", 0.0), ("7", 16.0), ("76", 16.0)]
    assert read(numbers, [(2, 0)], covered=True) == {0: "5041", 1: "7"}


def test_strings_that_touch_are_known_in_forms_within_forms_too(tmp_path: Path) -> None:
    """So are form fields and annotations drawn; of the second number the 7 stands on that of the first."""
    canvas = Canvas(str(tmp_path / "page.pdf"))
    canvas.setFont("Helvetica", 9)
    canvas.beginForm("inner")
    canvas.drawString(0, 0, "1257")
    canvas.drawString(15.012, 0, "7400")
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.translate(20, 30)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(100, 500)
    canvas.doForm("outer")
    canvas.save()
    glyphs = page_of(tmp_path / "page.pdf").glyphs
    assert glyphs.text == "12577400"
    assert glyphs.strings is not None
    assert [glyphs.strings.tolist().count(one) for one in np.unique(glyphs.strings)] == [4, 4]
    assert (glyphs.strings >= 0).all()
