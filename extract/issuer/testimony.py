"""What the pages of a document say of its issuer and year, and where they say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

from extract.errors import EngineError
from extract.issuer.decide import OUTSIDE, decided
from extract.issuer.filename import claims as claims_of_name
from extract.issuer.lines import Line, Place
from extract.issuer.sightings import Sighting, dominant, openings, sightings
from extract.labels import squeezed
from extract.model import NO_PAGE, BBox, Claim, Issuer, Page, Region, Written
from extract.ocr import Engine
from extract.source import Document
from extract.titles import Titles


class Testimony:
    """The lines of those pages that tell, and the places in them that do: `lines` and `found`, in reading order."""

    def __init__(
        self,
        document: Document,
        pages: Sequence[Page],
        lines: Sequence[Line],
        engine: Callable[[], Engine],
        words: Titles,
    ) -> None:
        self._document = document
        self._pages = pages
        self._engine = engine
        self._words = words
        self._tried: set[int] = set()
        telling = {page.number for page in pages if words.tells(page.text)}
        self.lines: list[Line] = [line for line in lines if line.at.page in telling]
        self.found: list[Sighting] = sightings(self.lines, words)

    def read_tops(self, numbers: Iterable[int]) -> bool:
        """Read the first lines of scanned pages whose text was not asked for; whether that told anything new.

        Without an engine nothing is read: a title is not worth failing for.
        """
        wanted = [number for number in dict.fromkeys(numbers) if self._unread(number)]
        self._tried.update(wanted)
        try:
            added = [line for number in wanted for line in self._top(self._pages[number - 1])]
        except EngineError:
            return False
        if not added:
            return False
        self.lines = sorted([*self.lines, *added], key=lambda line: line.at)
        before, self.found = self.found, sightings(self.lines, self._words)
        return self.found != before

    def issuer(
        self, found: Sequence[Sighting], start: Place, tables: tuple[Place, Place] | None, *, alone: bool
    ) -> Issuer:
        """Issuer and year of a report.

        Titles and sentences are heard where they stand before the last table, and those after it only where there are
        none: what follows the tables may be links to other reports. The narrative before the first table is heard for
        the year that most of it names, and a file's name where the report is `alone` in it.

        Args:
            found: What tells of the report.
            start: Where it begins.
            tables: Where its first and its last table begin.
            alone: Whether the document holds no other.
        """
        named = claims_of_name(self._document.path, self._words) if alone else ()
        told = [line for line in self.lines if line.at >= start]
        return decided([*_claims(found, told, tables, self._words, self._where), *named])

    def _unread(self, number: int) -> bool:
        page = self._pages[number - 1]
        return page.kind == "image" and number not in self._tried

    def _top(self, page: Page) -> Iterator[Line]:
        from extract.scan.top import top_lines, unread_lines  # OpenCV is needed for such pages only

        if page.sheet is not None:
            read = unread_lines(page, self._engine())
        else:
            with self._document.page(page.number) as source:
                read = top_lines(source.raster(), self._turns(), self._engine())
        for i, (text, box) in enumerate(read):
            yield Line(text, squeezed(text), Place(page.number, box.top), box, edge=page.sheet is None and i == 0)

    def _turns(self) -> int:
        """The quarter turns by which most of the pages that were read had to be turned."""
        turns: Counter[int] = Counter()
        for page in self._pages:
            if page.sheet is not None:
                with self._document.page(page.number) as source:
                    turns[(page.rotation - source.skim().rotation) // 90 % 4] += 1
        return turns.most_common(1)[0][0] if turns else 0

    def _where(self, one: Sighting) -> tuple[int, BBox | None]:
        """The page of a place, and its box there, of the lines on its first page."""
        page = self._pages[one.at.page - 1]
        boxes = [line.bbox for line in one.lines if line.at.page == page.number and line.bbox is not None]
        if not boxes:
            return page.number, None
        box = reduce(BBox.union, boxes)
        return page.number, page.sheet.on_page(box) if page.sheet else box


def issuer_of(document: Written, regions: Sequence[Region], words: Titles) -> Issuer:
    """Issuer and year of a document without pages, by its paragraphs and its name; `regions` are its tables."""
    lines = [
        Line(part, squeezed(part), Place(NO_PAGE, i), None, edge=False)
        for i, part in enumerate(document.parts)
        if isinstance(part, str)
    ]
    starts = [Place(NO_PAGE, region.evidence["parts"][0]) for region in regions]
    tables = (min(starts), max(starts)) if starts else None
    claims = _claims(sightings(lines, words), lines, tables, words, lambda _: (None, None))
    return decided([*claims, *claims_of_name(document.path, words)])


def renamed(issuer: Issuer, path: str, words: Titles) -> Issuer:
    """Issuer and year of the same document under another name, where it holds one report."""
    inside = (claim for claim in issuer.claims if claim.source != OUTSIDE)
    return decided([*inside, *claims_of_name(path, words)])


def _claims(
    found: Sequence[Sighting],
    lines: Sequence[Line],
    tables: tuple[Place, Place] | None,
    words: Titles,
    where: Callable[[Sighting], tuple[int | None, BBox | None]],
) -> list[Claim]:
    """What was found says, and what the lines before the first table do, each said once."""
    ahead = [one for one in found if tables is None or one.at < tables[1]]
    heard = [one for one in found if one in ahead or one.source == "running"] if ahead else list(found)
    told = [line for line in lines if tables is not None and line.at < tables[0]]
    known: dict[tuple[str, str, str], Claim] = {}
    for one in (*heard, *dominant(openings(told, words))):
        for about, value in (("agency", one.agency), ("year", str(one.year or ""))):
            if value and (about, one.source, value) not in known:
                page, box = where(one)
                known[about, one.source, value] = Claim(about, value, one.source, one.text, page, box)
    return list(known.values())
