"""The documents of a run, as its output folder tells, for people to go through: the most urgent first."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.errors import UnreadableError
from extract.export.json_ import SCHEMA
from extract.export.untrusted import page_text
from extract.export.words import words
from extract.model import Report, Verdict

_WEIGHTS = {"unreadable": 3, "suspect": 2, "missing": 1}
"""How much a flagged cell weighs in the order of documents."""

_LARGEST = 64 * 2**20
"""Bytes of a report.json that is looked at."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A report of the run: where its results lie below the output folder, and what report.json says of it."""

    place: str
    path: str
    sha256: str
    number: int
    of: int
    agency: str
    year: int | None
    verdict: str
    statuses: dict[str, int]
    failing: int
    misfits: int

    @property
    def urgency(self) -> int:
        """How much there is to look at."""
        return sum(weight * self.statuses.get(status, 0) for status, weight in _WEIGHTS.items()) + 10 * self.misfits

    def now(self, report: Report) -> Listed:
        """The same, as that report stands by now."""
        return replace(
            self,
            verdict=report.verdict.value,
            statuses=dict(Counter(cell.status.value for cell in report.cells)),
            failing=sum(one.holds is False for one in report.identities),
            misfits=len(report.misfits),
        )

    def shown(self, index: int) -> dict[str, Any]:
        """As JSON values."""
        name = words().documents.get(Verdict(self.verdict)) if self.verdict in set(Verdict) else None
        return {
            "index": index,
            "place": page_text(self.place),
            "name": page_text(Path(self.path).name),
            "number": self.number,
            "of": self.of,
            "agency": page_text(self.agency),
            "year": self.year,
            "verdict": page_text(self.verdict),
            "verdict_name": {lang: getattr(name, lang) if name else page_text(self.verdict) for lang in ("zh", "en")},
            "failing": self.failing,
            "flagged": sum(self.statuses.get(status, 0) for status in _WEIGHTS),
        }


def listed(out: Path) -> list[Listed]:
    """Every report below an output folder, the most urgent first; what is no result of gongkai is passed over."""
    found = [one for path in sorted(out.rglob("report.json")) if (one := _listed(path, out)) is not None]
    return sorted(found, key=lambda one: (-one.urgency, one.place))


def told_of(one: Listed, out: Path) -> Any:
    """What a report's report.json says, as JSON values.

    Raises:
        OSError: It is gone.
        ValueError: It is not JSON any more.
    """
    return json.loads((out / one.place / "report.json").read_bytes())


def source_of(one: Listed, out: Path) -> Path:
    """The document that a report is on: as it was named then, from here or from beside the output folder.

    Raises:
        UnreadableError: It is not there any more, or its content is another.
    """
    there = [path for path in (Path(one.path), out.parent / one.path) if path.is_file()]
    if not there:
        raise UnreadableError(f"{one.path} is not there: start gongkai review where gongkai extract was started")
    for path in there:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == one.sha256:
                return path
    raise UnreadableError(f"{one.path} is not the document any more that the results are of: extract it again")


def _listed(path: Path, out: Path) -> Listed | None:
    try:
        if path.stat().st_size > _LARGEST or not path.resolve().is_relative_to(out.resolve()):
            return None
        told = json.loads(path.read_bytes())
        return _checked(told, path.parent.relative_to(out).as_posix()) if told["schema"] == SCHEMA else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checked(told: Any, place: str) -> Listed:
    year = told["year"]
    return Listed(
        place=place,
        path=str(told["path"]),
        sha256=str(told["sha256"]),
        number=int(told["report"]["number"]),
        of=int(told["report"]["of"]),
        agency=str(told["agency"]),
        year=year if isinstance(year, int) else None,
        verdict=str(told["verdict"]),
        statuses=dict(Counter(_statuses(told))),
        failing=sum(one["holds"] is False for one in told["identities"]),
        misfits=sum(not one["applied"] for one in told.get("corrections", ())),
    )


def _statuses(told: Any) -> Iterator[str]:
    for table in told["tables"]:
        for cell in table["cells"]:
            yield str(cell["status"])
