"""The grids' structure: rows, columns, blocks and spans lost, added, moved or cut."""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.drafts import PROACTIVE, Draft
from benchmarks.variations.catalogue import some, variation
from samples.form import ExtraRow
from samples.printed import PrintedCell, PrintedTable
from samples.truth import REQUESTS, slots


@variation()
def _separate_blocks(made: Draft) -> None:
    made.form["separate_blocks"] = True
    made.look["table_gap"] = made.rng.choice((0.0, 3.0, 8.0, 20.0))


@variation()
def _uneven_blocks(made: Draft) -> None:
    made.form["uneven_blocks"] = True


@variation()
def _lost_rows(made: Draft) -> None:
    """Rows that this publisher does not print: a block, a row of section 三, its last rows."""
    rng = made.rng
    rows = {
        table: list(dict.fromkeys(s.row for s in slots(made.editions[table], table))) for table in (PROACTIVE, REQUESTS)
    }
    lost = {
        "block": [(PROACTIVE, row) for row in rng.sample(rows[PROACTIVE], rng.randint(1, len(rows[PROACTIVE]) - 1))],
        "row": [(REQUESTS, row) for row in rng.sample(rows[REQUESTS], rng.randint(1, 3))],
        "end": [(REQUESTS, row) for row in rows[REQUESTS][-rng.randint(1, 4) :]],
    }[rng.choice(("block", "row", "row", "end"))]
    made.cells = {key: cell for key, cell in made.cells.items() if key[:2] not in lost}


@variation(0.5)
def _lost_column(made: Draft) -> None:
    """A column of section 三 that is not printed."""
    lost = made.rng.choice([slot.column for slot in slots(made.editions[REQUESTS], REQUESTS)[:7]])
    made.cells = {key: cell for key, cell in made.cells.items() if key[0] != REQUESTS or key[2] != lost}


@variation()
def _local_row(made: Draft) -> None:
    row = "normative_documents"
    width = sum(key[:2] == (PROACTIVE, row) for key in made.cells)
    texts = tuple(str(made.rng.randint(0, 300)) for _ in range(width))
    label = made.rng.choice(("其他主动公开文件", "政策解读", "其他规范性文件"))
    made.form["extra_rows"] = (ExtraRow(row, label, texts),) if width else ()


@variation()
def _doubled_row(made: Draft) -> None:
    """A row of section 三 printed twice, the second time perhaps with other values."""

    def bend(table: PrintedTable, rng: random.Random) -> PrintedTable:
        if table.name != "requests":
            return table
        row = rng.randrange(table.header_rows, table.rows)
        other = rng.random() < 0.5
        cells: list[PrintedCell] = []
        for cell in table.cells:
            if cell.row <= row < cell.bottom and cell.row_span == 1:
                text = str(rng.randint(0, 99)) if cell.kind == "value" and other else cell.text
                cells += [cell, replace(cell, row=row + 1, text=text, id=None)]
                if cell.id and other:
                    made.excused.add(cell.id)
            elif cell.row <= row < cell.bottom:
                cells.append(replace(cell, row_span=cell.row_span + 1))
            else:
                cells.append(replace(cell, row=cell.row + 1) if cell.row > row else cell)
        return replace(table, rows=table.rows + 1, cells=tuple(cells))

    made.bends.append(bend)


@variation()
def _stray_lines(made: Draft) -> None:
    labels = ("行政诉讼", "行政复议", "申请人情况", "法人或其他组织", "未经复议直接起诉", "复议后起诉")
    made.form["stray_lines"] = some(made, *labels)


@variation()
def _unmerged_headers(made: Draft) -> None:
    made.form["unmerged_headers"] = some(made, "requests", "review")


@variation()
def _unmerged_stub(made: Draft) -> None:
    """Stub cells over several rows as cells for each row, the label in the first, the middle or the last."""
    place = made.rng.choice((0.0, 0.5, 1.0))

    def bend(table: PrintedTable, _: random.Random) -> PrintedTable:
        cells: list[PrintedCell] = []
        for cell in table.cells:
            if cell.kind != "stub" or cell.row_span == 1:
                cells.append(cell)
                continue
            at = cell.row + int(place * (cell.row_span - 1))
            rows = range(cell.row, cell.bottom)
            cells += [replace(cell, row=row, row_span=1, text=cell.text if row == at else "") for row in rows]
        return replace(table, cells=tuple(cells))

    made.bends.append(bend)


@variation()
def _halved_headers(made: Draft) -> None:
    made.form["halved_headers"] = True


@variation()
def _total_header(made: Draft) -> None:
    made.form["total_header"] = made.rng.choice(("high", "missing"))


@variation()
def _review_total_high(made: Draft) -> None:
    made.form["review_total_high"] = True


@variation()
def _shifted(made: Draft) -> None:
    rows = [s.row for s in slots(made.editions[REQUESTS], REQUESTS) if len(s.row_path) == 3 and s.column == "total"]
    chosen = made.rng.sample(rows, made.rng.randint(1, 4))
    made.form["shifted"] = {row: made.rng.choice(("merged", "empty")) for row in chosen}


@variation(0.4)
def _nameless_headers(made: Draft) -> None:
    """The header labels of a grid are lost."""
    name = made.rng.choice(("requests", "review", "proactive"))

    def bend(table: PrintedTable, _: random.Random) -> PrintedTable:
        if table.name != name:
            return table
        return replace(table, cells=tuple(replace(c, text="") if c.kind == "header" else c for c in table.cells))

    made.bends.append(bend)


@variation(0.4)
def _no_header(made: Draft) -> None:
    """Section 三 or 四 printed without any header row."""
    name = made.rng.choice(("requests", "review"))

    def bend(table: PrintedTable, _: random.Random) -> PrintedTable:
        if table.name != name:
            return table
        top = table.header_rows
        cells = tuple(replace(c, row=c.row - top) for c in table.cells if c.row >= top)
        return replace(table, rows=table.rows - top, cells=cells, header_rows=0)

    made.bends.append(bend)


@variation(0.6)
def _extra_column(made: Draft) -> None:
    """A column of remarks at the right of section 三, empty or with numbers."""
    style = made.rng.choice(("empty", "numbers", "words"))

    def bend(table: PrintedTable, rng: random.Random) -> PrintedTable:
        if table.name != "requests":
            return table
        last = table.columns
        cells = [*table.cells, PrintedCell(0, last, "备注", "header", row_span=table.header_rows)]
        for row in range(table.header_rows, table.rows):
            text = {"empty": "", "numbers": str(rng.randint(0, 9)), "words": rng.choice(("", "含信函"))}[style]
            cells.append(PrintedCell(row, last, text))
        return replace(table, widths=(*table.widths, 0.8), cells=tuple(cells))

    made.bends.append(bend)


@variation(0.6)
def _empty_rows(made: Draft) -> None:
    """A row of empty cells under the header or at the end."""
    at_end = made.rng.random() < 0.5

    def bend(table: PrintedTable, _: random.Random) -> PrintedTable:
        row = table.rows if at_end else max(table.header_rows, 1)
        if any(cell.row < row < cell.bottom for cell in table.cells):
            return table
        moved = [replace(cell, row=cell.row + 1) if cell.row >= row else cell for cell in table.cells]
        moved += [PrintedCell(row, column, "") for column in range(table.columns)]
        return replace(table, rows=table.rows + 1, cells=tuple(moved))

    made.bends.append(bend)
