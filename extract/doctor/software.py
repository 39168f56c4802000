"""What is installed: packages, OCR engines and their weights, OpenCV, layouts, programs."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
from base64 import urlsafe_b64encode
from importlib import resources
from importlib.metadata import PackageNotFoundError, PackagePath, distribution, requires, version
from pathlib import Path

from extract.doctor.facts import Fact
from extract.errors import EngineError, LayoutError
from extract.ocr.engines import DEFAULT, NAMES, engine

PACKAGE = "gongkai"
OPENCV = ("opencv-python-headless", "opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")
"""Distributions that all write the folder cv2; the first is the one that gongkai asks for."""

_NAME = re.compile(r"[\w.-]+")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w-]+)[\"']")
_SHORT = 12
"""Digits of a digest that tell two files apart."""


def packages() -> Fact:
    """Python, gongkai, what it requires, and which of its extras are there."""
    needed: dict[str, str] = {}
    extras: dict[str, list[str]] = {}
    for requirement in requires(PACKAGE) or ():
        name = _NAME.match(requirement)
        extra = _EXTRA.search(requirement)
        if name and extra:
            extras.setdefault(extra[1], []).append(_version(name[0]))
        elif name:
            needed[name[0]] = _version(name[0])
    missing = [name for name, found in needed.items() if not found]
    whole = [extra for extra, found in extras.items() if all(found)]
    own = {PACKAGE: _version(PACKAGE), "python": platform.python_version(), "platform": platform.platform()}
    listed = ", ".join(f"{name} {found}" for name, found in needed.items() if found)
    return Fact(
        "software",
        {**own, "packages": needed, "extras": whole},
        faults=(f"missing: pip install {' '.join(missing)}",) if missing else (),
        told=f"gongkai {own[PACKAGE]}, Python {own['python']}, {own['platform']}\n{listed}\n"
        f"extras: {', '.join(whole) or 'none'}",
    )


def engines() -> Fact:
    """Each OCR engine with its versions and the SHA-256 of its models, or why it cannot be used."""
    values: dict[str, object] = {}
    told, faults = [], []
    for name in NAMES:
        try:
            provenance = dict(engine(name).provenance)
        except EngineError as error:
            values[name] = str(error)
            told.append(f"{name}: {error}")
            if name == DEFAULT:
                faults.append(f"no scan can be read: {error}")
        else:
            values[name] = provenance
            told.append(f"{name}: {', '.join(f'{part} {_short(text)}' for part, text in provenance.items())}")
    if damaged := _damaged():
        again = f"pip install --force-reinstall --no-deps rapidocr=={_version('rapidocr')}"
        faults.append(f"not as rapidocr's wheel brought them: {', '.join(damaged)}: {again}")
    return Fact("engines", values, tuple(faults), told="\n".join(told))


def opencv() -> Fact:
    """Which distributions wrote the folder cv2, of which one overwrites the other, and what is loaded from it."""
    found = {name: _version(name) for name in OPENCV if _version(name)}
    again = f"pip install --force-reinstall --no-deps {OPENCV[0]}"
    faults = []
    if len(found) > 1:
        faults.append(
            f"{' and '.join(found)} write the same folder: pip uninstall --yes {' '.join(found)}, then "
            f"pip install {OPENCV[0]}=={found.get(OPENCV[0]) or next(iter(found.values()))}"
        )
    try:
        import cv2

        loaded = cv2.__version__
    except ImportError as error:  # the wheels with windows want libraries that a server lacks
        loaded = ""
        faults.append(f"OpenCV cannot be loaded ({error}): {again}")
    if loaded and not any(text.startswith(loaded) for text in found.values()):
        faults.append(f"the OpenCV that is loaded, {loaded}, is not the one that is installed: {again}")
    told = ", ".join(f"{name} {text}" for name, text in found.items()) + f"; cv2 {loaded or 'cannot be loaded'}"
    return Fact("opencv", {**found, "cv2": loaded}, tuple(faults), told=told)


def layouts() -> Fact:
    """The layout files in the package by SHA-256, checked against their schemas."""
    from extract import layout
    from extract.counts import Counts
    from extract.titles import Titles

    digests = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(resources.files("extract.layouts").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    }
    faults = []
    try:
        layout.shipped()
        Titles.shipped()
        Counts.shipped()
    except (LayoutError, OSError) as error:
        faults.append(f"layouts cannot be used: {error}: install gongkai again")
    return Fact("layouts", digests, tuple(faults), told=", ".join(f"{n} {_short(d)}" for n, d in digests.items()))


def programs() -> Fact:
    """Programs that some documents need."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    said = ""
    if office:
        try:
            asked = subprocess.run([office, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - found above
            said = " ".join(asked.stdout.split()[:2]) or office
        except (OSError, subprocess.TimeoutExpired):
            said = office
    return Fact("programs", {"libreoffice": said}, told=said or "no LibreOffice: .doc, .wps and .rtf are unreadable")


def _damaged() -> list[str]:
    """Models of the installed rapidocr that are not what its wheel says it holds."""
    try:
        files = distribution("rapidocr").files or ()
    except PackageNotFoundError:
        return []
    return [file.name for file in files if file.suffix == ".onnx" and not _intact(file)]


def _intact(file: PackagePath) -> bool:
    if file.hash is None:
        return True
    try:
        with Path(str(file.locate())).open("rb") as opened:
            digest = hashlib.file_digest(opened, file.hash.mode).digest()
    except OSError:
        return False
    return urlsafe_b64encode(digest).decode().rstrip("=") == file.hash.value


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _short(text: str) -> str:
    return text[:_SHORT] if re.fullmatch("[0-9a-f]{64}", text) else text
