"""Single characters, as libraries find them: lines of them, and what they say in a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.grids.ruled.celltext import AS_HIGH, OVERPRINT, PADDING, SEPARATORS, SIZES, raised
from extract.model import UNMAPPED, BBox, Page, Reading

TORN = "digits run on into the next cell"
NO_TEXT = "a character has no known text"
STACKED = "digits on separate lines of a wide cell"

# In parts of a character's height.
_LINE_SHIFT = 0.5
WORD_GAP = 0.2
_TOUCHING = 0.15

_SAME_PLACE = 0.6
"""Of the narrower one's width: neighbours that share more than this are on top of each other."""


class Character(NamedTuple):
    """One character of a page; `bbox` in points from the top left corner of the upright page."""

    text: str
    bbox: BBox

    @property
    def x(self) -> float:
        """Its centre in x."""
        return (self.bbox.x0 + self.bbox.x1) / 2

    @property
    def y(self) -> float:
        """Its centre in y."""
        return (self.bbox.top + self.bbox.bottom) / 2


def seen(characters: Iterable[Character], page: Page) -> Iterable[Character]:
    """Characters but for those that the source found to be no print: whoever reads the file by himself has them still.

    Libraries make boxes larger than print is, so that the middle of the print lies within.
    """
    if not page.unseen:
        return characters
    unseen: dict[str, list[BBox]] = {}
    for text, box in page.unseen:
        unseen.setdefault(text, []).append(box)
    left = [
        one
        for one in characters
        if not any(
            one.bbox.contains((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2) for box in unseen.get(one.text, ())
        )
    ]
    unmapped = [i for i, char in enumerate(page.glyphs.text) if char == UNMAPPED]
    return [*left, *(Character(UNMAPPED, BBox(*page.glyphs.boxes[i].tolist())) for i in unmapped)]


def distinct(characters: Iterable[Character]) -> list[Character]:
    """Characters without white space and without copies: bold is often the same character drawn twice."""
    kept: list[Character] = []
    cells: dict[tuple[str, int, int], list[Character]] = {}
    for character in characters:
        if not character.text.strip():
            continue
        near = character.bbox.height * _TOUCHING
        column, line = int(character.x // 4), int(character.y // 4)
        around = (cells.get((character.text, column + i, line + j), ()) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if any(abs(o.x - character.x) < near and abs(o.y - character.y) < near for group in around for o in group):
            continue
        cells.setdefault((character.text, column, line), []).append(character)
        kept.append(character)
    return kept


def lines_of(characters: Iterable[Character]) -> list[list[Character]]:
    """Characters in lines from top to bottom, each from left to right."""
    lines: list[list[Character]] = []
    for character in sorted(characters, key=lambda character: character.y):
        first = lines[-1][0] if lines else None
        height = min(first.bbox.height, character.bbox.height) if first else 0
        if first and character.y - first.y <= _LINE_SHIFT * height:
            lines[-1].append(character)
        else:
            lines.append([character])
    return [sorted(line, key=lambda character: character.x) for line in lines]


def gap(left: Character, right: Character) -> float:
    """White space between two neighbours, in parts of the height of the taller one."""
    return (right.bbox.x0 - left.bbox.x1) / max(left.bbox.height, right.bbox.height, 1e-6)


def _shared(left: Character, right: Character) -> float:
    """How much of the narrower one's width two neighbours have in common."""
    common = min(left.bbox.x1, right.bbox.x1) - max(left.bbox.x0, right.bbox.x0)
    return common / max(min(left.bbox.width, right.bbox.width), 1e-6)


def torn(placed: Sequence[tuple[Character, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of cells between which a number was cut: touching digits or separators, either side of an edge.

    A two-digit 10 read as two cells 1 and 0 is a well-known failure on this kind of form.
    """
    owner = {id(character): cell for character, cell in placed}
    for line in lines_of(character for character, _ in placed):
        for left, right in pairwise(line):
            one, other = owner[id(left)], owner[id(right)]
            if one != other and _of_number(left) and _of_number(right) and gap(left, right) < _TOUCHING:
                yield one, other


def _of_number(character: Character) -> bool:
    return character.text.isdigit() or character.text in SEPARATORS


def reading_of(characters: Sequence[Character], cell: BBox, doubts: set[str]) -> Reading:
    """The text of one cell, lines joined by a newline, words by a space."""
    lines = lines_of(characters)
    found = set(doubts)
    texts = []
    for line in lines:
        text = line[0].text
        for left, right in pairwise(line):
            if _shared(left, right) > _SAME_PLACE:
                found.add(OVERPRINT)
            low, high = sorted((left.bbox.height, right.bbox.height))
            digits = left.text.isdigit() and right.text.isdigit()
            if digits and (low < AS_HIGH * high or raised(left.bbox, right.bbox)):
                found.add(SIZES)
            text += (" " if gap(left, right) > WORD_GAP else "") + right.text
        texts.append(text)
    for line, following in pairwise(lines):
        needed = line[-1].bbox.x1 - line[0].bbox.x0 + following[0].bbox.width + PADDING
        if line[-1].text.isdigit() and following[0].text.isdigit() and needed < cell.width:
            found.add(STACKED)
    if any(UNMAPPED in text for text in texts):
        found.add(NO_TEXT)
    return Reading("\n".join(texts), doubts=tuple(sorted(found)))
