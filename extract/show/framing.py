"""What stands around a page: a header with a legend, and below it why cells are flagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extract.model import Cell, Page, Report, Status
from extract.palette import COLOURS
from extract.show.lettering import ascii_only, font, width
from extract.show.overlay import FILL_EDGE, GRID, INK, REGION, RULING, TINT, WORD, dashes

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_MARGIN = 14
_TEXT = 19
_FLAGS = 16
"""Reasons listed below a page, and of each up to `_NAMED` cells."""
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a swatch of some kind and what it stands for."""

    kind: str
    colour: tuple[int, int, int]
    text: str


def header(
    report: Report, page: Page, cells: Sequence[Cell], prints: int, boxes: int
) -> tuple[list[str], list[list[Key]]]:
    """Lines of text, and rows of the legend: what is drawn, then statuses with their number on this page."""
    found = [name for name, table in report.tables.items() if table.found]
    here = [name for name in found if any(cell.id.table == name for cell in cells)]
    scanned = page.kind == "image"
    place = f"page {page.number} of {len(report.pages)}"
    if report.of > 1:
        place = f"page {page.number}, report {report.number} of {report.of}"
    reader = f"   an image, read by {report.ocr['engine']}" if scanned and "engine" in report.ocr else ""
    lines = [
        f"{ascii_only(Path(report.path).name)}   {place}   {report.verdict.value}{reader}",
        f"{len(found)} of {len(report.tables)} tables found; on this page: {', '.join(here) or 'none'}",
    ]
    lined = sum(ruling.kind == "line" for ruling in page.rulings)
    vector = [
        Key("line", RULING, f"ruling ({lined})"),
        Key("dashes", FILL_EDGE, f"edge of a filled area ({len(page.rulings) - lined})"),
    ]
    drawn = [
        Key("box", WORD, f"print in a cell ({prints})" if scanned else f"word ({prints})"),
        *(() if scanned else vector),
        Key("box", GRID, f"grid cell ({boxes})"),
        Key("frame", REGION, "region"),
    ]
    counts = Counter(cell.status for cell in cells)
    counts[Status.MISSING] = sum(cell.status is Status.MISSING for cell in report.cells)
    where = {Status.MISSING: ", in the document"}
    statuses = [
        Key("tint", COLOURS[status], f"{status.value} ({counts[status]}{where.get(status, '')})") for status in COLOURS
    ]
    return lines, [drawn, statuses]


def flags(cells: Iterable[Cell]) -> Iterator[str]:
    """Why cells are flagged, a line for each reason, with the cells it concerns or how many there are."""
    concerned: dict[tuple[Status, str], list[Cell]] = {}
    for cell in cells:
        for reason in cell.reasons if cell.flagged else ():
            concerned.setdefault((cell.status, reason), []).append(cell)
    for (status, reason), members in list(concerned.items())[:_FLAGS]:
        named = [
            " / ".join(cell.id) + (f" {ascii_only(cell.text)!r}" if cell.text else "") for cell in members[:_NAMED]
        ]
        more = f" and {len(members) - _NAMED} more" if len(members) > _NAMED else ""
        yield f"{status.value}: {ascii_only(reason)}: {'; '.join(named)}{more}"
    if len(concerned) > _FLAGS:
        yield f"... and {len(concerned) - _FLAGS} more reasons"


def _named(cell: Cell) -> str:
    return " / ".join(cell.id) + (f" {ascii_only(cell.text)!r}" if cell.text else "")


def framed(image: Image, head: tuple[list[str], list[list[Key]]], footer: Sequence[str]) -> Image:
    """The page between its header and its footer."""
    import PIL.Image
    from PIL import ImageDraw

    lines, legend = head
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
        pen.text((_MARGIN, y), line, fill=INK, font=font(_TEXT))
        y += step
    for row in rows:
        x = _MARGIN
        for key in row:
            _swatch(pen, key, x, y)
            pen.text((x + 38, y + 1), key.text, fill=INK, font=font(_TEXT - 3))
            x += _key_width(key)
        y += step
    pen.line((0, top - 2, image.width, top - 2), fill=INK, width=2)
    y = top + image.height + _MARGIN
    for line in footer:
        pen.text((_MARGIN, y), line, fill=INK, font=font(_TEXT - 3))
        y += step
    if footer:
        pen.line((0, top + image.height, image.width, top + image.height), fill=INK, width=2)
    return whole


def _wrapped(keys: Sequence[Key], room: int) -> Iterator[list[Key]]:
    """Rows of the legend that fit the width."""
    row: list[Key] = []
    for key in keys:
        if row and sum(map(_key_width, [*row, key])) > room:
            yield row
            row = []
        row.append(key)
    yield row


def _broken(line: str, room: int) -> Iterator[str]:
    """A line of the footer in parts that fit the width, broken between words."""
    part = ""
    for word in line.split(" "):
        if part and width(f"{part} {word}", _TEXT - 3) > room:
            yield part
            part = f"    {word}"
        else:
            part = f"{part} {word}" if part else word
    yield part


def _key_width(key: Key) -> int:
    return 38 + width(key.text, _TEXT - 3) + 22


def _swatch(pen: ImageDraw, key: Key, x: int, y: int) -> None:
    box = (x, y + 1, x + 30, y + _TEXT - 1)
    middle = y + _TEXT // 2
    if key.kind == "tint":
        pen.rectangle(box, fill=(*key.colour, TINT), outline=key.colour, width=2)
    elif key.kind == "line":
        pen.line((x, middle, x + 30, middle), fill=key.colour, width=3)
    elif key.kind == "dashes":
        for piece in dashes(x, middle, x + 30, middle):
            pen.line(piece, fill=key.colour, width=3)
    else:
        pen.rectangle(box, outline=key.colour, width=3 if key.kind == "frame" else 1)
