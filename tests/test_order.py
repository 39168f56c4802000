"""Tables without a header: the form's columns are believed only where the sums leave no other set of columns."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import extract
from extract import layout
from extract.align import ASIDE, UNNAMED, align
from extract.check import Checked, check
from extract.check.order import REPLACED, UNTOLD
from extract.model import BBox, CellId, Grid, GridCell, Reading, Report, Status

FORM = layout.shipped()[0]
REQUESTS = FORM.grid("requests")
KEYS = REQUESTS.keys
PLACES = len(KEYS[0].slots)
NAMES = [path[-1].label or "" for path in KEYS[0].block.column_paths]

Column = list[str]

PROPERTY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def grid(page: int, lines: list[list[str]], edges: Sequence[float]) -> Grid:
    """A ruled grid of these lines, its rows 12 points high, between these edges of columns."""
    rows = tuple(12.0 * row for row in range(len(lines) + 1))
    cells = [
        GridCell(row, i, 1, 1, BBox(edges[i], rows[row], edges[i + 1], rows[row + 1]), Reading(text))
        for row, line in enumerate(lines)
        for i, text in enumerate(line)
    ]
    return Grid(page, "test", BBox(edges[0], 0, edges[-1], rows[-1]), rows, tuple(edges), tuple(cells))


def table(columns: list[Column]) -> list[list[str]]:
    """Its rows: the labels of section 三, each with the values of these columns."""
    return [[key.path[-1].label or "", *(values[row] for values in columns)] for row, key in enumerate(KEYS)]


def read(columns: list[Column], header: Sequence[str] = ()) -> Checked:
    """A table of section 三 with its labels, these columns of values, and no header or this one."""
    lines = [["", *header], *table(columns)] if header else table(columns)
    return check(align([grid(1, lines, [60.0 * i for i in range(len(lines[0]) + 1)])], FORM, REQUESTS))


def read_over(printed: list[Column], below: list[Column], edges: Sequence[float], rows: int = 0) -> Checked:
    """The same on two pages: a header and the first rows of the form's columns, and below it these between edges."""
    above = grid(1, [["", *NAMES], *table(printed)[:rows]], [60.0 * i for i in range(PLACES + 2)])
    return check(align([above, grid(2, table(below)[rows:], [0.0, *edges])], FORM, REQUESTS))


def columns(zeros: int) -> st.SearchStrategy[list[Column]]:
    """The form's columns, the last one the sum of the others; of the numbers one in `zeros` is above nought."""
    number = st.sampled_from([0] * (zeros - 1) + [None]).flatmap(
        lambda zero: st.just(0) if zero == 0 else st.integers(1, 30)
    )
    column = st.lists(number, min_size=len(KEYS), max_size=len(KEYS))
    return st.lists(column, min_size=PLACES - 1, max_size=PLACES - 1).map(
        lambda parts: [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    )


def silent(printed: list[Column], result: Checked) -> list[CellId]:
    """Cells whose column is not in doubt although the form's says something else; other sums may well doubt them."""
    wanted = {
        slot.id: values[row] for row, key in enumerate(KEYS) for slot, values in zip(key.slots, printed, strict=True)
    }
    believed = [
        cell for cell in result.cells.values() if cell.status is not Status.MISSING and UNTOLD not in cell.reasons
    ]
    return [cell.id for cell in believed if str(cell.value or 0) != wanted[cell.id]]


def told(result: Checked) -> bool:
    return not any(UNTOLD in cell.reasons for cell in result.cells.values())


def test_full_columns_that_add_up_are_the_forms() -> None:
    parts = [[row * 7 + column * 3 + 1 for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    assert told(read(printed))
    assert not silent(printed, read(printed))


@pytest.mark.parametrize(
    "header", [[path[-1].label or "" for path in KEYS[0].block.column_paths][::-1], ["甲"] * PLACES]
)
def test_a_header_that_says_something_else_is_not_overruled(header: list[str]) -> None:
    parts = [[row * 7 + column * 3 + 1 for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    assert all(cell.flagged for cell in read(printed, header).cells.values())


@pytest.mark.parametrize("misread", [[0], [2], [PLACES - 1], [0, PLACES - 1]])
def test_a_column_whose_header_is_misread_is_told_by_sums_that_hold(misread: list[int]) -> None:
    parts = [[row * 7 + column * 3 + 1 for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    header = ["甲乙" if i in misread else name for i, name in enumerate(NAMES)]
    told = read(printed, header)
    assert not [id_ for id_, cell in told.cells.items() if UNNAMED in cell.reasons]
    printed[misread[0]] = ["0"] * len(KEYS)  # of nothing but noughts, one may be put in and another lost
    assert any({UNNAMED, REPLACED} & {*cell.reasons} for cell in read(printed, header).cells.values())


@pytest.mark.parametrize("own", [[str(row % 4) for row in range(len(KEYS))], ["", "含信函"] * len(KEYS)])
def test_a_publishers_column_in_the_place_of_one_left_out_is_none_of_the_forms(own: list[str]) -> None:
    parts = [[row * 7 + column * 3 + 1 for row in range(len(KEYS))] for column in range(PLACES - 1)]
    result = read([*([str(n) for n in part] for part in parts), own], [*NAMES[:-1], "备注"])
    totals = [cell for cell in result.cells.values() if cell.id.column == KEYS[0].slots[-1].id.column]
    assert {cell.status for cell in totals} == {Status.MISSING}
    assert all(REPLACED in cell.reasons for cell in totals)


@given(
    printed=st.one_of(columns(2), columns(4), columns(12)),
    lost=st.integers(0, PLACES - 1),
    at=st.integers(0, PLACES - 1),
    nameless=st.integers(0, PLACES - 1),
    data=st.data(),
)
@PROPERTY
def test_a_column_lost_and_another_of_some_name_put_in_are_never_silent(
    printed: list[Column], lost: int, at: int, nameless: int, data: st.DataObject
) -> None:
    figures = st.integers(0, 30).map(str)
    own = data.draw(st.one_of(st.just(["0"] * len(KEYS)), st.lists(figures, min_size=len(KEYS), max_size=len(KEYS))))
    if data.draw(st.booleans()):
        printed = [*printed]
        printed[lost] = ["0"] * len(KEYS)
        if lost < PLACES - 1:
            printed[-1] = [str(sum(map(int, row))) for row in zip(*printed[:-1], strict=True)]
    assume(own != printed[lost])
    left = [(name, values) for i, (name, values) in enumerate(zip(NAMES, printed, strict=True)) if i != lost]
    left.insert(at, ("甲乙", own))
    header = ["" if i == nameless else name for i, (name, _) in enumerate(left)]
    result = read([values for _, values in left], header)
    doubted = {id_ for id_, cell in result.cells.items() if cell.flagged}
    assert not [id_ for id_ in silent(printed, result) if id_ not in doubted]


ASKEW = (60.0, 80.0, 180.0, 200.0, 300.0, 320.0, 420.0, 480.0)
"""Edges of columns of which some stand beside the middles of their headers."""


@pytest.mark.parametrize("noughts", [0, 5])
def test_columns_elsewhere_than_their_headers_are_told_by_sums_that_hold(noughts: int) -> None:
    parts = [[(row + column + 1) * (column >= noughts) for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    assert not [id_ for id_, cell in read_over(printed, printed, ASKEW).cells.items() if ASIDE in cell.reasons]
    wrong = [*printed[:-1], [str(int(total) + 1) for total in printed[-1]]]
    assert all(ASIDE in cell.reasons for cell in read_over(printed, wrong, ASKEW).cells.values())


@pytest.mark.parametrize(("rows", "told"), [(2, False), (3, True)])
def test_one_row_or_two_may_add_up_by_chance(rows: int, *, told: bool) -> None:
    parts = [[(row + column + 1) * (row < rows) for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    doubted = [id_ for id_, cell in read_over(printed, printed, ASKEW).cells.items() if ASIDE in cell.reasons]
    assert (not doubted) is told


@given(
    printed=st.one_of(columns(2), columns(4), columns(12)),
    lost=st.integers(0, PLACES - 1),
    at=st.integers(0, PLACES - 1),
    widths=st.lists(st.integers(20, 90), min_size=PLACES + 1, max_size=PLACES + 1),
    data=st.data(),
)
@PROPERTY
def test_a_column_lost_and_another_put_in_below_the_header_are_never_silent(
    printed: list[Column], lost: int, at: int, widths: list[int], data: st.DataObject
) -> None:
    own = data.draw(
        st.lists(st.integers(1000, 1030).map(str), min_size=len(KEYS), max_size=len(KEYS))
    )  # adds nothing up
    rows = data.draw(st.sampled_from([0, 3]))
    below = [values for i, values in enumerate(printed) if i != lost]
    below.insert(at, own)
    edges = [sum(widths[: i + 1]) for i in range(PLACES + 1)]
    result = read_over(printed, below, [20.0 + edge for edge in edges], rows)
    doubted = {id_ for id_, cell in result.cells.items() if cell.flagged}
    assert not [id_ for id_ in silent(printed, result) if id_ not in doubted]


@pytest.mark.parametrize(("wrong", "sure"), [(2, True), (len(KEYS) // 2, False)])
def test_a_few_rows_that_were_added_up_wrongly_leave_the_columns_told(wrong: int, *, sure: bool) -> None:
    parts = [[row * 7 + column * 3 + 1 for row in range(len(KEYS))] for column in range(PLACES - 1)]
    totals = [sum(row) + (i < wrong) for i, row in enumerate(zip(*parts, strict=True))]
    assert told(read([[str(n) for n in part] for part in (*parts, totals)])) is sure


def test_rows_none_of_which_adds_up_put_all_in_doubt() -> None:
    printed = [[str(row + column + 1) for row in range(len(KEYS))] for column in range(PLACES)]
    assert all(UNTOLD in cell.reasons for cell in read(printed).cells.values())


@pytest.mark.parametrize("mark", ["0", ""])
def test_nought_in_every_column_is_nought_but_a_blank_may_be_anything(mark: str) -> None:
    assert told(read([[mark] * len(KEYS)] * PLACES)) is (mark == "0")


@given(printed=columns(3), data=st.data())
@PROPERTY
def test_the_sum_in_another_place_is_never_silent(printed: list[Column], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, PLACES - 2))
    moved = printed[:-1]
    moved.insert(at, printed[-1])
    assert not silent(printed, read(moved))


@given(
    printed=st.one_of(columns(2), columns(4), columns(12)),
    lost=st.integers(0, PLACES - 1),
    at=st.integers(0, PLACES - 1),
    data=st.data(),
)
@PROPERTY
def test_a_column_lost_and_another_put_in_are_never_silent(
    printed: list[Column], lost: int, at: int, data: st.DataObject
) -> None:
    empty = data.draw(st.sampled_from(["", "0", "-"]))
    figures = st.one_of(st.just(empty), st.integers(0, 30).map(str))
    own = data.draw(st.one_of(st.just([empty] * len(KEYS)), st.lists(figures, min_size=len(KEYS), max_size=len(KEYS))))
    if data.draw(st.booleans()):
        printed = [*printed]
        printed[lost] = ["0"] * len(KEYS)  # what nobody misses in a sum is lost the easiest
        if lost < PLACES - 1:
            printed[-1] = [str(sum(map(int, row))) for row in zip(*printed[:-1], strict=True)]
    assume(own != printed[lost])
    left = [column for i, column in enumerate(printed) if i != lost]
    left.insert(at, own)
    assert not silent(printed, read(left))


def section(values: list[str], heading: str) -> bytes:
    """A page with the start of section 三, and after it a heading over one ruled row of these values."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.setFont("STSong-Light", 9)
    canvas.drawString(60, 815, REQUESTS.headings[0])
    texts = [column[-1].label or "" for column in KEYS[0].block.column_paths]
    lines = [["", *texts], *([key.path[-1].label or "", *["0"] * PLACES] for key in KEYS)]
    edges = [60.0, 240.0, *(240.0 + 42 * i for i in range(1, PLACES + 1))]
    canvas.grid(edges, [800 - 20 * i for i in range(len(lines) + 1)])
    for i, line in enumerate(lines):
        for x, text in zip(edges, line, strict=False):
            canvas.drawString(x + 2, 787 - 20 * i, text)
    canvas.drawString(60, 250, heading)
    width = 480 / len(values)
    canvas.grid([60 + width * i for i in range(len(values) + 1)], [200, 230])
    for i, text in enumerate(values):
        canvas.drawCentredString(60 + width * (i + 0.5), 211, text)
    canvas.save()
    return file.getvalue()


HEADING = FORM.grid("review").headings[0]


def test_section_four_without_a_header_is_told_by_its_heading(tmp_path: Path) -> None:
    values = ["1", "2", "3", "4", "10", *["0"] * 5, "7", "0", "0", "0", "7"]
    report = _report(section(values, HEADING), tmp_path)
    ids = [slot.id for slot in FORM.grid("review").slots]
    cells = {cell.id: cell for cell in report.cells}
    assert [str(cells[id_].value) for id_ in ids] == values
    assert not any(cells[id_].flagged for id_ in ids)


@pytest.mark.parametrize("count", [14, 16])
def test_another_row_of_values_under_the_heading_is_not_section_four(count: int, tmp_path: Path) -> None:
    report = _report(section(["0"] * count, HEADING), tmp_path)
    assert not report["administrative_litigation"].found
    assert not _report(section(["0"] * 15, "五、存在的主要问题及改进情况"), tmp_path)["administrative_litigation"].found


def _report(pdf: bytes, folder: Path) -> Report:
    path = folder / "section.pdf"
    path.write_bytes(pdf)
    return extract.read(path)


@pytest.mark.parametrize(("own", "is_told"), [("含信函", True), ("0", False)])
def test_a_column_of_words_is_none_of_the_forms(own: str, *, is_told: bool) -> None:
    printed = [["0"] * len(KEYS)] * PLACES
    result = read([*printed, [own] * len(KEYS)])
    assert all(cell.status is not Status.MISSING for cell in result.cells.values()) is is_told


def own_column() -> st.SearchStrategy[Column]:
    """A publisher's own: numbers, noughts, blanks or words."""
    text = st.sampled_from(["", "0", "1", "7", "30", "含信函"])
    return st.one_of(st.lists(text, min_size=len(KEYS), max_size=len(KEYS)), st.just([""] * len(KEYS)))


@settings(PROPERTY, max_examples=60)
@given(printed=columns(3), own=own_column(), at=st.integers(0, PLACES))
def test_a_column_of_the_publishers_own_is_told_by_the_sums_or_all_are_doubted(
    printed: list[Column], own: Column, at: int
) -> None:
    assert not silent(printed, read([*printed[:at], own, *printed[at:]]))


@settings(PROPERTY, max_examples=60)
@given(printed=columns(3), own=st.tuples(own_column(), own_column()), lost=st.integers(0, PLACES - 1))
def test_two_columns_of_the_publishers_own_are_no_lost_one(
    printed: list[Column], own: tuple[Column, Column], lost: int
) -> None:
    assume(any(value != "0" for value in printed[lost]))
    rest = [*printed[:lost], *printed[lost + 1 :]]
    assert not silent(printed, read([*rest, *own]))
    assert not silent(printed, read([own[0], *rest, own[1]]))


@pytest.mark.parametrize("at", [0, 3, PLACES])
def test_a_column_that_adds_nothing_up_is_none_of_the_forms_wherever_it_stands(at: int) -> None:
    parts = [[row * 7 + column * 3 + 1 for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    found = read([*printed[:at], ["含信函", "", *"9" * (len(KEYS) - 2)], *printed[at:]])
    assert told(found)
    assert all(cell.status is not Status.MISSING for cell in found.cells.values())
    assert not silent(printed, found)


def test_columns_of_noughts_without_a_header_are_told_where_none_is_blank() -> None:
    parts = [[(row + 1) * (column % 2) for row in range(len(KEYS))] for column in range(PLACES - 1)]
    printed = [[str(n) for n in part] for part in (*parts, [sum(row) for row in zip(*parts, strict=True)])]
    assert told(read(printed))
    printed[2][4] = ""
    assert not told(read(printed))


@pytest.mark.parametrize(
    ("values", "flagged"),
    [
        ("4 2 0 0 6 0 4 0 5 9 2 5 2 0 9", 0),
        ("7 0 0 0 7 0 0 0 0 0 3 0 0 0 3", 10),
        ("4 2 0 0 6 0 4 0 5 8 2 5 2 0 9", 15),
    ],
)
def test_a_row_without_a_header_is_told_by_three_sums_that_hold(values: str, flagged: int, tmp_path: Path) -> None:
    report = _report(section(values.split(), HEADING), tmp_path)
    ids = {slot.id for slot in FORM.grid("review").slots}
    assert sum(cell.flagged for cell in report.cells if cell.id in ids) == flagged
