"""documents.csv: one line for each document of a run, or for each report of one that holds several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from extract.export.csv_ import Field, write_lines
from extract.export.untrusted import storable
from extract.model import UNKNOWN, Issuer, Report, Status, Verdict

_WHOSE = {"published": "published so", "undecided": "published so, or misread"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document, or of one report in it.

    `document` is its name in the run; `output` its folder below the run's output, with forward slashes, empty when
    nothing was written; `error` one line, empty for `ok` and `needs-review`. `editions` has the tables that were found.
    `published` and `reading` count failing identities by whose fault they are; those undecided are among the latter.
    `misfits` counts corrections that do not fit. Of a document that holds several reports each has an outcome: it is
    number `report` of the `of`, on `pages` pages from `first_page` to `last_page`.
    """

    document: str
    verdict: Verdict
    output: str = ""
    pages: int = 0
    report: int = 1
    of: int = 1
    first_page: int = 0
    last_page: int = 0
    issuer: Issuer = UNKNOWN
    editions: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[Status, int] = field(default_factory=dict)
    published: int = 0
    reading: int = 0
    error: str = ""
    sha256: str = ""
    findings: tuple[str, ...] = ()
    traceback: str = ""
    misfits: int = 0

    @property
    def failed(self) -> bool:
        """Whether the document gave no tables, for whatever reason."""
        return self.verdict not in {Verdict.OK, Verdict.NEEDS_REVIEW}


_KEPT = tuple(one.name for one in fields(Outcome) if one.name != "issuer")
_KEPT_OF_ISSUER = tuple(one.name for one in fields(Issuer) if one.name != "claims")


def outcome(document: str, report: Report, output: str) -> Outcome:
    """The outcome of a document that could be read."""
    failing = [result for result in report.identities if result.holds is False]
    found = {name: table.edition for name, table in report.tables.items() if table.found}
    return Outcome(
        document=document,
        verdict=report.verdict,
        output=output,
        pages=len(report.pages),
        report=report.number,
        of=report.of,
        first_page=report.pages[0].number if report.pages else 0,
        last_page=report.pages[-1].number if report.pages else 0,
        issuer=report.issuer,
        editions=found,
        statuses=Counter(cell.status for cell in report.cells),
        published=sum(result.verdict == "published" for result in failing),
        reading=sum(result.verdict != "published" for result in failing),
        error="" if found else _nothing_found(report),
        sha256=report.sha256,
        findings=tuple(_findings(report)),
        misfits=len(report.misfits),
    )


def to_record(one: Outcome) -> dict[str, Any]:
    """The outcome as plain data for JSON; of its issuer's claims only what was decided."""
    record = {name: getattr(one, name) for name in _KEPT}
    issuer = {name: getattr(one.issuer, name) for name in _KEPT_OF_ISSUER}
    return {**record, "editions": dict(one.editions), "statuses": dict(one.statuses), "issuer": issuer}


def from_record(record: Mapping[str, Any]) -> Outcome:
    """The outcome that was made plain data."""
    issuer = record["issuer"]
    return Outcome(
        **{
            **record,
            "verdict": Verdict(record["verdict"]),
            "statuses": Counter({Status(name): count for name, count in record["statuses"].items()}),
            "issuer": Issuer(
                **{**issuer, "conflicts": tuple(issuer["conflicts"]), "undecided": tuple(issuer["undecided"])}
            ),
            "findings": tuple(record["findings"]),
        }
    )


def write(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write documents.csv, taking the outcomes one by one; its columns name the tables of the shipped layouts.

    Raises:
        OSError: the file cannot be written.
    """
    from extract.export.fields import fields  # late: who only passes outcomes on needs no layouts

    write_lines(path, (field.name for field in fields().documents), map(line, outcomes))


def line(one: Outcome) -> tuple[Field, ...]:
    """The outcome as the fields of documents.csv; text is as it is, except that lone surrogates are escaped."""
    from extract.export.fields import tables

    return (
        *(storable(one.document), one.output, one.verdict.value, one.pages),
        *((one.report, one.first_page, one.last_page) if one.output else ("", "", "")),
        *(storable(one.issuer.agency), one.issuer.agency_from, one.issuer.year, one.issuer.year_from),
        storable("; ".join(one.issuer.conflicts)),
        *(one.editions.get(table, "") for table in tables()),
        *(one.statuses.get(status, 0) for status in Status),
        *(one.published, one.reading, storable(one.error), one.sha256),
    )


def _nothing_found(report: Report) -> str:
    if not report.pages:
        return "; ".join((f"no disclosure tables found ({report.kind}, no pages)", *report.warnings))
    read = f"{len(report.pages)} page{'s' * (len(report.pages) != 1)} read"
    images = _ranges(page.number for page in report.pages if page.kind == "image")
    return f"no disclosure tables found ({read}{f'; images without text: {images}' if images else ''})"


def _ranges(numbers: Iterable[int]) -> str:
    """Page numbers in words, neighbours joined: `page 2`, `pages 1, 3-5`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    listed = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
    several = len(runs) > 1 or any(first != last for first, last in runs)
    return f"page{'s' * several} {listed}" if runs else ""


def _findings(report: Report) -> Iterable[str]:
    """What a person should know of a document beyond its counts."""
    for edit in report.misfits:
        yield f"correction not made: {edit.place}: {edit.what} ({edit.who}): {edit.cause}"
    for result in report.identities:
        if result.holds is False:
            whose = _WHOSE.get(result.verdict, "perhaps misread")
            sums = f"{result.left_sum} ≠ {result.right_sum}"
            why = f": {result.evidence}" if result.evidence else ""
            yield f"{result.table}: {result.identity} at {result.at}: {sums} ({whose}){why}"
    if report.verdict is not Verdict.NO_TABLES:
        yield from (f"{name}: not found" for name, table in report.tables.items() if not table.found)
    yield from report.issuer.conflicts
    yield from report.warnings
