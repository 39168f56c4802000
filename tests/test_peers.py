"""How peers are judged (benchmarks/peers.py): as favourably as can be, and never better than right."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.peer_cases import Case, sample_cases
from benchmarks.peer_readers import _lined, _rows
from benchmarks.peer_scores import COLUMNS, Score, judged, overlap, plain, scored
from benchmarks.peers import chart, rows_of, section, with_section

ROW = st.tuples(*[st.integers(0, 30).map(str)] * COLUMNS)
ROWS = st.lists(ROW, max_size=8)


@given(ROWS, st.data())
def test_rows_among_others_and_behind_labels_count_in_full(rows: list[tuple[str, ...]], data: st.DataObject) -> None:
    noise = st.lists(st.lists(st.text("字abc", max_size=3), max_size=12), max_size=2)
    table = [other for row in rows for other in (*data.draw(noise), ["三、", "label", *row])]
    assert overlap(rows, [table]) == len(rows) * COLUMNS


@given(ROWS, st.lists(st.lists(st.text("0123 ,", max_size=3), max_size=10), max_size=10))
def test_no_more_cells_are_right_than_are_printed(rows: list[tuple[str, ...]], table: list[list[str]]) -> None:
    assert 0 <= overlap(rows, [table]) <= len(rows) * COLUMNS


@given(ROW, ROW)
def test_order_counts(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    in_place = sum(a == b for a, b in zip(one, other, strict=True))
    assert overlap([one, other], [[other, one]]) == max(COLUMNS, 2 * in_place)


def test_separators_and_marks_for_nothing_are_no_errors() -> None:
    assert plain(" 1,2\n34 ") == "1234"
    assert [plain(mark) for mark in ("-", "—", "/", "无", "")] == [""] * 5
    assert plain("-3") == "-3"


def test_ours_counts_at_its_own_place_only() -> None:
    case = Case(Path("a.pdf"), "samples", 1, {("granted", "total"): "7", ("received", "total"): ""})
    cells = [["granted", "total", "7", False], ["received", "total", "7", False], ["gone", "total", "1", True]]
    one = judged(case, {"cells": cells, "tables": [], "seconds": 1.0, "megabytes": 1.0, "error": ""})
    assert (one["right"], one["silent"]) == (1, 1)
    score = scored([case], [one])
    assert (score.right, score.silent, score.cells, score.found) == (1, 1, 2, 1)


def test_cases_hold_what_is_printed() -> None:
    (city,) = sample_cases(["city.pdf"], "samples")
    assert (len(city.rows), {len(row) for row in city.rows}, city.pages) == (25, {COLUMNS}, 3)
    assert city.rows[0][-1] == "10604"


def test_texts_on_one_height_are_a_line_and_html_becomes_rows() -> None:
    def box(x: float, y: float) -> list[tuple[float, float]]:
        return [(x, y), (x + 9, y), (x + 9, y + 10), (x, y + 10)]

    assert _lined([box(50, 3), box(0, 0), box(0, 30)], ["b", "a", "c"]) == [["a", "b"], ["c"]]
    assert _rows("<table><tr><td colspan=2>x</td><td>1</td></tr><tr><td>y</td></tr></table>") == [["", "x", "1"], ["y"]]


def test_a_section_takes_the_place_of_the_one_before() -> None:
    case = Case(Path("a.pdf"), "samples", 1, {("granted", "total"): "7"})
    scores = {"gongkai": Score(1, 2, 1, 10, 10, seconds=1.0, megabytes=80), "other": "cannot be installed: no network"}
    rows = rows_of(scores)
    other = replace(case, kind="scans")
    page = with_section(with_section("# Said by hand\n", section([case], rows)), section([other], rows))
    assert "| other | cannot be installed: no network |" in page
    again = with_section(page, section([case], [["gongkai", "1 of 1", "50.00", "", "", "", ""]]))
    assert again.startswith("# Said by hand\n")
    assert (again.count("## Samples"), again.count("## Scans")) == (1, 1)
    assert ("100.0 %" in chart(page), chart(again).count("50.0 %"), chart(again).count("100.0 %")) == (True, 1, 1)
