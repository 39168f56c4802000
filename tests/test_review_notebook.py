"""The widget in JupyterLab: shown, edited by keys, and saved; skipped where JupyterLab or Chromium is missing."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.corrections import of_document
from extract.model import Status
from extract.review import Correction

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
SAMPLE = FOLDER / "wrong-totals.pdf"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
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


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a notebook in a JupyterLab of its own."""
    source = f"from extract.review import Correction\nfix = Correction({str(SAMPLE)!r}, 'corrections', who='li')\nfix"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": KERNEL}, "cells": [cell]}
    (tmp_path / "t.ipynb").write_text(json.dumps(book), encoding="utf-8")
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    env = {**os.environ, **{name: str(tmp_path / f".{name}") for name in homes}}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (str(FOLDER.parent), os.environ.get("PYTHONPATH"))))
    token = secrets.token_hex(16)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={tmp_path}"),
    ]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={token}", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/lab/tree/t.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (Debian: apt-get install chromium)")
@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="there is no JupyterLab (pip install jupyterlab)")
def test_a_cell_is_corrected_in_jupyterlab(lab: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.goto(lab)
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=90_000)
        page.wait_for_selector("text=Python 3", timeout=90_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        page.wait_for_selector(".gk-review img.picture", timeout=120_000)
        cells = page.locator(".jp-Notebook .jp-Cell").count()
        page.locator(".gk-review").focus()
        offered = page.locator(".candidates button b").all_inner_texts()
        held = page.locator('[data-identity="disclosure_requests:applicants:received"]')
        page.keyboard.press(str(offered.index("11") + 1))
        assert held.get_attribute("data-holds") == "true"
        page.keyboard.press("Enter")
        page.wait_for_selector('.how[data-pending="0"]')
        page.keyboard.press("b")  # a key that the notebook knows too: it must not add a cell there
        page.wait_for_selector('.how[data-pending="0"]')
        assert page.locator(".jp-Notebook .jp-Cell").count() == cells
        browser.close()
    saved = of_document(tmp_path / "corrections", sample("wrong-totals").sha256)
    assert {edit.what for edit in saved.edits} == {"11", "blank"}
