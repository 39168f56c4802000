"""What printing, handling, scanning and photographing do to a page: pure functions on its pixels.

A page is an (h, w) grey or (h, w, 3) RGB array of uint8, origin top left; a red stamp, a photo and a pen make a grey
page RGB. Every damage takes the page, a numpy Generator as its only source of chance, whether it is strong rather than
moderate, and `scale`, the pixels per point, so that it looks the same at every resolution; it gives a new page and
leaves the old one alone. `DAMAGES` has them all by name in the order in which life does them: print, paper, capture,
electronics. `degrade` applies several.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import cv2
import numpy as np
from numpy.random import Generator
from PIL import Image

from samples.pixels import (
    Field,
    Pixels,
    as_bytes,
    as_grey,
    as_pixels,
    as_rgb,
    clouds,
    falling_light,
    for_colours,
    inked,
)
from samples.seal import RED, stamped

Damage = Callable[[Pixels, Generator, bool, float], Pixels]

# A screen of 4 x 4 pixels: above which grey each of them is white.
_SCREEN = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.uint8) * 16 + 8

BLUE = (28.0, 52.0, 150.0)
BLACK = (35.0, 35.0, 38.0)


def degrade(
    page: Pixels, damages: Iterable[tuple[str, bool]], rng: Generator, scale: float, back: Pixels | None = None
) -> Pixels:
    """The page after some damages, named as in DAMAGES and each strong or not, in life's order.

    Any damage at all brings the paper and the scanner with it: ink spread, gamma, texture. `back` is what is printed on
    the other side, for bleed-through.
    """
    chosen = dict(damages)
    if unknown := sorted(set(chosen) - set(DAMAGES)):
        raise ValueError(f"no damages named {unknown}")
    captured = not chosen
    for name, damage in DAMAGES.items():
        if name in _CAPTURE and not captured:
            page, captured = paper(page, rng, scale), True
        if name in chosen:
            page = (
                bleed_through(page, rng, chosen[name], scale, back)
                if name == "bleed-through"
                else damage(page, rng, chosen[name], scale)
            )
    return page


def faded(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Ink of grey 90-130 (strong: 130-170), paler in patches; thin strokes lose a little of their width."""
    ink = rng.uniform(130, 170) if strong else rng.uniform(90, 130)
    thinner = cv2.dilate(page, np.ones((2, 2), np.uint8)) if scale > 2 else page
    share = 0.35 if strong else 0.2
    worn = page.astype(np.float32) * (1 - share) + thinner.astype(np.float32) * share
    strength = for_colours(clouds(page.shape[:2], rng, 60 * scale, 0.75, 1.0), page)
    return as_bytes(255 - (255 - worn) * strength * ((255 - ink) / 255))


def broken_rulings(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Gaps of 2-6 points in the page's long straight lines, one every 45 points or so (strong: 4-12, every 28)."""
    grey = as_grey(page)
    ink = (grey < 160).astype(np.uint8)
    length = max(9, round(25 * scale))
    result = page.copy()
    for along in (1, 0):
        kernel = np.ones((1, length) if along else (length, 1), np.uint8)
        ruling = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        ys, xs = np.nonzero(ruling)
        if not len(ys):
            continue
        thickness = max(1.0, scale * 0.8)
        count = int(len(ys) / thickness / scale / (28 if strong else 45))
        gaps = np.zeros_like(ruling)
        for index in rng.integers(0, len(ys), count):
            gap = rng.uniform(4, 12) if strong else rng.uniform(2, 6)
            half = max(1, round(gap * scale / 2))
            reach = (half, round(scale)) if along else (round(scale), half)
            x, y = int(xs[index]), int(ys[index])
            gaps[max(0, y - reach[1]) : y + reach[1] + 1, max(0, x - reach[0]) : x + reach[0] + 1] = 1
        # The soft edge of a line goes with it; a digit beside the line stays.
        soft = cv2.dilate(ruling, np.ones((3, 1) if along else (1, 3), np.uint8))
        result[(gaps & soft) > 0] = 255
    return result


def bleed_through(page: Pixels, rng: Generator, strong: bool, scale: float, back: Pixels | None = None) -> Pixels:
    """The other side of the sheet, mirrored, blurred and faint: 5-9 % of its ink (strong: 11-18 %)."""
    behind = cv2.flip(page if back is None or back.shape[:2] != page.shape[:2] else back, 1)
    shift = rng.uniform(-12, 12, 2) * scale
    moved = cv2.warpAffine(
        as_grey(behind), np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32), page.shape[1::-1], borderValue=255
    )
    soft = cv2.GaussianBlur(moved, (0, 0), 0.5 * scale).astype(np.float32)
    share = rng.uniform(0.11, 0.18) if strong else rng.uniform(0.05, 0.09)
    return as_bytes(page * for_colours(1 - share * (255 - soft) / 255, page))


def pen(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """One or two curved strokes of a blue or black pen over what is printed (strong: three to five)."""
    strokes = int(rng.integers(3, 6) if strong else rng.integers(1, 3))
    mask = np.zeros(page.shape[:2], np.uint8)
    for _ in range(strokes):
        x, y = _somewhere_inked(page, rng)
        length, tilt = rng.uniform(50, 160) * scale, rng.uniform(-0.5, 0.5)
        steps = np.linspace(-0.5, 0.5, 40)
        wave = rng.uniform(3, 14) * scale * np.sin(rng.uniform(2, 9) * steps + rng.uniform(0, 6))
        points = np.stack(
            (
                x + length * steps * math.cos(tilt) - wave * math.sin(tilt),
                y + length * steps * math.sin(tilt) + wave * math.cos(tilt),
            ),
            axis=1,
        )
        width = max(1, round(rng.uniform(0.7, 1.3) * scale))
        cv2.polylines(mask, [np.round(points * 16).astype(np.int32)], False, 255, width, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.25 * scale).astype(np.float32) / 255
    return inked(page, soft * rng.uniform(0.75, 0.95), BLUE if rng.random() < 0.6 else BLACK)


def red_stamp(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """A round official seal in red over print, half transparent (strong: denser, and two of them)."""
    for _ in range(2 if strong else 1):
        dense = rng.uniform(0.8, 0.95) if strong else rng.uniform(0.5, 0.7)
        page = stamped(page, rng, scale, RED, dense, _somewhere_inked(page, rng))
    return page


def grey_stamp(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """The same seal as a grey scanner sees it: its ink is grey 110-150 on the paper (strong: 80-110, and two)."""
    for _ in range(2 if strong else 1):
        grey = rng.uniform(80, 110) if strong else rng.uniform(110, 150)
        page = stamped(page, rng, scale, (grey, grey, grey), 0.9, _somewhere_inked(page, rng))
    return page


def punch_holes(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Two holes of 6 mm at the left edge, 80 mm apart, grey with a shadow (strong: four, black and torn)."""
    result = page.copy()
    height = page.shape[0]
    middle = height / 2 + rng.uniform(-20, 20) * scale
    places = (-340, -113, 113, 340) if strong else (-113, 113)
    for place in places:
        x, y = rng.uniform(20, 26) * scale, middle + place * scale * 0.85
        radius = 8.5 * scale
        shade = rng.uniform(20, 60) if strong else rng.uniform(150, 200)
        cv2.circle(result, (round(x + scale), round(y + scale)), round(radius), (110,) * 3, -1, cv2.LINE_AA)
        cv2.circle(result, (round(x), round(y)), round(radius), (float(shade),) * 3, -1, cv2.LINE_AA)
        if strong:
            tear = np.array([[x, y], [x - radius * 3, y - radius * 0.4], [x - radius * 3, y + radius * 0.5]])
            cv2.fillPoly(result, [tear.round().astype(np.int32)], (float(shade),) * 3, cv2.LINE_AA)
    return result


def paper(page: Pixels, rng: Generator, scale: float) -> Pixels:
    """Paper and scanner, which every scan has: ink spreads a little, paper is not quite white, even or smooth."""
    spread = cv2.GaussianBlur(page, (0, 0), max(0.35, 0.12 * scale)).astype(np.float32) / 255
    toned = spread ** rng.uniform(0.85, 1.2) * rng.uniform(238, 253)
    toned = 14 + toned * (1 - 14 / 255)
    grain = clouds(page.shape[:2], rng, 1.2 * scale, -2.0, 2.0) + clouds(page.shape[:2], rng, 40 * scale, -3.0, 1.0)
    return as_bytes(toned + for_colours(grain, page))


def curl(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """The sheet falls away towards a spine at its left or right edge: lines bend by 3-6 points there (strong: 8-14)."""
    height, width = page.shape[:2]
    zone = rng.uniform(0.3, 0.45)
    bend = (rng.uniform(8, 14) if strong else rng.uniform(3, 6)) * scale
    left = rng.random() < 0.5
    # The camera stands above or below the middle, so that lines there are not straight either.
    eye = height * rng.uniform(0.3, 0.7)
    x = np.arange(width, dtype=np.float32) / width
    depth = np.clip(1 - (x if left else 1 - x) / zone, 0, 1) ** 2
    edge = 0.0 if left else float(width)
    column = np.arange(width, dtype=np.float32)
    # What recedes is seen smaller, so each pixel shows a point farther out.
    shrink = depth * bend / (height / 2)
    map_x = np.broadcast_to(column + (edge - column) * shrink * 0.5, (height, width)).astype(np.float32)
    row = np.arange(height, dtype=np.float32)[:, None]
    map_y = (row + (row - eye) * shrink[None, :]).astype(np.float32)
    bent = cv2.remap(page, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(225,) * 3)
    shade = 1 - depth * (0.45 if strong else 0.25)
    return as_bytes(bent * for_colours(np.broadcast_to(shade[None, :], (height, width)), page))


def skew(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """Turned by 0.3-1.5 degrees (strong: 2-5) either way, on white or the grey of a scanner's lid."""
    angle = (rng.uniform(2, 5) if strong else rng.uniform(0.3, 1.5)) * rng.choice((-1, 1))
    return skewed(page, float(angle), 255.0 if rng.random() < 0.5 else float(rng.uniform(190, 235)))


def skewed(page: Pixels, degrees: float, ground: float = 255.0) -> Pixels:
    """The page turned anticlockwise, on an image large enough to hold it."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    new_width, new_height = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
    turn[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    return as_pixels(
        cv2.warpAffine(page, turn, (new_width, new_height), flags=cv2.INTER_CUBIC, borderValue=(ground,) * 3)
    )


def photo(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """A telephone's picture: keystone, a desk around the sheet, light that falls off, and the shadow of a hand.

    The corners move by up to 2 % of the page (strong: 6 %); the darkest corner keeps 70 % of the light (strong: 40 %).
    """
    page = as_rgb(page)
    height, width = page.shape[:2]
    margin = round(width * rng.uniform(0.04, 0.09))
    size = (width + 2 * margin, height + 2 * margin)
    reach = rng.uniform(0.025, 0.06) if strong else rng.uniform(0.006, 0.02)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    near, far = rng.uniform(0.0, 0.25), rng.uniform(0.75, 1.0)
    weight = np.array({0: (far, far, near, near), 1: (near, far, far, near)}[int(rng.integers(2))], np.float32)
    if rng.random() < 0.5:
        weight = weight[[2, 3, 0, 1]]
    moved = corners + inward * (weight * reach)[:, None] * (width, height)
    angle = math.radians(rng.uniform(-3, 3) if strong else rng.uniform(-1, 1))
    turn = np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))])
    centre = np.array([width, height]) / 2
    placed = ((moved - centre) @ turn.T * 0.985 + centre + margin).astype(np.float32)
    lens = cv2.getPerspectiveTransform(corners, placed)
    sheet = cv2.warpPerspective(page, lens, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), lens, size).astype(np.float32)[..., None] / 255
    fall = cv2.GaussianBlur(np.roll(mask, (round(3 * scale), round(3 * scale)), (0, 1)), (0, 0), 3 * scale)[..., None]
    seen = sheet * mask + _desk(size, rng, scale) * (1 - 0.6 * fall) * (1 - mask)
    light = falling_light(size, rng, 0.45 if strong else 0.72)
    tint = np.array([1.0, rng.uniform(0.96, 1.0), rng.uniform(0.86, 0.98)], np.float32)
    return as_bytes(seen * light[..., None] * tint)


def uneven_light(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Light that falls off over the page (strong: to less than 60 %, with a black bar where the lid stood open)."""
    height, width = page.shape[:2]
    result = as_bytes(page * for_colours(falling_light((width, height), rng, 0.58 if strong else 0.8), page))
    if strong:
        bar = round(rng.uniform(6, 18) * scale)
        side = int(rng.integers(4))
        edge = np.s_[:bar], np.s_[-bar:], np.s_[:, :bar], np.s_[:, -bar:]
        result[edge[side]] = 12
    return result


def turned(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """Laid on the glass sideways or upside down: turned by 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(page, int(rng.integers(1, 4))))


def blur(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Out of focus by 0.25-0.4 points (strong: 0.45-0.6), or moved by as much while the picture was taken."""
    width = (rng.uniform(0.45, 0.6) if strong else rng.uniform(0.25, 0.4)) * scale
    if rng.random() < 0.65:
        return as_pixels(cv2.GaussianBlur(page, (0, 0), max(0.4, width)))
    size = max(3, round(width * 6) | 1)
    line = np.zeros((size, size), np.float32)
    angle = rng.uniform(0, math.pi)
    reach = np.array([math.cos(angle), math.sin(angle)]) * width * 1.3
    start, end = np.round((np.array([size // 2] * 2) - reach) * 16), np.round((np.array([size // 2] * 2) + reach) * 16)
    ends = [(int(x), int(y)) for x, y in (start, end)]
    cv2.line(line, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    line = cv2.GaussianBlur(line, (0, 0), 0.5)
    return as_pixels(cv2.filter2D(page, -1, line / line.sum(), borderType=cv2.BORDER_REPLICATE))


def noise(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """A sensor's grain: normal, with a deviation of 5-10 grey levels (strong: 12-22)."""
    deviation = rng.uniform(12, 22) if strong else rng.uniform(5, 10)
    grain = rng.standard_normal(page.shape, np.float32)
    return as_bytes(page + cv2.GaussianBlur(grain, (0, 0), 0.55) * np.float32(deviation * 1.7))


def speckle(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Dust and drop-outs: dark and light specks of 0.2-0.6 points, 25 on a square inch (strong: 120)."""
    height, width = page.shape[:2]
    result = page.copy()
    count = int((120 if strong else 25) * height * width / (72 * scale) ** 2)
    for shade in (25, 250):
        xs, ys = rng.integers(0, width, count), rng.integers(0, height, count)
        sizes = np.maximum(1, np.round(rng.uniform(0.2, 0.6, count) * scale)).astype(int)
        for x, y, size in zip(xs.tolist(), ys.tolist(), sizes.tolist(), strict=True):
            result[y : y + size, x : x + max(1, size - 1)] = shade
    return result


def streaks(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:
    """Dirt on the glass that the sheet is drawn over: 1-2 lines down the page, grey 110-200 (strong: 3-6, 60-200)."""
    result = page.copy()
    width = page.shape[1]
    for _ in range(int(rng.integers(3, 7) if strong else rng.integers(1, 3))):
        left = int(rng.integers(0, width))
        thick = max(1, round(rng.uniform(0.2, 0.6) * scale))
        shade = int(rng.integers(60 if strong else 110, 201))
        result[:, left : left + thick] = np.minimum(result[:, left : left + thick], shade)
    return result


def dithered(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """Black and white with the greys as dots: by diffusion of the error (strong: by an ordered screen of 4 pixels)."""
    grey = cv2.GaussianBlur(as_grey(page), (0, 0), 0.6)
    if not strong:
        return np.asarray(Image.fromarray(grey).convert("1"), np.uint8) * np.uint8(255)
    height, width = grey.shape
    screen = np.tile(_SCREEN, (height // 4 + 1, width // 4 + 1))[:height, :width]
    return np.where(grey > screen, 255, 0).astype(np.uint8)


def bilevel(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """Black and white, 0 and 255, at one level for the page: halfway from ink to paper (strong: too light or dark)."""
    grey = cv2.GaussianBlur(as_grey(page), (0, 0), 0.4)
    dark, light = np.percentile(grey, (1.5, 90))
    share = float(rng.choice((0.38, 0.72))) if strong else rng.uniform(0.5, 0.6)
    return np.where(grey > dark + (light - dark) * share, 255, 0).astype(np.uint8)


def negative(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """Light on dark, as microfilm and some fax software give it."""
    return np.asarray(255 - page, np.uint8)


def jpeg(page: Pixels, rng: Generator, strong: bool, scale: float) -> Pixels:  # noqa: ARG001 - as all damages
    """Stored as JPEG of quality 40-60 (strong: 20-35), and read again."""
    quality = int(rng.integers(20, 36) if strong else rng.integers(40, 61))
    stored = cv2.imencode(".jpg", page[..., ::-1] if page.ndim == 3 else page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    again = cv2.imdecode(stored, cv2.IMREAD_UNCHANGED)
    return np.ascontiguousarray(again[..., ::-1]) if page.ndim == 3 else as_pixels(again)


DAMAGES: Mapping[str, Damage] = {
    "faded": faded,
    "broken-rulings": broken_rulings,
    "bleed-through": bleed_through,
    "pen": pen,
    "red-stamp": red_stamp,
    "grey-stamp": grey_stamp,
    "punch-holes": punch_holes,
    "curl": curl,
    "skew": skew,
    "photo": photo,
    "uneven-light": uneven_light,
    "turned": turned,
    "blur": blur,
    "noise": noise,
    "speckle": speckle,
    "streaks": streaks,
    "dithered": dithered,
    "bilevel": bilevel,
    "negative": negative,
    "jpeg": jpeg,
}
_CAPTURE = frozenset(list(DAMAGES)[list(DAMAGES).index("curl") :])


def _somewhere_inked(page: Pixels, rng: Generator) -> tuple[float, float]:
    """A pixel (x, y) at random among those that are dark; the middle of a blank page."""
    small = as_grey(page)[::4, ::4]
    ys, xs = np.nonzero(small[: int(len(small) * 0.95)] < 150)
    if not len(ys):
        return page.shape[1] / 2, page.shape[0] / 2
    index = int(rng.integers(len(ys)))
    return float(xs[index] * 4), float(ys[index] * 4)


def _desk(size: tuple[int, int], rng: Generator, scale: float) -> Field:
    """A desk's top: one colour, grained along one way."""
    width, height = size
    colour = np.array([rng.uniform(70, 170), rng.uniform(60, 130), rng.uniform(50, 110)], np.float32)
    grain = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), 12 * scale, sigmaY=0.6 * scale)
    return np.asarray(colour * (1 + 0.10 * grain / (grain.std() + 1e-6))[..., None], np.float32)
