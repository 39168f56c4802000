"""Cells that the picture ends in: what is printed in them may go on beyond its edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from extract.model import BBox, GridCell, Page

_CUT_OFF = "the picture ends in its cell"

_NEAR = 3.0
"""Points from the picture's edge within which a cell ends there, and a number may be cut by it."""

_BESIDE = 2.0
"""Points on either side of a cell's edge in which its ruling is."""

_PALE, _ALONG = 0.35, 0.7
"""How dark a ruling is at least beside print, and the share of a table's side along which it is seen: digits that are
cut make up less of one.
"""


def cut_off(page: Page, cells: Sequence[GridCell]) -> list[GridCell]:
    """The cells; in doubt where the picture ends before their ruling and they are blank or what they hold ends."""
    sheet = page.sheet
    if sheet is None or sheet.darkness is None or sheet.ink is None or not cells:
        return list(cells)
    on_page = np.array(sheet.all_on_page([cell.bbox for cell in cells]))
    near = np.concatenate((on_page[:, :2] <= _NEAR, on_page[:, 2:] >= np.array(page.extent) - _NEAR), axis=1)
    if not near.any():
        return list(cells)
    dark = _PALE * float(np.median(sheet.darkness[sheet.ink > 0])) if sheet.ink.any() else 0.0
    cut = set[int]()
    for side in range(4):  # left, top, right, bottom
        ending = np.flatnonzero(near[:, side]).tolist()
        if ending and not _is_ruled([cells[i].bbox for i in ending], side, sheet.scale, sheet.darkness > dark):
            cut.update(i for i in ending if _goes_on(cells[i], side))
    return [_doubted(cell) if i in cut else cell for i, cell in enumerate(cells)]


def _goes_on(cell: GridCell, side: int) -> bool:
    """Whether a cell may hold more beyond a side of it, for all that its ink tells."""
    return cell.ink is None or abs(cell.ink[side] - cell.bbox[side]) <= _NEAR


def _is_ruled(boxes: Sequence[BBox], side: int, scale: float, dark: NDArray[np.bool_]) -> bool:
    """Whether a ruling is seen along that side of all those boxes on a sheet."""
    across = 1 - side % 2
    seen = []
    for box in boxes:
        strip = list(box)
        strip[side % 2], strip[side % 2 + 2] = box[side] - _BESIDE, box[side] + _BESIDE
        x0, top, x1, bottom = (max(0, round(edge * scale)) for edge in strip)
        seen.append(dark[top:bottom, x0:x1].any(axis=across))
    along = np.concatenate(seen)
    return bool(along.size and along.mean() >= _ALONG)


def _doubted(cell: GridCell) -> GridCell:
    reading = cell.reading
    return replace(cell, reading=replace(reading, doubts=(*reading.doubts, _CUT_OFF))) if reading else cell
