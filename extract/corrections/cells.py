"""Edits of what printed cells are in the form, and of what the form's cells hold."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from extract.corrections.edit import Box, Edit, Name, Ordinal, PageNumber, listed, of_report


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
        return f"{self.table} on page {self.page} at {listed(self.box)}"


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
        return of_report(self.report, f"{self.table}/{self.row}/{self.column}")


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
