"""Values: the number, blank or doubt that a reading comes to in the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from extract.align import UNNAMED, Placed
from extract.check.units import other_unit
from extract.layout import Holds, Layout
from extract.model import (
    AS_WRITTEN,
    CROSSES,
    DOCX,
    FADED,
    HTML,
    PLAIN_TEXT,
    STREAKED,
    THINNED,
    Grid,
    Reading,
    Repair,
    Status,
)
from extract.numerals import BROKEN, SPACED, converted, parse
from extract.swift import swift

_DOUBTED = 0.5
"""Confidence of a reading that something speaks against."""

SURE = 0.8
"""Confidence below which a reading must be proved by the arithmetic."""

CONTESTED = 0.005
"""Share of another number among the readings of the ink from which the first must be proved, too.

One of two thousand right readings has such a rival, but most of the wrong ones that are above `SURE`.
"""

_NOUGHT = 0.5
"""Confidence below which no arithmetic proves a nought: a mark for nothing adds up as well."""

_APART = frozenset({FADED, STREAKED, THINNED, UNNAMED})
"""What may be said against a scanned number that its own ink tells nothing of."""

_SPILT = frozenset({CROSSES, SPACED})
"""What may be said against a number some of whose digits may be of the cell beside it."""

_UNWRAPPED = frozenset({DOCX, HTML, PLAIN_TEXT})
"""Sources in which no number goes on on its cell's next line for want of space."""

_STACKED = re.compile(r"\d\s*\n\s*\d")

_WEAK = "read with little confidence"

_LEAST = 1e-4
"""Share at least of a first reading among all that the ink may show."""

_NEVER = 1e-5
"""Share below which an alternative is none."""

_STATUS = {"number": Status.READ, "blank": Status.BLANK, "unreadable": Status.UNREADABLE}


class Candidate(NamedTuple):
    """Another number that the same ink may show: its text, and its share of all readings of the ink, 0..1."""

    value: Decimal
    text: str
    share: float


@swift
@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a canonical cell before any arithmetic: read, blank, suspect, unreadable or missing.

    A `weak` value is suspect for no other reason than a low confidence; an identity of certain values can prove it.
    A `wrapped` one is weak for the way or the place it is printed in alone: such values can prove each other.
    Of one of these that is `spilt`, digits may be of the cell beside it, and nothing else speaks against it.
    `candidates` are numbers that the ink of a scanned cell may show instead, none for native text; `share` is that of
    the reading itself. An `open` value may be read otherwise: it is scanned, and nothing but its own low confidence, or
    that no number is printed so, speaks against it. A repaired value has the `text` of its new reading, and `repair`
    says what came before.
    """

    value: Decimal | None
    status: Status
    confidence: float
    reasons: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    weak: bool = False
    wrapped: bool = False
    spilt: bool = False
    candidates: tuple[Candidate, ...] = ()
    share: float = 1.0
    text: str = ""
    repair: Repair | None = None
    open: bool = False


MISSING = Value(None, Status.MISSING, 0.0, ("not found",))


def set_by_hand(value: Decimal | None) -> Value:
    """What a person says that a cell holds; None for a blank."""
    return Value(value, Status.CORRECTED, 1.0, text="" if value is None else format(value, "f"))


def read_value(
    placed: Placed,
    layout: Layout,
    *,
    inked: bool = False,
    doubts: Sequence[str] = (),
    grids: Sequence[Grid] = (),
    captions: Sequence[str] = (),
) -> Value:
    """Read what was placed in a canonical cell.

    `doubts` are reasons from elsewhere; `inked` says that something is drawn in a cell whose text layer is empty.
    `grids` are those it was found in, and `captions` theirs: they may give another unit than the form.
    """
    reading, holds = placed.reading, layout.holds(placed.slot)
    numeral = parse(reading.text, holds, layout.blank_marks)
    if BROKEN in numeral.cautions and reading.source in AS_WRITTEN:  # a scan may have lost a ruling there, a text none
        numeral = replace(numeral, cautions=tuple(caution for caution in numeral.cautions if caution != BROKEN))
    elif reading.source in _UNWRAPPED and _STACKED.search(reading.text):
        numeral = replace(numeral, cautions=(*numeral.cautions, "digits on lines of their own: two cells in one?"))
    candidates, share = _candidates(reading, holds, layout)
    rival = next((c for c in candidates if c.share >= CONTESTED and c.value != numeral.value), None)
    likely = reading.confidence >= SURE and rival is None
    sure = likely and not reading.cautions
    status = _STATUS[numeral.kind]
    if (
        sure
        and (numeral.kind == "number" or (numeral.kind == "blank" and not inked))
        and not (doubts or reading.doubts or numeral.doubts or numeral.cautions or holds.other_units)
    ):
        return Value(  # nearly every cell
            numeral.value,
            status,
            reading.confidence,
            alternatives=reading.alternatives,
            candidates=candidates,
            share=share,
            text=reading.text,
        )
    unit = other_unit(placed, grids, captions, layout) if numeral.value else ""  # nought is nought in any
    foreign = (
        *doubts,
        *reading.doubts,
        *([f"the table gives the unit {unit}, the form's is {holds.unit}"] if unit else ()),
    )
    doubts = [*foreign, *numeral.doubts]
    if numeral.doubts and candidates:  # no number is printed so: those that could be are as likely at least
        share = min(share, max(candidate.share for candidate in candidates))
    if inked and not reading.text.strip():
        status = Status.UNREADABLE
        doubts.append("something is drawn here that the text layer does not hold")
    elif doubts and status is not Status.UNREADABLE:
        status = Status.SUSPECT
    apart = reading.source in AS_WRITTEN or _APART.issuperset(reading.cautions)
    odd = numeral.cautions or (reading.cautions and apart)
    wrapped = likely and bool(odd) and status is Status.READ
    weak = wrapped or (not sure and status in {Status.READ, Status.BLANK})
    if weak:
        status = Status.SUSPECT
        cautions = (*reading.cautions, *numeral.cautions)
        doubts.extend(cautions or (_WEAK if rival is None else f"the ink may also be read as {rival.text}",))
    elif numeral.cautions:
        status = Status.SUSPECT
        doubts.extend(numeral.cautions)
    provable = numeral.kind == "number" and (bool(numeral.value) or reading.confidence >= _NOUGHT)
    confidence = 0.0 if status is Status.UNREADABLE else min(reading.confidence, _DOUBTED if doubts else 1.0)
    return Value(
        numeral.value,
        status,
        confidence,
        tuple(dict.fromkeys(doubts)),
        tuple(
            dict.fromkeys([*reading.alternatives, *numeral.alternatives, *_in_the_forms(numeral.value, unit, holds)])
        ),
        weak=weak and provable,
        wrapped=wrapped,
        spilt=wrapped and _SPILT.issuperset(doubts),
        candidates=candidates,
        share=share,
        text=reading.text,
        open=bool(candidates) and status is Status.SUSPECT and numeral.kind == "number" and not foreign,
    )


def _candidates(reading: Reading, holds: Holds, layout: Layout) -> tuple[tuple[Candidate, ...], float]:
    """The numbers among a scanned reading's alternatives, and the reading's own share of what the ink may show."""
    if reading.source in AS_WRITTEN or not reading.alternatives:
        return (), 1.0
    found: dict[Decimal, Candidate] = {}
    for text, share in reading.alternatives:
        if share < _NEVER:
            continue
        numeral = parse(text, holds, layout.blank_marks)
        if numeral.value is not None and not numeral.doubts:
            before = found.get(numeral.value)
            found[numeral.value] = Candidate(
                numeral.value, before.text if before else text, share + (before.share if before else 0.0)
            )
    return tuple(found.values()), max(1.0 - sum(share for _, share in reading.alternatives), _LEAST)


def _in_the_forms(value: Decimal | None, unit: str, holds: Holds) -> tuple[tuple[str, float], ...]:
    """A number in another unit, if there is one, as one in the form's unit."""
    return (converted(value, holds.other_units[unit]),) if value is not None and unit else ()
