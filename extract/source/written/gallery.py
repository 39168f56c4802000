"""The pictures that a Word or HTML file holds: in some of them the tables are."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes
from zipfile import ZipFile

from extract.errors import LimitError, UnreadableError
from extract.limits import Limits
from extract.source import imagefile
from extract.source.written.wordml import FALLBACK, GONE, name_of

_WIDTH, _HEIGHT = 300, 80
"""Pixels below which nobody could read a table; what is smaller is an icon, a seal or a rule."""

_EMBEDDED = re.compile(r"data:image/[^,;]+(?P<how>;[^,]*)?,", re.IGNORECASE)

_SHOWN = frozenset({"blip", "imagedata"})
"""Elements of drawings that name a picture."""

Found = tuple[tuple[bytes, ...], int]
"""The pictures on which a table may be seen, and how many others cannot be known."""


def embedded(sources: Iterable[str], limits: Limits) -> Found:
    """The pictures of an HTML file, by the addresses of its images: those that are written in it."""
    return _sifted((_decoded(source) for source in dict.fromkeys(sources)), limits)


def packed(archive: ZipFile, part: str, body: Any, links: Iterable[Any], limits: Limits) -> Found:
    """The pictures of a Word file, in the order in which its text shows them.

    Args:
        archive: The file.
        part: The name of the part that holds its text.
        body: The root element of that part.
        links: What that part is related to: elements with an id, a target, and a mode where it is elsewhere.
        limits: What a picture may cost.
    """
    targets = {link.get("Id"): link for link in links}
    shown = dict.fromkeys(targets[id_] for id_ in _named(body) if id_ in targets)
    return _sifted((_unpacked(archive, part, link, limits) for link in shown), limits)


def _named(element: Any) -> Iterator[str]:
    """Ids of the pictures that are shown in an element."""
    for child in element:
        if name_of(child) in GONE or child.tag == FALLBACK:
            continue
        if name_of(child).rpartition("}")[2] in _SHOWN:
            yield from (
                value for key, value in child.attrib.items() if key.rpartition("}")[2] in {"embed", "link", "id"}
            )
        yield from _named(child)


def _unpacked(archive: ZipFile, part: str, link: Any, limits: Limits) -> bytes | None:
    """The picture that a part is related to; None where it is elsewhere or too large."""
    target = link.get("Target", "")
    name = posixpath.normpath(posixpath.join(posixpath.dirname(part), target)) if target[:1] != "/" else target[1:]
    if link.get("TargetMode") == "External" or name not in archive.namelist():
        return None
    with archive.open(name) as file:
        data = file.read(limits.unpacked_bytes + 1)
    return data if len(data) <= limits.unpacked_bytes else None


def _decoded(source: str) -> bytes | None:
    """The picture that an address holds; None where it is elsewhere or damaged."""
    start = _EMBEDDED.match(source)
    if start is None:
        return None
    data = unquote_to_bytes(source[start.end() :])
    if "base64" not in (start["how"] or "").lower():
        return data
    try:
        return base64.b64decode(data)
    except binascii.Error:
        return None


def _sifted(found: Iterable[bytes | None], limits: Limits) -> Found:
    """Those on which a table may be seen, of files together no larger than one may be; of others, how many."""
    kept: list[bytes] = []
    absent, left = 0, limits.file_bytes
    for data in found:
        size = None if data is None or len(data) > left else _size(data)
        if data is None or size is None or size[0] * size[1] > limits.pixels:
            absent += 1
        elif size[0] >= _WIDTH and size[1] >= _HEIGHT and len(kept) < limits.pages:
            kept.append(data)
            left -= len(data)
    return tuple(kept), absent


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for what is no image that can be read."""
    try:
        image = imagefile.opened(data, "")
    except (UnreadableError, LimitError):
        return None
    width, height = image.size
    return width, height
