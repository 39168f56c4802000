"""Which documents a run reads, and the folder below the output that each one's results go to."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path, PurePosixPath

from extract import urls
from extract.errors import GongkaiError
from extract.export.untrusted import folder_name
from extract.limits import Limits

_IMAGES = frozenset({".png", ".jpg", ".jpeg"})
"""Images of one page, which may be pages of one document; a TIFF is a document of its own."""

SUFFIXES = _IMAGES | {".pdf", ".tif", ".tiff", ".docx", ".doc", ".wps", ".rtf", ".ofd", ".html", ".htm", ".txt"}
"""Names that a directory is searched for, in any case; a file named outright may be called anything but plain text."""

_LOCK = "~$"
"""What the name of a file begins with that Word keeps beside an open document."""

_LOOKED_AT = 500_000
"""Characters of a text in which labels are looked for: nobody supervises this."""

_LEADS_OUT = "a link that leads elsewhere is not followed (--follow-links)"

RUN_FILES = ("cells", "cells.parquet", "documents.csv", "documents.parquet", "panel.xlsx", "datapackage.json")
"""Files and folders of the run as a whole: names that no document's folder may take."""


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
class Unmatched:
    """An input, or a folder below one, that led to no document."""

    name: str
    cause: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of a run in the order they are read, and what could not be found."""

    documents: tuple[Document, ...]
    unmatched: tuple[Unmatched, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, or images that are pages of one document; `name` is the document's where its files do not name it.

    `url` is the address of a file that is not here.
    """

    paths: tuple[Path, ...]
    parents: tuple[str, ...]
    name: str = ""
    url: str = ""

    @property
    def path(self) -> Path:
        return self.paths[0]

    @property
    def stem(self) -> str:
        return self.name or (urls.path_of(self.url).stem if self.url else self.path.stem)


def plan(inputs: Sequence[str], *, join: bool = False, follow_links: bool = False) -> Plan:
    """Find the documents of files, directories and glob patterns.

    Directories are searched for PDFs, images, Word and HTML files, and text files that hold labels of the form; they
    keep their tree below the output. A pattern is expanded here, `**` included, unless a file of just that name exists.
    Every document is read once, and no two share a folder, whatever the file system thinks of case: the second gets
    `-2`, and so on.

    Links that lead out of a directory, or out of where a pattern begins, are told of and not followed, unless
    `follow_links`; those that lead back into it are followed to files alone. A link named outright is what it leads to.

    Addresses (s3://bucket/folder) are a file's, a folder's or a pattern's; below folders no text files are looked for.

    With `join`, PNG and JPEG images of one folder whose names differ by a page number alone are one document, in the
    order of the numbers; where a number is missing or there twice, each is a document of its own.
    """
    found: dict[str, _Found] = {}
    unmatched: list[Unmatched] = []
    for text in inputs:
        before = len(unmatched)
        seen = False
        for one in _find(text, unmatched, follow_links=follow_links):
            seen = True
            found.setdefault(one.url or os.path.abspath(one.path), one)  # noqa: PTH100 - resolve() would follow links
        if not seen and len(unmatched) == before:
            unmatched.append(Unmatched(text, _why_nothing(text)))
    chosen = _joined(list(found.values())) if join else list(found.values())
    documents = (
        Document(_name(one), one.paths, output, one.url) for one, output in zip(chosen, _outputs(chosen), strict=True)
    )
    return Plan(tuple(documents), tuple(unmatched))


def _find(text: str, unmatched: list[Unmatched], *, follow_links: bool) -> Iterator[_Found]:
    path = Path(text)
    if urls.is_url(text) and not os.path.lexists(path):
        yield from _behind(text, unmatched)
    elif path.is_dir():
        yield from _walk(path, unmatched, follow_links=follow_links)
    elif os.path.lexists(path):
        yield _Found((path,), ())
    elif glob.has_magic(text):
        top, matches = _matching(path)
        for match in matches:
            if follow_links or _within(match, top):
                yield from _find(str(match), unmatched, follow_links=follow_links)
            else:
                unmatched.append(Unmatched(str(match), _LEADS_OUT))


def _behind(url: str, unmatched: list[Unmatched]) -> Iterator[_Found]:
    try:
        for one, parents in urls.files(url):
            path = urls.path_of(one)
            named = one == url
            if named or (path.suffix.lower() in SUFFIXES - {".txt"} and not path.name.startswith(_LOCK)):
                yield _Found((Path(one),), tuple(map(folder_name, parents)), url=one)
    except urls.AddressError as error:
        unmatched.append(Unmatched(url, str(error)))


def _matching(pattern: Path) -> tuple[Path, list[Path]]:
    """The folder where a pattern begins to be one, and what matches it, in order; `**` goes through no links."""
    parts = pattern.parts
    first = next(place for place, part in enumerate(parts) if glob.has_magic(part))
    top, rest = Path(*parts[:first]), [re.sub(r"\*\*+", "*", part) if part != "**" else part for part in parts[first:]]
    hidden = any(part.startswith(".") for part in rest)
    matches = (match for match in top.glob("/".join(rest)) if os.path.lexists(match))
    return top, sorted(
        match for match in matches if hidden or not any(_is_hidden(part) for part in match.relative_to(top).parts)
    )


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _within(path: Path, top: Path) -> bool:
    """Whether a path, once all links are followed, is below a folder, or would be if it were there."""
    real, root = os.path.realpath(path), os.path.realpath(top)
    return Path(real).is_relative_to(root)


def _walk(top: Path, unmatched: list[Unmatched], *, follow_links: bool) -> Iterator[_Found]:
    def refused(error: OSError) -> None:
        unmatched.append(Unmatched(str(error.filename), f"cannot be searched: {error.strerror}"))

    def may_be_followed(path: Path) -> bool:
        allowed = follow_links or not path.is_symlink() or _within(path, top)
        if not allowed:
            unmatched.append(Unmatched(str(path), _LEADS_OUT))
        return allowed

    seen: set[str] = set()
    for folder, below, names in os.walk(top, onerror=refused, followlinks=follow_links):
        if follow_links and (real := os.path.realpath(folder)) in seen:
            below.clear()
            continue
        elif follow_links:
            seen.add(real)
        below.sort()
        for name in below:
            may_be_followed(Path(folder, name))
        parents = tuple(folder_name(part) for part in Path(folder).relative_to(top).parts)
        for name in sorted(names):
            path = Path(folder, name)
            if (
                path.suffix.lower() in SUFFIXES
                and not name.startswith(_LOCK)
                and may_be_followed(path)
                and _may_be_report(path)
            ):
                yield _Found((path,), parents)


def _may_be_report(path: Path) -> bool:
    """False for a text file without labels of the form: folders hold notes and lists of all kinds."""
    if path.suffix.lower() != ".txt":
        return True
    from extract.detect import find_in_parts, vocabulary
    from extract.layout import shipped
    from extract.source import contents
    from extract.source.written import read_text

    limits = Limits()
    try:
        opened = read_text(str(path), contents(path, limits.unpacked_bytes), limits)
    except GongkaiError:
        return False
    room = accumulate((len(str(part)) + 1 for part in opened.parts), initial=0)
    parts = tuple(part for part, before in zip(opened.parts, room, strict=False) if before < _LOOKED_AT)
    return bool(find_in_parts(replace(opened, parts=parts), vocabulary(shipped())))


def _joined(found: Sequence[_Found]) -> list[_Found]:
    """Page images made one document, at the place of the first; the others as they are."""
    from extract.source.pagenames import numbered

    groups: dict[object, list[tuple[int, _Found]]] = {}
    for one in found:
        page = numbered(one.path.stem) if one.path.suffix.lower() in _IMAGES and not one.url else None
        key = (one.path.parent, page[0], one.parents) if page else (one.path, one.url)
        groups.setdefault(key, []).append((page[1] if page else 0, one))
    return [one for group in groups.values() for one in _pages(group)]


def _pages(group: list[tuple[int, _Found]]) -> list[_Found]:
    """Images of one name as one document, called by that name or else by their folder.

    They stay apart where their numbers do not follow each other: of two documents read as one, the second would be
    lost without a word.
    """
    group = sorted(group, key=lambda page: page[0])
    first = group[0][1]
    numbers = [number for number, _ in group]
    if len(group) == 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return [one for _, one in group]
    from extract.source.pagenames import numbered

    name = numbered(first.path.stem)
    stem = (name and name[0]) or first.path.absolute().parent.name
    return [_Found(tuple(one.path for _, one in group), first.parents, stem)]


def _why_nothing(text: str) -> str:
    if urls.is_url(text):
        return "no PDF, image, Word or HTML file behind this address"
    if Path(text).is_dir():
        return "neither a PDF, an image, a Word or HTML file nor text in this directory"
    return "nothing matches this pattern" if glob.has_magic(text) else "no such file or directory"


def _name(one: _Found) -> str:
    """The path as seen from the working directory, with forward slashes; of joined images, what they have in common."""
    if one.url:
        return one.url
    path = one.path.parent / one.name if one.name else one.path
    whole = path.absolute()
    return (whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else path).as_posix()


def _outputs(found: Sequence[_Found]) -> list[PurePosixPath]:
    """A folder for each document; first come takes its plain name, later ones a number that is still free."""
    natural = [PurePosixPath(*one.parents, folder_name(one.stem)) for one in found]
    # A document's folder is replaced as a whole, so none may hold another one's.
    taken = {folder_key(name) for name in RUN_FILES} | {
        folder_key(parent) for path in natural for parent in path.parents
    }
    outputs: dict[int, PurePosixPath] = {}
    for number, path in enumerate(natural):
        if folder_key(path) not in taken:
            taken.add(folder_key(path))
            outputs[number] = path
    for number, path in enumerate(natural):
        if number not in outputs:
            outputs[number] = _free(path, taken)
    return [outputs[number] for number in range(len(found))]


def _free(path: PurePosixPath, taken: set[str]) -> PurePosixPath:
    suffix = 2
    while folder_key(candidate := path.with_name(f"{path.name}-{suffix}")) in taken:
        suffix += 1
    taken.add(folder_key(candidate))
    return candidate


def folder_key(path: PurePosixPath | str) -> str:
    """The same for two paths that some file system takes for one."""
    return unicodedata.normalize("NFC", str(path)).casefold()
