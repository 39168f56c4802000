"""Readings of grids whose figures add up, some of them damaged, and what the checks make of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from reports import edition

from extract.align import Alignment, Placed
from extract.check import Checked, check
from extract.check.values import Value, read_value
from extract.layout import GridLayout, Layout
from extract.model import TEXT_LAYER, BBox, CellId, IdentityResult, Reading, Spot

REQUESTS = "disclosure_requests"
BOX = BBox(0.0, 0.0, 1.0, 1.0)
GRANTED = CellId(REQUESTS, "granted", "natural_person")
LATER = CellId(REQUESTS, "other.other", "other_organization")
PENDING = CellId("administrative_reconsideration", "all", "pending")
PROPERTY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Figures = dict[CellId, int]


@cache
def form() -> Layout:
    return edition("2021")


def grid_of(id_: CellId) -> GridLayout:
    return form().grid("requests" if id_.table == REQUESTS else "review")


def figures(seed: int, grid: GridLayout) -> Figures:
    """Random numbers that satisfy every identity of a grid."""
    rng = random.Random(seed)
    cells = {slot.id: rng.choice((0, 1, 2, 7, 18, 40, rng.randrange(1000))) for slot in grid.slots}
    if grid.id == "requests":
        columns = list(dict.fromkeys(id_.column for id_ in cells if id_.column != "total"))
        ends = {"received", "carried_in", "processed_total", "carried_forward"}
        results = list(dict.fromkeys(id_.row for id_ in cells if id_.row not in ends))
        for column in columns:
            at = {row: CellId(REQUESTS, row, column) for row in ends}
            cells[at["processed_total"]] = sum(cells[CellId(REQUESTS, row, column)] for row in results)
            whole = cells[at["processed_total"]] + cells[at["carried_forward"]]
            cells[at["carried_in"]] = min(cells[at["carried_in"]], whole)
            cells[at["received"]] = whole - cells[at["carried_in"]]
        for row in dict.fromkeys(id_.row for id_ in cells):
            cells[CellId(REQUESTS, row, "total")] = sum(cells[CellId(REQUESTS, row, c)] for c in columns)
        return cells
    for equation in form().equations:
        if equation.table in grid.tables:
            cells[equation.left[0]] = sum(cells[id_] for id_ in equation.right)
    return cells


def scanned(cells: Mapping[CellId, int]) -> dict[CellId, Reading]:
    return {id_: Reading(str(value), 0.99, "engine") for id_, value in cells.items()}


def placed(readings: Mapping[CellId, Reading], grid: GridLayout) -> dict[CellId, Placed]:
    spot = Spot(0, 0, 0)
    return {
        slot.id: Placed(slot, readings[slot.id], 1, BOX, 1.0, 1.0, "", parted=True, by_place=False, at=spot)
        for slot in grid.slots
    }


def checked(readings: Mapping[CellId, Reading], grid: GridLayout) -> Checked:
    return check(Alignment(form(), grid, (), placed(readings, grid), 1.0))


def values_of(readings: Mapping[CellId, Reading], grid: GridLayout) -> dict[CellId, Value]:
    return {id_: read_value(one, form()) for id_, one in placed(readings, grid).items()}


def unsure(text: str, *alternatives: tuple[str, float], source: str = "engine") -> Reading:
    return Reading(text, 0.5, source, alternatives)


def named(results: tuple[IdentityResult, ...]) -> dict[str, str]:
    """The verdict of each identity that fails, by its name and place."""
    return {f"{r.identity}:{r.at}": r.verdict for r in results if r.holds is False}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Figures, dict[CellId, Reading]]:
    """The readings of a grid, some wrong, some in doubt, some native, with alternatives right and wrong."""
    grid = form().grid(draw(st.sampled_from(("requests", "review"))))
    cells = figures(draw(st.integers(0, 50)), grid)
    readings = scanned(cells)
    ids = [slot.id for slot in grid.slots]
    for id_ in draw(st.lists(st.sampled_from(ids), max_size=4, unique=True)):
        true = cells[id_]
        text = str(draw(st.sampled_from((true, true + 5, true + 30, true * 10, 0, 8))))
        others = draw(st.lists(st.sampled_from((true, true + 1, true + 5, true + 30, 3)), max_size=3, unique=True))
        share = draw(st.floats(0.001, 0.3))
        alternatives = tuple((str(other), share) for other in others if str(other) != text)
        source = draw(st.sampled_from(("engine", "engine", TEXT_LAYER)))
        readings[id_] = Reading(text, draw(st.sampled_from((0.3, 0.5, 0.99))), source, alternatives)
    for id_ in draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)):
        readings[id_] = replace(readings[id_], doubts=("something speaks against it",))
    return cells, readings


def grid_for(readings: Mapping[CellId, Reading]) -> GridLayout:
    return grid_of(next(iter(readings)))
