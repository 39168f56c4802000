"""Text layers that say something else than is printed are not believed, and the page says so."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="reports are drawn with reportlab (the samples extra)")
pytest.importorskip("benchmarks", reason="the source tree is needed, not the installed package alone")

import pikepdf
import pypdfium2
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from samples_truth import FOLDER

import extract
from benchmarks.variations.files import other_digits, private_unicode, renamed, shifted_unicode, without_unicode
from extract.model import Page
from extract.source import legible, open_document
from extract.source.text import WATERMARK
from samples.look import font_file
from samples.marks import Held, hold

NATIVE = sorted(path for path in FOLDER.glob("*.pdf") if path.stem != "hybrid")
CHINESE = "本年新收政府信息公开申请数量、上年结转政府信息公开申请数量（单位：件）2024年，共12件。" * 2


def pages(data: bytes, path: Path) -> list[Page]:
    path.write_bytes(data)
    found = []
    with open_document(path) as document:
        for number in range(1, len(document) + 1):
            with document.page(number) as page:
                found.append(page.read())
    return found


@pytest.mark.parametrize("path", NATIVE, ids=lambda path: path.stem)
def test_samples_are_legible(path: Path, tmp_path: Path) -> None:
    assert {page.kind for page in pages(path.read_bytes(), tmp_path / "a.pdf")} <= {"text", "empty"}


@pytest.mark.parametrize("sample", ["city", "seed-001", "stub-split", "seed-004"])
@pytest.mark.parametrize("change", [without_unicode, shifted_unicode, private_unicode])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_garbled_text_is_not_used(sample: str, change, seed: int, tmp_path: Path) -> None:
    data = change((FOLDER / f"{sample}.pdf").read_bytes(), random.Random(seed))
    for page in pages(data, tmp_path / "garbled.pdf"):
        assert (page.kind, page.text) == ("image", "")
        assert "garbled" in page.doubts[0] or "look like other digits" in page.doubts[0]


@pytest.mark.parametrize("sample", ["city", "seed-001", "stub-split", "seed-004"])
@pytest.mark.parametrize("seed", range(5))
def test_digits_that_look_like_others_are_not_used(sample: str, seed: int, tmp_path: Path) -> None:
    native = pages((FOLDER / f"{sample}.pdf").read_bytes(), tmp_path / "native.pdf")
    full = {page.number for page in native if len(set(page.text) & set("0123456789")) > 6}
    data = other_digits((FOLDER / f"{sample}.pdf").read_bytes(), random.Random(seed))
    tables = [page for page in pages(data, tmp_path / "disguised.pdf") if page.number in full]
    assert tables
    for page in tables:
        assert (page.kind, page.text) == ("image", "")
        assert "look like other digits" in page.doubts[0]


def two_pages(first: str, second: str, family: str = "DejaVu Sans") -> bytes:
    """Pages with the digits of one embedded font, too many for pages with a stamp or a number only."""
    file, index = font_file(family)
    pdfmetrics.registerFont(TTFont("digits", str(file), subfontIndex=index))
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(300, 200))
    for digits in (first, second):
        pen.setFont("digits", 10)
        for row in range(8):
            pen.drawString(40, 40 + 15 * row, " ".join(digits))
        pen.showPage()
    pen.save()
    return stored.getvalue()


def test_a_nought_with_a_dot_has_as_many_outlines_as_an_8(tmp_path: Path) -> None:
    """Each digit with holes is drawn as another one, 0 as 9 and 8 as 0; what tells is that 3 is drawn as 8."""
    native = two_pages("0123456789", "0123456789", "Liberation Mono")
    disguised = renamed(native, lambda code: ord("8541679230"[code - ord("0")]) if 0x30 <= code <= 0x39 else code)
    assert {page.kind for page in pages(native, tmp_path / "a.pdf")} == {"text"}
    assert {page.kind for page in pages(disguised, tmp_path / "b.pdf")} == {"image"}


@pytest.mark.parametrize("turned", [False, True])
def test_other_pages_tell_of_a_font_that_a_page_has_few_digits_of(tmp_path: Path, *, turned: bool) -> None:
    """Nothing speaks against 2, 3, 5 and 7, whichever of them is drawn as which."""
    few, all_digits, path = "235", "0123456789", tmp_path / "a.pdf"
    native = two_pages(*((all_digits, few) if turned else (few, all_digits)))
    numbers = (2, 1) if turned else (1, 2)
    later = 0
    for seed in range(30):
        data = other_digits(native, random.Random(seed))
        assert {page.kind for page in pages(data, path)[numbers[1] - 1 :][:1]} == {"image"}
        with open_document(path) as document:
            kinds = {}
            for number in (1, 2):
                with document.page(number) as page:
                    kinds[number] = page.kind
            believed = {number for number, kind in kinds.items() if kind == "text"}
            assert document.misled() == believed
            assert document.misled() == set()
            for number in believed:
                with document.page(number) as page:
                    assert page.kind == "image"
        later += len(believed)
    assert bool(later) is not turned
    assert {page.kind for page in pages(native, path)} == {"text"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 34 56 78",
        CHINESE,
        "本年新收政府資訊公開申請數量，上年結轉政府資訊公開申請數量，予以公開，其他處理。" * 2,
        "Annual report on the disclosure of government information in the year 2024.",
        "Отчёт о раскрытии правительственной информации за две тысячи двадцать четвёртый год.",
        "ئۇيغۇر ئاپتونوم رايونلۇق خەلق ھۆكۈمىتىنىڭ ھۆكۈمەت ئۇچۇرلىرىنى ئاشكارىلاش دوكلاتى",
        CHINESE + "\uf06c\uf0b2" + "\uf0a7" * 3,
        CHINESE + "禤彧玥赟",
    ],
)
def test_text_of_any_language_is_not_garbled(text: str) -> None:
    assert not legible.garbled(text)


@pytest.mark.parametrize("by", [-29, 1, 37, 211, 3000])
def test_shifted_text_is_garbled(by: int) -> None:
    assert legible.garbled("".join(chr(ord(char) + by) if ord(char) > 0x2FFF else char for char in CHINESE))


def test_a_row_alone_on_its_page_is_enough_to_tell_that_its_text_is_garbled() -> None:
    """Its figures are what they seem: fonts of Latin letters say what theirs are."""
    assert legible.garbled("\x01\x04\r\nÇ³É‰\r\n›\x0f\x10 1.ÂÅÊÁËÈ 0 3 7 0 0 0 10\r\n⁄ 4 ⁄")
    assert not legible.garbled("\uf06c \uf0b2 1.属于国家秘密 0 3 7 0 0 0 10 — 4 —")


def test_digits_say_nothing_for_what_stands_beside_them() -> None:
    row = " 17 35 14 31 94 71 13\n"
    assert legible.garbled(("".join(chr(ord(char) + 3000) for char in CHINESE[:40]) + row * 3) * 3)
    assert not legible.garbled((CHINESE[:40] + row * 3) * 3)


def test_a_row_without_any_chinese_character_is_garbled() -> None:
    assert legible.garbled("\x1f\xadÄ·\r\n⁄\x0c\r 1.„æ‰ÂÊÁ 0 0\r\n‚ 2 ‚")
    assert not legible.garbled("— 2 —")
    assert not legible.garbled("①②③④⑤⑥ 表")


@pytest.mark.parametrize("kind", ["fields", "notes"])
def test_fields_and_notes_are_read(kind: str, tmp_path: Path) -> None:
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(300, 200))
    pen.drawString(40, 150, "typed")
    pen.showPage()
    pen.drawString(40, 150, "typed")
    pen.save()
    data = hold(stored.getvalue(), [Held(1, 40, 100, 30, 12, "4711")], kind)
    first, second = pages(data, tmp_path / "held.pdf")
    assert first.glyphs.text == "typed4711"
    assert "form fields or notes" in first.doubts[0]
    assert (second.glyphs.text, second.doubts) == ("typed", ())


def test_other_readers_are_given_what_fields_hold(tmp_path: Path) -> None:
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(300, 200))
    pen.drawString(40, 150, "typed")
    pen.save()
    path = tmp_path / "held.pdf"
    path.write_bytes(hold(stored.getvalue(), [Held(1, 40, 100, 30, 12, "4711")], "fields"))
    with open_document(path) as document:
        before = document.sha256
        with document.page(1):
            pass
        with pypdfium2.PdfDocument(document.data) as flat:
            assert "4711" in flat[0].get_textpage().get_text_bounded()
        assert document.sha256 == before


def test_a_page_of_links_is_left_as_it_is(tmp_path: Path) -> None:
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(300, 200))
    pen.drawString(40, 150, "typed")
    pen.linkURL("about:blank", (40, 140, 90, 160))
    pen.save()
    (page,) = pages(stored.getvalue(), tmp_path / "link.pdf")
    assert (page.glyphs.text, page.doubts) == ("typed", ())


def aslant(pen: Canvas, *, size: float, angle: float, grey: float) -> None:
    pen.saveState()
    pen.setFillGray(grey)
    pen.setFont("Helvetica", size)
    pen.translate(150, 90)
    pen.rotate(angle)
    pen.drawString(0, 0, "2024")
    pen.restoreState()


@pytest.mark.parametrize(
    ("size", "angle", "grey", "water"),
    [
        (40, 45, 0.8, True),
        (10, 25, 0.8, True),
        (10, 90, 0, True),
        (10, 180, 0, True),
        (40, 0, 0.8, True),
        (10, 0, 0.8, False),
        (40, 0, 0, False),
    ],
)
def test_watermarks_are_left_out(size: float, angle: float, grey: float, water: bool, tmp_path: Path) -> None:
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(300, 200))
    pen.drawString(40, 150, "seventeen 17")
    aslant(pen, size=size, angle=angle, grey=grey)
    pen.save()
    (page,) = pages(stored.getvalue(), tmp_path / "water.pdf")
    assert page.glyphs.text == ("seventeen17" if water else "seventeen172024")
    assert page.doubts == ((WATERMARK,) if water else ())


def test_a_watermark_is_left_out_whole_though_some_of_its_characters_are_lower(tmp_path: Path) -> None:
    """Beside a title in the same colour on another line, and print drawn after it on its own."""
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(300, 200))
    pen.setFont("Helvetica", 12)
    pen.drawString(40, 150, "seventeen 17")
    pen.setFillGray(0.8)
    pen.drawString(40, 120, "grey")
    pen.setFont("Helvetica", 34)
    pen.drawString(150, 88, "W-eno-17")
    pen.setFillGray(0)
    pen.setFont("Helvetica", 12)
    pen.drawString(152, 92, "5")
    pen.save()
    (page,) = pages(stored.getvalue(), tmp_path / "water.pdf")
    assert page.glyphs.text == "seventeen17grey5"
    assert "".join(text for text, _ in page.unseen) == "W-eno-17"


def test_noughts_in_the_colour_of_paper_are_blanks_and_the_report_says_so(tmp_path: Path) -> None:
    with pikepdf.open(FOLDER / "seed-004.pdf") as file:
        truth = extract.read(FOLDER / "seed-004.pdf")
        cells = [cell for cell in truth.cells if cell.value is not None][:3]
        for cell in cells:
            page = file.pages[cell.page - 1]
            _, _, x1, bottom = cell.bbox
            stored = io.BytesIO()
            canvas = Canvas(stored, pagesize=tuple(map(float, page.mediabox[2:])))
            canvas.setFillGray(1)
            canvas.drawString(x1 + 6, float(page.mediabox[3]) - bottom + 2, "8")
            canvas.save()
            with pikepdf.open(io.BytesIO(stored.getvalue())) as over:
                page.add_overlay(over.pages[0])
        file.save(tmp_path / "white.pdf")
    report = extract.read(tmp_path / "white.pdf")
    assert [(c.id, c.value, c.status) for c in report.cells] == [(c.id, c.value, c.status) for c in truth.cells]
    assert any("colour of the paper" in warning for warning in report.warnings)
