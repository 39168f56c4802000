"""What sentences of the narrative count: patterns of `layouts/narrative.yaml`, checked against a schema.

All words of the form live in that file; code knows only how a pattern is put together and what it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import ClassVar

from pydantic import Field, model_validator

from extract.datafiles import Strict
from extract.equations import expand
from extract.layout import NARRATIVE, Layout
from extract.model import CellId
from extract.numerals import NUMBER_IN_TEXT
from extract.patterns import Patterns


class Count(Strict):
    """What is counted, and how sentences put it: patterns for numbers that must, that may, and that say none."""

    table: str
    rows: tuple[str, ...] = Field(min_length=1)
    columns: tuple[str, ...] = Field(min_length=1)
    says: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    not_after: str = ""

    def cells(self, layout: Layout) -> tuple[CellId, ...]:
        """The cells of an edition whose sum is counted; none where it lacks one of them."""
        ids = [slot.id for grid in layout.grids for slot in grid.slots if slot.id.table == self.table]
        sides = ((self.rows, {id_.row for id_ in ids}), (self.columns, {id_.column for id_ in ids}))
        if not all(expand(term, names) for terms, names in sides for term in terms):
            return ()
        rows, columns = ({name for term in terms for name in expand(term, names)} for terms, names in sides)
        wanted = tuple(id_ for id_ in ids if id_.row in rows and id_.column in columns)
        return wanted if len(wanted) == len(list(product(rows, columns))) else ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A count, what makes its numbers tell nothing where it stands before them, and its patterns.

    Each pattern comes with whether it can only mean the count; those that say none have no groups.
    """

    count: Count
    aside: re.Pattern[str]
    patterns: tuple[tuple[re.Pattern[str], bool], ...]


class Counts(Patterns):
    """All counts of a form; see the file for what the fields mean."""

    FILE: ClassVar[str] = NARRATIVE
    GROUPS: ClassVar[Mapping[str, str]] = {"number": "number", "unit": "unit"}

    units: tuple[str, ...] = Field(min_length=1)
    years: str
    aside: str
    counts: tuple[Count, ...]

    @model_validator(mode="after")
    def _compiles(self) -> Counts:
        for number, count in enumerate(self.counts):
            for kind, needed in (("says", {"number", "unit"}), ("hints", {"number", "unit"}), ("none", set())):
                for pattern in getattr(count, kind):
                    try:
                        groups = set(self._compiled(pattern).groupindex)
                    except (re.error, KeyError, RecursionError) as error:
                        raise ValueError(f"counts.{number}.{kind}: {pattern}: {error}") from error
                    if groups != needed:
                        raise ValueError(f"counts.{number}.{kind}: {pattern}: one <number> and one <unit> are needed")
        try:
            if self.year_pattern.groups != 1:
                raise ValueError("years: one group is needed, around the year")
            for count in self.counts:
                self._aside(count)
        except re.error as error:
            raise ValueError(f"years, aside or not_after: {error}") from error
        return self

    @cached_property
    def year_pattern(self) -> re.Pattern[str]:
        """For a year before a number."""
        return re.compile(self.years)

    @cached_property
    def ready(self) -> tuple[Ready, ...]:
        """Every count with its patterns compiled."""
        return tuple(
            Ready(
                count,
                self._aside(count),
                (
                    *((self._compiled(pattern), True) for pattern in (*count.says, *count.none)),
                    *((self._compiled(pattern), False) for pattern in count.hints),
                ),
            )
            for count in self.counts
        )

    def _aside(self, count: Count) -> re.Pattern[str]:
        return re.compile("|".join("".join(part.split()) for part in (self.aside, count.not_after) if part))

    def _known(self, name: str) -> str | None:
        if name == "unit":
            return "|".join(map(re.escape, sorted(self.units, key=len, reverse=True)))
        return NUMBER_IN_TEXT if name == "number" else None
