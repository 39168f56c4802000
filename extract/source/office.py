"""Old Word, WPS and RTF files, which LibreOffice turns into PDFs where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from extract.errors import PasswordError, UnreadableError

COMPOUND = b"\xd0\xcf\x11\xe0"
"""First bytes of old office files (.doc, .wps), and of encrypted new ones."""

RTF = b"{\\rtf"

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_WORDS = ("WordDocument".encode("utf-16-le"), "CONTENTS".encode("utf-16-le"))
"""Names of the part that holds the text, in Word and WPS Writer, and in Works; other programs have none of these."""

_TIMEOUT = 120
"""Seconds that LibreOffice may take."""

_NOWHERE = ("127.0.0.1", 9)
"""A proxy that is not there: the discard port, where nothing answers."""

_SETTINGS = (
    # A document may link to pictures and to other documents. This keeps them out, but asks their server about them.
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    # So that no server is asked either, a proxy for every host (2: the one that is given here).
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetNoProxy", ""),
    *(
        ("Inet/Settings", f"ooInet{kind}Proxy{what}", str(value))
        for kind in ("HTTP", "HTTPS", "FTP")
        for what, value in zip(("Name", "Port"), _NOWHERE, strict=True)
    ),
)
"""Settings of LibreOffice that its profile begins with: their group, name and value."""


def converted(path: str, data: bytes) -> bytes:
    """The PDF that LibreOffice makes of an old office file.

    It runs on a copy, with a profile of its own, without macros, fetches nothing that the file links to, and is ended
    after two minutes.

    Raises:
        UnreadableError: LibreOffice is not there, or cannot open the file or not in time.
        PasswordError: the file is encrypted.
    """
    if data.startswith(COMPOUND) and _ENCRYPTED in data:
        raise PasswordError("an encrypted Word document: save it without a password, or as a PDF")
    if data.startswith(COMPOUND) and not any(name in data for name in _WORDS):
        raise UnreadableError("an old office document, but no Word or WPS document")  # LibreOffice opens anything
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableError(
            "an old Word, WPS or RTF file: convert it to PDF, or install LibreOffice, which does so here"
        )
    suffix = ".rtf" if data.startswith(RTF) else Path(path).suffix.lower() if _known(path) else ".doc"
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        source = Path(folder) / f"document{suffix}"
        source.write_bytes(data)
        profile = Path(folder) / "profile"
        _write_settings(profile)
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        _run(command)
        try:
            return source.with_suffix(".pdf").read_bytes()
        except OSError as error:
            raise UnreadableError(
                "an old office document that LibreOffice cannot convert: convert it to PDF yourself"
            ) from error


def _known(path: str) -> bool:
    return Path(path).suffix.lower() in {".doc", ".wps", ".dot", ".wpt"}


def _write_settings(profile: Path) -> None:
    """Begin a profile."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{group}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for group, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n{items}</oor:items>\n',
        encoding="utf-8",
    )


def _run(command: list[str]) -> None:
    """Run a program that starts others, and end all of them when it takes too long."""
    with subprocess.Popen(  # noqa: S603 - the file's name is ours
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise UnreadableError(f"LibreOffice did not convert it within {_TIMEOUT} seconds") from error
        finally:
            if process.poll() is None:
                _end(process.pid)


def _end(group: int) -> None:
    if hasattr(os, "killpg"):
        os.killpg(group, signal.SIGKILL)
    else:
        os.kill(group, signal.SIGTERM)
