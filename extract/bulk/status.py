"""How a run stands, by its ledger: while it goes on, and after."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from extract.bulk import place
from extract.bulk.database import sound
from extract.bulk.ledger import Ledger, opened
from extract.model import SEVERITY, Verdict

_RECENT = 200
"""Documents that the rate is taken from, the latest."""

_WORST = 10

_WORST_FIRST = "CASE verdict {} END DESC".format(
    " ".join(f"WHEN '{verdict.value}' THEN {place}" for place, verdict in enumerate(SEVERITY))
)
"""SQL that orders documents by their verdict."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A document that asks for a human: how many of its cells are flagged, or why there are none."""

    name: str
    output: str
    verdict: Verdict
    flagged: int
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands.

    `settled` documents were done by earlier runs. `rate` is documents a second, of the latest; `left` the seconds that
    the others will take at that rate; both are None while there is too little to go by. `running` has the seconds that
    each document in work has taken. `stopped` says what ended the run before its time.
    """

    active: bool
    stopped: str
    total: int
    verdicts: Mapping[Verdict, int]
    settled: int
    running: Mapping[str, float]
    rate: float | None
    left: float | None
    worst: tuple[Doubtful, ...]

    @property
    def done(self) -> int:
        """Documents with a verdict."""
        return sum(self.verdicts.values())

    @property
    def waiting(self) -> int:
        """Documents without."""
        return self.total - self.done


def status(out: Path) -> Standing:
    """How the latest run on an output folder stands.

    Raises:
        LedgerError: there is no ledger, or it cannot be read.
    """
    with opened(place.ledger(out), create=False) as ledger, sound():
        return of(ledger, active=place.is_running(out))


def of(ledger: Ledger, *, active: bool, worst: int = _WORST) -> Standing:
    """How the latest run of a ledger stands; `active` says whether it goes on."""
    counts = dict(_rows(ledger, "SELECT state, count(*) FROM documents WHERE run = ? GROUP BY state"))
    verdicts = _rows(
        ledger, "SELECT verdict, count(*) FROM documents WHERE run = ? AND state = 'done' GROUP BY verdict"
    )
    started, stopped, settled = next(
        iter(_rows(ledger, "SELECT started, stopped, settled FROM runs WHERE id = ?")), (0.0, "", 0)
    )
    running = _rows(ledger, "SELECT name, started FROM documents WHERE run = ? AND state = 'running' ORDER BY name")
    now = time.time()
    rate = _rate(ledger, started, now)
    waiting = sum(counts.values()) - counts.get("done", 0)
    return Standing(
        active=active,
        stopped=stopped,
        total=sum(counts.values()),
        verdicts=Counter({Verdict(name): count for name, count in verdicts}),
        settled=settled,
        running={name: max(0.0, now - since) for name, since in running} if active else {},
        rate=rate,
        left=waiting / rate if rate and active else None,
        worst=tuple(_worst(ledger, worst)),
    )


def _rate(ledger: Ledger, started: float, now: float) -> float | None:
    """Documents a second among the latest; clocks that jump make it None rather than absurd."""
    query = (
        "SELECT finished FROM documents WHERE run = ? AND state = 'done' AND finished >= ? "
        "ORDER BY finished DESC LIMIT ?"
    )
    finished = [one for (one,) in _rows(ledger, query, started, _RECENT + 1)]
    if not finished:
        return None
    since = finished[-1] if len(finished) > _RECENT else started
    until = max(finished[0], since)
    seconds = until - since
    return min(len(finished), _RECENT) / seconds if 0 < seconds <= now - started + 1 else None


def _worst(ledger: Ledger, most: int) -> list[Doubtful]:
    query = (
        "SELECT name, output, verdict, flagged, reason, attempts FROM documents "  # noqa: S608 - text of ours
        "WHERE run = ? AND state = 'done' "
        f"AND verdict != 'ok' ORDER BY {_WORST_FIRST}, flagged DESC, name LIMIT ?"
    )
    return [
        Doubtful(name, output, Verdict(verdict), flagged, reason, attempts)
        for name, output, verdict, flagged, reason, attempts in _rows(ledger, query, most)
    ]


def _rows(ledger: Ledger, query: str, *values: object) -> list[tuple[Any, ...]]:
    return cast("list[tuple[Any, ...]]", ledger.ask(query, ledger.run, *values))
