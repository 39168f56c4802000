"""A table made out from lines of plain text, where nothing but the order of its cells survives.

What holds the form together is that a row's label comes before its values and that there are as many of these as the
header has columns. Where the text says so, the values are placed; where cells are lost, what is left is placed from the
left, and doubted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extract.grids.textheader import Header, HeaderWords, header_words, read_header
from extract.grids.textrows import TextRow, text_rows
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
    fields = _Fields(rows, cut=cut, padded=padded)
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
            is_header = bool(named & set(words[number].leaves)) or len(before) > 3
            groups = () if is_header else tuple(text for _, text in before)
            header = [*header, replace(row, labels=before)] if is_header else []
        elif len(before) >= depth or not (row.filled or len(row.values) >= count):
            return None  # a header: as many words are in no stub, or there is no room for values
        else:
            groups = tuple(text for _, text in before)
        if row.filled or row.width:
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


class _Fields:
    """Where the values of rows stand among their fields, learnt from all rows of a text.

    Where rows are `cut`, with fewer fields than their block has columns, empty fields at the ends of others say
    nothing. Where they are `padded`, with empty fields beside as many values as columns, an empty field may be no cell.
    """

    def __init__(self, rows: Sequence[TextRow], *, cut: bool, padded: bool) -> None:
        self._cut = cut
        self._padded = padded
        widths: dict[int, Counter[int]] = {}
        for row in rows:
            widths.setdefault(row.stretch, Counter())[row.width] += 1
        self._usual = {stretch: counts.most_common(1)[0][0] for stretch, counts in widths.items()}
        self._rows = rows

    def placed(self, row: TextRow, count: int, header: Header | None) -> tuple[dict[int, str], tuple[str, ...]]:
        """The values of a row by column, and doubts where they cannot be placed for sure.

        Args:
            row: The row.
            count: How many columns its block has.
            header: What the lines above its block say; None where nothing was found.
        """
        filled = row.filled
        if len(filled) == count and not self._late(row, header):
            return dict(enumerate(filled)), ()
        if len(row.values) == count and row.by_line and not self._padded:
            return dict(enumerate(row.values)), ()
        if not filled and len(row.values) >= count and row.width == self._usual[row.stretch] and not row.by_line:
            return dict(enumerate(row.values[:count])), ()
        if row.width > 1:
            found = self._under_header(row, count, header) or self._beside_others(row, count)
            if found is not None:
                return found, ()
        doubt = f"the text has {len(filled)} values in this row, the form {count} columns: some of them may be others"
        return dict(enumerate(filled[:count])), (doubt,)

    @staticmethod
    def _late(row: TextRow, header: Header | None) -> bool:
        """Whether the field under the first column's label is empty: the last value may be in an added column."""
        if header is None or not header.fields or (header.width, header.stretch) != (row.width, row.stretch):
            return False
        first = row.first + next(i for i, value in enumerate(row.values) if value)
        return row.first <= min(header.fields.values()) < first

    def _under_header(self, row: TextRow, count: int, header: Header | None) -> dict[int, str] | None:
        """Values right under the labels of their columns; None where they are not, or empty fields may be no cells."""
        if header is None or not header.fields or (header.width, header.stretch) != (row.width, row.stretch):
            return None
        if row.first > min(header.fields.values()):
            return None
        fields = {row.first + i: value for i, value in enumerate(row.values)}
        inside = {column: fields.pop(at) for column, at in header.fields.items() if at in fields}
        if len(inside) != len(header.fields) or any(fields.values()):
            return None
        spread = header.told and len(inside) == count and header.start is None
        regular = spread or (header.start is not None and self._regular(row.stretch, count) == header.start)
        return inside if all(inside.values()) or (regular and not self._cut) else None

    def _beside_others(self, row: TextRow, count: int) -> dict[int, str] | None:
        """Values that stand in the fields where full rows have theirs, on lines next to it; None without such rows."""
        start = None if self._cut else self._regular(row.stretch, count)
        if start is None or row.first > start or row.width != self._usual[row.stretch] or row.width < start + count:
            return None
        if not self._all_in(row, start, count):
            return None
        return dict(enumerate(_window(row, start, count)))

    def _regular(self, stretch: int, count: int) -> int | None:
        """The field in which the values of all full rows of a stretch begin, where it is the same in all."""
        found = set()
        for row in self._rows:
            if row.stretch == stretch and row.width > 1 and len(row.filled) == count:
                found.add(row.first + next(i for i, value in enumerate(row.values) if value))
        return found.pop() if len(found) == 1 else None

    @staticmethod
    def _all_in(row: TextRow, start: int, count: int) -> bool:
        """Whether no value stands outside of the fields of the columns."""
        at = [row.first + i for i, value in enumerate(row.values) if value]
        return all(start <= place < start + count for place in at)


def _window(row: TextRow, start: int, count: int) -> tuple[str, ...]:
    """The values in the fields from `start` on, as many as there are up to `count`."""
    return row.values[start - row.first : start - row.first + count]


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
