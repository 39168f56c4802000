"""Shoot the front end in both of its homes for docs/corrections.md: python docs/pictures/shoot.py [--states DIR].

With `--states` what is rarely seen, to be looked at and not kept: nothing found, a correction that does not fit any
more, a server that is gone, help. Needs what the browser tests need (`tests/homes.py`): Chromium, JupyterLab.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

import extract
from extract.corrections import Corrections, dumped, name_of
from extract.corrections.file import edit_of
from extract.export import folder

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from homes import SCAN, Home, LocalPage, chromium, jupyter  # noqa: E402 - of the tests

SAMPLES = HERE.parents[1] / "samples"
SIZE = {"width": 1360, "height": 860}
COLOURS = 96


def shot(home: Home, path: Path) -> None:
    """What the window shows, small enough for the repository."""
    home.page.screenshot(path=path)
    with Image.open(path) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.name, path.stat().st_size // 1000, "kB")


def local(browser: Any, out: Path, waiting: str = "tbody tr") -> LocalPage:
    """The local page in English."""
    home = LocalPage(browser, out, waiting)
    home.page.set_viewport_size(SIZE)
    home.page.get_by_text("English", exact=True).click()
    return home


def extracted(out: Path, *paths: Path) -> Path:
    """A run over these documents."""
    for path in paths:
        folder.write([extract.read(path)], out / path.stem)
    return out


def page_and_groups(browser: Any, place: Path, to: Path) -> None:
    """A flagged cell in the local page, and group verification."""
    scans = (SAMPLES / "scans" / f"{name}.pdf" for name in ("archive", "grey-stamp", "thin-paper"))
    home = local(browser, extracted(place / "out", *scans))
    home.open("grey-stamp")
    shot(home, to / "review.png")
    home.press("Escape")
    home.page.wait_for_selector("tbody tr")
    home.press("g")
    home.page.wait_for_selector(".tile")
    home.settled()
    home.page.locator('.groups [data-group="1"]').click()
    home.settled()
    home.press("f", "f")
    home.settled()
    home.page.wait_for_load_state("networkidle")
    shot(home, to / "mosaic.png")
    home.close()


def widget(browser: Any, place: Path, to: Path) -> None:
    """The scan in JupyterLab."""
    shutil.copy(SCAN, place)
    with jupyter(browser, place, Path(SCAN.name), language="en") as home:
        home.page.set_viewport_size(SIZE | {"height": 920})
        home.page.get_by_text("No", exact=True).click()  # news of Jupyter are not asked for
        home.press("Control+b")  # the list of files
        home.page.locator(".gk-review").focus()
        home.press("n")
        home.page.wait_for_selector('img.picture[alt="Page 3"]')
        shot(home, to / "widget.png")


def states(browser: Any, place: Path, to: Path) -> None:
    """What is rarely seen."""
    empty = place / "empty.png"
    blank = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(blank).text((200, 200), "Nothing that is a table.", fill=0)
    blank.save(empty, dpi=(150, 150))
    home = local(browser, extracted(place / "none", empty))
    shot(home, to / "list.png")
    home.press("Enter")
    home.shown()
    home.press("t", "ArrowDown")
    shot(home, to / "no-tables.png")
    home.close()

    path = SAMPLES / "wrong-totals.pdf"
    out = extracted(place / "misfit", path)
    report = extract.read(path)
    line = {"edit": "line-moved", "page": 2, "grid": "requests", "extractor": "rulings", "axis": "column"}
    said = {"who": "li", "when": "2026-01-05T09:00:00Z", "why": "the line is hidden by the stamp"}
    edit = edit_of({**line, "at": 111.1, "to": 120.0, **said})
    (out / "corrections").mkdir()
    file = out / "corrections" / name_of(report.sha256)
    file.write_text(dumped(Corrections(report.sha256, path.name, (edit,))), encoding="utf-8")
    home = local(browser, out)
    home.press("Enter")
    home.shown()
    shot(home, to / "misfit.png")
    home.press("?")
    shot(home, to / "help.png")
    home.press("?", "e", "g", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    shot(home, to / "line.png")
    home.press("Escape")
    home.process.terminate()
    home.process.wait(timeout=20)
    home.press("3", "Enter")
    home.settled()
    shot(home, to / "gone.png")
    home.press("Escape", "Escape")
    home.page.wait_for_selector(".failed")
    shot(home, to / "gone-list.png")
    home.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--states", type=Path, help="a folder for pictures of what is rarely seen, alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        if chosen.states:
            chosen.states.mkdir(parents=True, exist_ok=True)
            states(browser, Path(name), chosen.states)
            return
        page_and_groups(browser, Path(name), HERE)
        (Path(name) / "lab").mkdir()
        widget(browser, Path(name) / "lab", HERE)


if __name__ == "__main__":
    main()
