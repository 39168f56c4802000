"""What happens to tasks, as those who do them tell it: worker processes here, this process, or another machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from extract.bulk.task import Done, Task
from extract.bulk.worker import Call, resolved
from extract.model import Verdict


@dataclass(frozen=True, slots=True)
class Started:
    """A task is being worked on."""

    task: Task


@dataclass(frozen=True, slots=True)
class Finished:
    """A task is done; its results are staged. `seconds` by the wall clock."""

    task: Task
    done: Done
    seconds: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A task cost its worker. It comes `again`, or this is what became of it.

    `log` is the end of what the worker printed: the stack it died in, if it could tell. `alone` says that it comes
    again when all others are done, with nothing beside it, because it may have been the task's fault.
    """

    task: Task
    verdict: Verdict
    cause: str
    seconds: float
    log: str
    again: bool
    alone: bool = True


Event = Started | Finished | Lost


class Executor(Protocol):
    """Does tasks somewhere: `supervise.Workers` in processes of this machine, `cluster.Cluster` on others."""

    def run(self, tasks: Iterator[Task | None], stopped: Callable[[], bool]) -> Iterator[Sequence[Event]]:
        """Do all tasks, in any order, taking one when it can be started; end early once `stopped` says so.

        Yields what has happened since it last did, often nothing. None among the tasks is no task: finding the next one
        takes a while.
        """

    def call(self, calls: Sequence[Call], stopped: Callable[[], bool]) -> list[object]:
        """Call functions, in any order, where that does not burden this process; less than all once `stopped`.

        What one of them raises is raised here.
        """

    def close(self) -> None:
        """End everything that was started."""


def called(calls: Iterable[Call], stopped: Callable[[], bool]) -> list[object]:
    """What functions return that are called here and now, one after the other, until `stopped`."""
    return [call() for call in calls if not stopped()]


@dataclass(frozen=True, slots=True)
class Here:
    """Does tasks in this process, one after the other and without supervision: for debuggers (`--jobs 0`)."""

    work: str

    def run(self, tasks: Iterator[Task | None], stopped: Callable[[], bool]) -> Iterator[Sequence[Event]]:
        """Do all tasks in their order."""
        do = resolved(self.work)
        for task in tasks:
            if stopped():
                return
            if task is None:
                yield ()
                continue
            yield (Started(task),)
            before = time.monotonic()
            done = do(task)
            yield (Finished(task, done, time.monotonic() - before),)

    def call(self, calls: Sequence[Call], stopped: Callable[[], bool]) -> list[object]:
        """Call functions in this process."""
        return called(calls, stopped)

    def close(self) -> None:
        """Nothing was started."""
