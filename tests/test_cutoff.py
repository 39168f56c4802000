"""Cells in which the picture ends are doubted where they may hold more; those that a ruling closes are not."""

from __future__ import annotations

import numpy as np
import pytest

from extract.model import BBox, Glyphs, GridCell, Page, Reading, Sheet
from extract.scan.cells.cutoff import cut_off

WIDTH, HEIGHT = 200, 100


def read(ink: BBox | None, *, x1: float = WIDTH, ruled: bool = False) -> tuple[str, ...]:
    """The doubts about the cell at the right of a page, of which the ink is given."""
    darkness = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask = np.zeros_like(darkness)
    mask[40:60, 20:40] = 255
    darkness[mask > 0] = 200
    if ruled:
        darkness[:, -1] = 200
    mesh = np.stack(np.meshgrid(np.arange(0, 257, 32), np.arange(0, 129, 32)), axis=-1).astype(float)
    sheet = Sheet(255 - darkness, 1.0, mesh, 32, darkness=darkness, ink=mask)
    page = Page(1, WIDTH, HEIGHT, 0, "image", "", False, Glyphs("", np.zeros((0, 4))), sheet=sheet)
    cell = GridCell(0, 0, 1, 1, BBox(120, 30, x1, 70), Reading("16" if ink else ""), ink=ink)
    (found,) = cut_off(page, [cell])
    return found.reading.doubts


@pytest.mark.parametrize("ink", [None, BBox(160, 40, 199, 60)])
def test_what_the_picture_cuts_is_doubted(ink: BBox | None) -> None:
    assert read(ink)
    assert not read(ink, ruled=True)
    assert not read(ink, x1=190)


def test_a_number_away_from_the_edge_is_whole() -> None:
    assert not read(BBox(140, 40, 160, 60))
