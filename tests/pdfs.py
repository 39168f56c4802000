"""Small PDFs written by hand: base-14 Helvetica, lines, filled areas, /Rotate, sideways content, a CropBox."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pikepdf
from samples_truth import FOLDER

from extract.model import BBox, Glyphs, Page, Region
from extract.source import open_document

_TURNED = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 {h} 0", 180: "-1 0 0 -1 {w} {h}", 270: "0 -1 1 0 0 {w}"}


@dataclass
class Sheet:
    """A page under the pen; coordinates are points from the top left corner of the upright page.

    `turn` is the clockwise turn from the stored to the upright page; `rotate` what /Rotate says of it. `origin` is the
    lower left corner of the MediaBox, `crop` the margin that the CropBox cuts off on every side.
    """

    width: float = 595
    height: float = 842
    turn: int = 0
    rotate: int | None = None
    origin: tuple[float, float] = (0, 0)
    crop: float = 0
    content: list[str] = field(default_factory=list)

    def line(self, x0: float, top: float, x1: float, bottom: float, width: float = 0.5) -> None:
        self.content.append(f"{width} w {x0} {self.height - top} m {x1} {self.height - bottom} l S")

    def fill(self, x0: float, top: float, x1: float, bottom: float, gray: float = 0) -> None:
        self.content.append(f"{gray} g {x0} {self.height - bottom} {x1 - x0} {bottom - top} re f 0 g")

    def text(self, x: float, baseline: float, text: str, size: float = 10) -> None:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.content.append(f"BT /F1 {size} Tf {x} {self.height - baseline} Td ({escaped}) Tj ET")

    def page(self, number: int = 1) -> Page:
        """The page as a source would describe it."""
        width, height = self.width - 2 * self.crop, self.height - 2 * self.crop
        return Page(number, width, height, self.turn, "text", "", False, Glyphs("", np.empty((0, 4))))

    def stored(self) -> tuple[bytes, str]:
        """Content stream and page attributes."""
        turned = _TURNED[self.turn].format(w=self.width, h=self.height)
        width, height = (self.width, self.height) if self.turn in {0, 180} else (self.height, self.width)
        x, y = self.origin
        media = (x, y, x + width, y + height)
        crop = (x + self.crop, y + self.crop, x + width - self.crop, y + height - self.crop)
        rotate = self.turn if self.rotate is None else self.rotate
        attributes = f"/MediaBox {_array(media)} /CropBox {_array(crop)} /Rotate {rotate}"
        return "\n".join([f"1 0 0 1 {x} {y} cm", f"{turned} cm", *self.content]).encode("latin-1"), attributes


def pdf(*sheets: Sheet) -> bytes:
    """A PDF file of these pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for sheet in sheets:
        stream, attributes = sheet.stored()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        fonts = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {attributes} {fonts} >>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _array(values: Sequence[float]) -> str:
    return f"[{' '.join(f'{value:g}' for value in values)}]"


@dataclass
class MemoryDocument:
    """What extractors need of a document."""

    data: bytes
    password: str | None = None
    path: str = "memory.pdf"


def region_of(bbox: tuple[float, float, float, float], number: int = 1, ruled: bool = True) -> Region:
    return Region("requests", number, BBox(*bbox), 1.0, ruled, {})


def written(folder: Path, data: bytes, name: str = "page.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def page_of(path: Path, number: int = 1) -> Page:
    with open_document(path) as document, document.page(number) as source:
        return source.read()


def drawn(folder: Path, sheet: Sheet) -> Page:
    return page_of(written(folder, pdf(sheet)))


Pages = tuple[str, Sequence[int]]
"""A sample and those of its pages that are bound, from 1; all where there are none."""


def bound(path: Path, *parts: str | Pages) -> Path:
    """A PDF of the pages of several samples, one after the other."""
    with pikepdf.Pdf.new() as pdf:
        for part in parts:
            name, numbers = part if isinstance(part, tuple) else (part, ())
            with pikepdf.open(FOLDER / f"{name}.pdf") as source:
                for number in numbers or range(1, len(source.pages) + 1):
                    pdf.pages.append(source.pages[number - 1])
        pdf.save(path)
    return path


def lines(page: Page, *, kind: str = "line") -> list[tuple[float, float, float, float]]:
    found = [(r.x0, r.top, r.x1, r.bottom) for r in page.rulings if r.kind == kind]
    return sorted(tuple(round(edge) for edge in ruling) for ruling in found)
