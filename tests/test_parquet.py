"""cells.parquet, and what rows go through on their way there."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from exported import AMOUNT, CARRIED_IN, HEADER, hard_report, lines, run_file, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import BALANCE, RECEIVED, report

from extract.export import columns, documents, fields, parquet, rows
from extract.export.rows import row as row_of


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
