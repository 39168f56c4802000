"""The tables of a run, made from its ledger: in parts, described as a data package, and read by recipes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator
from reports import RECEIVED
from run_tables import CARRIED_IN, SHEETS, ledger_of, made, sheet, three, told

from extract import layout
from extract.export.fields import fields
from extract.export.rows import COLUMNS
from extract.model import Status


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


def test_the_process_that_runs_documents_does_not_import_what_reads_them() -> None:
    script = (
        "import sys, extract.bulk.run, extract.bulk.ledger, extract.reporting, extract.inputs\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'pypdfium2', 'extract.pipeline', 'extract.source'}\n"
        "print(*(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
