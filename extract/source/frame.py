"""The upright frame: how coordinates stored in a PDF page map to the page as it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """Map from PDF user space (points, y upwards) to the upright page (points from its top left corner).

    `x0` and `y1` are the left and top of the visible box, `width` and `height` its stored size, `rotation` the
    clockwise turn in degrees (0, 90, 180 or 270) from the stored to the upright page.
    """

    x0: float
    y1: float
    width: float
    height: float
    rotation: int

    @classmethod
    def of(cls, page: Any, direction: int | None = None) -> Frame:
        """The frame of a loaded page; `direction` is the turn its text asks for, which beats /Rotate."""
        left, bottom, right, top = page.get_bbox()
        rotation = page.get_rotation() if direction is None else direction
        return cls(left, top, right - left, top - bottom, rotation % 360)

    @property
    def upright_width(self) -> float:
        """Width of the upright page."""
        return self.height if self.rotation in {90, 270} else self.width

    @property
    def upright_height(self) -> float:
        """Height of the upright page."""
        return self.width if self.rotation in {90, 270} else self.height

    def boxes(self, stored: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map (n, 4) boxes left, bottom, right, top in user space to x0, top, x1, bottom on the upright page."""
        left, right = stored[:, 0] - self.x0, stored[:, 2] - self.x0
        top, bottom = self.y1 - stored[:, 3], self.y1 - stored[:, 1]
        if self.rotation == 0:
            mapped = (left, top, right, bottom)
        elif self.rotation == 90:
            mapped = (self.height - bottom, left, self.height - top, right)
        elif self.rotation == 180:
            mapped = (self.width - right, self.height - bottom, self.width - left, self.height - top)
        else:
            mapped = (top, self.width - right, bottom, self.width - left)
        return np.stack(mapped, axis=1)


def turn_for(page: Any, rotation: int) -> int:
    """Further clockwise turn a renderer must add to /Rotate so that the page comes out upright."""
    return int(rotation - 90 * pdfium_c.FPDFPage_GetRotation(page)) % 360
