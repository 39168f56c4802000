"""Connected parts of a mask: which pixels are whose, and how large each is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.runs import Runs

Mask = NDArray[np.uint8]
"""(h, w): one level where there is ink, 0 elsewhere."""


def components(mask: Mask) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The parts of a mask that touch, diagonally too.

    Returns:
        (h, w) the number of the part that a pixel is of, 0 for none; and (n, 5) the left, top, width, height and count
        of pixels of each number's part, as cv2.CC_STAT_LEFT and so on name them; number 0's are of no use.
    """
    runs = Runs.of(mask)
    # Each part begins a run of ink; where 16 bits hold their numbers, it takes less memory and time.
    kind = cv2.CV_16U if len(runs.starts) < 2**16 - 1 else cv2.CV_32S
    count, labels = cv2.connectedComponentsWithAlgorithm(mask, 8, kind, cv2.CCL_BBDT)
    # OpenCV's own statistics take twice as long as all of this.
    return np.asarray(labels), statistics(runs, np.asarray(labels), count)


def statistics(runs: Runs, labels: NDArray[Any], count: int) -> NDArray[np.int32]:
    """(count, 5) what `components` says of the size of each number's part."""
    rows = runs.rows
    owner = runs.of_number(labels)
    left, lengths = runs.starts - rows * (runs.shape[1] + 1), runs.stops - runs.starts
    low, high = np.full(count, runs.shape[1]), np.zeros(count, dtype=np.int64)
    np.minimum.at(low, owner, left)
    np.maximum.at(high, owner, left + lengths)
    # Runs come from the top down: of a part's, the one that is written last stays.
    first, last = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    first[owner[::-1]], last[owner] = rows[::-1], rows + 1
    area = np.bincount(owner, lengths, count)
    return np.stack((low, first, high - low, last - first, area), axis=1).astype(np.int32)


def only(mask: Mask, labels: NDArray[Any], keep: NDArray[np.bool_]) -> Mask:
    """The mask's parts that are to be kept, given what `components` numbers them and a truth value for each number."""
    runs = Runs.of(mask)
    return runs.only(~keep[runs.of_number(labels)]).drawn_on(mask.copy(), 0)
