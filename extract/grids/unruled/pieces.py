"""Pieces of text: words that belong together, which of them are figures, and which figures are a row."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence

from extract.geometry import clustered, overlap
from extract.labels import split_ordinal
from extract.model import BBox, Word

_OPEN, _CLOSE = "(（【〔", ")）】〕"
_REMARK = rf"[{_OPEN}][^{_OPEN}{_CLOSE}]*[{_CLOSE}]"
_REMARKS = re.compile(rf"(?:{_REMARK})+")
_FIGURE = re.compile(rf"(?:{_REMARK})?" r"[+\-−－]?\d[\d,]*(\.\d+)?([^\W\d_]{0,2}|[(（【〔].*)|[-/\\—―_~·*]{1,4}")


_UNDER = 0.9
"""Share of the width of all figures that a rule must cover to part rows."""

_OVERLAP = 0.25
"""Of a figure's height: figures that share less in y are not on one line."""

_STEP = 1.8
"""Of a text's height: from the middle of a line to that of the next."""

_SLACK = 1.5
"""Points within which pieces of rules are at one height."""


def is_figure(text: str) -> bool:
    """Whether a word is a number, with a unit or remark, or a mark that stands for none."""
    return _FIGURE.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def with_remarks(numbers: Sequence[Word], texts: Sequence[Word]) -> list[Word]:
    """Some numbers, and with them the texts that are lines of the same: remarks in brackets.

    Args:
        numbers: Words that are numbers, or begin with one.
        texts: The other words.
    """
    found = list(numbers)
    left = sorted(texts, key=lambda word: word.bbox.top)
    for word in [*numbers, *left]:
        chain = _closed(word, left)
        remark = "".join(piece.text for piece in chain)
        if is_figure(remark) or (_REMARKS.fullmatch(remark) and any(_with(one, chain) for one in numbers)):
            found += [piece for piece in chain if piece not in found]
    return found


def _with(number: Word, remark: Sequence[Word]) -> bool:
    """Whether a number stands right above, below or before a remark's lines."""
    return _follow(number, remark[0]) or _follow(remark[-1], number) or _beside(number, remark[0])


def is_unit(number: Word, word: Word) -> bool:
    """Whether a word is the unit of a number before it, behind a space, or begins a remark there."""
    return _beside(number, word) and not is_figure(word.text) and is_figure(number.text + word.text)


def _closed(word: Word, texts: Sequence[Word]) -> list[Word]:
    """A word that opens a bracket, and the lines below it until all are closed; none where it opens none."""
    chain, below = [word], [other for other in texts if other is not word]
    while (depth := _depth(chain)) > 0:
        following = next((other for other in below if _follow(chain[-1], other)), None)
        if following is None:
            return []
        chain.append(following)
    return chain if depth == 0 and any(char in _OPEN for piece in chain for char in piece.text) else []


def _depth(words: Iterable[Word]) -> int:
    return sum((char in _OPEN) - (char in _CLOSE) for word in words for char in word.text)


def _follow(one: Word, below: Word) -> bool:
    """Whether a word is the next line under another."""
    height = max(one.bbox.height, below.bbox.height)
    apart = middle(below.bbox) - middle(one.bbox)
    return height / 2 < apart < _STEP * height and overlap(one.bbox.x0, one.bbox.x1, below.bbox.x0, below.bbox.x1) > 0


def _beside(left: Word, right: Word) -> bool:
    """Whether a word stands on another's line, right behind it."""
    height = max(left.bbox.height, right.bbox.height)
    return abs(middle(left.bbox) - middle(right.bbox)) < height / 2 and 0 <= right.bbox.x0 - left.bbox.x1 < height


def overlapping(figures: Sequence[BBox]) -> list[list[BBox]]:
    """Figures that overlap in y, directly or through others: one row, or a line of it."""
    lines: list[list[BBox]] = []
    bottom = 0.0
    for figure in sorted(figures, key=lambda box: box.top):
        if lines and figure.top < bottom - _OVERLAP * figure.height:
            lines[-1].append(figure)
            bottom = max(bottom, figure.bottom)
        else:
            lines.append([figure])
            bottom = figure.bottom
    return lines


def pieces(words: Iterable[Word], joined: Callable[[Word, Word], bool]) -> list[Word]:
    """Words that belong together with the next on their height as one, from top to bottom.

    Lines of neighbouring columns may stand half a line apart: each word goes by the one before it, not by a line.
    """
    found: list[tuple[Word, BBox]] = []  # each with the box of its last word
    for word in sorted(words, key=lambda word: word.bbox.x0):
        level = [i for i, (_, last) in enumerate(found) if _level(last, word.bbox)]
        before = max(level, key=lambda i: found[i][1].x1, default=-1)
        if level and joined(found[before][0], word):
            last = found[before][0]
            found[before] = (Word(last.text + word.text, last.bbox.union(word.bbox)), word.bbox)
        else:
            found.append((word, word.bbox))
    return sorted((word for word, _ in found), key=lambda word: middle(word.bbox))


def _level(one: BBox, other: BBox) -> bool:
    """Whether two words stand on one line, of which one may be a comma."""
    half = max(one.bottom - one.top, other.bottom - other.top) / 2
    return abs(one.bottom - other.bottom) < half or abs(middle(one) - middle(other)) < half


def belong_together(left: Word, right: Word) -> bool:
    """Whether full-width digits or punctuation, whose ink does not fill their place, set two pieces of a text apart.

    A number before a point and words is their numbering, with a space that was typed between.
    """
    size = max(left.bbox.height, right.bbox.height)
    apart = right.bbox.x0 - left.bbox.x1
    one, other = left.text[-1], right.text[0]
    if left.text.isdecimal() and not (other.isalnum() or other in _OPEN) and any(map(str.isalpha, right.text)):
        return apart < size and bool(split_ordinal(left.text + right.text)[0])
    if _wide(one) and _wide(other) and one.isdigit() and other.isdigit():
        return apart < size
    return apart < 1.2 * size and any(_wide(char) and not char.isalnum() for char in (one, other))


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def middle(box: BBox) -> float:
    """The height of a box's centre."""
    return (box.top + box.bottom) / 2


def between(figures: Sequence[BBox], rules: Sequence[BBox]) -> list[list[BBox]]:
    """Figures between one rule under all of them and the next: a row; none where such rules are few."""
    if not figures:
        return []
    left, right = min(box.x0 for box in figures), max(box.x1 for box in figures)
    heights = clustered((middle(rule) for rule in rules), _SLACK)
    edges = [
        height
        for height in heights
        if sum(overlap(r.x0, r.x1, left, right) for r in rules if abs(middle(r) - height) < _SLACK)
        >= _UNDER * (right - left)
    ]
    if len(edges) < 4:
        return []
    rows: dict[int, list[BBox]] = {}
    for box in figures:
        rows.setdefault(bisect(edges, middle(box)), []).append(box)
    return [rows[at] for at in sorted(rows)]
