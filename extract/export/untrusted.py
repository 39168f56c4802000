"""Text that comes from a document or a file name, made safe for the place it goes to.

Nothing here changes text that is harmless there.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata

EXCEL_TEXT_LIMIT = 32767
"""Characters that a spreadsheet cell can hold."""

PAGE_TEXT_LIMIT = 2000
"""Characters of one text that a page in a browser shows."""

NAME_LIMIT = 200
"""Bytes of UTF-8 in the name of an output folder; file systems allow 255."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Spreadsheets in East Asian locales also take the full-width forms as the start of a formula.
_FORMULA_START = tuple("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+\-＋－]?\d[\d\s.,．，]*")
_DASHES = re.compile(r"[-－‐-―−\s]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that change how others are shown, or cannot be sent."""

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def storable(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def csv_text(text: str) -> str:
    """The text with a quote before it where a spreadsheet would otherwise take it for a formula.

    Plain numbers (`+19`, `-3`) and dash marks (`-`, `--`) start like formulas, yet are harmless: they stay as printed.
    """
    harmless = _PLAIN_NUMBER.fullmatch(text) or _DASHES.fullmatch(text)
    return f"'{text}" if text.startswith(_FORMULA_START) and not harmless else text


def as_printed(field: str) -> str:
    """The text of a field that `csv_text` made."""
    return field[1:] if field.startswith("'") and csv_text(field[1:]) == field else field


def spreadsheet_text(text: str) -> str:
    """The text without the characters that XML cannot hold, cut where a cell of a spreadsheet ends."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    cut = " […]"
    return text if len(text) <= EXCEL_TEXT_LIMIT else text[: EXCEL_TEXT_LIMIT - len(cut)] + cut


def terminal_text(text: str) -> str:
    """The text on one line, with every character escaped that could move or recolour what a terminal shows."""
    return "".join(
        character.encode("unicode_escape").decode("ascii") if unicodedata.category(character) in _UNSEEN else character
        for character in text
    )


def terminal_json(record: object) -> str:
    """A record as one line of JSON that a terminal may be sent: what could move or recolour it is escaped."""
    text = json.dumps(record, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_json_character, text))


def _json_character(character: str) -> str:
    return json.dumps(character)[1:-1] if unicodedata.category(character) in _UNSEEN else character


def page_text(text: str) -> str:
    """The text for a page in a browser, still to be escaped: nothing in it moves or hides what stands around it.

    Control characters but line breaks, and characters without a shape of their own, such as those that turn the
    direction of writing, become escapes; what is longer than a reader would read is cut.
    """
    cut = " […]"
    text = text.replace("\r\n", "\n")
    text = text if len(text) <= PAGE_TEXT_LIMIT else text[: PAGE_TEXT_LIMIT - len(cut)] + cut
    return "\n".join(line if line.isprintable() else terminal_text(line) for line in text.split("\n"))


def folder_name(stem: str) -> str:
    """A name that is one plain folder on every common file system, the stem itself wherever that is one."""
    name = _NOT_IN_NAMES.sub("_", storable(stem)).rstrip(". ")
    if name.startswith("."):
        name = f"_{name[1:]}"
    if not name or _RESERVED_NAMES.fullmatch(name):
        name = f"_{name}"
    encoded = name.encode("utf-8")
    if len(encoded) > NAME_LIMIT:
        digest = hashlib.sha256(encoded).hexdigest()[:8]
        name = f"{encoded[: NAME_LIMIT - 9].decode('utf-8', 'ignore')}~{digest}"
    return name
