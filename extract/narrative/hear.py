"""Sentences that count something, and the numbers they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from extract.counts import Counts, Ready
from extract.layout import Holds
from extract.narrative.passages import Passage
from extract.numerals import spoken

_SENTENCE = re.compile(r"[。;!?；！？]")

_TEXT = 300
"""Characters that are kept of what was heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A number that a sentence says; `firm` where it can mean nothing else."""

    value: Decimal
    text: str
    page: int | None
    firm: bool


def hear(passages: Iterable[Passage], count: Ready, counts: Counts, holds: Holds, year: int | None) -> list[Heard]:
    """What the passages say of one count, each number at a place once.

    Args:
        passages: The narrative.
        count: What is asked for.
        counts: All counts, for what else makes a number tell nothing.
        holds: What the cells hold.
        year: The report's; None where it is not known.
    """
    return [heard for passage in passages for heard in _in(passage, count, counts, holds, year)]


def _in(passage: Passage, count: Ready, counts: Counts, holds: Holds, year: int | None) -> Iterator[Heard]:
    whole = passage.whole
    taken: set[int] = set()
    for pattern, firm in count.patterns:
        for match in pattern.finditer(whole):
            numbered = "number" in match.groupdict()
            place = match.start("number") if numbered else match.start()
            before = _SENTENCE.split(whole[: match.start()])[-1]
            if place in taken or count.aside.search(before) or _of_other_year(before, counts, year):
                continue
            value = spoken(match["number"], match["unit"], holds) if numbered else Decimal(0)
            if value is None:
                continue
            taken.add(place)
            text, page = passage.told(match.start(), match.end())
            yield Heard(value, text[:_TEXT], page, firm)


def _of_other_year(before: str, counts: Counts, year: int | None) -> bool:
    """Whether a sentence names another year than the report's, or, where that is not known, more than one."""
    named = {int(found[1]) for found in counts.year_pattern.finditer(before)}
    return bool(named - {year}) if year is not None else len(named) > 1
