"""Documents that are image files: TIFF of one page or many, PNG, JPEG and others that Pillow reads."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from extract.errors import LimitError, UnreadableError
from extract.model import BBox, Glyphs, Page, Raster
from extract.source.paths import Drawn
from extract.source.protocol import Limits
from extract.source.raster import without_colour
from extract.source.text import NO_BOXES

_BELIEVED = (90.0, 1300.0)
"""Dots per inch that a scan may state; cameras and screens state 72 or 96 whatever the page's size."""

_LONG_SIDE = (5.0, 40.0)
"""Inches that the long side of a page may have."""

_A4 = 842.0
"""Points of the long side of the page where the file's resolution is not to be believed."""

_UPRIGHT = 0x0112
"""The EXIF tag that says which way up a camera was held."""


@dataclass
class ImagePage:
    """A page that is an image, decoded once when it is first needed."""

    number: int
    _image: Any
    _limits: Limits
    text: str = ""
    kind: str = "image"
    drawn: Drawn = field(default_factory=lambda: Drawn(1, (), (), ()))

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

    def read(self) -> Page:
        """The same: there is nothing to read but pixels."""
        return self.skim()

    def raster(self) -> Raster:
        """The page's pixels, square ones, as the camera was held.

        Raises:
            UnreadableError: the image is damaged or of a kind that cannot be decoded.
        """
        return self._raster

    @cached_property
    def _raster(self) -> Raster:
        from PIL import ImageOps

        dots = _dots_per_inch(self._image)
        try:
            self._image.load()
            upright = _opaque(ImageOps.exif_transpose(self._image))
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableError(f"image {self.number} cannot be decoded: {error}") from error
        across, down = dots if upright.size == self._image.size else dots[::-1]
        if across != down:  # a fax has twice as many dots along a line as lines
            finer = max(across, down)
            size = (round(upright.width * finer / across), round(upright.height * finer / down))
            upright = upright.convert("L" if upright.mode == "1" else upright.mode).resize(size)
            across = finer
        pixels = np.asarray(upright.convert("L") if upright.mode == "1" else upright, dtype=np.uint8)
        return Raster(without_colour(pixels), _scale(across, max(upright.size)))


@dataclass
class ImageDocument:
    """One or more image files, each with one page or several; a context manager."""

    path: str
    data: bytes
    sha256: str
    limits: Limits
    _frames: tuple[tuple[Any, int], ...]
    password: str | None = None

    def __len__(self) -> int:
        return len(self._frames)

    def __enter__(self) -> ImageDocument:
        return self

    def __exit__(self, *_: object) -> None:
        for image, _frame in self._frames:
            image.close()

    @contextmanager
    def page(self, number: int) -> Iterator[ImagePage]:
        """Page `number` (from 1), open."""
        image, frame = self._frames[number - 1]
        try:
            image.seek(frame)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableError(f"image {number} cannot be decoded: {error}") from error
        _limited(image, self.limits)
        yield ImagePage(number, image, self.limits)

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
    frames: list[tuple[Any, int]] = []
    for path, data in files:
        image = _opened(path, data, several=len(files) > 1)
        _limited(image, limits)
        frames += [(image, i) for i in range(_count(image))]
    if len(frames) > limits.pages:
        raise LimitError(f"{len(frames)} pages, more than the limit of {limits.pages}")
    digests = [hashlib.sha256(data).digest() for _, data in files]
    digest = digests[0] if len(files) == 1 else hashlib.sha256(b"".join(digests)).digest()
    return ImageDocument(_name([path for path, _ in files]), files[0][1], digest.hex(), limits, tuple(frames))


def _opened(path: str, data: bytes, *, several: bool) -> Any:
    from PIL import Image, UnidentifiedImageError

    where = f"{Path(path).name}: " if several else ""
    try:
        return Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise LimitError(f"{where}an image of too many pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableError(f"{where}not a readable image: the file is damaged or of an unknown kind") from error


def _count(image: Any) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableError("not a readable image: the file is truncated or damaged") from error


def _limited(image: Any, limits: Limits) -> None:
    if image.width * image.height > limits.pixels:
        raise LimitError(f"an image of {image.width} x {image.height} pixels, more than the limit of {limits.pixels}")


def _name(paths: Sequence[str]) -> str:
    """One path as it is; of several, their folder."""
    return paths[0] if len(paths) == 1 else str(Path(paths[0]).parent)


def _opaque(image: Any) -> Any:
    """The image in black and white, grey or RGB, on white paper."""
    from PIL import Image

    if image.mode in {"1", "L", "RGB"}:
        return image
    if image.mode.startswith("I"):  # 16 bits a pixel, at the most 32
        levels = np.asarray(image, dtype=np.float64)
        return Image.fromarray(np.clip(levels / (257 if levels.max() > 255 else 1), 0, 255).astype(np.uint8))
    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        drawn = image.convert("RGBA")
        paper = Image.new("RGBA", drawn.size, "white")
        paper.alpha_composite(drawn)
        return paper.convert("RGB")
    return image.convert("RGB")


def _dots_per_inch(image: Any) -> tuple[float, float]:
    """Resolution across and down that the file states; the same both ways where it states none."""
    across, down = (float(dots) for dots in image.info.get("dpi", (0, 0)))
    if not (across > 0 and down > 0 and 0.2 < across / down < 5):
        return 0.0, 0.0
    return across, down


def _scale(dots: float, long_side: int) -> float:
    """Pixels per point, by the file's resolution if it can be believed."""
    if _BELIEVED[0] <= dots <= _BELIEVED[1] and _LONG_SIDE[0] <= long_side / dots <= _LONG_SIDE[1]:
        return dots / 72
    return long_side / _A4
