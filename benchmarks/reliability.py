"""Curves of confidence: counted from cells whose truth is known, and held against others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from scipy.optimize import isotonic_regression

from extract.check.confidence import Calibration, Curve, Evidence, Step, share_at

FEW = 20
"""Cells of one kind below which the kinds next to it are counted with it, and which a step is made of at least."""

STEPS = 6
"""Steps of a curve at most."""

EDGES = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
"""Of confidence: the bins of the reliability curve."""

THRESHOLDS = (0.0, 0.99, 0.999, 0.9995, 0.9998, 0.9999)

_NEXT: Mapping[Evidence, tuple[Evidence, ...]] = {
    Evidence.ONCE: (Evidence.TWICE,),
    Evidence.WITNESSED: (Evidence.ALONE,),
    Evidence.ALONE: (Evidence.WITNESSED,),
    Evidence.HELD: (Evidence.DOUBTED,),
    Evidence.DOUBTED: (Evidence.HELD, Evidence.BESIDE),
    Evidence.BESIDE: (Evidence.DOUBTED,),
    Evidence.BLAMED: (Evidence.DOUBTED,),
}
"""Kinds that stand in for one of which too few cells were seen."""


class Observation(NamedTuple):
    """A cell: which document, how it was read ("recognised" or "written"), its evidence, and whether it is right."""

    document: str
    reader: str
    evidence: Evidence
    score: float
    flagged: bool
    right: bool


def fitted(seen: Sequence[Observation]) -> Calibration:
    """The curves of each kind of evidence, by the cells seen."""
    return Calibration(
        recognised={kind: _of_kind(seen, "recognised", kind) for kind in Evidence},
        written={kind: _of_kind(seen, "written", kind) for kind in Evidence if kind is not Evidence.REPAIRED},
    )


_OF_TABLES = frozenset({Evidence.WRECKED, Evidence.ADRIFT})
"""Kinds that are about a whole table."""

_SEVERAL = 3
"""Documents from which on such a kind is counted for each way of reading by itself."""


def _of_kind(seen: Sequence[Observation], reader: str, kind: Evidence) -> Curve:
    if kind in _OF_TABLES:
        alike = [one for one in seen if one.evidence is kind]
        own = [one for one in alike if one.reader == reader]
        return _of_documents(own if len({one.document for one in own}) >= _SEVERAL else alike)
    by_kind = {one: [o for o in seen if (o.reader, o.evidence) == (reader, one)] for one in Evidence}
    own = by_kind[kind]
    if len(own) < FEW:
        own = own + [o for other in _NEXT.get(kind, ()) for o in by_kind[other]]
    return curve([(one.score, one.right) for one in own])


def _of_documents(seen: Sequence[Observation]) -> Curve:
    """One step: in one document all is right or nearly nothing, so that it counts as one cell would."""
    by_document = groupby(sorted(seen), key=lambda one: one.document)
    shares = [[one.right for one in own] for _, own in by_document]
    right = (sum(sum(own) / len(own) for own in shares) + 0.5) / (len(shares) + 1)
    return (Step(0.0, _counted(right)),)


def _counted(share: float) -> float:
    """A share cut to four decimals, neither 0 nor 1."""
    return min(max(math.floor(share * 1e4) / 1e4, 1e-4), 1 - 1e-4)


def curve(pairs: Iterable[tuple[float, bool]]) -> Curve:
    """Steps over the score, by isotonic regression, of scores and whether each was right.

    A share of r out of n counts as (r + 1/2) / (n + 1): what was never seen wrong is not therefore certain.
    """
    bins = list(_binned(sorted(pairs)))
    if len(bins) > 1:
        shares = [sum(right for _, right in own) / len(own) for own in bins]
        rising = isotonic_regression(shares, weights=[len(own) for own in bins]).x.tolist()
        alike = groupby(zip(bins, rising, strict=True), key=lambda one: round(one[1], 12))
        bins = [[pair for own, _ in block for pair in own] for _, block in alike]
    steps: list[Step] = []
    for own in bins:
        share = (sum(right for _, right in own) + 0.5) / (len(own) + 1)
        right = _counted(share)
        if not steps or right > steps[-1].right:
            steps.append(Step(round(own[0][0], 4) if steps else 0.0, right))
    return tuple(steps)


def _binned(pairs: Sequence[tuple[float, bool]]) -> Iterator[list[tuple[float, bool]]]:
    """Pairs in order of their scores, in so many bins as there are steps at most; equal scores stay together."""
    size = max(FEW, math.ceil(len(pairs) / STEPS))
    own: list[tuple[float, bool]] = []
    left = len(pairs)
    for _, alike in groupby(pairs, key=lambda pair: round(pair[0], 4)):
        if len(own) >= size and left >= FEW:
            yield own
            own = []
        more = list(alike)
        left -= len(more)
        own += more
    if own or not pairs:
        yield own


def crossed(seen: Sequence[Observation], always: Sequence[Observation], folds: int) -> list[Believed]:
    """Every cell with the confidence that curves give it which were counted without its report and some others.

    Args:
        seen: The cells.
        always: Cells to count besides, whatever is left out.
        folds: How many parts the reports are divided into.
    """
    names = sorted({one.document for one in seen})
    part = {name: i % folds for i, name in enumerate(names)}
    found: list[Believed] = []
    for left_out in range(folds):
        calibration = fitted([*always, *(one for one in seen if part[one.document] != left_out)])
        found += believed((one for one in seen if part[one.document] == left_out), calibration)
    return found


class Believed(NamedTuple):
    """A cell with the confidence that some curves give it."""

    confidence: float
    seen: Observation


def believed(seen: Iterable[Observation], calibration: Calibration) -> list[Believed]:
    """The cells with the confidence that the curves give them."""
    curves = {"recognised": calibration.recognised, "written": calibration.written}
    return [Believed(share_at(curves[one.reader][one.evidence], one.score), one) for one in seen]


class Bin(NamedTuple):
    """Cells of about one confidence: bounds, how many, their mean confidence, the share that was right."""

    low: float
    high: float
    cells: int
    confidence: float
    right: float


def reliability(cells: Sequence[Believed]) -> list[Bin]:
    """The reliability curve; bins without a cell are left out."""
    found = []
    for low, high in pairwise(EDGES):
        own = [one for one in cells if low <= one.confidence < high]
        if own:
            mean = sum(one.confidence for one in own) / len(own)
            found.append(Bin(low, high, len(own), mean, sum(one.seen.right for one in own) / len(own)))
    return found


def calibration_error(cells: Sequence[Believed]) -> float:
    """The expected calibration error: how far confidence and share of right cells are apart, bin by bin, on average."""
    bins = reliability(cells)
    return sum(one.cells * abs(one.confidence - one.right) for one in bins) / max(1, sum(one.cells for one in bins))


class Trade(NamedTuple):
    """What a threshold costs and buys: cells to look at in a document, and cells of 10,000 others that are wrong.

    `wrong` are those found wrong, `expected` those that their confidences let expect.
    """

    least: float
    looks: float
    share: float
    used: int
    wrong: int
    expected: float


def trades(cells: Sequence[Believed]) -> list[Trade]:
    """What each threshold costs and buys."""
    documents = len({one.seen.document for one in cells})
    found = []
    for least in THRESHOLDS:
        used = [one for one in cells if not one.seen.flagged and one.confidence >= least]
        looks = len(cells) - len(used)
        expected = 1e4 * sum(1 - one.confidence for one in used) / max(1, len(used))
        wrong = sum(not one.seen.right for one in used)
        found.append(Trade(least, looks / max(1, documents), looks / max(1, len(cells)), len(used), wrong, expected))
    return found
