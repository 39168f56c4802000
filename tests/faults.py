"""Work for supervised workers that goes wrong as its files ask, in place of `extract.bulk.work:work`.

A file's first word says what happens to whoever reads it. Where the last is `once`, it happens the first time only: a
mark is left beside the file.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reports import report

from extract import pipeline
from extract.bulk import work as real
from extract.bulk.task import Done, Task
from extract.model import Report


def work(task: Task) -> Done:
    """Do the task as it is really done, with reports that are made up, unless its file asks for a fault."""
    path = task.documents[0].path
    words = path.read_text(encoding="utf-8").split() if path.is_file() else []
    mark = path.with_suffix(".mark")
    with path.with_suffix(".read").open("a") as log:
        log.write("read\n")
    if not (words[-1:] == ["once"] and mark.exists()):
        mark.touch()
        fault(words[0] if words else "")
    pipeline.reading = reading
    return real.work(task)


def fault(word: str) -> None:
    """What a file's first word asks for."""
    match word:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "segv":
            ctypes.string_at(0)
        case "hang":  # in native code that keeps the interpreter's lock, as a library in C may
            ctypes.PyDLL(None).sleep(600)
        case "hog":
            held = []
            while True:
                held.append(bytearray(os.urandom(2**20) * 16))
        case "child-hog":
            hog = "x = bytearray(b'x') * 2**29; import time; time.sleep(600)"
            subprocess.run([sys.executable, "-c", hog], check=True)
        case "sleep":
            time.sleep(600)
        case "wait":  # for a file beside the folder of inputs, however long that takes
            while not Path("go").exists():
                time.sleep(0.05)
        case "slow":
            time.sleep(1.0)


@contextmanager
def reading(path: Path, **_: Any) -> Iterator[tuple[tuple[Report, ...], None]]:
    """A made-up report in place of what a file holds."""
    if "library" in path.read_text(encoding="utf-8"):
        raise ZeroDivisionError("inside a library")
    yield (report(path=str(path)),), None


def full() -> None:
    """What a function raises that finds the disk full."""
    raise OSError(errno.ENOSPC, "No space left on device")


def pid_unless_below(parent: int) -> int:
    """This process, if it is that one; any other is killed."""
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return parent
