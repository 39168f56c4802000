"""Whole reports built from the shipped layouts, as a reader would give them for a clean print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from extract import layout
from extract.layout import Block, GridLayout, Layout, Node
from extract.model import (
    Attempt,
    BBox,
    Cell,
    CellId,
    Grid,
    GridCell,
    IdentityResult,
    PageInfo,
    Reading,
    Region,
    Report,
    Status,
    Table,
)

WIDTH, HEIGHT = 48.0, 22.0
RECEIVED = CellId("disclosure_requests", "received", "total")


def edition(name: str) -> Layout:
    return next(one for one in layout.shipped() if one.edition == name)


def number(index: int) -> str:
    """What the builder prints in a grid's n-th value cell: every tenth holds nothing."""
    return "" if index % 10 == 9 else str(index * 37 % 1000)


@dataclass
class Press:
    """Prints the grids of a layout, each on a page of its own."""

    page: int
    texts: Mapping[CellId, str]
    cells: list[GridCell] = field(default_factory=list)
    places: dict[CellId, GridCell] = field(default_factory=dict)
    line: int = 0

    def put(self, row: int, column: int, rows: int, columns: int, text: str) -> GridCell:
        x0, top = 60 + column * WIDTH, 80 + row * HEIGHT
        box = BBox(x0, top, x0 + columns * WIDTH, top + rows * HEIGHT)
        ink = BBox(x0 + 5, top + 5, x0 + 25, top + 15) if text else None
        cell = GridCell(row, column, rows, columns, box, Reading(text), ink)
        self.cells.append(cell)
        return cell

    def block(self, grid: GridLayout, block: Block, width: int, first: int) -> int:
        stub = max(map(len, block.row_paths))
        header = max(map(len, block.column_paths))
        if block.title:
            self.put(self.line, 0, 1, width, block.title)
            self.line += 1
        if stub:
            self.put(self.line, 0, header, stub, grid.corner[0] if grid.corner else "")
        column = stub
        for level, at, node, leaves in tree(block.columns):
            last = at + leaves == len(block.column_paths)
            span = width - stub - at if last else leaves
            self.put(self.line + level, column + at, header - level if node.id else 1, span, node.label or "")
        self.line += header
        for level, at, node, leaves in tree(block.rows):
            self.put(self.line + at, level, leaves, stub - level if node.id else 1, node.label or "")
        for _ in block.row_paths:
            for number_ in range(len(block.column_paths)):
                slot = grid.slots[first]
                last = number_ == len(block.column_paths) - 1
                span = width - stub - number_ if last else 1
                text = self.texts.get(slot.id, number(first))
                self.places[slot.id] = self.put(self.line, column + number_, 1, span, text)
                first += 1
            self.line += 1
        return first

    def grid(self, grid: GridLayout, extractor: str) -> Grid:
        width = max(max(map(len, b.row_paths)) + len(b.column_paths) for b in grid.blocks)
        first = 0
        for block in grid.blocks:
            first = self.block(grid, block, width, first)
        rows = tuple(80 + line * HEIGHT for line in range(self.line + 1))
        columns = tuple(60 + column * WIDTH for column in range(width + 1))
        cells = tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.column)))
        return Grid(self.page, extractor, BBox(columns[0], rows[0], columns[-1], rows[-1]), rows, columns, cells)


def tree(nodes: Iterable[Node], level: int = 0, at: int = 0) -> Iterator[tuple[int, int, Node, int]]:
    """(level, first leaf, node, number of leaves) of every node."""
    for node in nodes:
        leaves = len(list(node.leaves()))
        yield level, at, node, leaves
        yield from tree(node.children, level + 1, at)
        at += leaves


def report(
    editions: Mapping[str, str] | None = None,
    *,
    texts: Mapping[CellId, str] | None = None,
    changes: Mapping[CellId, Mapping[str, Any]] | None = None,
    lost: Iterable[str] = (),
    **other: Any,
) -> Report:
    """A report on three pages, edition 2021 unless `editions` names another for a grid.

    Args:
        editions: layout grid id to edition.
        texts: what is printed in cells; by default `number` of their position in the grid.
        changes: fields of canonical cells to set otherwise than read.
        lost: layout grid ids that were not found.
        other: fields of the report.
    """
    tables: dict[str, Table] = {}
    regions, attempts = [], []
    lost = set(lost)
    for page, grid_id in enumerate(("proactive", "requests", "review"), start=1):
        one = edition((editions or {}).get(grid_id, "2021"))
        form = one.grid(grid_id)
        press = Press(page, texts or {})
        grid = press.grid(form, "rulings")
        found = grid_id not in lost
        cells = [cell(one, slot, press, page, found) for slot in form.slots]
        cells = [replace(c, **(changes or {}).get(c.id, {})) for c in cells]
        for name in form.tables:
            own = tuple(c for c in cells if c.id.table == name)
            grids = (grid,) if found else ()
            tables[name] = Table(name, one.edition, found, own, grids, "rulings" if found else "")
        if found:
            evidence = {"heading": form.headings[0], "label_hits": len(form.slots), "shape": (1, 2.5)}
            regions.append(Region(grid_id, page, grid.bbox, 0.97, True, evidence))
            attempts.append(Attempt(grid_id, "rulings", one.edition, len(cells), len(cells), 0, 0, True, "verifies"))
    fields: dict[str, Any] = {
        "path": "reports/r.pdf",
        "sha256": "0" * 64,
        "pages": tuple(PageInfo(page, 595.2, 841.8, 0, "text") for page in (1, 2, 3)),
        "regions": tuple(regions),
        "attempts": tuple(attempts),
        "identities": () if "requests" in lost else (BALANCE,),
        "versions": {"gongkai": "0.1.0"},
    }
    return Report(tables=tables, **{**fields, **other})


def cell(one: Layout, slot: layout.Slot, press: Press, page: int, found: bool) -> Cell:
    printed = press.places[slot.id]
    known = (slot.id, one.edition, slot.row_label, slot.column_label, one.holds(slot).unit)
    if not found:
        return Cell(*known, value=None, text="", status=Status.MISSING, confidence=0.0)
    digits = printed.text.replace("\n", "")
    return Cell(
        *known,
        value=Decimal(digits) if digits.isdecimal() else None,
        text=printed.text,
        status=Status.VERIFIED if digits.isdecimal() else Status.BLANK,
        confidence=1.0,
        page=page,
        bbox=printed.ink or printed.bbox,
        source="text-layer",
    )


BALANCE = IdentityResult(
    identity="balance",
    table="disclosure_requests",
    at="total",
    left=(RECEIVED, RECEIVED._replace(row="carried_in")),
    right=(RECEIVED._replace(row="processed_total"), RECEIVED._replace(row="carried_forward")),
    left_sum=Decimal(11),
    right_sum=Decimal(0),
    holds=False,
    verdict="published",
)
