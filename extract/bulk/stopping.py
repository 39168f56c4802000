"""Signals that ask a run to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@dataclass(slots=True)
class Stop:
    """Which signal came, if any; call it for its name, empty until then."""

    number: int = 0

    def __call__(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name if self.number else ""

    @property
    def exit_status(self) -> int:
        """What a shell expects of a program that a signal ended: 130 for SIGINT, 143 for SIGTERM."""
        return 128 + self.number


@contextmanager
def handlers_kept() -> Iterator[None]:
    """Undo what a library does to the handlers of these signals."""
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for one, handler in before.items():
                signal.signal(one, handler)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Note the first signal instead of dying of it; a second one has its usual effect. Ignored signals stay so."""
    stop = Stop()
    before: dict[int, Any] = {}

    def note(number: int, _: FrameType | None) -> None:
        stop.number = number
        for one, handler in before.items():
            signal.signal(one, handler)

    if threading.current_thread() is threading.main_thread():
        for one in _SIGNALS:
            if signal.getsignal(one) is not signal.SIG_IGN:
                before[one] = signal.signal(one, note)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
