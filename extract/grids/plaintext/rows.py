"""Rows of a table in plain text: its cells parted by tabs, one on each line, or by spaces and lines alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from extract.labels import is_label

_NOISE = re.compile(r"\[bookmark: [^\]]*\]")
"""What converters of Word files leave in their text."""

_FIGURE = re.compile(r"[+\-−－]?[0-9０-９][0-9０-９,，.．]*(?P<tail>\D{0,4}|[(（【〔].*[)）】〕])")

_RULE = re.compile(r"[\s|:+=-]+")
"""A line of a table drawn with characters that holds no cells."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """Labels, and the values that come after them.

    `labels` are with the number of their field; `values` are the fields after the last label, from field `first` on;
    an empty one may be a blank cell or no cell at all. `width` counts all fields of the row, 0 where nothing parts them
    but spaces. Rows of the same `stretch` stand on lines that follow each other. `by_line` says that each cell had a
    line of its own.
    """

    labels: tuple[tuple[int, str], ...]
    values: tuple[str, ...]
    first: int
    width: int
    stretch: int
    by_line: bool = False

    @property
    def filled(self) -> tuple[str, ...]:
        """The values from the first to the last that is not empty."""
        at = [i for i, value in enumerate(self.values) if value]
        return self.values[at[0] : at[-1] + 1] if at else ()


def text_rows(lines: Sequence[str], counters: frozenset[str], marks: frozenset[str]) -> list[TextRow]:
    """The rows of some lines, in order.

    Args:
        lines: Lines as they are in the file.
        counters: Words that may follow a number.
        marks: Texts that stand for an empty cell.
    """
    lines = [_NOISE.sub("", line) for line in lines]
    ended = _ended_by_strokes(lines)
    lines = list(_begun_with_tabs(lines)) if ended else [_piped(line) for line in lines]
    tabbed = [line for line in lines if "\t" in line]
    if not tabbed:
        return list(_loose(lines, counters, marks))
    leading = sum(line.startswith("\t") and "\t" not in line[1:] for line in tabbed)
    by_line = leading > 0.9 * len(tabbed)
    rows = _one_on_a_line(lines) if by_line else _tabbed(lines)
    parts = (part for stretch, fields in rows for part in _parts(fields, stretch, counters, by_line=by_line))
    # Where rows run on into each other, headers and groups stand among their labels as in text without any marks.
    return [replace(part, width=0) if ended else part for part in parts]


def _ended_by_strokes(lines: Sequence[str]) -> bool:
    """Whether upright strokes end cells on lines of their own, as in text taken from web pages, not rows."""
    ends = sum(line.count("|") == 1 and line.rstrip().endswith("|") for line in lines)
    return ends > sum(line.count("|") > 1 and not _RULE.fullmatch(line) for line in lines)


def _begun_with_tabs(lines: Sequence[str]) -> Iterator[str]:
    """Cells that end with a stroke as such that begin with a tab; several strokes are what a row's last cell spans."""
    cell: list[str] = []
    for line in lines:
        text = line.strip()
        if len(text) > 1 and not text.strip("|"):
            yield ""
        elif text.endswith("|"):
            yield "\t" + "".join([*cell, text[:-1].strip()])
            cell = []
        elif text:
            cell.append(text)


def _piped(line: str) -> str:
    """A row drawn with upright strokes as one parted by tabs; text taken from web pages may lack the first stroke."""
    text = line.strip()
    if text.count("|") < 2 or text[-1] != "|":
        return line
    cells = text.removeprefix("|").removesuffix("|").split("|")
    return "" if _RULE.fullmatch(text) and "-" in text else "\t".join(cell.strip() for cell in cells)


def _tabbed(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Stretch and fields of each line; lines without a tab have one."""
    for stretch, (empty, group) in enumerate(groupby(lines, key=lambda line: not line.strip(" \n"))):
        if not empty:
            yield from ((stretch, [field.strip() for field in line.split("\t")]) for line in group)


def _one_on_a_line(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Cells begin with a tab, and go on on lines without one; an empty line ends a row."""
    fields: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("\t"):
            fields.append(line.strip())
        elif line.strip() and fields:
            fields[-1] = f"{fields[-1]}\n{line.strip()}".strip()
        elif line.strip():
            yield 0, [line.strip()]
        elif fields:
            yield 0, fields
            fields = []


def _parts(fields: Sequence[str], stretch: int, counters: frozenset[str], *, by_line: bool) -> Iterator[TextRow]:
    """The row, or each of the rows that stand in one because what parted them is lost."""
    words = [is_label("".join(field.split()), counters) for field in fields]
    starts = [0]
    for i in range(1, len(fields)):
        since = range(starts[-1], i)
        ended = any(fields[j] and not words[j] for j in since)
        blank = by_line and not fields[i - 1] and any(words[j] for j in since)  # all of its cells are
        if words[i] and (ended or blank):
            starts.append(i)
    width = len(fields) if len(starts) == 1 else -1
    for start, end in zip(starts, [*starts[1:], len(fields)], strict=True):
        labels = tuple((i, fields[i]) for i in range(start, end) if words[i])
        first = labels[-1][0] + 1 if labels else start
        yield TextRow(labels, tuple(fields[first:end]), first, width, stretch, by_line)


def _loose(lines: Sequence[str], counters: frozenset[str], marks: frozenset[str]) -> Iterator[TextRow]:
    """Rows of lines without any tab: pieces of labels, then values, in lines or parted by spaces."""
    labels: list[str] = []
    values: list[str] = []
    for line in lines:
        words = line.split()
        end = len(words)
        while end and _is_value(words[end - 1], counters, marks, alone=len(words) == 1):
            end -= 1
        if end:
            if values:
                yield TextRow(tuple(enumerate(labels)), tuple(values), len(labels), 0, 0)
                labels, values = [], []
            labels.append("".join(words[:end]))
        values += words[end:]
    if labels or values:
        yield TextRow(tuple(enumerate(labels)), tuple(values), len(labels), 0, 0)


def _is_value(word: str, counters: frozenset[str], marks: frozenset[str], *, alone: bool) -> bool:
    """Whether a word is a number or stands for none; a letter alone on its line is rather a piece of a label."""
    match = _FIGURE.fullmatch(word)
    if match is not None:
        return not match["tail"] or match["tail"] in counters or match["tail"][0] in "(（【〔"
    return word in marks and not (alone and word.isalpha())
