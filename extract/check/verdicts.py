"""Verdicts: whose fault it is that an identity does not hold, with the evidence; and which cells that clears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from extract.check.faults import Fault, incidence, is_certain
from extract.check.identities import name
from extract.check.localise import Explanation, Located
from extract.check.repair import Settled, borne_out
from extract.check.values import Value
from extract.model import CellId, IdentityResult, Status

_NAMED = 3
"""Cells named at most in a piece of evidence."""

_MANY = "too many explanations are about as likely"


def judged(settled: Settled) -> tuple[IdentityResult, ...]:
    """The identities with a verdict, the cells to blame and the evidence for each that does not hold."""
    results = list(settled.identities)
    for one in settled.located:
        for i in one.identities:
            results[i] = _judged(i, one, settled)
    return tuple(results)


def _judged(i: int, located: Located, settled: Settled) -> IdentityResult:
    result, values = settled.identities[i], settled.values
    doubted = [id_ for id_ in (*result.left, *result.right) if not is_certain(values[id_])]
    if not located.explanations:
        verdict = "reading" if doubted else "undecided"
        if not any(fault.of_reading for fault in located.faults):
            verdict = "published"
        return replace(result, verdict=verdict, evidence=f"{_readings(doubted, values)}; {_MANY}")
    blamed = [explanation.touching(i) for explanation in located.explanations]
    faults = {any(fault.of_reading for fault in touching) for touching in blamed}
    verdict = "undecided" if len(faults) > 1 else "reading" if True in faults else "published"
    if verdict == "published" and not borne_out(located, values, settled.identities).issuperset(doubted):
        verdict = "undecided"  # nobody is accused beside a reading in doubt that nothing else proves
    if verdict == "published" and any(_may_be_two(id_, settled) for id_ in (*result.left, *result.right)):
        verdict = "undecided"
    cells = dict.fromkeys(fault.cell for touching in blamed for fault in touching if fault.cell is not None)
    ways = dict.fromkeys(_way(i, explanation, settled) for explanation in located.explanations)
    shown = [*list(ways)[:_NAMED], *([f"{len(ways) - _NAMED} more"] if len(ways) > _NAMED else [])]
    return replace(
        result,
        verdict=verdict,
        located=tuple(cells),
        evidence=f"{_readings(doubted, values)}; {' or '.join(shown)}",
    )


def _may_be_two(id_: CellId, settled: Settled) -> bool:
    """Whether a number stands on several lines, which may be two rows', and no identity that holds covers it."""
    identities = settled.identities
    wrapped = "\n" in settled.values[id_].text.strip()
    return wrapped and not any(identities[i].holds for i, _ in incidence(identities)[id_])


def _readings(doubted: Sequence[CellId], values: Mapping[CellId, Value]) -> str:
    if not doubted:
        return "every reading is certain"
    named = ", ".join(f"{_cell(id_)} ({values[id_].text!r}, {values[id_].confidence:.2f})" for id_ in doubted[:_NAMED])
    more = f" and {len(doubted) - _NAMED} more" if len(doubted) > _NAMED else ""
    return f"in doubt: {named}{more}"


def _way(i: int, explanation: Explanation, settled: Settled) -> str:
    """How an explanation makes an identity hold, in words."""
    faults = explanation.touching(i)
    cells = [fault.cell for fault in faults if fault.cell is not None]
    if not cells:
        return "nothing tells which of its numbers it is"
    parts = []
    for id_ in cells:
        wanted = explanation.numbers[id_]
        others = [
            name(settled.identities[j])
            for j, _ in incidence(settled.identities)[id_]
            if j != i and settled.identities[j].holds is False
        ]
        also = f", as {' and '.join(others)} {'says' if len(others) == 1 else 'say'} too" if others else ""
        parts.append(
            f"{_cell(id_)} would have to be {_number(wanted)} instead of {_number(settled.values[id_].value)}{also}"
        )
    return "; ".join(parts)


def _cell(id_: CellId) -> str:
    return f"{id_.row}/{id_.column}"


def _number(value: Decimal | None) -> str:
    return "another number" if value is None else format(value, "f")


def exonerated(settled: Settled) -> set[CellId]:
    """Cells of failing identities about which these say nothing, because doubted cells explain them beyond doubt.

    These are in the only near-optimal explanation, each for two identities at least that fail by what it lacks, once
    what such cells lack is made up for; and no identity of the table may be left that fails for another reason. A cell
    beside them is cleared when it is certain, or proved by another identity, and an identity that holds covers it whose
    other members are so too.
    """
    explained = {i for one in settled.located for i in _explained(one, settled)}
    failing = [i for i, result in enumerate(settled.identities) if result.holds is False]
    puzzling = {settled.identities[i].table for i in failing if i not in explained}
    return {id_ for one in settled.located for id_ in _exonerated(one, explained, settled) if id_.table not in puzzling}


def _explained(located: Located, settled: Settled) -> Iterator[int]:
    """Identities, by position, that doubted cells explain of which each is told by two, one cell after the other."""
    if len(located.explanations) != 1:
        return
    (explanation,) = located.explanations
    doubted = {f for f in explanation.faults if f.cell is not None and not is_certain(settled.values[f.cell])}
    beside = {i: set(explanation.touching(i)) for fault in doubted for i, _ in fault.members}
    told: set[Fault] = set()
    while more := {f for f in doubted - told if sum(beside[i] <= told | {f} for i, _ in f.members) > 1}:
        told |= more
    yield from (i for i, faults in beside.items() if faults <= told)


def _exonerated(located: Located, explained: set[int], settled: Settled) -> Iterator[CellId]:
    values, identities = settled.values, settled.identities
    members = incidence(identities)
    blamed = {id_ for one in located.explanations for id_ in one.numbers}
    certain = {id_ for id_ in members if is_certain(values[id_])} | borne_out(located, values, identities)
    beside = explained.intersection(located.identities)
    for id_ in {id_ for i in beside for id_ in (*identities[i].left, *identities[i].right)} & certain - blamed:
        holding = [i for i, _ in members[id_] if identities[i].holds]
        if any(certain.issuperset((*identities[i].left, *identities[i].right)) for i in holding):
            yield id_


def cleared(value: Value) -> Value:
    """An exonerated value: what was weak is read."""
    return replace(value, status=Status.READ, reasons=(), weak=False, open=False) if value.weak else value
