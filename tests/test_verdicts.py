"""Verdicts: which cells a failing sum puts in doubt, which doubted cells beside them clear, and who is accused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from adding_up import (
    GRANTED,
    PENDING,
    PROPERTY,
    REQUESTS,
    Figures,
    checked,
    figures,
    form,
    grid_of,
    named,
    placed,
    scanned,
    unsure,
)
from hypothesis import given
from hypothesis import strategies as st

from extract.align import Alignment
from extract.check import check
from extract.model import FLAGGED, CellId, Reading, Status


def test_one_cell_in_doubt_does_not_flag_those_beside_it() -> None:
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    readings = scanned(cells) | {GRANTED: unsure(str(cells[GRANTED] + 5))}
    result = checked(readings, grid)
    assert [id_ for id_, cell in result.cells.items() if cell.flagged] == [GRANTED]
    failing = {id_ for r in result.identities if r.holds is False for id_ in (*r.left, *r.right)}
    beside = [result.cells[id_] for id_ in failing - {GRANTED}]
    assert {cell.status for cell in beside} == {Status.READ}, "verified is kept for cells whose identities all hold"


def test_a_sum_that_holds_in_no_column_is_not_laid_to_the_publisher() -> None:
    """Rows left out of the table may be the reason, and its edition another."""
    grid = form().grid("requests")
    cells = figures(3, grid)
    columns = dict.fromkeys(id_.column for id_ in cells)
    wrong = [CellId(REQUESTS, "granted", column) for column in columns]
    for count in (1, len(columns) - 1):
        own = cells | {id_: cells[id_] + 7 for id_ in wrong[:count]} | {wrong[-1]: cells[wrong[-1]] + 7 * count}
        native = {id_: Reading(str(value)) for id_, value in own.items()}
        verdicts = {v for name, v in named(checked(native, grid).identities).items() if name.startswith("processed:")}
        assert verdicts == ({"published"} if count == 1 else {"undecided"})


@pytest.mark.parametrize("lost", [(1000, 1000), (1000, 70)])
def test_two_cells_in_doubt_that_sums_tell_one_by_one_flag_no_other(lost: tuple[int, int]) -> None:
    """The totals of two rows, in one balance; alike in what they lost they keep it."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    totals = [CellId(REQUESTS, row, "total") for row in ("received", "processed_total")]
    readings = scanned(cells) | {id_: unsure(str(cells[id_] - less)) for id_, less in zip(totals, lost, strict=True)}
    result = checked(readings, grid)
    assert [id_ for id_, cell in result.cells.items() if cell.flagged] == totals


def smudged(cells: Figures, row: str) -> dict[CellId, Reading]:
    """Readings of a scan on which a row is in doubt, its first three numbers too large."""
    own = [id_ for id_ in cells if id_.row == row]
    return scanned(cells) | {id_: unsure(str(cells[id_] + (100 if i < 3 else 0))) for i, id_ in enumerate(own)}


def test_a_row_in_doubt_flags_no_other() -> None:
    """Which of its numbers are wrong, and by how much, nobody knows; that it is they is plain."""
    grid = grid_of(GRANTED)
    result = checked(smudged(figures(1, grid), "granted"), grid)
    assert sum(one.holds is False for one in result.identities) == 4
    assert {id_.row for id_, cell in result.cells.items() if cell.flagged} == {"granted"}


def test_a_row_in_doubt_flags_no_other_where_one_of_its_numbers_is_illegible() -> None:
    grid = grid_of(GRANTED)
    readings = smudged(figures(1, grid), "granted")
    readings[GRANTED._replace(column="total")] = Reading("?!", 0.3, "engine")
    result = checked(readings, grid)
    assert [one.at for one in result.identities if one.holds is None] == ["total", "granted"]
    assert {id_.row for id_, cell in result.cells.items() if cell.flagged} == {"granted"}


def test_a_row_that_may_be_another_flags_no_other_though_its_own_sum_holds() -> None:
    """It is one that is printed twice: all of its numbers are wrong together, and the sums of the columns with them."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    doubt = ("another row with this label has other values",)
    copied = {id_: cells[id_._replace(row="partially_granted")] for id_ in cells if id_.row == "granted"}
    readings = scanned(cells) | {id_: Reading(str(n), 0.99, "engine", doubts=doubt) for id_, n in copied.items()}
    totals = {id_ for id_ in cells if id_.row == "processed_total"}
    readings |= {id_: unsure(str(cells[id_] + 3)) for id_ in totals}
    result = checked(readings, grid)
    assert all(result.cells[id_].flagged for id_ in copied)
    assert {id_.row for id_, cell in result.cells.items() if cell.flagged} == {"granted", "processed_total"}


def test_a_row_in_doubt_clears_nothing_where_no_numbers_of_its_own_account_for_the_sums() -> None:
    """Two numbers of another row went to each other's cell, and differ by more than the row in doubt has there."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    row = [id_ for id_ in cells if id_.row == "not_processed.petition" and id_.column != "total"]
    one, other = min(row, key=cells.__getitem__), max(row, key=cells.__getitem__)
    result = checked(smudged({**cells, one: cells[other], other: cells[one]}, "granted"), grid)
    assert result.cells[one].flagged
    assert result.cells[other].flagged


def test_cells_in_doubt_that_only_one_failing_sum_covers_clear_nothing() -> None:
    """Their rows hold with them: so it is not they that make the column fail."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    wrong = {GRANTED: cells[GRANTED] + 5, GRANTED._replace(column="total"): cells[GRANTED._replace(column="total")] + 5}
    doubted = [id_ for id_ in cells if id_.row == "partially_granted"]
    readings = scanned({**cells, **wrong}) | {id_: unsure(str(cells[id_])) for id_ in doubted}
    result = checked(readings, grid)
    assert all(result.cells[id_].flagged for id_ in wrong)


def test_nobody_is_accused_of_a_number_that_may_be_two_rows() -> None:
    grid = grid_of(PENDING)
    cells = figures(5, grid)
    readings = {id_: Reading(str(value)) for id_, value in cells.items()}
    readings[PENDING] = Reading(f"{cells[PENDING]}\n18")
    result = checked(readings, grid)
    assert set(named(result.identities).values()) == {"undecided"}
    assert result.cells[PENDING].flagged


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize(
    "cell", [CellId(REQUESTS, "granted", "total"), CellId(REQUESTS, "processed_total", "natural_person"), PENDING]
)
def test_a_wrong_published_number_is_the_publishers_and_stays(cell: CellId, *, native: bool) -> None:
    grid = grid_of(cell)
    cells = figures(5, grid)
    cells[cell] += 3
    readings = {id_: Reading(str(value)) for id_, value in cells.items()} if native else scanned(cells)
    result = checked(readings, grid)
    assert {id_: found.value for id_, found in result.cells.items()} == {id_: Decimal(v) for id_, v in cells.items()}
    assert set(named(result.identities).values()) == {"published"}
    failing = [r for r in result.identities if r.holds is False]
    assert all(r.evidence.startswith("every reading is certain") for r in failing)
    if cell.table == REQUESTS:
        assert all(r.located == (cell,) for r in failing)
    assert all(result.cells[id_].flagged for r in failing for id_ in (*r.left, *r.right))


def test_nobody_is_accused_of_a_row_of_which_cells_are_missing() -> None:
    """Its numbers may stand one column beside their own."""
    grid = grid_of(PENDING)
    cells = figures(5, grid)
    cells[PENDING] += 7
    found = placed(scanned(cells), grid)
    lost = next(id_ for id_ in reversed(found) if id_.table != PENDING.table)
    lacking = {id_: one for id_, one in found.items() if id_ != lost}
    verdicts = [
        {result.verdict for result in check(Alignment(form(), grid, (), some, 1.0)).identities if result.holds is False}
        for some in (found, lacking)
    ]
    assert verdicts == [{"published"}, {"undecided"}]


@given(st.integers(0, 10_000), st.data())
@PROPERTY
def test_numbers_moved_to_another_place_are_never_cleared(seed: int, data: st.DataObject) -> None:
    """Certain readings in the wrong cells, as of a shifted row or column, beside one that is in doubt."""
    grid = form().grid("requests")
    cells = figures(seed, grid)
    rows = list(dict.fromkeys(id_.row for id_ in cells))
    columns = list(dict.fromkeys(id_.column for id_ in cells))
    one, other = data.draw(st.lists(st.sampled_from(rows), min_size=2, max_size=2, unique=True))
    kept = data.draw(st.integers(0, 5))
    read = dict(cells)
    if data.draw(st.booleans()):  # two rows exchanged, in some columns
        for column in columns[kept:]:
            a, b = CellId(REQUESTS, one, column), CellId(REQUESTS, other, column)
            read[a], read[b] = cells[b], cells[a]
    else:  # one row moved to the side
        for to, column in zip(columns[kept + 1 :], columns[kept:], strict=False):
            read[CellId(REQUESTS, one, to)] = cells[CellId(REQUESTS, one, column)]
    readings = scanned(read)
    doubted = data.draw(st.sampled_from(list(cells)))
    readings[doubted] = unsure(str(read[doubted]), (str(cells[doubted]), 0.2))
    result = checked(readings, grid)
    before = {id_ for r in result.identities if r.holds is False for id_ in (*r.left, *r.right)}
    for id_ in before:
        cell = result.cells[id_]
        assert cell.value == cells[id_] or cell.status in FLAGGED, cell


def test_nobody_is_accused_of_a_sum_in_a_table_that_is_hardly_legible() -> None:
    """A number whose last digit faded, read as surely as the others of its row and column."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    readings = scanned(cells)
    total = CellId(REQUESTS, "received", "natural_person")
    readings[total] = Reading(str(cells[total])[:-1], 0.99, "engine")
    assert "published" in named(checked(readings, grid).identities).values()
    for id_ in cells:
        if id_.row != "received" and id_.column != "natural_person":
            readings[id_] = unsure(readings[id_].text)
    assert set(named(checked(readings, grid).identities).values()) == {"undecided"}
