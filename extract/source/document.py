"""Opening a document: what it is, and whether it may be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from extract.errors import LimitError, UnreadableError
from extract.source.images import open_images
from extract.source.pdf import open_pdf
from extract.source.protocol import Document, Limits

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"BM", b"RIFF")
"""First bytes of PNG, JPEG, TIFF, BigTIFF, BMP and WebP files."""

_OTHERS = {
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"{\\rtf": "an RTF document",
    b"<!DOC": "an HTML page",
    b"<html": "an HTML page",
}


def open_document(
    path: str | Path | Sequence[str | Path], *, password: str | None = None, limits: Limits | None = None
) -> Document:
    """Open a PDF or an image file, or several image files as one document.

    Raises:
        UnreadableError: a file is missing, empty, truncated or neither a PDF nor an image.
        PasswordError: a PDF is encrypted and `password` does not open it.
        LimitError: it is larger than `limits`.
    """
    limits = limits or Limits()
    if not isinstance(path, str | Path):
        return _joined([Path(one) for one in path], limits)
    data = _bytes(Path(path), limits)
    if data.startswith(_IMAGES):
        return open_images([(str(path), data)], limits)
    if b"%PDF-" not in data[:1024]:
        kind = next((name for magic, name in _OTHERS.items() if data.startswith(magic)), "something else")
        raise UnreadableError(f"neither a PDF nor an image: its content is {kind}")
    return open_pdf(str(path), data, password, limits)


def _joined(paths: Sequence[Path], limits: Limits) -> Document:
    """Image files as the pages of one document."""
    files: list[tuple[str, bytes]] = []
    left = limits.file_bytes
    for path in paths:
        data = _bytes(path, limits)
        left -= len(data)
        if left < 0:
            raise LimitError(f"more than the limit of {limits.file_bytes} bytes together")
        if not data.startswith(_IMAGES):
            raise UnreadableError(f"{path.name} is not an image: only images can be joined")
        files.append((str(path), data))
    if not files:
        raise UnreadableError("no files to join")
    return open_images(files, limits)


def _bytes(path: Path, limits: Limits) -> bytes:
    """The file's bytes, if they are no more than we take."""
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise LimitError(f"{size} bytes, more than the limit of {limits.file_bytes}")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror or error}") from error
    if not data:
        raise UnreadableError("the file is empty")
    return data
