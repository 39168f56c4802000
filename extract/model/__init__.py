"""The nouns every room shares: frozen, typed, without I/O.

Coordinates are points (1/72 inch) on the upright page, that is after its rotation is undone; the origin is the top
left corner and y grows downwards. Pages are numbered from 1.
"""

from __future__ import annotations

from extract.model.cell import (
    IDENTITY,
    NARRATIVE,
    PLAUSIBLE,
    SECOND_VIEW,
    Cell,
    CellId,
    Correction,
    IdentityResult,
    Quote,
    Repair,
)
from extract.model.grid import BELOW, LOST, Grid, GridCell, Reading, Region, Spot, Written
from extract.model.page import BBox, Glyphs, Page, PrintedLine, Raster, Recognised, Ruling, Sheet, Word
from extract.model.report import UNKNOWN, Attempt, Claim, Issuer, PageInfo, Replayed, Report, Table
from extract.model.status import (
    AS_WRITTEN,
    DOCX,
    FLAGGED,
    HTML,
    NO_PAGE,
    PLAIN_TEXT,
    SEVERITY,
    TEXT_LAYER,
    Status,
    Verdict,
)

__all__ = [
    "AS_WRITTEN",
    "BELOW",
    "DOCX",
    "FLAGGED",
    "HTML",
    "IDENTITY",
    "LOST",
    "NARRATIVE",
    "NO_PAGE",
    "PLAIN_TEXT",
    "PLAUSIBLE",
    "SECOND_VIEW",
    "SEVERITY",
    "TEXT_LAYER",
    "UNKNOWN",
    "Attempt",
    "BBox",
    "Cell",
    "CellId",
    "Claim",
    "Correction",
    "Glyphs",
    "Grid",
    "GridCell",
    "IdentityResult",
    "Issuer",
    "Page",
    "PageInfo",
    "PrintedLine",
    "Quote",
    "Raster",
    "Reading",
    "Recognised",
    "Region",
    "Repair",
    "Replayed",
    "Report",
    "Ruling",
    "Sheet",
    "Spot",
    "Status",
    "Table",
    "Verdict",
    "Word",
    "Written",
]
