"""The text of one document, read once whatever is asked of it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from extract.fulltext.files import write_sections, write_text
from extract.fulltext.lines import PageText, read
from extract.fulltext.searchable import write_searchable
from extract.limits import Limits
from extract.model import PICTURED, PageInfo, Report, Written
from extract.source import Document, open_source


class Whole:
    """What writes the text of a document's reports; each method takes a report and where to write.

    They raise EngineError where a page must be read from its image and PP-OCR is missing, and OSError.
    """

    def __init__(self, document: Document | None, path: Path, limits: Limits) -> None:
        """`document` is open; None without pages; the text of Word and HTML files is read from `path`."""
        self._document = document
        self._path = path
        self._limits = limits
        self._pages: dict[PageInfo, PageText] = {}

    def text(self, report: Report, path: Path) -> None:
        """Write report.txt."""
        write_text(self._read(report), path)

    def sections(self, report: Report, path: Path) -> None:
        """Write sections.json."""
        write_sections(report, self._read(report), path)

    def searchable(self, report: Report, path: Path) -> None:
        """Write searchable.pdf: the pages of the report.

        Raises:
            ValueError: the document has no pages.
        """
        if self._document is None:
            raise ValueError("the document has no pages")
        write_searchable(self._document, self._pages_of(report, self._document), path)

    def _read(self, report: Report) -> list[PageText] | Written:
        if self._document is None or self._document.kind in PICTURED:
            return self._written
        return self._pages_of(report, self._document)

    def _pages_of(self, report: Report, document: Document) -> list[PageText]:
        missing = [page for page in report.pages if page not in self._pages]
        if missing:  # the pages of a report are read together: those without tables lie as the others do
            self._pages.update(zip(report.pages, read(document, report.pages), strict=True))
        return [self._pages[page] for page in report.pages]

    @cached_property
    def _written(self) -> Written:
        opened = open_source(self._path, limits=self._limits)
        if not isinstance(opened, Written):
            raise TypeError(f"{self._path} has pages")
        return opened
