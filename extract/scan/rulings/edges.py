"""How much speaks for a line from one place of a grid to the next: the ink along it, gaps in it, and print about it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.pixels.runs import runs_of
from extract.scan.rulings.pens import across, drawn, too_thick
from extract.scan.rulings.strokes import STROKE, THICK, Ink

WORN = 0.3
"""Share of the lines of a table that may be worn or broken, where nothing is known of them yet."""

_STRAY = 1.3
"""Points by which a line may stray from where it stands."""

_STRETCH = 24.0
"""Points of a line that stray as one."""

_TRIM = 0.6
"""Points at both ends that belong to the lines met there."""

_PIECE = 2.5
"""Points of an edge that count as one independent look at it."""

_OF_STROKE = 2.0
"""Log-odds that a run no longer than that adds at most."""

_OF_TOUCHING = 6.0
"""The same of a run that begins at one of the lines met."""

_BEYOND = 1.2
"""Log-odds that each piece of a bare stretch takes which is longer than such stretches usually are."""

_BESIDE_PRINT = 0.6
"""Log-odds that each piece of a run with print beside it adds, beyond that length."""

_CROWD = 0.3
"""Share of a run that has print beside it, from which that may be."""

_UNBROKEN = 36.0
"""Points of unbroken ink that are a line's, whatever stands beside it: no strokes of print run into one so far."""

_UNBROKEN_DOTS = 72.0
"""The same of a row of dots."""

_FROM_LINE_TO_LINE = 12.0
"""The same where it runs from one of the lines met to the other: no stroke of print is as long, nor meets both."""

_SPANS = 3.5
"""Log-odds that a run with print beside it adds where it reaches from line to line."""

_WHOLE_SPAN, _LEAST_SPAN = 0.9, 8.0
"""Share of an edge's length that such a run has at least, and points of it."""

_BESIDE = (1.8, 3.6)
"""Points beside a line's middle between which print shows."""

_TOUCHES = 1.0
"""Points from an edge's end within which a run begins that comes from the line met there: print keeps away."""

_BARE, _INKED, _CROSSED, _PRINTED, _UNCLEAR = range(5)
"""What a pixel of a line shows: nothing, a line's ink, a stain over it, print, or ink that may be anything."""

_SUMS = 10
"""Figures of an edge that are seen."""

_MOST = 40.0
"""Log-odds of one edge, at most."""


@dataclass(frozen=True, slots=True)
class _Line:
    """How often a piece of an edge shows a line's ink, a stain over it, and print; else it is bare."""

    inked: float
    crossed: float
    printed: float

    @property
    def bare(self) -> float:
        return 1 - self.inked - self.crossed - self.printed


_WHOLE = _Line(0.92, 0.04, 0.01)
_BROKEN = _Line(0.47, 0.04, 0.01)
_ABSENT = _Line(0.04, 0.08, 0.12)


@dataclass(frozen=True, slots=True)
class Seen:
    """What (n, m) edges show: lengths in pieces, and log-odds that runs of ink give whole and worn lines.

    `longest` is the longest bare stretch, `strokes` the (4, n, m) of `pens.drawn`.
    """

    bare: NDArray[np.float64]
    crossed: NDArray[np.float64]
    printed: NDArray[np.float64]
    longest: NDArray[np.float64]
    whole: NDArray[np.float64]
    worn: NDArray[np.float64]
    strokes: NDArray[np.float64]

    def odds(self, worn: float, gap: float = np.inf) -> NDArray[np.float64]:
        """(n, m) log-odds that each edge is there, where a share `worn` of all lines has worn away in parts.

        `gap` is how long a bare stretch of such a line usually is at most, in points.
        """
        beyond = np.maximum(self.longest - gap / _PIECE, 0.0) * _BEYOND
        ways = (
            np.log(1 - worn) + self._log_odds(self.whole, _WHOLE),
            np.log(worn) + self._log_odds(self.worn, _BROKEN) - beyond,
        )
        return np.asarray(np.clip(np.maximum(*ways), -_MOST, _MOST))

    def gaps(self) -> NDArray[np.float64]:
        """(n, m) points of the longest bare stretch of each edge."""
        return self.longest * _PIECE

    def looks_worn(self) -> NDArray[np.bool_]:
        """(n, m), whether each edge, if it is there, is worn or broken rather than whole."""
        return self._log_odds(self.worn, _BROKEN) > self._log_odds(self.whole, _WHOLE)

    def _log_odds(self, ink: NDArray[np.float64], line: _Line) -> NDArray[np.float64]:
        bare = self.bare * _ratio(line.bare, _ABSENT.bare)
        printed = self.printed * _ratio(line.printed, _ABSENT.printed)
        return ink + bare + printed + self.crossed * _ratio(line.crossed, _ABSENT.crossed)


def _ratio(present: float, absent: float) -> float:
    return float(np.log(present / absent))


def seen(ink: Ink, at: NDArray[np.float64], along: NDArray[np.float64], thickness: float, scale: float) -> Seen:
    """What is seen of each line `at` from each line `along` it to the next: (len(at), len(along) - 1).

    Args:
        ink: The ink in the lines' direction.
        at: Where the lines stand, in points.
        along: Where those stand that they run between, in points.
        thickness: Points across the grid's lines.
        scale: Pixels per point.
    """
    ends = np.rint(along * scale).astype(int)
    found = np.zeros((_SUMS, len(at), len(along) - 1))
    for i, position in enumerate(at.tolist()):
        key = int(position * scale), ends.tobytes(), thickness
        if key not in ink.known:
            ink.known[key] = _line(ink, key[0], ends, thickness, scale)
        found[:, i] = ink.known[key]
    bare, crossed, printed, longest, whole, worn = found[:6]
    return Seen(bare, crossed, printed, longest, whole, worn, strokes=found[6:])


def _line(ink: Ink, middle: int, ends: NDArray[np.int64], thickness: float, scale: float) -> NDArray[np.float64]:
    """(10, m) of what Seen holds, for one line at the row of pixels `middle`."""
    start, end = max(0, int(ends[0])), min(ink.all.shape[1], int(ends[-1]))
    stray, far = max(2, round(_STRAY * scale)), round(_BESIDE[1] * scale)
    first, last = middle - stray - far, middle + stray + far + 1
    rows: slice | NDArray[np.int64] = slice(first, last)
    if first < 0 or last > ink.all.shape[0]:
        rows = np.clip(np.arange(first, last), 0, ink.all.shape[0] - 1)
    every, thin, short, printed = (mask[rows, start:end] for mask in (ink.all, ink.line, ink.short, ink.print))
    dotted = ink.dotted[rows, start:end]
    short = np.asarray(cv2.subtract(short, dotted))  # another line may run near
    line = _tracked(thin[far:-far], scale)
    at = np.arange(end - start)
    where = line + far
    inked = (thin[where - 1, at] | thin[where, at] | thin[where + 1, at]).astype(bool)
    near, wide = round(_BESIDE[0] * scale), round(_BESIDE[1] * scale)
    total = np.zeros((len(short) + 1, end - start), np.int16)
    np.cumsum(short, axis=0, out=total[1:])
    beside = (total[where - near, at] > total[where - wide, at]) | (
        total[where + wide + 1, at] > total[where + near + 1, at]
    )
    shows = np.where(every[where, at] > 0, np.where(printed[where, at] > 0, _PRINTED, _CROSSED), _BARE)
    shows[inked] = _INKED
    thick = across(every, where, scale)
    shows[too_thick(inked, thick[0], thickness, scale)] = _UNCLEAR
    dots = dotted[where - 1, at] | dotted[where, at] | dotted[where + 1, at]
    unbroken = _unbroken(shows, scale) | _far(dots > 0, _UNBROKEN_DOTS * scale)
    ends = ends - start
    counted = _counted(shows, beside, unbroken, ends, scale)
    return np.concatenate((counted, drawn(shows == _INKED, thick, _trimmed(ends, scale), scale)))


def _tracked(thin: NDArray[np.uint8], scale: float) -> NDArray[np.int64]:
    """For each pixel along a band of thin ink, the row of the band at which a line that strays slowly runs there."""
    shown = cv2.dilate(thin, np.ones((3, 1), np.uint8)) * np.uint8(250)
    width = min(round(_STRETCH * scale) | 1, 2 * thin.shape[1] - 1)
    shares = cv2.blur(shown, (width, 1), borderType=cv2.BORDER_REPLICATE).astype(np.float32)
    shares += cv2.blur(thin, (width, 1), borderType=cv2.BORDER_REPLICATE)
    shares -= 0.5 * np.abs(np.arange(len(thin)) - len(thin) // 2, dtype=np.float32)[:, None]
    return np.asarray(shares.argmax(axis=0))


def _unbroken(shows: NDArray[np.int64], scale: float) -> NDArray[np.bool_]:
    """Where a line's ink runs on so far that it is one, over lines that cross it."""
    starts, stops = runs_of(shows == _CROSSED)
    crossed = stops - starts <= THICK * scale
    return _far((shows == _INKED) | _covered(starts[crossed], stops[crossed], len(shows)), _UNBROKEN * scale)


def _far(there: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    """Where true values run on over `least` places."""
    starts, stops = runs_of(there)
    long = stops - starts >= least
    return _covered(starts[long], stops[long], len(there))


def _covered(starts: NDArray[np.int64], stops: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """(length,), whether each place is in one of the runs, which do not touch."""
    turns = np.zeros(length + 1, dtype=np.int8)
    turns[starts], turns[stops] = 1, -1
    return np.asarray(np.cumsum(turns, dtype=np.int8)[:-1] > 0)


def _trimmed(ends: NDArray[np.int64], scale: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first pixel of each edge between pixels `ends`, and the one after its last, without the lines met there."""
    trim = np.clip(np.diff(ends) // 5, 1, max(1, round(_TRIM * scale)))
    return np.maximum(ends[:-1] + trim, 0), np.maximum(ends[1:] - trim, 0)


def _counted(
    shows: NDArray[np.int64],
    beside: NDArray[np.bool_],
    unbroken: NDArray[np.bool_],
    ends: NDArray[np.int64],
    scale: float,
) -> NDArray[np.float64]:
    """(6, m) of what Seen holds from what each pixel of a line shows; edges run between pixels `ends`.

    Print `beside` a line says that its ink may be print, too, but where it is `unbroken` so far that none is.
    """
    edges = len(ends) - 1
    owner = np.full(len(shows), edges)
    low, high = _trimmed(ends, scale)
    for i, (start, stop) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        owner[start:stop] = i
    piece = _PIECE * scale

    def total(kind: int) -> NDArray[np.float64]:
        return np.bincount(owner[shows == kind], minlength=edges + 1)[:edges] / piece

    starts, stops = runs_of((shows == _INKED) & (owner < edges))
    of = owner[starts]
    lengths = (stops - starts) / piece
    begins, reaches = starts - low[of] <= _TOUCHES * scale, high[of] - stops <= _TOUCHES * scale
    touches = begins | reaches
    printed = np.concatenate(([0], np.cumsum(beside)))
    crowd = (printed[stops] - printed[starts]) / np.maximum(stops - starts, 1)
    crowded = (crowd > _CROWD) & ~unbroken[starts] & ~(begins & reaches & (lengths * _PIECE >= _FROM_LINE_TO_LINE))
    free = np.bincount(owner[shows != _CROSSED], minlength=edges + 1)[of] / piece
    spans = (lengths >= _WHOLE_SPAN * free) & (lengths * _PIECE >= _LEAST_SPAN)
    short = np.minimum(lengths, STROKE / _PIECE)
    bare_from, bare_to = runs_of((shows == _BARE) & (owner < edges))
    longest = np.zeros(edges)
    np.maximum.at(longest, owner[bare_from], (bare_to - bare_from) / piece)
    most = np.where(touches, _OF_TOUCHING, _OF_STROKE)
    scores = []
    for line in (_WHOLE, _BROKEN):
        rate = _ratio(line.inked, _ABSENT.inked)
        alone = np.minimum(short * rate, most) + (lengths - short) * rate
        beside_print = np.where(spans, np.minimum(alone, _SPANS), (lengths - short) * _BESIDE_PRINT)
        score = np.where(crowded, beside_print, alone)
        scores.append(np.bincount(of, score, edges + 1)[:edges])
    return np.stack((total(_BARE), total(_CROSSED), total(_PRINTED), longest, *scores))
