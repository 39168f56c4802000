"""What published reports do to the form, each by its name: every cell is read exactly, or what is doubtful is flagged.

A report of random figures is bent in one way, drawn, read, and every cell held against what was printed.
"""

from __future__ import annotations

import importlib
import io
import random
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

pytest.importorskip("reportlab", reason="reports are drawn with reportlab (the samples extra)")
pytest.importorskip("benchmarks", reason="the source tree is needed, not the installed package alone")

from real_variants import EXACT, RIGHT_BUT_FLAGGED, Variant, document, nothing, ten

import extract
from benchmarks.drafts import Draft, draft
from benchmarks.random_reports import FONTS
from benchmarks.variations.files import joined, pictured
from benchmarks.verdicts import judge
from extract.model import Report, Status
from samples.document import HEADINGS, Break, DocumentOptions, compose
from samples.draw_canvas import canvas
from samples.form import Form, FormOptions, build
from samples.look import Look
from samples.truth import LITIGATION, RECONSIDERATION, REQUESTS, slots


@pytest.fixture(scope="module", autouse=True)
def fonts():
    try:
        importlib.import_module("samples.look").font_file(FONTS[0])
    except (LookupError, OSError) as error:
        pytest.skip(f"fonts to draw with: {error}")


def made_of(variant: Variant, seed: int = 7) -> Draft:
    made = draft(random.Random(seed), *variant.editions)
    made.look = {"font": FONTS[0], "table_size": 9.0, "margin": 60.0}
    variant.change(made)
    for key, (text, value) in variant.figures.items():
        made.put(key, text, value)
    return made


def pdf_of(made: Draft, breaks: tuple[Break, ...] = ()) -> bytes:
    truth, options = made.truth("variant"), FormOptions(**made.form)
    built = build(truth, options)
    parts = (built.proactive, built.requests, built.review)
    for bend in made.bends:
        parts = tuple(tuple(bend(table, made.rng) for table in part) for part in parts)
    surroundings = DocumentOptions(**made.document, breaks=breaks)
    return canvas(compose(truth, options, surroundings, Form(*parts)), Look(**made.look))


def read(pdf: bytes, folder: Path) -> tuple[Report, ...]:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    return extract.read_all(path)


def exact(made: Draft, report: Report) -> None:
    right, findings, accused = judge(made, report)
    assert not findings, "\n".join(map(str, findings[:8]))
    assert right >= len(made.cells) > 150
    assert not accused


@pytest.mark.parametrize("name", EXACT)
def test_read_exactly(name: str, tmp_path: Path) -> None:
    variant = EXACT[name]
    made = made_of(variant)
    (report,) = read(pdf_of(made, variant.breaks), tmp_path)
    exact(made, report)


@pytest.mark.parametrize("name", RIGHT_BUT_FLAGGED)
def test_read_rightly_and_what_is_doubtful_is_flagged(name: str, tmp_path: Path) -> None:
    variant = RIGHT_BUT_FLAGGED[name]
    made = made_of(variant)
    (report,) = read(pdf_of(made, variant.breaks), tmp_path)
    _, findings, accused = judge(made, report)
    assert {finding.kind for finding in findings} <= {"wolf", "caught", "unsure"}
    assert not accused
    read_values = {cell.id: cell.value or 0 for cell in report.cells}
    for key, cell in made.cells.items():
        assert read_values[key] == Decimal(cell.value or 0) or (key[2] == "amount" and key in {f.key for f in findings})


def test_published_arithmetic_that_does_not_hold(tmp_path: Path) -> None:
    """Totals printed as 0 beside parts 10 and 1 are the publisher's: they stay as they are, and are reported."""
    variant = Variant(ten, figures={(LITIGATION, "direct", "total"): ("0", "0")})
    made = made_of(variant)
    (report,) = read(pdf_of(made), tmp_path)
    cells = {cell.id: cell for cell in report.cells}
    told = [result for result in report.identities if not result.holds]
    assert [(result.identity, result.at, result.verdict) for result in told] == [("outcomes", "direct", "published")]
    assert [cells[LITIGATION, "direct", column].value for column in ("upheld", "other", "total")] == [10, 1, 0]
    assert all(
        cells[LITIGATION, "direct", slot.column].status is Status.SUSPECT for slot in slots("2021", LITIGATION)[:5]
    )
    assert not [finding for finding in judge(made, report)[1] if finding.kind != "unsure"]


def test_narrative_counts_that_contradict_the_table(tmp_path: Path) -> None:
    made = made_of(document(narrative={"overview": ["本年共收到政府信息公开申请 99999 件，行政复议 88888 件。"]}))
    (report,) = read(pdf_of(made), tmp_path)
    exact(made, report)


def test_several_reports_bound_in_one_pdf(tmp_path: Path) -> None:
    first, second = made_of(Variant(), 1), made_of(Variant(editions=("2019", "2019")), 2)
    first.agency, second.agency = "青禾市自然资源局", "月湖区卫生健康局"
    reports = read(joined(pdf_of(first), pdf_of(second)), tmp_path)
    assert [(report.agency, report.year) for report in reports] == [(first.agency, 2024), (second.agency, 2020)]
    for made, report in zip((first, second), reports, strict=True):
        exact(made, report)


def test_pages_that_are_images_among_native_pages(tmp_path: Path) -> None:
    made = made_of(Variant())
    (report,) = read(pictured(pdf_of(made), random.Random(2)), tmp_path)
    assert {page.kind for page in report.pages} == {"text", "image"}
    assert not [finding for finding in judge(made, report)[1] if finding.kind in {"SILENT", "missing"}]


def test_image_only_tables_under_a_text_heading(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    from samples.scans import render

    made = made_of(document(order=("review",), headings={"review": ""}))
    made.cells = {key: cell for key, cell in made.cells.items() if key[0] in {RECONSIDERATION, LITIGATION}}
    (page,) = render(pdf_of(made), 200)
    stored = io.BytesIO()
    pen = Canvas(stored, pagesize=(595, 842))
    pen.setFont(FONTS[0], 12)  # registered when the table was drawn
    pen.drawString(60, 780, HEADINGS["review"])
    cut = Image.fromarray(page).crop((100, 240, 1553, 700))
    pen.drawImage(ImageReader(cut), 36, 760 - 460 * 0.36, 1453 * 0.36, 460 * 0.36)
    pen.save()
    (report,) = read(stored.getvalue(), tmp_path)
    findings = judge(made, report)[1]
    assert not [finding for finding in findings if finding.kind in {"SILENT", "missing"}], findings[:5]
    assert any("an image on it holds print" in warning for warning in report.warnings)


def test_nothing_in_a_cell_that_the_pages_edge_cuts_is_no_blank(tmp_path: Path) -> None:
    """Of tables wider than their paper, programs leave out the text that would stand beyond it."""
    made = made_of(Variant(lambda _: None))
    row = [key for key in made.cells if key[1] == "after_reconsideration"]
    for key in row:
        made.put(key, "")
    whole = pdf_of(made)
    (report,) = read(whole, tmp_path)
    assert all(report[key[0]][key[1:]].status is Status.BLANK for key in row)
    with pikepdf.open(io.BytesIO(whole)) as file:
        for page in file.pages:
            page.mediabox = pikepdf.Array([0, 0, 595 - 60 - 5, 842])  # the tables end 60 points from the sheet's edge
        file.save(tmp_path / "cut.pdf")
    cut = extract.read(tmp_path / "cut.pdf")
    assert [cut[key[0]][key[1:]].flagged for key in row] == [key[2] == "total" for key in row]


@pytest.mark.parametrize("scale", [1.0, 0.7071])
@pytest.mark.parametrize("blanks", [False, True])
def test_two_pages_side_by_side_on_one_sheet(tmp_path: Path, scale: float, blanks: bool) -> None:
    """As booklets are printed; a row of blanks may end the left page."""
    made = made_of(Variant(nothing("denied.process_information") if blanks else lambda _: None))
    single = pdf_of(made, (Break("requests", "denied.enforcement_file"),))
    with pikepdf.open(io.BytesIO(single)) as pages, pikepdf.new() as sheets:
        for i, page in enumerate(pages.pages):
            if i % 2 == 0:
                sheets.add_blank_page(page_size=(2 * 595 * scale, 842 * scale))
            left = i % 2 * 595 * scale
            sheets.pages[-1].add_overlay(page, pikepdf.Rectangle(left, 0, left + 595 * scale, 842 * scale))
        sheets.save(tmp_path / "booklet.pdf")
    exact(made, extract.read(tmp_path / "booklet.pdf"))


@pytest.mark.parametrize("side", ["above", "below"])
@pytest.mark.parametrize("at", [2, 4, 6])
def test_a_row_cut_by_a_page_break_under_a_repeated_header_is_never_silent(tmp_path: Path, side: str, at: int) -> None:
    made = made_of(Variant(lambda _: None))
    label = "8.属于行政查询事项"
    cut = {label: f"{label[:at]}|{label[at:]}"}
    page_break = Break("requests", "denied.administrative_enquiry", header=True, cut=cut, through=side)
    (report,) = read(pdf_of(made, (page_break,)), tmp_path)
    wrong = [cell for cell in report.cells if not cell.flagged and str(cell.value) != made.cells[tuple(cell.id)].value]
    assert not wrong
    assert not [one for one in report.identities if one.verdict == "published"]


def test_a_column_that_is_cut_off_with_its_header_is_no_column_of_blanks(tmp_path: Path) -> None:
    """As a table in a scrolling part of a web page: the lines are drawn, what they hold is not."""
    made = made_of(Variant(lambda _: None))
    cut = {key for key in made.cells if key[0] == REQUESTS and key[2] == "total"}
    for key in cut:
        made.put(key, "")
    made.form["total_header"] = "missing"
    (report,) = read(pdf_of(made), tmp_path)
    assert all(report[key[0]][key[1:]].flagged for key in cut)
