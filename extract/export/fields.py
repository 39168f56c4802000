"""The fields of a run's tables, their types, and what they mean in both languages, from `fields.yaml` here."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

from extract import layout
from extract.datafiles import Strict, loaded
from extract.export.words import Phrase
from extract.model import Status, Verdict

Type = Literal["string", "integer", "number", "decimal"]


class Field(Phrase):
    """A field and its meaning; `values` are all that it may hold, empty for a field that may hold anything."""

    name: str
    type: Type
    unit: str = ""
    values: tuple[str, ...] = ()


class _Written(Phrase):
    name: str
    type: Type
    unit: str = ""
    values: Literal["", "statuses", "verdicts", "units"] = ""
    each: Literal["", "table", "status"] = ""


class _File(Strict):
    cells: tuple[_Written, ...]
    documents: tuple[_Written, ...]
    panel: tuple[_Written, ...]
    codebook: tuple[_Written, ...]
    package: dict[str, Phrase]
    notes: tuple[Phrase, ...]


class Fields(Strict):
    """The fields of each table in their order, what each file of a run is, and notes on the panel."""

    cells: tuple[Field, ...]
    documents: tuple[Field, ...]
    panel: tuple[Field, ...]
    codebook: tuple[Field, ...]
    package: dict[str, Phrase]
    notes: tuple[Phrase, ...]


@cache
def fields() -> Fields:
    """The fields that come with the package, for the tables of the shipped layouts."""
    text = resources.files("extract.export").joinpath("fields.yaml").read_text(encoding="utf-8")
    file = _File.model_validate(loaded(text))
    return Fields(
        cells=_expanded(file.cells),
        documents=_expanded(file.documents),
        panel=_expanded(file.panel),
        codebook=_expanded(file.codebook),
        package=file.package,
        notes=file.notes,
    )


def tables() -> tuple[str, ...]:
    """The tables of the shipped layouts, in printed order."""
    return tuple(dict.fromkeys(table for one in layout.shipped() for table in one.tables))


def _expanded(written: tuple[_Written, ...]) -> tuple[Field, ...]:
    several = {"": ("",), "table": tables(), "status": tuple(status.value for status in Status)}
    values = {
        "": (),
        "statuses": tuple(status.value for status in Status),
        "verdicts": tuple(verdict.value for verdict in Verdict),
        "units": tuple(dict.fromkeys(holds.unit for one in layout.shipped() for holds in one.values.values())),
    }
    return tuple(
        Field(
            name=field.name.replace("{one}", one),
            type=field.type,
            unit=field.unit,
            values=values[field.values],
            zh=field.zh.replace("{one}", one),
            en=field.en.replace("{one}", one),
        )
        for field in written
        for one in several[field.each]
    )
