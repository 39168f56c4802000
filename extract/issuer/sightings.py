"""Places in a document's lines that say who issued it, or for which year."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from extract.issuer.decide import contradict
from extract.issuer.lines import Line, Place
from extract.titles import Titles

_MOST_LINES = 5
"""Lines that a title may be set in."""

_LONGEST = 90
"""Characters of a title, at most."""

_SENTENCE = 40
"""Characters kept of a sentence that tells the year."""

_FIGURES = re.compile(r"\d{4}")
"""A year that no report can be of, a date or a file's number: none belongs to a body's name."""

_MARKS = frozenset(",。;!?…")
"""What no title holds."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place that names a body, a year, or both: "title", "running", "statement", "period" or "narrative"."""

    source: str
    agency: str
    year: int | None
    lines: tuple[Line, ...]
    text: str

    @property
    def at(self) -> Place:
        """Where it begins."""
        return self.lines[0].at

    @property
    def told(self) -> tuple[str, int | None]:
        """What it says."""
        return self.agency, self.year


def sightings(lines: Sequence[Line], words: Titles) -> list[Sighting]:
    """Titles, statements and periods, in reading order; titles at the edges of several pages are running ones."""
    found = [*_titles(lines, words), *_sentences(lines, words)]
    return sorted(found, key=lambda one: one.at)


def openings(lines: Sequence[Line], words: Titles) -> list[Sighting]:
    """How sentences of a narrative begin that name a year."""
    return list(_searched(lines, words, "narrative", words.opening_patterns, "\n"))


def _titles(lines: Sequence[Line], words: Titles) -> Iterator[Sighting]:
    chosen: list[tuple[int, int, Sighting]] = []
    for end in _ends(lines, words):
        best: tuple[int, int, Sighting] | None = None
        for start in range(end, max(-1, end - _MOST_LINES), -1):
            window = lines[start : end + 1]
            if window[0].at.page != window[-1].at.page or not _MARKS.isdisjoint(window[0].plain):
                break
            told = _title(window, words)
            if told and (best is None or _weight(told) > _weight(best[2])):
                best = (start, end, told)
        if best:
            while chosen and chosen[-1][1] >= best[0]:  # the same lines, and one more or less
                if _weight(chosen[-1][2]) >= _weight(best[2]):
                    break
                chosen.pop()
            else:
                chosen.append(best)
    yield from _without_lists(chosen)


def _ends(lines: Sequence[Line], words: Titles) -> Iterator[int]:
    """The lines that may be a title's last: a word that all titles hold stands in it or shortly before it."""
    starts, joined = _joined(lines)
    reached = -1
    for match in words.closing_pattern.finditer(joined):
        end = bisect_right(starts, match.end() - 1) - 1
        yield from range(max(reached + 1, end), min(len(lines), end + _MOST_LINES))
        reached = max(reached, end + _MOST_LINES - 1)


def _joined(lines: Sequence[Line], joint: str = "") -> tuple[list[int], str]:
    """Where each line starts in all of them joined, and what they are joined."""
    starts = list(accumulate((len(line.plain) + len(joint) for line in lines), initial=0))
    return starts, joint.join(line.plain for line in lines)


def _weight(title: Sighting) -> int:
    return bool(title.agency) + bool(title.year)


def _title(window: Sequence[Line], words: Titles) -> Sighting | None:
    """The title that some lines are from end to end."""
    joined = "".join(line.plain for line in window)
    if len(joined) > _LONGEST or not words.closing_pattern.search(joined):
        return None
    for pattern in words.title_patterns:
        if (match := pattern.fullmatch(joined)) is not None:
            agency, year = _told(match, words)
            if agency is not None:
                return Sighting("title", agency, year, tuple(window), "\n".join(line.text for line in window))
    return None


def _told(match: re.Match[str], words: Titles) -> tuple[str | None, int | None]:
    """Agency and year of a match; the agency is None where it swallowed something else."""
    groups = match.groupdict()
    agency = groups.get("agency") or ""
    year = words.year(groups["year"]) if groups.get("year") else None
    if words.year_pattern.search(agency) or _FIGURES.search(agency) or (groups.get("year") and year is None):
        return None, None
    return agency.strip("-—·"), year


def _without_lists(titles: Sequence[tuple[int, int, Sighting]]) -> Iterator[Sighting]:
    """Titles that stand for themselves: several below each other are a table of contents or links to others' reports.

    One that stands at the edge of several pages is a running one but for the first time.
    """
    known: dict[tuple[str, int | None], int] = {}
    for i, (start, end, title) in enumerate(titles):
        others = (*titles[max(0, i - 1) : i], *titles[i + 1 : i + 2])
        beside = [other[2] for other in others if other[1] + 1 == start or end + 1 == other[0]]
        if any(other.at.page == title.at.page and contradict(other.told, title.told) for other in beside):
            continue
        again = any(line.edge for line in title.lines) and known.get(title.told, title.at.page) < title.at.page
        known.setdefault(title.told, title.at.page)
        yield replace(title, source="running") if again else title


def _sentences(lines: Sequence[Line], words: Titles) -> Iterator[Sighting]:
    yield from _searched(lines, words, "statement", words.statement_patterns)
    for one in _searched(lines, words, "period", words.period_patterns):
        yield replace(one, agency="")


def _searched(
    lines: Sequence[Line], words: Titles, source: str, patterns: Iterable[re.Pattern[str]], joint: str = ""
) -> Iterator[Sighting]:
    """What is found in the lines joined, page by page and over page breaks."""
    lines = [line for line in lines if not line.bare]
    starts, joined = _joined(lines, joint)
    for pattern in patterns:
        for match in pattern.finditer(joined):
            agency, year = _told(match, words)
            same = match.groupdict().get("same_year")
            if agency is None or year is None or (same and words.year(same) != year):
                continue
            caught = [match.start(name) for name, text in match.groupdict().items() if text]
            first = bisect_right(starts, min(caught)) - 1
            last = max(first, bisect_right(starts, match.end() - 1) - 1)
            within = tuple(lines[first : last + 1])
            text = joined[match.start() : match.end() + _SENTENCE].strip("\n。;:)").split("。")[0].replace("\n", "")
            yield Sighting(source, agency, year, within, text[:_LONGEST])


def dominant(found: Sequence[Sighting]) -> list[Sighting]:
    """Of the sentences of a narrative those of the year that most of them name, if two in three do."""
    years = Counter(one.year for one in found)
    if not years:
        return []
    year, count = years.most_common(1)[0]
    return [one for one in found if one.year == year] if 3 * count >= 2 * len(found) else []
