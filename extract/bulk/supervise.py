"""Supervised workers: killed and replaced when they die, hang or grow too large, while the others go on."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from extract.bulk.events import Event, Finished, Lost, Started, called
from extract.bulk.processes import Size, end, ending, tail
from extract.bulk.task import Done, Task
from extract.bulk.worker import READY, TELL, Call, serve
from extract.limits import Limits
from extract.model import Verdict

RECYCLE = 500
"""Documents after which a worker is replaced: libraries in C leak."""

_POLL = 0.05
"""Seconds between two looks at the memory of all workers, the clock, and whether to stop."""

_POLL_BELOW = 1.0
"""Seconds between two looks at what programs that workers started hold in memory."""

_START = 120.0
"""Seconds that a worker may take until it is ready."""


class WorkerError(Exception):
    """Workers cannot be started at all; the message has the end of their log."""


@dataclass(slots=True)
class _Worker:
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

    @property
    def pid(self) -> int:
        return self.process.pid or 0


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
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
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
        busy: dict[Any, tuple[_Worker, Call]] = {}
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

    def _free(self) -> _Worker | None:
        """A worker without a task: one that is ready, or else a new one where there may be more."""
        idle = [worker for worker in self._workers if worker.task is None]
        if not idle and len(self._workers) < self._jobs:
            idle = [self._start()]
        return max(idle, key=lambda worker: worker.ready, default=None)

    def _start(self) -> _Worker:
        self._started += 1
        log = self._folder / f"worker-{self._started}.log"
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._work, log, self._home), daemon=True)
        process.start()
        theirs.close()  # or the pipe would never end
        worker = _Worker(process, ours, log)
        self._workers.append(worker)
        return worker

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task = task
        if worker.ready:
            self._begin(worker, task)

    def _begin(self, worker: _Worker, task: Task) -> None:
        """Send a task to a worker that is ready: its time starts here, not with the worker's own start."""
        worker.since = time.monotonic()
        self._events.append(Started(task))
        try:
            worker.pipe.send(task)
        except OSError:
            return  # it has just died, which `_watch` is about to see

    def _give_alone(self, task: Task) -> None:
        """Give a task to a fresh worker while there is no other."""
        self.close()
        self._give(self._start(), task)

    def _watch(self, seconds: float) -> None:
        """Wait for news for so long at most, and look after every worker."""
        ours: dict[Any, _Worker] = {}
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
            self._check(worker, look_below=look_below)

    def _hear(self, worker: _Worker) -> None:
        try:
            said = worker.pipe.recv() if worker.pipe.poll() else None
        except (EOFError, OSError):
            said = None
        if said == READY:
            worker.ready, self._stillborn = True, 0
            if worker.task is not None:
                self._begin(worker, worker.task)
        elif isinstance(said, Done):
            self._finish(worker, said)
        elif not worker.process.is_alive() or said is None:
            self._lose(worker, Verdict.CRASHED, "")

    def _finish(self, worker: _Worker, done: Done) -> None:
        task, worker.task = worker.task, None
        worker.done += 1
        if task is None:  # nobody asked: it cannot be trusted
            self._drop(worker)
            return
        if self._suspects and self._suspects[0] is task:
            self._suspects.popleft()
        self._events.append(Finished(task, done, time.monotonic() - worker.since))
        if worker.done >= self._recycle or 2 * worker.size.own() > self._limits.memory:
            self._drop(worker)

    def _check(self, worker: _Worker, *, look_below: bool) -> None:
        """Kill a worker that is over a limit."""
        if not worker.ready:
            if time.monotonic() - worker.since > _START:
                self._lose(worker, Verdict.CRASHED, "")
            return
        if worker.task is None:
            return
        if look_below:
            worker.below = worker.size.below()
        held = worker.size.own() + worker.below
        if held > self._limits.memory:
            cause = f"memory: {held >> 20} MB, more than the limit of {self._limits.memory >> 20} MB"
            self._lose(worker, Verdict.OVER_LIMIT, cause)
        elif time.monotonic() - worker.since > self._limits.seconds:
            self._lose(worker, Verdict.TIMED_OUT, f"not done after {self._limits.seconds:g} seconds")

    def _lose(self, worker: _Worker, verdict: Verdict, cause: str) -> None:
        """A worker that died, or must: its task comes again, or is given up if it was alone already."""
        seconds = time.monotonic() - worker.since
        if verdict is Verdict.TIMED_OUT and TELL is not None:
            os.kill(worker.pid, TELL)
            worker.process.join(_POLL)
        elif verdict is Verdict.CRASHED:
            worker.process.join(_POLL)  # so that it is seen how it ended
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

    def _drop(self, worker: _Worker, *, keep_log: bool = False) -> None:
        self._workers.remove(worker)
        end(worker.pid)
        worker.process.join()
        worker.pipe.close()
        if not keep_log:
            worker.log.unlink(missing_ok=True)
