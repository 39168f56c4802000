"""File names that are numbered pages of something."""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"(?P<stem>.*?)[\s._-]*(?P<mark>(?<![a-z])p(?:age)?|第)?[\s._-]*[(（]?(?P<number>\d{1,9})[)）]?页?", re.IGNORECASE
)

_YEARS = range(2008, 2100)
"""Years that reports are of: FILE2021 and FILE2022 are no pages of one document."""


def numbered(name: str) -> tuple[str, int] | None:
    """What a file's name without its ending says: whose page, and which; None where it ends in no page number.

    The first is empty where the name is but a number: `FILE-p1`, `FILE_001` and `FILE (1)` are of FILE, `1` of nothing.
    """
    match = _NUMBERED.fullmatch(name)
    if not match or (len(match["number"]) == 4 and int(match["number"]) in _YEARS and not match["mark"]):
        return None
    return match["stem"], int(match["number"])
