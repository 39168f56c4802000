"""Reports: their tables, who issued them, and how they came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from extract.model.cell import Cell, IdentityResult, Quote
from extract.model.grid import Grid, Region
from extract.model.page import BBox
from extract.model.status import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one extractor's candidate came to, kept so that the report can say who won and why."""

    grid: str
    extractor: str
    edition: str
    found: int
    expected: int
    failed_identities: int
    doubts: int
    won: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """One of the four tables: its canonical cells in the layout's order, and the grids it was read from."""

    name: str
    edition: str
    found: bool
    cells: tuple[Cell, ...]
    grids: tuple[Grid, ...] = ()
    extractor: str = ""

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        """The cell at (row id, column id)."""
        for cell in self.cells:
            if (cell.id.row, cell.id.column) == key:
                return cell
        raise KeyError(key)

    def to_frame(self) -> pd.DataFrame:
        """Values as a DataFrame (object dtype: Decimal or None) under MultiIndexes of the merged headers."""
        from extract.frame import to_frame

        return to_frame(self)

    def plot(self, *, language: str = "zh", dots: float = 100.0) -> Figure:
        """How sure its numbers are, as colours: see `extract.plot.heat_map`."""
        chart: Figure = import_module("extract.plot").heat_map(self, language=language, dots=dots)
        return chart


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What is kept of a page in a report; sizes in points."""

    number: int
    width: float
    height: float
    rotation: int
    kind: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What one place of a document says of its issuer (`about` "agency") or its year ("year").

    `source` is the kind of place: "title", "statement" (a sentence that presents the report), "period" (which its
    figures cover), "running" (page headers and footers), "narrative" or "file-name". `text` is as printed. `page` and
    `bbox` are None for a file's name; `bbox` is None too where the page's text has no boxes.
    """

    about: str
    value: str
    source: str
    text: str
    page: int | None = None
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a report, and for which year; empty or None where nothing says so, or where places contradict.

    `agency_from` and `year_from` are the source of the claim that was followed. `conflicts` tells in a line each what
    contradicts; `undecided` are those of "agency" and "year" that were left empty for it.
    """

    agency: str = ""
    agency_from: str = ""
    year: int | None = None
    year_from: str = ""
    claims: tuple[Claim, ...] = ()
    conflicts: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """An edit of the document's correction file: what it does where, by whom, when (ISO 8601) and why.

    One that is not `applied` did not fit, for the `cause`, and nothing of it was done.
    """

    kind: str
    place: str
    what: str
    who: str
    when: str
    why: str
    applied: bool
    cause: str = ""


UNKNOWN = Issuer()
"""Nothing says who issued a report, nor for which year."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything recovered from one report: a document as a rule, or a part of one that holds several.

    It is report `number` of the `of` that the document holds; `pages` are its own, and may share one with the report
    before or after. `kind` is what the document is: "pdf", "image", DOCX or HTML, which have no pages but pictures,
    PLAIN_TEXT, which has none, or "office" where LibreOffice made a PDF of it. `ocr` says which engine read its images,
    with versions and the SHA-256 of each model file; empty where none did. `narrative` is what its text says of the
    cells of its tables; `corrections` are people's edits and whether each could be made.
    """

    path: str
    sha256: str
    pages: tuple[PageInfo, ...]
    tables: Mapping[str, Table]
    regions: tuple[Region, ...]
    identities: tuple[IdentityResult, ...]
    attempts: tuple[Attempt, ...]
    warnings: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    ocr: Mapping[str, str] = field(default_factory=dict)
    kind: str = "pdf"
    issuer: Issuer = UNKNOWN
    narrative: tuple[Quote, ...] = ()
    number: int = 1
    of: int = 1
    corrections: tuple[Replayed, ...] = ()

    def __getitem__(self, table: str) -> Table:
        """The table with that id."""
        return self.tables[table]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All canonical cells, table by table in the layout's order."""
        return tuple(cell for table in self.tables.values() for cell in table.cells)

    def plot(self, page: int | None = None, **how: Any) -> Figure:
        """A page of its document with what was found on it: see `extract.plot.page`."""
        chart: Figure = import_module("extract.plot").page(self, page, **how)
        return chart

    @property
    def agency(self) -> str:
        """Who issued it; empty where that is not known for sure."""
        return self.issuer.agency

    @property
    def year(self) -> int | None:
        """The year it is on; None where that is not known for sure."""
        return self.issuer.year

    @property
    def misfits(self) -> tuple[Replayed, ...]:
        """The corrections that do not fit."""
        return tuple(one for one in self.corrections if not one.applied)

    @property
    def verdict(self) -> Verdict:
        """`no-tables`, `ok`, or `needs-review`.

        The last is for any cell that is flagged, an issuer or a year that is undecided, a correction that does not fit.
        """
        if not any(table.found for table in self.tables.values()):
            return Verdict.NO_TABLES
        doubtful = self.issuer.undecided or self.misfits or any(cell.flagged for cell in self.cells)
        return Verdict.NEEDS_REVIEW if doubtful else Verdict.OK
