"""Outcomes in words, for people, and as lines of JSON, for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from extract.bulk.status import Doubtful, Standing
from extract.export.documents import Outcome
from extract.export.rows import plain
from extract.export.untrusted import storable, terminal_json, terminal_text
from extract.model import Status, Verdict

if TYPE_CHECKING:
    from extract.across import Finding


def line(one: Outcome) -> str:
    """One line on one document or report: `NAME: verdict; editions; cells by status; failing identities`."""
    parts = [one.verdict.value]
    if one.failed:
        parts.append(one.error)
    else:
        counts = ", ".join(f"{one.statuses[status]} {status.value}" for status in Status if one.statuses.get(status))
        parts += [_editions(one), f"{sum(one.statuses.values())} cells: {counts}"]
    if one.published:
        parts.append(_plural(one.published, "published arithmetic error"))
    if one.reading:
        parts.append(_plural(one.reading, "identity", "identities") + " in doubt")
    if one.misfits:
        parts.append(f"{_plural(one.misfits, 'correction')} not made")
    parts += [f"{name} undecided" for name in one.issuer.undecided]
    return terminal_text(f"{_name(one)}: {'; '.join(parts)}")


def _name(one: Outcome) -> str:
    """The document's name; of one report of several also which."""
    if one.of == 1:
        return one.document
    pages = f"page {one.first_page}" if one.first_page == one.last_page else f"pages {one.first_page}-{one.last_page}"
    return f"{one.document} (report {one.report} of {one.of}, {pages})"


def findings(one: Outcome) -> list[str]:
    """What else there is to know of a document, a line each."""
    return [terminal_text(finding) for finding in one.findings]


@dataclass(slots=True)
class Tally:
    """What a whole run comes to, counted outcome by outcome."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    documents: int = 0
    several: bool = False

    def add(self, one: Outcome) -> None:
        """Count an outcome."""
        self.verdicts[one.verdict] += 1
        self.documents += one.report == 1
        self.several |= one.of > 1

    def line(self) -> str:
        """One line on the run."""
        count = _plural(self.documents, "document")
        if self.several:
            count += f", {_plural(self.verdicts.total(), 'report')}"
        return f"{count}: {_counts(self.verdicts)}"

    def exit_status(self, *, strict: bool) -> int:
        """0 when every document was extracted, else 1; under `strict` one that needs review counts as failed."""
        good = {Verdict.OK} if strict else {Verdict.OK, Verdict.NEEDS_REVIEW}
        return int(any(count for verdict, count in self.verdicts.items() if verdict not in good))


def status_lines(one: Standing) -> list[str]:
    """How a run stands, a line each; the worst documents last, the worst of them first."""
    if one.active:
        told = "running"
    elif one.waiting:
        told = f"stopped by {one.stopped}" if one.stopped else "broken off"
    else:
        told = "done"
    lines = [f"{told}: {progress_line(one)}"]
    if one.settled:
        lines.append(f"of these by earlier runs: {one.settled}")
    lines += [f"reading {name} for {_duration(seconds)}" for name, seconds in one.running.items()]
    return [*(terminal_text(line) for line in lines), *worst_lines(one)]


def worst_lines(one: Standing) -> list[str]:
    """The documents that most need a human, the worst first; nothing when none does."""
    listed = [f"    {terminal_text(_doubtful(bad))}" for bad in one.worst]
    return ["worst first:", *listed] if listed else []


def progress_line(one: Standing) -> str:
    """How far a run is: counts, rate, time left."""
    parts = [f"{one.done} of {_plural(one.total, 'document')}"]
    if one.done:
        parts[0] += f" ({_counts(one.verdicts)})"
    if one.rate is not None:
        parts.append(f"{60 * one.rate:.1f} a minute")
    if one.left is not None and one.waiting:
        parts.append(f"{_duration(one.left)} left")
    return "; ".join(parts)


def status_record(one: Standing) -> dict[str, object]:
    """How a run stands, for programs: seconds, and documents a second."""
    return {
        "active": one.active,
        "stopped": one.stopped,
        "total": one.total,
        "done": one.done,
        "waiting": one.waiting,
        "settled": one.settled,
        "verdicts": {verdict.value: one.verdicts.get(verdict, 0) for verdict in Verdict},
        "running": [{"document": name, "seconds": round(seconds, 1)} for name, seconds in one.running.items()],
        "rate": one.rate,
        "seconds_left": one.left,
        "worst": [{**asdict(bad), "verdict": bad.verdict.value} for bad in one.worst],
    }


def _counts(verdicts: Mapping[Verdict, int]) -> str:
    return ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts.get(verdict))


def _doubtful(one: Doubtful) -> str:
    why = one.reason or (f"{_plural(one.flagged, 'cell')} flagged" if one.flagged else "issuer or year undecided")
    return f"{one.name}: {one.verdict.value}; {why}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {whole % 60:02} s" if minutes else f"{whole} s"


def json_line(one: Outcome) -> str:
    """The outcome as one line of JSON."""
    return terminal_json(record(one))


def record(one: Outcome) -> dict[str, object]:
    """The outcome, for programs."""
    return {
        "document": storable(one.document),
        "verdict": one.verdict.value,
        "output": one.output,
        "pages": one.pages,
        "report": {"number": one.report, "of": one.of, "first_page": one.first_page, "last_page": one.last_page},
        "agency": storable(one.issuer.agency),
        "year": one.issuer.year,
        "conflicts": [storable(conflict) for conflict in one.issuer.conflicts],
        "editions": dict(one.editions),
        "cells": {status.value: one.statuses.get(status, 0) for status in Status} if one.statuses else {},
        "failed_identities": {"published": one.published, "reading": one.reading},
        "corrections_not_made": one.misfits,
        "findings": [storable(finding) for finding in one.findings],
        "error": storable(one.error),
        "sha256": one.sha256,
    }


def finding_line(one: Finding) -> str:
    """A finding across reports in one line."""
    return terminal_text(("" if one.certain else "undecided: ") + one.sentence.en)


def finding_json(one: Finding) -> str:
    """A finding across reports as one line of JSON: the columns of findings.csv that are not empty."""
    from extract import across

    record = {
        name: plain(field) if isinstance(field, Decimal) else field
        for name, field in across.record(one).items()
        if field not in (None, "")
    }
    return terminal_json(record)


def finding_totals(reports: int, counts: Mapping[tuple[str, bool], int]) -> str:
    """One line on all findings."""
    total = sum(counts.values())
    kinds = ", ".join(f"{count} {kind}{'' if certain else ' (undecided)'}" for (kind, certain), count in counts.items())
    return f"{_plural(reports, 'report')}: {_plural(total, 'finding')}{f': {kinds}' if kinds else ''}"


def _editions(one: Outcome) -> str:
    """The edition that most tables follow, then each table that follows another."""
    (most, _), *_ = Counter(one.editions.values()).most_common(1)
    others = (f", {table} {edition}" for table, edition in one.editions.items() if edition != most)
    return f"edition {most}{''.join(others)}"


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
