"""The source: what is refused and how, and pages in upright coordinates however their file stores them."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pdfs import Sheet, drawn, lines, page_of, pdf, written
from samples_truth import FOLDER, report, truth

import extract
from extract.errors import GongkaiError, LimitError, PasswordError, UnreadableError
from extract.limits import Limits
from extract.source import open_document

HOSTILE = FOLDER / "hostile"


# What is refused
@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("empty.pdf", UnreadableError, "the file is empty"),
        ("truncated.pdf", UnreadableError, "truncated"),
        ("password.pdf", PasswordError, "a password is needed"),
        ("nowhere.pdf", UnreadableError, "No such file"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(name: str, error: type[GongkaiError], says: str) -> None:
    with pytest.raises(error, match=says) as raised:
        extract.read(HOSTILE / name)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"PK\x03\x04", "ZIP archive or an office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old office document"),
        (b"\xff\xd8\xff\xe0", "not a readable image"),
        (b"II*\x00", "not a readable image"),
        (b"<html><body>", "HTML"),
        (b"\0" * 16, "something else"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 16, "a HEIC or AVIF image: save it as JPEG or PNG"),
        (b"GIF89a" + b"\0" * 16, "a GIF image: save it as PNG"),
        (b"AT&TFORM" + b"\0" * 16, "a DjVu document: save it as PDF"),
        (b"Rar!\x1a\x07\x01\0" + b"\0" * 16, "an archive: unpack it"),
    ],
)
def test_the_kind_of_a_file_that_is_no_pdf_is_named(tmp_path: Path, start: bytes, says: str) -> None:
    with pytest.raises(UnreadableError, match=says):
        open_document(written(tmp_path, start + b" " * 2000))


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be opened"):
        open_document(tmp_path)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.9])
def test_a_file_cut_anywhere_is_refused_or_read_with_what_is_left_of_it(tmp_path: Path, kept: float) -> None:
    data = (FOLDER / "city.pdf").read_bytes()
    path = written(tmp_path, data[: int(len(data) * kept)])
    try:
        found = extract.read(path)
    except UnreadableError as error:
        assert "truncated" in str(error)
    else:
        assert all(cell.flagged or truth("city")[cell.id].agrees(cell) for cell in found.cells)


def test_bytes_overwritten_in_the_middle_never_give_a_wrong_number_without_a_flag(tmp_path: Path) -> None:
    """Where a font is hit, digits vanish from text and picture alike: those cells are blank in any viewer."""
    data = bytearray((FOLDER / "seed-004.pdf").read_bytes())
    rng = np.random.default_rng(7)
    for turn in range(12):
        damaged = bytearray(data)
        start = int(rng.integers(200, len(data) - 300))
        damaged[start : start + 200] = bytes(200)
        try:
            found = extract.read(written(tmp_path, bytes(damaged), f"{turn}.pdf"))
        except GongkaiError:
            continue
        true = truth("seed-004")
        assert not [c for c in found.cells if c.value is not None and not c.flagged and not true[c.id].agrees(c)]


def test_the_wrong_password_is_told_from_none() -> None:
    with pytest.raises(PasswordError, match="wrong"):
        open_document(HOSTILE / "password.pdf", password="guess")


def test_the_right_password_gives_the_report_that_is_inside() -> None:
    found = extract.read(HOSTILE / "password.pdf", password="gongkai")
    assert [(c.id, c.value, c.status) for c in found.cells] == [(c.id, c.value, c.status) for c in report("city").cells]


def test_a_password_for_a_file_without_one_does_no_harm() -> None:
    with open_document(FOLDER / "city.pdf", password="gongkai") as document:
        assert len(document) == 3


def test_limits_of_bytes_pages_and_objects() -> None:
    path = FOLDER / "city.pdf"
    with pytest.raises(LimitError, match="bytes"):
        extract.read(path, limits=Limits(file_bytes=1000))
    with pytest.raises(LimitError, match="3 pages, more than the limit of 2"):
        extract.read(path, limits=Limits(pages=2))
    with pytest.raises(LimitError, match=r"page \d draws \d+ objects, more than the limit of 100"):
        extract.read(path, limits=Limits(page_objects=100))
    with pytest.raises(LimitError, match=r"page 1 is 595 x 842 points, more than the limit of 800"):
        extract.read(path, limits=Limits(page_points=800))
    with pytest.raises(LimitError, match=r"page 1 has \d+ characters, more than the limit of 50"):
        extract.read(path, limits=Limits(page_characters=50))
    with pytest.raises(LimitError, match="more rulings than the limit of 30"):
        extract.read(path, limits=Limits(page_rulings=30))
    with pytest.raises(LimitError, match="inflates to more than the limit of 1000"):
        extract.read(path, limits=Limits(stream_bytes=1000))


@pytest.mark.parametrize("times", [1, 2])
def test_a_stream_that_inflates_beyond_the_limit_is_refused_before_it_costs_memory(tmp_path: Path, times: int) -> None:
    bomb = bytes(64 * 2**20)
    for _ in range(times):
        bomb = zlib.compress(bomb, 9)
    path = tmp_path / "bomb.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj << /Filter /FlateDecode >>\nstream\n" + bomb + b"\nendstream endobj\n%%EOF")
    with pytest.raises(LimitError, match=r"a stream of \d+ bytes inflates to more than the limit of 33554432"):
        extract.read(path, limits=Limits(stream_bytes=32 * 2**20))


def test_the_hash_is_that_of_the_files_bytes() -> None:
    import hashlib

    assert report("city").sha256 == hashlib.sha256((FOLDER / "city.pdf").read_bytes()).hexdigest()


# Kinds of pages
def test_a_page_with_an_image_and_no_text_is_an_image(tmp_path: Path) -> None:
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(300, 200))
    image = pikepdf.Stream(file, bytes(16), Width=4, Height=4, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = file.make_stream(b"q 280 0 0 180 10 10 cm /Im0 Do Q")
    file.add_blank_page(page_size=(300, 200))
    file.save(tmp_path / "scan.pdf")
    with open_document(tmp_path / "scan.pdf") as document:
        with document.page(1) as first:
            assert first.kind == "image"
            assert first.read().words == ()
        with document.page(2) as second:
            assert second.kind == "empty"
    assert extract.read(tmp_path / "scan.pdf").verdict == "no-tables"


def test_skimming_reads_the_text_only() -> None:
    with open_document(FOLDER / "city.pdf") as document, document.page(1) as source:
        skimmed, full = source.skim(), source.read()
    assert skimmed.skimmed
    assert not full.skimmed
    assert skimmed.text == full.text
    assert (skimmed.width, skimmed.height) == (full.width, full.height)
    assert skimmed.words == ()
    assert len(full.words) > 50


# Text
def test_words_stand_where_they_are_drawn(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(100, 200, "12345")
    sheet.text(300, 200, "67 89")
    words = drawn(tmp_path, sheet).words
    assert [word.text for word in words] == ["12345", "67", "89"] or [word.text for word in words] == ["12345", "6789"]
    box = words[0].bbox
    assert box.x0 == pytest.approx(100, abs=1.5)
    assert box.bottom == pytest.approx(200, abs=1)
    assert box.x1 == pytest.approx(100 + 5 * 5.56, abs=1.5)


def test_characters_printed_twice_for_boldness_are_read_once(tmp_path: Path) -> None:
    sheet = Sheet()
    for shift in (0, 0.25, 0.5):
        sheet.text(100 + shift, 200, "10")
        sheet.text(100, 230 + shift, "77")
    page = drawn(tmp_path, sheet)
    assert page.glyphs.text == "1077"
    assert [word.text for word in page.words] == ["10", "77"]


def test_repeated_digits_side_by_side_or_one_below_the_other_stay(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(100, 200, "1111111", size=6)
    sheet.text(100, 206, "1111111", size=6)
    assert drawn(tmp_path, sheet).glyphs.text == "1" * 14


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("name", ["city", "seed-000", "backgrounds"])
def test_a_turned_page_gives_the_boxes_of_the_upright_one(tmp_path: Path, name: str, angle: int) -> None:
    """The page is stored turned and /Rotate turns it back, so a reader sees the same page."""
    turned = tmp_path / f"{name}-{angle}.pdf"
    with pikepdf.open(FOLDER / f"{name}.pdf") as file:
        for page in file.pages:
            left, bottom, right, top = (float(edge) for edge in page.mediabox)
            width, height = right - left, top - bottom
            matrix = {
                90: (0, 1, -1, 0, top, -left),
                180: (-1, 0, 0, -1, right, top),
                270: (0, -1, 1, 0, -bottom, right),
            }[angle]
            page.contents_add(f"q {' '.join(map(str, matrix))} cm\n".encode(), prepend=True)
            page.contents_add(b"\nQ")
            page.mediabox = [0, 0, height, width] if angle != 180 else [0, 0, width, height]
            for box in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Annots"):
                if box in page:
                    del page[box]
            page.Rotate = angle
        file.save(turned)
    found, upright = extract.read(turned), report(name)
    assert [(p.width, p.height) for p in found.pages] == [
        pytest.approx((p.width, p.height), abs=0.1) for p in upright.pages
    ]
    assert {page.rotation for page in found.pages} == {angle}
    for one, other in zip(found.cells, upright.cells, strict=True):
        assert (one.id, one.value, one.text, one.status, one.page) == (
            other.id,
            other.value,
            other.text,
            other.status,
            other.page,
        )
        assert one.bbox == pytest.approx(other.bbox, abs=0.6)
    assert [r.bbox for r in found.regions] == [pytest.approx(r.bbox, abs=0.6) for r in upright.regions]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_stored_sideways_without_rotate_is_turned_by_its_text(tmp_path: Path, angle: int) -> None:
    path = tmp_path / "sideways.pdf"
    with pikepdf.open(FOLDER / "seed-004.pdf") as file:
        for page in file.pages:
            page.Rotate = angle
        file.save(path)
    found = extract.read(path)
    assert [(c.id, c.value, c.status) for c in found.cells] == [
        (c.id, c.value, c.status) for c in report("seed-004").cells
    ]


def test_strings_that_stand_on_their_heads_are_read_in_their_order(tmp_path: Path) -> None:
    """PDFium gives the last string of such a line first, each from its own beginning."""
    sheet = Sheet(turn=180, rotate=0)
    for i, text in enumerate(("12", "34", "56")):  # at a digit's pitch: one number
        sheet.text(100 + i * 11.12, 130, text)
    sheet.text(200, 130, "789")
    assert [word.text for word in drawn(tmp_path, sheet).glyphs.words()] == ["123456", "789"]


def test_coordinates_count_from_the_visible_box(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(100, 200, "42")
    sheet.line(100, 220, 300, 220)
    path = written(tmp_path, pdf(sheet))
    whole = page_of(path)
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.pages[0].CropBox = [10, 30, 575, 822]
        file.save(path)
    cropped = page_of(path)
    assert (cropped.width, cropped.height) == (565, 792)
    x0, top, x1, bottom = whole.words[0].bbox
    assert cropped.words[0].bbox == pytest.approx((x0 - 10, top - 20, x1 - 10, bottom - 20), abs=0.01)
    assert lines(cropped) == [(90, 200, 290, 200)]


def test_the_picture_is_upright_too(tmp_path: Path) -> None:
    sheet = Sheet(rotate=90)
    sheet.fill(100, 300, 140, 360)
    path = written(tmp_path, pdf(sheet))
    page = page_of(path)
    with open_document(path) as document:
        image = document.image(page, 1.0).convert("L")
    assert image.size == (842, 595)
    dark = np.argwhere(np.asarray(image) < 100)
    top, left = dark.min(axis=0)
    bottom, right = dark.max(axis=0)
    assert (left, top, right + 1, bottom + 1) == pytest.approx((842 - 360, 100, 842 - 300, 140), abs=2)


def test_rows_drawn_above_or_below_the_page_are_none_of_it(tmp_path: Path) -> None:
    sheet = Sheet(height=400)
    for top in (-140, -100, -60, -20, 30, 380, 420, 460):
        sheet.line(100, top, 300, top)
    for x in (100, 200, 300):
        sheet.line(x, -140, x, -60)
        sheet.line(x, -20, x, 30)
        sheet.line(x, 380, x, 460)
    for baseline, text in ((-110, "11"), (10, "22"), (395, "33"), (440, "44")):
        sheet.text(120, baseline, text)
    page = drawn(tmp_path, sheet)
    assert [word.text for word in page.words] == ["22", "33"]
    assert {text for text, _ in page.unseen} == {"1", "4"}
    down = {(round(r.x0), round(r.top), round(r.bottom)) for r in page.rulings if not r.horizontal}
    assert down == {(x, top, bottom) for x in (100, 200, 300) for top, bottom in ((0, 30), (380, 400))}
    assert {round(r.top) for r in page.rulings if r.horizontal} == {0, 30, 380, 400}
