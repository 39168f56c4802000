"""Inputs that are no readable report: each must cost a user one clear line and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from PIL import Image

PASSWORD = "gongkai"


def make_hostile(folder: Path, *, report: Path, plain: bytes) -> None:
    """Write the hostile files, made from a finished sample and from the PDF of a report without tables."""
    folder.mkdir(exist_ok=True)
    whole = report.read_bytes()
    (folder / "empty.pdf").write_bytes(b"")
    # Half of a file has lost its cross-reference table and some pages.
    (folder / "truncated.pdf").write_bytes(whole[: len(whole) // 2])
    (folder / "no-tables.pdf").write_bytes(plain)
    picture = io.BytesIO()
    Image.new("L", (64, 64), 255).save(picture, "PNG")
    (folder / "image.pdf").write_bytes(picture.getvalue())
    # Encryption is salted at random: writing an unchanged report anew would only make noise in the history.
    locked = folder / "password.pdf"
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        if not locked.exists() or _contents(locked, PASSWORD) != _contents(report):
            pdf.save(locked, encryption=pikepdf.Encryption(owner=PASSWORD, user=PASSWORD, R=6))


def _contents(path: Path, password: str = "") -> list[bytes]:
    with pikepdf.open(path, password=password) as pdf:
        return [page.Contents.read_bytes() for page in pdf.pages]
