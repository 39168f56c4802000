"""Scanned tables of which something was not found, or hardly anything can be read: what only a sum makes certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

from extract.align import Alignment
from extract.check.values import Value
from extract.model import AS_WRITTEN, CellId, Status

_INCOMPLETE = "another cell of the table was not found, and no identity that holds covers this one"

_ILLEGIBLE = "most of the table is hard to read, and no identity that holds covers this cell"

BLANK = "most of the table is hard to read, and no sum tells a blank from a nought"

_LABELLED = 0.9
"""Likeness of its label from which a row is one of the form's, and not two made one over a line that was lost."""

_MOST = 0.5
"""Share of a table's cells whose readings are in doubt themselves, from which one that is in none is misread as often
as elsewhere one that is."""

_DOUBTED = frozenset({Status.SUSPECT, Status.UNREADABLE})


def incomplete(alignment: Alignment) -> set[str]:
    """Tables read from pixels of which a cell is missing: two printed cells may have been taken for one."""
    placed = alignment.placed
    if alignment.whole or all(one.reading.source in AS_WRITTEN for one in placed.values()):
        return set()
    return {slot.id.table for slot in alignment.grid.slots if slot.id not in placed}


def unsure(alignment: Alignment, values: Mapping[CellId, Value], lacking: Set[str]) -> Mapping[CellId, str]:
    """Why only an identity that holds makes a cell certain, for each that needs one; of a `BLANK` none does.

    Args:
        alignment: The cells.
        values: What was read of each, before anything was made of the identities.
        lacking: Tables that are incomplete.
    """
    told = dict.fromkeys(_torn(alignment, lacking), _INCOMPLETE) if lacking else {}
    read = [id_ for id_, one in alignment.placed.items() if one.reading.source not in AS_WRITTEN]
    if read:
        cells = Counter(id_.table for id_ in read)
        doubted = Counter(id_.table for id_ in read if values[id_].status in _DOUBTED)
        told |= {
            id_: BLANK if values[id_].status is Status.BLANK else _ILLEGIBLE
            for id_ in read
            if doubted[id_.table] > _MOST * cells[id_.table]
        }
    return told


def _torn(alignment: Alignment, tables: Set[str]) -> frozenset[CellId]:
    """Cells of incomplete tables that may be two for the cells these lack.

    They are not where no cell of their row is lacking, its label is just the form's, and they hold a single line: then
    rows are lacking that stand elsewhere, or that the publisher left out.
    """
    placed = alignment.placed
    lacking = {slot.id[:2] for slot in alignment.grid.slots if slot.id not in placed}
    return frozenset(
        id_
        for id_, one in placed.items()
        if id_.table in tables and (id_[:2] in lacking or one.row_score < _LABELLED or "\n" in one.reading.text.strip())
    )
