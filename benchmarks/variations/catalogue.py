"""The catalogue of variations by name, in the order in which they are applied, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.drafts import Draft

Variation = Callable[[Draft], None]
VARIATIONS: dict[str, Variation] = {}
WEIGHTS: dict[str, float] = {}


def put(name: str, weight: float, change: Variation) -> None:
    """Add a variation to the catalogue."""
    VARIATIONS[name] = change
    WEIGHTS[name] = weight


def variation(weight: float = 1.0) -> Callable[[Variation], Variation]:
    """Add a function to the catalogue under its own name."""

    def added(change: Variation) -> Variation:
        put(change.__name__.strip("_").replace("_", "-"), weight, change)
        return change

    return added


def some(made: Draft, *names: str) -> tuple[str, ...]:
    """One or more of the names, at random."""
    return tuple(made.rng.sample(names, made.rng.randint(1, len(names))))
