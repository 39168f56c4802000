"""Runs of ink along the rows of a mask: gaps closed, short ones left out, at no cost for the pixels between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Runs:
    """Where the runs of a mask start and stop, in the order of its pixels.

    Places are counted row by row with one more column than the mask has, of no ink, which parts each row from the next.

    Attributes:
        starts: (n,) the first pixel of each run.
        stops: (n,) the place after its last one.
        shape: height and width of the mask.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    shape: tuple[int, int]

    @classmethod
    def of(cls, mask: NDArray[np.uint8]) -> Runs:
        """The runs of what is not 0 in an (h, w) mask."""
        height, width = mask.shape
        # Eight pixels in a byte, and some of no ink at the end of each row.
        row = width // 8 * 8 + 8
        packed = np.zeros((height, row // 8), dtype=np.uint8)
        packed[:, : -(-width // 8)] = np.packbits(mask, axis=1)
        pixels = packed.ravel()
        turning = np.right_shift(pixels, 1, dtype=np.uint8)
        turning[1:] |= pixels[:-1] << 7
        turning ^= pixels
        some = np.flatnonzero(turning != 0)
        bits = np.flatnonzero(np.unpackbits(turning[some]).view(bool))
        turns = (some[bits >> 3] << 3) + (bits & 7)
        turns -= turns // row * (row - width - 1)
        return cls(turns[::2], turns[1::2], (height, width))

    def closed(self, window: int) -> Runs:
        """The runs with gaps of fewer pixels than `window` closed."""
        apart = self.starts[1:] - self.stops[:-1] >= window
        apart |= self.rows[1:] != self.rows[:-1]
        first, last = np.concatenate(([True], apart)), np.concatenate((apart, [True]))
        some = slice(None) if len(self.starts) else slice(0)
        return Runs(self.starts[first[some]], self.stops[last[some]], self.shape)

    def opened(self, window: int) -> Runs:
        """Those runs that are as long as `window`, or longer."""
        long = self.stops - self.starts >= window
        return self.only(long)

    def widened(self, by: int) -> Runs:
        """The runs with `by` pixels more at both ends, as far as the rows reach; those that then touch are one."""
        joined = self.closed(2 * by + 1)
        first = joined.rows * (self.shape[1] + 1)
        starts, stops = np.maximum(joined.starts - by, first), np.minimum(joined.stops + by, first + self.shape[1])
        return Runs(starts, stops, self.shape)

    def of_number(self, labels: NDArray[Any]) -> NDArray[np.intp]:
        """(n,) the number in (h, w) that the first pixel of each run has."""
        return np.asarray(labels.ravel()[self.starts - self.rows], dtype=np.intp)

    def only(self, keep: NDArray[np.bool_]) -> Runs:
        """Those runs of which (n,) truth values say so."""
        return Runs(self.starts[keep], self.stops[keep], self.shape)

    def overlap(self, others: Runs) -> NDArray[np.int64]:
        """(n,) how many pixels of each run are in runs of the same mask's size."""
        if not len(others.starts):
            return np.zeros(len(self.starts), dtype=np.int64)
        before = np.concatenate(([0], np.cumsum(others.stops - others.starts)))

        def covered(places: NDArray[np.int64]) -> NDArray[np.int64]:
            last = np.searchsorted(others.starts, places, side="right") - 1
            within = np.minimum(places, others.stops[last]) - others.starts[last]
            return np.asarray(np.where(last < 0, 0, before[last] + within))

        return np.asarray(covered(self.stops) - covered(self.starts))

    @property
    def rows(self) -> NDArray[np.int64]:
        """(n,) the row of each."""
        return np.asarray(self.starts // (self.shape[1] + 1))

    def mask(self, level: int = 1) -> NDArray[np.uint8]:
        """(h, w): `level` in the runs, else 0."""
        return self.drawn_on(np.zeros(self.shape, dtype=np.uint8), level)

    def drawn_on(self, mask: NDArray[np.uint8], level: int = 1) -> NDArray[np.uint8]:
        """An (h, w) mask itself, which becomes `level` in the runs."""
        lengths = self.stops - self.starts
        ends = np.cumsum(lengths)
        first = self.starts - self.rows - ends + lengths
        mask.reshape(-1)[np.repeat(first, lengths) + np.arange(ends[-1] if len(ends) else 0)] = level
        return mask


def runs_of(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where runs of true values begin in one row, and where they have ended."""
    turns = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    return turns[::2], turns[1::2]
