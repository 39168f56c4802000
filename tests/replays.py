"""Samples read with edits."""

from __future__ import annotations

import json
from pathlib import Path

from edits import of
from jsonschema import Draft202012Validator
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.export import json_
from extract.model import Cell, CellId, Report

SHA = "0" * 64
RECEIVED = "disclosure_requests/received/total"
SCHEMA = json.loads((Path(__file__).parents[1] / "docs/report.schema.json").read_text(encoding="utf-8"))


def again(name: str, *made: object) -> Report:
    """A sample read with these edits; what it says of them is what its schema asks for."""
    known = sample(name)
    found = extract.read(FOLDER / f"{name}.pdf", corrections=of(known, *made))
    Draft202012Validator(SCHEMA).validate(json_.document(found))
    return found


def cell(report: Report, name: str) -> Cell:
    table, row, column = name.split("/")
    return report[table][row, column]


def requests(name: str) -> tuple[int, tuple[float, ...], tuple[float, ...], str]:
    """Page, columns, rows and extractor of the first fragment of the table of requests."""
    grid = sample(name)["disclosure_requests"].grids[0]
    return grid.page, grid.columns, grid.rows, grid.extractor


def cell_of(report: Report, id_: CellId) -> Cell:
    return report[id_.table][id_.row, id_.column]
