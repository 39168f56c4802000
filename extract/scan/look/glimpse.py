"""A glimpse at a page's labels, read as they lie: what table it is, and which way up, before it is made flat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import BBox, Raster, Recognised, Sheet
from extract.ocr import Engine
from extract.scan.look.coarse import Look
from extract.scan.text.squeezed import LONG, PADDING, is_label

_LEAST, _FIRST, _FEW, _MANY = 2, 3, 5, 12
"""Labels of a page at least, those that are read at first, and of a page that they do not show to be the form, or can
be read: a few, then many."""

_SURELY = 0.5
"""Share of the first labels' text from which the page is the form."""

_WORDED, _LETTERS = 3, 8
"""Lines with words, of those that were read, or letters in such lines, below which they say nothing of what table it
is: numbers may be any's. Longer lines are read then, which hardly are numbers."""

_LEGIBLE = 0.9
"""Median score of labels that are read the right way up."""

_DECIDED = 0.5
"""How clearly lines of print must run one way."""

_MARGIN = 0.25
"""Of a label's height: what is shown around it."""

_SQUEEZED = 0.5
"""Share of its width that a label is squeezed to, for engines that read such lines as well."""

_PAPER = 250
"""Grey that the ground comes to."""

_AT = 0.2
"""Of its height: how far off a label's edges are at most from those of the line that it is on the sheet."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What labels tell: how much of their text is the form's, and the quarter turns to upright.

    `boxes` is (n, 4): where each label stands on the page as it lies, in points; `read` is what was read of it, and
    `size` the width and height of that page.
    """

    share: float
    turns: int
    boxes: NDArray[np.float64]
    read: Sequence[Recognised]
    size: tuple[float, float]

    def of_lines(self, sheet: Sheet, boxes: NDArray[np.int64]) -> dict[int, Recognised]:
        """Labels that need not be read again: by the place of their line among the (n, 4) boxes of an upright sheet."""
        labels = _turned(self.boxes, self.turns, self.size)
        places = sheet.all_on_page([BBox(*box) for box in (boxes / sheet.scale).tolist()])
        off = np.abs(np.array(places).reshape(-1, 1, 4) - labels).max(axis=2)
        known: dict[int, Recognised] = {}
        for label, read in enumerate(self.read if len(places) else ()):
            line = int(off[:, label].argmin())
            x0, top, x1, bottom = labels[label].tolist()
            if off[line, label] <= _AT * (bottom - top) and read.score >= _LEGIBLE and is_label(read):
                known[line] = replace(read, offsets=_with_padding(read.offsets, (x1 - x0) / (bottom - top)))
        return known


def glimpse(raster: Raster, seen: Look, engine: Engine, likeness: Callable[[str], float]) -> Glimpse | None:
    """Read a few labels of a page with a grid; None where they cannot be read as they lie, or are numbers, or none."""
    if len(seen.labels) < _LEAST or abs(seen.sideways) < _DECIDED:
        return None
    grey = raster.pixels if raster.pixels.ndim == 2 else raster.pixels[:, :, 0]
    squeezed = _SQUEEZED if engine.squeezes else 1.0

    def read_labels(places: NDArray[np.intp], turns: int) -> list[Recognised]:
        cut = (_upright(grey, boxes[i] * raster.scale, seen.slope, turns, squeezed) for i in places.tolist())
        return engine.read(list(cut))

    axis = 1 if seen.sideways > 0 else 0
    boxes = seen.labels[np.lexsort((seen.labels[:, 1 - axis], seen.labels[:, axis]))]
    chosen = _spread(np.arange(len(boxes)), _MANY)
    few = _spread(chosen, _FEW)
    first = _spread(few, _FIRST)
    rest, long = np.setdiff1d(chosen, few), _spread(np.setdiff1d(_long(boxes, axis), chosen), _FEW)
    for turns in (axis, axis + 2):
        asked, read = first, read_labels(first, turns)
        legible, share = _seen(read, likeness)
        if not legible or share < _SURELY:
            more = np.setdiff1d(few, first)
            asked, read = np.append(asked, more), read + read_labels(more, turns)
            legible, share = _seen(read, likeness)
        if not legible:
            continue
        if share < _SURELY:
            asked, read = np.append(asked, rest), read + read_labels(rest, turns)
            if not _says(read):
                asked, read = np.append(asked, long), read + read_labels(long, turns)
            _, share = _seen(read, likeness)
        if share < _SURELY and not _says(read):
            return None
        height, width = (pixels / raster.scale for pixels in grey.shape)
        return Glimpse(share, turns, boxes[asked], read, (width, height))
    return None


def _turned(boxes: NDArray[np.float64], turns: int, size: tuple[float, float]) -> NDArray[np.float64]:
    """(n, 4) boxes as they stand when a page of this size was turned so many quarters clockwise."""
    width, height = size
    for _ in range(turns):
        x0, top, x1, bottom = boxes.T
        boxes, width, height = np.stack((height - bottom, x0, height - top, x1), axis=1), height, width
    return boxes


def _with_padding(offsets: Sequence[float], wide: float) -> tuple[float, ...]:
    """Where characters are in the image of a line, `wide` times as wide as high, that has a line's usual margin."""
    places = np.array(offsets) * (wide + 2 * _MARGIN) - _MARGIN + PADDING
    return tuple(np.clip(places / (wide + 2 * PADDING), 0.0, 1.0).tolist())


def _spread(places: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """So many of some places, from the first to the last; all where they are fewer."""
    return places[np.unique(np.linspace(0, len(places) - 1, count).astype(int))] if len(places) else places


def _long(boxes: NDArray[np.float64], axis: int) -> NDArray[np.intp]:
    """Which boxes are longer than numbers are."""
    length, height = (boxes[:, 2:] - boxes[:, :2]).T[:: -1 if axis else 1]
    return np.flatnonzero(length > LONG * height)


def _seen(read: Sequence[Recognised], likeness: Callable[[str], float]) -> tuple[bool, float]:
    """Whether most of the lines are legible, and how much of their text is the form's."""
    return median(line.score for line in read) >= _LEGIBLE, likeness("\n".join(line.text for line in read))


def _says(read: Sequence[Recognised]) -> bool:
    """Whether enough of the lines have words, or these enough letters."""
    letters = [count for count in (sum(map(str.isalpha, line.text)) for line in read) if count > 1]
    return len(letters) >= _WORDED or (len(letters) > 1 and sum(letters) >= _LETTERS)


def _upright(
    grey: NDArray[np.uint8], box: NDArray[np.float64], slope: float, turns: int, squeezed: float
) -> NDArray[np.uint8]:
    """The label in a box of pixels, cut out along its own direction: dark on a light ground.

    Args:
        grey: The page as it lies.
        box: x0, top, x1, bottom of the label there.
        slope: How far lines across fall over their length.
        turns: Clockwise quarter turns that bring the page upright.
        squeezed: Share of its width that it is squeezed to.
    """
    length, height = (box[2:] - box[:2])[:: -1 if turns % 2 else 1].tolist()
    height = max(0.5 * height, height - abs(slope) * length)
    margin = _MARGIN * height
    width, height = length + 2 * margin, height + 2 * margin
    # Along the text and across it, as they run on the page as it lies.
    turn = np.pi / 2 * turns
    tilt = np.arctan(slope)
    along = np.array([np.cos(tilt - turn), np.sin(tilt - turn)])
    across = np.array([-along[1], along[0]])
    matrix = np.stack((along / squeezed, across, (box[:2] + box[2:]) / 2 - along * width / 2 - across * height / 2), 1)
    size = max(1, round(width * squeezed)), max(1, round(height))
    cut = cv2.warpAffine(
        grey, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    dark, light = np.percentile(cut, (2, 90)).tolist()
    return np.asarray(np.clip((cut - dark) * (_PAPER / max(light - dark, 1.0)), 0, 255), dtype=np.uint8)
