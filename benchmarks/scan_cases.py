"""Random scanned reports: figures that add up, drawn, turned into pixels, damaged and stored, all from one seed."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from benchmarks.drafts import Draft, draft
from benchmarks.variations import VARIATIONS
from samples.degrade import DAMAGES, degrade, paper
from samples.document import HEADINGS, DocumentOptions, compose
from samples.form import FormOptions
from samples.look import Look
from samples.make import drawer
from samples.pixels import Pixels
from samples.scans import black_and_white, image_file, image_pdf, render, tiff

FONTS = (
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "AR PL UMing CN",
    "AR PL UKai CN",
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
)
DIGITS = ("", "", "Liberation Serif", "Liberation Serif", "Liberation Sans", "DejaVu Sans", "DejaVu Serif")
EDITIONS = (("2021", "2021"), ("2021", "2021"), ("2021", "2021"), ("2019", "2019"), ("2021", "2019"))
RESOLUTIONS = (150, 150, 200, 200, 200, 240, 300)
LOW_RESOLUTION = "low-resolution"
KINDS = (*DAMAGES, LOW_RESOLUTION)
"""Everything that can happen to a page, by name."""

# A report's damages are drawn from the older ones, so that a seed's report stays as it is; `--only` names any.
_DRAWN = tuple(kind for kind in KINDS if kind not in {"streaks", "dithered", "negative"})

# What a black and white scan makes all black or white, so that nothing is left to read; a telephone has its own turn.
_NOT_TOGETHER = (
    *({"bilevel", other} for other in ("photo", "red-stamp", "grey-stamp", "uneven-light", "curl", "blur")),
    {"photo", "skew"},
    {"red-stamp", "grey-stamp"},
)
# Publishers' habits that change how the form looks, with the share of reports that have them.
_HABITS = {
    "blanks": 0.35,
    "shaded": 0.1,
    "fake-bold": 0.08,
    "align-right": 0.06,
    "align-left": 0.05,
    "valign": 0.06,
    "boxes": 0.06,
    "thin-rectangles": 0.06,
    "double-rules": 0.04,
    "dotted": 0.04,
    "numbering": 0.08,
    "separate-blocks": 0.06,
    "vertical-stub": 0.05,
    "landscape": 0.04,
}
_CANVAS_ONLY = frozenset({"fake-bold", "valign", "boxes", "thin-rectangles", "landscape"})
_NARRATIVE = ("management", "platform", "supervision", "problems", "improvements", "fees")


@dataclass(frozen=True)
class Case:
    """A scanned document and what it prints.

    `made.cells` are the cells on its pages; `group` is "report", or "text" or "other" for one without any of the form's
    tables. `damages` are names with whether they are strong; `data` are the file's bytes and `suffix` its ending.
    """

    seed: int
    group: str
    made: Draft
    damages: tuple[tuple[str, bool], ...]
    dpi: int
    fonts: tuple[str, str]
    pages: int
    suffix: str
    data: bytes

    @property
    def easy(self) -> bool:
        """Whether it has 150 dpi or more and no strong damage."""
        return self.dpi >= 150 and not any(strong for _, strong in self.damages)


def make(seed: int, only: str = "", group: str = "report", *, compact: bool = False) -> Case:
    """The case of a seed; `only` is its one damage ("clean" for none), `compact` leaves out all but the tables."""
    rng = random.Random(f"scans/{seed}/{only}/{group}/{compact}")
    made = draft(rng, *rng.choice(EDITIONS))
    fonts = _dress(made, rng)
    surroundings = _surroundings(made, rng, group, compact)
    if group != "report":
        made.cells.clear()
    truth = made.truth(f"scan-{seed}")
    whole = truth if made.cells else draft(random.Random(seed)).truth(truth.name)
    document = compose(whole, FormOptions(**made.form), surroundings)
    pdf = drawer(made.producer)(document, Look(**made.look))
    damages = _one_damage(only, rng) if only else _damages(rng)
    dpi = _resolution(dict(damages), rng)
    pages = _scanned(pdf, damages, dpi, rng, seed=[seed, zlib.crc32(only.encode())])
    suffix, data = _stored(pages, dpi, dict(damages), rng)
    # Bends are functions that no other process could be handed.
    made.bends.clear()
    return Case(seed, group, made, damages, dpi, fonts, len(pages), suffix, data)


def _dress(made: Draft, rng: random.Random) -> tuple[str, str]:
    """Fonts, sizes and habits."""
    font, digits = rng.choice(FONTS), rng.choice(DIGITS)
    made.look = {
        "font": font,
        "digits": digits,
        "size": rng.uniform(10.5, 14),
        "table_size": rng.uniform(8, 11),
        "padding": rng.uniform(2, 7),
        "margin": rng.uniform(42, 75),
        "rule_width": rng.uniform(0.4, 1.1),
        "page_numbers": rng.random() < 0.8,
    }
    made.form["value_width"] = rng.uniform(0.85, 1.3)
    for name, share in _HABITS.items():
        # reportlab cannot embed the outlines of the Noto fonts, which WeasyPrint can.
        if rng.random() < share and not ("Noto" in font and name in _CANVAS_ONLY):
            VARIATIONS[name](made)
            made.variations.append(name)
    if "Noto" in font:
        made.producer = "weasyprint"
    return font, digits or font


def _surroundings(made: Draft, rng: random.Random, group: str, compact: bool) -> DocumentOptions:
    """The text around the form, or instead of it."""
    options: dict[str, Any] = dict(made.document)
    if group == "report" and (compact or rng.random() < 0.2):
        made.look |= {"margin": 40.0, "size": 9.0, "table_size": min(made.look["table_size"], 8.5), "padding": 2.5}
        return DocumentOptions(**{**options, "order": ("proactive", "requests", "review"), "other_tables": {}})
    share = 1.0 if group == "text" else 0.4
    subjects = {"overview": _NARRATIVE[:3], "problems": _NARRATIVE[3:5], "others": _NARRATIVE[5:]}
    options["narrative"] = {
        section: [f"@{name}.{number}" for name in names for number in range(3) if rng.random() < share]
        for section, names in subjects.items()
    }
    if group != "report":
        options["order"] = tuple(name for name in HEADINGS if name in subjects)
        options["other_tables"] = {"problems": _unrelated(rng)} if group == "other" else {}
    return DocumentOptions(**options)


def _unrelated(rng: random.Random) -> list[list[str]]:
    """A table of a budget report."""
    items = (
        "一般公共预算收入",
        "税收收入",
        "一般公共预算支出",
        "教育支出",
        "卫生健康支出",
        "政府性基金支出",
        "国有资本收益",
    )
    header = ["项目", "年初预算（万元）", "调整预算", "决算", "完成率", "比上年"]
    rows = [
        [item, *(str(rng.randint(0, 99999)) for _ in range(3)), f"{rng.uniform(60, 120):.1f}%", str(rng.randint(-9, 9))]
        for item in items
    ]
    return [header, *rows, *rows[::-1]]


def _one_damage(only: str, rng: random.Random) -> tuple[tuple[str, bool], ...]:
    if only == "clean":
        return ()
    if only not in KINDS:
        raise ValueError(f"no damage named {only!r}: {', '.join(('clean', *KINDS))}")
    return ((only, rng.random() < 0.5),)


def _damages(rng: random.Random) -> tuple[tuple[str, bool], ...]:
    """Nothing in one report of eight, else up to three damages that go together, two of five strong."""
    if rng.random() < 0.125:
        return ()
    count = rng.choices((1, 2, 3), (5, 3, 2))[0]
    while True:
        drawn = rng.sample(_DRAWN, count)
        if not any(pair <= set(drawn) for pair in _NOT_TOGETHER):
            return tuple((name, rng.random() < 0.4) for name in drawn)


def _resolution(damages: dict[str, bool], rng: random.Random) -> int:
    if LOW_RESOLUTION in damages:
        return rng.randint(100, 112) if damages[LOW_RESOLUTION] else rng.randint(115, 140)
    return rng.choice(RESOLUTIONS)


def _scanned(
    pdf: bytes, damages: tuple[tuple[str, bool], ...], dpi: int, rng: random.Random, seed: list[int]
) -> list[Pixels]:
    chance = np.random.default_rng(seed)
    plain = render(pdf, dpi)
    done = [damage for damage in damages if damage[0] in DAMAGES]
    tint = np.array([1.0, chance.uniform(0.97, 1.0), chance.uniform(0.92, 0.99)], np.float32)
    coloured = rng.random() < 0.25
    pages = []
    for number, page in enumerate(plain):
        back = plain[number ^ 1] if number ^ 1 < len(plain) else None
        if damages and not done:  # low resolution alone still comes from paper and scanner
            page = paper(page, chance, dpi / 72)
        page = degrade(page, done, chance, dpi / 72, back)
        if coloured and page.ndim == 2 and not black_and_white(page):
            page = np.rint(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB) * tint).astype(np.uint8)
        pages.append(page)
    return pages


def _stored(pages: list[Pixels], dpi: int, damages: dict[str, bool], rng: random.Random) -> tuple[str, bytes]:
    quality = 90 if "jpeg" in damages else rng.randint(72, 92)
    kind = rng.random()
    if len(pages) == 1 and kind < 0.5:
        # A telephone does not know how large the page was.
        shown = 72 if "photo" in damages else dpi
        if "bilevel" in damages or kind < 0.2:
            return ".png", image_file(pages[0], shown)
        return ".jpg", image_file(pages[0], shown, quality)
    if kind < 0.85:
        return ".pdf", image_pdf(pages, dpi, quality)
    return ".tif", tiff(pages, dpi)
