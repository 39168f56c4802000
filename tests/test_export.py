"""What is written for a document and for a run, column by column."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from reports import BALANCE, RECEIVED, edition, report

from extract import pipeline
from extract.export import atomic, columns, csv_, documents, fields, folder, json_, parquet, rows, untrusted, xlsx
from extract.export.documents import Outcome
from extract.export.rows import row as row_of
from extract.model import CellId, PageInfo, Report, Status, Verdict

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
HEADER = [
    *("table", "row", "column", "value", "text", "page", "x0", "top", "x1", "bottom", "confidence", "status"),
    *("edition", "row_label", "column_label", "unit", "reasons"),
]
CARRIED_IN = RECEIVED._replace(row="carried_in")
AMOUNT = CellId("proactive_disclosure", "fees", "amount")


def written(one: Report, folder_: Path, write: Callable[[Report, Path], None] = csv_.write) -> Path:
    path = folder_ / "file"
    write(one, path)
    return path


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def line(one: Report, folder_: Path, id_: CellId) -> dict[str, str]:
    found = [x for x in lines(written(one, folder_)) if (x["table"], x["row"], x["column"]) == id_]
    assert len(found) == 1
    return found[0]


# --- cells.csv


def test_csv_has_the_contract_columns_a_mark_and_one_line_for_every_canonical_cell(tmp_path: Path) -> None:
    path = written(report({"requests": "2019"}, lost=["review"]), tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbftable,row,column,value,")
    found = lines(path)
    assert list(found[0]) == HEADER
    expected = [
        (slot.id, form)
        for grid, form in (("proactive", "2021"), ("requests", "2019"), ("review", "2021"))
        for slot in edition(form).grid(grid).slots
    ]
    order = {name: number for number, name in enumerate(edition("2021").tables)}
    expected.sort(key=lambda pair: order[pair[0].table])
    assert [((x["table"], x["row"], x["column"]), x["edition"]) for x in found] == expected
    assert {x["status"] for x in found if x["table"] == "administrative_litigation"} == {"missing"}


def test_csv_gives_a_verified_cell_in_every_column(tmp_path: Path) -> None:
    box = (100.004, 200.5, 110.126, 212.0)
    changes = {RECEIVED: {"bbox": box, "confidence": 0.98765432, "reasons": ("one", "two")}}
    found = line(report(texts={RECEIVED: "1\n234"}, changes=changes), tmp_path, RECEIVED)
    slot = next(slot for slot in edition("2021").grid("requests").slots if slot.id == RECEIVED)
    assert found == {
        "table": "disclosure_requests",
        "row": "received",
        "column": "total",
        "value": "1234",
        "text": "1\n234",
        "page": "2",
        "x0": "100.00",
        "top": "200.50",
        "x1": "110.13",
        "bottom": "212.00",
        "confidence": "0.9877",
        "status": "verified",
        "edition": "2021",
        "row_label": slot.row_label,
        "column_label": slot.column_label,
        "unit": "count",
        "reasons": "one; two",
    }


def test_csv_leaves_a_missing_cell_without_value_text_and_place(tmp_path: Path) -> None:
    found = line(report(lost=["requests"]), tmp_path, RECEIVED)
    empty = [name for name, field in found.items() if not field]
    assert empty == ["value", "text", "page", "x0", "top", "x1", "bottom", "reasons"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [("1E+7", "10000000"), ("59237.2449", "59237.2449"), ("12.50", "12.50"), ("-19", "-19"), ("1E-7", "0.0000001")],
)
def test_csv_values_are_plain_decimals(value: str, plain: str, tmp_path: Path) -> None:
    found = line(report(changes={AMOUNT: {"value": Decimal(value)}}), tmp_path, AMOUNT)
    assert found["value"] == plain
    assert found["unit"] == "10k_yuan"


@pytest.mark.parametrize("text", ["-", "--", "—", "/", "+19", "-3", "+1,234.5", "−5", "-1\n2", "0", "无"])
def test_csv_keeps_numbers_and_marks_as_printed(text: str, tmp_path: Path) -> None:
    assert line(report(texts={RECEIVED: text}), tmp_path, RECEIVED)["text"] == text


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-5件"]
)
def test_csv_disarms_formulas(text: str, tmp_path: Path) -> None:
    assert line(report(texts={RECEIVED: text}), tmp_path, RECEIVED)["text"] == f"'{text}"


@given(st.text(st.characters(), max_size=30))
def test_csv_gives_back_any_text(text: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([untrusted.csv_text(untrusted.storable(text))])
    (read,) = next(csv.reader(io.StringIO(buffer.getvalue(), newline="")), [""])
    read.encode("utf-8")
    assert read.removeprefix("'") == untrusted.storable(text).removeprefix("'")


# --- report.json


def hard_report() -> Report:
    return report(
        {"requests": "2019"},
        texts={RECEIVED: "1\n234", CARRIED_IN: "\x00\ud800=1\x1b[31m"},
        changes={
            CARRIED_IN: {
                "value": None,
                "status": Status.UNREADABLE,
                "reasons": ("no number",),
                "alternatives": (("11", 0.4), ("17", 0.2)),
            },
            AMOUNT: {"value": Decimal("59237.2449"), "text": "59237.2449", "status": Status.READ},
        },
        lost=["review"],
        warnings=("page 3 is an image",),
    )


@pytest.mark.parametrize("one", [report(), hard_report(), report(lost=["proactive", "requests", "review"])])
def test_json_fits_the_published_schema(one: Report, tmp_path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    loaded = json.loads(written(one, tmp_path, json_.write).read_bytes())
    Draft202012Validator(SCHEMA).validate(loaded)
    assert loaded == json_.document(one)


@pytest.mark.parametrize("name", ["hybrid", "wrong-totals", "stub-split", "hostile/no-tables"])
def test_reports_of_real_documents_fit_the_schema_and_every_format(name: str, tmp_path: Path) -> None:
    one = pipeline.read(ROOT / "samples" / f"{name}.pdf")
    folder.write([one], tmp_path / "r")
    Draft202012Validator(SCHEMA).validate(json.loads((tmp_path / "r" / "report.json").read_bytes()))
    assert len(lines(tmp_path / "r" / "cells.csv")) == len(one.cells)
    assert openpyxl.load_workbook(tmp_path / "r" / "tables.xlsx")["cells"].max_row == 1 + len(one.cells)
    assert run_file(tmp_path, one).num_rows == len(one.cells)


def test_the_schema_refuses_what_is_not_a_report(tmp_path: Path) -> None:
    whole = json_.document(report())
    validator = Draft202012Validator(SCHEMA)
    for broken in (
        {name: item for name, item in whole.items() if name != "identities"},
        {**whole, "surprise": 1},
        {**whole, "verdict": "fine"},
        {**whole, "tables": [{**whole["tables"][0], "cells": [{**whole["tables"][0]["cells"][0], "value": 1.5}]}]},
        {**whole, "tables": [{**whole["tables"][0], "cells": [{**whole["tables"][0]["cells"][0], "value": None}]}]},
    ):
        assert not validator.is_valid(broken)


def test_json_has_every_field_of_the_report() -> None:
    one = hard_report()
    whole = json_.document(one)
    assert {"path", "sha256", "verdict", "versions", "warnings"} < set(whole)
    assert [len(whole[name]) for name in ("pages", "regions", "attempts", "identities", "tables", "grids")] == [
        3,
        len(one.regions),
        len(one.attempts),
        1,
        4,
        2,
    ]
    cells = [cell for table in whole["tables"] for cell in table["cells"]]
    assert [(c["table"], c["row"], c["column"]) for c in cells] == [cell.id for cell in one.cells]
    amount = next(cell for cell in cells if cell["row"] == "fees")
    assert amount["value"] == "59237.2449"
    unreadable = next(cell for cell in cells if cell["status"] == "unreadable")
    assert unreadable["alternatives"] == [["11", 0.4], ["17", 0.2]]
    assert unreadable["text"] == "\x00\\ud800=1\x1b[31m"
    assert whole["identities"][0]["left_sum"] == "11"
    assert whole["identities"][0]["verdict"] == "published"
    assert whole["regions"][0]["evidence"]["shape"] == [1, 2.5]
    spans = {(cell["row_span"], cell["column_span"]) for cell in whole["grids"][1]["cells"]}
    assert {(1, 1), (1, 7)} < spans


def test_json_gives_a_grid_of_two_tables_once() -> None:
    whole = json_.document(report())
    assert [table["grids"] for table in whole["tables"]] == [[0], [1], [2], [2]]


def test_json_knows_numpy_and_no_nan() -> None:
    region = report().regions[0]
    evidence = {"a": np.float64(0.5), "b": np.arange(3), "c": float("nan"), "d": Decimal("1.20"), "e": {"f"}}
    one = report(regions=(region.__class__(region.grid, 1, region.bbox, np.float64(0.25), np.True_, evidence),))
    found = json.loads(json.dumps(json_.document(one), allow_nan=False))["regions"][0]
    assert found["evidence"] == {"a": 0.5, "b": [0, 1, 2], "c": None, "d": "1.20", "e": ["f"]}
    assert (found["score"], found["ruled"]) == (0.25, True)


# --- tables.xlsx


def book(one: Report, folder_: Path) -> Any:
    path = folder_ / "tables.xlsx"
    xlsx.write(one, path)
    return openpyxl.load_workbook(path)


def find(sheet: Any, value: object) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == value)


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


# --- cells.parquet


def run_file(folder: Path, *reports: Report, **sizes: int) -> pa.Table:
    with parquet.open_cells(folder, **sizes) as cells:
        for number, one in enumerate(reports):
            cells.add(documents.outcome(f"d{number}.pdf", one, "d"), map(row_of, one.cells))
    return pq.read_table(cells.parts)


def test_parquet_has_document_and_the_columns_of_the_csv_typed(tmp_path: Path) -> None:
    table = run_file(tmp_path, report())
    assert table.column_names == ["document", "report", "agency", "year", *HEADER]
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert types["value"] == "decimal128(38, 12)"
    assert {types[name] for name in ("page", "report", "year")} == {"int32"}
    assert {types[name] for name in ("x0", "top", "x1", "bottom", "confidence")} == {"double"}
    others = set(types) - {"value", "page", "report", "year", "x0", "top", "x1", "bottom", "confidence"}
    assert {types[name] for name in others} == {"string"}


def test_parquet_agrees_with_the_csv(tmp_path: Path) -> None:
    one = hard_report()
    rows = run_file(tmp_path, one).to_pylist()
    for row, text in zip(rows, lines(written(one, tmp_path)), strict=True):
        assert (row["value"] is None) == (text["value"] == "")
        assert row["value"] is None or row["value"] == Decimal(text["value"])
        assert [row[name] for name in ("text", "status", "reasons")] == [
            text[name] for name in ("text", "status", "reasons")
        ]
        assert ("" if row["x0"] is None else f"{row['x0']:.2f}") == text["x0"]


def test_parquet_never_rounds_a_value(tmp_path: Path) -> None:
    exact, small, too_long = Decimal(10**26 - 1), Decimal("0.000000000001"), Decimal("1e30")
    changes = {RECEIVED: {"value": exact}, CARRIED_IN: {"value": small}, AMOUNT: {"value": too_long}}
    rows = run_file(tmp_path, report(changes=changes)).to_pylist()
    by_id = {(row["table"], row["row"], row["column"]): row for row in rows}
    assert by_id[RECEIVED]["value"] == exact
    assert by_id[CARRIED_IN]["value"] == small
    assert by_id[AMOUNT]["value"] is None
    assert "see cells.csv" in by_id[AMOUNT]["reasons"]


def test_packed_rows_come_back_as_they_were(tmp_path: Path) -> None:
    texts = {RECEIVED: "=1+1\r\n\x00长'", CARRIED_IN: ""}
    changes = {RECEIVED: {"value": Decimal("12.50")}, CARRIED_IN: {"value": Decimal("1e30")}, AMOUNT: {"value": None}}
    for one in (report(texts=texts, changes=changes), hard_report()):
        all_rows = [row_of(cell) for cell in one.cells]
        assert list(rows.unpacked(rows.packed(all_rows))) == all_rows


def test_outcomes_come_back_from_json_as_they_were() -> None:
    one = documents.outcome("a/\udcffr.pdf", report({"requests": "2019"}, identities=(BALANCE,)), "r")
    record = json.loads(json.dumps(documents.to_record(one)))
    issuer = replace(one.issuer, claims=())
    assert documents.from_record(record) == replace(one, issuer=issuer)


def test_parquet_is_written_group_by_group(tmp_path: Path) -> None:
    table = run_file(tmp_path, report(), report(), report(), group_rows=300)
    assert [pq.ParquetFile(tmp_path / "part-000.parquet").metadata.row_group(n).num_rows for n in range(2)] == [
        400,
        200,
    ]
    assert table.column("document").unique().to_pylist() == ["d0.pdf", "d1.pdf", "d2.pdf"]


def test_parquet_of_an_empty_run_can_be_read(tmp_path: Path) -> None:
    assert run_file(tmp_path).num_rows == 0


def test_parquet_keeps_the_older_file_when_the_run_breaks(tmp_path: Path) -> None:
    path = tmp_path / "part-000.parquet"
    run_file(tmp_path, report())
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt), parquet.open_cells(tmp_path) as cells:
        cells.add(documents.outcome("x.pdf", report(), "x"), map(row_of, report().cells))
        raise KeyboardInterrupt
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_parquet_goes_on_in_another_part_after_a_report(tmp_path: Path) -> None:
    table = run_file(tmp_path, *[report()] * 5, part_rows=300, group_rows=100)
    parts = sorted(tmp_path.iterdir())
    assert [path.name for path in parts] == ["part-000.parquet", "part-001.parquet", "part-002.parquet"]
    assert [pq.read_metadata(path).num_rows for path in parts] == [400, 400, 200]
    assert table.num_rows == 1000
    assert all(map(parquet.is_part, parts))


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.none() | st.integers(-(2**31), 2**31 - 1)
DOUBLES = st.none() | st.floats(allow_nan=False)
DECIMALS = st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**26), max_value=10**26).filter(
    columns.fits
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.tuples(TEXTS, NUMBERS, DOUBLES, DECIMALS), max_size=12), max_size=4))
def test_columns_hold_what_was_put_in(tmp_path: Path, batches: list[list[tuple[object, ...]]]) -> None:
    kinds: list[fields.Type] = ["string", "integer", "number", "decimal"]
    four = [fields.Field(name=kind, type=kind, zh="", en="") for kind in kinds]
    with columns.typed(tmp_path / "some.parquet", four, group_rows=10) as file:
        assert [file.add(batch) for batch in batches] == [len(batch) for batch in batches]
    table = pq.read_table(tmp_path / "some.parquet")
    table.validate(full=True)
    assert [tuple(row.values()) for row in table.to_pylist()] == [row for batch in batches for row in batch]


def test_a_decimal_column_takes_no_value_that_it_would_round(tmp_path: Path) -> None:
    one = [fields.Field(name="value", type="decimal", zh="", en="")]
    for value in (Decimal("1e-13"), Decimal(10**26), Decimal("0.1234567890123")):
        with (
            pytest.raises(ValueError, match="does not fit"),
            columns.typed(tmp_path / "some.parquet", one, 10) as file,
        ):
            file.add([[value]])


# --- documents.csv


def test_documents_csv_has_one_line_for_each_outcome(tmp_path: Path) -> None:
    one = report({"requests": "2019"}, lost=["review"], identities=(BALANCE,))
    path = tmp_path / "documents.csv"
    bad = Outcome("=bad.pdf", Verdict.PASSWORD, error="a password\nis needed", sha256="ab")
    documents.write([documents.outcome("a/r.pdf", one, "r"), bad], path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfdocument,output,verdict,pages,report,")
    good, failed = lines(path)
    assert list(good) == [
        *("document", "output", "verdict", "pages", "report", "first_page", "last_page"),
        *("agency", "agency_from", "year", "year_from", "conflicts"),
        *(f"edition_{table}" for table in edition("2021").tables),
        *(f"cells_{status.value}" for status in Status),
        *("failed_identities_published", "failed_identities_reading", "error", "sha256"),
    ]
    assert [good[name] for name in ("document", "output", "verdict", "pages")] == ["a/r.pdf", "r", "needs-review", "3"]
    assert [good[f"edition_{table}"] for table in edition("2021").tables] == ["2021", "2019", "", ""]
    assert sum(int(good[f"cells_{status.value}"]) for status in Status) == len(one.cells)
    assert good["cells_missing"] == "15"
    assert [good["failed_identities_published"], good["failed_identities_reading"]] == ["1", "0"]
    assert (failed["document"], failed["verdict"], failed["sha256"]) == ("'=bad.pdf", "password", "ab")
    assert failed["output"] == ""


def test_a_report_without_tables_says_how_many_pages_and_which_are_images() -> None:
    pages = tuple(PageInfo(n, 595, 842, 0, "image" if n in {2, 4, 5} else "text") for n in range(1, 7))
    one = report(lost=["proactive", "requests", "review"], pages=pages)
    outcome = documents.outcome("r.pdf", one, "r")
    assert outcome.error == "no disclosure tables found (6 pages read; images without text: pages 2, 4-5)"
    assert outcome.failed
    only = documents.outcome("r.pdf", report(lost=["proactive", "requests", "review"], pages=pages[:1]), "r")
    assert only.error == "no disclosure tables found (1 page read)"


# --- files and folders


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(ValueError, match="half"), atomic.replaced_file(path) as file:
        file.write(b"new")
        raise ValueError("half")
    assert path.read_text() == "old"
    with atomic.replaced_file(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_result_replaces_an_older_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "r"
    folder.write([report()], target)
    (target / "tables.xlsx").unlink()
    folder.write([report(lost=["review"])], target)
    assert sorted(path.name for path in target.iterdir()) == ["cells.csv", "report.json", "tables.xlsx"]
    assert [path.name for path in target.parent.iterdir()] == ["r"]
    assert "missing" in (target / "cells.csv").read_text(encoding="utf-8-sig")


def test_a_failed_writer_leaves_the_older_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "r"
    folder.write([report()], target)
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def broken(report: Report, path: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setitem(folder.WRITERS, "tables.xlsx", broken)
    with pytest.raises(OSError, match="disk full"):
        folder.write([report(lost=["review"])], target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_with_other_files_keeps_them(tmp_path: Path) -> None:
    target = tmp_path / "r"
    target.mkdir()
    (target / "thesis.docx").write_text("mine")
    folder.write([report()], target)
    assert (target / "thesis.docx").read_text() == "mine"
    assert len(list(target.iterdir())) == 4
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("2023年度报告", "2023年度报告"),
        ("a b", "a b"),
        ("..", "_"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("C:\\x", "C__x"),
        ("con", "_con"),
        ("LPT1.old", "_LPT1.old"),
        ("console", "console"),
        ("end. ", "end"),
        ("", "_"),
        (".hidden", "_hidden"),
        ('a<b>"c|d?e*', "a_b__c_d_e_"),
        ("x\x07\ny", "x__y"),
        ("bad\udcff", "bad_udcff"),
    ],
)
def test_folder_names_are_safe_everywhere(stem: str, name: str) -> None:
    assert untrusted.folder_name(stem) == name


@given(st.text(st.characters(), max_size=300))
def test_any_stem_gives_one_plain_folder(stem: str) -> None:
    name = untrusted.folder_name(stem)
    assert 0 < len(name.encode("utf-8")) <= untrusted.NAME_LIMIT
    assert not set(name) & set('<>:"/\\|?*\0\n')
    assert name.strip(". ")
    assert name[-1] not in ". "


def test_long_names_stay_apart() -> None:
    first, second = (untrusted.folder_name("长" * 90 + end) for end in "ab")
    assert first != second


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("年报 2023", "年报 2023"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\u202ec", "a\\nb\\u202ec"),
        ("\udcff", "\\udcff"),
    ],
)
def test_terminals_get_no_control_characters(text: str, shown: str) -> None:
    assert untrusted.terminal_text(text) == shown
