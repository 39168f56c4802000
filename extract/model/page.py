"""A page as its file describes it, or as it was read from its image: glyphs, rulings, pixels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

UNMAPPED = "\ufffd"
"""Stands for a glyph without a known text, or with none that counts."""


class BBox(NamedTuple):
    """A box on an upright page, in points from its top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """Extent in x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent in y."""
        return self.bottom - self.top

    def union(self, other: BBox) -> BBox:
        """The smallest box that holds both."""
        return BBox(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies in the box, edges included."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


def boxes_of(edges: Iterable[Iterable[float]]) -> list[BBox]:
    """Boxes from the four edges of each, by the hundred: `BBox._make` would run a line of Python for each."""
    return list(map(tuple.__new__, repeat(BBox), edges))


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text's n characters, surrogates included."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def picked(text: str, which: NDArray[np.bool_] | NDArray[np.int64]) -> str:
    """The characters of a text at some places, or those for which of n truth values one is true."""
    return code_points(text)[which].tobytes().decode("utf-32-le", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page's text layer in content order, white space left out.

    `text` has n characters; `boxes` is an (n, 4) float array of their tight boxes x0, top, x1, bottom. `strings` is
    (n,): a number that those share which the file shows in one string, -1 for letters; None where the source does not
    tell.
    """

    text: str
    boxes: NDArray[np.float64]
    strings: NDArray[np.int64] | None = None

    def only(self, keep: NDArray[np.bool_]) -> Glyphs:
        """Those for which `keep`, of n truth values, is true."""
        strings = None if self.strings is None else self.strings[keep]
        return Glyphs(picked(self.text, keep), self.boxes[keep], strings)

    def ordered(self, order: NDArray[np.int64]) -> Glyphs:
        """Those at some places, in the order of these."""
        strings = None if self.strings is None else self.strings[order]
        return Glyphs(picked(self.text, order), self.boxes[order], strings)

    def words(self) -> tuple[Word, ...]:
        """Runs of consecutive characters on one line without a gap wider than half their size."""
        import numpy as np

        if not self.text:
            return ()
        x0, top, x1, bottom = self.boxes.T
        size = np.maximum(bottom - top, x1 - x0)
        size = np.maximum(size[1:], size[:-1])
        middle = (top + bottom) / 2
        gap = x0[1:] - x1[:-1]
        apart = (np.abs(middle[1:] - middle[:-1]) > 0.6 * size) | (gap > 0.6 * size) | (gap < -0.8 * size)
        return self.runs(apart)

    def runs(self, apart: NDArray[np.bool_]) -> tuple[Word, ...]:
        """Consecutive characters as words; `apart` is (n - 1,): after which of the n one ends."""
        import numpy as np

        starts = np.concatenate(([0], np.flatnonzero(apart) + 1))
        ends = np.append(starts[1:], len(self.text))
        low = np.minimum.reduceat(self.boxes[:, :2], starts)
        high = np.maximum.reduceat(self.boxes[:, 2:], starts)
        boxes = boxes_of(np.concatenate((low, high), axis=1).tolist())
        spans = zip(starts.tolist(), ends.tolist(), boxes, strict=True)
        return tuple([Word(self.text[start:end], box) for start, end, box in spans])


class Word(NamedTuple):
    """A run of characters without a gap, on one line."""

    text: str
    bbox: BBox


class Ruling(NamedTuple):
    """A straight horizontal or vertical line on a page; `kind` says how it was drawn.

    `kind` is "line" for ink drawn as a line (stroke, thin rectangle, row of dots) and "fill" for the edge of a
    filled area, which is only weak evidence of a table's line.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    kind: str = "line"

    @property
    def horizontal(self) -> bool:
        """Whether it runs along x."""
        return (self.x1 - self.x0) >= (self.bottom - self.top)


def extents(rulings: Sequence[Ruling]) -> NDArray[np.float64]:
    """(n, 4) x0, top, x1, bottom of rulings."""
    import numpy as np

    return np.array([ruling[:4] for ruling in rulings], dtype=np.float64).reshape(-1, 4)


def lying(lines: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of n lines, given by their (n, 4) extents, run along x."""
    return (lines[:, 2] - lines[:, 0]) >= (lines[:, 3] - lines[:, 1])


@dataclass(frozen=True, slots=True)
class Raster:
    """The pixels of a page, upright as its file shows it: (h, w) grey or (h, w, 3) RGB, uint8; origin top left.

    `scale` is pixels per point, so that the page is w / scale points wide.
    """

    pixels: NDArray[np.uint8]
    scale: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scanned page made flat: its rulings run along rows and columns of pixels.

    `grey` is (h, w) uint8, dark ink on an even, light ground; `scale` is pixels per point. The sheet's own points run
    from its top left corner. `mesh` is (m, n, 2) float64: the point (x, y) of the upright page that is seen at the
    sheet's pixel (column * step, row * step), for every mesh row and column; the mesh covers the whole sheet.

    `darkness` is (h, w) uint8: how much darker each pixel is than the ground around it; `ink` is (h, w), 255 where
    there is print and 0 elsewhere and on rulings; `ruled` is (h, w), 255 on rulings and the blur along them. All three
    are None until the rulings are known. `stamped` is (h, w), 255 where a stamp was taken off, and `streaked` where a
    scanner's streak was; None where there was none.
    """

    grey: NDArray[np.uint8]
    scale: float
    mesh: NDArray[np.float64]
    step: int
    darkness: NDArray[np.uint8] | None = None
    ink: NDArray[np.uint8] | None = None
    stamped: NDArray[np.uint8] | None = None
    streaked: NDArray[np.uint8] | None = None
    ruled: NDArray[np.uint8] | None = None

    def on_page(self, box: BBox) -> BBox:
        """The box on the upright page, in points, that holds the four corners of a box on the sheet."""
        return self.all_on_page([box])[0]

    def all_on_page(self, boxes: Sequence[BBox]) -> list[BBox]:
        """What `on_page` gives for each of several boxes, at once: a page has hundreds."""
        import numpy as np

        x0, top, x1, bottom = np.array(boxes, dtype=np.float64).reshape(-1, 4).T
        corners = np.stack(((x0, x0, x1, x1), (top, bottom, top, bottom)), axis=-1)  # (4, n, 2)
        at = np.clip(corners * self.scale / self.step, 0, np.array(self.mesh.shape[1::-1]) - 1.001)
        column, row = at.astype(int).transpose(2, 0, 1)
        right, down = (at % 1).transpose(2, 0, 1)[..., None]
        above = self.mesh[row, column] * (1 - right) + self.mesh[row, column + 1] * right
        below = self.mesh[row + 1, column] * (1 - right) + self.mesh[row + 1, column + 1] * right
        points = above * (1 - down) + below * down
        return [BBox(*box) for box in np.concatenate((points.min(axis=0), points.max(axis=0)), axis=1).tolist()]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an OCR engine makes of one line.

    `text` is read with the engine's full set of characters, `numeric` with those of a number (extract.ocr.NUMERIC);
    the scores are the lowest probability of any of their characters, 0..1, and 1.0 for an empty text that is certain.
    `alternatives` are the likeliest numeric texts with their probabilities, best first, `numeric` included. `offsets`
    gives for each character of `text` its centre as a share of the image's width; empty where the engine cannot know.
    """

    text: str
    score: float
    numeric: str
    numeric_score: float
    alternatives: tuple[tuple[str, float], ...] = ()
    offsets: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of print on a sheet, in the sheet's points; `read` is None where nobody asked for its text."""

    bbox: BBox
    read: Recognised | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its file describes it, or as it was read from its image.

    `kind` is "text" (a text layer to read), "image" (nothing but what is drawn) or "empty". `skimmed` pages hold no
    sign of a table: no rulings were read from them, and glyphs only where the text may tell of the issuer. `rotation`
    is the clockwise turn, in degrees, from the page as stored to the upright page. A page read from its image has a
    `sheet`, and its `lines`, glyphs and rulings are in the sheet's points. `unseen` are characters of the text layer
    that are no print of the page, each with its box, for those who read the file by themselves; where one is print all
    the same, `glyphs` have `UNMAPPED` on its place. `doubts` say what of a text layer was not used, and why.
    """

    number: int
    width: float
    height: float
    rotation: int
    kind: str
    text: str
    skimmed: bool
    glyphs: Glyphs
    rulings: tuple[Ruling, ...] = ()
    sheet: Sheet | None = None
    lines: tuple[PrintedLine, ...] = ()
    unseen: tuple[tuple[str, BBox], ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height, in points, of what its glyphs and rulings lie on: its sheet, where it has one."""
        if self.sheet is None:
            return self.width, self.height
        height, width = self.sheet.grey.shape
        return width / self.sheet.scale, height / self.sheet.scale

    @property
    def words(self) -> tuple[Word, ...]:
        """The page's words, grouped anew at each call."""
        return self.glyphs.words()
