"""What one expects of a report's numbers though no sum binds them: a witness, and no more than that.

Reports break what is plausible as published, by counting otherwise or by leaving blanks. So it proves nothing, moves no
confidence, and puts a value in doubt only where nothing at all bears it out but its own reading from an image.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from extract.layout import Layout
from extract.model import AS_WRITTEN, PLAUSIBLE, Cell, CellId, Report, Status
from extract.swift import changed


def weighed(report: Report, editions: Iterable[Layout]) -> Report:
    """The report with what is plausible of its cells among their witnesses, all others being named. No value changes.

    Args:
        report: The report.
        editions: The layouts of the form; each says in `plausible` what to expect.
    """
    cells = {cell.id: cell for cell in report.cells}
    final: dict[CellId, Cell] = {}
    for layout in editions:
        for name, pair, holds in _told(cells, layout):
            for id_ in pair:
                final[id_] = _with(final.get(id_, cells[id_]), name, holds=holds)
    if not final:
        return report
    tables = {
        name: replace(table, cells=tuple([final.get(cell.id, cell) for cell in table.cells]))
        for name, table in report.tables.items()
    }
    return replace(report, tables=tables)


def _told(cells: Mapping[CellId, Cell], layout: Layout) -> Iterator[tuple[str, Sequence[CellId], bool]]:
    """What holds or does not, by name, of cells with numbers. That nothing is less than nought tells nothing."""
    for one in layout.expected:
        pair = one.smaller, one.larger
        smaller, larger = (_value(cells.get(id_), layout.edition) for id_ in pair)
        if smaller and larger is not None:
            yield f"{PLAUSIBLE}{one.expectation}:{one.at}", pair, smaller <= larger


def _value(cell: Cell | None, edition: str) -> Decimal | None:
    return cell.value if cell and cell.edition == edition else None


def _with(cell: Cell, name: str, *, holds: bool) -> Cell:
    if holds:
        return changed(cell, agreeing=(*cell.agreeing, name))
    alone = cell.source not in AS_WRITTEN and cell.status is Status.READ and not cell.agreeing
    cell = changed(cell, disagreeing=(*cell.disagreeing, name))
    if not alone:
        return cell
    reason = f"nothing bears it out, and it is not plausible: {name.removeprefix(PLAUSIBLE)}"
    return changed(cell, status=Status.SUSPECT, reasons=(*cell.reasons, reason))
