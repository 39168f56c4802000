"""report.txt and sections.json: a report's text as printed, and as its sections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extract.fulltext.lines import PageText
from extract.fulltext.sections import OPENING, Line, narrative, sections
from extract.model import NO_PAGE, Grid, Report, Written

_VERSION = 1


def write_text(document: Sequence[PageText] | Written, path: Path) -> None:
    """Write every line as printed: of pages, with a form feed between two of them, or of a document without pages.

    Raises:
        OSError: the file cannot be written.
    """
    if isinstance(document, Written):
        text = "".join(f"{line}\n" for part in document.parts for line in _lines(part))
    else:
        text = "\f".join("".join(f"{_clean(line.text)}\n" for line in page.lines) for page in document)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_sections(report: Report, document: Sequence[PageText] | Written, path: Path) -> None:
    """Write the report's narrative section by section, with page numbers from 1, and how each page was read.

    Raises:
        OSError: the file cannot be written.
    """
    pages = () if isinstance(document, Written) else document
    if isinstance(document, Written):
        lines = [Line(NO_PAGE, i, part, begins=True) for i, part in enumerate(document.parts) if isinstance(part, str)]
        tables: list[tuple[int, float]] = []
    else:
        lines = narrative(document, report.regions)
        tables = [(region.page, region.bbox.top) for region in report.regions]
    found = sections(lines, tables)
    title = _title(report)
    told: dict[str, Any] = {
        "version": _VERSION,
        "agency": report.issuer.agency,
        "year": report.issuer.year,
        "title": _clean(title),
        "opening": [_clean(text) for part in found if part.id == OPENING for text in _below(title, part.paragraphs)],
        "sections": [
            {
                "id": part.id,
                "heading": _clean(part.heading),
                "pages": list(range(part.pages[0], part.pages[1] + 1)) if pages else [],
                "paragraphs": [_clean(text) for text in part.paragraphs if text.strip()],
            }
            for part in found
            if part.id != OPENING
        ],
        "pages": [
            {
                "page": page.number,
                "source": page.source,
                "lines": len(page.lines),
                "lowest_score": round(min((min(line.scores) for line in page.lines), default=1.0), 4),
            }
            for page in pages
        ],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _lines(part: str | Grid) -> list[str]:
    """A paragraph, or the rows of a table with a tab between two cells."""
    if isinstance(part, str):
        return [_clean(part)]
    rows: dict[int, list[str]] = {}
    for cell in part.cells:
        rows.setdefault(cell.row, []).append(_clean("".join(cell.text.split())))
    return ["\t".join(cells) for _, cells in sorted(rows.items())]


def _title(report: Report) -> str:
    """The title as printed, without line breaks; empty where none was found."""
    said = (claim.text for claim in report.issuer.claims if claim.source == "title")
    return "".join(next(said, "").split())


def _below(title: str, paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs without those at their beginning that are the title."""
    rest = [text for text in paragraphs if text.strip()]
    left = title
    while rest and left and left.startswith(first := "".join(rest[0].split())):
        left = left[len(first) :]
        rest = rest[1:]
    return rest


def _clean(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(char for char in text if char.isprintable())
