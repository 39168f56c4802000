"""What the labels of a form's grids are made of: pairs of characters that tell one grid from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.labels import bigrams, plain
from extract.layout import GridLayout, Layout, Node

@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Bigrams of every label of each grid, over all editions, and of the grids' headings."""

    labels: dict[str, frozenset[str]]
    headings: dict[str, tuple[str, ...]]

    def share(self, text: str) -> float:
        """How much of any one grid's labels a page's text holds, at most (0..1)."""
        found = bigrams(plain(text))
        return max(len(found & known) / len(known) for known in self.labels.values())

    def coverage(self, grid: str, text: str) -> tuple[float, float]:
        """How much of the text is the grid's labels, and how much of the grid's labels is in the text (0..1)."""
        found = bigrams(plain(text))
        common = len(found & self.labels[grid])
        return common / max(1, len(found)), common / len(self.labels[grid])


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
