"""A page read from its image: turned upright, made flat, its rulings and lines found, its tables' text read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from statistics import median

import numpy as np

from extract.geometry import page_width
from extract.model import BBox, Glyphs, Page, PrintedLine, Raster, Recognised
from extract.ocr import Engine
from extract.scan.flat import ABOVE, Flat, enclosed, framed, goes_on_in, has_open_rows
from extract.scan.look.coarse import Look, look
from extract.scan.look.glimpse import glimpse
from extract.scan.look.shaded import with_gutters
from extract.scan.paper.desk import without_desk
from extract.scan.paper.negative import positive
from extract.scan.paper.screen import without_screen
from extract.scan.text.squeezed import (
    LABEL,
    LONG,
    NARROWED,
    PADDING,
    SQUEEZED,
    WIDER,
    crop,
    is_label,
    label_shares,
    softened,
)
from extract.scan.text.twins import is_lone, read_alike

_SAMPLE = 8
"""Lines read to learn which way up a page is and whether it holds a table of the form."""

_USUAL, _SHORT, _LONGEST = 3.5, 1.5, 16.0
"""Times its height that a line of the sample is wide at least, or where there are few such, and at most: labels of
narrow columns have lines of three characters."""

_LIKELY = 0.25
"""Share of the sample's text that must be the form's labels."""

_FOREIGN = 0.15
"""The same of a glimpse at the page as it lies, below which nothing more is asked."""

_SURELY = 0.5
"""The same, from which no other way up is tried."""

_LEGIBLE = 0.9
"""Score of the sample's lines from which they are read the right way up, whatever they say."""

_READABLE, _CHARACTERS, _TIMES = 0.6, 8, 3
"""Score of a line from which its characters are readable; how many of them, and how many times as many as any other way
up, tell that this is the one."""

_DECIDED = 0.5
"""How clearly the lines of print must run one way for the other not to be tried."""

_LARGEST, _SMALLEST = 1300.0, 560.0
"""Points of a page's long side above and below which its size may be a slip, one point for each pixel of its image, or
a resolution that the image had before it was sent: print is as large on it as on any other page."""

_SHEET = 1.34, 1.49
"""Times its short side that a small page is long if it is a sheet, and no picture of a part of one."""

_UNSURE, _ILLEGIBLE = 0.8, 0.5
"""Scores below which a short line is read again as it is, since what is drawn over digits is told from them at full
width; and below which a label is read again."""

_LONG = 8
"""Characters of a line, more than labels have that run down a narrow column."""

_HALF = 0.27
"""Of a line's height: half the width of a digit or Latin letter; a Chinese character is twice as wide."""


def read_page(
    skimmed: Page,
    raster: Raster,
    engine: Callable[[], Engine],
    likeness: Callable[[str], float],
    before: Page | None,
    *,
    wanted: bool = False,
    turns: int | None = None,
) -> Page:
    """The page as read from `raster`; `skimmed` itself when it holds no table of the form.

    Args:
        skimmed: What the source knows of the page.
        raster: Its pixels, upright as the file shows it.
        engine: Gives the OCR engine, asked only when there is something to read.
        likeness: How much of a text is labels of the form, 0..1.
        before: The page before where it holds a table, which may go on here without labels.
        wanted: Whether somebody says that it holds one.
        turns: The clockwise quarter turns to the upright page, where somebody says so.
    """
    goes_on = before is not None
    wanted = wanted or turns is not None
    enlarged = _enlarged(raster)
    raster = without_desk(without_screen(positive(Raster(raster.pixels, raster.scale * enlarged))))
    seen = look(raster)
    if not seen.ruled and (drawn := with_gutters(raster)) is not raster:
        raster, seen = drawn, look(drawn)
    if not (seen.ruled or seen.worn or seen.horizontal_only or seen.tabular or goes_on or wanted):
        return skimmed
    seen_in = glimpse(raster, seen, engine(), likeness) if seen.ruled and turns is None else None
    if seen_in and seen_in.share < _FOREIGN and not (goes_on or wanted):
        return skimmed
    ruled = seen.ruled
    if turns is not None:
        flat = Flat(raster, turns, level=seen.level)
    elif seen_in and seen_in.share >= _LIKELY:
        turns, flat = seen_in.turns, Flat(raster, seen_in.turns, level=seen.level)
        flat.read = seen_in.of_lines(flat.sheet, flat.boxes)
    else:
        share, turns, flat = _upright(raster, seen, engine(), likeness, _turns(before, skimmed))
        if share < _LIKELY and not wanted:
            ruled = ruled or any(not ruling.horizontal for ruling in flat.rulings)  # one low row is not seen at a look
            if not (goes_on and (ruled or goes_on_in(flat))):
                return skimmed
    lines = tuple(_read(flat, engine(), everything=not ruled or has_open_rows(flat)))
    height, width = flat.raster.pixels.shape[:2]
    return replace(
        skimmed,
        width=width / raster.scale * enlarged,
        height=height / raster.scale * enlarged,
        rotation=(skimmed.rotation + 90 * turns) % 360,
        text="\n".join(line.read.text for line in lines if line.read),
        skimmed=False,
        glyphs=_glyphs(lines),
        rulings=flat.rulings,
        sheet=replace(flat.sheet, mesh=flat.sheet.mesh * enlarged),
        lines=lines,
    )


def _enlarged(raster: Raster) -> float:
    """How many times as large as its print a page says it is, less than one where it says smaller."""
    height, width = (pixels / raster.scale for pixels in raster.pixels.shape[:2])
    short, long = sorted((width, height))
    slip = long > _LARGEST or (long < _SMALLEST and _SHEET[0] < long / short < _SHEET[1])
    return width / page_width(width, height) if slip else 1.0


def _upright(
    raster: Raster, seen: Look, engine: Engine, likeness: Callable[[str], float], before: int | None
) -> tuple[float, int, Flat]:
    """The way up that reads most like the form: that share, clockwise quarter turns, and the page turned so.

    Where none reads more than another it is the usual one: that of the page `before`, which has a table, or none. Of
    few lines that say little of the form, the way up is the one that can be read. Labels that run down narrow columns
    can be read from the side, too: where lines of print do not say which way they run, others are tried until a longer
    one was read, and one that alone has such is it. They are not where the page lies as the one before does.
    """
    usual = before or 0
    tried: list[tuple[float, int, Flat]] = []
    readable: list[int] = []
    long: list[int] = []
    taken: list[int] = []
    decided = abs(seen.sideways) >= _DECIDED
    first = before % 2 if before is not None and not decided else int(seen.sideways > 0)
    for axis in (first,) if decided else (first, 1 - first):
        flat = Flat(raster, axis, level=seen.level)
        for turns in (axis, axis + 2):
            sample = _sampled(flat, engine, upside_down=turns >= 2)
            tried.append((likeness("\n".join(line.text for line in sample)), turns, flat))
            # Characters that lie on their sides one beside another are legible as well: a label's, from line to line.
            told = decided or axis == usual % 2
            legible = told and len(sample) >= _SAMPLE // 2 and median(line.score for line in sample) >= _LEGIBLE
            readable.append(sum(len(line.text) for line in sample if line.score >= _READABLE))
            if any(len(line.text) >= _LONG and line.score >= _READABLE for line in sample):
                long.append(len(tried) - 1)
            if legible or (tried[-1][0] >= _SURELY and readable[-1] >= _CHARACTERS):
                taken.append(len(tried) - 1)
                if decided or turns == before or long[-1:] == taken[-1:]:
                    return _turned(raster, seen, *tried[-1])
    for way in (*(long if len(long) == 1 else ()), *taken):
        return _turned(raster, seen, *tried[way])
    most = max(range(len(tried)), key=readable.__getitem__)
    told = decided or tried[most][1] % 2 == usual % 2
    if told and readable[most] >= max(_CHARACTERS, _TIMES * sorted(readable)[-2]):
        return _turned(raster, seen, *tried[most])
    return _turned(raster, seen, *max(tried, key=lambda way: (way[0], way[1] == usual)))


def _turns(before: Page | None, skimmed: Page) -> int | None:
    """Quarter turns by which the scan before had to be turned; None without one, or where the file turned this one."""
    if before is None or before.sheet is None or (skimmed.rotation and skimmed.rotation != before.rotation):
        return None
    return (before.rotation - skimmed.rotation) // 90 % 4


def _turned(raster: Raster, seen: Look, share: float, turns: int, flat: Flat) -> tuple[float, int, Flat]:
    return share, turns, Flat(raster, turns, level=seen.level) if turns >= 2 else flat


def _sampled(flat: Flat, engine: Engine, *, upside_down: bool) -> list[Recognised]:
    """Some lines of ordinary length: those between rulings on all four sides, or else among them, or else any.

    Where these are few, lines of three characters will do.
    """
    width, height = (flat.boxes[:, 2:] - flat.boxes[:, :2]).T
    usual, short = ((width > least * height) & (width < _LONGEST * height) for least in (_USUAL, _SHORT))
    within, inside = enclosed(flat), framed(flat, 0.0)
    kinds = (usual & within, usual & inside, short & within, usual, short)
    places = [np.flatnonzero(kind) for kind in kinds]
    chosen = next((some for some in places if len(some) >= _SAMPLE // 2), places[-1])
    if len(chosen) > _SAMPLE:
        chosen = chosen[np.linspace(0, len(chosen) - 1, _SAMPLE).astype(int)]
    images = [crop(flat.sheet, box, *_shares(engine)) for box in flat.boxes[chosen].tolist()]
    if upside_down:
        return engine.read([np.ascontiguousarray(image[::-1, ::-1]) for image in images])
    flat.read = dict(zip(chosen.tolist(), engine.read(images), strict=True))
    return list(flat.read.values())


def _shares(engine: Engine, long: float = SQUEEZED, short: float = NARROWED) -> tuple[float | None, float | None]:
    """What long and short lines are squeezed to; None is as they are, for an engine that reads no others."""
    return (long, short) if engine.squeezes else (None, None)


def _read(flat: Flat, engine: Engine, *, everything: bool) -> Iterator[PrintedLine]:
    """Every line, those in and over ruled areas with their text; `everything` reads all."""
    wanted = np.ones(len(flat.boxes), dtype=bool) if everything else framed(flat, ABOVE)
    boxes = flat.boxes.tolist()
    chosen = [i for i in np.flatnonzero(wanted).tolist() if i not in flat.read]
    characters = [
        flat.sheet.grey[y0:y1, x0:x1] if is_lone(x1 - x0, y1 - y0) else None
        for x0, y0, x1, y1 in (boxes[i] for i in chosen)
    ]
    long, high = label_shares(flat.boxes, enclosed(flat))
    shares = [_shares(engine, long[i], LABEL if high[i] else NARROWED) for i in chosen]
    views = [crop(flat.sheet, boxes[i], *share) for i, share in zip(chosen, shares, strict=True)]
    known = flat.read | dict(zip(chosen, read_alike(engine, characters, views), strict=True))
    if engine.squeezes:
        others = [i for i in chosen if high[i] and not is_label(known[i])]
        known |= dict(zip(others, engine.read([crop(flat.sheet, boxes[i]) for i in others]), strict=True))
        known |= _read_again(flat, engine, known, [i for i in chosen if high[i] and i not in others])
    scale = flat.sheet.scale
    for i, box in enumerate(boxes):
        yield PrintedLine(BBox(*(edge / scale for edge in box)), known.get(i))


def _read_again(
    flat: Flat, engine: Engine, known: Mapping[int, Recognised], labels: Sequence[int]
) -> dict[int, Recognised]:
    """The lines that were not read surely, read less squeezed: short ones but `labels` at their full width.

    Those that are illegible even so are read softened: a copy in black and white has strokes in crumbs.
    """
    width, height = (flat.boxes[:, 2:] - flat.boxes[:, :2]).T
    short = width <= LONG * height
    short[labels] = False
    unsure = [i for i, read in known.items() if read.score < (_UNSURE if short[i] else _ILLEGIBLE)]
    images = [
        crop(flat.sheet, box, WIDER, None if short[i] else WIDER)
        for i, box in zip(unsure, flat.boxes[unsure].tolist(), strict=True)
    ]
    again = dict(zip(unsure, engine.read(images), strict=True))
    crumbs = {i: softened(image) for i, image in zip(unsure, images, strict=True) if again[i].score < _ILLEGIBLE}
    for i, read in zip(crumbs, engine.read(list(crumbs.values())), strict=True):
        again[i] = max(again[i], read, key=attrgetter("score"))
    return again


def _glyphs(lines: Sequence[PrintedLine]) -> Glyphs:
    """The characters of the lines that were read, each where the engine saw it."""
    text: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for line in lines:
        if line.read is None:
            continue
        for char, at in zip(line.read.text, _offsets(line.read), strict=True):
            if not char.isspace():
                text.append(char)
                boxes.append(_character_box(char, at, line.bbox))
    return Glyphs("".join(text), np.array(boxes, dtype=np.float64).reshape(-1, 4))


def _offsets(read: Recognised) -> Sequence[float]:
    """Where each character stands in its line, evenly spread where the engine does not say."""
    if len(read.offsets) == len(read.text):
        return read.offsets
    return [(i + 0.5) / len(read.text) for i in range(len(read.text))]


def _character_box(char: str, at: float, line: BBox) -> tuple[float, float, float, float]:
    margin = PADDING * line.height
    middle = line.x0 - margin + at * (line.width + 2 * margin)
    half = _HALF * line.height * (1 if char.isascii() else 2)
    return max(line.x0, middle - half), line.top, min(line.x1, middle + half), line.bottom
