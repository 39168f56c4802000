"""The widget in notebooks, in a real browser: JupyterLab, Notebook 7 and marimo, where these are installed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from homes import SCAN, a_cell_is_set_by_keys, chromium, correct_a_hard_scan, jupyter, marimo
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


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
