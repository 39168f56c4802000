"""A printed document on a reportlab canvas, every line and glyph placed here: full say over how grids are ruled."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from samples.look import Look, font_file
from samples.marks import Held, ghost, hold, patch, watermark
from samples.printed import Heading, PageBreak, Paragraph, PrintedCell, PrintedDocument, PrintedTable, Title, split

LEADING = 1.35
# Marks that may not begin a line, by the rules of Chinese typesetting.
NO_LINE_START = "，。、；：？！）》”’)!,.:;?"


class Placed(NamedTuple):
    """Where a line of a value stands: its page from 1, its cell, left and right side of each character, and baseline.

    In points as the page is stored before it is turned.
    """

    page: int
    id: tuple[str, str, str]
    sides: tuple[tuple[float, float], ...]
    y: float
    size: float


def canvas(document: PrintedDocument, look: Look, placed: list[Placed] | None = None) -> bytes:
    """The document as drawn on a reportlab canvas; where its values stand is added to `placed`."""
    target = io.BytesIO()
    pen = Canvas(target, pagesize=look.page, invariant=1, pageCompression=1)
    pen.setTitle(document.title)
    pen.setAuthor(document.author)
    sheet = _Sheet(pen, look, placed=[] if placed is None else placed)
    sheet.start(landscape=False)
    previous: object = None
    for item in document.items:
        match item:
            case Title(text):
                sheet.paragraph(text, look.size * 1.5, align="center")
            case Heading(text):
                sheet.room(look.size * 6)
                sheet.paragraph(text, look.size * 1.1, align="left")
            case Paragraph(text, right):
                sheet.paragraph(text, look.size, align="right" if right else "indent")
            case PageBreak(landscape):
                sheet.finish()
                sheet.start(landscape)
            case PrintedTable():
                sheet.y -= look.table_gap if isinstance(previous, PrintedTable) else look.table_gap / 2
                sheet.table(item)
        previous = item
    sheet.finish()
    pen.save()
    return hold(target.getvalue(), sheet.held, look.held) if sheet.held else target.getvalue()


def _register(family: str) -> str:
    if family not in pdfmetrics.getRegisteredFontNames():
        file, index = font_file(family)
        pdfmetrics.registerFont(TTFont(family, str(file), subfontIndex=index))
    return family


@dataclass
class _Sheet:
    """The page being drawn; `y` is where the next thing goes, in points from the foot of the upright page."""

    pen: Canvas
    look: Look
    width: float = 0.0
    height: float = 0.0
    y: float = 0.0
    number: int = 0
    landscape: bool = False
    font: str = field(init=False)
    digits: str = field(init=False)
    held: list[Held] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.font = _register(self.look.font)
        self.digits = _register(self.look.digits) if self.look.digits else self.font

    def start(self, landscape: bool) -> None:
        """Begin a page."""
        short, long = self.look.page
        self.landscape = landscape
        self.width, self.height = (long, short) if landscape else (short, long)
        if landscape and self.look.rotate:
            # reportlab takes the size of the upright page and stores the page as short by long.
            self.pen.setPageSize((long, short))
            self.pen.setPageRotation(90)
            # Shown turned clockwise, so the content is stored turned the other way.
            self.pen.transform(0, 1, -1, 0, short, 0)
        elif self.look.turned:
            self.turn(self.look.turned, bare=self.look.turned_bare)
        else:
            self.pen.setPageSize((self.width, self.height))
            self.pen.setPageRotation(0)
        self.y = self.height - self.look.margin
        self.number += 1
        if self.look.watermark and not self.look.watermark_over:
            watermark(self.pen, self.look, self.font, self.width, self.height)

    @property
    def sideways(self) -> bool:
        """Whether the page is stored turned, and what is not drawn on the page itself would be askew."""
        return bool(self.look.turned or (self.landscape and self.look.rotate))

    def turn(self, degrees: int, *, bare: bool) -> None:
        """Store the page turned, so that /Rotate `degrees` sets it upright; without /Rotate when `bare`."""
        size = (self.width, self.height) if degrees == 180 or not bare else (self.height, self.width)
        self.pen.setPageSize(size)
        self.pen.setPageRotation(0 if bare else degrees)
        maps = {
            90: (0, 1, -1, 0, self.height, 0),
            180: (-1, 0, 0, -1, self.width, self.height),
            270: (0, -1, 1, 0, 0, self.width),
        }
        self.pen.transform(*maps[degrees])

    def finish(self) -> None:
        """End the page."""
        if self.look.page_numbers:
            self.line(f"— {self.number} —", self.width / 2, self.look.margin * 0.6, 9, "center")
        if self.look.watermark and self.look.watermark_over:
            watermark(self.pen, self.look, self.font, self.width, self.height)
        self.pen.showPage()

    def room(self, height: float) -> None:
        """Begin a new page unless that height is left on this one."""
        if self.y - height < self.look.margin:
            self.finish()
            self.start(self.landscape)

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Stretches of text with the font each is set in."""
        for latin, group in itertools.groupby(text, key=lambda char: char.isascii() and char != " "):
            yield (self.digits if latin else self.font), "".join(group)

    def measure(self, text: str, size: float) -> float:
        """Width of a line of text."""
        return float(sum(pdfmetrics.stringWidth(run, font, size) for font, run in self.runs(text)))

    def line(self, text: str, x: float, y: float, size: float, align: str) -> None:
        """Draw one line of text with its baseline at `y`; `x` is its left end, middle or right end."""
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * self.measure(text, size)
        for font, run in self.runs(text):
            self.pen.setFont(font, size)
            for piece in run if self.look.by_character else [run]:
                self.pen.drawString(x, y, piece)
                if self.look.bold:
                    self.pen.drawString(x + size / 30, y, piece)
                x += pdfmetrics.stringWidth(piece, font, size)

    def wrap(self, text: str, width: float, size: float, indent: float = 0.0) -> list[str]:
        """The text in lines of at most `width`, broken between any two characters but not before a stop.

        A number or Latin word is broken only where it is wider than a whole line.
        """
        lines = []
        for paragraph in text.split("\n"):
            line, left = "", width - indent
            for piece in self.pieces(paragraph, width, size):
                if line and self.measure(line + piece, size) > left and piece not in NO_LINE_START:
                    lines.append(line)
                    line, left = "", width
                    if piece == " ":
                        continue
                line += piece
            lines.append(line)
            indent = 0.0
        return lines

    def pieces(self, text: str, width: float, size: float) -> Iterator[str]:
        """What may not be divided: Latin words and numbers that fit in `width`, and single characters."""
        for latin, group in itertools.groupby(text, key=lambda char: char.isascii() and char.isalnum()):
            run = "".join(group)
            if latin and self.measure(run, size) <= width:
                yield run
            else:
                yield from run

    def paragraph(self, text: str, size: float, align: str) -> None:
        """Draw text over the page's width, on as many pages as it needs."""
        margin = self.look.margin
        indent = 2 * size if align == "indent" else 0.0
        for line in self.wrap(text, self.width - 2 * margin, size, indent):
            self.room(size * 1.6)
            self.y -= size * 1.6
            if align == "center":
                self.line(line, self.width / 2, self.y, size, "center")
            elif align == "right":
                self.line(line, self.width - margin, self.y, size, "right")
            else:
                self.line(line, margin + indent, self.y, size, "left")
            indent = 0.0
        self.y -= size * 0.4

    def table(self, table: PrintedTable) -> None:
        """Draw a table, going on to new pages where it does not fit."""
        columns = self.column_edges(table)
        heights = self.row_heights(table, columns)
        fits = 0
        left = self.y - self.look.margin
        while fits < table.rows and left >= heights[fits]:
            left -= heights[fits]
            fits += 1
        if fits <= table.header_rows and fits < table.rows:
            self.finish()
            self.start(self.landscape)
            self.table(table)
        elif fits < table.rows:
            first, rest = split(table, fits, repeat_header=self.look.repeat_header)
            self.table(first)
            self.finish()
            self.start(self.landscape)
            self.table(rest)
        else:
            rows = list(itertools.accumulate(heights, lambda y, height: y - height, initial=self.y))
            self.rule(table, columns, rows)
            for cell in table.cells:
                self.cell_text(cell, columns, rows)
            self.y = rows[-1]

    def column_edges(self, table: PrintedTable) -> list[float]:
        """The n+1 column edges over the page's width."""
        unit = (self.width - 2 * self.look.margin) / sum(table.widths)
        return list(itertools.accumulate((width * unit for width in table.widths), initial=self.look.margin))

    def row_heights(self, table: PrintedTable, columns: list[float]) -> list[float]:
        """Heights that hold every cell's text; what a tall cell lacks goes to its last row."""
        look = self.look
        heights = [0.0] * table.rows
        for cell in sorted(table.cells, key=lambda cell: cell.row_span):
            width = columns[cell.right] - columns[cell.column] - 2 * look.padding
            lines = len(self.cell_lines(cell, width))
            lack = lines * look.table_size * LEADING + look.padding - sum(heights[cell.row : cell.bottom])
            heights[cell.bottom - 1] += max(0.0, lack)
        return heights

    def cell_lines(self, cell: PrintedCell, width: float) -> list[str]:
        """A cell's text in lines, as wide as the cell unless values may overflow it."""
        if self.look.overflow and cell.kind == "value":
            return [cell.text]
        return self.wrap(cell.text, width, self.look.table_size)

    def cell_text(self, cell: PrintedCell, columns: list[float], rows: list[float]) -> None:
        """Draw a cell's text; labels are middled, but the stub of section 三 is set flush left."""
        size, padding = self.look.table_size, self.look.padding
        x0, x1 = columns[cell.column] + padding, columns[cell.right] - padding
        lines = self.cell_lines(cell, x1 - x0)
        baseline = (rows[cell.row] + rows[cell.bottom] + len(lines) * size * LEADING) / 2 - size
        if self.look.valign == "top":
            baseline = rows[cell.row] - size - padding / 2
        elif self.look.valign == "bottom":
            baseline = rows[cell.bottom] + 0.3 * size + (len(lines) - 1) * size * LEADING
        align = self.look.align if cell.kind == "value" else "center"
        if cell.kind == "stub" and len(columns) > 8 and "\n" not in cell.text:
            align = "left"
        anchors = {"left": x0, "center": (x0 + x1) / 2, "right": x1}
        if cell.kind == "value" and not cell.text and self.look.ghosts:
            ghost(self.pen, self.look.ghosts, self.digits, size, anchors["center"], baseline)
        if cell.header and self.look.white_headers:
            self.pen.setFillColor(HexColor("#ffffff"))
        for line in lines:
            if cell.kind != "value":
                self.line(line, anchors[align], baseline, size, align)
            else:
                self.value(line, anchors[align], baseline, size, align)
                if cell.id and line:
                    sides = self.sides(line, anchors[align], size, align)
                    self.placed.append(Placed(self.number, cell.id, sides, baseline, size))
            baseline -= size * LEADING
        self.pen.setFillColor(HexColor("#000000"))

    def value(self, text: str, x: float, y: float, size: float, align: str) -> None:
        """Draw one line of a value, the way this publisher has values on the page."""
        width = self.measure(text, size)
        if self.look.held and text.isascii() and not self.sideways:
            x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
            x, y = self.pen.absolutePosition(x, y)
            self.held.append(Held(self.number, x, y, width, size, text))
            return
        if self.look.patched and text:
            left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
            patch(self.pen, self.digits, left, y, width, size)
        if self.look.spread and text.isdigit():
            self.spread(text, x, y, size, align)
        else:
            self.line(text, x, y, size, align)

    def spread(self, text: str, x: float, y: float, size: float, align: str) -> None:
        """Draw a number with space between its digits, as one text."""
        x = self.sides(text, x, size, align)[0][0]
        self.pen.setFont(self.digits if text.isascii() else self.font, size)
        self.pen.drawString(x, y, text, charSpace=self.look.spread)

    def sides(self, text: str, x: float, size: float, align: str) -> tuple[tuple[float, float], ...]:
        """Left and right side of each character of a value's line."""
        space = self.look.spread if text.isdigit() else 0.0
        width = self.measure(text, size) + space * (len(text) - 1)
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        widths = [self.measure(char, size) for char in text]
        starts = itertools.accumulate((wide + space for wide in widths), initial=x)
        return tuple((start, start + wide) for start, wide in zip(starts, widths, strict=False))

    def rule(self, table: PrintedTable, columns: list[float], rows: list[float]) -> None:
        """Draw a table's backgrounds and lines."""
        look, pen = self.look, self.pen
        gap = look.rule_width / 2 if look.rules == "fills" else 0.0
        pen.setLineWidth(look.rule_width)
        for cell in table.cells:
            x, y = columns[cell.column] + gap, rows[cell.bottom] + gap
            width, height = columns[cell.right] - x - gap, rows[cell.row] - y - gap
            plain = "#f2f2f2" if look.rules == "fills" or (look.rules == "bands" and cell.row % 2) else ""
            if colour := (look.shade if cell.header else "") or plain:
                pen.setFillColor(HexColor(colour))
                pen.rect(x, y, width, height, stroke=0, fill=1)
                pen.setFillColor(HexColor("#000000"))
            if look.rules == "boxes":
                pen.rect(x, y, width, height, stroke=1, fill=0)
        if look.rules in {"fills", "bands", "boxes", "none"}:
            return
        for x0, y0, x1, y1 in _edges(table.cells, columns, rows):
            if (look.rules == "horizontal" and x0 == x1) or (table.open and y0 == y1 == rows[-1]):
                continue
            self.edge(x0, y0, x1, y1)

    def edge(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw one line of a grid, from left to right or upwards."""
        pen, width = self.pen, self.look.rule_width
        match self.look.rules:
            case "lines" | "horizontal":
                pen.line(x0, y0, x1, y1)
            case "double":
                pen.line(x0, y0 - width, x1, y1 - width) if y0 == y1 else pen.line(x0 - width, y0, x1 - width, y1)
                pen.line(x0, y0 + width, x1, y1 + width) if y0 == y1 else pen.line(x0 + width, y0, x1 + width, y1)
            case "rects":
                pen.rect(x0 - width / 2, y0 - width / 2, x1 - x0 + width, y1 - y0 + width, stroke=0, fill=1)
            case "dotted":
                pen.setDash(width, 2 * width)
                pen.line(x0, y0, x1, y1)
                pen.setDash()
            case other:
                raise ValueError(f"the canvas has no rules {other!r}")


def _edges(
    cells: Iterable[PrintedCell], columns: list[float], rows: list[float]
) -> Iterator[tuple[float, float, float, float]]:
    """The lines around cells, each stretch once and joined to the longest: all horizontal ones, then vertical ones."""
    across: dict[int, set[int]] = {}
    down: dict[int, set[int]] = {}
    for cell in cells:
        for row in (cell.row, cell.bottom):
            across.setdefault(row, set()).update(range(cell.column, cell.right))
        for column in (cell.column, cell.right):
            down.setdefault(column, set()).update(range(cell.row, cell.bottom))
    for row, units in sorted(across.items()):
        for start, end in _stretches(units):
            yield columns[start], rows[row], columns[end], rows[row]
    for column, units in sorted(down.items()):
        for start, end in _stretches(units):
            yield columns[column], rows[end], columns[column], rows[start]


def _stretches(units: set[int]) -> Iterator[tuple[int, int]]:
    for _, group in itertools.groupby(enumerate(sorted(units)), key=lambda pair: pair[1] - pair[0]):
        run = [unit for _, unit in group]
        yield run[0], run[-1] + 1
