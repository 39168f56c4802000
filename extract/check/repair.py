"""Repair: scanned numbers read anew where the ink allows it and the arithmetic leaves nothing else.

A cell is repaired only when all of this is so:

- its first reading is in doubt, and only for what was read: no certain reading is overruled, no doubt of another kind;
- every explanation of the failing identities that is nearly as likely as the best gives it the same other number;
- that number is an alternative of the same ink, likely enough that a misprint is out of the question; and it is not 0
  in a table with blanks;
- all its identities hold afterwards, and none that held before is broken;
- more identities decide than there are cells to be repaired among certain numbers, so that arithmetic both finds the
  number and confirms it; or there is one identity for each, and the ink nearly says the number by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from extract.check.faults import SUM, incidence, is_certain, number, odds, place
from extract.check.identities import again, name
from extract.check.localise import MARGIN, Located, localise
from extract.check.spilt import told_apart
from extract.check.values import Candidate, Value
from extract.model import CellId, IdentityResult, Repair, Status

_SUPPORTED = 4.1
"""How much likelier, as a logarithm, the ink may make the first reading than the one that the identities confirm.

Of the readings in doubt one of six is wrong, of certain numbers one of several thousand is a misprint, and hardly one
of ten of these would be mended by a number that the ink allows: even so a misreading is hundreds of times as likely.
"""

_STRONG = SUM - MARGIN
"""The same where a single identity decides, which may as well fail as printed."""

_EMPTY = frozenset({Status.BLANK, Status.CORRECTED})
"""Statuses of cells that may hold nothing, for sure."""

_CROSSED = 2
"""Identities that hold and prove a number that is only printed oddly: one along its row, one along its column."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Values after repair, the identities evaluated on them, and what explains those that still do not hold."""

    values: Mapping[CellId, Value]
    identities: tuple[IdentityResult, ...]
    located: tuple[Located, ...]


def repair(
    values: Mapping[CellId, Value],
    identities: Sequence[IdentityResult],
    *,
    untouchable: frozenset[CellId] = frozenset(),
) -> Settled:
    """Repair what can be repaired, until nothing more can be; cells in `untouchable` are left as they are."""
    values, identities = prove(values, identities), tuple(identities)
    while True:
        located = localise(values, identities)
        found = {
            id_: mended
            for one in located
            for id_, mended in _repairs(one, values, identities).items()
            if id_ not in untouchable
        }
        if not found:
            return Settled(values, identities, located)
        identities = again(identities, {**values, **found})
        values = prove({**values, **found}, identities)


def prove(values: Mapping[CellId, Value], identities: Sequence[IdentityResult]) -> dict[CellId, Value]:
    """Make weak values certain that an identity holds for while all its other members are certain, one by one.

    Before, those are proved together that were only printed oddly and stand in two identities each. No value is proved
    that is in an identity which fails, but where that along its row tells which digits are its own.
    """
    proved = dict(values)
    if not any(value.weak for value in proved.values()):
        return proved
    failing = {id_ for result in identities if result.holds is False for id_ in (*result.left, *result.right)}
    holding = [result for result in identities if result.holds]

    def settle(found: Iterable[CellId]) -> None:
        for id_ in found:
            proved[id_] = replace(proved[id_], status=Status.READ, reasons=(), weak=False, spilt=False)

    settle(told_apart(proved, holding))
    settle(_crossed(proved, holding, failing))
    settle(proven(proved, holding, failing))
    return proved


def _crossed(values: Mapping[CellId, Value], holding: Sequence[IdentityResult], barred: Set[CellId]) -> set[CellId]:
    """Wrapped values in two identities that hold, all of whose members are certain, such values themselves, or weak.

    A number of one cell that went to another would be missing in one sum and too much in another. That a member is in
    another identity, which fails, or hard to read, is no matter: were it wrong, so would this sum be.
    """
    wrapped = {id_ for id_, value in values.items() if value.wrapped and value.weak}
    covered = [[*result.left, *result.right] for result in holding]
    found = wrapped - barred
    beside = {id_ for id_, value in values.items() if value.weak} - found
    while found:
        sound = [own for own in covered if all(id_ in found | beside or is_certain(values[id_]) for id_ in own)]
        times = Counter(id_ for own in sound for id_ in own)
        if all(times[id_] >= _CROSSED for id_ in found):
            return found
        found = {id_ for id_ in found if times[id_] >= _CROSSED}
    return found


def proven(values: Mapping[CellId, Value], holding: Sequence[IdentityResult], barred: Set[CellId]) -> set[CellId]:
    """Weak values that identities which hold prove, those in `barred` left out.

    One proves the only doubted value it covers, and all that are where they are noughts on one side of it: no number
    is less, so that one that is more would be too much. But in a table with blanks each nought may be a smudge, and is
    proved only where nothing but the way it is printed was against it.
    """
    unfilled = _unfilled(values)
    smudges = {id_ for id_, one in values.items() if id_.table in unfilled and not (one.value or one.wrapped)}
    barred = barred | smudges
    found: set[CellId] = set()
    more = True
    while more:
        more = False
        for result in holding:
            left, right = (
                [id_ for id_ in side if values[id_].status is Status.SUSPECT and id_ not in found]
                for side in (result.left, result.right)
            )
            doubted = left or right
            noughts = not any(values[id_].value for id_ in doubted)
            if (left and right) or not (len(doubted) == 1 or noughts):
                continue
            new = {id_ for id_ in doubted if values[id_].weak} - barred
            found |= new
            more = more or bool(new)
    return found


def borne_out(located: Located, values: Mapping[CellId, Value], identities: Sequence[IdentityResult]) -> set[CellId]:
    """Weak values in failing identities that have no part in any explanation of these and that another one proves."""
    blamed = {id_ for one in located.explanations for id_ in one.numbers}
    holding = [result for result in identities if result.holds]
    return proven(values, holding, blamed) if located.explanations else set()


def _repairs(
    located: Located, values: Mapping[CellId, Value], identities: Sequence[IdentityResult]
) -> dict[CellId, Value]:
    """The repaired values among the cells to blame for some failing identities."""
    if not located.explanations:
        return {}
    best, *others = located.explanations
    members = incidence(identities)
    unfilled = _unfilled(values)
    chosen: dict[CellId, Candidate] = {}
    for id_, wanted in best.numbers.items():
        candidate = next((one for one in values[id_].candidates if one.value == wanted), None)
        agreed = all(other.numbers.get(id_) == wanted for other in others)
        if candidate is None or not agreed or not values[id_].open:
            continue
        if not candidate.value and id_.table in unfilled:
            continue
        if odds(values[id_], candidate) <= _SUPPORTED:
            chosen[id_] = candidate
    while spoiling := [id_ for id_ in chosen if not _all_hold(id_, chosen, values, identities, members)]:
        for id_ in spoiling:
            del chosen[id_]
    trusted = {id_ for id_ in members if is_certain(values[id_])} | borne_out(located, values, identities)
    found: dict[CellId, Value] = {}
    for group in _groups(chosen, members):
        deciding = sorted(
            {
                i
                for id_ in group
                for i, _ in members[id_]
                if trusted.union(group).issuperset((*identities[i].left, *identities[i].right))
            }
        )
        if _decided(group, deciding, values, chosen, identities):
            for id_ in group:
                own = sorted((identities[i] for i in deciding if any(i == j for j, _ in members[id_])), key=place)
                found[id_] = _repaired(values[id_], chosen[id_], own)
    return found


def _unfilled(values: Mapping[CellId, Value]) -> set[str]:
    """Tables with cells that are blank for sure: a smudge in such a one adds up like a nought."""
    return {id_.table for id_, value in values.items() if value.value is None and value.status in _EMPTY}


def _all_hold(
    id_: CellId,
    chosen: Mapping[CellId, Candidate],
    values: Mapping[CellId, Value],
    identities: Sequence[IdentityResult],
    members: Mapping[CellId, Sequence[tuple[int, int]]],
) -> bool:
    """Whether all identities of a cell hold when every chosen cell has its new number."""
    for i, _ in members[id_]:
        left, right = (
            sum((chosen[one].value if one in chosen else number(values[one]) for one in side), Decimal(0))
            for side in (identities[i].left, identities[i].right)
        )
        if left != right:
            return False
    return True


def _groups(
    chosen: Mapping[CellId, Candidate], members: Mapping[CellId, Sequence[tuple[int, int]]]
) -> list[list[CellId]]:
    """The cells to be repaired, those together that share identities, directly or over others."""
    groups: list[tuple[list[CellId], set[int]]] = []
    for id_ in sorted(chosen):
        cells, touched = [id_], {i for i, _ in members[id_]}
        apart = []
        for group in groups:
            if group[1] & touched:
                cells, touched = [*group[0], *cells], group[1] | touched
            else:
                apart.append(group)
        groups = [*apart, (cells, touched)]
    return [cells for cells, _ in groups]


def _decided(
    group: Sequence[CellId],
    deciding: Sequence[int],
    values: Mapping[CellId, Value],
    chosen: Mapping[CellId, Candidate],
    identities: Sequence[IdentityResult],
) -> bool:
    """Whether identities of otherwise certain numbers decide for these cells, and by how many more than needed."""
    inside = set(group)
    own = {
        id_: [i for i in deciding if inside.intersection((*identities[i].left, *identities[i].right)) == {id_}]
        for id_ in group
    }
    if len(deciding) > len(group) and all(
        any(id_ in (*identities[i].left, *identities[i].right) for i in deciding) for id_ in group
    ):
        return True
    return all(own[id_] and odds(values[id_], chosen[id_]) <= _STRONG for id_ in group)


def _repaired(value: Value, candidate: Candidate, deciding: Sequence[IdentityResult]) -> Value:
    """The value with the candidate in place of the first reading, both kept."""
    first = value.text
    names = ", ".join(map(name, deciding))
    why = f"first read as {first!r}; another reading of the same ink, {candidate.text!r}, makes {names} hold"
    return replace(
        value,
        value=candidate.value,
        text=candidate.text,
        status=Status.REPAIRED,
        reasons=(*value.reasons, why),
        alternatives=((first, round(value.share, 6)), *((t, s) for t, s in value.alternatives if t != candidate.text)),
        weak=False,
        open=False,
        candidates=(),
        share=1.0,
        repair=Repair(first, value.confidence, tuple((result.identity, result.at) for result in deciding)),
    )
