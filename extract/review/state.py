"""What a session shows, as JSON values: cells, grids, identities in words, edits. Text of the document is plain text.

Boxes are in points on the page that `extract.review.session.image` draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from extract.corrections import Edit
from extract.corrections.file import record_of
from extract.export.rows import plain
from extract.export.untrusted import page_text
from extract.export.words import title_of, words
from extract.grids.redraw import CORRECTED
from extract.layout import Layout
from extract.model import NO_PAGE, BBox, Cell, CellId, Grid, IdentityResult, Report, Status, Table
from extract.palette import COLOURS
from extract.review.session import Session

_URGENCY = (Status.UNREADABLE, Status.SUSPECT, Status.MISSING)
"""Statuses that ask for a human, the most urgent first."""

_OFFERED = 9
"""Candidates offered for a cell, one for each digit key."""


def state(session: Session, number: int = 1) -> dict[str, Any]:
    """Report `number` of the session's document."""
    report = session.reports[number - 1]
    winners = [one.winner for one in session.found.outcomes[number - 1].values() if one.winner]
    flat = {id_: cell.bbox for winner in winners for id_, cell in winner.cells.items()}
    by_cell = _by_cell(report.identities)
    values = {cell.id: cell for cell in report.cells}
    cells = [_cell(cell, flat.get(cell.id), by_cell.get(cell.id, []), values) for cell in report.cells]
    return {
        "document": {
            "name": page_text(Path(report.path).name),
            "agency": page_text(report.agency),
            "year": report.year,
            "number": number,
            "of": len(session.reports),
        },
        "revision": session.revision,
        "dirty": session.dirty,
        "can_undo": session.can_undo,
        "can_redo": session.can_redo,
        "who": page_text(session.who),
        "pages": list(_pages(session, report)),
        "tables": [_table(table, session.bench.form.editions) for table in report.tables.values()],
        "grids": list(_grids(session, number)),
        "regions": [
            {"grid": one.grid, "page": one.page, "box": _box(one.bbox)}
            for one in session.found.regions
            if one.page in {info.number for info in report.pages}
        ],
        "forms": [{"grid": grid.id, "tables": list(grid.tables)} for grid in session.bench.form.editions[0].grids],
        "cells": cells,
        "queue": ["/".join(id_) for id_ in _queue(report)],
        "identities": [_identity(result, values) for result in report.identities],
        "edits": list(_edits(session.edits, report)),
        "editions": [one.edition for one in session.bench.form.editions],
        "legend": _legend(),
    }


@cache
def _legend() -> list[dict[str, Any]]:
    """The statuses with their marks, names and colours."""
    return [
        {
            "status": status.value,
            "mark": term.mark,
            "zh": term.name.zh,
            "en": term.name.en,
            "colour": list(COLOURS[status]),
        }
        for status, term in words().statuses.items()
    ]


def _pages(session: Session, report: Report) -> Iterator[dict[str, Any]]:
    """The pages of the report with a table on them."""
    if not session.found.pages:
        return
    with_tables = {region.page for region in report.regions}
    for info in report.pages:
        page = session.found.pages[info.number - 1]
        width, height = page.extent
        yield {
            "number": info.number,
            "width": round(width, 2),
            "height": round(height, 2),
            "rotation": page.rotation,
            "tables": info.number in with_tables,
        }


def _table(table: Table, layouts: Sequence[Layout]) -> dict[str, Any]:
    title = title_of(table, layouts)
    return {
        "table": table.name,
        "title": {"zh": title.zh, "en": title.en},
        "edition": table.edition,
        "found": table.found,
    }


def _grids(session: Session, number: int) -> Iterator[dict[str, Any]]:
    """The printed grids, with the canonical cells in each printed one."""
    for grid_id, outcome in session.found.outcomes[number - 1].items():
        if outcome.winner is None:
            continue
        fragments = outcome.winner.alignment.grids
        placed: dict[tuple[int, int, int], list[str]] = {}
        for id_, cell in outcome.winner.cells.items():
            if cell.at is not None:
                placed.setdefault((cell.at.grid, cell.at.row, cell.at.column), []).append("/".join(id_))
        for i, grid in enumerate(fragments):
            before = [one for one in fragments[:i] if one.page == grid.page]
            yield {
                "grid": grid_id,
                "tables": list(outcome.winner.alignment.grid.tables),
                "stub": bool(outcome.winner.alignment.grid.keys[0].path),
                "page": grid.page if grid.page != NO_PAGE else None,
                "part": _part(session, grid_id, grid, len(before)),
                "extractor": grid.extractor.removesuffix(CORRECTED),
                "rows": [round(edge, 2) for edge in grid.rows],
                "columns": [round(edge, 2) for edge in grid.columns],
                "cells": [
                    {
                        "at": [cell.row, cell.column, cell.row_span, cell.column_span],
                        "box": _box(cell.bbox),
                        "text": page_text(cell.text),
                        "ids": placed.get((i, cell.row, cell.column), []),
                    }
                    for cell in grid.cells
                ],
            }


def _part(session: Session, grid_id: str, grid: Grid, before: int) -> int:
    """Which of the grid's regions on its page a fragment is, from 1."""
    regions = [one for one in session.found.regions if one.grid == grid_id and one.page == grid.page]
    middle = (grid.bbox.x0 + grid.bbox.x1) / 2, (grid.bbox.top + grid.bbox.bottom) / 2
    return next((i for i, one in enumerate(regions, 1) if one.bbox.contains(*middle)), before + 1)


def _cell(
    cell: Cell, box: BBox | None, identities: Sequence[IdentityResult], values: Mapping[CellId, Cell]
) -> dict[str, Any]:
    return {
        "id": "/".join(cell.id),
        "row_label": cell.row_label,
        "column_label": cell.column_label,
        "value": None if cell.value is None else plain(cell.value),
        "text": page_text(cell.text),
        "status": cell.status.value,
        "flagged": cell.flagged,
        "reasons": [{"en": page_text(reason), "zh": page_text(_in_chinese(reason))} for reason in cell.reasons],
        "page": cell.page,
        "box": _box(box),
        "candidates": _candidates(cell, identities, values) if cell.flagged or cell.correction else [],
        "first": page_text(cell.correction.first) if cell.correction else None,
        "identities": [f"{result.table}:{result.identity}:{result.at}" for result in identities],
    }


@lru_cache(maxsize=4096)
def _in_chinese(text: str) -> str:
    return words().in_chinese(text)


def _candidates(
    cell: Cell, identities: Sequence[IdentityResult], values: Mapping[CellId, Cell]
) -> list[dict[str, Any]]:
    """What the cell may hold: as it is read, as its ink may be read, as the sums ask for; each once, as a number."""
    found: dict[str, dict[str, Any]] = {}
    if cell.value is not None:
        found[plain(cell.value)] = {"from": "reading", "share": round(cell.confidence, 3)}
    for text, share in cell.alternatives:
        number = _number(text)
        if number is not None:
            found.setdefault(plain(number), {"from": "ink", "share": round(share, 3)})
    for result in identities:
        wanted = _wanted(cell, result, values)
        if wanted is not None:
            told = found.setdefault(plain(wanted), {"from": "sum", "share": None})
            told.setdefault("sums", []).append(f"{result.table}:{result.identity}:{result.at}")
    ranked = sorted(found.items(), key=lambda one: (one[1]["from"] != "reading", -len(one[1].get("sums", ()))))
    return [{"value": value, **told} for value, told in ranked[:_OFFERED]]


def _wanted(cell: Cell, result: IdentityResult, values: Mapping[CellId, Cell]) -> Decimal | None:
    """What the cell would have to be for an identity to hold; None where that holds, or cannot be told."""
    if result.holds or any(id_ not in values for id_ in (*result.left, *result.right)):
        return None
    others = [id_ for id_ in (*result.left, *result.right) if id_ != cell.id]
    if any(values[id_].status in {Status.MISSING, Status.UNREADABLE} for id_ in others):
        return None
    left, right = (
        sum((values[id_].value or Decimal(0) for id_ in side if id_ != cell.id), Decimal(0))
        for side in (result.left, result.right)
    )
    wanted = right - left if cell.id in result.left else left - right
    return wanted if wanted >= 0 else None


def _number(text: str) -> Decimal | None:
    """A reading as a number, where it is one and nothing else."""
    try:
        value = Decimal("".join(text.split()))
    except ArithmeticError:
        return None
    return abs(value) if value == 0 else value if value.is_finite() else None


def _queue(report: Report) -> list[CellId]:
    """Cells that ask for a human: those that sums name first, then by status, then as they are printed."""
    named = {id_ for result in report.identities if result.holds is False for id_ in result.located}
    flagged = [cell for cell in report.cells if cell.flagged]
    flagged.sort(key=lambda cell: (_URGENCY.index(cell.status), cell.id not in named))
    return [cell.id for cell in flagged]


def _by_cell(identities: Sequence[IdentityResult]) -> dict[CellId, list[IdentityResult]]:
    found: dict[CellId, list[IdentityResult]] = {}
    for result in identities:
        for id_ in (*result.left, *result.right):
            found.setdefault(id_, []).append(result)
    return found


def _identity(result: IdentityResult, values: Mapping[CellId, Cell]) -> dict[str, Any]:
    """An identity: its cells by name; what they add up to the front end says, as soon as something is typed."""
    by_column = all(id_.column == result.at for id_ in (*result.left, *result.right))
    first = values[(*result.left, *result.right)[0]]
    return {
        "id": f"{result.table}:{result.identity}:{result.at}",
        "where": {"zh": first.column_label if by_column else first.row_label, "en": result.at},
        "name": result.identity,
        "left": [_member(values[id_], by_column=by_column) for id_ in result.left],
        "right": [_member(values[id_], by_column=by_column) for id_ in result.right],
    }


def _member(cell: Cell, *, by_column: bool) -> dict[str, Any]:
    label, name = (cell.row_label, cell.id.row) if by_column else (cell.column_label, cell.id.column)
    return {"id": "/".join(cell.id), "zh": label.rsplit(" / ", 1)[-1], "en": name}


def _edits(edits: Sequence[Edit], report: Report) -> Iterator[dict[str, Any]]:
    for edit, made in zip(edits, report.corrections, strict=True):
        record = record_of(edit)
        yield {
            **{key: page_text(value) if isinstance(value, str) else value for key, value in record.items()},
            "when": made.when,
            "words": {
                "en": page_text(f"{made.place}: {made.what}"),
                "zh": page_text(f"{_in_chinese(made.place)}：{_in_chinese(made.what)}"),
            },
            "applied": made.applied,
            "cause": {"en": page_text(made.cause), "zh": page_text(_in_chinese(made.cause))},
        }


def _box(box: BBox | None) -> list[float] | None:
    return None if box is None else [round(float(edge), 2) for edge in box]
