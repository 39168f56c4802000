"""Fusion: one reading from two views of a line, as sure as their agreement and the ink's shape allow."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np

from extract.model import Reading, Recognised
from extract.ocr import LOOKALIKES, NUMERIC
from extract.scan.cells.hyphens import Dashes, are_many, is_alike, is_read
from extract.scan.cells.shapes import (
    Mask,
    apart,
    fits,
    is_bar,
    is_dash,
    is_low,
    is_raised,
    is_ringed,
    is_slash,
    is_speck,
    is_upright,
    parts,
)
from extract.scan.cells.slashes import STROKES, is_leaning, is_stroke
from extract.scan.cells.spacing import is_at, pitch
from extract.scan.cells.specks import SMALL

_DIGIT_OF = str.maketrans({char: digit for digit, alike in LOOKALIKES.items() for char in alike})

_RINGED = dict.fromkeys(map(ord, "日曰"), "0")
"""What it makes of a nought with a dot in it."""

_DISPUTED = 0.5
"""Confidence a reading has at most when the views or the ink speak against it."""

_BY_SHAPE = 0.95
"""Confidence of a mark that its shape decides."""

_BARS = STROKES | {"丨", "｜", "!", "i", "[", "]", "(", ")"}
"""What it makes of a piece of a ruling."""

_TOO_TALL = "a stroke taller than a digit"

_TOO_SMALL = "a speck smaller than a digit"

_TOO_LOW = "ink lower than a nought, perhaps a dash"

_SHOWS_THROUGH = "a dash as others of its table are, read as something else"

_POINTS = ".,·:'`"
"""What it makes of a speck beside a number's digits."""

_SPECKED = "a speck beside its digits"

_RAISED = "its last digit stands higher, perhaps a note's"

_NO_NUMBER = "ink that no reader takes for a number"

_APART = "digits stand apart, as of two numbers"

_FLOOR = 1e-4
"""Probability of a text that a view does not list among its likeliest."""

_KEPT = 12
"""Alternatives kept of a reading."""


def witnessed(reading: Reading, narrow: Recognised, wide: Recognised) -> Reading:
    """The reading that `fuse` made of two views each read for itself, with whether both say what it says.

    Where its shape decided, and not what was read, nothing is said of that.
    """
    texts = {plain(narrow), plain(wide)}
    dashes = all(map(is_read, (*texts, reading.text)))
    if dashes or texts == {reading.text}:
        return replace(reading, agreed=True)
    return reading if reading.confidence > _DISPUTED else replace(reading, agreed=False)


def fuse(
    narrow: Recognised,
    wide: Recognised,
    ink: Mask,
    usual: float,
    engine: str,
    *,
    spread: float = 0.0,
    slant: float = 0.0,
    known: Dashes | None = None,
    followed: bool = False,
) -> Reading:
    """One reading from two views of the same line.

    Args:
        narrow: What was read with little around the line.
        wide: What was read with more around it.
        ink: The line's ink.
        usual: Height of the page's lines of print in pixels.
        engine: The reading's source.
        spread: The pitch of the table's digits over their height, where they stand far apart; 0 where they do not.
        slant: How far the page's slashes lean over their height; 0 where none are known.
        known: The dashes of the table, None where none are.
        followed: Whether another line of its cell stands below, on which the thousands behind a comma may go on.
    """
    as_read = [plain(narrow), plain(wide)]
    texts = [_with_noughts(text, view, ink) for text, view in zip(as_read, (narrow, wide), strict=True)]
    ringed = texts[0] != as_read[0] and texts[1] != as_read[1] and set(texts[0]) == {"0"}
    if is_bar(ink, usual) and set("".join(texts)) <= _BARS:
        return Reading("", _DISPUTED, engine, cautions=(_TOO_TALL,))
    dash = _dash(texts, ink, usual, known)
    if dash is not None:
        return Reading("-" * dash, _BY_SHAPE, engine, cautions=() if any(map(is_read, texts)) else (_SHOWS_THROUGH,))
    if is_stroke(*texts) and (is_slash(ink) or is_leaning(ink, slant)):
        return Reading("/", _BY_SHAPE, engine)
    if is_speck(ink.shape[1], ink.shape[0], usual) and any(texts):
        return Reading("", _DISPUTED, engine, cautions=(_TOO_SMALL,))
    texts, ink, specked = _without_points(texts, ink, usual, followed=followed)
    candidates = _weighed(narrow, wide, words=texts[0] == texts[1] and _words(texts[0]))
    certainties = _certainty(narrow, texts[0]), _certainty(wide, texts[1])
    # Which character a ring with a dot is taken for is a matter of chance, and its shape is a witness of its own.
    text, confidence = texts[0], max(certainties) if ringed else min(certainties)
    doubts: tuple[str, ...] = ()
    if texts[0] != texts[1] or (text and not _numeric(text) and not _words(text)):
        text = _better(texts, candidates, narrow.score >= wide.score)
        confidence = min(_DISPUTED, confidence)
        if text == "0" and not any(map(_numeric, texts)):
            doubts = (_NO_NUMBER,)  # a sum cannot tell a nought from a smudge; nor can it choose one
    if text and not text.strip("0") and is_low(ink, usual):
        doubts = (*doubts, _TOO_LOW)
    spaced = bool(spread) and is_at(pitch(text, ink), spread)
    cautions = (_SPECKED,) if specked else ()
    if any(map(str.isdigit, text)) and not spaced and apart(ink, text):
        cautions = (*cautions, _APART)
    if len(text) > 1 and text.isdecimal() and is_raised(ink):
        cautions = (*cautions, _RAISED)
    if _numeric(text) and not spaced:
        if not (fits(text, ink) and (text != "1" or is_upright(ink))):
            confidence = min(_DISPUTED, confidence)
        else:
            candidates = [(other, weight) for other, weight in candidates if fits(other, ink)]
    seen = any(map(_numeric, texts))
    alternatives = tuple((other, weight) for other, weight in candidates if other != text and (seen or other != "0"))
    return Reading(text, round(confidence, 4), engine, alternatives, doubts, cautions)


def _dash(texts: list[str], ink: Mask, usual: float, known: Dashes | None) -> int | None:
    """How many dashes ink is, read as such or as large as many of its table; None if it may be something else."""
    read = list(filter(is_read, texts))
    agreed = len(read) == len(texts) and not is_speck(ink.shape[1], ink.shape[0], usual)
    alike = is_alike(ink, usual, known)
    if read and (alike or is_dash(ink, usual, agreed=agreed)):
        return len(read[0])
    return 1 if alike and are_many(known) else None


def _without_points(texts: list[str], ink: Mask, usual: float, *, followed: bool) -> tuple[list[str], Mask, bool]:
    """Texts and ink without points before or behind all digits, where no number has one; whether any was read.

    What both views of a line that is `followed` by another end in is a comma.

    What was read as one may be dirt too pale to be ink; any ink of it is smaller than a digit.
    """
    bare = [text.strip(_POINTS) for text in texts]
    if followed and all(text == f"{own}," for text, own in zip(texts, bare, strict=True)):
        return texts, ink, False
    columns = parts(ink)
    digits = [part for part in columns if max(_tight(ink[:, part[0] : part[-1] + 1]).shape) >= SMALL * usual]
    if bare == texts or not digits or not all(map(_numeric, bare)):
        return texts, ink, False
    first = digits if any(text[0] in _POINTS for text in texts) else columns
    last = digits if any(text[-1] in _POINTS for text in texts) else columns
    return bare, _tight(ink[:, first[0][0] : last[-1][-1] + 1]), True


def _numeric(text: str) -> bool:
    return bool(text) and set(text) <= set(NUMERIC)


def _words(text: str) -> bool:
    return any(not char.isascii() and char.isalpha() for char in text)


def plain(read: Recognised) -> str:
    """The free text without blanks; signs that look like digits made digits where the numeric reading says so."""
    text = "".join(read.text.split())
    folded = text.translate(_DIGIT_OF)
    return folded if folded == read.numeric else text


def _with_noughts(text: str, read: Recognised, ink: Mask) -> str:
    """The text with what noughts with a dot are taken for made noughts, where ink and numeric reading say so."""
    folded = text.translate(_RINGED)
    if folded == text or folded != read.numeric:
        return text
    columns = parts(ink)
    if len(columns) != len(text):
        return text
    ringed = (part for char, part in zip(text, columns, strict=True) if ord(char) in _RINGED)
    return folded if all(is_ringed(_tight(ink[:, part[0] : part[-1] + 1])) for part in ringed) else text


def _tight(ink: Mask) -> Mask:
    """The rows of the ink from the first to the last that has any."""
    rows = np.flatnonzero((ink > 0).any(axis=1))
    return ink[rows[0] : rows[-1] + 1]


def _certainty(read: Recognised, text: str) -> float:
    """Probability of a view's text; as a number, where its signs and their lookalikes share it.

    What a nought with a dot is taken for is no lookalike to the recogniser: what it gives either is the nought's.
    """
    if text != read.numeric:
        return read.score
    if any(char in _RINGED for char in map(ord, read.text)):
        return min(1.0, read.score + read.numeric_score)
    return max(read.score, read.numeric_score)


def _better(texts: list[str], candidates: list[tuple[str, float]], first: bool) -> str:
    """The text to keep of two that differ or say nothing: the likeliest number, unless both are words."""
    if candidates and not all(map(_words, texts)):
        return candidates[0][0]
    return texts[0] if first else texts[1]


def _weighed(narrow: Recognised, wide: Recognised, *, words: bool = False) -> list[tuple[str, float]]:
    """Numeric readings of either view by the mean of their log probabilities, best first, as shares of one.

    Both views show the same ink: their product would count its faults twice, and call unlikely what was printed.
    Where both read the same `words`, that it is no number at all has its share.
    """
    one, other = dict(narrow.alternatives), dict(wide.alternatives)
    weights = {text: sqrt(one.get(text, _FLOOR) * other.get(text, _FLOOR)) for text in one.keys() | other.keys()}
    nothing = weights.pop("", 0.0)
    total = sum(weights.values()) + (nothing if words else 0.0) or 1.0
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return [(text, round(weight / total, 6)) for text, weight in ranked[:_KEPT]]
