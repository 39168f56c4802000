"""What all edits have in common, and what their fields may hold.

Places are in points from the top left corner of the upright page; of a page that is an image, of that page made flat.
In a document without pages, pages are 0 and boxes count the units of its grid.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator


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


def listed(box: tuple[float, float, float, float] | None) -> str:
    """A box in words."""
    return f"[{', '.join(f'{edge:g}' for edge in box)}]" if box else "no place"


def of_report(report: int, name: str) -> str:
    """A name, and of which report of a document that holds several."""
    return name if report == 1 else f"{name} of report {report}"
