"""Every scanned sample, end to end: what is not right is flagged, and what damage does not explain is right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from samples_truth import FOLDER, TrueCell, truth

import extract
from extract.model import CellId, Report, Status
from samples.scans import SCANS

SCANNED = FOLDER / "scans"

HARD = {
    "archive": 0.96,
    "faded": 0.9,
    "photo": 0.9,
    "photos": 0.9,
    "thin-paper": 0.98,
}
"""Scans whose damage nobody reads through without a loss, and the share of cells that is right all the same."""


def inputs(name: str) -> Path | list[Path]:
    """The file of a scan, or the page images that make it up."""
    found = sorted(SCANNED.glob(f"{name}.*"))
    files = [path for path in found if not path.name.endswith(".csv")]
    return files[0] if files else sorted((SCANNED / name).glob("*.png"))


def images(name: str) -> list[Image.Image]:
    """The pages of a scan that is a PDF, at 200 dpi."""
    with pdfium.PdfDocument(SCANNED / f"{name}.pdf") as pdf:
        return [page.render(scale=200 / 72).to_pil() for page in pdf]


@cache
def report(name: str) -> Report:
    return extract.read(inputs(name))


@cache
def scan_truth(name: str) -> dict[CellId, TrueCell]:
    return truth(f"scans/{name}")


@pytest.mark.parametrize("name", sorted(SCANS))
def test_no_wrong_value_goes_without_a_flag(name: str) -> None:
    wanted = scan_truth(name)
    silent = [
        cell
        for cell in report(name).cells
        if not cell.flagged and not (cell.id in wanted and wanted[cell.id].agrees(cell))
    ]
    assert not silent


@pytest.mark.parametrize("name", ["clean-200", "one-page"])
def test_scanned_cells_that_no_sum_covers_name_their_second_view(name: str) -> None:
    named = {cell.id.table: "second-view" in cell.agreeing for cell in report(name).cells if cell.value is not None}
    assert named.pop("proactive_disclosure")
    assert not any(named.values())


@pytest.mark.parametrize("name", sorted(SCANS))
def test_cells_are_right(name: str) -> None:
    wanted = scan_truth(name)
    right = [cell for cell in report(name).cells if cell.id in wanted and wanted[cell.id].agrees(cell)]
    assert len(right) >= HARD.get(name, 0.99) * len(wanted)


def test_a_table_with_broken_lines_goes_on_to_its_last_row() -> None:
    wanted = scan_truth("archive")
    cells = report("archive")["proactive_disclosure"].cells
    assert all(wanted[cell.id].agrees(cell) and not cell.flagged for cell in cells)


def test_a_scan_gives_the_values_of_its_native_report() -> None:
    def values(read: Report) -> list[tuple[CellId, object, str]]:
        return [(cell.id, cell.value, "" if cell.value is None else cell.text) for cell in read.cells]

    assert values(report("clean-200")) == values(extract.read(FOLDER / f"{SCANS['clean-200'].source}.pdf"))


def test_the_report_names_engine_models_and_hashes() -> None:
    ocr = report("clean-200").ocr
    assert ocr["engine"] == "rapidocr"
    assert any(name.endswith(".onnx") and len(digest) == 64 for name, digest in ocr.items())
    assert not extract.read(FOLDER / "city.pdf").ocr


def test_boxes_lie_on_the_page_as_scanned() -> None:
    read = report("clockwise")
    pages = {page.number: page for page in read.pages}
    for cell in read.cells:
        if cell.page is not None and cell.bbox is not None:
            page = pages[cell.page]
            assert page.rotation != 0
            assert 0 <= cell.bbox.x0 < cell.bbox.x1 <= page.width
            assert 0 <= cell.bbox.top < cell.bbox.bottom <= page.height


def test_a_hidden_text_layer_is_not_believed() -> None:
    read = report("hidden-text")
    assert any("hidden" in warning for warning in read.warnings)
    assert all(cell.source == "rapidocr" for cell in read.cells if cell.status is Status.VERIFIED)


def test_a_page_of_a_point_for_each_pixel_is_read_as_any_other(tmp_path: Path) -> None:
    pages = [page.convert("L") for page in images("clean-200")]
    big = tmp_path / "big.pdf"
    pages[0].save(big, save_all=True, append_images=pages[1:], resolution=72)
    read = extract.read(big)
    assert [(page.width, page.height) for page in read.pages] == [page.size for page in pages]
    usual = {cell.id: cell for cell in report("clean-200").cells}
    for cell in read.cells:
        assert (cell.value, cell.status) == (usual[cell.id].value, usual[cell.id].status)
        box = usual[cell.id].bbox
        if box is not None:
            assert cell.bbox == pytest.approx([edge * 200 / 72 for edge in box], abs=3)


def stacked(pages: Sequence[Image.Image]) -> Image.Image:
    """Images of one width, one below the other."""
    long = Image.new("L", (pages[0].width, sum(page.height for page in pages)), 255)
    top = 0
    for page in pages:
        long.paste(page, (0, top))
        top += page.height
    return long


def test_pages_saved_as_one_long_picture_are_read(tmp_path: Path) -> None:
    with pdfium.PdfDocument(FOLDER / "city.pdf") as native:
        pages = [page.render(scale=130 / 72).to_pil().convert("L") for page in native]
    stacked(pages).save(tmp_path / "long.png")
    found = extract.read(tmp_path / "long.png")
    assert [page.width for page in found.pages] == [pytest.approx(595)]
    assert not [cell for cell in found.cells if not truth("city")[cell.id].agrees(cell)]
    assert found.verdict == "ok"


@pytest.mark.filterwarnings("error")  # strokes of small print made columns of which nothing was left
def test_a_small_picture_of_a_whole_report_is_read_without_its_margins(tmp_path: Path) -> None:
    with pdfium.PdfDocument(FOLDER / "seed-000.pdf") as native:
        pages = [page.render(scale=600 / page.get_width()).to_pil().convert("L") for page in native]
    inked = [page.point(lambda grey: 255 * (grey < 200)).getbbox() for page in pages]
    cut = [
        page.crop((0, top - 8, page.width, bottom + 8)) for page, (_, top, _, bottom) in zip(pages, inked, strict=True)
    ]
    long = stacked(cut)
    long.crop((min(box[0] for box in inked) - 12, 0, max(box[2] for box in inked) + 12, long.height)).save(
        tmp_path / "small.png"
    )
    found = extract.read(tmp_path / "small.png")
    assert not [cell for cell in found.cells if not truth("seed-000")[cell.id].agrees(cell)]
