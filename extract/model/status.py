"""What is known of a cell, of a document, and of where a reading comes from."""

from __future__ import annotations

from enum import StrEnum


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

PICTURED = frozenset({DOCX, HTML})
"""Kinds of documents that have no pages but the pictures they hold."""

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
