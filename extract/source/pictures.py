"""The images of a PDF page: where they lie and how fine they are, those in form XObjects too."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extract.source import calls
from extract.source.paths import Drawn

_DEPTH = 6
"""Nesting of form XObjects followed."""

_MOST = 5000
"""Images and forms looked at; a page that has more is a drawing made of them."""

_SAME = 0.1
"""Share by which the resolutions of a scan's strips and layers differ at most."""

_LAYER = 0.4
"""Share of the largest area at one resolution from which another resolution is a layer of the same scan."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image on a page. `box` is left, bottom, right, top in the page's user space, cut at the page's edges.

    `across` and `up` are its pixels per point along x and y; 0 where PDFium knows none.
    """

    box: tuple[float, float, float, float]
    across: float
    up: float

    @property
    def area(self) -> float:
        """In square points."""
        left, bottom, right, top = self.box
        return max(0.0, right - left) * max(0.0, top - bottom)


def pictures(page: Any, drawn: Drawn) -> list[Picture]:
    """The images of a loaded page, in no order."""
    if not drawn.images and not drawn.forms:
        return []
    left, bottom, right, top = page.get_bbox()
    found = []
    for item, ((a, b), (c, d), (e, f)) in _placed((*drawn.images, *drawn.forms), np.eye(3), 0, [_MOST]):
        x, y = sorted((e, e + a, e + c, e + a + c)), sorted((f, f + b, f + d, f + b + d))
        box = (max(left, x[0]), max(bottom, y[0]), min(right, x[3]), min(top, y[3]))
        sides = math.hypot(a, b), math.hypot(c, d)
        found.append(Picture(box, *_fineness(item, *sides, turned=abs(b) > abs(a))))
    return found


def covered(page: Any, shown: Sequence[Picture]) -> float:
    """Share of the page that its images cover, counted double where they lie over each other."""
    left, bottom, right, top = page.get_bbox()
    whole = float((right - left) * (top - bottom))
    return sum(picture.area for picture in shown) / max(whole, 1.0)


def finest(shown: Sequence[Picture], least: float) -> Picture | None:
    """An image as fine as the scan that images make up; None where they cover no `least` square points.

    A scan may be stored in strips, or in layers of which the finest holds the print.
    """
    sized = [picture for picture in shown if picture.across > 0]
    areas = [sum(other.area for other in sized if abs(other.across / own.across - 1) <= _SAME) for own in sized]
    most = max(areas, default=0.0)
    if most <= 0 or most < least:
        return None
    layers = [picture for picture, area in zip(sized, areas, strict=True) if area >= _LAYER * most]
    return max(layers, key=lambda picture: (max(picture.across, picture.up), picture.area))


def _fineness(item: int, wide: float, high: float, *, turned: bool) -> tuple[float, float]:
    """Pixels per point along x and y of an image drawn so many points wide and high along its own axes."""
    across, down = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium_c.FPDFImageObj_GetImagePixelSize(_handle(item), across, down) or min(wide, high) <= 0:
        return 0.0, 0.0
    own = across.value / wide, down.value / high
    return own[::-1] if turned else own


def _placed(
    items: Sequence[int], outer: NDArray[np.float64], depth: int, left: list[int]
) -> Iterator[tuple[int, list[list[float]]]]:
    """Images among objects, each with the rows a b, c d, e f of the map from its unit square to the page."""
    left[0] -= len(items)
    if depth > _DEPTH or left[0] < 0 or not items:
        return
    for item, kind, matrix in zip(items, calls.types(items), calls.matrices(items), strict=True):
        if kind not in {pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM}:
            continue
        whole = np.column_stack((matrix.reshape(3, 2), (0.0, 0.0, 1.0))) @ outer
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            yield item, whole[:, :2].tolist()
        else:
            yield from _placed(calls.form_objects(item), whole, depth + 1, left)


def _handle(item: int) -> Any:
    return ctypes.cast(item, pdfium_c.FPDF_PAGEOBJECT)
