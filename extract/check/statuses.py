"""Statuses: what the arithmetic and the readings together say of each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extract.align import Alignment, Placed
from extract.check.identities import evaluate
from extract.check.values import MISSING, Value, read_value
from extract.layout import GridLayout, Layout, Slot
from extract.model import AS_WRITTEN, NO_PAGE, Cell, CellId, IdentityResult, Status

_UNPARTED = "no lines part the columns, and no identity that holds covers the cell"

_INCOMPLETE = "another cell of the table was not found, and no identity that holds covers this one"

_NOTHING: Mapping[CellId, str] = {}


@dataclass(frozen=True, slots=True)
class Checked:
    """An alignment's canonical cells, in the layout's order, with statuses, and the identities behind them.

    `doubts` counts the cells that were found but not read beyond doubt, the arithmetic aside.
    """

    alignment: Alignment
    cells: Mapping[CellId, Cell]
    identities: tuple[IdentityResult, ...]
    doubts: int

    @property
    def failed(self) -> int:
        """Identities that do not hold."""
        return sum(result.holds is False for result in self.identities)

    @property
    def settled(self) -> bool:
        """Whether every cell was found and read, and every identity holds: nothing more can be asked for."""
        return len(self.alignment.placed) == self.alignment.expected and not self.failed and not self.doubts


def check(
    alignment: Alignment, *, inked: frozenset[CellId] = frozenset(), doubted: Mapping[CellId, str] = _NOTHING
) -> Checked:
    """Turn placed readings into cells with statuses. Values are never changed here.

    `inked` are cells without text in which something is drawn; `doubted` gives, for
    single cells, what else speaks against them.
    """
    layout, placed = alignment.layout, alignment.placed
    values = {
        slot.id: read_value(
            placed[slot.id],
            layout,
            inked=slot.id in inked,
            doubts=(*alignment.doubts, doubted[slot.id]) if slot.id in doubted else alignment.doubts,
        )
        if slot.id in placed
        else MISSING
        for slot in alignment.grid.slots
    }
    identities = tuple(evaluate(values, layout, alignment.grid.tables))
    _prove(values, identities)
    held, broken = _by_cell(identities)
    shaken = {id_ for r in identities if r.verdict == "reading" for id_ in (*r.left, *r.right)}
    doubted_tables = _incomplete(alignment)
    cells = {
        slot.id: _cell(
            slot,
            layout,
            placed.get(slot.id),
            values[slot.id],
            held=slot.id in held,
            shaken=slot.id in shaken,
            broken=broken.get(slot.id, ()),
            incomplete=slot.id.table in doubted_tables,
        )
        for slot in alignment.grid.slots
    }
    doubts = sum(value.status in {Status.SUSPECT, Status.UNREADABLE} for value in values.values())
    return Checked(alignment, cells, identities, doubts)


def _incomplete(alignment: Alignment) -> set[str]:
    """Tables read from pixels of which a cell is missing: two printed cells may have been taken for one."""
    placed = alignment.placed
    if len(placed) == alignment.expected or all(one.reading.source in AS_WRITTEN for one in placed.values()):
        return set()
    return {slot.id.table for slot in alignment.grid.slots if slot.id not in placed}


def _prove(values: dict[CellId, Value], identities: Sequence[IdentityResult]) -> None:
    """Make weak values certain that an identity holds for while all its other members are certain, one by one."""
    if not any(value.weak for value in values.values()):
        return
    holding = [[*result.left, *result.right] for result in identities if result.holds]
    failing = {id_ for result in identities if result.holds is False for id_ in (*result.left, *result.right)}
    proved = True
    while proved:
        proved = False
        for members in holding:
            doubted = [id_ for id_ in members if values[id_].status is Status.SUSPECT]
            if len(doubted) == 1 and values[doubted[0]].weak and doubted[0] not in failing:
                value = values[doubted[0]]
                values[doubted[0]] = replace(value, status=Status.READ, reasons=(), weak=False)
                proved = True


def missing_cells(grid: GridLayout, layout: Layout) -> dict[CellId, Cell]:
    """The cells of a grid that was not found at all."""
    return {slot.id: _cell(slot, layout, None, MISSING) for slot in grid.slots}


def _by_cell(identities: Sequence[IdentityResult]) -> tuple[set[CellId], dict[CellId, list[str]]]:
    """Cells in an identity that holds, and for cells in identities that fail, which and how."""
    held: set[CellId] = set()
    broken: dict[CellId, list[str]] = {}
    for result in identities:
        if result.holds:
            held.update(result.left, result.right)
        elif result.holds is False:
            whose = "as published" if result.verdict == "published" else "a reading is in doubt"
            reason = (
                f"{result.identity}:{result.at} does not hold ({result.left_sum} against {result.right_sum}; {whose})"
            )
            for id_ in (*result.left, *result.right):
                broken.setdefault(id_, []).append(reason)
    return held, broken


def _cell(
    slot: Slot,
    layout: Layout,
    placed: Placed | None,
    value: Value,
    *,
    held: bool = False,
    shaken: bool = False,
    broken: Sequence[str] = (),
    incomplete: bool = False,
) -> Cell:
    """A cell with its final status.

    What is read becomes verified where its identities hold, and suspect where one fails. A certain blank is a blank
    even where the publisher's sum fails for it, but not where a reading may be the reason (`shaken`). Where white space
    alone parts the columns, or a scanned table is `incomplete`, only an identity that holds makes a cell certain.
    """
    status = value.status
    if status is Status.READ:
        status = Status.SUSPECT if broken else Status.VERIFIED if held else status
    elif status is Status.BLANK and shaken:
        status = Status.SUSPECT
    bare = placed is not None and not held and status in {Status.READ, Status.BLANK}
    why = _UNPARTED if placed is not None and not placed.parted else _INCOMPLETE if incomplete else ""
    unproved = bare and bool(why)
    paged = placed if placed is not None and placed.page != NO_PAGE else None
    return Cell(
        id=slot.id,
        edition=layout.edition,
        row_label=slot.row_label,
        column_label=slot.column_label,
        unit=layout.holds(slot).unit,
        value=value.value,
        text=placed.reading.text if placed else "",
        status=Status.SUSPECT if unproved else status,
        confidence=value.confidence,
        page=paged.page if paged else None,
        bbox=paged.bbox if paged else None,
        source=placed.reading.source if placed else "",
        alternatives=value.alternatives,
        reasons=(*value.reasons, *broken, *((why,) if unproved else ())),
        at=placed.at if placed else None,
    )
