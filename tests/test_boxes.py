"""Boxes are exact: what the page's own text layer and its picture show in a cell's box is what the cell says.

The text is asked of PDFium in the page's own coordinates, mapped back here without the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium
import pytest
from samples_truth import FOLDER, NAMES, report

from extract.model import BBox, Cell, Status

_MARGIN = 1.6
"""Points along a cell's edges, where its rulings are."""


def stored(page: pdfium.PdfPage, box: BBox) -> tuple[float, float, float, float]:
    """A box on the upright page as left, bottom, right, top in user space, for a page that /Rotate makes upright."""
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    corners = {
        0: lambda x, y: (x, y),
        90: lambda x, y: (y, height - x),
        180: lambda x, y: (width - x, height - y),
        270: lambda x, y: (width - y, x),
    }[page.get_rotation()]
    ends = [corners(box.x0, box.top), corners(box.x1, box.bottom)]
    xs, ys = [left + x for x, _ in ends], [top - y for _, y in ends]
    return min(xs), min(ys), max(xs), max(ys)


def squeezed(text: str) -> str:
    return "".join(text.split())


def by_page(name: str, status: frozenset[Status] | None = None) -> Iterator[tuple[pdfium.PdfPage, list[Cell]]]:
    """Pages of a sample with the cells found on each; only those of some statuses, if asked."""
    pdf = pdfium.PdfDocument(FOLDER / f"{name}.pdf")
    for number in range(1, len(pdf) + 1):
        cells = [c for c in report(name).cells if c.page == number and (status is None or c.status in status)]
        if cells:
            page = pdf[number - 1]
            yield page, cells
            page.close()
    pdf.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_text_in_a_cells_box_is_the_cells_text(name: str) -> None:
    seen = 0
    for page, cells in by_page(name):
        text = page.get_textpage()
        for cell in cells:
            assert cell.bbox is not None
            left, bottom, right, top = stored(page, cell.bbox)
            assert squeezed(text.get_text_bounded(left, bottom, right, top)) == squeezed(cell.text), cell
            seen += 1
        text.close()
    assert seen == sum(cell.status is not Status.MISSING for cell in report(name).cells)


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_of_a_cells_box_shows_ink_where_it_has_a_value(name: str) -> None:
    scale = 2.0
    for page, cells in by_page(name):
        grey = np.asarray(page.render(scale=scale, grayscale=True).to_numpy(), dtype=np.int16).squeeze()
        height, width = grey.shape
        for cell in cells:
            assert cell.bbox is not None
            x0, top, x1, bottom = cell.bbox
            assert -0.5 <= x0 < x1 <= width / scale + 0.5
            assert -0.5 <= top < bottom <= height / scale + 0.5
            rows = slice(round((top + _MARGIN) * scale), round((bottom - _MARGIN) * scale))
            columns = slice(round((x0 + _MARGIN) * scale), round((x1 - _MARGIN) * scale))
            crop = grey[rows, columns]
            inked = np.count_nonzero(np.abs(crop - np.median(crop)) > 48)
            assert (inked >= 6 * len(squeezed(cell.text))) if cell.value is not None else (inked == 0 or cell.text), (
                cell
            )


@pytest.mark.parametrize("name", NAMES)
def test_no_two_cells_share_a_place(name: str) -> None:
    for _, cells in by_page(name):
        boxes = np.array([cell.bbox for cell in cells])
        low, high = boxes[:, None, :2], boxes[:, None, 2:]
        shared = np.clip(np.minimum(high, boxes[None, :, 2:]) - np.maximum(low, boxes[None, :, :2]), 0, None).prod(
            axis=2
        )
        np.fill_diagonal(shared, 0)
        smallest = np.minimum.outer(*(2 * [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1)]))
        assert (shared < 0.2 * smallest).all()
