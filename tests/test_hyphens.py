"""Dashes that are known by others of their table."""

from __future__ import annotations

import numpy as np
import pytest
from inked import Grey, seen

from extract.model import BBox, PrintedLine, Reading
from extract.scan.cells.fusion import fuse
from extract.scan.cells.hyphens import Dashes, dashes
from extract.scan.cells.values import _usual_height

USUAL = 24.0


def mark(height: int, width: int) -> Grey:
    return np.full((height, width), 255, np.uint8)


def marks(*sizes: tuple[int, int], read: str = "一") -> list[tuple[str, str, Grey]]:
    return [(read, "", mark(*size)) for size in sizes]


def read(ink: Grey, narrow: str, wide: str, known: Dashes | None) -> Reading:
    return fuse(seen(narrow, 0.6, ""), seen(wide, 0.6, ""), ink, USUAL, "engine", known=known)


def test_a_stubby_hyphen_is_one_beside_others_that_are_surely() -> None:
    stubby = mark(5, 7)
    assert read(stubby, "二", "。", None).confidence <= 0.5
    known = dashes(marks((4, 7), (4, 7), (4, 8)), USUAL)
    assert (read(stubby, "二", "。", known).text, read(stubby, "二", "。", known).confidence) == ("-", 0.95)
    for other in (mark(7, 7), mark(4, 11)):
        assert read(other, "二" if other.shape[0] == 7 else "。", "。", known).confidence <= 0.5
    assert read(stubby, "4", "。", known).confidence <= 0.5, "three are few"


def test_stubby_marks_that_are_all_alike_are_dashes() -> None:
    alike = [(5, 7), (5, 7), (4, 6), (5, 7), (5, 7)]
    assert dashes(marks(*alike), USUAL) is not None
    assert dashes(marks(*alike[1:]), USUAL) is None
    assert dashes(marks(*alike, (8, 11)), USUAL) is None, "pieces of print are of all sizes"
    assert dashes(marks(*alike, read="7"), USUAL) is None


def test_what_shows_through_behind_a_dash_is_no_number_but_a_caution() -> None:
    """The digits of a pale watermark are read in place of the dash that is printed over it."""
    known = dashes(marks(*[(4, 8)] * 8), USUAL)
    over = read(mark(5, 8), "24", "0241", known)
    assert (over.text, bool(over.cautions)) == ("-", True)
    assert read(mark(9, 8), "24", "0241", known).text != "-"


@pytest.mark.parametrize(("own", "usual"), [((8.0, 7.5), 8.0), ((12.0, 11.0), 17.0), ((), 17.0)])
def test_lines_set_aslant_do_not_tell_how_high_print_is(own: tuple[float, ...], usual: float) -> None:
    table = [PrintedLine(BBox(0, 0, 60, height)) for height in own]
    watermark = [PrintedLine(BBox(0, 0, 60, height)) for height in (16.0, 17.0, 17.0, 34.0, 34.0)]
    assert _usual_height([*table, *watermark[: 5 - len(own)], *watermark[3:][: len(own)]], table) == usual
