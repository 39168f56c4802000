"""Group verification: a run's cells by what they were read as, the least sure first; what is said of them is saved."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from homes import chromium
from hypothesis import given
from hypothesis import strategies as st
from local_page import Page
from PIL import Image
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.corrections import of_document
from extract.errors import GongkaiError
from extract.export import folder, json_
from extract.model import CellId, Report, Status
from extract.review import Session, looked
from extract.review.crops import apart
from extract.review.mosaic import Mosaic
from extract.review.run import listed
from extract.review.tiles import RARE, Tiles

NAME = "half-row"
ODD = CellId("disclosure_requests", "received", "total")
PRINTED = "324"
"""What that cell holds; read as a 1, it is the odd one."""
HOSTILE = "<img src=x onerror=alert(1)>"


def recognised(report: Report, odd: str) -> Report:
    """The report as if it had been read from images, with no cell proved, and one cell misread as `odd`, unsure."""
    unsure = {"text": odd, "value": Decimal(odd), "confidence": 0.9, "alternatives": ((odd, 0.9), ("8", 0.4))}
    tables = {}
    for table in report.tables.values():
        cells = []
        for cell in table.cells:
            status = cell.status if cell.value is None else Status.READ
            own = replace(cell, source="rapidocr", agreeing=(), status=status, confidence=0.99)
            cells.append(replace(own, **unsure) if cell.id == ODD else own)
        tables[table.name] = replace(table, cells=tuple(cells))
    return replace(report, tables=tables, issuer=replace(report.issuer, agency=HOSTILE))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder.write([recognised(sample(NAME), "1")], tmp_path / "out" / NAME)
    folder.write([sample("wrong-totals")], tmp_path / "out" / "wrong-totals")
    (tmp_path / "out" / "odd").mkdir()
    broken = json_.document(sample("wrong-totals"))
    broken["tables"][0]["cells"][0]["bbox"] = "nowhere"
    (tmp_path / "out" / "odd" / "report.json").write_text(json.dumps(broken), encoding="utf-8")
    return tmp_path / "out"


@pytest.fixture
def mosaic(out: Path) -> Iterator[Mosaic]:
    made = Mosaic(listed(out), out, out / "corrections", who="li", opened=lambda _: None)
    yield made
    made.close()


def tiles(mosaic: Mosaic, group: str, by: str = "value", **more: Any) -> list[dict[str, Any]]:
    return mosaic.call({"op": "tiles", "by": by, "group": group, "scope": "images", "start": 0, "size": 200, **more})[
        "tiles"
    ]


def test_every_cell_with_a_picture_is_in_one_group(mosaic: Mosaic) -> None:
    seen = [cell for cell in sample(NAME).cells if cell.bbox]
    both = len(seen) + sum(cell.bbox is not None for cell in sample("wrong-totals").cells)
    for scope, cells in (("unproved", len(seen)), ("images", len(seen)), ("all", both)):
        found = mosaic.call({"op": "groups", "by": "value", "scope": scope})
        assert found["cells"] == sum(one["cells"] for one in found["groups"]) == cells
    found = {one["group"] for one in mosaic.call({"op": "groups", "by": "value", "scope": "all"})["groups"]}
    assert {"0", "1", RARE} <= found
    shown = [t["cell"] for g in found for t in tiles(mosaic, g, scope="unproved")]
    assert sorted(shown) == sorted("/".join(cell.id) for cell in seen)


def test_the_least_sure_comes_first_and_rivals_count(mosaic: Mosaic) -> None:
    found = tiles(mosaic, "1")
    assert (found[0]["cell"], found[0]["score"]) == ("/".join(ODD), 0.6)
    scores = [one["score"] for one in found]
    assert scores == sorted(scores)
    assert len(found) > 2


def test_each_digit_is_shown_for_itself_where_digits_stand_apart(mosaic: Mosaic) -> None:
    many = [tile for digit in "0123456789" for tile in tiles(mosaic, digit, "digit") if tile["of"] > 1]
    truth = {"/".join(cell.id): cell.text for cell in recognised(sample(NAME), "1").cells}
    assert many
    widths = []
    for tile in many[:20]:
        assert truth[tile["cell"]].replace(" ", "")[tile["place"] - 1].isdecimal()
        one, whole = (
            Image.open(io.BytesIO(mosaic.crop(tile["key"], place, tile["of"]))) for place in (tile["place"], 0)
        )
        widths.append(one.width / whole.width)
    assert sorted(widths)[len(widths) // 2] < 0.5


def test_a_crop_shows_the_print_of_its_cell(mosaic: Mosaic) -> None:
    for tile in tiles(mosaic, "0")[:5]:
        pixels = np.asarray(Image.open(io.BytesIO(mosaic.crop(tile["key"], 0, 0))))
        middle = pixels[pixels.shape[0] // 4 : -pixels.shape[0] // 4, pixels.shape[1] // 4 : -pixels.shape[1] // 4]
        assert middle.min() < 100 < 200 < middle.max()


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=8), st.integers(1, 9))
def test_characters_are_told_apart_by_the_ground_between_them(runs: list[tuple[int, int]], of: int) -> None:
    columns = np.concatenate([np.repeat([255, 20], run) for run in runs]).astype(np.uint8)
    found = apart(np.vstack([columns] * 4), of)
    assert (found is None) == (of != len(runs))
    if found is not None:
        assert [end - start for start, end in found] == [ink for _, ink in runs]
        assert all((columns[start:end] == 20).all() for start, end in found)


def test_what_is_said_of_a_cell_is_saved_replayed_and_taken_back(mosaic: Mosaic, out: Path) -> None:
    one = sample(NAME)
    odd, other = tiles(mosaic, "1")[:2]
    told = mosaic.call({"op": "say", "cell": odd["key"], "value": PRINTED})
    assert (told["tile"]["said"], told["error"]) == (PRINTED, "")
    mosaic.call({"op": "say", "cell": other["key"], "doubt": True})
    saved = of_document(out / "corrections", one.sha256)
    assert {(edit.place, edit.what, edit.who, edit.first) for edit in saved.edits} == {
        ("/".join(ODD), PRINTED, "li", "1"),
        (other["cell"], "in doubt", "li", "1"),
    }
    again = extract.read(FOLDER / f"{NAME}.pdf", corrections=out / "corrections")
    assert (again[ODD.table][ODD.row, ODD.column].value, len(again.misfits)) == (int(PRINTED), 0)
    doubted = CellId(*other["cell"].split("/"))
    assert again[doubted.table][doubted.row, doubted.column].status is Status.SUSPECT
    mosaic.call({"op": "say", "cell": odd["key"], "value": None})
    assert mosaic.call({"op": "unsay"})["tile"]["said"] == PRINTED
    assert mosaic.call({"op": "unsay"})["tile"]["said"] is None
    assert mosaic.call({"op": "unsay"})["tile"]["said"] is None
    assert of_document(out / "corrections", one.sha256).edits == ()
    with pytest.raises(GongkaiError, match="nothing to take back"):
        mosaic.call({"op": "unsay"})


def test_a_document_that_is_open_for_correction_hears_of_it(out: Path) -> None:
    one = sample(NAME)
    with Session(FOLDER / f"{NAME}.pdf", out / "corrections", who="li") as session:
        opened = {one.sha256: session}
        mosaic = Mosaic(listed(out), out, out / "corrections", who="li", opened=opened.get)
        odd = tiles(mosaic, "1")[0]
        mosaic.call({"op": "say", "cell": odd["key"], "value": PRINTED})
        assert [edit.what for edit in session.edits] == [PRINTED]
        assert not session.dirty
        session.undo()
        session.save()
        mosaic.refresh(odd["document"])
        assert tiles(mosaic, "1")[0]["said"] is None
        mosaic.close()


def test_another_person_is_not_overwritten_when_something_is_taken_back(mosaic: Mosaic, out: Path) -> None:
    odd = tiles(mosaic, "1")[0]
    mosaic.call({"op": "say", "cell": odd["key"], "value": PRINTED})
    other = Mosaic(listed(out), out, out / "corrections", who="wang", opened=lambda _: None)
    assert tiles(other, "1")[0]["said"] == PRINTED
    other.call({"op": "say", "cell": odd["key"], "value": "9"})
    with pytest.raises(GongkaiError, match="somebody else"):
        mosaic.call({"op": "unsay"})
    other.close()
    (edit,) = of_document(out / "corrections", sample(NAME).sha256).edits
    assert (edit.what, edit.who) == ("9", "wang")


def test_a_blind_reader_sees_and_takes_back_nothing_of_another(mosaic: Mosaic, out: Path) -> None:
    odd = tiles(mosaic, "1")[0]
    mosaic.call({"op": "say", "cell": odd["key"], "value": PRINTED})
    mosaic.call({"op": "looked", "cells": [[odd["key"], 0]]})
    other = Mosaic(listed(out), out, out / "corrections", who="wang", opened=lambda _: None, blind=True)
    assert (tiles(other, "1")[0]["said"], tiles(other, "1")[0]["seen"]) == (None, False)
    other.call({"op": "say", "cell": odd["key"], "value": "9"})
    assert tiles(other, "1")[0]["said"] == "9"
    edits = of_document(out / "corrections", sample(NAME).sha256).edits
    assert {(edit.who, edit.what) for edit in edits} == {("li", PRINTED), ("wang", "9")}
    other.call({"op": "unsay"})
    other.close()
    (edit,) = of_document(out / "corrections", sample(NAME).sha256).edits
    assert edit.who == "li"


def test_looks_are_counted_and_kept_as_long_as_the_reading_is_the_same(mosaic: Mosaic, out: Path) -> None:
    before = mosaic.call({"op": "groups", "scope": "images"})
    assert before["seen"] == 0
    own = tiles(mosaic, "1")
    after = mosaic.call({"op": "looked", "scope": "images", "cells": [[one["key"], 0] for one in own]})
    assert after["seen"] == len(own)
    assert next(one for one in after["groups"] if one["group"] == "1")["seen"] == len(own)
    with (out / "corrections" / looked.NAME).open("a", encoding="utf-8") as file:
        file.write('{"document": 3}\n[]\nnothing\n{"half": ')
    looked.add(out / "corrections", "li", sample(NAME).sha256, 1, {"no/such/cell": "1"})
    folder.write([recognised(sample(NAME), "7")], out / NAME)
    again = Mosaic(listed(out), out, out / "corrections", who="li", opened=lambda _: None)
    assert again.call({"op": "groups", "scope": "images"})["seen"] == len(own) - 1
    again.close()


def test_who_saw_every_digit_of_a_cell_saw_the_cell(mosaic: Mosaic) -> None:
    many = [tile for digit in "0123456789" for tile in tiles(mosaic, digit, "digit") if tile["of"] > 1]
    cell = [tile for tile in many if tile["cell"] == many[0]["cell"]]
    for tile in cell:
        assert mosaic.call({"op": "groups", "scope": "images"})["seen"] == 0
        mosaic.call({"op": "looked", "by": "digit", "cells": [[tile["key"], tile["place"]]]})
    assert mosaic.call({"op": "groups", "scope": "images"})["seen"] == 1


@pytest.mark.parametrize(
    "message",
    [
        {"op": "erase"},
        {"op": "groups", "by": "grp; DROP TABLE cell"},
        {"op": "groups", "scope": "everything"},
        {"op": "tiles", "group": "1", "start": -1},
        {"op": "tiles", "group": "1", "start": "0"},
        {"op": "looked", "cells": "all"},
        {"op": "looked", "cells": [[1, -1]]},
        {"op": "looked", "cells": [[10**30, 0]]},
        {"op": "say", "cell": 0, "value": "1"},
        {"op": "say", "cell": True, "value": "1"},
        {"op": "say", "cell": "1", "value": "1"},
        {"op": "say", "cell": 1, "value": "1e3"},
        {"op": "say", "cell": 1, "value": ["1"]},
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(mosaic: Mosaic, message: dict[str, Any]) -> None:
    with pytest.raises(GongkaiError) as caught:
        mosaic.call(message)
    assert "\n" not in str(caught.value)
    assert mosaic.call({"op": "groups", "scope": "all"})["cells"]


def test_thousands_of_cells_are_paged(out: Path) -> None:
    """A hundred documents take a moment, and a screen of them far less; what is no result is passed over."""
    many = listed(out) * 100
    found = Tiles(many, out)
    all_, seen = found.counts("all")
    assert (all_ > 20_000, seen) == (True, 0)
    group, cells, _ = found.groups("value", "all")[0]
    keys = [tile.key for start in range(0, cells, 500) for tile in found.page("value", group, "all", start, 500)]
    assert len(keys) == len(set(keys)) == cells
    found.close()


@pytest.fixture
def page(out: Path) -> Iterator[Page]:
    script = Path(sys.executable).with_name("gongkai")
    process = subprocess.Popen(
        [script, "review", str(out), "--no-browser", "--who", "li"], stdout=subprocess.PIPE, text=True
    )
    address = process.stdout.readline().strip()
    yield Page(int(address.split(":")[2].split("/")[0]), address.rstrip("/").rsplit("/", 1)[1], out)
    process.terminate()
    process.wait(timeout=20)


def test_crops_are_guarded_like_everything_else(page: Page) -> None:
    told = page.told({"mosaic": {"op": "groups"}})
    assert told["error"] == ""
    assert told["cells"]
    assert page.told({"mosaic": {"op": "erase"}}) == {"error": "there is no such thing to do"}
    good = f"/{page.token}/crop/1/0-0.png"
    status, body, headers = page.ask("GET", good)
    assert (status, headers["content-type"], body[:4]) == (200, "image/png", b"\x89PNG")
    assert headers["x-content-type-options"] == "nosniff"
    assert page.ask("GET", "/wrong/crop/1/0-0.png")[0] == 404
    assert page.ask("GET", good, None, {"Host": "evil.example"})[0] == 421
    assert page.ask("GET", good, None, {"Origin": "http://evil.example"})[0] == 403
    assert page.ask("GET", good, None, {"Sec-Fetch-Site": "cross-site"})[0] == 403
    for path in ("99999999/0-0", "0/0-0", "1/5-2", "1/1-101", f"{10**30}/0-0", "-1/0-0", "1/0-0.png/..", "..%2f/0-0"):
        status, body, _ = page.ask("GET", f"/{page.token}/crop/{path}.png")
        assert (status, b"PNG" in body) == (404, False)
    status, _, _ = page.call({"mosaic": {"op": "say", "cell": 1, "value": "5"}}, Origin="http://evil.example")
    assert status == 403
    assert not list((page.out / "corrections").glob("*.yaml"))


def test_a_picture_that_cannot_be_drawn_is_no_fault_of_the_page(out: Path) -> None:
    told = json.loads((out / NAME / "report.json").read_text(encoding="utf-8"))
    told["path"] = "gone.pdf"
    (out / NAME / "report.json").write_text(json.dumps(told), encoding="utf-8")
    mosaic = Mosaic(listed(out), out, out / "corrections", who="li", opened=lambda _: None)
    with pytest.raises(GongkaiError, match=r"gone\.pdf is not there"):
        mosaic.crop(tiles(mosaic, "1")[0]["key"], 0, 0)
    mosaic.close()


def test_the_odd_one_is_set_right_by_keys(page: Page) -> None:
    """From the list: g opens the groups; in the 1s, a number and Enter correct the first, f doubts, Enter goes on."""
    said: list[str] = []
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 1200, "height": 800})
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        tab.goto(f"http://127.0.0.1:{page.port}/{page.token}/")
        tab.wait_for_selector("tbody tr")
        settled = '.gk-mosaic .how[data-pending="0"]'
        tab.keyboard.press("g")
        tab.wait_for_selector(".tile", timeout=60_000)
        tab.wait_for_selector(settled)
        while tab.locator(".groups .picked").get_attribute("data-group") != "1":
            tab.keyboard.press("]")
            tab.wait_for_selector(settled)
        first = tab.locator(".tile").first
        for _ in range(200):  # what waits in the page for a condition is kept from it by the page's own policy
            if tab.evaluate("(document.querySelector('.tile img')?.naturalWidth ?? 0) > 0"):
                break
            tab.wait_for_timeout(100)
        else:
            raise AssertionError("no picture of the first cell")
        assert HOSTILE in tab.locator("footer").inner_text()
        assert first.get_attribute("aria-selected") == "true"
        for one in (*PRINTED, "Enter", "f"):
            tab.keyboard.press(one)
        tab.wait_for_selector(settled)
        assert f"→ {PRINTED}" in first.inner_text()
        assert tab.locator(".tile.doubted").count() == 1
        shown = tab.locator(".tile").count()
        tab.keyboard.press("Enter")
        tab.wait_for_selector(f'.left[data-seen="{shown}"]', timeout=60_000)
        tab.keyboard.press("u")
        tab.wait_for_selector(settled)
        tab.keyboard.press("[")
        tab.wait_for_selector(settled)
    assert said == []
    saved = of_document(page.out / "corrections", sample(NAME).sha256)
    assert [(edit.place, edit.what) for edit in saved.edits] == [("/".join(ODD), PRINTED)]
