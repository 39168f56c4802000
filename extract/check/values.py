"""Values: the number, blank or doubt that a reading comes to in the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from extract.align import Placed
from extract.labels import plain
from extract.layout import Holds, Layout
from extract.model import Status
from extract.numerals import parse

_DOUBTED = 0.5
"""Confidence of a reading that something speaks against."""

_SURE = 0.8
"""Confidence below which a reading must be proved by the arithmetic."""

_WEAK = "read with little confidence"

_STATUS = {"number": Status.READ, "blank": Status.BLANK, "unreadable": Status.UNREADABLE}


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a canonical cell before any arithmetic: read, blank, suspect, unreadable or missing.

    A `weak` value is suspect for no other reason than a low confidence; an identity of certain values can prove it.
    """

    value: Decimal | None
    status: Status
    confidence: float
    reasons: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    weak: bool = False


MISSING = Value(None, Status.MISSING, 0.0, ("not found",))


def read_value(placed: Placed, layout: Layout, *, inked: bool = False, doubts: Sequence[str] = ()) -> Value:
    """Read what was placed in a canonical cell.

    `doubts` are reasons from elsewhere; `inked` says that something is drawn in a cell whose text layer is empty.
    """
    reading, holds = placed.reading, layout.holds(placed.slot)
    numeral = parse(reading.text, holds, layout.blank_marks)
    sure = reading.confidence >= _SURE and not reading.cautions
    status = _STATUS[numeral.kind]
    if (
        sure
        and (numeral.kind == "number" or (numeral.kind == "blank" and not inked))
        and not (doubts or reading.doubts or numeral.doubts or holds.other_units)
    ):
        return Value(numeral.value, status, reading.confidence, (), reading.alternatives)  # nearly every cell
    doubts = [*doubts, *reading.doubts, *numeral.doubts, *_header_unit(placed.header, holds)]
    if inked and not reading.text.strip():
        status = Status.UNREADABLE
        doubts.append("something is drawn here that the text layer does not hold")
    elif doubts and status is not Status.UNREADABLE:
        status = Status.SUSPECT
    weak = not sure and status in {Status.READ, Status.BLANK}
    if weak:
        status = Status.SUSPECT
        doubts.extend(reading.cautions or (_WEAK,))
    confidence = 0.0 if status is Status.UNREADABLE else min(reading.confidence, _DOUBTED if doubts else 1.0)
    return Value(
        numeral.value,
        status,
        confidence,
        tuple(dict.fromkeys(doubts)),
        (*reading.alternatives, *numeral.alternatives),
        weak=weak and numeral.kind == "number",
    )


def _header_unit(header: str, holds: Holds) -> tuple[str, ...]:
    """A doubt when the printed header names another unit than the form's."""
    if not holds.other_units:
        return ()
    header = plain(header)
    named = sorted((word for word in (*holds.other_units, *holds.counters) if word in header), key=len)
    if named and named[-1] in holds.other_units:
        return (f"the header gives the unit {named[-1]}, the form's is {holds.unit}",)
    return ()
