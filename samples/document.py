"""From truth to a printed document: sections, narrative, other tables, and page breaks inside the form's grids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from samples.form import Form, FormOptions, build
from samples.printed import (
    Heading,
    Item,
    PageBreak,
    Paragraph,
    PrintedCell,
    PrintedDocument,
    PrintedTable,
    Title,
    split,
)
from samples.truth import HERE, REQUESTS, Truth

HEADINGS = {
    "overview": "一、总体情况",
    "proactive": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "review": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "others": "六、其他需要报告的事项",
}
# Rows of section 三 whose total the narrative may quote as {received} and so on.
_QUOTED_ROWS = ("received", "carried_in", "granted", "processed_total", "carried_forward")


@dataclass(frozen=True)
class Break:
    """A page break inside a grid.

    Attributes:
        grid: "proactive", "requests" or "review".
        row: canonical row id before whose printed row the page ends.
        up: how many printed rows earlier than that, so that a break can fall between header rows.
        header: whether the next page repeats the header.
        cut: texts of cells over the break, as "head|tail" by printed text.
        drop_outer_stub: leave the outermost stub column out of the second part.
        open: the ruling below the first part is left out.
        through: "" or where the row itself is divided, its values "above" or "below" the break.
    """

    grid: str
    row: str
    up: int = 0
    header: bool = False
    cut: Mapping[str, str] = field(default_factory=dict)
    drop_outer_stub: bool = False
    open: bool = False
    through: str = ""


@dataclass(frozen=True)
class DocumentOptions:
    """What stands around the grids and where pages end.

    Attributes:
        narrative: paragraphs by place: "preamble" or a section id; "@management.0" is text of narrative.yaml,
            {received} and its like the totals the tables print.
        headings: section headings other than the form's; an empty one is left out.
        order: section ids in printed order.
        before, after: paragraphs between a section's heading and its grid, and below the grid.
        other_tables: rows of texts of tables that are none of the form's, by place: "top", a section id, or "end".
        breaks: page breaks inside grids.
        new_pages: section ids that start a new page.
        landscape: section ids that stand on landscape pages of their own.
        signature: last lines of the document, flush right.
    """

    narrative: Mapping[str, list[str]] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = tuple(HEADINGS)
    before: Mapping[str, list[str]] = field(default_factory=dict)
    after: Mapping[str, list[str]] = field(default_factory=dict)
    other_tables: Mapping[str, list[list[str]]] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    new_pages: tuple[str, ...] = ()
    landscape: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> DocumentOptions:
        """Options from a truth file's `document` mapping; an unknown key is a TypeError."""
        fixed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        fixed["breaks"] = tuple(Break(**entry) for entry in data.get("breaks", ()))
        return cls(**fixed)


@cache
def _stock() -> Mapping[str, list[str]]:
    texts: Mapping[str, list[str]] = yaml.safe_load((HERE / "narrative.yaml").read_text(encoding="utf-8"))
    return texts


def compose(
    truth: Truth, form_options: FormOptions, options: DocumentOptions, form: Form | None = None
) -> PrintedDocument:
    """The whole document of a truth, around `form` or else the form that `form_options` build."""
    form = form or build(truth, form_options)
    items: list[Item] = [Title(truth.title)]
    items += _other_table(options, "top")
    items += _paragraphs(truth, options.narrative.get("preamble", []))
    sideways = False
    for section in options.order:
        if (section in options.landscape) != sideways:
            sideways = not sideways
            items.append(PageBreak(landscape=sideways))
        elif section in options.new_pages:
            items.append(PageBreak(landscape=sideways))
        if heading := options.headings.get(section, HEADINGS[section]):
            items.append(Heading(heading))
        items += _paragraphs(truth, options.narrative.get(section, []))
        items += _other_table(options, section)
        items += _paragraphs(truth, options.before.get(section, []))
        items += _grid(form, section, options, sideways)
        items += _paragraphs(truth, options.after.get(section, []))
    items += _other_table(options, "end")
    items += [Paragraph(text, right=True) for text in options.signature]
    return PrintedDocument(truth.title, truth.agency, truth.year, tuple(items))


def _paragraphs(truth: Truth, texts: list[str]) -> list[Item]:
    items: list[Item] = []
    for text in texts:
        if text.startswith("@"):
            subject, number = text[1:].split(".")
            text = _stock()[subject][int(number)]
        facts = {row: truth.tables[REQUESTS].cell(row, "total").value or "0" for row in _QUOTED_ROWS}
        items.append(Paragraph(text.format(agency=truth.agency, year=truth.year, next=truth.year + 1, **facts)))
    return items


def _other_table(options: DocumentOptions, place: str) -> list[Item]:
    rows = options.other_tables.get(place)
    if not rows:
        return []
    cells = tuple(
        PrintedCell(row, column, text, "stub") for row, texts in enumerate(rows) for column, text in enumerate(texts)
    )
    return [PrintedTable("other", len(rows), (1.0,) * len(rows[0]), cells)]


def _grid(form: Form, section: str, options: DocumentOptions, sideways: bool) -> list[Item]:
    tables: dict[str, tuple[PrintedTable, ...]] = {
        "proactive": form.proactive,
        "requests": form.requests,
        "review": form.review,
    }
    pending = list(tables.get(section, ()))
    items: list[Item] = []
    for point in (point for point in options.breaks if point.grid == section):
        while point.row not in {cell.id[1] for cell in pending[0].cells if cell.id}:
            items.append(pending.pop(0))
        head, tail = split(
            pending[0],
            pending[0].row_of(point.row) - point.up,
            repeat_header=point.header,
            cut={text: _halves(halves) for text, halves in point.cut.items()},
            drop_outer_stub=point.drop_outer_stub,
            through_row=point.through,
            open_below=point.open,
        )
        items += [head, PageBreak(landscape=sideways)]
        pending[0] = tail
    return [*items, *pending]


def _halves(text: str) -> tuple[str, str]:
    head, tail = text.split("|")
    return head, tail
