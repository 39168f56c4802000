"""What a file's name says of the report in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from extract.labels import squeezed
from extract.model import Claim
from extract.source.pagenames import numbered
from extract.titles import Titles

_BETWEEN = re.compile(r"[\s_+.~,，]+|(?<=\D)-|-(?=\D)")
"""What stands between the words of a file's name."""

_COUNTED = re.compile(r"^(?:\([^()]*\)|\d{8}|\d{1,3}(?=\D))+")
"""A number, date or remark before the name proper."""


def claims(path: str, words: Titles) -> Iterator[Claim]:
    """What the name of a file, or of page images that were joined, says; a year only where it is called one.

    A bare 2024 is as often the year of publication.
    """
    name = PurePath(path).name
    stem = PurePath(path).stem if re.fullmatch(r"\.\w{1,5}", PurePath(path).suffix) else name
    for text in dict.fromkeys((stem, *_without_page_number(stem))):
        plain = _BETWEEN.sub("", squeezed(text))
        for candidate in dict.fromkeys((plain, _COUNTED.sub("", plain))):
            for pattern in (*words.title_patterns, *words.file_name_patterns):
                match = pattern.fullmatch(candidate)
                groups = match.groupdict() if match else {}
                agency, printed = groups.get("agency") or "", groups.get("year") or ""
                year = words.year(printed)
                if words.year_pattern.search(agency) or (printed and year is None) or not (agency or year):
                    continue
                if agency:
                    yield Claim("agency", agency, "file-name", name)
                if year:
                    yield Claim("year", str(year), "file-name", name)
                return


def _without_page_number(stem: str) -> Iterator[str]:
    page = numbered(stem)
    if page and page[0]:
        yield page[0]
