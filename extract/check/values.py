"""Values: the number, blank or doubt that a reading comes to in the place where it stands."""

from __future__ import annotations

from extract.align import Placed
from extract.layout import Holds, Layout, Slot
from extract.model import Cell, CellId, Status
from extract.numerals import parse

_DOUBTED = 0.5
"""Confidence of a reading that something speaks against."""


def read_cell(placed: Placed, layout: Layout, *, inked: bool) -> Cell:
    """The cell as read, before any arithmetic: `read`, `blank`, `suspect` or `unreadable`.

    `inked` says that something is drawn in a cell whose text layer is empty.
    """
    slot, reading = placed.slot, placed.reading
    holds = layout.holds(slot)
    numeral = parse(reading.text, holds, layout.blank_marks)
    doubts = [*reading.doubts, *numeral.doubts, *_header_unit(placed.header, holds)]
    status = {"number": Status.READ, "blank": Status.BLANK, "unreadable": Status.UNREADABLE}[numeral.kind]
    if inked and not reading.text.strip():
        status = Status.UNREADABLE
        doubts.append("something is drawn here that the text layer does not hold")
    elif status is not Status.UNREADABLE and doubts:
        status = Status.SUSPECT
    elif status is Status.UNREADABLE:
        doubts.append("the text is not a number")
    confidence = 0.0 if status is Status.UNREADABLE else min(reading.confidence, _DOUBTED) if doubts else reading.confidence
    return Cell(
        id=slot.id,
        edition=layout.edition,
        row_label=" / ".join(slot.row_labels),
        column_label=" / ".join(slot.column_labels),
        unit=holds.unit,
        value=numeral.value,
        text=reading.text,
        status=status,
        confidence=confidence,
        page=placed.page,
        bbox=placed.bbox,
        source=reading.source,
        alternatives=(*reading.alternatives, *numeral.alternatives),
        reasons=tuple(dict.fromkeys(doubts)),
    )


def missing_cell(slot: Slot, layout: Layout) -> Cell:
    """A canonical cell that was not found on any page."""
    return Cell(
        id=CellId(*slot.id),
        edition=layout.edition,
        row_label=" / ".join(slot.row_labels),
        column_label=" / ".join(slot.column_labels),
        unit=layout.holds(slot).unit,
        value=None,
        text="",
        status=Status.MISSING,
        confidence=0.0,
        reasons=("not found",),
    )


def _header_unit(header: str, holds: Holds) -> tuple[str, ...]:
    """A doubt when the printed header names another unit than the form's."""
    named = sorted((word for word in (*holds.other_units, *holds.counters) if word in header), key=len)
    if holds.other_units and named and named[-1] in holds.other_units:
        return (f"the header gives the unit {named[-1]}, the form's is {holds.unit}",)
    return ()
