"""Regular expressions made of named parts: `<year>` in one stands for the part that is called year."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_PART = re.compile(r"(?<!\?P)<(?P<name>[a-z_]+)>")

_DEEPEST = 8
"""Parts within parts."""


def compiled(
    pattern: str, parts: Mapping[str, str], own: Callable[[str], str | None], groups: Mapping[str, str]
) -> re.Pattern[str]:
    """A pattern with its parts put in.

    Args:
        pattern: A regular expression with names of parts in it.
        parts: What the parts stand for, which may have parts themselves; white space in them counts for nothing.
        own: What a part stands for that is not among these, None for those that are.
        groups: Parts that are caught by a group, and the group's name.

    Raises:
        re.error: It is no regular expression.
        KeyError: There is no such part.
        RecursionError: A part stands within itself.
    """

    def expanded(pattern: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise RecursionError("a part stands within itself")

        def part(found: re.Match[str]) -> str:
            name = found["name"]
            text = own(name)
            text = expanded("".join(parts[name].split()), depth + 1) if text is None else text
            return f"(?P<{groups[name]}>{text})" if name in groups else f"(?:{text})"

        return _PART.sub(part, pattern)

    return re.compile(expanded(pattern, 0))
