"""Elements of WordprocessingML: their names, attributes and children, and those that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""The namespaces of WordprocessingML."""

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""What stands for an element in programs that do not know it: shown by none that do."""

GONE = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "pPr", "tblPr", "tblGrid", "sectPr"})
"""Elements whose text nobody sees, or that hold none."""

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWN = frozenset({"drawing", "pict", "object", f"{_MATH}oMath", f"{_MATH}oMathPara"})
"""Pictures and the like: an equation's digits stand anywhere."""


def name_of(element: Any) -> str:
    """The local name of an element of WordprocessingML; of other elements the full name."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, local = tag[1:].partition("}")
    return local if space in WORD else tag


def value_of(element: Any, name: str = "val") -> str | None:
    """An attribute in the element's own namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def first_of(element: Any, *path: str) -> Any:
    """The first descendant along a path of names; None without one."""
    for name in path:
        element = next((child for child in element if name_of(child) == name), None) if element is not None else None
    return element


def switched_on(properties: Any, name: str) -> bool | None:
    """Whether a property is set, None where nothing is said."""
    found = first_of(properties, name)
    return None if found is None else value_of(found) not in {"0", "false", "off"}


def within(element: Any, wanted: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, those within content controls and the like included."""
    for child in element:
        name = name_of(child)
        if name == wanted:
            yield child
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from within(child, wanted)


def nested(cell: Any) -> bool:
    """Whether a table of more than one cell stands in a cell."""
    tables = (one for one in cell.iter() if name_of(one) == "tbl")
    return any(sum(name_of(one) == "tc" for one in table.iter()) > 1 for table in tables)


def boxes(paragraph: Any) -> Iterator[Any]:
    """Contents of the text boxes anchored in a paragraph, each once; boxes in these are theirs."""
    for element in paragraph:
        if name_of(element) == "txbxContent":
            yield element
        elif element.tag != FALLBACK:
            yield from boxes(element)


def left_out(row: Any) -> bool:
    """Whether a row is hidden, or deleted while changes were tracked."""
    properties = first_of(row, "trPr")
    return properties is not None and (
        first_of(properties, "del") is not None or bool(switched_on(properties, "hidden"))
    )


def count_of(element: Any, least: int = 1) -> int:
    """The number an element gives."""
    text = (value_of(element) or "") if element is not None else ""
    return max(least, int(text)) if text.isdecimal() and len(text) < 6 else least


def draws(element: Any) -> bool:
    """Whether a picture or another drawing is in an element."""
    return any(name_of(one) in DRAWN for one in element.iter())
