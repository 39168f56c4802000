"""Looks at the lines of cells: which of a line's views are read, and which need not be, or once more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extract.model import Recognised, Sheet
from extract.ocr import Engine
from extract.scan.cells.fusion import plain
from extract.scan.cells.ink import PixelBox
from extract.scan.cells.likeness import Print, borne_out
from extract.scan.cells.views import Views
from extract.scan.text.squeezed import LONG, around
from extract.scan.text.twins import is_lone, read_alike

_SURE, _LIKELY = 0.8, 0.05
"""Score of a view from which it is sure; and probability from which another text may be what it shows."""


def at_a_glance(sheet: Sheet, shown: Sequence[Views], engine: Engine) -> tuple[list[Recognised], list[Recognised]]:
    """What is read of each line with little around it; and with more, or what its print says as surely."""
    prints = [cut(sheet.grey, views.tight if views.low else views.line.box) for views in shown]
    single = [print_ if v.low or is_lone(*_size(v.line.box)) else None for print_, v in zip(prints, shown, strict=True)]
    unread = [i for i, views in enumerate(shown) if views.line.first is None]
    views = [cut(sheet.grey, shown[i].tight) for i in unread]
    rest = iter(read_alike(engine, [single[i] for i in unread], views))
    first = [views.line.first or next(rest) for views in shown]
    second = borne_out([Print(*one) for one in zip(prints, first, (v.alone for v in shown), strict=True)])
    left = [i for i in range(len(shown)) if i not in second]
    wide = _shown_wide(sheet, [shown[i] for i in left], engine)
    read = read_alike(engine, [single[i] for i in left], wide)
    second |= dict(zip(left, read, strict=True))
    return first, [second[i] for i in range(len(shown))]


def for_itself(sheet: Sheet, shown: Sequence[Views], engine: Engine) -> tuple[list[Recognised], list[Recognised]]:
    """What is read of each line with little around it and with more, whatever its print looks like.

    A line of some digits was read for itself with the page's lines. For a lone one others like it may have been, and
    what is as long as a label was squeezed too far.
    """
    own = [views.line.first if _was_read(views.line.box) else None for views in shown]
    tight = [cut(sheet.grey, views.tight) for views, first in zip(shown, own, strict=True) if not first]
    read = engine.read(_shown_wide(sheet, shown, engine) + tight)
    rest = iter(read[len(shown) :])
    first = [read_ or next(rest) for read_ in own]
    return first, _closer(sheet, shown, first, read[: len(shown)], engine)


def _closer(
    sheet: Sheet, shown: Sequence[Views], first: Sequence[Recognised], second: list[Recognised], engine: Engine
) -> list[Recognised]:
    """The second readings, those that white beside a number made unsure of its digits with less of it around."""
    again = [
        i
        for i, (views, one, other) in enumerate(zip(shown, first, second, strict=True))
        if other.score < _SURE and views.alone and plain(one) == plain(other) and _is_as_long(other)
    ]
    boxes = [_narrowed(shown[i].line.box, shown[i].wide) for i in again]
    closer = dict(zip(again, engine.read([cut(sheet.grey, box) for box in boxes]) if boxes else [], strict=True))
    return [closer[i] if i in closer and plain(closer[i]) == plain(old) else old for i, old in enumerate(second)]


def _is_as_long(read: Recognised) -> bool:
    """Whether whatever else a view may show has as many digits: no sign or digit more stands beside them."""
    return all(len(text) == len(plain(read)) for text, share in read.alternatives if share > _LIKELY)


def _narrowed(box: PixelBox, around_: PixelBox) -> PixelBox:
    """A view of a line with no more beside it than there is above or below."""
    margin = max(box[1] - around_[1], around_[3] - box[3])
    return max(around_[0], box[0] - margin), around_[1], min(around_[2], box[2] + margin), around_[3]


def _shown_wide(sheet: Sheet, shown: Sequence[Views], engine: Engine) -> list[NDArray[np.uint8]]:
    return [around(sheet, views.line.box, views.wide, squeezes=engine.squeezes) for views in shown]


def _was_read(box: PixelBox) -> bool:
    """Whether a line of the page in this box was read for itself, and as a number is."""
    width, height = _size(box)
    return not is_lone(width, height) and width <= LONG * height


def _size(box: PixelBox) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def cut(pixels: NDArray[np.uint8], box: PixelBox) -> NDArray[np.uint8]:
    """The pixels of a sheet that lie in a box."""
    x0, top, x1, bottom = box
    return pixels[top:bottom, x0:x1]
