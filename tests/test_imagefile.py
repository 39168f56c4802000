"""Image files as scanners, fax machines and cameras write them, and what is told of those that cannot be decoded."""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter

from extract.errors import GongkaiError, LimitError, UnreadableError
from extract.limits import Limits
from extract.model import Raster
from extract.source import open_document

COMPRESSION, PHOTOMETRIC, SUBFILE, ORIENTATION = 259, 262, 254, 0x0112


def picture(width: int = 600, height: int = 850) -> Image.Image:
    """A white page with a black mark in its upper left corner."""
    image = Image.new("L", (width, height), 255)
    image.paste(0, (20, 30, 120, 60))
    return image


def rasters(path: Path | list[Path]) -> list[Raster]:
    found = []
    with open_document(path) as document:
        for number in range(1, len(document) + 1):
            with document.page(number) as page:
                found.append(page.raster())
    return found


def with_tag(path: Path, tag: int, value: int) -> None:
    """Overwrite a tag of a little-endian TIFF's first image."""
    data = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    for at in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, at)[0] == tag:
            struct.pack_into("<I", data, at + 8, value)
    path.write_bytes(data)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with hardly any pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


# What is a page


def test_the_previews_of_a_camera_and_the_frames_of_an_animation_are_no_pages(tmp_path: Path) -> None:
    page = picture().convert("RGB")
    page.save(tmp_path / "photo.jpg", "MPO", save_all=True, append_images=[page.resize((150, 212))])
    page.save(tmp_path / "moving.png", save_all=True, append_images=[page.rotate(180)])
    for name in ("photo.jpg", "moving.png"):
        assert [raster.pixels.shape for raster in rasters(tmp_path / name)] == [(850, 600)], name


def test_the_thumbnail_of_a_tiff_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    with AppendingTiffWriter(str(path), True) as file:
        for image, kind in ((picture(60, 85), 1), (picture(), 0), (picture(60, 85), 1), (picture(), 2)):
            image.save(file, "TIFF", tiffinfo={SUBFILE: kind})
            file.newFrame()
    assert [raster.pixels.shape for raster in rasters(path)] == [(850, 600), (850, 600)]
    picture().save(path, tiffinfo={SUBFILE: 1})
    assert len(rasters(path)) == 1, "a preview without its image is all there is"


def test_pages_may_be_asked_for_in_any_order_and_more_than_once(tmp_path: Path) -> None:
    pages = []
    for i in range(3):
        image = picture()
        image.paste(60 * i, (300, 300, 320, 320))
        pages.append(image)
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    for i, image in enumerate(pages):
        image.save(tmp_path / f"{i}.png")
    for path in (tmp_path / "scan.tif", [tmp_path / f"{i}.png" for i in range(3)]):
        with open_document(path) as document:
            for number in (3, 1, 2, 2, 3):
                with document.page(number) as page:
                    assert page.raster().pixels[310, 310] == 60 * (number - 1)
            with document.page(1) as first, document.page(3) as third:
                assert [page.raster().pixels[310, 310] for page in (first, third)] == [0, 120]


def test_joined_pages_are_called_by_what_their_names_have_in_common(tmp_path: Path) -> None:
    for name in ("r-p1.png", "r-p2.png", "1.png", "2.png"):
        picture().save(tmp_path / name)
    with open_document([tmp_path / "r-p1.png", tmp_path / "r-p2.png"]) as document:
        assert document.path == str(tmp_path / "r")
    with open_document([tmp_path / "1.png", tmp_path / "2.png"]) as document:
        assert document.path == str(tmp_path)


# Pixels


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_the_lines_of_a_fax_are_stretched_whichever_way_it_lies(tmp_path: Path, turn: int) -> None:
    stored = picture(1224, 800).convert("1")
    stored.save(tmp_path / "fax.tif", compression="group4", dpi=(204.0, 98.0), tiffinfo={ORIENTATION: turn})
    long = round(800 * 204 / 98)
    with open_document(tmp_path / "fax.tif") as document:
        for _ in range(2):  # an image once decoded has forgotten how it was stored
            with document.page(1) as page:
                assert page.raster().pixels.shape == ((1224, long) if turn > 4 else (long, 1224))
                assert page.raster().scale == pytest.approx(204 / 72)


@pytest.mark.parametrize("full", [1.0, 255.0, 65535.0])
def test_wide_numbers_become_grey_levels(tmp_path: Path, full: float) -> None:
    levels = np.asarray(picture(), dtype=np.float32) * np.float32(full / 255)
    Image.fromarray(levels).save(tmp_path / "page.tif")
    assert np.array_equal(rasters(tmp_path / "page.tif")[0].pixels, np.asarray(picture()))


@pytest.mark.parametrize("deep", [1, 257])
def test_white_may_be_the_least_number(tmp_path: Path, deep: int) -> None:
    levels = (255 - np.asarray(picture())).astype(np.uint16 if deep > 1 else np.uint8) * deep
    Image.fromarray(levels).save(tmp_path / "page.tif")
    with_tag(tmp_path / "page.tif", PHOTOMETRIC, 0)
    assert np.array_equal(rasters(tmp_path / "page.tif")[0].pixels, np.asarray(picture()))


def test_a_screens_resolution_is_not_believed(tmp_path: Path) -> None:
    picture(1240, 1754).save(tmp_path / "page.bmp", dpi=(96, 96))
    assert rasters(tmp_path / "page.bmp")[0].scale == pytest.approx(150 / 72, rel=0.01)


# What is refused


@pytest.mark.parametrize(("number", "says"), [(34661, "JBIG"), (34712, "JPEG 2000")])
def test_a_compression_that_cannot_be_decoded_is_named(tmp_path: Path, number: int, says: str) -> None:
    picture().save(tmp_path / "scan.tif")
    with_tag(tmp_path / "scan.tif", COMPRESSION, number)
    with pytest.raises(UnreadableError, match=f"compressed as {says}, which cannot be decoded"):
        rasters(tmp_path / "scan.tif")


def test_an_error_names_the_file_of_several_that_it_is_about(tmp_path: Path) -> None:
    picture().save(tmp_path / "p1.png")
    (tmp_path / "p2.png").write_bytes((tmp_path / "p1.png").read_bytes()[:-60])
    with pytest.raises(UnreadableError, match=r"^p2\.png: the image cannot be decoded"):
        rasters([tmp_path / "p1.png", tmp_path / "p2.png"])
    (tmp_path / "p2.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UnreadableError, match=r"^p2\.png: not a readable image"):
        rasters([tmp_path / "p1.png", tmp_path / "p2.png"])


@pytest.mark.parametrize("size", [(100_000, 100_000), (12_000, 11_000)])
def test_a_bomb_is_refused_without_a_warning(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "bomb.png").write_bytes(png_of(*size))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(LimitError, match="pixels"):
            open_document(tmp_path / "bomb.png")


def test_an_image_that_would_be_too_large_with_square_pixels_is_refused(tmp_path: Path) -> None:
    picture().save(tmp_path / "page.tif", dpi=(400, 100))
    with (
        open_document(tmp_path / "page.tif", limits=Limits(pixels=600 * 900)) as document,
        document.page(1) as page,
        pytest.raises(LimitError, match="600 x 3400"),
    ):
        page.raster()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("files")
    small = picture(160, 220)
    small.save(folder / "a.png")
    small.convert("RGB").save(folder / "b.jpg", dpi=(150, 99))
    small.save(folder / "c.tif", compression="tiff_lzw")
    small.convert("1").save(
        folder / "d.tif", compression="group4", save_all=True, append_images=[small.convert("1")], dpi=(204.0, 98.0)
    )
    small.save(folder / "e.webp")
    small.save(folder / "f.bmp")
    small.save(folder / "g.jp2")
    return [path.read_bytes() for path in sorted(folder.iterdir())]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 6),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    st.none() | st.integers(1, 3000),
)
def test_a_damaged_image_is_decoded_or_refused_as_any_other(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[bytes],
    which: int,
    changes: list[tuple[int, int]],
    length: int | None,
) -> None:
    data = bytearray(files[which])
    for at, byte in changes:
        data[at % len(data)] = byte
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data[:length])
    try:
        with open_document(path, limits=Limits(pixels=2_000_000)) as document:
            for number in range(1, min(len(document), 4) + 1):
                with document.page(number) as page:
                    assert page.raster().pixels.dtype == np.uint8
    except GongkaiError as error:
        assert "\n" not in str(error)
