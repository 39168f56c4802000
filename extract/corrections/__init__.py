"""Corrections: what people set right in a document, as data that every later run replays.

One YAML file for each document, named by the hash of its content; docs/corrections.md describes it. Each edit goes
into the stage that it concerns: rotation into the source, regions into detect, lines into the grids, rows and columns
into align, values into check. An edit that does not fit is reported, and nothing of it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from extract.corrections.cells import Assigning, CellDoubted, CellEdit, ColumnAssigned, RowAssigned, ValueSet
from extract.corrections.edit import Edit
from extract.corrections.file import Corrections, dumped, name_of, of_document, parsed
from extract.corrections.lines import DRAWN, Redrawing
from extract.corrections.pages import EditionSet, RegionSet, RotationSet
from extract.model import Replayed

__all__ = [
    "DRAWN",
    "Assigning",
    "CellDoubted",
    "CellEdit",
    "ColumnAssigned",
    "Corrections",
    "Edit",
    "EditionSet",
    "Misfit",
    "Redrawing",
    "RegionSet",
    "RotationSet",
    "RowAssigned",
    "ValueSet",
    "agreed",
    "dumped",
    "name_of",
    "of_document",
    "parsed",
    "replayed",
]

E = TypeVar("E", bound=Edit)


@dataclass(frozen=True, slots=True)
class Misfit:
    """An edit that was not made, and why in a line."""

    edit: Edit
    cause: str


def agreed(edits: Iterable[E]) -> tuple[list[E], list[Misfit]]:
    """Of edits that set the same thing the latest; where they differ none, and a misfit for each."""
    by_target: dict[tuple[str, ...], list[E]] = {}
    for edit in edits:
        by_target.setdefault(edit.target, []).append(edit)
    kept: list[E] = []
    misfits: list[Misfit] = []
    for same in by_target.values():
        if len({edit.says for edit in same}) == 1:
            kept.append(max(same, key=lambda edit: edit.when))
        else:
            people = " and ".join(dict.fromkeys(edit.who for edit in same))
            misfits += [Misfit(edit, f"two corrections disagree about this ({people})") for edit in same]
    return kept, misfits


def replayed(edits: Iterable[Edit], misfits: Iterable[Misfit], reached: frozenset[Edit]) -> Iterator[Replayed]:
    """What became of each edit: those `reached` that are no misfits were made, and what nothing reached is a misfit."""
    causes: dict[Edit, str] = {}
    for misfit in misfits:
        causes.setdefault(misfit.edit, misfit.cause)
    for edit in edits:
        cause = causes.get(edit, "" if edit in reached else "the document has no such place")
        yield Replayed(
            kind=edit.edit,
            place=edit.place,
            what=edit.what,
            who=edit.who,
            when=edit.when.isoformat().replace("+00:00", "Z"),
            why=edit.why,
            applied=not cause,
            cause=cause,
        )
