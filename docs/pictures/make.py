"""Draw the pictures of docs/statuses.md from the samples: python docs/pictures/make.py (needs Chromium and playwright).

The scanned examples are pages of a sample drawn as images, in which a little of one digit is wiped out.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

import extract
from extract.export import evidence
from extract.model import BBox, CellId, Report
from extract.source import open_document

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[1] / "samples"
SCALE = 200 / 72

GRANTED = CellId("disclosure_requests", "granted", "other_organization")
RECEIVED = CellId("disclosure_requests", "received", "commercial_enterprise")


def wiped(folder: Path, id_: CellId, digit: str, pages: Sequence[int], part: float) -> list[Path]:
    """Pages of the sample `city` as images; in one cell a digit lacks `part` of its height at the upper right."""
    report = extract.read(SAMPLES / "city.pdf")
    cell = report[id_.table][id_.row, id_.column]
    ink = next(
        one.ink
        for grid in report[id_.table].grids
        for one in grid.cells
        if one.bbox == cell.bbox and one.ink is not None
    )
    files = []
    with open_document(SAMPLES / "city.pdf") as document:
        for number in pages:
            with document.page(number) as source:
                image = document.image(source.skim(), SCALE).convert("L")
            if number == cell.page:
                wipe(image, ink, cell.text.index(digit), len(cell.text), part)
            files.append(folder / f"{id_.row}-p{number}.png")
            image.save(files[-1], dpi=(200, 200))
    return files


def wipe(image: Image.Image, ink: BBox, place: int, of: int, part: float) -> None:
    width, height = ink.width / of, ink.height
    x0, top = ink.x0 + place * width, ink.top
    box = (x0 + 0.62 * width, top + (0.3 - part / 2) * height, x0 + width + 0.4, top + (0.3 + part / 2) * height)
    ImageDraw.Draw(image).rectangle([edge * SCALE for edge in box], fill=255)


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("there is no Chromium: install it (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox"])
        yield chromium
        chromium.close()


def shoot(chromium: Any, path: Path, name: str, selector: str, *, height: int | None = None) -> None:
    """A part of a page as docs/pictures/NAME.png, at most so many pixels high."""
    page = chromium.new_page(viewport={"width": 1120, "height": 1200})
    page.goto(path.as_uri())
    box = page.locator(selector).first
    box.scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.bar').style.display = 'none'")
    file = HERE / f"{name}.png"
    box.screenshot(path=file)
    with Image.open(file) as image:
        part = image.crop((0, 0, image.width, min(image.height, height or image.height)))
    part.convert("RGB").quantize(48, dither=Image.Dither.NONE).save(file, optimize=True)
    page.close()


def written(folder: Path, name: str, source: Path | list[Path]) -> tuple[Path, Report]:
    report = extract.read(source)
    path = folder / f"{name}.html"
    with open_document(source) as document:
        evidence.write(report, path, document)
    return path, report


def main() -> None:
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        folder = Path(name)
        page, _ = written(folder, "wrong-totals", SAMPLES / "wrong-totals.pdf")
        shoot(chromium, page, "legend", ".legend")
        shoot(chromium, page, "published", "#sum-1")
        shoot(chromium, page, "table", "table.printed:has(#at-disclosure_requests\\:received\\:total)", height=330)
        page, report = written(folder, "repaired", wiped(folder, GRANTED, "8", (2, 3), 0.2))
        print(report[GRANTED.table][GRANTED.row, GRANTED.column])
        shoot(chromium, page, "repaired", "table.review:has([data-status=repaired])")
        page, report = written(folder, "reading", wiped(folder, RECEIVED, "8", (2,), 0.3))
        print(report[RECEIVED.table][RECEIVED.row, RECEIVED.column])
        shoot(chromium, page, "reading", "#sum-1")
        shoot(chromium, page, "suspect", "table.review:has(.named)", height=205)


if __name__ == "__main__":
    main()
