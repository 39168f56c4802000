"""The inside of a worker process: it takes tasks from a pipe, one at a time, until the pipe or its parent ends."""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import threading
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.bulk.task import Done, Task


@dataclass(frozen=True, slots=True)
class Call:
    """A function to call, as `module:function`, and what with; an error it raises comes back as what it gives."""

    function: str
    arguments: tuple[Any, ...]

    def __call__(self) -> object:
        """Call it in this process."""
        return resolved(self.function)(*self.arguments)


READY = "ready"
"""What a worker sends first, when all that it needs is imported."""

_GRACE = 5.0
"""Seconds over a task's limit after which a worker that nobody ended ends itself."""

TELL = getattr(signal, "SIGUSR1", None)
"""The signal that makes a worker write to its log where it is; systems without it do without."""


def serve(pipe: Connection, work: str, log: Path, home: Path | None = None) -> None:
    """Work until told to end: the main function of a worker process.

    Args:
        pipe: Tasks come in, and a `Done` goes out for each, or a `Call`, and what it returned or raised; None ends the
            worker.
        work: The function that does a task, as `module:function`.
        log: The file that takes what libraries print, and the stack of a worker that dies.
        home: Where relative paths begin, if not where the parent is.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    if hasattr(os, "setsid"):
        os.setsid()
    with log.open("wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if home is not None and home.is_dir():
        os.chdir(home)
    faulthandler.enable(2, all_threads=False)
    if TELL is not None:
        faulthandler.register(TELL, 2, all_threads=True)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    do: Callable[[Task], Done] = resolved(work)
    gc.freeze()  # what was imported stays: looking through it for garbage, again and again, cost a twentieth of all
    pipe.send(READY)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        if task is None:
            return
        if isinstance(task, Call):
            pipe.send(_returned(task))
            continue
        # Should the parent be gone and a library in C keep Python from running, no thread of Python's would notice.
        faulthandler.dump_traceback_later(task.settings.limits.seconds + _GRACE, exit=True, file=2)
        done = do(task)
        faulthandler.cancel_dump_traceback_later()
        pipe.send(done)


def resolved(work: str) -> Callable[..., Any]:
    """The function that `module:function` names."""
    module, _, name = work.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def _returned(call: Call) -> object:
    try:
        return call()
    except Exception as error:
        return error


def _end_with_parent() -> None:
    """End at once when the parent has ended, however it did: a document half read is of no use to anybody."""
    from extract.bulk.processes import end

    parent = parent_process()
    if parent is not None:
        parent.join()
        end(os.getpid())
