"""Light print on dark bands becomes dark print on a light ground; shadows and bold print stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

import extract
from extract.scan.paper.inverse import without_bands
from tests.samples_truth import FOLDER

SCALE = 200 / 72
Picture = NDArray[np.uint8]


def written(page: Picture, text: str, x: float, y: float, grey: int) -> None:
    cv2.putText(page, text, (round(x * SCALE), round(y * SCALE)), 0, 0.75, grey, 2, 16)


def headed(band: int, print_: int, lines: int | None, *, slope: float = 0.0) -> Picture:
    """A table of three rows and columns below a band with print and lines in it, or none."""
    page = np.full((round(300 * SCALE), round(420 * SCALE)), 250, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round((y + slope * x) * SCALE)

    cv2.fillPoly(page, [np.array([at(40, 80), at(380, 80), at(380, 120), at(40, 120)])], band)
    rows, columns = (80, 100, 120, 140, 160, 180), (40, 150, 260, 380)
    for y in rows:
        grey = 20 if y > 120 else lines
        if grey is not None:
            cv2.line(page, at(40, y), at(380, y), grey, 2)
    for x in columns:
        cv2.line(page, at(x, 120), at(x, 180), 20, 2)
        if lines is not None:
            cv2.line(page, at(x, 80), at(x, 120), lines, 2)
    for y in rows[:-1]:
        for x in columns[:-1]:
            written(page, "8014 15", x + 10, y + slope * x + 14, print_ if y < 120 else 20)
    return page


def print_in(page: Picture, dark: bool) -> NDArray[np.bool_]:
    """What stands out by a quarter of the range in the band's first cell, within its lines."""
    cell = page[round(83 * SCALE) : round(97 * SCALE), round(44 * SCALE) : round(146 * SCALE)]
    ground = np.median(cell)
    return np.asarray(cell < ground - 60 if dark else cell > ground + 60)


@pytest.mark.parametrize("slope", [0.0, 0.02])
@pytest.mark.parametrize(("band", "print_", "lines"), [(70, 250, 20), (70, 250, 250), (0, 255, None), (150, 250, 20)])
def test_light_print_on_a_band_becomes_dark(band: int, print_: int, lines: int | None, slope: float) -> None:
    page = headed(band, print_, lines, slope=slope)
    found = without_bands(page, SCALE)
    assert np.median(found[round(90 * SCALE), round(44 * SCALE) : round(376 * SCALE)]) > 230
    if not slope:
        assert np.mean(print_in(found, dark=True) == print_in(page, dark=False)) > 0.99
    below = round((123 + slope * 380) * SCALE)
    assert np.array_equal(found[below:], page[below:])


@pytest.mark.parametrize(("band", "lines", "framed"), [(70, 20, True), (0, None, False)])
def test_lines_of_bands_stay_and_rows_below_keep_theirs(band: int, lines: int | None, *, framed: bool) -> None:
    found = without_bands(headed(band, 255, lines), SCALE)
    dark = found < 128

    def drawn(y: float) -> bool:
        rows = dark[round((y - 1) * SCALE) : round((y + 1) * SCALE) + 1, round(45 * SCALE) : round(375 * SCALE)]
        return bool(rows.any(axis=0).mean() > 0.95)

    assert [drawn(80), drawn(100), drawn(120)] == [framed, framed, True]


def test_lines_of_a_faded_band_stay_no_paler_than_half_of_those_below_it() -> None:
    faded = np.rint(250 - (250 - headed(70, 250, 20).astype(np.float32)) * 0.5).astype(np.uint8)
    found = without_bands(faded, SCALE)
    within, below = (found[round(y * SCALE), round(45 * SCALE) : round(145 * SCALE)] for y in (100, 140))
    assert 250 - np.median(within) > (250 - np.median(below)) / 2


def shadowed() -> Picture:
    page = headed(235, 20, 20)
    fall = np.ones(page.shape, np.float32)
    fall[:, : round(200 * SCALE)] = 0.45
    return np.asarray(page * cv2.GaussianBlur(fall, (0, 0), 12 * SCALE), dtype=np.uint8)


def titled() -> Picture:
    page = headed(235, 20, 20)
    for y in (40, 62):
        cv2.putText(page, "MHWEB 88 MHWEB 88", (round(30 * SCALE), round(y * SCALE)), 0, 1.9, 10, 9, 16)
    return page


@pytest.mark.parametrize("page", [headed(235, 20, 20), headed(150, 20, 20), shadowed(), titled()])
def test_other_pages_stay_as_they_are(page: Picture) -> None:
    assert without_bands(page, SCALE) is page


@pytest.mark.parametrize("lines", [0.0, 1.0])
def test_a_report_with_white_headers_on_blue_is_read(tmp_path, lines: float) -> None:
    """A page of a sample with the header of its table in white on blue, its lines in black or white."""
    sample = FOLDER / "edition-2019.pdf"
    native = extract.read(sample)["disclosure_requests"]
    grid = native.grids[0]
    values = [cell.bbox for cell in native.cells if cell.page == grid.page and cell.bbox]
    first = min(box.top for box in values)
    edges = [cell.bbox for cell in grid.cells]
    left, top, right = min(b.x0 for b in edges), min(b.top for b in edges), max(b.x1 for b in edges)
    picture = np.array(pypdfium2.PdfDocument(sample)[grid.page - 1].render(scale=SCALE).to_numpy()[..., :3])
    band = np.s_[round(top * SCALE) : round(first * SCALE), round(left * SCALE) : round(right * SCALE)]
    dark = picture[band].min(axis=2) < 128
    ruled = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, 90), np.uint8))
    ruled |= cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, np.ones((60, 1), np.uint8))
    ink = 1 - picture[band].astype(np.float64) / 255
    white = np.where(ruled[..., None] > 0, lines, 1.0)
    blue = np.array([30, 90, 170])
    picture[band] = blue + ink * (255 * white - blue)
    Image.fromarray(picture).save(tmp_path / "page.png", dpi=(200, 200))
    read = extract.read(tmp_path / "page.png")["disclosure_requests"]
    wanted = {cell.id: cell.value for cell in native.cells if cell.page == grid.page}
    found = {cell.id: cell for cell in read.cells if cell.id in wanted}
    assert {name: cell.value for name, cell in found.items()} == wanted
    assert sum(cell.flagged for cell in found.values()) == 0
