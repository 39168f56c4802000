"""A finding, and what it is in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from extract import layout
from extract.across.store import Figure, Filed
from extract.export.rows import plain
from extract.export.words import Phrase, words
from extract.model import CellId, Status

Facts = Mapping[str, Phrase | str | int]
"""What a sentence puts in, by the names in its braces."""


@dataclass(frozen=True, slots=True)
class Side:
    """One report of a finding, and its cells that the finding is about."""

    report: Filed
    cells: tuple[tuple[CellId, Figure], ...] = ()

    @property
    def pages(self) -> list[int]:
        """The pages its cells are printed on."""
        return sorted({figure.page for _, figure in self.cells if figure.page is not None})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person should look at: in `report`, and in `other` where two reports come together.

    `kind` is a key of `findings` in words.yaml. It is `certain` when nothing speaks against any of its readings: then
    the reports say so themselves. `identity` names an identity across years and the row or column, `expected` is what
    the other report asks for, and `found` what this one says; all three are empty or None for other kinds. `facts` are
    what the sentence puts in.
    """

    kind: str
    certain: bool
    agency: str
    year: int | None
    report: Side | None = None
    other: Side | None = None
    identity: str = ""
    expected: Decimal | None = None
    found: Decimal | None = None
    facts: Facts = field(default_factory=dict)

    @property
    def sentence(self) -> Phrase:
        """The finding in words."""
        facts: Facts = {"agency": self.agency, "year": self.year or "", **self.facts}
        return put_in(words().findings[self.kind], facts)


def put_in(phrase: Phrase, facts: Facts) -> Phrase:
    """The phrase with facts put in, each in its language where it has one."""
    zh = {name: fact.zh if isinstance(fact, Phrase) else fact for name, fact in facts.items()}
    en = {name: fact.en if isinstance(fact, Phrase) else fact for name, fact in facts.items()}
    return Phrase.model_construct(zh=phrase.zh.format(**zh), en=phrase.en.format(**en))


def listed(phrases: Iterable[Phrase], joint: str) -> Phrase:
    """Several one after the other."""
    several = list(phrases)
    return Phrase.model_construct(zh=joint.join(one.zh for one in several), en=joint.join(one.en for one in several))


def called(id_: CellId) -> Phrase:
    """What a cell is called: by its labels in the form, and by its row and column."""
    row, column = _labels().get(id_, (id_.row, id_.column))
    return Phrase.model_construct(zh=f"{row} · {column}", en=f"{id_.row}/{id_.column}")


def shown(figure: Figure) -> str:
    """A figure in a list: the number, or why there is none, and whether it is in doubt."""
    if figure.value is None:
        return figure.status.value
    return plain(figure.value) + (f" ({figure.status.value})" if figure.status is Status.SUSPECT else "")


def cell_names(cells: Sequence[tuple[CellId, Figure]]) -> str:
    """Ids of cells, in a list."""
    return "; ".join("/".join(id_) for id_, _ in cells)


@cache
def _labels() -> dict[CellId, tuple[str, str]]:
    """The last of a cell's row labels and of its column labels, as the newest edition has them."""
    slots = [slot for one in reversed(layout.shipped()) for grid in one.grids for slot in grid.slots]
    return {slot.id: (slot.row_label.rsplit(" / ", 1)[-1], slot.column_label.rsplit(" / ", 1)[-1]) for slot in slots}
