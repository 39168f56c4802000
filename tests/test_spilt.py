"""Numbers that run over into the next cell: whose digits they are is told by a sum along the row, or not at all."""

from __future__ import annotations

from decimal import Decimal

from adding_up import GRANTED, REQUESTS, checked, figures, grid_of
from hypothesis import assume, given
from hypothesis import strategies as st

from extract.check.spilt import told_apart
from extract.check.values import Value
from extract.model import CROSSES, TEXT_LAYER, CellId, IdentityResult, Reading, Status

COLUMNS = ("natural_person", "commercial_enterprise", "research_institution", "other_organization", "total")
IDS = [CellId(REQUESTS, "granted", column) for column in COLUMNS]


def row(texts: list[str], spilt: set[int]) -> tuple[dict[CellId, Value], IdentityResult]:
    """The values of a row of parts and their total, some of them spilt, and the sum, which may hold."""
    values = {
        id_: Value(
            Decimal(text) if text else None,
            Status.SUSPECT if i in spilt else Status.READ if text else Status.BLANK,
            0.5,
            weak=i in spilt,
            wrapped=i in spilt,
            spilt=i in spilt,
            text=text,
        )
        for i, (id_, text) in enumerate(zip(IDS, texts, strict=True))
    }
    *parts, total = (int(text or 0) for text in texts)
    sums = Decimal(total), Decimal(sum(parts))
    holds = sums[0] == sums[1]
    verdict = "holds" if holds else "undecided"
    return values, IdentityResult("applicants", REQUESTS, "granted", (IDS[-1],), tuple(IDS[:-1]), *sums, holds, verdict)


def told(texts: list[str], spilt: set[int]) -> set[int]:
    values, result = row(texts, spilt)
    assert result.holds
    return {IDS.index(id_) for id_ in told_apart(values, [result])}


def test_a_sum_that_holds_in_one_way_tells_whose_the_digits_are() -> None:
    assert told(["40", "17", "0", "2", "59"], {0, 1, 4}) == {0, 1, 4}


def test_digits_that_add_up_elsewhere_too_stay_in_doubt() -> None:
    assert not told(["11", "0", "3", "2", "16"], {0, 1}), "1 and 10 make as much"
    assert not told(["5", "", "3", "2", "10"], {0, 1}), "the number may be of the cell beside it"
    assert not told(["12", "1", "3", "0", "16"], {0, 1, 2}), "1, 2 and 13 make as much"


def test_a_member_in_doubt_for_another_reason_proves_nothing() -> None:
    values, result = row(["40", "17", "0", "2", "59"], {0, 1})
    values[IDS[3]] = Value(Decimal(2), Status.SUSPECT, 0.5, ("another extractor reads '3'",))
    assert not told_apart(values, [result])


@given(st.lists(st.integers(0, 3000), min_size=4, max_size=4), st.data())
def test_digits_that_were_given_to_the_wrong_cell_are_never_proved(parts: list[int], data: st.DataObject) -> None:
    true = [*map(str, parts), str(sum(parts))]
    start = data.draw(st.integers(0, 3))
    stop = data.draw(st.integers(start + 1, 4)) + 1
    digits = "".join(true[start:stop])
    cuts = sorted(data.draw(st.integers(0, len(digits))) for _ in range(stop - start - 1))
    read = [digits[a:b] for a, b in zip([0, *cuts], [*cuts, len(digits)], strict=True)]
    texts = [*true[:start], *read, *true[stop:]]
    assume(texts != true)
    values, result = row(texts, set(range(start, stop)))
    if result.holds:
        assert not told_apart(values, [result])


def test_a_row_whose_numbers_run_over_is_read_though_its_columns_fail() -> None:
    """The numbers that make these fail run over, too, and lost a digit."""
    grid = grid_of(GRANTED)
    cells = figures(1, grid)
    crossing = {id_ for id_ in cells if id_.row in {"granted", "processed_total", "received"}}
    readings = {
        id_: Reading(str(value), 1.0, TEXT_LAYER, cautions=(CROSSES,) if id_ in crossing else ())
        for id_, value in cells.items()
    }
    for id_ in crossing:
        if id_.row != "granted":
            readings[id_] = Reading(str(cells[id_])[1:] or "0", 1.0, TEXT_LAYER, cautions=(CROSSES,))
    result = checked(readings, grid)
    flagged = {id_.row for id_, cell in result.cells.items() if cell.flagged}
    assert flagged == {"processed_total", "received"}
