"""Plain text: the lines of a file, from which a table's cells are still to be made out."""

from __future__ import annotations

import hashlib

from extract.limits import Limits
from extract.model import PLAIN_TEXT, Written
from extract.source.written.decode import decoded


def read_text(path: str, data: bytes, limits: Limits) -> Written:
    """Read a text file.

    Raises:
        UnreadableError: it is no text.
        LimitError: it is larger than the limits.
    """
    text, doubts = decoded(data, limits)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    return Written(path, hashlib.sha256(data).hexdigest(), PLAIN_TEXT, tuple(lines), doubts)
