"""The panel: a row for each agency and year, a column for each cell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
from reports import RECEIVED
from run_tables import CARRIED_IN, SHEETS, ledger_of, made, sheet, told

from extract import layout
from extract.export import documents, panel
from extract.export.figures import figures
from extract.export.rows import row
from extract.model import CellId, Status, Verdict

DENIED = CellId("disclosure_requests", "denied.state_secret", "total")


def values(line: Mapping[str, Any], *names: str) -> list[object]:
    return [line[name].value for name in names]


def colour(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)[2:] if cell.fill.fill_type else ""


def test_the_panel_has_a_row_for_each_agency_and_year_in_their_order(tmp_path: Path) -> None:
    changes = {RECEIVED: {"value": Decimal(7)}, DENIED: {"value": Decimal("12.50")}}
    out = made(
        tmp_path,
        {
            "a.pdf": told("乙局", 2023),
            "b.pdf": told("乙局", 2022, changes=changes),
            "c.pdf": None,
            "d.pdf": told("", 2022),
            "e.pdf": told("甲局", None),
            "f.pdf": told("丙局", 2022),
        },
    )
    found = sheet(out)
    named = [values(line, "agency", "year", "document") for line in found]
    assert named == [
        ["丙局", 2022, "f.pdf"],
        ["乙局", 2022, "b.pdf"],
        ["乙局", 2023, "a.pdf"],
        [None, 2022, "d.pdf"],
        ["甲局", None, "e.pdf"],
    ]
    assert values(found[1], "received:total", "denied.state_secret:total", "reports") == [7, 12.5, 1]
    assert found[1]["denied.state_secret:total"].number_format == "0.00"
    assert [colour(line["agency"]) for line in found[2:4]] == ["", panel.COLOURS[Status.SUSPECT][1:]]
    book = openpyxl.load_workbook(out / "panel.xlsx")
    assert book.sheetnames == [*SHEETS, "legend"]
    assert [cell.value for cell in book["administrative_litigation"][3]][-1] == "after_reconsideration:total"
    assert [cell.value for cell in book["administrative_litigation"][2]][-1] == "after reconsideration × total (count)"
    assert [cell.value for cell in book["administrative_litigation"][1]][-1] == "行政诉讼 / 复议后起诉 × 总计"


def test_every_cell_of_a_report_is_in_its_column(tmp_path: Path) -> None:
    for one in ("2021", "2019"):
        whole = told("甲局", 2022, editions=dict.fromkeys(("proactive", "requests", "review"), one))
        out = made(tmp_path / one, {"a.pdf": whole})
        lines = {name: sheet(out, name)[0] for name in SHEETS}
        for cell in whole.cells:
            name = f"{cell.id.row}:{cell.id.column}"
            assert lines[cell.id.table][name].value == (None if cell.value is None else float(cell.value)), cell.id
        filled = sum(isinstance(cell.value, int | float) for line in lines.values() for cell in line.values())
        lead = 3 * len(SHEETS)  # year, reports and report
        assert filled == sum(cell.value is not None for cell in whole.cells) + lead
        assert {line["edition"].value for line in lines.values()} == {one}


def test_what_is_flagged_is_coloured_named_and_commented(tmp_path: Path) -> None:
    changes = {
        RECEIVED: {"status": Status.SUSPECT, "reasons": ("=1+1",), "text": "8?"},
        CARRIED_IN: {"status": Status.MISSING, "value": None},
        DENIED: {"status": Status.CORRECTED},
    }
    out = made(tmp_path, {"a.pdf": told("甲局", 2022, changes=changes, lost=["review"])})
    line = sheet(out)[0]
    assert line["flagged"].value == "received:total carried_in:total"
    received, missing = line["received:total"], line["carried_in:total"]
    assert [colour(received), colour(missing)] == [panel.COLOURS[one][1:] for one in (Status.SUSPECT, Status.MISSING)]
    assert colour(line["denied.state_secret:total"]) == panel.COLOURS[Status.CORRECTED][1:]
    assert received.comment.text == "suspect\n=1+1\ntext: 8?"
    assert isinstance(received.value, int)
    assert missing.value is None
    assert not colour(line["granted:total"])
    lost = sheet(out, "administrative_reconsideration")[0]
    assert values(lost, "edition", "flagged", "all:total") == [None, "*", None]
    assert colour(lost["all:total"]) == panel.COLOURS[Status.MISSING][1:]
    assert lost["all:total"].comment is None


def test_reports_of_one_year_that_say_the_same_are_one_row_and_others_are_not(tmp_path: Path) -> None:
    other = told("乙局", 2022, changes={RECEIVED: {"value": Decimal(1)}})
    longer = told("甲局", 2022, changes={RECEIVED: {"value": Decimal("999.0")}})
    same = told("甲局", 2022, changes={RECEIVED: {"value": Decimal(999)}})
    doubted = told("丙局", 2022, changes={RECEIVED: {"status": Status.SUSPECT}})
    nothing = told("甲局", 2022, lost=["proactive", "requests", "review"])
    assert documents.outcome("", nothing, "").verdict is Verdict.NO_TABLES
    reports = {
        "a.pdf": same,
        "b.pdf": longer,
        "c.pdf": told("乙局", 2022),
        "d.pdf": other,
        "e.pdf": told("乙局", 2022),
        "f.pdf": nothing,
        "g.pdf": doubted,
        "h.pdf": told("丙局", 2022),
    }
    found = sheet(made(tmp_path, reports))
    named = [values(line, "document", "reports") for line in found]
    assert named == [["g.pdf", 2], ["h.pdf", 2], ["c.pdf", 3], ["d.pdf", 3], ["a.pdf", 2]]
    assert [bool(colour(line["reports"])) for line in found] == [True, True, True, True, False]


def test_text_of_a_document_stays_text_in_the_panel(tmp_path: Path) -> None:
    out = made(tmp_path, {"=cmd.pdf": told("=HYPERLINK(1)", 2022), "\udcff\x01.pdf": told("@a\x00\udcffb", 2022)})
    first, second = sheet(out)
    assert values(first, "document", "agency") == ["=cmd.pdf", "=HYPERLINK(1)"]
    assert [first[name].data_type for name in ("document", "agency")] == ["s", "s"]
    assert values(second, "document", "agency") == ["\\udcff.pdf", "@a\\udcffb"]
    assert all(cell.hyperlink is None for cell in first.values())


def test_a_long_value_is_text_in_the_panel(tmp_path: Path) -> None:
    exact = Decimal("12345678901234567")
    out = made(tmp_path, {"a.pdf": told("甲局", 2022, changes={RECEIVED: {"value": exact}})})
    assert sheet(out)[0]["received:total"].value == str(exact)


def write_panel(folder: Path, count: int, **limits: int) -> Path:
    reports = {f"{n}.pdf": told(f"{n}局", 2022, changes={RECEIVED: {"status": Status.SUSPECT}}) for n in range(count)}
    with ledger_of(folder, reports) as ledger:

        def found(where: str, number: int) -> tuple[documents.Outcome, list[Any]]:
            outcome, _ = ledger.result(where, number)
            return outcome, [row(cell) for cell in reports[outcome.document].cells]  # type: ignore[union-attr]

        panel.write(ledger.by_issuer(), found, folder / "panel.xlsx", **limits)
    return folder


def test_a_full_sheet_goes_on_on_another_and_comments_are_counted(tmp_path: Path) -> None:
    out = write_panel(tmp_path, 5, rows=3 + 2, comments=1)
    names = openpyxl.load_workbook(out / "panel.xlsx").sheetnames
    assert len(names) == 3 * len(SHEETS) + 1
    assert {"disclosure_requests", "disclosure_requests-2", "disclosure_requests-3"} <= set(names)
    assert max(map(len, names)) <= 31
    lines = [sheet(out, name) for name in names if name.startswith("disclosure_requests")]
    assert [[line["document"].value for line in one] for one in lines] == [
        ["0.pdf", "1.pdf"],
        ["2.pdf", "3.pdf"],
        ["4.pdf"],
    ]
    commented = [[bool(line["received:total"].comment) for line in one] for one in lines]
    assert commented == [[True, False], [True, False], [True]]
    assert all(colour(line["received:total"]) for one in lines for line in one)


def test_figures_are_those_of_all_layouts_with_labels_of_the_newest() -> None:
    ids = {slot.id for one in layout.shipped() for grid in one.grids for slot in grid.slots}
    assert {(one.table, one.row, one.column) for one in figures()} == ids
    assert len(figures()) == len(ids)
    newest = {slot.id: slot for grid in layout.shipped()[0].grids for slot in grid.slots}
    for one in figures():
        slot = newest.get(CellId(one.table, one.row, one.column))
        assert slot is None or one.zh == f"{slot.row_label} × {slot.column_label}"


def test_a_run_without_reports_has_its_tables_all_the_same(tmp_path: Path) -> None:
    out = made(tmp_path, {"a.pdf": None})
    assert sheet(out) == []
    assert pq.read_table(out / "cells.parquet").num_rows == 0
    assert pq.read_table(out / "documents.parquet").num_rows == 1
