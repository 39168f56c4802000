"""datapackage.json: what a run's tables are, as a Frictionless data package, for programs and publishers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract import layout
from extract.export.atomic import replaced_file
from extract.export.fields import Field, fields
from extract.export.figures import figures

NAME = "datapackage.json"
"""What the standard calls the file."""

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
_XLSX = {"format": "xlsx", "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_CSV = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
_TYPES = {"decimal": "number"}


def write(folder: Path, cells: Sequence[str], version: str, target: Path) -> None:
    """Describe the tables of a run. The same tables give the same bytes: it names no time, and no licence.

    Args:
        folder: Where the tables are.
        cells: The files of the long table, by their paths in the folder.
        version: The version of gongkai that made them.
        target: The file to write.

    Raises:
        OSError: a table cannot be read, or the file cannot be written.
    """
    whose = {"fields": ["document", "report"], "reference": {"resource": "documents", "fields": ["document", "report"]}}
    package = {
        "$schema": _PROFILE,
        "name": "gongkai",
        "title": "gongkai",
        **_meaning("run"),
        "generator": f"gongkai {version}",
        "resources": [
            {
                "name": "cells",
                **_meaning("cells"),
                **_files(folder, cells),
                **_PARQUET,
                "schema": {
                    "fields": _fields(fields().cells),
                    "primaryKey": ["document", "report", "table", "row", "column"],
                    "foreignKeys": [whose],
                },
            },
            {
                "name": "documents",
                **_meaning("documents"),
                **_files(folder, ["documents.parquet"]),
                **_PARQUET,
                "schema": {"fields": _fields(fields().documents)},
            },
            {
                "name": "documents-csv",
                **_meaning("documents-csv"),
                **_files(folder, ["documents.csv"]),
                **_CSV,
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
                "schema": {"fields": _fields(fields().documents)},
            },
            {"name": "panel", **_meaning("panel"), **_files(folder, ["panel.xlsx"]), **_XLSX},
            {
                "name": "codebook",
                **_meaning("codebook"),
                "data": _codebook(),
                "schema": {"fields": _fields(fields().codebook), "primaryKey": ["edition", "table", "row", "column"]},
            },
        ],
    }
    with replaced_file(target) as file:
        file.write(json.dumps(package, ensure_ascii=False, indent=1).encode() + b"\n")


def _meaning(name: str) -> Mapping[str, str]:
    meaning = fields().package[name]
    return {"description": meaning.en, "description_zh": meaning.zh}


def _files(folder: Path, paths: Sequence[str]) -> Mapping[str, object]:
    """Where a table is. The standard has one size and one digest for it: for parts there are none."""
    if len(paths) > 1:
        return {"path": list(paths)}
    path = folder / paths[0]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": paths[0], "bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _fields(of: Iterable[Field]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "type": _TYPES.get(one.type, one.type),
            **({"unit": one.unit} if one.unit else {}),
            "description": one.en,
            "description_zh": one.zh,
            **({"constraints": {"enum": list(one.values)}} if one.values else {}),
        }
        for one in of
    ]


def _codebook() -> list[dict[str, str]]:
    """Every cell of every shipped edition of the form."""
    named = {(one.table, one.row, one.column): one for one in figures()}
    return [
        {
            "edition": edition.edition,
            **slot.id._asdict(),
            "unit": edition.holds(slot).unit,
            "label_zh": f"{slot.row_label} × {slot.column_label}",
            "label_en": named[slot.id].en,
            "panel_column": named[slot.id].name,
        }
        for edition in layout.shipped()
        for grid in edition.grids
        for slot in grid.slots
    ]
