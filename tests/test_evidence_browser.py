"""report.html in a browser: it opens without a network and without complaint, switches languages, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from hostile_texts import HOSTILE, hostile
from samples_truth import FOLDER
from samples_truth import report as sample

from extract.export import evidence
from extract.model import Report
from extract.source import open_document


class Opened:
    """A page in the browser, with what the browser said and asked for."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
        self.page = context.new_page()
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector).count())

    def visible(self, selector: str) -> bool:
        return bool(self.page.locator(selector).first.is_visible())


def written(one: Report, name: str, folder: Path) -> Path:
    path = folder / "report.html"
    with open_document(FOLDER / f"{name}.pdf") as document:
        evidence.write(one, path, document)
    return path


@pytest.fixture(scope="module")
def wrong_totals(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return Opened(browser, written(sample("wrong-totals"), "wrong-totals", tmp_path_factory.mktemp("page")))


def test_it_opens_offline_without_complaint(wrong_totals: Opened) -> None:
    assert wrong_totals.said == []
    assert [url for url in wrong_totals.asked if not url.startswith(("file:", "data:"))] == []
    broken = "[...document.images].filter(image => !image.naturalWidth).length"
    assert wrong_totals.page.evaluate(broken) == 0


def test_its_style_is_allowed_by_its_own_policy(wrong_totals: Opened) -> None:
    assert (
        wrong_totals.page.evaluate("getComputedStyle(document.querySelector('.printed')).borderCollapse") == "collapse"
    )


def test_flagged_cells_are_there_to_see(wrong_totals: Opened) -> None:
    flagged = sum(cell.flagged for cell in sample("wrong-totals").cells)
    assert wrong_totals.count("[data-flagged='1']") == flagged == 70
    assert wrong_totals.count("[data-flagged='1'] img") == flagged
    assert wrong_totals.count("td.s-suspect") == flagged
    sizes = wrong_totals.page.evaluate(
        "[...document.querySelectorAll('[data-flagged] img')].map(i => [i.clientWidth, i.clientHeight])"
    )
    assert min(min(size) for size in sizes) >= 20


def test_no_text_is_cut_and_nothing_reaches_over_the_side(wrong_totals: Opened) -> None:
    assert wrong_totals.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    over = """[...document.querySelectorAll('.review td, .beside li, .printed td')].filter(
        box => box.scrollWidth > box.clientWidth + 2).map(box => box.textContent)"""
    assert wrong_totals.page.evaluate(over) == []


@pytest.mark.parametrize(("language", "zh", "en"), [("zh", True, False), ("en", False, True), ("both", True, True)])
def test_languages_are_switched_without_script(wrong_totals: Opened, language: str, zh: bool, en: bool) -> None:
    wrong_totals.page.click(f"label[for='{language}']")
    assert (wrong_totals.visible("h2 .zh"), wrong_totals.visible("h2 .en")) == (zh, en)
    assert wrong_totals.visible("td.label")  # labels of the form stay as printed


def test_statuses_differ_without_colour(wrong_totals: Opened) -> None:
    """In the legend as grey pixels: its hatching, or else its mark, tells each status from every other."""
    shots = [box.screenshot() for box in wrong_totals.page.locator(".legend .swatch").all()]
    marks = wrong_totals.page.locator(".legend .mark").all_text_contents()
    assert len(shots) == len(set(marks)) == 8
    styles = wrong_totals.page.evaluate(
        "[...document.querySelectorAll('.legend .swatch')].map(s => getComputedStyle(s).backgroundImage)"
    )
    hatched = [style for style in styles if style != "none"]
    assert len(hatched) == len(set(hatched)) == 4


def test_it_prints_on_a4_with_every_table(wrong_totals: Opened, tmp_path: Path) -> None:
    wrong_totals.page.pdf(path=tmp_path / "print.pdf", prefer_css_page_size=True, print_background=False)
    with pdfium.PdfDocument(tmp_path / "print.pdf") as document:
        sizes = {tuple(round(edge) for edge in document[n].get_size()) for n in range(len(document))}
        text = "".join(document[n].get_textpage().get_text_bounded() for n in range(len(document)))
        assert len(document) < 20
    assert sizes == {(595, 842)}
    assert "8 fail, 34 hold" in text
    assert "中文 + English" not in text  # the bar is for the screen


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing_in_a_browser(browser: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.html"
    evidence.write(hostile(text), path)
    opened = Opened(browser, path)
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    assert opened.page.title().endswith("Evidence report")
    opened.page.context.close()
