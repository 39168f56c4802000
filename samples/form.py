"""From truth to printed tables: the form's three grids, whole or with the damage that published reports show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from samples.printed import (
    PrintedCell,
    PrintedTable,
    cut_by_stray_line,
    halved_headers,
    shifted,
    stacked,
    transposed,
    tree_cells,
    unmerged_headers,
)
from samples.truth import TABLES, Slot, Truth, TruthTable

APPLICANTS = "申请人情况"
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
BLOCK_CORNER = "信息内容"
TOTAL = "总计"

_CHINESE_DIGITS = "一二三四五六七八九十"
_GROUP_NUMBER = re.compile(r"^（([一二三四五六七八九十])）")
_ITEM_NUMBER = re.compile(r"^(\d)\.")


@dataclass(frozen=True)
class ExtraRow:
    """A row that the national form lacks, printed after the canonical row `after` with cells of its own."""

    after: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class FormOptions:
    """How a publisher filled in and bent the form.

    Attributes:
        labels: printed texts by canonical label, or by the end of a label path such as "复议后起诉 / 总计".
        group_numbers: ways of writing （一）, taken in turn: "（一）", "(一)" or "㈠", with or without a space.
        item_numbers: ways of writing 1., taken in turn: any string with a 1 in it, such as "1．" or "1、".
        ascii_brackets: brackets other than those of numbers as ( ).
        vertical_stub: the outermost stub label one character per line.
        separate_blocks: section 二 as a table for each block.
        uneven_blocks: section 二 on a grid whose columns differ from block to block.
        total_header: 总计 of section 三 "under" the applicants' header, "high" beside it, or "missing": an empty cell.
        review_total_high: the last 总计 of section 四 one row too high.
        unmerged_headers: names of grids whose tall header cells are an upper cell and empty ones below.
        halved_headers: header labels of section 三 over two rows of cells.
        stray_lines: header labels whose cell a stray line divides.
        shifted: row ids whose label sits in its group's column; "merged" to the stub's end, or with an "empty" cell.
        extra_rows: rows of section 二 that the national form lacks.
        value_width: width of a value column of section 三, where the three stub columns have 1.1, 1.7 and 4.4.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    group_numbers: tuple[str, ...] = ("（一）",)
    item_numbers: tuple[str, ...] = ("1.",)
    ascii_brackets: bool = False
    vertical_stub: bool = False
    separate_blocks: bool = False
    uneven_blocks: bool = False
    total_header: str = "under"
    review_total_high: bool = False
    unmerged_headers: tuple[str, ...] = ()
    halved_headers: bool = False
    stray_lines: tuple[str, ...] = ()
    shifted: Mapping[str, str] = field(default_factory=dict)
    extra_rows: tuple[ExtraRow, ...] = ()
    value_width: float = 1.0

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> FormOptions:
        """Options from a truth file's `form` mapping; an unknown key is a TypeError."""
        fixed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        fixed["extra_rows"] = tuple(
            ExtraRow(row["after"], row["label"], tuple(row["texts"])) for row in data.get("extra_rows", ())
        )
        return cls(**fixed)


@dataclass(frozen=True)
class Form:
    """The printed tables of sections 二, 三 and 四."""

    proactive: tuple[PrintedTable, ...]
    requests: tuple[PrintedTable, ...]
    review: tuple[PrintedTable, ...]


def build(truth: Truth, options: FormOptions) -> Form:
    """The form as this publisher prints it, before any page break. A grid without printed rows gives no table."""
    proactive, requests, reconsideration, litigation = (truth.tables[name] for name in TABLES)
    return Form(
        _proactive(proactive, options),
        (_requests(requests, options),) if requests.cells else (),
        (_review(reconsideration, litigation, options),) if reconsideration.cells else (),
    )


def label_text(path: tuple[str, ...], options: FormOptions) -> str:
    """The printed text of the label at the end of a path."""
    text = path[-1]
    for depth in range(len(path)):
        if (key := " / ".join(path[depth:])) in options.labels:
            return options.labels[key]
    if match := _GROUP_NUMBER.match(text):
        number = _CHINESE_DIGITS.index(match[1])
        style = options.group_numbers[number % len(options.group_numbers)]
        written = style.replace("㈠", chr(ord("㈠") + number)).replace("一", match[1])
        return written + _brackets(text[match.end() :], options)
    if match := _ITEM_NUMBER.match(text):
        style = options.item_numbers[int(match[1]) % len(options.item_numbers)]
        return style.replace("1", match[1]) + _brackets(text[match.end() :], options)
    return _brackets(text, options)


def _brackets(text: str, options: FormOptions) -> str:
    return text.replace("（", "(").replace("）", ")") if options.ascii_brackets else text


def _values(table: TruthTable, slots: list[Slot], row: int, column: int) -> list[PrintedCell]:
    return [
        PrintedCell(row, column + index, table.cell(*key[1:]).text, id=key)
        for index, slot in enumerate(slots)
        for key in [(slot.table, slot.row, slot.column)]
    ]


def _proactive(table: TruthTable, options: FormOptions) -> tuple[PrintedTable, ...]:
    blocks: dict[str, dict[str, list[Slot]]] = {}
    for slot in table.slots:
        if (slot.row, slot.column) in table.cells:
            blocks.setdefault(slot.row_path[0], {}).setdefault(slot.row, []).append(slot)
    printed = [_block(table, title, rows, options) for title, rows in blocks.items()]
    if options.separate_blocks or not printed:
        return tuple(printed)
    on_one_grid = [_on_shared_grid(block, options.uneven_blocks) for block in printed]
    return (replace(stacked("proactive", on_one_grid), header_rows=0),)


def _block(table: TruthTable, title: str, rows: dict[str, list[Slot]], options: FormOptions) -> PrintedTable:
    """One block of section 二 on columns of its own."""
    columns = [slot.column_path for slot in next(iter(rows.values()))]
    width = len(columns) + 1
    cells = [
        PrintedCell(0, 0, label_text((title,), options), "title", column_span=width),
        PrintedCell(1, 0, label_text((BLOCK_CORNER,), options), "corner"),
    ]
    cells += [
        PrintedCell(1, index, label_text((title, *path), options), "header") for index, path in enumerate(columns, 1)
    ]
    row = 2
    for row_id, slots in rows.items():
        cells.append(PrintedCell(row, 0, label_text(slots[0].row_path, options), "stub"))
        cells += _values(table, slots, row, 1)
        row += 1
        for extra in options.extra_rows:
            if extra.after == row_id:
                cells.append(PrintedCell(row, 0, extra.label, "stub"))
                cells += [PrintedCell(row, index, text) for index, text in enumerate(extra.texts, 1)]
                row += 1
    return PrintedTable("proactive", row, (1.0,) * width, tuple(cells), header_rows=2)


def _on_shared_grid(block: PrintedTable, uneven: bool) -> PrintedTable:
    """The block on the columns all blocks share: four of the form, or twelve with edges of each block's own."""
    if uneven:
        edges = {2: (0, 5, 12), 3: (0, 4, 8, 12), 4: (0, 3, 6, 9, 12)}[block.columns]
    else:
        edges = {2: (0, 1, 4), 3: (0, 1, 2, 4), 4: (0, 1, 2, 3, 4)}[block.columns]
    cells = tuple(
        replace(cell, column=edges[cell.column], column_span=edges[cell.right] - edges[cell.column])
        for cell in block.cells
    )
    return replace(block, widths=(1.0,) * edges[-1], cells=cells)


def _requests(table: TruthTable, options: FormOptions) -> PrintedTable:
    rows: dict[str, list[Slot]] = {}
    for slot in table.slots:
        if (slot.row, slot.column) in table.cells:
            rows.setdefault(slot.row, []).append(slot)

    def label(path: tuple[str, ...]) -> str:
        if path[-1] == TOTAL and options.total_header == "missing":
            return ""
        return label_text(path, options)

    columns = [(APPLICANTS, *slot.column_path) for slot in next(iter(rows.values()))]
    if options.total_header != "under":
        columns[-1] = columns[-1][1:]
    depth = 3
    header = transposed(tree_cells(columns, depth, "header", label))
    stub_paths = [slots[0].row_path for slots in rows.values()]
    for index, row in enumerate(rows):
        if row in options.shifted:
            stub_paths[index] = (*stub_paths[index][:-2], stub_paths[index][-1])
    stub = _stub(stub_paths, list(rows), depth, options)
    cells = [PrintedCell(0, 0, label_text((CORNER,), options), "corner", depth, depth)]
    cells += shifted(header, columns=depth) + shifted(stub, rows=depth)
    for index, slots in enumerate(rows.values()):
        cells += _values(table, slots, depth + index, depth)
    widths = (1.1, 1.7, 4.4) + (options.value_width,) * len(columns)
    printed = PrintedTable("requests", depth + len(rows), widths, tuple(cells), header_rows=depth)
    if options.halved_headers:
        printed = halved_headers(printed)
    return _damaged_headers(printed, options)


def _stub(paths: list[tuple[str, ...]], rows: list[str], depth: int, options: FormOptions) -> list[PrintedCell]:
    cells: list[PrintedCell] = []
    for cell in tree_cells(paths, depth, "stub", lambda path: label_text(path, options)):
        if options.vertical_stub and cell.column == 0 and cell.row_span > 1:
            cells.append(replace(cell, text="\n".join(cell.text)))
        elif cell.column == 1 and options.shifted.get(rows[cell.row]) == "empty":
            cells += [replace(cell, column_span=1), replace(cell, column=2, column_span=1, text="")]
        else:
            cells.append(cell)
    return cells


def _review(reconsideration: TruthTable, litigation: TruthTable, options: FormOptions) -> PrintedTable:
    slots = [*reconsideration.slots, *litigation.slots]
    columns = [(*slot.row_path, *slot.column_path) for slot in slots]
    if options.review_total_high:
        columns[-1] = (columns[-1][0], columns[-1][-1])
    cells = transposed(tree_cells(columns, 3, "header", lambda path: label_text(path, options)))
    cells += _values(reconsideration, list(reconsideration.slots), 3, 0)
    cells += _values(litigation, list(litigation.slots), 3, len(reconsideration.slots))
    return _damaged_headers(PrintedTable("review", 4, (1.0,) * len(slots), tuple(cells), header_rows=3), options)


def _damaged_headers(table: PrintedTable, options: FormOptions) -> PrintedTable:
    for text in options.stray_lines:
        table = cut_by_stray_line(table, text)
    return unmerged_headers(table) if table.name in options.unmerged_headers else table
