"""A font whose characters are all boxes: it gives text that is not painted its places, sizes and meanings in a PDF."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from extract.errors import EngineError

if TYPE_CHECKING:
    import pikepdf

_WIDE, _NARROW = 1000, 500
"""Widths in thousandths of the size: of a character, and of one of ASCII."""

_MOST = 0xFFFF
"""Codes there are: a document with more different characters repeats the last."""

_LINES = 100
"""Entries in one block of a character map, at most."""


class Unseen:
    """The font of one document. Its codes are given out as characters come up."""

    name = "/GongkaiUnseen"

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def codes(self, text: str) -> bytes:
        """The codes of a text's characters, in hexadecimal."""
        return b"".join(b"%04X" % self._codes.setdefault(char, min(len(self._codes) + 1, _MOST)) for char in text)

    def width(self, text: str) -> float:
        """How wide a text is, in sizes of the font."""
        return sum(_width(char) for char in text) / 1000

    def embedded_in(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The font as an object of a PDF, with all characters that came up.

        Raises:
            EngineError: fontTools is not installed.
        """
        import pikepdf
        from pikepdf import Array, Dictionary, Name

        program = pikepdf.Stream(pdf, _program())
        described = pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=Name(self.name),
                Flags=5,
                FontBBox=Array([0, 0, _WIDE, _WIDE]),
                ItalicAngle=0,
                Ascent=800,
                Descent=-200,
                CapHeight=800,
                StemV=80,
                FontFile2=program,
            )
        )
        narrow = [(code, _width(char)) for char, code in self._codes.items() if _width(char) != _WIDE]
        descendant = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.CIDFontType2,
                BaseFont=Name(self.name),
                CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
                FontDescriptor=described,
                DW=_WIDE,
                W=Array([part for code, width in narrow for part in (code, Array([width]))]),
                CIDToGIDMap=pikepdf.Stream(pdf, self._glyphs()),
            )
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name(self.name),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([descendant]),
                ToUnicode=pikepdf.Stream(pdf, self._meanings()),
            )
        )

    def _glyphs(self) -> bytes:
        """For each code the number of its glyph, in two bytes."""
        numbers = {code: 1 if _width(char) == _WIDE else 2 for char, code in self._codes.items()}
        return b"\0\0" + b"".join(b"\0%c" % numbers[code] for code in range(1, len(numbers) + 1))

    def _meanings(self) -> bytes:
        """The character map from codes to Unicode."""
        pairs = [b"<%04X> <%s>" % (code, char.encode("utf-16-be").hex().encode()) for char, code in self._codes.items()]
        blocks = [pairs[i : i + _LINES] for i in range(0, len(pairs), _LINES)]
        listed = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
        return (
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + listed
            + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


def _width(char: str) -> int:
    return _NARROW if char.isascii() else _WIDE


@cache
def _program() -> bytes:
    """A TrueType font of boxes: viewers take the size of what cannot be seen from its outline."""
    try:
        from fontTools.fontBuilder import FontBuilder
        from fontTools.pens.ttGlyphPen import TTGlyphPen
    except ImportError as error:
        raise EngineError('searchable PDFs need fontTools: pip install "gongkai[text]"') from error
    names = {".notdef": _WIDE, "wide": _WIDE, "narrow": _NARROW}
    font = FontBuilder(_WIDE, isTTF=True)
    font.setupGlyphOrder(list(names))
    font.setupCharacterMap({0x20: "narrow"})
    glyphs = {}
    for name, width in names.items():
        pen = TTGlyphPen(None)
        pen.moveTo((0, -200))
        for corner in ((0, 800), (width, 800), (width, -200)):
            pen.lineTo(corner)
        pen.closePath()
        glyphs[name] = pen.glyph()
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics({name: (width, 0) for name, width in names.items()})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Gongkai Unseen", "styleName": "Regular", "psName": "GongkaiUnseen"})
    font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    font.font["head"].created = font.font["head"].modified = 0  # the same bytes in every run
    font.font.recalcTimestamp = False
    data = io.BytesIO()
    font.save(data)
    return data.getvalue()
