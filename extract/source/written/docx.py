"""Word files (.docx): paragraphs and tables as Word shows them, tracked deletions and hidden text left out."""

from __future__ import annotations

import hashlib
import lzma
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from extract.errors import LimitError, UnreadableError
from extract.limits import Limits
from extract.model import DOCX, Grid, Reading, Written
from extract.source.written import gallery
from extract.source.written.flow import NESTED, NO_RESULT, NUMBERED, PICTURE, STRUCK, TURNED, UNSEEN, WHITE, Text
from extract.source.written.spans import Allowance, TableBuilder
from extract.source.written.wordlooks import Look, look_of, looks_of, shaded
from extract.source.written.wordml import (
    DRAWN,
    FALLBACK,
    GONE,
    WORD,
    boxes,
    count_of,
    draws,
    first_of,
    left_out,
    name_of,
    nested,
    value_of,
    within,
)

_DAMAGE = (
    *(BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, LookupError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)
"""What reading a damaged archive raises."""


_SPECIAL = {"tab": " ", "ptab": " ", "noBreakHyphen": "-", "sym": "\ufffd"}
"""Text of elements that stand for a character; a symbol's depends on its font."""


def read_docx(path: str, data: bytes, limits: Limits) -> Written:
    """Read a Word file.

    Raises:
        UnreadableError: it is damaged, no Word document, or declares entities, as no Word document does.
        LimitError: it is larger than the limits once unpacked.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            name = _main_part(archive, limits)
            body = _parsed(archive, name, limits)
            if name_of(body) != "document":
                raise UnreadableError("an office document, but no Word document: save it as PDF")
            folder, _, own = name.rpartition("/")
            styles = _part(archive, f"{folder}/styles.xml".lstrip("/"), limits)
            links = _part(archive, f"{folder}/_rels/{own}.rels".lstrip("/"), limits)
            pictures, absent = gallery.packed(archive, name, body, () if links is None else links, limits)
    except _DAMAGE as error:
        raise UnreadableError(
            f"a ZIP archive or an office document, and damaged: {' '.join(str(error).split())}"
        ) from error
    # Those that are there are counted before any is read: spans cost nothing to write, reading cells does.
    Allowance(limits.grid_cells).take(sum(1 for _ in body.iter(*(f"{{{space}}}tc" for space in WORD))))
    reader = _Reader(looks_of(styles), Allowance(limits.grid_cells), limits)
    parts = tuple(reader.parts(body))
    return Written(path, hashlib.sha256(data).hexdigest(), DOCX, parts, pictures=pictures, absent=absent)


def _main_part(archive: ZipFile, limits: Limits) -> str:
    """The part that holds the document's text."""
    if "_rels/.rels" in archive.namelist():
        for link in _parsed(archive, "_rels/.rels", limits):
            if link.get("Type", "").endswith("/officeDocument"):
                name = str(link.get("Target", "")).lstrip("/")
                if name in archive.namelist() and name.endswith(".xml"):
                    return name
    if "word/document.xml" in archive.namelist():
        return "word/document.xml"
    if "OFD.xml" in archive.namelist():
        raise UnreadableError("an OFD document: save it as PDF")
    raise UnreadableError("a ZIP archive or an office document, but no Word document: save what it holds as PDF")


def _part(archive: ZipFile, name: str, limits: Limits) -> Any:
    """The root element of a part; None where there is no such part."""
    return _parsed(archive, name, limits) if name in archive.namelist() else None


def _parsed(archive: ZipFile, name: str, limits: Limits) -> Any:
    """The root element of a part."""
    from lxml import etree

    with archive.open(name) as file:
        data = file.read(limits.unpacked_bytes + 1)  # what the archive says of its size may be a lie
    if len(data) > limits.unpacked_bytes:
        raise LimitError(f"{name} has more than {limits.unpacked_bytes} bytes when unpacked")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"a damaged Word document: {name}: {' '.join(str(error).split())}") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableError(f"{name} declares a document type, which no Word document does: not read")
    return root


_FIELDS = frozenset({"instrText", "fldSimple"})
"""What says how a field's text is worked out, which is stored beside it once that was done."""


class _Reader:
    """Walks through a document's elements."""

    def __init__(self, styles: dict[str, Look], allowance: Allowance, limits: Limits) -> None:
        self._styles = styles
        self._limits = limits
        self._allowance = allowance

    def parts(self, element: Any, depth: int = 0) -> Iterator[str | Grid]:
        """Paragraphs and tables in reading order."""
        self._check(depth)
        for child in element:
            name = name_of(child)
            if name == "p":
                text = Text()
                self._paragraph(child, text, depth)
                yield from text.text.splitlines()
                yield from (part for box in boxes(child) for part in self.parts(box, depth + 1))
            elif name == "tbl":
                yield from self._table(child, depth)
            elif name not in GONE and child.tag != FALLBACK:
                yield from self.parts(child, depth + 1)

    def _table(self, table: Any, depth: int) -> Iterator[str | Grid]:
        """The table, then those that stand in its cells; of a table that only arranges others, what its cells hold."""
        rows = [row for row in within(table, "tr") if not left_out(row)]
        cells = [list(within(row, "tc")) for row in rows]
        holding = [cell for row in cells for cell in row if nested(cell)]
        filled = sum(sum(not nested(cell) for cell in row) >= 2 for row in cells)
        if not holding or filled >= 3:
            grid = self._grid(rows, cells, depth)
            if grid is not None:
                yield grid
            for cell in holding:
                yield from (part for part in self.parts(cell, depth + 1) if isinstance(part, Grid))
        else:
            for row in cells:
                for cell in row:
                    yield from self.parts(cell, depth + 1)

    def _grid(self, rows: list[Any], cells: list[list[Any]], depth: int) -> Grid | None:
        built = TableBuilder(DOCX, self._allowance)
        for number, (row, own) in enumerate(zip(rows, cells, strict=True)):
            column = count_of(first_of(row, "trPr", "gridBefore"), least=0)
            for cell in own:
                properties = first_of(cell, "tcPr")
                span = count_of(first_of(properties, "gridSpan")) if properties is not None else 1
                if column + span > self._limits.table_columns:
                    raise LimitError(f"a table has more than the limit of {self._limits.table_columns} columns")
                down = first_of(properties, "vMerge") if properties is not None else None
                goes_on = down is not None and value_of(down) != "restart"
                if not (goes_on and built.lengthen(number, column)):
                    built.put(number, column, 1, span, self._reading(cell, depth))
                column += span
        return built.grid()

    def _check(self, depth: int) -> None:
        if depth > self._limits.depth:
            raise LimitError(f"its elements stand in each other deeper than the limit of {self._limits.depth}")

    def _reading(self, cell: Any, depth: int) -> Reading:
        text = Text()
        self._blocks(cell, text, depth)
        if shaded(first_of(cell, "tcPr")):
            text.doubts.pop(WHITE, None)
        if not text.text and any(name_of(one) in _FIELDS for one in cell.iter()):
            text.doubt(NO_RESULT)
        return text.reading(DOCX)

    def _blocks(self, element: Any, text: Text, depth: int) -> None:
        """The paragraphs of a cell; of a table in it only the text of one with a single cell."""
        self._check(depth)
        for child in element:
            name = name_of(child)
            if name == "p":
                number = first_of(child, "pPr", "numPr", "numId")
                if number is not None and value_of(number) != "0":
                    text.doubt(NUMBERED)
                self._paragraph(child, text, depth)
                text.line_break()
            elif name == "tbl":
                inner = [cell for row in within(child, "tr") for cell in within(row, "tc")]
                if len(inner) == 1:
                    self._blocks(inner[0], text, depth + 1)
                else:
                    text.doubt(NESTED)
            elif name not in GONE and child.tag != FALLBACK:
                self._blocks(child, text, depth + 1)

    def _paragraph(self, paragraph: Any, text: Text, depth: int) -> None:
        style = first_of(paragraph, "pPr", "pStyle")
        default = self._styles.get(value_of(style) or "", Look()) if style is not None else Look()
        self._inline(paragraph, text, default, depth)

    def _inline(self, element: Any, text: Text, look: Look, depth: int) -> None:
        self._check(depth)
        for child in element:
            name = name_of(child)
            if name == "r":
                self._run(child, text, look, depth + 1)
            elif name in DRAWN:
                text.doubt(PICTURE)
            elif name not in GONE and child.tag != FALLBACK:
                if name == "bdo":
                    text.doubt(TURNED)
                self._inline(child, text, look, depth + 1)

    def _run(self, run: Any, text: Text, look: Look, depth: int) -> None:
        properties = first_of(run, "rPr")
        if properties is not None:
            style = first_of(properties, "rStyle")
            named = self._styles.get(value_of(style) or "", Look()) if style is not None else Look()
            look = look_of(properties).over(named).over(look)
        if look.hidden:
            return
        own = Text()
        for child in run:
            self._piece(child, own, look, depth)
        for reason in own.doubts:
            text.doubt(reason)
        if look.struck or look.tiny:
            if own.text:
                text.doubt(STRUCK if look.struck else UNSEEN)
        elif look.raised:
            text.note(own.text)
        else:
            if look.white and own.text:
                text.doubt(WHITE)
            text.pieces += own.pieces

    def _piece(self, child: Any, text: Text, look: Look, depth: int) -> None:
        """Add what one element of a run stands for."""
        name = name_of(child)
        if name == "t":
            text.add(child.text or "")
        elif name in {"br", "cr"}:
            text.line_break()
        elif name in _SPECIAL:
            text.add(_SPECIAL[name])
        elif name == "ruby":
            self._inline(child, text, look, depth + 1)
        elif draws(child):
            text.doubt(PICTURE)
