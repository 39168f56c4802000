"""What ink of a sheet is its rulings', measured where they run: print close to a line, or touching it, stays."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling
from extract.scan.pixels.components import Mask

_REACH = 1.1
"""Points on either side of where a ruling stands within which its ink runs."""

_STRETCH = 24.0
"""Points of a ruling whose width is measured as one."""

_FULL = 0.7
"""Of the ink along a ruling's middle: what a row of pixels beside it has, at least, that is the ruling's.

Digits that stand under each other at a ruling have less: there is white between one row of a table and the next.
"""

_SHOWN = 0.2
"""Share of a stretch that shows ink where a ruling can be measured; all ink within reach is a fainter one's."""


def cores(inked: Mask, rulings: Sequence[Ruling], scale: float) -> Mask:
    """(h, w): 255 where the rulings themselves run, as wide as each is drawn, given ink of 0 or 255."""
    found = np.zeros_like(inked)
    for ruling in rulings:
        across, down = (found, inked) if ruling.horizontal else (found.T, inked.T)
        start, end = (ruling.x0, ruling.x1) if ruling.horizontal else (ruling.top, ruling.bottom)
        middle = (ruling.top + ruling.bottom) / 2 if ruling.horizontal else (ruling.x0 + ruling.x1) / 2
        rows = slice(max(0, round((middle - _REACH) * scale)), round((middle + _REACH) * scale) + 1)
        along = slice(max(0, round((start - _REACH) * scale)), round((end + _REACH) * scale) + 1)
        strip = down[rows, along]
        if strip.size:
            across[rows, along] |= _core(np.ascontiguousarray(strip), scale)
    return found


def _core(strip: Mask, scale: float) -> Mask:
    """A strip's ruling, which runs along it: 255 where it is."""
    width = min(round(_STRETCH * scale) | 1, 2 * strip.shape[1] - 1)
    shares = cv2.blur(strip, (width, 1), borderType=cv2.BORDER_REPLICATE)
    most = shares.max(axis=0)
    full = (shares >= _FULL * most) | (most < _SHOWN * 255)
    # From the middle outwards, as far as it goes on.
    middle = shares.argmax(axis=0)
    at = np.arange(len(strip))[:, None]
    above = np.where(~full & (at < middle), at, -1).max(axis=0)
    below = np.where(~full & (at > middle), at, len(strip)).min(axis=0)
    return np.where((at > above) & (at < below), np.uint8(255), np.uint8(0))


def without(mask: Mask, lines: Mask) -> Mask:
    """The mask without lines and the blur along them, which is a pixel wide; what goes on beyond it is print."""
    window = np.ones((3, 3), np.uint8)
    print_ = cv2.subtract(mask, cv2.dilate(lines, window))
    touching = cv2.subtract(cv2.bitwise_and(mask, cv2.dilate(print_, window)), lines)
    return np.asarray(cv2.bitwise_or(print_, touching), dtype=np.uint8)


def within(shape: tuple[int, ...], rulings: Sequence[Ruling], reach: float, scale: float) -> NDArray[np.uint8]:
    """(h, w): 255 within `reach` points of a ruling, else 0."""
    bands = np.zeros(shape, dtype=np.uint8)
    for ruling in rulings:
        x0, y0 = (max(0, round((edge - reach) * scale)) for edge in (ruling.x0, ruling.top))
        x1, y1 = (max(0, round((edge + reach) * scale) + 1) for edge in (ruling.x1, ruling.bottom))
        bands[y0:y1, x0:x1] = 255
    return bands
