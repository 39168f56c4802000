"""Variations: what real publishers do to the form, each as a change to a draft.

Kinds follow what has been seen in published reports; texts are our own. A variation is any function of a draft under
`VARIATIONS`; a new one is put there by the decorator `variation`, with how often it is drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.drafts import PROACTIVE, Bend, Draft
from samples.document import HEADINGS
from samples.form import ExtraRow
from samples.printed import PrintedCell, PrintedTable
from samples.truth import BLANK_MARKS, LITIGATION, RECONSIDERATION, REQUESTS, slots

Variation = Callable[[Draft], None]
VARIATIONS: dict[str, Variation] = {}
WEIGHTS: dict[str, float] = {}


def variation(weight: float = 1.0) -> Callable[[Variation], Variation]:
    """Register a variation under its own name."""

    def registered(change: Variation) -> Variation:
        name = change.__name__.strip("_").replace("_", "-")
        VARIATIONS[name] = change
        WEIGHTS[name] = weight
        return change

    return registered


def _look(name: str, weight: float, *choices: dict[str, Any]) -> None:
    """A variation that is a choice among drawing options."""

    def change(made: Draft) -> None:
        made.look |= made.rng.choice(choices)

    VARIATIONS[name], WEIGHTS[name] = change, weight


_look("thin-rectangles", 1, {"rules": "rects"}, {"rules": "rects", "rule_width": 1.5})
_look("boxes", 1, {"rules": "boxes"})
_look("dotted", 1, {"rules": "dotted"}, {"rules": "dotted", "rule_width": 1.0})
_look("double-rules", 1, {"rules": "double"})
_look("backgrounds-only", 0.5, {"rules": "fills", "rule_width": 1.0}, {"rules": "fills", "rule_width": 2.0})
_look("horizontal-rules", 0.5, {"rules": "horizontal"})
_look("no-rules", 0.3, {"rules": "none"})
_look("shaded", 1, {"shade": "#dddddd"}, {"shade": "#88aacc"})
_look("small-type", 1, *({"table_size": size, "padding": 2.0} for size in (6, 7, 8)))
_look("large-type", 1, *({"table_size": size, "size": 16} for size in (11, 12)))
_look("no-padding", 1, {"padding": 0.0}, {"padding": 0.5})
_look("align-right", 1, {"align": "right"}, {"align": "right", "padding": 1.0})
_look("align-left", 1, {"align": "left"}, {"align": "left", "padding": 1.0})
_look("valign", 1, {"valign": "top"}, {"valign": "bottom"})
_look("fake-bold", 1, {"bold": True})
_look("by-character", 1, {"by_character": True}, {"by_character": True, "bold": True})
_look("digits-font", 1, *({"digits": font} for font in ("Liberation Serif", "DejaVu Sans", "Liberation Mono")))
_look("turned", 1, *({"turned": degrees} for degrees in (90, 180, 270)))
_look("turned-bare", 0.5, *({"turned": degrees, "turned_bare": True} for degrees in (90, 180, 270)))
_look("small-margin", 1, {"margin": 22.0}, {"margin": 34.0})
_look("wide-margin", 1, {"margin": 110.0})
_look("narrow-page", 1, {"page": (420.0, 595.0), "margin": 40.0})
_look("short-page", 1, {"page": (595.0, 420.0), "margin": 40.0})
_look("repeated-header", 1, {"repeat_header": True, "page": (595.0, 560.0)})


@variation(0.4)
def _weasyprint(made: Draft) -> None:
    made.producer = "weasyprint"
    made.look["font"] = made.rng.choice(("Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei"))
    made.look["rules"] = made.rng.choice(("lines", "lines", "dotted", "double", "horizontal", "fills", "none"))


@variation()
def _landscape(made: Draft) -> None:
    made.document["landscape"] = made.rng.choice((("requests",), ("review",), ("requests", "review")))
    made.look["rotate"] = made.rng.random() < 0.6


@variation()
def _narrow_columns(made: Draft) -> None:
    made.form["value_width"] = made.rng.choice((0.25, 0.35, 0.45, 0.6))


@variation(0.7)
def _overflow(made: Draft) -> None:
    made.look["overflow"] = True
    made.look["align"] = made.rng.choice(("left", "center", "right"))
    made.form["value_width"] = made.rng.choice((0.35, 0.5, 0.7))


# Values.


@variation(2)
def _blanks(made: Draft) -> None:
    rng = made.rng
    tables = set(rng.sample((PROACTIVE, REQUESTS, RECONSIDERATION, LITIGATION), rng.randint(1, 4)))
    mark = rng.choice(("", "", *sorted(BLANK_MARKS)))
    share = rng.choice((0.3, 1.0, 1.0))
    for key, cell in list(made.cells.items()):
        if key[0] in tables and cell.value == "0" and rng.random() < share:
            made.put(key, mark, "")


@variation()
def _totals_only(made: Draft) -> None:
    """Only 自然人 and 总计, or only 总计, are filled."""
    kept = made.rng.choice((("natural_person", "total"), ("total",)))
    for key in list(made.cells):
        if key[0] == REQUESTS and key[2] not in kept:
            made.put(key, "")
        elif key[0] == REQUESTS and key[2] == "total" and len(kept) == 2:
            made.cells[key] = made.cells.get((REQUESTS, key[1], "natural_person"), made.cells[key])


@variation()
def _remarks(made: Draft) -> None:
    for key in made.rng.sample(sorted(made.cells), 6):
        if (value := made.cells[key].value).isdigit() and key[0] != LITIGATION:
            text = made.rng.choice(("{}（其中修订16件）", "{}件", "{} 件", "{}(含去年2件)", "{}（含电子）", "（新增）{}"))
            made.put(key, text.format(value), value)


@variation()
def _other_digits(made: Draft) -> None:
    """Full-width digits, or separators between thousands."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    style = made.rng.choice(("wide", "comma", "wide comma"))
    for key, cell in list(made.cells.items()):
        if cell.value.isdigit():
            text = f"{int(cell.value):,}" if style != "wide" else cell.value
            made.put(key, text.translate(wide) if style == "wide" else text.replace(",", style[:-5] and "，" or ","), cell.value)


@variation()
def _unit_in_cell(made: Draft) -> None:
    """The form's unit after the number, or another, which changes what it says."""
    row = "fees" if made.editions[PROACTIVE] == "2021" else "procurement"
    key = (PROACTIVE, row, "amount")
    if key not in made.cells or not made.cells[key].value:
        return
    own, other, factor = ("万元", "元", -4) if row == "fees" else ("元", "万元", 4)
    number = made.cells[key].value
    if made.rng.random() < 0.5:
        made.put(key, number + own, number)
        return
    from decimal import Decimal

    made.put(key, number + other, format(Decimal(number).scaleb(factor).normalize(), "f"))
    made.excused.add(key)


@variation(0.5)
def _unit_in_header(made: Draft) -> None:
    """The header names another unit than the form's."""
    row = "fees" if made.editions[PROACTIVE] == "2021" else "procurement"
    key = (PROACTIVE, row, "amount")
    if key not in made.cells or not made.cells[key].value:
        return
    from decimal import Decimal

    shift, label, text = (
        (-4, "本年收费金额（单位：万元）", made.rng.choice(("本年收费金额（单位：元）", "本年收费金额（元）")))
        if row == "fees"
        else (4, "采购总金额", made.rng.choice(("采购总金额（万元）", "采购总金额（单位：万元）")))
    )
    made.form.setdefault("labels", {})[label] = text
    made.put(key, made.cells[key].text, format(Decimal(made.cells[key].value).scaleb(shift).normalize(), "f"))
    made.excused.add(key)


@variation(1.5)
def _published_errors(made: Draft) -> None:
    keys = [key for key in made.cells if key[0] != PROACTIVE]
    for key in made.rng.sample(keys, made.rng.randint(1, 3)):
        number = int(made.cells[key].value or 0)
        other = made.rng.choice((0, number + 1, max(number - 1, 0), number * 10, int(str(number)[::-1])))
        made.put(key, str(other))


# Labels.


def _relabel(made: Draft, change: Callable[[str, random.Random], str], share: float = 1.0) -> None:
    def bend(table: PrintedTable, rng: random.Random) -> PrintedTable:
        cells = [
            replace(cell, text=change(cell.text, rng))
            if cell.kind != "value" and cell.text and rng.random() < share
            else cell
            for cell in table.cells
        ]
        return replace(table, cells=tuple(cells))

    made.bends.append(bend)


def _typo(text: str, rng: random.Random) -> str:
    if len(text) < 3:
        return text
    at = rng.randrange(len(text))
    kind = rng.choice(("lose", "double", "other", "swap"))
    if kind == "lose":
        return text[:at] + text[at + 1 :]
    if kind == "double":
        return text[:at] + text[at] + text[at:]
    if kind == "other":
        return text[:at] + rng.choice("的件人事情数公年不理") + text[at + 1 :]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at else text


@variation(2)
def _typos(made: Draft) -> None:
    _relabel(made, _typo, made.rng.choice((0.1, 0.3, 0.6)))


@variation()
def _lost_characters(made: Draft) -> None:
    def lose(text: str, rng: random.Random) -> str:
        if len(text) < 7:
            return text
        at = rng.randrange(1, len(text) - 3)
        return text[:at] + text[at + rng.randint(2, 3) :]

    _relabel(made, lose, made.rng.choice((0.1, 0.4)))


@variation()
def _inner_spaces(made: Draft) -> None:
    _relabel(made, lambda text, rng: re.sub(r"(?<=\w)(?=\w)", lambda _: " " if rng.random() < 0.3 else "", text), 0.5)


@variation()
def _line_breaks(made: Draft) -> None:
    def wrap(text: str, rng: random.Random) -> str:
        at = rng.randrange(len(text))
        return text[:at] + "\n" + text[at:] if at else text

    _relabel(made, wrap, 0.5)


@variation()
def _traditional(made: Draft) -> None:
    from opencc import OpenCC

    convert = OpenCC("s2t").convert
    _relabel(made, lambda text, _: convert(text), made.rng.choice((0.5, 1.0)))
    if made.rng.random() < 0.5:
        made.document["headings"] = {key: convert(text) for key, text in HEADINGS.items()}


@variation(2)
def _numbering(made: Draft) -> None:
    rng = made.rng
    made.form["group_numbers"] = tuple(rng.sample(("（一）", "(一)", "㈠", "(一) ", "（一） "), 2))
    made.form["item_numbers"] = tuple(rng.sample(("1.", "1．", "1、", "1. ", "1 ."), 2))
    made.form["ascii_brackets"] = rng.random() < 0.5


@variation()
def _other_names(made: Draft) -> None:
    names = {
        "行政规范性文件": "规范性文件",
        "现行有效件数": "现行有效件数\n(历史累计)",
        "规章": "规章(设区的市、自治州人民政府应提供相关数据)",
        "本年废止件数": "本年度止件数",
        "（六）其他处理": "（六）其他",
        "采购总金额": "采购总金额(元)",
        "5.属于三类内部事务信息": "5.属于三类内容事务信息",
        "总计": "总 计",
        "商业企业": "商业 企业",
    }
    made.form.setdefault("labels", {}).update(dict(made.rng.sample(sorted(names.items()), made.rng.randint(2, 9))))


@variation()
def _vertical_stub(made: Draft) -> None:
    made.form["vertical_stub"] = True


@variation(0.5)
def _nameless_row(made: Draft) -> None:
    """A stub label is lost in print."""

    def bend(table: PrintedTable, rng: random.Random) -> PrintedTable:
        stubs = [cell for cell in table.cells if cell.kind == "stub" and cell.row_span == 1]
        if not stubs:
            return table
        lost = rng.choice(stubs)
        return replace(table, cells=tuple(replace(c, text="") if c is lost else c for c in table.cells))

    made.bends.append(bend)


# The form's structure.


def _grids(made: Draft, *names: str) -> tuple[str, ...]:
    return tuple(made.rng.sample(names, made.rng.randint(1, len(names))))


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
    rows = {table: list(dict.fromkeys(s.row for s in slots(made.editions[table], table))) for table in (PROACTIVE, REQUESTS)}
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
            elif cell.row <= row < cell.bottom:
                cells.append(replace(cell, row_span=cell.row_span + 1))
            else:
                cells.append(replace(cell, row=cell.row + 1) if cell.row > row else cell)
        return replace(table, rows=table.rows + 1, cells=tuple(cells))

    made.bends.append(bend)
    made.excused |= {key for key in made.cells if key[0] == REQUESTS}


@variation()
def _stray_lines(made: Draft) -> None:
    labels = ("行政诉讼", "行政复议", "申请人情况", "法人或其他组织", "未经复议直接起诉", "复议后起诉")
    made.form["stray_lines"] = _grids(made, *labels)


@variation()
def _unmerged_headers(made: Draft) -> None:
    made.form["unmerged_headers"] = _grids(made, "requests", "review")


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


# Around the grids.


@variation(2)
def _headings(made: Draft) -> None:
    """Headings reworded, renumbered or left out."""
    texts = {
        "proactive": ("", "一、行政机关主动公开政府信息情况", "（二）主动公开情况", "二、主动公开"),
        "requests": ("", "二、收到和处理政府信息公开申请情况", "依申请公开情况", "三、政府信息公开申请办理情况"),
        "review": ("", "三、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "复议诉讼情况"),
    }
    made.document["headings"] = {
        section: made.rng.choice(choices) for section, choices in texts.items() if made.rng.random() < 0.7
    }


@variation()
def _section_order(made: Draft) -> None:
    order = ["proactive", "requests", "review"]
    made.rng.shuffle(order)
    made.document["order"] = ("overview", *order, "problems", "others")


@variation()
def _notes(made: Draft) -> None:
    notes = ("注：表中数字单位均为件。", "（本表由办公室填报，统计截至12月31日，共3张。）", "填报说明：空格表示0。", "单位：件")
    for place in ("before", "after"):
        sections = made.rng.sample(("proactive", "requests", "review"), 2)
        made.document[place] = {section: [made.rng.choice(notes)] for section in sections}


@variation()
def _narrative(made: Draft) -> None:
    """Headings of sections and labels of the form in running text."""
    texts = [
        "（二）主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况见下表，其中予以公开{granted}件，部分公开、不予公开、无法提供、不予处理和其他处理的情形分别说明。",
        "行政复议结果维持、结果纠正、其他结果、尚未审结的数量，以及行政诉讼未经复议直接起诉和复议后起诉的数量，见第四部分。",
        "本年新收政府信息公开申请{received}件，上年结转政府信息公开申请{carried_in}件，结转下年度继续办理{carried_forward}件。",
    ]
    made.document["narrative"] = {"overview": made.rng.sample(texts, 3), "problems": made.rng.sample(texts, 1)}


@variation()
def _other_tables(made: Draft) -> None:
    rng = made.rng
    tables = (
        [["索引号", "BT-2024-0017", "发布机构", "碧潭县财政局"], ["生成日期", "2024-01-26", "文号", "无"]],
        [["项目", "年初预算（万元）", "决算（万元）"], ["一般公共预算收入", "128450", "131906"], ["总计", "57020", "49211"]],
        [["公开渠道", "条数"], ["政府网站", "1203"], ["微信公众号", "88"], ["其他", "5"], ["总计", "1296"]],
        [["单位", "收到申请", "予以公开", "不予公开", "总计"], ["办公室", "3", "2", "1", "6"], ["信访科", "1", "0", "1", "2"]],
        [["行政许可", "行政处罚", "行政强制"], ["12", "7", "0"]],
        [["政策解读", "30"], ["规范性文件", "4"], ["其他", "9"]],
    )
    places = rng.sample(("top", "overview", "proactive", "requests", "review", "problems", "end"), rng.randint(1, 3))
    made.document["other_tables"] = {place: rng.choice(tables) for place in places}


# Page breaks.


def _breaks(name: str, weight: float, *kinds: str) -> None:
    def change(made: Draft) -> None:
        made.breaks = made.rng.randint(1, 3)
        made.break_kinds = kinds

    VARIATIONS[name], WEIGHTS[name] = change, weight


_breaks("break-plain", 2, "plain")
_breaks("break-header-repeated", 1, "header")
_breaks("break-in-header", 1, "up")
_breaks("break-cut-label", 1, "cut")
_breaks("break-no-outer-stub", 1, "outer")
_breaks("break-through-row", 1, "above", "below")
_breaks("break-cut-row", 1, "above-cut", "below-cut")


@variation()
def _new_pages(made: Draft) -> None:
    made.document["new_pages"] = _grids(made, "proactive", "requests", "review")
