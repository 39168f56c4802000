"""A smooth field of displacements under which rulings become straight and level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_POWERS = ((1, 0), (1, 1), (2, 0), (1, 2), (2, 1), (3, 0), (2, 2), (3, 1), (4, 0), (5, 0))
"""Powers of the coordinate along the lines and of that across them. A term without the first moves every line as a
whole, which no line can tell."""

_LIKELY = (0.5, 0.06, 0.05, 0.02, 0.02, 0.03, 0.01, 0.01, 0.015, 0.01)
"""How large the terms may be expected to be, in units of `size`: what the lines do not show stays small."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How far each place is to be moved across the lines of one direction: a polynomial, in points.

    Places are (along, across) the lines; `centre` is that of the polynomial, `size` its unit. Beyond `low` and `high`,
    within which lines were seen, the polynomial goes on as its tangent does.
    """

    terms: NDArray[np.float64]
    centre: NDArray[np.float64]
    size: float
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __call__(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """(...) displacements at (..., 2) places."""
        near = np.clip(places, self.low, self.high)
        beyond = (places - near) / self.size
        x, y = (_powers(part) for part in np.moveaxis((near - self.centre) / self.size, -1, 0))
        value = np.zeros(near.shape[:-1])
        for term, (i, j) in zip(self.terms.tolist(), _POWERS, strict=False):
            value += term * (x[i] * y[j] + i * x[i - 1] * y[j] * beyond[..., 0])
            if j:
                value += term * j * x[i] * y[j - 1] * beyond[..., 1]
        return np.asarray(value * self.size)


def _powers(base: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The powers 0 to 5; multiplying is ten times as fast as numpy's own."""
    powers = [np.ones_like(base)]
    for _ in range(5):
        powers.append(powers[-1] * base)
    return powers


def level(slope: float, like: Bend) -> Bend:
    """The bend that levels lines which rise evenly by `slope`."""
    terms = np.zeros(1)
    terms[0] = -slope
    return Bend(terms, like.centre, like.size, like.low, like.high)


def from_slopes(ends: NDArray[np.float64], centre: NDArray[np.float64], size: float, degree: int = 2) -> Bend:
    """The bend that levels segments best.

    Args:
        ends: (n, 4) segments along0, across0, along1, across1, in points.
        centre: (2,) the middle of the page.
        size: half the page's length, the unit of the polynomial.
        degree: of the polynomial.
    """
    powers = [power for power in _POWERS if sum(power) <= degree]
    run = ends[:, 2] - ends[:, 0]
    slope = (ends[:, 3] - ends[:, 1]) / run
    places = (ends[:, :2] + ends[:, 2:]) / 2
    along, across = ((places - centre) / size).T
    rows = []
    for i, j in powers:
        by_along = i * along ** (i - 1) * across**j
        by_across = j * along**i * across ** max(j - 1, 0)
        rows.append(by_along + slope * by_across)
    design = np.stack(rows, axis=1)
    start = _weighted_median(slope, run)
    weight = run / 20.0
    weight = weight / (1.0 + ((slope - start) / 0.06) ** 2) ** 2
    terms = _fit(design, -slope, weight, np.array(_LIKELY[: len(powers)]), noise=0.01, spread=0.012)
    return Bend(terms, centre, size, places.min(axis=0), places.max(axis=0))


def from_curves(points: NDArray[np.float64], centre: NDArray[np.float64], size: float) -> Bend:
    """The bend that straightens and levels traced lines best, each at a height of its own.

    Args:
        points: (n, 3) along, across, line, in points.
        centre: (2,) the middle of the page.
        size: half the page's length, the unit of the polynomial.
    """
    places, line = points[:, :2], np.unique(points[:, 2], return_inverse=True)[1]
    along, across = ((places - centre) / size).T
    design = np.stack([along**i * across**j for i, j in _POWERS], axis=1)
    terms = _fit(
        design, -across, np.ones(len(line)), np.array(_LIKELY), noise=0.8 / size, spread=0.5 / size, groups=line
    )
    return Bend(terms, centre, size, places.min(axis=0), places.max(axis=0))


def _fit(
    design: NDArray[np.float64],
    wanted: NDArray[np.float64],
    weight: NDArray[np.float64],
    likely: NDArray[np.float64],
    *,
    noise: float,
    spread: float,
    groups: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Least squares that outliers do not sway, up to a level for each group; terms are held near 0 as `likely` says."""
    terms: NDArray[np.float64] = np.zeros(design.shape[1])
    robust = np.ones(len(wanted))
    for _ in range(8):
        w = weight * robust
        if groups is None:
            left, right = design, wanted
        else:
            total = np.maximum(np.bincount(groups, w), 1e-9)
            means = np.stack([np.bincount(groups, w * column) / total for column in design.T], axis=1)
            left = design - means[groups]
            right = wanted - (np.bincount(groups, w * wanted) / total)[groups]
        normal = (left * w[:, None]).T @ left / noise**2 + np.diag(1 / likely**2)
        terms = np.asarray(np.linalg.solve(normal, (left * w[:, None]).T @ right / noise**2))
        robust = 1 / (1 + ((right - left @ terms) / spread) ** 2)
    return np.asarray(terms)


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    running = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(running, running[-1] / 2)])
