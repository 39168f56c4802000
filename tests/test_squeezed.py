"""How far lines of print are squeezed before they are read: labels most, and less where they are illegible."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Glyphs, Page, Raster, Recognised, Sheet
from extract.scan.page import read_page
from extract.scan.text.squeezed import LABEL, NARROWED, crop, is_label, label_shares

SCALE = 200 / 72
WIDTH, HEIGHT = 480, 300
WORDS = "a label of some words"


class Squinting:
    """An engine that cannot read lines narrower than `least` times their height; it notes how wide lines are."""

    name, provenance = "squinting", MappingProxyType({})

    def __init__(self, least: float, *, squeezes: bool = True) -> None:
        self.least = least
        self.squeezes = squeezes
        self.seen: list[float] = []

    def read(self, lines: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        shares = [line.shape[1] / line.shape[0] for line in lines]
        self.seen += shares
        return [Recognised("label", 0.95 if share >= self.least else 0.3, "", 0.0, (("", 0.0),)) for share in shares]


def lines_read(engine: Squinting) -> tuple[list[float], list[float]]:
    """The scores of the lines of a page with a table of labels under a title; of the table, and of the title."""
    grey = np.full((round(HEIGHT * SCALE), round(WIDTH * SCALE)), 250, np.uint8)
    rows, columns = range(100, 281, 30), (30, 210, 390)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    for y in rows:
        cv2.line(grey, at(columns[0], y), at(columns[-1], y), 20, 2)
    for x in columns:
        cv2.line(grey, at(x, rows[0]), at(x, rows[-1]), 20, 2)
    for y in rows[:-1]:
        for x in columns[:-1]:
            cv2.putText(grey, WORDS, at(x + 10, y + 20), 0, 0.75, 20, 2, 16)
    cv2.putText(grey, WORDS, at(120, 70), 0, 0.75, 20, 2, 16)
    skimmed = Page(1, WIDTH, HEIGHT, 0, "image", "", True, Glyphs("", np.zeros((0, 4))))
    page = read_page(skimmed, Raster(grey, SCALE), lambda: engine, lambda _: 1.0, None, wanted=True, turns=0)
    read = [(line.bbox.top, line.read.score) for line in page.lines if line.read]
    return [score for top, score in read if top > rows[0]], [score for top, score in read if top < rows[0]]


def test_labels_are_squeezed_more_than_titles() -> None:
    engine = Squinting(0.0)
    table, title = lines_read(engine)
    assert (len(table), len(title)) == (12, 1)
    assert len(engine.seen) == 13
    assert 0.6 * max(engine.seen) < min(engine.seen) < 0.85 * max(engine.seen)


def test_labels_that_are_illegible_are_read_again_less_squeezed() -> None:
    whole = Squinting(0.0)
    lines_read(whole)
    engine = Squinting(1.3 * float(np.median(whole.seen)))
    table, _ = lines_read(engine)
    assert set(table) == {0.95}
    assert len(engine.seen) == 25


def test_nothing_is_squeezed_for_an_engine_that_reads_no_such_lines() -> None:
    engine = Squinting(0.0, squeezes=False)
    table, title = lines_read(engine)
    assert len(engine.seen) == len(table) + len(title) == 13  # and no line is read twice
    assert max(engine.seen) < 1.1 * min(engine.seen)


BOXES = np.array([(20, 20 + 50 * row, 320, 50 + 50 * row) for row in range(4)])


@pytest.mark.parametrize(("short", "label"), [((20, 220, 140, 250), True), ((20, 220, 140, 244), False)])
def test_short_lines_as_high_as_long_labels_are_taken_for_labels(short: tuple[int, ...], label: bool) -> None:
    boxes = np.vstack((BOXES, short))
    enclosed = np.ones(len(boxes), dtype=bool)
    assert label_shares(boxes, enclosed)[1].tolist() == [False] * 4 + [label]
    assert not label_shares(boxes[2:], enclosed[2:])[1].any()  # of two labels nothing is known
    assert not label_shares(boxes, ~enclosed)[1].any()


@pytest.mark.parametrize(
    ("text", "score", "label"),
    [("总计", 0.9, True), ("总计", 0.5, False), ("1234", 0.99, False), ("元", 0.99, False), ("25万元", 0.99, False)],
)
def test_what_was_squeezed_as_a_label_is_read_again_unless_it_is_one(text: str, score: float, label: bool) -> None:
    assert is_label(Recognised(text, score, "", 0.0, (("", 0.0),))) == label


def test_no_short_line_is_squeezed_to_less_than_costs_less() -> None:
    sheet = Sheet(np.full((300, 400), 250, np.uint8), SCALE, np.zeros((2, 2, 2)), 400)
    for width in range(20, 150, 10):
        box = (20, 20, 20 + width, 50)
        shares = [crop(sheet, box, short=short).shape[1] / 40 for short in (LABEL, NARROWED, None)]
        assert shares == sorted(shares)
        assert shares[0] >= min(0.83, 0.69 * shares[2])
