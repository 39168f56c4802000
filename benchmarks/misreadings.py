"""How numbers are misread: `python benchmarks/misreadings.py --seconds 300`, appended to misreadings.csv.

Sheets of figures in many fonts, sizes and resolutions are drawn, damaged as scans are (samples/degrade.py), and read as
the cells of a scanned report are: two views of each figure by the default engine, fused with the shape of its ink.
Every figure that is misread, or read rightly without being sure, becomes a line; the others are counted only.
benchmarks/repair.py draws its injected errors from these lines.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extract.ocr import Engine
from extract.ocr.engines import engine as ocr_engine
from extract.scan.cells.fusion import fuse
from samples.degrade import degrade
from samples.pixels import Pixels, as_grey

FILE = Path(__file__).with_suffix(".csv")
COLUMNS = ("true", "text", "confidence", "alternatives", "doubts", "cautions")
SURE = 0.8
FONTS = (
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSerif.ttf",
    "liberation/LiberationSans-Regular.ttf",
    "liberation/LiberationSerif-Regular.ttf",
    "arphic/uming.ttc",
    "wqy/wqy-zenhei.ttc",
)
_DAMAGES = ("faded", "bleed-through", "grey-stamp", "red-stamp", "pen", "blur", "noise", "speckle", "bilevel", "jpeg")
_LINES, _COLUMNS = 14, 7


class Misreading(NamedTuple):
    """A figure as printed, and its reading."""

    true: str
    text: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    doubts: tuple[str, ...]
    cautions: tuple[str, ...]


def load(path: Path = FILE) -> list[Misreading]:
    """The lines of misreadings.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Misreading(
                line["true"],
                line["text"],
                float(line["confidence"]),
                tuple((text, weight) for text, weight in json.loads(line["alternatives"])),
                tuple(json.loads(line["doubts"])),
                tuple(json.loads(line["cautions"])),
            )
            for line in csv.DictReader(file)
        ]


def sheet(seed: int) -> Iterator[tuple[str, Pixels, Pixels, Pixels, float]]:
    """Figures of one damaged sheet: text, narrow view, wide view, ink, and the height of a line in pixels."""
    rng = random.Random(f"misreadings/{seed}")
    chance = np.random.default_rng(seed)
    dpi = rng.choice((80, 100, 100, 130, 150, 200))
    scale, size = dpi / 72, rng.uniform(8, 11)
    font = ImageFont.truetype(f"/usr/share/fonts/truetype/{rng.choice(FONTS)}", round(size * scale * 4))
    width, height = round(_COLUMNS * 62 * scale), round(_LINES * 24 * scale)
    large = Image.new("L", (width * 4, height * 4), 255)
    pen, found = ImageDraw.Draw(large), []
    for i in range(_LINES * _COLUMNS):
        text = str(int(10 ** rng.uniform(0, rng.choice((1, 2, 3, 4, 6)))) - 1)
        x, y = (12 + 62 * (i % _COLUMNS)) * scale, (6 + 24 * (i // _COLUMNS)) * scale
        pen.text((x * 4, y * 4), text, fill=0, font=font)
        box = pen.textbbox((x * 4, y * 4), text, font=font)
        found.append((text, tuple(edge / 4 for edge in box)))
    page = cv2.resize(np.asarray(large), (width, height), interpolation=cv2.INTER_AREA)
    done = [(name, rng.random() < 0.6) for name in rng.sample(_DAMAGES, rng.choice((0, 1, 1, 2, 2, 3)))]
    grey = as_grey(degrade(page, done, chance, scale))
    level = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    for text, (x0, top, x1, bottom) in found:
        left, up, right, down = (int(x0), int(top), int(np.ceil(x1)), int(np.ceil(bottom)))
        views = []
        for share in (0.17, 0.45):
            margin = max(2, round(share * (down - up)))
            views.append(grey[max(0, up - margin) : down + margin, max(0, left - margin) : right + margin])
        yield text, views[0], views[1], level[up:down, left:right], bottom - top


def misread(seed: int, engine: Engine) -> Iterator[tuple[bool, Misreading]]:
    """Whether each figure of a sheet was read for sure, and its reading."""
    figures = list(sheet(seed))
    narrow = engine.read([figure[1] for figure in figures])
    wide = engine.read([figure[2] for figure in figures])
    usual = float(np.median([figure[4] for figure in figures]))
    for (true, _, _, ink, _), one, other in zip(figures, narrow, wide, strict=True):
        reading = fuse(one, other, ink, usual, engine.name)
        sure = reading.confidence >= SURE and not reading.doubts and not reading.cautions
        yield (
            sure,
            Misreading(true, reading.text, reading.confidence, reading.alternatives, reading.doubts, reading.cautions),
        )


def main() -> int:
    """Draw, damage and read sheets for a while, and append what was not simply right."""
    parser = argparse.ArgumentParser(description="How numbers are misread.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--output", type=Path, default=FILE)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    engine, counts = ocr_engine("rapidocr", None), Counter[tuple[str, str]]()
    end, seed = time.monotonic() + options.seconds, options.seed
    new = not options.output.exists()
    with options.output.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(COLUMNS)
        while time.monotonic() < end:
            for sure, one in misread(seed, engine):
                right = one.text == one.true
                counts["sure" if sure else "unsure", "right" if right else "wrong"] += 1
                if not right or not sure:
                    lists = (
                        json.dumps(part, ensure_ascii=False) for part in (one.alternatives, one.doubts, one.cautions)
                    )
                    writer.writerow([one.true, one.text, one.confidence, *lists])
            seed += 1
    print(f"sheets {options.seed} to {seed - 1}: {dict(counts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
