"""Documents without pages: Word and HTML files, whose tables say their own rows and spans, and plain text."""

from __future__ import annotations

from extract.source.written.docx import read_docx
from extract.source.written.html import read_html
from extract.source.written.mhtml import HEADED, page_of
from extract.source.written.text import read_text

__all__ = ["HEADED", "page_of", "read_docx", "read_html", "read_text"]
