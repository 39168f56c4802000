"""How far lines of print are squeezed before they are read: labels most, and less where they are illegible."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Glyphs, Page, Raster, Recognised
from extract.scan.page import read_page

SCALE = 200 / 72
WIDTH, HEIGHT = 420, 300
LABEL = "a label of some words"


class Squinting:
    """An engine that cannot read lines narrower than `least` times their height; it notes how wide lines are."""

    name, provenance = "squinting", MappingProxyType({})

    def __init__(self, least: float) -> None:
        self.least = least
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
            cv2.putText(grey, LABEL, at(x + 10, y + 20), 0, 0.75, 20, 2, 16)
    cv2.putText(grey, LABEL, at(120, 70), 0, 0.75, 20, 2, 16)
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
