"""report.html: what it shows of a report; nothing in a document can act in it; it is the same each time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from click.testing import CliRunner
from hostile_texts import HOSTILE, hostile
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from PIL import Image
from reports import RECEIVED, report
from samples_truth import FOLDER
from samples_truth import report as sample

from extract import layout, pipeline
from extract.cli import main
from extract.errors import UnreadableError
from extract.export import evidence
from extract.export.evidence import pictures
from extract.export.evidence.page import render
from extract.export.untrusted import PAGE_TEXT_LIMIT, page_text
from extract.export.words import words
from extract.issuer import decide
from extract.model import FLAGGED, CellId, Claim, Issuer, Page, Repair, Report, Status
from extract.source import Document, open_document
from extract.source.written import flow


def page(one: Report, document: Document | None = None) -> html.HtmlElement:
    return html.document_fromstring(render(one, document))


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@contextmanager
def opened(name: str) -> Iterator[tuple[Report, Document]]:
    with open_document(FOLDER / f"{name}.pdf") as document:
        yield sample(name), document


def skeleton(root: html.HtmlElement) -> list[tuple[Any, ...]]:
    """Elements and the names of their attributes; texts and values left out."""
    return [(element.tag, *sorted(element.attrib)) for element in root.iter()]


# --- nothing in a document can act


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_changes_nothing_of_the_page(text: str) -> None:
    harmless, attacked = page(hostile("plain")), page(hostile(text))
    assert skeleton(harmless) == skeleton(attacked)
    assert text in attacked.text_content()


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() and not text.isspace()))
def test_any_text_changes_nothing_of_the_page(text: str) -> None:
    attacked = render(hostile(text))
    attacked.encode("utf-8")
    assert skeleton(page(hostile("plain"))) == skeleton(html.document_fromstring(attacked))


def test_nothing_in_the_page_runs_or_loads() -> None:
    with opened("wrong-totals") as (one, document):
        root = page(one, document)
    assert not root.xpath("//script | //iframe | //object | //embed | //link | //form | //base")
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style"]
    addresses = {*root.xpath("//@src"), *(x for x in root.xpath("//@href") if not x.startswith("#"))}
    assert addresses
    assert all(address.startswith("data:image/webp;base64,") for address in addresses)
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    (style,) = root.xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert rules == {
        **{"default-src": "'none'", "img-src": "data:", "style-src": f"'sha256-{digest}'"},
        **{"base-uri": "'none'", "form-action": "'none'"},
    }
    assert "url(" not in style.text
    assert "@import" not in style.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12\n34", "12\n34"),
        ("a\x00b\x1b[31m", "a\\x00b\\x1b[31m"),
        ("1\u202e23", "1\\u202e23"),
        ("\ud800", "\\ud800"),
        ("１，２\u3000三", "１，２\u3000三"),
        ("x" * (PAGE_TEXT_LIMIT + 1), "x" * (PAGE_TEXT_LIMIT - 4) + " […]"),
    ],
)
def test_a_page_shows_what_it_cannot_hold_as_escapes(text: str, shown: str) -> None:
    assert page_text(text) == shown


# --- what it shows


def test_every_flagged_cell_is_listed_once_with_its_evidence() -> None:
    with opened("wrong-totals") as (one, document):
        root = page(one, document)
    flagged = {"/".join(cell.id): cell for cell in one.cells if cell.flagged}
    listed = root.xpath("//*[@data-flagged='1']")
    assert sorted(item.get("data-cell") for item in listed) == sorted(flagged)
    for item in listed:
        cell = flagged[item.get("data-cell")]
        assert cell.text in words_of(item)
        (picture,) = item.xpath(".//img")
        with Image.open(io.BytesIO(base64.b64decode(picture.get("src").partition(",")[2]))) as image:
            pixels = np.asarray(image.convert("L"), dtype=int)
        height, width = pixels.shape
        middle = pixels[height // 4 : -height // 4, width // 4 : -width // 4]
        assert middle.max() - middle.min() > 120  # there is print in the middle of the crop


def test_every_link_leads_somewhere_and_every_name_is_given_once() -> None:
    with opened("wrong-totals") as (one, document):
        root = page(one, document)
    names = root.xpath("//@id")
    assert len(names) == len(set(names))
    links = {link[1:] for link in root.xpath("//@href") if link.startswith("#")}
    assert links
    assert links <= set(names)
    assert not [x for x in root.xpath("//label/@for") if x not in names]


def test_a_failing_identity_is_told_with_both_sums_and_the_cells_to_blame() -> None:
    one = sample("wrong-totals")
    root = page(one)
    sums = root.xpath("//article")
    failing = [result for result in one.identities if result.holds is False]
    assert len(sums) == len(failing) == 8
    for item, result in zip(sums, failing, strict=True):
        said = words_of(item)
        assert f"左边合计 {result.left_sum}，右边合计 {result.right_sum}" in said
        assert f"adds up to {result.left_sum}, the right side to {result.right_sum}" in said
        assert words().verdicts[result.verdict].name.zh in said
        assert len(item.xpath(".//p//a[contains(@class, 'located')]")) == len(result.located)
        shown = [Decimal(number.text_content()) for number in item.xpath(".//div[@class='side']//b")]
        assert sum(shown) == (result.left_sum or 0) + (result.right_sum or 0)


def test_tables_stand_as_printed_with_the_status_of_each_cell() -> None:
    one = sample("wrong-totals")
    root = page(one)
    fragments = root.xpath("//table[@class='printed']")
    grids = list({id(grid): grid for table in one.tables.values() for grid in table.grids}.values())
    assert len(fragments) == len(grids) == 3
    for fragment, grid in zip(fragments, grids, strict=True):
        boxes = fragment.xpath(".//td")
        assert [(int(b.get("rowspan", 1)), int(b.get("colspan", 1))) for b in boxes] == [
            (cell.row_span, cell.column_span) for cell in grid.cells
        ]
        assert len(fragment.xpath(".//col")) == len(grid.columns) - 1
    for cell in one.cells:
        (box,) = root.xpath(f"//td[contains(@title, ': {cell.status}')][@id='at-{':'.join(cell.id)}']")
        assert box.get("class") == f"s-{cell.status}"
        assert words().statuses[cell.status].mark + cell.text == "".join(box.text_content().split())


def test_a_repaired_cell_shows_both_readings_and_what_decided() -> None:
    repair = Repair("18", 0.61, (("balance", "total"), ("applicants", "received")))
    change = {"status": Status.REPAIRED, "text": "13", "value": Decimal(13), "repair": repair}
    root = page(report(changes={RECEIVED: change}))
    (item,) = root.xpath("//*[@data-status='repaired']")
    assert "first read as “18” (0.61)" in words_of(item)
    assert "balance:total, applicants:received" in words_of(item)
    assert item.get("data-flagged") is None
    (box,) = root.xpath("//td[@class='s-repaired']")
    assert (box.find("del").text, box.find("a").text_content()) == ("18", "13")


def test_other_readings_are_listed_with_their_scores_likeliest_first() -> None:
    others = (("11", 0.02), ("17", 0.3), *((f"2{n}", 0.001) for n in range(9)))
    root = page(report(changes={RECEIVED: {"status": Status.SUSPECT, "alternatives": others, "confidence": 0.64}}))
    (item,) = root.xpath("//*[@data-flagged='1']")
    listed = [words_of(one) for one in item.xpath(".//ul[@class='candidates']/li")]
    assert listed[:2] == ["17 0.300", "11 0.020"]
    assert "5 less likely" in listed[-1]
    assert "Confidence 0.64" in words_of(item)


def test_cells_and_tables_that_were_not_found_are_counted_by_row() -> None:
    gone = {"status": Status.MISSING, "value": None, "text": "", "page": None, "bbox": None}
    row = {cell.id: gone for cell in report().cells if cell.id[:2] == ("disclosure_requests", "granted")}
    one = report(changes={**row, RECEIVED: gone}, lost=["review"])
    root = page(one)
    assert sum(int(x) for x in root.xpath("//section[@id='review']//@data-flagged")) == sum(
        cell.flagged for cell in one.cells
    )
    lines = [words_of(item) for item in root.xpath("//div[@class='missing']//li")]
    assert len(lines) == 2
    assert "all 7 cells of the row" in next(line for line in lines if "granted" in line)
    assert "total" in next(line for line in lines if "received" in line)


def test_what_contradicts_is_told_with_every_claim() -> None:
    claims = (Claim("year", "2022", "title", "二〇二二年", 1), Claim("year", "2023", "period", "2023年", 2))
    issuer = Issuer("某局", "title", None, "", claims, ("year: 2022 (title, page 1), but 2023",), ("year",))
    said = words_of(page(report(issuer=issuer)).xpath("//header")[0])
    assert "places contradict, nothing chosen" in said
    assert "year: 2022 (title, page 1), but 2023" in said
    assert all(claim.text in said for claim in claims)


def test_a_clean_report_says_that_nothing_is_to_do() -> None:
    with opened("city") as (one, document):
        root = page(one, document)
    assert not root.xpath("//*[@data-flagged]")
    assert "No cell asks for a human" in words_of(root)
    assert "All 42 identities that could be evaluated hold" in words_of(root)
    assert len(root.xpath("//figure")) == len({cell.page for cell in one.cells})


def test_pages_carry_the_grid_and_every_cell_where_it_is_printed() -> None:
    with opened("rotated") as (one, document):
        root = page(one, document)
    for figure in root.xpath("//figure"):
        number = int(figure.xpath(".//svg/@data-page")[0])
        info = next(info for info in one.pages if info.number == number)
        data = figure.xpath(".//image/@href")[0].partition(",")[2]
        with Image.open(io.BytesIO(base64.b64decode(data))) as image:
            assert image.width / image.height == pytest.approx(info.width / info.height, rel=0.01)
        grids = {id(g): g for table in one.tables.values() for g in table.grids if g.page == number}
        assert len(figure.xpath(".//rect[@class='line']")) == sum(len(grid.cells) for grid in grids.values())
        assert len(figure.xpath(".//a")) == sum(cell.page == number for cell in one.cells)


def test_a_document_without_pages_has_its_tables_and_no_pictures() -> None:
    (one,) = pipeline.read_all(FOLDER / "written" / "word.docx")
    root = page(one)
    assert not root.xpath("//img | //figure | //*[local-name()='image']")
    assert "no pages" in words_of(root.xpath("//header")[0])
    assert len(root.xpath("//td[starts-with(@class, 's-')]")) == len(one.cells) == 200


def test_a_report_without_tables_says_so() -> None:
    root = page(report(lost=("proactive", "requests", "review")))
    assert "no tables found" in words_of(root.xpath("//header")[0])
    assert sum(int(x) for x in root.xpath("//section[@id='review']//@data-flagged")) == 200


def test_a_page_that_cannot_be_drawn_costs_only_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened("wrong-totals") as (one, document):
        image = document.image

        def broken(asked: Page, scale: float) -> Any:
            if asked.number == 2:
                raise UnreadableError("page 2 cannot be loaded")
            return image(asked, scale)

        monkeypatch.setattr(document, "image", broken)
        root = page(one, document)
    assert "Page 2 could not be drawn" in words_of(root)
    assert root.xpath("//figure//svg/@data-page") == ["1", "3"]
    assert len(root.xpath("//*[@data-flagged='1']")) == sum(cell.flagged for cell in one.cells)


def test_crops_of_a_turned_scan_show_the_print_of_their_cells() -> None:
    """A page stored sideways, and every number of it flagged: each crop holds ink in its middle."""
    path = FOLDER / "scans" / "clockwise.pdf"
    (one,) = pipeline.read_all(path)
    cells = [cell for cell in one.cells if cell.value is not None]
    with open_document(path) as document:
        crops = pictures.taken(one, document, cells).crops
    assert set(crops) == {cell.id for cell in cells}
    assert len(cells) > 100
    for crop in crops.values():
        with Image.open(io.BytesIO(base64.b64decode(crop.address.partition(",")[2]))) as image:
            pixels = np.asarray(image.convert("L"), dtype=int)
        height, width = pixels.shape
        middle = pixels[height // 4 : -height // 4, width // 5 : -width // 5]
        assert middle.max() - middle.min() > 80


# --- the words


def test_every_phrase_is_in_both_languages() -> None:
    own = words()
    chinese = re.compile("[\u4e00-\u9fff]")
    for key, phrase in own.phrases.items():
        assert chinese.search(phrase.zh) or key == "digest", key
        assert not chinese.search(phrase.en), key
    used = set(re.findall(r'say\("(\w+)"', (Path(evidence.__file__).parent / "report.html.jinja").read_text()))
    assert used <= set(own.phrases)


def test_every_status_has_a_mark_that_differs_and_a_name() -> None:
    marks = [words().statuses[status].mark for status in Status]
    assert len(set(marks)) == len(Status)
    assert set(words().statuses) > FLAGGED
    assert all(mark.encode("gbk") for mark in marks)  # in every Chinese font


def test_every_place_that_tells_of_issuer_or_year_has_words() -> None:
    assert set(decide._SOURCES) == set(words().places)


def test_no_label_of_the_form_is_among_the_words() -> None:
    text = (Path(evidence.__file__).parents[1] / "words.yaml").read_text(encoding="utf-8")
    labels = {
        node.label
        for one in layout.shipped()
        for grid in one.grids
        for key in grid.keys
        for node in key.path
        if node.label and len(node.label) > 4
    }
    assert labels
    assert not [label for label in labels if label in text]


@pytest.mark.parametrize("name", ["wrong-totals"])
def test_reasons_and_evidence_have_chinese_words(name: str) -> None:
    for result in sample(name).identities:
        if result.holds is False:
            told = words().in_chinese(result.evidence)
            assert told != result.evidence
            assert not re.search(r"\b(would|certain|nothing|instead)\b", told)


def test_what_cells_of_word_files_and_web_pages_are_doubted_for_has_chinese_words() -> None:
    doubts = [text for name, text in vars(flow).items() if name.isupper() and not name.startswith("_")]
    assert len(doubts) > 10
    assert not [text for text in doubts if words().in_chinese(text) == text]


# --- the file


def test_the_same_report_is_the_same_file(tmp_path: Path) -> None:
    with opened("wrong-totals") as (one, document):
        evidence.write(one, tmp_path / "1.html", document)
    (again,) = pipeline.read_all(FOLDER / "wrong-totals.pdf")
    with open_document(FOLDER / "wrong-totals.pdf") as document:
        evidence.write(again, tmp_path / "2.html", document)
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


def test_an_older_page_stays_when_the_new_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_bytes(b"older")
    with opened("city") as (one, document):
        monkeypatch.setattr(document, "image", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            evidence.write(one, target, document)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_bytes() == b"older"


def test_the_command_writes_a_page_for_each_report(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("gongkai")
    inputs = [FOLDER / "city.pdf", FOLDER / "written" / "word.docx"]
    command = [script, "extract", *map(str, inputs), "-o", str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    assert sorted(x.parent.name for x in tmp_path.glob("out/*/report.html")) == ["city", "word"]
    assert "<figure" in (tmp_path / "out/city/report.html").read_text(encoding="utf-8")
    subprocess.run([*command, "--no-report"], check=True, capture_output=True, timeout=100)
    assert not list(tmp_path.glob("out/*/report.html"))
    assert len(list(tmp_path.glob("out/*/cells.csv"))) == 2


def test_each_report_of_several_has_its_own_page(tmp_path: Path) -> None:
    with pikepdf.new() as volume:
        for name in ("city", "wrong-totals"):
            with pikepdf.open(FOLDER / f"{name}.pdf") as part:
                volume.pages.extend(part.pages)
        volume.save(tmp_path / "volume.pdf")
    done = CliRunner().invoke(main, ["extract", str(tmp_path / "volume.pdf"), "-o", str(tmp_path / "out"), "--quiet"])
    assert done.exit_code == 0
    first, second = (html.parse(tmp_path / "out" / "volume" / n / "report.html").getroot() for n in "12")
    assert "report 1 of 2" in words_of(first)
    assert not first.xpath("//*[@data-flagged]")
    assert len(second.xpath("//*[@data-flagged='1']")) == sum(cell.flagged for cell in sample("wrong-totals").cells)
    assert second.xpath("//figure//svg/@data-page") == ["4", "5", "6"]


def test_cell_ids_of_any_layout_make_plain_names() -> None:
    from extract.export.evidence import anchors

    odd = CellId('a" onclick="x', "b c", "中")
    assert re.fullmatch(r"[\w.:-]+", anchors.flag(odd), re.ASCII)
    assert anchors.flag(odd) != anchors.flag(odd._replace(row="b_c"))
