"""The bytes of a file: of a plain one, and no more of them than a limit allows."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from extract.errors import LimitError, UnreadableError

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""To open a pipe must not wait for whoever may write to it."""


def contents(path: Path, most: int) -> bytes:
    """The bytes of a plain file, if there are no more than `most`. What it is, is asked once it is open.

    Raises:
        UnreadableError: it cannot be opened, or is no plain file, or is empty.
        LimitError: it is larger.
    """
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _AT_ONCE)) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise UnreadableError("no file but a folder, a pipe or a device")
            if found.st_size > most:
                raise LimitError(f"{found.st_size} bytes, more than the limit of {most}")
            data = file.read(found.st_size + 1)
            if len(data) > found.st_size:  # it grew meanwhile, or is of those that do not say how long they are
                data += file.read(most + 1 - len(data))
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror or error}") from error
    except ValueError as error:
        raise UnreadableError(f"cannot be opened: {error}") from error
    if len(data) > most:
        raise LimitError(f"more bytes than the limit of {most}")
    if not data:
        raise UnreadableError("the file is empty")
    return data
