"""Verdicts: whose fault it is that an identity does not hold, with the evidence; and which cells that clears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal

from extract.check.faults import Fault, Kind, incidence, is_certain
from extract.check.identities import name
from extract.check.localise import Explanation, Located
from extract.check.programme import Programme, TooHardError
from extract.check.repair import Settled, borne_out, proven
from extract.check.values import Value
from extract.model import CellId, IdentityResult, Status

_NAMED = 3
"""Cells named at most in a piece of evidence."""

_SEVERAL = 3
"""Rows or columns in which an identity fails, and in none of which it holds, for something else than a misprint."""

_MANY = "too many explanations are about as likely"


def judged(settled: Settled, unsure: Set[CellId] = frozenset()) -> tuple[IdentityResult, ...]:
    """The identities with a verdict, the cells to blame and the evidence for each that does not hold.

    Nobody is accused of a sum of cells that are `unsure`: others of their rows were not found, and may be in their
    place, or most of their table is misread. Nor of one that holds nowhere: a row or a column may be another.
    """
    results = list(settled.identities)
    nowhere = _nowhere(results)
    for one in settled.located:
        for i in one.identities:
            result = _judged(i, one, settled)
            apart = unsure.isdisjoint((*result.left, *result.right)) and (result.table, result.identity) not in nowhere
            sound = result.verdict != "published" or apart
            results[i] = result if sound else replace(result, verdict="undecided")
    return tuple(results)


def _nowhere(results: Sequence[IdentityResult]) -> set[tuple[str, str]]:
    """The identities, by table and name, that fail in several rows or columns and hold in none that has numbers."""
    fails = Counter((one.table, one.identity) for one in results if one.holds is False)
    holding = {(one.table, one.identity) for one in results if one.holds and one.left_sum}
    return {key for key, count in fails.items() if count >= _SEVERAL and key not in holding}


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
    """Cells of failing identities about which these say nothing, because doubted cells beside them account for that.

    A cell is cleared when it is certain, or proved by another identity, and an identity that holds covers it whose
    other members are so too, or are in two that hold. So it could be wrong only if another were by the same amount,
    as where a number went to the cell beside it: the table's columns would fail for that, too, or its rows. Hence no
    identity of the table may be left that fails for another reason than the doubted cells.
    """
    values, identities = settled.values, settled.identities
    failing = {i for i, result in enumerate(identities) if result.holds is False}
    if not failing:
        return set()
    members = incidence(identities)
    holding = [result for result in identities if result.holds]
    told = {id_ for id_ in proven(values, holding, set()) if not values[id_].wrapped}  # those need two that hold
    sound = told.union(id_ for id_ in members if is_certain(values[id_]))
    loose = _loose(identities, members, sound, {id_ for id_, one in values.items() if one.weak and not one.wrapped})
    accounted = {table for table in {identities[i].table for i in failing} if _accounted(table, loose, settled)}
    beside = {id_ for i in failing for id_ in (*identities[i].left, *identities[i].right) if id_.table in accounted}
    borne = sound | {id_ for id_, own in members.items() if sum(bool(identities[i].holds) for i, _ in own) > 1}
    held = {id_ for own in ((*one.left, *one.right) for one in holding) if borne.issuperset(own) for id_ in own}
    blamed = {id_ for one in settled.located for explanation in one.explanations for id_ in explanation.numbers}
    return beside & held & sound - blamed


def _loose(
    identities: Sequence[IdentityResult],
    members: Mapping[CellId, Sequence[tuple[int, int]]],
    sound: Set[CellId],
    faint: Set[CellId],
) -> dict[CellId, Sequence[tuple[int, int]]]:
    """Doubted cells that two identities say are wrong, and the identities of each that could be evaluated.

    The second may lack a number that is illegible, or it may hold where it covers another such cell: the two may lack
    the same. It may hold, too, where it covers several that are not just `faint`: their row may be another.
    """
    doubted = {id_: {i for i, _ in own} for id_, own in members.items() if id_ not in sound}
    failing = {i for i, result in enumerate(identities) if result.holds is False}
    unevaluated = {id_ for result in identities if result.holds is None for id_ in (*result.left, *result.right)}
    several = {
        i for i, count in Counter(i for id_ in doubted.keys() - faint for i in doubted[id_]).items() if count > 1
    }
    open_ = failing.union(several, *(own for own in doubted.values() if len(own & failing) > 1))
    return {id_: members[id_] for id_, own in doubted.items() if own <= open_ and (len(own) > 1 or id_ in unevaluated)}


def _accounted(table: str, loose: Mapping[CellId, Sequence[tuple[int, int]]], settled: Settled) -> bool:
    """Whether all identities of a table hold when these cells have other numbers, none of them below nought."""
    failing = [i for i, result in enumerate(settled.identities) if result.holds is False and result.table == table]
    faults = [Fault(Kind.MISREAD, 0.0, tuple(own), id_) for id_, own in sorted(loose.items()) if id_.table == table]
    if not {i for fault in faults for i, _ in fault.members}.issuperset(failing):
        return False
    try:
        return Programme(faults, failing, settled.identities, settled.values).cheapest() is not None
    except TooHardError:
        return False


def cleared(value: Value) -> Value:
    """An exonerated value: what was weak is read."""
    return replace(value, status=Status.READ, reasons=(), weak=False, open=False) if value.weak else value
