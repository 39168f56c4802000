"""Draw the samples again: `python samples/make.py [NAME...]`.

For each truth file (all of them without a NAME) this checks the truth, draws NAME.pdf, makes sure that the PDF's text
layer holds every character printed, and writes NAME.truth.csv. Without a NAME it also makes `hostile/` and
`written/`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from samples.document import DocumentOptions, compose
from samples.form import FormOptions
from samples.hostile import make_hostile
from samples.look import Look
from samples.printed import PageBreak, PrintedDocument, PrintedTable
from samples.selftest import make_selftest
from samples.truth import HERE, Truth, TruthError, load, write_csv
from samples.written import make_written

# Dates inside the PDFs, so that the same sources give the same bytes.
EPOCH = "1735689600"
PDF_DATE = b"D:20250101000000"

Drawer = Callable[[PrintedDocument, Look], bytes]


def drawer(producer: str) -> Drawer:
    """The drawing back end of that name; each imports its libraries only when asked for."""
    if producer in {"weasyprint", "chromium"}:
        from samples import draw_html

        backends: Mapping[str, Drawer] = {"weasyprint": draw_html.weasyprint, "chromium": draw_html.chromium}
        return backends[producer]
    if producer == "libreoffice":
        from samples.draw_docx import libreoffice

        return libreoffice
    if producer == "canvas":
        from samples.draw_canvas import canvas

        return canvas
    raise TruthError(f"no producer named {producer!r}")


def draw(truth: Truth) -> tuple[PrintedDocument, bytes]:
    """The document of a truth file and its PDF."""
    options = dict(truth.options)
    form = FormOptions.parse(options.pop("form", {}))
    surroundings = DocumentOptions.parse(options.pop("document", {}))
    look = Look.parse(options.pop("look", {}))
    if options:
        raise TruthError(f"{truth.name}: unknown keys {sorted(options)}")
    document = compose(truth, form, surroundings)
    return document, with_fixed_date(drawer(truth.producer)(document, look))


def with_fixed_date(pdf: bytes) -> bytes:
    """The file with the clock's traces in it replaced by others of the same length, so that no offset moves."""
    pdf = re.sub(rb"D:\d{14}(?=[+Z')-])", PDF_DATE, pdf)
    marks = rb"(?<=/ID \[)\s*<[0-9A-Fa-f]{32}>\s*<[0-9A-Fa-f]{32}>|(?<=/DocChecksum /)[0-9A-F]{32}"
    digest = hashlib.sha256(re.sub(marks, b"", pdf)).hexdigest()[:32].upper().encode()
    return re.sub(marks, lambda found: re.sub(rb"[0-9A-Fa-f]{32}", digest, found[0]), pdf)


def printed_characters(document: PrintedDocument) -> Counter[str]:
    """How often each character is printed, white space left out."""
    texts = []
    for item in document.items:
        if isinstance(item, PrintedTable):
            texts += [cell.text for cell in item.cells]
        elif not isinstance(item, PageBreak):
            texts.append(item.text)
    return Counter("".join("".join(texts).split()))


def lost_characters(document: PrintedDocument, pdf: bytes) -> Counter[str]:
    """What is printed, but not in the PDF's text layer as PDFium reads it."""
    with pypdfium2.PdfDocument(pdf) as reader:
        found = Counter("".join(page.get_textpage().get_text_range() for page in reader))
    # PDFium gives a hyphen at a line's end as U+FFFE or U+0002.
    found["-"] += found["\ufffe"] + found["\x02"]
    return printed_characters(document) - found


def make(path: Path) -> None:
    """Draw one sample and write its truth beside it."""
    truth = load(path)
    document, pdf = draw(truth)
    if lost := lost_characters(document, pdf):
        raise TruthError(f"{truth.name}: printed, but not in the text layer: {dict(lost)}")
    (HERE / f"{truth.name}.pdf").write_bytes(pdf)
    write_csv(truth, HERE / f"{truth.name}.truth.csv")
    with pypdfium2.PdfDocument(pdf) as reader:
        print(f"{truth.name}: {len(reader)} pages, {len(pdf) / 1024:.0f} kB, {truth.producer}")


def main() -> int:
    """Make the samples named on the command line, or all."""
    parser = argparse.ArgumentParser(description="Draw the sample reports from their truth files.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a sample's name; all and hostile/ without one")
    names = parser.parse_args().names
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    paths = [HERE / "truth" / f"{name}.yaml" for name in names] or sorted((HERE / "truth").glob("*.yaml"))
    try:
        for path in paths:
            make(path)
        if not names:
            make_hostile(HERE / "hostile", report=HERE / "city.pdf", plain=plain_report())
            make_written(HERE / "written")
            make_selftest()
    except (TruthError, OSError, LookupError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def plain_report() -> bytes:
    """A report that tells its story and prints no table."""
    truth = load(HERE / "truth" / "city.yaml")
    options = DocumentOptions.parse(truth.options["document"])
    document = compose(truth, FormOptions(), replace(options, order=("overview", "problems", "others"), breaks=()))
    return with_fixed_date(drawer("canvas")(document, Look(font="WenQuanYi Zen Hei")))


if __name__ == "__main__":
    sys.exit(main())
