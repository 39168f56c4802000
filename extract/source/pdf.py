"""PDF documents and their pages, through PDFium."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extract.errors import LimitError, PasswordError, UnreadableError
from extract.limits import Limits
from extract.model import BBox, Glyphs, Page, Raster, Ruling
from extract.source import covers, ink, notes, paths, raster, struck, text, trust
from extract.source.bombs import check_streams
from extract.source.frame import Frame
from extract.source.legible import DigitFonts
from extract.source.pictures import Picture, pictures

_KEPT = 4
"""Pages with tables that stay loaded: what is drawn in cells without text is asked once these are known."""


@dataclass
class PdfPage:
    """A page that is open: its text at once, its glyphs, rulings and pixels only when asked for.

    `in_full` says whether it was read as one with tables.
    """

    number: int
    _page: Any
    _limits: Limits
    _fonts: DigitFonts
    _noted: bool = False
    in_full: bool = False
    _text: text.TextLayer = field(init=False)

    def __post_init__(self) -> None:
        self._text = text.TextLayer(self._page)
        if self._text.count > self._limits.page_characters:
            count, most = self._text.count, self._limits.page_characters
            self._text.close()
            raise LimitError(f"page {self.number} has {count} characters, more than the limit of {most}")

    @property
    def text(self) -> str:
        """The text layer in content order, as PDFium gives it."""
        return self._text.text

    @cached_property
    def drawn(self) -> paths.Drawn:
        """The objects drawn on the page, by kind.

        Raises:
            LimitError: the page holds more objects than the limits allow.
        """
        drawn = paths.survey(self._page, self._limits.page_objects)
        most = self._limits.page_objects
        count = drawn.objects + paths.inside(drawn.forms, most)
        if count > most:
            raise LimitError(f"page {self.number} draws {count} objects, more than the limit of {most}")
        return drawn

    @cached_property
    def pictures(self) -> list[Picture]:
        """The images drawn on the page."""
        return pictures(self._page, self.drawn)

    @property
    def kind(self) -> str:
        """What there is to read: "text", "image" or "empty"."""
        if self._written and not self._found.doubts:
            return "text"
        return "image" if self.drawn.lines or self._found.doubts else "empty"

    @property
    def _written(self) -> bool:
        """Whether there is any text."""
        return any(not char.isspace() for char in self.text)

    @cached_property
    def _found(self) -> trust.Findings:
        """What speaks against the text layer."""
        if not self._written:
            return trust.Findings()
        return trust.examine(
            self._page,
            self._text,
            self.drawn,
            self.pictures,
            disguised=lambda: self._fonts.disguise(self.number, self._text),
        )

    def skim(self) -> Page:
        """The page with its text only."""
        return self._described(Frame.of(self._page), Glyphs("", text.NO_BOXES), skimmed=True)

    def read_text(self) -> Page:
        """The page with its text and glyphs, turned upright."""
        frame = Frame.of(self._page, self._text.direction())
        return self._described(frame, self._text.glyphs(frame, strings=False), skimmed=True)

    def read(self, rotation: int | None = None) -> Page:
        """The page with glyphs and rulings, turned upright: by `rotation` degrees clockwise where that is known."""
        self.in_full = True
        frame = Frame.of(self._page, self._text.direction() if rotation is None else rotation)
        glyphs = seen = self._text.glyphs(frame)
        water = self._text.watermarks
        if self.kind == "text":
            seen = covers.without_covered(self._page, self._text, self.drawn, glyphs, frame, faint=self._found.faint)
        covered = set() if seen is glyphs else set(_placed(glyphs)) - set(_placed(seen))
        whole = self._text.completed(seen, frame, self.drawn, covered=seen is not glyphs)
        rulings = paths.rulings(self.drawn, frame, self._limits.page_rulings)
        kept = struck.without_struck(whole, rulings)
        out = () if kept is whole else set(_placed(whole)) - set(_placed(kept))
        page = self._described(frame, kept, rulings)
        # Marks without any digit, hidden by software that signs pages, are not worth telling.
        told = (covers.COVERED,) if any(char.isdigit() for char, _ in covered) else ()
        told = (*told, text.WATERMARK) if water.text else told
        told = (*told, struck.STRUCK) if out else told
        return replace(
            page, doubts=(*page.doubts, *told), unseen=(*covered, *out, *_placed(water), *_placed(self._text.beyond))
        )

    def raster(self) -> Raster:
        """The page's pixels, upright as the file shows it, at the resolution its scan has.

        Raises:
            LimitError: the page has more pixels than the limits allow.
        """
        return raster.raster(self._page, self.pictures, self._limits.pixels)

    def _described(
        self, frame: Frame, glyphs: Glyphs, rulings: tuple[Ruling, ...] = (), *, skimmed: bool = False
    ) -> Page:
        return Page(
            number=self.number,
            width=frame.upright_width,
            height=frame.upright_height,
            rotation=frame.rotation,
            kind=self.kind,
            text="" if self._found.hidden else self.text,
            skimmed=skimmed,
            glyphs=glyphs,
            rulings=rulings,
            doubts=(*self._found.doubts, *((notes.NOTED,) if self._noted else ())),
        )

    def close(self) -> None:
        """Give the memory of its text back to PDFium."""
        self._text.close()


@dataclass
class PdfDocument:
    """An open PDF; a context manager. Not thread-safe, because PDFium is not.

    `origin` is the file that the PDF was made from, where it was not one itself.
    """

    path: str
    stored: bytes
    password: str | None
    limits: Limits
    _pdf: Any
    origin: bytes | None = None
    _fonts: DigitFonts = field(default_factory=DigitFonts)
    _noted: dict[int, bool] = field(default_factory=dict)
    _kept: dict[int, Any] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        """Hash of the file's bytes, in hexadecimal."""
        return hashlib.sha256(self.stored if self.origin is None else self.origin).hexdigest()

    @property
    def data(self) -> bytes:
        """The bytes of the PDF, for other readers: with form fields and notes as part of the pages opened so far."""
        return notes.saved(self._pdf) if any(self._noted.values()) else self.stored

    @property
    def kind(self) -> str:
        """What the file is: a PDF, or an office document that became one."""
        return "pdf" if self.origin is None else "office"

    def __len__(self) -> int:
        return len(self._pdf)

    def __enter__(self) -> PdfDocument:
        return self

    def __exit__(self, *_: object) -> None:
        while self._kept:
            self._kept.popitem()[1].close()
        self._pdf.close()

    @contextmanager
    def page(self, number: int) -> Iterator[PdfPage]:
        """Page `number` (from 1), open.

        Raises:
            UnreadableError: PDFium cannot load that page.
        """
        with self._loaded(number) as page:
            width, height = page.get_size()
            if max(width, height) > self.limits.page_points:
                most = self.limits.page_points
                raise LimitError(
                    f"page {number} is {width:.0f} x {height:.0f} points, more than the limit of {most:.0f}"
                )
            if width * height * ink.SCALE**2 > self.limits.pixels:
                size = f"{width:.0f} x {height:.0f} points"
                raise LimitError(f"page {number}, {size}, drawn has more than the limit of {self.limits.pixels} pixels")
            source = PdfPage(number, page, self.limits, self._fonts, self._noted[number])
            try:
                yield source
            finally:
                source.close()
            if source.in_full and len(self._kept) < _KEPT:
                self._kept[number] = page

    def misled(self) -> set[int]:
        """Pages whose text was believed, and that later pages show to be set in fonts that draw digits as others."""
        return self._fonts.misled()

    def inked(self, page: Page, boxes: Sequence[BBox]) -> list[bool]:
        """For each box on the upright page, whether anything dark is drawn well inside it."""
        with self._loaded(page.number) as loaded:
            return ink.inked(loaded, page.rotation, boxes)

    def image(self, page: Page, scale: float) -> Any:
        """The upright page as a Pillow image, at `scale` pixels per point."""
        with self._loaded(page.number) as loaded:
            return ink.render(loaded, page.rotation, scale).to_pil()

    @contextmanager
    def _loaded(self, number: int) -> Iterator[Any]:
        if number in self._kept:
            yield self._kept[number]
            return
        try:
            page = self._pdf[number - 1]
            if number not in self._noted:
                page, self._noted[number] = notes.flattened(self._pdf, page, number)
        except pdfium.PdfiumError as error:
            raise UnreadableError(f"page {number} cannot be loaded") from error
        try:
            yield page
        finally:
            if number not in self._kept:
                page.close()


def open_pdf(path: str, data: bytes, password: str | None, limits: Limits) -> PdfDocument:
    """Open a PDF file from its bytes.

    Raises:
        UnreadableError: it is damaged, truncated or has no page.
        PasswordError: it is encrypted and `password` does not open it.
        LimitError: it has more pages than `limits` allow, or a stream that inflates to more bytes.
    """
    check_streams(data, limits.stream_bytes)
    try:
        pdf = pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            wrong = "the password is wrong" if password else "a password is needed (--password)"
            raise PasswordError(f"encrypted: {wrong}") from error
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_SECURITY:
            raise PasswordError("encrypted in a way that is not supported") from error
        raise UnreadableError(f"not a readable PDF: {_damage(data)}") from error
    try:
        if len(pdf) == 0:
            raise UnreadableError("a PDF without pages")
        if len(pdf) > limits.pages:
            raise LimitError(f"{len(pdf)} pages, more than the limit of {limits.pages}")
        if pdf.get_formtype() != pdfium_c.FORMTYPE_NONE:
            pdf.init_forms()  # so that what stands in form fields is drawn when a page is rendered
    except Exception:
        pdf.close()
        raise
    return PdfDocument(path, data, password, limits, pdf)


def _placed(glyphs: Glyphs) -> list[tuple[str, BBox]]:
    """Characters with their boxes."""
    return [(char, BBox(*box)) for char, box in zip(glyphs.text, glyphs.boxes.tolist(), strict=True)]


def _damage(data: bytes) -> str:
    return "the file is damaged" if b"%%EOF" in data[-2048:] else "the file is truncated (its end is missing)"
