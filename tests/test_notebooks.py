"""The notebooks run as they are, from their own folder, and what they show is stored in them, small."""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import extract
from extract.errors import PlotError

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
BOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 300_000


def shown(book: Any) -> list[list[str]]:
    """What each code cell shows: kinds of outputs."""
    return [
        sorted({kind for output in cell.outputs for kind in (output.get("data") or {output.get("name", ""): 0})})
        for cell in book.cells
        if cell.cell_type == "code"
    ]


def told(book: Any) -> str:
    """All text that cells print or show."""
    return "\n".join(
        str(output.get("text") or output.get("data", {}).get("text/plain", ""))
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )


def test_there_are_four() -> None:
    assert [path.stem[:2] for path in BOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_outputs_are_stored_small_and_say_nothing_of_the_machine(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    assert path.stat().st_size < LARGEST
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert all(cell.execution_count for cell in book.cells if cell.cell_type == "code")
    assert any("image/png" in kinds for kinds in shown(book))
    assert not re.search(r"(?<!\.)/(tmp|root|home|usr|opt|work)/|\b[0-9a-f]{12,}\b|Traceback", told(book))
    for cell in book.cells:
        for link in re.findall(r"\]\((\.\.?/[^)#]+)", cell.source):
            assert (FOLDER / link).exists(), link


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
@pytest.mark.skipif(find_spec("nbclient") is None, reason="there is no nbclient (pip install nbclient)")
@pytest.mark.skipif(find_spec("matplotlib") is None, reason="there is no Matplotlib (pip install matplotlib)")
def test_a_notebook_runs_and_shows_what_is_stored(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    from extract.plot import font

    try:
        font([extract.read(FOLDER.parent / "samples" / "seed-000.pdf").agency], 9)
    except PlotError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(FOLDER.parent), os.environ.get("PYTHONPATH")))))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    stored = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(fresh, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}})
    client.execute()  # raises where a cell does
    assert shown(fresh) == shown(stored)
    if path.stem.startswith("03"):
        replayed = told(fresh).rsplit("edits replayed", 1)[1]
        assert "verified" in replayed
        assert "suspect" not in replayed
