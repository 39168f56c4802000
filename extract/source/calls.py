"""PDFium functions called once for each character or object of a page, without a line of Python between the calls.

Turning arguments into those of C costs more than these functions do. So they are declared again here, to run under
Python's lock: those of objects with plain addresses, those of characters without any types, for which arguments are
ready made, a page's pointer and references to room for results, and an index is a C int by itself. What they return is
declared only where it says anything: ctypes takes longer to make a number of it than many of them take to run.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int


def _declared(function: Any, result: Any, *arguments: Any) -> Any:
    """The C function behind one of pypdfium2's, with other declarations for its arguments and result."""
    address = ctypes.cast(function, _POINTER).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_char_box = _declared(pdfium_c.FPDFText_GetCharBox, None)
_char_angle = _declared(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float)
_char_fill = _declared(pdfium_c.FPDFText_GetFillColor, None)
_text_object = _declared(pdfium_c.FPDFText_GetTextObject, _POINTER)
_object = _declared(pdfium_c.FPDFPage_GetObject, _POINTER)
_form_object = _declared(pdfium_c.FPDFFormObj_GetObject, _POINTER, _POINTER, ctypes.c_ulong)
_type = _declared(pdfium_c.FPDFPageObj_GetType, _INT, _POINTER)
_matrix = _declared(pdfium_c.FPDFPageObj_GetMatrix, None, _POINTER, _POINTER)
_draw_mode = _declared(pdfium_c.FPDFPath_GetDrawMode, None, _POINTER, _POINTER, _POINTER)
_segments = _declared(pdfium_c.FPDFPath_CountSegments, _INT, _POINTER)
_segment = _declared(pdfium_c.FPDFPath_GetPathSegment, _POINTER, _POINTER, _INT)
_segment_type = _declared(pdfium_c.FPDFPathSegment_GetType, _INT, _POINTER)
_segment_close = _declared(pdfium_c.FPDFPathSegment_GetClose, _INT, _POINTER)
_point = _declared(pdfium_c.FPDFPathSegment_GetPoint, None, _POINTER, _POINTER, _POINTER)
_form_count = _declared(pdfium_c.FPDFFormObj_CountObjects, _INT, _POINTER)
_bounds = _declared(pdfium_c.FPDFPageObj_GetBounds, None, _POINTER, *[_POINTER] * 4)
_fill = _declared(pdfium_c.FPDFPageObj_GetFillColor, None, _POINTER, *[_POINTER] * 4)
_text_mode = _declared(pdfium_c.FPDFTextObj_GetTextRenderMode, _INT, _POINTER)
_font = _declared(pdfium_c.FPDFTextObj_GetFont, _POINTER, _POINTER)
_glyph_path = _declared(pdfium_c.FPDFFont_GetGlyphPath, _POINTER, _POINTER, ctypes.c_uint, ctypes.c_float)
_glyph_segments = _declared(pdfium_c.FPDFGlyphPath_CountGlyphSegments, _INT, _POINTER)
_glyph_segment = _declared(pdfium_c.FPDFGlyphPath_GetGlyphPathSegment, _POINTER, _POINTER, _INT)


_ROWS = 2048
"""Characters asked of at a time."""

_NUMBER = 8
"""Bytes kept for a result: those of a double."""


@cache
def _room() -> tuple[list[list[Any]], NDArray[np.uint8]]:
    """Four columns of references to room for results, and the same room as bytes, a row for each character."""
    room = np.zeros((_ROWS, 4 * _NUMBER), dtype=np.uint8)
    memory = (ctypes.c_char * room.size).from_address(room.ctypes.data)
    places = [ctypes.byref(memory, start) for start in range(0, room.size, _NUMBER)]
    return [places[column::4] for column in range(4)], room


def _four_each(function: Any, textpage: Any, indices: Sequence[int], kind: type[Any], unknown: Any) -> NDArray[Any]:
    """(n, 4) results of a kind that a function puts down for each character; `unknown` where it puts down none.

    A result takes up the first bytes of its eight.
    """
    columns, room = _room()
    found = np.empty((len(indices), 4), dtype=kind)
    for start in range(0, len(indices), _ROWS):
        part = indices[start : start + _ROWS]
        rows = room[: len(part)].view(kind)[:, :: _NUMBER // found.itemsize]
        rows[:] = unknown
        list(map(function, repeat(_pointer(textpage)), part, *columns))
        found[start : start + len(part)] = rows
    return found


def _pointer(handle: Any) -> ctypes.c_void_p:
    """The address in one of pypdfium2's objects, as an argument; `ctypes.cast` would tie the object to itself."""
    return _POINTER.from_buffer(handle.raw)


def char_boxes(textpage: Any, indices: Sequence[int]) -> NDArray[np.float64]:
    """(n, 4) left, right, bottom, top of characters; not a number where PDFium knows none."""
    return _four_each(_char_box, textpage, indices, np.float64, np.nan)


def char_angles(textpage: Any, indices: Sequence[int]) -> NDArray[np.float64]:
    """(n,) angles of characters in radians, clockwise; negative where PDFium knows none."""
    angles = map(_char_angle, repeat(_pointer(textpage)), indices)
    return np.fromiter(angles, dtype=np.float64, count=len(indices))


def char_fills(textpage: Any, indices: Sequence[int]) -> NDArray[np.uint32]:
    """(n, 4) red, green, blue and opacity of characters; all 0 where that is no plain colour."""
    return _four_each(_char_fill, textpage, indices, np.uint32, 0)


def char_objects(textpage: Any, indices: Sequence[int]) -> list[int | None]:
    """Addresses of the text objects that draw characters; None where PDFium knows none."""
    return list(map(_text_object, repeat(_pointer(textpage)), indices))


def char_fonts(textpage: Any, indices: Sequence[int]) -> list[int | None]:
    """Addresses of the fonts that characters are set in; None where PDFium knows none."""
    drawn = char_objects(textpage, indices)
    fonts = {item: _font(item) for item in set(drawn) if item}
    return [fonts[item] if item else None for item in drawn]


def outlines(font: int, char: str) -> int:
    """How many outlines a font draws a character with; 0 where it has none, or is made of pictures."""
    path = _glyph_path(font, ord(char), 12.0)
    count = _glyph_segments(path) if path else 0
    if count < 2:
        return count
    # The segments lie side by side in memory: where the last one is tells that, and a call for each is saved.
    first, second, last = (_glyph_segment(path, i) for i in (0, 1, count - 1))
    step = second - first
    if last == first + (count - 1) * step:
        segments: Iterable[int] = range(first, last + step, step)
    else:
        segments = map(_glyph_segment, repeat(path), range(count))
    return list(map(_segment_type, segments)).count(pdfium_c.FPDF_SEGMENT_MOVETO)


def text_modes(items: Sequence[int]) -> list[int]:
    """FPDF_TEXTRENDERMODE_* of text objects."""
    return list(map(_text_mode, items))


def fills(items: Sequence[int]) -> NDArray[np.uint32]:
    """(n, 4) red, green, blue and opacity of what objects are filled with; all 0 where that is no plain colour."""
    found = np.zeros((len(items), 4), dtype=np.uint32)
    list(map(_fill, items, *_columns(found)))
    return found


def objects(page: Any) -> list[int]:
    """Addresses of the objects a loaded page draws, in order."""
    return list(map(_object, repeat(_pointer(page)), range(pdfium_c.FPDFPage_CountObjects(page))))


def types(items: Sequence[int]) -> list[int]:
    """Types of page objects, FPDF_PAGEOBJ_*."""
    return list(map(_type, items))


def bounds(items: Sequence[int]) -> NDArray[np.float64]:
    """(n, 4) left, bottom, right, top of page objects, in the space they are drawn in."""
    found = np.zeros((len(items), 4), dtype=np.float32)
    list(map(_bounds, items, *_columns(found)))
    return found.astype(np.float64)


def matrices(items: Sequence[int]) -> NDArray[np.float64]:
    """(n, 6) matrices a, b, c, d, e, f of page objects."""
    found = np.zeros((len(items), 6), dtype=np.float32)
    list(map(_matrix, items, _columns(found)[0]))
    return found.astype(np.float64)


def form_objects(form: int) -> list[int]:
    """Addresses of the objects a form draws."""
    return list(map(_form_object, repeat(form), range(_form_count(form))))


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of some paths, one after the other; `counts` says how many each path has.

    `points` is (n, 2), in the space of the path; `kinds` are FPDF_SEGMENT_*; `closing` says which ones close a figure.
    """

    counts: list[int]
    points: NDArray[np.float64]
    kinds: list[int]
    closing: list[int]


def segments(items: Sequence[int], most: int) -> Segments:
    """The segments of path objects; none of a path that has more than `most`."""
    counts = [count if count <= most else 0 for count in map(_segments, items)]
    found = [
        segment
        for item, count in zip(items, counts, strict=True)
        for segment in map(_segment, repeat(item), range(count))
    ]
    points = np.zeros((len(found), 2), dtype=np.float32)
    list(map(_point, found, *_columns(points)))
    return Segments(
        counts, points.astype(np.float64), list(map(_segment_type, found)), list(map(_segment_close, found))
    )


def draw_modes(items: Sequence[int]) -> NDArray[np.int32]:
    """(n, 2): whether path objects are filled, and whether they are stroked."""
    found = np.zeros((len(items), 2), dtype=np.int32)
    list(map(_draw_mode, items, *_columns(found)))
    return found


def _columns(array: NDArray[Any]) -> list[range]:
    """Addresses of the numbers of each row of a C-ordered (n, m) array, column by column."""
    start, step, columns = array.ctypes.data, array.itemsize, array.shape[1]
    end = start + array.nbytes
    return [range(start + column * step, end, columns * step) for column in range(columns)]
