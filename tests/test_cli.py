"""The command line and the run behind it: inputs, outputs, errors, exit statuses."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from reports import report

from extract import pipeline
from extract.cli import main
from extract.cli.extract import extract as command
from extract.errors import EngineError, LimitError, PasswordError, UnreadableError
from extract.inputs import plan
from extract.model import Report, Status
from extract.ocr.engines import DEFAULT, NAMES

HEAVY = {"cv2", "pandas", "camelot", "onnxruntime", "pyarrow", "pdfplumber"}
NEEDS_REVIEW = {next(cell.id for cell in report().cells): {"status": Status.SUSPECT}}
SAMPLES = Path(__file__).parents[1] / "samples"
ALL_GRIDS = ("proactive", "requests", "review")


def fake_read(path: str | Path, *, password: str | None = None, **_: object) -> Report:
    """What a file's own first words ask for, in place of reading a PDF."""
    words = Path(path).read_text(encoding="utf-8") if Path(path).is_file() else "unreadable"
    match words.split():
        case ["ok", *_]:
            return report(path=str(path))
        case ["review", *_]:
            return report(path=str(path), changes=NEEDS_REVIEW)
        case ["nothing", *_]:
            return report(path=str(path), lost=ALL_GRIDS)
        case ["locked", *_] if password != "right":
            raise PasswordError("encrypted: a password is needed (--password)")
        case ["locked", *_]:
            return report(path=str(path))
        case ["huge", *_]:
            raise LimitError("12000 pages, more than the limit of 2000")
        case ["crash", *_]:
            raise ZeroDivisionError("inside a library\nsecond line \x1b[31m")
        case _:
            raise UnreadableError("not a PDF")


def fake_read_all(path: str | Path, **how: Any) -> tuple[Report, ...]:
    """One report, or the three of a file that says `three`."""
    if Path(path).is_file() and Path(path).read_text(encoding="utf-8").startswith("three"):
        pages = report().pages
        return tuple(report(path=str(path), pages=(pages[n],), number=n + 1, of=3) for n in range(3))
    return (fake_read(path, **how),)


def read_by(monkeypatch: pytest.MonkeyPatch, read_all: Callable[..., tuple[Report, ...]]) -> None:
    """Have documents read by this function, as documents without pages."""

    @contextmanager
    def reading(path: Any, **how: Any) -> Iterator[tuple[tuple[Report, ...], None]]:
        yield read_all(path, **how), None

    monkeypatch.setattr(pipeline, "reading", reading)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    read_by(monkeypatch, fake_read_all)
    for name in ("PASSWORD", "ENGINE", "MODELS"):
        monkeypatch.delenv(f"GONGKAI_{name}", raising=False)
    return tmp_path


def put(path: str, words: str = "ok") -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words, encoding="utf-8")
    return file


def gongkai(*arguments: str) -> Result:
    """Run in this process, so that documents are read by what `read_by` put in the reader's place."""
    return CliRunner().invoke(main, ["extract", "-o", "out", "--jobs", "0", *arguments])


def documents() -> list[dict[str, str]]:
    with Path("out/documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- what is loaded, and when


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


# --- a run


def test_a_run_writes_what_the_contract_says(home: Path) -> None:
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


def test_a_bad_document_gets_one_line_and_stops_nothing(home: Path) -> None:
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
def test_exit_status(home: Path, words: list[str], strict: bool, status: int) -> None:
    names = [put(f"{number}.pdf", word).name for number, word in enumerate(words)]
    assert gongkai(*names, *["--strict"] * strict).exit_code == status


def test_the_password_comes_from_option_or_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.pdf", "locked")
    assert gongkai("a.pdf", "--password", "wrong").exit_code == 1
    assert gongkai("a.pdf", "--password", "right").exit_code == 0
    monkeypatch.setenv("GONGKAI_PASSWORD", "right")
    assert gongkai("a.pdf").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["nowhere.pdf"], ["*.pdf"], ["empty"], ["a.pdf", "--no-such-option"], ["a.pdf", "-o", "a.pdf"]],
)
def test_wrong_usage_and_no_input_exit_with_2(home: Path, arguments: list[str]) -> None:
    put("a.txt")
    if "a.pdf" in arguments:
        put("a.pdf")
    Path("empty").mkdir()
    done = gongkai(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert not Path("out/documents.csv").exists()


def test_an_output_that_cannot_be_written_is_wrong_usage(home: Path) -> None:
    put("a.pdf")
    put("file")
    done = CliRunner().invoke(main, ["extract", "a.pdf", "-o", "file/out"])
    assert done.exit_code == 2
    assert "cannot write to file/out" in done.stderr


def test_an_input_that_matches_nothing_is_told_beside_others(home: Path) -> None:
    put("a.pdf")
    done = gongkai("a.pdf", "b.pdf", "*.PDFX")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == ["b.pdf: no such file or directory", "*.PDFX: nothing matches this pattern"]
    assert sorted(d["verdict"] for d in documents()) == ["ok", "unreadable", "unreadable"]


def test_quiet_leaves_only_errors(home: Path) -> None:
    put("a.pdf")
    put("b.pdf", "broken")
    done = gongkai("a.pdf", "b.pdf", "--quiet")
    assert done.stdout == ""
    assert done.stderr == "b.pdf: not a PDF\n"


def test_json_gives_a_line_for_each_document(home: Path) -> None:
    put("a.pdf", "review")
    put("b.pdf", "broken")
    first, second = map(json.loads, gongkai("a.pdf", "b.pdf", "--format", "json").stdout.splitlines())
    assert (first["document"], first["verdict"], first["output"], first["pages"]) == ("a.pdf", "needs-review", "a", 3)
    assert first["cells"]["suspect"] == 1
    assert sum(first["cells"].values()) == 200
    assert first["failed_identities"] == {"published": 1, "reading": 0}
    assert (second["verdict"], second["error"], second["cells"]) == ("unreadable", "not a PDF", {})


def test_findings_are_listed_on_request(home: Path) -> None:
    put("a.pdf")
    done = gongkai("a.pdf", "--findings")
    assert "    disclosure_requests: balance at total: 11 ≠ 0 (published so)" in done.stdout.splitlines()


def test_traceback_only_on_request(home: Path) -> None:
    put("a.pdf", "crash")
    assert "Traceback" not in gongkai("a.pdf").stderr
    shown = gongkai("a.pdf", "--traceback").stderr
    assert "Traceback (most recent call last):" in shown
    assert "\x1b" not in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_control_characters_of_a_name_are_escaped(home: Path) -> None:
    put("a\x1b[2J\n.pdf", "broken")
    put("=b\x07.pdf")
    done = gongkai(".")
    assert done.stderr == "a\\x1b[2J\\n.pdf: not a PDF\n"
    assert "\x07" not in done.stdout
    assert Path("out/=b_/cells.csv").exists()
    assert [d["document"] for d in documents()] == ["'=b\x07.pdf", "a\x1b[2J\n.pdf"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse names that are not text")
def test_a_name_that_is_not_text_is_no_obstacle(home: Path) -> None:
    Path(os.fsdecode(b"bad\xff.pdf")).write_text("ok")
    assert gongkai(".").exit_code == 0
    assert documents()[0]["document"] == "bad\\udcff.pdf"
    assert Path("out/bad_udcff/report.json").exists()


def test_show_draws_a_page_or_says_why_not(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


# --- images and the engines that read them


@pytest.fixture
def asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, str, Path | None]]:
    """What the reader is asked for: the document, the engine and its models."""
    calls: list[tuple[object, str, Path | None]] = []

    def read_all(path: object, *, engine: str, models: Path | None, **_: object) -> tuple[Report, ...]:
        calls.append((path, engine, models))
        return (report(path=str(path)),)

    read_by(monkeypatch, read_all)
    return calls


def test_scans_are_extracted_by_the_installed_command(tmp_path: Path) -> None:
    """A PDF with native and scanned pages, a TIFF of several pages, an image, and images joined, in one run."""
    scans = SAMPLES / "scans"
    inputs = [scans / "mixed.pdf", scans / "pages-g4.tif", scans / "one-page.png", scans / "page-images"]
    script = Path(sys.executable).with_name("gongkai")
    command = [script, "extract", *map(str, inputs), "--join", "--quiet", "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with (tmp_path / "out/documents.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["output"]: row for row in csv.DictReader(file)}
    assert list(found) == ["mixed", "one-page", "page-images", "pages-g4"]
    pages = [(scans / "page-images" / f"page-images-p{number}.png").read_bytes() for number in (1, 2)]
    joined = hashlib.sha256(b"".join(hashlib.sha256(page).digest() for page in pages)).hexdigest()
    assert found["page-images"]["sha256"] == joined
    assert int(found["page-images"]["pages"]) == 2
    for name in found:
        true = {(row["table"], row["row"], row["column"]): row["value"] for row in rows(scans / f"{name}.truth.csv")}
        read = rows(tmp_path / "out" / name / "cells.csv")
        assert len(read) == len(true) == 200
        wrong = [row for row in read if row["value"] != true[row["table"], row["row"], row["column"]]]
        assert len(wrong) <= 2
        assert all(row["status"] in {"suspect", "unreadable", "missing"} for row in wrong)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_joined_images_are_read_as_one_document(asked: list[tuple[object, str, Path | None]]) -> None:
    for name in ("r-p2.png", "r-p1.png", "s.tif"):
        put(name)
    assert gongkai("r-p2.png", "s.tif", "r-p1.png", "--join").exit_code == 0
    assert asked == [((Path("r-p1.png"), Path("r-p2.png")), "rapidocr", None), (Path("s.tif"), "rapidocr", None)]
    assert [(d["document"], d["output"]) for d in documents()] == [("r", "r"), ("s.tif", "s")]
    assert gongkai("r-p2.png", "s.tif", "r-p1.png").exit_code == 0
    assert [d["output"] for d in documents()] == ["r-p1", "r-p2", "s"]


def test_a_broken_page_is_named_where_images_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r-1.png").write_bytes((SAMPLES / "scans/page-images/page-images-p1.png").read_bytes())
    (tmp_path / "r-2.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"broken" * 9)
    done = gongkai("r-1.png", "r-2.png", "--join")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("r: r-2.png: not a readable image")
    assert documents()[0]["verdict"] == "unreadable"


def test_engine_and_models_come_from_options_or_environment(
    asked: list[tuple[object, str, Path | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.pdf")
    Path("mine").mkdir()
    monkeypatch.setattr("extract.ocr.engines.engine", lambda *_: None)
    gongkai("a.pdf", "--engine", "paddleocr", "--models", "mine")
    gongkai("a.pdf", "--engine", "tesseract", "--models", "mine")
    monkeypatch.setenv("GONGKAI_MODELS", "mine")
    gongkai("a.pdf")
    monkeypatch.setenv("GONGKAI_ENGINE", "tesseract")
    gongkai("a.pdf")
    assert [call[1:] for call in asked] == [
        ("paddleocr", Path("mine")),
        ("tesseract", Path("mine")),
        ("rapidocr", Path("mine")),
        ("tesseract", None),
    ], "the folder of the environment holds PP-OCR models, which Tesseract cannot use"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--engine", "tesseract"], "tesseract is not installed: install it"),
        (["--models", "empty"], "no PP-OCR recogniser in it"),
        (["--models", "nowhere"], "'nowhere' does not exist"),
        (["--engine", "guess"], "'guess' is not one of"),
    ],
)
def test_an_engine_asked_for_that_is_not_there_is_told_before_the_run(
    home: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], says: str
) -> None:
    put("a.pdf")
    Path("empty").mkdir()
    monkeypatch.setenv("PATH", "")
    done = gongkai("a.pdf", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr.splitlines()[-1]
    assert not Path("out").exists()


def test_without_its_engine_a_scan_fails_and_the_others_go_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_all(path: Path, **how: object) -> tuple[Report, ...]:
        if path.suffix == ".png":
            raise EngineError("tesseract is not installed: install it")
        return (report(path=str(path)),)

    read_by(monkeypatch, read_all)
    monkeypatch.setenv("GONGKAI_ENGINE", "tesseract")
    monkeypatch.setenv("PATH", "")
    for name in ("a.pdf", "b.png", "c.pdf"):
        put(name)
    done = gongkai(".")
    assert done.exit_code == 1
    assert done.stderr == "b.png: tesseract is not installed: install it\n"
    assert [d["verdict"] for d in documents()] == ["ok", "unreadable", "ok"]


def test_the_engines_offered_are_those_there_are() -> None:
    offered = next(option for option in command.params if option.name == "engine")
    assert tuple(offered.type.choices) == NAMES
    assert offered.default == DEFAULT


def test_models_are_prepared_and_named(home: Path) -> None:
    done = CliRunner().invoke(main, ["models", "-o", "models"])
    assert (done.exit_code, done.stderr) == (0, "")
    folders = done.stdout.splitlines()
    assert len(folders) == 2
    assert all(Path(folder, "inference.onnx").stat().st_size > 1_000_000 for folder in folders)
    Path("empty").mkdir()
    done = CliRunner().invoke(main, ["models", "empty", "-o", "other"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert not Path("other").exists()


# --- results of an earlier run


def test_a_later_run_replaces_a_result(home: Path) -> None:
    put("a.pdf", "nothing")
    assert gongkai("a.pdf").exit_code == 1
    put("a.pdf", "ok")
    assert gongkai("a.pdf").exit_code == 0
    assert ",missing," not in Path("out/a/cells.csv").read_text(encoding="utf-8-sig")
    tables = ("cells.parquet", "datapackage.json", "documents.csv", "documents.parquet", "panel.xlsx")
    assert sorted(path.name for path in Path("out").iterdir()) == [".gongkai", "a", *tables]


def test_a_document_of_several_reports_has_a_line_and_a_folder_for_each(home: Path) -> None:
    put("a.pdf", "three")
    put("b.pdf")
    done = gongkai("a.pdf", "b.pdf")
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        *(f"a.pdf (report {number} of 3, page {number})" for number in (1, 2, 3)),
        "b.pdf",
        "2 documents, 4 reports",
    ]
    assert [(d["output"], d["report"], d["first_page"]) for d in documents()] == [
        *((f"a/{number}", number, number) for number in "123"),
        ("b", "1", "1"),
    ]
    put("a.pdf")
    assert gongkai("a.pdf").exit_code == 0
    assert sorted(path.name for path in Path("out/a").iterdir()) == [
        *("cells.csv", "report.html", "report.json", "tables.xlsx")
    ]


def test_a_failure_keeps_the_older_result_and_says_so(home: Path) -> None:
    put("a.pdf", "ok")
    gongkai("a.pdf")
    put("a.pdf", "broken")
    done = gongkai("a.pdf")
    assert done.stderr == "a.pdf: not a PDF (an older result is still in a)\n"
    assert documents()[0]["output"] == ""


def test_an_unwritable_folder_fails_one_document_only(home: Path) -> None:
    put("a.pdf")
    put("b.pdf")
    put("out/a", "a file where the folder should be")
    done = gongkai("a.pdf", "b.pdf")
    assert done.exit_code == 1
    assert [d["verdict"] for d in documents()] == ["crashed", "ok"]
    assert [path.name for path in Path("out").rglob(".*")] == [".gongkai"]
    assert sorted(path.name for path in Path("out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


# --- inputs and the folders of their results


def outputs(*inputs: str) -> dict[str, str]:
    return {document.name: str(document.output) for document in plan(inputs).documents}


def test_a_directory_keeps_its_tree(home: Path) -> None:
    for name in ("in/r.pdf", "in/x/r.PDF", "in/x/y/q.Pdf", "in/x/notes.txt"):
        put(name)
    assert outputs("in") == {"in/r.pdf": "r", "in/x/r.PDF": "x/r", "in/x/y/q.Pdf": "x/y/q"}
    assert gongkai("in").exit_code == 0
    assert Path("out/x/y/q/cells.csv").exists()


def test_equal_stems_get_numbers_in_the_order_of_inputs(home: Path) -> None:
    for name in ("a/r.pdf", "b/r.pdf", "c/R.pdf", "r-2.pdf"):
        put(name)
    expected = {"a/r.pdf": "r", "b/r.pdf": "r-3", "c/R.pdf": "R-4", "r-2.pdf": "r-2"}
    assert outputs("a/r.pdf", "b/r.pdf", "c/R.pdf", "r-2.pdf") == expected
    assert outputs("a", "b", "c", "r-2.pdf") == expected
    assert outputs("b/r.pdf", "a/r.pdf") == {"b/r.pdf": "r", "a/r.pdf": "r-2"}
    assert gongkai("a/r.pdf", "b/r.pdf").exit_code == 0
    assert [d["output"] for d in documents()] == ["r", "r-2"]
    paths = [json.loads(Path("out", d["output"], "report.json").read_bytes())["path"] for d in documents()]
    assert [PurePosixPath(path).parent.name for path in paths] == ["a", "b"]


def test_no_result_lies_in_the_folder_of_another(home: Path) -> None:
    put("in/r.pdf")
    put("in/r/x.pdf")
    put("in/documents.csv.pdf")
    put("in/cells.pdf")
    found = outputs("in")
    assert found == {
        "in/cells.pdf": "cells-2",
        "in/documents.csv.pdf": "documents.csv-2",
        "in/r.pdf": "r-2",
        "in/r/x.pdf": "r/x",
    }
    assert gongkai("in").exit_code == 0
    assert gongkai("in").exit_code == 0
    assert all(Path("out", path, "cells.csv").exists() for path in found.values())


def test_patterns_are_expanded_in_order_and_files_read_once(home: Path) -> None:
    for name in ("d/b.pdf", "d/a.pdf", "d/e/c.pdf", "d/f.txt", "d/[1].pdf"):
        put(name)
    assert list(outputs("d/*.pdf")) == ["d/[1].pdf", "d/a.pdf", "d/b.pdf"]
    assert list(outputs("d/**/*.pdf")) == ["d/[1].pdf", "d/a.pdf", "d/b.pdf", "d/e/c.pdf"]
    assert list(outputs("d/[1].pdf")) == ["d/[1].pdf"]
    assert outputs("d/a.pdf", "./d/a.pdf", "d/*a.pdf", "d/e/../a.pdf") == {"d/a.pdf": "a"}
    assert list(outputs(str(home / "d" / "[ab].pdf"))) == ["d/a.pdf", "d/b.pdf"]


def test_names_cannot_climb_out_of_the_output(home: Path) -> None:
    put("in/...pdf")
    put("in/.. .pdf")
    put("in/con.pdf")
    assert set(outputs("in").values()) == {"_", "_-2", "_con"}
    assert gongkai("in/../in").exit_code == 0
    assert sorted(path.name for path in home.iterdir()) == ["in", "out"]


def test_outside_the_working_directory_names_stay_as_given(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("in/r.pdf")
    Path("work").mkdir()
    monkeypatch.chdir("work")
    assert outputs(str(home / "in")) == {(home / "in/r.pdf").as_posix(): "r"}
    assert outputs("../in") == {"../in/r.pdf": "r"}


def test_a_folder_refused_by_the_system_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("in/r.pdf")
    put("in/shut/q.pdf")
    scan: Callable[..., object] = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = plan(["in"])
    assert [document.name for document in found.documents] == ["in/r.pdf"]
    assert found.unmatched[0].cause == "cannot be searched: Permission denied"
