"""The text of a cell or paragraph as it is gathered piece by piece, with what speaks against it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.model import Reading

PICTURE = "a picture stands in the cell"
FIELD = "the number stands in a form field"
NO_RESULT = "a field of the cell holds no result"
STRUCK = "a part of the cell is struck out"
UNSEEN = "a part of the cell is set so that nobody sees it"
WHITE = "text in white stands in the cell"
ADDED = "a style sheet puts text into the cell"
SCRIPT = "a script may write into the cell"
NUMBERED = "a list's numbers stand in the cell"
TURNED = "text that runs the other way stands in the cell"
NESTED = "a table of its own stands in the cell"

_SPACES = re.compile(r"[^\S\n\u3000]+")


@dataclass(slots=True)
class Text:
    """Text in the making; `doubts` are for a reading made of it."""

    pieces: list[str] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Go on on the same line; line breaks in `text` are white space, and hyphens shown only there are nothing."""
        self.pieces.append(text.replace("\r", " ").replace("\n", " ").replace("\xad", ""))

    def note(self, text: str) -> None:
        """A raised or lowered text: in brackets, so that it is no part of a number before it."""
        if text.strip():
            self.pieces.append(f"({text.strip()})")

    def line_break(self) -> None:
        """Go on on the next line."""
        self.pieces.append("\n")

    def doubt(self, reason: str) -> None:
        """Something speaks against the text."""
        self.doubts[reason] = None

    @property
    def text(self) -> str:
        """The lines that hold something, white space squeezed."""
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)

    def reading(self, source: str) -> Reading:
        """The text as a reading."""
        return Reading(self.text, source=source, doubts=tuple(self.doubts))
