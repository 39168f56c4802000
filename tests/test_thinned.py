"""Print that lost its thin strokes, and how far its numbers can be believed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from adding_up import REQUESTS, checked, figures, form, scanned
from inked import seen

from extract.model import THINNED, BBox, CellId, PrintedLine, Reading, Sheet, Status
from extract.scan.cells.thinned import is_thinned, warned

SCALE = 200 / 72


def noughts(opened: int, whole: int, gap: int = 255) -> tuple[list[PrintedLine], Sheet]:
    """A sheet of noughts, some without the thin strokes at their tops, which are as light as `gap`."""
    count = opened + whole
    grey = np.full((60, 40 * count), 255, np.uint8)
    for i in range(count):
        cv2.ellipse(grey, (20 + 40 * i, 30), (6, 11), 0, 0, 360, (0,), 3)
        if i < opened:
            grey[16:24, 18 + 40 * i : 23 + 40 * i] = np.maximum(grey[16:24, 18 + 40 * i : 23 + 40 * i], gap)
    boxes = [np.array((12 + 40 * i, 17, 29 + 40 * i, 44)) / SCALE for i in range(count)]
    lines = [PrintedLine(BBox(*box.tolist()), seen("0", 0.99)) for box in boxes]
    ink = np.where(grey < 100, 255, 0).astype(np.uint8)
    return lines, Sheet(grey, SCALE, np.zeros((2, 2, 2)), 32, darkness=255 - grey, ink=ink)


@pytest.mark.parametrize(("opened", "whole", "gap", "thinned"), [
    (4, 30, 255, True),
    (1, 10, 255, False),  # a scratch
    (2, 80, 255, False),
    (4, 30, 120, False),  # a thin stroke in shades of grey
])  # fmt: skip
def test_open_noughts_tell_that_thin_strokes_are_lost(opened: int, whole: int, gap: int, *, thinned: bool) -> None:
    assert is_thinned(*noughts(opened, whole, gap)) is thinned


def test_a_number_without_a_stem_is_not_what_is_left_of_a_four() -> None:
    assert warned(Reading("31", 0.99, "engine")).cautions == (THINNED,)
    assert warned(Reading("207", 0.99, "engine")).cautions == ()


def row_read_alike(**others: str) -> dict[str, Status]:
    """Statuses of a row whose 34s are read as 31 in both of its cells, others of the table as printed, or so."""
    grid = form().grid("requests")
    cells = dict.fromkeys(figures(1, grid), 0)
    for column in ("natural_person", "total"):
        for row in ("received", "granted", "processed_total"):
            cells[CellId(REQUESTS, row, column)] = 34
    readings = scanned(cells)
    for row, text in others.items():
        for column in ("natural_person", "total"):
            readings[CellId(REQUESTS, row, column)] = warned(Reading(text, 0.99, "engine"))
    found = checked(readings, grid)
    assert all(result.verdict != "published" for result in found.identities if result.holds is False)
    return {row: found.cells[CellId(REQUESTS, row, "natural_person")].status for row in others}


def test_a_row_does_not_prove_what_may_be_misread_alike_in_it() -> None:
    assert set(row_read_alike(received="31").values()) == {Status.SUSPECT}


def test_a_row_and_a_column_prove_it() -> None:
    assert set(row_read_alike(received="41", granted="41", processed_total="41").values()) == {Status.VERIFIED}
