"""The nouns every room shares: frozen, typed, without I/O.

Coordinates are points (1/72 inch) on the upright page, that is after its rotation is undone; the origin is the top
left corner and y grows downwards. Pages are numbered from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.swift import swift

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


class Status(StrEnum):
    """What is known of a cell's value; docs/output.md says what each promises."""

    VERIFIED = "verified"
    READ = "read"
    REPAIRED = "repaired"
    BLANK = "blank"
    SUSPECT = "suspect"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    CORRECTED = "corrected"


FLAGGED = frozenset({Status.SUSPECT, Status.UNREADABLE, Status.MISSING})
"""Statuses that ask for a human."""


TEXT_LAYER = "text-layer"
"""The source of a reading from a page's text layer."""

DOCX, HTML, PLAIN_TEXT = "docx", "html", "text"
"""Kinds of documents without pages, and the sources of readings from them."""

AS_WRITTEN = frozenset({TEXT_LAYER, DOCX, HTML, PLAIN_TEXT})
"""Sources of readings that no one had to recognise."""

NO_PAGE = 0
"""The page of a grid or region in a document without pages."""


class Verdict(StrEnum):
    """What is known of a document as a whole; documents.csv has one for each input."""

    OK = "ok"
    NEEDS_REVIEW = "needs-review"
    NO_TABLES = "no-tables"
    UNREADABLE = "unreadable"
    PASSWORD = "password"  # noqa: S105 - a verdict, not a secret
    OVER_LIMIT = "over-limit"
    TIMED_OUT = "timed-out"
    CRASHED = "crashed"


SEVERITY = (
    Verdict.OK,
    Verdict.NEEDS_REVIEW,
    Verdict.NO_TABLES,
    Verdict.PASSWORD,
    Verdict.UNREADABLE,
    Verdict.OVER_LIMIT,
    Verdict.TIMED_OUT,
    Verdict.CRASHED,
)
"""Verdicts, the worst last."""


class BBox(NamedTuple):
    """A box on an upright page, in points from its top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """Extent in x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent in y."""
        return self.bottom - self.top

    def union(self, other: BBox) -> BBox:
        """The smallest box that holds both."""
        return BBox(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies in the box, edges included."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page's text layer in content order, white space left out.

    `text` has n characters; `boxes` is an (n, 4) float array of their tight boxes x0, top, x1, bottom.
    """

    text: str
    boxes: NDArray[np.float64]

    def only(self, keep: NDArray[np.bool_]) -> Glyphs:
        """Those for which `keep`, of n truth values, is true."""
        return Glyphs("".join(compress(self.text, keep.tolist())), self.boxes[keep])

    def words(self) -> tuple[Word, ...]:
        """Runs of consecutive characters on one line without a gap wider than half their size."""
        import numpy as np

        if not self.text:
            return ()
        x0, top, x1, bottom = self.boxes.T
        size = np.maximum(bottom - top, x1 - x0)
        size = np.maximum(size[1:], size[:-1])
        middle = (top + bottom) / 2
        gap = x0[1:] - x1[:-1]
        apart = (np.abs(middle[1:] - middle[:-1]) > 0.6 * size) | (gap > 0.6 * size) | (gap < -0.8 * size)
        starts = np.concatenate(([0], np.flatnonzero(apart) + 1))
        ends = np.append(starts[1:], len(self.text))
        low = np.minimum.reduceat(self.boxes[:, :2], starts)
        high = np.maximum.reduceat(self.boxes[:, 2:], starts)
        boxes = np.concatenate((low, high), axis=1).tolist()
        return tuple(
            [
                Word(self.text[start:end], BBox(*box))
                for start, end, box in zip(starts.tolist(), ends.tolist(), boxes, strict=True)
            ]
        )


class Word(NamedTuple):
    """A run of characters without a gap, on one line."""

    text: str
    bbox: BBox


class Ruling(NamedTuple):
    """A straight horizontal or vertical line on a page; `kind` says how it was drawn.

    `kind` is "line" for ink drawn as a line (stroke, thin rectangle, row of dots) and "fill" for the edge of a
    filled area, which is only weak evidence of a table's line.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    kind: str = "line"

    @property
    def horizontal(self) -> bool:
        """Whether it runs along x."""
        return (self.x1 - self.x0) >= (self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class Raster:
    """The pixels of a page, upright as its file shows it: (h, w) grey or (h, w, 3) RGB, uint8; origin top left.

    `scale` is pixels per point, so that the page is w / scale points wide.
    """

    pixels: NDArray[np.uint8]
    scale: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scanned page made flat: its rulings run along rows and columns of pixels.

    `grey` is (h, w) uint8, dark ink on an even, light ground; `scale` is pixels per point. The sheet's own points run
    from its top left corner. `mesh` is (m, n, 2) float64: the point (x, y) of the upright page that is seen at the
    sheet's pixel (column * step, row * step), for every mesh row and column; the mesh covers the whole sheet.

    `darkness` is (h, w) uint8: how much darker each pixel is than the ground around it; `ink` is (h, w), 255 where
    there is print and 0 elsewhere and on rulings; `ruled` is (h, w), 255 on rulings and the blur along them. All three
    are None until the rulings are known. `stamped` is (h, w), 255 where a stamp was taken off; None where there was
    none.
    """

    grey: NDArray[np.uint8]
    scale: float
    mesh: NDArray[np.float64]
    step: int
    darkness: NDArray[np.uint8] | None = None
    ink: NDArray[np.uint8] | None = None
    stamped: NDArray[np.uint8] | None = None
    ruled: NDArray[np.uint8] | None = None

    def on_page(self, box: BBox) -> BBox:
        """The box on the upright page, in points, that holds the four corners of a box on the sheet."""
        import numpy as np

        corners = np.array([(x, y) for x in (box.x0, box.x1) for y in (box.top, box.bottom)])
        at = np.clip(corners * self.scale / self.step, 0, np.array(self.mesh.shape[1::-1]) - 1.001)
        column, row = at.astype(int).T
        right, down = (at % 1).T[:, :, None]
        above = self.mesh[row, column] * (1 - right) + self.mesh[row, column + 1] * right
        below = self.mesh[row + 1, column] * (1 - right) + self.mesh[row + 1, column + 1] * right
        points = above * (1 - down) + below * down
        return BBox(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an OCR engine makes of one line.

    `text` is read with the engine's full set of characters, `numeric` with those of a number (extract.ocr.NUMERIC);
    the scores are the lowest probability of any of their characters, 0..1, and 1.0 for an empty text that is certain.
    `alternatives` are the likeliest numeric texts with their probabilities, best first, `numeric` included. `offsets`
    gives for each character of `text` its centre as a share of the image's width; empty where the engine cannot know.
    """

    text: str
    score: float
    numeric: str
    numeric_score: float
    alternatives: tuple[tuple[str, float], ...] = ()
    offsets: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of print on a sheet, in the sheet's points; `read` is None where nobody asked for its text."""

    bbox: BBox
    read: Recognised | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its file describes it, or as it was read from its image.

    `kind` is "text" (a text layer to read), "image" (nothing but what is drawn) or "empty". `skimmed` pages hold no
    sign of a table: no rulings were read from them, and glyphs only where the text may tell of the issuer. `rotation`
    is the clockwise turn, in degrees, from the page as stored to the upright page. A page read from its image has a
    `sheet`, and its `lines`, glyphs and rulings are in the sheet's points. `unseen` are characters of the text layer
    that are no print of the page, each with its box, for those who read the file by themselves. `doubts` say what of a
    text layer was not used, and why.
    """

    number: int
    width: float
    height: float
    rotation: int
    kind: str
    text: str
    skimmed: bool
    glyphs: Glyphs
    rulings: tuple[Ruling, ...] = ()
    sheet: Sheet | None = None
    lines: tuple[PrintedLine, ...] = ()
    unseen: tuple[tuple[str, BBox], ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height, in points, of what its glyphs and rulings lie on: its sheet, where it has one."""
        if self.sheet is None:
            return self.width, self.height
        height, width = self.sheet.grey.shape
        return width / self.sheet.scale, height / self.sheet.scale

    @property
    def words(self) -> tuple[Word, ...]:
        """The page's words, grouped anew at each call."""
        return self.glyphs.words()


@dataclass(frozen=True, slots=True)
class Region:
    """Where a printed grid of a layout lies on a page. `grid` is the layout's grid id.

    In a document without pages `page` is NO_PAGE, `bbox` means nothing, and `evidence` says which part it is.
    """

    grid: str
    page: int
    bbox: BBox
    score: float
    ruled: bool
    evidence: Mapping[str, Any]


@swift
@dataclass(frozen=True, slots=True)
class Reading:
    """Text read from one place; `source` names the reader.

    `doubts` are reasons not to trust it whatever it adds up to, `cautions` those that arithmetic can overrule. `agreed`
    says whether two views of its ink, each read for itself, gave the same text; None where they were not asked for.
    """

    text: str
    confidence: float = 1.0
    source: str = TEXT_LAYER
    alternatives: tuple[tuple[str, float], ...] = ()
    doubts: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    agreed: bool | None = None


LOST = Reading("", 0.0, "lost")
"""What stands in a grid for a cell that the document no longer holds: it keeps the place of its column."""


@swift
@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid, spanning `row_span` x `column_span` units from unit (`row`, `column`), both from 0.

    `bbox` is the printed cell; `ink` the box of its text, None when it has none.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    bbox: BBox
    reading: Reading
    ink: BBox | None = None

    @property
    def text(self) -> str:
        """The text as read, lines joined by a newline."""
        return self.reading.text

    @property
    def extent(self) -> BBox:
        """The printed cell, widened where its text reaches over its edges."""
        box, ink = self.bbox, self.ink
        if ink is None or (ink.x0 >= box.x0 and ink.x1 <= box.x1 and ink.top >= box.top and ink.bottom <= box.bottom):
            return box
        return box.union(ink)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table fragment of one page as an extractor found it; cells tile its units without overlap, in row-major order.

    `rows` and `columns` are the n+1 unit edges, in points, ascending. `parted` says that drawn lines part the columns,
    not white space alone.

    A grid of a document without pages has the page NO_PAGE, and all its units are alike: its edges and boxes say which
    cell stands beside or above which, and nothing of paper.
    """

    page: int
    extractor: str
    bbox: BBox
    rows: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[GridCell, ...]
    parted: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A document without pages: its `parts` in reading order, paragraphs as text and tables as grids.

    `kind` is DOCX, HTML or PLAIN_TEXT. Of plain text every line is a part, white space at its ends included: what was a
    table is still to be found in it. `doubts` are for the report's warnings.
    """

    path: str
    sha256: str
    kind: str
    parts: tuple[str | Grid, ...]
    doubts: tuple[str, ...] = ()


class Spot(NamedTuple):
    """A printed cell: the grid, by its position among a table's grids, and the cell's first unit, both from 0."""

    grid: int
    row: int
    column: int


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


NARRATIVE, IDENTITY, SECOND_VIEW = "narrative", "identity:", "second-view"
"""Witnesses of a cell's value besides its own reading: the text, a sum, and another view of the same ink."""


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
    SECOND_VIEW, and identities as IDENTITY and their id and place.
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
    before or after. `kind` is what the document is: "pdf", "image", DOCX, HTML or PLAIN_TEXT, which have no pages, or
    "office" where LibreOffice made a PDF of it. `ocr` says which engine read its images, with versions and the SHA-256
    of each model file; empty where none did. `narrative` is what its text says of the cells of its tables;
    `corrections` are people's edits and whether each could be made.
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
