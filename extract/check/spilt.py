"""Numbers that run over into the next cell, or have a space inside: a sum along their row tells which digits are whose.

Were the digits that stand beside each other parted elsewhere, their sum would be another, but for few that are not: 11
and 0 make as much as 1 and 10. So a sum that holds proves them where it holds in no other way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import comb

from extract.check.faults import is_certain
from extract.check.values import Value
from extract.model import CellId, IdentityResult

_WAYS = 10_000
"""Ways to part a row of digits from which one of them may add up by chance."""

Signed = tuple[CellId, int]


def told_apart(values: Mapping[CellId, Value], holding: Sequence[IdentityResult]) -> set[CellId]:
    """Spilt values that an identity along their row proves, all of whose other members are certain.

    Args:
        values: All values of a table.
        holding: The identities that hold; the members of their sides are in the order of the columns.
    """
    found: set[CellId] = set()
    for result in holding:
        signed = [*((id_, 1) for id_ in result.right), *((id_, -1) for id_ in result.left)]  # a total is the last
        own = {id_ for id_, _ in signed if values[id_].spilt}
        if not own or len({id_.row for id_, _ in signed}) > 1:
            continue
        if not all(id_ in own or is_certain(values[id_]) for id_, _ in signed):
            continue
        runs = [list(run) for spilt, run in groupby(signed, key=lambda one: values[one[0]].spilt) if spilt]
        if all(_only_way(run, values) for run in runs):
            found |= own
    return found


def _only_way(run: Sequence[Signed], values: Mapping[CellId, Value]) -> bool:
    """Whether the digits of cells beside each other make the same signed sum in no other way."""
    if any((number := values[id_].value) is None or number < 0 or number % 1 for id_, _ in run):
        return False
    texts = [format(values[id_].value or 0, ".0f") for id_, _ in run]
    digits, signs = "".join(texts), [sign for _, sign in run]
    if comb(len(digits) + len(run) - 1, len(run) - 1) > _WAYS:
        return False
    whole = sum(sign * int(text) for sign, text in zip(signs, texts, strict=True))
    ways = [parts for parts in _parted(digits, len(run)) if parts != tuple(texts)]
    return all(sum(sign * int(part or 0) for sign, part in zip(signs, parts, strict=True)) != whole for parts in ways)


def _parted(digits: str, count: int) -> Iterator[tuple[str, ...]]:
    """All ways to part digits into so many numbers, some of which may be blank; none begins with a nought."""
    if count == 1:
        if _is_number(digits):
            yield (digits,)
        return
    for end in range(len(digits) + 1):
        if _is_number(digits[:end]):
            yield from ((digits[:end], *rest) for rest in _parted(digits[end:], count - 1))


def _is_number(digits: str) -> bool:
    return len(digits) < 2 or not digits.startswith("0")
