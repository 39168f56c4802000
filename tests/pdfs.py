"""Small PDFs written by hand: base-14 Helvetica, lines, rectangles, /Rotate, a CropBox."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.model import BBox, Glyphs, Page, Region


@dataclass
class Sheet:
    """A page under the pen. Coordinates are points from the top left of the page as it is stored."""

    width: float = 595
    height: float = 842
    rotate: int = 0
    box: tuple[float, float] = (0, 0)
    crop: float = 0
    content: list[str] = field(default_factory=list)

    def line(self, x0: float, top: float, x1: float, bottom: float, width: float = 0.5) -> None:
        self.content.append(f"{width} w {x0} {self.height - top} m {x1} {self.height - bottom} l S")

    def fill(self, x0: float, top: float, x1: float, bottom: float, gray: float = 0) -> None:
        self.content.append(f"{gray} g {x0} {self.height - bottom} {x1 - x0} {bottom - top} re f 0 g")

    def text(self, x: float, baseline: float, text: str, size: float = 10, turned: bool = False) -> None:
        """Text from `x` on its baseline; `turned` text runs upwards."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        matrix = "0 1 -1 0" if turned else "1 0 0 1"
        self.content.append(f"BT /F1 {size} Tf {matrix} {x} {self.height - baseline} Tm ({escaped}) Tj ET")

    def stream(self) -> bytes:
        x, y = self.box
        return "\n".join([f"1 0 0 1 {x} {y} cm", *self.content]).encode("latin-1")


def pdf(*sheets: Sheet) -> bytes:
    """A PDF file of these pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for sheet in sheets:
        x, y = sheet.box
        media = [x, y, x + sheet.width, y + sheet.height]
        crop = [x + sheet.crop, y + sheet.crop, x + sheet.width - sheet.crop, y + sheet.height - sheet.crop]
        stream = sheet.stream()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox {_array(media)} /CropBox {_array(crop)} "
                f"/Rotate {sheet.rotate} /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
            ).encode()
        )
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


def page_of(sheet: Sheet, number: int = 1, rotation: int | None = None) -> Page:
    """The page as a source would describe it."""
    rotation = sheet.rotate if rotation is None else rotation
    size = (sheet.width - 2 * sheet.crop, sheet.height - 2 * sheet.crop)
    width, height = size if rotation in {0, 180} else size[::-1]
    return Page(number, width, height, rotation, "text", "", False, Glyphs("", None))


def region_of(bbox: tuple[float, float, float, float], number: int = 1, ruled: bool = True) -> Region:
    return Region("requests", number, BBox(*bbox), 1.0, ruled, {})
