"""Tasks done on the machines of a cluster: what is lost with a machine is done again elsewhere."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from extract.bulk import versions
from extract.bulk.events import Event, Lost, Started, called
from extract.bulk.node import Answer, Fault
from extract.bulk.supervise import WorkerError
from extract.bulk.task import Task
from extract.bulk.worker import Call
from extract.export import atomic
from extract.model import Verdict

_POLL = 0.2
"""Seconds between two looks at whether to stop."""

_LOSSES = 4
"""Times that a task is lost with its machine before it is given up: perhaps it was the task that cost it."""

_STILLBORN = 3
"""Workers in a row that end before they are ready, after which the run ends."""

_PATIENCE = 600.0
"""Seconds after which a run ends that has tasks and no worker: so long may a cluster take to start a machine."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker can be given a task; `node` says where it is."""

    worker: int
    node: str
    software: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A worker is through with its task; it waits for the next, unless something is wrong with its machine."""

    worker: int
    answer: Answer | Fault


@dataclass(frozen=True, slots=True)
class Gone:
    """A worker is no more, and what it did is lost; `cause` is the cluster's own account, of several lines."""

    worker: int
    cause: str


News = Ready | Answered | Gone


class Machines(Protocol):
    """A cluster: `extract.bulk.onray` is Ray's. Workers are known by number and are `extract.bulk.node.Node`s."""

    def open(self) -> int:
        """Connect, and say how many workers are wanted."""

    def start(self) -> int:
        """Ask for a worker; the number of one that will be ready when there is room for it."""

    def give(self, worker: int, task: Task, *, fresh: bool) -> None:
        """Have a worker that is ready do a task, in a fresh process or the one it has."""

    def news(self, seconds: float) -> Iterable[News]:
        """What has happened; wait for so long at most until something has."""

    def close(self) -> None:
        """End all workers, and the connection."""


@dataclass(slots=True)
class _Worker:
    node: str = ""
    task: Task | None = None
    alone: bool = False
    since: float = 0.0


class Cluster:
    """Does tasks on machines, each on one worker at a time. `close` ends the workers.

    A task that costs the process which did it comes again, alone, when all others are done; so does one that was lost
    with its machine, or its worker there, for the second time. After the first time it is done elsewhere at once.
    """

    def __init__(self, machines: Machines, *, patience: float = _PATIENCE) -> None:
        """Connect to nothing yet.

        Args:
            machines: The cluster.
            patience: Seconds that a run waits for a first worker, or another when all are gone.
        """
        self._machines = machines
        self._patience = patience
        self._jobs = 0
        self._workers: dict[int, _Worker] = {}
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._events: list[Event] = []
        self._losses: Counter[Path] = Counter()
        self._stillborn = 0
        self._working = self._looked = 0.0

    def run(self, tasks: Iterator[Task | None], stopped: Callable[[], bool]) -> Iterator[Sequence[Event]]:
        """Do all tasks, yielding what has happened since it last did. It ends early once `stopped` says so.

        Args:
            tasks: What there is to do; None where finding the next takes a while.
            stopped: Whether to end.

        Raises:
            WorkerError: the cluster is not there, or no document can be read on it.
        """
        self._jobs = self._machines.open()
        self._working = time.monotonic()
        more = True
        while not stopped():
            looking = more and len(self._waiting) <= len(self._starting()) < self._jobs
            if looking:
                try:
                    task = next(tasks)
                except StopIteration:
                    more = looking = False
                else:
                    self._waiting.extend((task,) if task is not None else ())
            self._give_all()
            # A worker has its next task before what it did is put in place.
            told, self._events = self._events, []
            yield told
            if not more and not self._waiting and not self._busy():
                if not self._suspects:
                    return
                self._give_alone()
            self._hear(0.0 if looking else _POLL)

    def call(self, calls: Sequence[Call], stopped: Callable[[], bool]) -> list[object]:
        """Call functions in this process: other machines need not see what they work on."""
        return called(calls, stopped)

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._workers.clear()
        self._machines.close()

    def _starting(self) -> list[int]:
        return [number for number, worker in self._workers.items() if not worker.node]

    def _busy(self) -> bool:
        return any(worker.task is not None for worker in self._workers.values())

    def _idle(self) -> Iterator[int]:
        return (number for number, worker in self._workers.items() if worker.node and worker.task is None)

    def _give_all(self) -> None:
        """Give tasks to the workers that have none; ask for a worker for each other task, while there may be more."""
        for number in list(self._idle()):
            if self._waiting:
                self._give(number, self._waiting.popleft(), alone=False)
        while len(self._starting()) < len(self._waiting) and len(self._workers) < self._jobs:
            self._workers[self._machines.start()] = _Worker()

    def _give_alone(self) -> None:
        """Give the first suspect to a worker, while there is nothing else to do."""
        number = next(self._idle(), None)
        if number is not None:
            self._give(number, self._suspects.popleft(), alone=True)
        elif not self._workers:
            self._workers[self._machines.start()] = _Worker()

    def _give(self, number: int, task: Task, *, alone: bool) -> None:
        worker = self._workers[number]
        worker.task, worker.alone, worker.since = task, alone, time.monotonic()
        self._events.append(Started(task))
        self._machines.give(number, task, fresh=alone)

    def _hear(self, seconds: float) -> None:
        if seconds == 0.0 and time.monotonic() - self._looked < _POLL / 4:
            return  # each look costs as much as many tasks that are done already
        for news in self._machines.news(seconds):
            match news:
                case Ready(number, node, software):
                    self._ready(self._workers[number], node, software)
                case Answered(number, answer):
                    self._answered(self._workers[number], answer)
                case Gone(number, cause):
                    self._gone(self._workers.pop(number), cause)
        self._looked = time.monotonic()
        if any(worker.node for worker in self._workers.values()):
            self._working = self._looked
        elif self._looked - self._working > self._patience:
            raise WorkerError(f"no machine of the cluster gave a CPU within {self._patience:g} seconds")

    def _ready(self, worker: _Worker, node: str, software: str) -> None:
        if software != versions.software():
            raise WorkerError(f"{node} has other versions of gongkai or its libraries: results would not be the same")
        worker.node, self._stillborn = node, 0

    def _answered(self, worker: _Worker, answer: Answer | Fault) -> None:
        task, worker.task = worker.task, None
        if isinstance(answer, Fault):
            raise WorkerError(f"{worker.node or 'a worker'}: {answer.cause}")
        if task is None:  # nobody asked
            return
        if isinstance(answer.event, Lost):
            self._lost(replace(answer.event, task=task, again=not worker.alone))
        else:
            _stage(answer, task.staging)
            self._events.append(replace(answer.event, task=task))

    def _lost(self, event: Lost) -> None:
        if event.again:
            self._suspects.append(event.task)
        else:
            event = replace(event, cause=f"{event.cause}, twice")
        self._events.append(event)

    def _gone(self, worker: _Worker, cause: str) -> None:
        """A worker that is no more, be it with its whole machine: its task is done again elsewhere."""
        task = worker.task
        if not worker.node:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                raise WorkerError(f"workers do not start: {' '.join(cause.split())[-500:]}")
        if task is None:
            return
        self._losses[task.staging] += 1
        losses = self._losses[task.staging]
        again = losses < _LOSSES
        why = f"lost with its worker on {worker.node}" + ("" if losses == 1 else f", {losses} times now")
        if losses == 1:
            self._waiting.appendleft(task)
        elif again:
            self._suspects.append(task)
        seconds = time.monotonic() - worker.since
        self._events.append(Lost(task, Verdict.CRASHED, why, seconds, cause[-4000:], again, alone=losses > 1))


def _stage(answer: Answer, staging: Path) -> None:
    """Write here what a task staged elsewhere, to the disk: it is about to be put in place."""
    for name, content in answer.files:
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.replaced_file(path) as file:
            file.write(content)
    atomic.to_disk(staging)
