"""Columns whose header is just the form's, whatever stands above it."""

from __future__ import annotations

from collections.abc import Sequence

from extract.labels import similarity
from extract.layout import ColumnLabels

EXACT = 0.95
"""Likeness from which a header is just the form's."""


def is_exact(path: Sequence[str], j: int, columns: Sequence[ColumnLabels]) -> bool:
    """Whether the lowest header over a printed column is just the own label of one of the form's, and of no other.

    Two columns whose headers ran into one have no such header.

    Args:
        path: The texts of the headers above the printed column, top to bottom.
        j: Which of the form's columns.
        columns: The labels of all of a block's.
    """
    others = {label for i, other in enumerate(columns) if i != j for label in other.own}
    own = [label for label in columns[j].own if label not in others]
    return bool(path) and any(similarity(path[-1], label) >= EXACT for label in own)
