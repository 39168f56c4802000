"""Rulings from what a page draws: strokes, thin filled rectangles, edges of filled areas, rows of dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.errors import LimitError
from extract.model import Ruling
from extract.source import calls
from extract.source.frame import Frame
from extract.source.stretches import ALIGNED, across, dotted, down, joined, stretches_of

_THIN = 2.6
"""Points: a filled box or stroke no wider than this is a line."""

_DOT = 3.2
"""Points: a mark no larger than this in both directions may be a piece of a dotted line."""

_SEGMENTS = 4000
"""Segments read from one path; a longer path is a drawing, not a table."""

_MOST = 3000
"""Rulings of a page; one that has more is a drawing, and comparing them pairwise would never end."""

_DEPTH = 6
"""Nesting of form XObjects followed."""

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of a PDF transformation."""

_LINE, _FILL, _DOTS = range(3)
"""Kinds of pieces: a line, a filled area, a dot that may be a piece of a dotted line."""

_Piece = tuple[float, float, float, float, int]
"""A raw piece in user space: left, bottom, right, top, kind."""

_Point = tuple[float, float, bool]
"""A point of a path, and whether a straight line leads to it from the point before."""


@dataclass(frozen=True)
class Drawn:
    """What a page draws at its top level: its number of objects, their addresses in order, and those of some kinds."""

    objects: int
    items: tuple[int, ...]
    texts: tuple[int, ...]
    paths: tuple[int, ...]
    images: tuple[int, ...]
    forms: tuple[int, ...]

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """(n, 4) left, bottom, right, top of the paths, then the images, in the page's user space."""
        return calls.bounds((*self.paths, *self.images))

    @property
    def lines(self) -> int:
        """How many objects may draw lines."""
        return len(self.paths) + len(self.images) + len(self.forms)


def survey(page: Any, most: int) -> Drawn:
    """Sort a loaded page's objects by kind without reading them; none where there are more than `most`."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    items = calls.objects(page) if count <= most else []
    return Drawn(count, tuple(items), *_by_kind(items))


def inside(forms: Sequence[int], most: int, depth: int = 0) -> int:
    """How many objects forms draw, those in them included; counting ends when there are more than `most`."""
    count = 0
    for form in forms if depth < _DEPTH else ():
        items = calls.form_objects(form)
        count += len(items)
        if count <= most:
            count += inside(_by_kind(items)[3], most - count, depth + 1)
        if count > most:
            break
    return count


def rulings(drawn: Drawn, frame: Frame, most: int) -> tuple[Ruling, ...]:
    """All rulings among a page's objects on its upright frame, collinear pieces joined.

    Raises:
        LimitError: they are made of more than `most` pieces.
    """
    found: list[tuple[NDArray[np.float64], NDArray[np.int64]]] = []
    count = 0
    for boxes, kind in chain(_in_forms(drawn.forms, None, 0), _pieces(drawn.paths, drawn.bounds, None)):
        count += len(kind)
        if count > most:
            raise LimitError(f"a page draws more rulings than the limit of {most}")
        found.append((boxes, kind))
    kinds = np.concatenate([kind for _, kind in found])
    if not kinds.size:
        return ()
    x0, top, x1, bottom = frame.boxes(np.concatenate([boxes for boxes, _ in found])).T
    wide = x1 - x0 >= bottom - top
    # Programs that lay out one long sheet draw rows on two pages, each time beyond its edge: the page ends them.
    top, bottom = np.clip(top, 0, frame.upright_height), np.clip(bottom, 0, frame.upright_height)
    x, y, seen = (x0 + x1) / 2, (top + bottom) / 2, wide | (bottom > top)
    line, dot = (kinds == _LINE) & seen, kinds == _DOTS
    # The largest areas are the page's own background.
    fill = (kinds == _FILL) & (bottom > top) & ((x1 - x0) * (bottom - top) <= 0.8 * frame.width * frame.height)
    ruled = (
        *across(joined(stretches_of(y, x0, x1, line & wide) + dotted(stretches_of(y, x0, x1, dot))), "line"),
        *down(joined(stretches_of(x, top, bottom, line & ~wide) + dotted(stretches_of(x, top, bottom, dot))), "line"),
        *across(joined(stretches_of(top, x0, x1, fill) + stretches_of(bottom, x0, x1, fill)), "fill"),
        *down(joined(stretches_of(x0, top, bottom, fill) + stretches_of(x1, top, bottom, fill)), "fill"),
    )
    return ruled if len(ruled) <= _MOST else ()


def text_bounds(drawn: Drawn, texts: Sequence[int]) -> NDArray[np.float64]:
    """(n, 4) left, bottom, right, top of n of a page's text objects, those in its forms too, in its user space."""
    bounds = calls.bounds(texts)
    place = {item: i for i, item in enumerate(texts)}
    for items, matrix in _texts_in(drawn.forms, None, 0):
        asked = [place[item] for item in items if item in place]
        bounds[asked] = _mapped(bounds[asked], matrix)
    return bounds


def _texts_in(forms: Sequence[int], matrix: Matrix | None, depth: int) -> Iterator[tuple[Sequence[int], Matrix]]:
    """The text objects of each form, and of those in it, with the map that leads to user space."""
    for form in forms if depth < _DEPTH else ():
        texts, _, _, inner = _by_kind(calls.form_objects(form))
        within = _chained(_matrix(form), matrix)
        yield texts, within
        yield from _texts_in(inner, within, depth + 1)


_KINDS = (
    pdfium_c.FPDF_PAGEOBJ_TEXT,
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_IMAGE,
    pdfium_c.FPDF_PAGEOBJ_FORM,
)


def _by_kind(items: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Texts, paths, images and forms among page objects."""
    found: dict[int, list[int]] = {kind: [] for kind in _KINDS}
    for item, kind in zip(items, calls.types(items), strict=True):
        if kind in found:
            found[kind].append(item)
    return tuple(map(tuple, found.values()))


def _in_forms(
    forms: Sequence[int], matrix: Matrix | None, depth: int
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """The pieces that forms draw, and the forms in them."""
    for form in forms if depth < _DEPTH else ():
        _, paths, images, inner = _by_kind(calls.form_objects(form))
        within = _chained(_matrix(form), matrix)
        yield from _in_forms(inner, within, depth + 1)
        yield from _pieces(paths, calls.bounds((*paths, *images)), within)


def _pieces(
    paths: Sequence[int], bounds: NDArray[np.float64], matrix: Matrix | None
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """The line-like pieces of objects: (n, 4) boxes left, bottom, right, top in the page's user space, and n kinds.

    `bounds` are those of the paths, then of other objects; `matrix` leads to user space, None where they are in it.
    """
    bounds = _mapped(bounds, matrix)
    width, height = bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]
    dot = np.maximum(width, height) <= _DOT
    marks = dot | (np.minimum(width, height) <= _THIN)
    yield bounds[marks], np.where(dot[marks], _DOTS, _LINE)
    areas = np.flatnonzero(~marks[: len(paths)]).tolist()
    if areas:
        outlines = list(_outlines([paths[i] for i in areas], bounds[areas].tolist(), matrix))
        boxes = np.array([piece[:4] for piece in outlines]).reshape(-1, 4)
        yield boxes, np.array([piece[4] for piece in outlines], dtype=np.int64)


def _outlines(items: Sequence[int], bounds: Sequence[Sequence[float]], matrix: Matrix | None) -> Iterator[_Piece]:
    """The straight segments of paths: lines where they are stroked, else the areas they fill."""
    segments = calls.segments(items, _SEGMENTS)
    a, b, c, d, e, f = np.repeat(calls.matrices(items), segments.counts, axis=0).T
    x, y = segments.points.T
    x, y = a * x + c * y + e, b * x + d * y + f
    if matrix is not None:
        a, b, c, d, e, f = matrix
        x, y = a * x + c * y + e, b * x + d * y + f
    points = np.column_stack((x, y)).tolist()
    start = 0
    for count, (filled, stroked), box in zip(segments.counts, calls.draw_modes(items).tolist(), bounds, strict=True):
        end = start + count
        if count and (filled or stroked):
            path = list(_closed(points[start:end], segments.kinds[start:end], segments.closing[start:end]))
            yield from _outline(path, box, stroked=bool(stroked))
        start = end


def _closed(points: Sequence[Sequence[float]], kinds: Sequence[int], closing: Sequence[int]) -> Iterator[_Point]:
    """A path's points with whether a straight line leads to each from the one before; closing lines drawn out."""
    first = (0.0, 0.0)
    for (x, y), kind, closes in zip(points, kinds, closing, strict=True):
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            first = (x, y)
        yield x, y, kind == pdfium_c.FPDF_SEGMENT_LINETO
        if closes:
            yield (*first, True)


def _outline(points: Sequence[_Point], bounds: Sequence[float], *, stroked: bool) -> Iterator[_Piece]:
    straight = [
        (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        for (x0, y0, _), (x1, y1, drawn) in pairwise(points)
        if drawn and (abs(x0 - x1) <= ALIGNED or abs(y0 - y1) <= ALIGNED)
    ]
    if stroked:
        yield from ((*segment, _LINE) for segment in straight)
    elif len(straight) >= 3 and len(points) <= 6:
        yield bounds[0], bounds[1], bounds[2], bounds[3], _FILL
    elif len(straight) > 4:
        yield from _rectangles(points)


def _rectangles(points: Sequence[_Point]) -> Iterator[_Piece]:
    """Rectangles filled together by one path: thin ones are lines, others areas."""
    start = 0
    for end in range(1, len(points) + 1):
        if end == len(points) or not points[end][2]:
            xs, ys = [p[0] for p in points[start:end]], [p[1] for p in points[start:end]]
            left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
            if end - start >= 4:
                thin = min(right - left, top - bottom) <= _THIN
                small = max(right - left, top - bottom) <= _DOT
                yield left, bottom, right, top, _DOTS if small else _LINE if thin else _FILL
            start = end


def is_rectangle(item: int) -> bool:
    """Whether an object is a single rectangle with sides along the axes."""
    if calls.types([item]) != [pdfium_c.FPDF_PAGEOBJ_PATH]:
        return False
    path = calls.segments([item], 6)
    corners = {(round(x, 2), round(y, 2)) for x, y in path.points.tolist()}
    sides = {x for x, _ in corners}, {y for _, y in corners}
    return (
        len(corners) == 4 and len(sides[0]) == len(sides[1]) == 2 and pdfium_c.FPDF_SEGMENT_BEZIERTO not in path.kinds
    )


def _mapped(boxes: NDArray[np.float64], matrix: Matrix | None) -> NDArray[np.float64]:
    """Boxes around (n, 4) boxes after a map."""
    if matrix is None:
        return boxes
    a, b, c, d, e, f = matrix
    x, y = boxes[:, [0, 0, 2, 2]], boxes[:, [1, 3, 1, 3]]
    across, up = a * x + c * y + e, b * x + d * y + f
    return np.stack((across.min(axis=1), up.min(axis=1), across.max(axis=1), up.max(axis=1)), axis=1)


def _matrix(form: int) -> Matrix:
    a, b, c, d, e, f = calls.matrices([form])[0].tolist()
    return a, b, c, d, e, f


def _chained(inner: Matrix, outer: Matrix | None) -> Matrix:
    """The map that applies `inner` first, then `outer`."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
