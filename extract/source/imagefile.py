"""One image file under Pillow: what is a page of it, which way up, and what is wrong with a bad one."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from extract.errors import LimitError, UnreadableError

_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)
"""What Pillow raises on files that are damaged."""

_FORMATS = ("PNG", "JPEG", "TIFF", "JPEG2000", "BMP", "WEBP")
"""What is opened, whatever else Pillow reads: some of that starts other programs."""

_ORIENTATION = 0x0112
"""The tag that says which way up a camera was held."""

_SIDEWAYS = range(5, 9)
"""Its values that turn an image by a quarter."""

_SUBFILE, _COMPRESSION, _PHOTOMETRIC = 254, 259, 262
"""Tags of a TIFF."""

_NO_PAGE = 0b101
"""Bits of its subfile type: a smaller version of another image, and a mask for one."""

_COMPRESSIONS = {
    6: "JPEG of the old kind",
    9: "JBIG",
    10: "JBIG",
    32766: "NeXT",
    34661: "JBIG",
    34663: "SGI",
    34712: "JPEG 2000",
    34715: "JBIG2",
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    52546: "JPEG XL",
}
"""Compressions of TIFFs that are seen but not decoded."""


def opened(data: bytes, where: str) -> Any:
    """A file as a Pillow image, not decoded yet.

    Args:
        data: Its bytes.
        where: What errors begin with: nothing, or the name of one file of several.

    Raises:
        UnreadableError: it is damaged, or of a kind that cannot be decoded.
        LimitError: it has more pixels than Pillow takes.
    """
    from PIL import Image

    with decoding(where):
        try:
            return Image.open(io.BytesIO(data), formats=_FORMATS)
        except _DAMAGE as error:
            cause = _COMPRESSIONS.get(_compression(data))
            told = f"compressed as {cause}, which cannot be decoded" if cause else "damaged or of an unknown kind"
            raise UnreadableError(f"{where}not a readable image: {told}") from error


def pages(image: Any, where: str, most: int) -> list[int]:
    """Frames of a file that are pages; of all but TIFFs the first: others are previews, depths or an animation's.

    Raises:
        UnreadableError: the file is damaged.
        LimitError: it has more than `most` frames.
    """
    if image.format != "TIFF":
        return [0]
    with decoding(where):
        found, count = [], 0
        with suppress(EOFError):  # there is no other: to ask how many there are would read the directories of all
            while True:
                image.seek(count)
                if count >= most:
                    raise LimitError(f"{where}more than the limit of {most} pages")
                subfile = image.tag_v2.get(_SUBFILE, 0)
                if not (isinstance(subfile, int) and subfile & _NO_PAGE):
                    found.append(count)
                count += 1
    return found or list(range(count))


def upright(image: Any) -> tuple[Any, bool]:
    """The image decoded and turned as the camera was held, and whether that turned it by a quarter."""
    from PIL import ImageOps

    sideways = image.getexif().get(_ORIENTATION) in _SIDEWAYS
    image.load()  # Pillow turns a TIFF here already
    return ImageOps.exif_transpose(image), sideways


def white_is_0(image: Any) -> bool:
    """Whether a TIFF of 16 bits states its levels from white to black; Pillow heeds that in others only."""
    return image.mode.startswith("I") and getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0


def limited(size: tuple[int, int], most: int, where: str) -> None:
    """Refuse an image of more pixels than `most`.

    Raises:
        LimitError: it has.
    """
    width, height = size
    if width * height > most:
        raise LimitError(f"{where}an image of {width} x {height} pixels, more than the limit of {most}")


@contextmanager
def decoding(where: str) -> Iterator[None]:
    """Errors of Pillow as ours; its warnings of damage are left out, since an error or the pixels show it.

    Other libraries have Pillow make up what a file has lost (WeasyPrint does, when it is imported): not here.

    Raises:
        UnreadableError: the image is damaged.
        LimitError: it has more pixels than Pillow takes.
    """
    from PIL import Image, ImageFile

    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise LimitError(f"{where}an image of too many pixels") from error
        except _DAMAGE as error:
            raise UnreadableError(f"{where}the image cannot be decoded: {' '.join(str(error).split())}") from error
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _compression(data: bytes) -> int:
    """The compression that a TIFF's first image states; 0 where it is none, or too damaged to tell."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    with suppress(*_DAMAGE):
        directory = ImageFileDirectory_v2(data[:16] if data[2:3] == b"+" or data[3:4] == b"+" else data[:8])
        file = io.BytesIO(data)
        file.seek(directory.next)
        directory.load(file)
        return int(directory.get(_COMPRESSION, 1))
    return 0
