"""A picture of confidence beside what was found: for each kind of evidence how sure a cell was, and how often right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.reliability import Believed
from extract.check.confidence import Evidence

_LEFT, _WIDTH, _ROW, _TOP = 150, 520, 26, 46
_TICKS = (0.0, 0.5, 0.9, 0.99, 0.999, 0.9999)
_COLOURS = ("#1f5fa8", "#b3541e")


def _x(share: float) -> float:
    """Where a share stands: each nine takes as much room as the one before."""
    return _LEFT + _WIDTH * min(-math.log10(max(1 - share, 1e-5)), 4.4) / 4.4


def picture(groups: Mapping[str, Sequence[Believed]]) -> str:
    """An SVG: a row for each kind of evidence, a ring for its mean confidence, a disc for the share found right.

    A bar goes from the disc to where the share would be with one cell less right and one more: with few cells nothing
    better is known.
    """
    kinds = [kind for kind in Evidence if any(one.seen.evidence is kind for own in groups.values() for one in own)]
    height = _TOP + _ROW * len(kinds) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 30} {height}" '
        'font-family="sans-serif" font-size="12" fill="#222">',
        f'<rect width="{_LEFT + _WIDTH + 30}" height="{height}" fill="#fff"/>',
    ]
    for tick in _TICKS:
        x = _x(tick)
        parts.append(f'<path d="M{x:.1f} {_TOP - 6}V{height - 10}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP - 12}" text-anchor="middle">{tick:g}</text>')
    for i, (name, colour) in enumerate(zip(groups, _COLOURS, strict=False)):
        parts.append(f'<text x="{_LEFT + 110 * i}" y="14" fill="{colour}">{name}</text>')
    parts.append(f'<text x="{_LEFT + 220}" y="14">ring: confidence, disc: found right</text>')
    for row, kind in enumerate(kinds):
        y = _TOP + _ROW * (row + 0.5)
        parts.append(f'<text x="{_LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{kind.value}</text>')
        for i, (cells, colour) in enumerate(zip(groups.values(), _COLOURS, strict=False)):
            parts += _marks([one for one in cells if one.seen.evidence is kind], y - 5 + 10 * i, colour)
    return "\n".join([*parts, "</svg>\n"])


def _marks(own: Sequence[Believed], y: float, colour: str) -> Iterator[str]:
    if not own:
        return
    count, right = len(own), sum(one.seen.right for one in own)
    low, middle, high = (_x(min(max(right + more, 0) + 0.5, count + 0.5) / (count + 1)) for more in (-1, 0, 1))
    sure = _x(sum(one.confidence for one in own) / count)
    yield f'<path d="M{low:.1f} {y:.1f}H{high:.1f}" stroke="{colour}" stroke-width="1.5"/>'
    yield f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="3.2" fill="{colour}"/>'
    yield f'<circle cx="{sure:.1f}" cy="{y:.1f}" r="5" fill="none" stroke="{colour}" stroke-width="1.4"/>'
