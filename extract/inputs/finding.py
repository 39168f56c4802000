"""The files that arguments lead to: paths, folders, patterns and addresses."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from extract import urls
from extract.errors import GongkaiError
from extract.export.untrusted import folder_name
from extract.limits import Limits

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".jp2"})
"""Images of one page, which may be pages of one document; a TIFF is a document of its own."""

SUFFIXES = IMAGES | {
    *(".pdf", ".ofd", ".tif", ".tiff"),
    *(".docx", ".doc", ".wps", ".rtf", ".html", ".htm", ".mhtml", ".mht", ".txt"),
}
"""Names that a directory is searched for, in any case; a file named outright may be called anything but plain text."""

_LOCK = "~$"
"""What the name of a file begins with that Word keeps beside an open document."""

_LOOKED_AT = 500_000
"""Characters of a text in which labels are looked for: nobody supervises this."""

_LEADS_OUT = "a link that leads elsewhere is not followed (--follow-links)"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An input, or a folder below one, that led to no document."""

    name: str
    cause: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or images that are pages of one document; `name` is the document's where its files do not name it.

    `url` is the address of a file that is not here.
    """

    paths: tuple[Path, ...]
    parents: tuple[str, ...]
    name: str = ""
    url: str = ""

    @property
    def path(self) -> Path:
        """The file, or the first of them."""
        return self.paths[0]

    @property
    def stem(self) -> str:
        """What the folder of its results is called after."""
        return self.name or (urls.path_of(self.url).stem if self.url else self.path.stem)


def find(text: str, unmatched: list[Unmatched], *, follow_links: bool) -> Iterator[Found]:
    """The files that an argument leads to; what it names and does not lead to is added to `unmatched`."""
    path = Path(text)
    if urls.is_url(text) and not os.path.lexists(path):
        yield from _behind(text, unmatched)
    elif path.is_dir():
        yield from _walk(path, unmatched, follow_links=follow_links)
    elif os.path.lexists(path):
        yield Found((path,), ())
    elif glob.has_magic(text):
        top, matches = _matching(path)
        for match in matches:
            if follow_links or _within(match, top):
                yield from find(str(match), unmatched, follow_links=follow_links)
            else:
                unmatched.append(Unmatched(str(match), _LEADS_OUT))


def _behind(url: str, unmatched: list[Unmatched]) -> Iterator[Found]:
    try:
        for one, parents in urls.files(url):
            path = urls.path_of(one)
            named = one == url
            if named or (path.suffix.lower() in SUFFIXES - {".txt"} and not path.name.startswith(_LOCK)):
                yield Found((Path(one),), tuple(map(folder_name, parents)), url=one)
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


def _walk(top: Path, unmatched: list[Unmatched], *, follow_links: bool) -> Iterator[Found]:
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
                yield Found((path,), parents)


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


def why_nothing(text: str) -> str:
    """In a line, why an argument led to nothing."""
    if urls.is_url(text):
        return "no PDF, image, Word or HTML file behind this address"
    if Path(text).is_dir():
        return "neither a PDF, an image, a Word or HTML file nor text in this directory"
    return "nothing matches this pattern" if glob.has_magic(text) else "no such file or directory"
