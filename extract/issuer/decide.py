"""From claims to a decision: which one is followed, and what contradicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from extract.model import Claim, Issuer

_SOURCES = ("title", "statement", "running", "period", "narrative", "file-name")
"""Kinds of places, the one that is followed first."""

OUTSIDE = "file-name"
"""What the document itself does not say: people rename files."""

_STRONG = frozenset({"title", "statement", "running", OUTSIDE})
"""Places that name the issuer in full; a narrative may speak of other bodies."""


def decided(claims: Iterable[Claim]) -> Issuer:
    """Issuer and year as far as the claims agree.

    Claims contradict if they name different years, or bodies of which neither is short for the other. Where places in
    the document contradict each other nothing is decided. A file's name that contradicts a document is overruled by two
    kinds of places that agree, and by fewer it is not: nothing is decided then either.
    """
    known = tuple(dict.fromkeys(sorted(claims, key=lambda claim: _SOURCES.index(claim.source))))
    agencies = [claim for claim in known if claim.about == "agency"]
    years = [claim for claim in known if claim.about == "year"]
    agency, agency_conflicts = _followed(agencies, [c for c in agencies if c.source in _STRONG], same_body)
    year, year_conflicts = _followed(years, years, str.__eq__)
    undecided = [name for name, one, all_ in (("agency", agency, agencies), ("year", year, years)) if all_ and not one]
    return Issuer(
        agency=agency.value if agency else "",
        agency_from=agency.source if agency else "",
        year=int(year.value) if year else None,
        year_from=year.source if year else "",
        claims=known,
        conflicts=(*agency_conflicts, *year_conflicts),
        undecided=tuple(undecided),
    )


def _followed(
    claims: Sequence[Claim], heard: Sequence[Claim], same: Callable[[str, str], bool]
) -> tuple[Claim | None, list[str]]:
    """The claim to follow, None where those `heard` contradict, and the contradictions in words."""
    if not claims:
        return None, []
    inside = [claim for claim in heard if claim.source != OUTSIDE]
    first = (inside or claims)[0]
    against = [claim for claim in heard if not same(first.value, claim.value)]
    conflicts = list(dict.fromkeys(f"{first.about}: {_told(first)}, but {_told(other)}" for other in against))
    agreeing = {claim.source for claim in inside if same(first.value, claim.value)}
    overruled = all(claim.source == OUTSIDE for claim in against) and len(agreeing) > 1
    return (first if not against or overruled else None), conflicts


def _told(claim: Claim) -> str:
    where = f", page {claim.page}" if claim.page else ""
    return f"{claim.value} ({claim.source}{where})"


def contradict(one: tuple[str, int | None], other: tuple[str, int | None]) -> bool:
    """Whether two pairs of agency and year, either of which may be empty, are of different bodies or years."""
    (agency, year), (other_agency, other_year) = one, other
    if year and other_year and year != other_year:
        return True
    return bool(agency and other_agency and not same_body(agency, other_agency))


def same_body(one: str, other: str) -> bool:
    """Whether two names can be of one body: equal, or one short for the other, with characters left out."""
    short, long = sorted((one, other), key=len)
    rest: Iterator[str] = iter(long)
    return all(char in rest for char in short)
