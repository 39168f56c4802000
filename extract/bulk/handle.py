"""A worker process as the one that supervises it holds it: pipe, log, the task in hand, and what it costs."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from extract.bulk.processes import Size, end
from extract.bulk.task import Task
from extract.bulk.worker import READY, TELL, serve
from extract.limits import Limits
from extract.model import Verdict

_START = 120.0
"""Seconds that a worker may take until it is ready."""

_LAST_WORDS = 0.05
"""Seconds that a worker gets to write where it is, or to be seen how it ended."""

_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class Handle:
    """A worker process. `since` is when it, or its task, began; `below` what programs it started hold in memory."""

    process: BaseProcess
    pipe: Connection
    log: Path
    task: Task | None = None
    ready: bool = False
    since: float = field(default_factory=time.monotonic)
    below: int = 0
    done: int = 0
    size: Size = field(init=False)

    def __post_init__(self) -> None:
        self.size = Size(self.pid)

    @classmethod
    def start(cls, work: str, log: Path, home: Path | None) -> Handle:
        """A new worker, whose arguments are those of `worker.serve`."""
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=serve, args=(theirs, work, log, home), daemon=True)
        process.start()
        theirs.close()  # or the pipe would never end
        return cls(process, ours, log)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.process.pid or 0

    @property
    def seconds(self) -> float:
        """How long it has been at its task, or at starting."""
        return time.monotonic() - self.since

    def send(self, task: Task) -> None:
        """Have a worker that is ready begin its task: its time starts here, not with the worker's own start."""
        self.since = time.monotonic()
        try:
            self.pipe.send(task)
        except OSError:
            return  # it has just died, which whoever watches is about to see

    def said(self) -> object:
        """What it has sent; None where it has sent nothing, as when it is dead."""
        try:
            said = self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            return None
        self.ready = self.ready or said == READY
        return said

    def over(self, limits: Limits, *, look_below: bool) -> tuple[Verdict, str] | None:
        """Which limit it is over, and what to say of it; programs below it are looked at only where that is asked."""
        if not self.ready:
            return (Verdict.CRASHED, "") if self.seconds > _START else None
        if self.task is None:
            return None
        if look_below:
            self.below = self.size.below()
        held = self.size.own() + self.below
        if held > limits.memory:
            return Verdict.OVER_LIMIT, f"memory: {held >> 20} MB, more than the limit of {limits.memory >> 20} MB"
        if self.seconds > limits.seconds:
            return Verdict.TIMED_OUT, f"not done after {limits.seconds:g} seconds"
        return None

    def last_words(self, verdict: Verdict) -> None:
        """Let a worker that is lost write to its log where it is, or the system say how it ended."""
        if verdict is Verdict.TIMED_OUT and TELL is not None:
            os.kill(self.pid, TELL)
            self.process.join(_LAST_WORDS)
        elif verdict is Verdict.CRASHED:
            self.process.join(_LAST_WORDS)

    def end(self) -> None:
        """End it, whatever it does, and all that it started. Its log stays."""
        end(self.pid)
        self.process.join()
        self.pipe.close()
