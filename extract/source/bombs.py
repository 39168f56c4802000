"""Streams of a PDF that are small in the file and huge once inflated."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from extract.errors import LimitError

_FIRST = frozenset({b"\x08", b"\x18", b"\x28", b"\x38", b"\x48", b"\x58", b"\x68", b"\x78"})
"""First bytes of zlib's data: method and window."""

_MOST = 1032
"""How many times as long as its data deflate can make a text."""

_PIECE = 2**20
"""Bytes inflated at a time; they are thrown away."""


def check_streams(data: bytes, most: int) -> None:
    """Refuse a PDF with a stream of deflated data that is longer than `most` bytes, before a library inflates it.

    Streams of an encrypted file cannot be looked into, nor those in other filters: the limit on memory is for them.

    Raises:
        LimitError: there is such a stream.
    """
    for compressed in _streams(data):
        twice = _begins_compressed(compressed)
        if len(compressed) * _MOST <= most and not twice:
            continue
        total = below = 0
        inner = zlib.decompressobj()
        for piece in _inflated(zlib.decompressobj(), compressed):
            total += len(piece)
            below += sum(map(len, _inflated(inner, piece))) if twice else 0
            if max(total, below) > most:
                raise LimitError(f"a stream of {len(compressed)} bytes inflates to more than the limit of {most}")


def _streams(data: bytes) -> Iterator[memoryview]:
    """What follows each `stream` and may be deflated data, up to the next `endstream`."""
    view, at = memoryview(data), 0
    while (at := data.find(b"stream", at)) >= 0:
        at += len(b"stream")
        start = at + 2 if data[at : at + 2] == b"\r\n" else at + 1
        if data[start : start + 1] in _FIRST:
            end = data.find(b"endstream", start)
            at = end + len(b"endstream") if end >= 0 else len(data)
            yield view[start : end if end >= 0 else len(data)]


def _begins_compressed(compressed: memoryview) -> bool:
    """Whether what is compressed looks compressed itself."""
    try:
        return zlib.decompressobj().decompress(compressed, 1) == b"x"
    except zlib.error:
        return False


def _inflated(inflater: Any, data: bytes | memoryview) -> Iterator[bytes]:
    """What more data inflates to, piece by piece; damage ends it, as it does for a reader."""
    try:
        while data and not inflater.eof:
            yield inflater.decompress(data, _PIECE)
            data = inflater.unconsumed_tail
    except zlib.error:
        return
