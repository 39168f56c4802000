"""The words of outputs for people, Chinese and English, from `words.yaml` beside this module."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from pydantic import model_validator

from extract.datafiles import Strict, loaded
from extract.layout import Layout
from extract.model import Status, Table, Verdict


class Phrase(Strict):
    """The same in both languages; names in braces are put in by who uses it."""

    zh: str
    en: str

    @model_validator(mode="after")
    def _alike(self) -> Phrase:
        # One language may name a row or column by its label where the other does by its id.
        zh, en = ({*re.findall(r"\{(\w+)\}", text)} - {"label", "id"} for text in (self.zh, self.en))
        if zh != en:
            raise ValueError(f"{self.en}: the languages put different things in")
        return self


class Term(Strict):
    """A word with what it means."""

    name: Phrase
    meaning: Phrase


class StatusTerm(Term):
    """A status; `mark` is the character that stands for it in a cell."""

    mark: str


class _Rule(Strict):
    find: re.Pattern[str]
    put: str


class Words(Strict):
    """All words. `phrases` and `places` are by key, the others by the value they name; findings by their kind."""

    statuses: dict[Status, StatusTerm]
    verdicts: dict[str, Term]
    documents: dict[Verdict, Phrase]
    phrases: dict[str, Phrase]
    places: dict[str, Phrase]
    findings: dict[str, Phrase]
    finding_kinds: dict[str, Phrase]
    chinese: tuple[_Rule, ...]

    @model_validator(mode="after")
    def _complete(self) -> Words:
        if set(self.statuses) != set(Status) or len({term.mark for term in self.statuses.values()}) != len(Status):
            raise ValueError("every status needs a mark of its own")
        if set(self.findings) != set(self.finding_kinds):
            raise ValueError("every kind of finding needs a sentence and a meaning")
        return self

    def in_chinese(self, text: str) -> str:
        """A reason or a piece of evidence, which arise in English, as far as there are Chinese words for it."""
        for rule in self.chinese:
            text = rule.find.sub(rule.put, text)
        return text


def title_of(table: Table, layouts: Iterable[Layout]) -> Phrase:
    """What a table is called: by its heading in the form, or by its own part of a grid that holds several."""
    name = table.name.replace("_", " ")
    for one in layouts:
        for grid in one.grids:
            if one.edition == table.edition and table.name in grid.tables:
                alone = len(grid.tables) == 1 and grid.headings
                return Phrase(zh=grid.headings[0] if alone else table.cells[0].row_label.split(" / ")[0], en=name)
    return Phrase(zh=table.name, en=name)


@cache
def words() -> Words:
    """The words that come with the package."""
    text = resources.files("extract.export").joinpath("words.yaml").read_text(encoding="utf-8")
    return Words.model_validate(loaded(text))
