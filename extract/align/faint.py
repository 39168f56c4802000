"""Rows whose labels are hardly legible, told by many of them together, one row of the form after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.align.lines import Line
from extract.align.matches import RowMatch
from extract.align.stubs import ALIKE, Fit

_LEAST, _AHEAD = 0.3, 0.1
"""Likeness of a label to a row from which it may be that row's, and by how much less it is like any other."""

_CHAIN = 4
"""So many rows in step tell each other; a faint likeness of one alone may be chance, or its label another row's."""

_AT_GAP = "its label is hardly legible, and a row beside it was not found"


def in_step(lines: Sequence[Line], fits: Sequence[Sequence[Fit]], matches: Sequence[RowMatch]) -> list[RowMatch]:
    """The rows that unclaimed lines are, where they and others in the form's own order are each likest to theirs.

    One at the end of such a stretch is in doubt where the row that is known next is not the form's next: it may be
    that.

    Args:
        lines: The printed lines.
        fits: How well each line names each row.
        matches: The rows that are known, in order.
    """
    known = {match.lines[0]: match.key for match in matches}
    taken = set(known.values())
    rest = {i for match in matches for i in match.lines[1:]}
    rows = [i for i in range(len(lines)) if i in known or (lines[i].numbers and i not in rest)]
    likest = ((place, i, known.get(i, _likest(fits[i]))) for place, i in enumerate(rows))
    told = [(place, i, key) for place, i, key in likest if key is not None]
    runs = list(_runs(told))
    at_gap = {at for one, other in pairwise(runs) for at in (one[-1], other[0])}
    return [
        RowMatch(key, (i,), fits[i][key].score, fits[i][key].stub_start, fits[i][key].stub_end, doubts)
        for run in runs
        if len(run) >= _CHAIN
        for place, i, key in run
        if i not in known and key not in taken
        for doubts in [(_AT_GAP,) if (place, i, key) in at_gap else ()]
    ]


def _runs(told: Sequence[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """Stretches of (place among the rows, line, row of the form) in which places and rows go on alike."""
    run: list[tuple[int, int, int]] = []
    for one in told:
        if run and one[2] - run[-1][2] != one[0] - run[-1][0]:
            yield run
            run = []
        run.append(one)
    yield run


def _likest(fits: Sequence[Fit]) -> int | None:
    """The row that a line is likest to, where it is like no other, though not so much that it alone would tell."""
    best, second = sorted(range(len(fits)), key=lambda j: fits[j].score, reverse=True)[:2]
    told = _LEAST <= fits[best].score < ALIKE and fits[best].score - fits[second].score >= _AHEAD
    return best if told else None
