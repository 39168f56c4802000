"""Processes from outside: what they hold in memory, and how they are ended with all that they started."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

_LOG_TAIL = 4000
"""Bytes of a dead worker's log that are kept."""


def end(pid: int) -> None:
    """Kill a process and every process below it; those first, so that none is left without a parent."""
    try:
        process = psutil.Process(pid)
        below = process.children(recursive=True)
    except psutil.Error:
        return
    for one in (*below, process):
        try:
            one.kill()
        except psutil.Error:
            continue


class Size:
    """What a process and those below it hold in memory. To look costs microseconds: it is done all the time."""

    def __init__(self, pid: int) -> None:
        """Look at nothing yet.

        Args:
            pid: A process that has not been waited for, so that its number is no other's.
        """
        self._pid = pid
        self._process: psutil.Process | None = None

    def own(self) -> int:
        """Bytes that the process holds; 0 when it has ended."""
        try:
            self._process = self._process or psutil.Process(self._pid)
            return int(self._process.memory_info().rss)
        except psutil.Error:
            return 0

    def below(self) -> int:
        """Bytes that the processes below it hold."""
        try:
            return sum(Size(pid).own() for pid in _below(self._pid))
        except psutil.Error:
            return 0


def _below(pid: int) -> list[int]:
    """The processes below one. Linux says so itself; elsewhere every process there is must be looked at."""
    if not Path("/proc/thread-self/children").exists():
        return [one.pid for one in psutil.Process(pid).children(recursive=True)]
    below: list[int] = []
    at = [pid]
    while at:
        tasks = Path(f"/proc/{at.pop()}/task").glob("*/children")
        at += (found := [int(child) for task in tasks for child in _read(task).split()])
        below += found
    return below


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has just ended
        return ""


def tail(log: Path) -> str:
    """The end of a log, which is taken away."""
    try:
        return log.read_bytes()[-_LOG_TAIL:].decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        log.unlink(missing_ok=True)


def ending(code: int | None) -> str:
    """How a process with this exit code ended, in words."""
    if code is not None and code < 0:
        try:
            return f"was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended with status {code}"
