"""cells.csv and documents.csv, column by column."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from exported import AMOUNT, HEADER, line, lines, written
from hypothesis import given
from hypothesis import strategies as st
from reports import BALANCE, RECEIVED, edition, report

from extract.export import documents, untrusted
from extract.export.documents import Outcome
from extract.model import PageInfo, Status, Verdict


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
