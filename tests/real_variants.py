"""What published reports do to the form, each by its name: how a report of random figures is bent."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from benchmarks.drafts import PROACTIVE, Draft
from samples.document import HEADINGS, Break
from samples.form import ExtraRow
from samples.printed import PrintedTable
from samples.truth import LITIGATION, RECONSIDERATION, REQUESTS

Change = Callable[[Draft], object]


@dataclass(frozen=True)
class Variant:
    """One entry: how it bends the report, of which editions (section 二, section 三), with page breaks where."""

    change: Change = lambda made: None
    editions: tuple[str, str] = ("2021", "2021")
    breaks: tuple[Break, ...] = ()
    figures: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)


def labels(**texts: str) -> Variant:
    return Variant(lambda made: made.form.update(labels=texts["texts"]))


def label(text: str, printed: str, edition: str = "2021") -> Variant:
    return Variant(lambda made: made.form.update(labels={text: printed}), (edition, edition))


def form(edition: str = "2021", **options: object) -> Variant:
    return Variant(lambda made: made.form.update(options), (edition, edition))


def look(**options: object) -> Variant:
    return Variant(lambda made: made.look.update(options))


def document(**options: object) -> Variant:
    return Variant(lambda made: made.document.update(options))


def broken(*breaks: Break) -> Variant:
    return Variant(breaks=breaks)


def bent(change: Callable[[str], str]) -> Variant:
    """Every label changed."""

    def bend(table, _):
        cells = (replace(cell, text=change(cell.text)) if cell.kind != "value" else cell for cell in table.cells)
        return replace(table, cells=tuple(cells))

    return Variant(lambda made: made.bends.append(bend))


@cache
def _converter():
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    return _converter().convert(text)


def one_block(made: Draft) -> None:
    made.cells = {key: cell for key, cell in made.cells.items() if key[0] != PROACTIVE or key[1] == "fees"}


def blank(*tables: str, mark: str = "", zeros: bool = True) -> Variant:
    def change(made: Draft) -> None:
        for key, cell in list(made.cells.items()):
            if key[0] in tables and (cell.value == "0" or not zeros):
                made.put(key, mark, "")

    return Variant(change)


def filled(*kept: str) -> Variant:
    """Only some columns of section 三 are filled; the numbers of natural persons are all there are."""

    def change(made: Draft) -> None:
        for key, cell in list(made.cells.items()):
            if key[0] == REQUESTS and key[2] == "natural_person":
                made.put((REQUESTS, key[1], "total"), cell.text)
        for key in list(made.cells):
            if key[0] == REQUESTS and key[2] not in kept:
                made.put(key, "")

    return Variant(change)


def printed(table: str, row: str, column: str, text: str, value: str = "", edition: str = "2021") -> Variant:
    return Variant(editions=(edition, edition), figures={(table, row, column): (text, value or text)})


def wrapped(made: Draft) -> None:
    """Numbers of three to six digits in columns too narrow for them; what adds up still does when all is multiplied."""
    made.form["value_width"] = 0.3
    made.look["padding"] = 1.0
    for key, cell in list(made.cells.items()):
        if key[0] == REQUESTS:
            made.put(key, str(int(cell.value) * 137))


def overflowing(made: Draft) -> None:
    """The same, over their cells' sides and the numbers beside them."""
    wrapped(made)
    made.look["overflow"] = True


def set_apart(made: Draft) -> None:
    """Space between all digits, so that numbers are wider than their cells."""
    made.form["value_width"] = 0.6
    made.look["spread"] = 3.0


def untold(made: Draft) -> None:
    """Without the rows that one edition only has."""
    for key in [key for key in made.cells if key[0] == REQUESTS and key[1].startswith("other")]:
        del made.cells[key]


def doubled(made: Draft) -> None:
    """A row printed twice, with the same values."""

    def bend(table: PrintedTable, _: random.Random) -> PrintedTable:
        if table.name != "requests":
            return table
        row = table.row_of("granted")
        cells = [replace(cell, row=cell.row + 1) if cell.row > row else cell for cell in table.cells]
        cells = [
            replace(c, row_span=c.row_span + 1) if c.row <= row < c.bottom and c.row_span > 1 else c for c in cells
        ]
        again = [replace(cell, row=row + 1, id=None) for cell in cells if cell.row == row and cell.row_span == 1]
        return replace(table, rows=table.rows + 1, cells=(*cells, *again))

    made.bends.append(bend)


def nothing(row: str) -> Callable[[Draft], None]:
    """A row without any value."""

    def change(made: Draft) -> None:
        for key in [key for key in made.cells if key[:2] == (REQUESTS, row)]:
            if made.cells[key].value == "0":
                made.put(key, "", "")
        assert not any(made.cells[key].value for key in made.cells if key[:2] == (REQUESTS, row))

    return change


def ten(made: Draft) -> None:
    for column, text in zip(
        ("upheld", "corrected", "other", "pending", "total"), ("10", "0", "1", "0", "11"), strict=True
    ):
        made.put((LITIGATION, "direct", column), text)


METADATA = [["索引号", "BT-2024-0017", "发布机构", "碧潭县财政局"], ["生成日期", "2024-01-26", "文号", "无"]]
BUDGET = [
    ["项目", "年初预算（万元）", "决算（万元）"],
    ["一般公共预算收入", "128450", "131906"],
    ["总计", "57020", "49211"],
]
CONTACT = [["受理机构", "办公室", "联系电话", "0555-2104417"], ["邮编", "243000", "传真", "0555-2104418"]]

EXACT = {
    # Labels
    "本年度止件数": label("本年废止件数", "本年度止件数"),
    "其他法律行政止公开": label("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
    "内容事务信息": label("5.属于三类内部事务信息", "5.属于三类内容事务信息"),
    "这一情况": label(
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "（二）部分公开（区分处理的，只计这一情况，不计其他情形）",
    ),
    "（六）其他": label("（六）其他处理", "（六）其他"),
    "（六）其他, 2019": label("（六）其他处理", "（六）其他", "2019"),
    "规范性文件": label("行政规范性文件", "规范性文件"),
    "现行有效件数 (历史累计)": label("现行有效件数", "现行有效件数\n(历史累计)"),
    "filling instructions inside a label": label("规章", "规章(设区的市、自治州人民政府应提供相关数据)"),
    "filling instructions longer than the labels, with numbers in them": form(
        "2019",
        labels={
            "规范性文件": "规范性文件（行政机关制定发布的决定、公告、意见、通知，以及题为规定、办法、细则的公文）",
            "其他对外管理服务事项": "其他对外管理服务事项（行政许可以外的，含行政确认、行政奖励、行政裁决、行政给付）",
            "上一年项目数量": "上一年项目数量（指2019年事项数）",
            "本年增/减": "本年增/减（指2020年增减的事项数，减用负值表示，如-8）",
            "处理决定数量": "处理决定数量（指2020年办件量）",
        },
    ),
    "numbering (一)": form(group_numbers=("(一)",)),
    "numbering ㈠": form(group_numbers=("㈠",)),
    "numbering 1．": form(item_numbers=("1．",)),
    "numbering 1、": form(item_numbers=("1、",)),
    "numbering with a space, mixed": form(group_numbers=("（一）", "㈠", "(一) "), item_numbers=("1. ", "1、", "1．")),
    "gaps: 总 计, 商业 企业": labels(texts={"总计": "总 计", "商业企业": "商业 企业"}),
    "gaps: 第二十条 第（一）项": label("第二十条第（一）项", "第二十条 第（一）项"),
    "gaps: 或重 新出具": label("5.要求行政机关确认或重新出具已获取信息", "5.要求行政机关确认或重 新出具已获取信息"),
    "one label over several lines": bent(lambda text: "\n".join(text[i : i + 3] for i in range(0, len(text), 3))),
    "vertical text": form(vertical_stub=True),
    "traditional characters": bent(traditional),
    "heading: 因政府信息公开工作被申请行政复议、提起行政诉讼情况": document(
        headings={"review": "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"}
    ),
    "heading: 二、行政机关主动公开政府信息情况": document(headings={"proactive": "二、行政机关主动公开政府信息情况"}),
    "sections renumbered 一二三": document(
        headings={
            section: "一二三"[i] + HEADINGS[section][1:]
            for i, section in enumerate(("proactive", "requests", "review"))
        }
    ),
    "a heading that is also in the narrative": document(narrative={"overview": [HEADINGS["requests"], "见下文。"]}),
    "instructions between heading and table": document(
        before={"requests": ["填报说明：本表统计截至12月31日，共3张。"]}
    ),
    "footnotes under the table": document(after={"requests": ["注：表中数字单位均为件，含去年2件。"]}),
    # Structure
    "2021 section 二 with the single row （六）其他处理": Variant(editions=("2021", "2019")),
    "the 2019 form for 2021": Variant(lambda made: setattr(made, "year", 2021), ("2019", "2019")),
    "an extra local row": form(extra_rows=(ExtraRow("normative_documents", "其他主动公开文件", ("3", "1", "41")),)),
    "section 二 as one table": Variant(),
    "section 二 as separate tables": form(separate_blocks=True),
    "section 二 as separate tables, 2019": form("2019", separate_blocks=True),
    "page break between block heading and header": broken(Break("proactive", "licensing", up=1)),
    "page break inside a merged stub cell": broken(Break("requests", "denied.third_party_rights")),
    "page break inside a stub's text": broken(
        Break("requests", "unavailable.needs_creation", cut={"（四）无法提供": "（四）无|法提供"})
    ),
    "continued without any header": broken(Break("requests", "granted")),
    "continued with the header repeated": broken(Break("requests", "granted", header=True)),
    "two halves of one row": broken(
        Break("requests", "denied.state_secret", cut={"1.属于国家秘密": "1.属于|国家秘密"}, through="above")
    ),
    "two halves of one row, the header repeated between them": broken(
        Break(
            "requests", "denied.state_secret", cut={"1.属于国家秘密": "1.属于|国家秘密"}, through="above", header=True
        )
    ),
    "values at a page's foot, their label below the header on the next": broken(
        Break(
            "requests", "denied.state_secret", cut={"1.属于国家秘密": "|1.属于国家秘密"}, through="above", header=True
        )
    ),
    "a stray line in 行政诉讼": form(stray_lines=("行政诉讼",)),
    "headers without rowspan": form(unmerged_headers=("requests", "review")),
    "four header rows": form(halved_headers=True),
    "the last 总计 one row too high": form(total_header="high", review_total_high=True),
    "the last 总计 missing": form(total_header="missing"),
    "a sub-item label in its group's column": form(shifted={"denied.state_secret": "merged"}),
    "a sub-item label in its group's column, an empty cell beside": form(shifted={"denied.state_secret": "empty"}),
    "thin filled rectangles": look(rules="rects"),
    "cell backgrounds": look(rules="fills", rule_width=1.5),
    "every other row shaded": look(rules="bands", shade="#e8f0fe"),
    "every other row shaded, the header repeated": Variant(
        lambda made: made.look.update(rules="bands", shade="#0062b1", repeat_header=True),
        breaks=(Break("requests", "granted", header=True),),
    ),
    "dotted lines": look(rules="dotted"),
    "double rulings": look(rules="double"),
    "shaded header rows": look(shade="#dddddd"),
    "shifting column spans": form(uneven_blocks=True),
    "other tables: page metadata": document(other_tables={"top": METADATA}),
    "other tables: budgets": document(other_tables={"overview": BUDGET, "review": BUDGET}),
    "other tables: contact details": document(other_tables={"end": CONTACT}),
    "a page turned": look(turned=90),
    "a page turned without saying so": look(turned=270, turned_bare=True),
    "landscape pages": document(landscape=("requests",)),
    # Values
    "blanks for zero": blank(REQUESTS, LITIGATION),
    "only 自然人 and 总计 filled": filled("natural_person", "total"),
    "a dash": blank(REQUESTS, mark="—"),
    "a slash": blank(RECONSIDERATION, LITIGATION, mark="/"),
    "无": blank(REQUESTS, mark="无"),
    "251000元": printed(PROACTIVE, "procurement", "amount", "251000元", "251000", "2019"),
    "+19": printed(PROACTIVE, "licensing", "change", "+19", "19", "2019"),
    "59237.2449": printed(PROACTIVE, "fees", "amount", "59237.2449"),
    "eight digits": printed(PROACTIVE, "licensing", "decisions", "51023847"),
    "numbers wrapped in a narrow column": Variant(wrapped),
    "10 is one cell": Variant(ten),
    "numbers over their cells' sides": Variant(overflowing),
    "space between all digits": Variant(set_apart),
    "without the rows that tell the edition, 2019": Variant(untold, ("2019", "2019")),
    "a row printed twice": Variant(doubled),
    **{
        f"a label cut after its first letter, its row {side} the cut": broken(
            Break(
                "requests",
                "denied.administrative_enquiry",
                cut={"8.属于行政查询事项": "8.属|于行政查询事项"},
                through=side,
            )
        )
        for side in ("above", "below")
    },
    "a row of blanks at the foot of a page": Variant(
        nothing("denied.process_information"), breaks=(Break("requests", "denied.enforcement_file"),)
    ),
}
RIGHT_BUT_FLAGGED = {
    "section 二 with one block only": Variant(one_block),  # one that the editions share
    "only horizontal rules": look(rules="horizontal"),
    "only totals filled": filled("total"),  # and so the report's own sums do not hold
    "采购总金额(万元)": label("采购总金额", "采购总金额(万元)", "2019"),
}
