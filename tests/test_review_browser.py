"""The local page in a browser, by keyboard and by mouse, on a scan that is hard to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from homes import SCAN, LocalPage, a_cell_is_set_by_keys, correct_a_hard_scan
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.corrections import Corrections, dumped, name_of, of_document
from extract.corrections.file import edit_of
from extract.export import folder

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[LocalPage]:
    one = sample("wrong-totals")
    broken = replace(one["proactive_disclosure"], name="proactive_disclosure")
    hostile = replace(one, issuer=replace(one.issuer, agency=HOSTILE), tables={**one.tables, broken.name: broken})
    folder.write([hostile], tmp_path / "out" / "wrong-totals")
    page = LocalPage(browser, tmp_path / "out")
    yield page
    page.close()
    assert page.said == []
    assert all(url.startswith(page.address) or url.startswith("data:") for url in page.asked)


def test_a_flagged_cell_is_set_right_with_three_keys(opened: LocalPage) -> None:
    """From the list: Enter opens, a digit picks what the sums ask for, Enter confirms and saves."""
    assert HOSTILE in opened.page.locator("tbody tr").inner_text()
    opened.press("Enter")
    opened.shown()
    before = opened.left
    a_cell_is_set_by_keys(opened, FOLDER / "wrong-totals.pdf", "Enter")
    assert opened.left < before


def test_digits_type_where_typing_was_asked_for_and_undo_takes_back(opened: LocalPage) -> None:
    opened.open("wrong-totals")
    opened.select("disclosure_requests/granted/total")
    opened.press("Space", "1", "0", "7", "Backspace", "5", "Enter")
    opened.settled()
    cell = opened.printed("disclosure_requests/granted/total")
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


def test_two_tabs_do_not_lose_each_others_edits(opened: LocalPage) -> None:
    opened.open("wrong-totals")
    other = opened.page.context.new_page()
    other.goto(opened.address)
    other.locator("tbody tr").click()
    other.wait_for_selector("img.picture", timeout=60_000)
    opened.select("disclosure_requests/granted/total")
    opened.press("Space", "7", "Enter")
    opened.settled()
    other.locator('.tables [data-cell~="disclosure_requests/received/total"]').click()
    for one in ("Space", "1", "1", "Enter"):
        other.keyboard.press(one)
    other.wait_for_selector('.how[data-pending="0"]')
    saved = of_document(opened.out / "corrections", sample("wrong-totals").sha256)
    assert {one.place for one in saved.edits} == {
        "disclosure_requests/granted/total",
        "disclosure_requests/received/total",
    }


def test_a_hard_scan_is_corrected_and_replayed(browser: Any, tmp_path: Path) -> None:
    folder.write([extract.read(SCAN)], tmp_path / "out" / "archive")
    opened = LocalPage(browser, tmp_path / "out")
    try:
        opened.open("archive")
        correct_a_hard_scan(opened, tmp_path / "again")
    finally:
        opened.close()


def test_rows_columns_editions_and_pages_are_said_by_hand(opened: LocalPage) -> None:
    opened.open("wrong-totals")
    opened.select("disclosure_requests/granted/total")
    opened.page.locator('[data-assign="row"]').select_option("-")
    opened.settled()
    assert opened.printed("disclosure_requests/granted/total").count() == 0
    opened.press("u")
    opened.settled()
    opened.select("disclosure_requests/granted/total")
    opened.page.locator('[data-assign="column"]').select_option("disclosure_requests//other_organization")
    opened.settled()
    assert opened.printed("disclosure_requests/granted/other_organization").inner_text()[0] == "8"
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


def test_where_a_table_stands_is_drawn_on_the_page(opened: LocalPage) -> None:
    """A region is taken away, and drawn again around the same table: the numbers are the same as before."""
    opened.open("wrong-totals")
    opened.select("proactive_disclosure/licensing/decisions")
    opened.page.wait_for_selector('.sheet .picture[alt*="1"]')  # what lies over the page is made anew when it comes
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
    cell = opened.printed("proactive_disclosure/licensing/decisions")
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


def test_an_empty_run_and_a_lost_document_say_so(browser: Any, tmp_path: Path) -> None:
    folder.write([replace(sample("wrong-totals"), path="gone.pdf")], tmp_path / "out" / "gone")
    opened = LocalPage(browser, tmp_path / "out")
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
    opened = LocalPage(browser, tmp_path / "none", waiting=".empty")
    try:
        assert "gongkai extract" in opened.page.locator(".empty").inner_text()
    finally:
        opened.close()


def test_a_correction_that_does_not_fit_is_shown_and_taken_out(browser: Any, tmp_path: Path) -> None:
    report = sample("wrong-totals")
    folder.write([report], tmp_path / "out" / "wrong-totals")
    place = {"page": 2, "grid": "requests", "extractor": "rulings", "axis": "column"}
    said = {"who": "wang", "when": "2026-01-05T09:00:00Z"}
    edit = edit_of({"edit": "line-moved", **place, "at": 111.1, "to": 120.0, **said})
    corrections = tmp_path / "out" / "corrections"
    corrections.mkdir()
    text = dumped(Corrections(report.sha256, "wrong-totals.pdf", (edit,)))
    (corrections / name_of(report.sha256)).write_text(text, encoding="utf-8")
    opened = LocalPage(browser, tmp_path / "out")
    try:
        opened.open("wrong-totals")
        assert "111.1 处没有线" in opened.page.locator(".edits .misfit").inner_text()
        opened.select("disclosure_requests/granted/total")
        opened.press("Space", "7", "Enter")
        opened.settled()
        assert opened.page.locator(".edits li").count() == 2
        opened.page.locator(".edits .misfit button").click()
        opened.settled()
        assert opened.told() == []
        assert opened.page.locator(".edits .misfit").count() == 0
        assert [one.edit for one in of_document(corrections, report.sha256).edits] == ["value"]
        opened.press("e")
        assert opened.page.locator(".edits").count() == 0
        assert opened.said == []
    finally:
        opened.close()


def test_where_nothing_is_found_a_table_is_drawn_by_keys(browser: Any, tmp_path: Path) -> None:
    """Pages without a table of the form are shown; a box is moved and stretched by arrows, and set."""
    page = pytest.importorskip("reportlab.pdfgen.canvas").Canvas(str(tmp_path / "prose.pdf"), pagesize=(595, 842))
    for row in range(5):
        page.drawString(100, 600 - 20 * row, "no table of the form")
    page.save()
    report = extract.read(tmp_path / "prose.pdf")
    folder.write([report], tmp_path / "out" / "prose")
    opened = LocalPage(browser, tmp_path / "out")
    try:
        opened.page.locator("tbody tr").click()
        opened.shown()
        assert opened.page.locator(".tables .empty").count() == 4
        opened.press("t", "ArrowRight", "ArrowDown", "Shift+ArrowDown", "Shift+ArrowLeft", "Enter")
        opened.settled()
        assert opened.told() == []
        (edit,) = of_document(opened.corrections, report.sha256).edits
        assert edit.box == pytest.approx((64.5, 173.4, 535.5, 431), abs=0.1)
        assert opened.said == []
    finally:
        opened.close()


def test_a_server_that_is_gone_is_told_of_and_nothing_seems_saved(opened: LocalPage) -> None:
    opened.open("wrong-totals")
    before = opened.left
    opened.process.terminate()
    opened.process.wait(timeout=20)
    opened.press("Space", "7", "Enter")
    opened.settled()
    assert "gongkai review" in opened.told()[0]
    assert opened.page.locator(".how").get_attribute("data-dirty") == "true"
    assert opened.left == before
    opened.press("Escape")
    assert "gongkai review" in opened.page.wait_for_selector(".failed [role=alert]").inner_text()
    assert all("ERR_CONNECTION_REFUSED" in line for line in opened.said)
    opened.said.clear()


def test_a_pick_outlives_the_answer_to_the_one_before(opened: LocalPage) -> None:
    """What was picked for a cell is confirmed, though the answer about another cell comes in between."""
    opened.open("wrong-totals")
    held: list[Any] = []
    opened.page.route("**/call", lambda route: held.append(route))
    opened.press("3", "Enter")
    second = opened.page.locator(".what").get_attribute("data-of")
    offered = opened.offered()
    opened.press("2")
    opened.page.wait_for_timeout(50)
    (first,) = held
    first.continue_()
    opened.page.unroute("**/call")
    opened.settled()
    assert opened.page.locator(".what").get_attribute("data-of") == second
    assert opened.page.locator(".value").inner_text() == offered[1]
    opened.press("Enter")
    opened.settled()
    saved = {one.place: one.what for one in of_document(opened.corrections, sample("wrong-totals").sha256).edits}
    assert saved == {"disclosure_requests/received/total": "11", second: offered[1]}


def test_a_corrected_document_is_listed_as_it_stands(opened: LocalPage) -> None:
    flagged = opened.page.locator("tbody tr td.n").first.inner_text()
    opened.open("wrong-totals")
    opened.press("3", "Enter")
    opened.settled()
    left = opened.left
    opened.page.locator('[data-do="language"]').click()
    opened.press("Escape")
    opened.page.wait_for_selector("tbody tr")
    assert int(flagged) > int(opened.page.locator("tbody tr td.n").first.inner_text()) == left
    assert opened.page.locator("h1").inner_text() == "Documents"
