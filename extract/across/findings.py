"""All findings of a run, body by body, read from the store anew each time they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.across.finding import Facts, Finding, Side
from extract.across.series import of_body
from extract.across.store import Store
from extract.equations import Recurrence
from extract.layout import Layout

_SAME_BODY = 3
"""Different numbers, 0 apart, from which a table of one body's that comes again on another year is told."""

_ELSEWHERE, _DIGITS = 5, 12
"""The same for tables of different bodies, and how many digits these numbers have together: among 100,000 reports there
are five thousand million pairs, and small numbers are often the same by chance."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of a store, in a fixed order; iterating reads the store."""

    store: Store
    recurrences: Sequence[Recurrence]

    def __iter__(self) -> Iterator[Finding]:
        """Series by body, then tables that come again, then reports that took no part."""
        nameless, yearless = self._loose()
        for agency, reports in self.store.bodies():
            for finding in of_body(agency, reports, self.recurrences):
                if finding.kind == "missing_year" and (agency in yearless or {finding.year, None} & nameless):
                    yield replace(finding, kind="missing_year_perhaps", certain=False)
                else:
                    yield finding
        for table, later, first, certain in self.store.alike(
            same_body=_SAME_BODY, elsewhere=_ELSEWHERE, digits=_DIGITS
        ):
            facts: Facts = {"table": table, "other_agency": first.agency, "other_year": first.year or ""}
            yield Finding("same_figures", certain, later.agency, later.year, Side(later), Side(first), facts=facts)
        for report, cause in self.store.failures():
            facts = {"document": report.document, "cause": cause}
            yield Finding("unread", True, report.agency, report.year, Side(report), facts=facts)
        for report in self.store.unplaced():
            yield Finding(
                "unplaced", False, report.agency, report.year, Side(report), facts={"document": report.document}
            )

    def counts(self) -> Counter[tuple[str, bool]]:
        """How many there are of each kind, certain or not."""
        return Counter((finding.kind, finding.certain) for finding in self)

    def _loose(self) -> tuple[set[int | None], set[str]]:
        """Years of reports whose body is not known, and bodies of reports whose year is not."""
        nameless: set[int | None] = set()
        yearless: set[str] = set()
        for report in self.store.unplaced():
            if report.agency:
                yearless.add(report.agency)
            else:
                nameless.add(report.year)
        return nameless, yearless


def findings(store: Store, layouts: Sequence[Layout]) -> Findings:
    """The findings of a store, by what the layouts say of reports over the years."""
    return Findings(store, tuple(dict.fromkeys(one for layout in layouts for one in layout.recurrences)))
