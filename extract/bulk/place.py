"""Where a run keeps its own files in the output folder, and the lock that only one run holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = ".gongkai"
"""The folder below the output: no document's folder begins with a point."""

_MOMENT = 2.0
"""Seconds that a run waits for its lock: whoever asks whether a run goes on holds it for far less than that."""


class RunningError(Exception):
    """Another run is writing to the same output folder."""


def ledger(out: Path) -> Path:
    """The ledger."""
    return out / FOLDER / "ledger.sqlite"


def staging(out: Path) -> Path:
    """What is not yet in place, gone when the run ends."""
    return out / FOLDER / "staging"


@contextmanager
def locked(out: Path, *, wait: float = _MOMENT) -> Iterator[None]:
    """Hold the lock of an output folder. The system takes it away when the process ends, however it does.

    Args:
        out: The output folder.
        wait: Seconds after which a lock that another process holds is a run's.

    Raises:
        RunningError: another process holds it.
        OSError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / FOLDER / "lock")
    try:
        lock.acquire(timeout=wait)
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
        with locked(out, wait=0):
            return False
    except RunningError:
        return True
    except OSError:  # somebody else's folder
        return False
