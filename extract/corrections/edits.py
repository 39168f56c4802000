"""The edits a correction file may hold, and what each of them is about.

Places are in points from the top left corner of the upright page; of a page that is an image, of that page made flat.
In a document without pages, pages are 0 and boxes count the units of its grid.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

DRAWN = "drawn"
"""The extractor of a grid that a person drew: it begins as one cell, as large as its region."""


def _rounded(length: float) -> float:
    return round(length, 2) + 0.0


Points = Annotated[float, Field(ge=-1e5, le=1e5, allow_inf_nan=False), AfterValidator(_rounded)]


def _ordered(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    if box[0] >= box[2] or box[1] >= box[3]:
        raise ValueError("a box is [x0, top, x1, bottom], x0 before x1 and top above bottom")
    return box


Box = Annotated[tuple[Points, Points, Points, Points], Field(strict=False), AfterValidator(_ordered)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.+\-]+$")]
PageNumber = Annotated[int, Field(ge=0, le=100_000)]
Ordinal = Annotated[int, Field(ge=1, le=10_000)]
Axis = Literal["row", "column"]
_UTC = UTC


class Edit(BaseModel):
    """One thing that a person set right: who, when and why; the rest is its kind's."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    stage: ClassVar[int]
    edit: str
    who: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    when: Annotated[AwareDatetime, Field(strict=False)]
    why: Annotated[str, Field(max_length=2000)] = ""

    @field_validator("when")
    @classmethod
    def _to_the_second(cls, when: datetime) -> datetime:
        return when.astimezone(_UTC).replace(microsecond=0)

    @property
    def target(self) -> tuple[str, ...]:
        """What it sets: of edits with the same target one can hold. Empty where edits follow each other instead."""
        return ()

    @property
    def says(self) -> str:
        """What it sets it to."""
        return self.what

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is made, in words."""

    @property
    @abstractmethod
    def what(self) -> str:
        """What it does there, in words."""

    @property
    def order(self) -> tuple[Any, ...]:
        """Where it stands in a file; edits of the same order stay as they were made."""
        return self.stage, self.target


class RotationSet(Edit):
    """The clockwise turn, in degrees, from the page as stored to the upright page."""

    stage: ClassVar[int] = 0
    edit: Literal["rotation"] = "rotation"
    page: PageNumber
    rotation: Literal[0, 90, 180, 270]

    @property
    def target(self) -> tuple[str, ...]:
        """The page."""
        return self.edit, f"{self.page:06}"

    @property
    def place(self) -> str:
        """The page."""
        return f"page {self.page}"

    @property
    def what(self) -> str:
        """The turn."""
        return f"turned by {self.rotation} degrees"


class RegionSet(Edit):
    """Where a printed grid stands: moved from `was` to `box`, found anew (`was` is null), or none (`box` is null)."""

    stage: ClassVar[int] = 1
    edit: Literal["region"] = "region"
    page: PageNumber
    grid: Name
    was: Box | None
    box: Box | None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.was is None and self.box is None:
            raise ValueError("either `was` or `box` must be a box")
        return self

    @property
    def place(self) -> str:
        """Grid and page."""
        return f"{self.grid} on page {self.page}"

    @property
    def what(self) -> str:
        """What becomes of the region."""
        if self.box is None:
            return f"no table at {_listed(self.was)}"
        return f"table at {_listed(self.box)}" + ("" if self.was is None else f" instead of {_listed(self.was)}")

    @property
    def order(self) -> tuple[Any, ...]:
        """By page and grid."""
        return self.stage, (f"{self.page:06}", self.grid)


class EditionSet(Edit):
    """The edition of the form that a table follows; tables that are printed in one grid follow the same."""

    stage: ClassVar[int] = 2
    edit: Literal["edition"] = "edition"
    report: Ordinal = 1
    table: Name
    edition: Name

    @property
    def target(self) -> tuple[str, ...]:
        """Report and table."""
        return self.edit, f"{self.report:06}", self.table

    @property
    def place(self) -> str:
        """The table."""
        return _of(self.report, self.table)

    @property
    def what(self) -> str:
        """The edition."""
        return f"edition {self.edition}"


class Redrawing(Edit):
    """A change to the lines of a printed grid.

    The grid is that of the `part`-th region of the layout's `grid` on the page, as the `extractor` gives it. Changes of
    one grid are made in the order of the file, all of them or none.
    """

    stage: ClassVar[int] = 3
    page: PageNumber
    grid: Name
    part: Ordinal = 1
    extractor: Name

    @property
    def place(self) -> str:
        """Grid and page."""
        return f"{self.grid} on page {self.page}" + (f", part {self.part}" if self.part > 1 else "")

    @property
    def order(self) -> tuple[Any, ...]:
        """By page, grid and part."""
        return self.stage, (f"{self.page:06}", self.grid, f"{self.part:06}")


class LineAdded(Redrawing):
    """A line between rows or columns; with `span` it parts only the cells within these points along it."""

    edit: Literal["line-added"] = "line-added"
    axis: Axis
    at: Points
    span: Annotated[tuple[Points, Points], Field(strict=False)] | None = None

    @property
    def what(self) -> str:
        """The line."""
        return f"{self.axis} line added at {self.at:g}" + (
            f" from {self.span[0]:g} to {self.span[1]:g}" if self.span else ""
        )


class LineMoved(Redrawing):
    """A line that stands elsewhere."""

    edit: Literal["line-moved"] = "line-moved"
    axis: Axis
    at: Points
    to: Points

    @property
    def what(self) -> str:
        """The line and where it goes."""
        return f"{self.axis} line moved from {self.at:g} to {self.to:g}"


class LineRemoved(Redrawing):
    """A line that is none: the cells on its two sides become one."""

    edit: Literal["line-removed"] = "line-removed"
    axis: Axis
    at: Points

    @property
    def what(self) -> str:
        """The line."""
        return f"{self.axis} line removed at {self.at:g}"


class CellsMerged(Redrawing):
    """The cells whose middles lie in the box are one."""

    edit: Literal["cells-merged"] = "cells-merged"
    box: Box

    @property
    def what(self) -> str:
        """The cells' box."""
        return f"cells merged at {_listed(self.box)}"


class CellSplit(Redrawing):
    """The cell with that box is two, parted between rows or columns."""

    edit: Literal["cell-split"] = "cell-split"
    box: Box
    axis: Axis
    at: Points

    @property
    def what(self) -> str:
        """The cell's box and where it is parted."""
        return f"cell at {_listed(self.box)} split at {self.axis} line {self.at:g}"


class Assigning(Edit):
    """What printed cells are in the form; their middles lie in the box. `table` tells the printed grid."""

    stage: ClassVar[int] = 4
    page: PageNumber
    table: Name
    box: Box

    @property
    def target(self) -> tuple[str, ...]:
        """Kind, page and box."""
        return self.edit, f"{self.page:06}", self.table, *(f"{edge:010.2f}" for edge in self.box)

    @property
    def place(self) -> str:
        """Table, page and box."""
        return f"{self.table} on page {self.page} at {_listed(self.box)}"


class RowAssigned(Assigning):
    """The printed row in the box is that row of the form, or none of it (null)."""

    edit: Literal["row-assigned"] = "row-assigned"
    row: Name | None

    @property
    def what(self) -> str:
        """The row."""
        return f"row {self.row}" if self.row else "no row of the form"


class ColumnAssigned(Assigning):
    """The printed column in the box is that column of the form, or none of it (null).

    Where a table's rows are printed side by side, `row` tells which one the column belongs to.
    """

    edit: Literal["column-assigned"] = "column-assigned"
    row: Name | None = None
    column: Name | None

    @property
    def what(self) -> str:
        """The column."""
        if self.column is None:
            return "no column of the form"
        return f"column {self.column}" + (f" of {self.row}" if self.row else "")


class CellEdit(Edit):
    """What a person says of a cell, be it what it holds or that it is in doubt: one of the two."""

    stage: ClassVar[int] = 5
    report: Ordinal = 1
    table: Name
    row: Name
    column: Name

    @property
    def target(self) -> tuple[str, ...]:
        """Report and cell."""
        return "value", f"{self.report:06}", self.table, self.row, self.column

    @property
    def place(self) -> str:
        """The cell."""
        return _of(self.report, f"{self.table}/{self.row}/{self.column}")


class ValueSet(CellEdit):
    """What a cell holds: a plain decimal number, or null for a blank. `first` is what gongkai had read."""

    edit: Literal["value"] = "value"
    value: Annotated[str, Field(max_length=40, pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]{1,12})?$")] | None
    first: Annotated[str, Field(max_length=2000)] = ""

    @property
    def what(self) -> str:
        """The value."""
        return "blank" if self.value is None else self.value


class CellDoubted(CellEdit):
    """A cell whose reading a person doubts, without saying what it holds: it is flagged. `first` is what was read."""

    edit: Literal["doubt"] = "doubt"
    first: Annotated[str, Field(max_length=2000)] = ""

    @property
    def what(self) -> str:
        """That it is in doubt."""
        return "in doubt"


AnyEdit = Annotated[
    RotationSet
    | RegionSet
    | EditionSet
    | LineAdded
    | LineMoved
    | LineRemoved
    | CellsMerged
    | CellSplit
    | RowAssigned
    | ColumnAssigned
    | ValueSet
    | CellDoubted,
    Field(discriminator="edit"),
]


def _listed(box: tuple[float, float, float, float] | None) -> str:
    return f"[{', '.join(f'{edge:g}' for edge in box)}]" if box else "no place"


def _of(report: int, name: str) -> str:
    return name if report == 1 else f"{name} of report {report}"
