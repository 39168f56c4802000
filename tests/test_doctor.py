"""`gongkai doctor`: what it says of a sound installation, and of unsound ones."""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from extract.cli import main
from extract.doctor import lines, machine, software, trial
from extract.doctor.facts import Examination, Fact
from extract.ocr.engines import NAMES


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """What the command says of this very installation, for programs."""
    done = CliRunner().invoke(main, ["doctor", "--format", "json"])
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == int(bool(told["faults"]))
    return told


def test_the_page_is_read_from_its_text_and_from_its_picture(record: dict[str, Any]) -> None:
    for kind in ("text", "image"):
        read = record["self-test"][kind]
        assert (read["cells"], read["wrong"], read["flagged"], read["error"]) == (200, 0, 0, "")
    assert record["self-test"]["modules"] == {}
    assert record["faults"] == []


def test_engines_and_layouts_are_told_with_their_digests(record: dict[str, Any]) -> None:
    assert set(record["engines"]) == set(NAMES)
    assert any(len(text) == 64 for text in record["engines"]["rapidocr"].values())
    assert all(len(digest) == 64 for digest in record["layouts"].values())


def test_it_is_one_screen() -> None:
    done = CliRunner().invoke(main, ["doctor", "--no-selftest"])
    told = done.stdout.splitlines()
    assert len(told) <= 40
    assert max(map(len, told)) <= 100 + 60  # a single word may be longer than a line
    assert "self-test" not in done.stdout


def test_faults_come_last_and_decide_the_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Examination((Fact("opencv", {}, ("two of them: remove one",), ("by the way",), told="x"),))
    assert list(lines(broken)) == [
        "opencv     x",
        "note       by the way",
        "FAULT      two of them: remove one",
        "1 to mend",
    ]
    monkeypatch.setattr("extract.doctor.examine", lambda **_: broken)
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 1


def test_two_wheels_that_write_the_same_folder_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"opencv-python-headless": "4.13.0.90", "opencv-python": "4.12.0.88"}
    monkeypatch.setattr(software, "_version", lambda name: installed.get(name, ""))
    fault = software.opencv().faults[0]
    assert "pip uninstall --yes opencv-python-headless opencv-python" in fault
    assert "pip install opencv-python-headless==4.13.0.90" in fault


def test_a_package_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["numpy>=2.0", "no-such-package>=1", 'ray>=2; extra == "ray"']
    monkeypatch.setattr(software, "requires", lambda _: asked)
    assert software.packages().faults == ("missing: pip install no-such-package",)


def test_damaged_weights_are_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Installed(SimpleNamespace):
        def locate(self) -> Path:
            return tmp_path / self.name

    (tmp_path / "rec.onnx").write_bytes(b"truncated")
    recorded = SimpleNamespace(mode="sha256", value="x" * 43)
    file = Installed(name="rec.onnx", suffix=".onnx", hash=recorded)
    monkeypatch.setattr(software, "distribution", lambda _: SimpleNamespace(files=[file]))
    assert "not as rapidocr's wheel brought them: rec.onnx" in software.engines().faults[-1]


def test_no_rapidocr_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> Any:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(software, "distribution", gone)
    assert software._damaged() == []


def test_a_container_may_have_less_than_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1610612736\n")
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    monkeypatch.setattr(machine, "CGROUPS", tmp_path)
    values = machine.memory().values
    assert (values["total"], values["cpus"], values["jobs"]) == (1610612736, 0.5, 1)


@pytest.mark.parametrize("code, said", [(-4, "was killed by signal 4: "), (1, "failed: no such thing")])
def test_a_library_that_ends_the_process_is_told_of(monkeypatch: pytest.MonkeyPatch, code: int, said: str) -> None:
    done = subprocess.CompletedProcess([], code, "", "no such thing\n" if code > 0 else "")
    monkeypatch.setattr(trial.subprocess, "run", lambda *_, **__: done)
    assert trial.trial().faults == (f"the self-test {said}",)


def test_a_wrong_cell_is_a_fault() -> None:
    read = {"cells": 200, "wrong": 0, "flagged": 0, "error": "", "seconds": 1.0}
    values = {"modules": {"camelot": "no"}, "text": {**read, "wrong": 2}, "image": {**read, "error": "no engine"}}
    loads, wrong, unread = trial._faults(values)
    assert loads == "camelot cannot be loaded: no"
    assert wrong.startswith("of the self-test's page 2 cells are read wrongly from its text")
    assert unread == "the self-test's page is not read from its image: no engine"


def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_PASSWORD", "a-secret")
    fact = machine.surroundings()
    assert "a-secret" not in f"{fact}"
    assert fact.values["password"] is True
