"""The package as it is installed: every room of the house is in it, and it works where there is no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import extract

ROOT = Path(__file__).parents[1]
PAPERS = (
    *("README.md", "README.zh-CN.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "SECURITY.md"),
    *("constraints.txt", "constraints-paddleocr.txt"),
)
SOURCES = ("extract", "layouts", "tests", "pyproject.toml", "MANIFEST.in", *PAPERS)


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "extract").rglob("__init__.py")}
    assert sorted(listed) == sorted({*found, "extract.layouts"})


def test_data_files_are_installed() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    for path in (ROOT / "extract").rglob("*"):
        if not path.is_file() or path.suffix in {".py", ".pyc"} or "layouts" in path.parts:
            continue
        room = ".".join(path.parent.relative_to(ROOT).parts)
        assert any(path.match(pattern) for pattern in data.get(room, [])), path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it, out of a copy without leftovers of other builds."""
    pytest.importorskip("build")
    checkout, made = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, checkout / name, ignore=unwanted, symlinks=True)
        else:
            shutil.copy(path, checkout)
    (checkout / "extract" / "layouts").unlink(missing_ok=True)  # a link that some keep in their checkout
    # Isolated where what is installed cannot build it: pip then fetches what can.
    here = ["--no-isolation"] if int(version("setuptools").partition(".")[0]) >= 77 else []
    command = [sys.executable, "-m", "build", *here, "--outdir", str(made), str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = made.glob("*.tar.gz"), made.glob("*.whl")
    return sdist, wheel


def wanted() -> set[str]:
    """Files that must be in an installation, by their paths in it."""
    code = [path for path in (ROOT / "extract").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    ours = {path.relative_to(ROOT).as_posix() for path in code if "layouts" not in path.parts}
    return ours | {f"extract/layouts/{path.name}" for path in (ROOT / "layouts").glob("*.*")}


def test_the_wheel_holds_all_code_layouts_and_data_and_nothing_else(built: tuple[Path, Path]) -> None:
    assert built[1].name.startswith(f"gongkai-{extract.__version__}-")
    with zipfile.ZipFile(built[1]) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == wanted()
    assert {"extract/py.typed", "extract/layouts/disclosure-2021.yaml", "extract/doctor/page.pdf"} <= held


def test_the_sdist_holds_what_the_wheel_is_made_of(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    assert {name.replace("extract/layouts/", "layouts/") for name in wanted()} <= held
    assert {"pyproject.toml", *PAPERS} <= held
    assert not [name for name in held if name.startswith("tests/")]  # half of them, and nothing that they need


def test_the_wheel_extracts_a_sample_where_there_is_no_checkout(built: tuple[Path, Path], tmp_path: Path) -> None:
    place = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(place), str(built[1])]
    subprocess.run(install, check=True, capture_output=True)
    shutil.copy(ROOT / "samples" / "city.pdf", tmp_path)
    alone = {**os.environ, "PYTHONPATH": str(place)}

    def run(*arguments: str) -> str:
        command = [str(place / "bin" / "gongkai"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, check=True).stdout

    where = [sys.executable, "-c", "import extract; print(extract.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=alone, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(place)
    assert "city.pdf: ok; edition 2021; 200 cells: 190 verified, 10 read" in run("extract", "city.pdf", "-o", "out")
    assert len((tmp_path / "out" / "city" / "cells.csv").read_text("utf-8-sig").splitlines()) == 201
    assert (tmp_path / "out" / "city" / "report.html").is_file()


def test_hooks_are_the_checks_of_ci() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == ["make check", "make test"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\ntest: check\n" in makefile
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_citation_names_the_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (cited["version"], cited["license"]) == (extract.__version__, project["license"])
