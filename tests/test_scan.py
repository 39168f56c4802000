"""Rulings in images: found where they are drawn, however bent, worn, pale or dotted."""

import cv2
import numpy as np
import pytest
from drawn_scans import (
    COLUMNS,
    MERGED,
    NO_GLYPHS,
    ROWS,
    SCALE,
    SIZE,
    cells,
    curled,
    drawn,
    edges,
    keystone,
    on_page,
    spans,
    turned,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.grids.ruled.lattice import lattice
from extract.model import BBox, Raster, Sheet
from extract.scan.cells.lines import Line
from extract.scan.cells.values import _in_order
from extract.scan.look import coarse
from extract.scan.page import _enlarged
from extract.scan.paper import field, light
from extract.scan.paper.flatten import _by_curves, flatten
from extract.scan.pixels import lines
from extract.scan.rulings.find import rulings
from extract.scan.rulings.pieces import thickness
from extract.scan.rulings.tables import _with_rows


def test_a_straight_page_keeps_its_pixels():
    page = drawn()
    sheet = flatten(Raster(page, SCALE))
    assert sheet.grey.shape == page.shape
    assert sheet.scale == SCALE
    assert on_page(sheet, 100.0, 50.0) == pytest.approx((100.0, 50.0))
    assert spans(rulings(sheet)) == cells()


def test_a_look_tells_level_pages_from_tilted_ones():
    assert coarse.look(Raster(drawn(), SCALE)).level
    assert not any(coarse.look(Raster(drawn(place), SCALE)).level for place in (turned(0.2), turned(-2), keystone))


@pytest.mark.parametrize(
    "place", [turned(0.5), turned(-2), turned(5), keystone, curled, lambda p: keystone(turned(2)(curled(p)))]
)
def test_a_bent_page_becomes_flat_and_its_boxes_map_back(place):
    sheet = flatten(Raster(drawn(place), SCALE))
    found = rulings(sheet)
    assert spans(found) == cells()
    grid = lattice(1, "x", found, NO_GLYPHS, BBox(0, 0, *(2 * np.array(SIZE))))
    corners = [(x, y) for x in range(len(COLUMNS)) for y in range(len(ROWS))]
    for column, row in corners:
        expected = place(np.array([[COLUMNS[column], ROWS[row]]]))[0]
        assert on_page(sheet, grid.columns[column], grid.rows[row]) == pytest.approx(expected, abs=0.8)


@pytest.mark.parametrize("dpi", [100, 150, 300, 600])
def test_resolutions_are_brought_near_200_or_240(dpi):
    sheet = flatten(Raster(drawn(turned(1), dpi / 72), dpi / 72))
    assert 190 <= sheet.scale * 72 <= 250
    assert spans(rulings(sheet)) == cells()


@pytest.mark.parametrize(
    ("size", "dpi", "times"),
    [
        ((1131, 1600), 72, 1.9),  # a point for each pixel
        ((1131, 1600), 300, 0.456),  # made smaller to be sent, and not told so
        ((1131, 1600), 150, 1),
        ((1240, 1748), 210, 1),  # a sheet of A5
        ((800, 600), 150, 1),  # a part of a sheet
    ],
)
def test_a_page_of_another_size_than_sheets_have_is_as_large_as_a_sheet(size, dpi, times):
    blank = np.full(size[::-1], 255, np.uint8)
    assert _enlarged(Raster(blank, dpi / 72)) == pytest.approx(times, rel=0.01)


@settings(max_examples=12, deadline=None)
@given(st.floats(-4, 4), st.floats(-0.05, 0.05), st.floats(0.9, 1.0), st.floats(-6, 6), st.floats(-6, 6), st.booleans())
def test_an_affine_map_does_not_change_the_cells(angle, shear, size, dx, dy, bits):
    def place(p):
        p = turned(angle)(p)
        return (p - 200) @ np.array([[size, 0], [shear, size]]) + 200 + np.array([dx, dy])

    page = drawn(place)
    sheet = flatten(Raster(np.where(page > 150, 255, 0).astype(np.uint8) if bits else page, SCALE))
    assert spans(rulings(sheet)) == cells()


@settings(max_examples=40, deadline=None)
@given(st.floats(-0.08, 0.08), st.floats(-0.08, 0.08), st.floats(20, 380), st.floats(20, 270))
def test_the_mesh_of_a_sheet_gives_back_its_places(slope, bend, x, y):
    step, scale = 32, 2.0
    columns, rows = np.meshgrid(np.arange(28) * step / scale, np.arange(21) * step / scale)
    mesh = np.stack((columns + slope * rows, rows + bend * columns), axis=-1)
    sheet = Sheet(np.zeros((600, 840), np.uint8), scale, mesh, step)
    assert on_page(sheet, x, y) == pytest.approx((x + slope * y, y + bend * x), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.09, 0.09), st.floats(-0.05, 0.05))
def test_segments_tell_their_slope(slope, fan):
    along = np.linspace(50, 500, 10)[:, None]
    across = np.linspace(100, 700, 8)[None, :]
    slopes = slope + fan * (across - 421) / 421 + 0 * along
    ends = np.stack([np.broadcast_to(v, slopes.shape).ravel() for v in (along, across, along + 30)], axis=1)
    ends = np.concatenate((ends, ends[:, 1:2] + 30 * slopes.reshape(-1, 1)), axis=1)
    bend = field.from_slopes(ends, np.array([297.0, 421.0]), 421.0)
    moved = bend(ends[:, 2:]) - bend(ends[:, :2]) + ends[:, 3] - ends[:, 1]
    assert np.abs(moved / 30).max() < 0.004


def test_shadow_faintness_and_noise_do_not_change_the_cells():
    page = drawn(grey=150)
    shade = np.linspace(1.0, 0.45, page.shape[1])
    noisy = page * shade + np.random.default_rng(1).normal(0, 5, page.shape)
    sheet = flatten(Raster(np.clip(noisy, 0, 255).astype(np.uint8), SCALE))
    assert spans(rulings(sheet)) == cells()
    assert np.median(sheet.grey, axis=0).min() > 230


def test_gaps_in_lines_are_bridged_and_dotted_lines_found():
    for dash, gap in ((12.0, 3.0), (1.4, 1.4)):
        page = drawn()
        clear = page.copy()
        for x0, y0, x1, y1 in edges():
            for at in np.arange(0, 400, dash + gap):
                box = (at, y0 - 1, at + gap, y0 + 1) if x1 > x0 else (x0 - 1, at, x0 + 1, at + gap)
                inside = np.clip(box, (x0 - 1, y0 - 1) * 2, (x1 + 1, y1 + 1) * 2)
                left, top, right, bottom = np.rint(inside * SCALE).astype(int)
                clear[top:bottom, left:right] = 255
        assert spans(rulings(flatten(Raster(clear, SCALE)))) == cells(), (dash, gap)


def broken(page, seed):
    """The page with gaps of 4 to 12 points in its lines, one in each 28 points."""
    chance = np.random.default_rng(seed)
    page = page.copy()
    for x0, y0, x1, y1 in sorted(set(edges())):
        for at in np.arange(chance.uniform(0, 28), max(x1 - x0, y1 - y0), 28.0):
            start, end = at, at + chance.uniform(4, 12)
            along = (x0 + start, y0 - 1, min(x1, x0 + end), y0 + 1)
            down = (x0 - 1, y0 + start, x0 + 1, min(y1, y0 + end))
            left, top, right, bottom = np.rint(np.array(along if x1 > x0 else down) * SCALE).astype(int)
            page[top:bottom, left:right] = 255
    return page


@pytest.mark.parametrize("seed", range(8))
def test_a_table_whose_lines_are_broken_everywhere_keeps_its_cells(seed):
    assert spans(rulings(flatten(Raster(broken(drawn(), seed), SCALE)))) == cells()


def test_rows_whose_lines_down_are_gone_are_the_tables_still():
    def level(y, *spans):
        return [[y, start, end, end - start, 0.7] for start, end in spans]

    rest = np.array([*level(90.0, (40, 120), (140, 260)), *level(108.0, (60, 200)), *level(160.0, (40, 280))])
    assert _with_rows((40.0, 30.0, 300.0, 72.0), rest) == (40.0, 30.0, 300.0, 108.0)  # a heading parts the next table
    strokes = np.array(level(90.0, (40, 70), (200, 240)))
    assert _with_rows((40.0, 30.0, 300.0, 72.0), strokes) == (40.0, 30.0, 300.0, 72.0)


def test_a_line_that_runs_over_half_of_a_table_tells_how_thick_its_lines_are():
    """Of lines drawn double one may run into one; strokes of a pen are thick, too, and short."""
    thin, double, stroke = [40.0, 0, 300, 260, 1.1], [80.0, 0, 300, 200, 2.9], [60.0, 0, 50, 50, 4.0]
    assert thickness(np.array([thin, thin, double, stroke])) == 2.9
    assert thickness(np.array([thin, thin, stroke])) == 1.1


def test_lines_of_print_do_not_bend_a_page_and_curled_rulings_do():
    chance = np.random.default_rng(2)
    along = np.arange(60.0, 540.0, 4.0)
    straight = [np.stack((along, np.full_like(along, y), np.full_like(along, y)), axis=1) for y in range(100, 700, 40)]
    pieces = [line[chance.random(len(line)) < 0.3] for line in straight]
    printed = [line + (0, 0.1, 1) * chance.normal(0, 6, line.shape) * (0, 1, 0) for line in straight]
    size = np.array([600.0, 800.0])
    moved = [line + np.array([0, 20, 20]) for line in printed]
    assert _by_curves(np.concatenate((*pieces, *moved)), np.zeros((0, 3)), size) is None
    curled_lines = [line + (0, 1, 0) * (3 * np.sin(np.pi * along / 600))[:, None] for line in straight]
    assert _by_curves(np.concatenate(curled_lines), np.zeros((0, 3)), size) is not None


def dotted(merged, place=lambda p: p):
    """A dotted table with print in all cells, each dot and text moved by `place`."""
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    for x0, y0, x1, y1 in edges(merged=merged):
        for at in np.arange(0, max(x1 - x0, y1 - y0), 2.8):
            x, y = place(np.array([(x0 + at, y0) if x1 > x0 else (x0, y0 + at)]))[0]
            left, top = round((x - 0.5) * SCALE), round((y - 0.5) * SCALE)
            page[top : round((y + 0.5) * SCALE), left : round((x + 0.5) * SCALE)] = 30
    for r, c, h, w in cells(merged=merged):
        x, y = place(np.array([[COLUMNS[c] + 6, (ROWS[r] + ROWS[r + h]) / 2 + 3.2]]))[0]
        where = (round(x * SCALE), round(y * SCALE))
        cv2.putText(page, "8014" if w == 1 else "8014 146 8BEH", where, 0, 0.3 * SCALE, 30, 1, 16)
    return page


def pale(grey, place, scale):
    """Lines far paler than the digits, and lines of dark print below the table."""
    page = drawn(place, scale, text=True)
    page[drawn(place, scale, text=False) < 200] = grey
    for y in range(190, 290, 12):
        cv2.putText(page, "80141468BEH 8014146" * 2, (int(40 * scale), int(y * scale)), 0, 0.33 * scale, 30, 1, 16)
    return page


@pytest.mark.parametrize(("grey", "place"), [(204, lambda p: p), (221, lambda p: p), (204, turned(1.2))])
@pytest.mark.parametrize("dpi", [150, 200])
def test_lines_far_paler_than_print_are_found(grey, place, dpi):
    raster = Raster(pale(grey, place, dpi / 72), dpi / 72)
    assert coarse.look(raster).ruled
    assert spans(rulings(flatten(raster))) == cells()


def test_pale_lines_that_show_through_beside_dark_ones_are_none():
    page = drawn()
    behind = cv2.GaussianBlur(cv2.flip(drawn(text=False), 1), (5, 5), 0)
    through = np.minimum(page, 255 - (255 - behind.astype(int)) * 12 // 100).astype(np.uint8)
    assert spans(rulings(flatten(Raster(through, SCALE)))) == cells()


@pytest.mark.parametrize("headings", [(0, 3), (0, 2, 4), (1, 4)])
def test_dotted_lines_end_at_headings_across_the_table(headings):
    merged = [(row, 0, 1, 6) for row in headings]
    assert spans(rulings(flatten(Raster(dotted(merged), SCALE)))) == cells(merged=merged)


def test_dotted_lines_are_traced_where_there_are_no_others():
    def bent(p):
        return curled(p, by=3.0)

    small, scale = lines.reduced(dotted(MERGED, bent), SCALE, lines.TRACE_SCALE)
    dark = lines.darkness(small, scale)
    points = lines.traced(dark, lines.ink(dark, scale), scale)
    level = np.unique(points[:, 2])
    assert len(level) >= len(ROWS)
    at = np.linspace(COLUMNS[0], COLUMNS[-1], 200)
    curves = [bent(np.stack((at, np.full(200, row)), axis=1)) for row in ROWS]
    away = [min(np.hypot(*(curve - point).T).min() for curve in curves) for point in points[:, :2]]
    assert np.percentile(away, 90) < 1.0


def test_a_stamp_is_suppressed_and_red_print_is_not():
    page = cv2.cvtColor(drawn(), cv2.COLOR_GRAY2RGB)
    red = (215, 40, 45)
    stamp = np.full_like(page, 255)
    cv2.circle(stamp, (500, 330), 150, red, 9, 16)
    cv2.putText(stamp, "SEAL", (400, 340), 0, 2.5, red, 8, 16)
    cv2.putText(stamp, "37", (60, 760), 0, 1.0, red, 2, 16)
    grey = light.even(Raster(np.minimum(page, stamp), SCALE))
    ring = (np.min(stamp, axis=2) < 80) & (page.min(axis=2) > 250)
    print_ = ring.copy()
    print_[:700], ring[700:] = False, False
    assert np.median(grey[ring]) > 225
    assert np.median(grey[print_]) < 130
    assert spans(rulings(flatten(Raster(np.minimum(page, stamp), SCALE)))) == cells()


def test_pen_strokes_and_borders_are_no_rulings():
    page = drawn()
    t = np.linspace(0, 1, 50)
    stroke = np.stack((120 + 900 * t, 200 + 250 * t + 20 * np.sin(9 * t)), axis=1).astype(np.int32)
    cv2.polylines(page, [stroke], False, 40, 3, 16)
    cv2.circle(page, (40, 400), 22, 20, -1)
    page[:8], page[:, :10] = 60, 60
    assert spans(rulings(flatten(Raster(page, SCALE)))) == cells()


@pytest.mark.parametrize(("thick", "bend"), [(5, 0.0), (4, 2.0), (3, 2.0)], ids=["thick", "bent", "thin and bent"])
def test_a_stroke_of_a_pen_along_two_cells_is_no_line_of_theirs(thick, bend):
    page = drawn(text=False)
    t = np.linspace(0, 1, 50)
    stroke = np.stack((120 + 110 * t, 110 + bend * (t + np.sin(3 * t))), axis=1)
    cv2.polylines(page, [np.rint(stroke * SCALE).astype(np.int32)], False, 40, thick, 16)
    assert spans(rulings(flatten(Raster(page, SCALE)))) == cells()


def test_rules_alone_are_given_alone():
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    for y in ROWS:
        cv2.line(page, (round(40 * SCALE), round(y * SCALE)), (round(380 * SCALE), round(y * SCALE)), 30, 2)
        cv2.putText(page, "80    146    9", (round(60 * SCALE), round((y + 13) * SCALE)), 0, 0.8, 30, 1, 16)
    found = rulings(flatten(Raster(page, SCALE)))
    assert all(ruling.horizontal for ruling in found)
    assert [ruling.top for ruling in found] == pytest.approx(ROWS, abs=0.5)
    assert coarse.look(Raster(page, SCALE)).horizontal_only


def test_a_table_of_which_hardly_two_lines_meet_is_seen():
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    paper = coarse.look(Raster(page, SCALE))
    for y in np.arange(40, SIZE[1] - 40, 24):
        for x in range(40, 360, 45):
            ends = [(round(at * SCALE), round(y * SCALE)) for at in (x + 6, x + 42)]
            cv2.line(page, *ends, 30, 2)
    for x in (90, 240):
        for y in range(45, round(SIZE[1]) - 60, 48):
            ends = [(round(x * SCALE), round(at * SCALE)) for at in (y + 3, y + 38)]
            cv2.line(page, *ends, 30, 2)
    look = coarse.look(Raster(page, SCALE))
    assert (look.worn, paper.worn) == (True, False)
    assert not look.ruled


def test_a_rule_by_itself_is_no_tables():
    page = np.full((round(SIZE[1] * SCALE), round(SIZE[0] * SCALE)), 255, np.uint8)
    for y, x in [(60, 40), (150, 120), (240, 200)]:
        cv2.line(page, (round(x * SCALE), round(y * SCALE)), (round((x + 170) * SCALE), round(y * SCALE)), 30, 2)
    assert rulings(flatten(Raster(page, SCALE))) == ()


def test_noise_about_a_few_words_is_no_table():
    page = np.full((1600, 1200), 235, np.uint8)
    for y in (200, 260):
        cv2.putText(page, "the last words of a report", (200, y), 0, 1.0, 30, 2, 16)
    noise = np.random.default_rng(5).normal(0, 16, page.shape)
    dark = lines.darkness(np.clip(page + noise, 0, 255).astype(np.uint8), SCALE)
    assert np.mean(dark[400:] > lines.threshold(dark)) < 0.002
    assert np.mean(dark[150:300, 200:640] > lines.threshold(dark)) > 0.05


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (200, 2), (60, 60, 3)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_empty_and_tiny_pages_have_no_rulings(shape, value):
    raster = Raster(np.full(shape, value, np.uint8), SCALE)
    assert not coarse.look(raster).ruled
    assert rulings(flatten(raster)) == ()


def test_lines_beside_each_other_in_a_cell_are_in_order_whichever_is_a_pixel_higher():
    """Read the other way round they would be another number."""
    boxes = [(40, 9, 50, 29), (10, 10, 20, 30), (10, 34, 20, 54), (30, 33, 40, 53)]
    found = [(Line(0, box, None), box[:2]) for box in boxes]
    assert [place for _, place in _in_order(found)] == [(10, 10), (40, 9), (10, 34), (30, 33)]
