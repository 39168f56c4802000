"""What the labels of a form's grids are made of: pairs of characters that tell one grid from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extract.labels import bigrams, plain
from extract.layout import GridLayout, Layout, Node


@dataclass(frozen=True)
class Vocabulary:
    """Bigrams of every label of each grid, over all editions, and of the grids' headings.

    `single` gives for the grids that are one row of values without a stub how many these are.
    """

    labels: dict[str, frozenset[str]]
    headings: dict[str, tuple[str, ...]]
    single: dict[str, int]

    @cached_property
    def all_headings(self) -> tuple[str, ...]:
        """The headings of every grid."""
        return tuple(heading for known in self.headings.values() for heading in known)

    def share(self, text: str) -> float:
        """How much of any one grid's labels a page's text holds, at most (0..1)."""
        return max(share for _, share in self.coverage(text).values())

    def likeness(self, text: str) -> float:
        """How much of a text is the labels of any one grid, at most (0..1)."""
        return max(share for share, _ in self.coverage(text).values())

    def coverage(self, text: str) -> dict[str, tuple[float, float]]:
        """For each grid, how much of the text is its labels, and how much of its labels is in the text (0..1)."""
        found = bigrams(plain(text))
        common = {grid: len(found & known) for grid, known in self.labels.items()}
        return {grid: (n / max(1, len(found)), n / len(self.labels[grid])) for grid, n in common.items()}

    def own(self, text: str) -> dict[str, int]:
        """For each grid, how many bigrams of the text are in its labels and in no other grid's."""
        found = bigrams(plain(text))
        return {grid: len(found & known) for grid, known in self._exclusive.items()}

    @cached_property
    def _exclusive(self) -> dict[str, frozenset[str]]:
        """For each grid, those bigrams of its labels that are in no other grid's."""
        return {
            grid: known.difference(*(other for name, other in self.labels.items() if name != grid))
            for grid, known in self.labels.items()
        }


def vocabulary(layouts: Sequence[Layout]) -> Vocabulary:
    """The vocabulary of several editions of one form."""
    labels: dict[str, set[str]] = {}
    headings: dict[str, dict[str, None]] = {}
    for layout in layouts:
        for grid in layout.grids:
            known = labels.setdefault(grid.id, set())
            for spelling in _spellings(grid):
                known |= bigrams(plain(spelling))
            headings.setdefault(grid.id, {}).update(dict.fromkeys(plain(heading) for heading in grid.headings))
    return Vocabulary(
        labels={grid: frozenset(known) for grid, known in labels.items()},
        headings={grid: tuple(known) for grid, known in headings.items()},
        single={grid.id: len(grid.slots) for layout in layouts for grid in layout.grids if not grid.keys[0].path},
    )


def _spellings(grid: GridLayout) -> Iterator[str]:
    yield from grid.corner
    for block in grid.blocks:
        yield block.title or ""
        yield from _tree(block.columns)
        yield from _tree(block.rows)


def _tree(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield from node.spellings
        yield from _tree(node.children)
