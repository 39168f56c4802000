"""The self-test: a page of known figures, read from its text layer and from its picture, in a process of its own."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from extract.doctor.facts import Fact

SECONDS = 180.0
"""After which the self-test hangs."""
DPI = 150
MODULES = ("camelot", "cv2", "lxml", "onnxruntime", "opencc", "pandas", "pdfplumber", "pyarrow", "scipy", "xlsxwriter")
"""What is loaded late, and then must load."""


def trial() -> Fact:
    """Run the self-test. A library that ends its process ends none but that."""
    try:
        done = subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, "-m", __name__], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Fact("self-test", {}, (f"the self-test did not end within {SECONDS:g} seconds",), told="hangs")
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [""])[-1]
        ended = f"was killed by signal {-done.returncode}" if done.returncode < 0 else "failed"
        return Fact("self-test", {"exit": done.returncode}, (f"the self-test {ended}: {said}",), told=ended)
    values = json.loads(done.stdout.splitlines()[-1])
    return Fact("self-test", values, tuple(_faults(values)), told="\n".join(_told(values)))


def _faults(values: Mapping[str, Any]) -> list[str]:
    faults = [f"{name} cannot be loaded: {why}" for name, why in values["modules"].items()]
    for kind in ("text", "image"):
        one = values[kind]
        if one["error"]:
            faults.append(f"the self-test's page is not read from its {kind}: {one['error']}")
        elif one["wrong"] or one["flagged"]:
            faults.append(f"of the self-test's page {one['wrong']} cells are read wrongly from its {kind}: {_REPORT}")
    return faults


_REPORT = "please report it, with all of this"


def _told(values: Mapping[str, Any]) -> list[str]:
    told = []
    for kind in ("text", "image"):
        one = values[kind]
        right = one["cells"] - one["wrong"]
        cells = f"{right} of {one['cells']} cells right, {one['flagged']} flagged"
        told.append(f"{kind}: {one['error'] or cells}, {one['seconds']:.1f} s of CPU")
    return told


def _main() -> None:
    """Read the page both ways, and print what came of it."""
    failing = {}
    for name in MODULES:
        try:
            import_module(name)
        except Exception as error:
            failing[name] = " ".join(str(error).split()) or type(error).__name__
    folder = resources.files("extract.doctor")
    rows = csv.DictReader((folder / "page.truth.csv").read_text(encoding="utf-8").splitlines())
    truth = {(row["table"], row["row"], row["column"]): row["value"] for row in rows}
    with resources.as_file(folder / "page.pdf") as page, tempfile.TemporaryDirectory(prefix="gongkai-") as scratch:
        picture = Path(scratch) / "page.png"
        read = {"text": _read(page, truth), "image": _read(_drawn(page, picture), truth)}
    print(json.dumps({"modules": failing, **read}))  # noqa: T201 - to the process that asked


def _drawn(page: Path, picture: Path) -> Path:
    """The page as a scanner sees it."""
    import pypdfium2

    with pypdfium2.PdfDocument(page) as pdf:
        pdf[0].render(scale=DPI / 72, grayscale=True).to_pil().save(picture, dpi=(DPI, DPI))
    return picture


def _read(path: Path, truth: Mapping[tuple[str, str, str], str]) -> dict[str, Any]:
    from extract.errors import GongkaiError
    from extract.pipeline import read

    began = time.process_time()
    told = {"cells": len(truth), "wrong": len(truth), "flagged": 0, "error": ""}
    try:
        cells = read(path).cells
    except GongkaiError as error:
        told["error"] = str(error)
    else:
        values = {tuple(cell.id): "" if cell.value is None else str(cell.value) for cell in cells}
        told["wrong"] = sum(values.get(key) != value for key, value in truth.items())
        told["flagged"] = sum(cell.flagged for cell in cells)
    return {**told, "seconds": round(time.process_time() - began, 2)}


if __name__ == "__main__":
    _main()
