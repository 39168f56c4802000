"""Image files that are cut, spoilt, endless, or something else."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

from corpus.parts import ANY, NOT_READ, NOTHING, OVER, UNREADABLE, Bad, inflating, sample


def files() -> Iterator[Bad]:
    yield from _png()
    yield from _jpeg()
    yield from _tiff()
    for name, start in (("bmp", b"BM"), ("webp", b"RIFF\xff\xff\xff\x7fWEBPVP8 "), ("gif", b"GIF89a")):
        yield Bad(f"junk.{name}.png", start + bytes(range(256)) * 8, UNREADABLE)
    yield Bad("eps-in-a-tiff.tif", b"II*\0\x08\0\0\0\0\0%!PS-Adobe\n(/tmp/gongkai-pwned) (w) file", UNREADABLE)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _drawn(width: int, height: int, data: bytes, depth: int = 8, *more: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _png() -> Iterator[Bad]:
    whole = sample("scans/one-page.png")
    yield Bad("cut.png", whole[: len(whole) // 2], UNREADABLE | NOTHING)
    yield Bad("spoilt.png", whole[:5000] + bytes(500) + whole[5500:], UNREADABLE)
    yield Bad("header-only.png", whole[:33], UNREADABLE)
    yield Bad("bomb.png", _drawn(30_000, 30_000, inflating(860)), OVER)
    yield Bad("bomb-within-limits.png", _drawn(10_000, 11_000, inflating(110), 8), ANY | OVER, large=True)
    yield Bad("endless.png", _drawn(2**31 - 1, 2**31 - 1, b""), OVER)
    yield Bad("no-size.png", _drawn(0, 0, b""), UNREADABLE)
    text = _chunk(b"zTXt", b"Comment\0\0" + inflating(200))
    yield Bad("text-bomb.png", _drawn(9, 9, zlib.compress(bytes(90)), 8, text), NOT_READ)
    profile = _chunk(b"iCCP", b"x\0\0" + inflating(200))
    yield Bad("profile-bomb.png", _drawn(9, 9, zlib.compress(bytes(90)), 8, profile), NOT_READ)
    yield Bad("line.png", _drawn(100_000, 1, zlib.compress(bytes(100_001))), NOTHING)
    yield Bad("upright-line.png", _drawn(1, 100_000, zlib.compress(bytes(200_000))), NOTHING)
    yield Bad("dot.png", _drawn(1, 1, zlib.compress(bytes(2))), NOTHING)
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "\x1b]0;owned\x07")
    out = io.BytesIO()
    Image.new("L", (300, 300), 255).save(out, "PNG", pnginfo=info)
    yield Bad("really-a-picture.pdf", out.getvalue(), NOTHING)


def _jpeg() -> Iterator[Bad]:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 60).save(out, "JPEG")
    whole = out.getvalue()
    yield Bad("cut.jpg", whole[: len(whole) // 2], UNREADABLE)
    yield Bad("spoilt.jpg", whole[:700] + b"\xff\xd9\xff\xc4" * 50 + whole[900:], NOT_READ)
    place = whole.index(b"\xff\xc0") + 5
    yield Bad("endless.jpg", whole[:place] + struct.pack(">HH", 65_500, 65_500) + whole[place + 4 :], OVER)
    yield Bad("no-size.jpg", whole[:place] + bytes(4) + whole[place + 4 :], UNREADABLE)
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\4\0\0\0\1\0\0\0\x08\0\0\0\x08"
    yield Bad("exif-ring.jpg", whole[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + whole[2:], NOT_READ)
    yield Bad("markers-endless.jpg", whole[:2] + b"\xff\xe0\0\x04xx" * 20_000 + whole[2:], NOT_READ)


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def _directory(*entries: bytes, then: int = 0) -> bytes:
    return struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", then)


def _sized(width: int, height: int, *more: bytes, offset: int = 8, then: int = 0) -> bytes:
    fields = (
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, offset),
        (278, 4, height),
    )
    entries = [_entry(tag, kind, 1, value) for tag, kind, value in fields]
    return _directory(*entries, *more, _entry(279, 4, 1, width * height & 0xFFFFFFFF), then=then)


def _tiff() -> Iterator[Bad]:
    whole, start = sample("scans/pages-g4.tif"), b"II*\0\x08\0\0\0"
    yield Bad("cut.tif", whole[: len(whole) // 3], NOT_READ)
    yield Bad("spoilt.tif", whole[:2000] + bytes(2000) + whole[4000:], ANY, large=True)
    yield Bad("directory-of-itself.tif", start + _sized(9, 9, then=8) + bytes(99), NOT_READ)
    size = len(_sized(9, 9))
    many = b"".join(_sized(9, 9, then=8 + size * (i + 1)) for i in range(5000))
    yield Bad("pages-5000.tif", start + many + bytes(size), OVER | UNREADABLE)
    yield Bad("strips-beyond.tif", start + _sized(900, 900, offset=2**31), NOT_READ)
    yield Bad("endless.tif", start + _sized(2**32 - 1, 2**32 - 1), OVER | UNREADABLE)
    yield Bad(
        "counts-endless.tif", start + _sized(9, 9, _entry(270, 2, 2**32 - 1, 8), _entry(700, 7, 2**31, 8)), NOT_READ
    )
    yield Bad("big.tif", b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + b"\xff" * 64, UNREADABLE)
    spoilt = bytearray(whole)
    for place in range(8, len(spoilt), 311):
        spoilt[place] ^= 0xFF
    yield Bad("spoilt-all-over.tif", bytes(spoilt), ANY, large=True)
    yield Bad("wrong-end.tif", b"MM\0*" + whole[4:], UNREADABLE)
