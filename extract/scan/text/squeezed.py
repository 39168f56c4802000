"""The images of lines that are read, squeezed as far as what they seem to show can bear: reading costs by width."""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Recognised, Sheet

PADDING = 0.17
"""Of a line's height: margin around it in the image that is read; noisy print is read badly without."""

LONG = 5.0
"""Of its height: width from which a line is a label rather than a number."""

SQUEEZED, NARROWED, _LONE = 0.45, 0.6, 0.7
"""Shares of its width that a long line, a short one and one of a digit or two are squeezed to; digits that come nearer
than so merge, and narrower images of so few cost no less."""

_FEW = 1.3
"""Of its height: width up to which a line with what is around it holds a digit or two."""

LABEL, WIDER = 0.33, 0.6
"""The same of a line between rulings on all sides that is a label: it has to be known from others, not read to the
letter; and of a long one that is read again."""

_AS_HIGH, _SOME = 0.9, 3
"""Times as high as so many long labels are on the median that a short one is at least: digits are lower, in most fonts.
"""

_NARROWEST = 0.84
"""Of its height: width to which a short label is squeezed at most; narrower images cost no less."""

_THIN = 0.45
"""Of its height: width of a lone stroke, which is not squeezed: what is left of a ruling would be read as a one."""

_WORDS, _SURE = 2, 0.65
"""Letters of a label at least, and the score that it is read with."""

_SOFT = 0.06
"""Of the height of a line's image: standard deviation of the blur that closes its strokes."""

_COUNTED = re.compile(r"\d[^\W\d_]")
"""A number and its unit, which must be read as numbers are."""


def label_shares(
    boxes: NDArray[np.int64], enclosed: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What each of (n, 4) lines is squeezed to if it is long; and which short ones are as high as long labels are.

    `enclosed` are those between rulings on all sides. A short line so high is a label as a rule, `is_label` says of its
    text whether it was.
    """
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    long = width > LONG * height
    labels = height[long & enclosed]
    several = enclosed & ~long & (width + 2 * PADDING * height > _FEW * (1 + 2 * PADDING) * height)
    least = _AS_HIGH * float(np.median(labels)) if len(labels) >= _SOME else np.inf
    return np.where(enclosed, LABEL, SQUEEZED), several & (height >= least)


def is_label(read: Recognised) -> bool:
    """Whether what was read of a line that was squeezed as a label is one for certain: words, and no number of them."""
    letters = sum(not char.isascii() and char.isalpha() for char in read.text)
    return read.score >= _SURE and letters >= _WORDS and not _COUNTED.search(read.text)


def crop(
    sheet: Sheet, box: Sequence[int], long: float | None = SQUEEZED, short: float | None = NARROWED
) -> NDArray[np.uint8]:
    """The pixels of a line, squeezed to a share of its width that depends on its length; None is as it is.

    A squeezed line costs less to read, and lone digits are even read more surely.
    """
    x0, y0, x1, y1 = box
    margin = max(2, round(PADDING * (y1 - y0)))
    image = sheet.grey[max(0, y0 - margin) : y1 + margin, max(0, x0 - margin) : x1 + margin]
    height, width = image.shape
    share = long if width > LONG * height else short
    if share is not None and width <= LONG * height:
        share = max(share, _LONE if width <= _FEW * height else min(NARROWED, _NARROWEST * height / width))
    return image if share is None else _narrowed(image, box, share)


def around(sheet: Sheet, box: Sequence[int], shown: Sequence[int], *, squeezes: bool) -> NDArray[np.uint8]:
    """The pixels of a number's line in `box` with what is `shown` around it, squeezed no more than a lone digit is."""
    x0, top, x1, bottom = shown
    image = sheet.grey[top:bottom, x0:x1]
    least = min(1.0, _NARROWEST * (bottom - top) / (x1 - x0)) if image.size else 1.0
    return _narrowed(image, box, max(_LONE, least)) if squeezes else image


def _narrowed(image: NDArray[np.uint8], box: Sequence[int], share: float) -> NDArray[np.uint8]:
    """The image of the line in a box at a share of its width, a lone stroke as it is."""
    x0, y0, x1, y1 = box
    height, width = image.shape
    if x1 - x0 < _THIN * (y1 - y0) or share == 1.0:
        return image
    return np.asarray(cv2.resize(image, (max(1, round(share * width)), height), interpolation=cv2.INTER_AREA))


def softened(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image of a line, blurred until crumbs run into strokes."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(0.5, _SOFT * image.shape[0])), dtype=np.uint8)
