"""The grid stage alone on tables that are not of this form: those of the ICDAR 2013 table competition.

    python benchmarks/icdar.py FOLDER [--markdown FILE]

FOLDER holds the competition's files, in folders or not: NAME.pdf with NAME-str.xml, its tables' cells, and
NAME-reg.xml, where each table is. They are not part of this repository.

Every reader is told where the tables are, and its cells are held against the true ones as the competition did: each
cell with text has a neighbour to its right and one below it, the next with text, and such a pair counts where both
readings have it. Spaces and case do not count. Nothing of the form is used: no label, no number of rows, no sum.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from extract.grids import Extractors
from extract.grids.protocol import Extractor
from extract.model import BBox, Page, Region
from extract.ocr import Engine
from extract.source import Document, open_document

_AROUND = 3.0
"""Points around the true boxes, which are those of the ink: lines that frame a table are outside them."""


class Spanning(NamedTuple):
    """A cell with text, and the unit rows and columns it takes, both ends included."""

    text: str
    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Truth:
    """A table's region on a page (points, origin top left), and its cells; for a page `height` points high."""

    page: int
    box: tuple[float, float, float, float]
    cells: tuple[Spanning, ...]


class Opened(NamedTuple):
    """A document as every reader is given it."""

    path: Path
    document: Document
    pages: dict[int, Page]


Reader = Callable[[Opened, Truth], list[Spanning]]


def truths(pdf: Path, heights: Sequence[float]) -> Iterator[Truth]:
    """The tables of a document that are told in one region; those over several are left out."""
    boxes = {
        (table.get("id"), region.get("id")): region.find("bounding-box")
        for table in ET.parse(pdf.with_name(f"{pdf.stem}-reg.xml")).getroot().iter("table")
        for region in table.iter("region")
    }
    for table in ET.parse(pdf.with_name(f"{pdf.stem}-str.xml")).getroot().iter("table"):
        regions = list(table.iter("region"))
        at = boxes.get((table.get("id"), regions[0].get("id"))) if len(regions) == 1 else None
        if at is not None:
            number = int(regions[0].get("page", "1"))
            x1, y1, x2, y2 = (float(at.get(key, "0")) for key in ("x1", "y1", "x2", "y2"))
            height = heights[number - 1]
            box = (x1 - _AROUND, height - y2 - _AROUND, x2 + _AROUND, height - y1 + _AROUND)
            yield Truth(number, box, tuple(_true_cell(cell) for cell in regions[0].iter("cell")))


def _true_cell(cell: ET.Element) -> Spanning:
    top, left = int(cell.get("start-row", "0")), int(cell.get("start-col", "0"))
    bottom, right = int(cell.get("end-row", top)), int(cell.get("end-col", left))
    return Spanning(cell.findtext("content") or "", top, bottom, left, right)


def pairs(cells: Sequence[Spanning]) -> Counter[tuple[str, str, str]]:
    """Each cell with text beside the next with text, to its right and below it."""
    cells = [cell._replace(text=text) for cell in cells if (text := "".join(cell.text.split()).casefold())]
    at = {
        (row, column): i
        for i, cell in enumerate(cells)
        for row in range(cell.top, cell.bottom + 1)
        for column in range(cell.left, cell.right + 1)
    }
    height, width = (max((getattr(cell, edge) for cell in cells), default=0) + 1 for edge in ("bottom", "right"))
    found: set[tuple[int, int, str]] = set()
    for i, cell in enumerate(cells):
        for row in range(cell.top, cell.bottom + 1):
            beside = (at.get((row, column)) for column in range(cell.right + 1, width))
            found |= {(i, other, "right") for other in [next((n for n in beside if n is not None), None)] if other}
        for column in range(cell.left, cell.right + 1):
            below = (at.get((row, column)) for row in range(cell.bottom + 1, height))
            found |= {(i, other, "below") for other in [next((n for n in below if n is not None), None)] if other}
    return Counter((cells[a].text, cells[b].text, way) for a, b, way in found)


def ours(extractor: Extractor) -> Reader:
    """One of gongkai's extractors: of the grids that it offers, by lines and without, the one with most texts.

    Between them it is otherwise for the form to choose.
    """

    def read(opened: Opened, truth: Truth) -> list[Spanning]:
        page = opened.pages[truth.page]
        regions = [Region("", truth.page, BBox(*truth.box), 1.0, ruled, {}) for ruled in (True, False)]
        offered = [grid.cells for one in regions for grid in extractor.grids(opened.document, page, one)]
        cells = max(offered, key=lambda cells: sum(bool(cell.reading.text) for cell in cells), default=())
        return [
            Spanning(c.reading.text, c.row, c.row + c.row_span - 1, c.column, c.column + c.column_span - 1)
            for c in cells
        ]

    return read


def pdfplumber(opened: Opened, truth: Truth) -> list[Spanning]:
    """Its largest table in the region, by its default settings."""
    import pdfplumber

    with pdfplumber.open(opened.path) as pdf:
        return _largest(pdf.pages[truth.page - 1].crop(truth.box, strict=False).extract_tables())


def camelot(flavor: str) -> Reader:
    """One of its engines, told the region."""

    def read(opened: Opened, truth: Truth) -> list[Spanning]:
        import camelot

        x0, top, x1, bottom = truth.box
        height = opened.pages[truth.page].height
        area = f"{x0},{height - top},{x1},{height - bottom}"
        found = camelot.read_pdf(  # type: ignore[attr-defined]
            str(opened.path), pages=str(truth.page), flavor=flavor, table_areas=[area]
        )
        return _largest([table.df.values.tolist() for table in found])

    return read


def _largest(tables: Sequence[Sequence[Sequence[str | None]]]) -> list[Spanning]:
    """The cells of the table with most of them; what it says of spans is lost, as for those who use its rows."""
    rows = max(tables, key=lambda table: sum(map(len, table)), default=())
    return [Spanning(text or "", r, r, c, c) for r, row in enumerate(rows) for c, text in enumerate(row)]


@dataclass(slots=True)
class Score:
    """Pairs in the truth, in a reading, and in both; tables with nothing read; CPU seconds."""

    true: int = 0
    told: int = 0
    both: int = 0
    nothing: int = 0
    exact: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    def row(self, name: str, least: float) -> str:
        """A line of the table; time is given as so many times that of the fastest."""
        recall, precision = self.both / max(1, self.true), self.both / max(1, self.told)
        mean = 2 * recall * precision / max(1e-9, recall + precision)
        shares = " | ".join(f"{100 * share:.1f}" for share in (precision, recall, mean))
        return f"| {name} | {shares} | {self.exact} | {self.nothing} | {self.seconds / least:.1f} |"


def measured(folder: Path) -> tuple[dict[str, Score], int, int]:
    """What every reader makes of the tables; how many these are, and in how many documents."""
    extractors = list(Extractors(_no_engine))
    readers: dict[str, Reader] = {f"gongkai's {one.name}": ours(one) for one in extractors}
    readers |= {"pdfplumber": pdfplumber, **{f"camelot {name}": camelot(name) for name in ("lattice", "stream")}}
    scores = {name: Score() for name in readers}
    tables = documents = 0
    for path in sorted(folder.rglob("*.pdf")):
        if not path.with_name(f"{path.stem}-str.xml").exists():
            continue
        with open_document(path) as document:
            pages = {}
            for number in range(1, len(document) + 1):
                with document.page(number) as source:
                    pages[number] = source.read(None)
            opened = Opened(path, document, pages)
            its = list(truths(path, [page.height for page in pages.values()]))
            documents, tables = documents + 1, tables + len(its)
            for truth in its:
                true = pairs(truth.cells)
                for name, read in readers.items():
                    _count(scores[name], true, read, opened, truth)
    return scores, tables, documents


def _no_engine() -> Engine:
    raise RuntimeError("no page of these is a scan")


def _count(score: Score, true: Counter[tuple[str, str, str]], read: Reader, opened: Opened, truth: Truth) -> None:
    before = time.process_time()
    try:
        cells = read(opened, truth)
    except Exception as error:  # what a reader raises is a finding
        score.errors.append(f"{opened.path.name}: {type(error).__name__}")
        cells = []
    score.seconds += time.process_time() - before
    told = pairs(cells)
    score.true += true.total()
    score.told += told.total()
    score.both += (true & told).total()
    score.nothing += not cells
    score.exact += told == true


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the figures as a page")
    options = parser.parse_args()
    scores, tables, documents = measured(options.folder)
    if not tables:
        parser.error(f"{options.folder}: no PDF there has its -str.xml and -reg.xml beside it")
    least = min(one.seconds for one in scores.values())
    lines = [
        f"{tables} tables in {documents} documents, on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, "
        f"{os.cpu_count()} CPUs, Python {platform.python_version()}.",
        "",
        "| reader | precision, % | recall, % | F1, % | tables exact | nothing read | CPU time |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(score.row(name, least) for name, score in scores.items()),
    ]
    print("\n".join(lines))
    for name, score in scores.items():
        for error in score.errors:
            print(f"{name}: {error}", file=sys.stderr)
    if options.markdown:
        options.markdown.write_text("\n".join([_HEAD, *lines, ""]), encoding="utf-8")
    return 0


_HEAD = """# Tables of other kinds

`python benchmarks/icdar.py FOLDER` on the files of the ICDAR 2013 table competition, which are not in this
repository.

What finds the grids of the four tables knows nothing of the form, and should do on others too. Here it reads tables of
the European Union and the United States, most of them without lines between the rows. Every reader is told where the
tables are. A pair is a cell with text and the next with text to its right, or below it; it counts where both cells and
their order are as in the truth. Of several grids of one extractor the one with most texts counts, which in a report
the form decides. Nothing was tuned on these files. CPU time is without opening the file for gongkai's extractors, which
are given parsed pages, and with it for the others: it is told for the order of size alone.

Where gongkai's rulings lose most: large tables with lines around the header and between columns, but none between
rows. Their lines are taken at their word, and rows stand together in one cell. In a report the labels say so, and the
next extractor is asked. Where lines or gaps do tell the rows, whole tables are exact more often than with the others,
for spanning cells are kept.

"""


if __name__ == "__main__":
    sys.exit(main())
