"""What a bad file is, and PDF files written object by object, as wrong as one likes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf

SAMPLES = Path(__file__).parents[2] / "samples"

READ = frozenset({"ok", "needs-review", "no-tables"})

UNREADABLE = frozenset({"unreadable"})
PASSWORD = frozenset({"password"})
OVER = frozenset({"over-limit"})
"""A limit that is watched while reading, or memory."""

OVER_OR_LATE = frozenset({"over-limit", "timed-out"})
"""What no limit foresees ends at those on time or memory."""

NOTHING = frozenset({"no-tables"})
NO_DOCUMENT: frozenset[str] = frozenset()
"""No report, hence not read at all: a folder, or a text without labels of the form."""

NOT_READ = UNREADABLE | NOTHING
"""Damage after which a reader may find a page without tables, or none."""

ANY = READ | UNREADABLE | OVER
"""Damage that a good reader may well repair."""


@dataclass(frozen=True)
class Bad:
    """A bad file: its name, its bytes or what makes it at a path, and the verdicts that are right for it.

    `like` names the sample whose numbers it holds, if any: none of its numbers may be wrong without a flag. `says` is
    in the line that a user gets. `large` ones are left out of the small corpus.
    """

    name: str
    what: bytes | Callable[[Path], None]
    verdicts: frozenset[str]
    like: str = ""
    says: str = ""
    large: bool = False

    def put(self, folder: Path) -> None:
        """Make the file."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(self.what, bytes):
            path.write_bytes(self.what)
        else:
            self.what(path)


@cache
def sample(name: str) -> bytes:
    """The bytes of a sample, by its path below samples/."""
    return (SAMPLES / name).read_bytes()


def stream(data: bytes, attributes: str = "") -> bytes:
    """A stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), attributes.encode(), data)


def inflating(megabytes: int, byte: bytes = b"\0") -> bytes:
    """Deflated data of so many megabytes of one byte, made without having them: its blocks are copies of one."""
    packer = zlib.compressobj(9)
    first = packer.compress(byte * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(byte * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (megabytes - 1) + packer.flush()


def pdf(objects: Mapping[int, bytes | str], trailer: str = "/Root 1 0 R", after: bytes = b"") -> bytes:
    """A PDF file of these objects by number, with a cross-reference table that is right."""
    out, offsets = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body.encode() if isinstance(body, str) else body)
    out += after
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    return out + f"trailer << /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def page(content: bytes, resources: str = "", page_more: str = "/MediaBox [0 0 595 842]", **more: bytes | str) -> bytes:
    """A PDF of one page: catalogue 1, tree 2, page 3, content 4, Helvetica 5; `more` are objects `o6`, `o7`, ..."""
    objects: dict[int, bytes | str] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R {page_more} /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> {resources} >> >>",
        4: stream(content),
        5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return pdf(objects | {int(name[1:]): body for name, body in more.items()})


def report(change: Callable[[pikepdf.Pdf], None], name: str = "city", **how: object) -> bytes:
    """A sample's PDF with something done to it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample(f"{name}.pdf"))) as file:
        change(file)
        file.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def drawn_over(content: bytes, number: int = 0, resources: str = "") -> bytes:
    """A report with more drawn on a page, in a form of its own."""

    def change(file: pikepdf.Pdf) -> None:
        form = file.make_stream(content)
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = [0, 0, 595, 842]
        form.Resources = pikepdf.Object.parse(f"<< {resources} >>".encode())
        leaf = file.pages[number]
        if "/XObject" not in leaf.Resources:
            leaf.Resources.XObject = pikepdf.Dictionary()
        leaf.Resources.XObject.Bad = form
        leaf.contents_add(b"\nq /Bad Do Q", prepend=False)

    return report(change)
