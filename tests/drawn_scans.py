"""Images of a ruled table, drawn straight, turned or bent."""

import cv2
import numpy as np

from extract.grids.ruled.lattice import lattice
from extract.model import BBox, Glyphs

NO_GLYPHS = Glyphs("", np.zeros((0, 4)))
SCALE = 200 / 72
SIZE = (420.0, 300.0)
"""Points of the pages drawn here: small, so that tests are fast."""

ROWS = [40.0, 60.0, 78.0, 96.0, 130.0, 148.0, 166.0]
COLUMNS = [40.0, 90.0, 170.0, 210.0, 250.0, 290.0, 380.0]
MERGED = [(0, 0, 2, 2), (0, 2, 1, 3), (3, 0, 3, 1)]
"""Cells as row, column, rows, columns; all others are single."""


def cells(rows=ROWS, columns=COLUMNS, merged=MERGED):
    """Spans as `lattice` gives them."""
    covered = {(r + i, c + j) for r, c, h, w in merged for i in range(h) for j in range(w)}
    single = [(r, c, 1, 1) for r in range(len(rows) - 1) for c in range(len(columns) - 1) if (r, c) not in covered]
    return sorted([*merged, *single])


def edges(rows=ROWS, columns=COLUMNS, merged=MERGED):
    """Lines x0, y0, x1, y1 around every cell."""
    for r, c, h, w in cells(rows, columns, merged):
        x0, y0, x1, y1 = columns[c], rows[r], columns[c + w], rows[r + h]
        yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))


def drawn(place=lambda p: p, scale=SCALE, width=0.7, grey=30, text=True):
    """A page with the table on it, each point moved by `place` ((n, 2) -> (n, 2) points)."""
    shift = 4
    page = np.full((round(SIZE[1] * scale), round(SIZE[0] * scale)), 255, np.uint8)

    def line(points, width):
        pixels = (place(np.array(points, dtype=float)) * scale - 0.5) * (1 << shift)
        cv2.polylines(page, [np.rint(pixels).astype(np.int32)], False, grey, max(1, round(width * scale)), 16, shift)

    for x0, y0, x1, y1 in edges():
        t = np.linspace(0, 1, 25)[:, None]
        line(np.array([x0, y0]) * (1 - t) + np.array([x1, y1]) * t, width)
    if text:
        for r, c, h, w in cells():
            x, y = COLUMNS[c] + 6, (ROWS[r] + ROWS[r + h]) / 2
            x, y = place(np.array([[x, y]]))[0]
            where = (int(x * scale), int((y + 3.2) * scale))
            cv2.putText(page, "8014" if w == 1 else "8014 146", where, 0, 0.3 * scale, grey, 1, 16)
    return page


def spans(found):
    grid = lattice(1, "x", found, NO_GLYPHS, BBox(-50, -50, 500, 400))
    return grid and sorted((c.row, c.column, c.row_span, c.column_span) for c in grid.cells)


def turned(degrees, about=(210.0, 150.0)):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return lambda p: (p - about) @ np.array([[c, s], [-s, c]]) + about


def keystone(p, by=0.09):
    middle = np.array([210.0, 150.0])
    return (p - middle) / (1 + by * (p[:, 1:] - middle[1]) / 150 + by / 2 * (p[:, :1] - middle[0]) / 210) + middle


def curled(p, by=8.0):
    return p + np.stack((2 * np.sin(p[:, 1] / 90), by * np.sin(np.pi * p[:, 0] / 420)), axis=1)


def on_page(sheet, x, y):
    box = sheet.on_page(BBox(x, y, x, y))
    return box.x0, box.top
