"""The command line with images, and with the engines and models that read them."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from reports import report
from wordy import SAMPLES, documents, gongkai, put, read_by

from extract.cli import main
from extract.cli.extract import extract as command
from extract.errors import EngineError
from extract.model import Report
from extract.ocr.engines import DEFAULT, NAMES


@pytest.fixture
def asked(wordy: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, str, Path | None]]:
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
    wordy: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], says: str
) -> None:
    put("a.pdf")
    Path("empty").mkdir()
    monkeypatch.setenv("PATH", "")
    done = gongkai("a.pdf", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr.splitlines()[-1]
    assert not Path("out").exists()


def test_without_its_engine_a_scan_fails_and_the_others_go_on(wordy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_models_are_prepared_and_named(wordy: Path) -> None:
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
