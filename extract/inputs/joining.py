"""Images that are pages of one document, by their names."""

from __future__ import annotations

from collections.abc import Sequence

from extract.inputs.finding import IMAGES, Found


def joined(found: Sequence[Found]) -> list[Found]:
    """Page images made one document, at the place of the first; the others as they are."""
    from extract.source.pagenames import numbered

    groups: dict[object, list[tuple[int, Found]]] = {}
    for one in found:
        page = numbered(one.path.stem) if one.path.suffix.lower() in IMAGES and not one.url else None
        key = (one.path.parent, page[0], one.parents) if page else (one.path, one.url)
        groups.setdefault(key, []).append((page[1] if page else 0, one))
    return [one for group in groups.values() for one in _pages(group)]


def _pages(group: list[tuple[int, Found]]) -> list[Found]:
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
    return [Found(tuple(one.path for _, one in group), first.parents, stem)]
