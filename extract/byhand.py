"""What people say of one printed grid, and of the cells in it, out of all edits of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extract.corrections import (
    Assigning,
    CellDoubted,
    CellEdit,
    Edit,
    EditionSet,
    Misfit,
    Redrawing,
    ValueSet,
    agreed,
)
from extract.layout import GridLayout, Layout
from extract.model import CellId, Correction, Region, Status


@dataclass(frozen=True, slots=True)
class ByHand:
    """The edits of a printed grid, those that contradict each other left out.

    `editions` is the one it follows, none where nothing says so; `misfits` are edits that cannot be made; `reached` all
    edits of the grid.
    """

    editions: tuple[Layout, ...] = ()
    redrawing: tuple[Redrawing, ...] = ()
    assigned: tuple[Assigning, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    reached: frozenset[Edit] = frozenset()


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a report's cells as people set them, None for a blank.

    Of cells in `doubted`, with the reason in words, people say that they are in doubt, or do not agree.
    """

    said: Mapping[CellId, tuple[Decimal | None, Correction]]
    doubted: Mapping[CellId, str]
    edits: Mapping[CellId, tuple[CellEdit, ...]]
    misfits: tuple[Misfit, ...]


def by_hand(edits: Sequence[Edit], grid: GridLayout, regions: Sequence[Region], editions: Sequence[Layout]) -> ByHand:
    """The edits of a grid whose regions are among these; of those about editions, that were picked for the report."""
    if not edits:
        return ByHand()
    pages = {region.page for region in regions if region.grid == grid.id}
    tables = {table for layout in editions for table in layout.grid(grid.id).tables}
    redrawing = tuple(e for e in edits if isinstance(e, Redrawing) and e.grid == grid.id and e.page in pages)
    assigning = [e for e in edits if isinstance(e, Assigning) and e.table in tables and e.page in pages]
    setting = [e for e in edits if isinstance(e, EditionSet) and e.table in tables]
    assigned, misfits = agreed(assigning)
    misfits += _disagreeing(setting)
    said = {edit.edition for edit in setting} if not _disagreeing(setting) else set()
    chosen = tuple(layout for layout in editions if layout.edition in said)
    if said and not chosen:
        misfits += [Misfit(edit, f"there is no edition {edit.edition} of the form") for edit in setting]
    return ByHand(chosen, redrawing, tuple(assigned), tuple(misfits), frozenset((*redrawing, *assigning, *setting)))


def _disagreeing(edits: Sequence[EditionSet]) -> list[Misfit]:
    """Edits that give tables of one printed grid several editions."""
    if len({edit.edition for edit in edits}) < 2:
        return []
    return [Misfit(edit, "tables that are printed in one grid follow one edition") for edit in edits]


def values_by_hand(edits: Sequence[Edit], number: int) -> Values:
    """The values that edits set in report `number` of a document, and the cells that they doubt."""
    by_cell: dict[CellId, list[CellEdit]] = {}
    for edit in edits:
        if isinstance(edit, CellEdit) and edit.report == number:
            by_cell.setdefault(CellId(edit.table, edit.row, edit.column), []).append(edit)
    said: dict[CellId, tuple[Decimal | None, Correction]] = {}
    doubted: dict[CellId, str] = {}
    misfits: list[Misfit] = []
    for id_, own in by_cell.items():
        kept, contradicting = agreed(own)
        misfits += contradicting
        if contradicting:
            told = ", ".join(f"{edit.what} ({edit.who})" for edit in own)
            doubted[id_] = f"two corrections disagree about this cell: {told}"
        for edit in kept:
            if isinstance(edit, ValueSet):
                said[id_] = None if edit.value is None else Decimal(edit.value), _correction(edit)
            elif isinstance(edit, CellDoubted):
                why = f": {' '.join(edit.why.split())}" if edit.why else ""
                doubted[id_] = f"doubted by {edit.who} on {edit.when:%Y-%m-%d}{why}"
    return Values(said, doubted, {id_: tuple(own) for id_, own in by_cell.items()}, tuple(misfits))


def _correction(edit: ValueSet) -> Correction:
    when = edit.when.isoformat().replace("+00:00", "Z")
    return Correction(edit.who, when, edit.why, "", None, Status.MISSING, 0.0)
