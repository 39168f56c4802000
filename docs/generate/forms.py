"""The reference of the form, from the layouts: tables, rows, columns, ids, and what must add up."""

from __future__ import annotations

from collections.abc import Iterator

from extract import layout
from extract.layout import GridLayout, Layout, Slot


def page() -> str:
    """Markdown: every cell of every edition."""
    lines = [
        "# The form",
        "",
        "Every cell that an output may hold, by the ids that outputs use, and the labels that the form prints. "
        "Made from `layouts/`, which [Layout files](layout-files.md) describes.",
        "",
    ]
    for edition in layout.shipped():
        lines += [f"## Edition {edition.edition}", ""]
        for grid in edition.grids:
            for table in grid.tables:
                lines += [f"### {table} ({edition.edition})", "", *_cells(grid, table), "", *_sums(edition, table), ""]
    return "\n".join(lines)


def _cells(grid: GridLayout, table: str) -> Iterator[str]:
    """A line for each row, its columns in a list where all rows have the same."""
    rows: dict[tuple[str, str], list[Slot]] = {}
    for slot in grid.slots:
        if slot.id.table == table:
            rows.setdefault((slot.id.row, slot.row_label), []).append(slot)
    yield "| row | label | columns |"
    yield "|---|---|---|"
    for (row, label), slots in rows.items():
        columns = ", ".join(f"`{slot.id.column}` {_cell(slot.column_label)}" for slot in slots)
        yield f"| `{row}` | {_cell(label)} | {columns} |"


def _sums(edition: Layout, table: str) -> Iterator[str]:
    """What must add up, as the layout says it."""
    for one in edition.identities:
        if one.table == table:
            left, right = (" + ".join(f"`{term}`" for term in side) for side in (one.left, one.right))
            yield f"- `{one.id}`, in every {one.each}: {left} = {right}"
    for across in edition.across_years:
        if across.table == table:
            now = " + ".join(f"`{term}`" for term in across.now)
            before = " + ".join(f"`{term}`" for term in across.before)
            changes = "".join(f" + `{term}`" for term in across.plus) + "".join(f" - `{term}`" for term in across.minus)
            yield f"- `{across.id}`, in every {across.each}, across years: {now} = last year's {before}{changes}"
    for one in edition.plausible:
        if one.table == table:
            yield f"- `{one.id}`, in every {one.each}, plausible only: `{one.smaller}` is not above `{one.larger}`"


def _cell(label: str) -> str:
    return label.replace("|", "\\|")
