"""Outcomes in words, for people, and as lines of JSON, for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from extract.export.documents import Outcome
from extract.export.untrusted import storable, terminal_text
from extract.model import Status, Verdict


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


def totals(outcomes: Sequence[Outcome]) -> str:
    """One line on the whole run."""
    verdicts = Counter(one.verdict for one in outcomes)
    counts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    count = _plural(sum(one.report == 1 for one in outcomes), "document")
    if any(one.of > 1 for one in outcomes):
        count += f", {_plural(len(outcomes), 'report')}"
    return f"{count}: {counts}"


def json_line(one: Outcome) -> str:
    """The outcome as one line of JSON."""
    record = {
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
    return json.dumps(record, ensure_ascii=False)


def exit_status(outcomes: Iterable[Outcome], *, strict: bool) -> int:
    """0 when every document was extracted, else 1; under `strict` a document that needs review counts as failed."""
    return int(any(one.failed or (strict and one.verdict is Verdict.NEEDS_REVIEW) for one in outcomes))


def _editions(one: Outcome) -> str:
    """The edition that most tables follow, then each table that follows another."""
    (most, _), *_ = Counter(one.editions.values()).most_common(1)
    others = (f", {table} {edition}" for table, edition in one.editions.items() if edition != most)
    return f"edition {most}{''.join(others)}"


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
