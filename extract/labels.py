"""Labels as people mean them: spelling, spacing, numbering and script set aside, and how alike two labels are."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from operator import add
from typing import Any

from rapidfuzz.distance import OSA, Indel

_NO_LATIN = re.compile("[^\0-\u02ff]+")

_MARKS = re.compile(r"[\W_]+")
"""What `str.isalnum` denies: taken out by an expression, it costs a third."""

_WIDE, _WIDER = re.compile("[\uff01-\uff5e]"), 0xFEE0
"""Full-width forms of ASCII, and by how much their code points are greater."""

_ORDINAL = re.compile(
    r"""^\s*(?:
        [（(]\s*(?P<bracketed>[一二三四五六七八九十]{1,3}|\d{1,2})\s*[)）]\s*[、.]?
      | (?P<chinese>[一二三四五六七八九十]{1,3})\s*[、.,，]
      | (?P<arabic>\d{1,2})\s*[、.,，)）]
    )""",
    re.VERBOSE,
)

_NUMBER = re.compile(r"[+\-−—]?[\d,.]*\d\s*(?P<tail>\D{0,4}|[\[(【〔].*[\])】〕])", re.DOTALL)

_REMARK_BEFORE = re.compile(r"^[(\[【〔][^)\]】〕]*[)\]】〕]")


_REMARK_AFTER = re.compile(r"(?P<label>\s*(?:[(（][^)）]{1,3}[)）])?[^(（]*\w[^(（]*)[(（].{4,}[)）]\s*", re.DOTALL)
"""How to fill in a form, as some bodies print it behind their labels."""

_BESIDE_REMARK = 0.98
"""Weight of a likeness where a remark was set aside; the label that has the remark itself is the more alike."""


def _folded(text: str) -> str:
    """The text in Unicode's normal form KC. Most pages are in it but for full-width marks: these alone cost little."""
    return unicodedata.normalize("NFKC", _WIDE.sub(lambda found: chr(ord(found[0]) - _WIDER), text))


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Letters and digits only: full-width forms folded, traditional characters simplified, the rest dropped."""
    folded = _folded(text)
    kept = _MARKS.sub("", folded).lower()
    try:
        kept.encode("gb2312")
    except UnicodeEncodeError:
        return str(_simplifier().convert(kept))
    return kept


@lru_cache(maxsize=1024)
def squeezed(text: str) -> str:
    """The text without white space, full-width forms folded, traditional characters simplified; all else is kept."""
    folded = "".join(_folded(text).split())
    try:
        _MARKS.sub("", folded).encode("gb2312")
    except UnicodeEncodeError:
        return str(_simplifier().convert(folded))
    return folded


@lru_cache(maxsize=8192)
def split_ordinal(text: str) -> tuple[str, str]:
    """The numbering before a label ("（三）", "2.", "四、", normalised to its number) and the plain rest."""
    folded = unicodedata.normalize("NFKC", "".join(text.split()))
    match = _ORDINAL.match(folded)
    if match is None or not plain(folded[match.end() :]):
        return "", plain(folded)
    return next(group for group in match.groups() if group), plain(folded[match.end() :])


@lru_cache(maxsize=65536)
def similarity(read: str, label: str) -> float:
    """How alike a label as read and a label of the layout are, from 0 to 1; numbering counts only as a hint."""
    ordinal, rest = split_ordinal(read)
    wanted_ordinal, wanted = split_ordinal(label)
    if not rest or not wanted:
        return 0.0
    score = (Indel.normalized_similarity(rest, wanted) + OSA.normalized_similarity(rest, wanted)) / 2
    if ordinal and wanted_ordinal and ordinal != wanted_ordinal:
        score *= 0.93
    remark = _REMARK_AFTER.fullmatch(read)
    if remark is not None and _REMARK_AFTER.fullmatch(label) is None:
        score = max(score, _BESIDE_REMARK * similarity(remark["label"], label))
    return score


def is_label(text: str, counters: frozenset[str]) -> bool:
    """Whether a cell's text, without white space, is words, and not a number with its unit.

    They are two letters or more; behind a row's number one, what may be left of them. `counters` are words that may
    follow a number.
    """
    folded = unicodedata.normalize("NFKC", text)
    match = _NUMBER.fullmatch(_REMARK_BEFORE.sub("", folded))
    if match is not None:
        tail = match["tail"]
        if not tail or tail in counters or tail[0] in "([【〔":
            return False
    letters = sum(not char.isascii() and char.isalpha() for char in plain(folded))
    return letters >= 2 or (letters == 1 and _is_numbered(folded, counters))


def _is_numbered(text: str, counters: frozenset[str]) -> bool:
    """Whether a text is one letter behind a row's number."""
    ordinal, rest = split_ordinal(text)
    return bool(ordinal) and len(rest) == 1 and rest.isalpha() and rest not in counters


@lru_cache(maxsize=1024)
def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring ideographs of a plain text: what labels are made of, and numbers are not."""
    return frozenset[str]().union(*(map(add, run, run[1:]) for run in _NO_LATIN.findall(text)))


@cache
def _simplifier() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
