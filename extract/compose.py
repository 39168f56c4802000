"""Composing: the outcomes of a report's grids, with the values that people set, as a Report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

from extract.align import align
from extract.byhand import Values, values_by_hand
from extract.candidates import Paged
from extract.check import Checked, believed, check, corrected, flagged_below, missing_cells
from extract.copies import Judged, doubted
from extract.corrections import Edit, Misfit
from extract.judge import Outcome
from extract.layout import GridLayout, Layout
from extract.model import (
    NO_PAGE,
    PICTURED,
    Cell,
    CellId,
    Grid,
    Issuer,
    Page,
    PageInfo,
    Region,
    Report,
    Status,
    Table,
)
from extract.parts import Part
from extract.source import Document


@dataclass(frozen=True, slots=True)
class Valued:
    """Outcomes with the values that people set; the edits that did so, and those that do not fit."""

    outcomes: Mapping[str, Outcome]
    reached: frozenset[Edit] = frozenset()
    misfits: tuple[Misfit, ...] = ()


def with_values(found: Judged, edits: Sequence[Edit], number: int, editions: Sequence[Layout]) -> Valued:
    """The grids of report `number` with the values that edits set, and what people and copies doubt on top."""
    values = values_by_hand(edits, number)
    outcomes: dict[str, Outcome] = {}
    known: set[CellId] = set()
    for grid in editions[0].grids:
        outcome = found.outcomes[grid.id]
        winner = _set(outcome.winner, grid, values, editions[0])
        if winner is not None:
            known |= set(winner.cells)
            told = {id_: why for id_, why in {**values.doubted, **found.doubted}.items() if id_ in winner.cells}
            if told:
                cells = {id_: doubted(cell, told[id_]) if id_ in told else cell for id_, cell in winner.cells.items()}
                winner = replace(winner, cells=cells)
        outcomes[grid.id] = outcome if winner is outcome.winner else replace(outcome, winner=winner)
    foreign = [Misfit(e, _NO_CELL) for id_, own in values.edits.items() if id_ not in known for e in own]
    reached = frozenset(edit for own in values.edits.values() for edit in own)
    return Valued(outcomes, reached, (*values.misfits, *foreign))


_NO_CELL = "the table has no such cell in the edition it follows"


def _set(winner: Checked | None, grid: GridLayout, values: Values, newest: Layout) -> Checked | None:
    """The winner with its values by hand; of a table that was not found, cells that hold these alone."""
    if winner is None:
        if values.said.keys().isdisjoint(slot.id for slot in grid.slots):
            return None
        winner = check(align((), newest, grid))
    said = {id_: one for id_, one in values.said.items() if id_ in winner.cells}
    return corrected(winner, said) if said else winner


def on_paper(
    evidence: Paged,
    part: Part,
    found: Mapping[str, Outcome],
    warnings: Sequence[str],
    issuer: Issuer,
    *,
    lost: Mapping[str, Table],
) -> Report:
    """A report on pages, of what its grids came to and what there is to warn of; for `lost` see `tables_of`."""
    document, pages = evidence.document, evidence.pages
    own = pages[part.pages[0] - 1 : part.pages[1]]
    return replace(
        tables_of(found, pages, lost),
        path=document.path,
        sha256=document.sha256,
        pages=tuple(PageInfo(p.number, p.width, p.height, p.rotation, p.kind) for p in own),
        regions=tuple(_region_on_page(region, pages[region.page - 1]) for region in part.regions),
        warnings=(*_warnings(document, own), *warnings),
        kind=document.kind,
        issuer=issuer,
    )


def lost_tables(layout: Layout) -> dict[str, Table]:
    """All tables of a layout, by name in its order, as they are where none of them is found."""
    cells = [cell for grid in layout.grids for cell in missing_cells(grid, layout).values()]
    own = {name: tuple(cell for cell in cells if cell.id.table == name) for name in layout.tables}
    return {name: Table(name, layout.edition, False, its) for name, its in own.items()}


def tables_of(found: Mapping[str, Outcome], pages: Sequence[Page], lost: Mapping[str, Table]) -> Report:
    """A report's tables, and how they came about; those that are `lost` are the same in every report."""
    tables = dict(lost)
    for outcome in found.values():
        winner = outcome.winner
        if winner is None:
            continue
        printed = tuple(_grid_on_page(fragment, pages) for fragment in winner.alignment.grids)
        cells = list(winner.cells.values())
        if any(page.sheet for page in pages):
            cells = _cells_on_page(cells, pages)
        for name in winner.alignment.grid.tables:
            its = tuple([cell for cell in cells if cell.id.table == name])
            seen = any(cell.status is not Status.MISSING for cell in its)
            fragments = printed if seen else ()
            extractor = fragments[0].extractor if fragments else ""
            tables[name] = Table(name, its[0].edition, seen, its, fragments, extractor)
    winners = [outcome.winner for outcome in found.values() if outcome.winner]
    return Report(
        path="",
        sha256="",
        pages=(),
        tables=tables,
        regions=(),
        identities=tuple(result for winner in winners for result in winner.identities),
        attempts=tuple(attempt for outcome in found.values() for attempt in outcome.attempts),
        versions=_versions(),
    )


def trusted(report: Report, least: float) -> Report:
    """The report with the confidence of every cell, all witnesses heard; flagged what is below `least`."""
    found = {name: table for name, table in report.tables.items() if table.found}
    cells = believed({cell.id: cell for table in found.values() for cell in table.cells}, report.identities)
    told = {
        name: replace(table, cells=tuple([flagged_below(cells[cell.id], least) for cell in table.cells]))
        for name, table in found.items()
    }
    return replace(report, tables={**report.tables, **told})


def _region_on_page(region: Region, page: Page) -> Region:
    """The region with its box on the upright page."""
    return replace(region, bbox=page.sheet.on_page(region.bbox)) if page.sheet else region


def _cells_on_page(cells: Sequence[Cell], pages: Sequence[Page]) -> list[Cell]:
    by_page: dict[int, list[int]] = {}
    for i, cell in enumerate(cells):
        if cell.page is not None and cell.bbox is not None:
            by_page.setdefault(cell.page, []).append(i)
    moved = list(cells)
    for number, own in by_page.items():
        sheet = pages[number - 1].sheet
        boxes = [box for i in own if (box := cells[i].bbox)]
        for i, box in zip(own, sheet.all_on_page(boxes) if sheet else boxes, strict=True):
            moved[i] = replace(cells[i], bbox=box)
    return moved


def _grid_on_page(grid: Grid, pages: Sequence[Page]) -> Grid:
    """The grid with its boxes on the upright page; its unit edges stay those of the sheet."""
    sheet = None if grid.page == NO_PAGE else pages[grid.page - 1].sheet
    if sheet is None:
        return grid
    own, *boxes = sheet.all_on_page([grid.bbox, *(cell.bbox for cell in grid.cells)])
    inks = iter(sheet.all_on_page([cell.ink for cell in grid.cells if cell.ink]))
    cells = (
        replace(cell, bbox=box, ink=next(inks) if cell.ink else None)
        for cell, box in zip(grid.cells, boxes, strict=True)
    )
    return replace(grid, bbox=own, cells=tuple(cells))


def _warnings(document: Document, pages: Sequence[Page]) -> Iterator[str]:
    if document.kind == "office":
        yield "LibreOffice made pages of this document: pages and boxes are those of its print"
    if document.kind in PICTURED:
        yield "tables were looked for in the pictures that this document holds, too: its pages are those"
    for page in pages:
        yield from (f"page {page.number}: {doubt}" for doubt in page.doubts)


@cache
def _versions() -> dict[str, str]:
    """Versions of gongkai and of the libraries whose work is in a report."""
    return {name: version(name) for name in ("gongkai", "pypdfium2", "pdfplumber", "camelot-py")}
