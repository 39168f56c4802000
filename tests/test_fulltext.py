"""The whole text: lines, sections, and the searchable PDF."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import samples_truth
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.fulltext import PageText, TextLine, Whole, narrative, read, sections, write_searchable
from extract.fulltext.sections import Line, shipped
from extract.limits import Limits
from extract.model import BBox, Word
from extract.pipeline import reading
from extract.source import open_document

pikepdf = pytest.importorskip("pikepdf", reason="the extra text is not installed")
pdfium = pytest.importorskip("pypdfium2")

SAMPLES = samples_truth.FOLDER
IDS = [section.id for section in shipped().sections]


def told(tmp_path: Path, path: Path) -> tuple[str, dict[str, object]]:
    """report.txt and sections.json of a file that holds one report."""
    with reading(path) as (reports, document):
        whole = Whole(document, path, Limits())
        whole.text(reports[0], tmp_path / "report.txt")
        whole.sections(reports[0], tmp_path / "sections.json")
    return (tmp_path / "report.txt").read_text("utf-8"), json.loads((tmp_path / "sections.json").read_bytes())


@pytest.mark.parametrize("name", ["city", "edition-2019", "separate-tables", "seed-003", "rotated", "horizontal-rules"])
def test_a_native_report_has_its_sections_without_its_tables(tmp_path: Path, name: str) -> None:
    text, found = told(tmp_path, SAMPLES / f"{name}.pdf")
    parts = found["sections"]
    assert [part["id"] for part in parts] == [one for one in IDS if one in {part["id"] for part in parts}]
    assert {"proactive", "requests", "disputes"} <= {part["id"] for part in parts}
    assert text.count("\f") == len(found["pages"]) - 1
    for part in parts:
        assert part["pages"] == sorted(part["pages"])
        for paragraph in part["paragraphs"]:
            assert sum(char.isdigit() for char in paragraph) <= max(8, 0.4 * len(paragraph)), paragraph
    assert any(len(paragraph) > 30 for part in parts for paragraph in part["paragraphs"])


def test_a_word_file_has_its_sections_too(tmp_path: Path) -> None:
    path = next((SAMPLES / "written").glob("*.docx"))
    text, found = told(tmp_path, path)
    assert {"proactive", "requests", "disputes"} <= {part["id"] for part in found["sections"]}
    assert found["pages"] == []
    assert any("\t" in line for line in text.splitlines())


def line(text: str, page: int = 1, down: float = 0.0) -> Line:
    return Line(page, down, text, begins=True)


def test_contents_ahead_are_no_sections() -> None:
    headings = [section.headings[0] for section in shipped().sections]
    lines = [line(f"{text}……{i}") for i, text in enumerate(headings)]
    lines += [line(part) for text in headings for part in (text, "正文。")]
    found = sections(lines)
    assert [part.id for part in found] == ["opening", *IDS]
    assert all(part.paragraphs == ("正文。",) for part in found[1:])


def test_a_heading_may_run_into_its_text_or_over_two_lines() -> None:
    run_in = shipped().sections[0].headings[0] + "。今年公开信息八条。"
    long = max(shipped().sections[3].headings, key=len)
    found = sections([line(run_in), line(long[:-4]), line(long[-4:]), line("没有发生。")])
    assert [part.id for part in found] == ["overview", "disputes"]
    assert found[0].paragraphs == ("今年公开信息八条。",)
    assert (found[1].heading, found[1].paragraphs) == (long, ("没有发生。",))


@given(st.lists(st.text("一二三政府信息公开情况、申请0123。", max_size=20), max_size=20))
@settings(max_examples=150)
def test_no_line_is_lost_or_told_twice(texts: list[str]) -> None:
    lines = [line(text) for text in texts]
    parts = sections(lines)
    said = "".join(part.heading + "".join(part.paragraphs) for part in parts)
    kept = [char for text in texts for char in text if char not in "。 "]
    assert [char for char in said if char not in "。 "] == kept


def inked(pixels: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """Share of dark pixels in a box."""
    x0, top, x1, bottom = (round(edge) for edge in box)
    crop = pixels[max(top, 0) : bottom, max(x0, 0) : x1]
    return float((crop < 140).mean()) if crop.size else 0.0


@pytest.mark.parametrize("name", ["sideways", "clean-100"])
def test_a_searchable_pdf_looks_the_same_and_its_text_lies_on_the_print(tmp_path: Path, name: str) -> None:
    path, target = SAMPLES / "scans" / f"{name}.pdf", tmp_path / "searchable.pdf"
    with reading(path) as (reports, document):
        pages = read(document, reports[0].pages[:1])
        write_searchable(document, pages, target)
    assert pages[0].source == "ocr"
    before, after = pdfium.PdfDocument(path)[0], pdfium.PdfDocument(target)[0]
    pixels = before.render(scale=2).to_numpy()
    assert np.array_equal(pixels, after.render(scale=2).to_numpy())
    text = after.get_textpage()
    whole = text.get_text_range()
    heading = shipped().sections[0].headings[0]
    assert heading in whole.replace("\r\n", "")
    searcher = text.search(heading[2:])
    index, count = searcher.get_next()
    grey = pixels.mean(axis=2)
    height = after.get_height()
    boxes = [box for i in range(index, index + count) if (box := text.get_charbox(i))[0] < box[2]]
    assert len(boxes) == len(heading[2:])  # what PDFium puts for a line's end has no box
    for left, bottom, right, top in boxes:
        assert inked(grey, (2 * left, 2 * (height - top), 2 * right, 2 * (height - bottom))) > 0.02


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("stored", [0, 90, 180, 270])
def test_words_lie_in_their_boxes_however_a_page_is_turned(tmp_path: Path, turned: int, stored: int) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 500))
    page.MediaBox = pikepdf.Array([40, 70, 340, 570])
    if stored:
        page.Rotate = stored
    pdf.save(tmp_path / "blank.pdf")
    width, height = (300, 500) if turned % 180 == 0 else (500, 300)
    box = BBox(50, 60, 130, 80)
    words = TextLine((Word("公开12", box),), (0.9,))
    with open_document(tmp_path / "blank.pdf") as document:
        write_searchable(document, [PageText(1, width, height, turned, "ocr", (words,))], tmp_path / "out.pdf")
    with open_document(tmp_path / "out.pdf") as document, document.page(1) as source:
        page_read = source.read_text()
    assert page_read.glyphs.text == "公开12"
    assert page_read.rotation == turned
    boxes = page_read.glyphs.boxes
    assert boxes[:, 0].min() == pytest.approx(box.x0, abs=1)
    assert boxes[:, 2].max() == pytest.approx(box.x1, abs=1)
    assert boxes[:, 1].min() == pytest.approx(box.top, abs=1)
    assert boxes[:, 3].max() == pytest.approx(box.bottom, abs=1)


@pytest.mark.parametrize("name", ["pages-g4.tif", "one-page.png", "photo.jpg"])
def test_images_become_pages_without_loss(tmp_path: Path, name: str) -> None:
    path, target = SAMPLES / "scans" / name, tmp_path / "searchable.pdf"
    with open_document(path) as document:
        rasters = [source.raster() for i in range(len(document)) for source in [document.page(i + 1).__enter__()]]
        texts = [PageText(i + 1, 1, 1, 0, "", ()) for i in range(len(document))]
        write_searchable(document, texts, target)
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == len(rasters)
        for page, raster in zip(pdf.pages, rasters, strict=True):
            (image,) = page.get_images().values()
            found = np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("RGB"))
            grey = raster.pixels if raster.pixels.ndim == 3 else np.repeat(raster.pixels[..., None], 3, axis=2)
            assert np.array_equal(found, grey)
            assert float(page.MediaBox[2]) == pytest.approx(raster.pixels.shape[1] / raster.scale)
    if name.endswith(".jpg"):
        with pikepdf.open(target) as pdf:
            (image,) = pdf.pages[0].get_images().values()
            assert image.read_raw_bytes() == path.read_bytes()


def test_the_command_writes_the_text_where_it_is_asked_for(tmp_path: Path) -> None:
    command = [
        Path(sys.executable).with_name("gongkai"),
        "extract",
        SAMPLES / "hybrid.pdf",
        "-o",
        tmp_path,
        "--no-report",
    ]
    plain = subprocess.run(command, capture_output=True, text=True, check=False)
    assert plain.returncode == 0, plain.stderr
    folder = tmp_path / "hybrid"
    assert {entry.name for entry in folder.iterdir()} == {"cells.csv", "report.json", "tables.xlsx"}
    done = subprocess.run([*command, "--text", "--searchable-pdf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    extras = {"report.txt", "sections.json", "searchable.pdf"}
    assert {entry.name for entry in folder.iterdir()} == {"cells.csv", "report.json", "tables.xlsx", *extras}
    with open_document(SAMPLES / "hybrid.pdf") as one, open_document(folder / "searchable.pdf") as other:
        for number in range(1, len(one) + 1):
            with one.page(number) as before, other.page(number) as after:
                assert before.text == after.text


def test_narrative_leaves_page_numbers_out() -> None:
    def row(text: str, top: float) -> TextLine:
        return TextLine((Word(text, BBox(60, top, 60 + 10 * len(text), top + 10)),), (1.0,))

    page = PageText(3, 595, 842, 0, "text-layer", (row("正文一行", 100), row("- 3 -", 800)))
    assert [one.text for one in narrative([page], [])] == ["正文一行"]
