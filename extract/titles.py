"""How reports say who issued them and for which year: patterns of `layouts/titles.yaml`, checked against a schema.

All words of the form live in that file; code knows only what kinds of places there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from pydantic import model_validator

from extract.labels import squeezed
from extract.layout import TITLES
from extract.patterns import Patterns


class Titles(Patterns):
    """Patterns for each kind of place that names a report's issuer or year; see the file for what they match."""

    FILE: ClassVar[str] = TITLES
    GROUPS: ClassVar[Mapping[str, str]] = {
        "agency": "agency",
        "body": "agency",
        "year": "year",
        "same_year": "same_year",
    }

    years: tuple[int, int]
    digits: tuple[str, ...]
    titles: tuple[str, ...]
    statements: tuple[str, ...]
    periods: tuple[str, ...]
    openings: tuple[str, ...]
    file_names: tuple[str, ...]

    @model_validator(mode="after")
    def _compiles(self) -> Titles:
        if len(self.digits) != 10 or not all(self.digits):
            raise ValueError("digits: ten lists of characters are needed, for 0 to 9")
        if missing := {"closing", "report"} - set(self.parts):
            raise ValueError(f"parts: {' and '.join(sorted(missing))} is missing, which every title holds")
        for kind in ("titles", "statements", "periods", "openings", "file_names"):
            for number, pattern in enumerate(getattr(self, kind)):
                try:
                    self._compiled(pattern)
                except (re.error, KeyError, RecursionError) as error:
                    raise ValueError(f"{kind}.{number}: {error}") from error
        return self

    @cached_property
    def title_patterns(self) -> tuple[re.Pattern[str], ...]:
        """For a whole title."""
        return tuple(map(self._compiled, self.titles))

    @cached_property
    def statement_patterns(self) -> tuple[re.Pattern[str], ...]:
        """For a sentence that names the report itself."""
        return tuple(map(self._compiled, self.statements))

    @cached_property
    def period_patterns(self) -> tuple[re.Pattern[str], ...]:
        """For the period that a report's figures cover."""
        return tuple(map(self._compiled, self.periods))

    @cached_property
    def opening_patterns(self) -> tuple[re.Pattern[str], ...]:
        """For the beginning of a sentence of the narrative."""
        return tuple(map(self._compiled, self.openings))

    @cached_property
    def file_name_patterns(self) -> tuple[re.Pattern[str], ...]:
        """For a file's name without its ending."""
        return tuple(map(self._compiled, self.file_names))

    @cached_property
    def closing_pattern(self) -> re.Pattern[str]:
        """For a word that every title holds: cheap, to be searched for in text before anything else."""
        return self._compiled(self.parts["closing"])

    def tells(self, text: str) -> bool:
        """Whether a page's text names a year or the report, without which none of the patterns fits."""
        return self._telling_pattern.search(squeezed(text)) is not None

    def closes(self, text: str) -> bool:
        """Whether a page's text holds a word that every title does."""
        return self.closing_pattern.search(squeezed(text)) is not None

    @cached_property
    def _telling_pattern(self) -> re.Pattern[str]:
        return self._compiled("<any_year>|<report>")

    @cached_property
    def year_pattern(self) -> re.Pattern[str]:
        """For a year as printed."""
        return self._compiled("<year>")

    def year(self, text: str) -> int | None:
        """The year that a text says, if it is one a report can be of.

        >>> Titles.shipped().year("二〇二三")
        2023
        """
        figures = [next((i for i, chars in enumerate(self.digits) if char in chars), None) for char in text]
        if len(figures) != 4 or None in figures:
            return None
        year = int("".join(map(str, figures)))
        return year if self.years[0] <= year <= self.years[1] else None

    def _known(self, name: str) -> str | None:
        return self._printed_year if name.endswith("year") and name not in self.parts else None

    @property
    def _printed_year(self) -> str:
        zero, two, every = self.digits[0], self.digits[2], "".join(self.digits)
        return f"(?<![0-9])[{two}][{zero}][{every}]{{2}}(?![0-9])"
