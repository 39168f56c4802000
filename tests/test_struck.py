"""Numbers with a stroke through them: programs that print tracked changes show the old beside the new."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas
from samples_truth import FOLDER, report

import extract
from extract.model import UNMAPPED, BBox
from extract.source import open_document


def glyphs(path: Path, *strokes: tuple[float, float, float]) -> str:
    """What a page says that prints 512 from x 50 on, on the line at y 500, with strokes from x to x at some height."""
    canvas = Canvas(str(path), pagesize=(600, 850))
    canvas.setFont("Helvetica", 10)
    canvas.drawString(50, 500, "512")
    for x0, x1, y in strokes:
        canvas.line(x0, y, x1, y)
    canvas.save()
    with open_document(path) as document, document.page(1) as source:
        return source.read().glyphs.text


@pytest.mark.parametrize(
    ("stroke", "left"),
    [
        ((50, 66.7, 503.5), UNMAPPED * 3),
        ((49, 55.6, 503.5), UNMAPPED + "12"),
        ((50, 66.7, 498.5), "512"),  # an underline
        ((50, 66.7, 508.5), "512"),
        ((20, 120, 503.5), "512"),  # a line of a table that the number overflows
    ],
)
def test_a_stroke_as_long_as_the_print_and_through_its_middle_strikes_it_out(
    tmp_path: Path, stroke: tuple[float, float, float], left: str
) -> None:
    assert glyphs(tmp_path / "page.pdf", stroke) == left


def test_what_is_left_of_a_number_with_struck_digits_is_flagged(tmp_path: Path) -> None:
    cells = [cell for cell in report("seed-004").cells if cell.value is not None]
    totals = [cell for cell in cells if cell.id.row == "carried_forward"]
    with pikepdf.open(FOLDER / "seed-004.pdf") as file:
        for cell in totals:
            page = file.pages[cell.page - 1]
            width, height = (float(edge) for edge in page.mediabox[2:])
            with pikepdf.open(_with_old_digit(width, height, cell.bbox)) as over:
                page.add_overlay(over.pages[0])
        file.save(tmp_path / "tracked.pdf")
    read = extract.read(tmp_path / "tracked.pdf")
    found = {cell.id: cell for cell in read.cells}
    assert totals and all(found[cell.id].flagged for cell in totals)
    assert not any(result.verdict == "published" for result in read.identities)
    assert any("struck out" in warning for warning in read.warnings)


def _with_old_digit(width: float, height: float, cell: BBox) -> io.BytesIO:
    """A page with a small struck 7 at the left of a cell."""
    stored = io.BytesIO()
    canvas = Canvas(stored, pagesize=(width, height))
    canvas.setFont("Helvetica", 8)
    y = height - (cell.top + cell.bottom) / 2 - 3
    canvas.drawString(cell.x0 + 2, y, "7")
    canvas.line(cell.x0 + 1.5, y + 2.6, cell.x0 + 7, y + 2.6)
    canvas.save()
    stored.seek(0)
    return stored
