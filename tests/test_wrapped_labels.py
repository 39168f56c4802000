"""Labels whose lines are rows of their own, the values on the first, as tables without rulings have them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import extract
from extract.model import Table
from samples.document import DocumentOptions, compose
from samples.form import Form, FormOptions, build
from samples.look import Look
from samples.printed import PrintedCell, PrintedTable

REQUESTS = "disclosure_requests"
GROUP = "（六）其他处理"


def moved_down(cells: Iterable[PrintedCell], after: int, rows: int) -> Iterator[PrintedCell]:
    """The cells with some rows put in below row `after`, over which cells that span it go on."""
    for cell in cells:
        if cell.row > after:
            yield replace(cell, row=cell.row + rows)
        elif cell.bottom > after + 1:
            yield replace(cell, row_span=cell.row_span + rows)
        else:
            yield cell


def wrapped(table: PrintedTable, *, lines: tuple[int, ...]) -> PrintedTable:
    """The rows of the last group with labels cut to so many characters a line, their group beside the last of them."""
    group = next(cell for cell in table.cells if cell.text == GROUP)
    rows = range(group.row, group.bottom)
    cells = [cell for cell in table.cells if cell is not group]
    cells += [PrintedCell(row, 1, GROUP if row == rows[-1] else "", "stub") for row in rows]
    count = table.rows
    for row in reversed(rows[:-1]):
        label = next(cell for cell in cells if cell.row == row and cell.column == 2)
        pieces = [label.text[:9], *(label.text[9:][start : start + 9] for start in range(0, len(label.text) - 9, 9))]
        pieces[-1:] = [pieces[-1][:-1], pieces[-1][-1]] if len(pieces[-1]) > 1 else [pieces[-1]]
        cells = [cell for cell in moved_down(cells, row, len(pieces) - 1) if cell is not label]
        count += len(pieces) - 1
        for i, piece in enumerate(pieces):
            cells.append(PrintedCell(row + i, 2, piece, "stub"))
            if i:
                cells.append(PrintedCell(row + i, 1, "", "stub"))
                cells += [PrintedCell(row + i, column, "") for column in range(3, table.columns)]
    for row in lines:
        cells = list(moved_down(cells, rows[0] + row, 1))
        count += 1
        cells += [PrintedCell(rows[0] + row + 1, 1, "", "stub"), PrintedCell(rows[0] + row + 1, 2, "未答复的", "stub")]
        cells += [PrintedCell(rows[0] + row + 1, column, "0") for column in range(3, table.columns)]
    return replace(table, rows=count, cells=tuple(cells))


def read(folder: Path, *, lines: tuple[int, ...] = ()) -> Table:
    """Section 三 of a page whose requests are all noughts, with rows of the publisher's own put in."""
    drafts = pytest.importorskip("benchmarks.drafts")
    draw_html = pytest.importorskip("samples.draw_html")
    made = drafts.draft(random.Random(3))
    for key in made.cells:
        if key[0] == REQUESTS:
            made.put(key, "0")
    truth = made.truth("wrapped")
    form = build(truth, FormOptions())
    form = Form(form.proactive, tuple(wrapped(table, lines=lines) for table in form.requests), form.review)
    document = compose(truth, FormOptions(), DocumentOptions(), form)
    (folder / "page.html").write_text(draw_html.page_source(document, Look()), encoding="utf-8")
    return extract.read(folder / "page.html")[REQUESTS]


def test_the_last_character_of_a_label_is_no_row_of_values(tmp_path: Path) -> None:
    table = read(tmp_path)
    assert table.edition == "2021"
    assert not any(cell.flagged for cell in table.cells)


def test_the_edition_without_rows_that_are_printed_is_doubted(tmp_path: Path) -> None:
    table = read(tmp_path, lines=(0,))
    doubted = {cell.id.row for cell in table.cells if cell.flagged}
    assert table.edition == "2021" or "other" in doubted
