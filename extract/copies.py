"""Grids that one report prints more than once: read each by itself, and held against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TypedDict

from extract.candidates import Paged
from extract.corrections import Edit, Misfit
from extract.judge import Outcome, outcomes
from extract.layout import Layout
from extract.model import Cell, CellId, Grid, Page, Region, Status
from extract.parts import Part, again, runs

_TWO = "all tables are printed again, on page {page}: perhaps a second report, of which no title tells"
_OTHER = "the table is printed again on page {page}, and says {text!r} there"
_AGAIN = "{grid}: printed again on page {page}, after other tables"

_ALIKE = 0.8
"""Share of a report's cells that must be the same in all prints for these to be known as the same."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What each printed grid came to, by id, and what a person should know of grids that are printed again.

    `doubted` are the cells in which prints differ, and why; `reached` and `misfits` are about people's edits.
    """

    outcomes: Mapping[str, Outcome]
    warnings: tuple[str, ...] = ()
    doubted: Mapping[CellId, str] = field(default_factory=dict)
    reached: frozenset[Edit] = frozenset()
    misfits: tuple[Misfit, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The fragments of the winners."""
        winners = [outcome.winner for outcome in self.outcomes.values() if outcome.winner]
        return tuple(grid for winner in winners for grid in winner.alignment.grids)


def judged_once(found: Mapping[str, Outcome]) -> Judged:
    """The outcomes of a report that prints nothing again."""
    return Judged(found, **_edits([found]))


def judged_beside(text: Mapping[str, Outcome], pictures: Judged) -> Judged:
    """The outcomes of a report whose tables stand in its `text`, or in its `pictures` where the text has none."""
    found = {grid: one if one.winner else pictures.outcomes[grid] for grid, one in text.items()}
    own = {id_ for one in text.values() if one.winner for id_ in one.winner.cells}
    doubted = {id_: why for id_, why in pictures.doubted.items() if id_ not in own}
    return replace(pictures, outcomes=found, doubted=doubted, **_edits([text, pictures.outcomes]))


class _Edits(TypedDict):
    reached: frozenset[Edit]
    misfits: tuple[Misfit, ...]


def judged(
    evidence: Paged, part: Part, editions: Sequence[Layout], telling: frozenset[str], edits: Sequence[Edit] = ()
) -> Judged:
    """The outcomes of a part's grids.

    Of a grid that is printed again, whole each time, the first print is followed, and every cell where another print
    differs is suspect. Where all grids are printed again it may be a second report's: then every cell is, unless all
    numbers are the same, and not all noughts. A page that is bound in twice is read once.
    """
    once, twice = _bound_twice(evidence.pages, part.regions)
    if twice:
        found_once = judged(evidence, replace(part, regions=once, repeated=again(once)), editions, telling, edits)
        if not found_once.doubted and all(_numbers_on(first, found_once.outcomes) for first in twice.values()):
            told = (f"page {page} is page {first} again, to the letter: read once" for page, first in twice.items())
            return replace(found_once, warnings=(*told, *found_once.warnings))
    together = outcomes(replace(evidence, regions=part.regions), editions, telling, edits)
    if not part.repeated:
        return judged_once(together)
    prints = {grid: runs(part.regions, grid) for grid in part.repeated}
    found = [
        outcomes(replace(evidence, regions=_nth(part.regions, prints, n)), editions, telling, edits)
        for n in range(max(map(len, prints.values())))
    ]
    all_again = set(part.repeated) == {region.grid for region in part.regions}
    several = all_again and not _same([[found[n][grid] for n in range(len(own))] for grid, own in prints.items()])
    doubted: dict[CellId, str] = {}
    edited = _edits([together, *found])
    for grid, own in prints.items():
        first, *others = (found[n][grid] for n in range(len(own)))
        if all(_whole(outcome) for outcome in (first, *others)):
            doubted |= _differences(first, others, [run[0].page for run in own[1:]], several=several)
            together[grid] = first
        elif several:
            doubted |= _all(together[grid], _TWO.format(page=own[1][0].page))
    warnings = tuple(_AGAIN.format(grid=grid, page=own[1][0].page) for grid, own in prints.items())
    return Judged(together, warnings, doubted, **edited)


def _bound_twice(pages: Sequence[Page], regions: Sequence[Region]) -> tuple[tuple[Region, ...], dict[int, int]]:
    """The regions but those of pages that are another one before to the letter; and which page each of these is."""
    seen: dict[tuple[str, bytes], int] = {}
    twice: dict[int, int] = {}
    for number in sorted({region.page for region in regions}):
        page = pages[number - 1]
        if page.sheet is None:
            first = seen.setdefault((page.glyphs.text, page.glyphs.boxes.tobytes()), number)
            twice |= {number: first} if first != number else {}
    return tuple(region for region in regions if region.page not in twice), twice


def _numbers_on(page: int, found: Mapping[str, Outcome]) -> bool:
    """Whether a number above nought was found on a page: noughts may be anybody's."""
    return any(
        cell.value for one in found.values() if one.winner for cell in one.winner.cells.values() if cell.page == page
    )


def _edits(found: Sequence[Mapping[str, Outcome]]) -> _Edits:
    """The edits that concern any of the outcomes, and those that fit none of them."""
    every = [outcome for one in found for outcome in one.values()]
    made = {edit for outcome in every for edit in outcome.reached - {misfit.edit for misfit in outcome.misfits}}
    misfits = tuple(misfit for outcome in every for misfit in outcome.misfits if misfit.edit not in made)
    return {"reached": frozenset(edit for outcome in every for edit in outcome.reached), "misfits": misfits}


def _nth(regions: Sequence[Region], prints: Mapping[str, Sequence[tuple[Region, ...]]], n: int) -> tuple[Region, ...]:
    """The regions of a report that prints nothing again: of the prints of each grid the n-th, or the last there is."""
    chosen = {id(region) for own in prints.values() for region in own[min(n, len(own) - 1)]}
    return tuple(region for region in regions if region.grid not in prints or id(region) in chosen)


def _whole(outcome: Outcome) -> bool:
    winner = outcome.winner
    return winner is not None and winner.alignment.whole


def _same(grids: Sequence[Sequence[Outcome]]) -> bool:
    """Whether all prints of the grids are whole and say the same, with any number above nought among them.

    A few cells say nothing of that: those in doubt in a print, as on scans, and those of a grid that was not found each
    time, as where a page that ends with its header was scanned twice.
    """
    found = [[one.winner for one in prints if one.winner] for prints in grids]
    if not all(winner.alignment.whole for winners in found for winner in winners):
        return False
    cells = [[winner.cells for winner in winners] for winners in found]
    again = [own for own, prints in zip(cells, grids, strict=True) if len(own) == len(prints)]
    if any(one.keys() != own[0].keys() for own in again for one in own):
        return False
    told = [[one[id_] for one in own] for own in again for id_ in own[0]]
    alike = [len({cell.value for cell in one}) == 1 for one in told]
    known = sum(max(map(len, own), default=0) for own in cells)
    if sum(alike) < _ALIKE * known or not any(one[0].value for one in compress(told, alike)):
        return False
    return all(same or any(cell.flagged for cell in one) for one, same in zip(told, alike, strict=True))


def _differences(
    first: Outcome, others: Sequence[Outcome], pages: Sequence[int], *, several: bool
) -> dict[CellId, str]:
    """What other prints of a grid say against the first, by cell."""
    if several:
        return _all(first, _TWO.format(page=pages[0]))
    told: dict[CellId, str] = {}
    cells = first.winner.cells if first.winner else {}
    for other, page in zip(others, pages, strict=True):
        theirs: Mapping[CellId, Cell] = other.winner.cells if other.winner else {}
        for id_, cell in cells.items():
            if id_ not in theirs or theirs[id_].value != cell.value:
                text = theirs[id_].text if id_ in theirs else ""
                told.setdefault(id_, _OTHER.format(page=page, text=text))
    return told


def _all(outcome: Outcome, reason: str) -> dict[CellId, str]:
    return dict.fromkeys(outcome.winner.cells, reason) if outcome.winner else {}


def doubted(cell: Cell, reason: str) -> Cell:
    """A cell flagged for a reason; one that a person set is left as it is."""
    if cell.status is Status.CORRECTED:
        return cell
    status = cell.status if cell.flagged else Status.SUSPECT
    return replace(cell, status=status, reasons=(*cell.reasons, reason))
