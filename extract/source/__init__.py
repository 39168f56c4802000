"""From a path to pages: native words and rulings in upright coordinates through PDFium, or pixels."""

from __future__ import annotations

from extract.source.document import open_document
from extract.source.protocol import Document, Limits, PageSource

__all__ = ["Document", "Limits", "PageSource", "open_document"]
