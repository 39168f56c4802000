"""Text layers against what the page shows: a page is read from its text only if a reader sees that text."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract.model import Page
from extract.source import open_document

WIDTH, HEIGHT = 600, 850
ROWS = [f"{i:03d} 4567 8901 2345 6789 0123" for i in range(24)]

Draw = Callable[[Canvas], None]


def print_of(rows: list[str], scale: float = 150 / 72) -> Image.Image:
    """A scan of a page that shows rows of figures."""
    image = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(image)
    for i, row in enumerate(rows):
        pen.text((60 * scale, (62 + 30 * i) * scale), row, fill=0, font_size=16 * scale)
    return image


def show(image: Image.Image, box: tuple[float, float, float, float] = (0, 0, WIDTH, HEIGHT)) -> Draw:
    stored = io.BytesIO()
    image.save(stored, "PNG")
    x0, y0, x1, y1 = box
    return lambda canvas: canvas.drawImage(ImageReader(io.BytesIO(stored.getvalue())), x0, y0, x1 - x0, y1 - y0)


def words(rows: list[str], *, mode: int = 0, down: float = 0, grey: float = 0, alpha: float = 1) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(grey)
        canvas.setFillAlpha(alpha)
        text = canvas.beginText(60, HEIGHT - 76 - down)
        text.setTextRenderMode(mode)
        text.setFont("Helvetica", 16, leading=30)
        for row in rows:
            text.textLine(row)
        canvas.drawText(text)
        canvas.restoreState()

    return draw


def outlines(rows: list[str]) -> Draw:
    """Print drawn as filled shapes, one a character."""

    def draw(canvas: Canvas) -> None:
        for i, row in enumerate(rows):
            for j, _ in enumerate(row):
                path = canvas.beginPath()
                x, y = 60 + 8.5 * j, HEIGHT - 76 - 30 * i
                path.moveTo(x, y)
                path.lineTo(x + 5, y + 1)
                path.curveTo(x + 6, y + 9, x + 1, y + 12, x, y)
                canvas.drawPath(path, stroke=0, fill=1)

    return draw


def in_form(*draws: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        name = f"form{id(draws)}"
        canvas.beginForm(name)
        for one in draws:
            one(canvas)
        canvas.endForm()
        canvas.doForm(name)

    return draw


def strips(image: Image.Image, count: int) -> Draw:
    """The image cut across, as many scanners store it."""
    edges = [round(i * image.height / count) for i in range(count + 1)]

    def draw(canvas: Canvas) -> None:
        for top, bottom in itertools.pairwise(edges):
            part = image.crop((0, top, image.width, bottom))
            low, high = (HEIGHT * (1 - edge / image.height) for edge in (bottom, top))
            show(part, (0, low, WIDTH, high))(canvas)

    return draw


def page(path: Path, *draws: Draw) -> Page:
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    for draw in draws:
        draw(canvas)
    canvas.save()
    return described(path)


def described(path: Path) -> Page:
    with open_document(path) as document, document.page(1) as source:
        return source.read()


SCAN = show(print_of(ROWS))
PAPER = show(Image.new("L", (200, 280), 250))
HIDDEN = words(ROWS, mode=3)


@pytest.mark.parametrize(
    "draws",
    [
        (SCAN, HIDDEN),
        (HIDDEN, SCAN),
        (words(ROWS), SCAN),
        (SCAN, words(ROWS, mode=7)),
        (SCAN, words(ROWS, alpha=0)),
        (PAPER, words(ROWS, grey=0.98)),
        (SCAN, HIDDEN, words(["Page 1"], down=740)),
        (SCAN, HIDDEN, words(["Scanned by a machine that signs its work"] * 2, down=710)),
        (strips(print_of(ROWS), 12), HIDDEN),
        (SCAN, in_form(HIDDEN)),
        (in_form(SCAN, HIDDEN),),
        (in_form(in_form(SCAN), in_form(HIDDEN)),),
        (outlines(ROWS), HIDDEN),
        (HIDDEN, outlines(ROWS)),
        (show(print_of(ROWS[:10]), (0, HEIGHT / 2, WIDTH, HEIGHT)), HIDDEN),
    ],
)
def test_text_that_nobody_sees_is_not_used(tmp_path: Path, draws: tuple[Draw, ...]) -> None:
    found = page(tmp_path / "page.pdf", *draws)
    assert found.kind == "image"
    assert found.text == ""
    assert "hidden" in found.doubts[0]


@pytest.mark.parametrize(
    "draws",
    [
        (words(ROWS),),
        (PAPER, words(ROWS)),
        (SCAN, show(Image.new("L", (50, 50), 255)), words(ROWS)),
        (in_form(PAPER, words(ROWS)),),
        (PAPER, words(ROWS), words(["sign"], mode=3, down=750)),
        (show(print_of(["A LETTERHEAD OF SOME BUREAU"])), words(ROWS, down=45)),
        (show(Image.radial_gradient("L"), (100, 100, 500, 400)), words(ROWS)),
    ],
)
def test_text_that_is_seen_is_used(tmp_path: Path, draws: tuple[Draw, ...]) -> None:
    found = page(tmp_path / "page.pdf", *draws)
    assert (found.kind, found.doubts) == ("text", ())
    assert ROWS[0].split()[0] in found.text


@pytest.mark.parametrize("shift", [0, 15, 400])
def test_hidden_text_that_lies_beside_the_print_is_told_of(tmp_path: Path, shift: float) -> None:
    found = page(tmp_path / "page.pdf", SCAN, words(ROWS, mode=3, down=shift))
    assert len(found.doubts) == (1 if shift == 0 else 2)


@pytest.mark.parametrize("over", [words(["Page 1"], down=740), words(["scanned by a telephone"], down=740)])
def test_a_scan_with_a_typed_footer_is_a_scan(tmp_path: Path, over: Draw) -> None:
    found = page(tmp_path / "page.pdf", SCAN, over)
    assert found.kind == "image"
    assert found.text.strip()
    assert "lacks" in found.doubts[0]


def test_a_table_pasted_as_a_picture_below_typed_text_is_seen(tmp_path: Path) -> None:
    picture = show(print_of(ROWS[:12]).crop((0, 0, 1250, 900)), (0, 40, WIDTH, 472))
    found = page(tmp_path / "page.pdf", words(ROWS[:10]), picture)
    assert found.kind == "image"
    assert ROWS[3].split()[0] in found.text


def test_comparing_leaves_the_page_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    page(path, SCAN, words(["a footer"], down=740))
    with open_document(path) as document, document.page(1) as source:
        before = source.raster().pixels
        assert source.kind == "image"
        assert np.array_equal(source.raster().pixels, before)


# The resolution of a scan


def pixels(path: Path) -> np.ndarray:
    with open_document(path) as document, document.page(1) as source:
        assert source.kind == "image"
        return source.raster().pixels


@pytest.mark.parametrize("dpi", [75, 100, 150, 200, 300, 400])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_gives_its_very_pixels(tmp_path: Path, dpi: int, turn: int) -> None:
    path = tmp_path / "scan.pdf"
    image = print_of(ROWS, dpi / 72).convert("1")
    image.save(path, resolution=dpi)
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.pages[0].Rotate = turn
        file.save(path)
    assert np.array_equal(pixels(path), np.rot90(np.asarray(image.convert("L")), -turn // 90))


def test_a_page_of_rounded_size_gives_the_very_pixels_too(tmp_path: Path) -> None:
    image = print_of(ROWS, 201.3 / 72)
    page(tmp_path / "scan.pdf", show(image))
    assert np.array_equal(pixels(tmp_path / "scan.pdf"), np.asarray(image))


def test_strips_layers_and_forms_are_drawn_as_fine_as_they_are(tmp_path: Path) -> None:
    image = print_of(ROWS, 2.5)
    coarse = show(Image.new("L", (150, 212), 255))
    for i, draws in enumerate([(strips(image, 17),), (coarse, show(image)), (in_form(show(image)),)]):
        page(tmp_path / f"{i}.pdf", *draws)
        assert pixels(tmp_path / f"{i}.pdf").shape == (2125, 1500)


def test_pixels_of_a_fax_are_made_square(tmp_path: Path) -> None:
    page(tmp_path / "fax.pdf", show(print_of(ROWS, 3).resize((1800, 1275))))
    assert pixels(tmp_path / "fax.pdf").shape == (2550, 1800)


def test_outlines_are_drawn_at_300_dots_an_inch(tmp_path: Path) -> None:
    page(tmp_path / "page.pdf", in_form(outlines(ROWS)))
    assert pixels(tmp_path / "page.pdf").shape == (round(850 * 300 / 72), 2500)
