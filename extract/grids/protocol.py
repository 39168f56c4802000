"""What a grid extractor is, and the fence around the libraries behind it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from extract.errors import ExtractorError
from extract.model import Grid, Page, Region


class Document(Protocol):
    """The part of a source document that extractors use."""

    @property
    def data(self) -> bytes:
        """The file's bytes, still encrypted if the file is."""

    @property
    def password(self) -> str | None:
        """The user password that opens the file."""

    @property
    def path(self) -> str:
        """Where the file came from, for messages."""


class Extractor(Protocol):
    """Finds the grid of a region in one way."""

    @property
    def name(self) -> str:
        """What `Grid.extractor` says of its grids."""

    def grids(self, document: Document, page: Page, region: Region, before: Sequence[Grid] = ()) -> Iterator[Grid]:
        """Candidate grids of the region, best first, each made only when asked for.

        Args:
            document: The file the page is from.
            page: The page as the source read it; its frame is that of the grids (points, origin top left, upright).
            region: Where to look, in the same frame.
            before: The table's fragments on the pages before, whose header may be this one's too.

        Raises:
            ExtractorError: The extractor failed; the message names the page and the cause.
        """


@contextmanager
def fenced(extractor: str, page: int, *loggers: str) -> Iterator[None]:
    """Run a library quietly: no log lines, no warnings, and every failure of its own as an ExtractorError.

    Do not yield to a caller from within: log levels and warning filters are changed until the end.

    Args:
        extractor: The extractor's name, for the message.
        page: The page's number, for the message.
        loggers: Names of the library's top loggers.

    Raises:
        ExtractorError: Whatever the library raised, with the page and the cause.
    """
    levels = {name: logging.getLogger(name).level for name in loggers}
    try:
        for name in loggers:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ExtractorError, MemoryError):
        raise
    except Exception as error:
        raise ExtractorError(f"{extractor}: page {page}: {_cause(error)}") from error
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _cause(error: BaseException) -> str:
    """One line about an exception; pdfplumber wraps another in its own."""
    if error.args and isinstance(error.args[0], BaseException):
        return _cause(error.args[0])
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__
