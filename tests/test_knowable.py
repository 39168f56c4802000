"""What the benchmark counts as unknowable: told from the print alone, and no more than nobody could know."""

from __future__ import annotations

import pytest

pytest.importorskip("reportlab", reason="random reports are drawn with reportlab (the samples extra)")
pytest.importorskip("benchmarks", reason="the source tree is needed, not the installed package alone")

from benchmarks import random_reports
from benchmarks.drafts import PROACTIVE, Draft
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
