"""What stands around the grids, and where pages end."""

from __future__ import annotations

from benchmarks.drafts import Draft
from benchmarks.variations.catalogue import put, some, variation


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
    notes = (
        "注：表中数字单位均为件。",
        "（本表由办公室填报，统计截至12月31日，共3张。）",
        "填报说明：空格表示0。",
        "单位：件",
    )
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
        [
            ["项目", "年初预算（万元）", "决算（万元）"],
            ["一般公共预算收入", "128450", "131906"],
            ["总计", "57020", "49211"],
        ],
        [["公开渠道", "条数"], ["政府网站", "1203"], ["微信公众号", "88"], ["其他", "5"], ["总计", "1296"]],
        [
            ["单位", "收到申请", "予以公开", "不予公开", "总计"],
            ["办公室", "3", "2", "1", "6"],
            ["信访科", "1", "0", "1", "2"],
        ],
        [["行政许可", "行政处罚", "行政强制"], ["12", "7", "0"]],
        [["政策解读", "30"], ["规范性文件", "4"], ["其他", "9"]],
    )
    places = rng.sample(("top", "overview", "proactive", "requests", "review", "problems", "end"), rng.randint(1, 3))
    made.document["other_tables"] = {place: rng.choice(tables) for place in places}


def _breaks(name: str, weight: float, *kinds: str) -> None:
    def change(made: Draft) -> None:
        made.breaks = made.rng.randint(1, 3)
        made.break_kinds = kinds

    put(name, weight, change)


_breaks("break-plain", 2, "plain")
_breaks("break-header-repeated", 1, "header")
_breaks("break-open", 1, "open")
_breaks("break-in-header", 1, "up")
_breaks("break-cut-label", 1, "cut")
_breaks("break-no-outer-stub", 1, "outer")
_breaks("break-through-row", 1, "above", "below")
_breaks("break-cut-row", 1, "above-cut", "below-cut")


@variation()
def _new_pages(made: Draft) -> None:
    made.document["new_pages"] = some(made, "proactive", "requests", "review")
