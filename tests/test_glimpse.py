"""Looks at a page before it is read: whether it has a grid, and which way up it is."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from drawn_scans import COLUMNS, ROWS, SCALE, SIZE, drawn, keystone, turned

from extract.model import Raster, Recognised, Sheet
from extract.scan.look import coarse
from extract.scan.look.glimpse import Glimpse, glimpse
from extract.scan.page import _upright
from extract.scan.paper.flatten import flatten
from extract.scan.rulings.find import rulings


@pytest.mark.parametrize("place", [turned(0), turned(5), keystone])
@pytest.mark.parametrize("quarter", range(4))
def test_a_look_finds_the_grid_and_the_way_of_its_text(place, quarter):
    look = coarse.look(Raster(np.ascontiguousarray(np.rot90(drawn(place), quarter)), SCALE))
    assert look.ruled
    assert not look.horizontal_only
    assert (look.sideways > 0) == (quarter % 2 == 1)


def test_a_look_at_print_finds_no_grid():
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    for y in range(40, 280, 16):
        cv2.putText(page, "nothing but words to read on a line of its own", (90, round(y * SCALE)), 0, 0.9, 30, 2, 16)
    look = coarse.look(Raster(page, SCALE))
    assert not look.ruled
    assert not look.horizontal_only
    assert not look.tabular
    assert look.sideways < 0
    assert rulings(flatten(Raster(page, SCALE))) == ()


def test_a_look_finds_columns_without_lines():
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    for y in range(50, 250, 18):
        for x in range(50, 380, 55):
            cv2.putText(page, str((x * y) % 97), (round(x * SCALE), round(y * SCALE)), 0, 0.9, 30, 2, 16)
    look = coarse.look(Raster(page, SCALE))
    assert look.tabular
    assert not look.ruled


@pytest.mark.parametrize("rows", [8, 3])
def test_a_look_finds_columns_below_paragraphs_amid_dust(rows):
    """A photocopy without its lines: of all that is on it the table is little."""
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    for y in range(30, 140, 14):
        for x in (40, 150, 260):  # words of a paragraph, each short enough to be a cell's
            cv2.putText(page, "words to read", (round((x + y % 5 * 7) * SCALE), round(y * SCALE)), 0, 0.6, 30, 2, 16)
    for y in range(156, 156 + 15 * rows, 15):
        for x in (60, 170, 290):
            cv2.putText(page, str((x * y) % 97), (round(x * SCALE), round(y * SCALE)), 0, 0.9, 30, 2, 16)
    for x, y in np.random.default_rng(1).uniform((0, 0), SIZE, (20, 2)).tolist():
        cv2.circle(page, (round(x * SCALE), round(y * SCALE)), round(1.6 * SCALE), 30, -1)
    assert coarse.look(Raster(page, SCALE)).tabular == (rows == 8)


class Remembering:
    """An engine that reads what resembles the labels it has seen more than the other way up; before any, everything."""

    name, squeezes = "remembering", True

    def __init__(self, upright=()):
        self.upright = [self.look(image) for image in upright]
        self.shown = []

    def read(self, lines):
        self.shown += lines
        legible = [self.alike(line) >= max(0.7, self.alike(line[::-1, ::-1])) for line in lines]
        return [Recognised("label", 0.99 if there else 0.3, "", 0.0) for there in legible]

    def look(self, image):
        return cv2.GaussianBlur(cv2.resize(np.ascontiguousarray(image), (60, 20)), (0, 0), 1.0).ravel()

    def alike(self, line):
        return max((np.corrcoef(self.look(line), seen)[0, 1] for seen in self.upright), default=1.0)


def labelled():
    """The table with a label of six letters, set apart as Chinese characters are, in two cells of each row."""
    page = drawn(text=False)
    for label, (top, bottom) in zip(
        ("FKAZXN", "QWERTU", "JHMLED", "LOPNVA", "MGBHRS", "YCAEKZ"), pairwise(ROWS), strict=True
    ):
        for left in (COLUMNS[1], COLUMNS[5]):
            for i, char in enumerate(label):
                x, y = left + 8 + 8.5 * i, (top + bottom) / 2 + 3.2
                cv2.putText(page, char, (int(x * SCALE), int(y * SCALE)), 0, 0.34 * SCALE, 30, 2, 16)
    return page


class Sideways:
    """An engine to which characters that lie on their left sides are as legible as those that stand upright."""

    name, squeezes = "sideways", True

    def read(self, lines):
        return [Recognised("label" if self.level(line) else "else", 0.99, "", 0.0) for line in lines]

    def level(self, line):
        """Whether the letters Z in a line have more strokes across than down, as they have upright."""
        dark = (line < 128).astype(np.uint8)
        across, down = (cv2.erode(dark, np.ones(size, np.uint8)).sum() for size in ((1, 7), (7, 1)))
        return across > down


def test_labels_of_three_characters_tell_which_way_up_a_page_is():
    """Beside each other, the first of the lines of labels in narrow columns look like labels, too, from the side."""
    page = drawn(text=False)
    for top, bottom in pairwise(ROWS):
        for left in COLUMNS[1:6:2]:
            at = (int((left + 6) * SCALE), int(((top + bottom) / 2 + 3) * SCALE))
            cv2.putText(page, "ZZZ", at, 0, 0.9, 30, 2, 16)
    raster = Raster(page, SCALE)
    look = replace(coarse.look(raster), sideways=0.0)
    share, turns, _ = _upright(raster, look, Sideways(), lambda text: text.count("label") / 8, None)
    assert (share > 0.5, turns) == (True, 0)


class EitherWay:
    """An engine to which lines are words whichever way a page lies: longer ones where it lies one way."""

    name = "either way"
    squeezes = True

    def __init__(self, longer):
        self.longer, self.asked = longer, 0

    def read(self, lines):
        self.asked += 1
        length = 9 if self.asked - 1 == self.longer else 4
        return [Recognised("l" * length, 0.99, "", 0.0) for _ in lines]


@pytest.mark.parametrize(("longer", "turns", "asked"), [(0, 1, 1), (2, 0, 3), (None, 0, 4)])
def test_labels_that_run_down_narrow_columns_do_not_tell_which_way_up_a_page_is(longer, turns, asked):
    """They can be read from the side; a longer line cannot. Where there is none, the usual way is it."""
    raster = Raster(drawn(), SCALE)
    engine = EitherWay(longer)
    found = _upright(raster, replace(coarse.look(raster), sideways=0.2), engine, lambda _text: 0.9, None)
    assert (found[1], engine.asked) == (turns, asked)


@pytest.mark.parametrize(("before", "asked"), [(None, 4), (0, 1), (2, 2)])
def test_a_row_alone_on_its_page_lies_as_the_page_before(before, asked):
    """The characters of its group's label, one below another in a narrow column, are a longer line from the side."""
    raster = Raster(drawn(), SCALE)
    engine = EitherWay(3)
    found = _upright(raster, replace(coarse.look(raster), sideways=-0.4), engine, lambda _text: 0.9, before)
    assert (found[1], engine.asked) == (3 if before is None else before, asked)


def glimpsed(page, engine, share):
    raster = Raster(np.ascontiguousarray(page), SCALE)
    return glimpse(raster, coarse.look(raster), engine, lambda _text: share)


@pytest.mark.parametrize("quarter", range(4))
def test_a_glimpse_shows_labels_upright_whichever_way_the_page_lies(quarter):
    first = Remembering()
    glimpsed(labelled(), first, 0.0)
    seen = glimpsed(np.rot90(labelled(), quarter), Remembering(first.shown), 0.6)
    assert seen.turns == quarter


def test_a_glimpse_at_what_cannot_be_read_says_nothing():
    engine = Remembering([np.tri(60, dtype=np.uint8) * 255])
    assert glimpsed(labelled(), engine, 0.6) is None
    assert glimpsed(drawn(), engine, 0.6) is None


def test_a_glimpse_at_numbers_alone_does_not_tell_whose_table_it_is():
    """In a broken grid what is seen to stand between lines may be nothing but values."""

    class Numbers(Remembering):
        def read(self, lines):
            return [replace(read, text="80146") for read in super().read(lines)]

    assert glimpsed(labelled(), Numbers(), 0.0) is None


@pytest.mark.parametrize(("share", "asked"), [(0.8, 3), (0.1, 12)])
def test_a_glimpse_reads_on_only_where_the_first_labels_leave_it_open(share, asked):
    engine = Remembering()
    seen = glimpsed(labelled(), engine, share)
    assert (seen.share, len(seen.read), len(engine.shown)) == (share, asked, asked)


class ByLength:
    """An engine that takes what is as long as a label for words, and what is shorter for a number."""

    name, squeezes = "by length", False

    def read(self, lines):
        long = [line.shape[1] > 4 * line.shape[0] for line in lines]
        return [Recognised("政府性基金支出" if words else "80146", 0.99, "", 0.0) for words in long]


def glimpsed_at(numbers, labels):
    """A glimpse at a page with so many numbers and labels, whose labels are not the form's."""
    boxes = [(60.0, 20.0 * i, 98.0, 20.0 * i + 10) for i in range(1, numbers + labels + 1)]
    boxes[1 : 1 + labels] = [(x0, top, x0 + 80, bottom) for x0, top, _, bottom in boxes[1 : 1 + labels]]
    raster = Raster(drawn(), SCALE)
    look = replace(coarse.look(raster), labels=np.array(boxes), sideways=-1.0)
    return glimpse(raster, look, ByLength(), lambda _text: 0.0)


def test_a_glimpse_at_many_numbers_looks_for_labels_among_what_is_longer():
    assert glimpsed_at(13, 0) is None
    assert glimpsed_at(40, 3).share == 0.0


def test_two_labels_of_a_tables_last_rows_tell_whose_it_is():
    assert glimpsed_at(2, 2).share == 0.0
    assert glimpsed_at(2, 1) is None


@pytest.mark.parametrize("quarter", [0, 1])
def test_characters_set_wide_tell_which_way_lines_run(quarter):
    """They stand farther apart than characters of most lines do, and nearer than lines."""
    mask = np.zeros((200, 200), np.uint8)
    for y in range(10, 190, 16):
        for x in range(10, 190, 10):
            mask[y : y + 7, x : x + 7] = 1
    sideways = coarse._sideways(np.ascontiguousarray(np.rot90(mask, quarter)), 1.0)
    assert abs(sideways) >= 0.5
    assert (sideways > 0) == (quarter == 1)


@pytest.mark.parametrize("turns", range(4))
def test_what_a_glimpse_read_is_not_read_again_with_the_page(turns):
    """Of a page as it lies, whose sheet is upright: labels whose line ends where they do, and no numbers."""
    upright = np.array([(100, 50, 180, 60), (100, 80, 180, 90), (100, 110, 180, 120), (100, 140, 180, 150)], float)
    size = (400, 600) if turns % 2 == 0 else (600, 400)
    lying, (width, height) = upright, (400, 600)
    for _ in range(-turns % 4):
        x0, top, x1, bottom = lying.T
        lying, (width, height) = np.stack((height - bottom, x0, height - top, x1), 1), (height, width)
    words = Recognised("自然人", 0.99, "", 0.0, (), (0.2, 0.5, 0.8))
    number, doubtful = replace(words, text="80146"), replace(words, score=0.7)
    seen = Glimpse(0.9, turns, lying, [words, number, doubtful, words], size)
    nodes = np.stack(np.meshgrid(np.arange(0, 420, 16.0), np.arange(0, 620, 16.0)), axis=-1)
    sheet = Sheet(np.full((1200, 800), 255, np.uint8), 2.0, nodes, 32)
    boxes = (2 * upright[[3, 2, 1, 0]]).astype(np.int64)
    boxes[0, 2] += 30  # a character more
    known = seen.of_lines(sheet, boxes)
    assert {line: read.text for line, read in known.items()} == {3: "自然人"}
    # The same places in an image with less around the line.
    assert known[3].offsets[1] == pytest.approx(0.5)
    assert known[3].offsets[0] < 0.2
    assert not seen.of_lines(sheet, boxes[:0])
