"""Where lines of text stand on a sheet, its rulings aside: boxes of ink that belong together along a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Ruling, Sheet
from extract.scan.pixels.components import components, only
from extract.scan.pixels.runs import Runs
from extract.scan.text.remnants import remnants_of, strokes_of_digits
from extract.scan.text.ruled import cores, within, without

_PARTED = 0.4
"""Points on either side of a ruling that print does not bridge."""

_BESIDE = 3.0
"""Points on either side of a ruling where straight ink is its own: the edges of thick ones, the other line of two."""

_THICK = 1.3
"""Points on either side of where a ruling stands that its ink may take."""

_BROAD = 1.3
"""Points that thick rulings take of these, on the whole."""

_STRAIGHT = 13.0
"""Points of length from which ink is straight: more than the longest stroke of a character in a table."""

_LONG = 26.0
"""The same away from rulings, where a line may have been missed: more than the longest stroke of a heading."""

_SMOOTH = 0.4
"""Points: standard deviation of the blur under which noise fades and strokes stay."""

_LEAST_DARK = 14.0
"""Grey levels by which ink is darker than its ground, at the least."""

_OVER_NOISE = 2.5
"""How many times as dark as the noise of the ground thin print is."""

_OF_DARKEST = (0.2, 0.35)
"""Of the darkness of rulings and bold print: what thin print has on a clean page, and at most on a noisy one."""

_PAPER = 250
"""Grey level of the ground of a flattened sheet."""

_WORD_GAP = 7.0
"""Points between characters of one line, at most: a blank in 9-point type and the spacing on its sides."""

_STROKE_GAP = 1.6
"""Points between strokes of one character above each other; lines of print stand farther apart."""

_WIDE_GAP = 11.0
"""Points between characters that are spread out over a line, at most."""

_FLAT_GAP = 4.0
"""Points between flat strokes of one character above each other."""

_LARGEST_FLAT = 13.0
"""Points of height that a character of flat strokes alone may have."""

_SPECK = 1.3
"""Points of width and height below which ink does not show where text is; a decimal point may be lost here."""

_LARGE_SPECK = 2.2
"""The same where a page shows more specks than print."""

_STREWN = 3
"""How many times as many."""

_LEAST = 3.2
"""Points of height below which ink is a speck, a dash or what is left of a ruling."""

_LINE = 7.0
"""Points of height from which a box may hold two lines that touch."""


_HIGH, _SEVERAL = 6.0, 24.0
"""Points of height of the lowest lines of print, and of width of a box from which it holds several characters."""


def with_ink(sheet: Sheet, rulings: Sequence[Ruling]) -> Sheet:
    """The sheet with its darkness, and its print told from rulings, be they thick or double, and from specks."""
    block = int(18 * sheet.scale) | 1
    smooth = cv2.GaussianBlur(sheet.grey, (0, 0), _SMOOTH * sheet.scale)
    dark = np.asarray(cv2.subtract(_ground(smooth, rulings, block, sheet.scale), smooth), dtype=np.uint8)
    near = within(dark.shape, rulings, _BESIDE, sheet.scale)
    sample = dark[::4, ::4]
    clear = sample[near[::4, ::4] == 0]
    # Most of a page is ground: how dark its darker part is tells how noisy it is.
    ground = float(np.percentile(clear, 85)) if clear.size else 0.0
    darkest = float(np.percentile(sample, 99))
    noise = min(_OVER_NOISE * ground, _OF_DARKEST[1] * darkest)
    threshold = max(_LEAST_DARK, noise, _OF_DARKEST[0] * darkest)
    _, inked = cv2.threshold(dark, threshold, 255, cv2.THRESH_BINARY)
    lines: NDArray[Any] = cores(np.asarray(inked, dtype=np.uint8), rulings, sheet.scale)
    level, steep = Runs.of(np.asarray(inked, dtype=np.uint8)), Runs.of(np.asarray(cv2.transpose(inked), dtype=np.uint8))
    for length, where in ((_STRAIGHT, near), (_LONG, None)):
        pixels = round(length * sheet.scale)
        for straight in (level.opened(pixels).mask(255), cv2.transpose(steep.opened(pixels).mask(255))):
            lines = cv2.bitwise_or(lines, straight if where is None else cv2.bitwise_and(straight, where))
    mask = without(np.asarray(inked, dtype=np.uint8), np.asarray(lines, dtype=np.uint8))
    labels, stats = components(mask)
    remnants = remnants_of(stats, np.asarray(inked, dtype=np.uint8), rulings, sheet.scale)
    remnants &= ~strokes_of_digits(stats, remnants, sheet.scale)
    ink = only(mask, labels, ~remnants & _no_specks(stats, remnants, sheet.scale))
    mask = only(mask, labels, ~remnants)
    # What is read must not show the rulings either: a line beside a digit looks like another digit.
    erased = cv2.bitwise_and(cv2.subtract(inked, mask), near)
    ruled = cv2.subtract(cv2.dilate(cv2.bitwise_and(lines, near), np.ones((3, 3), np.uint8)), mask)
    # All of 0 or 255, so that sums and differences do what masks do, for a tenth of the time.
    cv2.subtract(dark, ruled, dst=dark)
    cleared = cv2.subtract(cv2.dilate(erased, np.ones((3, 3), np.uint8)), mask)
    paper = cv2.min(cleared, np.full_like(cleared, _PAPER))
    grey = cv2.add(cv2.subtract(sheet.grey, cleared), paper)
    return replace(sheet, grey=np.asarray(grey, np.uint8), darkness=dark, ink=ink, ruled=np.asarray(ruled, np.uint8))


def _ground(grey: NDArray[Any], rulings: Sequence[Ruling], block: int, scale: float) -> NDArray[Any]:
    """What is about each pixel, on the mean of `block` pixels both ways; thick rulings aside, for what is none.

    These would darken it so much that thin print between them is no darker. Thin ones keep the noise beside them down.
    """
    about = cv2.blur(grey, (block, block))
    lines = within(grey.shape, rulings, _THICK, scale)
    drawn = cv2.subtract(about, grey)[lines > 0]
    if not drawn.size or 2 * _THICK * drawn.mean() < _BROAD * np.percentile(drawn, 97):
        return np.asarray(about)
    paper = cv2.bitwise_not(lines)
    shown = cv2.blur(cv2.bitwise_and(grey, paper), (block, block))
    ground = cv2.divide(shown, cv2.blur(paper, (block, block)), scale=255)
    cv2.copyTo(about, lines, ground)
    return np.asarray(ground)


def text_lines(sheet: Sheet, rulings: Sequence[Ruling]) -> NDArray[np.int64]:
    """Where lines of print stand on a sheet with its ink.

    Returns:
        (n, 4) boxes x0, top, x1, bottom in the sheet's pixels (the far edges outside), top to bottom, left to right.
    """
    scale = sheet.scale
    mask = sheet.ink
    if mask is None:
        return np.zeros((0, 4), dtype=np.int64)
    words = Runs.of(mask).closed(round(_WORD_GAP * scale) | 1).mask(255)
    joined = cv2.morphologyEx(words, cv2.MORPH_CLOSE, np.ones((round(_STROKE_GAP * scale) | 1, 1), np.uint8))
    joined = cv2.subtract(joined, within(joined.shape, rulings, _PARTED, scale))
    _, stats = components(np.asarray(joined))
    found = [_tight(mask, part) for *box, _ in stats[1:].tolist() for part in _split(mask, box, scale)]
    boxes = _gathered(np.array([box for box in found if box], dtype=np.int64).reshape(-1, 4), rulings, scale)
    boxes = boxes[boxes[:, 3] - boxes[:, 1] >= _LEAST * scale]
    return boxes[np.lexsort((boxes[:, 0], boxes[:, 1]))]


def _no_specks(stats: NDArray[np.int32], remnants: NDArray[np.bool_], scale: float) -> NDArray[np.bool_]:
    """Which components are no specks both ways; larger ones are specks too on a page that is strewn with them."""
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) / scale
    specks = np.count_nonzero((size < _LARGE_SPECK) & ~remnants)
    strewn = specks > _STREWN * (len(size) - np.count_nonzero(remnants) - specks)
    return np.asarray(size >= (_LARGE_SPECK if strewn else _SPECK))


def _gathered(boxes: NDArray[np.int64], rulings: Sequence[Ruling], scale: float) -> NDArray[np.int64]:
    """Boxes that are one line of text made one: characters set wide, and flat strokes such as a numeral one or a dash.

    No box is joined with another across a ruling.
    """
    x0, top, x1, bottom = boxes.T / scale
    one, other = _near(boxes / scale, _WIDE_GAP, _FLAT_GAP)
    height = bottom - top
    across = np.maximum(x0[one], x0[other]) - np.minimum(x1[one], x1[other])
    down = np.maximum(top[one], top[other]) - np.minimum(bottom[one], bottom[other])
    low, tall = np.minimum(height[one], height[other]), np.maximum(height[one], height[other])
    both = np.maximum(bottom[one], bottom[other]) - np.minimum(top[one], top[other])
    beside = (-down >= 0.5 * low) & (across <= np.minimum(1.1 * tall, _WIDE_GAP))
    stroke = (
        (low < _LEAST) & (across <= _WIDE_GAP) & (down <= _FLAT_GAP) & (both <= np.maximum(1.25 * tall, _LARGEST_FLAT))
    )
    joined = beside | stroke
    pairs = np.stack((one, other), axis=1)[joined].tolist()
    group = list(range(len(boxes)))

    def root(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    lines = np.array([(r.x0, r.top, r.x1, r.bottom) for r in rulings]).reshape(-1, 4)
    for i, j in pairs:
        if root(i) != root(j) and not _parted(boxes[i] / scale, boxes[j] / scale, lines):
            group[root(j)] = root(i)
    members: dict[int, list[int]] = {}
    for i in range(len(boxes)):
        members.setdefault(root(i), []).append(i)
    made = [(*boxes[m, :2].min(axis=0).tolist(), *boxes[m, 2:].max(axis=0).tolist()) for m in members.values()]
    return np.array(made, dtype=np.int64).reshape(-1, 4)


def _near(boxes: NDArray[np.float64], across: float, down: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs of n boxes that are no farther apart than so, each of them once; noise may be thousands of boxes."""
    order = np.argsort(boxes[:, 1], kind="stable")
    sorted_ = boxes[order]
    # Below each box come those that begin no farther down than `down` under it.
    count = np.searchsorted(sorted_[:, 1], sorted_[:, 3] + down, side="right") - np.arange(len(boxes)) - 1
    one = np.repeat(np.arange(len(boxes)), count)
    other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    near = np.maximum(sorted_[one, 0], sorted_[other, 0]) - np.minimum(sorted_[one, 2], sorted_[other, 2]) <= across
    return order[one[near]], order[other[near]]


def _parted(one: NDArray[np.float64], other: NDArray[np.float64], lines: NDArray[np.float64]) -> bool:
    """Whether a ruling runs through the box that the middles of two boxes span."""
    middles = np.stack(((one[:2] + one[2:]) / 2, (other[:2] + other[2:]) / 2))
    low, high = middles.min(axis=0), middles.max(axis=0)
    return bool(np.any((lines[:, :2] <= high).all(axis=1) & (lines[:, 2:] >= low).all(axis=1)))


def _split(mask: NDArray[np.uint8], box: Sequence[int], scale: float) -> list[tuple[int, int, int, int]]:
    """A box x, y, width, height cut into lines of print where rows without ink, or nearly so, run through it."""
    x, y, w, h = box
    if h < 2 * _LINE * scale:
        return [(x, y, x + w, y + h)]
    profile = np.count_nonzero(mask[y : y + h, x : x + w], axis=1)
    inked = profile > 0.04 * max(1, profile.max())
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inked, [False])).astype(np.int8)))
    runs = edges.reshape(-1, 2).tolist()
    # Of several characters beside each other hardly all are parted at one height: two parts as high as print are lines.
    high = _HIGH * scale if w >= _SEVERAL * scale else np.inf
    return [(x, y + start, x + w, y + end) for start, end in _joined(runs, _STROKE_GAP * scale, high)]


def _joined(runs: Sequence[Sequence[int]], gap: float, high: float) -> list[tuple[int, int]]:
    """Runs with gaps of at most `gap` between them made one, unless both are as `high` as lines.

    Those that make the lowest line come first: the strokes of a character before it and the line above.
    """
    made = [(start, end) for start, end in runs]
    while True:
        pairs = [
            (below[1] - above[0], i)
            for i, (above, below) in enumerate(pairwise(made))
            if below[0] - above[1] <= gap and min(above[1] - above[0], below[1] - below[0]) < high
        ]
        if not pairs:
            return made
        _, i = min(pairs)
        made[i : i + 2] = [(made[i][0], made[i + 1][1])]


def _tight(mask: NDArray[np.uint8], box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The box of the ink within a box; None when there is none."""
    x0, y0, x1, y1 = box
    part = mask[y0:y1, x0:x1]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        return None
    return x0 + int(columns[0]), y0 + int(rows[0]), x0 + int(columns[-1]) + 1, y0 + int(rows[-1]) + 1
