"""Declarations of CSS by which a text is there and not seen: set aside, cut away, too small, or in no colour."""

from __future__ import annotations

import re
from collections.abc import Mapping

CONCEALING = frozenset(
    {
        *("position", "left", "top", "text-indent", "width", "height", "max-width", "max-height", "overflow", "clip"),
        *("content-visibility", "transform"),
    }
)
"""Properties that conceal with others of the same block, or by a value that no text is set with."""

_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|%|)")

_FAR = -500.0
"""Points or pixels left of its place or above it where nobody sees a text."""

_SLIT = 1.0
"""Pixels that a box which cuts its text has at most, if it cuts all of it."""

_LEGIBLE = {"px": 3.0, "pt": 2.5, "em": 0.2, "rem": 0.2, "%": 20.0}
"""Size up to which text is a dot."""

_NO_SIZE = re.compile(r"scale[xy]?\(\s*0(?:\.0*)?\s*[,)]")
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)"})
_NONE = re.compile(r"transparent|#[0-9a-f]{3}0|#[0-9a-f]{6}00|rgba\([^)]*,0?\.?0*%?\)")
_GROUNDLESS = frozenset({"none", "transparent", "inherit", "initial", "unset"})


def concealed(values: Mapping[str, str]) -> bool:
    """Whether the values of one element, or of one block, put its text where nobody sees it."""
    far = values.get("position") in {"absolute", "fixed"} and min(map(_length, _of(values, "left", "top"))) < _FAR
    cut = values.get("overflow", "") in {"hidden", "clip"}
    narrow = min(map(_length, _of(values, "width", "height", "max-width", "max-height"))) <= _SLIT
    clipped = re.fullmatch(r"rect\((?:[01](?:px)?[, ]*){4}\)", values.get("clip", "")) is not None
    no_size = _NO_SIZE.search(values.get("transform", "")) is not None
    left_out = values.get("content-visibility") == "hidden" or no_size
    return left_out or far or (cut and narrow) or clipped or min(map(_length, _of(values, "text-indent"))) < _FAR


def is_tiny(size: str) -> bool:
    """Whether a font size is one that nobody can read."""
    match = _LENGTH.fullmatch(size)
    return match is not None and float(match[1]) <= _LEGIBLE.get(match[2], -1.0)


def is_colourless(colour: str) -> bool:
    """Whether text in a colour is drawn by no ink."""
    return _NONE.fullmatch("".join(colour.split())) is not None


def is_white(colour: str) -> bool:
    """Whether a colour is that of paper."""
    return "".join(colour.split()) in _WHITE


def is_ground(background: str) -> bool:
    """Whether a background is another than that of paper, so that white text is seen on it."""
    return background not in _GROUNDLESS and not is_white(background) and not is_colourless(background)


def _of(values: Mapping[str, str], *names: str) -> list[str]:
    return [values[name] for name in names if name in values] or ["auto"]


def _length(text: str) -> float:
    """Points or pixels; more than any text has where it is no length."""
    match = _LENGTH.fullmatch(text)
    return float(match[1]) if match is not None and match[2] in {"px", "pt", ""} else float("inf")
