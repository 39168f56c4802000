"""Documents that are image files: TIFF of one page or many, PNG, JPEG and others that Pillow reads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extract.errors import LimitError
from extract.geometry import page_width
from extract.limits import Limits
from extract.model import BBox, Glyphs, Page, Raster
from extract.source import imagefile
from extract.source.pagenames import numbered
from extract.source.paths import Drawn
from extract.source.raster import without_colour
from extract.source.text import NO_BOXES

_BELIEVED = (97.0, 1300.0)
"""Dots per inch that a scan may state; cameras and screens state 72 or 96 whatever the page's size."""

_LONG_SIDE = (5.0, 40.0)
"""Inches that the long side of a page may have."""

_SQUARE = 0.01
"""Share by which resolutions across and down may differ for pixels to be square."""

_FULL_SCALES = (1, 255, 1023, 4095, 16383, 65535)
"""What white may be in an image of numbers wider than a byte."""


@dataclass
class ImagePage:
    """A page that is an image, decoded once when it is first needed."""

    number: int
    _where: str
    _frame: Callable[[], Any]
    _limits: Limits
    text: str = ""
    kind: str = "image"
    drawn: Drawn = field(default_factory=lambda: Drawn(1, (), (), (), (), ()))

    def skim(self) -> Page:
        """The page without its pixels."""
        raster = self.raster()
        height, width = raster.pixels.shape[:2]
        return Page(
            number=self.number,
            width=width / raster.scale,
            height=height / raster.scale,
            rotation=0,
            kind=self.kind,
            text="",
            skimmed=True,
            glyphs=Glyphs("", NO_BOXES),
        )

    def read_text(self) -> Page:
        """The same: there is nothing to read but pixels."""
        return self.skim()

    def read(self, rotation: int | None = None) -> Page:  # noqa: ARG002
        """The same."""
        return self.skim()

    def raster(self) -> Raster:
        """The page's pixels, square ones, as the camera was held.

        Raises:
            UnreadableError: the image is damaged or of a kind that cannot be decoded.
            LimitError: it has more pixels than the limits allow.
        """
        return self._raster

    @cached_property
    def _raster(self) -> Raster:
        image = self._frame()
        imagefile.limited(image.size, self._limits.pixels, self._where)
        across, down = _dots_per_inch(image)
        with imagefile.decoding(self._where):
            upright, turned = imagefile.upright(image)
            upright = _opaque(upright, white_is_0=imagefile.white_is_0(image))
        if turned:
            across, down = down, across
        finer = max(across, down)
        if abs(across - down) > _SQUARE * finer:  # a fax has twice as many dots along a line as lines
            size = (round(upright.width * finer / across), round(upright.height * finer / down))
            imagefile.limited(size, self._limits.pixels, self._where)
            upright = upright.convert("L" if upright.mode == "1" else upright.mode).resize(size)
        pixels = np.asarray(upright.convert("L") if upright.mode == "1" else upright, dtype=np.uint8)
        return Raster(without_colour(pixels), _scale(finer, *upright.size))


@dataclass
class ImageDocument:
    """One or more image files, each with one page or several; a context manager.

    `kind` is "image", or what the file is that holds the images. `_frames` gives for each page its file and its place
    in that; of all files one is open at a time.
    """

    path: str
    sha256: str
    limits: Limits
    _files: tuple[tuple[str, bytes], ...]
    _frames: tuple[tuple[int, int], ...]
    kind: str = "image"
    password: str | None = None
    _open: tuple[int, Any] | None = None

    def __len__(self) -> int:
        return len(self._frames)

    def __enter__(self) -> ImageDocument:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = None

    @property
    def data(self) -> bytes:
        """The bytes of the first file."""
        return self._files[0][1]

    def page(self, number: int) -> AbstractContextManager[ImagePage]:
        """Page `number` (from 1), open; whether it can be decoded shows when its pixels are asked for."""
        file, place = self._frames[number - 1]
        where = f"{Path(self._files[file][0]).name}: " if len(self._files) > 1 else ""
        where = where or (f"page {number}: " if len(self._frames) > 1 else "")
        return nullcontext(ImagePage(number, where, partial(self._frame, file, place, where), self.limits))

    def _frame(self, file: int, place: int, where: str) -> Any:
        """A frame of a file, not decoded yet."""
        if self._open is None or self._open[0] != file or self._open[1].tell() >= place:
            # An image that was decoded has forgotten how it is stored.
            self._open = (file, imagefile.opened(self._files[file][1], where))
        image = self._open[1]
        with imagefile.decoding(where):
            image.seek(place)
        return image

    def misled(self) -> set[int]:
        """None: there is no text to believe."""
        return set()

    def inked(self, page: Page, boxes: Sequence[BBox]) -> list[bool]:  # noqa: ARG002
        """Nothing: the pixels themselves were read."""
        return [False] * len(boxes)

    def image(self, page: Page, scale: float) -> Any:
        """The upright page as a Pillow image, at `scale` pixels per point."""
        from PIL import Image

        with self.page(page.number) as source:
            raster = source.raster()
        pixels = np.ascontiguousarray(np.rot90(raster.pixels, -(page.rotation // 90)))
        image = Image.fromarray(pixels).convert("RGB")
        factor = scale / raster.scale
        return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))


def open_images(files: Sequence[tuple[str, bytes]], limits: Limits) -> ImageDocument:
    """Open image files as the pages of one document.

    Args:
        files: Path and bytes of each.
        limits: What the document may cost.

    Raises:
        UnreadableError: one is damaged, or of a kind that cannot be decoded.
        LimitError: one has more pixels than the limits allow, or all have too many pages.
    """
    frames: list[tuple[int, int]] = []
    for i, (path, data) in enumerate(files):
        where = f"{Path(path).name}: " if len(files) > 1 else ""
        image = imagefile.opened(data, where)
        imagefile.limited(image.size, limits.pixels, where)
        frames += [(i, place) for place in imagefile.pages(image, where, limits.pages)]
        if len(frames) > limits.pages:
            raise LimitError(f"more than the limit of {limits.pages} pages")
    digests = [hashlib.sha256(data).digest() for _, data in files]
    digest = digests[0] if len(files) == 1 else hashlib.sha256(b"".join(digests)).digest()
    return ImageDocument(_name([path for path, _ in files]), digest.hex(), limits, tuple(files), tuple(frames))


def _name(paths: Sequence[str]) -> str:
    """One path as it is; of several, what their names have in common, or else their folder."""
    if len(paths) == 1:
        return paths[0]
    folder = Path(paths[0]).parent
    stems = {found[0] if (found := numbered(Path(path).stem)) else "" for path in paths}
    return str(folder / stems.pop() if len(stems) == 1 else folder)


def _opaque(image: Any, *, white_is_0: bool) -> Any:
    """The image in black and white, grey or RGB, on white paper; of wide numbers, 0 may be white."""
    from PIL import Image

    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        drawn = image.convert("RGBA")
        paper = Image.new("RGBA", drawn.size, "white")
        paper.alpha_composite(drawn)
        return paper.convert("RGB")
    if image.mode in {"1", "L", "RGB"}:
        return image
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_bytes(np.asarray(image, dtype=np.float64), white_is_0=white_is_0))
    return image.convert("RGB")


def _bytes(levels: NDArray[np.float64], *, white_is_0: bool) -> NDArray[np.uint8]:
    """Levels 0 to 255 for numbers of any kind; paper tells what white is."""
    levels = np.nan_to_num(levels)
    most = float(levels.max())
    full = next((scale for scale in _FULL_SCALES if most <= scale), most)
    levels = np.clip(levels * (255 / full), 0, 255).round()
    return np.asarray(255 - levels if white_is_0 else levels, dtype=np.uint8)


def _dots_per_inch(image: Any) -> tuple[float, float]:
    """Resolution across and down that the file states, as it is stored; the same both ways where it states none."""
    across, down = (float(dots) for dots in image.info.get("dpi", (0, 0)))
    if not (across > 0 and down > 0 and 0.2 < across / down < 5):
        return 0.0, 0.0
    return across, down


def _scale(dots: float, width: int, height: int) -> float:
    """Pixels per point, by the file's resolution if it can be believed."""
    if _BELIEVED[0] <= dots <= _BELIEVED[1] and _LONG_SIDE[0] <= max(width, height) / dots <= _LONG_SIDE[1]:
        return dots / 72
    return width / page_width(width, height)
