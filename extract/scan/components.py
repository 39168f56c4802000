"""Connected parts of a mask: which pixels are whose, and how large each is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""(h, w): one level where there is ink, 0 elsewhere."""


def components(mask: Mask) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The parts of a mask that touch, diagonally too.

    Returns:
        (h, w) the number of the part that a pixel is of, 0 for none; and (n, 5) the left, top, width, height and count
        of pixels of each number's part, as cv2.CC_STAT_LEFT and so on name them; number 0's are of no use.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=numbers(mask))
    return np.asarray(labels), np.asarray(stats, dtype=np.int32)


def numbers(mask: Mask) -> int:
    """What OpenCV is to number the parts of a mask with: where 16 bits hold them, it takes a third of the time."""
    # Each part begins a run of ink in some row.
    most = np.count_nonzero(mask[:, 1:] > mask[:, :-1]) + np.count_nonzero(mask[:, :1])
    return cv2.CV_16U if most < 2**16 - 1 else cv2.CV_32S


def only(mask: Mask, labels: NDArray[Any], keep: NDArray[np.bool_]) -> Mask:
    """The mask's parts that are to be kept, given what `components` numbers them and a truth value for each number."""
    kept = mask.copy()
    inked = np.flatnonzero(mask != 0)
    kept.ravel()[inked[~keep[labels.ravel()[inked]]]] = 0
    return kept
