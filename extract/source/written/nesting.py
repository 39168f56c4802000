"""How deep and how often the elements of an HTML page may stand in each other, before time is spent on them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from extract.errors import LimitError
from extract.limits import Limits
from extract.source.written.spans import Allowance

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")

_UNCLOSED = frozenset(
    {
        *("area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input"),
        *("li", "link", "meta", "optgroup", "option", "p", "param", "rb", "rp", "rt", "rtc", "source", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "track", "wbr"),
    }
)
"""Elements that need no closing tag."""


def check_tags(text: str, limits: Limits) -> None:
    """Refuse elements that are opened again and again and never closed: the parser takes time by the square of them.

    Cells too, when there are more than the tables may have: it takes seconds to find that out by reading them.
    """
    opened: Counter[str] = Counter()
    allowance, most = Allowance(limits.grid_cells), limits.open_elements
    for closing, tag in _TAG.findall(text):
        name = tag.lower()
        if name in {"td", "th"} and not closing:
            allowance.take(1)
        if name not in _UNCLOSED:
            opened[name] = max(0, opened[name] + (-1 if closing else 1))
            if opened[name] > most:
                raise LimitError(f"more than the limit of {most} elements {name} stand in each other")


def check_depth(root: Any, most: int) -> None:
    """Refuse a page whose elements stand in each other deeper than that."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > most:
            raise LimitError(f"its elements stand in each other deeper than the limit of {most}")
        level = [child for element in level for child in element]
