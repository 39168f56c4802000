"""Where a run keeps its own files in the output folder, and the lock that only one run holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = ".gongkai"
"""The folder below the output: no document's folder begins with a point."""


class RunningError(Exception):
    """Another run is writing to the same output folder."""


def ledger(out: Path) -> Path:
    """The ledger."""
    return out / FOLDER / "ledger.sqlite"


def staging(out: Path) -> Path:
    """What is not yet in place, gone when the run ends."""
    return out / FOLDER / "staging"


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the lock of an output folder. The system takes it away when the process ends, however it does.

    Raises:
        RunningError: another process holds it.
        OSError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / FOLDER / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise RunningError(f"another run is writing to {out}: wait for it, or give another folder") from error
    try:
        yield
    finally:
        lock.release()


def is_running(out: Path) -> bool:
    """Whether some process holds the lock of an output folder."""
    if not (out / FOLDER / "lock").exists():
        return False
    try:
        with locked(out):
            return False
    except RunningError:
        return True
    except OSError:  # somebody else's folder
        return False
