"""Inputs that are not files here: what lies behind an address such as s3://bucket/folder, through fsspec."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from extract.errors import LimitError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

_WITHOUT_FOLDERS = frozenset({"http", "https"})
"""What has an address for each file, and neither folders nor patterns."""

_PIECE = 2**20


class AddressError(Exception):
    """An address cannot be used; the message says why."""


def is_url(text: str) -> bool:
    """Whether an input is an address, not a path."""
    return _URL.match(text) is not None


def path_of(url: str) -> PurePosixPath:
    """The path in an address: its last part names the file."""
    parts = urlsplit(url)
    return PurePosixPath(parts.path if parts.scheme in _WITHOUT_FOLDERS else url.partition("://")[2])


def files(url: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The addresses of all files behind one, and the folders below it each is in.

    The address is a file's, a folder's, or a pattern's. Links to folders are not followed.

    Raises:
        AddressError: it cannot be used.
    """
    parts = urlsplit(url)
    if parts.password:
        raise AddressError("an address with a password would be in every result: give it in the environment")
    if "::" in url:
        raise AddressError("chained addresses are not read")
    if parts.scheme in _WITHOUT_FOLDERS:
        yield url, ()
        return
    with _asking():
        system, top = _system(url)
        if system.isfile(top):
            yield url, ()
        elif system.isdir(top):
            yield from _below(system, top)
        else:
            yield from ((system.unstrip_protocol(one), ()) for one in sorted(system.glob(top)) if system.isfile(one))


def state(url: str) -> str:
    """A digest of what is known of a file without reading it, such as size and date; empty when nothing is.

    Of the same digest it is the same file, unchanged.
    """
    try:
        with _asking():
            system, path = _system(url)
            unchanging = urlsplit(url).scheme in _WITHOUT_FOLDERS  # so fsspec thinks
            mark = system.info(path).get("ETag") if unchanging else system.ukey(path)
    except AddressError:
        return ""
    return hashlib.sha256(f"{url} {mark}".encode()).hexdigest() if mark else ""


def fetch(url: str, folder: Path, most: int) -> Path:
    """Copy a file into a folder that does not exist yet, under its own name.

    Raises:
        AddressError: it cannot be read.
        LimitError: it is longer than `most` bytes.
        OSError: the folder cannot be written.
    """
    with _asking():
        system, path = _system(url)
        source = system.open(path, "rb")
    folder.mkdir(parents=True)
    target = folder / path_of(url).name
    left = most
    with source, target.open("xb") as file:
        while True:
            with _asking():
                piece = source.read(_PIECE)
            if not piece:
                return target
            left -= len(piece)
            if left < 0:
                raise LimitError(f"more than the limit of {most} bytes")
            file.write(piece)


@contextmanager
def _asking() -> Iterator[None]:
    """Turn whatever is raised into one error: each kind of server has a library with errors of its own."""
    try:
        yield
    except AddressError:
        raise
    except Exception as error:
        raise AddressError(" ".join(str(error).split()) or type(error).__name__) from error


def _below(system: Any, top: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for folder, below, names in system.walk(top, detail=True):
        for name in [name for name, info in below.items() if info.get("islink")]:
            del below[name]
        parents = PurePosixPath(folder).relative_to(PurePosixPath(top)).parts
        for name in sorted(names):
            yield system.unstrip_protocol(names[name]["name"]), parents


def _system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise AddressError("addresses need fsspec: pip install 'gongkai[urls]'") from error
    system, path = url_to_fs(url)
    return system, path
