"""Images of lines, as PP-OCR's recognisers take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.model import Recognised

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT = 48
"""Lines are scaled to this many pixels: the only height that PP-OCR's recognisers take."""
STEP = 8
"""Widths are rounded up to a multiple of this: the recogniser gives a frame for so many pixels."""
NARROWEST = 40
"""A line of a digit or two needs no more; PP-OCR's own 320 costs 8 times as much and reads no better."""
CALL = 32
"""Pixels across that cost as much as one more batch: more padding than this is not worth a batch less."""
WIDEST = 3200
"""Longer lines are squeezed to this, as PP-OCR does."""
BATCH = 1024
"""Pixels across of one batch: more takes memory and saves no time."""

NOTHING = Recognised("", 1.0, "", 1.0, (("", 1.0),))
"""What is read from an image without pixels."""


def width(line: NDArray[np.uint8]) -> int:
    """The line's width in pixels when scaled to HEIGHT; 0 for an image without pixels."""
    return min(WIDEST, -(-HEIGHT * line.shape[1] // line.shape[0])) if line.size else 0


def batches(
    lines: Sequence[NDArray[np.uint8]],
) -> Iterator[tuple[list[int], NDArray[np.float32], NDArray[np.float64]]]:
    """Sort lines by width into batches, each padded to its widest line, at most BATCH pixels across altogether.

    Yields:
        The lines' places in the sequence; (n, 3, HEIGHT, width) images, channels blue, green, red, scaled to -1..1; and
        the (n,) widths of the lines themselves, in pixels of these images. Lines without pixels are left out.
    """
    widths = [width(line) for line in lines]
    padded = [max(NARROWEST, -(-own // STEP) * STEP) for own in widths]
    order = sorted((place for place, own in enumerate(widths) if own), key=padded.__getitem__)
    for batch in _alike(order, padded):
        across = padded[batch[-1]]
        # Zero is what the model was trained to take for padding; in white it sees text where there is none.
        images = np.zeros((len(batch), 3, HEIGHT, across), np.float32)
        for image, place in zip(images, batch, strict=True):
            image[:, :, : widths[place]] = _scaled(lines[place], widths[place])
        yield batch, images, np.array([widths[place] for place in batch], float)


def _alike(order: Sequence[int], padded: Sequence[int]) -> Iterator[list[int]]:
    """Places, ordered by padded width, cut into batches; a wider line joins if its padding costs less than a batch."""
    batch: list[int] = []
    for place in order:
        more = sum(padded[place] - padded[other] for other in batch[-1:]) * len(batch)
        if batch and (more > CALL or (len(batch) + 1) * padded[place] > BATCH):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def bgr(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey or RGB image as (h, w, 3) BGR, the order the models were trained on."""
    return np.repeat(line[:, :, None], 3, axis=2) if line.ndim == 2 else np.ascontiguousarray(line[:, :, ::-1])


def _scaled(line: NDArray[np.uint8], across: int) -> NDArray[np.float32]:
    """(1 or 3, HEIGHT, across) of -1..1."""
    import cv2

    image = np.ascontiguousarray(line) if line.ndim == 2 else bgr(line)
    scaled = cv2.resize(image, (across, HEIGHT)).astype(np.float32) / 127.5 - 1
    return scaled[None] if line.ndim == 2 else scaled.transpose(2, 0, 1)
