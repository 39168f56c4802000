"""Names by which the parts of a page refer to each other."""

from __future__ import annotations

import re

from extract.model import CellId

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]")


def flag(id_: CellId) -> str:
    """Where a cell's evidence is."""
    return f"why-{_name(id_)}"


def place(id_: CellId) -> str:
    """Where a cell stands in its table as printed."""
    return f"at-{_name(id_)}"


def _name(id_: CellId) -> str:
    """Letters, digits and dots: what else an id of somebody's layout may hold is written as its code."""
    return ":".join(_NOT_PLAIN.sub(lambda found: f"-{ord(found[0]):x}-", part) for part in id_)
