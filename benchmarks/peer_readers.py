"""Other people's table readers, one to a process, in environments of their own: peers.py starts it.

    python peer_readers.py READER FOLDER < files, one on a line

It imports nothing of ours. A line of JSON for each file: `tables`, lists of rows of texts; CPU `seconds` of this
process and those it starts, and its `megabytes` at most. The first file is read twice and counted once, so that
loading models is not in the figures. Scans are given as a PNG for each page: FILE.pdf has them in FOLDER/FILE.pdf/.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MARK = "READ "
"""Before each line that is ours to print: libraries print too."""

Table = list[list[str]]
Reader = Callable[[Path, list[Path]], list[Table]]


def pdfplumber() -> Reader:
    """Its tables by its default settings: lines, and rectangles' edges."""
    import pdfplumber

    def read(path: Path, _pages: list[Path]) -> list[Table]:
        with pdfplumber.open(path) as pdf:
            return [table for page in pdf.pages for table in page.extract_tables()]

    return read


def camelot(flavor: str) -> Callable[[], Reader]:
    """One of its engines, on all pages."""

    def made() -> Reader:
        import camelot

        def read(path: Path, _pages: list[Path]) -> list[Table]:
            return [table.df.values.tolist() for table in camelot.read_pdf(str(path), pages="all", flavor=flavor)]

        return read

    return made


def img2table() -> Reader:
    """Its tables with lines; native text as it is, scans by Tesseract in Chinese."""
    from img2table.document import PDF, Image
    from img2table.ocr import TesseractOCR

    ocr = TesseractOCR(n_threads=1, lang="chi_sim")

    def read(path: Path, pages: list[Path]) -> list[Table]:
        if pages:
            found = [Image(str(page)).extract_tables(ocr=ocr, min_confidence=1) for page in pages]
        else:
            found = list(PDF(str(path)).extract_tables().values())
        return [table.df.values.tolist() for tables in found for table in tables if table.df is not None]

    return read


def rapid() -> Reader:
    """RapidOCR of whole pages, and RapidTable's structure of them."""
    from rapid_table import RapidTable
    from rapidocr import RapidOCR

    ocr, structure = RapidOCR(), RapidTable()

    def read(_path: Path, pages: list[Path]) -> list[Table]:
        tables = []
        for page in pages:
            seen = ocr(str(page))
            if seen.boxes is not None:
                lines = [
                    [box.tolist(), text, sure]
                    for box, text, sure in zip(seen.boxes, seen.txts, seen.scores, strict=True)
                ]
                tables.append(_rows(structure(str(page), lines)[0]))
        return tables

    return read


def rapidocr() -> Reader:
    """RapidOCR of whole pages: what stands on one height is a row. It knows no tables."""
    from rapidocr import RapidOCR

    ocr = RapidOCR()

    def read(_path: Path, pages: list[Path]) -> list[Table]:
        return [_lined(seen.boxes, seen.txts) for page in pages if (seen := ocr(str(page))).boxes is not None]

    return read


def tesseract() -> Reader:
    """Tesseract of whole pages: what stands on one height is a row. It knows no tables."""

    def read(_path: Path, pages: list[Path]) -> list[Table]:
        tables = []
        for page in pages:
            command = ["tesseract", str(page), "stdout", "-l", "chi_sim", "--psm", "6", "tsv"]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            read = csv.DictReader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE)
            words = [row for row in read if (row["text"] or "").strip()]
            corners = [[int(row[key]) for key in ("left", "top", "width", "height")] for row in words]
            boxes = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in corners]
            tables.append(_lined(boxes, [row["text"] for row in words]))
        return tables

    return read


def _lined(boxes: Any, texts: Any) -> Table:
    """Texts by their heights on the page: each joins the line whose middle it covers."""
    placed = sorted(
        (
            (min(p[1] for p in box), max(p[1] for p in box), min(p[0] for p in box), text)
            for box, text in zip(boxes, texts, strict=True)
        ),
        key=lambda one: one[0] + one[1],
    )
    lines: list[list[tuple[float, float, float, str]]] = []
    for one in placed:
        middle = lines and sum(other[0] + other[1] for other in lines[-1]) / len(lines[-1]) / 2
        if lines and one[0] <= middle <= one[1]:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [[text for *_, text in sorted(line, key=lambda one: one[2])] for line in lines]


def _rows(html: str) -> Table:
    """The cells of an HTML table, spans counted out across."""
    from html.parser import HTMLParser

    class Cells(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.rows: Table = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "tr":
                self.rows.append([])
            elif tag in {"td", "th"} and self.rows:
                self.rows[-1] += [""] * int(dict(attrs).get("colspan") or 1)

        def handle_data(self, data: str) -> None:
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += data

    parser = Cells()
    parser.feed(html)
    return parser.rows


READERS: dict[str, Callable[[], Reader]] = {
    "pdfplumber": pdfplumber,
    "camelot lattice": camelot("lattice"),
    "camelot stream": camelot("stream"),
    "camelot network": camelot("network"),
    "camelot hybrid": camelot("hybrid"),
    "img2table": img2table,
    "RapidOCR + RapidTable": rapid,
    "RapidOCR, lines": rapidocr,
    "Tesseract, lines": tesseract,
}


def spent() -> float:
    """CPU seconds of this process and of those it started that have ended."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def main() -> None:
    """Read what the standard input names."""
    read, folder = READERS[sys.argv[1]](), Path(sys.argv[2])
    began = time.monotonic()
    for number, line in enumerate(sys.stdin):
        path = Path(line.rstrip("\n"))
        pages = sorted((folder / path.name).glob("*.png"))
        told: dict[str, Any] = {"file": str(path), "tables": [], "error": ""}
        before = spent()
        try:
            if number == 0:
                read(path, pages)
                before = spent()
            told["tables"] = [[["" if c is None else str(c) for c in row] for row in t] for t in read(path, pages)]
            told["seconds"] = spent() - before
        except Exception as error:  # what a peer raises is a finding
            told["error"], told["seconds"] = f"{type(error).__name__}: {error}"[:200], spent() - before
        most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(MARK + json.dumps({**told, "megabytes": most / 1024, "clock": time.monotonic() - began}), flush=True)


if __name__ == "__main__":
    main()
