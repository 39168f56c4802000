"""What results depend on besides the document: options, limits, software. As short texts that are equal or not."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from extract import urls
from extract.bulk.task import Settings
from extract.inputs import Document

_PACKAGES = (
    *("gongkai", "camelot-py", "lxml", "numpy", "onnxruntime", "opencc", "opencv-python-headless", "pdfplumber"),
    *("pypdfium2", "rapidfuzz", "rapidocr", "scipy", "tinyhtml5", "paddleocr"),
)
"""Those whose work may change a number or a status."""


def options_of(how: Settings) -> str:
    """A digest of how documents are read. A password is not in it: what it opened does not depend on it."""
    models = _tree(how.models) if how.models else ""
    asked = {"engine": how.engine, "models": models, "extras": how.extras_of(paged=True)}
    return _digest({**asked, "min_confidence": how.min_confidence})


def corrections_of(how: Settings, content: str) -> str:
    """A digest of what people set right in the document of that content; empty where they did not."""
    if how.corrections is None or not content:
        return ""
    from extract.corrections import name_of  # late: it loads pydantic

    return _file(how.corrections / name_of(content), how.limits.file_bytes).hex()


def limits_of(how: Settings) -> str:
    """A digest of the limits."""
    return _digest(asdict(how.limits))


@cache
def software() -> str:
    """A digest of the versions of gongkai, of the libraries it reads with, of the layouts and what else is data."""
    ours = resources.files("extract")  # to name the rooms themselves would load them
    data = {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()
        for folder in (resources.files("extract.layouts"), ours / "check", ours / "export")
        for one in folder.iterdir()
        if one.name.endswith(".yaml")
    }
    return _digest({"packages": {name: _version(name) for name in _PACKAGES}, "data": data})


def content_of(document: Document, most: int) -> str:
    """The digest of a document's bytes, as `Report.sha256`.

    Empty where a file is none, cannot be read, or is larger than `most` bytes: to hash a terabyte takes an hour. Of one
    behind an address, which is read by a worker alone, what its server knows of it.
    """
    if document.url:
        return urls.state(document.url)
    digests = [_file(path, most) for path in document.paths]
    if not all(digests):
        return ""
    return digests[0].hex() if len(digests) == 1 else hashlib.sha256(b"".join(digests)).hexdigest()


def _file(path: Path, most: int) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > most:
            return b""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


def _tree(folder: Path) -> str:
    """A digest of all files of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else [folder]
    return _digest({path.name: _file(path, sys.maxsize).hex() for path in files})


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
