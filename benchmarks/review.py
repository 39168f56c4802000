"""What a key costs in the front end, beside a key that does nothing: 200 cells and pages of 300 dots per inch.

    python benchmarks/review.py [--keys 40]

A key is timed in a real browser, from the press until the frame after the one that it changed begins: what a person
waits before the screen shows it. `nothing` is the same for an element with an empty handler: the browser's own share,
two frames at most. `handler` is the front end's own code with the layout after it. Needs what the browser tests need.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from extract.export import folder
from extract.pipeline import read
from extract.source import open_document

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from homes import LocalPage, chromium  # noqa: E402 - of the tests

DOTS = 300
KINDS = {"n": "next flagged cell", "ArrowDown": "next cell", "1": "candidate", "+": "zoom", "?": "help"}
BACK = {"ArrowDown": "ArrowUp", "+": "-"}

TIMED = """async ([selector, keys]) => {
  const root = document.querySelector(selector);
  const frame = () => new Promise(requestAnimationFrame);
  const spent = [];
  for (const key of keys) {
    await frame();
    const start = performance.now();
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    root.getBoundingClientRect();
    const done = performance.now();
    await frame();
    await frame();
    spent.push([performance.now() - start, done - start]);
  }
  return spent;
}"""

EMPTY = """() => {
  const one = document.createElement("section");
  one.id = "nothing";
  one.addEventListener("keydown", () => {});
  document.body.append(one);
}"""


def scanned(path: Path) -> Path:
    """A report as a TIFF of its pages."""
    with open_document(ROOT / "samples" / "wrong-totals.pdf") as document:
        pages = []
        for number in range(1, len(document) + 1):
            with document.page(number) as source:
                pages.append(document.image(source.skim(), DOTS / 72).convert("L"))
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(DOTS, DOTS), compression="tiff_lzw")
    return path


def timed(home: Any, selector: str, key: str, presses: int) -> tuple[float, float]:
    """Milliseconds until a key shows, and in its handler; the median."""
    keys = [key if at % 2 == 0 else BACK.get(key, key) for at in range(presses)]
    spent = home.page.evaluate(TIMED, [selector, keys])
    return median(one[0] for one in spent), median(one[1] for one in spent)


def main() -> None:
    """Print a table of keys."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=40, help="how often each key is pressed")
    presses = parser.parse_args().keys
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        report = read(scanned(Path(name) / "scan.tif"))
        folder.write([report], Path(name) / "out" / "scan")
        home = LocalPage(browser, Path(name) / "out")
        try:
            home.open("scan")
            home.page.evaluate(EMPTY)
            floor, _ = timed(home, "#nothing", "n", presses)
            print(f"{len(report.cells)} cells, {sum(cell.flagged for cell in report.cells)} flagged, {DOTS} dpi")
            print(f"{'key':24} {'/ nothing':>9} {'ms':>6} {'handler':>8}")
            print(f"{'nothing':24} {1:9.1f} {floor:6.1f}")
            for key, what in KINDS.items():
                shown, handler = timed(home, ".gk-review", key, presses)
                print(f"{key + ': ' + what:24} {shown / floor:9.1f} {shown:6.1f} {handler:8.1f}")
            saving = []
            for _ in range(max(3, presses // 8)):
                home.press("Space", "7")
                start = time.perf_counter()
                home.press("Enter")
                home.settled()
                saving.append(time.perf_counter() - start)
            print(f"{'Enter, until it is saved':24} {1000 * median(saving) / floor:9.1f} {1000 * median(saving):6.1f}")
        finally:
            home.close()


if __name__ == "__main__":
    main()
