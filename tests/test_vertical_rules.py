"""Tables whose lines run down the page only, but around the header."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import extract


def test_rows_that_no_line_parts_are_read_by_their_text(tmp_path: Path) -> None:
    drafts = pytest.importorskip("benchmarks.drafts")
    verdicts = pytest.importorskip("benchmarks.verdicts")
    weasyprint = pytest.importorskip("weasyprint")
    from samples.document import DocumentOptions, compose
    from samples.draw_html import page_source
    from samples.form import FormOptions
    from samples.look import Look

    made = drafts.draft(random.Random(11))
    document = compose(made.truth("vertical"), FormOptions(), DocumentOptions())
    try:
        source = page_source(document, Look(rules="horizontal", margin=40.0, table_size=8.0))
    except LookupError as error:
        pytest.skip(f"fonts to draw with: {error}")
    drawn = source.replace("border-width: 0.6pt 0", "border-width: 0 0.6pt")
    assert drawn != source
    framed = drawn.replace("</style>", ".header, .corner { border-width: 0.6pt } table { border: 0.6pt solid }</style>")
    (tmp_path / "vertical.pdf").write_bytes(weasyprint.HTML(string=framed).write_pdf())
    report = extract.read(tmp_path / "vertical.pdf")
    right, findings, accused = verdicts.judge(made, report)
    assert not accused and not any(finding.kind == "SILENT" for finding in findings)
    assert right >= 120, "of 200 cells, of which the lines alone give none of section 三"
