"""Digits that stand far apart, and numbers over several lines, on scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from extract.model import BBox, GridCell, Reading, Recognised
from extract.scan.cells.fusion import fuse
from extract.scan.cells.overrun import ACROSS, doubted, parted, torn, unlikely
from extract.scan.cells.shapes import Mask
from extract.scan.cells.spacing import loose, pitch, spread
from extract.scan.cells.wrapped import Lines, joined, padding

HIGH = 24
"""Height of a digit in pixels."""

TABLE = ("1136", "127", "42", "381", "17", "545")


def set_at(text: str, step: float) -> Mask:
    """A number's ink, tight, its digits centred at a pitch in heights."""
    mask = np.zeros((HIGH, round((len(text) * step + 1) * HIGH)), np.uint8)
    for i, char in enumerate(text):
        large = np.zeros((60, 60), np.uint8)
        cv2.putText(large, char, (10, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 3)
        rows, columns = np.flatnonzero(large.any(axis=1)), np.flatnonzero(large.any(axis=0))
        tight = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        digit = cv2.resize(tight, (max(3, round(tight.shape[1] * HIGH / tight.shape[0])), HIGH))
        x = round((i * step + 0.5) * HIGH - digit.shape[1] / 2)
        mask[:, x : x + digit.shape[1]] = digit
    columns = np.flatnonzero(mask.any(axis=0))
    return mask[:, columns[0] : columns[-1] + 1]


def read(texts: Sequence[str], inks: Sequence[Mask]) -> list[Reading]:
    """What comes of lines of a table that both views read as given."""
    pitches = [pitch(text, ink) for text, ink in zip(texts, inks, strict=True)]
    common = spread([one for one in pitches if one is not None])
    seen = [Recognised(text, 0.99, text, 0.99, ((text, 0.99),)) for text in texts]
    return [fuse(one, one, ink, HIGH, "none", spread=common) for one, ink in zip(seen, inks, strict=True)]


def is_sure(reading: Reading) -> bool:
    return reading.confidence > 0.9 and not reading.cautions


@pytest.mark.parametrize("step", [1.3, 1.5, 1.7])
def test_digits_that_stand_far_apart_throughout_a_table_are_its_numbers(step: float) -> None:
    assert all(map(is_sure, read(TABLE, [set_at(text, step) for text in TABLE])))


def test_a_number_of_which_digits_were_not_read_is_in_doubt_among_them() -> None:
    *_, lost = read((*TABLE, "17"), [set_at(text, 1.3) for text in (*TABLE, "187")])
    assert not is_sure(lost)


@pytest.mark.parametrize("text", ["42", "11", "381"])
def test_digits_far_apart_among_others_that_are_not_may_be_two_numbers(text: str) -> None:
    *others, wide = read((*TABLE, text), [*(set_at(one, 0.9) for one in TABLE), set_at(text, 1.6)])
    assert all(map(is_sure, others))
    assert not is_sure(wide)


def test_cells_side_by_side_are_farther_apart_than_digits_of_a_number() -> None:
    assert not any(map(is_sure, read(TABLE, [set_at(text, 1.9) for text in TABLE])))


@pytest.mark.parametrize(("step", "is_loose"), [(0.75, False), (0.95, True), (1.5, True)])
def test_a_ruling_fits_between_digits_that_stand_loosely(step: float, is_loose: bool) -> None:
    pitches = [one for text in TABLE if (one := pitch(text, set_at(text, step))) is not None]
    assert loose(pitches) == pytest.approx(step if is_loose else 0.0, abs=0.1)
    assert loose(pitches[:2]) == 0.0  # too few numbers tell


def in_cell(*lines: tuple[str, float], width: float) -> Reading:
    """Lines of a cell, given with their widths in points, as one reading."""
    boxes = np.array([[0.0, 10.0 * i, wide, 10.0 * i + 7.0] for i, (_, wide) in enumerate(lines)])
    return joined(Lines([Reading(text, 0.99, "none") for text, _ in lines], boxes, width), "none", 0.0)


@pytest.mark.parametrize("comma", [",", "，"])
def test_thousands_go_on_on_the_next_line_where_they_had_no_room(comma: str) -> None:
    lines = (f"14{comma}", 12.0), ("742", 14.0)
    narrow, wide = in_cell(*lines, width=38.0), in_cell(*lines, width=60.0)
    assert (narrow.text, narrow.confidence, narrow.cautions) == (f"14{comma}\n742", 0.99, ())
    assert wide.cautions
    assert wide.confidence <= 0.5


@pytest.mark.parametrize(
    "lines", [(("14", 9.0), ("742", 14.0)), (("14,", 12.0), ("74", 9.0)), (("14,", 12.0), ("7421", 18.0))]
)
def test_lines_of_a_wide_cell_that_no_comma_parts_are_no_number(lines: tuple[tuple[str, float], ...]) -> None:
    assert in_cell(*lines, width=42.0).cautions


@pytest.mark.parametrize(
    ("table", "whole"),
    [
        (["68,40,4", "23,6", "87,06", "11", "0", "94,24,5", "60,7"], True),
        (["68,40,4", "23,6", "87,06", "110", "0", "94,24,5", "60,7"], False),  # a line of three digits found room
        (["68", "23,6", "87", "11", "0", "94", "60,7"], False),
        (["68,1", "23,1", "87,1", "11,1", "0", "94,1", "60,1"], False),  # what is left of a ruling below numbers
    ],
)
def test_numbers_break_where_the_widest_line_of_a_table_with_wide_padding_ends(table: list[str], whole: bool) -> None:
    def lines(cell: str) -> Lines:
        texts = cell.split(",")
        boxes = np.array([[0.0, 10.0 * i, 6.5 * len(text) - 1, 10.0 * i + 8] for i, text in enumerate(texts)])
        return Lines([Reading(text, 0.99, "none") for text in texts], boxes, 34.0)

    every = [lines(cell) for cell in table]
    cautions = [joined(own, "none", 0.0, padding(every)).cautions for own in every if len(own.readings) > 1]
    assert not any(cautions) if whole else all(cautions)


@pytest.mark.parametrize(("sure", "text"), [(0.5, "0"), (0.99, "0\n1")])
def test_what_stands_below_a_short_number_is_no_digit_of_it_however_wide_it_is(sure: float, text: str) -> None:
    """A pen's stroke below a nought."""
    boxes = np.array([[10.0, 0.0, 15.0, 7.0], [15.0, 6.0, 27.0, 10.0]])
    reading = joined(Lines([Reading("0", 0.99, "none"), Reading("1", sure, "none")], boxes, 30.0), "none", 0.0)
    assert (reading.text, bool(reading.cautions)) == (text, True)
    assert not in_cell(("161", 15.0), ("3", 5.0), width=30.0).cautions  # there was no room for another digit


@pytest.mark.parametrize(("below", "text"), [("其他", "3\n其他"), ("料", "3"), ("右白,1", "3")])
def test_words_below_a_number_are_no_ruling_nor_a_stamp(below: str, text: str) -> None:
    """A label whose ordinal, which lost its point, stands in a line by itself."""
    others = below.split(",")
    boxes = np.array([[70.0, 0.0, 75.0, 7.0], *([60.0, 12.0 * i, 85.0, 12.0 * i + 8] for i, _ in enumerate(others, 1))])
    readings = [Reading("3", 0.99, "none"), *(Reading(other, 0.5, "none") for other in others)]
    reading = joined(Lines(readings, boxes, 150.0), "none", 0.0)
    assert (reading.text, bool(reading.cautions)) == (text, True)


@pytest.mark.parametrize(
    ("text", "left", "score", "hidden"),
    [
        ("336", 34.0, 0.25, True),
        ("336", 34.0, 0.97, False),  # a nought that is nothing but a nought
        ("36", 44.0, 0.25, False),  # another digit would stand in its own cell
        ("336", 32.0, 0.25, False),  # the pitch does not lead to the digit beside it
    ],
)
def test_a_digit_may_lie_over_one_in_the_cell_beside_it(text: str, left: float, score: float, hidden: bool) -> None:
    def cell(column: int, text: str, ink: BBox, score: float) -> GridCell:
        box = BBox(30.0 * column, 0.0, 30.0 * (column + 1), 12.0)
        return GridCell(0, column, 1, 1, box, Reading(text, score, "none"), ink)

    number = BBox(left, 3.0, left + 10 * (len(text) - 1) + 4, 9.0)
    beside = cell(0, "0", BBox(24.0, 3.0, 28.0, 9.0), score)
    mirrored = cell(2, "0", BBox(62.0, 3.0, 66.0, 9.0), score)
    for cells in (
        [beside, cell(1, text, number, 0.99)],
        [cell(1, text, BBox(90 - number.x1, 3.0, 90 - number.x0, 9.0), 0.99), mirrored],
    ):
        after = doubted(cells, 10 / 6)
        assert [bool(one.reading.doubts) for one in after if one.text == text] == [hidden]


@pytest.mark.parametrize(
    ("first", "second", "close"),
    [
        (("34308", 4.0, 28.6), ("23508", 30.7, 55.0), True),  # 3430 and 823508, its 8 in the cell before
        (("34308", 4.0, 28.6), ("23508", 35.5, 55.0), False),
        (("3430", 4.0, 28.0), ("2350", 32.0, 55.0), False),  # close to the ruling between them, but not at it
        (("34308", 4.0, 28.6), ("23508\n11", 30.7, 55.0), False),  # numbers wrap here
    ],
)
def test_a_number_may_go_on_from_the_cell_beside_it(
    first: tuple[str, float, float], second: tuple[str, float, float], close: bool
) -> None:
    """Each is (what was read, where its ink begins, where it ends); the ruling between them stands at 30."""

    def cell(column: int, row: int, number: tuple[str, float, float]) -> GridCell:
        text, x0, x1 = number
        top = 12.0 * row
        box = BBox(30.0 * column, top, 30.0 * (column + 1), top + 12)
        return GridCell(row, column, 1, 1, box, Reading(text, 0.99, "none"), BBox(x0, top + 3, x1, top + 9))

    after = doubted([cell(0, 0, first), cell(1, 0, second), cell(1, 1, second)], 0.0)
    assert [bool(one.reading.cautions) for one in after] == [close, close, False]


@pytest.mark.parametrize(("score", "first", "close"), [(0.4, 35.2, True), (0.99, 35.2, False), (0.4, 40.0, False)])
def test_a_number_may_begin_over_one_that_is_read_unsurely(score: float, first: float, *, close: bool) -> None:
    """2,441 over 446: its 2 lies over the 6, its full-width comma on the ruling at 30. Digits are 6 points high."""

    def cell(column: int, text: str, sure: float, x0: float, x1: float) -> GridCell:
        box = BBox(30.0 * column, 0.0, 30.0 * (column + 1), 12.0)
        return GridCell(0, column, 1, 1, box, Reading(text, sure, "none"), BBox(x0, 3.0, x1, 9.0))

    after = doubted([cell(0, "442", score, 12.0, 27.8), cell(1, "441", 0.99, first, first + 14)], 0.0)
    assert [bool(one.reading.cautions) for one in after] == [close, close]


@pytest.mark.parametrize(
    ("left", "hidden"),
    [
        (39.0, True),  # its last digit lies on the ruling after it, a digit before it would on the one before
        (38.2, True),
        (34.0, False),  # in the middle of its cell
        (46.0, False),  # at the right of a wider cell
    ],
)
def test_a_digit_may_lie_under_a_ruling(left: float, hidden: bool) -> None:
    def cell(ink: BBox) -> GridCell:
        return GridCell(0, 1, 1, 1, BBox(30.0, 0.0, max(64.0, left + 25), 12.0), Reading("115", 0.99, "none"), ink)

    one = cell(BBox(left, 3.0, left + 25, 9.0))
    across = one.bbox.x0 + one.bbox.x1
    mirrored = replace(one, ink=BBox(across - left - 25, 3.0, across - left, 9.0))
    assert [bool(after.reading.doubts) for after in doubted([one, mirrored], 10 / 6)] == [hidden, hidden]


@pytest.mark.parametrize(
    ("lines", "readings", "doubted"),
    [
        (("134,1", "10", "7"), ("134", "110", "7"), [True, True, False]),
        (("0", "0,110", "7"), ("0", "110", "7"), [True, True, False]),
        (("134,1", "10", "7"), ("134,1", "10", "7"), [False, False, False]),  # read with its separator
        (("134,110", "", "7"), ("134110", "", "7"), [False, False, False]),  # digits and no separator, but all of them
        (("", "17535", "7"), ("", "7535", "7"), [False, True, False]),
        (("0 0", "17 535", "7"), ("0", "535", "7"), [False, False, False]),  # white parts them
        (("0.", "110", "7"), ("0", "110", "7"), [False, False, False]),  # a point with nothing behind it is a speck
    ],
)
def test_a_line_of_print_across_an_edge_joins_two_cells(
    lines: tuple[str, ...], readings: tuple[str, ...], doubted: list[bool]
) -> None:
    """Each is what was read in a row's cells: in the page's lines of print, and cell by cell."""

    def row(number: int, texts: Sequence[str]) -> list[GridCell]:
        boxes = [BBox(30.0 * i, 12.0 * number, 30.0 * (i + 1), 12.0 * (number + 1)) for i in range(3)]
        return [
            GridCell(number, i, 1, 1, box, Reading(text, 0.99, "none"))
            for i, (box, text) in enumerate(zip(boxes, texts, strict=True))
        ]

    plain = ("1", "2", "3")
    after = torn([*row(0, lines), *row(1, plain)], [*row(0, readings), *row(1, plain)])
    assert [bool(one.reading.doubts) for one in after] == [*doubted, False, False, False]


@pytest.mark.parametrize(("sure", "unsure", "doubted"), [(3, 30, True), (8, 30, False), (1, 10, False), (0, 30, False)])
def test_the_last_sure_numbers_of_a_table_are_no_likelier_than_the_others(
    sure: int, unsure: int, *, doubted: bool
) -> None:
    box = BBox(30.0, 0.0, 60.0, 12.0)
    cells = [
        GridCell(i, 0, 1, 1, box, Reading("35", 0.99 if i < sure else 0.4, "none"), BBox(40.0, 3.0, 50.0, 9.0))
        for i in range(sure + unsure)
    ]
    labels = [replace(cell, reading=Reading("总计", 0.99, "none")) for cell in cells[:9]]
    after = unlikely([*cells, *labels])
    assert [bool(one.reading.doubts) for one in after] == [*([doubted] * sure), *([False] * (unsure + 9))]


@pytest.mark.parametrize(("across", "doubted"), [(3, True), (2, False)])
def test_a_blank_is_in_doubt_where_its_columns_edge_parts_characters(across: int, *, doubted: bool) -> None:
    def cell(row: int, column: int, text: str, *doubts: str) -> GridCell:
        box = BBox(30.0 * column, 12.0 * row, 30.0 * (column + 1), 12.0 * (row + 1))
        return GridCell(row, column, 1, 1, box, Reading(text, 0.99, "none", doubts=doubts))

    rows = [cell(i, 1, "1", ACROSS) for i in range(across)]
    after = parted([*rows, cell(8, 1, ""), cell(9, 1, "7"), cell(8, 2, "")])
    assert [bool(one.reading.doubts) for one in after[across:]] == [doubted, False, False]
