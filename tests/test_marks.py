"""Dashes of blank cells: all alike, they are read a few times, and each is told from other marks by its own ink."""

from collections.abc import Sequence
from types import MappingProxyType

import cv2
import numpy as np
from drawn_scans import COLUMNS, NO_GLYPHS, ROWS, SCALE, cells, drawn

from extract.grids.ruled.lattice import lattice
from extract.model import BBox, Page, PrintedLine, Raster, Recognised
from extract.scan.cells.values import read_values
from extract.scan.paper.flatten import flatten
from extract.scan.rulings.find import rulings
from extract.scan.text.textlines import text_lines, with_ink


class Dashes:
    """An engine that reads every line as a dash, and counts them."""

    name, squeezes = "dashes", True
    provenance = MappingProxyType({})

    def __init__(self) -> None:
        self.asked = 0

    def read(self, lines: Sequence[np.ndarray]) -> list[Recognised]:
        self.asked += len(lines)
        return [Recognised("-", 0.99, "-", 0.99, (("-", 0.99),)) for _ in lines]


def dashed() -> Page:
    """A page with a table that has a dash in every cell but one, where a full stop is printed."""
    page = drawn(text=False)
    for i, (row, column, high, wide) in enumerate(cells()):
        x, y = (COLUMNS[column] + COLUMNS[column + wide]) / 2, (ROWS[row] + ROWS[row + high]) / 2
        length = 1.2 if i == 5 else 4.0
        low, far = ((round(at * SCALE) for at in (x + by, y + 0.6 * side)) for by, side in ((-length, -1), (length, 1)))
        cv2.rectangle(page, tuple(low), tuple(far), 30, -1)
    flat = flatten(Raster(page, SCALE))
    lines = rulings(flat)
    sheet = with_ink(flat, lines)
    boxes = text_lines(sheet, lines) / sheet.scale
    printed = tuple(PrintedLine(BBox(*box), None) for box in boxes.tolist())
    return Page(1, 420, 300, 0, "image", "", False, NO_GLYPHS, lines, sheet, printed)


def test_dashes_that_look_alike_are_read_a_few_times() -> None:
    page, engine = dashed(), Dashes()
    grid = lattice(1, "x", page.rulings, NO_GLYPHS, BBox(-50, -50, 500, 400))
    assert grid is not None
    read = read_values(page, grid.cells, engine)
    inked = [cell for cell in read if cell.ink is not None]
    assert len(inked) >= len(cells()) - 1
    assert engine.asked <= 2 * (3 + 1)
    assert sum(cell.text == "-" and not cell.reading.doubts for cell in inked) >= len(cells()) - 2
