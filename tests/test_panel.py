"""The tables of a run, made from its ledger: the long table in parts, the panel, the data package, and reading them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator
from reports import RECEIVED, report

from extract import layout
from extract.bulk import tables
from extract.bulk.ledger import Key, Ledger, opened
from extract.bulk.task import Result, failure
from extract.export import documents, panel
from extract.export.fields import fields
from extract.export.figures import figures
from extract.export.rows import COLUMNS, packed, row
from extract.inputs import Document
from extract.model import CellId, Issuer, Report, Status, Verdict

CARRIED_IN = CellId("disclosure_requests", "carried_in", "total")
DENIED = CellId("disclosure_requests", "denied.state_secret", "total")
NO_KEY = Key("", "", "", "")
SHEETS = list(dict.fromkeys(one.table for one in figures()))


def told(agency: str, year: int | None, **other: Any) -> Report:
    return report(issuer=Issuer(agency=agency, year=year), **other)


@contextmanager
def ledger_of(folder: Path, reports: Mapping[str, Report | None]) -> Iterator[Ledger]:
    """A ledger of documents by their names; None could not be read."""
    folder.mkdir(parents=True, exist_ok=True)
    planned = [Document(name, (Path(name),), PurePosixPath(f"d{place}")) for place, name in enumerate(reports)]
    with opened(folder / "ledger.sqlite") as ledger:
        ledger.begin(planned, (), 1, force=True)
        for one in planned:
            read = reports[one.name]
            if read is None:
                result = failure(one, Verdict.PASSWORD, "a password is needed")
            else:
                outcome = documents.outcome(one.name, read, str(one.output))
                result = Result(outcome.verdict, (outcome,), (packed(row(cell) for cell in read.cells),))
            ledger.done(one, result, NO_KEY, 0.1)
        yield ledger


def made(folder: Path, reports: Mapping[str, Report | None], **sizes: int) -> Path:
    out = folder / "out"
    out.mkdir(exist_ok=True, parents=True)
    with ledger_of(folder, reports) as ledger:
        tables.write(ledger, out, folder / "staging", **sizes)
    assert not list((folder / "staging").iterdir())
    return out


def sheet(out: Path, name: str = "disclosure_requests") -> list[dict[str, Any]]:
    """The rows of a sheet of the panel by the names of their columns."""
    lines = list(openpyxl.load_workbook(out / "panel.xlsx")[name].iter_rows(min_row=3))
    names = [cell.value for cell in lines[0]]
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def values(line: Mapping[str, Any], *names: str) -> list[object]:
    return [line[name].value for name in names]


def colour(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)[2:] if cell.fill.fill_type else ""


# --- the panel


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


# --- all tables


def three(**other: Any) -> dict[str, Report | None]:
    return {
        "a.pdf": told("甲局", 2022, **other),
        "b.pdf": None,
        "c.pdf": told("乙局", 2021),
        "d.pdf": told("丙局", 2021),
    }


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (made(tmp_path / name, three()) for name in ("1", "2"))
    names = sorted(path.name for path in first.iterdir())
    assert names == ["cells.parquet", "datapackage.json", "documents.csv", "documents.parquet", "panel.xlsx"]
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_a_long_run_has_parts_and_a_short_one_after_it_one_file(tmp_path: Path) -> None:
    out = made(tmp_path, three())
    whole = pq.read_table(out / "cells.parquet")
    made(tmp_path, three(), part_rows=200)
    assert not (out / "cells.parquet").exists()
    parts = sorted(path.name for path in (out / "cells").iterdir())
    assert parts == ["part-000.parquet", "part-001.parquet", "part-002.parquet"]
    assert pq.read_table(out / "cells").equals(whole)
    package = json.loads((out / "datapackage.json").read_bytes())
    assert package["resources"][0]["path"] == [f"cells/{name}" for name in parts]
    made(tmp_path, three(), part_rows=400)
    assert sorted(path.name for path in (out / "cells").iterdir()) == parts[:2]
    (out / "cells" / "mine.txt").write_text("mine")
    made(tmp_path, three())
    assert [path.name for path in (out / "cells").iterdir()] == ["mine.txt"]
    made(tmp_path, three(), part_rows=200)
    assert sorted(path.name for path in (out / "cells").iterdir()) == ["mine.txt", *parts]
    (out / "cells" / "mine.txt").unlink()
    made(tmp_path, three())
    assert not (out / "cells").exists()
    assert pq.read_table(out / "cells.parquet").equals(whole)


def test_tables_that_break_off_leave_the_older_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = made(tmp_path, three())
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.worksheet.Worksheet.write_string", full)
    with pytest.raises(OSError, match="No space left"):
        made(tmp_path, {"a.pdf": told("甲局", 2024)})
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_documents_parquet_is_documents_csv_with_types(tmp_path: Path) -> None:
    out = made(tmp_path, three(lost=["review"]))
    typed = pq.read_table(out / "documents.parquet")
    assert typed.column_names == [one.name for one in fields().documents]
    text = pd.read_csv(out / "documents.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert list(text.columns) == typed.column_names
    for ours, theirs in zip(typed.to_pylist(), text.to_dict("records"), strict=True):
        assert {name: "" if one is None else str(one) for name, one in ours.items()} == theirs
    first, failed = typed.to_pylist()[:2]
    assert (first["year"], first["cells_missing"], first["edition_administrative_litigation"]) == (2022, 15, None)
    assert (failed["verdict"], failed["report"], failed["year"]) == ("password", None, None)


def test_the_writer_of_tables_needs_no_pandas(tmp_path: Path) -> None:
    with ledger_of(tmp_path, three()):
        pass
    script = (
        "import sys; from pathlib import Path\n"
        "from extract.bulk import tables; from extract.bulk.ledger import opened\n"
        "with opened(Path('ledger.sqlite')) as one: tables.write(one, Path(), Path('staging'))\n"
        "print(*({'pandas', 'cv2', 'scipy', 'pypdfium2', 'onnxruntime'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
    assert (tmp_path / "datapackage.json").exists()


# --- the data package

NAME = {"type": "string", "pattern": "^[a-z0-9._-]+$"}
SAFE = {"type": "string", "pattern": r"^(?!/)(?!.*\.\./)(?!.*\\).+$"}
PACKAGE: dict[str, Any] = {
    "type": "object",
    "required": ["resources"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": NAME,
        "title": {"type": "string"},
        "description": {"type": "string"},
        "created": False,
        "licenses": False,
        "resources": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/resource"}},
    },
    "$defs": {
        "resource": {
            "type": "object",
            "required": ["name"],
            "oneOf": [{"required": ["path"]}, {"required": ["data"]}],
            "properties": {
                "name": NAME,
                "path": {"oneOf": [SAFE, {"type": "array", "minItems": 1, "items": SAFE}]},
                "data": {"type": "array"},
                "title": {"type": "string"},
                "description": {"type": "string"},
                "format": {"type": "string"},
                "mediatype": {"type": "string", "pattern": "^(.+)/(.+)$"},
                "encoding": {"type": "string"},
                "bytes": {"type": "integer"},
                "hash": {"type": "string", "pattern": "^([^:]+:[a-fA-F0-9]+|[a-fA-F0-9]{32})$"},
                "dialect": {"type": "object"},
                "schema": {"$ref": "#/$defs/schema"},
            },
        },
        "schema": {
            "type": "object",
            "required": ["fields"],
            "properties": {
                "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
                "primaryKey": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                "foreignKeys": {
                    "type": "array",
                    "items": {
                        "required": ["fields", "reference"],
                        "properties": {"reference": {"required": ["resource", "fields"]}},
                    },
                },
            },
        },
        "field": {
            "type": "object",
            "required": ["name", "type", "description", "description_zh"],
            "properties": {
                "name": {"type": "string"},
                "type": {"enum": ["string", "number", "integer"]},
                "description": {"type": "string", "minLength": 3},
                "description_zh": {"type": "string", "pattern": "[\u4e00-\u9fff]"},
                "unit": {"type": "string"},
                "constraints": {"properties": {"enum": {"type": "array", "minItems": 1, "uniqueItems": True}}},
            },
        },
    },
}
"""The rules of the standard's schemas for what a package of ours may hold (datapackage.org, version 2.0)."""


def test_the_data_package_keeps_the_rules_of_the_standard(tmp_path: Path) -> None:
    out = made(tmp_path, three(changes={RECEIVED: {"status": Status.SUSPECT}}))
    package = json.loads((out / "datapackage.json").read_bytes())
    Draft202012Validator.check_schema(PACKAGE)
    Draft202012Validator(PACKAGE).validate(package)
    resources = {one["name"]: one for one in package["resources"]}
    assert list(resources) == ["cells", "documents", "documents-csv", "panel", "codebook"]
    for one in resources.values():
        names = [field["name"] for field in one.get("schema", {}).get("fields", [])]
        assert len(set(names)) == len(names)
        assert set(one.get("schema", {}).get("primaryKey", [])) <= set(names)
        for key in one.get("schema", {}).get("foreignKeys", []):
            there = resources[key["reference"]["resource"]]["schema"]["fields"]
            assert set(key["reference"]["fields"]) <= {field["name"] for field in there}
            assert set(key["fields"]) <= set(names)
        if "path" in one:
            data = (out / one["path"]).read_bytes()
            assert (one["bytes"], one["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    described = {path.name for path in out.iterdir()} - {"datapackage.json"}
    assert {one["path"] for one in resources.values() if "path" in one} == described


ARROW = {"string": "string", "integer": "int32", "number": ("double", "decimal128(38, 12)")}


def test_the_fields_described_are_those_of_the_files(tmp_path: Path) -> None:
    out = made(tmp_path, three())
    package = json.loads((out / "datapackage.json").read_bytes())
    for resource in package["resources"][:2]:
        written = pq.read_schema(out / resource["path"])
        described = resource["schema"]["fields"]
        assert [field["name"] for field in described] == written.names
        assert all(str(written.field(field["name"]).type) in ARROW[field["type"]] for field in described)
        for field, column in zip(described, pq.read_table(out / resource["path"]).columns, strict=True):
            if "constraints" in field:
                assert set(column.unique().to_pylist()) <= set(field["constraints"]["enum"])
    assert [field["name"] for field in package["resources"][0]["schema"]["fields"]][4:] == list(COLUMNS)


def test_the_codebook_names_every_cell_and_its_column_of_the_panel(tmp_path: Path) -> None:
    out = made(tmp_path, three())
    book = json.loads((out / "datapackage.json").read_bytes())["resources"][-1]["data"]
    every = [(one.edition, *slot.id) for one in layout.shipped() for grid in one.grids for slot in grid.slots]
    assert [tuple(line[name] for name in ("edition", "table", "row", "column")) for line in book] == every
    columns = {name: set(sheet(out, name)[0]) for name in SHEETS}
    assert all(line["panel_column"] in columns[line["table"]] for line in book)
    received = next(line for line in book if (line["table"], line["row"], line["column"]) == RECEIVED)
    assert received["label_en"] == "received × total"
    assert received["unit"] == "count"


# --- recipes of docs/output.md


def recipes(language: str) -> list[str]:
    """The code of the documentation's recipes."""
    text = (Path(__file__).parents[1] / "docs" / "output.md").read_text(encoding="utf-8")
    text = text.split("\n## Reading the tables of a run\n")[1].split("\n## ")[0]
    return [one.split("```")[0] for one in text.split(f"```{language}\n")[1:]]


@pytest.mark.parametrize("parts", [False, True])
def test_the_recipes_of_the_documentation_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    changes = {RECEIVED: {"value": Decimal(7)}, CARRIED_IN: {"status": Status.SUSPECT}}
    made(tmp_path, three(changes=changes), **({"part_rows": 200} if parts else {}))
    monkeypatch.chdir(tmp_path)
    [query] = recipes("sql")
    query = query.replace("out/cells.parquet", "out/cells/*.parquet") if parts else query
    assert duckdb.sql(query).fetchall() == [("丙局", 2021, 222), ("乙局", 2021, 222), ("甲局", 2022, 7)]
    [code] = recipes("python")
    code = code.replace("out/cells.parquet", "out/cells") if parts else code
    done: dict[str, Any] = {}
    exec(code, done)
    wide = done["wide"]
    assert wide.loc[("甲局", 2022), "received:total"] == 7
    assert pd.isna(wide.loc[("甲局", 2022), "carried_in:total"]), "a cell that asks for a human is left out"
    assert done["panel"].loc[2, "received:total"] == 7


def test_a_run_without_reports_has_its_tables_all_the_same(tmp_path: Path) -> None:
    out = made(tmp_path, {"a.pdf": None})
    assert sheet(out) == []
    assert pq.read_table(out / "cells.parquet").num_rows == 0
    assert pq.read_table(out / "documents.parquet").num_rows == 1


def test_the_process_that_runs_documents_does_not_import_what_reads_them() -> None:
    script = (
        "import sys, extract.bulk.run, extract.bulk.ledger, extract.reporting, extract.inputs\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'pypdfium2', 'extract.pipeline', 'extract.source'}\n"
        "print(*(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
