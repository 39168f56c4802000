"""HTML pages: paragraphs and tables as a browser shows them, what it hides left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from extract.errors import LimitError
from extract.limits import Limits
from extract.model import HTML, Grid, Reading, Written
from extract.source.written import gallery
from extract.source.written.decode import decoded
from extract.source.written.flow import FIELD, NESTED, NUMBERED, PICTURE, SCRIPT, STRUCK, TURNED, UNSEEN, Text
from extract.source.written.nesting import check_depth, check_tags
from extract.source.written.spans import Allowance, TableBuilder
from extract.source.written.styles import Hidden, hidden_elements

_GONE = frozenset(
    {
        *("col", "colgroup", "datalist", "dialog", "head", "noembed", "noframes", "noscript", "rp", "rt", "script"),
        *("style", "template", "title"),
    }
)
"""Elements whose text nobody sees."""

_DOUBTED = {
    **dict.fromkeys(("img", "svg", "canvas", "object", "embed", "iframe", "audio", "video", "math"), PICTURE),
    **{"meter": PICTURE, "progress": PICTURE, "dialog": UNSEEN, "details": UNSEEN},
    **{"script": SCRIPT, "ol": NUMBERED, "bdo": TURNED},
}
"""Elements that show something else than their text, with what a cell is doubted for."""

_QUOTED = re.compile(r"""["']#?([\w-]+)""")
"""What scripts name elements by that they write into."""

_FIELDS = frozenset({"input", "textarea", "select"})
_STRUCK = frozenset({"s", "strike", "del"})
_RAISED = frozenset({"sup", "sub"})
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "ul", "table", "caption", "tbody", "thead", "tfoot", "tr", "td", "th"),
    }
)
"""Elements that begin and end a line."""

_SECTIONS = ("thead", "tbody", "tfoot")
"""Row groups in the order a browser shows them."""


def read_html(path: str, data: bytes, limits: Limits) -> Written:
    """Read an HTML page.

    Raises:
        UnreadableError: its encoding cannot be told.
        LimitError: it is larger than the limits, its elements or tables are.
    """
    import tinyhtml5

    text, doubts = decoded(data, limits)
    check_tags(text, limits)
    root = tinyhtml5.parse(text.encode("utf-8", "replace"), namespace_html_elements=False, override_encoding="utf-8")
    check_depth(root, limits.depth)
    targets = {name for script in root.iter("script") for name in _QUOTED.findall(script.text or "")}
    reader = _Reader(hidden_elements(root), frozenset(targets), Allowance(limits.grid_cells), limits)
    parts = tuple(reader.parts(root))
    pictures, absent = gallery.embedded(reader.pictures(root), limits)
    return Written(path, hashlib.sha256(data).hexdigest(), HTML, parts, doubts, pictures, absent)


def _name(element: Any) -> str:
    """The element's name; empty for a comment, the local name for one of another vocabulary."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Reader:
    """Walks through a page's elements; `targets` are the ids of some that scripts may write into."""

    def __init__(self, hidden: Hidden, targets: frozenset[str], allowance: Allowance, limits: Limits) -> None:
        self._hidden = hidden
        self._targets = targets
        self._limits = limits
        self._allowance = allowance

    def _seen(self, element: Any) -> bool:
        return element not in self._hidden.gone and _name(element) not in _GONE and _name(element) != ""

    def _text(self, element: Any, text: str | None, into: Text) -> None:
        """Add text that stands right in an element, if it is seen."""
        if text and element not in self._hidden.invisible:
            into.add(text)

    def parts(self, element: Any) -> Iterator[str | Grid]:
        """Paragraphs and tables in reading order."""
        text = Text()
        yield from self._walk(element, text)
        yield from _flushed(text)

    def pictures(self, element: Any) -> Iterator[str]:
        """The addresses of the images that are shown."""
        if self._seen(element):
            if _name(element) == "img":
                yield element.get("src") or ""
            for child in element:
                yield from self.pictures(child)

    def _walk(self, element: Any, text: Text) -> Iterator[str | Grid]:
        """What an element holds; a paragraph that is not at its end stays in `text`."""
        if not self._seen(element):
            return
        name = _name(element)
        if name == "table":
            yield from _flushed(text)
            yield from self._table(element)
            return
        if name in _BLOCKS or name == "br":
            text.line_break()
        self._text(element, element.text, text)
        for child in element:
            yield from self._walk(child, text)
            self._text(element, child.tail, text)
        if name in _BLOCKS:
            text.line_break()

    def _table(self, table: Any) -> Iterator[str | Grid]:
        """The table, then those that stand in its cells; of a table that only arranges others, what its cells hold."""
        for child in table:
            if _name(child) == "caption" and self._seen(child):
                yield from self.parts(child)
        groups = self._row_groups(table)
        cells = [[self._cells(row) for row in group] for group in groups]
        every = [cell for group in cells for row in group for cell in row]
        nested = [cell for cell in every if self._nested(cell)]
        filled = sum(sum(not self._nested(cell) for cell in row) >= 2 for group in cells for row in group)
        if not nested or filled >= 3:
            grid = self._grid(cells)
            if grid is not None:
                yield grid
            for cell in nested:
                yield from (part for part in self.parts(cell) if isinstance(part, Grid))
        else:
            for cell in every:
                yield from self.parts(cell)

    def _row_groups(self, table: Any) -> list[list[Any]]:
        """The rows that are shown, group by group, in the order a browser shows them."""
        groups = sorted(
            (child for child in table if _name(child) in _SECTIONS and self._seen(child)),
            key=lambda group: _SECTIONS.index(_name(group)),
        )
        return [[row for row in group if _name(row) == "tr" and self._seen(row)] for group in groups]

    def _cells(self, row: Any) -> list[Any]:
        return [cell for cell in row if _name(cell) in {"td", "th"} and self._seen(cell)]

    def _nested(self, cell: Any) -> bool:
        """Whether a table of more than one cell stands in a cell."""
        tables = (one for one in cell.iter("table") if self._seen(one))
        return any(sum(_name(one) in {"td", "th"} for one in table.iter()) > 1 for table in tables)

    def _grid(self, groups: list[list[list[Any]]]) -> Grid | None:
        """Lay out the cells as the HTML standard forms a table."""
        built = TableBuilder(HTML, self._allowance)
        most, columns = self._limits.table_rows, self._limits.table_columns
        first = 0
        for group in groups:
            last = first + len(group)
            free: list[int] = []  # for each column, the first row that no cell from above covers
            for row, cells in enumerate(group, start=first):
                column = 0
                for cell in cells:
                    while column < len(free) and free[column] > row:
                        column += 1
                    across = min(_count(cell.get("colspan"), 1), columns)
                    down = _count(cell.get("rowspan"), 0)
                    below = min(row + down, last) if down else last
                    if column + across > columns or last > most:
                        raise LimitError(f"a table has more than the limit of {most} rows or {columns} columns")
                    built.put(row, column, below - row, across, self._reading(cell))
                    free += [0] * (column + across - len(free))
                    free[column : column + across] = [max(below, old) for old in free[column : column + across]]
                    column += across
            first = last
        return built.grid()

    def _reading(self, cell: Any) -> Reading:
        text = Text()
        if cell in self._hidden.aside:
            self._aside(cell, text)
        else:
            self._inline(cell, text)
        return text.reading(HTML)

    def _aside(self, element: Any, text: Text) -> None:
        """What is raised or lowered, struck out, or set where nobody sees it: no part of a number."""
        own = Text()
        self._inline(element, own)
        for reason in own.doubts:
            text.doubt(reason)
        if _name(element) in _RAISED:
            text.note(own.text)
        elif own.text:
            text.doubt(self._hidden.aside.get(element, STRUCK))

    def _inline(self, element: Any, text: Text) -> None:
        """The text of a cell; of a table in it only that of one with a single cell."""
        if element in self._hidden.doubted:
            text.doubt(self._hidden.doubted[element])
        if element.get("id") in self._targets:
            text.doubt(SCRIPT)
        self._text(element, element.text, text)
        for child in element:
            if child not in self._hidden.gone and _name(child) in _DOUBTED:
                text.doubt(_DOUBTED[_name(child)])
            if self._seen(child):
                self._child(child, text)
            self._text(element, child.tail, text)

    def _child(self, child: Any, text: Text) -> None:
        name = _name(child)
        if name in _FIELDS:
            if child.get("type", "").lower() != "hidden":
                text.add(_entered(child))
                text.doubt(FIELD)
        elif name == "table" and sum(_name(one) in {"td", "th"} for one in child.iter()) > 1:
            text.doubt(NESTED)
        elif name in _STRUCK or name in _RAISED or child in self._hidden.aside:
            self._aside(child, text)
        elif name == "br":
            text.line_break()
        elif _DOUBTED.get(name) != PICTURE:
            if name in _BLOCKS:
                text.line_break()
            self._inline(child, text)
            if name in _BLOCKS:
                text.line_break()


def _entered(element: Any) -> str:
    """What a form field shows."""
    if _name(element) == "select":
        options = list(element.iter("option"))
        shown = next((one for one in options if one.get("selected") is not None), options[0] if options else None)
        return "" if shown is None else "".join(shown.itertext())
    return element.get("value") or "".join(element.itertext())


def _flushed(text: Text) -> Iterator[str]:
    """The paragraphs gathered so far."""
    yield from text.text.splitlines()
    text.pieces.clear()


def _count(attribute: str | None, least: int) -> int:
    """The number a span attribute gives, as browsers take it: 1 where it is none."""
    digits = (attribute or "").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        return 1
    return max(least, int(digits))
