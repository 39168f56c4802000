"""Strokes and digits drawn as masks, and what an engine says of them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Recognised

Grey = NDArray[np.uint8]


def stroke(height: int, lean: float, thickness: int = 3) -> Grey:
    """A straight stroke as a mask, leaning to the right by a share of its height."""
    reach = round(abs(lean) * height)
    mask = np.zeros((height, reach + 2 * thickness), np.uint8)
    foot, top = (thickness, thickness + reach) if lean >= 0 else (thickness + reach, thickness)
    cv2.line(mask, (foot, height - 1), (top, 0), 255, thickness)
    columns = np.flatnonzero(mask.any(axis=0))
    return mask[:, columns[0] : columns[-1] + 1]


def digits(text: str, height: int = 24, gap: int = 3) -> Grey:
    """Digits drawn by OpenCV's own strokes, as a tight mask."""
    parts = []
    for char in text:
        mask = np.zeros((60, 60), np.uint8)
        cv2.putText(mask, char, (10, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 3)
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        tight = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        width = max(2, round(tight.shape[1] * height / tight.shape[0]))
        parts += [cv2.resize(tight, (width, height)), np.zeros((height, gap), np.uint8)]
    return np.asarray(np.hstack(parts[:-1]))


def seen(text: str, score: float, numeric: str | None = None, numeric_score: float | None = None) -> Recognised:
    number = text if numeric is None else numeric
    return Recognised(text, score, number, score if numeric_score is None else numeric_score, ((number, 0.9),))


def sheared(ink: Grey, lean: float) -> Grey:
    """A mask set aslant, as an oblique font is."""
    height, width = ink.shape
    matrix = np.array([[1, -lean, lean * height], [0, 1, 0]])
    return np.asarray(cv2.warpAffine(ink, matrix, (width + round(lean * height) + 1, height), flags=cv2.INTER_NEAREST))
