"""How thick the lines of a page are taken to be: as thick as what runs far, if no line of a form is thicker."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.scan.rulings.pens import across, drawn, is_pens
from extract.scan.rulings.pieces import pieces_of, positions
from extract.scan.rulings.strokes import ink_of

SCALE = 150 / 72


def page(thick: float, *, bar: float = 0.0) -> NDArray[np.uint8]:
    """A grid of 6 by 4 lines so many points thick, with a digit's upright stroke in a cell, and a dark bar below it."""
    mask = np.zeros((600, 900), np.uint8)
    wide = round(thick * SCALE)
    for y in range(50, 401, 70):
        mask[y : y + wide, 50:851] = 1
    for x in range(50, 851, 200):
        mask[50 : 400 + wide, x : x + wide] = 1
    mask[75:90, 100:103] = 1
    mask[450 : 450 + round(bar * SCALE), 50:851] = 1
    return mask


@pytest.mark.parametrize("thick", [1.0, 3.0, 4.4])
def test_lines_drawn_double_that_ran_into_one_are_lines(thick: float) -> None:
    across, down = ink_of(page(thick), SCALE)
    assert across.thin[50 + round(thick * SCALE / 2), 60:240].all()
    assert down.thin[250 + round(thick * SCALE / 2), 65:115].all()
    assert not across.thin[78:87, 100:103].any(), "a stroke of print is longer than lines are thick"


@pytest.mark.parametrize("quarter", [0, 1])
def test_a_pens_stroke_across_a_line_does_not_take_the_line_away(quarter: int) -> None:
    """Where it rises slowly its ink runs as far along the line as a piece of one, and both are of one part."""
    mask = page(1.0)
    cv2.line(mask, (300, 135), (560, 90), (1,), 7)
    inks = ink_of(np.ascontiguousarray(np.rot90(mask, quarter)), SCALE)
    pieces = pieces_of(inks[quarter], SCALE) * SCALE
    crossed = pieces[np.abs(pieces[:, 0] - 121) < 3]
    assert crossed[:, 3].sum() > 700
    assert len(positions(pieces / SCALE)) == 6


@pytest.mark.parametrize("bends", [False, True])
def test_a_line_whose_edges_are_now_ink_now_none_does_not_bend(*, bends: bool) -> None:
    """One that falls on two pixels alike, with grey beside both; it is found now in one row of them, now in another."""
    band = np.zeros((3, 20, 1400), np.uint8)
    band[::2, 9:11] = 1
    band[1, 8:11] = 1
    where = np.full((3, 1400), 9)
    where[1] = np.resize(np.repeat((8, 10), 100), 1400)
    if bends:
        for x in range(1400):
            band[1, :, x] = np.roll(band[1, :, x], round(3 * np.sin(x / 200)))
            where[1, x] = 9 + round(3 * np.sin(x / 200))
    edges = np.arange(0, 1400, 100), np.arange(100, 1401, 100)
    sums = [drawn(np.ones(1400, bool), across(*one, SCALE), edges, SCALE) for one in zip(band, where, strict=True)]
    there = np.ones((3, 14), bool)
    there[1, 4:] = False
    assert is_pens(np.stack(sums, axis=1), there).tolist() == [False, bends, False]


@pytest.mark.parametrize("bar", [9.0, 24.0])
def test_dark_bars_are_no_lines_and_make_none_thicker(bar: float) -> None:
    across, _ = ink_of(page(1.0, bar=bar), SCALE)
    assert not across.thin[452 : 448 + round(bar * SCALE), 60:840].any()
    assert not across.thin[78:87, 100:103].any()


def dashed(pattern: tuple[float, ...], thick: float) -> NDArray[np.uint8]:
    """A grid of 12 by 8 lines of dashes and gaps, given in points by turns; they meet in crosses and corners."""
    mask = np.zeros((600, 900), np.uint8)
    wide = round(thick * SCALE)
    rows, columns = range(30, 581, 50), range(40, 861, 117)

    def dashes(start: int, end: int) -> list[slice]:
        found, at, turn = [], float(start), 0
        while at < end:
            length = pattern[turn % len(pattern)] * SCALE
            found += [slice(round(at), min(round(at + length), end))] if turn % 2 == 0 else []
            at, turn = at + length, turn + 1
        return found

    for y in rows:
        for x in columns[:-1]:
            for part in dashes(x, x + 117):
                mask[y : y + wide, part] = 1
    for x in columns:
        for y in rows[:-1]:
            for part in dashes(y, y + 50):
                mask[part, x : x + wide] = 1
    return mask


@pytest.mark.parametrize("pattern", [(8.0, 4.0), (7.0, 2.4, 1.8, 2.4)], ids=["dashes", "dashes and dots"])
@pytest.mark.parametrize("thick", [1.0, 1.5, 2.4])
def test_dashes_that_meet_are_no_print(pattern: tuple[float, ...], thick: float) -> None:
    mask = dashed(pattern, thick)
    mask[90:106, 90:102] = 1
    mask[93:103, 94:98] = 0  # a nought in a cell
    across, _ = ink_of(mask, SCALE)
    if thick < 2:
        assert across.print[90:106, 90:102].any()
    across.print[90:106, 90:102] = 0
    assert not across.print.any()
