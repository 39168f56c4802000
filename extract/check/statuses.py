"""Statuses: what the arithmetic and the readings together say of each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal

from extract.align import Alignment, Placed
from extract.check.confidence import believed
from extract.check.identities import evaluate, name
from extract.check.order import REPLACED, UNTOLD, disowned, doubted_columns, unproved, vouched
from extract.check.repair import repair
from extract.check.unsure import BLANK, incomplete, unsure
from extract.check.values import MISSING, Value, read_value, set_by_hand
from extract.check.verdicts import cleared, exonerated, judged
from extract.layout import GridLayout, Layout, Slot
from extract.model import IDENTITY, NO_PAGE, SECOND_VIEW, Cell, CellId, Correction, IdentityResult, Status

_UNPARTED = "no lines part the columns, and no identity that holds covers the cell"

_NOTHING: Mapping[CellId, str] = {}

_UNTOUCHED: Mapping[CellId, Decimal | None] = {}

_SHAKEN = frozenset({"reading", "undecided"})
"""Verdicts of an identity that puts even blanks in doubt."""

_DOUBTED = frozenset({Status.SUSPECT, Status.UNREADABLE, Status.REPAIRED})

_WHOSE = {"published": "as published", "reading": "a reading is in doubt", "undecided": "as published or misread"}


@dataclass(frozen=True, slots=True)
class Checked:
    """An alignment's canonical cells, in the layout's order, with statuses, and the identities behind them.

    `doubts` counts the cells that were found but not read beyond doubt; repaired ones are among them, so that grids
    that need no repair are preferred. `inked`, `doubted` and `captions` are what `check` was told. The confidence
    of the cells is that of their readings: what all witnesses make of it is told at the end (`believed`).
    """

    alignment: Alignment
    cells: Mapping[CellId, Cell]
    identities: tuple[IdentityResult, ...]
    doubts: int
    inked: frozenset[CellId] = frozenset()
    doubted: Mapping[CellId, str] = field(default_factory=dict)
    captions: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """Identities that do not hold."""
        return sum(result.holds is False for result in self.identities)

    @property
    def amounts(self) -> bool:
        """Whether there is an amount but nought that may be printed in another unit."""
        layout = self.alignment.layout
        return any(self.cells[slot.id].value for slot in self.alignment.grid.slots if layout.holds(slot).other_units)

    @property
    def settled(self) -> bool:
        """Whether every cell was found and read, and every identity holds: nothing more can be asked for."""
        return self.alignment.whole and not self.failed and not self.doubts


def check(
    alignment: Alignment,
    *,
    inked: frozenset[CellId] = frozenset(),
    doubted: Mapping[CellId, str] = _NOTHING,
    by_hand: Mapping[CellId, Decimal | None] = _UNTOUCHED,
    captions: Sequence[str] = (),
) -> Checked:
    """Turn placed readings into cells with statuses. No value is changed but those of repaired cells.

    `inked` are cells without text in which something is drawn; `doubted` gives, for
    single cells, what else speaks against them. Values `by_hand` take the place of readings, and are certain.
    `captions` are what stands above the table of units.
    """
    layout, placed = alignment.layout, alignment.placed

    single = {id_: (reason,) for id_, reason in alignment.doubted.items()}
    for id_, reason in doubted.items():
        single[id_] = (*single.get(id_, ()), reason)
    told = inked.union(single)
    converted = {name for name, holds in layout.values.items() if holds.other_units}
    read: dict[tuple[int, str], Value] = {}  # cells with equal texts share a reading, and then a value

    def by_itself(id_: CellId, one: Placed, *doubts: str) -> Value:
        doubts = (*alignment.doubts, *single.get(id_, ()), *doubts)
        return read_value(one, layout, inked=id_ in inked, doubts=doubts, grids=alignment.grids, captions=captions)

    def value_of(id_: CellId, *doubts: str) -> Value:
        one = placed.get(id_)
        if one is None:
            return (
                replace(MISSING, reasons=(*MISSING.reasons, alignment.doubted[id_]))
                if id_ in alignment.doubted
                else MISSING
            )
        if doubts or (told and id_ in told) or one.slot.value in converted:
            return by_itself(id_, one, *doubts)
        key = id(one.reading), one.slot.value
        if key not in read:
            read[key] = read_value(one, layout, doubts=alignment.doubts)
        return read[key]

    values = {slot.id: value_of(slot.id) for slot in alignment.grid.slots}
    values |= {id_: value_of(id_, UNTOLD) for id_ in unproved(alignment, values)}
    if untold := doubted_columns(alignment):
        bare = {id_: by_itself(id_, one) for id_, one in untold.items()}
        if foreign := disowned(alignment, bare, values | bare):
            left = {id_: one for id_, one in placed.items() if id_ not in foreign}
            own = replace(alignment, placed=left, doubted={**alignment.doubted, **dict.fromkeys(foreign, REPLACED)})
            return check(own, inked=inked - foreign, doubted=doubted, by_hand=by_hand, captions=captions)
        values |= {id_: bare[id_] for id_ in vouched(alignment, bare, values | bare)}
    values |= {id_: set_by_hand(value) for id_, value in by_hand.items()}
    doubted_tables = incomplete(alignment)
    settled = repair(
        values,
        tuple(evaluate(values, layout, alignment.grid.tables)),
        untouchable=frozenset(id_ for id_ in values if id_.table in doubted_tables) if doubted_tables else frozenset(),
    )
    in_need = unsure(alignment, values, doubted_tables)
    identities = judged(settled, alignment.torn.union(in_need))
    exempt = exonerated(settled)
    final = {**settled.values, **{id_: cleared(settled.values[id_]) for id_ in exempt}}
    held, broken = _by_cell(identities, layout)
    shaken = {id_ for r in identities if r.verdict in _SHAKEN for id_ in (*r.left, *r.right)} - exempt
    told_of = _Told(held, broken, shaken, exempt, in_need)
    cells = {
        slot.id: _cell(slot, layout, placed.get(slot.id), final[slot.id], told_of) for slot in alignment.grid.slots
    }
    doubts = sum([value.status in _DOUBTED for value in final.values()])
    return Checked(alignment, cells, identities, doubts, inked, doubted, tuple(captions))


def corrected(checked: Checked, edits: Mapping[CellId, tuple[Decimal | None, Correction]]) -> Checked:
    """The same cells, checked again with what people say that some of them hold; what these were before is kept.

    Each edit is a value, None for a blank, and who set it; the first reading is filled in here.
    """
    by_hand = {id_: value for id_, (value, _) in edits.items()}
    after = check(
        checked.alignment, inked=checked.inked, doubted=checked.doubted, by_hand=by_hand, captions=checked.captions
    )
    cells, before = dict(after.cells), believed(checked.cells, checked.identities)
    for id_, (_, edit) in edits.items():
        first = before[id_]
        correction = replace(
            edit,
            first=first.text,
            first_value=first.value,
            first_status=first.status,
            first_confidence=first.confidence,
        )
        own = cells[id_]
        cells[id_] = replace(
            own,
            alternatives=first.alternatives,
            reasons=(_told(correction), *own.reasons),
            correction=correction,
        )
    return replace(after, cells=cells)


def _told(correction: Correction) -> str:
    """Who set a cell, and what it was before, in words."""
    why = f": {' '.join(correction.why.split())}" if correction.why else ""
    first = f"first read as {correction.first!r}" if correction.first else f"first {correction.first_status.value}"
    return f"set by {correction.who} on {correction.when[:10]}{why}; {first}"


def missing_cells(grid: GridLayout, layout: Layout) -> dict[CellId, Cell]:
    """The cells of a grid that was not found at all."""
    return {slot.id: _cell(slot, layout, None, MISSING, _NOTHING_TOLD) for slot in grid.slots}


@dataclass(slots=True)
class _Broken:
    """Identities of a cell that fail: their names as witnesses, and what there is to say of them."""

    names: list[str]
    reasons: list[str]


_NONE = _Broken([], [])


@dataclass(frozen=True, slots=True)
class _Told:
    """What the identities tell of cells, and which of them may be two.

    `held` and `broken` are those that hold and that fail, `shaken` cells of which a reading may be the reason for that,
    and `exempt` those that doubted cells beside them clear; `unsure` ones need a sum, for the reason it gives.
    """

    held: Mapping[CellId, Sequence[str]]
    broken: Mapping[CellId, _Broken]
    shaken: Set[CellId]
    exempt: Set[CellId]
    unsure: Mapping[CellId, str]


_NOTHING_TOLD = _Told({}, {}, frozenset(), frozenset(), {})


def _by_cell(
    identities: Sequence[IdentityResult], layout: Layout
) -> tuple[Mapping[CellId, Sequence[str]], dict[CellId, _Broken]]:
    """For cells in identities that hold, their names as witnesses; for cells in some that fail, these."""
    if all(result.holds for result in identities):
        return layout.witnesses, {}
    held: dict[CellId, list[str]] = {}
    broken: dict[CellId, _Broken] = {}
    for result in identities:
        if result.holds is None:
            continue
        witness = f"{IDENTITY}{result.identity}:{result.at}"
        if result.holds:
            for id_ in (*result.left, *result.right):
                held.setdefault(id_, []).append(witness)
            continue
        sums = f"{result.left_sum} against {result.right_sum}"
        reason = f"{name(result)} does not hold ({sums}; {_WHOSE[result.verdict]}: {result.evidence})"
        for id_ in (*result.left, *result.right):
            of_cell = broken.setdefault(id_, _Broken([], []))
            of_cell.names.append(witness)
            of_cell.reasons.append(reason)
    return held, broken


def _cell(slot: Slot, layout: Layout, placed: Placed | None, value: Value, told: _Told) -> Cell:
    """A cell with its final status.

    What is read becomes verified where its identities hold, and suspect where one fails, unless doubted cells beside
    it explain that alone: then it is exempt, and stays read. A certain blank is a blank even where the publisher's sum
    fails for it, but not where a reading may be the reason. Where white space alone parts the columns, or a scanned
    table is incomplete or hardly legible, only an identity that holds makes a cell certain.
    """
    id_, status, why = slot.id, value.status, ""
    held, broken = told.held.get(id_, ()), told.broken.get(id_, _NONE) if told.broken else _NONE
    exempt = bool(told.exempt) and id_ in told.exempt
    if status is Status.READ:
        if not exempt:
            status = Status.SUSPECT if broken.names else Status.VERIFIED if held else status
    elif status is Status.BLANK and told.shaken and id_ in told.shaken:
        status = Status.SUSPECT
    if placed is not None and not held and status in {Status.READ, Status.BLANK}:
        why = _UNPARTED if not placed.parted else told.unsure.get(id_, "")
    elif status is Status.BLANK and told.unsure.get(id_) == BLANK:
        why = BLANK
    agreed = placed.reading.agreed if placed is not None else None
    paged = placed if placed is not None and placed.page != NO_PAGE else None
    return Cell(
        id=id_,
        edition=layout.edition,
        row_label=slot.row_label,
        column_label=slot.column_label,
        unit=layout.units[slot.value],
        value=value.value,
        text=value.text,
        status=Status.SUSPECT if why else status,
        confidence=value.confidence,
        page=paged.page if paged else None,
        bbox=paged.bbox if paged else None,
        source=placed.reading.source if placed else "",
        alternatives=value.alternatives,
        reasons=(*value.reasons, *(() if exempt else broken.reasons), *((why,) if why else ())),
        repair=value.repair,
        at=placed.at if placed else None,
        agreeing=(*held, SECOND_VIEW) if agreed else tuple(held),
        disagreeing=(*broken.names, SECOND_VIEW) if agreed is False else tuple(broken.names),
        score=placed.reading.confidence if placed else 0.0,
    )
