"""The command line and the run behind it: what is loaded, outputs, errors, exit statuses."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from wordy import SAMPLES, documents, gongkai, put

from extract.cli import main
from extract.errors import UnreadableError

HEAVY = {"cv2", "pandas", "camelot", "onnxruntime", "pyarrow", "pdfplumber"}


@pytest.mark.parametrize("code", ["import extract", "import extract.cli; extract.cli.main(['--help'])"])
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    probe = f"import sys, atexit\natexit.register(lambda: print('|'.join(sys.modules), file=sys.stderr))\n{code}"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.strip().split("|")}
    assert "extract" in loaded
    assert not loaded & HEAVY


def test_the_command_is_installed() -> None:
    script = Path(sys.executable).with_name("gongkai")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("gongkai 0.")


def test_help_has_examples() -> None:
    for arguments in (["--help"], ["extract", "--help"]):
        shown = CliRunner().invoke(main, arguments)
        assert shown.exit_code == 0
        assert "gongkai extract report.pdf -o out" in shown.output


def test_a_run_writes_what_the_contract_says(wordy: Path) -> None:
    put("a.pdf")
    put("b.pdf", "review")
    done = gongkai("a.pdf", "b.pdf")
    assert done.exit_code == 0
    files = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("[!.]*") if path.is_file())
    files = [name for name in files if not name.startswith(".gongkai/")]
    results = ("cells.csv", "report.html", "report.json", "tables.xlsx")
    tables = ("cells.parquet", "datapackage.json", "documents.csv", "documents.parquet", "panel.xlsx")
    assert files == sorted([*(f"{d}/{name}" for d in "ab" for name in results), *tables])
    assert [(d["document"], d["output"], d["verdict"]) for d in documents()] == [
        ("a.pdf", "a", "ok"),
        ("b.pdf", "b", "needs-review"),
    ]
    table = pq.read_table("out/cells.parquet")
    assert table.column("document").unique().to_pylist() == ["a.pdf", "b.pdf"]
    assert table.num_rows == 400
    assert done.stderr == ""
    summary = done.stdout.splitlines()
    assert summary[0].startswith("a.pdf: ok; edition 2021; 200 cells: ")
    assert "1 published arithmetic error" in summary[0]
    assert "1 suspect" in summary[1]
    assert summary[2] == "2 documents: 1 ok, 1 needs-review"


def test_a_bad_document_gets_one_line_and_stops_nothing(wordy: Path) -> None:
    words = ["ok", "broken", "locked", "huge", "crash", "nothing", "ok"]
    names = [put(f"{number}.pdf", word).name for number, word in enumerate(words)]
    done = gongkai(*names)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "1.pdf: not a PDF",
        "2.pdf: encrypted: a password is needed (--password)",
        "3.pdf: 12000 pages, more than the limit of 2000",
        "4.pdf: ZeroDivisionError: inside a library second line \\x1b[31m",
        "5.pdf: no disclosure tables found (3 pages read)",
    ]
    found = documents()
    verdicts = [d["verdict"] for d in found]
    assert verdicts == ["ok", "unreadable", "password", "over-limit", "crashed", "no-tables", "ok"]
    assert [d["output"] for d in found] == ["0", "", "", "", "", "5", "6"]
    assert all(d["error"] for d in found if d["verdict"] not in {"ok"})
    assert [d["sha256"] for d in found[1:2]] == [hashlib.sha256(b"broken").hexdigest()]
    for folder in "056":
        assert len(list(Path("out", folder).iterdir())) == 4
    assert not Path("out/1").exists()
    missing = Path("out/5/cells.csv").read_text(encoding="utf-8-sig").count(",missing,")
    assert missing == int(found[5]["cells_missing"]) == 200
    assert pq.read_table("out/cells.parquet").num_rows == 600


def test_real_documents_that_cannot_be_read_get_one_line_each(tmp_path: Path) -> None:
    names = ["empty", "no-tables", "password", "truncated"]
    inputs = [*(SAMPLES / "hostile" / f"{name}.pdf" for name in names), SAMPLES / "hybrid.pdf"]
    done = CliRunner().invoke(main, ["extract", *map(str, inputs), "-o", str(tmp_path)])
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == len(names)
    for name, text in zip(names, done.stderr.splitlines(), strict=True):
        assert f"{name}.pdf: " in text
        assert "Error" not in text
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [".gongkai", "hybrid", "no-tables"]
    assert pq.read_table(tmp_path / "cells.parquet").num_rows == 186 + 200


@pytest.mark.parametrize(
    ("words", "strict", "status"),
    [
        (["ok"], False, 0),
        (["ok"], True, 0),
        (["ok", "review"], False, 0),
        (["ok", "review"], True, 1),
        (["ok", "nothing"], False, 1),
        (["broken"], False, 1),
        (["locked"], False, 1),
    ],
)
def test_exit_status(wordy: Path, words: list[str], strict: bool, status: int) -> None:
    names = [put(f"{number}.pdf", word).name for number, word in enumerate(words)]
    assert gongkai(*names, *["--strict"] * strict).exit_code == status


def test_the_password_comes_from_option_or_environment(wordy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.pdf", "locked")
    assert gongkai("a.pdf", "--password", "wrong").exit_code == 1
    assert gongkai("a.pdf", "--password", "right").exit_code == 0
    monkeypatch.setenv("GONGKAI_PASSWORD", "right")
    assert gongkai("a.pdf").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["nowhere.pdf"], ["*.pdf"], ["empty"], ["a.pdf", "--no-such-option"], ["a.pdf", "-o", "a.pdf"]],
)
def test_wrong_usage_and_no_input_exit_with_2(wordy: Path, arguments: list[str]) -> None:
    put("a.txt")
    if "a.pdf" in arguments:
        put("a.pdf")
    Path("empty").mkdir()
    done = gongkai(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert not Path("out/documents.csv").exists()


def test_an_output_that_cannot_be_written_is_wrong_usage(wordy: Path) -> None:
    put("a.pdf")
    put("file")
    done = CliRunner().invoke(main, ["extract", "a.pdf", "-o", "file/out"])
    assert done.exit_code == 2
    assert "cannot write to file/out" in done.stderr


def test_an_input_that_matches_nothing_is_told_beside_others(wordy: Path) -> None:
    put("a.pdf")
    done = gongkai("a.pdf", "b.pdf", "*.PDFX")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == ["b.pdf: no such file or directory", "*.PDFX: nothing matches this pattern"]
    assert sorted(d["verdict"] for d in documents()) == ["ok", "unreadable", "unreadable"]


def test_quiet_leaves_only_errors(wordy: Path) -> None:
    put("a.pdf")
    put("b.pdf", "broken")
    done = gongkai("a.pdf", "b.pdf", "--quiet")
    assert done.stdout == ""
    assert done.stderr == "b.pdf: not a PDF\n"


def test_json_gives_a_line_for_each_document(wordy: Path) -> None:
    put("a.pdf", "review")
    put("b.pdf", "broken")
    first, second = map(json.loads, gongkai("a.pdf", "b.pdf", "--format", "json").stdout.splitlines())
    assert (first["document"], first["verdict"], first["output"], first["pages"]) == ("a.pdf", "needs-review", "a", 3)
    assert first["cells"]["suspect"] == 1
    assert sum(first["cells"].values()) == 200
    assert first["failed_identities"] == {"published": 1, "reading": 0}
    assert (second["verdict"], second["error"], second["cells"]) == ("unreadable", "not a PDF", {})


def test_findings_are_listed_on_request(wordy: Path) -> None:
    put("a.pdf")
    done = gongkai("a.pdf", "--findings")
    assert "    disclosure_requests: balance at total: 11 ≠ 0 (published so)" in done.stdout.splitlines()


def test_traceback_only_on_request(wordy: Path) -> None:
    put("a.pdf", "crash")
    assert "Traceback" not in gongkai("a.pdf").stderr
    shown = gongkai("a.pdf", "--traceback").stderr
    assert "Traceback (most recent call last):" in shown
    assert "\x1b" not in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_control_characters_of_a_name_are_escaped(wordy: Path) -> None:
    put("a\x1b[2J\n.pdf", "broken")
    put("=b\x07.pdf")
    done = gongkai(".")
    assert done.stderr == "a\\x1b[2J\\n.pdf: not a PDF\n"
    assert "\x07" not in done.stdout
    assert Path("out/=b_/cells.csv").exists()
    assert [d["document"] for d in documents()] == ["'=b\x07.pdf", "a\x1b[2J\n.pdf"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse names that are not text")
def test_a_name_that_is_not_text_is_no_obstacle(wordy: Path) -> None:
    Path(os.fsdecode(b"bad\xff.pdf")).write_text("ok")
    assert gongkai(".").exit_code == 0
    assert documents()[0]["document"] == "bad\\udcff.pdf"
    assert Path("out/bad_udcff/report.json").exists()


def test_show_draws_a_page_or_says_why_not(wordy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []

    def render(*arguments: object, **options: object) -> None:
        calls.append(arguments)
        if len(calls) > 1:
            raise UnreadableError("not a PDF")

    module = ModuleType("extract.show")
    module.__dict__["render"] = render
    monkeypatch.setitem(sys.modules, "extract.show", module)
    assert CliRunner().invoke(main, ["show", "a.pdf", "--page", "3", "-o", "x.png"]).exit_code == 0
    assert calls == [(Path("a.pdf"), 3, Path("x.png"))]
    done = CliRunner().invoke(main, ["show", "a.pdf"])
    assert (done.exit_code, done.stderr) == (1, "a.pdf: not a PDF\n")
    assert CliRunner().invoke(main, ["show", "a.pdf", "--page", "0"]).exit_code == 2
    CliRunner().invoke(main, ["show", "p1.png", "p2.png"])
    assert calls[-1] == ((Path("p1.png"), Path("p2.png")), None, Path("page.png"))
