"""Digits set apart, and numbers that touch, where no line parts columns: which of them are one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from lettering import SIZE, word
from pdfs import MemoryDocument, region_of

from extract.grids.ruled.strings import words_of
from extract.grids.rulings import RulingsExtractor
from extract.grids.unruled.aligned import cells_from_text
from extract.grids.unruled.gathered import gathered
from extract.grids.unruled.spread import unspread
from extract.model import BBox, Glyphs, Grid, Page, Word


def spaced(number: str, x: float, y: float, pitch: float) -> list[Word]:
    return [word(digit, x + i * pitch, y) for i, digit in enumerate(number)]


def test_digits_at_one_pitch_are_numbers() -> None:
    words = [*spaced("1701", 100, 50, 11), *spaced("48", 160, 50, 11), word("7", 100, 70), word("总计", 40, 50)]
    assert sorted(one.text for one in unspread(words)) == sorted(["1701", "48", "7", "总计"])


@pytest.mark.parametrize("moved", [0.0, 5.5])
def test_two_digits_with_others_on_their_middle_are_a_number(moved: float) -> None:
    """Digits of two columns have others above and below each, not between."""
    words = [*spaced("14", 100, 50, 11), *(word("7", 105.5 + moved, y) for y in (70, 90, 110)), word("0", 180, 50)]
    assert sorted(one.text for one in unspread(words)) == sorted(
        [*(["1", "4"] if moved else ["14"]), "7", "7", "7", "0"]
    )


@pytest.mark.parametrize(
    "words",
    [
        [*spaced("1701", 100, 50, 11), word("12", 100, 70)],  # digits of another number stand closer
        [*spaced("1701", 100, 50, 11), *spaced("48", 146, 50, 11)],  # the next number stands as near
        [word for y in (50, 70, 90) for word in spaced("0020", 100, y, 11)],  # columns of single digits
    ],
)
def test_digits_are_left_apart_where_anything_speaks_for_columns(words: list[Word]) -> None:
    assert sorted(unspread(words)) == sorted(words)


HEADS = [BBox(x - 9, 20, x + 9, 29) for x in (115, 150, 185)]
BELOW = BBox(90, 30, 210, 140)


def around(number: str, x: float, y: float) -> list[Word]:
    """A number of digits set apart, around x."""
    return spaced(number, x - (len(number) - 1) * 11 / 2 - SIZE / 4, y, 11)


def test_numbers_that_run_into_each_other_stand_under_their_headers() -> None:
    words = [*around("260", 115, 50), *around("904", 150, 50), *around("12", 185, 50), *around("7", 150, 70)]
    assert sorted(one.text for one in gathered(words, BELOW, HEADS)) == ["12", "260", "7", "904"]


def test_the_ink_of_digits_is_off_their_middles() -> None:
    words = [*around("260", 115, 50), *around("90", 150, 50), *(word("4", 178, 50), word("7", 190.6, 50))]
    assert sorted(one.text for one in gathered(words, BELOW, HEADS)) == ["260", "47", "90"]


def test_numbers_of_a_single_row_that_lie_over_each_other_stand_around_their_headers() -> None:
    """One is wrapped, and one header ends above the others."""
    heads = [word("总计", 100 + 40 * c - SIZE, 20 if c else 2) for c in range(4)]
    numbers = [Word("17893", BBox(100 + 40 * c - 23, 40, 100 + 40 * c + 23, 40 + SIZE)) for c in range(4)]
    wrapped = word("5", 140 - SIZE / 4, 54)
    columns = {box[::2] for box in cells_from_text([*heads, *numbers, wrapped], whole=True).boxes if box.top > 32}
    assert {round(x0) for x0, _ in columns} == {80, 120, 160, 200}


@pytest.mark.parametrize(
    "words",
    [
        [*around("260", 115, 50), *around("904", 155, 50)],  # off the middle of its header
        [*around("260", 115, 50), *around("904", 150, 50), *around("1", 132, 70)],  # a digit between two headers
        [*around("260", 115, 50), word("8", 140, 50), word("7", 156, 50)],  # at another pitch
    ],
)
def test_digits_off_their_headers_are_left_apart(words: list[Word]) -> None:
    assert sorted(gathered(words, BELOW, HEADS)) == sorted(words)


TOUCHING = (("收到", "17893", "3930", "14063"), ("结转", "8801", "71800", "24600"), ("公开", "13521", "81575", "99"))


def shown(rows: Sequence[Sequence[str]], pitch: float, digit: float = 4.5) -> Glyphs:
    """Rows of text in the middle of columns at some pitch, below headers of a character, each text a string.

    A digit is 4.5 points wide at most, and the next of its number stands `digit` points behind it.
    """
    text, boxes, strings = "", [], list[int]()
    for r, row in enumerate([["", "自", "商", "科"], *rows]):
        for c, own in enumerate(row):
            step = digit if own.isascii() else 9.0
            ink = min(step, 4.5 if own.isascii() else 9.0) - 0.4
            x0 = (20.0 if not c else 100 + pitch * c) - step * len(own) / 2
            for k, char in enumerate(own):
                text += char
                left = x0 + step * (k + 0.5) - ink / 2
                boxes.append((left, 16.0 * r, left + ink, 16.0 * r + 7))
                strings.append(4 * r + c if char.isdigit() else -1)
    return Glyphs(text, np.array(boxes), np.array(strings))


def test_numbers_that_touch_where_no_line_parts_them_are_told_apart_by_their_strings() -> None:
    glyphs = shown(TOUCHING, 22.0)
    assert "1352181575" in {word.text for word in glyphs.words()}
    words = words_of(glyphs) or ()
    assert {word.text for word in words} >= {number for row in TOUCHING for number in row}
    columns = {box[::2] for box in cells_from_text(words, whole=True).boxes if box.x1 - box.x0 < 30 and box.top > 10}
    assert {round(x0) for x0, _ in columns} == {111, 133, 155}


def test_digits_as_far_apart_as_columns_are_numbers_where_their_strings_are() -> None:
    """The last digit of a number stands right of the first of the next."""
    glyphs = shown(TOUCHING, 40.0, digit=9.0)
    words = words_of(glyphs) or ()
    assert {word.text for word in words} == {*"自商科", *(one for row in TOUCHING for one in row)}
    columns = {box[::2] for box in cells_from_text(words, whole=True).boxes if box.x1 - box.x0 < 45 and box.top > 10}
    assert {round(x0) for x0, _ in columns} == {120, 160, 200}


def test_strings_that_are_rows_join_no_numbers() -> None:
    glyphs = shown(TOUCHING, 60.0, digit=9.0)
    rows = np.where(np.array(glyphs.strings) < 0, -1, np.array(glyphs.strings) // 4)
    assert {word.text for word in words_of(replace(glyphs, strings=rows)) or ()} <= {
        *"自商科",
        "收到",
        "结转",
        "公开",
        *"0123456789",
    }


def test_a_digit_of_no_known_string_ends_a_number_where_the_next_stands_off() -> None:
    glyphs = shown(TOUCHING, 24.0)
    strings = np.array(glyphs.strings)
    strings[glyphs.text.index("17893") + 4] = -1
    strings[glyphs.text.index("8801") + 3] = -1
    words = words_of(replace(glyphs, strings=strings)) or ()
    assert {word.text for word in words} >= {"17893", "3930", "8801", "71800"}


def test_what_comes_in_over_the_pages_left_edge_is_no_part_of_a_table() -> None:
    """Printers' marks stand beside the page that was cut out of their sheet."""
    table = shown(TOUCHING, 40.0)
    marked = Glyphs(
        table.text + "2024", np.vstack([table.boxes, [(-12 + 9 * k, 24, -3 + 9 * k, 31) for k in range(4)]])
    )
    region = region_of((0, 0, 240, 60), ruled=False)

    def grids(glyphs: Glyphs) -> list[Grid]:
        page = Page(1, 300, 800, 0, "text", "", False, glyphs)
        return list(RulingsExtractor(pytest.fail, ruled=False).grids(MemoryDocument(b""), page, region))

    assert grids(marked) == grids(Glyphs(table.text, table.boxes)) != []


def test_strings_that_are_single_characters_part_nothing() -> None:
    glyphs = shown(TOUCHING, 40.0)
    single = replace(glyphs, strings=np.arange(len(glyphs.text)))
    assert words_of(single) is None
    spread = shown(
        (("收到", "67", "28", "93"), ("结转", "88", "71", "24"), ("公开", "13", "81", "99")), 40.0, digit=9.0
    )
    strings = np.arange(len(spread.text))
    strings[spread.text.index("7")] -= 1  # a few that share one show nothing
    assert words_of(replace(spread, strings=strings)) is None
