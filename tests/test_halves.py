"""Sheets with two pages side by side: told by the white down their middle, which a table's row may have as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.detect.halves import halves
from extract.model import Page
from extract.source import open_document

WIDTH, HEIGHT = 842.0, 595.0


def sheet(margin: float, lines: Sequence[float], path: Path) -> Page:
    """A landscape sheet: words left and right of its middle between two lines as far from its edges, and lines down."""
    pen = Canvas(str(path / "sheet.pdf"), pagesize=(WIDTH, HEIGHT))
    for text, x in (("carried forward", margin + 4), ("12", 440.0), ("41", 520.0), ("53", 700.0)):
        pen.drawString(x, 562, text)
    for y in (557, 573):
        pen.line(margin, y, WIDTH - margin, y)
    for x in lines:
        pen.line(x, 557, x, 573)
    pen.save()
    with open_document(path / "sheet.pdf") as document, document.page(1) as page:
        return page.read()


@pytest.mark.parametrize("margin", [20.0, 100.0])
def test_a_row_alone_on_a_broad_sheet_is_no_two_pages(margin: float, tmp_path: Path) -> None:
    """Its label stands left of the sheet's middle, its numbers right of it; its lines may be as wide as the sheet."""
    page = sheet(margin, [margin, 430, 510, 600, 690, WIDTH - margin], tmp_path)
    assert halves(page) == (page,)


def test_without_lines_white_may_part_columns_of_one_table(tmp_path: Path) -> None:
    """White boxes behind numbers are no lines."""
    page = sheet(20.0, [], tmp_path)
    assert len(halves(page)) == 2
    boxes = replace(page, rulings=tuple(one._replace(kind="fill") for one in page.rulings))
    assert halves(boxes) == (boxes,)


@pytest.mark.parametrize("fold", [(), (WIDTH / 2,)])
def test_a_frame_around_the_sheet_does_not_join_its_pages(fold: tuple[float, ...], tmp_path: Path) -> None:
    left, right = halves(sheet(20.0, [20.0, *fold, WIDTH - 20.0], tmp_path))
    assert (left.glyphs.text.replace(" ", ""), right.glyphs.text) == ("carriedforward", "124153")
