"""The fusion of two views of a line, and what the shape of its ink says of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inked import digits, seen, sheared, stroke

from extract.model import Recognised
from extract.scan.cells.fusion import fuse
from extract.scan.cells.shapes import apart, fits, is_dash, is_slash, is_upright
from extract.scan.cells.slashes import slant
from extract.scan.cells.values import _is_words
from extract.scan.text.textlines import _joined


@given(st.integers(12, 60), st.floats(0.3, 0.9), st.booleans())
def test_a_slanted_stroke_is_a_slash(height: int, lean: float, left: bool) -> None:
    assert is_slash(stroke(height, -lean if left else lean, max(1, height // 12)))


def test_strokes_that_lean_alike_beside_upright_digits_are_slashes() -> None:
    narrow = [("1", stroke(24, lean)) for lean in (0.18, 0.19, 0.19, 0.2, 0.21, 0.21, 0.22, 0.23)]
    numbers = [(text, digits(text)) for text in ("30", "8", "103")]
    found = slant([*narrow, *numbers])
    assert 0.16 < found < 0.24
    one = seen("1", 0.97)
    assert fuse(one, one, stroke(24, 0.2), 24, "engine", slant=found).text == "/"
    assert fuse(one, one, stroke(24, 0.0), 24, "engine", slant=found).text == "1"
    # Digits of an oblique font lean as far, and a few ones may stand out of a table in an upright one.
    assert not slant([*narrow, *((text, sheared(ink, 0.2)) for text, ink in numbers)])
    assert not slant([*narrow[:5], *numbers])
    assert not slant(narrow)


def test_what_leans_like_sure_slashes_is_one_however_soft() -> None:
    soft = stroke(16, 0.3, 3)
    one = seen("1", 0.97)
    assert fuse(one, one, soft, 17, "engine").text == "1"
    found = slant([("1", stroke(24, lean)) for lean in (0.28, 0.3, 0.31)])
    assert fuse(one, one, soft, 17, "engine", slant=found).text == "/"


def test_strokes_of_a_character_are_joined_before_it_and_the_line_above() -> None:
    assert _joined([(0, 18), (22, 29), (32, 40)], gap=5, high=17) == [(0, 18), (22, 40)]
    assert _joined([(0, 8), (10, 18), (22, 40)], gap=5, high=17) == [(0, 18), (22, 40)]
    assert _joined([(0, 18), (21, 25)], gap=5, high=17) == [(0, 25)]


def test_a_bracket_at_a_lines_end_is_no_digit_of_its_number() -> None:
    """A remark that goes on on the next line; its words need be sure in one of two views that agree only."""
    ink = digits("51(", gap=4)
    reading = fuse(seen("51（", 0.94, "511"), seen("51 (", 0.9, "51"), ink, 24, "engine")
    assert (reading.text, reading.confidence) == ("51(", 0.9)
    assert fuse(seen("51(", 0.94, "511"), seen("511", 0.9), ink, 24, "engine").confidence <= 0.5
    assert fuse(seen("电子)", 0.5), seen("电子）", 0.97), ink, 24, "engine").confidence == 0.97
    assert fuse(seen("16件", 0.5), seen("16件", 0.97), ink, 24, "engine").confidence == 0.5


def test_a_remark_behind_a_number_does_not_stand_apart_from_it() -> None:
    number, remark = digits("51"), digits("16")
    wide = np.hstack((number, np.zeros((number.shape[0], 30), np.uint8), remark))
    for text, cautions in (("51(16件)", ()), ("5116", ("digits stand apart, as of two numbers",))):
        assert fuse(seen(text, 0.97), seen(text, 0.97), wide, 24, "engine").cautions == cautions


def test_a_speck_beside_digits_is_no_point_of_theirs() -> None:
    """Dirt at a number's end is read as a point; what is left without it wants a sum that proves it."""
    number = digits("587")
    speck = np.zeros((number.shape[0], 14), np.uint8)
    speck[-6:-2, 6:10] = 255
    behind, before = np.hstack((number, speck))[:, :-4], np.hstack((speck, number))[:, 6:]
    for text, ink in (("587.", behind), (".587", before)):
        for numeric in (text, "587"):
            reading = fuse(seen(text, 0.98, numeric), seen(text, 0.97, numeric), ink, 24, "engine")
            assert (reading.text, reading.cautions) == ("587", ("a speck beside its digits",))
    # A point between digits is one.
    assert fuse(seen("5.7", 0.98), seen("5.7", 0.98), digits("57", gap=9), 24, "engine").text == "5.7"


@pytest.mark.parametrize(
    ("other", "followed", "text"), [("587,", True, "587,"), ("587.", True, "587"), ("587,", False, "587")]
)
def test_thousands_may_go_on_behind_a_comma_at_the_end_of_a_line(other: str, followed: bool, text: str) -> None:
    comma = np.zeros((24, 12), np.uint8)
    comma[-4:, 6:9] = 255
    number = digits("587")
    ink = np.hstack((number, comma[-number.shape[0] :]))[:, :-3]
    reading = fuse(seen("587,", 0.98), seen(other, 0.97), ink, 24, "engine", followed=followed)
    assert (reading.text, bool(reading.cautions)) == (text, text == "587")


@pytest.mark.parametrize("size", [0, 9])
@pytest.mark.parametrize("other", ["587", "587."])
def test_dirt_too_pale_for_ink_or_larger_than_a_speck_is_no_point_either(size: int, other: str) -> None:
    number = digits("587")
    dirt = np.zeros((number.shape[0], size + 8 if size else 0), np.uint8)
    dirt[-size:, 8:] = 255
    reading = fuse(seen("587.", 0.98), seen(other, 0.97), np.hstack((number, dirt)), 24, "engine")
    assert (reading.text, reading.cautions) == ("587", ("a speck beside its digits",))
    signed = fuse(seen("-587.", 0.98), seen("-587.", 0.97), digits("-587"), 24, "engine")
    assert signed.text == "-587"


@pytest.mark.parametrize(("lean", "slash"), [(0.25, True), (0.21, False)])
def test_a_steep_slash_is_told_from_an_oblique_one(lean: float, *, slash: bool) -> None:
    assert all(is_slash(stroke(height, lean, 3)) == slash for height in range(60, 90))


@pytest.mark.parametrize("other", ["一", "八", ""])
def test_a_long_slash_is_one_whatever_its_wider_view_is_taken_for(other: str) -> None:
    """Of 300 dots per inch: with more white around it, it is read as a Chinese one or eight."""
    ink = stroke(30, 0.47, 3)
    one, wide = Recognised("1", 0.64, "1", 0.64, (("1", 0.64),)), Recognised(other, 0.31, "1", 0.31, (("1", 0.31),))
    assert fuse(one, wide, ink, 30, "engine").text == "/"
    assert fuse(one, wide, stroke(30, 0.1, 3), 30, "engine").text != "/", "one that stands upright"


def test_a_dash_that_is_read_as_a_full_stop_is_no_nought() -> None:
    """Of a faded scan: three pixels of sixteen; that its sums hold cannot tell a nought from a blank."""
    mask = np.full((3, 5), 255, np.uint8)
    stop = Recognised("。", 0.98, "0", 0.98, (("0", 0.98),))
    assert fuse(stop, stop, mask, 16, "engine").doubts
    assert not fuse(stop, stop, digits("0", 16), 16, "engine").doubts


@pytest.mark.parametrize(
    ("size", "lifted", "doubted"), [(0.75, 8, True), (0.6, 12, True), (1.0, 0, False), (0.95, 2, False)]
)
def test_a_raised_last_digit_may_be_the_number_of_a_note(size: float, lifted: int, *, doubted: bool) -> None:
    whole, note = digits("3", 24), digits("1", round(24 * size))
    mask = np.zeros((24 + lifted, whole.shape[1] + 3 + note.shape[1]), np.uint8)
    mask[lifted:, : whole.shape[1]] = whole
    foot = 24 if lifted else mask.shape[0]
    mask[foot - note.shape[0] : foot, whole.shape[1] + 3 :] = note
    mask = mask[np.flatnonzero(mask.any(axis=1))[0] :]
    read = Recognised("31", 0.99, "31", 0.99, (("31", 0.99),))
    assert any("note" in caution for caution in fuse(read, read, mask, 24, "engine").cautions) == doubted


def test_a_slash_of_a_soft_scan_is_one() -> None:
    """Of 200 dots per inch, with paper's texture: five pixels of sixteen across; readers take it for a 1."""
    first = [4, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0]
    mask = np.zeros((16, 8), np.uint8)
    for row, start in enumerate(first):
        mask[row, start : start + (3 if row in {0, 15} else 5)] = 255
    one = Recognised("1", 0.8, "1", 0.8, (("1", 0.8),))
    assert fuse(one, one, mask, 17, "engine").text == "/"
    assert fuse(one, Recognised("", 0.3, "", 0.3), mask, 17, "engine").text == "/", "one view that says nothing"


def test_a_slash_of_a_blurred_scan_is_one() -> None:
    """Of 240 dots per inch: eight pixels of twenty-three across."""
    mask = np.zeros((23, 14), np.uint8)
    for row in range(23):
        start = round((22 - row) * 6 / 22)
        mask[row, start + (row in {0, 22}) : start + 8 - (row in {0, 22})] = 255
    assert is_slash(mask)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3\n危及“三安全一稳定”", True),
        ("3\n.其他", True),
        ("12\n(含去年2件)", False),
        ("1属于国家秘密", True),
        ("1.属于国家秘密", True),
        ("3件", False),
        ("12万元", False),
        ("8（含上年结转3件）", False),
    ],
)
def test_a_label_whose_ordinal_lost_its_point_is_no_number(text: str, *, words: bool) -> None:
    assert _is_words(text) == words


@pytest.mark.parametrize("gap", [30, 40, 50])
def test_a_one_and_a_speck_in_line_with_it_are_no_slash(gap: int) -> None:
    mask = np.zeros((30 + gap, 29), np.uint8)
    mask[:6, 25:29] = 255
    mask[-24:, 4:9] = 255
    mask[-4:, :11] = 255
    assert not is_slash(mask)
    one = Recognised("1", 0.99, "1", 0.99, (("1", 0.99),))
    assert fuse(one, one, mask, 23, "engine").confidence <= 0.5


@given(st.integers(12, 60), st.floats(-0.1, 0.1))
def test_an_upright_stroke_is_none(height: int, lean: float) -> None:
    mask = stroke(height, lean, max(1, height // 8))
    assert not is_slash(mask)
    assert is_upright(mask)


@pytest.mark.parametrize("digit", list("0123456789"))
def test_no_digit_is_a_slash_or_a_dash(digit: str) -> None:
    assert not is_slash(digits(digit))
    assert not is_dash(digits(digit), usual=26)


def test_flat_strokes_are_dashes() -> None:
    assert is_dash(np.full((3, 20), 255, np.uint8), usual=26)
    assert not is_dash(np.full((4, 4), 255, np.uint8), usual=26), "a full stop is none"


@given(st.text("0123456789", min_size=1, max_size=7))
def test_digits_fit_the_room_they_take(text: str) -> None:
    assert fits(text, digits(text))
    assert not apart(digits(text))


@given(st.text("023456789", min_size=2, max_size=6))
def test_lost_digits_do_not_fit(text: str) -> None:
    assert not fits(text[: len(text) // 2], digits(text))


@given(st.text("023456789", min_size=1, max_size=4), st.text("023456789", min_size=1, max_size=4))
def test_two_numbers_side_by_side_are_apart(one: str, other: str) -> None:
    assert apart(np.hstack([digits(one), np.zeros((24, 22), np.uint8), digits(other)]))


def test_agreeing_views_are_as_sure_as_the_weaker() -> None:
    reading = fuse(seen("52", 0.99), seen("52", 0.97), digits("52"), 26, "engine")
    assert (reading.text, reading.confidence, reading.doubts) == ("52", 0.97, ())


def test_a_number_that_the_ink_has_no_room_for_is_no_other_reading_of_it() -> None:
    """Of 90 printed where 9 would add up, 9 is no repair."""
    alternatives = (("90", 0.99), ("9", 0.01), ("80", 0.01))
    narrow, wide = (replace(seen("90", score), alternatives=alternatives) for score in (0.99, 0.95))
    reading = fuse(narrow, wide, digits("90"), 26, "engine")
    assert (reading.text, [text for text, _ in reading.alternatives]) == ("90", ["80"])


def test_a_letter_that_looks_like_a_digit_is_that_digit() -> None:
    reading = fuse(seen("O", 0.6, "0", 0.98), seen("0", 0.95), digits("0"), 26, "engine")
    assert (reading.text, reading.confidence) == ("0", 0.95)


def test_differing_views_leave_a_doubt_and_both_readings() -> None:
    reading = fuse(seen("3", 0.99), seen("8", 0.99), digits("8"), 26, "engine")
    assert reading.confidence <= 0.5
    assert {reading.text, *(text for text, _ in reading.alternatives)} == {"3", "8"}


def test_a_word_is_as_good_as_no_number_however_little_else_it_is_like() -> None:
    word = Recognised("\u65e0", 0.99, "", 0.0, (("", 0.9991), (",", 0.0005), ("5", 0.0002)))
    assert all(share < 0.005 for _, share in fuse(word, word, digits("5"), 26, "engine").alternatives)
    digit = Recognised("6", 0.9, "6", 0.9, (("", 0.6), ("6", 0.3), ("5", 0.1)))
    assert dict(fuse(digit, digit, digits("6"), 26, "engine").alternatives)["5"] == pytest.approx(0.25, abs=0.01)


def test_a_slash_read_as_one_is_a_slash() -> None:
    reading = fuse(seen("1", 0.98), seen("1", 0.98), stroke(24, 0.5), 26, "engine")
    assert reading.text == "/"


@pytest.mark.parametrize("text", ["-", "—", "--", "一"])
def test_dashes_that_a_view_reads_as_such_are_dashes(text: str) -> None:
    flat = np.full((3, 30), 255, np.uint8)
    assert set(fuse(seen(text, 0.4, ""), seen("4", 0.4), flat, 26, "engine").text) == {"-"}
    assert fuse(seen("7", 0.9), seen("7", 0.9), flat, 26, "engine").confidence <= 0.5, "what is left of a digit"


@pytest.mark.parametrize(("shape", "narrow", "wide", "dash"), [
    ((5, 8), "-", "一", True),
    ((4, 8), "二", "二", True),
    ((5, 8), "-", "1", False),
    ((5, 5), "-", "-", False),
    ((12, 16), "二", "二", False),
])  # fmt: skip
def test_a_hyphen_of_low_resolution_is_one_where_both_views_say_so(
    shape: tuple[int, int], narrow: str, wide: str, dash: bool
) -> None:
    reading = fuse(seen(narrow, 0.6, "-"), seen(wide, 0.6, "-"), np.full(shape, 255, np.uint8), 21, "engine")
    assert (reading.text == "-" and reading.confidence > 0.8) is dash


def test_a_lone_one_is_kept() -> None:
    reading = fuse(seen("1", 0.99), seen("1", 0.99), digits("1"), 26, "engine")
    assert (reading.text, reading.confidence) == ("1", 0.99)


def test_a_smudge_that_only_digits_can_explain_is_no_sure_nought() -> None:
    reading = fuse(seen("Q", 0.5, "0", 0.1), seen("a", 0.4, "0", 0.1), digits("0"), 26, "engine")
    assert reading.doubts


@given(st.sampled_from(["1", "|", "", "I", "/"]), st.sampled_from(["1", "l", ""]), st.integers(20, 40))
def test_a_stroke_taller_than_print_is_a_piece_of_a_ruling(narrow: str, wide: str, usual: int) -> None:
    reading = fuse(seen(narrow, 0.99), seen(wide, 0.99), stroke(round(1.4 * usual), 0.0), usual, "test")
    assert reading.text == ""
    assert reading.cautions
    assert reading.confidence <= 0.5


@given(st.integers(20, 40), st.floats(0.6, 1.1))
def test_a_one_as_tall_as_print_stays_one(usual: int, height: float) -> None:
    ink = stroke(round(height * usual), 0.0)
    assert fuse(seen("1", 0.99), seen("1", 0.98), ink, usual, "test").text == "1"
    assert fuse(seen("3", 0.99), seen("3", 0.98), stroke(2 * usual, 0.1), usual, "test").text == "3"


def test_a_decimal_point_taken_for_a_speck_parts_no_digits() -> None:
    mask = np.hstack((digits("8462"), np.zeros((24, 13), np.uint8), digits("643")))
    assert apart(mask)
    assert not apart(mask, "8462.643")
    assert apart(mask, "84.62643")
    assert apart(np.hstack((digits("8462"), np.zeros((24, 24), np.uint8), digits("643"))), "8462.643")


def test_white_about_a_decimal_point_after_a_one_parts_no_digits() -> None:
    point = np.zeros((24, 5), np.uint8)
    point[-4:] = 255
    white = [np.zeros((24, wide), np.uint8) for wide in (12, 5)]
    mask = np.hstack((digits("237591"), white[0], point, white[1], digits("086")))
    assert apart(mask)
    assert not apart(mask, "237591.086")
    assert apart(mask, "2375.91086")


@pytest.mark.parametrize("text", ["0", "1", ".", "氏"])
def test_a_speck_is_no_digit_and_is_flagged(text: str) -> None:
    reading = fuse(seen(text, 0.99), seen(text, 0.99), np.full((5, 5), 255, np.uint8), 24.0, "none")
    assert reading.text == ""
    assert reading.confidence <= 0.5
    assert reading.cautions


@pytest.mark.parametrize(("before", "behind", "two"), [(3, 20, False), (3, 27, True), (20, 3, True)])
def test_a_comma_of_full_width_parts_no_digits(before: int, behind: int, *, two: bool) -> None:
    """It stands at those before it."""
    comma = np.zeros((24, 4), np.uint8)
    comma[19:] = 255
    white = np.zeros((24, 30), np.uint8)
    ink = np.hstack((digits("4"), white[:, :before], comma, white[:, :behind], digits("008")))
    assert apart(ink, "4,008") is two
    assert apart(ink, "4008")
