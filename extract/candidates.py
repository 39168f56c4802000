"""Candidates: what one extractor after the other makes of a document's printed grids, and what people draw on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice, pairwise, takewhile
from typing import Any, Protocol

from extract.check import Checked, captions_in, check
from extract.corrections import DRAWN, Redrawing
from extract.detect import text_in
from extract.errors import ExtractorError, MisfitError
from extract.grids import Extractors
from extract.grids.plaintext.table import made_out
from extract.grids.protocol import Extractor
from extract.grids.redraw import redrawn, undrawn
from extract.grids.unruled.headed import with_headers
from extract.layout import Layout
from extract.model import BBox, Grid, Page, Region, Written
from extract.ocr import Engine
from extract.source import Document
from extract.witness import look_again

_LINES_ABOVE = 3
"""Lines before a table among which its caption is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an extractor makes of a printed grid: its fragments, the pages where it found none, or why it failed.

    `at` says of which of the grid's regions each fragment is, by position.
    """

    extractor: str
    grids: list[Grid]
    unread: tuple[int, ...] = ()
    error: str = ""
    at: tuple[int, ...] = ()


class Evidence(Protocol):
    """What there is to judge of a document."""

    @property
    def regions(self) -> Sequence[Region]:
        """Where grids are printed."""

    def candidates(self, grid: str) -> Iterator[Candidate]:
        """For one printed grid, its fragments as each extractor in turn finds them, cheapest extractor first."""

    def last_resort(self, grid: str) -> Iterator[Candidate]:
        """What is left to try of a printed grid of which most was lost, because its lines were."""

    def redrawn(self, grid: str, candidate: Candidate | None, edits: Sequence[Redrawing]) -> Candidate:
        """A candidate with people's edits of its lines; None for one that they draw from nothing.

        Raises:
            MisfitError: They do not fit this candidate.
        """

    def look_again(self, best: Checked, others: Sequence[Checked]) -> Checked:
        """The winner, doubted where a second look speaks against it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was worked out already, so that it is not again when people edit something else.

    `candidates` has for the regions of a printed grid those made so far, and the rest; `redrawn` the fragments with
    edited lines.
    """

    candidates: dict[Any, tuple[list[Candidate], Iterator[Candidate]]]
    redrawn: dict[Any, Grid]


@dataclass(frozen=True)
class Paged:
    """A document's pages and the regions found on them; `engine` reads scanned ones, those without sums twice.

    `marks` are texts that stand for an empty cell.
    """

    document: Document
    pages: Sequence[Page]
    regions: Sequence[Region]
    engine: Callable[[], Engine]
    unproved: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    known: Known = field(default_factory=lambda: Known({}, {}))

    @cached_property
    def _extractors(self) -> Extractors:
        return Extractors(self.engine, self.unproved, self.marks)

    def candidates(self, grid: str) -> Iterator[Candidate]:
        """For one printed grid, its fragments as each extractor in turn finds them, cheapest extractor first."""
        yield from self._kept(grid, "", self._extractors)

    def last_resort(self, grid: str) -> Iterator[Candidate]:
        """Of grids on scanned pages, their text alone, whatever lines there are."""
        if all(self.pages[region.page - 1].sheet for region in self.regions if region.grid == grid):
            extractor = self._extractors.text
            yield from self._kept(grid, extractor.name, [extractor])

    def _kept(self, grid: str, name: str, extractors: Iterable[Extractor]) -> Iterator[Candidate]:
        """The candidates of some extractors in turn, known by a name, each made once."""
        regions = [region for region in self.regions if region.grid == grid]
        if not regions:
            return
        places = [(region.grid, region.page, region.bbox, id(self.pages[region.page - 1])) for region in regions]
        key = (name, *places)
        if key not in self.known.candidates:
            self.known.candidates[key] = ([], _found(self.document, self.pages, regions, extractors, self.marks))
        made, rest = self.known.candidates[key]
        for i in count():
            if i == len(made):
                following = next(rest, None)
                if following is None:
                    return
                made.append(following)
            yield made[i]

    def redrawn(self, grid: str, candidate: Candidate | None, edits: Sequence[Redrawing]) -> Candidate:
        """A candidate with people's edits of its lines; None for one that they draw from nothing.

        Raises:
            MisfitError: They do not fit this candidate.
        """
        regions = [region for region in self.regions if region.grid == grid]
        fragments = dict(zip(candidate.at, candidate.grids, strict=True)) if candidate else {}
        for i, own in _by_region(edits, regions).items():
            page = self.pages[regions[i].page - 1]
            base = undrawn(page, regions[i]) if own[0].extractor == DRAWN else fragments.get(i)
            if base is None or any(edit.extractor != base.extractor for edit in own):
                raise MisfitError(f"{own[0].extractor} finds no grid there")
            key = (grid, id(page), base.page, base.bbox, base.extractor, tuple(own))
            if key not in self.known.redrawn:
                self.known.redrawn[key] = redrawn(base, own, page, self.engine)
            fragments[i] = self.known.redrawn[key]
        at = tuple(sorted(fragments))
        name = candidate.extractor if candidate else DRAWN
        unread = tuple(region.page for i, region in enumerate(regions) if i not in fragments)
        return Candidate(name, [fragments[i] for i in at], unread, at=at)

    def look_again(self, best: Checked, others: Sequence[Checked]) -> Checked:
        """The winner, doubted where the page or another extractor speaks against it."""
        return look_again(self.document, self.pages, best, others)


@dataclass(frozen=True, slots=True)
class Unpaged:
    """A document without pages and the regions found in it. Its tables are given, or made out from its lines."""

    document: Written
    regions: Sequence[Region]
    editions: Sequence[Layout]

    def candidates(self, grid: str) -> Iterator[Candidate]:
        """The one candidate there is."""
        parts = [part for region in self.regions if region.grid == grid for part in self._parts(region)]
        given = [part for part in parts if isinstance(part, Grid)]
        if given:
            yield Candidate(self.document.kind, given)
        elif parts:
            made = made_out([part for part in parts if isinstance(part, str)], grid, self.editions)
            if made is not None:
                yield Candidate(self.document.kind, [made])

    def last_resort(self, grid: str) -> Iterator[Candidate]:  # noqa: ARG002
        """Nothing: no lines were lost."""
        return iter(())

    def redrawn(self, grid: str, candidate: Candidate | None, edits: Sequence[Redrawing]) -> Candidate:  # noqa: ARG002
        """Nothing: no lines are drawn.

        Raises:
            MisfitError: Always.
        """
        raise MisfitError("the document has no pages, and no lines that could be edited")

    def look_again(self, best: Checked, others: Sequence[Checked]) -> Checked:  # noqa: ARG002 - there are none
        """The winner, doubted where a caption speaks against it: there is no page to look at."""
        layout, grid = best.alignment.layout, best.alignment.grid.id
        texts = (text for region in self.regions if region.grid == grid for text in self._texts(region))
        captions = captions_in(texts, layout) if best.amounts else ()
        return check(best.alignment, captions=captions) if captions else best

    def _texts(self, region: Region) -> Iterator[str]:
        """The lines that a region is made of, and those between it and the table before."""
        start, end = region.evidence["parts"]
        before = takewhile(lambda part: isinstance(part, str), reversed(self.document.parts[:start]))
        above = islice((part for part in before if isinstance(part, str) and part.strip()), _LINES_ABOVE)
        yield from (*above, *(part for part in self.document.parts[start:end] if isinstance(part, str)))

    def _parts(self, region: Region) -> Iterator[str | Grid]:
        start, end = region.evidence["parts"]
        yield from self.document.parts[start:end]
        yield ""  # what is apart in the text stays apart


def _found(
    document: Document,
    pages: Sequence[Page],
    regions: Sequence[Region],
    extractors: Iterable[Extractor],
    marks: frozenset[str],
) -> Iterator[Candidate]:
    """The candidates of some extractors in turn.

    It is kept half-way where one was enough, and knows nothing of what keeps it: a document that was read is gone with
    its last user, and does not wait for Python's collector.
    """
    scanned = all(pages[region.page - 1].sheet for region in regions)
    first: dict[int, Grid] = {}  # of each region, for what later extractors leave out of it
    for extractor in extractors:
        latest: dict[int, Grid] = {}
        made: list[Grid] = []  # the latest of the regions so far, which is what those after them go by
        variants = [extractor.grids(document, pages[region.page - 1], region, made) for region in regions]
        try:
            while _next(variants, latest, made):
                first = latest | first
                unread = tuple(
                    region.page
                    for i, region in enumerate(regions)
                    if (leaves_out(latest.values(), first[i]) if i in latest else _holds_any(document, pages, region))
                )
                at = tuple(sorted(latest))
                yield Candidate(extractor.name, with_headers([latest[i] for i in at], marks), unread, at=at)
        except ExtractorError as error:
            yield Candidate(extractor.name, [], error=str(error))
        if scanned:
            return  # the others read text layers


def _holds_any(document: Document, pages: Sequence[Page], region: Region) -> bool:
    """Whether anything is printed between the rules of a region: nothing is where a row without values goes on."""
    page, (left, top, right, bottom) = pages[region.page - 1], region.bbox
    if page.sheet or text_in(page.glyphs, region.bbox):
        return True
    rules = (rule.top for rule in page.rulings if rule.horizontal and top < rule.top < bottom)
    bands = pairwise(sorted({top, *rules, bottom}))
    return any(document.inked(page, [BBox(left, over, right, under) for over, under in bands]))


def _next(variants: Sequence[Iterator[Grid]], latest: dict[int, Grid], before: list[Grid]) -> bool:
    """Whether any region has another grid; each is put into `latest`, and `before` the regions after it."""
    before.clear()
    more = False
    for i, found in enumerate(variants):
        if (grid := next(found, None)) is not None:
            latest[i], more = grid, True
        if i in latest:
            before.append(latest[i])
    return more


def leaves_out(grids: Collection[Grid], other: Grid) -> bool:
    """Whether numbers in another extractor's grid of a region stand outside of those of its page: each in any of them.

    Where a region begins right below another, a grid of the one may hold the last row of the other.
    """
    if any(grid is other for grid in grids):
        return False
    boxes = [grid.bbox for grid in grids if grid.page == other.page]
    numbers = (cell.ink or cell.bbox for cell in other.cells if cell.text.strip().isdecimal())
    return not all(any(box.contains((n.x0 + n.x1) / 2, (n.top + n.bottom) / 2) for box in boxes) for n in numbers)


def _by_region(edits: Sequence[Redrawing], regions: Sequence[Region]) -> dict[int, list[Redrawing]]:
    """Edits by the region they concern, by position, in their order.

    Raises:
        MisfitError: There is no such region.
    """
    found: dict[int, list[Redrawing]] = {}
    for edit in edits:
        here = [i for i, region in enumerate(regions) if region.page == edit.page]
        if edit.part > len(here):
            raise MisfitError(f"page {edit.page} has {len(here)} regions of {edit.grid}")
        found.setdefault(here[edit.part - 1], []).append(edit)
    return found
