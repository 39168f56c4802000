"""A page made flat by its own rulings: skew, perspective and curl are one field of displacements, undone at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Raster, Sheet
from extract.scan.paper import field
from extract.scan.paper.light import even
from extract.scan.paper.skew import slope_of_print
from extract.scan.pixels import lines

_FINEST, _COARSEST = 250 / 72, 170 / 72
"""Pixels per point above which the sheet is reduced, and below which it is enlarged."""

_USUAL, _ENLARGED = 240 / 72, 200 / 72
"""Pixels per point to which it is reduced, and to which it is enlarged at least."""

_STEP = 32
"""Pixels of the sheet between nodes of its mesh."""

_BAND = 4
"""Rows of its mesh whose pixels are taken at once."""

_WIDEST = 0.2
"""Tangent of the widest angle to its axis at which a line may be a ruling."""

_TILTED, _LEVEL = 0.0015, 0.0007
"""How far lines fall over their length from which a page is turned back, and up to which it is not asked twice."""

_STRAIGHT = 0.7
"""Pixels by which the lines of a page that is left as it is may stray."""

_BETTER, _FAR_OFF = 0.9, 1.0
"""Share of their waviness that a bend leaves of traced lines at most, and points off a line from which it is not: what
is left of broken lines is traced with print, and bends that fit print turn a straight page."""

_LEAST = 60.0
"""Points of lines in one direction below which they say nothing of it."""

_SET_LEVEL, _TOLD = 0.003, 200.0
"""How far a segment still falls over its length at most where what it was fitted with sets it level; and points of such
segments in one direction below which all are strokes of print, or specks in a row, that tell nothing."""

_EDGE = 20.0
"""Points from the page's edges within which a copier's dark edge runs, which lies as the glass did, not the sheet."""

_ROOM = 0.15
"""Share of the page's size by which the sheet may reach over each of its edges."""

_NO_SECOND = np.zeros((0, 0), dtype=np.float32)
"""Instead of a second map, where one gives both coordinates."""

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Move:
    """A field of displacements in both directions, in points."""

    across: field.Bend
    """What moves places in y; its places are (x, y)."""
    down: field.Bend
    """What moves places in x; its places are (y, x)."""

    def to_flat(self, places: Places) -> Places:
        """Where (..., 2) places x, y of the page come to stand."""
        return places + self._by(places)

    def to_page(self, places: Places) -> Places:
        """Which (..., 2) places of the page come to stand at `places`."""
        found = places.copy()
        for _ in range(7):
            found = places - self._by(found)
        return found

    def _by(self, places: Places) -> Places:
        return np.stack((self.down(places[..., ::-1]), self.across(places)), axis=-1)


def flatten(raster: Raster, *, level: bool = False) -> Sheet:
    """The raster as a sheet whose rulings run along rows and columns of pixels.

    The raster is upright but for a few degrees. A page that is straight already keeps its pixels; any other is taken
    once from the raster's own, whatever has to be undone. Resolutions below 170 dpi are enlarged, above 250 reduced.
    `level` says that its segments were found to lie as rows and columns do: it may be bent only.
    """
    grey = even(raster)
    scale = raster.scale
    size = np.array(grey.shape[1::-1]) / scale
    moves = _moves(grey, scale, size, level=level)
    wanted = _ENLARGED if scale < _COARSEST else _USUAL if scale > _FINEST else scale
    if wanted < scale:
        grey = np.asarray(cv2.resize(grey, lines.shrunk(grey, wanted / scale), interpolation=cv2.INTER_AREA))
        scale = wanted
    if not moves:
        if wanted > scale:
            grey = np.asarray(cv2.resize(grey, lines.shrunk(grey, wanted / scale), interpolation=cv2.INTER_CUBIC))
        return Sheet(grey, wanted, _nodes(grey.shape[1], grey.shape[0], 0.0) / wanted, _STEP)

    def to_page(places: Places) -> Places:
        for move in reversed(moves):
            places = move.to_page(places)
        return places

    low, high = _bounds(moves, size)
    width, height = np.ceil((high - low) * wanted).astype(int).tolist()
    mesh = to_page(_nodes(width, height, 0.0) / wanted + low)
    taken = _taken(grey, scale, lambda nodes: to_page(nodes / wanted + low), width, height)
    return Sheet(taken, wanted, mesh, _STEP)


def _nodes(width: int, height: int, shift: float) -> Places:
    """(m, n, 2) pixel positions x, y of a mesh that covers width x height pixels, each `shift` steps further."""
    x = (np.arange(-(-width // _STEP) + 1) + shift) * _STEP
    y = (np.arange(-(-height // _STEP) + 1) + shift) * _STEP
    return np.stack(np.meshgrid(x, y), axis=-1).astype(np.float64)


def _taken(
    grey: NDArray[np.uint8], scale: float, to_page: Callable[[Places], Places], width: int, height: int
) -> NDArray[np.uint8]:
    """(height, width) pixels of a sheet, each from where `to_page` says its place, in pixels, is in points."""
    # Enlarging a mesh takes its nodes for the middles of what they are enlarged to, so they are half a step off.
    nodes = (to_page(_nodes(width, height, -0.5)) * scale - 0.5).astype(np.float32)
    taken = np.empty((height, width), dtype=np.uint8)
    # Band by band: a map of the whole sheet takes eight times the memory of its pixels, and more time.
    for top in range(0, height, _BAND * _STEP):
        part = nodes[top // _STEP : top // _STEP + _BAND + 2]
        where = cv2.resize(part, (part.shape[1] * _STEP, part.shape[0] * _STEP), interpolation=cv2.INTER_LINEAR)
        band = taken[top : top + _BAND * _STEP]
        where = where[_STEP : _STEP + len(band), _STEP : _STEP + width]
        band[:] = cv2.remap(
            grey, where, _NO_SECOND, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,)
        )
    return taken


def _bounds(moves: list[_Move], size: Places) -> tuple[Places, Places]:
    """The corners, in points, of the sheet that holds the whole page, but no more than some room around it."""
    edge = np.linspace(0, 1, 9)
    border = np.concatenate([np.stack(pair, axis=-1) for side in (0 * edge, 0 * edge + 1) for pair in
                             ((edge, side), (side, edge))]) * size  # fmt: skip
    for move in moves:
        border = move.to_flat(border)
    low = np.maximum(border.min(axis=0), -_ROOM * size)
    high = np.minimum(border.max(axis=0), (1 + _ROOM) * size)
    return low, np.maximum(high, low + 1.0)


def is_level(ends: NDArray[np.float64], size: Places) -> bool:
    """Whether (n, 4) segments of a page of this size, in points, tell that it is neither turned nor tilted."""
    move = _by_segments(ends, size)
    return move is not None and _steepest(move) <= _LEVEL


def _moves(grey: NDArray[np.uint8], scale: float, size: Places, *, level: bool) -> list[_Move]:
    """What to undo, one after the other, none when the page is straight: first by segments, then by traced curves.

    Where no segments tell there are no rulings that could be traced: what is, is print, or dust. Then print tells.
    """
    rough = None
    if not level:
        dark, small_scale = _darkness(grey, scale, lines.SEGMENT_SCALE)
        rough = _by_segments(lines.segments(dark, small_scale), size)
        if rough is None:
            turned = _by_print(dark, small_scale, size)
            return [] if turned is None or _steepest(turned) <= _TILTED else [turned]
        if _steepest(rough) <= _TILTED:
            rough = None
    small, small_scale = lines.reduced(grey, scale, lines.TRACE_SCALE)
    if rough is not None:
        height, width = small.shape
        small = _taken(small, small_scale, lambda nodes: rough.to_page(nodes / small_scale), width, height)
    dark = lines.darkness(small, small_scale)
    mask = lines.ink(dark, small_scale)
    across = lines.traced(dark, mask, small_scale)
    down = lines.traced(np.ascontiguousarray(dark.T), np.ascontiguousarray(mask.T), small_scale)
    if rough is None and max(_stray(across), _stray(down)) * scale < _STRAIGHT:
        return []
    fine = _by_curves(across, down, size)
    return [move for move in (rough, fine) if move is not None]


def _darkness(grey: NDArray[np.uint8], scale: float, target: float) -> tuple[NDArray[np.uint8], float]:
    small, small_scale = lines.reduced(grey, scale, target)
    return lines.darkness(small, small_scale), small_scale


def _stray(points: NDArray[np.float64]) -> float:
    """Points by which nearly all of the traced lines stay near their own middles."""
    if not len(points):
        return 0.0
    line = np.unique(points[:, 2], return_inverse=True)[1]
    middle = np.bincount(line, points[:, 1]) / np.bincount(line)
    return float(np.percentile(np.abs(points[:, 1] - middle[line]), 95))


def _by_segments(ends: NDArray[np.float64], size: Places) -> _Move | None:
    """What sets (n, 4) segments straight; None where there are too few that agree."""
    across, down = lines.upright_part(ends, _WIDEST)
    down = down[:, [1, 0, 3, 2]]
    unit = float(size.max()) / 2
    bends: list[field.Bend | None] = []
    levelled = 0.0
    for own, extent in ((across, size), (down, size[::-1])):
        enough = float((own[:, 2] - own[:, 0]).sum()) >= _LEAST
        bends.append(bend := field.from_slopes(own, extent / 2, unit) if enough else None)
        levelled = max(levelled, _levelled(own, bend, float(extent[1])) if bend is not None else 0.0)
    return _complete(bends[0], bends[1], size) if levelled >= _TOLD else None


def _levelled(ends: NDArray[np.float64], bend: field.Bend, length: float) -> float:
    """Points of (n, 4) segments that a bend sets level, off the edges of a page of such a length across them."""
    run = ends[:, 2] - ends[:, 0]
    rise = ends[:, 3] + bend(ends[:, 2:]) - ends[:, 1] - bend(ends[:, :2])
    inner = (ends[:, 1] >= _EDGE) & (ends[:, 1] <= length - _EDGE)
    return float(run[inner & (np.abs(rise) <= _SET_LEVEL * run)].sum())


def _by_print(dark: NDArray[np.uint8], scale: float, size: Places) -> _Move | None:
    """What sets lines of print level, given what is dark in a small picture of the page; None where there are none."""
    slope = slope_of_print(dark, scale)
    like = field.Bend(np.zeros(1), size / 2, float(size.max()) / 2, 0 * size, size)
    return None if slope is None else _complete(field.level(slope, like), None, size)


def _steepest(move: _Move) -> float:
    return max(float(np.abs(bend.terms).max()) for bend in (move.across, move.down))


def _by_curves(across: NDArray[np.float64], down: NDArray[np.float64], size: Places) -> _Move | None:
    unit = float(size.max()) / 2
    # A point stands for four points of a line.
    bends = [
        field.from_curves(points, middle, unit) if len(points) * 4 >= 2 * _LEAST else None
        for points, middle in ((across, size / 2), (down, size[::-1] / 2))
    ]
    if bends[0] is None and bends[1] is None:
        return None
    pairs = zip((across, down), bends, strict=True)
    helpful = [bend is not None and _straighter(points, bend) for points, bend in pairs]
    if not any(helpful):
        return None
    kept = [bend if good or bend is None else field.level(0.0, bend) for bend, good in zip(bends, helpful, strict=True)]
    return _complete(kept[0], kept[1], size)


def _straighter(points: NDArray[np.float64], bend: field.Bend) -> bool:
    """Whether a bend leaves traced lines, (n, 3) points as `lines.traced` gives, straighter than they are."""
    line = np.unique(points[:, 2], return_inverse=True)[1]
    count = np.bincount(line)

    def waviness(across: NDArray[np.float64]) -> float:
        off = np.abs(across - (np.bincount(line, across) / count)[line])
        return float(np.minimum(off, _FAR_OFF).mean())

    return waviness(points[:, 1] + bend(points[:, :2])) < _BETTER * waviness(points[:, 1])


def _complete(across: field.Bend | None, down: field.Bend | None, size: Places) -> _Move:
    """Both bends; where lines run one way only, the page is turned the other way as much."""
    if across is None:
        assert down is not None
        like = field.Bend(down.terms, size / 2, down.size, 0 * size, size)
        across = field.level(float(down.terms[0]), like)
    if down is None:
        like = field.Bend(across.terms, size[::-1] / 2, across.size, 0 * size, size[::-1])
        down = field.level(float(across.terms[0]), like)
    return _Move(across, down)
