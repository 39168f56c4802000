"""The header of a block in plain text: which of its labels are there, and whether they stand in the form's order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extract.grids.plaintext.rows import TextRow
from extract.labels import plain, similarity
from extract.layout import Block, GridLayout, Layout, Node

_ALIKE = 0.75
"""Likeness from which a cell is taken for a label of the header."""


@dataclass(frozen=True, slots=True)
class Found:
    """A label of the header as printed: its canonical name, and the field it stands in."""

    name: str
    text: str
    field: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines above a block's rows say.

    `told` says that they name the block's columns in its order, but for one at most. `named` counts the columns found,
    `texts` are the labels as printed, by their canonical names. `fields` are the fields in which columns are
    named, by column, empty where they do not stand in the form's order; `width` is how many fields each of the header's
    rows has, and `stretch` where they stand, None where they differ.
    """

    told: bool
    named: int
    texts: dict[str, list[str]]
    width: int | None = None
    stretch: int | None = None
    fields: Mapping[int, int] = field(default_factory=dict)

    @property
    def start(self) -> int | None:
        """The field of the first column, where columns that follow each other stand in fields that do; else None."""
        starts = {at - column for column, at in self.fields.items()}
        return min(starts) if len(starts) == 1 and min(starts) >= 0 else None

    @property
    def contradicts(self) -> bool:
        """Whether columns are named, but others than the block's or in another order."""
        return self.named > 1 and not self.told and not self.fields


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """What may stand in the header of a block: leaves in order, and spellings of these and of everything else there.

    `sums` are names of columns that others add up to: these may be printed in any of the header's rows, so that their
    place among the others says nothing. `corner` are names of what stands over the labels of rows.
    """

    leaves: tuple[str, ...]
    spellings: dict[str, str]
    sums: frozenset[str]
    corner: frozenset[str]
    longest: list[str] = field(default_factory=list)

    def of_cell(self, text: str) -> str | None:
        """The name of the label that a cell holds."""
        key = plain(text)
        if key in self.spellings:
            return self.spellings[key]
        best = max(self.spellings, key=lambda known: similarity(text, known), default="")
        return self.spellings[best] if best and similarity(text, best) >= _ALIKE else None

    def in_text(self, text: str) -> list[tuple[str, str]]:
        """Name and text of every label in a text without marks between cells, the longest first at each place.

        What stands behind a label is part of its text, since it may give a unit; behind a column's where that is like
        the label still.
        """
        text = plain(text)
        found: list[tuple[str, int, int]] = []
        at = 0
        while at < len(text):
            label = next((known for known in self.longest if text.startswith(known, at)), "")
            if label:
                found.append((self.spellings[label], at, at + len(label)))
            at += len(label) or 1
        named = []
        for (name, start, end), (_, following, _) in pairwise([*found, ("", len(text), 0)]):
            whole = text[start:following]
            named.append((name, whole if name in self.corner or self.of_cell(whole) == name else text[start:end]))
        return named


def header_words(layout: Layout, grid: GridLayout, block: Block) -> HeaderWords:
    """The words of a block's header under one edition."""
    spellings: dict[str, str] = {}
    for text in (*grid.corner, *([block.title] if block.title else ())):
        spellings[plain(text)] = text
    for node in _nodes(block.columns):
        for text in node.spellings:
            spellings.setdefault(plain(text), node.label or text)
    leaves = tuple(path[-1].label or "" for path in block.column_paths)
    ids = {path[-1].id: path[-1].label or "" for path in block.column_paths}
    tables = set(grid.tables)
    sums = frozenset(
        ids[term]
        for identity in layout.identities
        if identity.each == "row" and identity.table in tables
        for term in identity.left
        if term in ids
    )
    longest = sorted(spellings, key=len, reverse=True)
    return HeaderWords(leaves, spellings, sums, frozenset(grid.corner), longest)


def _nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _nodes(node.children)


def read_header(rows: Sequence[TextRow], words: HeaderWords) -> Header:
    """What the labels of the rows above a block's values say; where nothing parts cells, they are pieces of a text."""
    found: list[Found] = []
    unknown = 0
    widths = {row.width for row in rows}
    if any(widths):
        for row in rows:
            for at, text in row.labels:
                name = words.of_cell(text)
                unknown += name is None
                if name is not None:
                    found.append(Found(name, text, at))
    else:
        whole = "".join(text for row in rows for _, text in row.labels)
        found = [Found(name, text, at) for at, (name, text) in enumerate(words.in_text(whole))]
    texts: dict[str, list[str]] = {}
    for one in found:
        texts.setdefault(one.name, []).append(one.text)
    leaves = [one for one in found if one.name in set(words.leaves)]
    told = _told([one.name for one in leaves], unknown, words)
    stretches = {row.stretch for row in rows}
    sure = any(widths) and (told or len(set(words.leaves)) == len(words.leaves))
    return Header(
        told=told,
        named=len(leaves),
        texts=texts,
        width=widths.pop() if len(widths) == 1 else None,
        stretch=stretches.pop() if len(stretches) == 1 else None,
        fields=_fields(leaves, words.leaves) if sure else {},
    )


def _told(names: Sequence[str], unknown: int, words: HeaderWords) -> bool:
    """Whether the columns named are those of the block, in order; one may be missing, or be spelt past knowing."""
    missing = Counter(words.leaves) - Counter(names)
    extra = Counter(names) - Counter(words.leaves)
    if extra or missing.total() > (len(words.leaves) >= 3) or (missing and unknown > 1):
        return False
    wanted = [name for name in words.leaves if name not in words.sums]
    seen = [name for name in names if name not in words.sums]
    return seen == wanted or any(seen == wanted[:i] + wanted[i + 1 :] for i in range(len(wanted)))


def _fields(leaves: Sequence[Found], wanted: Sequence[str]) -> dict[int, int]:
    """For each column named its field; empty where they do not stand in the form's order from left to right."""
    fields: dict[int, int] = {}
    at = 0
    for one in sorted(leaves, key=lambda one: one.field):
        while at < len(wanted) and wanted[at] != one.name:
            at += 1
        if at == len(wanted):
            return {}
        fields[at] = one.field
        at += 1
    return fields
