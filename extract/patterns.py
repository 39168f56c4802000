"""Regular expressions put together of named parts, as files of `layouts/` hold them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import ClassVar, Self

from extract.datafiles import Strict, validated

_PART = re.compile(r"(?<!\?P)<(?P<name>[a-z_]+)>")

_DEEPEST = 8
"""Parts within parts."""


class Patterns(Strict, ABC):
    """A file of patterns in which `<name>` stands for a part: one of the file's own, or one that code knows."""

    FILE: ClassVar[str]
    """Its name in `extract.layouts`."""

    GROUPS: ClassVar[Mapping[str, str]]
    """Parts that are caught by a group, and the group's name."""

    form: str
    parts: dict[str, str]

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """From YAML text; `name` is used in error messages.

        Raises:
            LayoutError: the text is not YAML, does not fit the schema, or a pattern is none.
        """
        return validated(cls, text, name)

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """The patterns in the package."""
        return cls.parse((resources.files("extract.layouts") / cls.FILE).read_text(encoding="utf-8"), cls.FILE)

    @abstractmethod
    def _known(self, name: str) -> str | None:
        """The expression for a part that code knows; None for one of the file's own."""

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        return re.compile(self._expanded(pattern, 0))

    def _expanded(self, pattern: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise RecursionError("a part stands within itself")

        def part(found: re.Match[str]) -> str:
            name = found["name"]
            text = self._known(name)
            if text is None:
                text = self._expanded("".join(self.parts[name].split()), depth + 1)
            return f"(?P<{self.GROUPS[name]}>{text})" if name in self.GROUPS else f"(?:{text})"

        return _PART.sub(part, pattern)
