"""Edits of what a page is: which way up, where its tables stand, and which edition these follow."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from extract.corrections.edit import Box, Edit, Name, Ordinal, PageNumber, listed, of_report


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
            return f"no table at {listed(self.was)}"
        return f"table at {listed(self.box)}" + ("" if self.was is None else f" instead of {listed(self.was)}")

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
        return of_report(self.report, self.table)

    @property
    def what(self) -> str:
        """The edition."""
        return f"edition {self.edition}"
