"""The printed grids of a form: trees of labels, rows in blocks under headers, and the canonical cells of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from pydantic import model_validator

from extract.datafiles import Strict
from extract.model import CellId


class Node(Strict):
    """A label of the stub tree or the header tree. Leaves have an id; a node may bind a table or a row id.

    An `unnamed` node is printed, but is no part of its leaves' canonical labels.
    """

    label: str | None = None
    id: str | None = None
    aliases: tuple[str, ...] = ()
    value: str | None = None
    table: str | None = None
    row: str | None = None
    unnamed: bool = False
    children: tuple[Node, ...] = ()

    @model_validator(mode="after")
    def _leaf_or_branch(self) -> Node:
        if bool(self.children) == bool(self.id):
            raise ValueError(f"{self.label}: a node has either an id or children")
        return self

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """The label and its aliases."""
        return ((self.label,) if self.label else ()) + self.aliases

    def leaves(self, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
        """Paths from the top of the tree to each leaf below this node, in printed order."""
        path = (*above, self)
        if not self.children:
            yield path
        for child in self.children:
            yield from child.leaves(path)


@dataclass(frozen=True, slots=True)
class ColumnLabels:
    """Spellings of a column's own label and of each named group it stands under."""

    own: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


class Block(Strict):
    """Rows under one header of their own. A block without `rows` has a single row without a label."""

    title: str | None = None
    columns: tuple[Node, ...]
    rows: tuple[Node, ...] = ()

    @cached_property
    def row_paths(self) -> tuple[tuple[Node, ...], ...]:
        """Paths to the stub tree's leaves; one empty path for a block without a stub."""
        return tuple(path for node in self.rows for path in node.leaves()) or ((),)

    @cached_property
    def column_paths(self) -> tuple[tuple[Node, ...], ...]:
        """Paths to the header tree's leaves."""
        return tuple(path for node in self.columns for path in node.leaves())

    @cached_property
    def column_labels(self) -> tuple[ColumnLabels, ...]:
        """How each leaf of the header tree may be spelt."""
        return tuple(
            ColumnLabels(path[-1].spellings, tuple(node.spellings for node in path[:-1] if not node.unnamed))
            for path in self.column_paths
        )

    @cached_property
    def column_levels(self) -> tuple[str, ...]:
        """The labels of each level of the header tree that has several, run together."""
        deepest = max(map(len, self.column_paths))
        levels = [[path[depth] for path in self.column_paths if len(path) > depth] for depth in range(deepest)]
        labels = [[label for node, _ in groupby(nodes) for label in node.spellings[:1]] for nodes in levels]
        return tuple("".join(level) for level in labels if len(level) > 1)


class GridLayout(Strict):
    """One printed grid, which may hold several tables side by side."""

    id: str
    table: str
    headings: tuple[str, ...] = ()
    corner: tuple[str, ...] = ()
    blocks: tuple[Block, ...]

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables printed in this grid, in order."""
        return tuple(dict.fromkeys(slot.id.table for slot in self.slots))

    @cached_property
    def groups(self) -> frozenset[str]:
        """Labels of the stub that stand for several rows."""
        return frozenset(node.label or "" for key in self.keys for node in key.path[:-1])

    @cached_property
    def keys(self) -> tuple[RowKey, ...]:
        """Every canonical row of the grid, in printed order."""
        return tuple(
            RowKey(block, path, tuple(_slot(self, block, path, column) for column in block.column_paths))
            for block in self.blocks
            for path in block.row_paths
        )

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every canonical cell of the grid, row by row."""
        return tuple(slot for key in self.keys for slot in key.slots)


@dataclass(frozen=True, slots=True)
class Slot:
    """A canonical cell as the layout describes it."""

    id: CellId
    row_label: str
    column_label: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class RowKey:
    """A canonical row: its block, its path in the stub tree, and its cells in the order of the block's columns.

    Each is equal to itself alone, so that what is worked out of it can be looked up at once.
    """

    block: Block
    path: tuple[Node, ...]
    slots: tuple[Slot, ...]


def _slot(grid: GridLayout, block: Block, row: tuple[Node, ...], column: tuple[Node, ...]) -> Slot:
    """Bind table and row from the header tree where it does, else from the stub; labels follow the same cut."""
    table = next((node.table for node in column if node.table), grid.table)
    bound = next((i for i, node in enumerate(column) if node.row), None)
    row_id = row[-1].id if row else None if bound is None else column[bound].row
    stub = [block.title] if block.title else []
    stub += [node.label or "" for node in row]
    header = [node.label or "" for node in column]
    if not row and bound is not None:
        stub += header[: bound + 1]
        header = header[bound + 1 :]
    elif row:
        header = [node.label or "" for node in column if not node.unnamed]
    if row_id is None:
        raise ValueError(f"no row id for column {header}")
    leaf = column[-1]
    return Slot(
        id=CellId(table, row_id, leaf.id or ""),
        row_label=" / ".join(stub),
        column_label=" / ".join(header),
        value=leaf.value or "count",
    )
