"""Bytes of a text or an HTML page as characters."""

from __future__ import annotations

import codecs
import re

from extract.errors import LimitError, UnreadableError
from extract.limits import Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,30})""", re.I
)

_SUPERSETS = {"gbk": "gb18030"}
"""Encodings that are read as the larger one that contains them; the others browsers treat so are known to be."""

_NOT_TEXT = frozenset({"replacement", "x-user-defined"})
"""Encodings that browsers know by name and do not read as text."""

_COMMON = {"gb18030": ("gb2312", 0xD7), "big5": ("big5", 0xC6)}
"""Encodings of Chinese; for each the one with its usual characters, and the last first byte of those used every day."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decoded(data: bytes, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """The text of bytes in UTF-8, in what they declare, in GB 18030 or Big5, or else as guessed, and doubts.

    UTF-8 comes first: text in another encoding is hardly ever valid UTF-8, and declarations are often wrong.

    Raises:
        UnreadableError: it is no text in any encoding.
        LimitError: there is more of it than the limits allow.
    """
    if len(data) > limits.unpacked_bytes:
        raise LimitError(f"{len(data)} bytes of text, more than the limit of {limits.unpacked_bytes}")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _plain(_try(data[len(mark) :], encoding)), ()
    text = _try(data, "utf-8")
    if text is not None:
        return _plain(text), ()
    declared = _DECLARED.search(data[:4096])
    if declared:
        name = _known(declared[1].decode("ascii"))
        text = _try(data, name) if name else None
        if text is not None:
            return _plain(text), ()
    found = {name: text for name in _COMMON if (text := _try(data, name)) is not None}
    if found:
        return _plain(found[max(found, key=lambda name: _usual(data, name))]), ()
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise UnreadableError("neither text in a known encoding nor anything else that gongkai reads")
    return _plain(str(best)), (f"the encoding was guessed: {best.encoding}",)


def _known(label: str) -> str | None:
    """Python's name of an encoding that browsers know: others that Python knows are no text, or take for ever."""
    import webencodings

    found = webencodings.lookup(label)
    return _SUPERSETS.get(found.name, found.codec_info.name) if found and found.name not in _NOT_TEXT else None


def _usual(data: bytes, encoding: str) -> float:
    """How many of the characters beyond ASCII are in everyday use, if the text is in this encoding (0..1)."""
    usual, last = _COMMON[encoding]
    found = [char.encode(usual, "ignore") for char in data.decode(encoding) if not char.isascii()]
    return sum(len(code) == 2 and code[0] <= last for code in found) / max(1, len(found))


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _plain(text: str | None) -> str:
    """The text, if it can be one.

    Raises:
        UnreadableError: it is damaged, or holds characters that no text holds.
    """
    if text is None or _CONTROL.search(text):
        raise UnreadableError("neither text in a known encoding nor anything else that gongkai reads")
    return text
