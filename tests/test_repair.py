"""Localising, repair and verdicts: what the arithmetic may change, what it may not, and whom it blames."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from adding_up import (
    GRANTED,
    LATER,
    PENDING,
    PROPERTY,
    REQUESTS,
    Figures,
    checked,
    damaged,
    figures,
    form,
    grid_for,
    grid_of,
    named,
    placed,
    scanned,
    unsure,
    values_of,
)
from hypothesis import given
from hypothesis import strategies as st

from extract.align import UNNAMED
from extract.check import Checked
from extract.check.identities import evaluate
from extract.check.repair import repair
from extract.check.values import CONTESTED, read_value
from extract.model import TEXT_LAYER, THINNED, CellId, Reading, Status


def misread(cell: CellId, seed: int = 1, *, source: str = "engine", share: float = 0.3) -> tuple[Figures, Checked]:
    """A report with one cell read as a number too large by 5, the right one an alternative."""
    grid = grid_of(cell)
    cells = figures(seed, grid)
    readings = scanned(cells)
    if source == TEXT_LAYER:
        readings = {id_: Reading(str(value)) for id_, value in cells.items()}
    readings[cell] = unsure(str(cells[cell] + 5), (str(cells[cell]), share), ("4", 0.01), source=source)
    return cells, checked(readings, grid)


@pytest.mark.parametrize("cell", [GRANTED, LATER, CellId(REQUESTS, "processed_total", "total"), PENDING])
def test_a_misreading_is_repaired_and_both_readings_are_kept(cell: CellId) -> None:
    cells, result = misread(cell)
    found = result.cells[cell]
    assert (found.status, found.value, found.text) == (Status.REPAIRED, cells[cell], str(cells[cell]))
    assert found.repair is not None
    assert found.repair.first == str(cells[cell] + 5)
    assert str(cells[cell] + 5) in dict(found.alternatives)
    assert "first read as" in found.reasons[-1]
    assert all(one.status is Status.VERIFIED for id_, one in result.cells.items() if id_ != cell and cells[id_])
    decided = {(r.identity, r.at) for r in result.identities if cell in (*r.left, *r.right) and r.table == cell.table}
    assert set(found.repair.identities) == decided
    assert not result.settled, "another grid that needs no repair is preferred"


def test_a_native_value_is_never_repaired() -> None:
    cells, result = misread(GRANTED, source=TEXT_LAYER)
    assert all(cell.status is not Status.REPAIRED for cell in result.cells.values())
    assert result.cells[GRANTED].value == cells[GRANTED] + 5
    assert result.cells[GRANTED].flagged


def test_what_the_ink_does_not_support_is_only_named() -> None:
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    readings = scanned(cells) | {GRANTED: unsure(str(cells[GRANTED] + 5), ("999", 0.3))}
    result = checked(readings, grid)
    found = result.cells[GRANTED]
    assert found.status is Status.SUSPECT
    assert any(
        f"would have to be {cells[GRANTED]} instead of {cells[GRANTED] + 5}" in reason for reason in found.reasons
    )
    assert set(named(result.identities).values()) == {"reading"}
    assert all(r.located == (GRANTED,) for r in result.identities if r.holds is False)


def test_a_nought_is_not_chosen_where_blanks_are_left() -> None:
    grid = grid_of(GRANTED)
    cells = dict.fromkeys(figures(1, grid), 0)
    readings = scanned(cells) | {GRANTED: unsure("6", ("0", 0.4))}
    assert checked(readings, grid).cells[GRANTED].status is Status.REPAIRED
    readings[LATER] = Reading("", 1.0, "engine")
    assert checked(readings, grid).cells[GRANTED].status is Status.SUSPECT


def test_a_certain_cell_is_not_overruled_by_an_uncertain_total() -> None:
    grid = grid_of(PENDING)
    cells = figures(3, grid)
    total = PENDING._replace(column="total")
    readings = scanned(cells) | {
        total: unsure(str(cells[total] + 5)),
        PENDING: Reading(str(cells[PENDING]), 0.98, "engine", ((str(cells[PENDING] + 5), 0.015),)),
    }
    result = checked(readings, grid)
    assert result.cells[PENDING].value == cells[PENDING]
    assert result.cells[PENDING].status is not Status.REPAIRED


def test_no_sum_proves_a_nought_that_is_hardly_read() -> None:
    """A dash, which stands for nothing, adds up as well."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    for score, proved in ((0.3, False), (0.7, True)):
        nought = Reading("0", score, "engine", (("0", score), ("00", 0.2)))
        assert read_value(placed(scanned(cells) | {GRANTED: nought}, grid)[GRANTED], form()).weak is proved


def noughts(but: Mapping[CellId, Reading]) -> list[CellId]:
    """Flagged cells of a report of one application, four noughts in doubt in two of its rows and columns."""
    grid = grid_of(GRANTED)
    told = {
        (row, column) for row in ("received", "granted", "processed_total") for column in ("natural_person", "total")
    }
    readings = scanned({slot.id: int(slot.id[1:] in told) for slot in grid.slots})
    doubted = [CellId(REQUESTS, row, column) for row in ("granted", "other.other") for column in COLUMNS]
    readings |= {id_: Reading("0", 0.7, "engine", (("8", 0.2),)) for id_ in doubted}
    result = checked({**readings, **but}, grid)
    return [id_ for id_, cell in result.cells.items() if cell.flagged]


COLUMNS = ("research_institution", "legal_service_organization")


def test_a_sum_proves_all_noughts_that_are_in_doubt_since_none_can_be_more() -> None:
    assert not noughts({})


def test_where_blanks_are_left_a_sum_proves_no_noughts_together() -> None:
    assert len(noughts({LATER: Reading("", 1.0, "engine")})) == 4


def test_where_blanks_are_left_a_sum_proves_not_even_one_nought() -> None:
    """A stain read as a nought in a row of blanks adds up."""
    one = CellId(REQUESTS, "granted", COLUMNS[0])
    sure = {CellId(REQUESTS, row, column): Reading("0", 0.99, "engine") for row in ("granted", "other.other")
            for column in COLUMNS}  # fmt: skip
    del sure[one]
    assert not noughts(sure)
    assert noughts({**sure, LATER: Reading("", 1.0, "engine")}) == [one]


@pytest.mark.parametrize("total", [0.7, 0.99])
def test_a_sum_proves_noughts_together_only_where_what_they_make_up_is_certain(total: float) -> None:
    grid = grid_of(PENDING)
    doubted = [PENDING, PENDING._replace(column="upheld")]
    readings = scanned(dict.fromkeys((slot.id for slot in grid.slots), 0))
    readings |= {id_: Reading("0", 0.7, "engine", (("8", 0.2),)) for id_ in doubted}
    readings[PENDING._replace(column="total")] = Reading("0", total, "engine")
    assert any(checked(readings, grid).cells[id_].flagged for id_ in doubted) is (total < 0.8)


def test_a_rival_in_the_ink_makes_a_likely_reading_one_to_be_proved() -> None:
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    rival = Reading(str(cells[GRANTED] + 5), 0.9, "engine", ((str(cells[GRANTED]), 0.08),))
    assert read_value(placed(scanned(cells) | {GRANTED: rival}, grid)[GRANTED], form()).weak
    assert checked(scanned(cells) | {GRANTED: rival}, grid).cells[GRANTED].value == cells[GRANTED]


@given(damaged())
@PROPERTY
def test_repair_breaks_no_identity_and_touches_no_native_or_certain_value(
    case: tuple[Figures, dict[CellId, Reading]],
) -> None:
    _, readings = case
    grid = grid_for(readings)
    values = values_of(readings, grid)
    before = tuple(evaluate(values, form(), grid.tables))
    settled = repair(values, before)
    held = {(r.identity, r.table, r.at) for r in before if r.holds}
    assert held <= {(r.identity, r.table, r.at) for r in settled.identities if r.holds}
    for id_, value in settled.values.items():
        if value.status is Status.REPAIRED:
            assert readings[id_].source != TEXT_LAYER
            assert not readings[id_].doubts
            assert readings[id_].confidence < 0.8 or any(share >= CONTESTED for _, share in readings[id_].alternatives)
            assert str(value.value) in dict(readings[id_].alternatives)
            assert all(r.holds for r in settled.identities if id_ in (*r.left, *r.right))
        else:
            assert value.value == values[id_].value


@given(damaged())
@PROPERTY
def test_repair_is_idempotent(case: tuple[Figures, dict[CellId, Reading]]) -> None:
    _, readings = case
    grid = grid_for(readings)
    values = values_of(readings, grid)
    once = repair(values, tuple(evaluate(values, form(), grid.tables)))
    again = repair(once.values, once.identities)
    assert again.values == once.values
    assert again.identities == once.identities


@given(damaged(), st.randoms(use_true_random=False))
@PROPERTY
def test_repair_does_not_depend_on_the_order_of_cells(
    case: tuple[Figures, dict[CellId, Reading]], order: random.Random
) -> None:
    _, readings = case
    grid = grid_for(readings)
    values = values_of(readings, grid)
    identities = list(evaluate(values, form(), grid.tables))
    once = repair(values, identities)
    shuffled = list(values.items())
    order.shuffle(shuffled)
    order.shuffle(identities)
    mixed = [
        replace(r, left=tuple(order.sample(r.left, len(r.left))), right=tuple(order.sample(r.right, len(r.right))))
        for r in identities
    ]
    assert dict(repair(dict(shuffled), mixed).values) == dict(once.values)


def test_a_likely_reading_with_a_small_rival_is_proved_or_repaired() -> None:
    """Most of what is misread with a high score has a rival of half a percent; a right reading loses nothing by it."""
    cells = figures(3, grid_of(GRANTED))
    right = str(cells[GRANTED])
    readings = scanned(cells) | {GRANTED: Reading(str(cells[GRANTED] + 6), 0.96, "engine", ((right, 0.007),))}
    assert checked(readings, grid_of(GRANTED)).cells[GRANTED].status is Status.REPAIRED
    readings[GRANTED] = Reading(right, 0.96, "engine", ((str(cells[GRANTED] + 6), 0.007),))
    assert checked(readings, grid_of(GRANTED)).cells[GRANTED].status is Status.VERIFIED


@pytest.mark.parametrize(("text", "status"), [("07", Status.REPAIRED), ("87", Status.SUSPECT)])
def test_a_single_sum_decides_against_a_reading_that_is_no_number(text: str, status: Status) -> None:
    """No number is printed 07: what of the ink could be one is as likely; 87 may be, and the sum a misprint."""
    grid = grid_of(PENDING)
    cells = figures(1, grid)
    total = PENDING._replace(column="total")
    cells[total] += 67 - cells[PENDING]
    cells[PENDING] = 67
    readings = scanned(cells) | {PENDING: Reading(text, 0.7, "engine", (("67", 0.016), ("57", 0.01)))}
    found = checked(readings, grid).cells[PENDING]
    assert found.status is status
    assert found.value == (67 if status is Status.REPAIRED else 87)


def test_injected_misreadings_are_located_and_none_is_repaired_wrongly() -> None:
    benchmark = pytest.importorskip("benchmarks.repair", reason="the source tree is needed")
    scanner = benchmark.Scanner(random.Random().randrange(10**6))
    for count in (1, 3):
        tally = benchmark.misread(scanner, 12, count)
        assert tally.counts["errors"] == 12 * count
        assert not tally.faults
        assert not tally.counts["WRONG REPAIRS"]
        assert tally.counts["repaired"] > 0.4 * tally.counts["errors"]


def set_apart(cells: Figures) -> dict[CellId, Reading]:
    """Every number as the text layer has it, with space between its digits."""
    return {id_: Reading(" ".join(str(value))) for id_, value in cells.items()}


def test_numbers_set_apart_prove_each_other_across_rows_and_columns() -> None:
    grid = grid_of(GRANTED)
    cells = {id_: value * 1_001 for id_, value in figures(1, grid).items()}
    result = checked(set_apart(cells), grid)
    assert sum(value > 0 for value in cells.values()) > 100
    assert not [cell for cell in result.cells.values() if cell.flagged]


def test_a_row_alone_does_not_prove_numbers_set_apart() -> None:
    grid = grid_of(PENDING)
    cells = {id_: (value + 1) * 1_000 for id_, value in figures(1, grid).items()}
    for equation in form().equations:
        if equation.table in grid.tables:
            cells[equation.left[0]] = sum(cells[id_] for id_ in equation.right)
    assert all(cell.flagged for cell in checked(set_apart(cells), grid).cells.values())


def test_a_publishers_error_leaves_numbers_set_apart_proved_beside_its_own_sums() -> None:
    grid = grid_of(GRANTED)
    cells = {id_: value * 1_001 for id_, value in figures(1, grid).items()}
    cells[GRANTED] += 10_000
    result = checked(set_apart(cells), grid)
    failing = {id_ for one in result.identities if one.holds is False for id_ in (*one.left, *one.right)}
    assert GRANTED in failing
    assert not [id_ for id_, cell in result.cells.items() if cell.flagged and id_ not in failing]


@pytest.mark.parametrize("caution", [THINNED, UNNAMED])
def test_sums_prove_a_scanned_column_that_only_the_page_puts_in_doubt_beside_a_weak_number(caution: str) -> None:
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    readings = scanned(cells)
    for id_ in cells:
        if id_.column == "total":
            readings[id_] = replace(readings[id_], cautions=(caution,))
    total = GRANTED._replace(column="total")
    readings |= {total: unsure(str(cells[total])), GRANTED: unsure(str(cells[GRANTED]))}
    assert {id_ for id_, cell in checked(readings, grid).cells.items() if cell.flagged} <= {total, GRANTED}


@given(seed=st.integers(0, 50), data=st.data())
@PROPERTY
def test_a_number_set_apart_that_lost_a_digit_is_never_silent(seed: int, data: st.DataObject) -> None:
    """Be the printed sums right, or one of them wrong."""
    grid = grid_of(GRANTED)
    cells = {id_: value * 1_001 for id_, value in figures(seed, grid).items()}
    if data.draw(st.booleans()):
        cells[data.draw(st.sampled_from(list(cells)))] += 10_000
    readings = set_apart(cells)
    wrong = data.draw(st.sets(st.sampled_from([id_ for id_, value in cells.items() if value]), min_size=1, max_size=4))
    for id_ in wrong:
        readings[id_] = Reading(readings[id_].text[:-2])
    result = checked(readings, grid)
    assert all(cell.flagged for id_, cell in result.cells.items() if cell.value != cells[id_])
