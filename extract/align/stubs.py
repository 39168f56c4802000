"""The labels at the left of a line, and how well they name a row of a layout."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extract.align.lines import Line
from extract.labels import similarity
from extract.layout import RowKey
from extract.model import GridCell

ALIKE = 0.62
"""Similarity above which a line speaks for a row; below it only its place can."""

_OWN_LABEL = 0.88
"""Weight of a row's own label; the rest goes to the labels of the groups it stands in."""


class Fit(NamedTuple):
    """How well a label names a row (0..1), and its extent in x."""

    score: float
    stub_start: float
    stub_end: float


NO_FIT = Fit(0.0, 0.0, 0.0)


class Stub(NamedTuple):
    """A label that may be a row's own: its cell, what it may say, and the labels of groups before it.

    `texts` are what it says alone and, where a line below may go on with it, together with that.
    """

    cell: GridCell
    texts: tuple[str, ...]
    above: tuple[str, ...]


def stubs_of(line: Line, below: Line | None = None) -> list[Stub]:
    """The labels at the left of a line that may name it; those of `below` may be the rest of them."""
    labels = [i for i, label in enumerate(line.is_label) if label]
    found = []
    for position, index in enumerate(labels):
        if index + 1 in labels or index + 1 == len(line.cells):
            continue  # a group, beside which the row's own label stands, or a header at the right end
        if len(labels) - position - 1 > (len(line.cells) - index - 1) / 3:
            continue  # too many words to the right of it: a header
        text = line.texts[index]
        texts = (text,) if below is None else (text, text + _leaf_text(below, line.cells[index]))
        found.append(Stub(line.cells[index], texts, tuple([line.texts[i] for i in labels[:position]])))
    return found


def fit_of(stubs: Sequence[Stub], key: RowKey) -> Fit:
    """How well the best of some labels names a row."""
    best = NO_FIT
    for stub in stubs:
        score = _likeness(stub.texts, stub.above, key)
        if score > best.score:
            best = Fit(score, stub.cell.bbox.x0, stub.cell.bbox.x1)
    return best


def fits_of(stubs: Sequence[Stub], keys: tuple[RowKey, ...]) -> list[Fit]:
    """How well the best of some labels names each row."""
    best = [NO_FIT] * len(keys)
    for stub in stubs:
        start, end = stub.cell.bbox.x0, stub.cell.bbox.x1
        for j, score in enumerate(_likenesses(stub.texts, stub.above, keys)):
            if score > best[j].score:
                best[j] = Fit(score, start, end)
    return best


@lru_cache(maxsize=2048)
def _likenesses(texts: tuple[str, ...], above: tuple[str, ...], keys: tuple[RowKey, ...]) -> list[float]:
    """The same for a label of which nothing tells which row it names."""
    return [_likeness(texts, above, key) for key in keys]


@lru_cache(maxsize=16384)
def _likeness(texts: tuple[str, ...], above: tuple[str, ...], key: RowKey) -> float:
    """How well a label, any of `texts`, names a row below groups labelled so; cached, since reports print the same."""
    wanted, groups = key.path[-1], key.path[:-1]
    own = max([similarity(text, spelling) for text in texts for spelling in wanted.spellings])
    if not groups or own <= 0.3:
        return own
    if own < ALIKE and _is_group(texts[0], key):
        return 0.0
    known = [
        max([similarity(text, label) for text in above for label in node.spellings], default=0.5) for node in groups
    ]
    score = _OWN_LABEL * own + (1 - _OWN_LABEL) * sum(known) / len(known)
    if own < ALIKE:
        whole = "".join([node.label or "" for node in (*groups, wanted)])
        score = max(score, similarity("".join((*above, texts[0])), whole) - 0.05)
    return score


def _is_group(text: str, key: RowKey) -> bool:
    """Whether a label is just that of the group of a row, whose own is lacking."""
    leaf = key.path[-1].label or ""
    likeness = [(similarity(text, group), similarity(text, group + leaf)) for group in key.path[-2].spellings]
    return any(alone >= ALIKE and alone > both for alone, both in likeness)


def _leaf_text(line: Line, beside: GridCell) -> str:
    """Text of the label of a line that continues the label cell `beside` on the line before: be it one character."""
    below = [
        cell
        for cell, text, label in zip(line.cells, line.texts, line.is_label, strict=True)
        if (label or text.isalpha())
        and cell is not beside
        and cell.bbox.x1 > beside.bbox.x0
        and cell.bbox.x0 < beside.bbox.x1
    ]
    return "".join("".join(cell.text.split()) for cell in below)
