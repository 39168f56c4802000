"""Archives, Word files and old office files that are bombs, nests, or something else."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from corpus.parts import ANY, NOTHING, OVER, OVER_OR_LATE, PASSWORD, UNREADABLE, Bad, inflating, sample

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_P, _CELL = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


def _zipped(method: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def _word(body: str, head: str = "", **parts: str) -> bytes:
    return _zipped(word__document=f"{head}<w:document {_W}><w:body>{body}</w:body></w:document>", **parts)


def _bomb(megabytes: int) -> bytes:
    """An archive with one part that a lie says is short."""
    name, data = b"word/document.xml", inflating(megabytes, b" ")[2:]
    size = struct.pack("<III", zlib.crc32(b""), len(data), 1000)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + size + struct.pack("<HH", len(name), 0) + name
    central = (
        b"PK\1\2"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + size
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0)
    )
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central) + len(name), len(local) + len(data), 0)
    return local + data + central + name + end


def files() -> Iterator[Bad]:
    whole = sample("written/word.docx")
    yield Bad("bomb.docx", _bomb(1000), OVER | UNREADABLE)
    yield Bad("blank-bomb.docx", _zipped(word__document=b" " * (40 << 20)), OVER, says="unpacked")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    entities = f'<!DOCTYPE w [<!ENTITY a0 "ha">{laughs}]>'
    yield Bad("entities.docx", _word("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", entities), UNREADABLE)
    outside = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    yield Bad("entity-outside.docx", _word("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", outside), UNREADABLE)
    yield Bad("document-type-elsewhere.docx", _word("", '<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">'), UNREADABLE)
    yield Bad("cut.docx", whole[: len(whole) // 2], UNREADABLE)
    yield Bad("spoilt.docx", whole[:2000] + bytes(300) + whole[2300:], UNREADABLE | ANY)
    yield Bad("lzma-spoilt.docx", _spoilt_lzma(), UNREADABLE)
    yield Bad("only-an-end.docx", b"PK\5\6" + bytes(18), UNREADABLE)
    yield Bad("really-a-zip.pdf", _zipped(a="x"), UNREADABLE)
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../../gongkai-escaped.xml", "x")
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body/></w:document>")
    yield Bad("names-that-climb.docx", climbing.getvalue(), NOTHING)
    nest = "".join(["<w:tbl><w:tr><w:tc><w:p/>"] * 40) + "".join(["</w:tc></w:tr></w:tbl>"] * 40)
    yield Bad("tables-in-tables.docx", _word(nest), NOTHING | OVER | UNREADABLE)
    box = "<w:p><w:r><w:pict><w:txbxContent>"
    boxes = box * 40 + _P.format("x") + "</w:txbxContent></w:pict></w:r></w:p>" * 40
    yield Bad("boxes-in-boxes.docx", _word(boxes), NOTHING | OVER)
    styles = "".join(f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(60_000))
    chained = _word(_P.format("x"), word__styles=f"<w:styles {_W}>{styles}</w:styles>")
    yield Bad("styles-on-styles.docx", chained, NOTHING | OVER)
    wide = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    yield Bad("cell-99999-wide.docx", _word(wide), OVER)
    row = f"<w:tr>{'<w:tc><w:p/></w:tc>' * 60}</w:tr>"
    yield Bad("cells-480000.docx", _word(f"<w:tbl>{row * 8000}</w:tbl>"), OVER, says="cells")
    rows = f"<w:tbl>{f'<w:tr>{_CELL.format(1)}</w:tr>' * 20_000}</w:tbl>"
    yield Bad("rows-20000.docx", _word(rows), ANY)
    yield Bad("no-word.docx", _zipped(xl__workbook="<x/>"), UNREADABLE)
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield Bad("junk.doc", compound + b"\xff" * 5000, UNREADABLE)
    locked = compound + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    yield Bad("encrypted.docx", locked, PASSWORD)
    junk = compound + bytes(600) + "WordDocument".encode("utf-16-le") + b"\xff" * 5000
    yield Bad("junk-inside.doc", junk, ANY | OVER_OR_LATE, large=True)
    yield Bad("nested.rtf", b"{\\rtf1 " + b"{" * 50_000 + b"x" + b"}" * 50_001, ANY | OVER_OR_LATE, large=True)
    field = rb'{\rtf1 {\field{\*\fldinst INCLUDETEXT "file:///etc/passwd"}{\fldrslt x}}{\field{\*\fldinst '
    yield Bad("reaches-out.rtf", field + rb'INCLUDEPICTURE "http://127.0.0.1:9/x.png"}{\fldrslt y}}}', ANY, large=True)


def _spoilt_lzma() -> bytes:
    """A Word file packed by LZMA, with the packed data overwritten."""
    packed = bytearray(_zipped(zipfile.ZIP_LZMA, word__document=f"<w:document {_W}>{'<w:p/>' * 5000}</w:document>"))
    start = packed.index(b"document.xml") + len(b"document.xml") + 12
    packed[start : start + 40] = b"\xa5" * 40
    return bytes(packed)
