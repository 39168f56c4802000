"""One exception family: everything gongkai raises on purpose derives from `GongkaiError`."""

from __future__ import annotations

from collections.abc import Sequence


class GongkaiError(Exception):
    """Base of every error raised on purpose; `str()` is one line fit for a person.

    `verdict` is what documents.csv says of a document that ended with this error.
    """

    verdict = "unreadable"


class UnreadableError(GongkaiError):
    """The file is missing, empty, truncated, or not of a kind gongkai reads."""

    verdict = "unreadable"


class PasswordError(GongkaiError):
    """The document is encrypted and the password is missing or wrong."""

    verdict = "password"


class LimitError(GongkaiError):
    """The document is larger than the limits of `extract.limits.Limits`."""

    verdict = "over-limit"


class LayoutError(GongkaiError):
    """A layout file does not fit the schema; the message names the file and the field."""


class CorrectionsError(GongkaiError):
    """A correction file does not fit its schema; the message names the file and the field."""


class MisfitError(GongkaiError):
    """A correction does not fit its document; the message says why."""


class ConflictError(GongkaiError):
    """Two people corrected the same thing differently at the same time; the message names it."""


class ExtractorError(GongkaiError):
    """A grid extractor failed on a page; the spine records it and tries the next one."""


class EngineError(GongkaiError):
    """An OCR engine, or the models it needs, is not there or does not work; the message says what to install."""


class PlotError(GongkaiError):
    """A chart cannot be drawn: there is nothing to draw, or Matplotlib or a font is missing; the message says what."""


class UnreachableError(GongkaiError):
    """A document lies elsewhere and could not be fetched, which another time may be different."""


class SeveralReportsError(GongkaiError):
    """A document holds several reports where one was asked for; `pages` has the first and last page of each."""

    def __init__(self, pages: Sequence[tuple[int, int]]) -> None:
        listed = ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in pages)
        super().__init__(f"{len(pages)} reports in one file (pages {listed}): extract.read_all gives each")
        self.pages = tuple(pages)
