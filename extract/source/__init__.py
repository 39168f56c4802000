"""From a path to pages, native words and rulings through PDFium or pixels; or to a document without pages."""

from __future__ import annotations

from extract.source.document import album, drawn, open_document, open_source
from extract.source.files import contents
from extract.source.protocol import Document, PageSource

__all__ = ["Document", "PageSource", "album", "contents", "drawn", "open_document", "open_source"]
