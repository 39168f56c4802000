"""Noughts with a dot or a bar, which a recogniser takes for a character, are told from eights by their shape."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.model import Recognised
from extract.scan.cells.fusion import fuse
from extract.scan.cells.shapes import Mask, is_ringed

HEIGHTS = range(18, 48, 3)


def nought(height: int, *, bar: bool = True) -> Mask:
    """A ring, drawn large and reduced, with a bar across its middle or not."""
    large = np.zeros((600, 420), np.uint8)
    cv2.ellipse(large, (210, 300), (170, 260), 0, 0, 360, 255, 70)
    if bar:
        cv2.ellipse(large, (210, 300), (120, 60), 0, 0, 360, 255, cv2.FILLED)
    return reduced(large, height)


def eight(height: int) -> Mask:
    """Two rings, the upper one a little narrower."""
    large = np.zeros((600, 420), np.uint8)
    cv2.ellipse(large, (210, 165), (145, 125), 0, 0, 360, 255, 70)
    cv2.ellipse(large, (210, 425), (170, 135), 0, 0, 360, 255, 70)
    return reduced(large, height)


def reduced(large: Mask, height: int) -> Mask:
    rows, columns = np.flatnonzero(large.any(axis=1)), np.flatnonzero(large.any(axis=0))
    tight = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = round(tight.shape[1] * height / tight.shape[0])
    small = cv2.resize(tight, (width, height), interpolation=cv2.INTER_AREA)
    return np.where(small > 90, 255, 0).astype(np.uint8)


def beside(*digits: Mask) -> Mask:
    gap = np.zeros((digits[0].shape[0], 4), np.uint8)
    return np.hstack([part for digit in digits for part in (digit, gap)][:-1])


@pytest.mark.parametrize("height", HEIGHTS)
def test_a_nought_with_a_bar_has_no_waist_and_an_eight_has(height: int) -> None:
    assert is_ringed(nought(height))
    assert not is_ringed(eight(height))
    assert not is_ringed(nought(height, bar=False))


@pytest.mark.parametrize(("text", "number"), [("日", "0"), ("日日", "00"), ("曰", "0")])
def test_what_reads_as_a_character_and_looks_like_noughts_is_noughts(text: str, number: str) -> None:
    read = Recognised(text, 0.9, number, 0.05, ((number, 0.97), ("", 0.01)))
    count = len(text)
    reading = fuse(read, read, beside(*[nought(24)] * count), 24, "none")
    assert (reading.text, reading.confidence > 0.9) == (number, True)
    assert fuse(read, read, beside(*[nought(24)] * (count - 1), eight(24)), 24, "none").text == text


def test_one_sure_view_will_do_where_both_read_a_character_and_the_shape_is_a_noughts() -> None:
    sure, unsure = (Recognised("日", score, "0", 0.02, (("0", 0.97), ("", 0.01))) for score in (0.95, 0.5))
    assert fuse(sure, unsure, nought(24), 24, "none").confidence > 0.9
    assert fuse(sure, unsure, eight(24), 24, "none").confidence <= 0.5
    digit = Recognised("0", 0.5, "0", 0.5, (("0", 0.97),))
    assert fuse(sure, digit, nought(24), 24, "none").confidence <= 0.5


def test_noughts_among_other_digits_are_told_one_by_one() -> None:
    read = Recognised("8日8", 0.9, "808", 0.05, (("808", 0.97),))
    assert fuse(read, read, beside(eight(24), nought(24), eight(24)), 24, "none").text == "808"
    assert fuse(read, read, beside(eight(24), eight(24), eight(24)), 24, "none").text == "8日8"


def test_a_character_that_the_numeric_reading_takes_for_another_digit_stays_one() -> None:
    read = Recognised("日", 0.9, "8", 0.05, (("8", 0.6), ("0", 0.3)))
    assert fuse(read, read, nought(24), 24, "none").confidence <= 0.9
    assert fuse(read, read, nought(24), 24, "none").text != "0"
