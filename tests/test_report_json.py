"""report.json: all of a report, as its schema says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from exported import SCHEMA, hard_report, written
from jsonschema import Draft202012Validator
from reports import report

from extract.export import json_
from extract.model import Report


@pytest.mark.parametrize("one", [report(), hard_report(), report(lost=["proactive", "requests", "review"])])
def test_json_fits_the_published_schema(one: Report, tmp_path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    loaded = json.loads(written(one, tmp_path, json_.write).read_bytes())
    Draft202012Validator(SCHEMA).validate(loaded)
    assert loaded == json_.document(one)


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
