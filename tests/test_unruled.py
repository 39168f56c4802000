"""Tables that white space parts, wholly or in part: which headers, figures and pages prove what stands where."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extract
from extract.align import align
from extract.align.lines import Line
from extract.align.printed import Interval
from extract.align.tree import is_the_forms
from extract.grids.unruled.headed import with_headers
from extract.grids.unruled.pieces import with_remarks
from extract.grids.unruled.sides import columns_of, wide_columns
from extract.layout import shipped
from extract.model import BBox, Grid, GridCell, Reading, Report, Word

if TYPE_CHECKING:
    from benchmarks.drafts import Draft

FORM = shipped()[0]
WIDTH, HIGH = 30.0, 12.0


def grid(rows: Sequence[Sequence[str]], at: dict[str, float] | None = None, *, top: float = 0.0) -> Grid:
    """A grid of cells 60 x 20 points of these texts, in the middle of their cells or, by text, so far off it."""
    cells = []
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            box = BBox(60.0 * c, top + 20.0 * r, 60.0 * c + 60, top + 20.0 * r + 20)
            middle, half = box.x0 + 30 + (at or {}).get(text, 0.0), len(text) * (2.5 if text.isascii() else 4.5)
            ink = BBox(middle - half, box.top + 5, middle + half, box.top + 14) if text else None
            cells.append(GridCell(r, c, 1, 1, box, Reading(text), ink))
    rows_at = tuple(top + 20.0 * r for r in range(len(rows) + 1))
    columns = tuple(60.0 * c for c in range(len(rows[0]) + 1))
    box = BBox(0, rows_at[0], columns[-1], rows_at[-1])
    return Grid(1, "test", box, rows_at, columns, tuple(cells), parted=False)


HEADED = [["", "制发", "废止", "有效"], ["规章", "11", "22", "33"], ["文件", "", "44", ""]]


def headed(*grids: Grid) -> list[bool]:
    return [one.headed for one in with_headers(grids)]


def test_figures_under_headers_are_headed_whatever_is_blank() -> None:
    assert headed(grid(HEADED)) == [True]
    assert headed(grid(HEADED[1:])) == [False]
    assert headed(grid([["", "制发", "", "有效"], *HEADED[1:]])) == [False]


def test_ink_that_nobody_could_read_leaves_headers_open_only_beside_figures() -> None:
    """On scans, pieces of headers that run together are read as nothing."""

    def blot(fragment: Grid, row: int) -> Grid:
        cells = (
            replace(cell, ink=cell.bbox) if (cell.row, cell.text) == (row, "") else cell for cell in fragment.cells
        )
        return replace(fragment, cells=tuple(cells))

    assert headed(blot(grid([["", "件数", "", ""], *HEADED]), 0)) == [True]
    assert headed(blot(grid(HEADED), 2)) == [False]


def test_wrapped_numbers_are_under_headers_like_others_and_are_none() -> None:
    wrapped = [HEADED[0], ["规章", "13\n7", "0", "1,204\n1"], *HEADED[1:]]
    assert headed(grid(wrapped)) == [True]
    assert headed(grid([HEADED[0], ["规章", "13\n:", "0", "1"], *HEADED[1:]])) == [False]


def test_a_row_of_whose_label_only_the_number_is_left_leaves_nothing_open() -> None:
    assert headed(grid([*HEADED, ["6.", "1", "2", "3"]])) == [True]
    assert headed(grid([*HEADED, ["许可", "1", "2.", "3"]])) == [False]


def test_a_number_is_under_the_header_over_its_print_where_its_cell_reaches_to_the_label() -> None:
    """Gaps part columns, and that before the first is as wide as labels are short."""
    fragment = grid(HEADED[1:], top=100.0)
    cells = [
        replace(cell, bbox=cell.bbox._replace(x0=cell.bbox.x0 - 70)) if cell.column == 1 else cell
        for cell in fragment.cells
    ]
    assert headed(grid(HEADED[:1]), replace(fragment, cells=tuple(cells))) == [False, True]


def test_remarks_behind_the_figures_of_a_row_are_no_headers() -> None:
    rows = [[*row, remark] for row, remark in zip(HEADED, ("备注", "含信函", ""), strict=True)]
    assert headed(grid(rows)) == [True]


def test_the_header_may_stand_on_the_page_before() -> None:
    assert headed(grid(HEADED[:1]), grid(HEADED[1:])) == [False, True]


def test_a_header_of_an_earlier_block_is_no_header() -> None:
    """A figure left of its own header stands under one of the block above: nothing tells that it is not blank."""
    later = [["", "", "决定", ""], ["许可", "7", "", ""]]
    assert headed(grid([*HEADED, *later])) == [False]
    assert headed(grid([*HEADED, *later[:1], ["许可", "", "7", ""]])) == [True]


def test_a_header_may_end_a_level_above_those_beside_it() -> None:
    assert headed(grid([["", "制发", "", ""], ["", "", "废止", "有效"], *HEADED[1:]])) == [True]
    assert headed(grid([["", "制发", "", ""], ["", "制", "废止", "有效"], ["", "", "", ""], *HEADED[1:]])) == [True]


def test_a_header_of_an_earlier_block_without_figures_is_no_header() -> None:
    blank = [HEADED[0], ["规章", "", "", ""]]
    later = [["", "", "决定", ""], ["许可", "7", "", ""]]
    assert headed(grid([*blank, *later])) == [False]
    assert headed(grid([*blank, later[0], ["许可", "", "7", ""]])) == [True]


def test_a_rows_label_is_no_header_however_far_left_another_blocks_values_begin() -> None:
    later = [["", "", "决定", ""], ["许可", "", "7", ""], ["处罚", "", "8", ""]]
    fragment = grid([*HEADED, *later])
    cells = [
        replace(cell, column_span=2, bbox=cell.bbox._replace(x1=cell.bbox.x1 + 60))
        if cell.text in {"许可", "处罚"}
        else cell
        for cell in fragment.cells
        if not (cell.row > 3 and cell.column == 1)
    ]
    assert headed(replace(fragment, cells=tuple(cells))) == [True]


def test_the_last_column_may_have_no_header() -> None:
    """Which one it is, is for order and sums to say."""
    assert headed(grid([["", "制发", "废止", ""], *HEADED[1:2]])) == [True]
    assert headed(grid([["", "", "废止", "有效"], *HEADED[1:2]])) == [False]
    assert headed(grid([["", "制发", "", ""], *HEADED[1:2]])) == [False]


def test_a_number_where_other_rows_have_labels_is_a_piece_of_one() -> None:
    assert headed(grid([*HEADED, ["6", "", "", ""]])) == [True]
    assert headed(grid([*HEADED, ["6", "1", "2", "3"]])) == [True]


def test_a_header_that_a_pages_end_cuts_is_one() -> None:
    assert headed(grid([["", "", "", "有效"]]), grid([["", "制发", "废止", ""], *HEADED[1:]])) == [False, True]
    rows = [["规章", "1", "2", "3"]]
    assert headed(grid([["", "", "", "有效"], *rows]), grid([["", "制发", "", "有效"], *rows])) == [False, False]


@pytest.mark.parametrize("side", [-24.0, 24.0])
def test_figures_at_one_side_are_headed_where_all_stand_so(side: float) -> None:
    assert headed(grid(HEADED, dict.fromkeys(["11", "22", "33", "44"], side))) == [True]
    assert headed(grid(HEADED, {"11": side, "22": side, "33": -side, "44": side})) == [False]


@given(
    st.integers(2, 8),
    st.sampled_from([-1, 0, 1]),
    st.floats(40, 80),
    st.lists(st.tuples(st.integers(0, 7), st.integers(1, 5)), min_size=1, max_size=20),
)
@settings(max_examples=100, deadline=None)
def test_figures_flush_with_their_columns_are_in_these(
    count: int, side: int, wide: float, figures: list[tuple[int, int]]
) -> None:
    heads = [BBox(wide * i + wide / 2 - 9, 0, wide * i + wide / 2 + 9, 9) for i in range(count)]
    boxes, wanted = [], []
    for column, digits in figures:
        column %= count
        width, middle = 4.5 * digits, wide * (column + 0.5)
        start = {-1: wide * column + 4, 0: middle - width / 2, 1: wide * (column + 1) - 4 - width}[side]
        boxes.append(BBox(start, 20, start + width, 29))
        wanted.append(column)
    found = columns_of(boxes, heads)
    assert found == wanted or (found is None and side == 0)  # middled ones of several widths are told otherwise


@pytest.mark.parametrize("side", [-1, 1])
def test_figures_wider_than_their_columns_tell_these_by_the_side_at_which_they_stand(side: int) -> None:
    def box(column: int, digits: int) -> BBox:
        wide = 4.5 * digits
        start = 30 * column + 4 if side < 0 else 30 * column + 26 - wide
        return BBox(start, 20, start + wide, 29)

    rows = [[box(0, 1), box(1, 9), box(2, 8)], [box(0, 8), box(1, 1), box(2, 1)], [box(0, 2), box(2, 3)]]
    found = wide_columns(rows, [])
    assert [any(x0 <= 30 * i + 15 <= x1 for x0, x1 in found) for i in range(3)] == [True] * 3
    assert len(found) == 3
    heads = [BBox(30.0 * i + 6, 0, 30.0 * i + 24, 9) for i in range(3)]
    assert len(wide_columns(rows[:1], heads)) == 3
    assert not wide_columns(rows[:1], [])
    assert not wide_columns(rows[:1], [*heads[:2], BBox(80, 0, 98, 9)])
    swaying = [
        [figure._replace(x0=figure.x0 + 2.0 * i, x1=figure.x1 + 2.0 * i) for figure in row]
        for i, row in enumerate(rows)
    ]
    assert not wide_columns(swaying, [])


def test_the_lines_of_a_wrapped_number_stand_at_the_side_of_their_column_as_others_do() -> None:
    def box(column: int, digits: int, top: float) -> BBox:
        end = 30.0 * column + 26
        return BBox(end - 4.5 * digits, top, end, top + 8)

    wrapped = [box(0, 5, 20), box(1, 12, 20), box(2, 5, 15), box(2, 1, 25)]
    rows = [[box(0, 1, 50), box(1, 2, 50), box(2, 2, 50)], wrapped]
    found = wide_columns(rows, [])
    assert [any(x0 <= 30 * i + 15 <= x1 for x0, x1 in found) for i in range(3)] == [True] * 3
    beside = [[*rows[0], box(2, 1, 52)], wrapped]
    assert not wide_columns(beside, [])


@pytest.mark.parametrize(("label", "sure"), [("规章", True), ("规章０", False), ("规章 12", False)])
def test_a_number_that_came_to_its_label_leaves_a_blank_beside_it_in_doubt(label: str, *, sure: bool) -> None:
    rows = [["信息内容", "制发件数", "废止件数", "有效件数"], [label, "", "0", "3"], ["行政规范性文件", "22", "0", "0"]]
    [page] = with_headers([grid(rows)])
    placed = align([page], FORM, FORM.grid("proactive")).placed
    [blank] = [cell.reading for id_, cell in placed.items() if id_.row == "regulations" and not cell.reading.text]
    assert sure is not any("label" in doubt for doubt in blank.doubts)


def test_remarks_over_several_lines_are_their_numbers() -> None:
    def word(text: str, x0: float, top: float) -> Word:
        return Word(text, BBox(x0, top, x0 + 9 * len(text), top + 9))

    numbers = [word("50", 100, 0), word("7", 300, 12)]
    remark = [word("（含", 100, 12), word("去年", 100, 24), word("2件）", 100, 36)]
    added = [*remark, word("（新增）", 290, 0)]
    others = [word("（一）公开", 0, 12), word("总计（单", 200, 0), word("位：元）", 200, 12), word("其他", 300, 40)]
    assert set(with_remarks(numbers, [*added, *others])) == {*numbers, *added}


def nameless(groups: list[tuple[int, int]], columns: int) -> list[Line]:
    """Header lines without a word: cells over these groups of columns, and one over each column."""
    spans = [groups, [(i, i + 1) for i in range(columns)]]
    lines = []
    for row, own in enumerate(spans):
        cells = tuple(
            GridCell(row, a, 1, b - a, BBox(WIDTH * a, HIGH * row, WIDTH * b, HIGH * row + HIGH), Reading(""))
            for a, b in own
        )
        lines.append(Line(0, row, cells, ("",) * len(cells), (False,) * len(cells), 0))
    return lines


def test_a_header_without_words_is_known_by_its_tree() -> None:
    [block] = FORM.grid("requests").blocks
    printed = [Interval(WIDTH * i, WIDTH * i + WIDTH) for i in range(7)]
    assert is_the_forms(printed, nameless([(0, 7), (1, 6)], 7), block.column_paths)
    for groups in ([(0, 7)], [(1, 5)], [(2, 7)], [(1, 6), (2, 4)], []):
        assert not is_the_forms(printed, nameless(groups, 7), block.column_paths)


def drawn(seed: int, *variations: str) -> tuple[Report, list[str]]:
    """The report of a seed with just these variations, and what is silently wrong in it."""
    made, pdf = made_of(seed, *variations)
    return judged(made, _read(pdf))


def judged(made: Draft, report: Report) -> tuple[Report, list[str]]:
    verdicts = pytest.importorskip("benchmarks.verdicts", reason="the source tree is needed")
    return report, [str(one) for one in verdicts.judge(made, report)[1] if one.kind == "SILENT"]


def made_of(seed: int, *variations: str) -> tuple[Draft, bytes]:
    """The draft of a seed with just these variations, and its PDF."""
    pytest.importorskip("reportlab", reason="random reports are drawn with reportlab (the samples extra)")
    random_reports = pytest.importorskip("benchmarks.random_reports", reason="the source tree is needed")
    keep = random_reports._combination, random_reports._of_files
    random_reports._combination = lambda _: [name for name in random_reports.OF_FORMS if name in variations]
    random_reports._of_files = lambda _: [name for name in random_reports.OF_FILES if name in variations]
    try:
        made: tuple[Draft, bytes] = random_reports.make(seed)
    except (LookupError, OSError) as error:
        pytest.skip(f"fonts to draw with: {error}")
    finally:
        random_reports._combination, random_reports._of_files = keep
    return made


def _read(pdf: bytes) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.pdf"
        path.write_bytes(pdf)
        return extract.read(path)


def flagged(report: Report) -> int:
    return sum(cell.flagged for cell in report.cells)


@pytest.mark.parametrize(
    ("seed", "variations"),
    [
        (610000, "no-rules"),  # a page begins with the figures of a wrapped row
        (610000, "horizontal-rules"),  # no sum covers section 二: its headers tell its columns
        (660010, "horizontal-rules blanks"),
        (660010, "no-rules narrow-columns"),
        (660000, "no-rules shaded"),  # only the header is framed, by its ground
        (660003, "horizontal-rules break-in-header"),  # one row on a page of its own
        (660013, "no-rules break-plain"),  # a header at the foot of a page
        (660012, "no-rules align-right"),
        (660012, "no-rules align-left"),
        (881001, "no-rules remarks"),  # remarks over several lines, one of them at a page's foot
        (881003, "no-rules remarks"),  # remarks beside numbers
        (881001, "no-rules break-plain"),  # a header and one row at a page's foot
        (660010, "horizontal-rules align-right"),  # one figure far right of the one header over it
        (660011, "horizontal-rules align-right"),  # figures in the gaps between headers
        (660004, "horizontal-rules large-type narrow-page extra-column"),  # rows of seven lines of large type
    ],
)
def test_nothing_is_doubted_where_all_can_be_known(seed: int, variations: str) -> None:
    report, silent = drawn(seed, *variations.split())
    assert not silent
    assert not flagged(report)


@pytest.mark.parametrize(
    ("seed", "variations"),
    [
        (630100, "horizontal-rules narrow-columns"),  # a header cut in two by the lines of the table above
        (660010, "no-rules align-left"),  # a column under the header of another block
        (670024, "horizontal-rules narrow-columns overflow totals-only"),  # two headers over one column of figures
        (670017, "horizontal-rules align-right landscape blanks lost-column"),  # figures beside their headers
    ],
)
def test_what_white_space_hides_is_never_silent(seed: int, variations: str) -> None:
    assert not drawn(seed, *variations.split())[1]


def test_two_tables_between_rules_are_cut_where_labels_change() -> None:
    report, silent = drawn(641019, "horizontal-rules", "headings", "extra-column")
    assert not silent
    boxes = {(region.grid, region.page): region.bbox for region in report.regions}
    for (grid_, page), box in boxes.items():
        assert not any(
            other != grid_ and on == page and one.top < box.bottom - 1 and box.top < one.bottom - 1
            for (other, on), one in boxes.items()
        )


def test_a_bracket_left_above_a_page_break_is_of_its_label() -> None:
    report, silent = drawn(641079, "boxes", "large-type", "by-character", "blanks", "lost-rows", "break-cut-row")
    assert not silent
    assert not [cell for cell in report.cells if cell.flagged and cell.id.row == "processed_total"]


def test_double_rulings_are_no_ink_in_empty_cells() -> None:
    report, silent = drawn(641032, "thin-rectangles", "double-rules", "blanks", "watermark")
    assert not silent
    assert flagged(report) < 5


def test_a_number_in_another_unit_is_offered_in_the_forms() -> None:
    for name in ("unit-in-cell", "unit-in-header"):
        for seed in range(650000, 650006):
            report, silent = drawn(seed, name)
            assert not silent
            for cell in report.cells:
                if any("unit" in reason or "printed with" in reason for reason in cell.reasons):
                    assert cell.alternatives


def test_white_headers_on_dark_over_rows_that_nothing_frames_are_read_in_a_scan() -> None:
    made, pdf = made_of(660002, "no-rules", "shaded")
    scans = pytest.importorskip("samples.scans")
    pages = []
    for grey in scans.render(pdf, 200):
        shaded = ((grey < 250) & (grey > 190)).astype(np.uint8)
        header = cv2.morphologyEx(shaded, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
        header = cv2.morphologyEx(header, cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8)) > 0
        ground = float(np.median(grey[header])) if header.any() else 255.0
        pages.append(np.where(header, np.clip(70 + (ground - grey) * (185 / ground), 0, 255), grey).astype(np.uint8))
    report, silent = judged(made, _read(scans.image_pdf(pages, 200, 85)))
    assert not silent
    certain = [cell for cell in report.cells if not cell.flagged]
    assert len(certain) >= 175, "all but section 二, whose columns nothing tells"


def test_headers_framed_cell_by_cell_over_rows_that_nothing_frames_are_read_in_a_scan() -> None:
    """As pale lines leave it of pages of the web, where only headers have dark ones."""
    made, pdf = made_of(660002, "no-rules", "shaded")
    scans = pytest.importorskip("samples.scans")
    grids = _read(pdf)["disclosure_requests"].grids
    scale, pages = 200 / 72, []
    for number, grey in enumerate(scans.render(pdf, 200), start=1):
        shaded = ((grey < 250) & (grey > 190)).astype(np.uint8)
        header = cv2.morphologyEx(shaded, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
        header = cv2.morphologyEx(header, cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8))
        page = np.where(header > 0, np.where(grey > 190, 255, grey), grey).astype(np.uint8)
        for x, y, width, height, _ in cv2.connectedComponentsWithStats(header)[2][1:].tolist():
            cv2.rectangle(page, (x, y), (x + width, y + height), 60, 2)
            over = [grid for grid in grids if grid.page == number and abs(grid.bbox.top * scale - y) < 60]
            edges = [round(edge * scale) for grid in over for edge in grid.columns[-8:-1]]
            low = y + round(0.45 * height)
            for i, edge in enumerate(edges):
                cv2.line(page, (edge, low if 0 < i < 6 else y), (edge, y + height), 60, 2)
            if edges:
                cv2.line(page, (edges[1], low), (edges[-1], low), 60, 2)
        pages.append(page)
    report, silent = judged(made, _read(scans.image_pdf(pages, 200, 85)))
    assert not silent
    assert not [cell for cell in report["disclosure_requests"].cells if cell.flagged]


def test_a_scan_of_which_lines_are_lost_is_read_by_its_text() -> None:
    """Hairlines between pixels are not drawn at all: the header and the first row are one cell, as are some columns."""
    made, pdf = made_of(660002)
    scans = pytest.importorskip("samples.scans")
    scale, pages = 200 / 72, scans.render(pdf, 200)
    first = _read(pdf)["disclosure_requests"].grids[0]
    page = pages[first.page - 1] = pages[first.page - 1].copy()
    start = min(cell.bbox.top for cell in first.cells if cell.text.startswith("一、"))
    top, bottom = (round(edge * scale) for edge in (first.bbox.top + 3, first.bbox.bottom - 3))
    for column in (first.columns[-6], first.columns[-4], first.columns[-2]):
        page[top:bottom, round(column * scale) - 2 : round(column * scale) + 3] = 255
    left, right = (round(edge * scale) for edge in (first.columns[-8] + 1, first.columns[-1] - 1))
    page[round(start * scale) - 2 : round(start * scale) + 3, left:right] = 255
    report, silent = judged(made, _read(scans.image_pdf(pages, 200, 85)))
    assert not silent
    certain = [cell for cell in report.cells if not cell.flagged]
    assert len(certain) > 200
