"""Which witnesses bear each cell out, and which do not: the form's arithmetic and the narrative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

from extract.counts import Counts
from extract.layout import Holds, Layout
from extract.model import AS_WRITTEN, IDENTITY, NARRATIVE, Cell, CellId, IdentityResult, Quote, Report, Status
from extract.narrative.hear import Heard, hear
from extract.narrative.passages import Passage

_UNPROVEN = frozenset({Status.READ, Status.BLANK})
"""Statuses of cells that no identity vouches for: of scanned ones the narrative may put these in doubt."""

_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})


def witnessed(report: Report, passages: Iterable[Passage], counts: Counts, editions: Sequence[Layout]) -> Report:
    """The report with what its narrative says, and with the witnesses of each cell.

    Where the narrative says another number for certain, a warning tells. A value that was written stays as it is, since
    reports do contradict themselves; one that was recognised from an image, and that nothing else vouches for, becomes
    suspect. No value changes.
    """
    cells = {cell.id: cell for cell in report.cells}
    quotes = tuple(_quotes(cells, list(passages), counts, editions, report.year))
    against = {id_: quote for quote in quotes if _contradicts(quote) for id_ in quote.cells}
    named = dict(_named(report.identities, quotes))
    final = {id_: _cell(cell, against.get(id_), *named.get(id_, ((), ()))) for id_, cell in cells.items()}
    tables = {
        name: replace(table, cells=tuple(final[cell.id] for cell in table.cells))
        for name, table in report.tables.items()
    }
    warnings = tuple(dict.fromkeys(_warning(quote) for quote in against.values()))
    return replace(report, tables=tables, narrative=quotes, warnings=(*report.warnings, *warnings))


def _quotes(
    cells: Mapping[CellId, Cell],
    passages: Sequence[Passage],
    counts: Counts,
    editions: Sequence[Layout],
    year: int | None,
) -> Iterator[Quote]:
    """What the narrative says of each count that the report's tables have cells for."""
    layouts = {layout.edition: layout for layout in editions}
    editions_of = {id_.table: cell.edition for id_, cell in cells.items()}
    for ready in counts.ready if passages else ():
        count = ready.count
        layout = layouts.get(editions_of.get(count.table, ""))
        ids = count.cells(layout) if layout else ()
        if layout is None or not ids or not all(id_ in cells for id_ in ids):
            continue
        holds = next(layout.holds(slot) for grid in layout.grids for slot in grid.slots if slot.id == ids[0])
        heard = hear(passages, ready, counts, holds, year)
        yield from _held([cells[id_] for id_ in ids], heard, holds)


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


def _named(
    identities: Iterable[IdentityResult], quotes: Iterable[Quote]
) -> Iterator[tuple[CellId, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """For each cell the witnesses that bear it out, and those that do not."""
    told: dict[CellId, tuple[dict[str, None], dict[str, None]]] = {}
    for result in identities:
        if result.holds is not None:
            for id_ in (*result.left, *result.right):
                sides = told.setdefault(id_, ({}, {}))
                sides[not result.holds][f"{IDENTITY}{result.identity}:{result.at}"] = None
    for quote in quotes:
        if quote.agrees is not None:
            for id_ in quote.cells:
                told.setdefault(id_, ({}, {}))[not quote.agrees][NARRATIVE] = None
    for id_, (agreeing, disagreeing) in told.items():
        yield id_, (tuple(agreeing), tuple(disagreeing))


def _cell(cell: Cell, against: Quote | None, agreeing: tuple[str, ...], disagreeing: tuple[str, ...]) -> Cell:
    cell = replace(cell, agreeing=agreeing, disagreeing=disagreeing)
    if against is None or cell.source in AS_WRITTEN or cell.status not in _UNPROVEN:
        return cell
    return replace(cell, status=Status.SUSPECT, reasons=(*cell.reasons, f"{_where(against)} says {against.value:f}"))


def _warning(quote: Quote) -> str:
    first = quote.cells[0]
    cells = "/".join(first) if len(quote.cells) == 1 else f"{'/'.join(first)} and {len(quote.cells) - 1} more, together"
    return f"{_where(quote)} says {quote.value:f}, the table {quote.total:f}: {cells}"


def _where(quote: Quote) -> str:
    return "the narrative" if quote.page is None else f"the narrative on page {quote.page}"
