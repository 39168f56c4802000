"""Edits of a grid's lines, and of the cells between them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from extract.corrections.edit import Axis, Box, Edit, Name, Ordinal, PageNumber, Points, listed

DRAWN = "drawn"
"""The extractor of a grid that a person drew: it begins as one cell, as large as its region."""


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
        return f"cells merged at {listed(self.box)}"


class CellSplit(Redrawing):
    """The cell with that box is two, parted between rows or columns."""

    edit: Literal["cell-split"] = "cell-split"
    box: Box
    axis: Axis
    at: Points

    @property
    def what(self) -> str:
        """The cell's box and where it is parted."""
        return f"cell at {listed(self.box)} split at {self.axis} line {self.at:g}"
