"""Long straight dark lines in an image, as segments and as traced curves."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.components import components, only
from extract.scan.pixels.runs import Runs

SEGMENT_SCALE = 80 / 72
"""Pixels per point at which segments are looked for."""

LEAST = 18.0
"""Points of length of a segment that tells how a page lies."""

TRACE_SCALE = 150 / 72
"""Pixels per point at which curves are traced."""

_THICKEST = 7.0
"""Points across the widest lines; whatever is dark over a greater width is no line."""


_DOT = 3.2
"""Points across a dash or dot of a broken line, at most."""

_DOT_GAP = 9.0
"""Points between them."""


_FEW = 6
"""Unbroken lines of a page below which dotted ones are traced too."""

_FAINTEST = 24.0
"""Darkness of the faintest ink."""

_NOISY = 0.25
"""Share of a page as dark as that, from which most of it is noise; dense print has .1."""

_PALEST, _OVER_PAPER = 12.0, 3.0
"""Darkness of the palest lines, and times that of most of the paper."""

_PALE_RUN, _PALE_GAP, _FILLED = 28.0, 3.0, 0.7
"""Points that a pale line runs on at least and that its gaps are wide at most; and its share without gaps, which dotted
lines do not have.
"""

_COARSE = 0.6
"""Share of its size that a picture is made smaller to, from which that is worth its while."""

_PALE_THICK, _THIN, _HALO = 2.6, 1.3, 1.5
"""Points across a pale line, across a fragment of one, and from print within which nothing is one."""

_HARDLY_ANY, _MORE_PALE = 1000.0, 4.0
"""Points of dark lines on a page without any table, at most, and of pale ones in a table, at least; and times as much
of these as of dark ones: lines of the other side of the sheet show through paler.
"""

_SOME, _AS_DARK, _DOTTED = 200.0, 0.4, 0.2
"""Points of dark lines that tell how dark a table's are; the share of that which parts of them have at least; and the
share of a line that is dark in a dotted one, at least.
"""


_OVER_NOISE = 8.0
"""Times the darkness of half of a page that ink has, where noise is all there is on most of it."""


def shrunk(image: NDArray[np.uint8], share: float) -> tuple[int, int]:
    """Width and height of an image times `share`, one pixel at least."""
    return max(1, round(image.shape[1] * share)), max(1, round(image.shape[0] * share))


def smaller(image: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """An image of one or more channels at about a `share` of its size; its upper left corner stays where it is.

    Means over whole pixels come first, which takes a fifth of the time of OpenCV's over parts of pixels. Of the last
    rows and columns those are left out that make no whole pixel.
    """
    step = int(1 / share)
    if step > 1:
        height, width = (max(1, side // step) for side in image.shape[:2])
        image = np.asarray(
            cv2.resize(image[: height * step, : width * step], (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    return np.asarray(
        cv2.resize(image, None, fx=share * step, fy=share * step, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def reduced(grey: NDArray[np.uint8], scale: float, target: float) -> tuple[NDArray[np.uint8], float]:
    """The image at about `target` pixels per point at most, thin dark lines kept dark; and its scale.

    Pixels become 1 / share as wide; the corner of the image stays where it is.
    """
    share = target / scale
    if share > 0.9:
        return grey, scale
    window = max(1, int(0.8 / share))
    if window > 1:
        grey = np.asarray(cv2.erode(grey, np.ones((window, window), np.uint8)), dtype=np.uint8)
    return smaller(grey, share), scale * share


def darkness(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """How much darker than its surroundings each pixel is, large dark areas aside."""
    window = np.ones((round(_THICKEST * scale) | 1,) * 2, np.uint8)
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, window), dtype=np.uint8)


def threshold(dark: NDArray[np.uint8]) -> float:
    """The darkness from which a pixel is ink: a share of that of the page's print."""
    sample = dark[::3, ::3]
    noise, most = np.percentile(sample[::2, ::2], (50, 99.9)).tolist()
    faintest: float = max(_FAINTEST, min(_OVER_NOISE * noise, 0.5 * most))
    strong = sample[sample > faintest]
    if not len(strong):
        return faintest
    if len(strong) > _NOISY * sample.size:
        # Most of it is noise, which is not as dark as the strokes of print.
        return max(faintest, 0.5 * float(np.percentile(sample, 99.5)))
    return max(faintest, 0.38 * float(np.percentile(strong, 75)))


def ink(dark: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """(h, w) of 0 and 1: what is dark enough, and lines far paler than print where a page has hardly any others."""
    level = threshold(dark)
    mask = (dark > level).astype(np.uint8)
    share = SEGMENT_SCALE / scale
    if share < _COARSE:  # most pages have none: a small picture tells for a tenth of the time
        window = max(1, round(0.8 / share))
        small = cv2.resize(cv2.dilate(dark, np.ones((window, window), np.uint8)), shrunk(dark, share))
        if _pale(np.asarray(small, dtype=np.uint8), level, scale * share) is None:
            return mask
    pale = _pale(dark, level, scale)
    return mask if pale is None else np.asarray(cv2.bitwise_or(mask, pale), dtype=np.uint8)


def _pale(dark: NDArray[np.uint8], level: float, scale: float) -> NDArray[np.uint8] | None:
    """(h, w) of 0 and 1: lines not as dark as `level` that are a table's; None where there are none."""
    mask = (dark > level).astype(np.uint8)
    sample = dark[::3, ::3]
    paper = sample[sample <= level]
    palest = max(_PALEST, _OVER_PAPER * float(np.percentile(paper, 75))) if paper.size else level
    if palest >= level:
        return None
    level_run, steep_run = (Runs.of(one).opened(round(_PALE_RUN * scale)).mask() for one in (mask, _transposed(mask)))
    ruled = cv2.bitwise_or(level_run, _transposed(steep_run))
    rest = np.asarray(cv2.subtract(mask, cv2.dilate(ruled, np.ones((3, 3), np.uint8))), dtype=np.uint8)
    labels, stats = components(rest)
    # Where lines cross, or print stood near them, some of them are darker: specks and thin fragments are no print.
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    sized = (size.max(axis=1) > _DOT * scale) & (size.min(axis=1) > _THIN * scale)
    sized[0] = False
    halo = cv2.dilate(only(rest, labels, sized), np.ones((2 * round(_HALO * scale) + 1,) * 2, np.uint8))
    faint = np.asarray(cv2.subtract((dark > palest).astype(np.uint8), halo), dtype=np.uint8)
    found = cv2.bitwise_or(_pale_lines(faint, scale), _transposed(_pale_lines(_transposed(faint), scale)))
    pale = np.asarray(cv2.subtract(found, mask), dtype=np.uint8)
    drawn, palely = (
        np.count_nonzero(one[1:] > one[:-1]) + np.count_nonzero(one[:, 1:] > one[:, :-1]) for one in (ruled, pale)
    )
    if drawn > _SOME * scale and cv2.mean(dark, pale)[0] >= _AS_DARK * cv2.mean(dark, ruled)[0]:
        return pale  # parts of the same lines, as darkness goes
    if np.count_nonzero(found) - np.count_nonzero(pale) > _DOTTED * np.count_nonzero(found):
        return None  # what is soft around dots
    table = palely >= _HARDLY_ANY * scale and (drawn <= _HARDLY_ANY * scale or palely >= _MORE_PALE * drawn)
    return pale if table else None


def _pale_lines(faint: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """What of a mask of 0 and 1 runs far along x and is thin."""
    across = np.ones((round(_PALE_THICK * scale) + 1, 1), np.uint8)
    thin = cv2.subtract(faint, cv2.morphologyEx(faint, cv2.MORPH_OPEN, across))
    # Lines that still rise a little are followed from one row of pixels to the next.
    thick = cv2.dilate(thin, np.ones((3, 1), np.uint8))
    length = round(_PALE_RUN * scale) | 1
    runs = Runs.of(np.asarray(thick, dtype=np.uint8)).closed(round(_PALE_GAP * scale) | 1).opened(length).mask()
    rows = np.flatnonzero(runs.any(axis=1))
    if len(rows):
        filled = (cv2.blur(thick[rows] * np.uint8(255), (length, 1)) >= _FILLED * 255).astype(np.uint8)
        runs[rows] = cv2.bitwise_and(runs[rows], cv2.dilate(filled, np.ones((1, length), np.uint8)))
    return np.asarray(cv2.erode(runs, np.ones((3, 1), np.uint8)), dtype=np.uint8)


def _transposed(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.transpose(mask), dtype=np.uint8)


def _joined_parts(mask: NDArray[np.uint8], least: float, scale: float) -> NDArray[np.uint8]:
    """Where a mask of 0 and 1 has components, or rows of dots, of `least` pixels or more one way or the other."""
    labels, stats = components(mask)
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    large, flat = size.max(axis=1) >= least, size.min(axis=1) <= _DOT * scale
    large[0] = flat[0] = False
    kept, dots = only(mask, labels, large), only(mask, labels, flat & ~large)
    gap = round(_DOT_GAP * scale) | 1
    for window in ((1, gap), (gap, 1)):
        joined = np.asarray(cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones(window, np.uint8)), dtype=np.uint8)
        labels, stats = components(joined)
        row = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= least
        row[0] = False
        kept |= only(joined, labels, row)
    return kept


def segments(dark: NDArray[np.uint8], scale: float, least: float = LEAST, part: float = 28.0) -> NDArray[np.float64]:
    """(n, 4) segments x0, y0, x1, y1, in points, of lines at least `least` points long, at any angle.

    Args:
        dark: what `darkness` gives.
        scale: its pixels per point, about SEGMENT_SCALE.
        least: points of length.
        part: points one way or the other that connected ink measures at least to be looked at.
    """
    mask = _joined_parts(ink(dark, scale), part * scale, scale)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(np.maximum(dark, 80) * mask)[0]
    if found is None:
        return np.zeros((0, 4))
    ends = (found.reshape(-1, 4).astype(np.float64) + 0.5) / scale
    return np.asarray(ends[np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) >= least])


def upright_part(ends: NDArray[np.float64], widest: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Segments near the x axis, running right, and those near the y axis, running down; `widest` is a tangent."""
    dx, dy = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    level = np.abs(dy) <= widest * np.abs(dx)
    steep = np.abs(dx) <= widest * np.abs(dy)
    across, down = ends[level], ends[steep]
    across = np.where((across[:, 2] < across[:, 0])[:, None], across[:, [2, 3, 0, 1]], across)
    down = np.where((down[:, 3] < down[:, 1])[:, None], down[:, [2, 3, 0, 1]], down)
    return across, down


def _lines(mask: NDArray[np.uint8], scale: float, least: float) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(h, w) numbers of what runs far along x in a mask, and for each number whether it is a line."""
    # Lines that still rise a little are followed from one row of pixels to the next.
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(14.4 * scale)), np.uint8))
    labels, stats = components(np.asarray(runs, dtype=np.uint8))
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    keep = (width >= least * scale) & (height <= np.maximum(5.0 * scale, 0.12 * width))
    keep[0] = False
    return labels, keep


def traced(dark: NDArray[np.uint8], mask: NDArray[np.uint8], scale: float, least: float = 28.0) -> NDArray[np.float64]:
    """(n, 3) points x, y, line of dark lines that run about along x, in points; `line` tells lines apart.

    Args:
        dark: what `darkness` gives.
        mask: what `ink` makes of it.
        scale: its pixels per point, about TRACE_SCALE.
        least: points of length of the shortest piece.
    """
    labels, keep = _lines(mask, scale, least)
    if np.count_nonzero(keep) < _FEW:
        labels, keep = _lines(_joined_parts(mask, least * scale, scale), scale, least)
    inked = np.flatnonzero(mask != 0)
    y, x = np.unravel_index(inked[keep[labels.ravel()[inked]]], mask.shape)
    if not len(x):
        return np.zeros((0, 3))
    step = round(4 * scale)
    bins = labels[y, x].astype(np.int64) * (dark.shape[1] // step + 1) + x // step
    weight = np.maximum(dark[y, x], 1).astype(np.float64)
    _, inverse = np.unique(bins, return_inverse=True)
    total = np.bincount(inverse, weight)
    centre_x = np.bincount(inverse, weight * (x + 0.5)) / total / scale
    centre_y = np.bincount(inverse, weight * (y + 0.5)) / total / scale
    line = np.zeros(len(total))
    line[inverse] = labels[y, x]
    return np.stack((centre_x, centre_y, line), axis=1)
