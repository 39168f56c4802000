"""Web archives (MHTML): a page and all it shows in one file, as word processors and browsers save it, often as .doc."""

from __future__ import annotations

import re

from extract.errors import UnreadableError

HEADED = re.compile(rb"\s*(?:[\w-]{2,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,12}?MIME-Version:", re.IGNORECASE)
"""How such a file begins: with the fields of a mail."""

_BOUNDARY = re.compile(rb"\bboundary\s*=", re.IGNORECASE)

_PARTED = 20
"""Parts in parts at most: the parser takes time for each of them at every line."""


def page_of(data: bytes) -> bytes:
    """The HTML page that a web archive shows: its first.

    Raises:
        UnreadableError: it holds none.
    """
    from email import message_from_bytes

    if len(_BOUNDARY.findall(data)) <= _PARTED:
        for part in message_from_bytes(data).walk():
            page = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
            if isinstance(page, bytes) and page.strip():
                return page
    raise UnreadableError("a web archive (MHTML) without an HTML page: save it as PDF")
