"""JSON values for what reports hold, and JSON text that people can read and compare."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from extract.export.rows import plain
from extract.export.untrusted import storable
from extract.model import BBox


def number(value: Decimal | None) -> str | None:
    """A decimal as text, because JSON readers take numbers for floats."""
    return None if value is None else plain(value)


def points(length: float) -> float:
    """A length or place in points, to the hundredth."""
    return round(float(length), 2)


def edges(box: BBox | None) -> list[float] | None:
    """A box as [x0, top, x1, bottom] in points."""
    return None if box is None else [points(edge) for edge in box]


def jsonable(value: Any) -> Any:
    """JSON values for what evidence and alternatives may hold; a float that is no number becomes null."""
    result: Any
    if value is None or isinstance(value, bool | int):
        result = value
    elif isinstance(value, Mapping):
        result = {storable(str(key)): jsonable(item) for key, item in value.items()}
    elif isinstance(value, list | tuple | set | frozenset):
        result = [jsonable(item) for item in value]
    elif isinstance(value, Decimal):
        result = plain(value)
    elif isinstance(value, float):
        result = round(float(value), 4) if math.isfinite(value) else None
    elif hasattr(value, "tolist"):  # numpy scalars and arrays, in Python's own types
        result = jsonable(value.tolist())
    else:
        result = storable(str(value))
    return result


def readable(value: Any, margin: str = "") -> str:
    """JSON text in which each object that holds no other object takes one line, so that people can read and diff it."""
    inner = margin + " "
    if isinstance(value, dict) and any(_holds_object(item) for item in value.values()):
        items = [f"{json.dumps(key, ensure_ascii=False)}: {readable(item, inner)}" for key, item in value.items()]
        return f"{{\n{inner}" + f",\n{inner}".join(items) + f"\n{margin}}}"
    if isinstance(value, list) and any(_holds_object(item) for item in value):
        items = [readable(item, inner) for item in value]
        return f"[\n{inner}" + f",\n{inner}".join(items) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _holds_object(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_object, value)))
