"""One body's reports over the years: what each says of the year before, years without one, and years with several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, pairwise

from extract.across.finding import Facts, Finding, Side, called, listed, put_in
from extract.across.store import Figure, Filed
from extract.equations import Recurrence
from extract.export.rows import plain
from extract.export.words import Phrase, words
from extract.model import CellId, Status

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Year:
    """What a body's reports on a year say together; a cell in which they differ is suspect."""

    year: int
    report: Filed
    figures: Mapping[CellId, Figure]

    def side(self, cells: Iterable[CellId]) -> Side:
        return Side(self.report, tuple((id_, self.figures[id_]) for id_ in cells))

    def total(self, cells: Iterable[CellId]) -> Decimal:
        return sum((self.figures[id_].value or _ZERO for id_ in cells), _ZERO)


def of_body(agency: str, reports: Sequence[Filed], recurrences: Sequence[Recurrence]) -> Iterator[Finding]:
    """The findings in one body's reports, years ascending.

    `certain` is left true for years without a report: only who knows the whole run can say more.
    """
    years: list[_Year] = []
    for year, own in groupby(reports, key=lambda report: report.year):
        together = list(own)
        merged = _merged(year or 0, together)
        years.append(merged)
        yield from _several(agency, merged, together)
    for before, now in pairwise(years):
        for year in range(before.year + 1, now.year):
            facts: Facts = {"before": before.year, "after": now.year}
            yield Finding("missing_year", True, agency, year, Side(now.report), Side(before.report), facts=facts)
        if now.year == before.year + 1:
            yield from _contradictions(agency, before, now, recurrences)


def _merged(year: int, reports: Sequence[Filed]) -> _Year:
    """What the fullest of the reports says; cells in which another differs are in doubt."""
    fullest = max(reports, key=lambda report: sum(figure.known for figure in report.figures.values()))
    doubted = {id_ for other in reports for id_ in _differing(fullest, other)}
    figures = {
        id_: replace(figure, status=Status.SUSPECT) if id_ in doubted else figure
        for id_, figure in fullest.figures.items()
    }
    return _Year(year, fullest, figures)


def _differing(one: Filed, other: Filed) -> list[CellId]:
    """Cells that both say, and say otherwise."""
    return [
        id_
        for id_, figure in one.figures.items()
        if figure.known and id_ in other.figures and other.figures[id_].known
        if (figure.value or _ZERO) != (other.figures[id_].value or _ZERO)
    ]


def _several(agency: str, merged: _Year, reports: Sequence[Filed]) -> Iterator[Finding]:
    """The reports on one year that differ from the fullest, each with the cells in which they do."""
    first = merged.report
    for report in reports:
        if cells := _differing(first, report):
            here, there = (Side(one, tuple((id_, one.figures[id_]) for id_ in cells)) for one in (report, first))
            certain = all(figure.certain for _, figure in (*here.cells, *there.cells))
            facts: Facts = {"document": report.document, "other_document": first.document, "count": len(cells)}
            yield Finding("several", certain, agency, merged.year, here, there, facts=facts)


def _contradictions(agency: str, before: _Year, now: _Year, recurrences: Sequence[Recurrence]) -> Iterator[Finding]:
    """Identities across two years that do not hold; those that cannot be evaluated together, one for each identity."""
    unknown: dict[str, list[Recurrence]] = {}
    for one in recurrences:
        if not (_has(now, (*one.now, *one.plus, *one.minus)) and _has(before, one.before)):
            continue  # another edition of the form has no such cells
        here, there = now.side((*one.now, *one.plus, *one.minus)), before.side(one.before)
        if not all(figure.known for _, figure in (*here.cells, *there.cells)):
            unknown.setdefault(one.identity, []).append(one)
            continue
        expected = before.total(one.before) + now.total(one.plus) - now.total(one.minus)
        found = now.total(one.now)
        if found == expected:
            continue
        doubted = [id_ for id_, figure in (*here.cells, *there.cells) if not figure.certain]
        blank = [id_ for id_, figure in (*here.cells, *there.cells) if figure.value is None]
        yield Finding(
            "doubtful" if doubted else "left_blank" if blank else "contradiction",
            not (doubted or blank),
            agency,
            now.year,
            here,
            there,
            f"{one.identity}:{one.at}",
            expected,
            found,
            {
                "label": listed(map(called, one.now), " + ").zh,
                "id": listed(map(called, one.now), " + ").en,
                "found": plain(found),
                "expected": plain(expected),
                "before": before.year,
                "doubted": listed(map(called, doubted or blank), ", "),
                "terms": _terms(before, now, one),
            },
        )
    for identity, open_ in unknown.items():
        sides = (
            now.side(id_ for one in open_ for id_ in (*one.now, *one.plus, *one.minus)),
            before.side(id_ for one in open_ for id_ in one.before),
        )
        lost = sum(not figure.known for side in sides for _, figure in side.cells)
        facts: Facts = {"before": before.year, "count": len(open_), "lost": lost, "identity": identity}
        yield Finding("unevaluated", False, agency, now.year, *sides, identity, facts=facts)


def _has(year: _Year, cells: Iterable[CellId]) -> bool:
    return all(id_ in year.figures for id_ in cells)


def _terms(before: _Year, now: _Year, one: Recurrence) -> Phrase:
    """How the expected number comes about."""
    term = words().phrases["finding_term"]
    told = Phrase.model_construct(zh="", en="")
    for sign, year, cells in (("+", before, one.before), ("+", now, one.plus), ("-", now, one.minus)):
        for id_ in cells:
            name, figure = called(id_), year.figures[id_]
            value = plain(figure.value) if figure.value is not None else "0"
            own = put_in(term, {"year": year.year, "label": name.zh, "id": name.en, "value": value})
            told = listed([told, own], f" {sign} ") if told.en else own
    return told
