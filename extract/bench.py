"""The bench: a document read stage by stage, and read again under other corrections at no more than their cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from extract.candidates import Known, Paged, Unpaged
from extract.check import weighed
from extract.compose import on_paper, tables_of, trusted, with_values
from extract.copies import Judged, judged, judged_beside, judged_once
from extract.corrections import CellEdit, Edit, Misfit, RegionSet, RotationSet, agreed, replayed
from extract.detect import Lines, Vocabulary, find, find_in_parts, placed, text_in
from extract.issuer import Line, Testimony, decided, issuer_of, lines_of
from extract.judge import Outcome, outcomes
from extract.layout import Layout
from extract.model import BBox, Page, Region, Report, Table, Written
from extract.narrative import Questions, passages_of, passages_on, table_boxes, witnessed
from extract.ocr import Engine
from extract.ocr.engines import engine as ocr_engine
from extract.pages import read_page
from extract.parts import Part, divide, unclear_pages
from extract.source import Document
from extract.titles import Titles


@dataclass(slots=True)
class Ocr:
    """Gives the OCR engine when it is first needed, and remembers that it was."""

    name: str
    models: Path | None
    engine: Engine | None = None

    def __call__(self) -> Engine:
        """The engine.

        Raises:
            EngineError: It, or its models, are missing.
        """
        self.engine = self.engine or ocr_engine(self.name, self.models)
        return self.engine


@dataclass(frozen=True, slots=True)
class Form:
    """Editions of one form, newest first, and what follows from them.

    `words` are what their labels are made of, `telling` the grids that tell the editions apart, `unproved` those with
    cells in no identity, and `asked` is what the narrative can say of their cells. `lost` are their tables, by name,
    where none of them is found.
    """

    editions: tuple[Layout, ...]
    words: Vocabulary
    telling: frozenset[str]
    unproved: frozenset[str]
    asked: Questions
    lost: Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Found:
    """What a document came to: its pages as read, the regions on them, and for each report its grids, by id.

    What is in `outcomes` is on the flat page, what is in `reports` on the upright one.
    """

    pages: tuple[Page, ...]
    regions: tuple[Region, ...]
    outcomes: tuple[Mapping[str, Outcome], ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class PagelessBench:
    """A document without pages, which costs next to nothing to read again; for `least` see Bench."""

    document: Written
    form: Form
    least: float = 0.0

    @property
    def finds_all(self) -> bool:
        """Whether all of the form's tables are in its text."""
        return all(outcome.winner for outcome in self.outcomes(self.regions).values())

    @property
    def regions(self) -> tuple[Region, ...]:
        """Where tables are among its parts."""
        return tuple(find_in_parts(self.document, self.form.words))

    def outcomes(self, regions: Sequence[Region], edits: Sequence[Edit] = ()) -> dict[str, Outcome]:
        """What its grids came to, before values are set by hand."""
        evidence = Unpaged(self.document, regions, self.form.editions)
        own = [edit for edit in edits if getattr(edit, "report", 1) == 1]
        return outcomes(evidence, self.form.editions, self.form.telling, own)

    def read(self, edits: Sequence[Edit] = ()) -> Found:
        """The document with these edits made, those that do not fit left out and named in its report."""
        document, editions, regions = self.document, self.form.editions, self.regions
        found = judged_once(self.outcomes(regions, edits))
        valued = with_values(found, edits, 1, editions)
        lost = [
            Misfit(edit, "the document has no pages") for edit in edits if isinstance(edit, RotationSet | RegionSet)
        ]
        made = replayed(edits, (*lost, *found.misfits, *valued.misfits), found.reached | valued.reached)
        report = replace(
            tables_of(valued.outcomes, (), self.form.lost),
            path=document.path,
            sha256=document.sha256,
            regions=regions,
            warnings=(*document.doubts, *_unseen(document, valued.outcomes)),
            kind=document.kind,
            issuer=issuer_of(document, regions, Titles.shipped()),
            corrections=tuple(made),
        )
        report = witnessed(report, passages_of(document, regions), self.form.asked)
        report = trusted(weighed(report, editions), self.least)
        return Found((), regions, (valued.outcomes,), (report,))


@dataclass
class Bench:
    """An open document on pages. What was worked out is kept, and used again as long as its edits are the same.

    Cells of a confidence below `least` are flagged. Where the pages are pictures that a Word or HTML file holds,
    `beside` is its text, and tables that stand in this are read there.
    """

    document: Document
    form: Form
    ocr: Ocr
    least: float = 0.0
    beside: PagelessBench | None = None
    _read: dict[Any, Page] = field(default_factory=dict)
    _printed: Lines = field(default_factory=Lines)
    _divided: dict[Any, tuple[Sequence[Line], Testimony, list[Part]]] = field(default_factory=dict)
    _judged: dict[Any, Judged] = field(default_factory=dict)
    _known: Known = field(default_factory=lambda: Known({}, {}))

    def read(self, edits: Sequence[Edit] = ()) -> Found:
        """The document with these edits made, those that do not fit left out and named in its reports.

        Raises:
            EngineError: A page must be read from its image, and the engine or its models are missing.
            LimitError: A page is larger than the limits.
        """
        turns, misfits = agreed([edit for edit in edits if isinstance(edit, RotationSet)])
        moves = [edit for edit in edits if isinstance(edit, RegionSet)]
        pages = self._pages({edit.page: edit.rotation for edit in turns}, {edit.page for edit in moves})
        misfits += [Misfit(e, f"there is no page {e.page}") for e in turns if not 1 <= e.page <= len(pages)]
        regions = tuple(find(pages, self.form.words, self._printed))
        if moves:
            regions, unplaced = placed(regions, pages, moves, frozenset(self.form.words.labels))
            misfits += unplaced
        lines, testimony, parts = self._parts(pages, regions)
        marks = frozenset(mark for layout in self.form.editions for mark in layout.blank_marks)
        evidence = Paged(self.document, pages, regions, self.ocr, self.form.unproved, marks, self._known)
        reached: set[Edit] = {*turns, *moves}
        made: set[Edit] = set()  # where two reports share a page, an edit may fit one of them
        valued_outcomes, reports = [], []
        results = [self._outcomes(evidence, part, edits, number) for number, part in enumerate(parts, 1)]
        beside = self.beside if len(parts) == 1 else None
        around = beside.regions if beside is not None else ()
        if beside is not None:
            results = [judged_beside(beside.outcomes(around, edits), results[0])]
        boxes = table_boxes(regions, [grid for result in results for grid in result.grids])
        ends = [*(part.start for part in parts[1:]), None]
        for number, (part, result, end) in enumerate(zip(parts, results, ends, strict=True), 1):
            valued = with_values(result, edits, number, self.form.editions)
            reached |= result.reached | valued.reached
            own = [*result.misfits, *valued.misfits]
            made |= (result.reached | valued.reached) - {misfit.edit for misfit in own}
            misfits += own
            issuer = testimony.issuer(part.sightings, part.start, part.tables, alone=len(parts) == 1)
            report = on_paper(evidence, part, valued.outcomes, result.warnings, issuer, lost=self.form.lost)
            passages = passages_on(pages[part.pages[0] - 1 : part.pages[1]], lines, boxes, part.start, end)
            if beside is not None:
                told_beside = issuer_of(beside.document, around, Titles.shipped())
                report = replace(
                    report,
                    regions=(*around, *report.regions),
                    warnings=(*beside.document.doubts, *_unseen(beside.document, valued.outcomes), *report.warnings),
                    issuer=decided([*told_beside.claims, *issuer.claims]),
                )
                passages = chain(passages_of(beside.document, around), passages)
            report = witnessed(report, passages, self.form.asked)
            report = trusted(weighed(report, self.form.editions), self.least)
            valued_outcomes.append(valued.outcomes)
            reports.append(replace(report, number=number, of=len(parts)))
        misfits = [misfit for misfit in misfits if misfit.edit not in made]
        told = tuple(replayed(edits, misfits, frozenset(reached)))
        reports = [replace(report, ocr=self._provenance(), corrections=told) for report in reports]
        return Found(tuple(pages), regions, tuple(valued_outcomes), tuple(reports))

    def _provenance(self) -> dict[str, str]:
        """Which engine read images, if any did."""
        return {"engine": self.ocr.engine.name, **self.ocr.engine.provenance} if self.ocr.engine else {}

    def _pages(self, turns: Mapping[int, int], wanted: set[int]) -> list[Page]:
        """Every page: in full where it may hold a table or people say so, else its text, with boxes if it may tell."""
        pages: list[Page] = []
        for number in range(1, len(self.document) + 1):
            before = pages[-1] if pages and not pages[-1].skimmed else None
            key = number, turns.get(number), number in wanted, id(before)
            if key not in self._read:
                with self.document.page(number) as source:
                    self._read[key] = read_page(
                        source, self.form.words, self.ocr, before, turns.get(number), wanted=number in wanted
                    )
            pages.append(self._read[key])
        misled = self.document.misled()
        if not misled:
            return pages
        self._read = {key: page for key, page in self._read.items() if key[0] < min(misled)}
        return self._pages(turns, wanted)

    def _parts(self, pages: list[Page], regions: Sequence[Region]) -> tuple[Sequence[Line], Testimony, list[Part]]:
        """The lines outside tables, what of them tells of issuers and years, and the reports that the pages hold."""
        key = tuple(map(id, pages)), tuple((one.grid, one.page, one.bbox) for one in regions)
        if key not in self._divided:
            titles = Titles.shipped()
            lines = lines_of(pages, _nothing_but_tables(pages, regions, titles), self._printed)
            told = Testimony(self.document, pages, lines, self.ocr, titles)
            parts = divide(regions, told.found, told.lines, len(pages))
            if told.read_tops(unclear_pages(parts)):
                parts = divide(regions, told.found, told.lines, len(pages))
            self._divided[key] = lines, told, parts
        return self._divided[key]

    def _outcomes(self, evidence: Paged, part: Part, edits: Sequence[Edit], number: int) -> Judged:
        """What the grids of a part came to, before values are set by hand."""
        own = tuple(
            edit for edit in edits if not isinstance(edit, CellEdit) and getattr(edit, "report", number) == number
        )
        at = tuple((one.grid, one.page, one.bbox, id(evidence.pages[one.page - 1])) for one in part.regions)
        if (at, own) not in self._judged:
            self._judged[at, own] = judged(evidence, part, self.form.editions, self.form.telling, own)
        return self._judged[at, own]


def _unseen(document: Written, found: Mapping[str, Outcome]) -> Iterator[str]:
    """What to warn of where tables were not found that may be pictures."""
    if document.absent and not all(outcome.winner for outcome in found.values()):
        yield (
            f"pictures of it are elsewhere or cannot be read ({document.absent}): a table may be one of them;"
            " give them as images, or save it as PDF"
        )


def _nothing_but_tables(pages: Sequence[Page], regions: Sequence[Region], titles: Titles) -> dict[int, list[BBox]]:
    """Where on each page tables are that no title can stand in, as one does that is printed as a table's first row."""
    found = table_boxes(regions, ())
    for number, boxes in found.items():
        page = pages[number - 1]
        if titles.closes(page.text):
            found[number] = [box for box in boxes if not titles.closes(text_in(page.glyphs, box))]
    return found
