"""tables.xlsx: the tables as printed, and what is flagged in them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from exported import AMOUNT, CARRIED_IN, book, find, written
from reports import RECEIVED, edition, report

from extract.export import untrusted, xlsx
from extract.model import Status


def test_xlsx_has_a_sheet_for_each_table_and_ours(tmp_path: Path) -> None:
    names = book(report(), tmp_path).sheetnames
    assert names == ["summary", *edition("2021").tables, "cells", "legend"]


def test_xlsx_merges_headers_as_printed(tmp_path: Path) -> None:
    one = report()
    sheet = book(one, tmp_path)["disclosure_requests"]
    (grid,) = one["disclosure_requests"].grids
    corner = find(sheet, grid.cells[0].text)
    expected = {
        (c.row, c.column, c.row + c.row_span - 1, c.column + c.column_span - 1)
        for c in grid.cells
        if c.row_span > 1 or c.column_span > 1
    }
    merged = {
        (r.min_row - corner.row, r.min_col - corner.column, r.max_row - corner.row, r.max_col - corner.column)
        for r in sheet.merged_cells.ranges
    }
    assert merged == expected
    for cell in grid.cells:
        shown = sheet.cell(corner.row + cell.row, corner.column + cell.column).value
        assert ("" if shown is None else str(shown)) == cell.text


def test_xlsx_stacks_the_fragments_of_a_table(tmp_path: Path) -> None:
    one = report()
    table = one["proactive_disclosure"]
    later = replace(table.grids[0], page=3)
    tables = {**one.tables, table.name: replace(table, grids=(*table.grids, later))}
    sheet = book(replace(one, tables=tables), tmp_path)["proactive_disclosure"]
    pages = [cell.row for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("page ")]
    assert len(pages) == 2
    assert pages[1] - pages[0] == len(later.rows) - 1 + 2


def test_xlsx_writes_exact_numbers_as_numbers_and_others_as_text(tmp_path: Path) -> None:
    long = "12345678901234567890"
    texts = {RECEIVED: "12345678", CARRIED_IN: long}
    changes = {AMOUNT: {"value": Decimal("59237.2450"), "text": "59237.2450"}}
    whole = book(report(texts=texts, changes=changes), tmp_path)
    sheet = whole["disclosure_requests"]
    assert find(sheet, 12345678).data_type == "n"
    assert find(sheet, long).data_type == "s"
    amount = find(whole["proactive_disclosure"], 59237.245)
    assert (amount.data_type, amount.number_format) == ("n", "0.0000")
    assert find(whole["cells"], 12345678).column_letter == "D"
    assert find(whole["cells"], long).data_type == "s"


def test_xlsx_shows_a_printed_sign_and_says_what_else_is_printed(tmp_path: Path) -> None:
    texts = {RECEIVED: "+19", CARRIED_IN: "22（其中修订16件）"}
    changes = {RECEIVED: {"value": Decimal(19)}, CARRIED_IN: {"value": Decimal(22)}}
    sheet = book(report(texts=texts, changes=changes), tmp_path)["disclosure_requests"]
    assert any(c.value == 19 and c.number_format.startswith("+0;") for row in sheet.iter_rows() for c in row)
    remarked = [c for row in sheet.iter_rows() for c in row if c.comment]
    assert [c.value for c in remarked] == [22]
    assert "printed: 22（其中修订16件）" in remarked[0].comment.text


@pytest.mark.parametrize("status", [Status.SUSPECT, Status.UNREADABLE, Status.REPAIRED, Status.CORRECTED])
def test_xlsx_colours_a_cell_by_status_and_comments_its_reasons(status: Status, tmp_path: Path) -> None:
    changes = {RECEIVED: {"status": status, "reasons": ("balance: 11 ≠ 0", "low")}}
    whole = book(report(texts={RECEIVED: "424242"}, changes=changes), tmp_path)
    cell = find(whole["disclosure_requests"], 424242)
    assert cell.fill.fgColor.rgb == find(whole["legend"], status.value).fill.fgColor.rgb != "00000000"
    assert cell.comment.text.startswith(f"{status.value}: ")
    assert "- balance: 11 ≠ 0\n- low" in cell.comment.text
    assert find(whole["cells"], status.value).fill.fgColor.rgb == cell.fill.fgColor.rgb


def test_xlsx_has_no_colour_and_no_comment_where_nothing_is_wrong(tmp_path: Path) -> None:
    whole = book(report(), tmp_path)
    for name in edition("2021").tables:
        for row in whole[name].iter_rows():
            for cell in row:
                assert cell.comment is None
                assert cell.fill.fgColor.rgb in {"00000000", "FFF2F2F2"}


def test_xlsx_says_that_a_table_or_a_cell_was_not_found(tmp_path: Path) -> None:
    gone = {"status": Status.MISSING, "value": None, "page": None, "bbox": None}
    whole = book(report(lost=["review"], changes={RECEIVED: gone}), tmp_path)
    assert "not found" in whole["administrative_litigation"]["A2"].value
    slot = next(slot for slot in edition("2021").grid("requests").slots if slot.id == RECEIVED)
    assert find(whole["disclosure_requests"], f"{slot.row_label} × {slot.column_label}")
    assert len(list(whole["cells"].iter_rows())) == 201


def test_xlsx_names_the_table_that_shares_a_grid(tmp_path: Path) -> None:
    whole = book(report(), tmp_path)
    assert "administrative_litigation" in whole["administrative_reconsideration"]["A2"].value


def test_xlsx_gives_findings_and_warnings(tmp_path: Path) -> None:
    sheet = book(report(warnings=("page 3 is an image",)), tmp_path)["summary"]
    assert find(sheet, "Identities that do not hold: 1")
    assert find(sheet, "the published report")
    assert find(sheet, "page 3 is an image")


@pytest.mark.parametrize("text", ["=1+1", "@x", "https://example.org/", "mailto:a@b", "{=1}", "0x1", "１２"])
def test_xlsx_takes_text_for_nothing_but_text(text: str, tmp_path: Path) -> None:
    changes = {RECEIVED: {"value": None, "status": Status.UNREADABLE}}
    whole = book(report(texts={RECEIVED: text}, changes=changes), tmp_path)
    for sheet in (whole["disclosure_requests"], whole["cells"]):
        cell = find(sheet, text)
        assert cell.data_type == "s"
        assert cell.hyperlink is None


def test_xlsx_drops_what_xml_cannot_hold_and_cuts_what_a_cell_cannot(tmp_path: Path) -> None:
    texts = {RECEIVED: "a\x00\x08\x1b\ufffe\ud800b\r\nc", CARRIED_IN: "长" * 40_000}
    changes = {id_: {"reasons": (text,)} for id_, text in texts.items()}
    whole = book(report(texts=texts, changes=changes), tmp_path)
    assert find(whole["disclosure_requests"], "ab\nc")
    cut = [c.value for row in whole["cells"].iter_rows() for c in row if str(c.value).startswith("长长")]
    assert [len(text) for text in cut] == [untrusted.EXCEL_TEXT_LIMIT] * 2


def test_xlsx_of_the_same_report_is_the_same_file(tmp_path: Path) -> None:
    first, second = (written(report(), tmp_path, xlsx.write).read_bytes() for _ in range(2))
    assert first == second
