"""What a document is to the rooms that read it, be it a PDF or images."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from extract.model import BBox, Page, Raster
from extract.source.paths import Drawn


class PageSource(Protocol):
    """A page that is open."""

    @property
    def number(self) -> int:
        """Its place in the document, from 1."""

    @property
    def text(self) -> str:
        """The text layer in content order; empty without one."""

    @property
    def drawn(self) -> Drawn:
        """The objects drawn on it, by kind.

        Raises:
            LimitError: there are more than the limits allow.
        """

    @property
    def kind(self) -> str:
        """What there is to read: "text", "image" or "empty"."""

    def skim(self) -> Page:
        """The page with its text only."""

    def read_text(self) -> Page:
        """The page with its text and glyphs, turned upright."""

    def read(self, rotation: int | None = None) -> Page:
        """The page with glyphs and rulings, turned upright: by `rotation` degrees clockwise where that is known."""

    def raster(self) -> Raster:
        """The page's pixels, upright as the file shows it, at the resolution its scan has.

        Raises:
            LimitError: the page has more pixels than the limits allow.
            UnreadableError: its image cannot be decoded.
        """


class Document(Protocol):
    """An open document; a context manager. Not thread-safe."""

    @property
    def path(self) -> str:
        """Where it came from."""

    @property
    def kind(self) -> str:
        """What it is: "pdf", "image", "office" where a PDF was made of it; DOCX or HTML whose pictures are pages."""

    @property
    def data(self) -> bytes:
        """The bytes of the PDF or image, still encrypted if the file is."""

    @property
    def password(self) -> str | None:
        """The user password that opens the file."""

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes, in hexadecimal; of its files' hashes where there are several."""

    def __len__(self) -> int: ...

    def __enter__(self) -> Document: ...

    def __exit__(self, *_: object) -> None: ...

    def page(self, number: int) -> AbstractContextManager[PageSource]:
        """Page `number` (from 1), open.

        Raises:
            UnreadableError: that page cannot be loaded.
        """

    def misled(self) -> set[int]:
        """Pages whose text was believed until later pages spoke against it; each is told once, to be read again."""

    def inked(self, page: Page, boxes: Sequence[BBox]) -> list[bool]:
        """For each box on the upright page, whether anything dark is drawn well inside it."""

    def image(self, page: Page, scale: float) -> Any:
        """The upright page as a Pillow image, at `scale` pixels per point."""
