"""Fusion: one reading from two views of a number, as sure as their agreement and the ink's shape allow."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Reading, Recognised
from extract.ocr import NUMERIC

_LOOKALIKES = str.maketrans("OoＯ。〇○lI|丨｜", "00000011111")
"""Signs that a recogniser gives for a lone 0 or 1."""

_DISPUTED = 0.5
"""Confidence a reading has at most when the views or the ink speak against it."""

_AT_LEAST, _AT_MOST = 0.22, 0.80
"""Of a line's height: how far apart the middles of digits may stand; the width of so many digits follows."""

_SLANT = 0.3
"""How far a stroke may lean, as a share of its height, to be a digit one rather than a slash."""


def fuse(narrow: Recognised, wide: Recognised, ink: NDArray[np.uint8], engine: str, scale: float) -> Reading:
    """One reading from two views of the same line.

    Args:
        narrow: What was read with little around the line.
        wide: What was read with more around it.
        ink: (h, w) mask of the line's ink, 0 or not, tight around it.
        engine: The readings' source.
        scale: Pixels per point.
    """
    texts = [_plain(narrow), _plain(wide)]
    candidates = _weighed(narrow, wide)
    if texts[0] == texts[1]:
        text, confidence = texts[0], min(narrow.score, wide.score)
        if text and set(text) <= set(NUMERIC):
            if {narrow.numeric, wide.numeric} != {text}:
                confidence = min(confidence, _DISPUTED)
            if not _fits(text, ink):
                confidence = min(confidence, _DISPUTED)
    else:
        numeric = [text for text in texts if text and set(text) <= set(NUMERIC)]
        if not numeric:
            text = max(zip((narrow.score, wide.score), texts, strict=True))[1]
        elif candidates:
            text = candidates[0][0]
        else:
            text = numeric[0]
        confidence = min(_DISPUTED, narrow.score, wide.score)
    alternatives = tuple((other, weight) for other, weight in candidates if other != text)
    return Reading(text, round(confidence, 4), engine, alternatives)


def _plain(read: Recognised) -> str:
    """The free text without blanks; signs that look like digits made digits where the numeric reading says so."""
    text = "".join(read.text.split())
    folded = text.translate(_LOOKALIKES)
    return folded if folded != text and folded == read.numeric else text


def _weighed(narrow: Recognised, wide: Recognised) -> list[tuple[str, float]]:
    """Numeric readings of either view by the product of their probabilities, best first, as shares of one."""
    one, other = dict(narrow.alternatives), dict(wide.alternatives)
    floor = 1e-4
    weights = {text: one.get(text, floor) * other.get(text, floor) for text in one.keys() | other.keys() if text}
    total = sum(weights.values()) or 1.0
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    return [(text, round(weight / total, 4)) for text, weight in ranked[:5]]


def _fits(text: str, ink: NDArray[np.uint8]) -> bool:
    """Whether the ink can be that many digits, and a lone stroke a digit one."""
    height, width = ink.shape
    digits = sum(char.isdigit() for char in text)
    if digits == 0:
        return True
    if width > _AT_MOST * height * len(text) or width < _AT_LEAST * height * (digits - 1):
        return False
    return text != "1" or _lean(ink) <= _SLANT


def _lean(ink: NDArray[np.uint8]) -> float:
    """How far a stroke leans to the right from its foot to its top, as a share of its height."""
    moments = cv2.moments(ink, binaryImage=True)
    return float(-moments["mu11"] / moments["mu02"]) if moments["mu02"] else 0.0
