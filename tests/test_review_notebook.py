"""The widget in notebooks, in a real browser: JupyterLab, Notebook 7 and marimo, where these are installed."""

from __future__ import annotations

import base64
import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from homes import SCAN, a_cell_is_set_by_keys, correct_a_hard_scan, jupyter, marimo
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.corrections import of_document
from extract.model import Status
from extract.review import Correction

SAMPLE = FOLDER / "wrong-totals.pdf"
SET = {"edit": "value", "table": "disclosure_requests", "row": "received", "column": "total", "value": "11"}


def test_messages_are_answered_with_their_number(tmp_path: Path) -> None:
    sent: list[tuple[object, object]] = []
    fix = Correction(sample("wrong-totals"), tmp_path, who="li")
    fix.send = lambda content, buffers=None: sent.append((content, buffers))
    fix._heard(fix, {"id": 1, "message": {"op": "edit", "edit": SET, "save": True}}, [])
    fix._heard(fix, {"id": 2, "message": {"op": "page", "page": 1}}, [])
    fix._heard(fix, {"id": 3, "message": {"op": "page", "page": "x"}}, [])
    fix._heard(fix, "nothing", [])
    assert [content["id"] for content, _ in sent] == [1, 2, 3]
    assert sent[0][0]["answer"]["error"] == ""
    assert sent[1][1][0].startswith(b"\x89PNG")
    assert sent[2][1] == [b""]
    assert fix.report["disclosure_requests"]["received", "total"].status is Status.CORRECTED
    assert fix.autosave
    fix.session.close()
    assert not Correction(SAMPLE).autosave


def test_a_document_that_is_another_now_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    shutil.copy(SAMPLE, path)
    one = extract.read(path)
    shutil.copy(FOLDER / "seed-000.pdf", path)
    with pytest.raises(extract.GongkaiError, match="not the document any more"):
        Correction(one)


def test_the_module_keeps_to_the_rules_of_notebooks_that_cannot_be_tried() -> None:
    """One module that imports nothing, asks no address and sets no global: it works in an iframe of VS Code."""
    code, style = Correction._esm, Correction._css
    assert not re.search(
        r"^\s*import\b|\bimport\(|\bfetch\(|XMLHttpRequest|WebSocket|createObjectURL|localStorage", code, re.M
    )
    assert re.findall(r"https?://[^\s\"']+", code) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\b(window|globalThis|self|document)\.\w+\s*=[^=]|\bparent\b|innerHTML|\btop\.", code)
    assert not re.search(r"url\(|@import", style)
    assert "\n#page .gk-review" in str(style)


@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="there is no JupyterLab (pip install jupyterlab)")
def test_a_hard_scan_is_corrected_in_jupyterlab_and_replayed(browser: Any, tmp_path: Path) -> None:
    """The same as in the local page; and no key of it reaches the notebook, which knows b and m, too."""
    with jupyter(browser, tmp_path, SCAN) as home:
        cells = home.page.locator(".jp-Notebook .jp-Cell").count()
        correct_a_hard_scan(home, tmp_path / "again")
        assert home.page.locator(".jp-Notebook .jp-Cell").count() == cells


@pytest.mark.skipif(find_spec("notebook") is None, reason="there is no Notebook 7 (pip install notebook)")
def test_a_cell_is_corrected_in_notebook_7(browser: Any, tmp_path: Path) -> None:
    """From the notebook's cell: Ctrl+Enter runs it, a digit picks, Enter confirms and saves."""
    with jupyter(browser, tmp_path, SAMPLE, "notebook") as home:
        a_cell_is_set_by_keys(home, SAMPLE, "Control+Enter")


@pytest.mark.skipif(find_spec("marimo") is None, reason="there is no marimo (pip install marimo)")
def test_a_cell_is_corrected_in_marimo(browser: Any, tmp_path: Path) -> None:
    with marimo(browser, tmp_path, SAMPLE) as home:
        home.page.locator(".gk-review").focus()
        a_cell_is_set_by_keys(home, SAMPLE)


FRAME = """
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src http://widget.test 'unsafe-inline';
  style-src 'unsafe-inline'; img-src https: http: data:">
<style>STYLE</style>
<div id="a"></div><div id="b"></div>
<script type="module">
import widget from "http://widget.test/review.js";
const hearers = new Set();
const model = {
  get: (name) => ({ autosave: true, language: "en" })[name],
  on: (_, hearer) => hearers.add(hearer),
  off: (_, hearer) => hearers.delete(hearer),
  send: async (content) => {
    const [answer, bytes] = await window.kernel(content);
    const data = bytes.map((text) => new DataView(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer));
    for (const hearer of [...hearers]) hearer(answer, data);
  },
};
const ends = ["a", "b"].map((id) => widget.render({ model, el: document.getElementById(id) }));
window.ended = () => { ends.forEach((end) => end()); return hearers.size; };
</script>
"""


def test_two_views_of_a_widget_work_in_a_frame_that_forbids_much(browser: Any, tmp_path: Path) -> None:
    """In a sandboxed frame with the policy that VS Code may set; what is set in one view is shown in the other, too."""
    fix = Correction(SAMPLE, tmp_path, who="li")
    sent: list[tuple[Any, Any]] = []
    fix.send = lambda content, buffers=None: sent.append((content, buffers))

    def kernel(content: Any) -> Any:
        fix._heard(fix, content, [])
        answer, buffers = sent.pop()
        return answer, [base64.b64encode(one).decode() for one in buffers or ()]

    parts = {
        "/": ("text/html", '<iframe sandbox="allow-scripts" width="1200" height="1600" src="/frame"></iframe>'),
        "/frame": ("text/html; charset=utf-8", FRAME.replace("STYLE", str(fix._css))),
        "/review.js": ("text/javascript; charset=utf-8", str(fix._esm)),
    }

    def served(route: Any) -> None:
        kind, body = parts[urlsplit(route.request.url).path]
        route.fulfill(body=body, content_type=kind, headers={"Access-Control-Allow-Origin": "*"})

    page = browser.new_page(viewport={"width": 1300, "height": 1700})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.expose_function("kernel", kernel)
    page.route("http://widget.test/**", served)
    page.goto("http://widget.test/")
    frame = next(one for one in page.frames if one.url.endswith("/frame"))
    one, other = (frame.locator(f"#{name} .gk-review") for name in "ab")
    for view in (one, other):
        view.locator("img.picture").wait_for()
    one.focus()
    offered = one.locator(".candidates button b").all_inner_texts()
    for key in (str(offered.index("11") + 1), "Enter"):
        page.keyboard.press(key)
    cell = '.tables [data-cell="disclosure_requests/received/total"].s-corrected'
    for view in (one, other):
        view.locator(cell).wait_for()
        assert view.locator(cell).inner_text().startswith("11")
    lefts = [view.locator(".left").get_attribute("data-left") for view in (one, other)]
    assert lefts[0] == lefts[1]
    assert [edit.what for edit in of_document(tmp_path, fix.session.sha256).edits] == ["11"]
    assert frame.evaluate("window.ended()") == 0
    assert said == []
    page.close()
    fix.session.close()
