"""Documents that are image files, joined ones too, and text layers that nobody sees."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageFile
from reportlab.pdfgen.canvas import Canvas
from samples_truth import FOLDER

from extract.errors import LimitError, UnreadableError
from extract.limits import Limits
from extract.model import Raster
from extract.source import open_document
from extract.source.raster import _is_grey


def picture(width: int = 600, height: int = 850) -> Image.Image:
    """A white page with a black mark in its upper left corner."""
    image = Image.new("L", (width, height), 255)
    image.paste(0, (20, 30, 120, 60))
    return image


def raster(path: Path | list[Path], number: int = 1) -> Raster:
    with open_document(path) as document, document.page(number) as page:
        assert page.kind == "image"
        return page.raster()


@pytest.mark.parametrize("suffix", ["png", "tif", "jp2", "bmp", "webp"])
def test_pixels_come_as_they_are_stored(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page.{suffix}"
    picture().save(path, **({"lossless": True} if suffix == "webp" else {}))
    assert np.array_equal(raster(path).pixels, np.asarray(picture()))


def test_every_page_of_a_g4_tiff_is_a_page(tmp_path: Path) -> None:
    pages = [picture(1600, 2200).convert("1"), picture(1600, 2200).rotate(180).convert("1")]
    pages[0].save(
        tmp_path / "fax.tif", save_all=True, append_images=pages[1:], compression="group4", dpi=(200.0, 200.0)
    )
    with open_document(tmp_path / "fax.tif") as document:
        assert len(document) == 2
    second = raster(tmp_path / "fax.tif", 2)
    assert second.scale == pytest.approx(200 / 72)
    assert second.pixels[-40, -60] == 0


def test_a_fax_gets_square_pixels(tmp_path: Path) -> None:
    picture(612, 400).convert("1").save(tmp_path / "fax.tif", compression="group4", dpi=(204.0, 98.0))
    page = raster(tmp_path / "fax.tif")
    assert page.pixels.shape == (round(400 * 204 / 98), 612)


def test_a_photo_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture().save(tmp_path / "photo.jpg", exif=exif, quality=95)
    page = raster(tmp_path / "photo.jpg")
    assert page.pixels.shape == (600, 850)
    assert page.pixels[40, -45] < 40


@pytest.mark.parametrize("dpi", [72, 5000])
def test_a_resolution_that_cannot_be_is_not_believed(tmp_path: Path, dpi: int) -> None:
    picture().save(tmp_path / "page.png", dpi=(dpi, dpi))
    assert raster(tmp_path / "page.png").scale == pytest.approx(850 / 842)


@pytest.mark.parametrize("size", [(900, 2600), (1600, 6400), (1190, 240)])
def test_pages_as_one_long_picture_are_as_wide_as_a_page(size: tuple[int, int], tmp_path: Path) -> None:
    picture(*size).save(tmp_path / "long.png")
    assert raster(tmp_path / "long.png").scale == pytest.approx(size[0] / 595)


def test_colours_of_every_kind_become_rgb_or_grey(tmp_path: Path) -> None:
    seal = picture().convert("RGB")
    seal.paste((200, 0, 0), (200, 200, 400, 400))
    for name, image in {
        "cmyk.jpg": seal.convert("CMYK"),
        "palette.png": seal.convert("P"),
        "plain.png": seal,
    }.items():
        image.save(tmp_path / name)
        assert raster(tmp_path / name).pixels.ndim == 3, name
    clear = Image.new("RGBA", (600, 850), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (20, 30, 120, 60))
    clear.save(tmp_path / "clear.png")
    assert np.array_equal(raster(tmp_path / "clear.png").pixels, np.asarray(picture())), "transparent is paper"
    deep = Image.fromarray(np.asarray(picture()).astype(np.uint16) * 257)
    deep.save(tmp_path / "deep.png")
    assert np.array_equal(raster(tmp_path / "deep.png").pixels, np.asarray(picture()))


@pytest.mark.parametrize("lenient", [False, True])
def test_damaged_images_get_one_line(lenient: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)  # as some libraries have it, for all
    for suffix in ("png", "tif", "jpg"):
        stored = io.BytesIO()
        noise = np.random.default_rng(0).integers(0, 255, (300, 200), dtype=np.uint8)
        Image.fromarray(noise).save(stored, {"png": "PNG", "tif": "TIFF", "jpg": "JPEG"}[suffix])
        path = tmp_path / f"cut.{suffix}"
        path.write_bytes(stored.getvalue()[: len(stored.getvalue()) // 3])
        with pytest.raises(UnreadableError) as raised:
            raster(path)
        assert "\n" not in str(raised.value)


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    picture().save(tmp_path / "page.png")
    with pytest.raises(LimitError, match="600 x 850"):
        open_document(tmp_path / "page.png", limits=Limits(pixels=1000))


def test_images_are_joined_in_the_order_given(tmp_path: Path) -> None:
    for name, mark in (("a.png", 10), ("b.png", 200)):
        image = picture()
        image.paste(mark, (300, 300, 320, 320))
        image.save(tmp_path / name)
    paths = [tmp_path / "b.png", tmp_path / "a.png"]
    with open_document(paths) as document:
        assert len(document) == 2
        assert document.sha256 != open_document(paths[:1]).sha256
    assert [raster(paths, number).pixels[310, 310] for number in (1, 2)] == [200, 10]
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(UnreadableError, match=r"c\.pdf is not an image"):
        open_document([*paths, tmp_path / "c.pdf"])


def scanned(path: Path, *, mode: int, under: bool = False, at: tuple[int, int] = (20, 770)) -> Path:
    """A page that an image covers, with text drawn in a mode over or under it."""
    page = picture()
    page.paste(0, (20, 60, 320, 85))
    canvas = Canvas(str(path), pagesize=(600, 850))

    def words() -> None:
        text = canvas.beginText(*at)
        text.setTextRenderMode(mode)
        text.setFont("Helvetica", 24)
        text.textLine("0123456789 0123456789")
        canvas.drawText(text)

    if under:
        words()
    stored = io.BytesIO()
    page.save(stored, "PNG")
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(io.BytesIO(stored.getvalue())), 0, 0, 600, 850)
    if not under:
        words()
    canvas.save()
    return path


def test_text_that_nobody_sees_is_not_believed(tmp_path: Path) -> None:
    for path in (scanned(tmp_path / "invisible.pdf", mode=3), scanned(tmp_path / "under.pdf", mode=0, under=True)):
        with open_document(path) as document, document.page(1) as page:
            assert page.kind == "image"
            assert page.skim().text == ""
            assert "hidden" in page.skim().doubts[0]


def test_hidden_text_away_from_the_print_is_told_of(tmp_path: Path) -> None:
    astray = scanned(tmp_path / "astray.pdf", mode=3, at=(20, 300))
    with open_document(astray) as document, document.page(1) as page:
        assert any("where the image shows print" in doubt for doubt in page.skim().doubts)
    honest = scanned(tmp_path / "honest.pdf", mode=3, at=(20, 768))
    with open_document(honest) as document, document.page(1) as page:
        assert len(page.skim().doubts) == 1


def test_text_over_a_background_image_stays_text(tmp_path: Path) -> None:
    with (
        open_document(scanned(tmp_path / "letterhead.pdf", mode=0, at=(20, 300))) as document,
        document.page(1) as page,
    ):
        assert page.kind == "text"


def test_a_scanned_page_is_drawn_at_the_resolution_of_its_image(tmp_path: Path) -> None:
    picture(1240, 1754).save(tmp_path / "scan.pdf", resolution=150)
    page = raster(tmp_path / "scan.pdf")
    assert page.scale == pytest.approx(150 / 72, rel=0.01)
    assert abs(page.pixels.shape[0] - 1754) <= 2
    with pikepdf.open(tmp_path / "scan.pdf", allow_overwriting_input=True) as file:
        file.pages[0].rotate(90, relative=True)
        file.save(tmp_path / "turned.pdf")
    turned = raster(tmp_path / "turned.pdf").pixels
    assert turned.shape[1] > turned.shape[0]


@pytest.mark.parametrize(("name", "grey"), [("clean-200", True), ("fax", True), ("red-stamp", False)])
def test_grey_pages_are_drawn_in_grey_as_they_are_in_colours(
    name: str, grey: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = FOLDER / "scans" / f"{name}.pdf"
    with pdfium.PdfDocument(path) as document:
        numbers = range(1, len(document) + 1)
        assert all(_is_grey(page) for page in document) == grey
    shades = [raster(path, number).pixels for number in numbers]
    monkeypatch.setattr("extract.source.raster._is_grey", lambda _: False)
    for number, own in zip(numbers, shades, strict=True):
        assert np.array_equal(own, raster(path, number).pixels)
        assert own.min() < 100 < own.max()
