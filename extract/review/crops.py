"""Pictures of single cells, cut from pages that are drawn without being read: a run's cells, not a document's pages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.model import BBox, PageInfo
from extract.source import Document, drawn, open_document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DOTS = 200.0
"""Per inch, of the pages that crops are cut from."""

_LARGEST = 6000
"""Pixels a side of a page may have; larger pages are drawn at a smaller scale."""

_MARGIN = 2.0
"""Points around a cell that its crop shows, too: its rulings, and print that crosses them."""

_AIR = 0.6
"""Points around a single character."""

_DOCUMENTS, _PAGES, _CROPS = 8, 16, 8192
"""Kept open, drawn and cut at a time: 16 pages are 60 MB, 8192 crops less."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a cell is seen: a page of a document, upright, with its size in points and turn as report.json has them.

    `ink` is the box of its print, where that is known.
    """

    sha256: str
    page: int
    width: float
    height: float
    rotation: int
    box: BBox
    ink: BBox | None


class Crops:
    """Crops of cells as PNG; what was opened, drawn and cut is kept for a while. Not thread-safe."""

    def __init__(self, password: str | None = None) -> None:
        self._password = password
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._pages: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._cut: OrderedDict[tuple[Sight, int, int], bytes] = OrderedDict()

    def crop(self, sight: Sight, source: Callable[[], Path], place: int = 0, of: int = 0) -> bytes:
        """A cell, or one character of its print where its `of` characters stand apart: `place`, from 1; 0 for all.

        `source` gives the document's path; it is asked when the document must be opened.

        Raises:
            GongkaiError: The document is gone or cannot be drawn.
        """
        key = sight, place, of
        if key not in self._cut:
            self._cut[key] = _png(self._seen(sight, source, place, of))
            _trim(self._cut, _CROPS)
        self._cut.move_to_end(key)
        return self._cut[key]

    def close(self) -> None:
        """Close all documents."""
        for document in self._documents.values():
            document.__exit__(None, None, None)
        self._documents.clear()
        self._pages.clear()

    def _seen(self, sight: Sight, source: Callable[[], Path], place: int, of: int) -> Any:
        from PIL import ImageOps

        page, scale = self._page(sight, source)
        if sight.ink is None:
            return page.crop(_pixels(sight.box, scale, page.size))
        cut = _pixels(_near(sight, 0.4 if place else 2.0), scale, page.size)
        if of:
            import numpy as np

            x0, top, x1, bottom = _pixels(sight.ink, scale, page.size, margin=0.5)
            found = apart(np.asarray(page)[top:bottom, x0:x1], of)
            if found is not None and place:
                left, right = found[place - 1]
                air = round(_AIR * scale)
                cut = x0 + left - air, top - air, x0 + right + air, bottom + air
        return ImageOps.autocontrast(page.crop(cut))

    def _page(self, sight: Sight, source: Callable[[], Path]) -> tuple[Any, float]:
        """The upright page in grey, and its pixels per point."""
        key = sight.sha256, sight.page
        scale = min(_DOTS / 72, _LARGEST / max(sight.width, sight.height, 1.0))
        if key not in self._pages:
            document = self._document(sight.sha256, source)
            info = PageInfo(sight.page, sight.width, sight.height, sight.rotation, "")
            self._pages[key] = drawn(document, info, scale).convert("L")
            _trim(self._pages, _PAGES)
        self._pages.move_to_end(key)
        return self._pages[key], scale

    def _document(self, sha256: str, source: Callable[[], Path]) -> Document:
        if sha256 not in self._documents:
            self._documents[sha256] = open_document(source(), password=self._password)
            while len(self._documents) > _DOCUMENTS:
                self._documents.popitem(last=False)[1].__exit__(None, None, None)
        self._documents.move_to_end(sha256)
        return self._documents[sha256]


def _near(sight: Sight, reach: float) -> BBox:
    """The cell, no farther from its print than `reach` of its height to the left and right: its column may be wide."""
    box, ink = sight.box, sight.ink or sight.box
    air = reach * box.height
    return BBox(min(max(box.x0, ink.x0 - air), ink.x0), box.top, max(min(box.x1, ink.x1 + air), ink.x1), box.bottom)


def apart(grey: NDArray[np.uint8], of: int) -> list[tuple[int, int]] | None:
    """The first and last column (after it) of each of `of` characters in a picture of a line, dark on light.

    None where they touch or are broken, so that nothing tells which is which.
    """
    import numpy as np

    if grey.size == 0:
        return None
    low, high = int(grey.min()), int(grey.max())
    dark = (grey < (low + high) / 2).any(axis=0)
    steps = np.flatnonzero(np.diff(np.concatenate(([False], dark, [False])).astype(np.int8)))
    runs = [(int(start), int(end)) for start, end in steps.reshape(-1, 2)]
    return runs if len(runs) == of else None


def _pixels(box: BBox, scale: float, size: tuple[int, int], margin: float = _MARGIN) -> tuple[int, int, int, int]:
    """A box with its margin in whole pixels, within a page, one pixel wide and high at least."""
    x0, top = (max(0, round((edge - margin) * scale)) for edge in box[:2])
    x1, bottom = (round((edge + margin) * scale) for edge in box[2:])
    x0, top = min(x0, size[0] - 1), min(top, size[1] - 1)
    return x0, top, min(max(x1, x0 + 1), size[0]), min(max(bottom, top + 1), size[1])


def _png(picture: Any) -> bytes:
    kept = BytesIO()
    picture.save(kept, "PNG", compress_level=3)
    return kept.getvalue()


def _trim(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
