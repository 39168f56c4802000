"""A picture of what was found on a page: words, rulings, regions, grids, and every canonical cell with its status."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from extract.errors import GongkaiError
from extract.model import BBox, Cell, Grid, Page, PageInfo, Report, Status
from extract.ocr.engines import DEFAULT
from extract.pipeline import read_all
from extract.source import open_document

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

_DPI = 200
_LARGEST = 6000
"""Pixels a side may have; larger pages are drawn at a smaller scale."""
_ROW = 46
"""Pixels of a cell's height that leave room for its id beside its number; small rows are drawn up to twice as large."""

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}

_FADED = 0.35
"""Of white laid over the page, so that what is drawn on it stands out."""

# Okabe and Ito's palette, which people with any colour vision can tell apart; flagged cells are hatched besides.
_STATUS = {
    Status.VERIFIED: (0, 158, 115),
    Status.READ: (86, 180, 233),
    Status.REPAIRED: (240, 228, 66),
    Status.BLANK: (140, 140, 140),
    Status.SUSPECT: (213, 94, 0),
    Status.UNREADABLE: (204, 121, 167),
    Status.MISSING: (0, 0, 0),
    Status.CORRECTED: (0, 114, 178),
}
_WORD = (120, 120, 200)
_RULING = (200, 0, 120)
_FILL_EDGE = (230, 160, 0)
_REGION = (75, 0, 130)
_GRID = (70, 70, 70)
_INK = (20, 20, 20)
_TINT = 70
"""Opacity of a cell's colour, of 255."""

_CONTRAST = 40
"""Levels by which print is darker than its ground once the page is faded."""

_MARGIN = 14
_LABEL = 12
_SMALLEST_LABEL = 9
_TEXT = 19
_TAG = 15
_FLAGS = 16
"""Reasons listed below a page, and of each up to `_NAMED` cells."""
_NAMED = 2


def render(
    path: str | Path | Sequence[str | Path],
    page: int | None,
    output: Path,
    *,
    password: str | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
) -> None:
    """Read a document and draw one of its pages, with what was found on it, to an image file.

    Args:
        path: The document: a PDF or an image; or several images that are its pages, in order.
        page: Page number from 1; None for the first page that holds a table, or page 1 where none does.
        output: Image to write, PNG, JPEG or WebP by its ending; it appears whole or not at all.
        password: The user password, for an encrypted file.
        engine: OCR engine for pages that are images.
        models: Folder of models for it.

    Raises:
        GongkaiError: The document cannot be read, has no such page, or the image cannot be written.
    """
    form = _FORMATS.get(output.suffix.lower() or ".png")
    if form is None:
        raise GongkaiError(f"{output.name}: pictures end in {', '.join(_FORMATS)}")
    reports = read_all(path, password=password, engine=engine, models=models)
    if not any(one.pages for one in reports):
        raise GongkaiError(f"there is no page to show: a document of the kind {reports[0].kind} has none")
    number = page or min((region.page for one in reports for region in one.regions), default=1)
    report, info = _shown(reports, number)
    with open_document(path, password=password) as document:
        with document.page(number) as source:
            if info.kind == "image":  # its way up was learnt from its image, and no text layer was believed
                found = replace(source.skim(), width=info.width, height=info.height, rotation=info.rotation)
            else:
                found = source.read()
        scale = min(_fineness(report, number), _LARGEST / max(found.width, found.height))
        picture = draw(report, found, document.image(found, scale), scale)
    _write(picture, output, form)


def _shown(reports: Sequence[Report], number: int) -> tuple[Report, PageInfo]:
    """The report that a page belongs to, the first of two that share it, and the page.

    Raises:
        GongkaiError: There is no such page.
    """
    for report in reports:
        for info in report.pages:
            if info.number == number:
                return report, info
    count = max((info.number for report in reports for info in report.pages), default=0)
    raise GongkaiError(f"there is no page {number}: the document has {count} page{'' if count == 1 else 's'}")


def _fineness(report: Report, number: int) -> float:
    """Pixels per point at which the ids of a page's cells find room."""
    heights = [cell.bbox.height for cell in report.cells if cell.page == number and cell.bbox]
    usual = _DPI / 72
    return min(max(usual, _ROW / max(median(heights), 1.0)), 2 * usual) if heights else usual


def draw(report: Report, page: Page, image: Image, scale: float) -> Image:
    """What a report says of a page, drawn over the page's image, between a header with a legend and a list of flags.

    Args:
        report: The report on the document.
        page: The page, read in full; of one that is an image only its number, kind and size are used.
        image: The upright page, `scale` pixels per point.
        scale: Pixels per point.
    """
    import PIL.Image

    base = PIL.Image.blend(image.convert("RGB"), PIL.Image.new("RGB", image.size, "white"), _FADED)
    cells = [cell for cell in report.cells if cell.page == page.number and cell.bbox]
    flagged = [cell for cell in report.cells if cell.page in {page.number, None}]
    prints = _prints(report, page)
    picture = _Picture(base, scale, page, prints)
    for cell in cells:
        picture.tint(cell)
    picture.rulings()
    picture.prints()
    for grid in _grids(report, page.number):
        picture.grid(grid)
    for cell in cells:
        picture.label(cell)
    picture.row_ids(cells)
    picture.regions(report)
    return _framed(picture.image, _header(report, page, cells, len(prints)), list(_flags(flagged)))


def _grids(report: Report, number: int) -> list[Grid]:
    """Winning grids on a page, each once though two tables may share it."""
    return list({id(g): g for table in report.tables.values() for g in table.grids if g.page == number}.values())


def _prints(report: Report, page: Page) -> list[BBox]:
    """Where print was read: the words of a text layer, or what was found in the grids of a page that is an image."""
    if page.kind != "image":
        return [word.bbox for word in page.words]
    return [cell.ink for grid in _grids(report, page.number) for cell in grid.cells if cell.ink]


class _Picture:
    """A page's image under the pen; boxes are in points. `prints` are those where print was read."""

    def __init__(self, image: Image, scale: float, page: Page, prints: Iterable[BBox]) -> None:
        from PIL import ImageDraw

        self.image = image
        self._page = page
        self._scale = scale
        self._prints = [self._box(box) for box in prints]
        self._pen: ImageDraw.ImageDraw = ImageDraw.Draw(image, "RGBA")
        self._cells: list[tuple[int, int, int, int]] = []

    def tint(self, cell: Cell) -> None:
        """Fill a canonical cell with its status' colour; hatch it around its print when it is flagged."""
        box, colour = self._box(cell.bbox), _STATUS[cell.status]
        self._cells.append(box)
        self._pen.rectangle(box, fill=(*colour, _TINT))
        if cell.flagged:
            x0, top, x1, bottom = box
            kept = [(ink, self.image.crop(ink)) for ink in self._within(box)]
            for start in range(x0 - (bottom - top), x1, 9):
                low, high = max(x0, start), min(x1, start + bottom - top)
                self._pen.line(
                    (low, bottom - (low - start), high, bottom - (high - start)), fill=(*colour, 200), width=2
                )
            for ink, pixels in kept:
                self.image.paste(pixels, ink)

    def rulings(self) -> None:
        """Lines in full strength, edges of filled areas dashed."""
        for ruling in self._page.rulings:
            ends = tuple(round(edge * self._scale) for edge in (ruling.x0, ruling.top, ruling.x1, ruling.bottom))
            if ruling.kind == "line":
                self._pen.line(ends, fill=(*_RULING, 170), width=2)
            else:
                for piece in _dashes(*ends):
                    self._pen.line(piece, fill=(*_FILL_EDGE, 255), width=2)

    def prints(self) -> None:
        """Thin boxes."""
        for box in self._prints:
            self._pen.rectangle(box, outline=(*_WORD, 150), width=1)

    def grid(self, grid: Grid) -> None:
        """The outline of each of a grid's cells, a little inside its edges so that neighbours stay apart."""
        for cell in grid.cells:
            x0, top, x1, bottom = self._box(cell.bbox)
            if x1 - x0 > 6 and bottom - top > 6:
                self._pen.rectangle((x0 + 2, top + 2, x1 - 2, bottom - 2), outline=(*_GRID, 150), width=1)

    def label(self, cell: Cell) -> None:
        """A canonical cell's frame in its colour, and its row.column above or below the ink."""
        x0, top, x1, bottom = self._box(cell.bbox)
        self._pen.rectangle(
            (x0 + 2, top + 2, x1 - 2, bottom - 2), outline=_STATUS[cell.status], width=3 if cell.flagged else 2
        )
        ink = self._ink((x0, top, x1, bottom))
        above, below = ink[1] - top - 5, bottom - ink[3] - 5
        largest = max(_SMALLEST_LABEL, min(_LABEL, max(above, below) - 1))
        text, size = _fitted(cell.id.row, cell.id.column, largest, x1 - x0 - 8)
        y = top + 4 if above >= min(below, size) else bottom - size - 5
        self._pen.text((x0 + 5, y), text, fill=_INK, font=_font(size), stroke_width=1, stroke_fill=(255, 255, 255, 150))

    def row_ids(self, cells: Sequence[Cell]) -> None:
        """Full row ids right of rows whose cells are too narrow for them; the picture is widened where it must be."""
        rows: dict[tuple[str, str], list[Cell]] = {}
        for cell in cells:
            rows.setdefault(cell.id[:2], []).append(cell)
        notes = []
        for (_, row), members in rows.items():
            boxes = [self._box(cell.bbox) for cell in members]
            right, top, bottom = max(box[2] for box in boxes), boxes[-1][1], boxes[-1][3]
            widest = max(_width(f"{row}.{cell.id.column}", _LABEL) for cell in members)
            narrow = widest + 8 > min(box[2] - box[0] for box in boxes)
            beside = any(box[0] >= right - 4 and box[1] < bottom - 4 and box[3] > top + 4 for box in self._cells)
            if narrow and not beside:
                notes.append((right + 12, (top + bottom) // 2 - _LABEL // 2 - 1, row))
        self._widen(max((x + _width(row, _LABEL) + _MARGIN for x, _, row in notes), default=0))
        for x, y, row in notes:
            self._pen.text((x, y), row, fill=_INK, font=_font(_LABEL), stroke_width=2, stroke_fill=(255, 255, 255, 200))

    def regions(self, report: Report) -> None:
        """Thick outlines with grid id, score, edition and the extractor that won."""
        won = {attempt.grid: attempt for attempt in report.attempts if attempt.won}
        for region in report.regions:
            if region.page != self._page.number:
                continue
            x0, top, x1, bottom = self._box(region.bbox)
            self._pen.rectangle((x0 - 5, top - 5, x1 + 5, bottom + 5), outline=_REGION, width=3)
            told = "no grid aligned"
            if region.grid in won:
                one = won[region.grid]
                told = f"{one.extractor}, edition {one.edition}, {one.found} of {one.expected} cells"
            text = f"{region.grid}   score {region.score:.2f}   {told}"
            wide, above = _width(text, _TAG) + 12, max(0, top - _TAG - 12)
            places = [(x, above, x + wide, above + _TAG + 8) for x in (x0 - 6, x1 + 6 - wide)]
            place = min(places, key=self._darkness)
            self._pen.rectangle(place, fill=_REGION)
            self._pen.text((place[0] + 6, above + 3), text, fill="white", font=_font(_TAG))

    def _widen(self, width: int) -> None:
        """Add white at the right until the picture is that wide."""
        from PIL import ImageDraw, ImageOps

        if width > self.image.width:
            self.image = ImageOps.expand(self.image, (0, 0, width - self.image.width, 0), "white")
            self._pen = ImageDraw.Draw(self.image, "RGBA")

    def _darkness(self, box: tuple[int, int, int, int]) -> int:
        """Pixels of a box that stand out from its ground: print, and what was drawn so far."""
        levels = self.image.crop(box).convert("L").histogram()
        ground = max(range(256), key=levels.__getitem__)
        return sum(levels[: max(0, ground - _CONTRAST)])

    def _ink(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """The box of the print that reaches into a box of pixels, clipped to it."""
        x0, top, x1, bottom = box
        found = self._within(box)
        middle = (top + bottom) // 2
        first = min((ink[1] for ink in found), default=middle)
        last = max((ink[3] for ink in found), default=middle)
        return x0, first, x1, last

    def _within(self, box: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
        """Boxes of print, in pixels, clipped to a box that they reach into."""
        clipped = (
            (max(ink[0], box[0]), max(ink[1], box[1]), min(ink[2], box[2]), min(ink[3], box[3])) for ink in self._prints
        )
        return [ink for ink in clipped if ink[0] < ink[2] and ink[1] < ink[3]]

    def _box(self, box: BBox | None) -> tuple[int, int, int, int]:
        if box is None:
            raise ValueError("a cell without a box is on no page")
        x0, top, x1, bottom = (round(edge * self._scale) for edge in box)
        return x0, top, x1, bottom


@dataclass(frozen=True, slots=True)
class _Key:
    """An entry of the legend: a swatch of some kind and what it stands for."""

    kind: str
    colour: tuple[int, int, int]
    text: str


def _header(report: Report, page: Page, cells: Sequence[Cell], prints: int) -> tuple[list[str], list[list[_Key]]]:
    """Lines of text, and rows of the legend: what is drawn, then statuses with their number on this page."""
    found = [name for name, table in report.tables.items() if table.found]
    here = [name for name in found if any(cell.id.table == name for cell in cells)]
    scanned = page.kind == "image"
    place = f"page {page.number} of {len(report.pages)}"
    if report.of > 1:
        place = f"page {page.number}, report {report.number} of {report.of}"
    reader = f"   an image, read by {report.ocr['engine']}" if scanned and "engine" in report.ocr else ""
    lines = [
        f"{_ascii(Path(report.path).name)}   {place}   {report.verdict.value}{reader}",
        f"{len(found)} of {len(report.tables)} tables found; on this page: {', '.join(here) or 'none'}",
    ]
    lined = sum(ruling.kind == "line" for ruling in page.rulings)
    vector = [
        _Key("line", _RULING, f"ruling ({lined})"),
        _Key("dashes", _FILL_EDGE, f"edge of a filled area ({len(page.rulings) - lined})"),
    ]
    drawn = [
        _Key("box", _WORD, f"print in a cell ({prints})" if scanned else f"word ({prints})"),
        *(() if scanned else vector),
        _Key("box", _GRID, f"grid cell ({sum(len(grid.cells) for grid in _grids(report, page.number))})"),
        _Key("frame", _REGION, "region"),
    ]
    counts = Counter(cell.status for cell in cells)
    counts[Status.MISSING] = sum(cell.status is Status.MISSING for cell in report.cells)
    where = {Status.MISSING: ", in the document"}
    statuses = [
        _Key("tint", _STATUS[status], f"{status.value} ({counts[status]}{where.get(status, '')})") for status in _STATUS
    ]
    return lines, [drawn, statuses]


def _flags(cells: Iterable[Cell]) -> Iterator[str]:
    """Why cells are flagged, a line for each reason, with the cells it concerns or how many there are."""
    concerned: dict[tuple[Status, str], list[Cell]] = {}
    for cell in cells:
        for reason in cell.reasons if cell.flagged else ():
            concerned.setdefault((cell.status, reason), []).append(cell)
    for (status, reason), members in list(concerned.items())[:_FLAGS]:
        named = [" / ".join(cell.id) + (f" {_ascii(cell.text)!r}" if cell.text else "") for cell in members[:_NAMED]]
        more = f" and {len(members) - _NAMED} more" if len(members) > _NAMED else ""
        yield f"{status.value}: {_ascii(reason)}: {'; '.join(named)}{more}"
    if len(concerned) > _FLAGS:
        yield f"... and {len(concerned) - _FLAGS} more reasons"


def _framed(image: Image, header: tuple[list[str], list[list[_Key]]], footer: Sequence[str]) -> Image:
    """The page between its header and its footer."""
    import PIL.Image
    from PIL import ImageDraw

    lines, legend = header
    rows = [row for keys in legend for row in _wrapped(keys, image.width - 2 * _MARGIN)]
    footer = [part for line in footer for part in _broken(line, image.width - 2 * _MARGIN)]
    step = _TEXT + 9
    top = 2 * _MARGIN + step * (len(lines) + len(rows))
    bottom = 2 * _MARGIN + step * len(footer) if footer else 0
    whole = PIL.Image.new("RGB", (image.width, top + image.height + bottom), "white")
    whole.paste(image, (0, top))
    pen = ImageDraw.Draw(whole, "RGBA")
    y = _MARGIN
    for line in lines:
        pen.text((_MARGIN, y), line, fill=_INK, font=_font(_TEXT))
        y += step
    for row in rows:
        x = _MARGIN
        for key in row:
            _swatch(pen, key, x, y)
            pen.text((x + 38, y + 1), key.text, fill=_INK, font=_font(_TEXT - 3))
            x += _key_width(key)
        y += step
    pen.line((0, top - 2, image.width, top - 2), fill=_INK, width=2)
    y = top + image.height + _MARGIN
    for line in footer:
        pen.text((_MARGIN, y), line, fill=_INK, font=_font(_TEXT - 3))
        y += step
    if footer:
        pen.line((0, top + image.height, image.width, top + image.height), fill=_INK, width=2)
    return whole


def _wrapped(keys: Sequence[_Key], width: int) -> Iterator[list[_Key]]:
    """Rows of the legend that fit the width."""
    row: list[_Key] = []
    for key in keys:
        if row and sum(map(_key_width, [*row, key])) > width:
            yield row
            row = []
        row.append(key)
    yield row


def _broken(line: str, width: int) -> Iterator[str]:
    """A line of the footer in parts that fit the width, broken between words."""
    part = ""
    for word in line.split(" "):
        if part and _width(f"{part} {word}", _TEXT - 3) > width:
            yield part
            part = f"    {word}"
        else:
            part = f"{part} {word}" if part else word
    yield part


def _key_width(key: _Key) -> int:
    return 38 + _width(key.text, _TEXT - 3) + 22


def _swatch(pen: ImageDraw, key: _Key, x: int, y: int) -> None:
    box = (x, y + 1, x + 30, y + _TEXT - 1)
    middle = y + _TEXT // 2
    if key.kind == "tint":
        pen.rectangle(box, fill=(*key.colour, _TINT), outline=key.colour, width=2)
    elif key.kind == "line":
        pen.line((x, middle, x + 30, middle), fill=key.colour, width=3)
    elif key.kind == "dashes":
        for piece in _dashes(x, middle, x + 30, middle):
            pen.line(piece, fill=key.colour, width=3)
    else:
        pen.rectangle(box, outline=key.colour, width=3 if key.kind == "frame" else 1)


def _dashes(x0: int, top: int, x1: int, bottom: int) -> Iterator[tuple[int, int, int, int]]:
    """Pieces of a horizontal or vertical line."""
    if x1 - x0 >= bottom - top:
        yield from ((x, top, min(x + 7, x1), top) for x in range(x0, x1, 12))
    else:
        yield from ((x0, y, x0, min(y + 7, bottom)) for y in range(top, bottom, 12))


def _fitted(row: str, column: str, largest: int, width: int) -> tuple[str, int]:
    """row.column short enough for the width, and the size to set it in: smaller type first, then words cut evenly."""
    text = ""
    for letters in (99, 6, 5, 4, 3, 2):
        text = ".".join("_".join(word[:letters] for word in part.split("_")) for part in (*row.split("."), column))
        for size in range(largest, _SMALLEST_LABEL - 1, -1):
            if _width(text, size) <= width:
                return text, size
    while text and _width(text, _SMALLEST_LABEL) > width:
        text = text[:-1]
    return text, _SMALLEST_LABEL


def _ascii(text: str) -> str:
    """Text for a font that has ASCII only: everything else as its escape."""
    return ascii(text)[1:-1]


def _width(text: str, size: int) -> int:
    return round(_font(size).getlength(text))


@cache
def _font(size: int) -> Font:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _write(picture: Image, output: Path, form: str) -> None:
    """Save beside the target, then take its place."""
    partial = output.with_name(f".gongkai-{secrets.token_hex(8)}.partial")
    try:
        try:
            with partial.open("xb") as file:
                picture.save(file, format=form)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise GongkaiError(f"{output} cannot be written: {error.strerror or error}") from error
