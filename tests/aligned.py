"""Recovered grids of samples, damaged and aligned again."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import HealthCheck, settings
from samples_truth import report

from extract import layout
from extract.align import Alignment, align
from extract.align.lines import is_label
from extract.check import Checked, check
from extract.model import Grid

GRIDS = {"proactive": "proactive_disclosure", "requests": "disclosure_requests", "review": "administrative_litigation"}
WORDS = layout.shipped()[0].number_words
PROPERTY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def fragments(name: str, grid: str) -> tuple[Grid, ...]:
    return report(name)[GRIDS[grid]].grids


def checked(name: str, grid: str, grids: tuple[Grid, ...]) -> Checked:
    edition = report(name)[GRIDS[grid]].edition
    chosen = next(one for one in layout.shipped() if one.edition == edition)
    return check(align(grids, chosen, chosen.grid(grid)))


@cache
def undamaged(name: str, grid: str) -> Alignment:
    return checked(name, grid, fragments(name, grid)).alignment


def damaged(place: tuple[str, str, int], fragment: Grid) -> Checked:
    name, grid, index = place
    grids = fragments(name, grid)
    return checked(name, grid, (*grids[:index], fragment, *grids[index + 1 :]))


def labels_of(fragment: Grid) -> list[int]:
    return [i for i, cell in enumerate(fragment.cells) if is_label("".join(cell.text.split()), WORDS)]


def scanned(fragment: Grid) -> Grid:
    """The same as an engine reads it, without a doubt."""
    return replace(
        fragment,
        cells=tuple(replace(cell, reading=replace(cell.reading, source="engine")) for cell in fragment.cells),
    )


AS_READ = {"native": lambda fragment: fragment, "scan": scanned}
