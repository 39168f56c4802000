"""From a path to pages: native words and rulings in upright coordinates, through PDFium."""

from __future__ import annotations

from extract.source.document import Document, Limits, PageSource, open_document

__all__ = ["Document", "Limits", "PageSource", "open_document"]
