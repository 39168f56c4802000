"""Rulings from what a page draws: strokes, thin filled rectangles, edges of filled areas, rows of dots."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from extract.model import Ruling
from extract.source.frame import Frame

_THIN = 2.6
"""Points: a filled box or stroke no wider than this is a line."""

_DOT = 3.2
"""Points: a mark no larger than this in both directions may be a piece of a dotted line."""

_SEGMENTS = 4000
"""Segments read from one path; a longer path is a drawing, not a table."""

_DEPTH = 6
"""Nesting of form XObjects followed."""

_ALIGNED = 0.8
"""Points by which the pieces of one ruling may be off its axis."""

_JOIN = 2.0
"""Points of gap closed between two pieces of a ruling; dots and dashes close `_JOIN_DOTS`."""

_JOIN_DOTS = 6.0

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of a PDF transformation."""

_EDGES = tuple(ctypes.c_float() for _ in range(4))
"""Where PDFium writes an object's bounds: one buffer, because PDFium runs in one thread only."""

_Piece = tuple[float, float, float, float, str]
"""A raw piece in user space: left, bottom, right, top, kind ("line", "fill" or "dot")."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page draws at its top level besides text: its number of objects in all, and handles by kind."""

    objects: int
    paths: tuple[Any, ...]
    images: tuple[Any, ...]
    forms: tuple[Any, ...]

    @property
    def lines(self) -> int:
        """How many objects may draw lines."""
        return len(self.paths) + len(self.images) + len(self.forms)


def survey(page: Any, most: int) -> Drawn:
    """Sort a loaded page's objects by kind without reading them; none where there are more than `most`."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    get, kind_of = pdfium_c.FPDFPage_GetObject, pdfium_c.FPDFPageObj_GetType
    found: dict[int, list[Any]] = {}
    for i in range(count if count <= most else 0):
        item = get(page, i)
        kind = kind_of(item)
        if kind != pdfium_c.FPDF_PAGEOBJ_TEXT:
            found.setdefault(kind, []).append(item)
    paths, images, forms = (
        tuple(found.get(kind, ()))
        for kind in (pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM)
    )
    return Drawn(count, paths, images, forms)


def rulings(drawn: Drawn, frame: Frame) -> tuple[Ruling, ...]:
    """All rulings among a page's objects on its upright frame, collinear pieces joined."""
    pieces = [piece for item in (*drawn.paths, *drawn.images) for piece in _pieces(item, None)]
    pieces += [piece for item in drawn.forms for piece in _form(item, None, 0)]
    if not pieces:
        return ()
    boxes = frame.boxes(np.array([piece[:4] for piece in pieces]))
    kinds = [piece[4] for piece in pieces]
    area = frame.width * frame.height
    lines: dict[tuple[str, bool], list[tuple[float, float, float]]] = {}
    for (x0, top, x1, bottom), kind in zip(boxes.tolist(), kinds, strict=True):
        if kind == "fill":
            if (x1 - x0) * (bottom - top) > 0.8 * area:
                continue  # the page's own background
            lines.setdefault(("fill", True), []).extend(((top, x0, x1), (bottom, x0, x1)))
            lines.setdefault(("fill", False), []).extend(((x0, top, bottom), (x1, top, bottom)))
        elif kind == "dot":
            lines.setdefault(("dot", True), []).append(((top + bottom) / 2, x0, x1))
            lines.setdefault(("dot", False), []).append(((x0 + x1) / 2, top, bottom))
        elif x1 - x0 >= bottom - top:
            lines.setdefault(("line", True), []).append(((top + bottom) / 2, x0, x1))
        else:
            lines.setdefault(("line", False), []).append(((x0 + x1) / 2, top, bottom))
    for horizontal in (True, False):
        dotted = _dotted(lines.pop(("dot", horizontal), []))
        lines.setdefault(("line", horizontal), []).extend(dotted)
    return tuple(
        Ruling(start, at, end, at, kind) if horizontal else Ruling(at, start, at, end, kind)
        for (kind, horizontal), found in lines.items()
        for at, start, end in _joined(found)
    )


def _form(item: Any, matrix: Matrix | None, depth: int) -> Iterator[_Piece]:
    """The line-like pieces drawn within a form XObject."""
    inner = _chained(_matrix(item), matrix)
    for i in range(pdfium_c.FPDFFormObj_CountObjects(item)):
        part = pdfium_c.FPDFFormObj_GetObject(item, i)
        kind = pdfium_c.FPDFPageObj_GetType(part)
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            yield from _form(part, inner, depth + 1)
        elif kind in {pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE}:
            yield from _pieces(part, inner)


def _pieces(item: Any, matrix: Matrix | None) -> Iterable[_Piece]:
    """The line-like pieces of a path or image, in the page's user space."""
    bounds = _bounds(item, matrix)
    left, bottom, right, top = bounds
    width, height = right - left, top - bottom
    if min(width, height) <= _THIN:
        return ((*bounds, "dot" if max(width, height) <= _DOT else "line"),)
    if max(width, height) <= _DOT:
        return ((*bounds, "dot"),)
    if pdfium_c.FPDFPageObj_GetType(item) == pdfium_c.FPDF_PAGEOBJ_PATH:
        return _outline(item, matrix, bounds)
    return ()


def _outline(item: Any, matrix: Matrix | None, bounds: tuple[float, float, float, float]) -> Iterator[_Piece]:
    """The straight segments of a path: lines when it is stroked, else the area it fills."""
    count = pdfium_c.FPDFPath_CountSegments(item)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
    if count > _SEGMENTS or not (fill.value or stroke.value):
        return
    points = list(_points(item, count, _chained(_matrix(item), matrix)))
    straight = [
        (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for a, b, drawn in zip(points, points[1:], [point[2] for point in points[1:]], strict=False)
        if drawn and min(abs(a[0] - b[0]), abs(a[1] - b[1])) <= _ALIGNED
    ]
    if stroke.value:
        yield from ((*segment, "line") for segment in straight)
    elif len(straight) >= 3 and len(points) <= 6:
        yield (*bounds, "fill")
    elif len(straight) > 4:
        yield from _rectangles(points)


def _rectangles(points: list[tuple[float, float, bool]]) -> Iterator[_Piece]:
    """Rectangles filled together by one path: thin ones are lines, others areas."""
    start = 0
    for end in range(1, len(points) + 1):
        if end == len(points) or not points[end][2]:
            xs, ys = [p[0] for p in points[start:end]], [p[1] for p in points[start:end]]
            left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
            if end - start >= 4:
                thin = min(right - left, top - bottom) <= _THIN
                small = max(right - left, top - bottom) <= _DOT
                yield left, bottom, right, top, "dot" if small else "line" if thin else "fill"
            start = end


def _points(item: Any, count: int, matrix: Matrix) -> Iterator[tuple[float, float, bool]]:
    """A path's points in user space with whether a straight line leads to each from the one before."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    first = (0.0, 0.0)
    for i in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, i)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            first = point
        yield (*point, kind == pdfium_c.FPDF_SEGMENT_LINETO)
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            yield (*first, True)


def _bounds(item: Any, matrix: Matrix | None) -> tuple[float, float, float, float]:
    left, bottom, right, top = _EDGES
    pdfium_c.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    box = (left.value, bottom.value, right.value, top.value)
    if matrix is None:
        return box
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in box[::2] for y in box[1::2]]
    ys = [b * x + d * y + f for x in box[::2] for y in box[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def _matrix(item: Any) -> Matrix:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _chained(inner: Matrix, outer: Matrix | None) -> Matrix:
    """The map that applies `inner` first, then `outer`."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _dotted(dots: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Lines made of at least five dots in a row; other dots are specks or punctuation."""
    lines = []
    for at, start, end, pieces in _runs(dots, _JOIN_DOTS):
        if pieces >= 5 and end - start > 12:
            lines.append((at, start, end))
    return lines


def _joined(pieces: list[tuple[float, float, float]]) -> Iterator[tuple[float, float, float]]:
    """Collinear pieces (position, start, end) that touch or nearly touch, as one; gaps of dashes are closed."""
    dashes = [piece for piece in pieces if piece[2] - piece[1] < _JOIN_DOTS]
    wide = _JOIN_DOTS if len(dashes) > 0.8 * len(pieces) else _JOIN
    for at, start, end, _ in _runs(pieces, wide):
        yield at, start, end


def _runs(pieces: list[tuple[float, float, float]], gap: float) -> Iterator[tuple[float, float, float, int]]:
    """Runs of collinear pieces: position, start, end and number of pieces."""
    tracks: list[list[tuple[float, float, float]]] = []
    for piece in sorted(pieces):
        if tracks and piece[0] - tracks[-1][0][0] <= _ALIGNED:
            tracks[-1].append(piece)
        else:
            tracks.append([piece])
    for track in tracks:
        track.sort(key=lambda piece: piece[1])
        at, start, end, count = *track[0], 1
        for position, left, right in track[1:]:
            if left - end <= gap:
                end, count = max(end, right), count + 1
            else:
                yield at, start, end, count
                at, start, end, count = position, left, right, 1
        yield at, start, end, count
