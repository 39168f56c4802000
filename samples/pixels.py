"""Pixels and smooth fields over them: what samples/degrade.py and samples/seal.py are made of."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]


def clouds(shape: tuple[int, ...], rng: Generator, size: float, low: float, high: float) -> Field:
    """A smooth random field between `low` and `high` whose patches are `size` pixels wide."""
    height, width = shape[:2]
    rows, columns = max(2, math.ceil(height / size) + 1), max(2, math.ceil(width / size) + 1)
    coarse = rng.random((min(rows, height), min(columns, width)), np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(low + (high - low) * smooth, np.float32)


def falling_light(size: tuple[int, int], rng: Generator, darkest: float) -> Field:
    """How much light reaches each pixel of (width, height): falling off one way, with the soft shadow of a hand."""
    width, height = size
    angle = rng.uniform(0, 2 * math.pi)
    x, y = np.linspace(-1, 1, 64, dtype=np.float32)[None, :], np.linspace(-1, 1, 64, dtype=np.float32)[:, None]
    way = (x * math.cos(angle) + y * math.sin(angle) + 1.42) / 2.84
    shadow = np.hypot(x - rng.uniform(-1.2, 1.2), (y - rng.uniform(-1.2, 1.2)) / rng.uniform(0.6, 1.6))
    hand = 1 / (1 + np.exp((shadow - rng.uniform(0.4, 0.9)) * 9))
    light = 1 - (1 - darkest) * (0.6 * way + 0.4 * hand)
    return np.asarray(cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC))


def for_colours(field: Field, page: Pixels) -> Field:
    """The field with an axis for colours, when the page has one."""
    return field[..., None] if page.ndim == 3 else field


def as_grey(page: Pixels) -> Pixels:
    """The page without colours."""
    return as_pixels(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)) if page.ndim == 3 else page


def as_rgb(page: Pixels) -> Pixels:
    """The page with three colours."""
    return page if page.ndim == 3 else as_pixels(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB))


def as_bytes(values: NDArray[np.floating]) -> Pixels:
    """Grey levels rounded and held between 0 and 255."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def as_pixels(image: object) -> Pixels:
    """What OpenCV gives, as what it is."""
    return np.asarray(image, np.uint8)


def inked(page: Pixels, cover: Field, colour: tuple[float, float, float]) -> Pixels:
    """The page below translucent ink: at cover 1, paper takes the ink's colour and print stays as dark as it was."""
    if colour[0] == colour[1] == colour[2] and page.ndim == 2:
        return as_bytes(page * (1 - cover * (1 - colour[0] / 255)))
    tint = 1 - np.array(colour, np.float32) / 255
    return as_bytes(as_rgb(page) * (1 - cover[..., None] * tint))
