"""report.json: everything in a report, with provenance. docs/report.schema.json is its schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from extract.export.atomic import replaced_file
from extract.export.jsonvalues import edges, jsonable, number, points, readable
from extract.export.untrusted import storable
from extract.model import (
    NO_PAGE,
    Attempt,
    Cell,
    Claim,
    Correction,
    Grid,
    GridCell,
    IdentityResult,
    Issuer,
    PageInfo,
    Quote,
    Region,
    Repair,
    Replayed,
    Report,
    Table,
)

SCHEMA = "gongkai-report/1"
"""Name and version of the form of report.json; the number grows when an existing field changes its meaning."""


def write(report: Report, path: Path) -> None:
    """Write the report as UTF-8 JSON, indented, with each cell on a line of its own.

    Raises:
        OSError: the file cannot be written.
    """
    with replaced_file(path) as file:
        file.write(readable(document(report)).encode("utf-8") + b"\n")


def document(report: Report) -> dict[str, Any]:
    """The report as JSON values. Decimals are strings, because JSON readers take numbers for floats.

    Boxes are [x0, top, x1, bottom] in points from the top left corner of the upright page; in a document without pages,
    pages and boxes are null, and a grid's edges count its units. A grid that holds two
    tables is given once: tables name their grids by position in `grids`.
    """
    grids: dict[int, Grid] = {}
    for table in report.tables.values():
        grids |= {id(grid): grid for grid in table.grids}
    numbers = {key: number for number, key in enumerate(grids)}
    return {
        "schema": SCHEMA,
        "path": storable(report.path),
        "sha256": report.sha256,
        "kind": report.kind,
        "verdict": report.verdict.value,
        "report": {"number": report.number, "of": report.of},
        "agency": storable(report.agency),
        "year": report.year,
        "issuer": _issuer(report.issuer),
        "versions": jsonable(report.versions),
        "ocr": jsonable(report.ocr),
        "warnings": [storable(warning) for warning in report.warnings],
        "corrections": [_replayed(edit) for edit in report.corrections],
        "pages": [_page(page) for page in report.pages],
        "regions": [_region(region) for region in report.regions],
        "attempts": [_attempt(attempt) for attempt in report.attempts],
        "identities": [_identity(result) for result in report.identities],
        "narrative": [_quote(quote) for quote in report.narrative],
        "tables": [_table(table, numbers) for table in report.tables.values()],
        "grids": [_grid(grid) for grid in grids.values()],
    }


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return {
        "agency_from": issuer.agency_from,
        "year_from": issuer.year_from,
        "conflicts": [storable(conflict) for conflict in issuer.conflicts],
        "undecided": list(issuer.undecided),
        "claims": [_claim(claim) for claim in issuer.claims],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "about": claim.about,
        "value": storable(claim.value),
        "source": claim.source,
        "text": storable(claim.text),
        "page": claim.page,
        "bbox": edges(claim.bbox),
    }


def _page(page: PageInfo) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": points(page.width),
        "height": points(page.height),
        "rotation": page.rotation,
        "kind": page.kind,
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "grid": region.grid,
        "page": region.page or None,
        "bbox": edges(region.bbox) if region.page != NO_PAGE else None,
        "score": jsonable(region.score),
        "ruled": bool(region.ruled),
        "evidence": jsonable(region.evidence),
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "grid": attempt.grid,
        "extractor": attempt.extractor,
        "edition": attempt.edition,
        "found": attempt.found,
        "expected": attempt.expected,
        "failed_identities": attempt.failed_identities,
        "doubts": attempt.doubts,
        "won": attempt.won,
        "reason": storable(attempt.reason),
    }


def _identity(result: IdentityResult) -> dict[str, Any]:
    return {
        "identity": result.identity,
        "table": result.table,
        "at": result.at,
        "left": [list(member) for member in result.left],
        "right": [list(member) for member in result.right],
        "left_sum": number(result.left_sum),
        "right_sum": number(result.right_sum),
        "holds": result.holds,
        "verdict": result.verdict,
        "located": [list(member) for member in result.located],
        "evidence": storable(result.evidence),
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "cells": [list(member) for member in quote.cells],
        "value": number(quote.value),
        "total": number(quote.total),
        "agrees": quote.agrees,
        "firm": quote.firm,
        "text": storable(quote.text),
        "page": quote.page,
    }


def _table(table: Table, numbers: Mapping[int, int]) -> dict[str, Any]:
    return {
        "table": table.name,
        "edition": table.edition,
        "found": table.found,
        "extractor": table.extractor,
        "grids": [numbers[id(grid)] for grid in table.grids],
        "cells": [_cell(cell) for cell in table.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "table": cell.id.table,
        "row": cell.id.row,
        "column": cell.id.column,
        "row_label": storable(cell.row_label),
        "column_label": storable(cell.column_label),
        "edition": cell.edition,
        "unit": cell.unit,
        "value": number(cell.value),
        "text": storable(cell.text),
        "status": cell.status.value,
        "reasons": [storable(reason) for reason in cell.reasons],
        "confidence": jsonable(cell.confidence),
        "score": jsonable(cell.score),
        "page": cell.page,
        "bbox": edges(cell.bbox),
        "at": None if cell.at is None else [*cell.at],
        "source": storable(cell.source),
        "alternatives": jsonable(cell.alternatives),
        "repair": _repair(cell.repair) if cell.repair else None,
        "agreeing": list(cell.agreeing),
        "disagreeing": list(cell.disagreeing),
        "correction": _correction(cell.correction) if cell.correction else None,
    }


def _repair(repair: Repair) -> dict[str, Any]:
    return {
        "first": storable(repair.first),
        "confidence": jsonable(repair.confidence),
        "identities": [list(decided) for decided in repair.identities],
    }


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "who": storable(correction.who),
        "when": correction.when,
        "why": storable(correction.why),
        "first": {
            "text": storable(correction.first),
            "value": number(correction.first_value),
            "status": correction.first_status.value,
            "confidence": jsonable(correction.first_confidence),
        },
    }


def _replayed(edit: Replayed) -> dict[str, Any]:
    return {
        "edit": edit.kind,
        "place": storable(edit.place),
        "what": storable(edit.what),
        "who": storable(edit.who),
        "when": edit.when,
        "why": storable(edit.why),
        "applied": edit.applied,
        "cause": storable(edit.cause),
    }


def _grid(grid: Grid) -> dict[str, Any]:
    paged = grid.page != NO_PAGE
    return {
        "page": grid.page if paged else None,
        "extractor": grid.extractor,
        "bbox": edges(grid.bbox) if paged else None,
        "rows": [points(edge) for edge in grid.rows] if paged else [*range(len(grid.rows))],
        "columns": [points(edge) for edge in grid.columns] if paged else [*range(len(grid.columns))],
        "cells": [_grid_cell(cell, paged=paged) for cell in grid.cells],
    }


def _grid_cell(cell: GridCell, *, paged: bool) -> dict[str, Any]:
    reading = cell.reading
    return {
        "row": cell.row,
        "column": cell.column,
        "row_span": cell.row_span,
        "column_span": cell.column_span,
        "bbox": edges(cell.bbox) if paged else None,
        "ink": edges(cell.ink),
        "text": storable(reading.text),
        "confidence": jsonable(reading.confidence),
        "source": storable(reading.source),
        "alternatives": jsonable(reading.alternatives),
        "doubts": [storable(doubt) for doubt in reading.doubts],
    }
