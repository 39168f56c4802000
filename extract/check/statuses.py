"""Statuses: what the arithmetic and the readings together say of each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from extract.align import Alignment
from extract.check.identities import evaluate
from extract.check.values import missing_cell, read_cell
from extract.layout import GridLayout, Layout
from extract.model import Cell, CellId, IdentityResult, Status


@dataclass(frozen=True, slots=True)
class Checked:
    """An alignment's canonical cells, in the layout's order, with statuses, and the identities behind them."""

    alignment: Alignment
    cells: Mapping[CellId, Cell]
    identities: tuple[IdentityResult, ...]

    @property
    def failed(self) -> int:
        """Identities that do not hold."""
        return sum(result.holds is False for result in self.identities)

    @property
    def doubts(self) -> int:
        """Cells that were found but not read beyond doubt, the arithmetic aside."""
        return sum(
            cell.status is Status.UNREADABLE or (cell.status is Status.SUSPECT and cell.confidence < 1)
            for cell in self.cells.values()
        )

    @property
    def settled(self) -> bool:
        """Whether every cell was found and read, and every identity holds: nothing more can be asked for."""
        return len(self.alignment.placed) == self.alignment.expected and not self.failed and not self.doubts


def check(
    alignment: Alignment,
    *,
    inked: frozenset[CellId] = frozenset(),
    disputed: Mapping[CellId, str] | None = None,
) -> Checked:
    """Turn placed readings into cells with statuses.

    `inked` are cells without text in which something is drawn; `disputed` gives for cells that another extractor reads
    differently what it reads. Values are never changed here.
    """
    layout = alignment.layout
    cells: dict[CellId, Cell] = {}
    for slot in alignment.grid.slots:
        placed = alignment.placed.get(slot.id)
        cell = missing_cell(slot, layout) if placed is None else read_cell(placed, layout, inked=slot.id in inked)
        if disputed and slot.id in disputed:
            cell = _doubted(cell, disputed[slot.id])
        cells[slot.id] = cell
    identities = tuple(evaluate(cells, layout, alignment.grid.tables))
    return Checked(alignment, _with_arithmetic(cells, identities), identities)


def missing_cells(grid: GridLayout, layout: Layout) -> dict[CellId, Cell]:
    """The cells of a grid that was not found at all."""
    return {slot.id: missing_cell(slot, layout) for slot in grid.slots}


def _doubted(cell: Cell, other: str) -> Cell:
    reason = f"another extractor reads {other!r}"
    return replace(cell, status=Status.SUSPECT, confidence=min(cell.confidence, 0.5), reasons=(*cell.reasons, reason))


def _with_arithmetic(
    cells: Mapping[CellId, Cell], identities: tuple[IdentityResult, ...]
) -> Mapping[CellId, Cell]:
    """Read cells become verified where all their identities hold, and suspect where one fails."""
    holding: set[CellId] = set()
    failing: dict[CellId, list[str]] = {}
    for result in identities:
        members = (*result.left, *result.right)
        if result.holds:
            holding.update(members)
        elif result.holds is False:
            whose = "as published" if result.verdict == "published" else "a reading is in doubt"
            reason = f"{result.identity}:{result.at} does not hold ({result.left_sum} against {result.right_sum}; {whose})"
            for id_ in members:
                failing.setdefault(id_, []).append(reason)
    checked: dict[CellId, Cell] = {}
    for id_, cell in cells.items():
        if id_ in failing:
            status = Status.SUSPECT if cell.status is Status.READ else cell.status
            checked[id_] = replace(cell, status=status, reasons=(*cell.reasons, *failing[id_]))
        elif id_ in holding and cell.status is Status.READ:
            checked[id_] = replace(cell, status=Status.VERIFIED)
        else:
            checked[id_] = cell
    return checked
