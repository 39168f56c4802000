"""Edges of the page, dark beside it in a scan, are no part of a table; the frame of one that fills its picture is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Sheet
from extract.scan.rulings.find import rulings

SCALE = 200 / 72
WIDTH, HEIGHT = 420.0, 300.0


def drawn(left: float, right: float, edges: tuple[float, ...], *, dash: float | None = None) -> NDArray[np.uint8]:
    """A table from `left` to `right`, whole or dashed, with a heading above; and frames so far from the page's edge."""
    page = np.full((round(HEIGHT * SCALE), round(WIDTH * SCALE)), 250, np.uint8)

    def line(x0: float, y0: float, x1: float, y1: float) -> None:
        length = max(x1 - x0, y1 - y0)
        step = dash or length
        for start in np.arange(0.0, length - 1e-6, step * (1.6 if dash else 1.0)):
            ends = [
                (x0 + (x1 - x0) * t / length, y0 + (y1 - y0) * t / length) for t in (start, min(start + step, length))
            ]
            (ax, ay), (bx, by) = [(round(x * SCALE), round(y * SCALE)) for x, y in ends]
            cv2.line(page, (ax, ay), (bx, by), 20, 3)

    rows = np.arange(60.0, 271.0, 30.0) if edges else np.linspace(2.0, HEIGHT - 2.0, 9)
    columns = np.linspace(left, right, 6)
    for y in rows:
        line(left, y, right, y)
    for x in columns:
        line(x, rows[0], x, rows[-1])
    for margin in edges:
        corners = [round(side * SCALE) for side in (margin, margin, WIDTH - margin, HEIGHT - margin)]
        cv2.rectangle(page, tuple(corners[:2]), tuple(corners[2:]), 20, 2)
    for y in rows[:-1]:
        for x in columns[:-1]:
            cv2.putText(page, "10", (round((x + 12) * SCALE), round((y + 19) * SCALE)), 0, 0.8, 20, 2, 16)
    if edges:
        cv2.putText(page, "8014 A HEADING 15", (round(60 * SCALE), round(40 * SCALE)), 0, 1.2, 20, 3, 16)
    return page


def extent(page: NDArray[np.uint8]) -> tuple[float, ...]:
    found = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    sides = np.array([(r.x0, r.top, r.x1, r.bottom) for r in found])
    return (*sides[:, :2].min(axis=0), *sides[:, 2:].max(axis=0))


@pytest.mark.parametrize("edges", [(2.0,), (2.0, 9.0), (10.0,)])
@pytest.mark.parametrize("dash", [None, 6.0])
def test_edges_of_the_page_are_no_table(edges: tuple[float, ...], dash: float | None) -> None:
    assert extent(drawn(25, 395, edges, dash=dash)) == pytest.approx((25, 60, 395, 270), abs=1.5)


def test_a_table_that_fills_its_picture_keeps_its_frame() -> None:
    assert extent(drawn(2, WIDTH - 2, ())) == pytest.approx((2, 2, WIDTH - 2, HEIGHT - 2), abs=1.5)
