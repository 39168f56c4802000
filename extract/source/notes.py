"""Form fields and annotations: what stands in them is part of the page that a reader sees, and of no text layer."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2.raw as pdfium_c

NOTED = "what form fields or notes on it say was read as part of the page"
"""What a page says of it."""


def flattened(pdf: Any, page: Any, number: int) -> tuple[Any, bool]:
    """Make what form fields and annotations of page `number` (from 1) show part of the page.

    Only the open document changes, not its file. Gives the page to go on with, and whether it has more text than the
    `page` that was loaded, which stamps and underlines do not add.

    Raises:
        PdfiumError: The page cannot be loaded again.
    """
    if not pdfium_c.FPDFPage_GetAnnotCount(page):
        return page, False
    before = _characters(page)
    if pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) != pdfium_c.FLATTEN_SUCCESS:
        return page, False
    page.close()
    page = pdf[number - 1]  # loaded anew, because the one that was flattened keeps its old content
    return page, _characters(page) > before


def _characters(page: Any) -> int:
    """How many characters the text layer of a loaded page has."""
    text = page.get_textpage()
    try:
        return int(text.count_chars())
    finally:
        text.close()


def saved(pdf: Any) -> bytes:
    """The bytes of an open document as it is now, without encryption."""
    target = BytesIO()
    pdf.save(target, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    return target.getvalue()
