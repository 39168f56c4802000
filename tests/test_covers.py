"""Numbers that something is painted over are no numbers of the page, however they are covered."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from samples_truth import FOLDER, report

import extract
from extract.model import Cell
from extract.source import open_document

Paint = Callable[[Canvas, tuple[float, float, float, float]], None]


def box(canvas: Canvas, area: tuple[float, float, float, float]) -> None:
    canvas.setFillGray(1)
    canvas.rect(*area, stroke=0, fill=1)


def image(canvas: Canvas, area: tuple[float, float, float, float]) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (40, 20), 255)), *area)


def tint(canvas: Canvas, area: tuple[float, float, float, float]) -> None:
    canvas.saveState()
    canvas.setFillColorRGB(1, 1, 0, alpha=0.3)
    canvas.rect(*area, stroke=0, fill=1)
    canvas.restoreState()


def edited(path: Path, paint: Paint, number: str = "", shift: float = 0) -> list[Cell]:
    """Cells of a sample after its first three numbers were painted over and others set in their places."""
    cells = [c for c in report("seed-004").cells if c.value is not None][:3]
    with pikepdf.open(FOLDER / "seed-004.pdf") as file:
        for cell in cells:
            page = file.pages[cell.page - 1]
            width, height = (float(edge) for edge in page.mediabox[2:])
            x0, top, x1, bottom = cell.bbox
            stored = io.BytesIO()
            canvas = Canvas(stored, pagesize=(width, height))
            paint(canvas, (x0 + 2, height - bottom + 2, x1 - x0 - 4, bottom - top - 4))
            canvas.setFillGray(0)
            canvas.setFont("Helvetica", 10)
            canvas.drawCentredString((x0 + x1) / 2 + shift, height - (top + bottom) / 2 - 4, number)
            canvas.save()
            with pikepdf.open(io.BytesIO(stored.getvalue())) as over:
                page.add_overlay(over.pages[0])
        file.save(path)
    found = {cell.id: cell for cell in extract.read(path).cells}
    return [found[cell.id] for cell in cells]


@pytest.mark.parametrize("paint", [box, image])
@pytest.mark.parametrize("shift", [0, -3, -8, -20])
def test_the_number_over_a_covered_one_is_read_alone(tmp_path: Path, paint: Paint, shift: float) -> None:
    assert [cell.text for cell in edited(tmp_path / "edited.pdf", paint, "777", shift)] == ["777"] * 3


def test_a_covered_number_is_none(tmp_path: Path) -> None:
    assert [cell.value for cell in edited(tmp_path / "edited.pdf", box)] == [None] * 3
    assert any("painted over" in warning for warning in extract.read(tmp_path / "edited.pdf").warnings)


def test_a_number_that_shows_through_is_read(tmp_path: Path) -> None:
    cells = edited(tmp_path / "edited.pdf", tint)
    true = {cell.id: cell.value for cell in report("seed-004").cells}
    assert [cell.value for cell in cells] == [true[cell.id] for cell in cells]
    assert not extract.read(tmp_path / "edited.pdf").warnings


def drawn(path: Path, *paints: Callable[[Canvas], None]) -> str:
    canvas = Canvas(str(path), pagesize=(600, 850))
    for paint in paints:
        paint(canvas)
    canvas.save()
    with open_document(path) as document, document.page(1) as source:
        assert source.kind == "text"
        return source.read().glyphs.text


@pytest.mark.parametrize("right", range(40, 60, 2))
def test_a_covered_digit_between_two_others_stays_covered(tmp_path: Path, right: int) -> None:
    """Where it lies in the same pixels as their sides, but below a patch."""

    def patched(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(100 + right / 10, 700, "7")
        box(canvas, (95, 695, 30, 15))
        canvas.setFillGray(0)
        canvas.drawString(100, 700, "1")
        canvas.drawString(109, 700, "3")
        canvas.drawString(100, 600, "5")

    assert drawn(tmp_path / "patched.pdf", patched) == "135"


def test_order_decides_and_forms_are_looked_into(tmp_path: Path) -> None:
    def words(canvas: Canvas) -> None:
        canvas.setFillGray(0)
        canvas.drawString(100, 500, "12345")
        canvas.drawString(100, 300, "67890")

    def white(canvas: Canvas) -> None:
        box(canvas, (90, 490, 100, 30))

    def in_form(canvas: Canvas) -> None:
        canvas.beginForm("all")
        words(canvas)
        white(canvas)
        canvas.endForm()
        canvas.doForm("all")

    path = tmp_path / "page.pdf"
    assert drawn(path, words, white) == "67890"
    assert drawn(path, white, words) == "1234567890"
    assert sorted(drawn(path, words, white, words)) == sorted("1234567890")
    assert drawn(path, in_form) == "67890"


def test_frames_and_rulings_over_text_cover_nothing(tmp_path: Path) -> None:
    def words(canvas: Canvas) -> None:
        canvas.drawString(100, 500, "12345")

    def frame(canvas: Canvas) -> None:
        canvas.rect(90, 490, 100, 30, stroke=1, fill=0)
        canvas.rect(90, 504, 100, 1, stroke=0, fill=1)

    assert drawn(tmp_path / "page.pdf", words, frame) == "12345"
