"""Which documents a run reads, and the folder below the output that each one's results go to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from extract.inputs.finding import Found, Unmatched, find, why_nothing
from extract.inputs.folders import folder_key, outputs
from extract.inputs.joining import joined

__all__ = ["Document", "Plan", "Unmatched", "folder_key", "plan"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document to read: one file, or images that are its pages.

    `name` is what the run calls it; `output` is relative to the run's output folder. One behind an address has its
    `url`, and in place of a path the address, which no file here is called by.
    """

    name: str
    paths: tuple[Path, ...]
    output: PurePosixPath
    url: str = ""

    @property
    def path(self) -> Path:
        """Its file, or the first of them."""
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of a run in the order they are read, and what could not be found."""

    documents: tuple[Document, ...]
    unmatched: tuple[Unmatched, ...]


def plan(inputs: Sequence[str], *, join: bool = False, follow_links: bool = False) -> Plan:
    """Find the documents of files, directories and glob patterns.

    Directories are searched for PDFs, images, Word and HTML files, and text files that hold labels of the form; they
    keep their tree below the output. A pattern is expanded here, `**` included, unless a file of just that name exists.
    Every document is read once, and no two share a folder, whatever the file system thinks of case: the second gets
    `-2`, and so on.

    Links that lead out of a directory, or out of where a pattern begins, are told of and not followed, unless
    `follow_links`; those that lead back into it are followed to files alone. A link named outright is what it leads to.

    Addresses (s3://bucket/folder) are a file's, a folder's or a pattern's; below folders no text files are looked for.

    With `join`, images of one page (PNG, JPEG, JPEG 2000) in one folder whose names differ by a page number alone are
    one document, in the order of the numbers; where a number is missing or there twice, each is one of its own.
    """
    found: dict[str, Found] = {}
    unmatched: list[Unmatched] = []
    for text in inputs:
        before = len(unmatched)
        seen = False
        for one in find(text, unmatched, follow_links=follow_links):
            seen = True
            found.setdefault(one.url or os.path.abspath(one.path), one)  # noqa: PTH100 - resolve() would follow links
        if not seen and len(unmatched) == before:
            unmatched.append(Unmatched(text, why_nothing(text)))
    chosen = joined(list(found.values())) if join else list(found.values())
    here = Path.cwd()
    documents = (
        Document(_name(one, here), one.paths, output, one.url)
        for one, output in zip(chosen, outputs(chosen), strict=True)
    )
    return Plan(tuple(documents), tuple(unmatched))


def _name(one: Found, here: Path) -> str:
    """The path as seen from `here`, with forward slashes; of joined images, what they have in common."""
    if one.url:
        return one.url
    path = one.path.parent / one.name if one.name else one.path
    whole = here / path
    return (whole.relative_to(here) if whole.is_relative_to(here) else path).as_posix()
