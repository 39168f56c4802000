"""A cheap look at a page's image: whether a table may be on it, and which way its text runs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Raster
from extract.scan.paper.flatten import is_level
from extract.scan.paper.inverse import without_bands
from extract.scan.pixels import lines
from extract.scan.pixels.components import components, only

_WIDEST = 0.25
"""Tangent of the widest angle to its axis at which a line counts."""

_SHORTEST, _LONG = 6.0, 60.0
"""Points of length of the shortest segments, and from which lines count as rules."""

_REACH = 4.0
"""Points that a line may end short of one it meets."""

_SIDE = 3.0
"""Points about a line's side within which the line lies, dots included."""

_SPACING, _SPACED = 2.2, 4.0
"""Points between characters of one line, about; lines stand farther apart. The same of characters set wide."""

_CLEAR = 0.5
"""How clearly lines run one way from which characters set wide are not looked for."""

_BLANK = 5.0
"""Points between characters of one label, at most."""

_LABEL, _LOWEST = (3.5, 16.0), 5.0
"""Widths of a label over its height, at least and at most, and points of height at least."""

_CROSSINGS = 6
"""Places where lines meet from which they are a table; a frame has four."""

_ROWS = 7
"""Lines of short texts in columns, two on each at least, that are a table's whatever else is on the page."""

_PIECES, _MORE = 500.0, 4000.0
"""Points of pieces of lines, one way and the other, that are left of a table of which hardly two meet."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a cheap look at a page shows, as the page lies.

    `ruled`: lines across and down meet as in a table. `worn`: they do not, but there is as much of lines as there is of
    a table with broken ones. `horizontal_only`: there are long rules, all of them along the
    text lines' direction. `crossings`: how many places lines meet at, roughly. `sideways`: -1 when all evidence is for
    text lines that run along x, 1 when it is for a quarter turn. `tabular`: short texts stand in columns with gaps
    between them. `labels`: where lines of print as long as labels stand within the grid, (n, 4) x0, top, x1, bottom in
    points; `slope`: how far lines across fall over their length; `level`: whether lines lie as rows and columns do.
    """

    ruled: bool
    worn: bool
    horizontal_only: bool
    crossings: int
    sideways: float
    tabular: bool
    labels: NDArray[np.float64]
    slope: float
    level: bool


def look(raster: Raster) -> Look:
    """Look at a raster of any orientation, skewed by up to about 10 degrees."""
    grey = raster.pixels
    if grey.ndim == 3:
        # Green is nearest to how bright a pixel is; a quarter of the time of all three.
        grey = np.ascontiguousarray(grey[:, :, 1])
    small, scale = lines.reduced(grey, raster.scale, lines.SEGMENT_SCALE)
    small = without_bands(small, scale)
    dark = lines.darkness(small, scale)
    ends = lines.segments(dark, scale, _SHORTEST)
    across, down = lines.upright_part(ends, _WIDEST)
    places, grid = _crossings(across, down)
    crossings = len(places)
    mask = _print(dark, scale, grid)
    sideways = _sideways(mask, scale)
    rules = down if sideways > 0 else across
    others = across if sideways > 0 else down
    long_rules = int((_lengths(rules) >= _LONG).sum())
    ruled = crossings >= _CROSSINGS
    total = _lengths(across).sum(), _lengths(down).sum()
    worn = not ruled and bool(min(total) >= _PIECES and max(total) >= _MORE)
    only = not ruled and long_rules >= 4 and bool(_lengths(others).sum() < 0.1 * _lengths(rules).sum())
    text = np.ascontiguousarray(mask.T) if sideways > 0 else mask
    # The text's own direction comes first in what follows; the page's comes back at the end.
    order = [1, 0, 3, 2] if sideways > 0 else [0, 1, 2, 3]
    labels = _labels(text, scale, places[:, order[:2]])[:, order] if ruled else np.zeros((0, 4))
    tabular = not ruled and _tabular(text, scale)
    level = is_level(ends[_lengths(ends) >= lines.LEAST], np.array(grey.shape[1::-1]) / raster.scale)
    return Look(ruled, worn, only, crossings, sideways, tabular, labels, _slope(across, down), level)


def _lengths(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])


def _crossings(
    across: NDArray[np.float64], down: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 2) places, in points, where segments meet, and these segments; each line is two, one for either side."""
    if not len(across) or not len(down):
        return np.zeros((0, 2)), np.zeros((0, 4))
    a, b = across[:, None, :2], across[:, None, 2:]
    c, d = down[None, :, :2], down[None, :, 2:]
    run, fall = b - a, d - c
    cross = run[..., 0] * fall[..., 1] - run[..., 1] * fall[..., 0]
    gap = c - a
    t = (gap[..., 0] * fall[..., 1] - gap[..., 1] * fall[..., 0]) / cross
    u = (gap[..., 0] * run[..., 1] - gap[..., 1] * run[..., 0]) / cross
    slack_t, slack_u = _REACH / _lengths(across)[:, None], _REACH / _lengths(down)[None, :]
    meets = (t > -slack_t) & (t < 1 + slack_t) & (u > -slack_u) & (u < 1 + slack_u)
    # Only lines that meet two others are a grid's: strokes of print meet one at most.
    for _ in range(3):
        meets &= (meets.sum(axis=1) >= 3)[:, None]
        meets &= (meets.sum(axis=0) >= 3)[None, :]
    i, j = np.nonzero(meets)
    places = (a[i, 0] + t[i, j][:, None] * run[i, 0]) / (2 * _REACH)
    met = np.concatenate((across[np.unique(i)], down[np.unique(j)]))
    return np.asarray(np.unique(np.rint(places), axis=0) * (2 * _REACH), dtype=np.float64), met


def _slope(across: NDArray[np.float64], down: NDArray[np.float64]) -> float:
    """How far lines across fall over their length; those down lean the same way."""
    falls = np.concatenate((across[:, 3] - across[:, 1], down[:, 0] - down[:, 2]))
    runs = np.concatenate((across[:, 2] - across[:, 0], down[:, 3] - down[:, 1]))
    slopes = (falls / runs)[runs >= _LONG]
    return float(np.median(slopes)) if len(slopes) else 0.0


def _labels(mask: NDArray[np.uint8], scale: float, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 4) x0, top, x1, bottom of lines of print, as long as labels, within the extent of `places`."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, round(_BLANK * scale) | 1), np.uint8))
    _, stats = components(np.asarray(joined, dtype=np.uint8))
    boxes = stats[1:, :4] / scale
    boxes[:, 2:] += boxes[:, :2]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((middle > places.min(axis=0)) & (middle < places.max(axis=0))).all(axis=1)
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    usual = (width > _LABEL[0] * height) & (width < _LABEL[1] * height) & (height >= _LOWEST)
    return np.asarray(boxes[inside & usual])


def _print(dark: NDArray[np.uint8], scale: float, grid: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(h, w) of 0 and 1: print without lines, the dots of those with sides in `grid` included, and without specks."""
    mask = (dark > lines.threshold(dark)).astype(np.uint8)
    for x0, y0, x1, y1 in np.rint(grid * scale).astype(int).tolist():
        cv2.line(mask, (x0, y0), (x1, y1), 0, max(1, round(_SIDE * scale)))
    labels, stats = components(mask)
    longest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    keep = (longest <= 30 * scale) & (longest >= 2 * scale)
    return only(mask, labels, keep)


def _sideways(mask: NDArray[np.uint8], scale: float) -> float:
    """Which way characters stand close enough to touch when strokes are drawn out a little, -1..1.

    Where that leaves it open they are drawn out farther, too.
    """
    near = _runs_down(mask, _SPACING, scale)
    return near if abs(near) >= _CLEAR else (near + _runs_down(mask, _SPACED, scale)) / 2


def _runs_down(mask: NDArray[np.uint8], spacing: float, scale: float) -> float:
    """How clearly strokes join down the page rather than across when drawn out over `spacing` points, -1..1."""
    reach = max(3, round(spacing * scale) | 1)
    level, steep = (
        cv2.connectedComponents(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones(window, np.uint8)))[0] - 1
        for window in ((1, reach), (reach, 1))
    )
    return float(np.clip(3 * (level - steep) / (level + steep + 1), -1, 1))


def _tabular(mask: NDArray[np.uint8], scale: float) -> bool:
    """Whether short texts stand in columns, with gaps between them, on several lines."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, round(7 * scale) | 1), np.uint8))
    _, stats = components(np.asarray(joined))
    boxes = stats[1:, :4] / scale
    boxes = boxes[(boxes[:, 3] >= 3) & (boxes[:, 3] <= 30)]
    short = boxes[boxes[:, 2] <= 80]
    if len(short) < 9:
        return False
    x0, y0, w, h = short.T
    middle, height = y0 + h / 2, float(np.median(h))
    beside = np.abs(middle[:, None] - middle) < 0.6 * height
    gap = x0[None, :] - (x0 + w)[:, None]
    has_right = beside & (gap > 1.2 * height) & (gap < 20 * height)
    below = middle[None, :] - middle[:, None]
    near = (below > 0.9 * height) & (below < 6 * height)
    aligned = (
        np.minimum(
            np.minimum(np.abs(x0[:, None] - x0), np.abs((x0 + w)[:, None] - (x0 + w))),
            np.abs((x0 + w / 2)[:, None] - (x0 + w / 2)),
        )
        < 0.4 * height
    )
    in_row = has_right.any(axis=1) | has_right.any(axis=0)
    stacked = near & aligned
    in_column = stacked.any(axis=1) | stacked.any(axis=0)
    cells = np.sort(middle[in_row & in_column])
    if len(cells) >= max(9, 0.35 * len(boxes)):
        return True
    # Of a table below paragraphs, or amid dust, these are few among all.
    starts = np.flatnonzero(np.diff(cells, prepend=-np.inf, append=np.inf) > 0.3 * height)
    return bool((np.diff(starts) > 1).sum() >= _ROWS)
