"""Samples as Word and HTML files, which have tables with their own rows and spans but no pages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from samples.document import DocumentOptions, compose
from samples.form import FormOptions
from samples.look import Look
from samples.printed import PrintedDocument
from samples.truth import HERE, load, write_csv

WORD, HTML = "city", "edition-2019"
"""The truth that each of the two committed files tells."""


def printed(name: str) -> PrintedDocument:
    """The document of a truth file."""
    truth = load(HERE / "truth" / f"{name}.yaml")
    form = FormOptions.parse(truth.options.get("form", {}))
    return compose(truth, form, DocumentOptions.parse(truth.options.get("document", {})))


def docx(name: str) -> bytes:
    """The document of a truth file as a Word file; the same bytes every time."""
    from samples.draw_docx import word_file

    target = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(word_file(printed(name), Look())))
    with source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            dateless = zipfile.ZipInfo(entry.filename)
            dateless.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(dateless, source.read(entry))
    return target.getvalue()


def html(name: str) -> bytes:
    """The document of a truth file as an HTML page."""
    from samples.draw_html import page_source

    return page_source(printed(name), Look()).encode()


def make_written(folder: Path) -> None:
    """Write a Word file and an HTML file, each with its truth."""
    folder.mkdir(exist_ok=True)
    (folder / "word.docx").write_bytes(docx(WORD))
    (folder / "page.html").write_bytes(html(HTML))
    for name, source in (("word", WORD), ("page", HTML)):
        write_csv(load(HERE / "truth" / f"{source}.yaml"), folder / f"{name}.truth.csv")
