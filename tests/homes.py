"""The front end in its homes, driven in a real browser: the local page, JupyterLab, Notebook 7 and marimo.

What is done in a document is the same in all of them (`Home`), and so is the whole correction of a hard scan.
"""

from __future__ import annotations

import difflib
import hashlib
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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from samples_truth import FOLDER

import extract
from extract.corrections import name_of, of_document
from extract.model import Status

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "there is no Chromium (Debian: apt-get install chromium)"
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
SCAN = FOLDER / "scans" / "archive.pdf"
WINDOW = {"width": 1500, "height": 1000}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PATIENCE = 120_000
"""Milliseconds for what a loaded machine does in a few seconds."""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; tests that are given none are skipped."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Home:
    """A document in the front end, wherever that is; what the browser complained of and asked for is kept."""

    own = "blob:"
    """What the addresses of the front end's modules have in them."""

    def __init__(self, browser: Any, corrections: Path) -> None:
        self.corrections = corrections
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_context(viewport=WINDOW).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", self._complained)
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _complained(self, error: Any) -> None:
        """Keep an error, unless it is a notebook's own: the widget's module has an address made for it."""
        stack = str(error.stack or error)
        if self.own in stack:
            self.said.append(stack)

    def shown(self) -> None:
        """Wait until a document is there, with its page."""
        self.page.wait_for_selector(".gk-review img.picture")

    def press(self, *keys: str) -> None:
        for one in keys:
            self.page.keyboard.press(one)

    def settled(self) -> None:
        """Wait until all that was asked is answered."""
        self.page.wait_for_selector('.how[data-pending="0"]')

    def told(self) -> list[str]:
        """What the front end says went wrong."""
        return list(self.page.locator(".told").all_inner_texts())

    def printed(self, cell: str) -> Any:
        """Where a cell of the form stands in the table as printed."""
        return self.page.locator(f'.tables [data-cell~="{cell}"]')

    @property
    def left(self) -> int:
        return int(self.page.locator(".left").get_attribute("data-left"))

    def select(self, cell: str) -> None:
        """A cell of the form by a click on where it is printed; where several are, the first click may be another's."""
        printed = self.printed(cell)
        for _ in printed.get_attribute("data-cell").split():
            if self.page.locator(".what").get_attribute("data-of") == cell:
                break
            printed.click()
        assert self.page.locator(".what").get_attribute("data-of") == cell

    def holds(self, identity: str) -> str:
        """ "true", "false", or "null" where a number is missing."""
        return str(self.page.locator(f'.sums [data-identity="{identity}"]').get_attribute("data-holds"))

    def offered(self) -> list[str]:
        """Candidates, in the order of their keys."""
        return list(self.page.locator(".candidates button b").all_inner_texts())

    def scale(self) -> float:
        """Pixels on the screen for a point of the page."""
        over = self.page.locator("svg.over")
        return float(over.bounding_box()["width"]) / float(over.get_attribute("viewBox").split()[2])

    def grip(self, axis: str, index: int) -> tuple[float, float]:
        """Where on the screen a line of the grid can be taken: in sight, and not below another line."""
        found = (
            self.page.locator(f".over .grip.{axis}")
            .nth(index)
            .evaluate(
                """(grip) => {
              const [box, sight] = [grip, grip.closest(".viewer")].map((one) => one.getBoundingClientRect());
              for (let part = 0.99; part > 0; part -= 0.01) {
                const upright = grip.classList.contains("column");
                const x = upright ? box.x + box.width / 2 : box.x + part * box.width;
                const y = upright ? box.y + part * box.height : box.y + box.height / 2;
                const inside = x > sight.left && x < sight.right && y > sight.top && y < sight.bottom;
                if (inside && grip.getRootNode().elementFromPoint(x, y) === grip) return [x, y];
              }
              return null;
            }"""
            )
        )
        assert found, f"no {axis} line {index} in sight"
        return found[0], found[1]

    def drag(self, start: tuple[float, float], right: float, down: float) -> None:
        """Move what lies there by so many pixels."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(start[0] + right, start[1] + down, steps=4)
        self.page.mouse.up()

    def close(self) -> None:
        self.page.context.close()


class LocalPage(Home):
    """The local page of a run; what it writes to the console is a complaint, too."""

    own = ""

    def __init__(self, browser: Any, out: Path, waiting: str = "tbody tr") -> None:
        super().__init__(browser, out / "corrections")
        script = Path(sys.executable).with_name("gongkai")
        self.process = subprocess.Popen(
            [script, "review", str(out), "--no-browser", "--who", "li"], stdout=subprocess.PIPE, text=True
        )
        self.out = out
        self.address = self.process.stdout.readline().strip()
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.goto(self.address)
        self.page.wait_for_selector(waiting)

    def open(self, name: str) -> None:
        self.page.locator("tbody tr", has_text=name).click()
        self.shown()

    def close(self) -> None:
        super().close()
        self.process.terminate()
        self.process.wait(timeout=20)


@contextmanager
def served(command: list[str], folder: Path, path: str, **surroundings: str) -> Iterator[str]:
    """A server of notebooks with its folder as its home, for as long as it takes; gives its address.

    In `command` and `path` the words PORT and TOKEN stand for what they say.
    """
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME", "XDG_CONFIG_HOME")
    env = {**os.environ, **{name: str(folder / f".{name}") for name in homes}, **surroundings}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (str(FOLDER.parent), os.environ.get("PYTHONPATH"))))
    token = secrets.token_hex(16)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def filled(text: str) -> str:
        return text.replace("PORT", str(port)).replace("TOKEN", token)

    with (folder / "log").open("w") as log:
        words = [sys.executable, "-m", *(filled(word) for word in command)]
        server = subprocess.Popen(words, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + PATIENCE / 1000
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except urllib.error.HTTPError:
                break  # it answers
            except OSError as error:
                if server.poll() is not None or time.monotonic() > end:
                    raise AssertionError((folder / "log").read_text()) from error
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/{filled(path)}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:  # it waits for a kernel that does not answer
            server.kill()
            server.wait()


def book(path: Path, source: Path, language: str = "zh") -> None:
    """A notebook whose one cell shows the widget on a document."""
    shows = f"fix = Correction({str(source)!r}, 'corrections', who='li', language={language!r})"
    code = f"from extract.review import Correction\n{shows}\nfix"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": code}
    told = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": KERNEL}, "cells": [cell]}
    path.write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def jupyter(browser: Any, folder: Path, source: Path, kind: str = "lab", language: str = "zh") -> Iterator[Home]:
    """The widget in JupyterLab ("lab") or Notebook 7 ("notebook"), run by keys, and in focus."""
    book(folder / "t.ipynb", source, language)
    module, path = {"lab": ("jupyterlab", "lab/tree"), "notebook": ("notebook", "notebooks")}[kind]
    command = [
        *(module, "--no-browser", "--ip=127.0.0.1", "--port=PORT", "--allow-root"),
        *("--IdentityProvider.token=TOKEN", f"--ServerApp.root_dir={folder}"),
    ]
    with served(command, folder, f"{path}/t.ipynb?token=TOKEN") as address:
        for _ in range(3):
            home = Home(browser, folder / "corrections")
            try:
                home.page.goto(address)
                home.page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
                if not _runs(home):
                    continue
                home.shown()
                yield home
                return
            finally:
                home.close()
        raise AssertionError("the cell does not run:\n" + (folder / "log").read_text())


def _runs(home: Home) -> bool:
    """Run the notebook's cell by Ctrl+Enter; a notebook that waits for its kernel yet may have ignored that.

    Where the server was too slow for Jupyter, it asks about the kernel instead, and has to be opened again.
    """
    prompt = home.page.locator(".jp-Cell .jp-InputPrompt").first
    end = time.monotonic() + PATIENCE / 1000
    while not (number := prompt.inner_text().strip("[]:\xa0 ")).isdigit():
        if home.page.locator("dialog.jp-Dialog").count() or time.monotonic() > end:
            return False
        if not number and prompt.is_visible():  # while the notebook is laid out its cells are hidden for a moment
            prompt.click(force=True)
            home.press("Control+Enter")
        home.page.wait_for_timeout(500)
    return True


MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
    from extract.review import Correction

    fix = Correction({source!r}, "corrections", who="li")
    fix
    return
"""


@contextmanager
def marimo(browser: Any, folder: Path, source: Path) -> Iterator[Home]:
    """The widget in a marimo notebook that is open for editing."""
    (folder / "t.py").write_text(MARIMO.format(source=str(source)), encoding="utf-8")
    command = ["marimo", "edit", "t.py", "--headless", "--host=127.0.0.1", "--port=PORT"]
    with served([*command, "--token", "--token-password=TOKEN"], folder, "?access_token=TOKEN") as address:
        home = Home(browser, folder / "corrections")
        try:
            home.page.goto(address)
            home.page.locator(".cm-content").first.click()
            home.press("Control+Enter")
            home.shown()
            yield home
        finally:
            home.close()


STATE_SECRET, PROHIBITED = (
    f"disclosure_requests/denied.{row}/legal_service_organization" for row in ("state_secret", "prohibited_by_law")
)
DIRECT = "administrative_litigation/direct/"


def correct_a_hard_scan(home: Home, out: Path) -> None:
    """In the open scan: move a line by mouse, merge two cells and fix digits by keys, save, and replay it all."""
    sha256 = hashlib.sha256(SCAN.read_bytes()).hexdigest()
    home.select(f"{DIRECT}upheld")
    home.page.wait_for_selector('img.picture[alt*="4"]')
    home.drag(home.grip("column", 1), 4, 0)
    home.settled()
    assert home.told() == []
    saved = of_document(home.corrections, sha256)
    assert [one.edit for one in saved.edits] == ["line-moved"]
    assert saved.edits[0].to - saved.edits[0].at == pytest.approx(4 / home.scale(), abs=0.1)

    home.select(f"{DIRECT}other")
    home.press("Shift+ArrowRight", "m")
    home.settled()
    assert home.told() == []
    assert [one.edit for one in of_document(home.corrections, sha256).edits] == ["line-moved", "cells-merged"]

    _one_is_one(home, STATE_SECRET)
    file = home.corrections / name_of(sha256)
    first = file.read_text(encoding="utf-8")
    assert [one.edit for one in of_document(home.corrections, sha256).edits][2:] == ["value"]

    report = replayed(home.corrections, out)
    assert [one["applied"] for one in report["corrections"]] == [True, True, True]
    cells = {"/".join((c["table"], c["row"], c["column"])): c for t in report["tables"] for c in t["cells"]}
    assert (cells[STATE_SECRET]["value"], cells[STATE_SECRET]["status"]) == ("1", Status.CORRECTED)
    wide = {column: cells[f"{DIRECT}{column}"] for column in ("upheld", "other", "pending")}
    assert wide["other"]["status"] == Status.MISSING
    assert wide["pending"]["text"].split() == ["0", "2"]
    assert _width(wide["pending"]) > 1.8 * _width(wide["upheld"])

    _one_is_one(home, PROHIBITED)
    changed = list(difflib.ndiff(first.splitlines(), file.read_text(encoding="utf-8").splitlines()))
    assert not [line for line in changed if line.startswith("-")]
    added = [line[2:] for line in changed if line.startswith("+")]
    assert sum(line.startswith("- edit:") for line in added) == 1
    assert "  row: denied.prohibited_by_law" in added
    assert home.said == []


def _width(cell: Any) -> float:
    return float(cell["bbox"][2] - cell["bbox"][0])


def _one_is_one(home: Home, cell: str) -> None:
    """A 1 that was read as 11, with the 1 below it, because the line between them is gone: picked, confirmed, saved."""
    row = cell.split("/")[1]
    home.select(cell)
    assert home.holds(f"disclosure_requests:applicants:{row}") == "false"
    home.press(str(home.offered().index("1") + 1))
    assert home.holds(f"disclosure_requests:applicants:{row}") == "true"
    home.press("Enter", "Control+s")
    home.settled()
    assert home.told() == []
    home.select(cell)
    assert "s-corrected" in home.page.locator(".what .chip").get_attribute("class")
    assert home.holds(f"disclosure_requests:applicants:{row}") == "true"


def replayed(corrections: Path, out: Path) -> Any:
    """What `gongkai extract --corrections` makes of the scan, as report.json says."""
    script = Path(sys.executable).with_name("gongkai")
    words = [script, "extract", SCAN, "-o", out, "--jobs", "0", "--corrections", corrections]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((out / SCAN.stem / "report.json").read_text(encoding="utf-8"))


def a_cell_is_set_by_keys(home: Home, path: Path, *before: str) -> None:
    """From a flagged document to a saved fix of one cell, with `before` pressed to open it, in four keys at most."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    identity = "disclosure_requests:applicants:received"
    assert home.holds(identity) == "false"
    keys = [str(home.offered().index("11") + 1), "Enter"]
    assert len([*before, *keys]) <= 4
    home.press(keys[0])
    assert home.holds(identity) == "true"
    home.press(keys[1])
    home.settled()
    assert home.told() == []
    saved = of_document(home.corrections, sha256)
    assert [(one.place, one.what, one.who) for one in saved.edits] == [
        ("disclosure_requests/received/total", "11", "li")
    ]
    found = extract.read(path, corrections=home.corrections)
    assert found["disclosure_requests"]["received", "total"].value == 11
    assert home.said == []
