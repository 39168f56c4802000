"""Print that lost its thin strokes: noughts of two levels that white runs into from outside tell of such a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import THINNED, PrintedLine, Reading, Sheet
from extract.scan.cells.fusion import plain
from extract.scan.cells.ink import PixelBox
from extract.scan.cells.lines import pixels

_SHOWN = 0.3
"""Of the darkness of a nought's ink: what is less dark is white, and no thin stroke in shades of grey."""

_MIDDLE = 0.4, 0.6
"""Of a nought's width and height: where its middle begins and ends."""

_SIZE = 0.15
"""Of its width and height: by how much a nought may be larger or smaller than most."""

_SEVERAL, _SHARE = 2, 0.03
"""Open noughts of a page, and their share of all, from which thin strokes were lost: fewer are scratched."""

_STEM = "1"
"""What is left of a 4 without its thin strokes."""


def is_thinned(lines: Sequence[PrintedLine], sheet: Sheet) -> bool:
    """Whether thin strokes of a page's print are gone, as the noughts among its lines show."""
    dark, ink = sheet.darkness, sheet.ink
    if dark is None or ink is None:
        return False
    boxes = _alike([pixels(line.bbox, sheet.scale) for line in lines if line.read and plain(line.read) == "0"])
    opened = [_is_open(dark[top:bottom, x0:x1], ink[top:bottom, x0:x1]) for x0, top, x1, bottom in boxes]
    return sum(opened) >= max(_SEVERAL, _SHARE * len(opened))


def warned(reading: Reading) -> Reading:
    """A reading from such a page: what has a stem may have been another number, here and wherever it is repeated."""
    return replace(reading, cautions=(*reading.cautions, THINNED)) if _STEM in reading.text else reading


def _alike(boxes: Sequence[PixelBox]) -> list[PixelBox]:
    """Those about as large as most: what lies beside a nought makes its box larger, and its middle another."""
    if not boxes:
        return []
    places = np.array(boxes)
    sizes = places[:, 2:] - places[:, :2]
    alike = (np.abs(sizes - np.median(sizes, axis=0)) <= np.maximum(1, _SIZE * sizes)).all(axis=1)
    return [box for box, same in zip(boxes, alike.tolist(), strict=True) if same]


def _is_open(dark: NDArray[np.uint8], ink: NDArray[np.uint8]) -> bool:
    """Whether white runs from around a nought into its middle."""
    height, width = dark.shape
    print_ = dark[ink > 0]
    if not print_.size:
        return False
    shown = np.pad((dark > _SHOWN * np.percentile(print_, 75)).astype(np.uint8), 1)
    cv2.floodFill(shown, None, (0, 0), 2)
    rows, columns = (slice(1 + int(_MIDDLE[0] * size), 2 + int(_MIDDLE[1] * size)) for size in (height, width))
    return bool((shown[rows, columns] == 2).any())
