"""What nobody could know from a random report, told from its print alone: never from what the reader made of it.

Such a cell is no loss where it is flagged or missing. Read without a flag it counts like any other, right or wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.drafts import Draft, Key
from samples.form import Form
from samples.printed import PrintedCell, PrintedTable
from samples.truth import BLANK_MARKS, REQUESTS, slots


def unknowable(made: Draft, form: Form) -> set[Key]:
    """The cells of a draft that its print leaves open.

    - Section 二 under headers without a word, and its rows without a label: no sum covers them.
    - Sections 三 and 四 without headers: a row of sums does not tell which column is lost, or a publisher's own, where
      one of them holds nothing but noughts or blanks. Where all are printed noughts, each cell is nought.
    - Section 三 under headers without a word, where the publisher left a column out.
    - A row of section 三 without a label, where another row is not printed: no column's sum can be made up.
    - A table without any ruling none of whose values is printed.
    """
    return {
        key
        for tables in (form.proactive, form.requests, form.review)
        for table in tables
        for key in _of_table(made, table)
    }


def _of_table(made: Draft, table: PrintedTable) -> Iterator[Key]:
    values = [cell for cell in table.cells if cell.id]
    keys = {cell.id for cell in values if cell.id}
    if not keys:
        return
    if made.look.get("rules") == "none" and not any(cell.text for cell in values):
        yield from keys
    nameless = not any(cell.text for cell in table.cells if cell.kind == "header")
    if nameless and (table.name == "proactive" or _lacks_a_column(made, table)):
        yield from keys
    elif nameless and not table.header_rows:
        yield from _untold(values)
    if table.name == "proactive" or _lacks_a_row(made, table):
        yield from _unlabelled(table, values)


def _untold(values: Sequence[PrintedCell]) -> Iterator[Key]:
    """Cells of rows that are added up, one of whose columns has nothing to add in any row."""
    groups: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for cell in values:
        if cell.id:
            table, row, column = cell.id
            groups[table, "" if table == REQUESTS else row][column][row] = cell.text
    for (table, _), columns in groups.items():
        texts = [text for column in columns.values() for text in column.values()]
        if all(text == "0" for text in texts):
            continue
        if any(all(text in {"", "0", *BLANK_MARKS} for text in column.values()) for column in columns.values()):
            yield from ((table, row, name) for name, column in columns.items() for row in column)


def _lacks_a_column(made: Draft, table: PrintedTable) -> bool:
    """Whether the publisher left out a column of section 三."""
    if table.name != "requests":
        return False
    wanted = {slot.column for slot in slots(made.editions[REQUESTS], REQUESTS)}
    return wanted != {cell.id[2] for cell in table.cells if cell.id}


def _lacks_a_row(made: Draft, table: PrintedTable) -> bool:
    if table.name != "requests":
        return False
    wanted = {slot.row for slot in slots(made.editions[REQUESTS], REQUESTS)}
    return wanted != {cell.id[1] for cell in table.cells if cell.id}


def _unlabelled(table: PrintedTable, values: Sequence[PrintedCell]) -> Iterator[Key]:
    """Cells of rows whose own label, the last of their stub, is lost."""
    labels: Mapping[int, PrintedCell] = {
        cell.row: cell for cell in sorted(table.cells, key=lambda cell: cell.column) if cell.kind == "stub"
    }
    for cell in values:
        label = labels.get(cell.row)
        if cell.id and label is not None and label.row_span == 1 and not label.text:
            yield cell.id
