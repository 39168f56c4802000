"""What an examination finds: facts under headings, faults to mend, and what is worth knowing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 100
"""Characters of a line."""
MARGIN = 11
"""Characters that headings take up."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Facts under one heading, by name, as data that JSON can hold.

    `faults` must be mended, `notes` may be as they are; both say on one line each what is the matter and what to do.
    `told` is what is said of the facts in words, where that is shorter than all of them.
    """

    heading: str
    values: Mapping[str, Any]
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """All facts, in the order in which they are told."""

    facts: tuple[Fact, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """What must be mended."""
        return tuple(fault for fact in self.facts for fault in fact.faults)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing."""
        return tuple(note for fact in self.facts for note in fact.notes)

    def record(self) -> dict[str, Any]:
        """Everything as plain data."""
        facts = {fact.heading: dict(fact.values) for fact in self.facts}
        return {**facts, "faults": list(self.faults), "notes": list(self.notes)}


def lines(examination: Examination) -> Iterator[str]:
    """Everything in words: one screen, with what must be mended last."""
    for fact in examination.facts:
        told = fact.told or ", ".join(f"{name} {value}" for name, value in fact.values.items())
        for paragraph in told.split("\n"):
            yield from _set(fact.heading if paragraph == told.split("\n")[0] else "", paragraph)
    for name, said in (("note", examination.notes), ("FAULT", examination.faults)):
        for one in said:
            yield from _set(name, one)
    yield "all is well" if not examination.faults else f"{len(examination.faults)} to mend"


def _set(heading: str, text: str) -> Iterator[str]:
    indented = textwrap.wrap(text, WIDTH - MARGIN, break_long_words=False, break_on_hyphens=False) or [""]
    for number, line in enumerate(indented):
        yield f"{heading if number == 0 else '':<{MARGIN}}{line}".rstrip()
