"""The package as it is installed: every room of the house is in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


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
