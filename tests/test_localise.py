"""Localising: the explanations that are found of identities that fail, by a search and by an integer programme."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from adding_up import (
    GRANTED,
    PROPERTY,
    REQUESTS,
    Figures,
    checked,
    damaged,
    figures,
    form,
    grid_for,
    grid_of,
    scanned,
    unsure,
    values_of,
)
from hypothesis import given

from extract.check import search
from extract.check.identities import evaluate
from extract.check.localise import Located, localise
from extract.check.programme import Programme
from extract.model import CellId, Reading


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    grid = grid_of(GRANTED)
    cells = figures(0, grid)
    columns = list(dict.fromkeys(id_.column for id_ in cells))
    read = dict(cells)
    for to, column in zip(columns[1:], columns, strict=False):  # what made it print
        read[GRANTED._replace(column=to)] = cells[GRANTED._replace(column=column)]
    doubted = random.Random(0).sample(list(cells), 15)
    checked(scanned(read) | {id_: unsure(str(read[id_]), (str(cells[id_]), 0.2), ("3", 0.05)) for id_ in doubted}, grid)
    assert capfd.readouterr() == ("", "")


@given(damaged())
@PROPERTY
def test_every_explanation_makes_the_identities_hold(case: tuple[Figures, dict[CellId, Reading]]) -> None:
    _, readings = case
    grid = grid_for(readings)
    values = values_of(readings, grid)
    identities = tuple(evaluate(values, form(), grid.tables))
    for one in localise(values, identities):
        for explanation in one.explanations:
            excused = {i for fault in explanation.faults if fault.cell is None for i, _ in fault.members}
            if None in explanation.numbers.values():
                continue
            changed = {
                id_: replace(values[id_], value=number) if number is not None else values[id_]
                for id_, number in explanation.numbers.items()
            }
            results = tuple(evaluate({**values, **changed}, form(), grid.tables))
            assert all(results[i].holds for i in one.identities if i not in excused)
            assert all(results[i].holds for i, r in enumerate(identities) if r.holds)


@given(damaged())
@PROPERTY
def test_search_and_integer_programme_find_the_same_explanations(case: tuple[Figures, dict[CellId, Reading]]) -> None:
    _, readings = case
    grid = grid_for(readings)
    values = values_of(readings, grid)
    identities = tuple(evaluate(values, form(), grid.tables))
    searched = localise(values, identities)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_SETS", 0)
        programmed = localise(values, identities)
    for one, other in zip(searched, programmed, strict=True):
        if other.explanations:  # where the solver gives up, the search may still find some
            assert outlined(one) == outlined(other)


def test_a_wreck_is_given_up_once_its_likeliest_faults_are_known_to_be_a_guess() -> None:
    grid = grid_of(GRANTED)
    cells = figures(3, grid)
    rows = ("granted", "denied.state_secret", "not_processed.repeated", "other.other")
    wrong = [CellId(REQUESTS, row, column) for row in rows for column in ("natural_person", "other_organization")]
    readings = scanned(cells) | {id_: unsure(str(cells[id_] + 3 + i)) for i, id_ in enumerate(wrong)}
    values = values_of(readings, grid)
    identities = tuple(evaluate(values, form(), grid.tables))
    asked: list[frozenset[int] | None] = []
    cheapest = Programme.cheapest

    def counted(programme: Programme) -> frozenset[int] | None:
        asked.append(cheapest(programme))
        return asked[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_SETS", 0)
        patch.setattr(Programme, "cheapest", counted)
        located = localise(values, identities)
    assert len(asked) == len(located) == 1
    assert not located[0].explanations


def outlined(located: Located) -> list[tuple[float, list[tuple[CellId, Decimal | None]]]]:
    """What each explanation costs and changes; those that are equally likely in any order."""
    found = [(round(one.cost, 6), sorted(one.numbers.items())) for one in located.explanations]
    return sorted(found, key=str)
