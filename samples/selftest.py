"""The page that `gongkai doctor` tries itself on: the form of the city's report, small, on one page, with its truth.

`python samples/make.py` writes both into the package: an installation has them without the samples.
"""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf

from samples.document import DocumentOptions, compose
from samples.draw_canvas import canvas
from samples.form import FormOptions
from samples.look import Look
from samples.truth import HERE, TruthError, load, write_csv

FOLDER = HERE.parent / "extract" / "doctor"
# A font under the Apache licence, because the page is in the wheel; of it, only the characters that the page needs.
LOOK = Look(font="WenQuanYi Micro Hei", margin=36, size=9, table_size=7.5, padding=3, page_numbers=False)


def make_selftest(folder: Path = FOLDER) -> None:
    """Write page.pdf and page.truth.csv."""
    truth = load(HERE / "truth" / "city.yaml")
    form = FormOptions.parse(truth.options.get("form", {}))
    drawn = canvas(compose(truth, form, DocumentOptions(order=("proactive", "requests", "review"))), LOOK)
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        if len(pdf.pages) != 1:
            raise TruthError(f"the self-test has {len(pdf.pages)} pages instead of one")
        streams = pikepdf.ObjectStreamMode.generate
        pdf.save(folder / "page.pdf", object_stream_mode=streams, recompress_flate=True, deterministic_id=True)
    write_csv(truth, folder / "page.truth.csv")
