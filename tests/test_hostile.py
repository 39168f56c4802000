"""Bad files in one run with good ones: each gets one verdict, costs what it may, and harms nobody."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import corpus
import openpyxl
import pytest
from samples_truth import FOLDER, truth
from watch import Watch

from extract.export.untrusted import as_printed, storable
from extract.inputs import plan
from extract.model import FLAGGED, CellId

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, sockets and names that Windows has not")

GONGKAI = Path(sys.executable).with_name("gongkai")
SECONDS, MEMORY, OVER = 8.0, 600 * 2**20, 1.2
FLAGS = {status.value for status in FLAGGED}
GOOD = {"city.pdf": "city", "seed-000.pdf": "seed-000", "word.docx": "word", "page.html": "page"}


@dataclass
class Ran:
    """A run over all files: what was made, what was said, what it cost."""

    home: Path
    made: dict[str, corpus.Bad]
    status: int
    said: str
    lines: dict[str, list[dict[str, str]]]
    watch: Watch
    left: set[Path]


def everything(folder: Path) -> set[Path]:
    return {Path(at, name) for at, below, names in os.walk(folder) for name in (*below, *names)}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    home = tmp_path_factory.mktemp("hostile")
    (home / "in").mkdir()
    (home / "tmp").mkdir()
    made = corpus.make(home / "in")
    for name in GOOD:
        folder = FOLDER / "written" if not name.endswith(".pdf") else FOLDER
        shutil.copy(folder / name, home / "in" / name)
    before = everything(home)
    command = [GONGKAI, "extract", "in", "-o", "out", "--jobs", "2", "--findings"]
    command += ["--timeout", f"{SECONDS:g}", "--max-memory", str(MEMORY)]
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent), "TMPDIR": str(home / "tmp"), "OMP_NUM_THREADS": "1"}
    with (
        subprocess.Popen(
            command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process,
        Watch(process.pid, home / "out") as watch,
    ):
        said = process.communicate(timeout=550)[0].decode()
    lines: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (home / "out/documents.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            row["output"] = as_printed(row["output"])
            lines[row["document"].removeprefix("in/")].append(row)
    left = {path for path in everything(home) - before if not path.is_relative_to(home / "out")}
    yield Ran(home, made, process.returncode, said, lines, watch, left)
    shutil.rmtree(home, ignore_errors=True)


def test_there_are_many(ran: Ran) -> None:
    assert len(ran.made) >= 200
    assert ran.status == 1


def test_every_file_has_one_verdict_and_the_right_one(ran: Ran) -> None:
    wrong = []
    for name, bad in ran.made.items():
        found = ran.lines.get(storable(name), [])
        if len({row["document"] for row in found if row["report"] in {"", "1"}}) != bool(bad.verdicts):
            wrong.append(f"{name!r}: {len(found)} lines")
        if any(row["verdict"] not in bad.verdicts or bad.says not in row["error"] for row in found):
            wrong.append(f"{name!r}: {[(row['verdict'], row['error']) for row in found]} is not {sorted(bad.verdicts)}")
    assert not wrong, "\n".join(wrong)
    others = set(ran.lines) - {storable(name) for name in ran.made}
    assert others == {*GOOD, "folder.pdf/inside.pdf"}
    assert all(len(rows) == 1 for name, rows in ran.lines.items() if name in GOOD)


def test_no_file_costs_more_than_it_may(ran: Ran) -> None:
    assert ran.watch.memory <= OVER * MEMORY
    assert ran.watch.parent <= 250 * 2**20, "the parent reads no documents"
    slow = {name: seconds for name, seconds in ran.watch.seconds.items() if seconds > OVER * SECONDS}
    assert not slow


def cells(ran: Ran, row: dict[str, str]) -> Iterator[tuple[CellId, dict[str, str]]]:
    with (ran.home / "out" / row["output"] / "cells.csv").open(encoding="utf-8-sig", newline="") as file:
        for cell in csv.DictReader(file):
            yield CellId(cell["table"], cell["row"], cell["column"]), cell


def test_all_good_files_are_right_and_no_number_of_a_bad_one_is_wrong_without_a_flag(ran: Ran) -> None:
    read = 0
    likes = {name: bad.like for name, bad in ran.made.items() if bad.like}
    for name, like in {**GOOD, **likes}.items():
        true = truth(f"written/{like}" if like in {"word", "page"} else like)
        for row in ran.lines[storable(name)]:
            if name in GOOD:
                assert row["verdict"] == "ok", name
            for id_, cell in cells(ran, row) if row["output"] else ():
                value = Decimal(cell["value"]) if cell["value"] else None
                assert cell["status"] in FLAGS or value == true[id_].value, (name, id_)
                read += 1
    assert read > 5000


def test_nothing_is_written_outside_the_output_and_nothing_was_run(ran: Ran) -> None:
    assert not ran.left
    names = {path.name for path in everything(ran.home)}
    assert not names & {"gongkai-pwned", "escaped.exe", "gongkai-escaped.xml"}
    assert not Path(tempfile.gettempdir(), "gongkai-pwned").exists()
    assert sorted(path.name for path in (ran.home / "out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


def test_terminals_get_no_control_characters(ran: Ran) -> None:
    assert "\\x1b]0;owned\\x07" in ran.said
    assert "\\x9b31mred" in ran.said
    unseen = {char for char in ran.said if not char.isprintable() and char not in "\n\u3000"}
    assert not unseen


def test_json_on_a_terminal_has_none_either(ran: Ran) -> None:
    for more in ("extract", "in", "-o", "out", "--format", "json", "--quiet"), ("status", "out", "--format", "json"):
        limits = ("--timeout", f"{SECONDS:g}", "--max-memory", str(MEMORY)) if more[0] == "extract" else ()
        told = subprocess.run(
            [GONGKAI, *more, *limits],
            cwd=ran.home,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(FOLDER.parent)},
        ).stdout.decode()
        assert told
        assert not {char for char in told if not char.isprintable() and char not in "\n\u3000"}
        records = [json.loads(line) for line in told.splitlines()]
        if more[0] == "extract":
            assert "in/\u009b31mred.pdf" in {one["document"] for one in records}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_what_cells_and_names_hold_harms_no_browser_and_no_spreadsheet(ran: Ran) -> None:
    from corpus.markup import ATTACKS

    shown = 0
    for name in ("attacks.html", "=cmd|' C calc'!A0.pdf", "<script>alert(1)<╱script>.pdf"):
        (row,) = ran.lines[name]
        folder = ran.home / "out" / row["output"]
        page = _Page()
        page.feed((folder / "report.html").read_text(encoding="utf-8"))
        ours = _Page()
        ours.feed((ran.home / "out/city/report.html").read_text(encoding="utf-8"))
        scripts = [attributes for tag, attributes in page.tags if tag == "script"]
        assert scripts == [attributes for tag, attributes in ours.tags if tag == "script"]
        assert not [tag for tag, attributes in page.tags if any(key.startswith("on") for key in attributes)]
        assert not [tag for tag, attributes in page.tags if tag in {"iframe", "object", "embed", "link", "base"}]
        book = openpyxl.load_workbook(folder / "tables.xlsx")
        for sheet in book:
            for line in sheet.iter_rows():
                assert not [cell for cell in line if cell.data_type == "f" or cell.hyperlink]
                shown += sum(cell.value in ATTACKS for cell in line)
        with (folder / "cells.csv").open(encoding="utf-8-sig", newline="") as file:
            for cell in csv.DictReader(file):
                assert not cell["text"].startswith(("=", "@", "+1+", "-2+")), cell
    assert shown > 20


def test_links_that_lead_away_are_followed_when_asked(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ran.home)
    asked = plan(["in"], follow_links=True)
    names = {one.name.removeprefix("in/") for one in asked.documents}
    assert {"link-outside.pdf", "folder-linked/another.pdf", "folder-linked/secret.pdf"} <= names
    assert not any("--follow-links" in one.cause for one in asked.unmatched)
    assert not [name for name in names if name.startswith("link-to-all")], "what is there already is not read again"
    for pattern in ("in/*.pdf", "in/**/*.pdf", str(ran.home / "in" / "**")):
        found = plan([pattern])
        assert "in/link-outside.pdf" not in {one.name for one in found.documents}
        assert any(one.name.endswith("in/link-outside.pdf") for one in found.unmatched)
        assert not [one.name for one in found.documents if "link-to-all" in one.name or "folder-linked" in one.name]
