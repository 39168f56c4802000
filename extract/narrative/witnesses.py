"""Which witnesses bear each cell out, and which do not: the form's arithmetic and the narrative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

from extract.counts import Counts, Ready
from extract.layout import Holds, Layout
from extract.model import AS_WRITTEN, NARRATIVE, Cell, CellId, Quote, Report, Status
from extract.narrative.hear import Heard, hear
from extract.narrative.passages import Passage
from extract.swift import changed

_UNPROVEN = frozenset({Status.READ, Status.BLANK})
"""Statuses of cells that no identity vouches for: of scanned ones the narrative may put these in doubt."""

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the narrative: a count, the cells of an edition whose sum it is, and what they hold."""

    ready: Ready
    cells: tuple[CellId, ...]
    holds: Holds


@dataclass(frozen=True, slots=True)
class Questions:
    """All that is asked of the narrative, by the table's name and edition; `counts` is where it comes from."""

    counts: Counts
    by_table: Mapping[tuple[str, str], tuple[Question, ...]]


def questions(counts: Counts, editions: Iterable[Layout]) -> Questions:
    """What the narrative of a report can be asked in each edition of the form."""
    found: dict[tuple[str, str], list[Question]] = {}
    for layout in editions:
        slots = {slot.id: slot for grid in layout.grids for slot in grid.slots}
        for ready in counts.ready:
            if ids := ready.count.cells(layout):
                asked = Question(ready, ids, layout.holds(slots[ids[0]]))
                found.setdefault((ready.count.table, layout.edition), []).append(asked)
    return Questions(counts, {key: tuple(asked) for key, asked in found.items()})


def witnessed(report: Report, passages: Iterable[Passage], asked: Questions) -> Report:
    """The report with what its narrative says, and with the witnesses of each cell.

    Where the narrative says another number for certain, a warning tells. A value that was written stays as it is, since
    reports do contradict themselves; one that was recognised from an image, and that nothing else vouches for, becomes
    suspect. No value changes.
    """
    cells = {cell.id: cell for cell in report.cells}
    quotes = tuple(_quotes(cells, list(passages), asked, report.year))
    against = {id_: quote for quote in quotes if _contradicts(quote) for id_ in quote.cells}
    final = {
        id_: _cell(cells[id_], against.get(id_), agrees=agrees, differs=differs)
        for id_, (agrees, differs) in _told(quotes).items()
    }
    concerned = {id_.table for id_ in final}
    tables = {
        name: replace(table, cells=tuple(final.get(cell.id, cell) for cell in table.cells))
        if name in concerned
        else table
        for name, table in report.tables.items()
    }
    warnings = tuple(dict.fromkeys(_warning(quote) for quote in against.values()))
    return replace(report, tables=tables, narrative=quotes, warnings=(*report.warnings, *warnings))


def _quotes(
    cells: Mapping[CellId, Cell], passages: Sequence[Passage], asked: Questions, year: int | None
) -> Iterator[Quote]:
    """What the narrative says of each count that the report's tables have cells for."""
    editions = {id_.table: cell.edition for id_, cell in cells.items()}
    for table, edition in editions.items() if passages else ():
        for one in asked.by_table.get((table, edition), ()):
            if all(id_ in cells for id_ in one.cells):
                heard = hear(passages, one.ready, asked.counts, one.holds, year)
                yield from _held([cells[id_] for id_ in one.cells], heard, one.holds)


def _held(members: Sequence[Cell], heard: Sequence[Heard], holds: Holds) -> Iterator[Quote]:
    """What was heard, held against the cells it is about.

    Narratives name parts and other bodies' numbers besides: where one sentence agrees, no other contradicts; and where
    none does, only a number that all firm sentences say.
    """
    known = not any(cell.status in _WITHOUT_VALUE for cell in members)
    total = sum((cell.value for cell in members if cell.value is not None), Decimal(0)) if known else None
    agreeing = {one for one in heard if total is not None and _same(total, one.value, holds)}
    firm = {one.value for one in heard if one.firm}
    for one in heard:
        settled = total is not None and not agreeing and one.firm and len(firm) == 1
        agrees = True if one in agreeing else False if settled else None
        yield Quote(tuple(cell.id for cell in members), one.value, total, one.text, one.page, one.firm, agrees)


def _same(total: Decimal, said: Decimal, holds: Holds) -> bool:
    """Whether a narrative that may round amounts, but never counts, says the total."""
    if not holds.decimals or total == said:
        return total == said
    with localcontext() as context:
        context.prec = 400
        unit = Decimal(1).scaleb(int(said.as_tuple().exponent))
        return said != 0 and said in {total.quantize(unit, way) for way in (ROUND_HALF_UP, ROUND_DOWN)}


def _contradicts(quote: Quote) -> bool:
    return quote.agrees is False


def _told(quotes: Iterable[Quote]) -> dict[CellId, tuple[bool, bool]]:
    """For each cell of which the narrative says anything settled: whether some of it agrees, whether some does not."""
    told: dict[CellId, tuple[bool, bool]] = {}
    for quote in quotes:
        if quote.agrees is not None:
            for id_ in quote.cells:
                agrees, differs = told.get(id_, (False, False))
                told[id_] = agrees or quote.agrees, differs or not quote.agrees
    return told


def _cell(cell: Cell, against: Quote | None, *, agrees: bool, differs: bool) -> Cell:
    cell = changed(
        cell,
        agreeing=(*cell.agreeing, NARRATIVE) if agrees else cell.agreeing,
        disagreeing=(*cell.disagreeing, NARRATIVE) if differs else cell.disagreeing,
    )
    if against is None or cell.source in AS_WRITTEN or cell.status not in _UNPROVEN:
        return cell
    return changed(cell, status=Status.SUSPECT, reasons=(*cell.reasons, f"{_where(against)} says {against.value:f}"))


def _warning(quote: Quote) -> str:
    first = quote.cells[0]
    cells = "/".join(first) if len(quote.cells) == 1 else f"{'/'.join(first)} and {len(quote.cells) - 1} more, together"
    return f"{_where(quote)} says {quote.value:f}, the table {quote.total:f}: {cells}"


def _where(quote: Quote) -> str:
    return "the narrative" if quote.page is None else f"the narrative on page {quote.page}"
