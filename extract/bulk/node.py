"""The far end of a cluster: a worker on some machine, which has a supervised process of its own do each task."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from extract.bulk import versions
from extract.bulk.events import Finished, Lost
from extract.bulk.supervise import WorkerError, Workers
from extract.bulk.task import Task
from extract.limits import Limits

_APPEARS = 10.0
"""Seconds that a network file system may take to show a file that another machine sees."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task on a machine, and every file it staged, by its path below the staging folder."""

    event: Finished | Lost
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a machine, so that no document can be read on it."""

    cause: str


class Node:
    """A worker on a machine of a cluster. It does one task at a time, and holds it to its limits.

    The task is done by a process below this one, by the same supervisor as on one machine. This process stays small and
    loads none of the libraries that read, so that what a document does ends that process, and never this one.
    """

    def __init__(self, work: str, limits: Limits, recycle: int, home: Path) -> None:
        """Start nothing yet.

        Args:
            work: The function that does a task, as `module:function`.
            limits: Seconds and memory of a task.
            recycle: Tasks after which the process below is replaced.
            home: Where relative paths begin.
        """
        # A spawned process runs the main module of its parent again, and this one's is the cluster's own.
        sys.modules["__main__"].__dict__.pop("__file__", None)
        self._home = home
        self._folder = Path(tempfile.mkdtemp(prefix="gongkai-"))
        self._workers = Workers(work, 1, self._folder, limits, recycle=recycle, home=home)
        self._ended = False
        self._at_work = threading.Lock()

    def about(self) -> tuple[str, str]:
        """What this machine is called, and the versions of gongkai and its libraries on it (`versions.software`)."""
        return platform.node(), versions.software()

    def do(self, task: Task, *, seen: bool, fresh: bool) -> Answer | Fault | None:
        """Do a task, once; None when `end` was called in the meantime.

        Args:
            task: The task. Its results are not staged in its own folder but here, and sent back.
            seen: Whether its files are seen from where it comes from.
            fresh: Whether it gets a process that has read nothing else.
        """
        with self._at_work:
            if unseen := self._unseen(task, seen=seen):
                return Fault(f"{unseen} is not seen from here: what is read must be on paths that every machine sees")
            if fresh:
                self._workers.close()
            here = replace(task, staging=self._folder / "staging")
            try:
                event = self._workers.attempt(here, lambda: self._ended)
                if event is None:
                    return None
                if isinstance(event, Finished) and event.done.unwritable is not None:
                    return Fault(f"cannot write to {self._folder}: {event.done.unwritable.strerror}")
                return Answer(event, tuple(_files(here.staging)) if isinstance(event, Finished) else ())
            except WorkerError as error:
                return Fault(str(error))
            except OSError as error:
                return Fault(f"{self._folder}: {error.strerror}")
            finally:
                shutil.rmtree(here.staging, ignore_errors=True)

    def end(self) -> None:
        """End the process below, whatever it does; while `do` runs this is called from another thread."""
        self._ended = True
        with self._at_work:
            self._workers.close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _unseen(self, task: Task, *, seen: bool) -> Path | None:
        """A file of the task, or a folder it is read with, that does not appear on this machine."""
        until = time.monotonic() + _APPEARS
        folders = (task.settings.models, task.settings.corrections)
        for path in (*(task.documents[0].paths if seen else ()), *filter(None, folders)):
            while not (self._home / path).exists():
                if self._ended or time.monotonic() > until:
                    return path
                time.sleep(0.2)
        return None


def _files(folder: Path) -> list[tuple[str, bytes]]:
    return [
        (one.relative_to(folder).as_posix(), one.read_bytes()) for one in sorted(folder.rglob("*")) if one.is_file()
    ]
