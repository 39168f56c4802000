"""Canonical cells, what bears them out, and the sums they are in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from extract.model.grid import Spot
from extract.model.page import BBox
from extract.model.status import FLAGGED, Status
from extract.swift import swift


class CellId(NamedTuple):
    """A canonical cell: ids of canonical-cells.csv."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repaired cell was first read as, how surely (0..1), and the identities that decided, by id and place."""

    first: str
    confidence: float
    identities: tuple[tuple[str, str], ...]


NARRATIVE, IDENTITY, SECOND_VIEW, PLAUSIBLE = "narrative", "identity:", "second-view", "plausible:"
"""Witnesses of a cell's value besides its own reading: the text, a sum, another view of its ink, what one expects."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A number that the narrative gives for a cell, or for the sum of several: `value` against `total`, the tables'.

    `text` is as printed, the lines it stands on; `page` is None in a document without pages. `firm` says that it can
    mean nothing else. `agrees` is None where a cell has no number, or where several sentences say different numbers.
    """

    cells: tuple[CellId, ...]
    value: Decimal
    total: Decimal | None
    text: str
    page: int | None
    firm: bool
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Correction:
    """Who set a corrected cell, when (ISO 8601) and why; and what gongkai says of the cell without that."""

    who: str
    when: str
    why: str
    first: str
    first_value: Decimal | None
    first_status: Status
    first_confidence: float


@swift
@dataclass(frozen=True, slots=True)
class Cell:
    """A canonical cell as recovered. `value` is None when blank, unreadable or missing; `text` is as printed.

    Of a repaired cell, `text` is the reading that the identities decided for, and `repair` says what came before; of a
    corrected one `text` is what a person says, and `correction` what came before.
    `page` and `bbox` are None when it is missing or the document has no pages; `at` is the printed cell it was read in.
    `score` is how sure the reader was of the text it read first, by its own lights; `confidence` the probability that
    `value` is right, of everything that is known (extract.check.confidence).
    `agreeing` and `disagreeing` name the witnesses that bear its value out and those that do not: NARRATIVE,
    SECOND_VIEW, and as IDENTITY or PLAUSIBLE with an id and a place the identities and what one expects of the value.
    """

    id: CellId
    edition: str
    row_label: str
    column_label: str
    unit: str
    value: Decimal | None
    text: str
    status: Status
    confidence: float
    page: int | None = None
    bbox: BBox | None = None
    source: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()
    repair: Repair | None = None
    at: Spot | None = None
    agreeing: tuple[str, ...] = ()
    disagreeing: tuple[str, ...] = ()
    correction: Correction | None = None
    score: float = 0.0

    @property
    def flagged(self) -> bool:
        """Whether a human should look at it."""
        return self.status in FLAGGED


@swift
@dataclass(frozen=True, slots=True)
class IdentityResult:
    """One identity evaluated on one row or column. `holds` is None when a member is missing or unreadable.

    `verdict` is "holds", "published" (the report itself does not add up: no misreading explains it nearly as well),
    "reading" (a misreading does), "undecided" (both may be) or "unevaluated". Of one that does not hold, `located` are
    the cells that may be to blame, none where nothing tells, and `evidence` says in words what the verdict rests on.
    """

    identity: str
    table: str
    at: str
    left: tuple[CellId, ...]
    right: tuple[CellId, ...]
    left_sum: Decimal | None
    right_sum: Decimal | None
    holds: bool | None
    verdict: str
    located: tuple[CellId, ...] = ()
    evidence: str = ""
