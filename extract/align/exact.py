"""Columns whose header is the form's and nothing else, whatever stands above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extract.labels import plain, similarity
from extract.layout import ColumnLabels

EXACT = 0.95
"""Likeness from which a header is just the form's."""

PIECES = 3
"""Cells at most that a header is parted into."""

_MISTYPED = 0.65
"""Likeness from which it may be the form's with a mistype."""


def is_exact(path: Sequence[str], j: int, columns: Sequence[ColumnLabels]) -> bool:
    """Whether the lowest header over a printed column is the own label of one of the form's, and of no other.

    Mistypes may have lost, doubled or exchanged characters, or a line parts it. Two columns whose headers ran into one
    have no such header.

    Args:
        path: The texts of the headers above the printed column, top to bottom.
        j: Which of the form's columns.
        columns: The labels of all of a block's.
    """
    others = {label for i, other in enumerate(columns) if i != j for label in other.own}
    own = [label for label in columns[j].own if label not in others]
    parted = {"".join(path[-size:]) for size in range(2, min(PIECES, len(path)) + 1)}
    return bool(path) and any(
        _says_only(path[-1], label) or any(similarity(text, label) >= EXACT for text in parted) for label in own
    )


def _says_only(text: str, label: str) -> bool:
    """Whether a header is like a label and has no more characters that this has not than it lacks of its own."""
    like = similarity(text, label)
    if like >= EXACT or like < _MISTYPED:
        return like >= EXACT
    read, wanted = Counter(plain(text)), Counter(plain(label))
    strange = sum(count for char, count in read.items() if char not in wanted)
    return strange <= (wanted - read).total()
