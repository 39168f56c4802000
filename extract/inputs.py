"""Which documents a run reads, and the folder below the output that each one's results go to."""

from __future__ import annotations

import glob
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from extract.export.untrusted import folder_name

RUN_FILES = ("cells.parquet", "documents.csv")
"""Files of the run as a whole: names that no document's folder may take."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document to read. `name` is what the run calls it; `output` is relative to the run's output folder."""

    name: str
    path: Path
    output: PurePosixPath


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
    path: Path
    parents: tuple[str, ...]


def plan(inputs: Sequence[str]) -> Plan:
    """Find the documents of files, directories and glob patterns.

    Directories are searched for `*.pdf` in any case and keep their tree below the output; links to directories are not
    followed. A pattern is expanded here, `**` included, unless a file of just that name exists. Every document is read
    once, and no two share a folder, whatever the file system thinks of case: the second gets `-2`, and so on.
    """
    found: dict[str, _Found] = {}
    unmatched: list[Unmatched] = []
    for text in inputs:
        before = len(unmatched)
        seen = False
        for one in _find(text, unmatched):
            seen = True
            found.setdefault(os.path.abspath(one.path), one)  # noqa: PTH100 - resolve() would follow links
        if not seen and len(unmatched) == before:
            unmatched.append(Unmatched(text, _why_nothing(text)))
    outputs = _outputs(list(found.values()))
    documents = (
        Document(_name(one.path), one.path, output) for one, output in zip(found.values(), outputs, strict=True)
    )
    return Plan(tuple(documents), tuple(unmatched))


def _find(text: str, unmatched: list[Unmatched]) -> Iterator[_Found]:
    path = Path(text)
    if path.is_dir():
        yield from _walk(path, unmatched)
    elif os.path.lexists(path):
        yield _Found(path, ())
    elif glob.has_magic(text):
        for match in sorted(glob.glob(text, recursive=True)):  # noqa: PTH207 - Path.glob takes no absolute pattern
            yield from _find(match, unmatched)


def _walk(top: Path, unmatched: list[Unmatched]) -> Iterator[_Found]:
    def refused(error: OSError) -> None:
        unmatched.append(Unmatched(str(error.filename), f"cannot be searched: {error.strerror}"))

    for folder, below, names in os.walk(top, onerror=refused):
        below.sort()
        parents = tuple(folder_name(part) for part in Path(folder).relative_to(top).parts)
        for name in sorted(names):
            if name.lower().endswith(".pdf"):
                yield _Found(Path(folder, name), parents)


def _why_nothing(text: str) -> str:
    if Path(text).is_dir():
        return "no PDF in this directory"
    return "nothing matches this pattern" if glob.has_magic(text) else "no such file or directory"


def _name(path: Path) -> str:
    """The path as seen from the working directory, with forward slashes."""
    whole = path.absolute()
    return (whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else path).as_posix()


def _outputs(found: Sequence[_Found]) -> list[PurePosixPath]:
    """A folder for each document; first come takes its plain name, later ones a number that is still free."""
    natural = [PurePosixPath(*one.parents, folder_name(one.path.stem)) for one in found]
    # A document's folder is replaced as a whole, so none may hold another one's.
    taken = {_key(name) for name in RUN_FILES} | {_key(parent) for path in natural for parent in path.parents}
    outputs: dict[int, PurePosixPath] = {}
    for number, path in enumerate(natural):
        if _key(path) not in taken:
            taken.add(_key(path))
            outputs[number] = path
    for number, path in enumerate(natural):
        if number not in outputs:
            outputs[number] = _free(path, taken)
    return [outputs[number] for number in range(len(found))]


def _free(path: PurePosixPath, taken: set[str]) -> PurePosixPath:
    suffix = 2
    while _key(candidate := path.with_name(f"{path.name}-{suffix}")) in taken:
        suffix += 1
    taken.add(_key(candidate))
    return candidate


def _key(path: PurePosixPath | str) -> str:
    """The same for two paths that some file system takes for one."""
    return unicodedata.normalize("NFC", str(path)).casefold()
