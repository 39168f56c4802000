"""Files that are none, links that lead away, and names that do harm where they are shown or written."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.parts import NO_DOCUMENT, OVER, UNREADABLE, Bad, sample

OUTSIDE = "outside"
"""A folder beside the corpus, where links out of it lead."""

NAMES = (
    "a\nb.pdf",
    "tab\tand\rreturn.pdf",
    "\x1b]0;owned\x07\x1b[31mred.pdf",
    "\u009b31mred.pdf",
    "\u202egnp.fdp.pdf",
    "😀🏴‍☠️年报.pdf",
    "年" * 82 + "x.pdf",
    "=cmd|' C calc'!A0.pdf",
    "--force.pdf",
    "%2e%2e%2fescape.pdf",
    "con.pdf",
    "...pdf",
    "<script>alert(1)<╱script>.pdf",
    "`touch gongkai-pwned`$(touch gongkai-pwned).pdf",
    " .pdf",
    os.fsdecode(b"not-\xff\xfe-text.pdf"),
)
"""Names of files that are whole reports: each must be read right, and its name do no harm."""


def _link(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.symlink_to(target)

    return make


def _outside(path: Path) -> None:
    """A link to a report beside the corpus."""
    outside = path.parents[1] / OUTSIDE
    outside.mkdir(exist_ok=True)
    (outside / "secret.pdf").write_bytes(sample("city.pdf"))
    path.symlink_to(outside / "secret.pdf")


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inside.pdf").write_bytes(sample("city.pdf") + b"\n% in a folder\n")


def _linked_folder(path: Path) -> None:
    """A link to a folder beside the corpus, which holds a report."""
    outside = path.parents[1] / OUTSIDE
    outside.mkdir(exist_ok=True)
    (outside / "another.pdf").write_bytes(sample("city.pdf"))
    path.symlink_to(outside)


def _socket(path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    try:  # the path of a socket may have 107 bytes
        os.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(here)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2**40)


def files() -> Iterator[Bad]:
    for number, name in enumerate(NAMES):
        yield Bad(name, sample("city.pdf") + b"\n%% %d\n" % number, frozenset({"ok"}), like="city")
    yield Bad("link-inside.pdf", _link("con.pdf"), frozenset({"ok"}), like="city")
    yield Bad("link-to-itself.pdf", _link("link-to-itself.pdf"), UNREADABLE)
    yield Bad("link-to-nothing.pdf", _link("nowhere.pdf"), UNREADABLE)
    yield Bad("link-outside.pdf", _outside, UNREADABLE, says="--follow-links")
    yield Bad("link-to-passwords.txt", _link("/etc/passwd"), UNREADABLE, says="--follow-links")
    yield Bad("link-to-zeros.pdf", _link("/dev/zero"), UNREADABLE, says="--follow-links")
    yield Bad("folder-linked", _linked_folder, UNREADABLE, says="--follow-links")
    yield Bad("link-to-all", _link("."), NO_DOCUMENT)
    yield Bad("folder.pdf", _folder, NO_DOCUMENT)
    yield Bad("pipe.pdf", os.mkfifo, UNREADABLE)
    yield Bad("pipe.txt", os.mkfifo, NO_DOCUMENT)
    yield Bad("socket.pdf", _socket, UNREADABLE)
    yield Bad("sparse.pdf", _sparse, OVER, says="limit")
    yield Bad("sparse.txt", _sparse, NO_DOCUMENT)
