"""What a ruling hides of a number that stands close to it: it was taken off with what touched it, but for traces."""

from __future__ import annotations

from extract.model import BBox
from extract.scan.cells.ink import CellInk, PixelBox

_DIGIT, _ASTRAY, _EDGE = 0.7, 0.2, 0.8
"""Of its height: a digit's width, and how far from the number's pitch it may stand; and points from the middle of a
ruling to where its ink has ended.
"""

_ON_RULING = "something is left of a digit more where a ruling of its cell would run through it"

_SIGN, _DASH, _FRINGE = 1.0, (0.4, 0.75), 2
"""Of a number's height: how far from the ruling before it one begins at most whose sign reaches that, and between which
heights below its top the sign is; and pixels before a number that its own ink may darken.
"""

_SIGN_ON_RULING = "something is left of a sign that the ruling before it would hide"


def missed(text: str, line: PixelBox, cell: BBox, pitch: float, ink: CellInk) -> tuple[str, ...]:
    """What puts a number in doubt of which a ruling may hide a digit or the sign.

    Args:
        text: What was read.
        line: The box of its ink.
        cell: That of its cell, in points.
        pitch: That of the table's digits over their height, where they stand loosely; 0 where they do not.
        ink: The sheet's.
    """
    cut = text.isdecimal() and (is_beside_stroke(line, cell, ink) or (pitch and is_cut(line, cell, pitch, ink)))
    unsigned = text[:1].isdecimal() and is_unsigned(line, cell, ink)
    return tuple(doubt for doubt, holds in ((_ON_RULING, cut), (_SIGN_ON_RULING, unsigned)) if holds)


def is_cut(line: PixelBox, cell: BBox, pitch: float, ink: CellInk) -> bool:
    """Whether a number goes on at either end with a digit that a ruling of its cell runs through.

    Of such a digit nothing may be left but crumbs on both sides, which are taken for the ruling's: they are looked for
    within the cell, where the digit would stand.
    """
    x0, top, x1, bottom = line
    height, edge = bottom - top, _EDGE * ink.scale
    near, far = max(_FRINGE, (pitch - _DIGIT - _ASTRAY) * height), (pitch + _ASTRAY) * height
    left, right = cell.x0 * ink.scale, cell.x1 * ink.scale
    sides = (x0 - left, round(left + edge), round(x0 - near)), (right - x1, round(x1 + near), round(right - edge))
    return any(near + edge < white < far and ink.shows((start, top, end, bottom)) for white, start, end in sides)


def is_unsigned(line: PixelBox, cell: BBox, ink: CellInk) -> bool:
    """Whether a number right behind its cell's left ruling may have a sign there, of which hardly anything is left.

    A dash that meets the ruling is taken off with it: what is left is level with the middle of the number, while what
    is left of a ruling goes on above it or below.
    """
    top, bottom = line[1], line[3]
    height = bottom - top
    left = cell.x0 * ink.scale
    start, end = round(left + _EDGE * ink.scale), line[0] - _FRINGE
    high, low = (round(top + share * height) for share in _DASH)
    if not start < end < left + _SIGN * height:
        return False
    beside = ink.shows((start, top, end, high)) or ink.shows((start, low, end, bottom))
    return not beside and ink.shows((start, high, end, low))


def is_beside_stroke(line: PixelBox, cell: BBox, ink: CellInk) -> bool:
    """Whether something as high as a number is left between it and the ruling that it stands close to, as of a 1.

    What is left of a ruling goes on above the number or below.
    """
    top, bottom = line[1], line[3]
    near, edge = _SIGN * (bottom - top), _EDGE * ink.scale
    left, right = cell.x0 * ink.scale, cell.x1 * ink.scale
    high, low = (round(end * ink.scale) for end in (cell.top + 2 * _EDGE, cell.bottom - 2 * _EDGE))
    if high >= top - _FRINGE or low <= bottom + _FRINGE:
        return False
    for start, end in ((round(left + edge), line[0] - _FRINGE), (line[2] + _FRINGE, round(right - edge))):
        if not 0 < end - start < near:
            continue
        beyond = ink.shows((start, high, end, top - _FRINGE)) or ink.shows((start, bottom + _FRINGE, end, low))
        third = (bottom - top) // 3
        if not beyond and all(ink.shows((start, y, end, y + third)) for y in (top, top + third, bottom - third)):
            return True
    return False
