"""Labels as printed: typing errors, losses, gaps, numbering, script, other names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from benchmarks.drafts import Draft
from benchmarks.variations.catalogue import variation
from samples.document import HEADINGS
from samples.printed import PrintedTable


def _relabel(
    made: Draft, change: Callable[[str, random.Random], str], share: float = 1.0, *, units: bool = False
) -> None:
    """Change a share of the labels; those with a unit only if `units`, because a damaged one says something else."""

    def bend(table: PrintedTable, rng: random.Random) -> PrintedTable:
        cells = [
            replace(cell, text=change(cell.text, rng))
            if cell.kind != "value" and cell.text and (units or "元" not in cell.text) and rng.random() < share
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
    _relabel(made, lambda text, _: convert(text), made.rng.choice((0.5, 1.0)), units=True)
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
    chosen = dict(made.rng.sample(sorted(names.items()), made.rng.randint(2, 9)))
    made.form["labels"] = chosen | made.form.get("labels", {})  # a label that another variation set stays


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
