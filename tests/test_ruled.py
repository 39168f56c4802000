"""Rulings taken off a sheet as wide as each is drawn: print beside them keeps its strokes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import BBox, Raster, Ruling, Sheet
from extract.scan.cells.hidden import is_beside_stroke, is_cut, is_unsigned
from extract.scan.cells.ink import CellInk
from extract.scan.paper.flatten import flatten
from extract.scan.rulings.find import rulings
from extract.scan.text.textlines import with_ink

Grey = NDArray[np.uint8]

SCALE = 200 / 72
ROWS = [20.0, 40.0, 60.0, 80.0]
COLUMNS = [20.0, 80.0, 140.0, 200.0]
LINES = [
    *(Ruling(COLUMNS[0], y, COLUMNS[-1], y) for y in ROWS),
    *(Ruling(x, ROWS[0], x, ROWS[-1]) for x in COLUMNS),
]
CELL = BBox(80, 40, 140, 60)


def table(width: int, second: int = 0) -> Grey:
    """The rulings, `width` pixels wide, each doubled `second` pixels beside it where that is not 0."""
    page = np.full((280, 620), 250, np.uint8)
    for line in LINES:
        x0, y0, x1, y1 = (round(edge * SCALE) for edge in (line.x0, line.top, line.x1, line.bottom))
        for beside in {0, second}:
            shift = (0, beside) if line.horizontal else (beside, 0)
            ends = [(x0 + shift[0], y0 + shift[1]), (x1 + shift[0], y1 + shift[1])]
            cv2.line(page, *ends, 20, width)
    return page


def ring(page: Grey, gap: int, width: int) -> NDArray[np.bool_]:
    """A nought drawn `gap` pixels from the ink of the ruling left of CELL; its pixels."""
    drawn = np.zeros_like(page)
    left = round(CELL.x0 * SCALE) + width // 2 + 1 + gap
    cv2.ellipse(drawn, (left + 7, round(50 * SCALE)), (6, 10), 0, 0, 360, 255, 3)
    page[drawn > 0] = 20
    return drawn > 0


def sheet_of(page: Grey) -> Sheet:
    return with_ink(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32), LINES)


@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize("width", [1, 3, 5])
def test_a_digit_close_to_a_ruling_keeps_all_its_strokes(gap: int, width: int) -> None:
    page = table(width)
    digit = ring(page, gap, width)
    sheet = sheet_of(page)
    assert sheet.ink is not None
    assert (sheet.grey[digit] < 100).mean() > 0.9
    assert (sheet.grey[~digit] > 200).mean() > 0.999
    assert not sheet.ink[~cv2.dilate(digit.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)].any()


def fives(page: Grey, *x: float) -> None:
    """Fives 9 points high and 4 wide, their middles at some places in CELL's row."""
    y = round(50 * SCALE)
    for middle in (round(one * SCALE) for one in x):
        left, right = middle - 3, middle + 3
        corners = [(right, y - 10), (left, y - 10), (left, y), (right, y), (right, y + 10), (left, y + 10)]
        cv2.polylines(page, [np.array(corners, np.int32)], False, 20, 3)


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("beside", [True, False])
def test_a_digit_astride_a_ruling_is_none_of_its_remnants_if_one_stands_beside_it(width: int, *, beside: bool) -> None:
    page = table(width)
    fives(page, CELL.x1, CELL.x1 - 6.5 if beside else CELL.x0 + 10)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    found = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled).of(CELL)
    assert len(found.own) == 1
    assert found.crosses is beside


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("astride", [True, False])
def test_a_digit_astride_a_ruling_is_missed_by_the_number_that_goes_on_with_it(
    width: int, side: int, *, astride: bool
) -> None:
    """Crumbs of it are taken off with the ruling. The table's digits stand 1.5 times their height apart."""
    page = table(width)
    edge = CELL.x1 if side > 0 else CELL.x0
    last = edge - side * 12.5
    fives(page, last, *([edge] if astride else []))
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    middle, high = round(last * SCALE), round(50 * SCALE)
    line = (middle - 5, high - 12, middle + 5, high + 12)
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    assert is_cut(line, CELL, 1.5, ink) is astride
    assert not is_cut(line, CELL, 1.0, ink)  # another digit would stand inside the cell


@pytest.mark.parametrize("sign", ["dash", "none", "along"])
def test_a_sign_that_meets_a_ruling_is_missed_by_the_number_behind_it(sign: str) -> None:
    """What is left of a ruling goes on above and below the number's middle; what is left of a dash does not."""
    page = table(5)
    left = round(CELL.x0 * SCALE)
    if sign == "dash":
        cv2.line(page, (left, round(50 * SCALE)), (left + 5, round(50 * SCALE)), 60, 2)
    elif sign == "along":
        cv2.line(page, (left + 5, round(45 * SCALE)), (left + 5, round(55 * SCALE)), 200, 1)
    digit = ring(page, 6, 5)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    y, x = np.nonzero(digit)
    line = (int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    assert is_unsigned(line, CELL, ink) is (sign == "dash")
    assert not is_unsigned((line[0] + 40, line[1], line[2] + 40, line[3]), CELL, ink)  # it stands far from the ruling


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("stroke", ["digit", "none", "along", "dash"])
def test_a_1_that_touches_a_ruling_is_missed_by_the_number_beside_it(stroke: str, side: int) -> None:
    """What is left of a ruling goes on above and below the number; a dash is not as high as it."""
    page = table(5)
    edge = round((CELL.x0 if side > 0 else CELL.x1) * SCALE)
    high, low = round(50 * SCALE) - 10, round(50 * SCALE) + 10
    trace = edge + 7 * side
    if stroke == "digit":
        cv2.line(page, (trace, high), (trace, low), 20, 1)
    elif stroke == "along":
        cv2.line(page, (trace, round(CELL.top * SCALE)), (trace, round(CELL.bottom * SCALE)), 20, 1)
    elif stroke == "dash":
        cv2.line(page, (trace, high + 10), (trace, high + 11), 20, 1)
    cv2.ellipse(page, (edge + 17 * side, (high + low) // 2), (6, 10), 0, 0, 360, 20, 3)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    middle = edge + 17 * side
    line = (middle - 7, high - 1, middle + 8, low + 2)
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    assert is_beside_stroke(line, CELL, ink) is (stroke == "digit")


@pytest.mark.parametrize(("before", "behind", "across"), [("8", "8", False), ("8", "I", True), ("I", "8", True)])
def test_whole_digits_that_touch_a_ruling_from_both_sides_do_not_run_over_it(
    before: str, behind: str, *, across: bool
) -> None:
    """Pieces of a digit that it parts are narrower together than two of them."""
    page = table(3)
    edge = round(CELL.x1 * SCALE)
    for text, near in ((before, -1), (behind, 1)):
        drawn = np.zeros_like(page)
        cv2.putText(drawn, text, (30, 60), 0, 0.8, 255, 2, 8)
        y, x = np.nonzero(drawn)
        page[y + 146 - y.max(), x + edge + (2 - x.min() if near > 0 else -2 - x.max())] = 20
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    found = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled).of(CELL)
    assert found.crosses is across


@pytest.mark.parametrize("width", [1, 3, 5])
def test_a_digit_close_to_a_ruling_does_not_run_over_it_and_a_pen_stroke_does(width: int) -> None:
    page = table(width)
    ring(page, 1, width)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    found = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled).of(CELL)
    assert len(found.own) == 1
    assert not found.crosses
    cv2.line(page, (200, 130), (250, 145), 20, 3)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    assert CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled).of(CELL).crosses


def test_a_character_on_the_last_line_is_seen_from_both_sides_of_it() -> None:
    last = BBox(140, 40, 200, 60)
    page = table(2)
    cv2.putText(page, "1", (510, 145), 0, 0.7, 20, 2, 16)

    def found() -> tuple[int, int]:
        sheet = sheet_of(page)
        assert sheet.darkness is not None
        assert sheet.ink is not None
        ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
        return len(ink.of(last).crossing), len(ink.beyond(last))

    assert found() == (0, 0)
    cv2.putText(page, "5", (round(200 * SCALE) - 7, 145), 0, 0.7, 20, 2, 16)
    assert sum(found()) > 0


@pytest.mark.parametrize("digit", [True, False])
def test_a_stroke_that_runs_into_a_ruling_beside_a_digit_is_a_digits(*, digit: bool) -> None:
    """A 1 there is no more than its ruling's edge would be; by itself it is that."""
    page = table(3)
    edge = round(CELL.x0 * SCALE)
    page[129:150, edge : edge + 5] = 20
    if digit:
        cv2.putText(page, "7", (edge + 8, 149), 0, 0.95, 20, 2, 16)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    found = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled).of(CELL)
    assert bool(found.beside) == digit
    assert sheet.ink[132:147, edge + 2 : edge + 5].any() == digit


@pytest.mark.parametrize(("at", "told"), [(0.5, True), (0.2, False), (1.0, False)])
def test_a_stroke_along_a_ruling_that_was_taken_off_inside_its_cell_may_be_half_a_nought(
    *, at: float, told: bool
) -> None:
    """`at`: where in the cell that is; no ruling of its sides is meant."""
    ink = np.zeros((400, 700), np.uint8)
    ruled = ink.copy()
    x0, top, x1, bottom = (round(edge * SCALE) for edge in CELL)
    ink[top + 14 : bottom - 14, (x0 + x1) // 2 : (x0 + x1) // 2 + 3] = 1
    x = round(x0 + at * (x1 - x0)) + 3
    ruled[top:bottom, x : x + 3] = 1
    assert bool(CellInk(SCALE, ink * 200, ink, ruled).of(CELL).beside) == told


def scanned(page: Grey, noise: float, blur: float = 1.0) -> Grey:
    """The page as a scanner sees it: soft, on paper of some noise, in grey levels."""
    soft = cv2.GaussianBlur(page.astype(np.float32), (0, 0), blur)
    return (soft + np.random.default_rng(3).normal(0, noise, page.shape)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("noise", [0.0, 4.0, 12.0])
def test_a_nought_that_faded_into_a_pale_streak_is_a_trace_where_paper_is_not(noise: float) -> None:
    page = table(3)
    for x in (170, 440, 500):
        cv2.putText(page, "27", (x, 200), 0, 0.7, 20, 2, 16)
    middle = round(110 * SCALE), round(50 * SCALE)
    cv2.ellipse(page, middle, (7, 12), 0, 0, 360, 190, 2, 16)
    sheet = sheet_of(scanned(page, noise))
    assert sheet.darkness is not None
    assert sheet.ink is not None
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    places = [BBox(x, y, x + 60, y + 20) for y in ROWS[:2] for x in COLUMNS[:-1]]
    shown = ink.of(CELL)
    assert shown.faint or shown.box
    assert not any(ink.of(cell).faint or ink.of(cell).box for cell in places if cell != CELL)


@pytest.mark.parametrize("blur", [1.0, 2.0, 2.6])
def test_the_soft_edges_of_rulings_are_no_trace_of_print(blur: float) -> None:
    """As of 100 dots an inch, enlarged."""
    page = table(3)
    cv2.putText(page, "27", (170, 200), 0, 0.7, 20, 2, 16)
    sheet = sheet_of(scanned(page, 2.0, blur))
    assert sheet.darkness is not None
    assert sheet.ink is not None
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    assert not any(ink.of(BBox(x, y, x + 60, y + 20)).faint for y in ROWS[:2] for x in COLUMNS[:-1])


@pytest.mark.parametrize(
    ("left", "end", "told"), [(0.15, 284, True), (0.2, 289, True), (0.1, 290, True), (1.0, 284, False)]
)
def test_a_digit_that_faded_beside_a_number_left_a_trace_or_the_number_pales(
    *, left: float, end: int, told: bool
) -> None:
    """A streak over the 2 of a 217 leaves some of its darkness; to 289 it reaches into the 1."""
    page = table(3)
    cv2.putText(page, "217", (270, 148), 0, 0.8, 20, 2, 16)
    streak = page[115:160, 262:end]
    streak[:] = 250 - left * (250.0 - streak)
    sheet = sheet_of(scanned(page, 2.0))
    assert sheet.darkness is not None
    assert sheet.ink is not None
    found = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled).of(CELL)
    assert found.box
    assert (found.box[0] > 280) == told, "the 2 is no ink"
    assert found.faint == told


def blank(sheet: Sheet) -> list[bool]:
    """Of each cell but CELL, whether it has a trace of print."""
    assert sheet.darkness is not None
    assert sheet.ink is not None
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    return [ink.of(BBox(x, y, x + 60, y + 20)).faint for y in ROWS[:-1] for x in COLUMNS[:-1] if (x, y) != CELL[:2]]


def test_soft_edges_of_thick_rulings_are_no_trace_of_print() -> None:
    page = table(5)
    cv2.putText(page, "27", (275, 145), 0, 0.7, 120, 2, 16)
    assert not any(blank(sheet_of(cv2.GaussianBlur(page, (0, 0), 1.2))))
    cv2.putText(page, "0", (430, 145), 0, 0.7, 200, 2, 16)
    assert any(blank(sheet_of(cv2.GaussianBlur(page, (0, 0), 1.2))))


def test_what_is_left_of_double_rulings_is_no_trace_of_print() -> None:
    page = table(2, second=6)
    cv2.putText(page, "27", (300, 145), 0, 0.7, 60, 2, 16)
    sheet = sheet_of(page)
    assert sheet.darkness is not None
    assert sheet.ink is not None
    ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
    empty = [ink.of(BBox(x, y, x + 60, y + 20)) for y in ROWS[:-1] for x in COLUMNS[:-1] if (x, y) != (80.0, 40.0)]
    assert not any(cell.faint or cell.crosses or cell.box for cell in empty)


def test_crumbs_of_double_rulings_are_no_print_and_a_stroke_as_far_from_a_single_one_is() -> None:
    single, double = table(2), table(3, second=6)
    gone = np.zeros_like(single)  # what is left of the second line is shorter than strokes of print
    for at in range(0, 620, 25):
        gone[:, at : at + 4] = gone[at : at + 4] = 1
    for x, y in ((round(x * SCALE), round(y * SCALE)) for x in COLUMNS for y in ROWS):
        gone[y - 12 : y + 14, x - 12 : x + 14] = 1
    double[(gone > 0) & (table(3) > 200)] = 250
    stroke = BBox(80, 40, 140, 60)
    for page in (single, double):
        cv2.putText(page, "27", (430, 145), 0, 0.7, 60, 2, 16)
    cv2.line(single, (round(80 * SCALE) + 6, 128), (round(80 * SCALE) + 6, 150), 20, 3)
    for page, shown in ((single, [stroke]), (double, [])):
        sheet = sheet_of(page)
        assert sheet.darkness is not None
        assert sheet.ink is not None
        ink = CellInk(SCALE, sheet.darkness, sheet.ink, sheet.ruled)
        places = [BBox(x, y, x + 60, y + 20) for y in ROWS[:-1] for x in COLUMNS[:-1] if (x, y) != (140.0, 40.0)]
        assert [cell for cell in places if ink.of(cell).own] == shown


def test_many_rulings_do_not_make_print_noise() -> None:
    page = table(3, second=6)[40:230, 50:570]
    cv2.putText(page, "27", (210, 105), 0, 0.7, 120, 2, 16)
    lines = [
        Ruling(*(edge - shift / SCALE for edge, shift in zip(_ends(line), (50, 40) * 2, strict=True))) for line in LINES
    ]
    sheet = with_ink(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32), lines)
    assert sheet.ink is not None
    assert np.count_nonzero(sheet.ink[80:115, 200:250]) > 0.5 * np.count_nonzero(page[80:115, 200:250] < 200)


@pytest.mark.parametrize("width", [1, 4, 7])
def test_thin_print_between_thick_rulings_is_ink_all_round(width: int) -> None:
    rows = [20.0 + 14 * number for number in range(9)]
    lines = [
        *(Ruling(COLUMNS[0], y, COLUMNS[-1], y) for y in rows),
        *(Ruling(x, rows[0], x, rows[-1]) for x in np.arange(COLUMNS[0], COLUMNS[-1] + 1, 36.0)),
    ]
    page = np.full((500, 620), 250, np.uint8)
    for line in lines:
        x0, y0, x1, y1 = (round(edge * SCALE) for edge in (line.x0, line.top, line.x1, line.bottom))
        cv2.line(page, (x0, y0), (x1, y1), 20, width)
    nought = np.zeros_like(page)
    cv2.ellipse(nought, _at(38, rows[4] + 7), (6, 10), 0, 0, 360, 255, 2)
    page[nought > 0] = 150
    sheet = with_ink(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32), lines)
    assert sheet.ink is not None
    assert (sheet.ink[nought > 0] > 0).mean() > 0.9


def test_the_same_character_in_every_cell_of_a_column_is_no_ruling() -> None:
    rows, columns = np.arange(40.0, 210.0, 14.0), [40.0, 90.0, 126.0, 162.0, 198.0]
    page = np.full((700, 700), 255, np.uint8)
    for start in np.arange(0.0, 240.0, 3.2):
        for y in rows:
            cv2.line(page, *(_at(x, y) for x in np.clip((start, start + 1.4), columns[0], columns[-1])), 40, 2)
        for x in columns:
            cv2.line(page, *(_at(x, y) for y in np.clip((start, start + 1.4), rows[0], rows[-1])), 40, 2)
    clear = rulings(flatten(Raster(page, SCALE)))
    for y in rows[:-1]:
        cv2.line(page, _at(144, y + 4.0), _at(144, y + 10.0), 40, 2)
        cv2.line(page, _at(140, y + 6), _at(148, y + 6), 40, 2)
    assert sorted({round(line.x0) for line in clear if not line.horizontal}) == [round(x) for x in columns]
    assert rulings(flatten(Raster(page, SCALE))) == clear


def _at(x: float, y: float) -> tuple[int, int]:
    return round(x * SCALE), round(y * SCALE)


def _ends(line: Ruling) -> tuple[float, float, float, float]:
    return line.x0, line.top, line.x1, line.bottom


def test_lines_down_a_row_that_stands_alone_on_its_page_are_seen_however_low_it_is() -> None:
    page = np.full((280, 1500), 250, np.uint8)
    for y in (40, 50):
        cv2.line(page, _at(20, y), _at(500, y), 20, 2)
    edges = np.linspace(20, 500, 16)
    for x in edges.tolist():
        cv2.line(page, _at(x, 40), _at(x, 50), 20, 2)
    found = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    assert sorted(line.x0 for line in found if not line.horizontal) == pytest.approx(edges.tolist(), abs=1)


def test_print_between_two_rules_is_no_row_of_cells() -> None:
    page = np.full((280, 1500), 250, np.uint8)
    for y in (40, 50):
        cv2.line(page, _at(20, y), _at(500, y), 20, 2)
    for x in range(40, 480, 10):
        cv2.putText(page, "1", _at(x, 48.5), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 20, 1)
    assert not any(not line.horizontal for line in rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32)))


def test_lines_down_two_low_rows_are_seen_where_others_run_down_the_whole_of_a_low_table() -> None:
    """Section 四 in small type: under its groups' headers most lines are two rows of ten points long."""
    page = np.full((280, 1500), 250, np.uint8)
    rows, edges = [20, 30, 40, 50, 60], np.linspace(20, 500, 16).tolist()
    for i, y in enumerate(rows):
        cv2.line(page, _at(edges[5] if i == 2 else 20, y), _at(500, y), 20, 2)
    for i, x in enumerate(edges):
        cv2.line(page, _at(x, {0: 20, 5: 20, 15: 20, 10: 30}.get(i, 30 if i < 5 else 40)), _at(x, 60), 20, 2)
    found = rulings(Sheet(page, SCALE, np.zeros((2, 2, 2)), 32))
    assert sorted({line.x0 for line in found if not line.horizontal}) == pytest.approx(edges, abs=1)
