"""The spine: source, detect, grids, align, check, called in this order, and the report they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from extract.align import Alignment, align
from extract.check import Checked, check, missing_cells
from extract.detect import Vocabulary, find, vocabulary
from extract.errors import ExtractorError
from extract.grids import extractors
from extract.layout import Layout, shipped
from extract.model import Attempt, BBox, Cell, CellId, Grid, Page, PageInfo, Region, Report, Status, Table
from extract.source import Document, Limits, open_document

_TELLING = 0.85
"""Likeness of its labels from which a cell that only one edition has tells the edition."""


def read(
    path: str | Path,
    *,
    password: str | None = None,
    layouts: Sequence[Layout] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Read one PDF and recover its four tables.

    Args:
        path: The file.
        password: The user password, for an encrypted file.
        layouts: Editions of the form to recognise, newest first; those shipped with gongkai by default.
        limits: What the document may cost.

    Raises:
        UnreadableError: The file is missing, empty, damaged or not a PDF.
        PasswordError: It is encrypted and the password does not open it.
        LimitError: It is larger than the limits.
    """
    form = _form(tuple(layouts)) if layouts else _shipped_form()
    with open_document(path, password=password, limits=limits) as document:
        pages = _pages(document, form.words)
        regions = tuple(find(pages, form.words))
        outcomes = _outcomes(_Grids(document, pages, regions), form)
        return _report(document, pages, regions, outcomes, form.editions)


@dataclass(frozen=True, slots=True)
class _Form:
    """Editions of one form, newest first; what their labels are made of; and which grids tell the editions apart."""

    editions: tuple[Layout, ...]
    words: Vocabulary
    telling: frozenset[str]


def _form(editions: tuple[Layout, ...]) -> _Form:
    telling = frozenset(g.id for g in editions[0].grids if any(other.grid(g.id) != g for other in editions[1:]))
    return _Form(editions, vocabulary(editions), telling)


@cache
def _shipped_form() -> _Form:
    return _form(shipped())


def _pages(document: Document, words: Vocabulary) -> list[Page]:
    """Every page: in full where it may hold a table, else its text only."""
    pages: list[Page] = []
    for number in range(1, len(document) + 1):
        with document.page(number) as source:
            share = words.share(source.text)
            goes_on = bool(pages) and not pages[-1].skimmed
            framed = source.drawn.lines >= 3
            worth = (framed and (goes_on or share >= 0.12)) or share >= 0.5
            pages.append(source.read() if worth else source.skim())
    return pages


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What an extractor makes of a printed grid: its fragments, the pages where it found none, or why it failed."""

    extractor: str
    grids: list[Grid]
    unread: tuple[int, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Grids:
    """Candidate grids of a document's regions, made when asked for."""

    document: Document
    pages: Sequence[Page]
    regions: Sequence[Region]

    def candidates(self, grid: str) -> Iterator[_Candidate]:
        """For one printed grid, its fragments as each extractor in turn finds them, cheapest extractor first."""
        regions = [region for region in self.regions if region.grid == grid]
        if not regions:
            return
        for extractor in extractors():
            variants = [extractor.grids(self.document, self.pages[region.page - 1], region) for region in regions]
            latest: dict[int, Grid] = {}
            try:
                while more := {i: made for i, found in enumerate(variants) if (made := next(found, None))}:
                    latest |= more
                    unread = tuple(region.page for i, region in enumerate(regions) if i not in latest)
                    yield _Candidate(extractor.name, [latest[i] for i in sorted(latest)], unread)
            except ExtractorError as error:
                yield _Candidate(extractor.name, [], error=str(error))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a printed grid came to: the winner, if any, and every attempt."""

    winner: Checked | None
    attempts: tuple[Attempt, ...]


def _outcomes(grids: _Grids, form: _Form) -> dict[str, _Outcome]:
    """Each printed grid, by id. A grid that is the same in all editions takes the edition of the others."""
    editions = form.editions
    outcomes = {grid.id: _decide(grids, grid.id, editions) for grid in editions[0].grids if grid.id in form.telling}
    told = {outcome.winner.alignment.layout.edition for outcome in outcomes.values() if outcome.winner}
    # An old form is reused in later years, never a new one in earlier: the newest edition in sight dates the report.
    leading = next((layout for layout in editions if layout.edition in told), editions[0])
    for grid in editions[0].grids:
        if grid.id not in outcomes:
            outcomes[grid.id] = _decide(grids, grid.id, (leading,))
    return {grid.id: outcomes[grid.id] for grid in editions[0].grids}


def _decide(grids: _Grids, grid_id: str, editions: Sequence[Layout]) -> _Outcome:
    """Try extractors until one candidate settles every cell, or two extractors agree on all of them."""
    tried: list[tuple[str, Checked]] = []
    failures: list[Attempt] = []
    agreed = False
    for candidate in grids.candidates(grid_id):
        name = candidate.extractor
        if candidate.error:
            failures.append(Attempt(grid_id, name, "", 0, 0, 0, 0, won=False, reason=candidate.error))
            continue
        checked = check(_align(candidate, grid_id, editions))
        agreed = any(other != name and _same(checked, before) for other, before in tried)
        tried.append((name, checked))
        if checked.settled or agreed:
            break
    best = max((checked for _, checked in tried), key=_merit, default=None)
    if best is not None and not best.alignment.placed:
        best = None
    attempts = [_attempt(grid_id, name, checked, checked is best, agreed=agreed) for name, checked in tried]
    return _Outcome(_witnessed(grids, best, tried) if best else None, (*attempts, *failures))


def _align(candidate: _Candidate, grid_id: str, editions: Sequence[Layout]) -> Alignment:
    """The alignment under the edition whose labels fit best."""
    best = align(candidate.grids, editions[0], editions[0].grid(grid_id))
    complete = len(best.placed) == best.expected
    for layout in editions[1:]:
        if best.perfect:
            break
        alignment = align(candidate.grids, layout, layout.grid(grid_id))
        whole = len(alignment.placed) == alignment.expected
        if alignment.score > best.score:
            best, complete = alignment, whole and not complete
        else:
            complete = complete and not whole
    doubts = [f"a part of the table was seen on page {page} and not read" for page in candidate.unread]
    others = {slot.id for layout in editions if layout is not best.layout for slot in layout.grid(grid_id).slots}
    told = len(best.placed) * 2 >= best.expected and any(
        id_ not in others and placed.score >= _TELLING for id_, placed in best.placed.items()
    )
    if others and not told and not complete:  # being complete under one edition only tells it too
        doubts.append("no cell that tells the editions of the form apart was found")
    return replace(best, doubts=tuple(doubts)) if doubts else best


def _merit(checked: Checked) -> tuple[int, int, int]:
    """Order of candidates: most cells found, then fewest doubts, then fewest failing identities."""
    return len(checked.alignment.placed), -checked.doubts, -checked.failed


def _same(one: Checked, other: Checked) -> bool:
    """Whether two candidates found the same cells with the same values."""
    return one.alignment.layout is other.alignment.layout and {
        id_: (cell.value, cell.status is Status.MISSING) for id_, cell in one.cells.items()
    } == {id_: (cell.value, cell.status is Status.MISSING) for id_, cell in other.cells.items()}


def _attempt(grid_id: str, name: str, checked: Checked, won: bool, *, agreed: bool) -> Attempt:
    found, expected = len(checked.alignment.placed), checked.alignment.expected
    parts = [f"{found} of {expected} cells found"]
    parts.append(f"{checked.failed} identities fail" if checked.failed else "no identity fails")
    if checked.doubts:
        parts.append(f"{checked.doubts} cells in doubt")
    if won and checked.settled:
        parts.append("settled at once, no other extractor was asked")
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


def _witnessed(grids: _Grids, best: Checked, tried: Sequence[tuple[str, Checked]]) -> Checked:
    """The winner checked again, with what is drawn in its empty cells and what equally good readers disagree on."""
    disputed: dict[CellId, str] = {}
    for _, other in tried:
        rank = 2 if best.settled else 1  # against a candidate that settles all, one that is in doubt is no witness
        if other.alignment.layout is not best.alignment.layout or _merit(other)[:rank] < _merit(best)[:rank]:
            continue
        disputed |= {id_: cell.text for id_, cell in other.cells.items() if cell.value != best.cells[id_].value}
    empty: dict[int, list[tuple[CellId, BBox]]] = {}
    for id_, placed in best.alignment.placed.items():
        if not placed.reading.text.strip():
            empty.setdefault(placed.page, []).append((id_, placed.bbox))
    inked: set[CellId] = set()
    for number, cells in empty.items():
        seen = grids.document.inked(grids.pages[number - 1], [box for _, box in cells])
        inked.update(id_ for (id_, _), ink in zip(cells, seen, strict=True) if ink)
    if not disputed and not inked:
        return best
    return check(best.alignment, inked=frozenset(inked), disputed=disputed)


def _report(
    document: Document,
    pages: Sequence[Page],
    regions: tuple[Region, ...],
    outcomes: Mapping[str, _Outcome],
    editions: Sequence[Layout],
) -> Report:
    tables: dict[str, Table] = {}
    for grid in editions[0].grids:
        winner = outcomes[grid.id].winner
        cells: Mapping[CellId, Cell] = winner.cells if winner else missing_cells(grid, editions[0])
        for name in grid.tables:
            own = tuple(cell for id_, cell in cells.items() if id_.table == name)
            found = any(cell.status is not Status.MISSING for cell in own)
            fragments = winner.alignment.grids if winner and found else ()
            extractor = fragments[0].extractor if fragments else ""
            tables[name] = Table(name, own[0].edition, found, own, fragments, extractor)
    winners = [outcome.winner for outcome in outcomes.values() if outcome.winner]
    return Report(
        path=document.path,
        sha256=document.sha256,
        pages=tuple(PageInfo(p.number, p.width, p.height, p.rotation, p.kind) for p in pages),
        tables=tables,
        regions=regions,
        identities=tuple(result for winner in winners for result in winner.identities),
        attempts=tuple(attempt for outcome in outcomes.values() for attempt in outcome.attempts),
        warnings=tuple(_warnings(pages)),
        versions=_versions(),
    )


def _warnings(pages: Sequence[Page]) -> Iterator[str]:
    for page in pages:
        if page.kind == "image":
            yield f"page {page.number} is an image without text; it was not read"


@cache
def _versions() -> dict[str, str]:
    """Versions of gongkai and of the libraries whose work is in a report."""
    return {name: version(name) for name in ("gongkai", "pypdfium2", "pdfplumber", "camelot-py")}
