"""HTML pages and texts that are nests, bombs or attacks on whoever shows what was read from them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from corpus.parts import ANY, NO_DOCUMENT, NOT_READ, NOTHING, OVER, OVER_OR_LATE, UNREADABLE, Bad, sample

ATTACKS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    '=HYPERLINK("http://127.0.0.1:9/","x")',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b]0;owned\x07\x1b[2J",
    "\x9b31m",
    "\u202e12\u202c",
    "\u200b1\u2066",
    "{{7*7}}${7*7}",
    "1\u2028\u20292",
)
"""What a cell may hold to harm a spreadsheet, a browser or a terminal."""


def attacked_page() -> bytes:
    """A report whose value cells hold attacks in place of numbers, and whose title holds one too."""
    text = sample("written/page.html").decode()
    attacks = iter(ATTACKS * 200)

    def escaped(_: object) -> str:
        return "".join(f"&#{ord(char)};" for char in next(attacks))

    text = re.sub(r"(?<=>)\d+(?=</td>)", escaped, text)
    return text.replace("</title>", "<script>alert(2)</script></title>").encode()


def files() -> Iterator[Bad]:
    whole = sample("written/page.html").decode()
    yield Bad("attacks.html", attacked_page(), frozenset({"needs-review"}))
    script = (
        "<script>while(true){}</script><iframe src='file:///etc/passwd'></iframe><meta http-equiv=refresh content=0>"
    )
    yield Bad(
        "scripted.html", whole.replace("<body", f"{script}<body").encode(), frozenset({"ok"}), like="edition-2019"
    )
    for name, nest in (("div", "<div>"), ("b", "<b>"), ("table", "<table><tr><td>"), ("svg", "<svg><g>")):
        yield Bad(f"nested-{name}.html", f"<html><body>{nest * 100_000}".encode(), OVER)
    formatted = "<html><body>" + "<p><b><i><a href=x>" * 900
    yield Bad("formatting-open.html", formatted.encode(), ANY | OVER_OR_LATE)
    yield Bad(
        "attributes.html",
        ("<html><body><p " + " ".join(f"a{n}" for n in range(200_000))).encode(),
        ANY | OVER_OR_LATE,
        large=True,
    )
    cells = "<tr>" + "<td>1" * 40
    yield Bad("cells-800000.html", f"<html><table>{cells * 20_000}".encode(), OVER, says="cells")
    yield Bad("rows-30000.html", f"<html><table>{'<tr><td>1' * 30_000}".encode(), OVER)
    spans = "<tr>" + "<td colspan=1000 rowspan=65534>1" + "<tr><td>2" * 2000
    yield Bad("spans.html", f"<html><table>{spans}".encode(), OVER)
    rules = "".join(f".c{n} .d{n} > p:not(.x) ~ b {{display:none}}" for n in range(20_000))
    yield Bad(
        "styles.html", f"<html><style>{rules}</style>{'<p class=c1>x' * 5000}".encode(), ANY | OVER_OR_LATE, large=True
    )
    yield Bad("style-nested.html", f"<html><style>{'a{' * 50_000}</style><p>x".encode(), ANY | OVER_OR_LATE)
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    yield Bad("entities.html", f"<!DOCTYPE html [{laughs}]><html><body>&a9;".encode(), NOT_READ)
    for charset in ("punycode", "undefined", "idna", "utf-7", "unicode_escape", "zlib", "utf-16", "x" * 25):
        data = f"<html><meta charset={charset}><body>".encode() + "年".encode("gb18030") * 50 + b"\xff-+AGE-\\ud800"
        yield Bad(f"encoding-{charset}.html", data, NOT_READ)
    yield Bad("zeros.html", b"<html>" + bytes(1000), UNREADABLE)
    yield Bad("really-html.pdf", b"<html><body>x", NOTHING)
    yield Bad("pdf-in-html.html", b"<html><!-- %PDF-1.7 -->x", NOT_READ)
    yield Bad("numbers-endless.html", whole.replace("<td>0</td>", f"<td>{'9' * 100_000}</td>").encode(), ANY)
    yield from _texts()


def _texts() -> Iterator[Bad]:
    noise = random.Random(3).randbytes(3000)
    yield Bad("noise.bin.pdf", noise, UNREADABLE)
    yield Bad("noise.docx", noise, UNREADABLE)
    yield Bad("noise.tif", noise, UNREADABLE)
    # A folder's texts are documents only if they hold labels of the form: that of a report does.
    report = re.sub(r"<[^>]+>", "\t", sample("written/page.html").decode().partition("<body")[2])
    yield Bad("tabs-only.txt", report.encode(), ANY)
    yield Bad("brackets.txt", (report + "（" * 200_000 + "\n" + "1（" * 50_000).encode(), ANY | OVER_OR_LATE)
    yield Bad("digits-in-one-line.txt", (report + "1 " * 500_000).encode(), ANY | OVER_OR_LATE)
    yield Bad("surrogates.txt", report.encode("utf-16") + b"\x00\xd8", NO_DOCUMENT)
