"""What a file does to its pages: text layers, pictures, fields, things painted over print, other pages bound in."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable

import pikepdf

from benchmarks.drafts import Draft, Finish, draft
from benchmarks.variations.catalogue import put, variation
from samples.truth import LITIGATION, RECONSIDERATION, REQUESTS

_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_MAPPED = re.compile(rb"(begin(bfchar|bfrange)\s)(.*?)(\s*end\2)", re.DOTALL)


def _finish(name: str, weight: float, *choices: Finish) -> None:
    """A variation that changes the drawn PDF in one of some ways."""

    def change(made: Draft) -> None:
        if made.rng.random() < 0.4 and made.producer == "canvas":
            made.producer = "weasyprint"  # fonts whose codes are glyph numbers
        made.finishes.append(made.rng.choice(choices))

    put(name, weight, change)


def _rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        change(file)
        file.save(target, deterministic_id=True)
    return target.getvalue()


def joined(pdf: bytes, other: bytes) -> bytes:
    """Two PDFs as one."""
    with pikepdf.open(io.BytesIO(other)) as behind:
        return _rewritten(pdf, lambda file: file.pages.extend(behind.pages))


def _fonts(file: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [
        one
        for one in file.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font" and "/ToUnicode" in one
    ]


def without_unicode(pdf: bytes, _: random.Random) -> bytes:
    """The PDF with fonts that do not say which characters their glyphs are."""

    def change(file: pikepdf.Pdf) -> None:
        for font in _fonts(file):
            del font.ToUnicode

    return _rewritten(pdf, change)


def renamed(pdf: bytes, other: Callable[[int], int]) -> bytes:
    """The PDF with fonts that name other characters than their glyphs show."""

    def targets(lines: re.Match[bytes]) -> bytes:
        out = []
        for line in re.split(rb"[\r\n]+", lines[3]):
            codes = _HEX.findall(line)
            if len(codes) in {2, 3} and len(codes[-1]) == 4:
                last = line.rindex(b"<")
                line = line[:last] + b"<%04X>" % other(int(codes[-1], 16)) + line[line.rindex(b">") + 1 :]
            out.append(line)
        return lines[1] + b"\n".join(out) + lines[4]

    def change(file: pikepdf.Pdf) -> None:
        for font in _fonts(file):
            font.ToUnicode = file.make_stream(_MAPPED.sub(targets, font.ToUnicode.read_bytes()))

    return _rewritten(pdf, change)


def shifted_unicode(pdf: bytes, rng: random.Random) -> bytes:
    """The PDF with a text layer in which every character is some other."""
    by = rng.choice((-29, 1, 37, 3000))
    return renamed(pdf, lambda code: code + by if code > 0x2FFF or by in {-29, 1} else code)


def private_unicode(pdf: bytes, _: random.Random) -> bytes:
    """The PDF with a text layer in characters for private use."""
    return renamed(pdf, lambda code: 0xE000 + code % 0x1900 if code > 0x2F else code)


def other_digits(pdf: bytes, rng: random.Random) -> bytes:
    """The PDF with a text layer whose digits are not those that are seen, as against copying."""
    digits = [*range(0x30, 0x3A)]
    while any(a == b for a, b in zip(digits, range(0x30, 0x3A), strict=True)):
        rng.shuffle(digits)
    return renamed(pdf, lambda code: digits[code - 0x30] if 0x30 <= code <= 0x39 else code)


def pictured(pdf: bytes, rng: random.Random, *, layer: bool = False) -> bytes:
    """The PDF with one or two pages as pictures, or with all over the text they had, hidden, if `layer`."""
    import numpy as np
    from PIL import Image

    from samples.scans import render

    pages = render(pdf, 200)

    def change(file: pikepdf.Pdf) -> None:
        count = len(file.pages)
        for index in range(count) if layer else rng.sample(range(count), rng.randint(1, min(2, count))):
            page = file.pages[index]
            stored = io.BytesIO()
            Image.fromarray(np.asarray(pages[index])).convert("L").save(stored, "JPEG", quality=88)
            high, wide = pages[index].shape[:2]
            image = file.make_stream(
                stored.getvalue(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=wide,
                Height=high,
                ColorSpace=pikepdf.Name.DeviceGray,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            width, height = wide * 72 / 200, high * 72 / 200
            page.Resources = pikepdf.Dictionary(page.Resources)  # pages may share one
            placed = b"q %.2f 0 0 %.2f 0 0 cm /Scan Do Q" % (width, height)
            if layer and int(page.get("/Rotate", 0)) == 0:
                page.contents_coalesce()
                own = page.Contents.read_bytes()
                page.Contents = file.make_stream(b"q 3 Tr\n" + own + b"\nQ\n" + placed)
                page.Resources.XObject = pikepdf.Dictionary(page.Resources.get("/XObject", {}))
                page.Resources.XObject.Scan = image
            else:
                page.Contents = file.make_stream(placed)
                page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
                page.MediaBox = [0, 0, width, height]
                page.CropBox = [0, 0, width, height]
                page.Rotate = 0

    return _rewritten(pdf, change)


def over_layer(pdf: bytes, rng: random.Random) -> bytes:
    """The PDF with pages as pictures over hidden text whose digits are misread."""
    return pictured(other_digits(pdf, rng), rng, layer=True)


def cropped(pdf: bytes, rng: random.Random) -> bytes:
    """The PDF with pages cut out of larger ones, whose edges hold printer's marks and numbers."""
    dx, dy = rng.randint(10, 60), rng.randint(10, 60)

    def change(file: pikepdf.Pdf) -> None:
        for page in file.pages:
            x0, y0, x1, y1 = (float(edge) for edge in page.MediaBox)
            page.CropBox = [x0, y0, x1, y1]
            page.MediaBox = [x0 - dx, y0 - dy, x1 + dx, y1 + dy]
            marks = b"BT /Marks 9 Tf 1 0 0 1 %d %d Tm (2024 17 %d) Tj ET" % (x0 - dx + 1, y0 + 400, dx)
            page.contents_add(b"q " + marks + b" Q")
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.Resources.Font = pikepdf.Dictionary(page.Resources.get("/Font", {}))
            page.Resources.Font.Marks = font

    return _rewritten(pdf, change)


def page_twice(pdf: bytes, rng: random.Random) -> bytes:
    """The PDF with a page bound in twice."""

    def change(file: pikepdf.Pdf) -> None:
        index = rng.randrange(len(file.pages))
        file.pages.insert(index + 1, file.pages[index])

    return _rewritten(pdf, change)


# Pages that must be read from their image cost seconds: they are drawn seldom, and all of them with `--only`.
_finish("no-tounicode", 0.15, without_unicode)
_finish("garbled-text", 0.15, shifted_unicode, private_unicode)
_finish("contradicting-digits", 0.15, other_digits)
_finish("image-pages", 0.1, pictured)
_finish("recogniser-layer", 0.1, over_layer)
_finish("cropped", 0.7, cropped)
_finish("page-twice", 0.4, page_twice)


@variation()
def _ghost_noughts(made: Draft) -> None:
    """Noughts that are painted so that cells look empty."""
    made.look["ghosts"] = made.rng.choice(("white", "invisible", "faint"))
    tables = {REQUESTS, *made.rng.sample((RECONSIDERATION, LITIGATION), 1)}
    share = made.rng.choice((0.05, 0.5, 1.0))
    for key, cell in list(made.cells.items()):
        if key[0] in tables and cell.value == "0" and made.rng.random() < share:
            made.put(key, "")


@variation()
def _white_headers(made: Draft) -> None:
    """White labels on dark cells, which are seen."""
    made.look |= {"white_headers": True, "shade": "#1f4e79"}
    if made.look.get("rules") == "fills":
        made.look["rules"] = "lines"


@variation(0.7)
def _patched(made: Draft) -> None:
    made.look["patched"] = True


@variation(1.5)
def _watermark(made: Draft) -> None:
    made.look["watermark"] = made.rng.choice(
        ("内部资料", "碧潭县财政局", "张三 20240126 10:25", "2024年度 公开", "样张 0017")
    )
    made.look["watermark_style"] = made.rng.choice(("diagonal", "tiles", "level"))
    made.look["watermark_over"] = made.rng.random() < 0.5


@variation(0.6)
def _form_fields(made: Draft) -> None:
    made.look["held"] = "fields"


@variation(0.6)
def _annotations(made: Draft) -> None:
    made.look["held"] = "notes"


@variation()
def _spread_digits(made: Draft) -> None:
    """Numbers with space between their digits, as justified cells have them."""
    made.look["spread"] = made.rng.choice((0.5, 1.5, 3.0, 6.0))


@variation(0.6)
def _two_reports(made: Draft) -> None:
    """Another report of another agency bound behind this one, in the same look."""
    proactive, requests = made.rng.choice((("2021", "2021"), ("2019", "2019")))
    made.second = draft(made.rng, proactive, requests)
    made.second.agency = "月湖区卫生健康局"
