"""Which reports a document holds: one as a rule, several where the tables begin again under another title or year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from extract.detect.telling import HEADING
from extract.issuer import Line, Place, Sighting, contradict, place
from extract.model import Region

_LEAST = 2
"""Kinds of printed grids that make a report, where it does not hold the same as the one before."""


@dataclass(frozen=True, slots=True)
class Part:
    """A report within a document: its pages, first and last, its regions, and what tells of its issuer.

    `start` is where its title begins; `repeated` are the grids that it prints again after others, so that it may be
    several reports whose titles are not there to be read.
    """

    start: Place
    pages: tuple[int, int]
    regions: tuple[Region, ...]
    sightings: tuple[Sighting, ...]
    repeated: tuple[str, ...]

    @property
    def tables(self) -> tuple[Place, Place] | None:
        """Where its first and its last table begin; None without tables."""
        places = [place(region) for region in self.regions]
        return (min(places), max(places)) if places else None


def divide(regions: Sequence[Region], found: Sequence[Sighting], lines: Sequence[Line], pages: int) -> list[Part]:
    """The reports of a document.

    It is divided where two things come together: a title, or another place that names issuer or year, says something
    else than the report so far; and from there on grids are printed that were printed before. A heading that is
    doubled, a table that is printed twice, or a title without tables divides nothing.

    Args:
        regions: Every region of the document.
        found: What tells of issuer and year, in reading order.
        lines: Its lines.
        pages: How many it has.
    """
    regions = sorted(regions, key=place)
    signs = list(_signs(found))
    starts = _starts(regions, signs)
    places = [Place(1, float("-inf")), *(sign.at for _, sign in starts)]
    bounds = [0, *(first for first, _ in starts), len(regions)]
    parts = []
    for i, start in enumerate(places):
        own = tuple(regions[bounds[i] : bounds[i + 1]])
        end = places[i + 1] if i + 1 < len(places) else None
        within = tuple(one for one in found if one.at >= start and (end is None or one.at < end))
        last = pages if end is None else _last_page(start, end, own, lines)
        parts.append(Part(start, (start.page, last), own, within, again(own)))
    return parts


def again(regions: Sequence[Region]) -> tuple[str, ...]:
    """Grids that are printed anew after others."""
    return tuple(dict.fromkeys(run[0].grid for run, seen in _runs(regions) if seen))


def runs(regions: Sequence[Region], grid: str) -> list[tuple[Region, ...]]:
    """The regions of a grid, those together that no other grid parts."""
    return [run for run, _ in _runs(regions) if run[0].grid == grid]


def unclear_pages(parts: Sequence[Part]) -> Iterator[int]:
    """Pages where a title may stand that was not read: a report's first, and those before grids that are repeated."""
    for part in parts:
        runs = list(_runs(part.regions))
        last = next((place(before[-1]) for (before, _), (_, seen) in pairwise(runs) if seen), None)
        ahead = [one for one in part.sightings if last is None or one.at < last]
        if part.regions and not all(_told(ahead)):
            yield part.start.page
        for (before, _), (run, seen) in pairwise(runs):
            if seen:
                yield from range(before[-1].page, run[0].page + 1)


def _runs(regions: Sequence[Region]) -> Iterator[tuple[tuple[Region, ...], bool]]:
    """Runs of regions of one grid, and whether that grid had a run before.

    One ends where the grid's heading stands above a region again, on another page: what was last in a report may be
    first in the next.
    """
    seen: set[str] = set()
    for grid, together in groupby(sorted(regions, key=place), key=lambda region: region.grid):
        for run in _headed(list(together)):
            yield tuple(run), grid in seen
            seen.add(grid)


def _headed(run: list[Region]) -> Iterator[list[Region]]:
    """The parts of a run that have a heading each."""
    heads = [i for i, region in enumerate(run) if float(region.evidence.get("heading", 0.0)) >= HEADING]
    starts = [0, *(i for i in heads[1:] if run[i].page > run[i - 1].page), len(run)]
    for first, last in pairwise(starts):
        yield run[first:last]


def _signs(found: Sequence[Sighting]) -> Iterator[Sighting]:
    """What may tell one report from the next: not the running title of a whole volume, with others' titles in it."""
    titles = [one for one in found if one.source == "title"]
    running: dict[tuple[str, int | None], list[Place]] = {one.told: [] for one in found if one.source == "running"}
    for one in found:
        if one.told in running:
            running[one.told].append(one.at)
    volume = {
        told
        for told, places in running.items()
        if any(min(places) < title.at < max(places) and contradict(title.told, told) for title in titles)
    }
    yield from (one for one in found if one.told not in volume or one.source in {"statement", "period"})


def _told(signs: Sequence[Sighting]) -> tuple[str, int | None]:
    """What several places say together, the first to say it heard."""
    agency = next((sign.agency for sign in signs if sign.agency), "")
    return agency, next((sign.year for sign in signs if sign.year), None)


def _starts(regions: Sequence[Region], signs: Sequence[Sighting]) -> list[tuple[int, Sighting]]:
    """For each report but the first, its first region's position and the place where it begins."""
    before: list[list[Sighting]] = [[] for _ in range(len(regions) + 1)]
    for sign in signs:
        before[sum(place(region) < sign.at for region in regions)].append(sign)
    starts: list[tuple[int, Sighting]] = []
    first, told = 0, _told(before[0])
    for i in range(1, len(regions)):
        new = _told(before[i])
        if not contradict(new, told):
            continue
        end = next((j for j in range(i + 1, len(regions)) if contradict(_told(before[j]), new)), len(regions))
        if _restarts(regions[first:i], regions[i:end]):
            starts.append((i, _beginning(before[i], told)))
            first, told = i, new
    return starts


def _restarts(before: Sequence[Region], after: Sequence[Region]) -> bool:
    """Whether regions are another report's tables, not more of the same report's."""
    old, new = {region.grid for region in before}, {region.grid for region in after}
    whole = old == new or min(len(old), len(new)) >= _LEAST
    return bool(old & new) and whole and "continues_page" not in after[0].evidence


def _beginning(signs: Sequence[Sighting], told: tuple[str, int | None]) -> Sighting:
    """The first place that says something else than `told`, or a title just before it."""
    other = next((i for i, sign in enumerate(signs) if contradict(sign.told, told)), len(signs) - 1)
    above = [sign for sign in signs[:other] if sign.source == "title" and sign.at.page == signs[other].at.page]
    return above[0] if above else signs[other]


def _last_page(start: Place, end: Place, regions: Sequence[Region], lines: Sequence[Line]) -> int:
    """The last page of a report that ends where the next begins."""
    shared = any(region.page == end.page for region in regions) or any(
        line.at.page == end.page and line.at < end and not line.bare and not line.edge for line in lines
    )
    return end.page if shared else max(start.page, end.page - 1)
