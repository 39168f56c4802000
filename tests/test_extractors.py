"""pdfplumber and camelot behind their protocol, on small PDFs with known cells."""

import logging
import tempfile
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pdfs import MemoryDocument, Sheet, pdf, region_of

from extract.errors import ExtractorError
from extract.grids.camelot_ import CamelotExtractor
from extract.grids.plumber import PlumberExtractor
from extract.grids.protocol import Extractor
from extract.model import Grid, Ruling

EXTRACTORS = [PlumberExtractor(), CamelotExtractor()]
every = pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda extractor: extractor.name)

AROUND = (95, 95, 305, 185)
EXPECTED = {
    (0, 0, 1, 1): "",
    (0, 1, 1, 2): "Merged head",
    (1, 0, 2, 1): "Stub\nlabel",
    (1, 1, 1, 1): "117",
    (1, 2, 1, 1): "10",
    (2, 1, 1, 1): "0",
    (2, 2, 1, 1): "-",
    (3, 0, 1, 1): "Total",
    (3, 1, 1, 1): "12345",
    (3, 2, 1, 1): "",
}


Stroke = Callable[[float, float, float, float], None]


def table(sheet: Sheet, x: float = 100, y: float = 100, stroke: Stroke | None = None) -> Sheet:
    """A header over two columns, a stub over two rows, and a total."""
    line = stroke or sheet.line
    xs, ys = (x, x + 80, x + 140, x + 200), (y, y + 20, y + 40, y + 60, y + 80)
    for left, level, right in [(0, 0, 3), (0, 1, 3), (1, 2, 3), (0, 3, 3), (0, 4, 3)]:
        line(xs[left], ys[level], xs[right], ys[level])
    for at, top, bottom in [(0, 0, 4), (1, 0, 4), (2, 1, 4), (3, 0, 4)]:
        line(xs[at], ys[top], xs[at], ys[bottom])
    sheet.text(xs[1] + 30, ys[0] + 14, "Merged head")
    sheet.text(xs[0] + 10, ys[1] + 18, "Stub")
    sheet.text(xs[0] + 10, ys[1] + 30, "label")
    sheet.text(xs[0] + 10, ys[3] + 14, "Total")
    for row, column, text in [(1, 1, "117"), (1, 2, "10"), (2, 1, "0"), (2, 2, "-"), (3, 1, "12345")]:
        sheet.text(xs[column] + 20, ys[row] + 14, text)
    return sheet


def cells(grid: Grid) -> dict[tuple[int, int, int, int], str]:
    return {(cell.row, cell.column, cell.row_span, cell.column_span): cell.text for cell in grid.cells}


def only(extractor: Extractor, document: MemoryDocument, sheet: Sheet, number: int = 1) -> Grid:
    (grid,) = extractor.grids(document, sheet.page(number), region_of(AROUND, number))
    return grid


@every
def test_spans_texts_and_boxes(extractor: Extractor) -> None:
    sheet = table(Sheet())
    grid = only(extractor, MemoryDocument(pdf(sheet)), sheet)
    assert (grid.page, grid.extractor) == (1, extractor.name)
    assert grid.rows == pytest.approx((100, 120, 140, 160, 180), abs=0.5)
    assert grid.columns == pytest.approx((100, 180, 240, 300), abs=0.5)
    assert cells(grid) == EXPECTED
    for cell in grid.cells:
        assert cell.reading.doubts == ()
        assert (cell.ink is None) == (cell.text == "")
        if cell.ink:
            assert cell.bbox.contains(cell.ink.x0, cell.ink.top)
            assert cell.bbox.contains(cell.ink.x1, cell.ink.bottom)
    (total,) = [cell for cell in grid.cells if cell.text == "12345"]
    assert total.ink is not None
    assert (total.ink.x0, total.ink.x1) == pytest.approx((200, 200 + 5 * 5.56), abs=0.5)
    assert total.ink.top < 170 < total.ink.bottom


@every
@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("told", [True, False], ids=["by /Rotate", "by content"])
@pytest.mark.parametrize("crop", [0, 20])
def test_a_turned_page_is_read_upright(extractor: Extractor, turn: int, told: bool, crop: float) -> None:
    sheet = table(
        Sheet(842, 595, turn=turn, rotate=turn if told else 0, origin=(30, -40), crop=crop), 100 + crop, 100 + crop
    )
    grid = only(extractor, MemoryDocument(pdf(sheet)), sheet)
    assert cells(grid) == EXPECTED
    assert grid.rows == pytest.approx((100, 120, 140, 160, 180), abs=0.5)
    assert grid.columns == pytest.approx((100, 180, 240, 300), abs=0.5)


@every
def test_thin_rectangles_are_lines(extractor: Extractor) -> None:
    sheet = Sheet()
    table(sheet, stroke=lambda x0, top, x1, bottom: sheet.fill(x0 - 0.3, top - 0.3, x1 + 0.3, bottom + 0.3))
    assert cells(only(extractor, MemoryDocument(pdf(sheet)), sheet)) == EXPECTED


@every
def test_a_background_is_no_line(extractor: Extractor) -> None:
    sheet = Sheet()
    sheet.fill(0, 0, 595, 842, 0.95)
    table(sheet)
    assert cells(only(extractor, MemoryDocument(pdf(sheet)), sheet)) == EXPECTED


@every
def test_only_the_region_of_the_page_asked_for_is_read(extractor: Extractor) -> None:
    first, second = Sheet(), table(table(Sheet()), 100, 400)
    second.text(100, 90, "above 1")
    second.text(100, 200, "below 2")
    grid = only(extractor, MemoryDocument(pdf(first, second, first)), second, 2)
    assert grid.page == 2
    assert cells(grid) == EXPECTED


@every
def test_two_tables_of_a_region_come_as_one_grid_with_the_text_between(extractor: Extractor) -> None:
    sheet = table(table(Sheet()), 100, 220)
    sheet.text(120, 205, "caption 2021")
    (grid,) = extractor.grids(MemoryDocument(pdf(sheet)), sheet.page(), region_of((95, 95, 305, 305)))
    assert len(grid.rows) == 10
    upper = {at: text for at, text in cells(grid).items() if at[0] < 4}
    lower = {(at[0] - 5, *at[1:]): text for at, text in cells(grid).items() if at[0] > 4}
    assert upper == lower == EXPECTED
    (between,) = [cell for cell in grid.cells if cell.row == 4]
    assert (between.column_span, between.text) == (3, "caption 2021")
    assert between.reading.doubts


@every
def test_a_number_across_a_line_is_in_doubt(extractor: Extractor) -> None:
    sheet = table(Sheet())
    sheet.text(235, 114 + 60, "88")
    found = {cell.text: cell.reading.doubts for cell in only(extractor, MemoryDocument(pdf(sheet)), sheet).cells}
    assert found["8"]


@every
@pytest.mark.parametrize("aes", [False, True])
def test_an_encrypted_document_opens_with_its_password(extractor: Extractor, aes: bool) -> None:
    sheet = table(Sheet())
    out = BytesIO()
    allow = pikepdf.Permissions(extract=False)
    with pikepdf.open(BytesIO(pdf(sheet))) as plain:
        plain.save(out, encryption=pikepdf.Encryption(user="secret", owner="o", R=6 if aes else 4, allow=allow))
    assert cells(only(extractor, MemoryDocument(out.getvalue(), "secret"), sheet)) == EXPECTED
    with pytest.raises(ExtractorError, match=r"page 1: .*[Pp]assword"):
        only(extractor, MemoryDocument(out.getvalue()), sheet)


@every
@pytest.mark.parametrize("ruled", [True, False])
def test_nothing_there_is_nothing(extractor: Extractor, ruled: bool) -> None:
    sheet = Sheet()
    assert list(extractor.grids(MemoryDocument(pdf(sheet)), sheet.page(), region_of(AROUND, ruled=ruled))) == []


@every
def test_columns_without_lines_are_found_but_doubted(extractor: Extractor) -> None:
    sheet = Sheet()
    for row in range(8):
        for x, text in ((100, f"label{row}"), (200, str(row)), (260, str(10 + row)), (320, str(1000 * row))):
            sheet.text(x, 110 + 18 * row, text)
    grids = list(extractor.grids(MemoryDocument(pdf(sheet)), sheet.page(), region_of((90, 95, 360, 250), ruled=False)))
    rows = {(row, column): text for (row, column, *_), text in cells(grids[0]).items()}
    assert [[rows[row, column] for column in range(4)] for row in range(8)] == [
        [f"label{row}", str(row), str(10 + row), str(1000 * row)] for row in range(8)
    ]
    assert all(cell.reading.doubts for grid in grids for cell in grid.cells)


def test_pdfplumber_reads_a_table_with_horizontal_rules_only() -> None:
    sheet = Sheet()
    for level in range(9):
        sheet.line(90, 100 + 18 * level, 360, 100 + 18 * level)
    for row in range(8):
        for x, text in ((100, f"label{row}"), (200, str(row)), (260, str(10 + row)), (320, str(1000 * row))):
            sheet.text(x, 112 + 18 * row, text)
    region = region_of((95, 100, 200, 240), ruled=False)
    grid = next(PlumberExtractor().grids(MemoryDocument(pdf(sheet)), sheet.page(), region))
    assert grid.rows == pytest.approx([100 + 18 * level for level in range(9)], abs=0.5)
    assert [cell.text for cell in grid.cells if cell.row == 7] == ["label7", "7", "17", "7000"]
    assert not any(cell.reading.doubts for cell in grid.cells)


@every
def test_failures_name_the_page_and_leave_nothing_behind(
    extractor: Extractor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sheet = table(Sheet())
    good = pdf(sheet)
    broken = [b"", b"%PDF-1.7\n", good[: len(good) // 2], good.replace(b"/Type /Pages", b"/Type /Pagan")]
    levels = {name: logging.getLogger(name).level for name in ("camelot", "playa", "pdfminer", "pdfplumber")}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for data in broken:
            try:
                list(extractor.grids(MemoryDocument(data), sheet.page(), region_of(AROUND)))
            except ExtractorError as error:
                assert str(error).startswith(f"{extractor.name}: page 1: ")
                assert "\n" not in str(error)
        assert cells(only(extractor, MemoryDocument(good), sheet)) == EXPECTED
        with pytest.raises(ExtractorError, match="page 7"):
            only(extractor, MemoryDocument(good), sheet, 7)
    assert not warned
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == 1
    assert {name: logging.getLogger(name).level for name in levels} == levels


def test_a_page_of_another_size_is_refused() -> None:
    sheet = table(Sheet())
    other = Sheet(600, 842)
    with pytest.raises(ExtractorError, match="600 x 842 as read"):
        only(PlumberExtractor(), MemoryDocument(pdf(sheet)), other)


def test_a_page_full_of_lines_is_given_up() -> None:
    sheet = Sheet()
    for step in range(100):
        sheet.line(100, 100 + 5 * step, 595, 100 + 5 * step)
        sheet.line(100 + 4.9 * step, 100, 100 + 4.9 * step, 595)
    document, region = MemoryDocument(pdf(sheet)), region_of((95, 95, 595, 605))
    with pytest.raises(ExtractorError, match=r"page 1: [0-9]+ crossings"):
        list(PlumberExtractor().grids(document, sheet.page(), region))
    crowded = replace(sheet.page(), rulings=(Ruling(0, 0, 9, 0),) * 2001)
    with pytest.raises(ExtractorError, match="page 1: 2001 lines"):
        list(CamelotExtractor().grids(document, crowded, region))
