"""Units: wherever a document says that an amount is in another unit than the form's, the amount is flagged."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import pytest
from weasyprint import HTML

import extract
from extract import layout
from extract.check import captions_in
from extract.model import Cell, Status

Row = tuple[str, ...]

TITLE, HEADER, CORNER, LABEL = "第二十条第（八）项", "本年收费金额（单位：万元）", "信息内容", "行政事业性收费"


def rows(title: str = TITLE, header: str = HEADER, corner: str = CORNER, label: str = LABEL) -> list[Row]:
    return [
        ("第二十条第（一）项",),
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", "0", "0", "0"),
        ("行政规范性文件", "3", "1", "12"),
        ("第二十条第（五）项",),
        ("信息内容", "本年处理决定数量"),
        ("行政许可", "81"),
        ("第二十条第（六）项",),
        ("信息内容", "本年处理决定数量"),
        ("行政处罚", "7"),
        ("行政强制", "2"),
        (title,),
        (corner, header),
        (label, "2510"),
    ]


def as_html(above: str, table: Sequence[Row]) -> bytes:
    spans = {1: (4,), 2: (1, 3), 4: (1, 1, 1, 1)}
    printed = "".join(
        "<tr>"
        + "".join(
            f'<td colspan="{span}">{html.escape(text)}</td>' for text, span in zip(row, spans[len(row)], strict=True)
        )
        + "</tr>"
        for row in table
    )
    style = "<style>td { border: 1px solid; padding: 3px } table { border-collapse: collapse }</style>"
    heading = "<h2>二、主动公开政府信息情况</h2>"
    return f'<meta charset="utf-8">{style}{heading}<p>{above}</p><table>{printed}</table>'.encode()


def as_pdf(above: str, table: Sequence[Row]) -> bytes:
    made: bytes = HTML(string=as_html(above, table).decode()).write_pdf()
    return made


def as_tabs(above: str, table: Sequence[Row]) -> bytes:
    return "\n".join(["二、主动公开政府信息情况", above, *map("\t".join, table)]).encode()


def as_lines(above: str, table: Sequence[Row]) -> bytes:
    return "\n".join(["二、主动公开政府信息情况", above, *(text for row in table for text in row)]).encode()


MAKES = {"html": as_html, "pdf": as_pdf, "tabs.txt": as_tabs, "lines.txt": as_lines}


def fees(folder: Path, make: str, table: Sequence[Row], above: str = "") -> Cell:
    path = folder / f"report.{make}"
    path.write_bytes(MAKES[make](above, table))
    return extract.read(path)["proactive_disclosure"]["fees", "amount"]


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize(
    ("table", "above"),
    [
        (rows(header="本年收费金额（单位：元）"), ""),
        (rows(title=f"{TITLE}（单位：元）", header="本年收费金额"), ""),
        (rows(corner=f"{CORNER}（单位：元）", header="本年收费金额"), ""),
        (rows(label=f"{LABEL}（元）", header="本年收费金额"), ""),
        (rows(header="本年收费金额"), "单位：元"),
        (rows(header="本年收费金额"), "（单位：件、元）"),
    ],
    ids=["header", "title", "corner", "label", "caption", "caption of two units"],
)
def test_an_amount_in_another_unit_is_flagged(table: list[Row], above: str, make: str, tmp_path: Path) -> None:
    cell = fees(tmp_path, make, table, above)
    assert cell.status is Status.SUSPECT
    assert any("unit 元" in reason for reason in cell.reasons)
    assert "0.251" in [text.rstrip("0") for text, _ in cell.alternatives]


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize(
    ("table", "above"),
    [
        (rows(), ""),
        (rows(header="本年收费金额"), "单位：万元"),
        (rows(header="本年收费金额"), "填报单位：三元区人民政府"),
        (rows(), "单位：件"),
    ],
    ids=["the form's header", "the form's unit as a caption", "a body's name", "of the counts"],
)
def test_the_forms_unit_flags_nothing(table: list[Row], above: str, make: str, tmp_path: Path) -> None:
    assert fees(tmp_path, make, table, above).status is Status.READ


@pytest.mark.parametrize("make", MAKES)
def test_nought_is_nought_in_any_unit(make: str, tmp_path: Path) -> None:
    table = [*rows(header="本年收费金额（元）")[:-1], (LABEL, "0")]
    assert fees(tmp_path, make, table).status is Status.READ


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("单位：元", ("元",)),
        ("2023年度    金额单位： 万元", ("万元",)),
        ("（单位：件，元）", ("件,元",)),
        ("本单位共收取12元", ()),
        ("编制单位：元氏县人民政府", ()),
    ],
)
def test_captions_end_in_units_alone(text: str, found: tuple[str, ...]) -> None:
    assert captions_in([text], layout.shipped()[0]) == found
