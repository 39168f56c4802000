"""Bad files, made anew wherever they are needed: hundreds of ways to harm whoever reads or shows a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus import drawings, markup, names, office, pictures, structure
from corpus.parts import Bad

__all__ = ["Bad", "files", "make"]


def files(*, large: bool = False) -> Iterator[Bad]:
    """All bad files; those that take long only if `large`."""
    for subject in (structure, drawings, pictures, office, markup, names):
        yield from (bad for bad in subject.files() if large or not bad.large)


def make(folder: Path, *, large: bool = False) -> dict[str, Bad]:
    """Make the bad files in a folder, and give them by name."""
    made = {}
    for bad in files(large=large):
        assert bad.name not in made, bad.name
        bad.put(folder)
        made[bad.name] = bad
    return made
