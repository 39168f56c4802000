"""Layouts: what the tables of a form look like, read from `layouts/*.yaml` and checked against a schema.

All labels of the form live in those files; code knows only the shape described here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extract.equations import (
    Equation,
    Expectation,
    Expected,
    Identity,
    Recurrence,
    YearsIdentity,
    equations_of,
    expand,
    expected_of,
    recurrences_of,
)
from extract.errors import LayoutError
from extract.model import IDENTITY, CellId

TITLES, NARRATIVE, SECTIONS = "titles.yaml", "narrative.yaml", "sections.yaml"
_BESIDE = frozenset({TITLES, NARRATIVE, SECTIONS})
"""Files beside the layouts that are none: see `extract.titles`, `extract.counts` and `extract.fulltext.sections`."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Holds(_Strict):
    """What a value cell may hold."""

    unit: str
    decimals: int = Field(ge=0, le=12)
    signed: bool = False
    counters: tuple[str, ...] = ()
    other_units: dict[str, Decimal] = {}


class Node(_Strict):
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


class Block(_Strict):
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


class GridLayout(_Strict):
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


class Layout(_Strict):
    """One edition of a form."""

    form: str
    edition: str
    values: dict[str, Holds]
    blank_marks: tuple[str, ...]
    grids: tuple[GridLayout, ...]
    identities: tuple[Identity, ...] = ()
    across_years: tuple[YearsIdentity, ...] = ()
    plausible: tuple[Expectation, ...] = ()
    published_once: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Layout:
        ids = [slot.id for grid in self.grids for slot in grid.slots]
        if len(set(ids)) != len(ids):
            raise ValueError("two cells have the same table, row and column")
        for grid in self.grids:
            for slot in grid.slots:
                if slot.value not in self.values:
                    raise ValueError(f"{slot.id}: no values entry named {slot.value}")
        for identity in self.identities:
            names = {id_.row if identity.each == "column" else id_.column for id_ in ids if id_.table == identity.table}
            for term in (*identity.left, *identity.right):
                if not expand(term, names):
                    raise ValueError(f"identity {identity.id}: {term} names nothing in {identity.table}")
        for across in self.across_years:
            if not list(recurrences_of(across, self._cells_of(across.table))):
                raise ValueError(f"across_years {across.id}: no {across.each} of {across.table} has all of its cells")
        for expectation in self.plausible:
            if not list(expected_of(expectation, self._cells_of(expectation.table))):
                raise ValueError(f"plausible {expectation.id}: no {expectation.each} of {expectation.table} has both")
        if unknown := set(self.published_once) - {id_.table for id_ in ids}:
            raise ValueError(f"published_once: no table named {', '.join(sorted(unknown))}")
        return self

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Table ids in printed order."""
        return tuple(table for grid in self.grids for table in grid.tables)

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Every identity on every row or column it covers."""
        return tuple(
            equation
            for identity in self.identities
            for equation in equations_of(identity, self._cells_of(identity.table))
        )

    @cached_property
    def sums(self) -> frozenset[CellId]:
        """The cells that are the sum of others in their row: what these add up to, no other column holds."""
        return frozenset(
            one.left[0]
            for one in self.equations
            if len(one.left) == 1 and {id_.row for id_ in one.right} == {one.left[0].row}
        )

    @cached_property
    def witnesses(self) -> dict[CellId, tuple[str, ...]]:
        """For each cell in identities, the names of all of them as its witnesses."""
        found: dict[CellId, tuple[str, ...]] = {}
        for one in self.equations:
            for id_ in (*one.left, *one.right):
                found[id_] = (*found.get(id_, ()), f"{IDENTITY}{one.identity}:{one.at}")
        return found

    @cached_property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """Every identity across years on every row or column that has its cells."""
        return tuple(
            recurrence
            for identity in self.across_years
            for recurrence in recurrences_of(identity, self._cells_of(identity.table))
        )

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """Every expectation on every row or column that has its cells."""
        return tuple(
            expected
            for expectation in self.plausible
            for expected in expected_of(expectation, self._cells_of(expectation.table))
        )

    @cached_property
    def number_words(self) -> frozenset[str]:
        """Words that may follow a number in a value cell."""
        return frozenset(word for holds in self.values.values() for word in (*holds.counters, *holds.other_units))

    def _cells_of(self, table: str) -> list[CellId]:
        """The cells of a table, row by row."""
        return [slot.id for grid in self.grids for slot in grid.slots if slot.id.table == table]

    def uncovered(self, grid: GridLayout) -> bool:
        """Whether a cell of one of its grids is in no identity."""
        covered = {id_ for equation in self.equations for id_ in (*equation.left, *equation.right)}
        return any(slot.id not in covered for slot in grid.slots)

    def grid(self, grid_id: str) -> GridLayout:
        """The grid layout with that id."""
        return next(grid for grid in self.grids if grid.id == grid_id)

    def holds(self, slot: Slot) -> Holds:
        """What the slot's cell may hold."""
        return self.values[slot.value]


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


_Schema = TypeVar("_Schema", bound=BaseModel)


def loaded(text: str) -> Any:
    """What YAML text says, by libyaml where PyYAML has it: every process reads the layouts, and Python is slow at it.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe both


def validated(schema: type[_Schema], text: str, name: str) -> _Schema:
    """What YAML text says, checked against a schema; `name` is used in error messages.

    Raises:
        LayoutError: the text is not YAML or does not fit the schema.
    """
    try:
        return schema.model_validate(loaded(text))
    except yaml.YAMLError as error:
        raise LayoutError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LayoutError(f"{name}: {f'{where}: ' if where else ''}{first['msg']}") from error


def parse(text: str, name: str) -> Layout:
    """A layout from YAML text; `name` is used in error messages.

    Raises:
        LayoutError: the text is not YAML or does not fit the schema.
    """
    return validated(Layout, text, name)


def load(path: Path | str) -> tuple[Layout, ...]:
    """The editions of a form, newest first, from a layout file or from all in a folder.

    Raises:
        LayoutError: There is none, one does not fit the schema, or they are not editions of one form.
    """
    path = Path(path)
    try:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        own = [parse(one.read_text(encoding="utf-8"), one.name) for one in files if one.name not in _BESIDE]
    except OSError as error:
        raise LayoutError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise LayoutError(f"{path}: not UTF-8") from error
    if not own:
        raise LayoutError(f"{path}: there is no layout (*.yaml)")
    first = own[0]
    for other in own[1:]:
        if (other.form, [one.id for one in other.grids]) != (first.form, [one.id for one in first.grids]):
            raise LayoutError(f"{path}: {first.form} and {other.form} are not one form with the same grids")
    if len({one.edition for one in own}) < len(own):
        raise LayoutError(f"{path}: an edition is there twice")
    return _newest_first(own)


def _newest_first(layouts: Iterable[Layout]) -> tuple[Layout, ...]:
    return tuple(sorted(layouts, key=lambda layout: layout.edition, reverse=True))


@cache
def shipped() -> tuple[Layout, ...]:
    """The layouts in the package, newest edition first."""
    folder: Traversable = resources.files("extract.layouts")
    return _newest_first(
        parse(entry.read_text(encoding="utf-8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml") and entry.name not in _BESIDE
    )
