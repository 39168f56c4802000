"""A table made out from lines of plain text, where nothing but the order of its cells survives.

What holds the form together is that a row's label comes before its values and that there are as many of these as the
header has columns. Where the text says so, the values are placed; where cells are lost, what is left is placed from the
left, and doubted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extract.grids.plaintext.fields import Fields
from extract.grids.plaintext.header import Header, HeaderWords, header_words, read_header
from extract.grids.plaintext.rows import TextRow, text_rows
from extract.labels import similarity
from extract.layout import Block, GridLayout, Layout, RowKey
from extract.model import LOST, PLAIN_TEXT, Grid, Reading
from extract.source.written.spans import Allowance, TableBuilder

_ALIKE = 0.62
"""Likeness from which a label names a row."""

_PIECES = 14
"""Pieces that a label and the header above it may be broken into."""

_MOVED = "the columns that the text names are not the form's"


@dataclass(slots=True)
class _Row:
    """A row as it is placed: labels of its groups and its own, and the values by column."""

    block: int
    groups: tuple[str, ...]
    label: str
    likeness: float
    values: dict[int, str]
    doubts: tuple[str, ...]
    header: Header | None = None


@dataclass(slots=True)
class _Reading:
    """What the lines are under one edition."""

    layout: Layout
    grid: GridLayout
    rows: list[_Row] = field(default_factory=list)

    @property
    def merit(self) -> tuple[int, float]:
        """How much of it is certain: headers first, then values and labels."""
        told = sum(row.header is not None and row.header.told for row in self.rows)
        return told, sum((len(row.values) + row.likeness) * (not row.doubts) for row in self.rows)


def made_out(lines: Sequence[str], grid: str, editions: Sequence[Layout]) -> Grid | None:
    """The grid that lines of text were, as the edition that explains most of them has it; None without a row of it."""
    readings = [_read(lines, layout, layout.grid(grid)) for layout in editions]
    best = max(readings, key=lambda reading: reading.merit)
    return _drawn(best) if best.rows else None


def _read(lines: Sequence[str], layout: Layout, grid: GridLayout) -> _Reading:
    rows = text_rows(lines, layout.number_words, frozenset(layout.blank_marks))
    words = [header_words(layout, grid, block) for block in grid.blocks]
    named = list(_named_rows(rows, grid, words))
    cut = any(row.filled and row.width and len(row.values) < len(words[name.block].leaves) for row, name in named)
    padded = any(len(row.filled) == len(words[name.block].leaves) < len(row.values) for row, name in named)
    fields = Fields(rows, cut=cut, padded=padded)
    headers: dict[int, Header] = {}
    reading = _Reading(layout, grid)
    for row, name in named:
        header = None
        if name.header:
            header = read_header(name.header, words[name.block])
            if header.told or header.fields:
                headers[name.block] = header
            elif header.contradicts:
                headers.pop(name.block, None)
        values, doubts = fields.placed(row, len(words[name.block].leaves), header or headers.get(name.block))
        if header is not None and header.contradicts:
            doubts = (*doubts, _MOVED)
        shown = header if header is not None and name.block in headers else None
        reading.rows.append(_Row(name.block, name.groups, name.label, name.likeness, values, doubts, shown))
    return reading


def _named_rows(
    rows: Sequence[TextRow], grid: GridLayout, words: Sequence[HeaderWords]
) -> Iterator[tuple[TextRow, _Name]]:
    """The rows of values, with what their labels make them."""
    above: list[TextRow] = []
    last: int | None = None
    for row in rows:
        name = _named(row, grid, above, words, last)
        if name is None:
            above.append(row)
        else:
            yield row, name
            last, above = name.block, []


@dataclass(frozen=True, slots=True)
class _Name:
    """Which block a row belongs to, its labels, and the lines of a header before them."""

    block: int
    groups: tuple[str, ...]
    label: str
    likeness: float
    header: list[TextRow]


def _named(
    row: TextRow, grid: GridLayout, above: Sequence[TextRow], words: Sequence[HeaderWords], last: int | None
) -> _Name | None:
    """What a row's labels make it; None for a line of a header, or one that is not of this grid."""
    header = [line for line in above if line.labels]
    blocks = {id(block): number for number, block in enumerate(grid.blocks)}
    if not grid.keys[0].path:
        if not row.filled:
            return None
        return _Name(0, (), "", 0.0, [*header, *([row] if row.labels else [])])
    texts = [text for _, text in row.labels]
    size, key, likeness = _own_label(texts, grid.keys, loose=row.width == 0)
    depth = len(key.path) if key is not None else 0
    if key is not None and likeness >= _ALIKE:
        number = blocks[id(key.block)]
        count = len(words[number].leaves)
        before = row.labels[: len(texts) - size]
        if row.width == 0:
            named = {name for _, text in before for name, _ in words[number].in_text(text)}
            leaves = set(words[number].leaves)
            is_header = (
                len(named & leaves) >= min(2, len(leaves)) or len(before) > 3
            )  # one may be part of a stub's label
            groups = () if is_header else tuple(text for _, text in before)
            if is_header:
                header.append(replace(row, labels=before))
            elif before or not row.by_line:
                header = []
        elif len(before) >= depth or not (row.filled or len(row.values) >= count):
            return None  # a header: as many words are in no stub, or there is no room for values
        else:
            groups = tuple(text for _, text in before)
        if row.filled or row.width or len(row.values) >= count:
            return _Name(number, groups, "".join(texts[len(texts) - size :]), likeness, header)
    if not row.filled or last is None or len(texts) > 3:
        return None
    return _Name(last, (), "".join(texts), 0.0, [])


def _own_label(texts: Sequence[str], keys: Sequence[RowKey], *, loose: bool) -> tuple[int, RowKey | None, float]:
    """How many of the last texts together name a row best, which one and how well."""
    best: tuple[float, int, RowKey | None] = (0.0, 1, None)
    sizes = range(1, min(len(texts), _PIECES if loose else 1) + 1)
    for size in sizes:
        text = "".join(texts[len(texts) - size :])
        for key in keys:
            for spelling in key.path[-1].spellings:
                likeness = similarity(text, spelling)
                if likeness > best[0] + 1e-9:
                    best = (likeness, size, key)
    return best[1], best[2], best[0]


def _drawn(reading: _Reading) -> Grid | None:
    """The rows as a grid: labels at the left, values in columns of one unit, headers above the rows they were over."""
    depth = max(len(path) for block in reading.grid.blocks for path in block.row_paths)
    built = TableBuilder(PLAIN_TEXT, Allowance())
    line = 0
    for row in reading.rows:
        block = reading.grid.blocks[row.block]
        if row.header is not None:
            line = _draw_header(built, block, row.header, line, depth)
        stubs = [*row.groups[-(depth - 1) :], row.label] if depth > 1 else [row.label] * depth
        for column, text in enumerate(stubs):
            last = column == len(stubs) - 1
            built.put(line, column, 1, depth - column if last else 1, Reading(text, source=PLAIN_TEXT))
        for column in range(len(block.column_paths)):
            there = row.values.get(column)
            value = LOST if there is None else Reading(there, source=PLAIN_TEXT, doubts=row.doubts)
            built.put(line, depth + column, 1, 1, value)
        line += 1
    return built.grid()


def _draw_header(built: TableBuilder, block: Block, header: Header, line: int, depth: int) -> int:
    """Put a block's header over its columns, each label where the text has it; gives the line below."""
    left = {name: list(texts) for name, texts in header.texts.items()}

    def text(name: str | None) -> Reading:
        found = left.get(name or "")
        return Reading(found.pop(0) if found else "", source=PLAIN_TEXT)

    levels = max(len(path) for path in block.column_paths)
    if block.title:
        built.put(line, 0, 1, depth + len(block.column_paths), text(block.title))
        line += 1
    if depth:
        labels = {node.label for path in block.column_paths for node in path}
        corner = next((name for name in left if name != block.title and name not in labels), None)
        built.put(line, 0, levels, depth, text(corner))
    for level in range(levels):
        seen: set[int] = set()
        for column, path in enumerate(block.column_paths):
            if level >= len(path) or id(path[level]) in seen:
                continue
            node = path[level]
            seen.add(id(node))
            across = sum(node in other for other in block.column_paths) if node.children else 1
            down = levels - level if not node.children else 1
            built.put(line + level, depth + column, down, across, text(node.label))
    return line + levels
