"""The judge: candidate grids from several extractors, aligned and checked, and the one that wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.byhand import ByHand, by_hand
from extract.candidates import Candidate, Evidence
from extract.check import Checked, check
from extract.corrections import DRAWN, Edit, Misfit
from extract.edition import aligned
from extract.errors import MisfitError
from extract.layout import Layout
from extract.model import Attempt, Status

_UNSURE = 0.5
"""Share of its cells that a candidate may doubt itself and still speak against one with few doubts."""

_LOST = 0.75
"""Share of its cells found below which a last resort is tried: most of a table's cells are lost with a few lines."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a printed grid came to: the winner, if any, and every attempt; and the edits that concern it."""

    winner: Checked | None
    attempts: tuple[Attempt, ...]
    reached: frozenset[Edit] = frozenset()
    misfits: tuple[Misfit, ...] = ()


def outcomes(
    evidence: Evidence, editions: Sequence[Layout], telling: frozenset[str], edits: Sequence[Edit] = ()
) -> dict[str, Outcome]:
    """Each printed grid, by id. `telling` grids differ by edition; the others take the edition of these.

    Of the `edits` those about editions, lines, rows and columns are made.
    """
    grids = editions[0].grids
    hand = {grid.id: by_hand(edits, grid, evidence.regions, editions) for grid in grids}
    found = {
        grid.id: _decide(evidence, grid.id, hand[grid.id].editions or editions, hand[grid.id])
        for grid in grids
        if grid.id in telling
    }
    told = {outcome.winner.alignment.layout.edition for outcome in found.values() if outcome.winner}
    # An old form is reused in later years, never a new one in earlier: the newest edition in sight dates the report.
    leading = next((layout for layout in editions if layout.edition in told), editions[0])
    for grid in grids:
        if grid.id not in found:
            found[grid.id] = _decide(evidence, grid.id, hand[grid.id].editions or (leading,), hand[grid.id])
    return {grid.id: found[grid.id] for grid in grids}


def _decide(evidence: Evidence, grid_id: str, editions: Sequence[Layout], hand: ByHand) -> Outcome:
    """Try extractors until one candidate settles every cell, or two extractors agree on all of them."""
    tried: list[tuple[str, Checked]] = []
    failures: list[Attempt] = []
    agreed = False
    candidates, misfits = _candidates(evidence, grid_id, hand)
    for candidate in candidates:
        name = candidate.extractor
        if candidate.error:
            failures.append(Attempt(grid_id, name, "", 0, 0, 0, 0, won=False, reason=candidate.error))
            continue
        checked = check(aligned(candidate, grid_id, editions, hand.assigned))
        agreed = any(other != name and _same(checked, before) for other, before in tried)
        tried.append((name, checked))
        if checked.settled or agreed:
            break
    witnesses = [checked for _, checked in tried]
    if tried and all(map(_is_lost, witnesses)):
        for candidate in evidence.last_resort(grid_id):
            tried.append((candidate.extractor, check(aligned(candidate, grid_id, editions, hand.assigned))))
    best = max((checked for _, checked in tried), key=_merit, default=None)
    if best is not None and not best.alignment.placed:
        best = None
    attempts = [
        _attempt(grid_id, name, checked, checked is best, agreed=agreed, alone=len(tried) == 1)
        for name, checked in tried
    ]
    if best is None:
        lost = [Misfit(edit, "no table was found there") for edit in (*hand.redrawing, *hand.assigned)]
        return Outcome(None, (*attempts, *failures), hand.reached, (*hand.misfits, *misfits, *lost))
    others = [checked for checked in witnesses if checked is not best and _is_witness(checked, best)]
    misfits = (*hand.misfits, *misfits, *best.alignment.misfits)
    return Outcome(evidence.look_again(best, others), (*attempts, *failures), hand.reached, misfits)


def _candidates(evidence: Evidence, grid_id: str, hand: ByHand) -> tuple[Iterable[Candidate], tuple[Misfit, ...]]:
    """The candidates of a grid; with edits of its lines the one that these fit, and of edits that fit none, why."""
    if not hand.redrawing:
        return evidence.candidates(grid_id), ()
    cause = ""
    drawn = all(edit.extractor == DRAWN for edit in hand.redrawing)
    for candidate in (*evidence.candidates(grid_id), *evidence.last_resort(grid_id), *([None] if drawn else [])):
        if candidate is not None and candidate.error:
            continue
        try:
            return [evidence.redrawn(grid_id, candidate, hand.redrawing)], ()
        except MisfitError as error:
            cause = cause or str(error)
    misfits = (Misfit(edit, cause or "no table was found there") for edit in hand.redrawing)
    return evidence.candidates(grid_id), tuple(misfits)


def _is_lost(checked: Checked) -> bool:
    """Whether too few cells were found, or most of these are in doubt."""
    found = len(checked.alignment.placed)
    return found < _LOST * checked.alignment.expected or checked.doubts > found * _UNSURE


def _merit(checked: Checked) -> tuple[bool, int, bool, int, int]:
    """Order of candidates: those not lost, then fewest cells not found, most in no doubt, fewest failures and doubts.

    What one makes fail and another does not is read wrongly by the first; doubts may be of what is read rightly. But
    where most is in doubt, that all adds up may mean that nothing was found in the cells: fewest doubts come first.
    """
    found, expected = len(checked.alignment.placed), checked.alignment.expected
    sure = checked.doubts <= found * _UNSURE
    faults = (checked.failed, checked.doubts) if sure else (checked.doubts, checked.failed)
    return not _is_lost(checked), found - expected, sure, -faults[0], -faults[1]


def _is_witness(other: Checked, best: Checked) -> bool:
    """Whether another candidate may dispute the winner: one in doubt may not where the winner settles all or most."""
    found = len(best.alignment.placed)
    if other.doubts > found * _UNSURE and best.doubts < found * (1 - _UNSURE) / 2:
        return False
    as_much = len(other.alignment.placed) >= found and (not best.settled or not other.doubts)
    return other.alignment.layout is best.alignment.layout and as_much


def _same(one: Checked, other: Checked) -> bool:
    """Whether two candidates found the same cells with the same values."""
    return one.alignment.layout is other.alignment.layout and {
        id_: (cell.value, cell.status is Status.MISSING) for id_, cell in one.cells.items()
    } == {id_: (cell.value, cell.status is Status.MISSING) for id_, cell in other.cells.items()}


def _attempt(grid_id: str, name: str, checked: Checked, won: bool, *, agreed: bool, alone: bool) -> Attempt:
    found, expected = len(checked.alignment.placed), checked.alignment.expected
    parts = [f"{found} of {expected} cells found"]
    parts.append(f"{checked.failed} identities fail" if checked.failed else "no identity fails")
    if checked.doubts:
        parts.append(f"{checked.doubts} cells in doubt")
    if won and checked.settled:
        parts.append("settled at once, no other extractor was asked" if alone else "settled")
    elif won:
        parts.append("another extractor reads the same" if agreed else "the best of all")
    return Attempt(
        grid=grid_id,
        extractor=checked.alignment.grids[0].extractor if checked.alignment.grids else name,
        edition=checked.alignment.layout.edition,
        found=found,
        expected=expected,
        failed_identities=checked.failed,
        doubts=checked.doubts,
        won=won,
        reason="; ".join(parts),
    )
