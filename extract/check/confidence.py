"""Confidence: how often cells with the same evidence were right, where the truth is known.

A recogniser's score is no probability of being right, and says nothing of sums. What a cell's number rests on besides
is a handful of kinds, each of which `confidence.yaml` gives a curve of its own over the score. The curves are counted
by benchmarks/calibration.py, on documents whose numbers are known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from pydantic import model_validator

from extract.datafiles import Strict, validated
from extract.model import AS_WRITTEN, IDENTITY, NARRATIVE, SECOND_VIEW, Cell, CellId, IdentityResult, Status
from extract.swift import changed

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})

_WITNESSES = frozenset({SECOND_VIEW, NARRATIVE})


class Evidence(StrEnum):
    """What a cell's value rests on besides the reading itself, or what speaks against it."""

    TWICE = "proved-twice"
    """Two identities or more hold."""
    ONCE = "proved-once"
    """One identity holds."""
    WITNESSED = "witnessed"
    """No identity covers it; another view of its ink, or the narrative, says the same."""
    ALONE = "alone"
    """Nothing else tells of it."""
    REPAIRED = "repaired"
    """The identities decided for another reading of its ink."""
    HELD = "doubted-proved"
    """Something speaks against the reading, and all its identities hold."""
    DOUBTED = "doubted"
    """Something speaks against it, and no identity for it."""
    BESIDE = "in-failing-sum"
    """An identity fails, and other cells are to blame, or nobody knows which."""
    BLAMED = "blamed"
    """An identity fails, and it is one of those to blame."""
    WRECKED = "in-failing-table"
    """An identity fails, as most do of its table: rows or columns may have been taken for others."""
    ADRIFT = "in-doubted-table"
    """No cell of its table is beyond doubt: the edition, or where the table is, may have been taken for another."""


_MOST, _SEVERAL = 0.5, 3
"""Share of a table's identities, and how many at least, from which on it is a wreck when they fail."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong around a cell.

    `blamed` are cells that may be to blame for identities that fail, `wrecked` the tables where most of them fail, and
    `adrift` those without a cell beyond doubt.
    """

    blamed: frozenset[CellId] = frozenset()
    wrecked: frozenset[str] = frozenset()
    adrift: frozenset[str] = frozenset()


def trouble(cells: Iterable[Cell], identities: Iterable[IdentityResult]) -> Trouble:
    """What is wrong around cells; those that a person set tell nothing of the others."""
    results = list(identities)
    every = Counter(result.table for result in results if result.holds is not None)
    failing = Counter(result.table for result in results if result.holds is False)
    wrecked = {table for table, count in failing.items() if count >= max(_SEVERAL, _MOST * every[table])}
    read = [cell for cell in cells if cell.status is not Status.CORRECTED]
    adrift = {cell.id.table for cell in read} - {cell.id.table for cell in read if not cell.flagged}
    blamed = frozenset(id_ for result in results for id_ in result.located)
    return Trouble(blamed, frozenset(wrecked), frozenset(adrift))


class Step(NamedTuple):
    """From `score` on, the share `right` of such cells was right, both 0..1."""

    score: float
    right: float


Curve = tuple[Step, ...]
"""Steps in the order of their scores, the first from 0 on; a better score is never less often right."""


class Calibration(Strict):
    """The curves of each kind of evidence: for what an engine `recognised`, and for what was `written` as text."""

    recognised: dict[Evidence, Curve]
    written: dict[Evidence, Curve]

    @model_validator(mode="after")
    def _sound(self) -> Calibration:
        for name, curves, wanted in (
            ("recognised", self.recognised, set(Evidence)),
            ("written", self.written, set(Evidence) - {Evidence.REPAIRED}),
        ):
            if lacking := wanted ^ set(curves):
                raise ValueError(f"{name}: a curve is missing or too much: {', '.join(sorted(lacking))}")
            for kind, curve in curves.items():
                if not curve or curve[0].score != 0 or not all(0 < step.right < 1 for step in curve):
                    raise ValueError(f"{name}.{kind}: shares between 0 and 1 are needed, from the score 0 on")
                if any(a.score >= b.score or a.right > b.right for a, b in pairwise(curve)):
                    raise ValueError(f"{name}.{kind}: scores must rise, and shares must not fall")
        return self

    def confidence(self, cell: Cell, known: Trouble) -> float:
        """The probability that a cell's value is right, 0..1; 0 where it has none, 1 where a person set it.

        Args:
            cell: The cell, with its final status and witnesses.
            known: What is wrong around it.
        """
        if cell.status is Status.CORRECTED:
            return 1.0
        if cell.status in _WITHOUT_VALUE:
            return 0.0
        curves = self.written if cell.source in AS_WRITTEN else self.recognised
        return share_at(curves[evidence_of(cell, known)], cell.score)


def share_at(curve: Curve, score: float) -> float:
    """The share of right cells at a score."""
    for step in reversed(curve):
        if step.score <= score:
            return step.right
    return curve[0].right


@cache
def shipped() -> Calibration:
    """The curves in the package."""
    name = "confidence.yaml"
    return validated(Calibration, resources.files("extract.check").joinpath(name).read_text(encoding="utf-8"), name)


def evidence_of(cell: Cell, known: Trouble) -> Evidence:
    """What the value of a cell rests on, or what speaks against it."""
    if cell.status is Status.REPAIRED:
        return Evidence.REPAIRED
    return _against(cell, known) if cell.status is Status.SUSPECT else _in_favour(cell.agreeing)


@lru_cache(maxsize=1024)
def _in_favour(witnesses: tuple[str, ...]) -> Evidence:
    """What bears a cell out that has these witnesses and that nothing speaks against; cached: they are the form's."""
    proofs = sum(witness.startswith(IDENTITY) for witness in witnesses)
    if proofs:
        return Evidence.TWICE if proofs > 1 else Evidence.ONCE
    return Evidence.ALONE if _WITNESSES.isdisjoint(witnesses) else Evidence.WITNESSED


def _against(cell: Cell, known: Trouble) -> Evidence:
    """What speaks against a suspect cell."""
    failing = any(witness.startswith(IDENTITY) for witness in cell.disagreeing)
    if failing and cell.id.table in known.wrecked:
        return Evidence.WRECKED
    if cell.id.table in known.adrift:
        return Evidence.ADRIFT
    if failing:
        return Evidence.BLAMED if cell.id in known.blamed else Evidence.BESIDE
    proved = _in_favour(cell.agreeing) in {Evidence.ONCE, Evidence.TWICE}
    return Evidence.HELD if proved and not cell.disagreeing else Evidence.DOUBTED


def believed(cells: Mapping[CellId, Cell], identities: Iterable[IdentityResult]) -> dict[CellId, Cell]:
    """The cells with their confidence, by what is known of them now. Said again of the same cells, it is the same."""
    confidence, known = shipped().confidence, trouble(cells.values(), identities)
    return {
        id_: cell if cell.confidence == (told := confidence(cell, known)) else changed(cell, confidence=told)
        for id_, cell in cells.items()
    }


def flagged_below(cell: Cell, least: float) -> Cell:
    """The cell, `suspect` if it would be used and its confidence is less than `least`; never one that a person set."""
    if cell.confidence >= least or cell.flagged or cell.status is Status.CORRECTED:
        return cell
    reason = f"confidence {cell.confidence:g} is below {least:g}"
    return replace(cell, status=Status.SUSPECT, reasons=(*cell.reasons, reason))
