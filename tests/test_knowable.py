"""What the benchmark counts as unknowable: told from the print alone, and no more than nobody could know."""

from __future__ import annotations

import pytest

pytest.importorskip("reportlab", reason="random reports are drawn with reportlab (the samples extra)")
pytest.importorskip("benchmarks", reason="the source tree is needed, not the installed package alone")

from benchmarks import layouts, random_reports
from benchmarks.drafts import PROACTIVE, Draft
from benchmarks.overprinted import overprinted
from benchmarks.verdicts import Finding
from samples.draw_canvas import Placed
from samples.truth import LITIGATION, RECONSIDERATION, REQUESTS


def made(seed: int, only: str) -> Draft:
    try:
        return random_reports.make(seed, only)[0]
    except (LookupError, OSError) as error:
        pytest.skip(f"fonts to draw with: {error}")


@pytest.mark.parametrize("only", ["none", "blanks", "totals-only", "lost-rows", "published-errors", "no-rules"])
def test_all_can_be_known_where_print_says_what_it_is(only: str) -> None:
    assert not any(made(seed, only).unknowable for seed in range(1, 5))


def test_headers_without_words_leave_open_what_no_sum_covers() -> None:
    drafts = [made(seed, "nameless-headers") for seed in range(1, 9)]
    opened = [one.unknowable for one in drafts]
    assert {key[0] for keys in opened for key in keys} == {PROACTIVE}
    assert all(
        not keys or len(keys) == sum(key[0] == PROACTIVE for key in one.cells)
        for one, keys in zip(drafts, opened, strict=True)
    )


def test_without_headers_columns_that_add_nothing_are_open() -> None:
    """A row of sums, or all rows of section 三 together: each column of it must add to one of them."""
    for seed in range(1, 9):
        draft = made(seed, "no-header")
        for table in (REQUESTS, RECONSIDERATION, LITIGATION):
            cells = {key: cell.value for key, cell in draft.cells.items() if key[0] == table}
            for row in ("",) if table == REQUESTS else {key[1] for key in cells}:
                own = {key: value for key, value in cells.items() if row in {"", key[1]}}
                sums = {
                    name: sum(int(v or 0) for key, v in own.items() if key[2] == name) for name in {k[2] for k in own}
                }
                if own.keys() & draft.unknowable:
                    assert own.keys() <= draft.unknowable
                    assert 0 in sums.values()
                    assert any(sums.values())


def at(column: str, x: float, *, page: int = 1, y: float = 0.0) -> Placed:
    """A number of three digits, each 5 points wide, from x on."""
    sides = tuple((x + 5.0 * i, x + 5.0 * i + 5.0) for i in range(3))
    return Placed(page, (REQUESTS, "received", column), sides, y, 10.0)


@pytest.mark.parametrize(
    ("other", "over"),
    [
        (at("total", 13.0), True),
        (at("total", 14.5), False),  # they touch
        (at("total", 13.0, page=2), False),
        (at("total", 13.0, y=6.0), False),  # in another row
        (at("natural_person", 13.0), False),  # its own, printed twice
    ],
)
def test_numbers_are_overprinted_where_their_digits_lie_over_each_other(other: Placed, *, over: bool) -> None:
    found = overprinted([at("natural_person", 0.0), other])
    assert found == ({(REQUESTS, "received", column) for column in ("natural_person", "total")} if over else set())


@pytest.mark.parametrize(("seed", "only", "some"), [(12200004, "spread-digits", True), (1, "none", False)])
def test_a_drawn_report_tells_which_numbers_it_prints_over_others(seed: int, only: str, *, some: bool) -> None:
    assert bool(made(seed, only).overprinted) is some


def test_the_share_of_legible_cells_of_scans_leaves_out_overprinted_ones_both_right_and_lost() -> None:
    lost = tuple(Finding("wolf", (REQUESTS, "received", str(i)), "1", "1", "suspect", ()) for i in range(20))
    outcome = layouts.Outcome(1, (), 80, lost, (), overprinted=(10, 15))
    first = layouts.table([outcome], scanned=True).splitlines()[1].split()
    assert first[-2:] == ["80.00", "93.33"]
    assert layouts.table([outcome]).splitlines()[1].split() == first[:-1]
