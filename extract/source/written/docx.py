"""Word files (.docx): paragraphs and tables as Word shows them, tracked deletions and hidden text left out."""

from __future__ import annotations

import hashlib
import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from extract.errors import LimitError, UnreadableError
from extract.limits import Limits
from extract.model import DOCX, Grid, Reading, Written
from extract.source.written.flow import NESTED, PICTURE, STRUCK, Text
from extract.source.written.spans import Allowance, TableBuilder

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_DAMAGE = (
    *(BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, LookupError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)
"""What reading a damaged archive raises."""

_GONE = frozenset(
    {"del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "pPr", "tblPr", "tblGrid", "sectPr"}
)
"""Elements whose text nobody sees, or that hold none."""

_DRAWN = frozenset({"drawing", "pict", "object"})

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
            if _name(body) != "document":
                raise UnreadableError("an office document, but no Word document: save it as PDF")
            styles_name = f"{name.rpartition('/')[0]}/styles.xml".lstrip("/")
            styles = _parsed(archive, styles_name, limits) if styles_name in archive.namelist() else None
    except _DAMAGE as error:
        raise UnreadableError(
            f"a ZIP archive or an office document, and damaged: {' '.join(str(error).split())}"
        ) from error
    # Those that are there are counted before any is read: spans cost nothing to write, reading cells does.
    Allowance(limits.grid_cells).take(sum(1 for _ in body.iter(*(f"{{{space}}}tc" for space in _WORD))))
    reader = _Reader(_hidden_styles(styles), Allowance(limits.grid_cells), limits)
    return Written(path, hashlib.sha256(data).hexdigest(), DOCX, tuple(reader.parts(body)))


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


def _name(element: Any) -> str:
    """The local name of an element of WordprocessingML; of other elements the full name."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, local = tag[1:].partition("}")
    return local if space in _WORD else tag


def _value(element: Any, name: str = "val") -> str | None:
    """An attribute in the element's own namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _child(element: Any, *path: str) -> Any:
    """The first descendant along a path of names; None without one."""
    for name in path:
        element = next((child for child in element if _name(child) == name), None) if element is not None else None
    return element


def _switched_on(properties: Any, name: str) -> bool | None:
    """Whether a property is set, None where nothing is said."""
    found = _child(properties, name)
    return None if found is None else _value(found) not in {"0", "false", "off"}


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style or a run's own properties say of its text; None where nothing."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None

    def over(self, below: _Look) -> _Look:
        """These, and those of `below` where nothing is said."""
        return _Look(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            below.raised if self.raised is None else self.raised,
        )


def _look(properties: Any) -> _Look:
    align = _child(properties, "vertAlign")
    struck = _switched_on(properties, "strike")
    return _Look(
        _switched_on(properties, "vanish"),
        _switched_on(properties, "dstrike") if struck is None else struck,
        None if align is None else _value(align) in {"superscript", "subscript"},
    )


def _hidden_styles(styles: Any) -> dict[str, _Look]:
    """The look of every style, those it is based on included."""
    own: dict[str, tuple[_Look, str | None]] = {}
    for style in styles if styles is not None else ():
        if _name(style) == "style":
            base = _child(style, "basedOn")
            own[_value(style, "styleId") or ""] = (
                _look(_child(style, "rPr")),
                None if base is None else _value(base),
            )
    found: dict[str, _Look] = {}
    for name in own:
        chain: dict[str, None] = {}
        above: str | None = name
        while above in own and above not in found and above not in chain:
            chain[above] = None
            above = own[above][1]
        below = found.get(above or "", _Look())
        for one in reversed(chain):
            below = found[one] = own[one][0].over(below)
    return found


class _Reader:
    """Walks through a document's elements."""

    def __init__(self, styles: dict[str, _Look], allowance: Allowance, limits: Limits) -> None:
        self._styles = styles
        self._limits = limits
        self._allowance = allowance

    def parts(self, element: Any, depth: int = 0) -> Iterator[str | Grid]:
        """Paragraphs and tables in reading order."""
        self._check(depth)
        for child in element:
            name = _name(child)
            if name == "p":
                text = Text()
                self._paragraph(child, text, depth)
                yield from text.text.splitlines()
                yield from (part for box in _boxes(child) for part in self.parts(box, depth + 1))
            elif name == "tbl":
                yield from self._table(child, depth)
            elif name not in _GONE and child.tag != _FALLBACK:
                yield from self.parts(child, depth + 1)

    def _table(self, table: Any, depth: int) -> Iterator[str | Grid]:
        """The table, then those that stand in its cells; of a table that only arranges others, what its cells hold."""
        rows = [row for row in _inside(table, "tr") if not _left_out(row)]
        cells = [list(_inside(row, "tc")) for row in rows]
        nested = [cell for row in cells for cell in row if _nested(cell)]
        filled = sum(sum(not _nested(cell) for cell in row) >= 2 for row in cells)
        if not nested or filled >= 3:
            grid = self._grid(rows, cells, depth)
            if grid is not None:
                yield grid
            for cell in nested:
                yield from (part for part in self.parts(cell, depth + 1) if isinstance(part, Grid))
        else:
            for row in cells:
                for cell in row:
                    yield from self.parts(cell, depth + 1)

    def _grid(self, rows: list[Any], cells: list[list[Any]], depth: int) -> Grid | None:
        built = TableBuilder(DOCX, self._allowance)
        for number, (row, own) in enumerate(zip(rows, cells, strict=True)):
            column = _count(_child(row, "trPr", "gridBefore"), least=0)
            for cell in own:
                properties = _child(cell, "tcPr")
                span = _count(_child(properties, "gridSpan")) if properties is not None else 1
                if column + span > self._limits.table_columns:
                    raise LimitError(f"a table has more than the limit of {self._limits.table_columns} columns")
                down = _child(properties, "vMerge") if properties is not None else None
                goes_on = down is not None and _value(down) != "restart"
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
        return text.reading(DOCX)

    def _blocks(self, element: Any, text: Text, depth: int) -> None:
        """The paragraphs of a cell; of a table in it only the text of one with a single cell."""
        self._check(depth)
        for child in element:
            name = _name(child)
            if name == "p":
                self._paragraph(child, text, depth)
                text.line_break()
            elif name == "tbl":
                inner = [cell for row in _inside(child, "tr") for cell in _inside(row, "tc")]
                if len(inner) == 1:
                    self._blocks(inner[0], text, depth + 1)
                else:
                    text.doubt(NESTED)
            elif name not in _GONE and child.tag != _FALLBACK:
                self._blocks(child, text, depth + 1)

    def _paragraph(self, paragraph: Any, text: Text, depth: int) -> None:
        style = _child(paragraph, "pPr", "pStyle")
        default = self._styles.get(_value(style) or "", _Look()) if style is not None else _Look()
        self._inline(paragraph, text, default, depth)

    def _inline(self, element: Any, text: Text, look: _Look, depth: int) -> None:
        self._check(depth)
        for child in element:
            name = _name(child)
            if name == "r":
                self._run(child, text, look, depth + 1)
            elif name in _DRAWN:
                text.doubt(PICTURE)
            elif name not in _GONE and child.tag != _FALLBACK:
                self._inline(child, text, look, depth + 1)

    def _run(self, run: Any, text: Text, look: _Look, depth: int) -> None:
        properties = _child(run, "rPr")
        if properties is not None:
            style = _child(properties, "rStyle")
            named = self._styles.get(_value(style) or "", _Look()) if style is not None else _Look()
            look = _look(properties).over(named).over(look)
        if look.hidden:
            return
        own = Text()
        for child in run:
            self._piece(child, own, look, depth)
        for reason in own.doubts:
            text.doubt(reason)
        if look.struck:
            if own.text:
                text.doubt(STRUCK)
        elif look.raised:
            text.note(own.text)
        else:
            text.pieces += own.pieces

    def _piece(self, child: Any, text: Text, look: _Look, depth: int) -> None:
        """Add what one element of a run stands for."""
        name = _name(child)
        if name == "t":
            text.add(child.text or "")
        elif name in {"br", "cr"}:
            text.line_break()
        elif name in _SPECIAL:
            text.add(_SPECIAL[name])
        elif name == "ruby":
            self._inline(child, text, look, depth + 1)
        elif _draws(child):
            text.doubt(PICTURE)


def _draws(element: Any) -> bool:
    return any(_name(one) in _DRAWN for one in element.iter())


def _inside(element: Any, wanted: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, those within content controls and the like included."""
    for child in element:
        name = _name(child)
        if name == wanted:
            yield child
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _inside(child, wanted)


def _nested(cell: Any) -> bool:
    """Whether a table of more than one cell stands in a cell."""
    tables = (one for one in cell.iter() if _name(one) == "tbl")
    return any(sum(_name(one) == "tc" for one in table.iter()) > 1 for table in tables)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Contents of the text boxes anchored in a paragraph, each once; boxes in these are theirs."""
    for element in paragraph:
        if _name(element) == "txbxContent":
            yield element
        elif element.tag != _FALLBACK:
            yield from _boxes(element)


def _left_out(row: Any) -> bool:
    """Whether a row is hidden, or deleted while changes were tracked."""
    properties = _child(row, "trPr")
    return properties is not None and (
        _child(properties, "del") is not None or bool(_switched_on(properties, "hidden"))
    )


def _count(element: Any, least: int = 1) -> int:
    """The number an element gives."""
    text = (_value(element) or "") if element is not None else ""
    return max(least, int(text)) if text.isdecimal() and len(text) < 6 else least
