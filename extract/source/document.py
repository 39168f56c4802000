"""Opening a document: what it is, and whether it may be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from extract.errors import LimitError, UnreadableError
from extract.limits import Limits
from extract.model import DOCX, HTML, PLAIN_TEXT, PageInfo, Written
from extract.source.files import contents
from extract.source.images import open_images
from extract.source.office import COMPOUND, RTF, converted
from extract.source.pdf import open_pdf
from extract.source.protocol import Document

_TIFF = b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"
_JPEG_2000 = b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", *_TIFF, *_JPEG_2000, b"BM", b"RIFF")
"""First bytes of PNG, JPEG, TIFF and BigTIFF, JPEG 2000, BMP and WebP files."""

_FOREIGN = (
    (re.compile(rb"(?s:....)ftyp(?:hei[cx]|hevc|mif1|msf1|avif)"), "a HEIC or AVIF image: save it as JPEG or PNG"),
    (re.compile(rb"GIF8[79]a"), "a GIF image: save it as PNG"),
    (re.compile(rb"AT&TFORM"), "a DjVu document: save it as PDF"),
    (re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b"), "an archive: unpack it"),
)
"""First bytes of files that are not read, and what to do with them."""

_ZIP = b"PK\x03\x04"

_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE)
"""What an HTML page holds near its beginning."""

_PLAIN = frozenset({".txt", ".text", ".md", ".tsv"})
"""Endings of names of plain text, which nothing in the file itself shows."""

_PAGES = frozenset({".htm", ".html", ".xhtml", ".shtml"})


def open_source(
    path: str | Path | Sequence[str | Path], *, password: str | None = None, limits: Limits | None = None
) -> Document | Written:
    """Open a document: one with pages, to be read page by page, or one without, which is read at once.

    What a file is, its content says, not its name; only plain text is known by its name.

    Raises:
        UnreadableError: a file is missing, empty, damaged or of a kind that gongkai does not read.
        PasswordError: it is encrypted and `password` does not open it.
        LimitError: it is larger than `limits`.
    """
    limits = limits or Limits()
    if not isinstance(path, str | Path):
        return _joined([Path(one) for one in path], limits)
    data = contents(Path(path), limits.file_bytes)
    if data.startswith(_IMAGES):
        return open_images([(str(path), data)], limits)
    if b"%PDF-" in data[:1024]:
        return open_pdf(str(path), data, password, limits)
    if data.startswith((COMPOUND, RTF)):
        return replace(open_pdf(str(path), converted(str(path), data), None, limits), origin=data)
    return _written(Path(path), data, limits)


def _written(path: Path, data: bytes, limits: Limits) -> Written:
    """A document without pages; its libraries are imported for such documents only."""
    from extract.source import written

    suffix = path.suffix.lower()
    if written.HEADED.match(data):
        page = written.page_of(data)
        return replace(written.read_html(str(path), page, limits), sha256=hashlib.sha256(data).hexdigest())
    if data.startswith(_ZIP):
        return written.read_docx(str(path), data, limits)
    if suffix in _PAGES or (suffix not in _PLAIN and _MARKUP.search(data[:4096])):
        return written.read_html(str(path), data, limits)
    if suffix in _PLAIN:
        return written.read_text(str(path), data, limits)
    known = next((told for first_bytes, told in _FOREIGN if first_bytes.match(data)), None)
    raise UnreadableError(
        known or "neither a PDF, an image, a Word or HTML file, nor text (.txt): its content is something else"
    )


def open_document(
    path: str | Path | Sequence[str | Path], *, password: str | None = None, limits: Limits | None = None
) -> Document:
    """Open a document that has pages: a PDF or an image file, several image files as one, or pictures in another file.

    Raises:
        UnreadableError: as `open_source`; or it is plain text, or a Word or HTML file that holds no pictures.
        PasswordError: a PDF is encrypted and `password` does not open it.
        LimitError: it is larger than `limits`.
    """
    opened = open_source(path, password=password, limits=limits)
    if not isinstance(opened, Written):
        return opened
    pictures = album(opened, limits)
    if pictures is None:
        raise UnreadableError(f"there is no page to show: {_NAMES[opened.kind]} has none")
    return pictures


def album(document: Written, limits: Limits | None = None) -> Document | None:
    """The pictures that a Word or HTML file holds, as the pages of one document; None where it holds none."""
    if not document.pictures:
        return None
    files = [(f"picture {number}", data) for number, data in enumerate(document.pictures, 1)]
    opened = open_images(files, limits or Limits())
    return replace(opened, path=document.path, sha256=document.sha256, kind=document.kind)


def drawn(document: Document, info: PageInfo, scale: float) -> Any:
    """A page as a report has it, upright, as a Pillow image at `scale` pixels per point; it is not read again.

    Raises:
        UnreadableError: there is no such page, or it cannot be loaded.
    """
    if not 1 <= info.number <= len(document):
        raise UnreadableError(f"there is no page {info.number}")
    with document.page(info.number) as opened:
        page = replace(opened.skim(), width=info.width, height=info.height, rotation=info.rotation)
    return document.image(page, scale)


_NAMES = {DOCX: "a Word file", HTML: "an HTML file", PLAIN_TEXT: "a text file"}


def _joined(paths: Sequence[Path], limits: Limits) -> Document:
    """Image files as the pages of one document."""
    files: list[tuple[str, bytes]] = []
    left = limits.file_bytes
    for path in paths:
        data = contents(path, limits.file_bytes)
        left -= len(data)
        if left < 0:
            raise LimitError(f"more than the limit of {limits.file_bytes} bytes together")
        if not data.startswith(_IMAGES):
            raise UnreadableError(f"{path.name} is not an image: only images can be joined")
        files.append((str(path), data))
    if not files:
        raise UnreadableError("no files to join")
    return open_images(files, limits)
