"""The picture of a page: the right page, its colours, and a file that is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from samples_truth import FOLDER, report

import extract
from extract.cli import main
from extract.errors import GongkaiError, PasswordError
from extract.model import BBox, Report, Status
from extract.palette import COLOURS
from extract.show import draw, render
from extract.show.overlay import WORD
from extract.source import open_document


def picture(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=int)


def shown(folder: Path, name: str, page: int | None = None) -> np.ndarray:
    output = folder / f"{name}-{page}.png"
    render(FOLDER / f"{name}.pdf", page, output)
    return picture(output)


def share_of(pixels: np.ndarray, colour: tuple[int, int, int], below: int = 150) -> float:
    """How much of the picture below the header has exactly this colour."""
    return float((pixels[below:] == colour).all(axis=2).mean())


def test_the_page_is_drawn_with_a_header_above_it(tmp_path: Path) -> None:
    pixels = shown(tmp_path, "city", 2)
    height, width, _ = pixels.shape
    page = report("city").pages[1]
    assert width >= page.width * 150 / 72
    assert height > width * page.height / page.width * 0.95
    assert pixels[:120].std() > 5


def test_the_page_drawn_by_default_is_the_first_with_a_table(tmp_path: Path) -> None:
    assert min(region.page for region in report("hybrid").regions) == 2
    assert np.array_equal(shown(tmp_path, "hybrid"), shown(tmp_path, "hybrid", 2))
    assert not np.array_equal(shown(tmp_path, "hybrid"), shown(tmp_path, "hybrid", 3))


def test_without_any_table_the_first_page_is_drawn(tmp_path: Path) -> None:
    render(FOLDER / "hostile" / "no-tables.pdf", None, tmp_path / "page.png")
    assert picture(tmp_path / "page.png").size


def test_statuses_have_colours_of_their_own(tmp_path: Path) -> None:
    clean, flagged, blank = (shown(tmp_path, *page) for page in (("city", 2), ("wrong-totals", 2), ("blanks", 2)))
    verified, suspect, empty = (COLOURS[status] for status in (Status.VERIFIED, Status.SUSPECT, Status.BLANK))
    assert share_of(clean, verified) > 0.003
    assert share_of(clean, suspect) == 0
    assert share_of(flagged, suspect) > 0.003
    assert share_of(blank, empty) > 0.003
    assert len({COLOURS[status] for status in Status}) == len(Status)


def test_the_reasons_of_flags_are_listed_below_the_page(tmp_path: Path) -> None:
    flagged, clean = shown(tmp_path, "wrong-totals", 2), shown(tmp_path, "blanks", 2)
    assert flagged.shape[0] > clean.shape[0]


def test_the_numbers_stay_legible_below_the_colours() -> None:
    """Dark ink of the page stays darker than what is laid over it, in every value cell."""
    found = report("city")
    with open_document(FOLDER / "city.pdf") as document:
        with document.page(2) as source:
            page = source.read()
        image = document.image(page, 2.0)
        drawn = np.asarray(draw(found, page, image, 2.0).convert("L"), dtype=int)
    below = drawn.shape[0] - image.height
    for cell in found.cells:
        if cell.page == 2 and cell.bbox and cell.value is not None:
            words = [w.bbox for w in page.words if cell.bbox.contains((w.bbox.x0 + w.bbox.x1) / 2, w.bbox.top + 1)]
            for x0, top, x1, bottom in words:
                crop = drawn[below + round(top * 2) : below + round(bottom * 2), round(x0 * 2) : round(x1 * 2)]
                assert crop.max() - crop.min() > 70


def test_a_turned_page_is_drawn_upright(tmp_path: Path) -> None:
    height, width, _ = shown(tmp_path, "rotated", 2).shape
    assert width > height


@pytest.mark.parametrize("page", [4, 99])
def test_a_page_that_is_not_there_is_an_error_and_nothing_is_written(tmp_path: Path, page: int) -> None:
    with pytest.raises(GongkaiError, match=f"there is no page {page}: the document has 3 pages"):
        render(FOLDER / "city.pdf", page, tmp_path / "page.png")
    assert list(tmp_path.iterdir()) == []


def test_an_older_picture_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    output = tmp_path / "page.png"
    output.write_bytes(b"older")
    with pytest.raises(PasswordError):
        render(FOLDER / "hostile" / "password.pdf", None, output)
    assert output.read_bytes() == b"older"
    render(FOLDER / "hostile" / "password.pdf", None, output, password="gongkai")
    assert picture(output).size
    assert [path.name for path in tmp_path.iterdir()] == ["page.png"]


def test_a_failing_save_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(GongkaiError, match="No space left"):
        render(FOLDER / "city.pdf", 1, tmp_path / "page.png")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GongkaiError, match="cannot be written"):
        render(FOLDER / "city.pdf", 1, tmp_path / "nowhere" / "page.png")


@pytest.mark.parametrize(
    ("name", "form"), [("page.png", "PNG"), ("page.JPG", "JPEG"), ("page.webp", "WEBP"), ("page", "PNG")]
)
def test_the_ending_tells_the_format(tmp_path: Path, name: str, form: str) -> None:
    render(FOLDER / "city.pdf", 1, tmp_path / name)
    with Image.open(tmp_path / name) as image:
        assert image.format == form


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GongkaiError, match=r"page\.bmp: pictures end in \.png"):
        render(FOLDER / "city.pdf", 1, tmp_path / "page.bmp")


def test_the_command_draws_and_complains_in_one_line(tmp_path: Path) -> None:
    output = tmp_path / "page.png"
    run = CliRunner().invoke(main, ["show", str(FOLDER / "seed-000.pdf"), "--page", "4", "-o", str(output)])
    assert (run.exit_code, run.output) == (0, "")
    assert picture(output).size
    run = CliRunner().invoke(main, ["show", str(FOLDER / "city.pdf"), "--page", "9", "-o", str(output)])
    assert run.exit_code == 1
    assert run.output.count("\n") == 1
    assert "there is no page 9" in run.output


# Pages that are images


SCANS = FOLDER / "scans"


@cache
def scanned(name: str) -> Report:
    return extract.read(SCANS / name)


def over(name: str, number: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """A scanned page's grey image, and the same page as it is drawn with what was found."""
    found = scanned(name)
    info = found.pages[number - 1]
    with open_document(SCANS / name) as document:
        with document.page(number) as source:
            page = replace(source.skim(), width=info.width, height=info.height, rotation=info.rotation)
        image = document.image(page, scale)
    bare = replace(found, tables={}, regions=())
    header = draw(bare, page, image, scale).height - image.height
    picture = draw(found, page, image, scale).convert("L")
    below = (0, header, image.width, header + image.height)
    return np.asarray(image.convert("L"), dtype=float), np.asarray(picture.crop(below), dtype=float)


def numbers(name: str, page: int) -> Iterator[BBox]:
    """Where the numbers of canonical cells are on a page."""
    found = scanned(name)
    boxes = [cell.bbox for cell in found.cells if cell.page == page and cell.bbox]
    for grid in {id(grid): grid for table in found.tables.values() for grid in table.grids}.values():
        for cell in grid.cells:
            if grid.page == page and cell.ink and cell.bbox in boxes:
                yield cell.ink


@pytest.mark.parametrize(("name", "page", "scale"), [("clockwise.pdf", 1, 2.8), ("hidden-text.pdf", 1, 2.8)])
def test_boxes_lie_on_the_scan_and_the_numbers_stay_legible(name: str, page: int, scale: float) -> None:
    """Inside the box of each number there is print, and it looks the same below the colours and ids."""
    plain, drawn = over(name, page, scale)
    found = 0
    for x0, top, x1, bottom in numbers(name, page):
        inside = slice(round(top * scale) + 1, round(bottom * scale)), slice(round(x0 * scale) + 1, round(x1 * scale))
        assert plain[inside].max() - plain[inside].min() > 100
        assert np.corrcoef(plain[inside].ravel(), drawn[inside].ravel())[0, 1] > 0.95
        found += 1
    assert found == sum(cell.page == page for cell in scanned(name).cells) > 3


def test_a_text_layer_that_was_not_read_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside the tables nothing was read: no box stands there."""
    found = scanned("hidden-text.pdf")
    monkeypatch.setattr("extract.show.drawing.read_all", lambda *_, **__: (found,))
    render(SCANS / "hidden-text.pdf", 1, tmp_path / "page.png")
    pixels = picture(tmp_path / "page.png")
    text = pixels[200 : round(min(region.bbox.top for region in found.regions if region.page == 1) * 200 / 72)]
    assert text.min() < 120
    assert (text[:, :, 2] - text[:, :, 0]).max() < (WORD[2] - WORD[0]) / 4


def test_a_scan_turned_by_a_quarter_is_drawn_upright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = scanned("clockwise.pdf")
    monkeypatch.setattr("extract.show.drawing.read_all", lambda *_, **__: (found,))
    assert {page.rotation for page in found.pages} == {270}
    with open_document(SCANS / "clockwise.pdf") as document, document.page(1) as source:
        assert source.skim().width > source.skim().height
    render(SCANS / "clockwise.pdf", 1, tmp_path / "page.png")
    height, width, _ = picture(tmp_path / "page.png").shape
    assert height > width


def test_images_are_drawn_as_pages_of_one_document(tmp_path: Path) -> None:
    pages = [str(SCANS / "page-images" / f"page-images-p{number}.png") for number in (1, 2)]
    output = tmp_path / "page.png"
    run = CliRunner().invoke(main, ["show", *pages, "--page", "2", "--engine", "rapidocr", "-o", str(output)])
    assert (run.exit_code, run.output) == (0, "")
    verified = COLOURS[Status.VERIFIED]
    assert share_of(picture(output), verified) > 0.003
    run = CliRunner().invoke(main, ["show", *pages, "--page", "3", "-o", str(output)])
    assert "there is no page 3: the document has 2 pages" in run.output


def test_small_rows_are_drawn_larger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids of 9 pixels need room above or below the numbers."""
    found = report("city")
    render(FOLDER / "city.pdf", 2, tmp_path / "usual.png")

    def low(box: BBox) -> BBox:
        return box._replace(bottom=box.top + 12)

    tables = {
        name: replace(
            table, cells=tuple(replace(cell, bbox=cell.bbox and low(cell.bbox)) for cell in table.cells), grids=()
        )
        for name, table in found.tables.items()
    }
    monkeypatch.setattr("extract.show.drawing.read_all", lambda *_, **__: (replace(found, tables=tables),))
    render(FOLDER / "city.pdf", 2, tmp_path / "larger.png")
    assert picture(tmp_path / "larger.png").shape[0] > 1.2 * picture(tmp_path / "usual.png").shape[0]
