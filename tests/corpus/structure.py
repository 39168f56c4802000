"""PDF files whose structure is bad: cut, looped, lying, nested, encrypted oddly; and actions that must never run."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator

import pikepdf

from corpus.parts import (
    ANY,
    NOT_READ,
    OVER,
    OVER_OR_LATE,
    PASSWORD,
    UNREADABLE,
    Bad,
    inflating,
    page,
    pdf,
    report,
    sample,
    stream,
)

_CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
_ONE = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_LEAF = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def files() -> Iterator[Bad]:
    yield from _cut()
    yield from _cross_references()
    yield from _trees()
    yield from _nested()
    yield from _streams()
    yield from _actions()
    yield from _encrypted()


def _cut() -> Iterator[Bad]:
    whole = sample("city.pdf")
    yield Bad("empty.pdf", b"", UNREADABLE, says="empty")
    yield Bad("header-only.pdf", b"%PDF-1.7\n", UNREADABLE, says="truncated")
    for percent in (10, 50, 90, 99):
        yield Bad(f"cut-at-{percent}.pdf", whole[: len(whole) * percent // 100], ANY, like="city")
    yield Bad("head-lost.pdf", whole[500:], UNREADABLE)
    yield Bad("middle-lost.pdf", whole[: len(whole) // 3] + whole[len(whole) // 2 :], ANY, like="city")
    yield Bad("zeros.pdf", b"%PDF-1.7\n" + bytes(100_000), UNREADABLE)
    yield Bad("noise-after.pdf", whole + bytes(range(256)) * 4000, ANY, like="city")
    yield Bad("two-in-one.pdf", whole + sample("edition-2019.pdf"), ANY)


def _cross_references() -> Iterator[Bad]:
    whole = sample("city.pdf")
    simple = {1: _CATALOG, 2: _ONE, 3: _LEAF}
    plain = pdf(simple)
    start = plain.rindex(b"xref\n0")
    looped = plain.replace(b"/Root 1 0 R", b"/Prev %d /Root 1 0 R" % start)
    yield Bad("xref-own-previous.pdf", looped, NOT_READ)
    second = looped.replace(b"/Prev %d" % start, b"/Prev %010d" % len(looped))
    yield Bad("xref-ring.pdf", second + second[second.rindex(b"xref\n0") :], NOT_READ)
    shifted = re.sub(rb"(\d{10}) 00000 n", lambda match: b"%010d 00000 n" % (int(match[1]) + 7), plain)
    yield Bad("xref-shifted.pdf", shifted, NOT_READ)
    yield Bad("xref-to-itself.pdf", re.sub(rb"\d{10} 00000 n", b"%010d 00000 n" % start, plain), NOT_READ)
    yield Bad("xref-endless.pdf", plain.replace(b"xref\n0 4", b"xref\n0 4294967295"), NOT_READ)
    yield Bad("size-lies.pdf", plain.replace(b"/Size 4", b"/Size 2147483647"), NOT_READ)
    yield Bad("startxref-beyond.pdf", re.sub(rb"startxref\s+\d+", b"startxref\n999999999999", whole), ANY, like="city")
    for name, attributes in (
        ("own-previous", "/W [1 2 1] /Size 4 /Prev 9"),
        ("wide", "/W [2147483647 2147483647 2147483647] /Size 4"),
        ("no-width", "/W [0 0 0] /Size 2147483647 /Index [0 2147483647]"),
        ("negative", "/W [-1 2 1] /Size -4"),
    ):
        body = stream(bytes(64), f"/Type /XRef {attributes} /Root 1 0 R")
        data = b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\nstartxref\n9\n%%EOF\n"
        yield Bad(f"xref-stream-{name}.pdf", data, UNREADABLE)
    compressed = stream(b"1 0 << /Type /Catalog >>", "/Type /ObjStm /N 1 /First 4 /Extends 2 0 R")
    yield Bad("object-stream-extends-itself.pdf", pdf({1: _CATALOG, 2: compressed, 3: _LEAF}), NOT_READ)
    yield Bad("length-is-itself.pdf", pdf(simple | {4: b"<< /Length 4 0 R >>\nstream\nx\nendstream"}), NOT_READ)
    yield Bad("root-is-a-number.pdf", pdf({1: "42"}), UNREADABLE)
    yield Bad("no-root.pdf", pdf(simple, trailer=""), NOT_READ)
    yield Bad("reference-ring.pdf", pdf({1: "2 0 R", 2: "3 0 R", 3: "1 0 R"}), UNREADABLE)


def _trees() -> Iterator[Bad]:
    yield Bad("tree-of-itself.pdf", pdf({1: _CATALOG, 2: "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}), NOT_READ)
    ring = "<< /Type /Pages /Kids [{} 0 R] /Count 5 /Parent {} 0 R >>"
    yield Bad("tree-ring.pdf", pdf({1: _CATALOG, 2: ring.format(3, 3), 3: ring.format(2, 2)}), NOT_READ)
    deep = {n: f"<< /Type /Pages /Kids [{n + 1} 0 R] /Count 1 /Parent {n - 1} 0 R >>" for n in range(2, 3000)}
    yield Bad("tree-deep.pdf", pdf({1: _CATALOG} | deep | {3000: _LEAF}), NOT_READ)
    lies = "<< /Type /Pages /Kids [3 0 R] /Count %d >>"
    yield Bad("pages-promised.pdf", pdf({1: _CATALOG, 2: lies % 2_000_000_000, 3: _LEAF}), NOT_READ | OVER)
    yield Bad("pages-some-promised.pdf", pdf({1: _CATALOG, 2: lies % 900, 3: _LEAF}), NOT_READ)
    yield Bad("pages-negative.pdf", pdf({1: _CATALOG, 2: lies % -7, 3: _LEAF}), NOT_READ)
    wide = f"<< /Type /Pages /Kids [{'3 0 R ' * 5000}] /Count 5000 >>"
    yield Bad("same-page-5000-times.pdf", pdf({1: _CATALOG, 2: wide, 3: _LEAF}), NOT_READ | OVER)
    yield Bad("pages-are-text.pdf", pdf({1: "<< /Type /Catalog /Pages (none) >>"}), UNREADABLE)


def _nested() -> Iterator[Bad]:
    for name, opened, closed in (("arrays", b"[", b"]"), ("dictionaries", b"<</A ", b">>"), ("strings", b"(", b")")):
        deep = b"<< /Type /Catalog /Pages 2 0 R /Deep " + opened * 50_000 + b"1" + closed * 50_000 + b" >>"
        yield Bad(f"nested-{name}.pdf", pdf({1: deep, 2: _ONE, 3: _LEAF}), ANY)
    outline = {6: "<< /First 7 0 R /Last 7 0 R >>", 7: "<< /Title (x) /Next 7 0 R /Parent 6 0 R /First 6 0 R >>"}
    catalog = "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /Names << /Dests 8 0 R >> >>"
    names = {8: "<< /Kids [8 0 R] >>"}
    yield Bad("outline-and-names-ring.pdf", pdf({1: catalog, 2: _ONE, 3: _LEAF} | outline | names), NOT_READ)
    field = {6: "<< /T (x) /Kids [6 0 R] /Parent 6 0 R /FT /Tx >>"}
    form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"
    yield Bad("form-field-ring.pdf", pdf({1: form, 2: _ONE, 3: _LEAF} | field), NOT_READ)


def _streams() -> Iterator[Bad]:
    states = page(zlib.compress(b"q " * 2_000_000)).replace(b"/Length", b"/Filter /FlateDecode /Length")
    yield Bad("saved-states.pdf", states, ANY)
    leaf = _LEAF[:-2] + "/Contents 4 0 R >>"
    for name, megabytes, filters in (("deflate-64", 64, "/FlateDecode"), ("deflate-600", 600, "/FlateDecode")):
        body = stream(inflating(megabytes), f"/Filter {filters}")
        right = OVER if megabytes > 512 else ANY
        yield Bad(f"{name}-megabytes.pdf", pdf({1: _CATALOG, 2: _ONE, 3: leaf, 4: body}), right)
    twice = stream(zlib.compress(inflating(600), 9), "/Filter [/FlateDecode /FlateDecode]")
    yield Bad("deflate-twice.pdf", pdf({1: _CATALOG, 2: _ONE, 3: leaf, 4: twice}), OVER, says="inflates")
    chain = stream(b"x", f"/Filter [{'/ASCIIHexDecode ' * 20_000}]")
    yield Bad("filters-20000.pdf", pdf({1: _CATALOG, 2: _ONE, 3: leaf, 4: chain}), ANY)
    run = stream(b"\x81\x00" * 2_000_000, "/Filter /RunLengthDecode")
    yield Bad("run-length-bomb.pdf", pdf({1: _CATALOG, 2: _ONE, 3: leaf, 4: run}), ANY | OVER_OR_LATE)
    lzw = stream(bytes(range(256)) * 400, "/Filter /LZWDecode /DecodeParms << /Columns 2147483647 /Predictor 15 >>")
    yield Bad("predictor-overflow.pdf", pdf({1: _CATALOG, 2: _ONE, 3: leaf, 4: lzw}), ANY)
    parts = " ".join(["4 0 R"] * 20_000)
    again = pdf({1: _CATALOG, 2: _ONE, 3: _LEAF[:-2] + f"/Contents [{parts}] >>", 4: stream(b"0 0 1 1 re f\n" * 50)})
    yield Bad("contents-20000-times.pdf", again, ANY | OVER_OR_LATE)


def _actions() -> Iterator[Bad]:
    """Whatever these ask for, nothing is run, opened or sent, and the report in them is read."""
    right = frozenset({"ok"})

    def action(text: str) -> bytes:
        return report(lambda file: file.Root.__setattr__("OpenAction", pikepdf.Object.parse(text.encode())))

    for name, text in (
        ("javascript", "<< /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\); while\\(true\\){}) >>"),
        ("launch", "<< /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c calc) >> >>"),
        ("submit", "<< /S /SubmitForm /F << /FS /URL /F (http://127.0.0.1:9/) >> >>"),
        ("link-to-file", "<< /S /GoToR /F (/etc/passwd) /D [0 /Fit] >>"),
        ("ring", "<< /S /URI /URI (file:///etc/passwd) /Next << /S /Named /N /Print >> >>"),
    ):
        yield Bad(f"action-{name}.pdf", action(text), right, like="city")

    def attach(file: pikepdf.Pdf) -> None:
        file.attachments["../../../escaped.exe"] = pikepdf.AttachedFileSpec(file, b"MZ" * 1000)
        file.attachments["report.pdf"] = pikepdf.AttachedFileSpec(file, sample("edition-2019.pdf"))

    yield Bad("embedded-files.pdf", report(attach), right, like="city")

    def annotate(file: pikepdf.Pdf) -> None:
        actions = pikepdf.Dictionary(
            O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"),
            C=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="/bin/sh"),
        )
        file.pages[0].AA = actions

    yield Bad("page-actions.pdf", report(annotate), right, like="city")

    def outside(file: pikepdf.Pdf) -> None:
        far = file.make_stream(b"")
        far.F = pikepdf.Dictionary(FS=pikepdf.Name.URL, F="http://127.0.0.1:9/content")
        file.pages[0].contents_add(far)

    yield Bad("contents-elsewhere.pdf", report(outside), right, like="city")


def _encrypted() -> Iterator[Bad]:
    whole = sample("city.pdf")

    def locked(**how: object) -> bytes:
        return report(lambda file: None, encryption=pikepdf.Encryption(**how))  # type: ignore[arg-type]

    yield Bad("owner-password-only.pdf", locked(owner="secret", user="", R=6), frozenset({"ok"}), like="city")
    yield Bad("user-password.pdf", locked(owner="secret", user="other", R=6), PASSWORD)
    yield Bad("rc4-password.pdf", locked(owner="secret", user="other", R=2, aes=False, metadata=False), PASSWORD)
    whole = locked(owner="secret", user="", R=4)
    for name, old, new in (
        ("handler-unknown", b"/Filter /Standard", b"/Filter /Strange9"),
        ("version-unknown", b"/V 4", b"/V 9"),
        ("revision-unknown", b"/R 4", b"/R 9"),
        ("cipher-unknown", b"/CFM /AESV2", b"/CFM /NONE2"),
        ("key-endless", b"/Length 128", b"/Length 999"),
    ):
        assert old in whole, old
        yield Bad(f"encryption-{name}.pdf", whole.replace(old, new), PASSWORD | ANY, like="city")
    damaged = re.sub(rb"(/U <)[0-9a-f]{8}", rb"\g<1>00000000", whole)
    yield Bad("encryption-key-damaged.pdf", damaged, PASSWORD | ANY, like="city")
    loop = io.BytesIO(pdf({1: _CATALOG, 2: _ONE, 3: _LEAF, 4: "4 0 R"}, trailer="/Root 1 0 R /Encrypt 4 0 R"))
    yield Bad("encryption-is-itself.pdf", loop.getvalue(), PASSWORD | NOT_READ)
