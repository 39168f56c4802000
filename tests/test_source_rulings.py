"""What is drawn on pages of PDFs: rulings, and other ink."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from pdfs import Sheet, drawn, lines, page_of, pdf, written

from extract.model import BBox, Page
from extract.source import open_document

# Rulings


def test_strokes_are_rulings(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.line(100, 200, 300, 200)
    sheet.line(100, 200, 100, 260)
    assert lines(drawn(tmp_path, sheet)) == [(100, 200, 100, 260), (100, 200, 300, 200)]


def test_a_stroked_rectangle_is_four_rulings(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.content.append(f"0.5 w 100 {842 - 260} 200 60 re S")
    assert lines(drawn(tmp_path, sheet)) == [
        (100, 200, 100, 260),
        (100, 200, 300, 200),
        (100, 260, 300, 260),
        (300, 200, 300, 260),
    ]


def test_thin_filled_rectangles_are_rulings(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.fill(100, 199.6, 300, 200.4)
    sheet.fill(99.6, 200, 100.4, 260)
    assert lines(drawn(tmp_path, sheet)) == [(100, 200, 100, 260), (100, 200, 300, 200)]


def test_one_path_that_fills_many_thin_rectangles_is_as_many_rulings(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.content.append("100 600 200 0.5 re 100 560 200 0.5 re 100 560 0.5 40 re f")
    assert lines(drawn(tmp_path, sheet)) == [(100, 242, 100, 282), (100, 242, 300, 242), (100, 282, 300, 282)]


def test_filled_areas_give_their_edges_as_weak_rulings(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.fill(100, 200, 300, 260, gray=0.9)
    page = drawn(tmp_path, sheet)
    assert lines(page) == []
    assert lines(page, kind="fill") == [
        (100, 200, 100, 260),
        (100, 200, 300, 200),
        (100, 260, 300, 260),
        (300, 200, 300, 260),
    ]


def test_the_background_of_the_whole_page_is_none(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.fill(0, 0, 595, 842, gray=0.95)
    assert drawn(tmp_path, sheet).rulings == ()


@pytest.mark.parametrize("across", [True, False])
def test_a_row_of_dots_is_a_ruling(tmp_path: Path, across: bool) -> None:
    sheet = Sheet()
    for step in range(0, 120, 3):
        x, y = (100 + step, 200) if across else (100, 200 + step)
        sheet.fill(x, y, x + 1, y + 1)
    (ruling,) = drawn(tmp_path, sheet).rulings
    assert ruling.horizontal == across
    assert ruling.x1 - ruling.x0 + ruling.bottom - ruling.top == pytest.approx(118, abs=1.5)


def test_a_few_dots_are_punctuation(tmp_path: Path) -> None:
    sheet = Sheet()
    for step in range(0, 9, 3):
        sheet.fill(100 + step, 200, 101 + step, 201)
    assert drawn(tmp_path, sheet).rulings == ()


def test_dashes_are_one_ruling(tmp_path: Path) -> None:
    sheet = Sheet()
    for x in range(100, 300, 7):
        sheet.line(x, 200, x + 4, 200)
    assert lines(drawn(tmp_path, sheet)) == [(100, 200, 300, 200)]


def test_pieces_that_touch_are_one_ruling_and_those_apart_are_two(tmp_path: Path) -> None:
    sheet = Sheet()
    for x0, x1 in ((100, 180), (180, 260), (290, 340)):
        sheet.line(x0, 200, x1, 200)
    assert lines(drawn(tmp_path, sheet)) == [(100, 200, 260, 200), (290, 200, 340, 200)]


def test_slanted_and_unpainted_paths_are_no_rulings(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.content.append("100 600 m 300 500 l S")
    sheet.content.append("100 400 200 60 re n")
    assert drawn(tmp_path, sheet).rulings == ()


def in_forms(path: Path, content: bytes, matrices: list[str]) -> Page:
    """A page that draws `content` through form XObjects one within the other, outermost matrix first."""
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(595, 842))
    inner = content
    resources = pikepdf.Dictionary()
    for matrix in reversed(matrices):
        form = file.make_stream(inner)
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = [-2000, -2000, 2000, 2000]
        form.Matrix = pikepdf.Array([pikepdf.Object.parse(number.encode()) for number in matrix.split()])
        form.Resources = resources
        resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        inner = b"q /F Do Q"
    page.Resources, page.Contents = resources, file.make_stream(inner)
    file.save(path)
    return page_of(path)


@pytest.mark.parametrize(
    ("matrices", "content"),
    [
        (["1 0 0 1 0 0"], b"0.5 w 100 642 m 300 642 l S"),
        (["1 0 0 1 50 42"], b"0.5 w 50 600 m 250 600 l S"),
        (["2 0 0 2 0 0"], b"0.3 w 50 321 m 150 321 l S"),
        (["1 0 0 1 50 42", "2 0 0 2 0 0"], b"0.2 w 25 300 m 125 300 l S"),
        (["0 1 -1 0 400 0"], b"0.5 w 642 300 m 642 100 l S"),
        (["1 0 0 1 10 0", "1 0 0 1 20 0", "1 0 0 1 30 0"], b"40 641.8 200 0.4 re f"),
    ],
)
def test_lines_in_form_objects_are_where_the_page_shows_them(
    tmp_path: Path, matrices: list[str], content: bytes
) -> None:
    page = in_forms(tmp_path / "forms.pdf", content, matrices)
    (ruling,) = page.rulings
    assert (ruling.x0, ruling.top, ruling.x1, ruling.bottom) == pytest.approx((100, 200, 300, 200), abs=1)


def test_a_form_that_draws_itself_comes_to_an_end(tmp_path: Path) -> None:
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(595, 842))
    form = file.make_stream(b"0.5 w 100 642 m 300 642 l S /F Do")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 600, 850]
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.Resources, page.Contents = form.Resources, file.make_stream(b"/F Do")
    file.save(tmp_path / "loop.pdf")
    assert lines(page_of(tmp_path / "loop.pdf")) == [(100, 200, 300, 200)]


# Ink
def test_ink_is_seen_in_boxes_that_the_text_layer_leaves_empty(tmp_path: Path) -> None:
    sheet = Sheet()
    for x in range(100, 301, 50):
        sheet.line(x, 200, x, 240)
    for y in (200, 240):
        sheet.line(100, y, 300, y)
    sheet.fill(150.5, 200.5, 199.5, 239.5, gray=0.85)  # a shaded cell is empty
    sheet.content.append(f"1 w 220 {842 - 230} m 224 {842 - 210} l 228 {842 - 230} l S")  # a drawn mark is not
    path = written(tmp_path, pdf(sheet))
    page = page_of(path)
    boxes = [BBox(x, 200, x + 50, 240) for x in range(100, 300, 50)]
    with open_document(path) as document:
        assert document.inked(page, boxes) == [False, False, True, False]
        assert document.inked(page, [boxes[0], boxes[3]]) == [False, False]
        assert document.inked(page, [BBox(110, 205, 150, 235)]) == [False]


def test_ink_of_images_and_text_counts(tmp_path: Path) -> None:
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(300, 200))
    image = pikepdf.Stream(
        file, bytes([0, 255] * 8), Width=4, Height=4, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8
    )
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = file.make_stream(b"q 20 0 0 20 115 115 cm /Im0 Do Q")
    file.save(tmp_path / "image.pdf")
    with open_document(tmp_path / "image.pdf") as document:
        with document.page(1) as source:
            found = source.read()
        assert document.inked(found, [BBox(100, 50, 150, 100), BBox(200, 50, 250, 100)]) == [True, False]


def test_spaces_that_a_producer_writes_into_empty_cells_are_no_ink(tmp_path: Path) -> None:
    sheet = Sheet()
    for x, text in ((120, " "), (220, "  "), (320, "1")):
        sheet.text(x, 100, text)
    path = written(tmp_path, pdf(sheet))
    with open_document(path) as document:
        boxes = [BBox(x, 85, x + 70, 110) for x in (110, 210, 310)]
        assert document.inked(page_of(path), boxes) == [False, False, True]
