"""A round official seal, as an agency stamps it over its signature and whatever is below."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from samples.look import font_file
from samples.pixels import Pixels, clouds, inked

RED = (198.0, 28.0, 36.0)
SEAL_FONT = "AR PL UMing CN"
SEAL_TEXT = "云溪县人民政府办公室"


def stamped(
    page: Pixels,
    rng: Generator,
    scale: float,
    colour: tuple[float, float, float],
    density: float,
    at: tuple[float, float],
    text: str = SEAL_TEXT,
) -> Pixels:
    """The page with a seal of 42 mm, its centre at the pixel `at`: ring, star and the agency's name around it.

    The ink multiplies with what is below, as a stamp's does: black print stays black.
    """
    seal = cv2.warpAffine(
        _seal(scale, text), _turn(rng.uniform(-14, 14), _seal_size(scale)), (_seal_size(scale),) * 2
    ).astype(np.float32)
    seal *= clouds(seal.shape[:2], rng, 9 * scale, 0.55, 1.0) * (rng.random(seal.shape) > 0.04)
    seal = cv2.GaussianBlur(seal, (0, 0), max(0.3, 0.18 * scale)) / 255
    mask = np.zeros(page.shape[:2], np.float32)
    side = len(seal)
    left, top = round(at[0] - side / 2), round(at[1] - side / 2)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(mask.shape[1], left + side), min(mask.shape[0], top + side)
    mask[y0:y1, x0:x1] = seal[y0 - top : y1 - top, x0 - left : x1 - left]
    return inked(page, mask * density, colour)


def _seal_size(scale: float) -> int:
    return round(126 * scale)


def _seal(scale: float, text: str) -> Pixels:
    """A seal's mask, 255 where there is ink, in a square of 126 points: 42 mm across, with room to turn."""
    from PIL import Image, ImageDraw, ImageFont

    side = _seal_size(scale)
    centre = side / 2
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (round(centre), round(centre)), round(57 * scale), 255, max(1, round(3 * scale)), cv2.LINE_AA)
    angles = np.arange(10) * math.pi / 5 - math.pi / 2
    radii = np.where(np.arange(10) % 2 == 0, 18.0, 6.9) * scale
    star = np.stack((centre + radii * np.cos(angles), centre + radii * np.sin(angles)), axis=1)
    cv2.fillPoly(mask, [np.round(star * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    file, index = font_file(SEAL_FONT)
    size = round(15 * scale)
    font = ImageFont.truetype(str(file), size, index=index)
    picture = Image.fromarray(mask)
    step = min(0.5, 4.4 / len(text))
    for place, char in enumerate(text):
        angle = (place - (len(text) - 1) / 2) * step
        glyph = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(glyph).text((size, size), char, 255, font, anchor="mm", stroke_width=max(0, round(0.3 * scale)))
        glyph = glyph.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        x, y = centre + 45 * scale * math.sin(angle), centre - 45 * scale * math.cos(angle)
        picture.paste(255, (round(x - size), round(y - size)), glyph)
    return np.array(picture)


def _turn(degrees: float, side: int) -> NDArray[np.float64]:
    return np.asarray(cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1.0), np.float64)
