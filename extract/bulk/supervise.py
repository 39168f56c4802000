"""Supervised workers: killed and replaced when they die, hang or grow too large, while the others go on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from extract.bulk.events import Event, Finished, Lost, Started, called
from extract.bulk.handle import Handle
from extract.bulk.processes import ending, tail
from extract.bulk.task import Done, Task
from extract.bulk.worker import READY, Call
from extract.limits import Limits
from extract.model import Verdict

RECYCLE = 500
"""Documents after which a worker is replaced: libraries in C leak."""

_POLL = 0.05
"""Seconds between two looks at the memory of all workers, the clock, and whether to stop."""

_POLL_BELOW = 1.0
"""Seconds between two looks at what programs that workers started hold in memory."""


class WorkerError(Exception):
    """Workers cannot be started at all; the message has the end of their log."""


class Workers:
    """Processes that work on one task each at a time, watched from this one. `close` ends them.

    No document's fault reaches this process: it loads none of the libraries that read.
    """

    def __init__(
        self,
        work: str,
        jobs: int,
        folder: Path,
        limits: Limits,
        *,
        recycle: int = RECYCLE,
        home: Path | None = None,
        ahead: int = 0,
    ) -> None:
        """Start nothing yet.

        Args:
            work: The function that does a task, as `module:function`.
            jobs: How many tasks are worked on at a time.
            folder: Where the logs of workers go while they live.
            limits: Seconds and memory of a task.
            recycle: Tasks after which a worker is replaced.
            home: Where relative paths begin; by default where this process is.
            ahead: Tasks that are sure to come: workers for them are started before the first is found.
        """
        self._work = work
        self._jobs = jobs
        self._folder = folder
        self._limits = limits
        self._recycle = recycle
        self._home = home
        self._ahead = min(ahead, jobs)
        self._workers: list[Handle] = []
        self._suspects: deque[Task] = deque()
        self._events: list[Event] = []
        self._started = self._stillborn = 0
        self._looked = self._looked_below = 0.0

    def run(self, tasks: Iterator[Task | None], stopped: Callable[[], bool]) -> Iterator[Sequence[Event]]:
        """Do all tasks, yielding what has happened since it last did, often nothing.

        Those that cost a worker come again, alone, when all others are done.

        It ends early once `stopped` says so.

        Args:
            tasks: What there is to do; None where finding the next takes a while, so that workers are looked after.
            stopped: Whether to end.

        Raises:
            WorkerError: workers do not even start.
        """
        waiting, more = None, True
        for _ in range(self._ahead):
            self._start()
        while not stopped():
            if waiting is None and more:
                try:
                    waiting = next(tasks)
                except StopIteration:
                    more = False
            if waiting is not None and (worker := self._free()):
                self._give(worker, waiting)
                waiting = None
            # A worker has its next task before what it did is put in place.
            yield self._told()
            if waiting is None and not more and not self._busy():
                if not self._suspects:
                    break
                self._give_alone(self._suspects[0])
            self._watch(0.0 if more and waiting is None else _POLL)

    def call(self, calls: Sequence[Call], stopped: Callable[[], bool]) -> list[object]:
        """Call functions in workers that are there and have no task, side by side; without such a worker, here.

        Nothing limits what they cost. One that a worker dies of is called here: it was not the document's fault.

        Args:
            calls: The functions.
            stopped: Whether to end; less than all is returned then.

        Returns:
            What they returned, in any order.
        """
        waiting = list(calls)
        returned: list[object] = []
        busy: dict[Any, tuple[Handle, Call]] = {}
        idle = [worker for worker in self._workers if worker.ready and worker.task is None]
        while (waiting or busy) and not stopped():
            while waiting and idle:
                worker = idle.pop()
                busy[worker.pipe] = worker, waiting[0]
                worker.pipe.send(waiting.pop(0))
            if not busy:
                return returned + called(waiting, stopped)
            for pipe in wait(list(busy), _POLL):
                worker, call = busy.pop(pipe)
                try:
                    said = worker.pipe.recv()
                except (EOFError, OSError):
                    self._drop(worker)
                    said = call()
                else:
                    idle.append(worker)
                if isinstance(said, Exception):
                    raise said
                returned.append(said)
        return returned

    def attempt(self, task: Task, stopped: Callable[[], bool]) -> Finished | Lost | None:
        """Do one task, once; None when it was stopped. The worker waits for the next."""
        self._give(self._free() or self._start(), task)
        while not stopped():
            for event in self._told():
                if not isinstance(event, Started):
                    self._suspects.clear()
                    return event
            self._watch(_POLL)
        self.close()
        return None

    def close(self) -> None:
        """End all workers, whatever they do."""
        for worker in list(self._workers):
            self._drop(worker)

    def _told(self) -> Sequence[Event]:
        told, self._events = self._events, []
        return told

    def _busy(self) -> bool:
        return any(worker.task is not None for worker in self._workers)

    def _free(self) -> Handle | None:
        """A worker without a task: one that is ready, or else a new one where there may be more."""
        idle = [worker for worker in self._workers if worker.task is None]
        if not idle and len(self._workers) < self._jobs:
            idle = [self._start()]
        return max(idle, key=lambda worker: worker.ready, default=None)

    def _start(self) -> Handle:
        self._started += 1
        worker = Handle.start(self._work, self._folder / f"worker-{self._started}.log", self._home)
        self._workers.append(worker)
        return worker

    def _give(self, worker: Handle, task: Task) -> None:
        worker.task = task
        if worker.ready:
            self._begin(worker, task)

    def _begin(self, worker: Handle, task: Task) -> None:
        self._events.append(Started(task))
        worker.send(task)

    def _give_alone(self, task: Task) -> None:
        """Give a task to a fresh worker while there is no other."""
        self.close()
        self._give(self._start(), task)

    def _watch(self, seconds: float) -> None:
        """Wait for news for so long at most, and look after every worker."""
        ours: dict[Any, Handle] = {}
        for worker in self._workers:
            ours |= {worker.pipe: worker, worker.process.sentinel: worker}
        news = {id(ours[one]): ours[one] for one in wait(list(ours), seconds)}
        for worker in news.values():
            self._hear(worker)
        if time.monotonic() - self._looked < _POLL:
            return
        self._looked = time.monotonic()
        look_below = time.monotonic() - self._looked_below >= _POLL_BELOW
        if look_below:
            self._looked_below = time.monotonic()
        for worker in list(self._workers):
            if over := worker.over(self._limits, look_below=look_below):
                self._lose(worker, *over)

    def _hear(self, worker: Handle) -> None:
        said = worker.said()
        if said == READY:
            self._stillborn = 0
            if worker.task is not None:
                self._begin(worker, worker.task)
        elif isinstance(said, Done):
            self._finish(worker, said)
        elif not worker.process.is_alive() or said is None:
            self._lose(worker, Verdict.CRASHED, "")

    def _finish(self, worker: Handle, done: Done) -> None:
        task, worker.task = worker.task, None
        worker.done += 1
        if task is None:  # nobody asked: it cannot be trusted
            self._drop(worker)
            return
        if self._suspects and self._suspects[0] is task:
            self._suspects.popleft()
        self._events.append(Finished(task, done, worker.seconds))
        if worker.done >= self._recycle or 2 * worker.size.own() > self._limits.memory:
            self._drop(worker)

    def _lose(self, worker: Handle, verdict: Verdict, cause: str) -> None:
        """A worker that died, or must: its task comes again, or is given up if it was alone already."""
        seconds = worker.seconds
        worker.last_words(verdict)
        self._drop(worker, keep_log=True)
        log = tail(worker.log)
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= 3:
                raise WorkerError(f"worker processes do not start: {' '.join(log.split())[-500:]}")
            if worker.task is not None:  # not its fault: it never began
                self._give(self._start(), worker.task)
            return
        if worker.task is None:
            return
        again = not (self._suspects and self._suspects[0] is worker.task)
        cause = cause or f"the worker process {ending(worker.process.exitcode)}"
        if again:
            self._suspects.append(worker.task)
        else:
            self._suspects.popleft()
            cause += ", twice"
        self._events.append(Lost(worker.task, verdict, cause, seconds, log, again=again))

    def _drop(self, worker: Handle, *, keep_log: bool = False) -> None:
        self._workers.remove(worker)
        worker.end()
        if not keep_log:
            worker.log.unlink(missing_ok=True)
