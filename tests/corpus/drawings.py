"""PDF pages that draw too much, too large, or themselves; fonts and images that are no such things."""

from __future__ import annotations

import gzip
import pickle
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from corpus.parts import (
    ANY,
    NOT_READ,
    NOTHING,
    OVER,
    OVER_OR_LATE,
    Bad,
    drawn_over,
    inflating,
    page,
    report,
    stream,
)

FORM = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]"


def files() -> Iterator[Bad]:
    yield from _boxes()
    yield from _crowds()
    yield from _forms()
    yield from _images()
    yield from _fonts()
    yield from _paints()


def _boxes() -> Iterator[Bad]:
    for name, box, right in (
        ("endless", "[0 0 1e9 1e9]", OVER | NOT_READ),
        ("wide", "[0 0 30000 100]", OVER),
        ("overflowing", "[-2147483648 -2147483648 2147483647 2147483647]", OVER | NOT_READ),
        ("upside-down", "[595 842 0 0]", NOTHING),
        ("nothing", "[0 0 0 0]", NOTHING),
        ("speck", "[0 0 0.0001 0.0001]", NOTHING),
        ("words", "[(a) (b) (c) (d)]", NOTHING),
        ("numberless", "[0 0 nan inf]", NOT_READ | OVER),
    ):
        yield Bad(f"box-{name}.pdf", page(b"0 0 9 9 re f", page_more=f"/MediaBox {box}"), right)

    def stretched(file: pikepdf.Pdf) -> None:
        for leaf in file.pages:
            leaf.MediaBox = [-9000, -9000, 9900, 9900]
            leaf.CropBox = [-9000, -9000, 9900, 9900]

    yield Bad("report-on-a-field.pdf", report(stretched), OVER | frozenset({"ok", "needs-review"}), like="city")

    def turned(file: pikepdf.Pdf) -> None:
        for leaf, angle in zip(file.pages, (45, 2**31 - 90, -1), strict=True):
            leaf.Rotate = angle

    yield Bad("report-turned-oddly.pdf", report(turned), ANY, like="city")


def _crowds() -> Iterator[Bad]:
    chance = random.Random(1)
    spots = [(chance.randrange(595), chance.randrange(842)) for _ in range(220_000)]
    lines = [b"%d %d m %d %d l S" % (x, y, x + 9, y) for x, y in spots]
    yield Bad("rulings-220000.pdf", drawn_over(b"\n".join(lines)), OVER, like="city", says="objects")
    one = b"\n".join(b"%d %d 9 0.5 re" % spot for spot in spots) + b"\nf"
    yield Bad("rulings-in-one-path.pdf", drawn_over(one), ANY | OVER_OR_LATE, like="city", large=True)
    few = b"\n".join(b"%d %d m %d %d l S" % (x, y, x, y + 9) for x, y in spots[:50_000])
    yield Bad("objects-50000.pdf", page(few), NOTHING | OVER_OR_LATE, large=True)
    yield Bad("objects-220000.pdf", page(b"\n".join(lines)), NOTHING | OVER)
    text = b"BT /F1 1 Tf 1 800 Td (" + b") Tj 0 -1.2 Td (".join([b"1" * 500] * 600) + b") Tj ET"
    yield Bad("characters-300000.pdf", page(text), OVER, says="characters")
    marks = " ".join(["<< /Type /Annot /Subtype /Square /Rect [0 0 99 99] /C [1 0 0] >>"] * 5000)
    yield Bad(
        "annotations-5000.pdf", page(b"", page_more=f"/MediaBox [0 0 595 842] /Annots [{marks}]"), ANY | OVER_OR_LATE
    )


def _forms() -> Iterator[Bad]:
    inside = "/Resources << /XObject << /A 6 0 R /B 7 0 R >> >>"
    resources = "/XObject << /A 6 0 R /B 7 0 R >>"
    both = {"o6": stream(b"/B Do", f"{FORM} {inside}"), "o7": stream(b"/A Do 0 0 9 9 re f", f"{FORM} {inside}")}
    itself = {"o6": stream(b"/A Do /A Do 0 0 9 9 re f", f"{FORM} {inside}"), "o7": stream(b"", FORM)}
    yield Bad("form-draws-itself.pdf", page(b"/A Do", resources, **itself), NOTHING | OVER_OR_LATE)
    yield Bad("forms-draw-each-other.pdf", page(b"/A Do", resources, **both), NOTHING)
    doubling = {
        f"o{6 + level}": stream(
            b"/N Do " * 10 if level < 8 else b"0 0 9 9 re f " * 10,
            f"{FORM} /Resources << /XObject << /N {7 + level} 0 R >> >>",
        )
        for level in range(9)
    }
    yield Bad(
        "forms-hundred-million.pdf",
        page(b"/A Do", "/XObject << /A 6 0 R >>", **doubling),
        ANY | OVER_OR_LATE,
        large=True,
    )
    mask = "/ExtGState << /G << /SMask << /S /Alpha /G 6 0 R >> >> >> /XObject << /A 6 0 R >>"
    group = stream(b"/G gs /A Do", f"{FORM} /Group << /S /Transparency >> /Resources << {mask} >>")
    yield Bad("mask-is-itself.pdf", page(b"/G gs 0 0 99 99 re f", mask, o6=group), NOTHING | OVER_OR_LATE, large=True)


def _images() -> Iterator[Bad]:
    def image(data: bytes, attributes: str) -> bytes:
        body = stream(data, f"/Type /XObject /Subtype /Image {attributes}")
        return page(b"500 0 0 700 40 40 cm /I Do", "/XObject << /I 6 0 R >>", o6=body)

    grey = "/ColorSpace /DeviceGray /BitsPerComponent 8"
    vast = image(inflating(300), f"/Filter /FlateDecode /Width 17000 /Height 17000 {grey}")
    yield Bad("image-of-300-megabytes.pdf", vast, ANY | OVER_OR_LATE)
    for name, width, height in (("endless", 2**31 - 1, 2**31 - 1), ("negative", -5, -5), ("nothing", 0, 0)):
        yield Bad(f"image-{name}.pdf", image(b"x" * 99, f"/Width {width} /Height {height} {grey}"), NOTHING)
    for kind in ("DCTDecode", "JPXDecode", "JBIG2Decode", "CCITTFaxDecode"):
        junk = random.Random(kind).randbytes(5000)
        damaged = image(junk, f"/Filter /{kind} /Width 20000 /Height 20000 {grey}")
        yield Bad(f"image-{kind.lower()}.pdf", damaged, ANY | OVER_OR_LATE)
    loop = image(b"x", f"/Width 9 /Height 9 {grey} /SMask 6 0 R /Mask 6 0 R")
    yield Bad("image-masks-itself.pdf", loop, NOTHING)
    colours = image(b"x" * 81, "/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace 7 0 R")
    ring = colours.replace(b"/ColorSpace 7 0 R", b"/ColorSpace [/Indexed [/Indexed 6 0 R 255 6 0 R] 255 6 0 R]")
    yield Bad("colours-of-colours.pdf", ring, NOT_READ)


class _Planted:
    """A pickle that leaves a mark in the system's temporary folder when it is loaded."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import pathlib, tempfile; pathlib.Path(tempfile.gettempdir(), 'gongkai-pwned').touch()",)


def _character_map(path: Path) -> None:
    """A report whose font names a file beside it as its character map: old pdfminer unpickled such files."""
    planted = path.with_name("planted.pickle.gz")
    planted.write_bytes(gzip.compress(pickle.dumps(_Planted())))

    def change(file: pikepdf.Pdf) -> None:
        for leaf in file.pages:
            for font in leaf.Resources.Font.values():
                font.Encoding = pikepdf.Name("/" + str(planted.with_suffix("").with_suffix("").absolute()).lstrip("/"))

    path.write_bytes(report(change))


def _fonts() -> Iterator[Bad]:
    yield Bad("character-map-is-a-file.pdf", _character_map, ANY, like="city")
    glyph = "<< /a 7 0 R >>"
    three = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 "
        f"/Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs {glyph} /Resources << /Font << /T 6 0 R >> >> >>"
    )
    draws = stream(b"9 0 d0 BT /T 1 Tf (aaaa) Tj ET")
    content = b"BT /T 20 Tf 100 100 Td (aaaa) Tj ET"
    fonts = "/Font << /T 6 0 R >>"
    yield Bad("glyph-draws-itself.pdf", page(content, fonts, o6=three, o7=draws), NOTHING)

    def spoilt(file: pikepdf.Pdf) -> None:
        for number, one in enumerate(file.objects):
            if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
                program = one.FontFile2.read_bytes()
                broken = bytearray(program)
                for place in range(12, len(broken), 97):
                    broken[place] ^= 0x55
                one.FontFile2.write(bytes(broken if number % 2 else program[: len(program) // 3]))

    yield Bad("fonts-damaged.pdf", report(spoilt), ANY, like="city")

    def unmapped(file: pikepdf.Pdf) -> None:
        for one in file.objects:
            if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
                one.ToUnicode = file.make_stream(
                    b"begincmap 1 begincodespacerange <00> <ffffffffffff> endcodespacerange "
                    b"1 beginbfrange <0000> <ffffffff> <d800> endbfrange endcmap"
                )

    # Its pages are read from their images, which may take longer than the run allows.
    yield Bad("characters-mapped-to-halves.pdf", report(unmapped), ANY | OVER_OR_LATE, like="city")

    def wide(file: pikepdf.Pdf) -> None:
        for one in file.objects:
            if isinstance(one, pikepdf.Dictionary) and "/W" in one and "/DescendantFonts" not in one:
                one.W = [0, 2_000_000_000, 10**9]

    yield Bad("characters-endlessly-wide.pdf", report(wide), ANY | OVER_OR_LATE, like="city")


def _paints() -> Iterator[Bad]:
    pattern = stream(
        b"0 0 1 1 re f",
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.001 /YStep 0.001 /Resources << >>",
    )
    tiles = page(b"/Pattern cs /P scn 0 0 595 842 re f", "/Pattern << /P 6 0 R >>", o6=pattern)
    yield Bad("tiles-by-the-million.pdf", tiles, ANY | OVER_OR_LATE)
    shade = "/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1e9 0 1e9] /Function 6 0 R >> >>"
    maths = stream(
        b"{ " + b"{ " * 2000 + b"dup " + b"} if " * 2000 + b"}",
        "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]",
    )
    yield Bad("shading-nested.pdf", page(b"/S sh", shade, o6=maths), ANY | OVER_OR_LATE)
    dashes = zlib.compress(b"[0.00001] 0 d 0.1 w 0 0 m 595 842 l S\n" * 200)
    yield Bad(
        "dashes-endless.pdf", page(dashes).replace(b"/Length", b"/Filter /FlateDecode /Length"), ANY | OVER_OR_LATE
    )
    numbers = b"1e999 -1e999 nan 99999999999999999999999 0.%s1 re f " % (b"0" * 5000)
    yield Bad("numbers-absurd.pdf", drawn_over(numbers * 20 + b"1e38 0 0 1e38 0 0 cm 1 1 1 1 re S"), ANY, like="city")
