"""A PDF that shows what the input shows, with the text of its scanned pages laid invisibly over them."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import EngineError, UnreadableError
from extract.fulltext.lines import PageText
from extract.fulltext.unseen import Unseen
from extract.model import Word
from extract.source import Document

if TYPE_CHECKING:
    import pikepdf

_ASCENT = 0.8
"""Share of a word's box above its baseline."""

_PDFS = frozenset({"pdf", "office"})
"""Kinds of documents that are PDFs by now."""

_INVISIBLE = 3
"""Text rendering mode of text that is neither filled nor stroked."""


def write_searchable(document: Document, pages: Sequence[PageText], path: Path) -> None:
    """Write a PDF of the pages' document; pages that were read by OCR get their text, all else stays as it is.

    The document's own pages, images included, are copied unchanged. Of an image file each picture becomes a page:
    a JPEG as it is, others without loss.

    Args:
        document: The document, open.
        pages: The text of its pages, or of some.
        path: Where to.

    Raises:
        EngineError: pikepdf or fontTools is not installed.
        UnreadableError: the PDF cannot be opened by pikepdf.
        OSError: the file cannot be written.
    """
    try:
        import pikepdf
    except ImportError as error:
        raise EngineError('searchable PDFs need pikepdf: pip install "gongkai[text]"') from error
    try:
        pdf = _opened(document) if document.kind in _PDFS else _of_images(document)
    except pikepdf.PdfError as error:
        raise UnreadableError(f"no searchable PDF can be made of it: {error}") from error
    with pdf:
        for number in range(len(pdf.pages), 0, -1):
            if number not in {page.number for page in pages}:
                del pdf.pages[number - 1]
        leaves = {page.number: leaf for page, leaf in zip(pages, pdf.pages, strict=True)}
        unseen = Unseen()
        layered = [page for page in pages if page.source == "ocr" and page.lines]
        for page in layered:
            _lay_over(leaves[page.number], page, unseen)
        if layered:
            font = unseen.embedded_in(pdf)
            for page in layered:
                leaves[page.number].add_resource(font, pikepdf.Name.Font, pikepdf.Name(unseen.name))
        pdf.save(path, deterministic_id=not pdf.is_encrypted, encryption=pdf.is_encrypted)


def _opened(document: Document) -> pikepdf.Pdf:
    import pikepdf

    return pikepdf.open(io.BytesIO(document.data), password=document.password or "")


def _lay_over(page: pikepdf.Page, text: PageText, unseen: Unseen) -> None:
    """Append a page's text to its content, in a graphics state of its own."""
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    bottom, top = sorted((y0, y1))
    left, right = sorted((x0, x1))
    to_stored = _stored(left, top, right - left, top - bottom, text.turned)
    parts = [b"BT", b"%d Tr" % _INVISIBLE]
    for line in text.lines:
        for word in line.words:
            parts.append(_shown(word, to_stored, unseen))
    parts.append(b"ET")
    page.contents_add(b"q\n", prepend=True)  # what the page's own content leaves behind must not move the text
    page.contents_add(b"\nQ\nq\n" + b"\n".join(parts) + b"\nQ\n")


def _stored(left: float, top: float, width: float, height: float, turned: int) -> tuple[float, ...]:
    """The matrix a, b, c, d, e, f from points of the upright page, y downwards, to the page's user space."""
    match turned % 360:
        case 90:
            return 0, 1, 1, 0, left, top - height
        case 180:
            return -1, 0, 0, 1, left + width, top - height
        case 270:
            return 0, -1, -1, 0, left + width, top
    return 1, 0, 0, -1, left, top


def _shown(word: Word, to_stored: Sequence[float], unseen: Unseen) -> bytes:
    """The operators that show a word in its box: as high as it is, stretched to its width."""
    a, b, c, d, e, f = to_stored
    box = word.bbox
    size = max(box.height, 0.1)
    stretch = 100 * box.width / (unseen.width(word.text) * size)
    x, y = box.x0, box.top + _ASCENT * size
    # The text's own y runs upwards, that of the upright page downwards.
    matrix = (a, b, -c, -d, a * x + c * y + e, b * x + d * y + f)
    if not all(map(math.isfinite, (*matrix, stretch))):
        return b""
    placed = b" ".join(b"%.4f" % number for number in matrix)
    return b"%s %.3f Tf %.2f Tz %s Tm <%s> Tj" % (
        unseen.name.encode("ascii"),
        size,
        stretch,
        placed,
        unseen.codes(word.text),
    )


def _of_images(document: Document) -> pikepdf.Pdf:
    """A PDF with each picture of an image document on a page of its size."""
    import pikepdf

    pdf = pikepdf.new()
    for number in range(1, len(document) + 1):
        with document.page(number) as source:
            raster = source.raster()
        height, width = raster.pixels.shape[:2]
        size = width / raster.scale, height / raster.scale
        image = _passed_through(pdf, document, raster.pixels)
        if image is None:
            image = _lossless(pdf, raster.pixels)
        page = pdf.add_blank_page(page_size=size)
        page.add_resource(image, pikepdf.Name.XObject, pikepdf.Name("/Im0"))
        page.contents_add(b"q %.4f 0 0 %.4f 0 0 cm /Im0 Do Q" % size)
    return pdf


def _passed_through(pdf: pikepdf.Pdf, document: Document, pixels: Any) -> pikepdf.Stream | None:
    """A JPEG as it is, if a viewer shows it as it was read: grey or RGB, and not turned by its metadata."""
    import pikepdf
    from PIL import Image

    if len(document) != 1 or not document.data.startswith(b"\xff\xd8\xff"):
        return None
    with Image.open(io.BytesIO(document.data)) as image:
        plain = image.mode in {"L", "RGB"} and image.getexif().get(0x0112, 1) == 1
        if not plain or image.size != pixels.shape[1::-1]:
            return None
        space = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
        size = image.size
    return pikepdf.Stream(pdf, document.data, _described(size, space, 8, pikepdf.Name.DCTDecode))


def _lossless(pdf: pikepdf.Pdf, pixels: Any) -> pikepdf.Stream:
    """Pixels packed without loss: one bit each where there are but black and white."""
    import numpy as np
    import pikepdf

    height, width = pixels.shape[:2]
    bits, space = 8, pikepdf.Name.DeviceRGB
    rows = pixels.reshape(height, -1)
    if pixels.ndim == 2:
        space = pikepdf.Name.DeviceGray
        if np.isin(pixels, (0, 255)).all():
            bits, rows = 1, np.packbits(pixels > 0, axis=1)
    data = zlib.compress(np.ascontiguousarray(rows).tobytes(), 6)
    return pikepdf.Stream(pdf, data, _described((width, height), space, bits, pikepdf.Name.FlateDecode))


def _described(size: tuple[int, int], space: pikepdf.Name, bits: int, packed: pikepdf.Name) -> pikepdf.Dictionary:
    """What a PDF says of an image."""
    from pikepdf import Dictionary, Name

    return Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=space,
        BitsPerComponent=bits,
        Filter=packed,
    )
