"""What a run and its workers cost while it goes on, seen from outside."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

import psutil

from extract.bulk.status import status


class Watch:
    """Watches a process and those below it: the most memory any worker held, the longest any document took at once."""

    def __init__(self, pid: int, out: Path) -> None:
        self.memory = 0
        self.parent = 0
        self.seconds: dict[str, float] = {}
        self._process, self._out = psutil.Process(pid), out
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeated, args=one) for one in ((self._sizes, 0.01), (self._times, 0.2))
        ]

    def _repeated(self, look: object, pause: float) -> None:
        while not self._end.wait(pause):
            try:
                look()  # type: ignore[operator]
            except Exception:  # a process has ended, or there is no ledger yet
                continue

    def _sizes(self) -> None:
        self.parent = max(self.parent, self._process.memory_info().rss)
        for worker in self._process.children():
            self.memory = max(self.memory, worker.memory_info().rss)

    def _times(self) -> None:
        for name, seconds in status(self._out).running.items():
            self.seconds[name] = max(seconds, self.seconds.get(name, 0.0))

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
