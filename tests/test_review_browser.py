"""The local page in a browser, by keyboard and by mouse, on a scan that is hard to read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.corrections import name_of, of_document
from extract.export import folder
from extract.model import Report, Status

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (Debian: apt-get install chromium)")

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
SCAN = FOLDER / "scans" / "archive.pdf"


@pytest.fixture(scope="module")
def scanned() -> Report:
    return extract.read(SCAN)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Opened:
    """The local page of a run, opened in a browser; what the browser complained of is kept."""

    def __init__(self, browser: Any, out: Path, waiting: str = "tbody tr") -> None:
        script = Path(sys.executable).with_name("gongkai")
        self.process = subprocess.Popen(
            [script, "review", str(out), "--no-browser", "--who", "li"], stdout=subprocess.PIPE, text=True
        )
        self.out = out
        self.said: list[str] = []
        self.asked: list[str] = []
        self.address = self.process.stdout.readline().strip()
        self.page = browser.new_context(viewport={"width": 1500, "height": 900}).new_page()
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(self.address)
        self.page.wait_for_selector(waiting)

    def open(self, name: str) -> None:
        self.page.locator("tbody tr", has_text=name).click()
        self.page.wait_for_selector(".gk-review", timeout=90_000)
        self.page.wait_for_selector("img.picture", timeout=60_000)

    def press(self, *keys: str) -> None:
        for one in keys:
            self.page.keyboard.press(one)

    def settled(self) -> None:
        self.page.wait_for_selector('.how[data-pending="0"]', timeout=90_000)

    @property
    def left(self) -> int:
        return int(self.page.locator(".left").get_attribute("data-left"))

    def select(self, cell: str) -> None:
        self.page.locator(f'.tables [data-cell="{cell}"]').click()

    def close(self) -> None:
        self.page.context.close()
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    one = sample("wrong-totals")
    broken = replace(one["proactive_disclosure"], name="proactive_disclosure")
    hostile = replace(one, issuer=replace(one.issuer, agency=HOSTILE), tables={**one.tables, broken.name: broken})
    folder.write([hostile], tmp_path / "out" / "wrong-totals")
    page = Opened(browser, tmp_path / "out")
    yield page
    page.close()
    assert page.said == []
    assert all(url.startswith(page.address) or url.startswith("data:") for url in page.asked)


def test_a_flagged_cell_is_set_right_with_few_keys(opened: Opened) -> None:
    """From the list: Enter opens, 3 picks what the sums ask for, Enter confirms and saves."""
    assert HOSTILE in opened.page.locator("tbody tr").inner_text()
    opened.press("Enter")
    opened.page.wait_for_selector("img.picture", timeout=60_000)
    before = opened.left
    held = opened.page.locator('[data-identity="disclosure_requests:applicants:received"]')
    assert held.get_attribute("data-holds") == "false"
    offered = opened.page.locator(".candidates button b").all_inner_texts()
    opened.press(str(offered.index("11") + 1))
    assert held.get_attribute("data-holds") == "true"
    started = time.monotonic()
    opened.press("Enter")
    assert time.monotonic() - started < 0.5
    opened.settled()
    assert opened.left < before
    saved = of_document(opened.out / "corrections", sample("wrong-totals").sha256)
    assert [(one.place, one.what, one.who) for one in saved.edits] == [
        ("disclosure_requests/received/total", "11", "li")
    ]
    found = extract.read(FOLDER / "wrong-totals.pdf", corrections=opened.out / "corrections")
    assert found["disclosure_requests"]["received", "total"].value == 11


def test_digits_type_where_typing_was_asked_for_and_undo_takes_back(opened: Opened) -> None:
    opened.open("wrong-totals")
    opened.select("disclosure_requests/granted/total")
    opened.press("Space", "1", "0", "7", "Backspace", "5", "Enter")
    opened.settled()
    cell = opened.page.locator('.tables [data-cell="disclosure_requests/granted/total"]')
    assert cell.inner_text().startswith("105")
    assert "s-corrected" in cell.get_attribute("class")
    opened.press("Control+z")
    opened.settled()
    assert cell.inner_text().startswith("8")
    opened.press("Control+y")
    opened.settled()
    assert cell.inner_text().startswith("105")
    opened.select("disclosure_requests/granted/total")
    opened.press("b")
    opened.settled()
    saved = of_document(opened.out / "corrections", sample("wrong-totals").sha256)
    assert [(one.what, one.first) for one in saved.edits] == [("blank", "8")]


def test_two_tabs_do_not_lose_each_others_edits(opened: Opened) -> None:
    opened.open("wrong-totals")
    other = opened.page.context.new_page()
    other.goto(opened.address)
    other.locator("tbody tr").click()
    other.wait_for_selector("img.picture", timeout=60_000)
    opened.select("disclosure_requests/granted/total")
    opened.press("Space", "7", "Enter")
    opened.settled()
    other.locator('.tables [data-cell="disclosure_requests/received/total"]').click()
    for one in ("Space", "1", "1", "Enter"):
        other.keyboard.press(one)
    other.wait_for_selector('.how[data-pending="0"]')
    saved = of_document(opened.out / "corrections", sample("wrong-totals").sha256)
    assert {one.place for one in saved.edits} == {
        "disclosure_requests/granted/total",
        "disclosure_requests/received/total",
    }


def test_a_hard_scan_is_corrected_by_lines_and_cells(browser: Any, tmp_path: Path, scanned: Report) -> None:
    """Move a line by mouse, merge two cells and fix a digit by keys, see an identity turn, and replay it all."""
    folder.write([scanned], tmp_path / "out" / "archive")
    opened = Opened(browser, tmp_path / "out")
    try:
        opened.open("archive")
        opened.select("administrative_litigation/after_reconsideration/upheld")
        opened.page.wait_for_selector('img.picture[alt*="4"]')
        line = opened.page.locator(".over .grip.column").nth(1)
        at = line.bounding_box()
        grips = opened.page.locator(".over .grip.row")
        rows = [grips.nth(grips.count() - n).bounding_box() for n in (1, 2)]
        down = sum(row["y"] + row["height"] / 2 for row in rows) / 2
        opened.page.mouse.move(at["x"] + at["width"] / 2, down)
        opened.page.mouse.down()
        opened.page.mouse.move(at["x"] + at["width"] / 2 + 4, down, steps=4)
        opened.page.mouse.up()
        opened.settled()
        assert opened.page.locator(".told").count() == 0
        saved = of_document(opened.out / "corrections", scanned.sha256)
        assert [one.edit for one in saved.edits] == ["line-moved"]
        assert saved.edits[0].to - saved.edits[0].at == pytest.approx(4 / _zoom(opened), abs=0.8)

        opened.select("administrative_litigation/direct/other")
        opened.press("Shift+ArrowRight", "m")
        opened.settled()
        saved = of_document(opened.out / "corrections", scanned.sha256)
        told = opened.page.locator(".told").all_inner_texts()
        assert [one.edit for one in saved.edits] == ["line-moved", "cells-merged"], told

        upheld = "administrative_reconsideration/all/upheld"
        opened.select(upheld)
        shown = opened.page.locator('[data-identity^="administrative_reconsideration"]')
        assert shown.get_attribute("data-holds") == "true"
        opened.press("Space", "9", "9")
        assert shown.get_attribute("data-holds") == "false"
        opened.press("Enter")
        opened.settled()
        assert opened.said == []
    finally:
        opened.close()
    found = extract.read(SCAN, corrections=tmp_path / "out" / "corrections")
    assert [one.applied for one in found.corrections] == [True, True, True]
    cell = found["administrative_reconsideration"]["all", "upheld"]
    assert (cell.value, cell.status) == (Decimal(99), Status.CORRECTED)
    assert (tmp_path / "out" / "corrections" / name_of(scanned.sha256)).is_file()


def _zoom(opened: Opened) -> float:
    """Pixels on the screen for a point of the page."""
    width = opened.page.locator("svg.over").get_attribute("viewBox").split()[2]
    return float(opened.page.locator("svg.over").bounding_box()["width"]) / float(width)


def test_rows_columns_editions_and_pages_are_said_by_hand(opened: Opened) -> None:
    opened.open("wrong-totals")
    opened.select("disclosure_requests/granted/total")
    opened.page.locator('[data-assign="row"]').select_option("-")
    opened.settled()
    assert opened.page.locator('.tables [data-cell="disclosure_requests/granted/total"]').count() == 0
    opened.press("u")
    opened.settled()
    opened.select("disclosure_requests/granted/total")
    opened.page.locator('[data-assign="column"]').select_option("disclosure_requests//other_organization")
    opened.settled()
    assert (
        opened.page.locator('.tables [data-cell="disclosure_requests/granted/other_organization"]').inner_text()[0]
        == "8"
    )
    opened.press("u")
    opened.settled()
    opened.select("administrative_litigation/direct/total")
    opened.page.locator('[data-assign="column"]').select_option("administrative_litigation/direct/pending")
    opened.settled()
    saved = of_document(opened.out / "corrections", sample("wrong-totals").sha256)
    assert [(one.row, one.column) for one in saved.edits] == [("direct", "pending")]
    opened.press("u")
    opened.settled()
    opened.press("r")
    opened.settled()
    saved = of_document(opened.out / "corrections", sample("wrong-totals").sha256)
    assert [one.what for one in saved.edits] == ["turned by 90 degrees"]
    assert opened.page.locator(".told").count() == 0


def test_where_a_table_stands_is_drawn_on_the_page(opened: Opened) -> None:
    """A region is taken away, and drawn again around the same table: the numbers are the same as before."""
    opened.open("wrong-totals")
    opened.select("proactive_disclosure/licensing/decisions")
    opened.press("t")
    assert opened.page.locator("svg .region").count() == 1
    box = opened.page.locator("svg .region").bounding_box()
    opened.page.locator('[data-none="proactive"]').click()
    opened.settled()
    assert opened.page.locator('.tables [data-cell^="proactive_disclosure"]').count() == 0
    opened.press("t")
    opened.page.mouse.move(box["x"] - 2, box["y"] - 2)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] + 2, box["y"] + box["height"] + 2, steps=4)
    opened.page.mouse.up()
    opened.page.locator('[data-do="region_set"]').click()
    opened.settled()
    assert opened.page.locator(".told").count() == 0
    cell = opened.page.locator('.tables [data-cell="proactive_disclosure/licensing/decisions"]')
    assert cell.inner_text().startswith("412")
    sha256 = sample("wrong-totals").sha256
    saved = of_document(opened.out / "corrections", sha256)
    assert [(one.edit, one.was is None, one.box is None) for one in saved.edits] == [
        ("region", False, True),
        ("region", True, False),
    ]
    opened.press("t", "Escape")
    assert opened.page.locator(".candidates, .what").count()
    found = extract.read(FOLDER / "wrong-totals.pdf", corrections=opened.out / "corrections")
    assert found["proactive_disclosure"]["licensing", "decisions"].value == 412
    assert not found.misfits


def test_keys_are_answered_at_once(opened: Opened) -> None:
    """Moving among 200 cells beside a page costs far less than a tenth of a second a key, in the median of 20."""
    opened.open("wrong-totals")
    spent = opened.page.evaluate(
        """async () => {
          const root = document.querySelector(".gk-review");
          const spent = [];
          for (let i = 0; i < 20; i += 1) {
            const start = performance.now();
            root.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
            root.getBoundingClientRect();
            spent.push(performance.now() - start);
            await new Promise(requestAnimationFrame);
          }
          return spent.sort((a, b) => a - b);
        }"""
    )
    assert spent[10] < 100


def test_an_empty_run_and_a_lost_document_say_so(browser: Any, tmp_path: Path) -> None:
    folder.write([replace(sample("wrong-totals"), path="gone.pdf")], tmp_path / "out" / "gone")
    opened = Opened(browser, tmp_path / "out")
    try:
        opened.press("Enter")
        alert = opened.page.wait_for_selector("[role=alert]")
        assert "gone.pdf is not there" in alert.inner_text()
        opened.press("Enter")
        opened.page.wait_for_selector("tbody tr")
    finally:
        opened.close()
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "report.json").write_text("{}", encoding="utf-8")  # not gongkai's
    opened = Opened(browser, tmp_path / "none", waiting=".empty")
    try:
        assert "gongkai extract" in opened.page.locator(".empty").inner_text()
    finally:
        opened.close()
