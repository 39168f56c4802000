"""Which grid some text is, judged by its labels and by the headings above it."""

from __future__ import annotations

from collections.abc import Sequence

from extract.detect.vocabulary import Vocabulary
from extract.labels import bigrams, plain, similarity

_SURE = 0.45
"""Share of a block's text that must be a grid's labels when nothing else speaks for it."""

_OWN = 8
"""Bigrams of one grid and no other that show a part of it in a block of another: two tables without a gap."""

_WITH_HEADING = 0.2
"""The same when the grid's heading stands above the block."""

LEAST = 4
"""Label bigrams below which a block says nothing about itself."""

HEADING = 0.75
"""Likeness from which a line counts as a heading."""


def grids_told(text: str, headings: Sequence[str], words: Vocabulary) -> dict[str, tuple[tuple[float, float], float]]:
    """Which grids a block of text is: how its labels cover text and grid, and how like a heading the text above is."""
    covered = words.coverage(text)
    common = {grid: covered[grid][1] * len(words.labels[grid]) for grid in covered}
    own = words.own(text)
    # Of prose on a ruled or shaded ground no grid's labels are much, though some of its words may be a grid's own.
    labels = sum(covered[grid][0] for grid in covered if own[grid] >= _OWN)
    told = {grid: heading_likeness(headings, words.headings[grid]) for grid in covered}
    best = max(covered, key=lambda grid: common[grid])
    return {
        grid: (covered[grid], told[grid])
        for grid in covered
        if common[grid] >= LEAST
        and (
            (grid == best and covered[grid][0] >= (_WITH_HEADING if told[grid] >= HEADING else _SURE))
            or (covered[grid][1] >= 0.5 and covered[grid][0] >= 0.1)
            or (own[grid] >= _OWN and labels >= _SURE)
        )
    }


def told_to_go_on(text: str, grid: str, words: Vocabulary) -> bool:
    """Whether a block where a grid may go on from the page before has as much of its labels as below its heading."""
    return words.own(text)[grid] >= _OWN and words.coverage(text)[grid][0] >= _WITH_HEADING


def bare(text: str) -> bool:
    """Whether a block says nothing about itself: hardly a word of Chinese in it."""
    return len(bigrams(plain(text))) < LEAST


def heading_likeness(lines: Sequence[str], headings: Sequence[str]) -> float:
    """Likeness of the best of the last lines above a block to any of a grid's headings."""
    recent = lines[-4:]
    return max((similarity(line, heading) for line in recent for heading in headings), default=0.0)
