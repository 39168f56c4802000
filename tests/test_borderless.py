"""Tables that no rulings part, or horizontal ones only: cells from aligned text, over page breaks."""

from __future__ import annotations

import numpy as np
import pytest
from lettering import SIZE, word

from extract.detect.borderless import borderless
from extract.detect.textlines import text_lines
from extract.detect.vocabulary import vocabulary
from extract.grids.unruled.aligned import Cells, cells_from_text
from extract.grids.unruled.bands import is_alone
from extract.grids.unruled.heads import unspaced
from extract.grids.unruled.onward import Onward, onward
from extract.grids.unruled.pieces import belong_together, is_figure, middle, pieces
from extract.grids.unruled.starts import line_starts, parted, starts_of
from extract.layout import shipped
from extract.model import BBox, Glyphs, Grid, GridCell, Page, Reading, Region, Word

HEADER = [word("信息内容", 60, 100), word("本年制发件数", 200, 100), word("本年废止件数", 300, 100)]
ROWS = [
    word("规章", 60, 118),
    word("12", 220, 118),
    word("3", 322, 118),
    word("行政规范性文件", 60, 136),
    word("0", 222, 136),
    word("45", 320, 136),
]


def held(found: Cells, *words: Word) -> list[BBox]:
    """The one box that holds the centre of each word."""
    boxes = []
    for one in words:
        x, y = (one.bbox.x0 + one.bbox.x1) / 2, (one.bbox.top + one.bbox.bottom) / 2
        [box] = [box for box in found.boxes if box.contains(x, y)]
        boxes.append(box)
    return boxes


def test_every_figure_has_a_cell_beside_its_label_and_under_its_header() -> None:
    found = cells_from_text([*HEADER, *ROWS])
    assert not found.untold
    label, one, other = held(found, *ROWS[:3])
    below, _, last = held(found, *ROWS[3:])
    assert label.x1 <= one.x0 < one.x1 <= other.x0
    assert (label.top, label.bottom) == (one.top, one.bottom) == (other.top, other.bottom)
    assert below.top >= label.bottom
    assert held(found, HEADER[2])[0].x0 == other.x0 == last.x0


def test_a_unit_behind_a_space_makes_no_column_of_its_own() -> None:
    """In the middle of its column, a number with its unit stands left of the other numbers."""
    row = [word("行政许可", 60, 154), word("7", 222, 154), word("3", 312, 154), word("件", 321, 154)]
    *_, number, unit = held(cells_from_text([*HEADER, *ROWS, *row]), *row)
    assert number == unit
    assert held(cells_from_text([*HEADER, *ROWS, *row]), ROWS[5])[0].x0 == number.x0


def test_a_blank_column_is_told_by_its_header() -> None:
    found = cells_from_text([*HEADER, *(one for one in ROWS if one.text not in {"12", "0"})])
    assert not found.untold
    header, value = held(found, HEADER[1], word("0", 222, 118))
    assert (header.x0, header.x1) == (value.x0, value.x1)


def test_a_number_of_a_watermark_left_of_a_label_is_no_column() -> None:
    over = [word("第二十条第（八）项", 267, 160), word("信息", 60, 172), word("241710", 10, 172)]
    below = [word(one.text, one.bbox.x0, one.bbox.top + SIZE / 2 + 80) for one in (*HEADER, *ROWS)]
    found = cells_from_text([*HEADER, *ROWS, *over, *below])
    assert len({box.x0 for box in held(found, *below[3:6])}) == 3


def test_two_figures_in_one_place_are_not_told_apart() -> None:
    assert cells_from_text([*HEADER, *ROWS, word("7", 222, 127)]).untold


def test_two_pieces_of_a_number_on_one_line_leave_its_row_told() -> None:
    """Behind a thousands separator some set a space: that is for the number to say, not for the rows."""
    assert not cells_from_text([*HEADER, *ROWS, word("000", 236, 118)]).untold


def test_a_figure_in_doubt_leaves_the_rows_below_another_header_told() -> None:
    below = [word(one.text, one.bbox.x0, one.bbox.top + SIZE / 2 + 60) for one in (*HEADER, *ROWS)]
    untold = cells_from_text([*HEADER, *ROWS, word("7", 222, 127), *below]).untold
    assert any(box.contains(222, 127) for box in untold)
    assert all(box.bottom < below[0].bbox.top for box in untold)


def test_a_wrapped_figure_leaves_those_told_that_stand_alone_between_such() -> None:
    """Its second line may be the next row's, but no farther down, nor in another column."""
    labels = ["规章", "行政规范性文件", "行政许可", "行政处罚", "行政强制"]
    rows = [
        [word(label, 60, 118 + 18 * i), *(word("12", x, 118 + 18 * i) for x in (220, 320))]
        for i, label in enumerate(labels)
    ]
    wrapped = word("5", 222, 127)
    untold = cells_from_text([*HEADER, *(one for row in rows for one in row), wrapped]).untold
    held_by = [
        [any(box.contains(one.bbox.x0 + 1, middle(one.bbox)) for box in untold) for one in row[1:]] for row in rows
    ]
    assert [row[0] for row in held_by] == [True, True, False, False, False]
    assert not any(row[1] for row in held_by)


def test_a_blank_beside_a_wrapped_figure_is_not_told() -> None:
    """A line of the number above it may be all there is to see in its cell."""
    rows = [one for one in ROWS if one.text != "45"]
    untold = cells_from_text([*HEADER, *rows, word("7", 222, 127)]).untold
    assert any(box.contains(323, 118) for box in untold)


def test_a_word_for_nothing_close_behind_a_label_is_a_figure_where_figures_stand_above_it() -> None:
    marks = frozenset("无")
    label, mark = word("属于国家秘密", 60, 100), word("无", 122, 100)
    column = [word("12", 122, 100 + 18 * i) for i in range(1, 4)]
    assert not is_alone(mark, [label, mark], marks)
    assert is_alone(mark, [label, mark, *column], marks)
    assert not is_alone(word("无", 115, 100), [label, word("无", 115, 100), *column], marks)


def test_labels_of_empty_rows_at_the_top_of_a_page_are_rows() -> None:
    """They are longer than the label beside the first figures, and no header: nothing over the figures is."""
    empty = [word("要求行政机关确认或重新出具", 60, 50), word("申请人逾期未按收费通知要求", 60, 70)]
    row = [word("其他", 60, 90), word("28", 222, 90), word("29", 320, 90)]
    found = cells_from_text([*empty, *row])
    first, second, last = held(found, *empty, row[0])
    assert first.bottom <= second.top < second.bottom <= last.top
    assert len({box.x0 for box in (first, second, last)}) == 1


@pytest.mark.parametrize(("number", "alone"), [("3", True), ("123456789012345", False)])
def test_lines_of_labels_beside_figures_that_fit_on_one_are_rows(number: str, *, alone: bool) -> None:
    """Rows hardly farther apart than lines are. A number is wrapped where its column has no room for what is below."""
    rows = [
        *(word("规章", 60, 118), word(number, 200, 118)),
        *(word("规范性文件", 60, 118 + 1.3 * SIZE), word("0", 200, 118 + 1.3 * SIZE)),
    ]
    found = cells_from_text([*HEADER[:2], *rows])
    label, upper, below, lower = held(found, *rows)
    assert (label != below) == (upper != lower) == alone
    assert (label.top, label.bottom, below.top, below.bottom) == (upper.top, upper.bottom, lower.top, lower.bottom)


def test_a_header_with_a_space_typed_in_it_is_one_though_the_next_adjoins() -> None:
    header = [BBox(95, 0, 103, 9), BBox(110, 0, 118, 9), BBox(124, 0, 151, 9)]
    assert unspaced(header, [(104, 109), (135, 140)]) == [BBox(95, 0, 118, 9), header[2]]
    assert unspaced(header, [(135, 140)]) == header


@pytest.mark.parametrize("at", [0, 1])
def test_labels_may_stand_at_the_top_of_their_rows_or_at_the_bottom(at: int) -> None:
    """Wrapped numbers and labels then begin, or end, on one line."""
    rows = [
        *(word("规章", 60, 120 + 12 * at), word("12", 220, 120), word("0", 220, 132), word("3", 322, 120 + 12 * at)),
        *(
            word("行政规范", 60, 150),
            word("性文件", 60, 162),
            word("45", 220, 150 + 12 * at),
            word("6", 322, 150 + 12 * at),
        ),
        *(word("行政许可", 60, 180), word("7", 220, 180), word("8", 322, 180)),
    ]
    found = cells_from_text([*HEADER, *rows])
    assert not found.untold
    label, upper, lower, other = held(found, *rows[:4])
    assert (label.top, label.bottom) == (upper.top, upper.bottom) == (other.top, other.bottom)
    assert upper == lower
    first, second, value = held(found, *rows[4:7])
    assert first == second
    assert (first.top, first.bottom) == (value.top, value.bottom)


def test_a_label_half_a_line_lower_in_the_column_before_takes_no_word_from_its_line() -> None:
    group, number, rest = word("年度办", 20, 100), word("（二）", 60, 104.7), word("部分公开", 90, 104)
    joined = pieces([group, number, rest], lambda one, other: other.bbox.x0 - one.bbox.x1 < SIZE)
    assert [one.text for one in joined] == ["年度办", "（二）部分公开"]


def test_lines_of_labels_begin_where_numbered_ones_do_however_near_the_groups_label_stands() -> None:
    """A bracket's ink begins half a character behind where other lines do."""
    groups = [word("度办", 30, 111), word("理结", 30, 122)]
    labels = [word("（一）", 58, 100), word("予以公开", 85, 100), word("（二）", 58, 111), word("部分公开", 85, 111)]
    below, third = word("计其他情形）", 53, 122), word("（三）不予公开", 58, 133)
    starts = line_starts([*groups, *labels, below, third], SIZE)
    assert sorted(starts) == sorted([labels[0], labels[2], below, third])
    paragraphs = [one for y in (150, 170, 190) for one in (word("第二十条第", 100, y), word("（六）", 150, y))]
    assert starts_of(paragraphs) == []
    figures = [word("1,234", 58, y) for y in (100, 120, 140)]
    assert line_starts([*figures, word("5", 58, 111)], SIZE) == []


def test_a_comma_that_hangs_below_its_number_stands_on_its_line() -> None:
    comma = Word("，", BBox(66, 103, 68, 106))
    assert [one.text for one in pieces([word("5", 60, 100), comma, word("675", 72, 100)], belong_together)] == [
        "5，675"
    ]


def test_a_label_of_two_lines_is_one_row() -> None:
    upper, lower = word("行政规范性文", 60, 130), word("件", 60, 141.5)
    found = cells_from_text([*HEADER, *ROWS[:3], upper, lower, *ROWS[4:]])
    one, other, value = held(found, upper, lower, ROWS[4])
    assert one == other
    assert (one.top, one.bottom) == (value.top, value.bottom)


def test_a_label_of_two_lines_beside_those_of_a_wrapped_number_is_one_row() -> None:
    """Numbers of one line stand half-way between: these are the lines of one row."""
    upper, lower = word("行政规范性文", 60, 139), Word("件", BBox(60, 148.5, 68, 155.5))
    wrapped = [word("125", 220, 139), word("4", 223, 152)]
    value = word("45", 320, 145.5)
    found = cells_from_text([*HEADER, *ROWS[:3], upper, lower, *wrapped, value])
    assert not found.untold
    one, other, first, second, beside = held(found, upper, lower, *wrapped, value)
    assert one == other
    assert first == second
    assert (one.top, one.bottom) == (first.top, first.bottom) == (beside.top, beside.bottom)


def test_remarks_beyond_all_figures_begin_no_other_table() -> None:
    """A publisher's column of them is as narrow as a character, so that their lines stand above and below their row."""
    remarks = [word(text, 400, y) for y in (118, 142) for text, y in zip("含信函", (y - 9, y, y + 9), strict=True)]
    rows = [*ROWS[:3], word("行政规范性文件", 60, 142), word("0", 222, 142), word("45", 320, 142)]
    headers = [*HEADER, word("备注", 396, 94)]
    found = cells_from_text([*headers, *rows, *remarks])
    assert not found.untold
    _, one, other, below, _, last = held(found, *rows)
    assert (one.x0, other.x0) == (held(found, HEADER[1])[0].x0, last.x0)
    assert below.top > one.top


def test_the_number_of_a_label_alone_on_its_line_is_no_figure() -> None:
    number, rest = word("7", 90, 132), word(".属于行政执法案卷", 60, 144)
    values = [word("0", 222, 138), word("45", 320, 132), word("6", 322, 144)]
    last = [word("行政规范性文件等", 60, 162), word("6", 222, 162)]
    found = cells_from_text([*HEADER, *ROWS[:3], number, rest, *values, *last])
    assert not found.untold
    one, other, value, *_ = held(found, number, rest, *values)
    assert one == other
    assert (one.top, one.bottom) == (value.top, value.bottom)


def test_a_comma_of_a_label_that_runs_down_the_page_is_no_mark_for_an_empty_cell() -> None:
    label = [word("三", 20, 100), Word("、", BBox(22, 110, 25, 112)), word("本", 20, 120)]
    others = [word("12", 220, 100), word("3", 220, 120)]
    assert not is_alone(label[1], [*label, *others], frozenset("、"))
    low = Word("、", BBox(22, 116.5, 25, 119.5))  # in a font that draws it at the foot of its square
    assert not is_alone(low, [label[0], low, word("本", 20, 126), *others], frozenset("、"))
    mark = Word("、", BBox(222, 110, 225, 112))
    assert is_alone(mark, [*label, *others, mark], frozenset("、"))


def test_rules_part_rows_whose_numbers_are_wrapped() -> None:
    rows = [
        *(word(text, 60, y) for text, y in (("规章", 118), ("行政许可", 142), ("行政处罚", 166))),
        *(word("12", 220, y) for y in (112, 124, 136, 148, 160, 172)),
    ]
    rules = [BBox(50, y, 400, y + 0.5) for y in (94, 106, 130, 154, 178)]
    found = cells_from_text([HEADER[0], HEADER[1], *rows], rules)
    first, second, third, fourth = held(found, *rows[3:7])
    assert first == second != third == fourth
    assert (first.top, first.bottom) == tuple(getattr(held(found, rows[0])[0], edge) for edge in ("top", "bottom"))


def before(header: list[Word], *labels: Word) -> Onward:
    """What a page says that ends in a header, under it perhaps labels of rows."""
    cells = [
        *(GridCell(0, i + 1, 1, 1, one.bbox, Reading(one.text), one.bbox) for i, one in enumerate(header)),
        *(GridCell(i + 1, 0, 1, 1, one.bbox, Reading(one.text), one.bbox) for i, one in enumerate(labels)),
        *(
            GridCell(i + 1, 1, 1, 1, word("1", 220, 0).bbox, Reading("1"), word("1", 220, 0).bbox)
            for i in range(len(labels))
        ),
    ]
    rows, columns = tuple(range(len(labels) + 2)), tuple(range(len(header) + 2))
    return onward([Grid(1, "test", BBox(50, 0, 400, 200), rows, columns, tuple(cells), parted=False)])


def test_a_page_that_ends_with_the_number_of_a_label_still_says_where_labels_begin() -> None:
    labels = [word("5.属于三类内部事务信息", 60, 0), word("6.", 60, 12)]
    assert before(HEADER[1:], *labels).labels == before(HEADER[1:], labels[0]).labels == (labels[0].bbox,)


def test_figures_beside_the_number_of_a_label_are_a_tables_last_row() -> None:
    """A page's end cut the label; below a gap as wide, a single figure is the page's number."""
    labels = ["2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请"]
    rows = [[word(label, 60, 50 + 20 * i), word("3", 222, 50 + 20 * i)] for i, label in enumerate(labels)]
    last, number = [word("5.", 60, 110), word("0", 222, 110)], word("3", 222, 130)
    lines = text_lines([*(one for row in rows for one in row), *last, number])
    page = Page(1, 600, 800, 0, "text", "", False, Glyphs("", np.empty((0, 4))))
    found = borderless(page, lines, vocabulary(shipped()), set(), [])
    assert [region.bbox.bottom for region in found] == [last[0].bbox.bottom]


def review_header(at: float) -> list[Word]:
    """The lowest line of section 四's header."""
    labels = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    return [word(label, 30 + 38 * i, at) for i, label in enumerate(labels)]


FIFTEEN = [word("0", 45 + 38 * i, 150) for i in range(15)]


def test_the_row_of_a_grid_of_one_is_found_far_below_its_header() -> None:
    page = Page(1, 600, 800, 0, "text", "", False, Glyphs("", np.empty((0, 4))))
    (found,) = borderless(page, text_lines([*review_header(60), *FIFTEEN]), vocabulary(shipped()), set(), [])
    assert (found.grid, found.bbox.bottom) == ("review", FIFTEEN[0].bbox.bottom)


def test_a_grid_of_one_row_goes_on_under_a_header_that_says_nothing() -> None:
    """Its labels run down the page; the page before ends with the rest of the header."""
    page = Page(2, 600, 800, 0, "text", "", False, Glyphs("", np.empty((0, 4))))
    down = [word(char, 45 + 38 * i, 80 + 12 * j) for i in range(15) for j, char in enumerate("尚未审结")]
    lines = text_lines([*down, *FIFTEEN])
    header = Region("review", 1, BBox(30, 700, 600, 720), 0.8, ruled=True, evidence={"rulings": [2, 3]})
    regions = [borderless(page, lines, vocabulary(shipped()), set(), [header], header=one) for one in (header, None)]
    assert [[found.grid for found in some] for some in regions] == [["review"], []]


@pytest.mark.parametrize(("beside", "found"), [((), False), (((word("3", 300, 50)),), True)])
def test_the_number_of_a_heading_read_as_a_figure_makes_no_row(beside: tuple[Word, ...], *, found: bool) -> None:
    """So that what a report says of its tables, under a heading, is none; a number behind the words makes one."""
    heading = [word("1", 60, 50), word("总体情况", 80, 50)]
    prose = [
        word(text, 60, at)
        for text, at in (("行政复议结果维持、结果纠正、其他结果、尚未审结的数量，", 70), ("见第四部分。", 90))
    ]
    page = Page(1, 600, 800, 0, "text", "", False, Glyphs("", np.empty((0, 4))))
    regions = borderless(page, text_lines([*heading, *beside, *prose]), vocabulary(shipped()), set(), [])
    assert bool(regions) is found


def test_a_page_goes_on_in_the_columns_of_the_header_before_it() -> None:
    """Of figures in the last column alone nothing else tells which one it is."""
    rows = [word("规章", 60, 50), word("3", 322, 50), word("行政规范性文件", 60, 68), word("45", 320, 68)]
    assert len({box.x0 for box in held(cells_from_text(rows), *rows)}) == 2
    found = cells_from_text(rows, before=before(HEADER[1:], word("规章", 60, 0)))
    value, blank = held(found, rows[1], word("0", 222, 50))
    assert not found.untold
    assert blank.x1 <= value.x0


def test_the_last_column_reaches_as_far_as_its_header_on_the_page_before() -> None:
    rows = [word("规章", 60, 50), word("0", 220, 50), word("3", 302, 50)]
    *_, value = held(cells_from_text(rows, before=before(HEADER[1:], word("规章", 60, 0))), *rows)
    assert value.x1 >= HEADER[2].bbox.x1


def test_a_page_whose_labels_stand_elsewhere_does_not_go_on_in_them() -> None:
    moved = [word("规章", 90, 50), word("3", 322, 50)]
    found = cells_from_text(moved, before=before(HEADER[1:], word("行政规范性文件", 60, 0)))
    assert {(box.x0, box.x1) for box in found.boxes} == {(box.x0, box.x1) for box in cells_from_text(moved).boxes}


def test_a_row_of_figures_alone_goes_on_under_headers_it_stands_in_the_middle_of() -> None:
    heads = before(HEADER[1:])
    assert heads.heads_over([word("3", 324.75, 50).bbox], [])
    assert not heads.heads_over([word("3", 335, 50).bbox], [])


def test_a_header_at_the_foot_of_a_page_has_a_cell_for_each_column_however_many_lines_its_labels_have() -> None:
    header = [
        word("结果", 60, 100),
        word("维持", 60, 111),
        word("总计", 100, 105.5),
        word("结果", 140, 106),
        word("纠正", 140, 117),
    ]
    found = cells_from_text(header)
    upper, lower, whole, other, last = held(found, *header)
    assert upper == lower != whole != other == last
    assert upper.x1 <= whole.x0 < whole.x1 <= other.x0


def test_a_header_at_the_foot_of_a_page_has_a_cell_for_columns_whose_labels_end_a_level_above_the_others() -> None:
    header = [
        word("行政复议", 60, 100),
        word("行政诉讼", 150, 100),
        word("维持", 60, 114),
        word("纠正", 90, 114),
        word("未经复议", 150, 114),
        word("维持", 140, 128),
        word("纠正", 180, 128),
    ]
    found = cells_from_text(header)
    one, other, _, third, fourth = held(found, *header[2:])
    assert one.x1 <= other.x0 < other.x1 <= third.x0 < third.x1 <= fourth.x0


def test_spaces_typed_in_a_header_part_no_columns() -> None:
    """All its pieces stand around one column's figures; two headers stand over one each."""
    typed = [word("本", 206, 100), word("年", 222, 100), word("数", 238, 100)]
    found = cells_from_text([HEADER[0], *typed, HEADER[2], *ROWS])
    *pieces_of, value = held(found, *typed, ROWS[1])
    assert {(box.x0, box.x1) for box in pieces_of} == {(value.x0, value.x1)}
    near = [word("自", 215, 100), word("商", 233, 100)]
    rows = [one for y in (118, 136) for one in (word("规章", 60, y), word("1", 217, y), word("2", 235, y))]
    one, other = held(cells_from_text([*near, *rows]), *near)
    assert one.x1 <= other.x0


def test_a_header_below_the_last_rows_of_a_page_is_that_of_rows_on_the_next() -> None:
    foot = [word("信息内容", 60, 160), word("本年处理决定数量", 240, 160)]
    page = cells_from_text([*HEADER, *ROWS, *foot])
    corner, header = held(page, *foot)
    assert corner.x1 <= header.x0
    boxes = dict.fromkeys([*held(page, *ROWS), corner, header])
    rows = {top: i for i, top in enumerate(sorted({box.top for box in boxes}))}
    cells = [
        GridCell(rows[box.top], int(box.x0 > 200), 1, 1, box, Reading(one.text), one.bbox)
        for one, box in zip((*ROWS, *foot), held(page, *ROWS, *foot), strict=True)
    ]
    edges = tuple(float(i) for i in range(len(rows) + 1))
    grid = Grid(1, "test", BBox(50, 0, 400, 200), edges, (0.0, 1.0, 2.0), tuple(cells), parted=False)
    assert onward([grid]).heads == (foot[1].bbox,)


def test_a_label_longer_than_those_beside_figures_is_a_label() -> None:
    upper, lower = word("要求行政机关确认或重新出具", 60, 130), word("已获取信息", 60, 141.5)
    rows = [
        *ROWS[:3],
        upper,
        lower,
        word("7", 222, 141.5),
        word("8", 322, 141.5),
        word("重复申请", 60, 160),
        word("9", 222, 160),
    ]
    one, other, value = held(cells_from_text([*HEADER, *rows]), upper, lower, rows[5])
    assert one == other
    assert (one.top, one.bottom) == (value.top, value.bottom)


def test_the_first_line_of_the_first_label_may_be_its_longest() -> None:
    """It stands above all figures, and farther to the right than the other labels end."""
    upper, lower = word("要求行政机关确认或重新出具", 60, 112), word("已获取信息", 60, 124)
    values = [word("12", 220, 124), word("3", 322, 124), word("45", 220, 142), word("6", 322, 142)]
    one, other, value = held(
        cells_from_text([*HEADER[1:], upper, lower, word("其他", 60, 142), *values]), upper, lower, values[0]
    )
    assert one == other
    assert (one.top, one.bottom) == (value.top, value.bottom)


def test_a_number_before_a_point_and_words_is_their_numbering() -> None:
    assert belong_together(word("2", 60, 100), word(".其他处理", 68, 100))
    assert not belong_together(word("2", 60, 100), word(".5", 68, 100))
    assert not belong_together(word("2", 60, 100), word("其他处理", 68, 100))


def test_labels_that_run_into_each_other_are_parted_where_numbered_ones_begin() -> None:
    labels = [word(f"{i}.属于国家秘密", 120, 100 + 12 * i) for i in range(4)]
    joined = Word("（三）不予公1.重复申请", BBox(65, 160, 120 + 5 * SIZE, 169))
    first, second = parted([joined], starts_of(labels))
    assert (first.text, second.text) == ("（三）不予公", "1.重复申请")
    assert first.bbox.x1 < second.bbox.x0 == 120
    assert list(parted([joined], starts_of(labels[:2]))) == [joined]


@pytest.mark.parametrize("text", ["0", "-3", "1,204", "71008.47", "１２", "12件", "3（其中修订1件）", "—", "/"])
def test_figures(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize("text", ["3.其他", "1.重复申请", "总计", "（一）", "2021年度报告"])
def test_labels_with_numbers_are_no_figures(text: str) -> None:
    assert not is_figure(text)


@pytest.mark.parametrize("look", ["no-rules", "horizontal-rules"])
@pytest.mark.parametrize("seed", range(9000, 9004))
def test_whole_reports_without_rulings(look: str, seed: int) -> None:
    pytest.importorskip("reportlab", reason="random reports are drawn with reportlab (the samples extra)")
    layouts = pytest.importorskip("benchmarks.layouts", reason="the source tree is needed")
    try:
        outcome = layouts.run(seed, look)
    except (LookupError, OSError) as error:
        pytest.skip(f"fonts to draw with: {error}")
    assert not outcome.error
    assert not outcome.silent
    assert sum(finding.kind == "missing" for finding in outcome.findings) <= 7  # one row, cut by a page's end
    assert outcome.right >= WHOLE * (outcome.right + len(outcome.findings))


WHOLE = 0.85
"""Share of cells that must be right and not flagged: a page that goes on without a header leaves some in doubt."""


@pytest.mark.parametrize("only", ["granted", "not_processed.repeated"])
def test_a_row_less_leaves_no_doubt_about_the_edition_of_2019(only: str, tmp_path) -> None:
    """The group of the newer form that is a row of the older one stands over the whole stub there."""
    pytest.importorskip("reportlab")
    random = pytest.importorskip("random")
    drafts = pytest.importorskip("benchmarks.drafts")
    import extract
    from samples.document import DocumentOptions, compose
    from samples.form import FormOptions, build
    from samples.look import Look
    from samples.make import drawer

    made = drafts.draft(random.Random(5), "2019", "2019")
    made.cells = {key: cell for key, cell in made.cells.items() if key[:2] != ("disclosure_requests", only)}
    truth = made.truth("row-lost")
    document = compose(truth, FormOptions(), DocumentOptions(), build(truth, FormOptions()))
    try:
        (tmp_path / "r.pdf").write_bytes(drawer(made.producer)(document, Look(font="WenQuanYi Zen Hei")))
    except (LookupError, OSError) as error:
        pytest.skip(f"fonts to draw with: {error}")
    table = extract.read(tmp_path / "r.pdf")["disclosure_requests"]
    assert table.edition == "2019"
    assert not any("edition" in reason for cell in table.cells for reason in cell.reasons)
